#include "taki/file.h"

#include "file_part.h"
#include "memory.h"
#include "sha256.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BUFFER_BYTES ((size_t)256 << 10)

struct taki_file {
    int fd;
    int64_t size;
    struct taki_sha256 *sha;
    size_t buffered;
    char path[TAKI_PATH_BYTES], temp[TAKI_PATH_BYTES];
    char buffer[BUFFER_BYTES];
};

/* A temp name may be left over from a killed process that had our pid; then the next number is tried. */
static int open_temp(const char *path, char temp[TAKI_PATH_BYTES], struct taki_error *err, enum taki_status *status)
{
    for (;;) {
        *status = taki_path_temp(path, temp, err);
        if (*status != TAKI_OK)
            return -1;
        int fd = taki_fd_open(temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW);
        if (fd >= 0)
            return fd;
        if (errno != EEXIST) {
            *status = taki_fail_errno(err, TAKI_FAILED, errno, "cannot create '%s'", path);
            return -1;
        }
    }
}

enum taki_status taki_file_create(const char *path, struct taki_file **file, struct taki_error *err)
{
    struct taki_file *made = taki_memory_take("files", sizeof *made);
    enum taki_status status;
    made->fd = open_temp(path, made->temp, err, &status);
    if (status != TAKI_OK) {
        taki_memory_give(made, sizeof *made);
        return status;
    }
    made->size = 0;
    made->buffered = 0;
    made->sha = taki_sha256_open();
    (void)snprintf(made->path, sizeof made->path, "%s", path);
    *file = made;
    return TAKI_OK;
}

static enum taki_status flush(struct taki_file *file, struct taki_error *err)
{
    if (taki_fd_write(file->fd, file->buffer, file->buffered) != 0)
        return taki_fail_errno(err, TAKI_FAILED, errno, "cannot write '%s'", file->path);
    file->buffered = 0;
    return TAKI_OK;
}

enum taki_status taki_file_write(struct taki_file *file, taki_str data, struct taki_error *err)
{
    taki_sha256_add(file->sha, data);
    file->size += (int64_t)data.size;
    while (data.size > 0) {
        if (file->buffered == sizeof file->buffer)
            TAKI_TRY(flush(file, err));
        size_t room = sizeof file->buffer - file->buffered, part = data.size < room ? data.size : room;
        memcpy(file->buffer + file->buffered, data.data, part);
        file->buffered += part;
        data = (taki_str){data.data + part, data.size - part};
    }
    return TAKI_OK;
}

int64_t taki_file_size(const struct taki_file *file)
{
    return file->size;
}

void taki_file_sha256(const struct taki_file *file, char out[TAKI_SHA256_HEX])
{
    taki_sha256_peek(file->sha, out);
}

static void file_free(struct taki_file *file)
{
    char unused[TAKI_SHA256_HEX];
    taki_sha256_close(file->sha, unused);
    taki_memory_give(file, sizeof *file);
}

static enum taki_status rename_into_place(const char *temp, const char *path, bool replace, struct taki_error *err)
{
    int result = replace ? rename(temp, path) : taki_rename_new(temp, path);
    if (result == 0)
        return TAKI_OK;
    if (!replace && errno == EEXIST)
        return taki_fail(err, TAKI_FAILED, "'%s' already exists", path);
    return taki_fail_errno(err, TAKI_FAILED, errno, "cannot put '%s' in place", path);
}

static enum taki_status make_durable(struct taki_file *file, struct taki_error *err)
{
    TAKI_TRY(flush(file, err));
    if (taki_fd_sync(file->fd) != 0)
        return taki_fail_errno(err, TAKI_FAILED, errno, "cannot make '%s' durable", file->path);
    int fd = file->fd;
    file->fd = -1;
    if (close(fd) != 0)
        return taki_fail_errno(err, TAKI_FAILED, errno, "cannot close '%s'", file->path);
    return TAKI_OK;
}

enum taki_status taki_file_commit(struct taki_file *file, bool replace, struct taki_error *err)
{
    enum taki_status status = make_durable(file, err);
    if (status == TAKI_OK)
        status = rename_into_place(file->temp, file->path, replace, err);
    if (status != TAKI_OK) {
        taki_file_abandon(file);
        return status;
    }
    status = taki_sync_parent(file->path, err);
    /* A new file that may not survive a power cut must not be seen; what a pointer replaced is gone already. */
    if (status != TAKI_OK && !replace)
        (void)unlink(file->path);
    file_free(file);
    return status;
}

void taki_file_abandon(struct taki_file *file)
{
    if (file == NULL)
        return;
    taki_fd_auto(&file->fd);
    (void)unlink(file->temp);
    file_free(file);
}

void taki_file_auto(struct taki_file **file)
{
    taki_file_abandon(*file);
    *file = NULL;
}

enum taki_status taki_file_put(const char *path, taki_str data, bool replace, struct taki_error *err)
{
    struct taki_file *file;
    TAKI_TRY(taki_file_create(path, &file, err));
    enum taki_status status = taki_file_write(file, data, err);
    if (status == TAKI_OK)
        return taki_file_commit(file, replace, err);
    taki_file_abandon(file);
    return status;
}

enum taki_status taki_file_append(const char *path, taki_str data, struct taki_error *err)
{
    int fd = taki_fd_open(path, O_WRONLY | O_CREAT | O_APPEND);
    if (fd < 0)
        return taki_fail_errno(err, TAKI_FAILED, errno, "cannot open '%s'", path);
    int failed = taki_fd_write(fd, data.data, data.size) != 0 ? errno : 0;
    if (close(fd) != 0 && failed == 0)
        failed = errno;
    if (failed != 0)
        return taki_fail_errno(err, TAKI_FAILED, failed, "cannot append to '%s'", path);
    return TAKI_OK;
}

enum taki_status taki_file_symlink(const char *target, const char *link, struct taki_error *err)
{
    char temp[TAKI_PATH_BYTES];
    int failed;
    do {
        TAKI_TRY(taki_path_temp(link, temp, err));
        failed = symlink(target, temp) != 0 ? errno : 0;
    } while (failed == EEXIST);
    if (failed != 0)
        return taki_fail_errno(err, TAKI_FAILED, failed, "cannot create link '%s'", link);
    enum taki_status status = rename_into_place(temp, link, true, err);
    if (status != TAKI_OK) {
        (void)unlink(temp);
        return status;
    }
    return taki_sync_parent(link, err);
}
