/* What stands beside the dates: schema/, current/ and latest.json, all of the greatest date. */
#include "ddl.h"
#include "files_part.h"

#include "taki/file.h"
#include "taki/json.h"
#include "taki/log.h"

#include <string.h>
#include <unistd.h>

#define LATEST "manifest/latest.json"

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

enum taki_status taki_files_schema_hash(struct taki_run *run, const struct taki_target *target,
                                        char out[TAKI_SHA256_HEX], struct taki_error *err)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf lines;
    taki_buf_init(&lines, CONTROL_BYTES);
    const char **names = NULL;
    size_t count = 0;
    char sha256[TAKI_SHA256_HEX];
    int64_t size = 0;
    TAKI_TRY(taki_file_list(run->arena, taki_files_path(run, target, "schema"), &names, &count, err));
    for (size_t i = 0; i < count; i++) {
        TAKI_TRY(taki_file_hash(taki_files_path(run, target, "schema/%s", names[i]), sha256, &size, err));
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

/* Stable names beside each other in a folder of this publication; `current` is one symlink to it, swapped at once. */
static enum taki_status point_current(struct taki_run *run, const struct taki_target *target,
                                      const struct taki_publication *publication, const char *before,
                                      struct taki_error *err)
{
    char date[11];
    taki_date_print(publication->date, date);
    const char *name = taki_arena_format(run->arena, ".current/%s-%s-a", date, publication->snapshot_id);
    if (strcmp(name, before) == 0) /* published again: its readers keep the folder they are in */
        name = taki_arena_format(run->arena, ".current/%s-%s-b", date, publication->snapshot_id);
    const char *folder = taki_files_path(run, target, "%s", name);
    TAKI_TRY(taki_file_remove(folder, err));
    TAKI_TRY(taki_file_make_folder(folder, err));
    for (size_t i = 0; i < publication->count; i++) {
        const struct taki_published *file = &publication->files[i];
        TAKI_TRY(taki_file_link(taki_files_path(run, target, "%s", file->path),
                                taki_arena_format(run->arena, "%s/%s.csv.gz", folder, file->table), err));
    }
    return taki_file_symlink(name, taki_files_path(run, target, "current"), err);
}

enum taki_status taki_files_latest_text(struct taki_run *run, const struct taki_target *target,
                                        const struct taki_publication *publication, struct taki_buf *out,
                                        struct taki_error *err)
{
    char date[11];
    char schema[TAKI_SHA256_HEX];
    struct taki_json_writer w = {.buf = out, .indent = 1};
    TAKI_TRY(taki_files_schema_hash(run, target, schema, err));
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

/* What both pointers said before. */
struct pointers {
    const char *current;
    taki_str latest; /* NULL if there was none */
};

static enum taki_status read_pointers(struct taki_run *run, const struct taki_target *target, struct pointers *pointers,
                                      struct taki_error *err)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf text;
    taki_buf_init(&text, CONTROL_BYTES);
    const char *path = taki_files_path(run, target, "%s", LATEST);
    *pointers = (struct pointers){.current = taki_files_current(run, target), .latest = TAKI_STR_NULL};
    if (!taki_file_exists(path))
        return TAKI_OK;
    TAKI_TRY(taki_file_read(path, &text, err));
    pointers->latest = taki_str_dup(run->arena, taki_buf_view(&text));
    return TAKI_OK;
}

/* Already on the way out with a failure. */
static void point_back(struct taki_run *run, const struct taki_target *target, const struct pointers *before)
{
    struct taki_error own = {0};
    struct pointers now;
    const char *link = taki_files_path(run, target, "current");
    const char *latest = taki_files_path(run, target, "%s", LATEST);
    enum taki_status status = read_pointers(run, target, &now, &own);
    if (status != TAKI_OK || !taki_str_equal(now.latest, before->latest)) {
        status = taki_str_is_null(before->latest) ? taki_file_remove(latest, &own)
                                                  : taki_file_put(latest, before->latest, true, &own);
    }
    if (status == TAKI_OK && strcmp(now.current, before->current) != 0) {
        status =
            before->current[0] == '\0' ? taki_file_remove(link, &own) : taki_file_symlink(before->current, link, &own);
    }
    if (status != TAKI_OK)
        taki_log(TAKI_LOG_WARN, "undo_failed", "path=%s", latest);
}

enum taki_status taki_files_point(struct taki_run *run, const struct taki_target *target, taki_date date, bool always,
                                  struct taki_error *err)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf text;
    taki_buf_init(&text, CONTROL_BYTES);
    struct taki_publication publication;
    struct pointers before;
    TAKI_TRY(read_pointers(run, target, &before, err));
    TAKI_TRY(taki_files_manifest_read(run, target, date, &publication, err));
    TAKI_TRY(taki_files_latest_text(run, target, &publication, &text, err));
    if (!always && taki_str_equal(taki_buf_view(&text), before.latest) && before.current[0] != '\0')
        return TAKI_OK;
    enum taki_status status = point_current(run, target, &publication, before.current, err);
    if (status == TAKI_OK)
        status = taki_file_put(taki_files_path(run, target, "%s", LATEST), taki_buf_view(&text), true, err);
    if (status != TAKI_OK)
        point_back(run, target, &before);
    return status;
}
