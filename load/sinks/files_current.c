/* What stands beside the dates: schema/, current/ and latest.json, all of the greatest date. */
#include "ddl.h"
#include "files_part.h"

#include "taki/file.h"
#include "taki/json.h"
#include "taki/log.h"

#include <string.h>
#include <unistd.h>

enum { CONTROL_BYTES = 64 << 20, LINK_BYTES = 4096 };

/* The n-th schema text; NULL behind the last. */
static const char *schema_text(struct taki_run *run, const struct taki_stage_set *set, size_t n, struct taki_buf *out)
{
    size_t count = 0;
    const struct taki_ddl_dialect *dialects = taki_ddl_dialects(&count);
    size_t each = count + 1; /* and the Power Query text */
    size_t table = n / each;
    size_t dialect = n % each;
    taki_buf_clear(out);
    if (n == each * set->table_count) {
        taki_datapackage_write(set, out);
        return "datapackage.json";
    }
    if (table >= set->table_count)
        return NULL;
    if (dialect == count) {
        taki_power_query_write(&set->tables[table], out);
        return taki_arena_format(run->arena, "%s.pq", set->tables[table].name);
    }
    taki_ddl_write(&dialects[dialect], &set->tables[table], set->money_digits, out);
    return taki_arena_format(run->arena, "%s.%s.sql", set->tables[table].name, dialects[dialect].name);
}

static enum taki_status is_same(const char *path, taki_str text, bool *same, struct taki_error *err)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf found;
    taki_buf_init(&found, CONTROL_BYTES);
    *same = taki_file_size_of(path) == (int64_t)text.size;
    if (!*same)
        return TAKI_OK;
    TAKI_TRY(taki_file_read(path, &found, err));
    *same = taki_str_compare(taki_buf_view(&found), text) == 0;
    return TAKI_OK;
}

static enum taki_status schema_stands(struct taki_run *run, const struct taki_target *target,
                                      const struct taki_stage_set *set, struct taki_buf *text, bool *same,
                                      struct taki_error *err)
{
    const char **names = NULL;
    const char *name = NULL;
    size_t found = 0;
    size_t n = 0;
    TAKI_TRY(taki_file_list(run->arena, taki_files_path(run, target, "schema"), &names, &found, err));
    *same = true;
    for (; *same && (name = schema_text(run, set, n, text)) != NULL; n++) {
        TAKI_TRY(taki_buf_check(text, "a schema text", err));
        TAKI_TRY(is_same(taki_files_path(run, target, "schema/%s", name), taki_buf_view(text), same, err));
    }
    *same = *same && found == n;
    return TAKI_OK;
}

enum taki_status taki_files_schema(struct taki_run *run, const struct taki_target *target,
                                   const struct taki_stage_set *set, struct taki_files_step *step, bool *changed,
                                   struct taki_error *err)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf text;
    taki_buf_init(&text, CONTROL_BYTES);
    bool same = false;
    const char *name = NULL;
    TAKI_TRY(schema_stands(run, target, set, &text, &same, err));
    *changed = !same;
    if (same)
        return TAKI_OK;
    *step = (struct taki_files_step){.fresh = taki_files_path(run, target, ".tmp-schema"),
                                     .place = taki_files_path(run, target, "schema")};
    TAKI_TRY(taki_file_remove(step->fresh, err));
    TAKI_TRY(taki_file_make_folder(step->fresh, err));
    for (size_t n = 0; (name = schema_text(run, set, n, &text)) != NULL; n++) {
        TAKI_TRY(
            taki_file_put(taki_arena_format(run->arena, "%s/%s", step->fresh, name), taki_buf_view(&text), false, err));
    }
    return TAKI_OK;
}

static enum taki_status hash_schema(struct taki_run *run, const char *folder, char out[TAKI_SHA256_HEX],
                                    struct taki_error *err)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf lines;
    taki_buf_init(&lines, CONTROL_BYTES);
    const char **names = NULL;
    size_t count = 0;
    char sha256[TAKI_SHA256_HEX];
    int64_t size = 0;
    TAKI_TRY(taki_file_list(run->arena, folder, &names, &count, err));
    for (size_t i = 0; i < count; i++) {
        TAKI_TRY(taki_file_hash(taki_arena_format(run->arena, "%s/%s", folder, names[i]), sha256, &size, err));
        taki_buf_format(&lines, "%s  %s\n", sha256, names[i]); /* as sha256sum prints it */
    }
    taki_sha256(taki_buf_view(&lines), out);
    return TAKI_OK;
}

const char *taki_files_current(struct taki_run *run, const struct taki_target *target)
{
    char text[LINK_BYTES];
    ssize_t size = readlink(taki_files_path(run, target, "current"), text, sizeof text);
    return size < 0 ? "" : taki_arena_copy(run->arena, text, (size_t)size);
}

enum taki_status taki_files_latest_text(struct taki_run *run, const struct taki_publication *publication,
                                        const char *schema_folder, struct taki_buf *out, struct taki_error *err)
{
    char date[11];
    char schema[TAKI_SHA256_HEX];
    struct taki_json_writer w = {.buf = out, .indent = 1};
    TAKI_TRY(hash_schema(run, schema_folder, schema, err));
    taki_date_print(publication->date, date);
    const char *const members[][2] = {
        {"snapshot_date",      date                        },
        {"snapshot_id",        publication->snapshot_id    },
        {"manifest",           taki_arena_format(run->arena, "dt=%s/manifest.json", date)},
        {"manifest_sha256",               publication->sha256                                          },
        {"schema_sha256",schema},
    };
    taki_json_open(&w, '{');
    for (size_t i = 0; i < TAKI_LEN(members); i++) {
        taki_json_name(&w, members[i][0]);
        taki_json_cstr(&w, members[i][1]);
    }
    taki_json_close(&w, '}');
    taki_buf_add_char(out, '\n');
    return taki_buf_check(out, "latest.json", err);
}

static enum taki_status read_latest(struct taki_run *run, const char *path, taki_str *text, struct taki_error *err)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf found;
    taki_buf_init(&found, CONTROL_BYTES);
    bool exists = false;
    *text = TAKI_STR_NULL;
    TAKI_TRY(taki_files_exists(path, &exists, err));
    if (!exists)
        return TAKI_OK;
    TAKI_TRY(taki_file_read(path, &found, err));
    *text = taki_str_dup(run->arena, taki_buf_view(&found));
    return TAKI_OK;
}

/* Stable names beside each other in a folder of this publication; `current` will be one symlink to it. Readers of a
 * date that is published again keep the folder they are in. */
static enum taki_status make_names(struct taki_run *run, const struct taki_target *target,
                                   const struct taki_publication *publication, struct taki_files_pointers *pointers,
                                   struct taki_error *err)
{
    char date[11];
    taki_date_print(publication->date, date);
    const char *name = taki_arena_format(run->arena, ".current/%s-%s-a", date, publication->snapshot_id);
    if (strcmp(name, pointers->current_before) == 0)
        name = taki_arena_format(run->arena, ".current/%s-%s-b", date, publication->snapshot_id);
    const char *folder = taki_files_path(run, target, "%s", name);
    TAKI_TRY(taki_file_remove(folder, err));
    TAKI_TRY(taki_file_make_folder(folder, err));
    for (size_t i = 0; i < publication->count; i++) {
        const struct taki_published *file = &publication->files[i];
        const char *from = file->fresh != NULL ? file->fresh : taki_files_path(run, target, "%s", file->path);
        TAKI_TRY(taki_file_link(from, taki_arena_format(run->arena, "%s/%s.csv.gz", folder, file->table), err));
    }
    pointers->current = name;
    return TAKI_OK;
}

enum taki_status taki_files_point_prepare(struct taki_run *run, const struct taki_target *target,
                                          const struct taki_publication *publication, const char *schema_folder,
                                          struct taki_files_pointers *pointers, struct taki_error *err)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf text;
    taki_buf_init(&text, CONTROL_BYTES);
    *pointers = (struct taki_files_pointers){.current_path = taki_files_path(run, target, "current"),
                                             .latest_path = taki_files_path(run, target, "manifest/latest.json"),
                                             .current_before = taki_files_current(run, target)};
    TAKI_TRY(read_latest(run, pointers->latest_path, &pointers->latest_before, err));
    TAKI_TRY(make_names(run, target, publication, pointers, err));
    TAKI_TRY(taki_files_latest_text(run, publication, schema_folder, &text, err));
    TAKI_TRY(taki_file_create(pointers->latest_path, &pointers->latest, err));
    return taki_file_write(pointers->latest, taki_buf_view(&text), err);
}

void taki_files_point_drop(struct taki_files_pointers *pointers)
{
    taki_file_abandon(pointers->latest);
    pointers->latest = NULL;
}

/* Already on the way out with a failure. */
static void point_back(const struct taki_files_pointers *before)
{
    struct taki_error own = {0};
    enum taki_status status = taki_str_is_null(before->latest_before)
                                  ? taki_file_remove(before->latest_path, &own)
                                  : taki_file_put(before->latest_path, before->latest_before, true, &own);
    if (status == TAKI_OK) {
        status = before->current_before[0] == '\0'
                     ? taki_file_remove(before->current_path, &own)
                     : taki_file_symlink(before->current_before, before->current_path, &own);
    }
    if (status != TAKI_OK)
        taki_log(TAKI_LOG_WARN, "undo_failed", "path=%s", before->latest_path);
}

/* Between a swap and the pointers nothing is allocated: the window in which a kill leaves work for the next run is a
 * few renames wide. */
enum taki_status taki_files_point_now(struct taki_files_pointers *pointers, struct taki_error *err)
{
    struct taki_file *latest = pointers->latest;
    enum taki_status status = taki_file_symlink(pointers->current, pointers->current_path, err);
    if (status == TAKI_OK) {
        pointers->latest = NULL;
        status = taki_file_commit(latest, true, err);
    }
    if (status != TAKI_OK)
        point_back(pointers);
    return status;
}

enum taki_status taki_files_point_anew(struct taki_run *run, const struct taki_target *target, taki_date date,
                                       struct taki_error *err)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf text;
    taki_buf_init(&text, CONTROL_BYTES);
    struct taki_publication publication;
    struct taki_files_pointers pointers;
    taki_str before = TAKI_STR_NULL;
    const char *schema = taki_files_path(run, target, "schema");
    TAKI_TRY(taki_files_manifest_read(run, target, date, &publication, err));
    TAKI_TRY(taki_files_latest_text(run, &publication, schema, &text, err));
    TAKI_TRY(read_latest(run, taki_files_path(run, target, "manifest/latest.json"), &before, err));
    if (taki_str_equal(taki_buf_view(&text), before) && taki_files_current(run, target)[0] != '\0')
        return TAKI_OK;
    enum taki_status status = taki_files_point_prepare(run, target, &publication, schema, &pointers, err);
    if (status == TAKI_OK)
        status = taki_files_point_now(&pointers, err);
    taki_files_point_drop(&pointers);
    return status;
}
