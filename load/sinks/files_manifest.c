/* manifest.json of a publication, written and read back. */
#include "files_part.h"

#include "taki/file.h"
#include "taki/json.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define END "\n}\n"
#define CHECKSUM ",\n \"checksum\": \""

enum { PUBLISH_VERSION = 1, CONTROL_BYTES = 64 << 20 };

static void add_text(struct taki_json_writer *w, const char *name, const char *value)
{
    taki_json_name(w, name);
    taki_json_cstr(w, value);
}

static void add_number(struct taki_json_writer *w, const char *name, int64_t value)
{
    taki_json_name(w, name);
    taki_json_i64(w, value);
}

static void add_instant(struct taki_json_writer *w, const char *name, taki_instant value)
{
    char text[28];
    taki_instant_print(value, text);
    taki_json_name(w, name);
    if (taki_instant_is_null(value)) {
        taki_json_null(w);
    } else {
        taki_json_cstr(w, text);
    }
}

static void add_flag(struct taki_json_writer *w, const char *name, bool value)
{
    taki_json_name(w, name);
    taki_json_bool(w, value);
}

static void add_fields(struct taki_json_writer *w, const struct taki_target *target,
                       const struct taki_stage_table *table)
{
    taki_json_name(w, "fields");
    taki_json_open(w, '[');
    for (size_t i = 0; i < table->field_count; i++) {
        taki_json_open(w, '{');
        add_text(w, "name", table->fields[i].name);
        add_text(w, "type", taki_type_name(table->fields[i].type));
        add_flag(w, "key", (table->fields[i].flags & TAKI_FIELD_KEY) != 0);
        add_flag(w, "nullable", taki_pii_nullable(target, &table->fields[i]));
        add_flag(w, "pii", (table->fields[i].flags & TAKI_FIELD_PII) != 0);
        add_text(w, "unit", table->fields[i].unit);
        add_text(w, "meaning", table->fields[i].meaning);
        taki_json_close(w, '}');
    }
    taki_json_close(w, ']');
}

static const struct taki_stage_table *table_of(const struct taki_stage_set *set, const char *name)
{
    size_t i = 0;
    while (strcmp(set->tables[i].name, name) != 0)
        i++;
    return &set->tables[i];
}

static void add_file(struct taki_json_writer *w, const struct taki_target *target, const struct taki_stage_set *set,
                     const struct taki_published *file)
{
    taki_json_open(w, '{');
    add_text(w, "table", file->table);
    add_text(w, "kind", file->kind);
    add_text(w, "path", file->path);
    add_number(w, "rows", file->rows);
    add_number(w, "bytes", file->bytes);
    add_text(w, "sha256", file->sha256);
    add_number(w, "raw_bytes", file->raw_bytes);
    add_text(w, "raw_sha256", file->raw_sha256);
    add_fields(w, target, table_of(set, file->table));
    taki_json_close(w, '}');
}

const char *taki_files_pii_name(enum taki_pii pii)
{
    static const char *const names[] = {
        [TAKI_PII_FULL] = "full", [TAKI_PII_HASHED] = "hashed", [TAKI_PII_NONE] = "none"};
    return names[pii];
}

/* Files in order of the table's name, whether written now or kept. */
static void add_files(struct taki_json_writer *w, const struct taki_target *target, const struct taki_stage_set *set,
                      const struct taki_published *files, size_t count, const struct taki_publication *kept)
{
    taki_json_name(w, "files");
    taki_json_open(w, '[');
    for (size_t t = 0; t < set->table_count; t++) {
        for (size_t i = 0; i < count; i++) {
            if (strcmp(files[i].table, set->tables[t].name) == 0)
                add_file(w, target, set, &files[i]);
        }
        for (size_t i = 0; i < kept->count; i++) {
            if (strcmp(kept->files[i].table, set->tables[t].name) == 0)
                add_file(w, target, set, &kept->files[i]);
        }
    }
    taki_json_close(w, ']');
}

/* The document ends with "}" and LF; the checksum is put before them. */
static void add_checksum(struct taki_buf *out)
{
    char sha256[TAKI_SHA256_HEX];
    taki_sha256(taki_buf_view(out), sha256);
    out->size -= strlen(END);
    taki_buf_format(out, CHECKSUM "%s\"" END, sha256);
}

void taki_files_manifest_write(const struct taki_target *target, const struct taki_stage_set *set,
                               const struct taki_published *files, size_t count, const struct taki_publication *kept,
                               struct taki_buf *out)
{
    char date[11];
    struct taki_json_writer w = {.buf = out, .indent = 1};
    taki_date_print(set->snapshot_date, date);
    taki_json_open(&w, '{');
    add_number(&w, "taki_publish_version", PUBLISH_VERSION);
    add_text(&w, "snapshot_date", date);
    add_text(&w, "snapshot_id", set->snapshot_id);
    add_instant(&w, "as_of", set->as_of);
    add_instant(&w, "known_at", set->known_at);
    add_text(&w, "currency", set->currency);
    add_number(&w, "money_digits", set->money_digits);
    add_text(&w, "schema_version", set->schema_version);
    add_text(&w, "tool_version", set->tool_version);
    add_text(&w, "pii", taki_files_pii_name(target->pii));
    taki_json_name(&w, "rules");
    if (set->rules == NULL) {
        taki_json_null(&w);
    } else {
        taki_json_raw(&w, taki_str_of(set->rules));
    }
    add_files(&w, target, set, files, count, kept);
    taki_json_close(&w, '}');
    taki_buf_add_char(out, '\n');
    if (!out->overflow)
        add_checksum(out);
}

struct manifest_reader {
    struct taki_run *run;
    const struct taki_json *json;
    bool damaged;
};

static const char *text_at(struct manifest_reader *reader, const struct taki_json_node *object, const char *name)
{
    const struct taki_json_node *node = taki_json_find(reader->json, object, name);
    reader->damaged = reader->damaged || node == NULL || node->type != TAKI_JSON_STRING;
    if (reader->damaged)
        return "";
    taki_str text = taki_json_text(reader->run->arena, node);
    return taki_arena_copy(reader->run->arena, text.data, text.size);
}

static int64_t number_at(struct manifest_reader *reader, const struct taki_json_node *object, const char *name)
{
    const struct taki_json_node *node = taki_json_find(reader->json, object, name);
    int64_t value = 0;
    if (node == NULL || node->type != TAKI_JSON_NUMBER || !taki_str_i64(node->text, &value))
        reader->damaged = true;
    return value;
}

static void hash_at(struct manifest_reader *reader, const struct taki_json_node *object, const char *name,
                    char out[TAKI_SHA256_HEX])
{
    const char *text = text_at(reader, object, name);
    if (strlen(text) + 1 != TAKI_SHA256_HEX || strspn(text, "0123456789abcdef") + 1 != TAKI_SHA256_HEX) {
        reader->damaged = true;
    } else {
        memcpy(out, text, TAKI_SHA256_HEX);
    }
}

/* A path of ours stays below v1: csv/<table>/dt=<date>/part-... */
static void check_path(struct manifest_reader *reader, const struct taki_published *file)
{
    const char *start = taki_arena_format(reader->run->arena, "csv/%s/dt=", file->table);
    reader->damaged = reader->damaged || strchr(file->table, '/') != NULL || file->table[0] == '.' ||
                      strncmp(file->path, start, strlen(start)) != 0 || strstr(file->path, "..") != NULL;
}

static void read_file(struct manifest_reader *reader, const struct taki_json_node *node, struct taki_published *file)
{
    file->table = text_at(reader, node, "table");
    file->kind = text_at(reader, node, "kind");
    file->path = text_at(reader, node, "path");
    file->rows = number_at(reader, node, "rows");
    file->bytes = number_at(reader, node, "bytes");
    file->raw_bytes = number_at(reader, node, "raw_bytes");
    hash_at(reader, node, "sha256", file->sha256);
    hash_at(reader, node, "raw_sha256", file->raw_sha256);
    check_path(reader, file);
}

static void read_publication(struct manifest_reader *reader, struct taki_publication *publication)
{
    const struct taki_json_node *root = &reader->json->nodes[0];
    const struct taki_json_node *files = taki_json_find(reader->json, root, "files");
    reader->damaged = reader->damaged || number_at(reader, root, "taki_publish_version") > PUBLISH_VERSION;
    if (!taki_date_parse(taki_str_of(text_at(reader, root, "snapshot_date")), &publication->date))
        reader->damaged = true;
    publication->snapshot_id = text_at(reader, root, "snapshot_id");
    publication->pii = text_at(reader, root, "pii");
    if (files == NULL || files->type != TAKI_JSON_ARRAY) {
        reader->damaged = true;
        return;
    }
    publication->files = TAKI_NEW_ARRAY(reader->run->arena, files->children, struct taki_published);
    const struct taki_json_node *node = taki_json_first(reader->json, files);
    for (; node != NULL; node = taki_json_next(reader->json, files, node))
        read_file(reader, node, &publication->files[publication->count++]);
}

/* Is the last member the hash of all others? */
static bool checksum_holds(taki_str text)
{
    enum { HEX = TAKI_SHA256_HEX - 1 };
    const size_t tail = strlen(CHECKSUM) + HEX + 1 + strlen(END);
    char sha256[TAKI_SHA256_HEX];
    if (text.size < tail || !taki_str_starts((taki_str){text.data + text.size - tail, tail}, TAKI_STR(CHECKSUM)) ||
        !taki_str_ends(text, TAKI_STR("\"" END)))
        return false;
    struct taki_sha256 *sha = taki_sha256_open();
    taki_sha256_add(sha, (taki_str){text.data, text.size - tail});
    taki_sha256_add(sha, TAKI_STR(END));
    taki_sha256_close(sha, sha256);
    return memcmp(text.data + text.size - tail + strlen(CHECKSUM), sha256, HEX) == 0;
}

static const char *manifest_path(struct taki_run *run, const struct taki_target *target, taki_date date)
{
    char text[11];
    taki_date_print(date, text);
    return taki_files_path(run, target, "manifest/dt=%s/manifest.json", text);
}

enum taki_status taki_files_exists(const char *path, bool *exists, struct taki_error *err)
{
    struct stat info;
    *exists = lstat(path, &info) == 0;
    if (*exists || errno == ENOENT || errno == ENOTDIR)
        return TAKI_OK;
    return taki_fail_errno(err, TAKI_FAILED, errno, "cannot look at '%s'", path);
}

enum taki_status taki_files_is_published(struct taki_run *run, const struct taki_target *target, taki_date date,
                                         bool *published, struct taki_error *err)
{
    return taki_files_exists(manifest_path(run, target, date), published, err);
}

enum taki_status taki_files_manifest_read(struct taki_run *run, const struct taki_target *target, taki_date date,
                                          struct taki_publication *publication, struct taki_error *err)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf text;
    taki_buf_init(&text, CONTROL_BYTES);
    char day[11];
    const char *path = manifest_path(run, target, date);
    TAKI_TRY(taki_file_read(path, &text, err));
    struct taki_json json;
    taki_str copy = taki_str_dup(run->arena, taki_buf_view(&text));
    struct manifest_reader reader = {.run = run, .json = &json, .damaged = !checksum_holds(copy)};
    *publication = (struct taki_publication){.date = TAKI_DATE_NULL};
    taki_sha256(copy, publication->sha256);
    if (taki_json_parse(run->arena, copy, NULL, &json, NULL) == TAKI_OK) {
        read_publication(&reader, publication);
    } else {
        reader.damaged = true;
    }
    if (!reader.damaged && publication->date.days == date.days)
        return TAKI_OK;
    taki_date_print(date, day);
    (void)taki_fail(err, TAKI_DAMAGED, "'%s' is not a manifest of taki, or changed, or of a newer taki", path);
    return taki_hint(err, "publish that date again: taki-transform and taki-load run --as-of %s", day);
}

enum taki_status taki_files_dates(struct taki_run *run, const struct taki_target *target, taki_date **dates,
                                  size_t *count, struct taki_error *err)
{
    const char **names = NULL;
    size_t most = 0;
    TAKI_TRY(taki_file_list(run->arena, taki_files_path(run, target, "manifest"), &names, &most, err));
    *dates = TAKI_NEW_ARRAY(run->arena, most, taki_date);
    *count = 0;
    for (size_t i = 0; i < most; i++) {
        taki_date date;
        taki_str name = taki_str_of(names[i]);
        bool published = false;
        if (!taki_str_starts(name, TAKI_STR("dt=")) ||
            !taki_date_parse((taki_str){name.data + 3, name.size - 3}, &date))
            continue;
        TAKI_TRY(taki_files_is_published(run, target, date, &published, err));
        if (published)
            (*dates)[(*count)++] = date;
    }
    return TAKI_OK;
}

enum taki_status taki_files_publications(struct taki_run *run, const struct taki_target *target,
                                         struct taki_publication **publications, size_t *count, struct taki_error *err)
{
    taki_date *dates = NULL;
    TAKI_TRY(taki_files_dates(run, target, &dates, count, err));
    *publications = TAKI_NEW_ARRAY(run->arena, *count, struct taki_publication);
    for (size_t i = 0; i < *count; i++)
        TAKI_TRY(taki_files_manifest_read(run, target, dates[i], &(*publications)[i], err));
    return TAKI_OK;
}
