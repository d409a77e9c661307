#include "manifest.h"

#include "taki/file.h"
#include "taki/json.h"
#include "taki/stage.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MANIFEST_CEILING ((size_t)256 << 20)

static void add_text(struct taki_json_writer *w, const char *name, const char *value)
{
    taki_json_name(w, name);
    taki_json_cstr(w, value);
}

static void add_i64(struct taki_json_writer *w, const char *name, int64_t value)
{
    taki_json_name(w, name);
    taki_json_i64(w, value);
}

static void add_flag(struct taki_json_writer *w, const char *name, bool value)
{
    taki_json_name(w, name);
    taki_json_bool(w, value);
}

static const struct {
    const char *name;
    uint32_t flag;
} flags[] = {
    {"key",      TAKI_FIELD_KEY     },
    {"nullable", TAKI_FIELD_NULLABLE},
    {"pii",      TAKI_FIELD_PII     },
};

static void write_field(struct taki_json_writer *w, const struct taki_field *field)
{
    taki_json_open(w, '{');
    add_text(w, "name", field->name);
    add_text(w, "type", taki_type_name(field->type));
    for (size_t i = 0; i < TAKI_LEN(flags); i++)
        add_flag(w, flags[i].name, (field->flags & flags[i].flag) != 0);
    add_text(w, "unit", field->unit);
    add_text(w, "meaning", field->meaning);
    taki_json_close(w, '}');
}

static void write_table(struct taki_json_writer *w, const struct taki_stage_table *table)
{
    taki_json_open(w, '{');
    add_text(w, "name", table->name);
    add_text(w, "meaning", table->meaning);
    add_text(w, "kind", table->kind);
    add_text(w, "file", table->file);
    add_i64(w, "rows", table->rows);
    add_i64(w, "bytes", table->bytes);
    add_text(w, "sha256", table->sha256);
    taki_json_name(w, "fields");
    taki_json_open(w, '[');
    for (size_t i = 0; i < table->field_count; i++)
        write_field(w, &table->fields[i]);
    taki_json_close(w, ']');
    taki_json_close(w, '}');
}

void taki_stage_set_write(const struct taki_stage_set *set, struct taki_buf *out)
{
    char date[11];
    struct taki_json_writer w = {.buf = out, .indent = 1};
    taki_date_print(set->snapshot_date, date);
    taki_json_open(&w, '{');
    add_i64(&w, "version", TAKI_STAGE_VERSION);
    add_text(&w, "snapshot_id", set->snapshot_id);
    add_text(&w, "snapshot_date", date);
    taki_manifest_add_instant(&w, "as_of", set->as_of);
    taki_manifest_add_instant(&w, "known_at", set->known_at);
    add_text(&w, "currency", set->currency);
    add_i64(&w, "money_digits", set->money_digits);
    add_text(&w, "schema_version", set->schema_version);
    add_text(&w, "tool_version", set->tool_version);
    taki_manifest_add_raw(&w, "rules", set->rules);
    taki_json_name(&w, "tables");
    taki_json_open(&w, '[');
    for (size_t i = 0; i < set->table_count; i++)
        write_table(&w, &set->tables[i]);
    taki_json_close(&w, ']');
    taki_json_name(&w, "batches");
    taki_json_open(&w, '[');
    for (size_t i = 0; i < set->batch_count; i++)
        taki_json_cstr(&w, set->batches[i]);
    taki_json_close(&w, ']');
    taki_json_close(&w, '}');
    taki_buf_add_char(out, '\n');
}

static void read_field(struct taki_manifest *m, const struct taki_json_node *node, struct taki_field *field)
{
    field->name = taki_manifest_text(m, node, "name");
    if (!taki_type_find(taki_str_of(taki_manifest_text(m, node, "type")), &field->type))
        taki_manifest_refuse(m, "type");
    for (size_t i = 0; i < TAKI_LEN(flags); i++)
        field->flags |= taki_manifest_bool(m, node, flags[i].name) ? flags[i].flag : 0;
    field->unit = taki_manifest_text(m, node, "unit");
    field->meaning = taki_manifest_text(m, node, "meaning");
}

static void read_fields(struct taki_manifest *m, const struct taki_json_node *node, struct taki_stage_table *table)
{
    const struct taki_json_node *array = taki_manifest_member(m, node, "fields", TAKI_JSON_ARRAY);
    if (array == NULL)
        return;
    struct taki_field *fields = TAKI_NEW_ARRAY(m->arena, array->children, struct taki_field);
    for (const struct taki_json_node *item = taki_json_first(&m->json, array); item != NULL;
         item = taki_json_next(&m->json, array, item))
        read_field(m, item, &fields[table->field_count++]);
    table->fields = fields;
}

static void read_table(struct taki_manifest *m, const struct taki_json_node *node, struct taki_stage_table *table)
{
    table->name = taki_manifest_file(m, node, "name"); // becomes folder and file names at the targets
    table->meaning = taki_manifest_text(m, node, "meaning");
    table->kind = taki_manifest_text(m, node, "kind");
    table->file = taki_manifest_file(m, node, "file");
    table->rows = taki_manifest_i64(m, node, "rows", 0);
    table->bytes = taki_manifest_i64(m, node, "bytes", 0);
    taki_manifest_sha256(m, node, "sha256", table->sha256);
    read_fields(m, node, table);
}

static void read_tables(struct taki_manifest *m, const struct taki_json_node *root, struct taki_stage_set *set)
{
    const struct taki_json_node *array = taki_manifest_member(m, root, "tables", TAKI_JSON_ARRAY);
    if (array == NULL)
        return;
    struct taki_stage_table *tables = TAKI_NEW_ARRAY(m->arena, array->children, struct taki_stage_table);
    for (const struct taki_json_node *item = taki_json_first(&m->json, array); item != NULL;
         item = taki_json_next(&m->json, array, item))
        read_table(m, item, &tables[set->table_count++]);
    set->tables = tables;
}

static void read_id(struct taki_manifest *m, const struct taki_json_node *root, char out[17])
{
    const char *id = taki_manifest_text(m, root, "snapshot_id");
    if (strlen(id) != 16 || strspn(id, "0123456789abcdef") != 16) {
        taki_manifest_refuse(m, "snapshot_id");
        id = "";
    }
    (void)snprintf(out, 17, "%s", id);
}

static void read_set(struct taki_manifest *m, struct taki_stage_set *set)
{
    taki_manifest_version(m, TAKI_STAGE_VERSION);
    const struct taki_json_node *root = taki_manifest_root(m);
    read_id(m, root, set->snapshot_id);
    set->snapshot_date = taki_manifest_date(m, root, "snapshot_date");
    set->as_of = taki_manifest_instant(m, root, "as_of");
    set->known_at = taki_manifest_instant(m, root, "known_at");
    set->currency = taki_manifest_text(m, root, "currency");
    const int64_t digits = taki_manifest_i64(m, root, "money_digits", 0);
    if (digits > 9)
        taki_manifest_refuse(m, "money_digits");
    set->money_digits = (int)(digits % 10);
    set->schema_version = taki_manifest_text(m, root, "schema_version");
    set->tool_version = taki_manifest_text(m, root, "tool_version");
    set->rules = taki_manifest_raw(m, root, "rules");
    read_tables(m, root, set);
    set->batches = taki_manifest_texts(m, root, "batches", &set->batch_count);
}

enum taki_status taki_stage_set_read(struct taki_arena *arena, const char *folder, struct taki_stage_set *set,
                                     struct taki_error *err)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf text;
    TAKI_AUTO(taki_arena_auto) struct taki_arena *scratch = taki_arena_open("stage manifest", 0);
    taki_buf_init(&text, MANIFEST_CEILING);
    struct taki_manifest m = {.arena = arena, .path = taki_arena_format(arena, "%s/manifest.json", folder), .err = err};
    TAKI_TRY(taki_file_read(m.path, &text, err));
    taki_manifest_init(&m, scratch, taki_buf_view(&text));
    *set = (struct taki_stage_set){.folder = taki_arena_format(arena, "%s", folder)};
    read_set(&m, set);
    return m.status;
}

/** A set and when it was committed. */
struct listed {
    struct taki_stage_set set;
    int64_t committed_ns;
};

struct listing {
    struct taki_arena *arena;
    struct listed *sets;
    size_t count, capacity;
};

static struct listed *add_slot(struct listing *list)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity == 0 ? 32 : list->capacity * 2;
        struct listed *grown = TAKI_NEW_ARRAY(list->arena, list->capacity, struct listed);
        if (list->count > 0)
            memcpy(grown, list->sets, list->count * sizeof *grown);
        list->sets = grown;
    }
    return &list->sets[list->count];
}

static enum taki_status list_date(struct listing *list, const char *folder, struct taki_error *err)
{
    const char **ids = NULL;
    size_t count = 0;
    TAKI_TRY(taki_file_list(list->arena, folder, &ids, &count, err));
    for (size_t i = 0; i < count; i++) {
        const char *path = taki_arena_format(list->arena, "%s/%s", folder, ids[i]);
        struct stat info;
        const char *manifest = taki_arena_format(list->arena, "%s/manifest.json", path);
        if (stat(manifest, &info) != 0) {
            if (errno == ENOENT || errno == ENOTDIR)
                continue; // without manifest it does not exist
            return taki_fail_errno(err, TAKI_FAILED, errno, "cannot read '%s'", manifest);
        }
        struct listed *slot = add_slot(list);
        TAKI_TRY(taki_stage_set_read(list->arena, path, &slot->set, err));
        if (strcmp(slot->set.snapshot_id, ids[i]) != 0) {
            return taki_fail(err, TAKI_DAMAGED, "stage folder '%s' holds the manifest of snapshot '%s'", path,
                             slot->set.snapshot_id);
        }
        slot->committed_ns = (int64_t)info.st_mtim.tv_sec * 1000000000 + info.st_mtim.tv_nsec;
        list->count++;
    }
    return TAKI_OK;
}

static int by_date_and_commit(const void *left, const void *right)
{
    const struct listed *a = left;
    const struct listed *b = right;
    if (a->set.snapshot_date.days != b->set.snapshot_date.days)
        return a->set.snapshot_date.days < b->set.snapshot_date.days ? -1 : 1;
    if (a->committed_ns != b->committed_ns)
        return a->committed_ns < b->committed_ns ? -1 : 1;
    return strcmp(a->set.snapshot_id, b->set.snapshot_id);
}

enum taki_status taki_stage_list(struct taki_arena *arena, const char *data_dir, struct taki_stage_set **sets,
                                 size_t *count, struct taki_error *err)
{
    struct listing list = {.arena = arena};
    const char *root = taki_arena_format(arena, "%s/stage", data_dir);
    const char **dates = NULL;
    size_t date_count = 0;
    *sets = NULL;
    *count = 0;
    TAKI_TRY(taki_file_list(arena, root, &dates, &date_count, err));
    for (size_t i = 0; i < date_count; i++)
        TAKI_TRY(list_date(&list, taki_arena_format(arena, "%s/%s", root, dates[i]), err));
    if (list.count > 1)
        qsort(list.sets, list.count, sizeof *list.sets, by_date_and_commit);
    *sets = TAKI_NEW_ARRAY(arena, list.count, struct taki_stage_set);
    for (size_t i = 0; i < list.count; i++)
        (*sets)[i] = list.sets[i].set;
    *count = list.count;
    return TAKI_OK;
}
