/**
 * @file file_part.h
 * What the files behind taki/file.h share: checked system calls, temp names, durable folders.
 */
#ifndef TAKI_COMMON_FILE_PART_H
#define TAKI_COMMON_FILE_PART_H

#include "taki/file.h"

#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <sys/types.h>

/** Names of files that are not finished, and of trees on their way out: invisible to readers, removed by the sweep. */
#define TAKI_TEMP_PREFIX ".tmp-"
/** Longest path taken. */
#define TAKI_PATH_BYTES ((size_t)PATH_MAX)

/** The folder part of @p path ("." if it has none) into @p out. TAKI_FAILED if the path is too long. */
TAKI_NODISCARD enum taki_status taki_path_parent(const char *path, char out[TAKI_PATH_BYTES], struct taki_error *err);
/** A new temp name ".tmp-<pid>-<number>" in the folder of @p path. */
TAKI_NODISCARD enum taki_status taki_path_temp(const char *path, char out[TAKI_PATH_BYTES], struct taki_error *err);
/** open() with O_CLOEXEC and mode 0600, repeated on EINTR; -1 and errno on failure. */
int taki_fd_open(const char *path, int flags);
/** Writes all, however often the system takes less; 0, or -1 and errno. */
int taki_fd_write(int fd, const void *data, size_t size);
/** Reads up to @p size bytes, repeated on EINTR; 0 at the end, -1 and errno on failure. */
ssize_t taki_fd_read(int fd, void *data, size_t size);
/** fsync repeated on EINTR; 0, or -1 and errno. */
int taki_fd_sync(int fd);
/** For TAKI_AUTO on read paths. */
void taki_fd_auto(int *fd);
/** fsync of the folder of @p path, so that a name made, moved or removed in it survives a power cut. */
TAKI_NODISCARD enum taki_status taki_sync_parent(const char *path, struct taki_error *err);

/** Rename that never replaces: 0, or -1 with errno (EEXIST if @p to is there). */
int taki_rename_new(const char *from, const char *to);
/** Exchanges two names at once: 0, or -1 with errno. */
int taki_rename_exchange(const char *a, const char *b);

#endif
