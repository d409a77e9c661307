/**
 * @file mapping.h
 * The state while a batch is decoded, and what hooks may do with a record; shared by the files of decode/ only.
 */
#ifndef TAKI_TRANSFORM_MAPPING_H
#define TAKI_TRANSFORM_MAPPING_H

#include "stream_map.h"

#include "taki/json.h"

/** State while one batch is decoded. */
struct taki_decoding {
    const struct taki_stream_map *map;
    const struct taki_batch *batch;
    const struct taki_page *page;
    struct taki_cache_writer *out;
    struct taki_cache_counts counts;
    struct taki_arena *record_arena; /**< reset after each record */
    struct taki_arena *page_arena;   /**< reset after each page */
    struct taki_arena *batch_arena;
    const taki_str *values;                /**< one a slot; NULL = missing, null or empty */
    const struct taki_json *json;          /**< document of `nodes`; NULL for CSV, where containers are JSON text */
    const struct taki_json_node **nodes;   /**< one a slot, for containers; NULL = missing or null */
    const void *blank[TAKI_ENTITY_COUNT_]; /**< rows of NULL values, made at first use */
    taki_str raw;                          /**< the record as received */
    size_t line;                           /**< of the page; 0 = unknown */
    size_t page_number, page_record;
    taki_str context; /**< page context (JSON object text), or NULL */
};

/* For hooks. */

/** Value of base->extra[i]; NULL value if missing. */
taki_str taki_decoding_extra(const struct taki_decoding *d, size_t i);
/** Member of the page's context as text, or NULL value. */
taki_str taki_decoding_context(struct taki_decoding *d, const char *name);
/** `source:id` of this source (text in record_arena). NULL stays NULL. */
taki_str taki_decoding_ref(struct taki_decoding *d, taki_str id);
/** The same with another source's name. */
taki_str taki_decoding_ref_of(struct taki_decoding *d, taki_str source, bool long_ids, taki_str id);
/** Adds a row. @p is_part: the record is counted by another row. The head's id, times and flags are taken from the row.
 */
TAKI_NODISCARD enum taki_status taki_decoding_add(struct taki_decoding *d, enum taki_entity entity, const void *row,
                                                  bool is_part, struct taki_error *err);
/** Refuses the record: counted, and listed with its place. Gives TAKI_END, or a failure. @p reason: reject code and
 * detail. */
TAKI_NODISCARD enum taki_status taki_decoding_reject(struct taki_decoding *d, struct taki_error *err,
                                                     const char *format, ...) TAKI_PRINTF(3, 4);
/** Id for a record without one: its number in the batch, behind the batch's id if @p with_batch. */
taki_str taki_decoding_number(struct taki_decoding *d, bool with_batch);
/** Counts a record that gives no row. */
void taki_decoding_unused(struct taki_decoding *d);
/** Clears all columns of @p row of @p entity. */
void taki_decoding_clear(struct taki_decoding *d, enum taki_entity entity, void *row);
/** Document and node of base->extra[i] where it is a list or an object, whether it came in JSON or as JSON text in a
 * CSV. *node is NULL if there is none; false if the text is no JSON. */
bool taki_decoding_tree(struct taki_decoding *d, size_t i, struct taki_json *json, const struct taki_json_node **node);
/** Readers of single values for hooks; false if the text does not fit. NULL text gives NULL. */
bool taki_read_instant(const struct taki_zone *zone, taki_str text, taki_instant *instant);
bool taki_read_date(taki_str text, taki_date *date);
bool taki_read_i64(taki_str text, int64_t *value);
/** Salesforce id with 18 characters; other lengths as they are. */
taki_str taki_long_id(struct taki_arena *arena, taki_str id);
/** JSON array text of @p items, NULL if there are none. */
taki_str taki_json_list(struct taki_arena *arena, const taki_str *items, size_t count);

#endif
