#include "steps.h"

#include "taki/log.h"
#include "taki/row.h"

#include <string.h>

const struct taki_vendor_map *const taki_vendors[] = {&taki_vendor_salesforce, &taki_vendor_marketo, NULL};

struct taki_decoder_set {
    const struct taki_stream_map *const *maps;
    size_t count;
};

static const struct taki_vendor_map *vendor_of(taki_str type)
{
    for (size_t i = 0; taki_vendors[i] != NULL; i++) {
        if (taki_str_is(type, taki_vendors[i]->type))
            return taki_vendors[i];
    }
    return NULL;
}

/* Hash of everything in the configuration that this mapping reads; order and place in the file do not count, values do.
 */
static uint64_t hash_node(uint64_t hash, const struct taki_node *node)
{
    if (node == NULL)
        return taki_hash_more(hash, TAKI_STR("none"));
    hash = taki_hash_more(hash, node->key);
    hash = taki_hash_more(hash, taki_str_is_null(node->text) ? TAKI_STR("\x01") : node->text);
    for (size_t i = 0; i < node->count; i++)
        hash = hash_node(hash, &node->children[i]);
    return taki_hash_more(hash, TAKI_STR("\x02"));
}

static uint64_t map_hash(const struct taki_mapping_build *build, const struct taki_stream_map *map)
{
    static const char *const keys[] = {"type",         "timezone",       "synced_with",
                                       "score_fields", "activity_types", "touch_types"};
    const int versions[] = {TAKI_MAPPING_VERSION, TAKI_CACHE_VERSION, TAKI_ROW_VERSION, TAKI_ENTITY_COUNT_};
    uint64_t hash = taki_hash((taki_str){(const char *)versions, sizeof versions});
    hash = taki_hash_more(hash, map->source_name);
    hash = taki_hash_more(hash, taki_str_of(map->object));
    for (size_t i = 0; i < TAKI_LEN(keys); i++)
        hash = hash_node(hash, taki_node_find(map->node, keys[i]));
    hash = hash_node(hash, taki_node_find(map->node, "fields")); /* histories ask for the fields of their records */
    hash = hash_node(hash, taki_node_find(taki_node_find(map->node, "objects"), map->object));
    hash = hash_node(hash, taki_node_at(taki_config_root(build->config), "business.timezone"));
    for (size_t i = 0; i < build->source_count; i++) {
        hash = taki_hash_more(hash, build->source_names[i]);
        hash = taki_hash_more(hash, taki_str_of(build->source_vendors[i] ? build->source_vendors[i]->type : "files"));
    }
    return hash;
}

struct list {
    struct taki_stream_map **maps;
    size_t count, capacity;
};

static struct taki_stream_map *add_map(struct taki_mapping_build *build, struct list *list,
                                       const struct taki_node *node, taki_str object)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? list->capacity * 2 : 64;
        struct taki_stream_map **grown = TAKI_NEW_ARRAY(build->arena, capacity, struct taki_stream_map *);
        for (size_t i = 0; i < list->count; i++)
            grown[i] = list->maps[i];
        list->maps = grown;
        list->capacity = capacity;
    }
    struct taki_stream_map *map = TAKI_NEW(build->arena, struct taki_stream_map);
    map->source = taki_arena_copy(build->arena, node->key.data, node->key.size);
    map->object = taki_arena_copy(build->arena, object.data, object.size);
    map->source_name = taki_str_of(map->source);
    map->node = node;
    map->zone = build->zone;
    map->source_names = build->source_names;
    map->source_count = build->source_count;
    list->maps[list->count++] = map;
    return map;
}

static enum taki_status zone_of(struct taki_mapping_build *build, struct taki_stream_map *map, struct taki_error *err)
{
    taki_str name = taki_node_text(taki_node_find(map->node, "timezone"));
    if (taki_str_is_blank(name))
        return TAKI_OK;
    return taki_zone_new(build->arena, name, &map->zone, err);
}

static enum taki_status vendor_object(struct taki_mapping_build *build, struct list *list, const struct taki_node *node,
                                      const struct taki_vendor_map *vendor, const struct taki_object_map *object,
                                      struct taki_error *err)
{
    struct taki_stream_map *map = add_map(build, list, node, taki_str_of(object->object));
    map->vendor = vendor;
    map->base = object;
    map->entity = object->entity;
    map->mode = object->mode;
    TAKI_TRY(zone_of(build, map, err));
    const struct taki_node *fields = taki_node_find(taki_node_find(node, "fields"), object->object);
    TAKI_TRY(taki_mapping_columns(build, map, object->rows, object->row_count, fields, err));
    if (vendor == &taki_vendor_marketo)
        TAKI_TRY(taki_marketo_compile(build, map, err));
    map->hash = map_hash(build, map);
    return TAKI_OK;
}

/* All mistakes are told in one go: each is said, the count fails the run. */
static enum taki_status told(struct taki_mapping_build *build, enum taki_status status, struct taki_error *err)
{
    if (status != TAKI_USAGE || err == NULL)
        return status;
    taki_say("%s", err->text);
    if (err->hint[0] != '\0')
        taki_say("%s", err->hint);
    *err = (struct taki_error){.status = TAKI_OK};
    build->mistakes++;
    return TAKI_OK;
}

static enum taki_status mapped_object(struct taki_mapping_build *build, struct taki_stream_map *map,
                                      const struct taki_node *object, struct taki_error *err)
{
    TAKI_TRY(zone_of(build, map, err));
    TAKI_TRY(taki_mapping_file(build, map, object, err));
    map->hash = map_hash(build, map);
    return TAKI_OK;
}

/* objects.<name>.entity: a mapping written in the configuration, of any source type. */
static enum taki_status mapped_objects(struct taki_mapping_build *build, struct list *list,
                                       const struct taki_node *node, const struct taki_vendor_map *vendor,
                                       struct taki_error *err)
{
    const struct taki_node *objects = taki_node_find(node, "objects");
    for (size_t i = 0; objects != NULL && i < objects->count; i++) {
        const struct taki_node *object = &objects->children[i];
        if (taki_node_find(object, "entity") == NULL)
            continue;
        struct taki_stream_map *map = add_map(build, list, node, object->key);
        map->vendor = vendor;
        TAKI_TRY(told(build, mapped_object(build, map, object, err), err));
    }
    return TAKI_OK;
}

static enum taki_status source_maps(struct taki_mapping_build *build, struct list *list, const struct taki_node *node,
                                    struct taki_error *err)
{
    const struct taki_vendor_map *vendor = vendor_of(taki_node_text(taki_node_find(node, "type")));
    TAKI_TRY(mapped_objects(build, list, node, vendor, err));
    for (size_t i = 0; vendor != NULL && i < vendor->object_count; i++)
        TAKI_TRY(told(build, vendor_object(build, list, node, vendor, &vendor->objects[i], err), err));
    return vendor_object(build, list, node, vendor, &taki_tombstone_map, err);
}

enum taki_status taki_decoder_set_new(struct taki_arena *arena, const struct taki_config *config,
                                      const struct taki_zone *zone, struct taki_decoder_set **set,
                                      struct taki_error *err)
{
    const struct taki_node *sources = taki_node_find(taki_config_root(config), "sources");
    size_t count = sources ? sources->count : 0;
    taki_str *names = TAKI_NEW_ARRAY(arena, count, taki_str);
    const struct taki_vendor_map **vendors = TAKI_NEW_ARRAY(arena, count, const struct taki_vendor_map *);
    for (size_t i = 0; i < count; i++) {
        names[i] = sources->children[i].key;
        vendors[i] = vendor_of(taki_node_text(taki_node_find(&sources->children[i], "type")));
    }
    struct taki_mapping_build build = {arena, config, zone, names, vendors, count, 0};
    struct list list = {NULL, 0, 0};
    for (size_t i = 0; i < count; i++)
        TAKI_TRY(source_maps(&build, &list, &sources->children[i], err));
    if (build.mistakes > 0) {
        return taki_fail(err, TAKI_USAGE, "%zu mistakes in the mappings of '%s'", build.mistakes,
                         taki_config_path(config));
    }
    *set = TAKI_NEW(arena, struct taki_decoder_set);
    (*set)->maps = (const struct taki_stream_map *const *)list.maps;
    (*set)->count = list.count;
    return TAKI_OK;
}

const struct taki_stream_map *taki_decoder_find(const struct taki_decoder_set *set, const char *source,
                                                const char *object)
{
    for (size_t i = 0; i < set->count; i++) {
        if (strcmp(set->maps[i]->source, source) == 0 && strcmp(set->maps[i]->object, object) == 0)
            return set->maps[i];
    }
    return NULL;
}

uint64_t taki_stream_map_hash(const struct taki_stream_map *map)
{
    return map->hash;
}

enum taki_stream_mode taki_stream_map_mode(const struct taki_stream_map *map)
{
    return map->mode;
}
