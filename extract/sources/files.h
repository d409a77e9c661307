/**
 * @file files.h
 * Shared by the files of the files source only.
 */
#ifndef TAKI_EXTRACT_FILES_H
#define TAKI_EXTRACT_FILES_H

#include "files_read.h"
#include "source.h"

enum taki_files_mode { TAKI_FILES_REPLACE, TAKI_FILES_APPEND, TAKI_FILES_UPSERT };

/** One object of the configuration. */
struct taki_files_object {
    const char *name;
    taki_str path; /**< as configured */
    bool is_dated; /**< the path holds %Y, %m or %d */
    enum taki_files_mode mode;
    struct taki_files_rule rule;
};

/** Path of a dated object on a day; lives in @p arena. */
const char *taki_files_path(struct taki_arena *arena, taki_str pattern, taki_date day);

/** What is remembered of a file from night to night; read from and written into the cursor. */
struct taki_files_memory {
    taki_str path, etag, last_modified, sha256;
    taki_str rule;        /**< how it was read: another charset needs another batch */
    const taki_str *days; /**< append: days that have landed, newest last */
    size_t day_count;
};
/** Lives in @p arena; an unreadable or missing cursor gives NULL values. */
struct taki_files_memory taki_files_memory_read(struct taki_arena *arena, const char *cursor);
/** JSON text in @p arena. */
const char *taki_files_memory_write(struct taki_arena *arena, const struct taki_files_memory *memory);

/** A file brought into the spool, its gzip taken off. */
struct taki_files_body {
    taki_str view; /**< mapped; unmap with taki_files_body_reset */
    taki_str gz;   /**< mapped compressed file, or NULL value */
    bool is_missing, is_same;
    struct taki_reply reply; /**< of the first request; empty for a file on disk */
    const char *request;
    char sha256[TAKI_SHA256_HEX]; /**< of the bytes as received */
};
/** @p memory may be NULL: no condition. */
TAKI_NODISCARD enum taki_status taki_files_bring(struct taki_fetch *fetch, const char *path,
                                                 const struct taki_files_memory *memory, struct taki_files_body *body,
                                                 struct taki_error *err);
void taki_files_body_reset(struct taki_files_body *body);

enum taki_status taki_files_fetch(struct taki_fetch *fetch, struct taki_error *err);

#endif
