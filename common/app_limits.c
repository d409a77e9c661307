/* sched_getaffinity is a Linux call that POSIX does not know. */
#define _GNU_SOURCE // NOLINT(readability-identifier-naming,bugprone-reserved-identifier)
#include "app_private.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define GIB (INT64_C(1) << 30)

static volatile sig_atomic_t stops_asked;

/* The third signal is meant: someone sits there and waits. */
static void ask_stop(int signal_number)
{
    if (stops_asked >= 2) {
        (void)signal(signal_number, SIG_DFL);
        (void)raise(signal_number);
    }
    stops_asked = stops_asked + 1;
}

enum taki_status taki_run_check_stop(struct taki_error *err)
{
    if (stops_asked == 0)
        return TAKI_OK;
    (void)taki_fail(err, TAKI_INTERRUPTED, "stopped by a signal");
    (void)taki_hint(err, "run the same command again: it resumes");
    return TAKI_INTERRUPTED;
}

void taki_process_harden(void)
{
    /* A core file would hold secrets and personal data. Each of these can only fail where it is not needed. */
    const struct rlimit none = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    (void)umask(077);
    struct sigaction action = {.sa_handler = SIG_IGN};
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGPIPE, &action, NULL);
    action.sa_handler = ask_stop; /* without SA_RESTART: waits end, so that loops see the flag */
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
}

/* Text of a small file of /proc or /sys; false if there is none. */
static bool read_small(const char *path, char *out, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd >= 0 ? read(fd, out, size - 1) : -1;
    if (fd >= 0)
        (void)close(fd);
    out[got > 0 ? got : 0] = '\0';
    return got > 0;
}

static int64_t read_limit(const char *path)
{
    char text[64];
    int64_t bytes;
    if (!read_small(path, text, sizeof text) || !taki_str_i64(taki_str_trim(taki_str_of(text)), &bytes) || bytes <= 0)
        return INT64_MAX;
    return bytes;
}

/* The lowest limit of a cgroup and its parents. */
static int64_t group_limit(const char *root, taki_str group, const char *file)
{
    int64_t least = INT64_MAX;
    char path[1024];
    for (;;) {
        (void)snprintf(path, sizeof path, "%s%.*s/%s", root, TAKI_STR_ARG(group), file);
        int64_t limit = read_limit(path);
        least = limit < least ? limit : least;
        while (group.size > 0 && group.data[group.size - 1] != '/')
            group.size--;
        if (group.size == 0)
            return least;
        group.size--;
    }
}

static int64_t cgroup_limit(void)
{
    char text[4096];
    int64_t least = INT64_MAX;
    if (!read_small("/proc/self/cgroup", text, sizeof text))
        return least;
    taki_str rest = taki_str_of(text);
    while (!taki_str_is_null(rest)) {
        taki_str line = taki_str_cut(rest, '\n', &rest), group;
        (void)taki_str_cut(line, ':', &group);
        taki_str controllers = taki_str_cut(group, ':', &group);
        int64_t limit = INT64_MAX;
        if (taki_str_is_null(group))
            continue;
        if (taki_str_is(controllers, "")) {
            limit = group_limit("/sys/fs/cgroup", group, "memory.max");
        } else if (taki_str_is(controllers, "memory")) {
            limit = group_limit("/sys/fs/cgroup/memory", group, "memory.limit_in_bytes");
        }
        least = limit < least ? limit : least;
    }
    return least;
}

int64_t taki_memory_default(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    int64_t machine = pages > 0 && page > 0 ? (int64_t)pages * page : 2 * GIB;
    int64_t group = cgroup_limit();
    int64_t half = (group < machine ? group : machine) / 2;
    return half < GIB ? half : GIB;
}

int64_t taki_jobs_default(void)
{
    cpu_set_t cpus;
    int count = sched_getaffinity(0, sizeof cpus, &cpus) == 0 ? CPU_COUNT(&cpus) : 1;
    return count > 0 ? count : 1;
}

void taki_run_id_new(taki_instant now, char out[37])
{
    unsigned char bytes[16];
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes) {
        /* Only a name for logs: time and process are enough to tell runs apart. */
        int64_t parts[2] = {taki_clock_monotonic_us(), getpid()};
        memcpy(bytes, parts, sizeof bytes);
    }
    uint64_t ms = (uint64_t)(now.us / 1000);
    for (int i = 0; i < 6; i++)
        bytes[i] = (unsigned char)(ms >> (40 - 8 * i));
    bytes[6] = (unsigned char)((bytes[6] & 0x0FU) | 0x70U);
    bytes[8] = (unsigned char)((bytes[8] & 0x3FU) | 0x80U);
    static const char digits[] = "0123456789abcdef";
    char *to = out;
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *to++ = '-';
        *to++ = digits[bytes[i] >> 4U];
        *to++ = digits[bytes[i] & 15U];
    }
    *to = '\0';
}
