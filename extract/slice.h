/**
 * @file slice.h
 * Cuts a big body of records into pieces that end at record borders, so that each can be decoded alone in bounded
 * memory and `zcat` of all of them is the body.
 */
#ifndef TAKI_EXTRACT_SLICE_H
#define TAKI_EXTRACT_SLICE_H

#include "taki/charset.h"
#include "taki/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct taki_slice_rule {
    const struct taki_charset *charset; /**< of the raw bytes: a second byte is never taken for a quote or a line end */
    char delimiter;      /**< starts a field, where alone a quote opens; 0 = lines without quotes (NDJSON) */
    size_t target_bytes; /**< at least so many, but for the last piece */
};

/** Size of the first piece of @p rest, which begins at a record border. A record longer than the target stays whole. */
size_t taki_slice_size(taki_str rest, const struct taki_slice_rule *rule);

/** True if @p piece, which begins at a record border, ends inside quotes: a cut file. */
bool taki_slice_is_open(taki_str piece, const struct taki_slice_rule *rule);

/** Size of the first @p lines lines of @p rest (quotes do not count), line ends included: banner lines. */
size_t taki_slice_lines(taki_str rest, const struct taki_charset *charset, int64_t lines);

#endif
