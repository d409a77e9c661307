#define _GNU_SOURCE // NOLINT(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp,readability-identifier-naming):
                    // O_TMPFILE

#include "spill.h"

#include "bytes.h"
#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAIR_HEAD 8

uint64_t taki_pair_prefix(const char *key, size_t size)
{
    char head[8] = {0};
    if (size >= 8)
        return taki_load64_big(key);
    memcpy(head, key, size);
    return taki_load64_big(head);
}

static int compare_bytes(const char *a, size_t a_size, const char *b, size_t b_size)
{
    const int order = memcmp(a, b, a_size < b_size ? a_size : b_size);
    return order != 0 ? order : (a_size > b_size) - (a_size < b_size);
}

int taki_pair_compare(const struct taki_pair *a, const struct taki_pair *b)
{
    if (a->prefix != b->prefix)
        return a->prefix < b->prefix ? -1 : 1;
    const int order = compare_bytes(a->data, a->key_size, b->data, b->key_size);
    if (order != 0)
        return order;
    return compare_bytes(a->data + a->key_size, a->value_size, b->data + b->key_size, b->value_size);
}

/** For file systems without O_TMPFILE: a name for a moment. */
static int open_and_unlink(const char *folder)
{
    char path[4096];
    const int size = snprintf(path, sizeof path, "%s/.taki-spill-XXXXXX", folder);
    if (size < 0 || (size_t)size >= sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    const int file = mkstemp(path);
    if (file >= 0 && unlink(path) != 0) {
        const int why = errno;
        (void)close(file);
        errno = why;
        return -1;
    }
    return file;
}

enum taki_status taki_spill_open(const char *folder, struct taki_spill *spill, struct taki_error *err)
{
    *spill = (struct taki_spill){.file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)};
    if (spill->file < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL))
        spill->file = open_and_unlink(folder);
    if (spill->file < 0)
        return taki_fail_errno(err, TAKI_FAILED, errno, "cannot make a temporary file in '%s'", folder);
    const size_t size = strlen(folder) + 1;
    spill->path = memcpy(taki_memory_take("spill file", size), folder, size);
    return TAKI_OK;
}

void taki_spill_close(struct taki_spill *spill)
{
    if (spill->file >= 0)
        (void)close(spill->file); // unlinked: what it held is of no more use
    if (spill->path != NULL)
        taki_memory_give(spill->path, strlen(spill->path) + 1);
    *spill = (struct taki_spill){.file = -1};
}

enum taki_status taki_spill_append(struct taki_spill *spill, const char *data, size_t size, struct taki_error *err)
{
    while (size > 0) {
        const ssize_t written = pwrite(spill->file, data, size, spill->size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0) {
            const int why = written < 0 ? errno : EIO;
            const enum taki_status status =
                taki_fail_errno(err, TAKI_FAILED, why, "cannot write a temporary file in '%s'", spill->path);
            (void)taki_hint(err, "free disk space there, or allow more memory with --memory");
            return status;
        }
        data += written;
        size -= (size_t)written;
        spill->size += written;
    }
    return TAKI_OK;
}

enum taki_status taki_spill_read(const struct taki_spill *spill, int64_t offset, char *data, size_t size,
                                 struct taki_error *err)
{
    while (size > 0) {
        const ssize_t got = pread(spill->file, data, size, offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return taki_fail_errno(err, TAKI_FAILED, errno, "cannot read a temporary file in '%s'", spill->path);
        if (got == 0)
            return taki_fail(err, TAKI_DAMAGED, "a temporary file in '%s' became shorter", spill->path);
        data += got;
        size -= (size_t)got;
        offset += got;
    }
    return TAKI_OK;
}

static enum taki_status put_bytes(struct taki_spill_writer *writer, const char *data, size_t size,
                                  struct taki_error *err)
{
    if (size > writer->capacity - writer->used) {
        TAKI_TRY(taki_spill_flush(writer, err));
        if (size >= writer->capacity)
            return taki_spill_append(writer->spill, data, size, err);
    }
    memcpy(writer->buffer + writer->used, data, size);
    writer->used += size;
    return TAKI_OK;
}

enum taki_status taki_spill_put(struct taki_spill_writer *writer, const struct taki_pair *pair, struct taki_error *err)
{
    char head[PAIR_HEAD];
    taki_store32(head, pair->key_size);
    taki_store32(head + 4, pair->value_size);
    TAKI_TRY(put_bytes(writer, head, sizeof head, err));
    return put_bytes(writer, pair->data, (size_t)pair->key_size + pair->value_size, err);
}

enum taki_status taki_spill_flush(struct taki_spill_writer *writer, struct taki_error *err)
{
    const size_t used = writer->used;
    writer->used = 0;
    return taki_spill_append(writer->spill, writer->buffer, used, err);
}
