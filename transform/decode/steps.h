/**
 * @file steps.h
 * How mappings are made from the configuration, and the steps from a page to rows: one file each.
 */
#ifndef TAKI_TRANSFORM_STEPS_H
#define TAKI_TRANSFORM_STEPS_H

#include "mapping.h"

/* The steps of decode.c, one file each. */

/** One column from one value: into @p row. TAKI_END = rejected. */
TAKI_NODISCARD enum taki_status taki_column_read(struct taki_decoding *d, const struct taki_column *column, void *row,
                                                 struct taki_error *err);
/** The record in d->values through its mapping. TAKI_OK also when it was rejected. */
TAKI_NODISCARD enum taki_status taki_decoding_record(struct taki_decoding *d, struct taki_error *err);
/** All records of a page body. */
TAKI_NODISCARD enum taki_status taki_decode_json_page(struct taki_decoding *d, taki_str body, struct taki_error *err);
TAKI_NODISCARD enum taki_status taki_decode_csv_page(struct taki_decoding *d, taki_str body, struct taki_error *err);
/** Tombstones of extract. */
extern const struct taki_object_map taki_tombstone_map;

/* Compiling. */

struct taki_mapping_build {
    struct taki_arena *arena;
    const struct taki_config *config;
    const struct taki_zone *zone;
    const taki_str *source_names;
    const struct taki_vendor_map **source_vendors; /**< beside source_names; NULL = none */
    size_t source_count;
    size_t mistakes; /**< told so far */
};
/** Columns of a `fields:` mapping over @p base rows (may be none). @p names_long: ids of this source are Salesforce's.
 */
TAKI_NODISCARD enum taki_status taki_mapping_columns(struct taki_mapping_build *build, struct taki_stream_map *map,
                                                     const struct taki_map_row *rows, size_t row_count,
                                                     const struct taki_node *fields, struct taki_error *err);
/** A files (or other mapped) object: sources.<name>.objects.<object> with an `entity`. */
TAKI_NODISCARD enum taki_status taki_mapping_file(struct taki_mapping_build *build, struct taki_stream_map *map,
                                                  const struct taki_node *object, struct taki_error *err);
/** Date formats that could read one text as two different days: TAKI_USAGE naming both. */
TAKI_NODISCARD enum taki_status taki_formats_check(const char *place, const char *const *formats, size_t count,
                                                   struct taki_error *err);
/** Marketo's own keys of sources.<name>. */
TAKI_NODISCARD enum taki_status taki_marketo_compile(struct taki_mapping_build *build, struct taki_stream_map *map,
                                                     struct taki_error *err);

#endif
