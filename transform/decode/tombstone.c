#include "steps.h"

#include <string.h>

/* Batches of kind tombstones: extract's own NDJSON, one form for all sources. */

enum { OBJECT, ID, DELETED, MERGED_INTO, AT };
static const char *const extra[] = {"object", "id", "deleted", "merged_into", "at", NULL};

/* The entity a vendor's object becomes; unknown ones (files) are looked up by id alone. */
static taki_str entity_of(const struct taki_stream_map *map, taki_str object)
{
    for (size_t i = 0; map->vendor != NULL && i < map->vendor->object_count; i++) {
        if (taki_str_is(object, map->vendor->objects[i].object))
            return taki_str_of(taki_entity_info(map->vendor->objects[i].entity)->name);
    }
    return TAKI_STR_NULL;
}

static enum taki_status tombstone(struct taki_decoding *d, struct taki_error *err)
{
    struct taki_tombstone row;
    taki_decoding_clear(d, TAKI_ENTITY_TOMBSTONE, &row);
    taki_str id = taki_decoding_extra(d, ID), deleted = taki_decoding_extra(d, DELETED),
             at = taki_decoding_extra(d, AT);
    bool is_deleted = true;
    if (taki_str_is_null(id))
        return taki_decoding_reject(d, err, "key: a tombstone without id");
    if (!taki_str_is_null(deleted) && !taki_str_bool(deleted, &is_deleted))
        return taki_decoding_reject(d, err, "value: deleted: '%.*s' is no true or false", TAKI_STR_ARG(deleted));
    if (!taki_read_instant(d->map->zone, at, &row.at))
        return taki_decoding_reject(d, err, "value: at: '%.*s' is no time", TAKI_STR_ARG(at));
    row.merged_into = taki_decoding_ref(d, taki_decoding_extra(d, MERGED_INTO));
    if (!is_deleted && taki_str_is_null(row.merged_into)) {
        taki_decoding_unused(d);
        return TAKI_OK;
    }
    row.dead = taki_decoding_ref(d, id);
    row.entity = entity_of(d->map, taki_decoding_extra(d, OBJECT));
    row.source_id = taki_decoding_number(d, true);
    return taki_decoding_add(d, TAKI_ENTITY_TOMBSTONE, &row, false, err);
}

const struct taki_object_map taki_tombstone_map = {
    .object = TAKI_TOMBSTONE_OBJECT, .entity = TAKI_ENTITY_TOMBSTONE, .extra = extra, .record = tombstone};
