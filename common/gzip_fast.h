/**
 * @file gzip_fast.h
 * Whole members through libdeflate, or "not served" where it is not built in; the verdict on bad data is always zlib's.
 */
#ifndef TAKI_COMMON_GZIP_FAST_H
#define TAKI_COMMON_GZIP_FAST_H

#include "taki/str.h"

#include <stdbool.h>
#include <stddef.h>

/** Appends the first member of @p gz and its compressed size, or returns false and leaves @p out's contents alone. */
bool taki_gzip_fast_inflate(taki_str gz, size_t *used, struct taki_buf *out);

/** Writes one member into @p out of @p size bytes; its size, or 0 if not served. */
size_t taki_gzip_fast_deflate(taki_str data, int level, char *out, size_t size);
/** Room that taki_gzip_fast_deflate needs, or 0 if it doesn't serve. */
size_t taki_gzip_fast_bound(size_t size, int level);

/** "libdeflate 1.14", or NULL. */
const char *taki_gzip_fast_engine(void);

#endif
