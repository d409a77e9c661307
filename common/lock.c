#include "file_part.h"
#include "memory.h"

#include "taki/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

struct taki_lock {
    int fd;
};

/* The file holds "pid <pid> run <run_id>" of the last holder; it is never removed, for that would race. */
static enum taki_status locked_by(int fd, const char *path, struct taki_error *err)
{
    char holder[160];
    ssize_t got = taki_fd_read(fd, holder, sizeof holder - 1);
    holder[got > 0 ? got : 0] = '\0';
    holder[strcspn(holder, "\n")] = '\0';
    (void)taki_fail(err, TAKI_LOCKED, "'%s' is locked by %s", path, holder[0] != '\0' ? holder : "another process");
    (void)taki_hint(err, "wait for that run to end, or stop it");
    return TAKI_LOCKED;
}

static enum taki_status take_lock(int fd, const char *path, const char *run_id, struct taki_error *err)
{
    int result;
    do {
        result = flock(fd, LOCK_EX | LOCK_NB);
    } while (result != 0 && errno == EINTR);
    if (result != 0 && errno == EWOULDBLOCK)
        return locked_by(fd, path, err);
    if (result != 0)
        return taki_fail_errno(err, TAKI_FAILED, errno, "cannot lock '%s'", path);
    char holder[160];
    (void)snprintf(holder, sizeof holder, "pid %ld run %s\n", (long)getpid(), run_id);
    if (ftruncate(fd, 0) != 0 || taki_fd_write(fd, holder, strlen(holder)) != 0)
        return taki_fail_errno(err, TAKI_FAILED, errno, "cannot write '%s'", path);
    return TAKI_OK;
}

enum taki_status taki_lock_open(const char *path, const char *run_id, struct taki_lock **lock, struct taki_error *err)
{
    int fd = taki_fd_open(path, O_RDWR | O_CREAT | O_NOFOLLOW);
    if (fd < 0)
        return taki_fail_errno(err, TAKI_FAILED, errno, "cannot open '%s'", path);
    enum taki_status status = take_lock(fd, path, run_id, err);
    if (status != TAKI_OK) {
        taki_fd_auto(&fd);
        return status;
    }
    *lock = taki_memory_take("lock", sizeof **lock);
    (*lock)->fd = fd;
    return TAKI_OK;
}

void taki_lock_close(struct taki_lock *lock)
{
    if (lock == NULL)
        return;
    taki_fd_auto(&lock->fd);
    taki_memory_give(lock, sizeof *lock);
}
