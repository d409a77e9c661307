/**
 * @file store.h
 * The landing zone as canonical entities: each batch decoded once (cache), then one version a record in force at
 * `as_of`.
 *
 * Rules (domain.md 1, design.md 4): batches extracted after `known_at` are hidden; the version in force is the newest
 * one modified at or before `as_of`, else (only newer ones landed) the oldest, if the record was created by then; a
 * record deleted at or before `as_of` takes part in nothing; a tombstone never overwrites attributes; repeats and older
 * versions count as superseded. Held entities are arrays in (source, object, source_id) order; streamed ones (touch,
 * activity, ...) are read by partition. Unreadable records go to the rejects. Nothing here depends on the order of
 * landing files or on the number of workers.
 */
#ifndef TAKI_TRANSFORM_STORE_H
#define TAKI_TRANSFORM_STORE_H

#include "entity.h"

#include "taki/app.h"
#include "taki/landing.h"

struct taki_store;

/** Decodes what the cache lacks (run->jobs workers) and resolves versions. Lives until taki_store_close. */
TAKI_NODISCARD enum taki_status taki_store_open(struct taki_run *run, taki_instant as_of, taki_instant known_at,
                                                struct taki_store **store, struct taki_error *err);
void taki_store_close(struct taki_store *store);

/** Batches in use, sorted by source, object, extracted_at, id. */
const struct taki_batch *taki_store_batches(const struct taki_store *store, size_t *count);

/** Rows of a held entity as an array of its struct; text lives as long as the store. A bug for streamed entities. */
const void *taki_store_rows(const struct taki_store *store, enum taki_entity entity, size_t *count);

/** Partitions of a streamed entity; each can be read by another worker. */
size_t taki_store_partitions(const struct taki_store *store, enum taki_entity entity);

/** One pass over a partition; only versions in force, in no promised order. */
struct taki_scan;
TAKI_NODISCARD enum taki_status taki_scan_open(const struct taki_store *store, enum taki_entity entity,
                                               size_t partition, struct taki_scan **scan, struct taki_error *err);
/** TAKI_OK: *row (struct of the entity) valid until the next call; TAKI_END. */
TAKI_NODISCARD enum taki_status taki_scan_next(struct taki_scan *scan, const void **row, struct taki_error *err);
void taki_scan_close(struct taki_scan *scan);
void taki_scan_auto(struct taki_scan **scan);

/** Default `as_of`: end of the last business day covered whole by the completed windows of all selected streams;
 * *held_back_by names the stream that holds it back ("sfa:Lead"). TAKI_EMPTY if nothing has landed. */
TAKI_NODISCARD enum taki_status taki_store_default_as_of(struct taki_run *run, taki_instant known_at,
                                                         taki_instant *as_of, const char **held_back_by,
                                                         struct taki_error *err);

#endif
