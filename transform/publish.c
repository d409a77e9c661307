#include "publish.h"

#include "taki/file.h"
#include "taki/json.h"
#include "taki/pool.h"
#include "taki/stage.h"

#include <libpsl.h>
#include <stdlib.h>
#include <string.h>

/* domain.md 6: in every table, before its own columns. */
/* clang-format off */
#define COMMON(COL)                                                                                                    \
    COL(as_of,         INSTANT, 0, "", "the only now of the calculation")                                              \
    COL(snapshot_date, DATE,    0, "", "business date of as_of")                                                       \
    COL(snapshot_id,   ID,      0, "", "same input, configuration and as_of give the same id")
/* clang-format on */

struct common {
    COMMON(TAKI_MEMBER)
};
#define TAKI_ROW struct common
static const struct taki_field common_fields[] = {COMMON(TAKI_FIELD)};

#define TEXT_BYTES ((size_t)256 << 20)
#define WRITER_BYTES ((size_t)96 << 20)

struct publishing {
    struct taki_session *session;
    struct taki_compute *compute;
    struct common common;
    char snapshot_id[17];
    const char *rules;  /* versions of outside rule data, JSON */
    const char *folder; /* being built */
    struct taki_stage_table *tables;
};

const struct taki_field *taki_publish_fields(struct taki_arena *arena, const struct taki_table *table, size_t *count)
{
    size_t common = TAKI_LEN(common_fields);
    struct taki_field *fields = TAKI_NEW_ARRAY(arena, common + table->field_count, struct taki_field);
    memcpy(fields, common_fields, sizeof common_fields);
    for (size_t i = 0; i < table->field_count; i++) {
        fields[common + i] = table->fields[i];
        fields[common + i].offset += (uint32_t)sizeof(struct common);
    }
    *count = common + table->field_count;
    return fields;
}

/* How a source is reached says nothing about what its data mean. */
static bool is_transport(taki_str key)
{
    static const char *const keys[] = {"base_url",   "login_url",   "path",          "client_id",       "client_secret",
                                       "username",   "private_key", "refresh_token", "token",           "api_version",
                                       "rate",       "proxy",       "ca_file",       "connect_timeout", "idle_timeout",
                                       "start_date", "auth",        "login"};
    for (size_t i = 0; i < TAKI_LEN(keys); i++) {
        if (taki_str_is(key, keys[i]))
            return true;
    }
    return false;
}

static void add_node(struct taki_buf *out, const struct taki_node *node, bool is_source);

static int by_key(const void *left, const void *right)
{
    const struct taki_node *a = *(const struct taki_node *const *)left, *b = *(const struct taki_node *const *)right;
    return taki_str_compare(a->key, b->key);
}

static void add_children(struct taki_buf *out, const struct taki_node *node, bool is_source)
{
    struct taki_arena *arena TAKI_AUTO(taki_arena_auto) = taki_arena_open("configuration", 0);
    const struct taki_node **children = TAKI_NEW_ARRAY(arena, node->count, const struct taki_node *);
    for (size_t i = 0; i < node->count; i++)
        children[i] = &node->children[i];
    if (node->type == TAKI_NODE_MAP && node->count > 1)
        qsort(children, node->count, sizeof *children, by_key);
    for (size_t i = 0; i < node->count; i++) {
        if (node->type == TAKI_NODE_MAP && ((is_source && is_transport(children[i]->key)) || children[i]->is_secret))
            continue;
        if (node->type == TAKI_NODE_MAP)
            taki_json_add_string(out, children[i]->key);
        taki_buf_add_char(out, ':');
        add_node(out, children[i], false);
        taki_buf_add_char(out, ',');
    }
}

static void add_node(struct taki_buf *out, const struct taki_node *node, bool is_source)
{
    if (node->type == TAKI_NODE_SCALAR) {
        taki_json_add_string(out, node->text);
        return;
    }
    taki_buf_add_char(out, node->type == TAKI_NODE_MAP ? '{' : '[');
    add_children(out, node, is_source);
    taki_buf_add_char(out, node->type == TAKI_NODE_MAP ? '}' : ']');
}

/* What transform reads of the sources: types, roles, mappings; in the order of their names. */
static void add_sources(struct taki_buf *out, const struct taki_config *config)
{
    const struct taki_node *sources = taki_node_find(taki_config_root(config), "sources");
    const struct taki_node *names[1024];
    size_t count = 0;
    for (size_t i = 0; sources && i < sources->count && count < TAKI_LEN(names); i++)
        names[count++] = &sources->children[i];
    if (count > 1)
        qsort(names, count, sizeof *names, by_key);
    for (size_t i = 0; i < count; i++) {
        taki_json_add_string(out, names[i]->key);
        taki_buf_add_char(out, '=');
        add_node(out, names[i], true);
    }
}

static enum taki_status rules_json(const struct taki_session *session, const char **json, struct taki_error *err)
{
    const char *zones;
    TAKI_TRY(taki_zone_database_version(session->run->arena, &zones, err));
    *json = taki_arena_format(session->run->arena,
                              "{\"schema\":\"%s\",\"public_suffixes\":\"%s\",\"time_zones\":\"%s\",\"unicode\":\"%s\"}",
                              TAKI_SCHEMA_VERSION, psl_builtin_sha1sum(), zones, taki_unicode_version());
    return TAKI_OK;
}

static int by_text(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* design.md 3.3: the first 16 hex digits over input manifests, configuration, as_of, schema and rule data. */
static enum taki_status identify(struct publishing *publishing, struct taki_error *err)
{
    static const char *const keys[] = {"version", "business", "maps", "rules", "identity"};
    const struct taki_session *session = publishing->session;
    size_t count;
    const struct taki_batch *batches = taki_store_batches(session->store, &count);
    const char **hashes = TAKI_NEW_ARRAY(session->run->arena, count, const char *);
    struct taki_buf text TAKI_AUTO(taki_buf_reset);
    taki_buf_init(&text, TEXT_BYTES);
    for (size_t i = 0; i < count; i++)
        hashes[i] = batches[i].manifest_sha256;
    if (count > 1)
        qsort(hashes, count, sizeof *hashes, by_text);
    for (size_t i = 0; i < count; i++) {
        taki_buf_add_text(&text, hashes[i]);
        taki_buf_add_char(&text, '\n');
    }
    taki_config_canonical(session->run->config, keys, TAKI_LEN(keys), &text);
    add_sources(&text, session->run->config);
    taki_buf_add_i64(&text, session->as_of.us);
    TAKI_TRY(rules_json(session, &publishing->rules, err));
    taki_buf_add_text(&text, publishing->rules);
    TAKI_TRY(taki_buf_check(&text, "the text behind snapshot_id", err));
    char hex[TAKI_SHA256_HEX];
    taki_sha256(taki_buf_view(&text), hex);
    memcpy(publishing->snapshot_id, hex, 16);
    publishing->snapshot_id[16] = '\0';
    return TAKI_OK;
}

/* One table on its way to its file. */
struct writing {
    struct taki_stage_writer *writer;
    char *row; /* common columns, then the table's row */
    size_t row_size;
};

static enum taki_status add_row(void *context, const void *row, struct taki_error *err)
{
    struct writing *writing = context;
    memcpy(writing->row + sizeof(struct common), row, writing->row_size);
    return taki_stage_writer_add(writing->writer, writing->row, err);
}

static enum taki_status write_rows(struct publishing *publishing, const struct taki_table *table,
                                   struct writing *writing, struct taki_stage_table *out, struct taki_error *err)
{
    enum taki_status status = taki_sinks_drain(publishing->compute->sinks, table, add_row, writing, err);
    if (status != TAKI_OK) {
        taki_stage_writer_abandon(writing->writer);
        return status;
    }
    return taki_stage_writer_commit(writing->writer, &out->rows, &out->bytes, out->sha256, err);
}

static enum taki_status write_table(void *context, size_t item, size_t worker, struct taki_error *err)
{
    (void)worker;
    struct publishing *publishing = context;
    const struct taki_table *table = taki_tables[item];
    struct taki_stage_table *out = &publishing->tables[item];
    struct taki_arena *arena TAKI_AUTO(taki_arena_auto) = taki_arena_open("table file", 0);
    struct writing writing = {.row = taki_arena_alloc(arena, sizeof(struct common) + table->row_size),
                              .row_size = table->row_size};
    memcpy(writing.row, &publishing->common, sizeof publishing->common);
    const char *path = taki_arena_format(arena, "%s/%s", publishing->folder, out->file);
    TAKI_TRY(taki_stage_writer_open(path, out->fields, out->field_count, &writing.writer, err));
    enum taki_status status = write_rows(publishing, table, &writing, out, err);
    return status == TAKI_OK ? TAKI_OK : taki_while(err, status, "table '%s'", table->name);
}

static void describe(struct publishing *publishing)
{
    struct taki_arena *arena = publishing->session->run->arena;
    publishing->tables = TAKI_NEW_ARRAY(arena, taki_table_count, struct taki_stage_table);
    for (size_t i = 0; i < taki_table_count; i++) {
        struct taki_stage_table *table = &publishing->tables[i];
        table->name = taki_tables[i]->name;
        table->meaning = taki_tables[i]->meaning;
        table->kind = taki_tables[i]->kind;
        table->file = taki_arena_format(arena, "%s.tcol", taki_tables[i]->name);
        table->fields = taki_publish_fields(arena, taki_tables[i], &table->field_count);
    }
}

static enum taki_status write_manifest(struct publishing *publishing, struct taki_error *err)
{
    struct taki_session *session = publishing->session;
    struct taki_arena *arena = session->run->arena;
    size_t count;
    const struct taki_batch *batches = taki_store_batches(session->store, &count);
    const char **names = TAKI_NEW_ARRAY(arena, count, const char *);
    taki_instant newest = TAKI_INSTANT_NULL;
    for (size_t i = 0; i < count; i++) {
        names[i] = taki_arena_format(arena, "%s/%s/%s %s", batches[i].source, batches[i].object, batches[i].id,
                                     batches[i].manifest_sha256);
        newest = batches[i].extracted_at.us > newest.us ? batches[i].extracted_at : newest;
    }
    if (count > 1)
        qsort(names, count, sizeof *names, by_text);
    struct taki_stage_set set = {
        .snapshot_date = publishing->common.snapshot_date,
        .as_of = session->as_of,
        .known_at = newest,
        .currency = session->rules->currency.code,
        .money_digits = session->rules->money_digits,
        .schema_version = TAKI_SCHEMA_VERSION,
        .tool_version = taki_version(),
        .rules = publishing->rules,
        .tables = publishing->tables,
        .table_count = taki_table_count,
        .batches = names,
        .batch_count = count,
    };
    memcpy(set.snapshot_id, publishing->snapshot_id, sizeof set.snapshot_id);
    struct taki_buf text TAKI_AUTO(taki_buf_reset);
    taki_buf_init(&text, TEXT_BYTES);
    taki_stage_set_write(&set, &text);
    TAKI_TRY(taki_buf_check(&text, "the stage manifest", err));
    return taki_file_put(taki_arena_format(arena, "%s/manifest.json", publishing->folder), taki_buf_view(&text), false,
                         err);
}

static enum taki_status same_manifest(struct taki_arena *arena, const char *a, const char *b, bool *same,
                                      struct taki_error *err)
{
    char first[TAKI_SHA256_HEX], second[TAKI_SHA256_HEX];
    int64_t size;
    const char *other = taki_arena_format(arena, "%s/manifest.json", b);
    *same = false;
    if (!taki_file_exists(other))
        return TAKI_OK;
    TAKI_TRY(taki_file_hash(taki_arena_format(arena, "%s/manifest.json", a), first, &size, err));
    TAKI_TRY(taki_file_hash(other, second, &size, err));
    *same = strcmp(first, second) == 0;
    return TAKI_OK;
}

/* Visible at once: a new set by rename, a set that differs (another version of taki) by exchange. */
static enum taki_status place(struct publishing *publishing, const char *folder, struct taki_error *err)
{
    struct taki_arena *arena = publishing->session->run->arena;
    if (!taki_file_exists(folder))
        return taki_file_move(publishing->folder, folder, err);
    bool same;
    TAKI_TRY(same_manifest(arena, publishing->folder, folder, &same, err));
    if (!same)
        TAKI_TRY(taki_file_exchange(publishing->folder, folder, err));
    return taki_file_remove(publishing->folder, err);
}

static void report(struct taki_run *run, const struct publishing *publishing)
{
    for (size_t i = 0; i < taki_table_count; i++) {
        struct taki_tally *tally = taki_run_tally(run, publishing->tables[i].name);
        tally->read = tally->written = publishing->tables[i].rows;
        tally->bytes = publishing->tables[i].bytes;
    }
}

/* A writer holds a group of rows and its encoded form; several at once only where memory allows. */
static size_t writers_for(const struct taki_compute *compute)
{
    size_t held = taki_memory_held(), limit = compute->run->memory_bytes;
    size_t fit = limit > held ? (limit - held) / WRITER_BYTES : 0;
    if (fit == 0)
        return 1;
    return fit < compute->lane_count ? fit : compute->lane_count;
}

enum taki_status taki_publish(struct taki_session *session, struct taki_compute *compute, const char **folder,
                              struct taki_error *err)
{
    struct taki_run *run = session->run;
    struct publishing publishing = {.session = session, .compute = compute};
    TAKI_TRY(identify(&publishing, err));
    publishing.common.as_of = session->as_of;
    publishing.common.snapshot_date = taki_zone_date(run->zone, session->as_of);
    publishing.common.snapshot_id = taki_str_of(taki_arena_format(run->arena, "%s", publishing.snapshot_id));
    char date[11];
    taki_date_print(publishing.common.snapshot_date, date);
    publishing.folder = taki_run_path(run, "tmp/transform/%s", publishing.snapshot_id);
    *folder = taki_run_path(run, "stage/%s/%s", date, publishing.snapshot_id);
    describe(&publishing);
    TAKI_TRY(taki_file_make_folder(publishing.folder, err));
    TAKI_TRY(taki_pool_run(writers_for(compute), taki_table_count, write_table, &publishing, err));
    TAKI_TRY(write_manifest(&publishing, err));
    TAKI_TRY(taki_file_make_folder(taki_run_path(run, "stage/%s", date), err));
    TAKI_TRY(place(&publishing, *folder, err));
    report(run, &publishing);
    return TAKI_OK;
}
