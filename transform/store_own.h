/**
 * @file store_own.h
 * The inside of the store, shared by store*.c.
 */
#ifndef TAKI_TRANSFORM_STORE_OWN_H
#define TAKI_TRANSFORM_STORE_OWN_H

#include "cache.h"
#include "decode/decode.h"
#include "store.h"

#include "taki/hash.h"

/** One source:object. Sorted like the batches. */
struct taki_stream {
    const char *name; /**< "sfa:Lead" */
    taki_str source, object;
    uint64_t hash; /**< what routes ids to partitions */
    struct taki_cache_counts counts;
    bool has_tombs;
};

/** A batch in use, or a share of a big one's pages, and its cache file. */
struct taki_store_batch {
    uint32_t batch, share, shares;
    const struct taki_stream_map *map;
    const char *cache_path;
    struct taki_cache_file file;
    uint32_t stream;
};

/** A block of one partition; rows of a partition are numbered over its blocks. */
struct taki_block_ref {
    uint32_t batch, block, first_row;
};

struct taki_partition {
    struct taki_block_ref *blocks;
    size_t block_count;
    uint32_t row_count, in_force;
    uint64_t *bits; /**< one a row: in force */
};

/** How many records of a stream ended how. */
struct taki_fates {
    int64_t written, superseded, deleted, merged;
};

/** A death told by a feed; the latest one not after as_of. */
struct taki_death {
    taki_instant at;      /**< NULL = unknown: then told_at decides */
    taki_instant told_at; /**< extraction of the batch that tells it */
    bool merged;
};

struct taki_store {
    struct taki_run *run;
    struct taki_arena *arena;
    struct taki_arena *held_arenas[TAKI_ENTITY_COUNT_];
    taki_instant as_of, known_at;
    struct taki_decoder_set *decoders;
    struct taki_batch *batches;
    struct taki_store_batch *states;
    size_t batch_count, state_count; /**< states: one a cache file, in order of the batches */
    struct taki_stream *streams;
    size_t stream_count;
    struct taki_partition *partitions[TAKI_ENTITY_COUNT_];
    void *rows[TAKI_ENTITY_COUNT_];
    size_t row_counts[TAKI_ENTITY_COUNT_];
    struct taki_map *programs; /**< "ma:@77" (smart campaign) to index of its vocabulary row */
    struct taki_map *deaths;   /**< "entity|source:id" ("|source:id" = any entity) to index of death_list */
    struct taki_death *death_list;
    size_t death_count;
};

/** Chooses the batches in use and their streams. */
TAKI_NODISCARD enum taki_status taki_store_choose(struct taki_store *store, struct taki_error *err);
/** Makes every cache file that is missing, then opens them all. */
TAKI_NODISCARD enum taki_status taki_store_fill_cache(struct taki_store *store, struct taki_error *err);
/** Lists the blocks of each partition. */
void taki_store_index(struct taki_store *store);
/** Chooses the versions in force of @p entity; @p fates (one a stream) receives the counts. */
TAKI_NODISCARD enum taki_status taki_store_resolve(struct taki_store *store, enum taki_entity entity,
                                                   struct taki_fates *fates, struct taki_error *err);
/** Loads the rows in force of a held entity. */
TAKI_NODISCARD enum taki_status taki_store_load(struct taki_store *store, enum taki_entity entity,
                                                struct taki_error *err);
/** Index of deaths from the loaded tombstones. */
void taki_store_bury(struct taki_store *store);
/** Salesforce's rates to the corporate currency become rates to the reporting currency. */
void taki_store_rates(struct taki_store *store);
/** @p a / @p b as decimal text with up to 18 significant digits; NULL if either is no positive decimal. */
taki_str taki_decimal_ratio(struct taki_arena *arena, taki_str a, taki_str b);
/** Fills a row's head from its key and batch. */
void taki_store_head(const struct taki_store *store, const struct taki_store_batch *state,
                     const struct taki_cache_key *key, void *row);

static inline bool taki_bit(const uint64_t *bits, uint32_t i)
{
    return (bits[i / 64] >> (i % 64) & 1U) != 0;
}

#endif
