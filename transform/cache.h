/**
 * @file cache.h
 * The decoded cache (design.md 3.2): one file a landing batch, `<data_dir>/cache/<manifest sha256>-<mapping hash>.tkc`.
 *
 * Rows lie in blocks of one entity and one partition: first the keys (id, times, flags: all that choosing versions
 * needs), then the rows. The index stands at the end, so that a file cut short is seen as such. Safe to delete at any
 * time; a file that is damaged or of another mapping is made again. Internal format: byte order of the machine, version
 * TAKI_CACHE_VERSION.
 */
#ifndef TAKI_TRANSFORM_CACHE_H
#define TAKI_TRANSFORM_CACHE_H

#include "entity.h"

#include "taki/arena.h"
#include "taki/landing.h"
#include "taki/status.h"
#include "taki/str.h"

#define TAKI_CACHE_VERSION 1
/** Partitions of a streamed entity, by hash of source, object and source_id; a held one has a single partition. */
#define TAKI_CACHE_PARTITIONS 64

size_t taki_cache_partitions(enum taki_entity entity);

/** What versions are chosen by. */
struct taki_cache_key {
    taki_str id;                   /**< source_id */
    taki_instant modified;         /**< NULL = unknown or immutable */
    taki_instant born;             /**< creation, where the entity has one */
    bool deleted, merged, is_part; /**< is_part: one more row of a record that was counted with its first row */
    uint32_t row_bytes;
};

/** Numbers of a batch: read = rejected + repeated_headers + records with a row + unused. */
struct taki_cache_counts {
    int64_t read, rejected, headers, unused;
};

struct taki_cache_block {
    uint8_t entity, partition;
    uint16_t reserved;
    uint32_t rows, key_bytes, row_bytes;
    uint64_t offset;
    uint64_t key_hash, row_hash;
};

struct taki_cache_reject {
    taki_str position, reason, record;
};

/* Writing. */
struct taki_cache_writer;
TAKI_NODISCARD enum taki_status taki_cache_create(const char *path, uint64_t mapping_hash, uint64_t stream_hash,
                                                  struct taki_cache_writer **writer, struct taki_error *err);
/** @p row is a struct of @p entity; its source, object, source_id, modified_at, extracted_at and is_deleted come from
 * the key or the batch when it is read. */
TAKI_NODISCARD enum taki_status taki_cache_add(struct taki_cache_writer *writer, enum taki_entity entity,
                                               const struct taki_cache_key *key, const void *row,
                                               struct taki_error *err);
TAKI_NODISCARD enum taki_status taki_cache_reject(struct taki_cache_writer *writer, const char *position,
                                                  const char *reason, taki_str record, struct taki_error *err);
/** Durable and visible; frees the writer. */
TAKI_NODISCARD enum taki_status taki_cache_commit(struct taki_cache_writer *writer,
                                                  const struct taki_cache_counts *counts, struct taki_error *err);
void taki_cache_abandon(struct taki_cache_writer *writer);
void taki_cache_writer_auto(struct taki_cache_writer **writer);

/* Reading. */
struct taki_cache_file {
    const char *path;
    struct taki_cache_counts counts;
    const struct taki_cache_block *blocks; /**< in order of writing */
    size_t block_count;
    uint64_t rejects_offset, rejects_hash;
    uint32_t rejects_bytes, reject_count;
};

/** Opens and checks every byte. *usable = false where the file is missing, damaged or of another mapping or version. */
TAKI_NODISCARD enum taki_status taki_cache_open(struct taki_arena *arena, const char *path, uint64_t mapping_hash,
                                                struct taki_cache_file *file, bool *usable, struct taki_error *err);
/** Keys of a block into @p out (cleared first). TAKI_DAMAGED on a bad checksum. */
TAKI_NODISCARD enum taki_status taki_cache_keys(const struct taki_cache_file *file,
                                                const struct taki_cache_block *block, struct taki_buf *out,
                                                struct taki_error *err);
/** Keys and rows of a block into @p out (cleared first). */
TAKI_NODISCARD enum taki_status taki_cache_rows(const struct taki_cache_file *file,
                                                const struct taki_cache_block *block, struct taki_buf *out,
                                                struct taki_error *err);
/** Takes the next key off *keys; false if the bytes are malformed. */
bool taki_cache_key_next(taki_str *keys, struct taki_cache_key *key);
/** Fills the fields of @p row that the codec holds; the caller sets the head. */
TAKI_NODISCARD enum taki_status taki_cache_row(enum taki_entity entity, taki_str bytes, void *row,
                                               struct taki_error *err);
TAKI_NODISCARD enum taki_status taki_cache_rejects(struct taki_arena *arena, const struct taki_cache_file *file,
                                                   struct taki_cache_reject **rejects, struct taki_error *err);

#endif
