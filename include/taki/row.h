/**
 * @file row.h
 * Rows as bytes: a compact codec for caches and spills, memcmp-able sort keys, and an external merge sort.
 *
 * The codec is an internal format (its version is TAKI_ROW_VERSION); the published ones are in stage.h.
 */
#ifndef TAKI_ROW_H
#define TAKI_ROW_H

#include "taki/field.h"
#include "taki/status.h"
#include "taki/str.h"

#include <stddef.h>

#define TAKI_ROW_VERSION 1

/** Appends @p row: NULL bitmap, then values (varint integers, length-prefixed text). */
void taki_row_encode(const struct taki_field *fields, size_t count, const void *row, struct taki_buf *out);
/** Fills @p row from @p bytes (text borrows from @p bytes); *used receives the bytes read. TAKI_DAMAGED on malformed
 * input. */
TAKI_NODISCARD enum taki_status taki_row_decode(const struct taki_field *fields, size_t count, taki_str bytes,
                                                void *row, size_t *used, struct taki_error *err);
/** Appends a key for the KEY columns such that memcmp order = value order column by column (text bytewise, NULL first).
 */
void taki_row_key(const struct taki_field *fields, size_t count, const void *row, struct taki_buf *out);

/**
 * Sorts (key, value) byte pairs by key, ties by value, in bounded memory: beyond @p memory_bytes sorted runs are
 * spilled to unlinked files in @p spill_dir and merged. One writer thread; equal input in any order gives equal output.
 */
struct taki_sorter;
struct taki_sorter *taki_sorter_open(size_t memory_bytes, const char *spill_dir);
TAKI_NODISCARD enum taki_status taki_sorter_add(struct taki_sorter *sorter, taki_str key, taki_str value,
                                                struct taki_error *err);
/** Moves all pairs of @p other (same phase, not yet finished) into @p sorter and closes it. */
TAKI_NODISCARD enum taki_status taki_sorter_take(struct taki_sorter *sorter, struct taki_sorter *other,
                                                 struct taki_error *err);
/** Ends adding; then taki_sorter_next gives pairs in order. */
TAKI_NODISCARD enum taki_status taki_sorter_finish(struct taki_sorter *sorter, struct taki_error *err);
/** TAKI_OK with borrowed key and value (valid until the next call), TAKI_END, or failure. */
TAKI_NODISCARD enum taki_status taki_sorter_next(struct taki_sorter *sorter, taki_str *key, taki_str *value,
                                                 struct taki_error *err);
/** Bytes spilled to disk so far. */
int64_t taki_sorter_spilled_bytes(const struct taki_sorter *sorter);
void taki_sorter_close(struct taki_sorter *sorter);
void taki_sorter_auto(struct taki_sorter **sorter);

#endif
