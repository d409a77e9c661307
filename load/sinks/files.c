/*
 * The files sink: gzip CSV below <path>/v1. New folders are built under temp names, then swapped in table by table, the
 * manifest's folder last; then `current` and latest.json, where the date is the greatest. What fails is undone; killed
 * anywhere, a rerun gives the same bytes.
 */
#include "files_part.h"

#include "taki/file.h"
#include "taki/pool.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { CONTROL_BYTES = 64 << 20, PATH_BYTES = 4096 };

struct job {
    const struct taki_stage_table *table;
    const char *fresh, *part; /* the dt= folder being built, the file in it */
    struct taki_published file;
    struct taki_tally *tally;
};

struct publishing {
    struct taki_run *run;
    const struct taki_target *target;
    const struct taki_stage_set *set;
    struct job *jobs;
    size_t count;
    struct taki_publication before; /* the one of this date that is published now */
    struct taki_publication kept;   /* its files that stay: tables of the same snapshot that are not selected */
    struct taki_files_step *steps;
    size_t step_count;
    taki_date greatest; /* of the dates published, NULL if there is none */
    char date[11];
    bool new_schema; /* the last step is its */
};

const char *taki_files_path(struct taki_run *run, const struct taki_target *target, const char *format, ...)
{
    char text[PATH_BYTES];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (size < 0 || (size_t)size >= sizeof text)
        taki_bug("path below a target too long");
    return taki_arena_format(run->arena, "%s/v1/%s", target->path, text);
}

static void plan_job(struct publishing *p, const struct taki_stage_table *table)
{
    struct job *job = &p->jobs[p->count++];
    const char *name = taki_arena_format(p->run->arena, "part-00000-%s.csv.gz", p->set->snapshot_id);
    job->table = table;
    job->fresh = taki_files_path(p->run, p->target, "csv/%s/" TAKI_FILES_ASIDE "%s", table->name, p->date);
    job->part = taki_arena_format(p->run->arena, "%s/%s", job->fresh, name);
    job->file.table = table->name;
    job->file.kind = table->kind;
    job->file.path = taki_arena_format(p->run->arena, "csv/%s/dt=%s/%s", table->name, p->date, name);
    job->tally = taki_run_tally(p->run, taki_arena_format(p->run->arena, "%s:%s", p->target->name, table->name));
    p->steps[p->step_count++] = (struct taki_files_step){
        .fresh = job->fresh, .place = taki_files_path(p->run, p->target, "csv/%s/dt=%s", table->name, p->date)};
}

static const struct taki_stage_table *job_of(const struct publishing *p, const char *table)
{
    for (size_t i = 0; i < p->count; i++) {
        if (strcmp(p->jobs[i].table->name, table) == 0)
            return p->jobs[i].table;
    }
    return NULL;
}

static enum taki_status refuse_mixture(const struct publishing *p, const char *table, struct taki_error *err)
{
    (void)taki_fail(err, TAKI_USAGE, "%s is published as snapshot %s (pii %s) with table '%s', which is not selected",
                    p->date, p->before.snapshot_id, p->before.pii, table);
    return taki_hint(err, "one date holds one snapshot: run without --select, --exclude and --retry-failed");
}

/* Tables of the set that are not selected stay as published, if that was this very snapshot. */
static enum taki_status plan_kept(struct publishing *p, struct taki_error *err)
{
    const struct taki_publication *before = &p->before;
    bool same = before->count > 0 && strcmp(before->snapshot_id, p->set->snapshot_id) == 0 &&
                strcmp(before->pii, taki_files_pii_name(p->target->pii)) == 0;
    p->kept.files = TAKI_NEW_ARRAY(p->run->arena, before->count, struct taki_published);
    for (size_t i = 0; i < before->count; i++) {
        const struct taki_published *file = &before->files[i];
        bool in_set = false;
        bool exists = false;
        for (size_t t = 0; t < p->set->table_count; t++)
            in_set = in_set || strcmp(p->set->tables[t].name, file->table) == 0;
        if (!in_set || job_of(p, file->table) != NULL)
            continue;
        TAKI_TRY(taki_files_exists(taki_files_path(p->run, p->target, "%s", file->path), &exists, err));
        if (!exists) /* pruned */
            continue;
        if (!same)
            return refuse_mixture(p, file->table, err);
        p->kept.files[p->kept.count++] = *file;
    }
    return TAKI_OK;
}

static bool is_kept(const struct publishing *p, const char *table)
{
    for (size_t i = 0; i < p->kept.count; i++) {
        if (strcmp(p->kept.files[i].table, table) == 0)
            return true;
    }
    return false;
}

/* Tables that are not in the set any more leave this date. */
static enum taki_status plan_removals(struct publishing *p, const char *const *tables, size_t count,
                                      struct taki_error *err)
{
    for (size_t i = 0; i < count; i++) {
        const char *place = taki_files_path(p->run, p->target, "csv/%s/dt=%s", tables[i], p->date);
        bool exists = false;
        if (job_of(p, tables[i]) != NULL || is_kept(p, tables[i]))
            continue;
        TAKI_TRY(taki_files_exists(place, &exists, err));
        if (!exists)
            continue;
        p->steps[p->step_count++] = (struct taki_files_step){
            .fresh = taki_files_path(p->run, p->target, "csv/%s/" TAKI_FILES_ASIDE "%s", tables[i], p->date),
            .place = place,
            .removal = true};
    }
    return TAKI_OK;
}

static enum taki_status plan(struct publishing *p, struct taki_error *err)
{
    enum { SCHEMA_AND_MANIFEST = 2 };
    const char **tables = NULL;
    taki_date *dates = NULL;
    size_t most = 0;
    size_t count = 0;
    bool published = false;
    taki_date_print(p->set->snapshot_date, p->date);
    TAKI_TRY(taki_files_dates(p->run, p->target, &dates, &count, err));
    p->greatest = count > 0 ? dates[count - 1] : TAKI_DATE_NULL;
    TAKI_TRY(taki_file_list(p->run->arena, taki_files_path(p->run, p->target, "csv"), &tables, &most, err));
    p->jobs = TAKI_NEW_ARRAY(p->run->arena, p->set->table_count, struct job);
    p->steps = TAKI_NEW_ARRAY(p->run->arena, p->set->table_count + most + SCHEMA_AND_MANIFEST, struct taki_files_step);
    for (size_t i = 0; i < p->set->table_count; i++) {
        if (taki_target_takes(p->run, p->target, p->set->tables[i].name))
            plan_job(p, &p->set->tables[i]);
    }
    /* A damaged manifest must not keep its date from being published again: that is how it is repaired. */
    TAKI_TRY(taki_files_is_published(p->run, p->target, p->set->snapshot_date, &published, err));
    if (published && taki_files_manifest_read(p->run, p->target, p->set->snapshot_date, &p->before, NULL) != TAKI_OK)
        p->before = (struct taki_publication){.date = p->set->snapshot_date};
    TAKI_TRY(plan_kept(p, err));
    return plan_removals(p, tables, most, err);
}

static enum taki_status write_job(void *context, size_t item, size_t worker, struct taki_error *err)
{
    (void)worker;
    struct publishing *p = context;
    struct job *job = &p->jobs[item];
    int64_t started = taki_clock_monotonic_us();
    TAKI_TRY(taki_run_check_stop(err));
    TAKI_TRY(taki_file_make_folder(job->fresh, err));
    TAKI_TRY(taki_files_write_part(p->target, p->set, job->table, job->part, &job->file, err));
    job->tally->read = job->tally->written = job->file.rows;
    job->tally->bytes = job->file.bytes;
    job->tally->seconds_us = taki_clock_monotonic_us() - started;
    return TAKI_OK;
}

static enum taki_status write_parts(struct publishing *p, struct taki_error *err)
{
    size_t fit = p->run->memory_bytes / taki_files_part_memory();
    size_t workers = fit < p->run->jobs ? fit : p->run->jobs; /* the pool makes at least one of it */
    TAKI_TRY(taki_pool_run(workers, p->count, write_job, p, err));
    return taki_run_check_stop(err);
}

static enum taki_status write_manifest(struct publishing *p, char sha256[TAKI_SHA256_HEX], struct taki_error *err)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf text;
    taki_buf_init(&text, CONTROL_BYTES);
    struct taki_published *files = TAKI_NEW_ARRAY(p->run->arena, p->count, struct taki_published);
    for (size_t i = 0; i < p->count; i++)
        files[i] = p->jobs[i].file;
    taki_files_manifest_write(p->target, p->set, files, p->count, &p->kept, &text);
    TAKI_TRY(taki_buf_check(&text, "the manifest", err));
    taki_sha256(taki_buf_view(&text), sha256);
    struct taki_files_step *step = &p->steps[p->step_count++];
    *step = (struct taki_files_step){.fresh =
                                         taki_files_path(p->run, p->target, "manifest/" TAKI_FILES_ASIDE "%s", p->date),
                                     .place = taki_files_path(p->run, p->target, "manifest/dt=%s", p->date)};
    TAKI_TRY(taki_file_make_folder(step->fresh, err));
    return taki_file_put(taki_arena_format(p->run->arena, "%s/manifest.json", step->fresh), taki_buf_view(&text), false,
                         err);
}

/* The schema of the tables that `current` will hold. */
static enum taki_status write_schema(struct publishing *p, struct taki_error *err)
{
    struct taki_stage_set set = *p->set;
    struct taki_stage_table *tables = TAKI_NEW_ARRAY(p->run->arena, set.table_count, struct taki_stage_table);
    bool changed = false;
    set.table_count = 0;
    for (size_t i = 0; i < p->set->table_count; i++) {
        const char *name = p->set->tables[i].name;
        if (job_of(p, name) != NULL || is_kept(p, name))
            tables[set.table_count++] = p->set->tables[i];
    }
    set.tables = tables;
    TAKI_TRY(taki_files_schema(p->run, p->target, &set, &p->steps[p->step_count], &changed, err));
    p->new_schema = changed;
    p->step_count += changed ? 1 : 0;
    return TAKI_OK;
}

/* This run's publication, as its manifest will be read. */
static struct taki_publication publication_of(const struct publishing *p, const char *sha256)
{
    struct taki_publication after = {.date = p->set->snapshot_date, .snapshot_id = p->set->snapshot_id};
    (void)snprintf(after.sha256, sizeof after.sha256, "%s", sha256);
    after.files = TAKI_NEW_ARRAY(p->run->arena, p->count + p->kept.count, struct taki_published);
    for (size_t i = 0; i < p->count; i++) {
        after.files[after.count] = p->jobs[i].file;
        after.files[after.count++].fresh = p->jobs[i].part;
    }
    for (size_t i = 0; i < p->kept.count; i++)
        after.files[after.count++] = p->kept.files[i];
    return after;
}

static enum taki_status swap_in(struct publishing *p, struct taki_files_pointers *pointers, struct taki_error *err)
{
    TAKI_TRY(taki_run_check_stop(err));
    TAKI_TRY(taki_files_swap(p->run, p->target, p->set->snapshot_date, p->steps, p->step_count, err));
    enum taki_status status = pointers == NULL ? TAKI_OK : taki_files_point_now(pointers, err);
    if (status == TAKI_OK) {
        taki_files_settled(p->run, p->target);
    } else {
        taki_files_unswap(p->run, p->target, p->steps, p->step_count);
    }
    return status;
}

/* The greatest date takes schema, `current` and latest.json along. */
static enum taki_status publish_newest(struct publishing *p, char sha256[TAKI_SHA256_HEX], struct taki_error *err)
{
    struct taki_files_pointers pointers;
    TAKI_TRY(write_schema(p, err));
    const char *schema =
        p->new_schema ? p->steps[p->step_count - 1].fresh : taki_files_path(p->run, p->target, "schema");
    TAKI_TRY(write_manifest(p, sha256, err));
    struct taki_publication after = publication_of(p, sha256);
    enum taki_status status = taki_files_point_prepare(p->run, p->target, &after, schema, &pointers, err);
    if (status == TAKI_OK)
        status = swap_in(p, &pointers, err);
    taki_files_point_drop(&pointers);
    return status;
}

/* An older date moves no pointer; what a killed run left undone of the greatest date is done first. */
static enum taki_status publish_older(struct publishing *p, char sha256[TAKI_SHA256_HEX], struct taki_error *err)
{
    TAKI_TRY(taki_files_point_anew(p->run, p->target, p->greatest, err));
    TAKI_TRY(write_manifest(p, sha256, err));
    return swap_in(p, NULL, err);
}

static enum taki_status publish(struct taki_run *run, const struct taki_target *target,
                                const struct taki_stage_set *set, struct taki_error *err)
{
    struct publishing p = {.run = run, .target = target, .set = set};
    char sha256[TAKI_SHA256_HEX];
    TAKI_TRY(taki_file_make_folder(taki_files_path(run, target, "manifest"), err));
    TAKI_TRY(taki_file_make_folder(taki_files_path(run, target, "csv"), err));
    TAKI_TRY(taki_files_recover(run, target, err));
    TAKI_TRY(plan(&p, err));
    TAKI_TRY(write_parts(&p, err));
    bool is_newest = taki_date_is_null(p.greatest) || p.greatest.days <= set->snapshot_date.days;
    TAKI_TRY(is_newest ? publish_newest(&p, sha256, err) : publish_older(&p, sha256, err));
    return strcmp(sha256, p.before.sha256) == 0 ? TAKI_EMPTY : TAKI_OK;
}

/* All that publishing does to a folder, with two small ones. */
static enum taki_status try_out(struct taki_run *run, const struct taki_target *target, const char *probe,
                                struct taki_error *err)
{
    const char *a = taki_arena_format(run->arena, "%s/a", probe);
    const char *b = taki_arena_format(run->arena, "%s/b", probe);
    TAKI_TRY(taki_file_make_folder(taki_files_path(run, target, "manifest"), err));
    TAKI_TRY(taki_file_make_folder(a, err));
    TAKI_TRY(taki_file_make_folder(b, err));
    TAKI_TRY(taki_file_put(taki_arena_format(run->arena, "%s/file", a), TAKI_STR("probe\n"), false, err));
    TAKI_TRY(taki_file_exchange(a, b, err));
    TAKI_TRY(
        taki_file_link(taki_arena_format(run->arena, "%s/file", b), taki_arena_format(run->arena, "%s/link", b), err));
    return taki_file_symlink("b", taki_arena_format(run->arena, "%s/current", probe), err);
}

static enum taki_status check(struct taki_run *run, const struct taki_target *target, struct taki_error *err)
{
    struct taki_error own = {0};
    const char *probe = taki_files_path(run, target, ".tmp-check-%s", run->run_id);
    enum taki_status status = try_out(run, target, probe, err);
    enum taki_status removed = taki_file_remove(probe, status == TAKI_OK ? err : &own);
    return status == TAKI_OK ? removed : status;
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
