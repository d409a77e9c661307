/**
 * @file decode.h
 * Landing pages into canonical rows: which mapping a stream has, and one batch decoded into its cache file.
 *
 * A mapping is data: rows {name in the source, canonical column, how it is read}. What a vendor does differently is a
 * named hook beside its rows. Every record ends in exactly one way: rows (the first one counts), a reject with its
 * reason, or `unused` (a record that says nothing the entities hold, e.g. a static list). Nothing is dropped without a
 * count.
 */
#ifndef TAKI_TRANSFORM_DECODE_H
#define TAKI_TRANSFORM_DECODE_H

#include "cache.h"
#include "entity.h"

#include "taki/app.h"
#include "taki/landing.h"

/** Raised whenever decoding gives other rows for the same bytes: all caches are then made anew. */
#define TAKI_MAPPING_VERSION 3

/** Name under which taki_decoder_find gives the mapping of a source's batches of kind tombstones. */
#define TAKI_TOMBSTONE_OBJECT "#tombstones"

struct taki_decoder_set;
struct taki_stream_map;

/**
 * Reads the mappings of all sources in the configuration. TAKI_USAGE with the place in the file for a mapping that
 * names an unknown entity or column, or date formats that contradict each other. Lives in @p arena; read-only
 * afterwards.
 */
TAKI_NODISCARD enum taki_status taki_decoder_set_new(struct taki_arena *arena, const struct taki_config *config,
                                                     const struct taki_zone *zone, struct taki_decoder_set **set,
                                                     struct taki_error *err);

/** Mapping of a landed stream; NULL if neither a default nor the configuration knows it. */
const struct taki_stream_map *taki_decoder_find(const struct taki_decoder_set *set, const char *source,
                                                const char *object);
/** Changes whenever the mapping would give other rows; part of the cache's name. */
uint64_t taki_stream_map_hash(const struct taki_stream_map *map);

/** What of a stream is in force. */
enum taki_stream_mode {
    TAKI_STREAM_VERSIONS, /**< newest version of each record over all batches */
    TAKI_STREAM_REPLACE,  /**< the newest full batch and what was landed after it */
};
enum taki_stream_mode taki_stream_map_mode(const struct taki_stream_map *map);

/** One of @p shares equal runs of a batch's pages, and the cache file it goes to. */
struct taki_decode_part {
    const struct taki_batch *batch;
    uint32_t share, shares;
    const char *path;
};
/** Decodes the pages of @p part into its cache file. @p scratch is used and reset. */
TAKI_NODISCARD enum taki_status taki_decode_batch(const struct taki_stream_map *map,
                                                  const struct taki_decode_part *part, struct taki_arena *scratch,
                                                  struct taki_error *err);

#endif
