#include "steps.h"

#include <string.h>

/* Objects mapped in the configuration: sources.<name>.objects.<object> with entity and fields. */

static enum taki_status bad_value(struct taki_mapping_build *build, const struct taki_node *node, const char *want,
                                  struct taki_error *err)
{
    return taki_fail(err, TAKI_USAGE, "%s: got '%.*s', want %s", taki_node_place(build->arena, build->config, node),
                     TAKI_STR_ARG(node->text), want);
}

static enum taki_status read_entity(struct taki_mapping_build *build, struct taki_stream_map *map,
                                    const struct taki_node *object, struct taki_error *err)
{
    const struct taki_node *entity = taki_node_find(object, "entity");
    if (taki_entity_find(taki_node_text(entity), &map->entity))
        return TAKI_OK;
    const char *names[TAKI_ENTITY_COUNT_];
    for (size_t i = 0; i < TAKI_ENTITY_COUNT_; i++)
        names[i] = taki_entity_info((enum taki_entity)i)->name;
    const char *nearest = taki_nearest(taki_node_text(entity), names, TAKI_LEN(names));
    (void)bad_value(build, entity, "the name of an entity", err);
    return nearest ? taki_hint(err, "did you mean '%s'?", nearest) : TAKI_USAGE;
}

static enum taki_status read_mode(struct taki_mapping_build *build, struct taki_stream_map *map,
                                  const struct taki_node *object, struct taki_error *err)
{
    const struct taki_node *mode = taki_node_find(object, "mode");
    taki_str text = taki_node_text(mode);
    bool replace = mode == NULL ? map->vendor == NULL : taki_str_is(text, "replace"); /* vendors land changes */
    map->mode = replace ? TAKI_STREAM_REPLACE : TAKI_STREAM_VERSIONS;
    map->file.append = taki_str_is(text, "append");
    if (mode != NULL && map->mode == TAKI_STREAM_VERSIONS && !map->file.append && !taki_str_is(text, "upsert"))
        return bad_value(build, mode, "replace, append or upsert", err);
    return TAKI_OK;
}

static enum taki_status read_lines(struct taki_mapping_build *build, struct taki_stream_map *map,
                                   const struct taki_node *object, struct taki_error *err)
{
    const struct taki_node *skip = taki_node_find(object, "skip_lines"),
                           *delimiter = taki_node_find(object, "delimiter");
    int64_t lines = 0;
    if (skip != NULL && (!taki_str_i64(skip->text, &lines) || lines < 0 || lines > 1000))
        return bad_value(build, skip, "a number of lines, 0 to 1000", err);
    map->file.skip_lines = (size_t)lines;
    if (delimiter != NULL && delimiter->text.size != 1)
        return bad_value(build, delimiter, "one character", err);
    if (delimiter != NULL)
        map->file.delimiter = delimiter->text.data[0];
    const struct taki_node *repair = taki_node_find(object, "repair");
    if (repair != NULL && !taki_str_is(repair->text, "double_encoded"))
        return bad_value(build, repair, "double_encoded", err);
    map->file.repair_double_encoded = repair != NULL;
    return TAKI_OK;
}

static void read_missing(struct taki_mapping_build *build, struct taki_stream_map *map, const struct taki_node *object)
{
    const struct taki_node *missing = taki_node_find(object, "missing");
    if (missing == NULL)
        return;
    size_t count = missing->type == TAKI_NODE_LIST ? missing->count : 1;
    taki_str *values = TAKI_NEW_ARRAY(build->arena, count, taki_str);
    for (size_t i = 0; i < count; i++)
        values[i] = missing->type == TAKI_NODE_LIST ? missing->children[i].text : missing->text;
    map->file.missing = values;
    map->file.missing_count = count;
}

/* The key is a column of the file; it may also be mapped as source_id, or (none) be the row's number. */
static enum taki_status read_key(struct taki_mapping_build *build, struct taki_stream_map *map,
                                 const struct taki_node *object, struct taki_map_row *row, struct taki_error *err)
{
    const struct taki_node *key = taki_node_find(object, "key"), *fields = taki_node_find(object, "fields");
    bool mapped = taki_node_find(fields, "source_id") != NULL || taki_node_find(fields, "id") != NULL;
    if (key != NULL && mapped)
        return bad_value(build, key, "either 'key' or a field 'id', not both", err);
    map->file.no_key = key == NULL && !mapped;
    if (map->file.no_key && map->mode == TAKI_STREAM_VERSIONS && !map->file.append) {
        return bad_value(build, object, "a 'key' where changed records are landed (mode upsert, or a vendor's object)",
                         err);
    }
    if (key != NULL) {
        *row = (struct taki_map_row){taki_arena_copy(build->arena, key->text.data, key->text.size), "source_id",
                                     TAKI_CONVERT_ID};
    }
    return TAKI_OK;
}

enum taki_status taki_mapping_file(struct taki_mapping_build *build, struct taki_stream_map *map,
                                   const struct taki_node *object, struct taki_error *err)
{
    const struct taki_node *fields = taki_node_find(object, "fields");
    struct taki_map_row key = {NULL, NULL, TAKI_CONVERT_AUTO};
    TAKI_TRY(read_entity(build, map, object, err));
    TAKI_TRY(read_mode(build, map, object, err));
    TAKI_TRY(read_lines(build, map, object, err));
    read_missing(build, map, object);
    if (fields == NULL || fields->count == 0)
        return bad_value(build, object, "'fields' beside 'entity'", err);
    TAKI_TRY(read_key(build, map, object, &key, err));
    return taki_mapping_columns(build, map, &key, key.from ? 1 : 0, fields, err);
}
