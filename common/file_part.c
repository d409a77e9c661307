#include "file_part.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum taki_status taki_path_parent(const char *path, char out[TAKI_PATH_BYTES], struct taki_error *err)
{
    size_t size = strlen(path);
    if (size >= TAKI_PATH_BYTES)
        return taki_fail_errno(err, TAKI_FAILED, ENAMETOOLONG, "'%s'", path);
    while (size > 1 && path[size - 1] == '/')
        size--;
    while (size > 0 && path[size - 1] != '/')
        size--;
    while (size > 1 && path[size - 1] == '/')
        size--;
    memcpy(out, size > 0 ? path : ".", size > 0 ? size : 1);
    out[size > 0 ? size : 1] = '\0';
    return TAKI_OK;
}

enum taki_status taki_path_temp(const char *path, char out[TAKI_PATH_BYTES], struct taki_error *err)
{
    static atomic_uint number;
    char name[64];
    (void)snprintf(name, sizeof name, "/" TAKI_TEMP_PREFIX "%ld-%u", (long)getpid(), atomic_fetch_add(&number, 1));
    TAKI_TRY(taki_path_parent(path, out, err));
    if (strlen(out) + strlen(name) >= TAKI_PATH_BYTES)
        return taki_fail_errno(err, TAKI_FAILED, ENAMETOOLONG, "'%s'", path);
    memcpy(out + strlen(out), name, strlen(name) + 1);
    return TAKI_OK;
}

int taki_fd_open(const char *path, int flags)
{
    int fd;
    do {
        fd = open(path, flags | O_CLOEXEC, S_IRUSR | S_IWUSR);
    } while (fd < 0 && errno == EINTR);
    return fd;
}

int taki_fd_write(int fd, const void *data, size_t size)
{
    const char *at = data;
    while (size > 0) {
        ssize_t written = write(fd, at, size);
        if (written < 0 && errno != EINTR)
            return -1;
        if (written > 0) {
            at += written;
            size -= (size_t)written;
        }
    }
    return 0;
}

ssize_t taki_fd_read(int fd, void *data, size_t size)
{
    ssize_t got;
    do {
        got = read(fd, data, size);
    } while (got < 0 && errno == EINTR);
    return got;
}

int taki_fd_sync(int fd)
{
    int result;
    do {
        result = fsync(fd);
    } while (result != 0 && errno == EINTR);
    return result;
}

void taki_fd_auto(int *fd) // NOLINT(readability-non-const-parameter): the shape of a cleanup function
{
    if (*fd >= 0)
        (void)close(*fd);
}

enum taki_status taki_sync_parent(const char *path, struct taki_error *err)
{
    char folder[TAKI_PATH_BYTES];
    TAKI_TRY(taki_path_parent(path, folder, err));
    int fd = taki_fd_open(folder, O_RDONLY | O_DIRECTORY);
    if (fd < 0)
        return taki_fail_errno(err, TAKI_FAILED, errno, "cannot open folder '%s'", folder);
    int failed = taki_fd_sync(fd) != 0 ? errno : 0;
    if (close(fd) != 0 && failed == 0)
        failed = errno;
    if (failed != 0)
        return taki_fail_errno(err, TAKI_FAILED, failed, "cannot make folder '%s' durable", folder);
    return TAKI_OK;
}
