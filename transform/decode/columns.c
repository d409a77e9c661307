#include "steps.h"

#include <inttypes.h>
#include <string.h>

/* Spellings of domain.md and of sample files beside the names of entity.h. */
static const struct {
    const char *alias, *column;
} aliases[] = {
    {"id",                 "source_id"  },
    {"domain",             "website"    },
    {"source_modified_at", "modified_at"},
    {"start",              "start_date" },
    {"end",                "end_date"   },
    {"created",            "created_at" },
};

static const struct taki_field *column_named(const struct taki_entity_info *info, taki_str name)
{
    for (size_t i = 0; i < info->field_count; i++) {
        if (taki_str_is(name, info->fields[i].name))
            return &info->fields[i];
    }
    return NULL;
}

static const struct taki_field *column_find(const struct taki_entity_info *info, taki_str name)
{
    static const taki_str id_suffix = TAKI_STR_INIT("_id");
    const struct taki_field *field = column_named(info, name);
    for (size_t i = 0; field == NULL && i < TAKI_LEN(aliases); i++) {
        if (taki_str_is(name, aliases[i].alias))
            field = column_named(info, taki_str_of(aliases[i].column));
    }
    if (field == NULL && taki_str_ends(name, id_suffix)) {
        name.size -= id_suffix.size;
        field = column_named(info, name);
        if (field != NULL && field->type != TAKI_TYPE_ID)
            field = NULL;
    }
    return field;
}

/* Columns of the id type that are no references. */
static const char *const plain_ids[] = {"source_id", "list_id", "experiment_id"};

static enum taki_convert convert_of(const struct taki_field *field)
{
    static const enum taki_convert by_type[] = {
        [TAKI_TYPE_ID] = TAKI_CONVERT_REF,          [TAKI_TYPE_TEXT] = TAKI_CONVERT_TEXT,
        [TAKI_TYPE_ENUM] = TAKI_CONVERT_TEXT,       [TAKI_TYPE_LIST] = TAKI_CONVERT_LIST,
        [TAKI_TYPE_BOOL] = TAKI_CONVERT_BOOL,       [TAKI_TYPE_I64] = TAKI_CONVERT_I64,
        [TAKI_TYPE_F64] = TAKI_CONVERT_F64,         [TAKI_TYPE_DATE] = TAKI_CONVERT_DATE,
        [TAKI_TYPE_INSTANT] = TAKI_CONVERT_INSTANT,
    };
    for (size_t i = 0; i < TAKI_LEN(plain_ids); i++) {
        if (strcmp(field->name, plain_ids[i]) == 0)
            return TAKI_CONVERT_ID;
    }
    if (strcmp(field->meaning, "decimal") == 0 || strncmp(field->meaning, "decimal;", 8) == 0 ||
        strncmp(field->meaning, "decimal,", 8) == 0)
        return TAKI_CONVERT_DECIMAL;
    if (strcmp(field->name, "period") == 0 && field->type == TAKI_TYPE_DATE)
        return TAKI_CONVERT_MONTH;
    return by_type[field->type];
}

struct columns {
    struct taki_mapping_build *build;
    struct taki_stream_map *map;
    struct taki_column *list;
    size_t count;
    taki_str *slots;
    struct taki_map *index;
};

static size_t slot_of(struct columns *columns, taki_str name)
{
    bool is_new = false;
    uint64_t *slot = taki_map_put(columns->index, name, &is_new);
    if (is_new) {
        *slot = columns->map->slot_count++;
        columns->slots[*slot] = taki_str_dup(columns->build->arena, name);
    }
    return (size_t)*slot;
}

static struct taki_column *column_for(struct columns *columns, const struct taki_field *field)
{
    for (size_t i = 0; i < columns->count; i++) {
        if (strcmp(columns->list[i].to, field->name) == 0)
            return &columns->list[i];
    }
    struct taki_column *column = &columns->list[columns->count++];
    *column = (struct taki_column){.to = field->name, .offset = field->offset, .type = field->type, .slot = SIZE_MAX};
    return column;
}

static void add_default(struct columns *columns, const struct taki_map_row *row)
{
    const struct taki_field *field = column_named(taki_entity_info(columns->map->entity), taki_str_of(row->to));
    if (field == NULL)
        taki_bug("a default mapping names a column that is not there");
    struct taki_column *column = column_for(columns, field);
    column->name = taki_str_of(row->from);
    column->slot = slot_of(columns, column->name);
    column->convert = row->convert == TAKI_CONVERT_AUTO ? convert_of(field) : row->convert;
    column->ref_long = columns->map->vendor != NULL && columns->map->vendor->long_ids;
}

static const char *place_of(const struct columns *columns, const struct taki_node *node)
{
    return taki_node_place(columns->build->arena, columns->build->config, node);
}

static enum taki_status read_list(struct columns *columns, const struct taki_node *node, struct taki_column *column,
                                  struct taki_error *err)
{
    bool is_list = node->type == TAKI_NODE_LIST;
    size_t count = is_list ? node->count : 1;
    const char **formats = TAKI_NEW_ARRAY(columns->build->arena, count, const char *);
    for (size_t i = 0; i < count; i++) {
        taki_str text = taki_node_text(is_list ? &node->children[i] : node);
        formats[i] = taki_arena_copy(columns->build->arena, text.data ? text.data : "", text.size);
    }
    column->formats = formats;
    column->format_count = count;
    return taki_formats_check(place_of(columns, node), formats, count, err);
}

static enum taki_status read_formats(struct columns *columns, const struct taki_node *spec, struct taki_column *column,
                                     struct taki_error *err)
{
    const struct taki_node *one = taki_node_find(spec, "format"), *several = taki_node_find(spec, "formats");
    if (one == NULL && several == NULL)
        return TAKI_OK;
    bool is_time = column->type == TAKI_TYPE_DATE || column->type == TAKI_TYPE_INSTANT;
    if (!is_time && strcmp(column->to, "fiscal_start_month") != 0) {
        return taki_fail(err, TAKI_USAGE, "%s: got a date format, but '%s' is no date", place_of(columns, spec),
                         column->to);
    }
    if (!is_time)
        column->convert = TAKI_CONVERT_YEAR_END;
    return read_list(columns, several ? several : one, column, err);
}

static void read_values(struct columns *columns, const struct taki_node *map, struct taki_column *column)
{
    if (map == NULL)
        return;
    struct taki_arena *arena = columns->build->arena;
    struct taki_value_map *values = TAKI_NEW(arena, struct taki_value_map);
    taki_str *from = TAKI_NEW_ARRAY(arena, map->count, taki_str), *to = TAKI_NEW_ARRAY(arena, map->count, taki_str);
    for (size_t i = 0; i < map->count; i++) {
        from[i] = map->children[i].key;
        to[i] = map->children[i].text;
    }
    *values = (struct taki_value_map){.from = from, .to = to, .count = map->count};
    column->values = values;
}

static enum taki_status read_ref(struct columns *columns, const struct taki_node *ref, struct taki_column *column,
                                 struct taki_error *err)
{
    if (ref == NULL)
        return TAKI_OK;
    for (size_t i = 0; i < columns->build->source_count; i++) {
        if (taki_str_equal(columns->build->source_names[i], ref->text)) {
            const struct taki_vendor_map *vendor = columns->build->source_vendors[i];
            column->ref_source = ref->text;
            column->ref_long = vendor != NULL && vendor->long_ids;
            return TAKI_OK;
        }
    }
    return taki_fail(err, TAKI_USAGE, "%s: got '%.*s', want the name of a source", place_of(columns, ref),
                     TAKI_STR_ARG(ref->text));
}

static enum taki_status check_keys(struct columns *columns, const struct taki_node *spec, struct taki_error *err)
{
    static const char *const known[] = {"from", "format", "formats", "map", "value", "ref", "percent", "not"};
    for (size_t i = 0; i < spec->count; i++) {
        bool found = false;
        for (size_t k = 0; k < TAKI_LEN(known) && !found; k++)
            found = taki_str_is(spec->children[i].key, known[k]);
        if (!found) {
            return taki_fail(err, TAKI_USAGE,
                             "%s: got an unknown key, want from, format, formats, map, value, ref, percent or not",
                             place_of(columns, &spec->children[i]));
        }
    }
    if ((taki_node_find(spec, "from") == NULL) == (taki_node_find(spec, "value") == NULL)) {
        return taki_fail(err, TAKI_USAGE, "%s: want either 'from' (a column of the source) or 'value' (a constant)",
                         place_of(columns, spec));
    }
    return TAKI_OK;
}

static enum taki_status read_spec(struct columns *columns, const struct taki_node *spec, struct taki_column *column,
                                  struct taki_error *err)
{
    bool yes = false;
    TAKI_TRY(check_keys(columns, spec, err));
    TAKI_TRY(read_formats(columns, spec, column, err));
    TAKI_TRY(read_ref(columns, taki_node_find(spec, "ref"), column, err));
    read_values(columns, taki_node_find(spec, "map"), column);
    if (taki_str_bool(taki_node_text(taki_node_find(spec, "percent")), &yes) && yes)
        column->convert = TAKI_CONVERT_PERCENT;
    if (taki_str_bool(taki_node_text(taki_node_find(spec, "not")), &yes) && yes)
        column->convert = TAKI_CONVERT_NOT;
    column->constant = taki_node_text(taki_node_find(spec, "value"));
    column->name = taki_node_text(taki_node_find(spec, "from"));
    return TAKI_OK;
}

/* date_formats of the object hold for its dates and times that have none of their own. */
static enum taki_status object_formats(struct columns *columns, const struct taki_node *object, struct taki_error *err)
{
    const struct taki_node *formats = taki_node_find(object, "date_formats");
    if (formats == NULL)
        return TAKI_OK;
    struct taki_column shared = {.type = TAKI_TYPE_DATE, .to = ""};
    TAKI_TRY(read_list(columns, formats, &shared, err));
    for (size_t i = 0; i < columns->count; i++) {
        struct taki_column *column = &columns->list[i];
        if ((column->type != TAKI_TYPE_DATE && column->type != TAKI_TYPE_INSTANT) || column->format_count > 0)
            continue;
        column->formats = shared.formats;
        column->format_count = shared.format_count;
    }
    return TAKI_OK;
}

static enum taki_status add_configured(struct columns *columns, const struct taki_node *node, struct taki_error *err)
{
    const struct taki_entity_info *info = taki_entity_info(columns->map->entity);
    const struct taki_field *field = column_find(info, node->key);
    if (field == NULL) {
        (void)taki_fail(err, TAKI_USAGE, "%s: got '%.*s', want a column of the entity '%s'", place_of(columns, node),
                        TAKI_STR_ARG(node->key), info->name);
        return taki_hint(err, "docs/mapping.md lists the columns of each entity");
    }
    struct taki_column *column = column_for(columns, field);
    const char *to = column->to;
    *column =
        (struct taki_column){.to = to, .offset = field->offset, .type = field->type, .convert = convert_of(field)};
    column->ref_long = columns->map->vendor != NULL && columns->map->vendor->long_ids;
    if (node->type == TAKI_NODE_SCALAR) {
        column->name = node->text;
    } else {
        TAKI_TRY(read_spec(columns, node, column, err));
    }
    column->slot = taki_str_is_blank(column->name) ? SIZE_MAX : slot_of(columns, column->name);
    return TAKI_OK;
}

static void find_nested(struct columns *columns)
{
    struct taki_arena *arena = columns->build->arena;
    struct taki_nested_slot *nested = TAKI_NEW_ARRAY(arena, columns->map->slot_count, struct taki_nested_slot);
    for (size_t i = 0; i < columns->map->slot_count; i++) {
        taki_str name = columns->slots[i];
        if (name.size == 0 || memchr(name.data, '.', name.size) == NULL)
            continue;
        char *path = taki_arena_copy(arena, name.data, name.size);
        for (char *dot = strchr(path, '.'); dot != NULL; dot = strchr(dot, '.'))
            *dot = '/';
        nested[columns->map->nested_count++] = (struct taki_nested_slot){.path = path, .slot = i};
    }
    columns->map->nested = nested;
}

enum taki_status taki_mapping_columns(struct taki_mapping_build *build, struct taki_stream_map *map,
                                      const struct taki_map_row *rows, size_t row_count, const struct taki_node *fields,
                                      struct taki_error *err)
{
    const struct taki_entity_info *info = taki_entity_info(map->entity);
    size_t extra_count = 0;
    while (map->base != NULL && map->base->extra != NULL && map->base->extra[extra_count] != NULL)
        extra_count++;
    struct columns columns = {.build = build, .map = map};
    columns.list = TAKI_NEW_ARRAY(build->arena, info->field_count, struct taki_column);
    columns.slots = TAKI_NEW_ARRAY(build->arena, row_count + extra_count + (fields ? fields->count : 0) + 1, taki_str);
    columns.index = taki_map_new(build->arena, row_count + extra_count + 1);
    for (size_t i = 0; i < row_count; i++)
        add_default(&columns, &rows[i]);
    for (size_t i = 0; fields != NULL && i < fields->count; i++)
        TAKI_TRY(add_configured(&columns, &fields->children[i], err));
    if (map->base == NULL)
        TAKI_TRY(object_formats(&columns, taki_node_find(taki_node_find(map->node, "objects"), map->object), err));
    size_t *extra = TAKI_NEW_ARRAY(build->arena, extra_count, size_t);
    for (size_t i = 0; i < extra_count; i++)
        extra[i] = slot_of(&columns, taki_str_of(map->base->extra[i]));
    find_nested(&columns);
    map->columns = columns.list;
    map->column_count = columns.count;
    map->slots = columns.slots;
    map->slot_index = columns.index;
    map->extra = extra;
    return TAKI_OK;
}
