#include "file_part.h"
#include "memory.h"

#include "taki/file.h"

#include <errno.h>
#include <inttypes.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK_BYTES ((size_t)256 << 10)

static enum taki_status open_for_reading(const char *path, int *fd, int64_t *size, struct taki_error *err)
{
    struct stat info;
    *fd = taki_fd_open(path, O_RDONLY);
    if (*fd < 0)
        return taki_fail_errno(err, TAKI_FAILED, errno, "cannot open '%s'", path);
    if (fstat(*fd, &info) != 0)
        return taki_fail_errno(err, TAKI_FAILED, errno, "cannot read '%s'", path);
    *size = info.st_size;
    return TAKI_OK;
}

static enum taki_status too_large(const char *path, const struct taki_buf *out, struct taki_error *err)
{
    return taki_fail(err, TAKI_CEILING, "'%s' is larger than %zu bytes", path, out->ceiling - out->size);
}

/* The size is only a hint: files of /proc tell 0, and a file may grow while being read. */
static enum taki_status read_rest(int fd, const char *path, size_t hint, struct taki_buf *out, struct taki_error *err)
{
    size_t step = hint + 1;
    for (;;) {
        size_t left = out->ceiling - out->size;
        char probe = 0, *room = left > 0 ? taki_buf_reserve(out, step < left ? step : left) : &probe;
        ssize_t got = taki_fd_read(fd, room, left == 0 ? 1 : step < left ? step : left);
        if (got < 0)
            return taki_fail_errno(err, TAKI_FAILED, errno, "cannot read '%s'", path);
        if (got == 0)
            return TAKI_OK;
        if (left == 0)
            return too_large(path, out, err);
        taki_buf_grow(out, (size_t)got);
        if (step < CHUNK_BYTES)
            step = CHUNK_BYTES;
    }
}

enum taki_status taki_file_read(const char *path, struct taki_buf *out, struct taki_error *err)
{
    TAKI_AUTO(taki_fd_auto) int fd = -1;
    int64_t size = 0;
    TAKI_TRY(open_for_reading(path, &fd, &size, err));
    if (size > 0 && (uint64_t)size > out->ceiling - out->size)
        return too_large(path, out, err);
    return read_rest(fd, path, size > 0 ? (size_t)size : 0, out, err);
}

enum taki_status taki_file_read_at(const char *path, int64_t offset, size_t size, struct taki_buf *out,
                                   struct taki_error *err)
{
    TAKI_AUTO(taki_fd_auto) int fd = -1;
    int64_t whole = 0;
    TAKI_TRY(open_for_reading(path, &fd, &whole, err));
    if (offset < 0 || offset > whole || size > (uint64_t)(whole - offset)) {
        return taki_fail(err, TAKI_DAMAGED, "'%s' has %" PRId64 " bytes, fewer than offset %" PRId64 " plus %zu", path,
                         whole, offset, size);
    }
    char *room = taki_buf_reserve(out, size);
    if (room == NULL)
        return too_large(path, out, err);
    for (size_t done = 0; done < size;) {
        ssize_t got = pread(fd, room + done, size - done, offset + (int64_t)done);
        if (got < 0 && errno != EINTR)
            return taki_fail_errno(err, TAKI_FAILED, errno, "cannot read '%s'", path);
        if (got == 0)
            return taki_fail(err, TAKI_DAMAGED, "'%s' became shorter while being read", path);
        done += got > 0 ? (size_t)got : 0;
    }
    taki_buf_grow(out, size);
    return TAKI_OK;
}

enum taki_status taki_file_map(const char *path, taki_str *view, struct taki_error *err)
{
    TAKI_AUTO(taki_fd_auto) int fd = -1;
    int64_t size = 0;
    TAKI_TRY(open_for_reading(path, &fd, &size, err));
    *view = TAKI_STR("");
    if (size == 0)
        return TAKI_OK;
    void *memory = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (memory == MAP_FAILED)
        return taki_fail_errno(err, TAKI_FAILED, errno, "cannot read '%s'", path);
    *view = (taki_str){memory, (size_t)size};
    return TAKI_OK;
}

void taki_file_unmap(taki_str view)
{
    /* A failed munmap (too many mappings) loses nothing but address space. */
    if (view.size > 0)
        (void)munmap((void *)(uintptr_t)view.data, view.size); // NOLINT(performance-no-int-to-ptr): sheds const
}

static enum taki_status hash_rest(int fd, const char *path, struct taki_sha256 *sha, int64_t *size,
                                  struct taki_error *err)
{
    char *chunk = taki_memory_take("file hash", CHUNK_BYTES);
    ssize_t got;
    *size = 0;
    while ((got = taki_fd_read(fd, chunk, CHUNK_BYTES)) > 0) {
        taki_sha256_add(sha, (taki_str){chunk, (size_t)got});
        *size += got;
    }
    int failed = errno;
    taki_memory_give(chunk, CHUNK_BYTES);
    return got == 0 ? TAKI_OK : taki_fail_errno(err, TAKI_FAILED, failed, "cannot read '%s'", path);
}

enum taki_status taki_file_hash(const char *path, char out[TAKI_SHA256_HEX], int64_t *size, struct taki_error *err)
{
    TAKI_AUTO(taki_fd_auto) int fd = -1;
    int64_t expected = 0;
    TAKI_TRY(open_for_reading(path, &fd, &expected, err));
    struct taki_sha256 *sha = taki_sha256_open();
    enum taki_status status = hash_rest(fd, path, sha, size, err);
    taki_sha256_close(sha, out);
    return status;
}

bool taki_file_exists(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 || (errno != ENOENT && errno != ENOTDIR && errno != ENAMETOOLONG);
}

int64_t taki_file_size_of(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 ? info.st_size : -1;
}
