/*
 * The files sink: gzip CSV below <path>/v1. New folders are built under temp names, exchanged into place, then the
 * manifest of the date, then `current/` and latest.json where the date is the greatest. Killed anywhere, a rerun gives
 * the same bytes.
 */
#include "ddl.h"
#include "files_part.h"

#include "taki/file.h"
#include "taki/json.h"
#include "taki/pool.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { CONTROL_BYTES = 64 << 20 };

struct job {
    const struct taki_stage_table *table;
    const char *folder, *fresh, *part; /* dt= folder, the one being built, the file in it */
    struct taki_published file;
    struct taki_tally *tally;
};

struct publishing {
    struct taki_run *run;
    const struct taki_target *target;
    const struct taki_stage_set *set;
    struct job *jobs;
    size_t count;
    char date[11];
};

const char *taki_files_path(struct taki_run *run, const struct taki_target *target, const char *format, ...)
{
    char tail[1024];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(tail, sizeof tail, format, arguments);
    va_end(arguments);
    return taki_arena_format(run->arena, "%s/v1/%s", target->path, tail);
}

static void plan_jobs(struct publishing *p)
{
    p->jobs = TAKI_NEW_ARRAY(p->run->arena, p->set->table_count, struct job);
    taki_date_print(p->set->snapshot_date, p->date);
    for (size_t i = 0; i < p->set->table_count; i++) {
        const struct taki_stage_table *table = &p->set->tables[i];
        if (!taki_run_selected(p->run, table->name))
            continue;
        struct job *job = &p->jobs[p->count++];
        const char *root = taki_files_path(p->run, p->target, "csv/%s", table->name);
        job->table = table;
        job->folder = taki_arena_format(p->run->arena, "%s/dt=%s", root, p->date);
        job->fresh = taki_arena_format(p->run->arena, "%s/.tmp-dt=%s", root, p->date);
        job->part = taki_arena_format(p->run->arena, "%s/part-00000-%s.csv.gz", job->fresh, p->set->snapshot_id);
        job->file.path = taki_arena_format(p->run->arena, "csv/%s/dt=%s/part-00000-%s.csv.gz", table->name, p->date,
                                           p->set->snapshot_id);
        job->tally = taki_run_tally(p->run, taki_arena_format(p->run->arena, "%s:%s", p->target->name, table->name));
    }
}

static enum taki_status write_job(void *context, size_t item, size_t worker, struct taki_error *err)
{
    (void)worker;
    struct publishing *p = context;
    struct job *job = &p->jobs[item];
    int64_t started = taki_clock_monotonic_us();
    TAKI_TRY(taki_run_check_stop(err));
    TAKI_TRY(taki_file_remove(job->fresh, err));
    TAKI_TRY(taki_file_make_folder(job->fresh, err));
    TAKI_TRY(taki_files_write_part(p->run, p->target, p->set, job->table, job->part, &job->file, err));
    job->tally->read = job->tally->written = job->file.rows;
    job->tally->bytes = job->file.bytes;
    job->tally->seconds_us = taki_clock_monotonic_us() - started;
    return TAKI_OK;
}

/* What was there before stays aside under the temp name until the next run sweeps it. */
static enum taki_status put_in_place(const struct publishing *p, struct taki_error *err)
{
    for (size_t i = 0; i < p->count; i++) {
        if (taki_file_exists(p->jobs[i].folder))
            TAKI_TRY(taki_file_exchange(p->jobs[i].fresh, p->jobs[i].folder, err));
        else
            TAKI_TRY(taki_file_move(p->jobs[i].fresh, p->jobs[i].folder, err));
    }
    return TAKI_OK;
}

static enum taki_status write_manifest(const struct publishing *p, char sha256[TAKI_SHA256_HEX], struct taki_error *err)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf text;
    taki_buf_init(&text, CONTROL_BYTES);
    struct taki_published *files = TAKI_NEW_ARRAY(p->run->arena, p->count, struct taki_published);
    for (size_t i = 0; i < p->count; i++)
        files[i] = p->jobs[i].file;
    taki_files_manifest_write(p->target, p->set, files, p->count, &text);
    TAKI_TRY(taki_buf_check(&text, "the manifest", err));
    taki_sha256(taki_buf_view(&text), sha256);
    TAKI_TRY(taki_file_make_folder(taki_files_path(p->run, p->target, "manifest/dt=%s", p->date), err));
    return taki_file_put(taki_files_path(p->run, p->target, "manifest/dt=%s/manifest.json", p->date),
                         taki_buf_view(&text), true, err);
}

static enum taki_status write_schema(const struct publishing *p, struct taki_error *err)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf text;
    taki_buf_init(&text, CONTROL_BYTES);
    size_t count = 0;
    const struct taki_ddl_dialect *dialects = taki_ddl_dialects(&count);
    TAKI_TRY(taki_file_make_folder(taki_files_path(p->run, p->target, "schema"), err));
    for (size_t i = 0; i < p->count; i++) {
        for (size_t d = 0; d < count; d++) {
            taki_buf_clear(&text);
            taki_ddl_write(&dialects[d], p->jobs[i].table, p->set->money_digits, &text);
            TAKI_TRY(taki_file_put(
                taki_files_path(p->run, p->target, "schema/%s.%s.sql", p->jobs[i].table->name, dialects[d].name),
                taki_buf_view(&text), true, err));
        }
    }
    taki_buf_clear(&text);
    taki_datapackage_write(p->set, &text);
    return taki_file_put(taki_files_path(p->run, p->target, "schema/datapackage.json"), taki_buf_view(&text), true,
                         err);
}

/* Target of the `current` link as text, "" if there is none. */
static void read_current(const struct publishing *p, char *out, size_t size)
{
    ssize_t length = readlink(taki_files_path(p->run, p->target, "current"), out, size - 1);
    out[length < 0 ? 0 : length] = '\0';
}

/* Readers may still be inside the folder the link named before; older ones go. */
static enum taki_status drop_currents(const struct publishing *p, const char *name, const char *before,
                                      struct taki_error *err)
{
    const char **names = NULL;
    size_t count = 0;
    TAKI_TRY(taki_file_list(p->run->arena, taki_files_path(p->run, p->target, ".current"), &names, &count, err));
    for (size_t i = 0; i < count; i++) {
        const char *link = taki_arena_format(p->run->arena, ".current/%s", names[i]);
        if (strcmp(link, name) != 0 && strcmp(link, before) != 0)
            TAKI_TRY(taki_file_remove(taki_files_path(p->run, p->target, "%s", link), err));
    }
    return TAKI_OK;
}

/* Stable names beside each other in a folder of this snapshot; `current` is one symlink to it, swapped at once. */
static enum taki_status point_current(const struct publishing *p, struct taki_error *err)
{
    char before[256];
    const char *name = taki_arena_format(p->run->arena, ".current/%s-%s", p->date, p->set->snapshot_id);
    const char *folder = taki_files_path(p->run, p->target, "%s", name);
    read_current(p, before, sizeof before);
    if (strcmp(before, name) == 0)
        return TAKI_OK; /* same snapshot_id, same bytes */
    TAKI_TRY(taki_file_remove(folder, err));
    TAKI_TRY(taki_file_make_folder(folder, err));
    for (size_t i = 0; i < p->count; i++)
        TAKI_TRY(taki_file_link(taki_files_path(p->run, p->target, "%s", p->jobs[i].file.path),
                                taki_arena_format(p->run->arena, "%s/%s.csv.gz", folder, p->jobs[i].table->name), err));
    TAKI_TRY(taki_file_symlink(name, taki_files_path(p->run, p->target, "current"), err));
    return drop_currents(p, name, before, err);
}

static enum taki_status point_latest(const struct publishing *p, const char *manifest_sha256, struct taki_error *err)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf text;
    taki_buf_init(&text, CONTROL_BYTES);
    struct taki_json_writer w = {.buf = &text, .indent = 1};
    taki_json_open(&w, '{');
    taki_json_name(&w, "snapshot_date");
    taki_json_cstr(&w, p->date);
    taki_json_name(&w, "snapshot_id");
    taki_json_cstr(&w, p->set->snapshot_id);
    taki_json_name(&w, "manifest");
    taki_json_cstr(&w, taki_arena_format(p->run->arena, "dt=%s/manifest.json", p->date));
    taki_json_name(&w, "manifest_sha256");
    taki_json_cstr(&w, manifest_sha256);
    taki_json_close(&w, '}');
    taki_buf_add_char(&text, '\n');
    return taki_file_put(taki_files_path(p->run, p->target, "manifest/latest.json"), taki_buf_view(&text), true, err);
}

static enum taki_status is_newest(const struct publishing *p, bool *newest, struct taki_error *err)
{
    struct taki_publication *publications = NULL;
    size_t count = 0;
    TAKI_TRY(taki_files_publications(p->run, p->target, &publications, &count, err));
    *newest = count == 0 || publications[count - 1].date.days <= p->set->snapshot_date.days;
    return TAKI_OK;
}

static enum taki_status publish(struct taki_run *run, const struct taki_target *target,
                                const struct taki_stage_set *set, struct taki_error *err)
{
    struct publishing p = {.run = run, .target = target, .set = set};
    char manifest_sha256[TAKI_SHA256_HEX];
    bool newest = false;
    TAKI_TRY(taki_file_make_folder(taki_files_path(run, target, "manifest"), err));
    TAKI_TRY(taki_file_make_folder(taki_files_path(run, target, "csv"), err));
    TAKI_TRY(taki_file_sweep(taki_arena_format(run->arena, "%s/v1", target->path), err));
    plan_jobs(&p);
    TAKI_TRY(taki_pool_run(run->jobs, p.count, write_job, &p, err));
    TAKI_TRY(taki_run_check_stop(err));
    TAKI_TRY(put_in_place(&p, err));
    TAKI_TRY(write_manifest(&p, manifest_sha256, err));
    TAKI_TRY(write_schema(&p, err));
    TAKI_TRY(is_newest(&p, &newest, err));
    if (!newest)
        return TAKI_OK;
    TAKI_TRY(point_current(&p, err));
    return point_latest(&p, manifest_sha256, err);
}

static enum taki_status check(struct taki_run *run, const struct taki_target *target, struct taki_error *err)
{
    const char *probe = taki_files_path(run, target, ".tmp-probe");
    TAKI_TRY(taki_file_make_folder(taki_files_path(run, target, "manifest"), err));
    TAKI_TRY(taki_file_put(probe, TAKI_STR("probe\n"), true, err));
    return taki_file_remove(probe, err);
}

const struct taki_sink taki_sink_files = {
    .type = "files",
    .meaning = "gzip CSV snapshots below a folder",
    .publish = publish,
    .list = taki_files_list,
    .verify = taki_files_verify,
    .prune = taki_files_prune,
    .check = check,
};
