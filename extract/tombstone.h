/**
 * @file tombstone.h
 * Deletes, merges and association changes in the one form of design.md 3.1, found by reading committed pages again.
 */
#ifndef TAKI_EXTRACT_TOMBSTONE_H
#define TAKI_EXTRACT_TOMBSTONE_H

#include "taki/arena.h"
#include "taki/json.h"
#include "taki/status.h"
#include "taki/str.h"

#include <stdbool.h>
#include <stddef.h>

/** A delete, merge or association change, in the one form of design.md 3.1. */
struct taki_tombstone {
    const char *object; /**< whose record is gone: the canonical stream name of this source */
    taki_str id;
    bool deleted;
    taki_str merged_into; /**< id of the survivor, or NULL value */
    taki_str at;          /**< time as the vendor wrote it, or NULL value */
};
struct taki_tombstone_sink;
TAKI_NODISCARD enum taki_status taki_tombstone_add(struct taki_tombstone_sink *sink,
                                                   const struct taki_tombstone *tombstone, struct taki_error *err);

/** A landed record of a JSON or CSV page, for the tombstone scan. */
struct taki_landed {
    const struct taki_json *json; /**< JSON: document and node; else NULL */
    const struct taki_json_node *node;
    const taki_str *names, *values; /**< CSV: header names and this record's values */
    size_t count;
    struct taki_arena *arena; /**< scratch */
};
/** Top-level member or column as text; NULL value if missing, null or an empty CSV field. */
taki_str taki_landed_text(const struct taki_landed *record, const char *name);

#endif
