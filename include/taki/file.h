/**
 * @file file.h
 * The one place that writes to disk durably: temp name, write all, fsync, close checked, no-replace rename, fsync
 * folder (design.md 3.1). Folders 0700, files 0600. ENOSPC, EDQUOT, EROFS come back as TAKI_DESTINATION with the path.
 */
#ifndef TAKI_FILE_H
#define TAKI_FILE_H

#include "taki/arena.h"
#include "taki/hash.h"
#include "taki/status.h"
#include "taki/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Creates @p path and its parents (0700) and fsyncs each parent that gained an entry. */
TAKI_NODISCARD enum taki_status taki_file_make_folder(const char *path, struct taki_error *err);

/** A file being written under a temp name beside its final one; invisible until committed. */
struct taki_file;
TAKI_NODISCARD enum taki_status taki_file_create(const char *path, struct taki_file **file, struct taki_error *err);
TAKI_NODISCARD enum taki_status taki_file_write(struct taki_file *file, taki_str data, struct taki_error *err);
/** Bytes written so far. */
int64_t taki_file_size(const struct taki_file *file);
/** sha256 of the bytes written so far (hashing is always on); out lower-case hex. */
void taki_file_sha256(const struct taki_file *file, char out[TAKI_SHA256_HEX]);
/** Durable and visible, or an error and gone. @p replace: for pointers only (latest, current); else an existing target
 * is an error. Frees @p file. */
TAKI_NODISCARD enum taki_status taki_file_commit(struct taki_file *file, bool replace, struct taki_error *err);
/** Removes the temp file and frees. NULL is allowed; for error paths and TAKI_AUTO(taki_file_auto). */
void taki_file_abandon(struct taki_file *file);
void taki_file_auto(struct taki_file **file);

/** create + write + commit. */
TAKI_NODISCARD enum taki_status taki_file_put(const char *path, taki_str data, bool replace, struct taki_error *err);
/** Appends durably to a log-like file (O_APPEND, no fsync). */
TAKI_NODISCARD enum taki_status taki_file_append(const char *path, taki_str data, struct taki_error *err);
/** fsync of a file (and of its folder entry) that was written by taki_file_append. */
TAKI_NODISCARD enum taki_status taki_file_sync(const char *path, struct taki_error *err);
/** Whole file into @p out (appended, up to its ceiling). TAKI_FAILED if missing, TAKI_CEILING if larger. */
TAKI_NODISCARD enum taki_status taki_file_read(const char *path, struct taki_buf *out, struct taki_error *err);
/** Part of a file. TAKI_DAMAGED if it is shorter than offset + size. */
TAKI_NODISCARD enum taki_status taki_file_read_at(const char *path, int64_t offset, size_t size, struct taki_buf *out,
                                                  struct taki_error *err);
/** Read-only view of a whole file (mmap); empty file gives an empty, non-NULL view. Unmap with taki_file_unmap. */
TAKI_NODISCARD enum taki_status taki_file_map(const char *path, taki_str *view, struct taki_error *err);
void taki_file_unmap(taki_str view);
/** sha256 and size of a file on disk. */
TAKI_NODISCARD enum taki_status taki_file_hash(const char *path, char out[TAKI_SHA256_HEX], int64_t *size,
                                               struct taki_error *err);
/** False only where it surely does not: what cannot be looked at is there, so that opening it tells why it cannot be
 * read. */
bool taki_file_exists(const char *path);
/** Size in bytes, or -1. */
int64_t taki_file_size_of(const char *path);
/** Names in a folder, sorted bytewise, without dot files and temp files of ours; a missing folder is an empty list.
 * Lives in @p arena. */
TAKI_NODISCARD enum taki_status taki_file_list(struct taki_arena *arena, const char *folder, const char ***names,
                                               size_t *count, struct taki_error *err);
/** Removes a file or a whole folder tree; missing is fine. fsyncs the parent. */
TAKI_NODISCARD enum taki_status taki_file_remove(const char *path, struct taki_error *err);
/** No-replace rename of a finished folder or file and fsync of both parents. */
TAKI_NODISCARD enum taki_status taki_file_move(const char *from, const char *to, struct taki_error *err);
/** Exchanges two paths at once (renameat2 EXCHANGE) and fsyncs the parent. */
TAKI_NODISCARD enum taki_status taki_file_exchange(const char *a, const char *b, struct taki_error *err);
/** A second name for a file on the same file system (hard link) and fsync of the new name's folder. */
TAKI_NODISCARD enum taki_status taki_file_link(const char *from, const char *to, struct taki_error *err);
/** Atomically points the symlink @p link at @p target (text as given). */
TAKI_NODISCARD enum taki_status taki_file_symlink(const char *target, const char *link, struct taki_error *err);
/** Removes what killed runs left in a folder tree: temp files of ours. Call only while holding the lock. */
TAKI_NODISCARD enum taki_status taki_file_sweep(const char *folder, struct taki_error *err);

/** An exclusive advisory lock; TAKI_LOCKED with the holder's pid and run id. Released at close or process end. */
struct taki_lock;
TAKI_NODISCARD enum taki_status taki_lock_open(const char *path, const char *run_id, struct taki_lock **lock,
                                               struct taki_error *err);
void taki_lock_close(struct taki_lock *lock);

#endif
