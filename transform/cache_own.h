/**
 * @file cache_own.h
 * What the writing and the reading half of the cache share: the trailer and the columns the codec holds.
 */
#ifndef TAKI_TRANSFORM_CACHE_OWN_H
#define TAKI_TRANSFORM_CACHE_OWN_H

#include "cache.h"

#include "taki/hash.h"

#define TAKI_CACHE_MAGIC UINT64_C(0x3130304348434b54) /* "TKCHC001" read on a little-endian machine */

/** Last bytes of a file. The index holds the blocks and the counts. */
struct taki_cache_trailer {
    uint64_t mapping_hash, index_offset, index_hash;
    uint64_t rejects_offset, rejects_hash;
    uint32_t rejects_bytes, reject_count, block_count, version;
    struct taki_cache_counts counts;
    uint64_t trailer_hash; /**< of everything before it in this struct */
    uint64_t magic;
};

/** Head columns that are not encoded: they are the batch's or the key's. */
#define TAKI_CACHE_HEAD_COLUMNS 6

/** Columns the codec holds: all behind the first TAKI_CACHE_HEAD_COLUMNS. */
const struct taki_field *taki_cache_fields(enum taki_entity entity, size_t *count);

enum { KEY_DELETED = 1, KEY_MERGED = 2, KEY_PART = 4, KEY_MODIFIED = 8, KEY_BORN = 16, KEY_FLAG_BITS = 5 };

#endif
