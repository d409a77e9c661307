/**
 * @file stream_map.h
 * The mapping of one stream, ready for use: default rows and configuration together.
 */
#ifndef TAKI_TRANSFORM_STREAM_MAP_H
#define TAKI_TRANSFORM_STREAM_MAP_H

#include "vendor.h"

#include "taki/hash.h"

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

#endif
