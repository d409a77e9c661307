/**
 * @file mapping.h
 * How one object of a source becomes rows of one entity; shared by the files of decode/ only.
 */
#ifndef TAKI_TRANSFORM_MAPPING_H
#define TAKI_TRANSFORM_MAPPING_H

#include "decode.h"

#include "taki/hash.h"
#include "taki/json.h"

/** How a value is read; AUTO = by the type of the canonical column. */
enum taki_convert {
    TAKI_CONVERT_AUTO,
    TAKI_CONVERT_TEXT,
    TAKI_CONVERT_ID,  /**< bare id of this source (Salesforce: 15 characters become 18) */
    TAKI_CONVERT_REF, /**< `source:id`; a bare id gets the source's name */
    TAKI_CONVERT_BOOL,
    TAKI_CONVERT_NOT, /**< bool turned round */
    TAKI_CONVERT_I64, /**< "1200.0" is 1200; a fraction is an error */
    TAKI_CONVERT_F64,
    TAKI_CONVERT_PERCENT, /**< 60 is 0.6 */
    TAKI_CONVERT_DATE,
    TAKI_CONVERT_MONTH,    /**< first day of the date's month */
    TAKI_CONVERT_INSTANT,  /**< a local time stands in the source's time zone; a bare date is the end of its day */
    TAKI_CONVERT_DECIMAL,  /**< exact decimal text, checked */
    TAKI_CONVERT_YEAR_END, /**< last day of a fiscal year to the month after it: 31 March is 4 */
    TAKI_CONVERT_LIST,     /**< "a;b" or a JSON array to JSON array text */
};

/** One column of a default mapping. `from` may be a dotted path into nested objects ("Owner.Name"). */
struct taki_map_row {
    const char *from, *to;
    enum taki_convert convert;
};

struct taki_decoding;

/** One object of a vendor. */
struct taki_object_map {
    const char *object;
    enum taki_entity entity;
    const struct taki_map_row *rows;
    size_t row_count;
    const char *const *extra; /**< further source fields the hooks ask for by index; NULL-terminated, may be NULL */
    /** After the columns are filled, before the row is added. TAKI_END = taki_decoding_reject was called or nothing is
     * left to add (then the hook counted the record). */
    enum taki_status (*finish)(struct taki_decoding *d, void *row, struct taki_error *err);
    /** Instead of columns: the whole record by hand, through `extra`. */
    enum taki_status (*record)(struct taki_decoding *d, struct taki_error *err);
    enum taki_stream_mode mode;
};

/** A vendor: its objects and how its ids and empty values look. */
struct taki_vendor_map {
    const char *type; /**< `type:` in taki.yml */
    const struct taki_object_map *objects;
    size_t object_count;
    bool long_ids;         /**< Salesforce: 15-character ids become 18 */
    const char *null_text; /**< CSV text that means no value ("null"), or NULL */
};

extern const struct taki_vendor_map taki_vendor_salesforce, taki_vendor_marketo;
/** All vendors with a default mapping; NULL-terminated. */
extern const struct taki_vendor_map *const taki_vendors[];

/** A value map of the configuration: `map: {from: to}`. */
struct taki_value_map {
    const taki_str *from, *to;
    size_t count;
};

/** A column ready to be read. */
struct taki_column {
    taki_str name;  /**< name in the source, for messages */
    const char *to; /**< canonical column */
    size_t slot;    /**< position of the value, or SIZE_MAX for a constant */
    size_t offset;
    enum taki_type type;
    enum taki_convert convert;
    const char *const *formats; /**< date formats in order; NULL = ISO */
    size_t format_count;
    const struct taki_value_map *values;
    taki_str constant;
    taki_str ref_source; /**< source a bare id belongs to; NULL = this one */
    bool ref_long;       /**< that source has Salesforce ids */
};

/** How the bytes of a files object are read; zero for vendors. */
struct taki_file_rules {
    size_t skip_lines;
    char delimiter;
    bool repair_double_encoded, no_key, append;
    const taki_str *missing;
    size_t missing_count;
};

/** A slot whose name is a path into nested objects ("Owner.Name"). */
struct taki_nested_slot {
    const char *path; /**< "Owner/Name" */
    size_t slot;
};

struct taki_stream_map {
    const char *source, *object;
    const struct taki_vendor_map *vendor; /**< NULL for files */
    const struct taki_object_map *base;   /**< NULL for files and vendor objects mapped by configuration alone */
    enum taki_entity entity;
    const struct taki_column *columns;
    size_t column_count;
    const taki_str *slots; /**< names in the source */
    size_t slot_count;
    const struct taki_map *slot_index; /**< name to slot */
    const struct taki_nested_slot *nested;
    size_t nested_count;
    const size_t *extra; /**< slots of base->extra */
    struct taki_file_rules file;
    enum taki_stream_mode mode;
    uint64_t hash;
    const struct taki_zone *zone;
    taki_str source_name;
    const taki_str *source_names; /**< of the whole configuration, to know `source:id` from a bare id */
    size_t source_count;
    taki_str synced_with;         /**< name of the SFA source this one is synced with, or NULL */
    const struct taki_node *node; /**< sources.<name> */
    const void *vendor_data;      /**< what the vendor's file compiled from the node */
    size_t key_slot;              /**< files: slot of the key, or SIZE_MAX */
};

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
    size_t ordinal, line;                  /**< 1-based record of the batch; line of the page (0 = unknown) */
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
