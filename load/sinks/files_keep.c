/* Looking after what is published: list, verify, prune. */
#include "files_part.h"

#include "taki/file.h"

#include <inttypes.h>
#include <string.h>

/* Entity and event tables keep the newest and this many older dates; aggregates keep all (design.md 3.4). */
enum { ENTITY_DATES_KEPT = 7 };
enum { CONTROL_BYTES = 64 << 20 };

static const char *pruned_path(struct taki_run *run, const struct taki_target *target, taki_date date)
{
    char text[11];
    taki_date_print(date, text);
    return taki_files_path(run, target, "manifest/dt=%s/pruned", text);
}

/* Files of pruned dates are gone on purpose: pruning rewrites no manifest, it leaves a mark beside it. */
static bool is_pruned(struct taki_run *run, const struct taki_target *target, taki_date date)
{
    return taki_file_exists(pruned_path(run, target, date));
}

static bool is_entity(const struct taki_published *file)
{
    return strcmp(file->kind, "entity") == 0;
}

enum taki_status taki_files_list(struct taki_run *run, const struct taki_target *target, struct taki_error *err)
{
    struct taki_publication *publications = NULL;
    size_t count = 0;
    TAKI_TRY(taki_files_publications(run, target, &publications, &count, err));
    for (size_t i = 0; i < count; i++) {
        char date[11];
        int64_t rows = 0;
        int64_t bytes = 0;
        size_t files = 0;
        bool pruned = is_pruned(run, target, publications[i].date);
        for (size_t f = 0; f < publications[i].count; f++) {
            const struct taki_published *file = &publications[i].files[f];
            if (pruned && is_entity(file) && !taki_file_exists(taki_files_path(run, target, "%s", file->path)))
                continue;
            files++;
            rows += file->rows;
            bytes += file->bytes;
        }
        taki_date_print(publications[i].date, date);
        taki_print("%s\t%s\t%s\tfiles=%zu\trows=%" PRId64 "\tbytes=%" PRId64 "%s\n", target->name, date,
                   publications[i].snapshot_id, files, rows, bytes, pruned ? "\tpruned" : "");
    }
    return TAKI_OK;
}

struct check {
    struct taki_run *run;
    const struct taki_target *target;
    struct taki_publication *publications;
    size_t count;
    int64_t files, faults;
    struct taki_error first; /* of the faults */
};

/* Every fault is printed; the first becomes the error of the verb. */
static void note_fault(struct check *check, struct taki_error *own)
{
    taki_print("%s\t%s\n", check->target->name, own->text);
    if (check->faults++ == 0)
        check->first = *own;
}

static enum taki_status read_manifests(struct check *check, struct taki_error *err)
{
    taki_date *dates = NULL;
    size_t count = 0;
    TAKI_TRY(taki_files_dates(check->run, check->target, &dates, &count, err));
    check->publications = TAKI_NEW_ARRAY(check->run->arena, count, struct taki_publication);
    for (size_t i = 0; i < count; i++) {
        struct taki_error own = {0};
        struct taki_publication *publication = &check->publications[check->count];
        enum taki_status status = taki_files_manifest_read(check->run, check->target, dates[i], publication, &own);
        if (status == TAKI_OK) {
            check->count++;
        } else {
            note_fault(check, &own);
        }
    }
    return TAKI_OK;
}

static enum taki_status verify_bytes(const char *path, const struct taki_published *file, struct taki_error *err)
{
    char sha256[TAKI_SHA256_HEX];
    int64_t size = 0;
    if (!taki_file_exists(path))
        return taki_fail(err, TAKI_DAMAGED, "'%s' is named by its manifest and missing", path);
    TAKI_TRY(taki_file_hash(path, sha256, &size, err));
    if (size == file->bytes && strcmp(sha256, file->sha256) == 0)
        return TAKI_OK;
    return taki_fail(err, TAKI_DAMAGED, "'%s' differs from its manifest", path);
}

static enum taki_status verify_files(struct check *check, const struct taki_publication *publication,
                                     struct taki_error *err)
{
    bool pruned = is_pruned(check->run, check->target, publication->date);
    char date[11];
    taki_date_print(publication->date, date);
    for (size_t i = 0; i < publication->count; i++) {
        const struct taki_published *file = &publication->files[i];
        const char *path = taki_files_path(check->run, check->target, "%s", file->path);
        struct taki_error own = {0};
        TAKI_TRY(taki_run_check_stop(err));
        if (pruned && is_entity(file) && !taki_file_exists(path))
            continue;
        check->files++;
        if (verify_bytes(path, file, &own) == TAKI_OK)
            continue;
        (void)taki_hint(&own, "publish that date again: taki-transform and taki-load run --as-of %s", date);
        note_fault(check, &own);
    }
    return TAKI_OK;
}

static bool is_named(const struct check *check, const char *path)
{
    for (size_t i = 0; i < check->count; i++) {
        for (size_t f = 0; f < check->publications[i].count; f++) {
            if (strcmp(check->publications[i].files[f].path, path) == 0)
                return true;
        }
    }
    return false;
}

/* A file in a dt= folder that no manifest names would be counted by every reader of `dt=*`. */
static enum taki_status verify_folder(struct check *check, const char *folder, struct taki_error *err)
{
    const char **names = NULL;
    size_t count = 0;
    TAKI_TRY(taki_file_list(check->run->arena, taki_files_path(check->run, check->target, "%s", folder), &names, &count,
                            err));
    for (size_t i = 0; i < count; i++) {
        struct taki_error own = {0};
        const char *path = taki_arena_format(check->run->arena, "%s/%s", folder, names[i]);
        if (is_named(check, path))
            continue;
        (void)taki_fail(&own, TAKI_DAMAGED, "'%s' is named by no manifest",
                        taki_files_path(check->run, check->target, "%s", path));
        (void)taki_hint(&own, "move it out of the published folder, or publish its date again");
        note_fault(check, &own);
    }
    return TAKI_OK;
}

static enum taki_status verify_strays(struct check *check, struct taki_error *err)
{
    const char **tables = NULL;
    size_t count = 0;
    TAKI_TRY(
        taki_file_list(check->run->arena, taki_files_path(check->run, check->target, "csv"), &tables, &count, err));
    for (size_t t = 0; t < count; t++) {
        const char **dates = NULL;
        size_t date_count = 0;
        const char *folder = taki_arena_format(check->run->arena, "csv/%s", tables[t]);
        TAKI_TRY(taki_file_list(check->run->arena, taki_files_path(check->run, check->target, "%s", folder), &dates,
                                &date_count, err));
        for (size_t d = 0; d < date_count; d++)
            TAKI_TRY(verify_folder(check, taki_arena_format(check->run->arena, "%s/%s", folder, dates[d]), err));
    }
    return TAKI_OK;
}

/* The greatest date that is whole: latest.json, schema and stable names say the same. */
static enum taki_status verify_pointers(struct check *check, struct taki_error *err)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf want;
    TAKI_AUTO(taki_buf_reset) struct taki_buf got;
    taki_buf_init(&want, CONTROL_BYTES);
    taki_buf_init(&got, CONTROL_BYTES);
    if (check->count == 0)
        return TAKI_OK;
    const struct taki_publication *newest = &check->publications[check->count - 1];
    const char *latest = taki_files_path(check->run, check->target, "manifest/latest.json");
    struct taki_error own = {0};
    TAKI_TRY(
        taki_files_latest_text(check->run, newest, taki_files_path(check->run, check->target, "schema"), &want, err));
    if (taki_file_read(latest, &got, &own) != TAKI_OK || !taki_str_equal(taki_buf_view(&want), taki_buf_view(&got))) {
        (void)taki_fail(&own, TAKI_DAMAGED, "'%s' does not name the newest date as it stands, or 'schema' changed",
                        latest);
        (void)taki_hint(&own, "run taki-load run again");
        note_fault(check, &own);
    }
    for (size_t i = 0; i < newest->count; i++) {
        const char *path = taki_files_path(check->run, check->target, "current/%s.csv.gz", newest->files[i].table);
        own = (struct taki_error){0};
        if (verify_bytes(path, &newest->files[i], &own) == TAKI_OK)
            continue;
        (void)taki_hint(&own, "run taki-load run again");
        note_fault(check, &own);
    }
    return TAKI_OK;
}

enum taki_status taki_files_verify(struct taki_run *run, const struct taki_target *target, struct taki_error *err)
{
    struct check check = {.run = run, .target = target};
    TAKI_TRY(read_manifests(&check, err));
    for (size_t i = 0; i < check.count; i++)
        TAKI_TRY(verify_files(&check, &check.publications[i], err));
    TAKI_TRY(verify_strays(&check, err));
    TAKI_TRY(verify_pointers(&check, err));
    if (check.faults > 0) {
        if (err != NULL)
            *err = check.first;
        return check.first.status;
    }
    taki_print("%s\t%zu dates\t%" PRId64 " files\tok\n", target->name, check.count, check.files);
    return TAKI_OK;
}

/* The mark first: killed in between, what is gone is known to be gone on purpose, and the next prune goes on. */
static enum taki_status prune_date(struct taki_run *run, const struct taki_target *target,
                                   const struct taki_publication *publication, int64_t *removed, struct taki_error *err)
{
    char date[11];
    taki_date_print(publication->date, date);
    for (size_t f = 0; f < publication->count; f++) {
        const struct taki_published *file = &publication->files[f];
        const char *folder = taki_files_path(run, target, "csv/%s/dt=%s", file->table, date);
        if (!is_entity(file) || !taki_file_exists(folder))
            continue;
        ++*removed;
        if (run->dry_run)
            continue;
        if (!is_pruned(run, target, publication->date))
            TAKI_TRY(taki_file_put(pruned_path(run, target, publication->date), TAKI_STR("entity\n"), true, err));
        TAKI_TRY(taki_file_remove(folder, err));
    }
    return TAKI_OK;
}

enum taki_status taki_files_prune(struct taki_run *run, const struct taki_target *target, struct taki_error *err)
{
    struct taki_publication *publications = NULL;
    size_t count = 0;
    size_t dates = 0;
    int64_t removed = 0;
    if (!run->dry_run)
        TAKI_TRY(taki_files_recover(run, target, err));
    TAKI_TRY(taki_files_publications(run, target, &publications, &count, err));
    for (size_t i = 0; i + 1 + ENTITY_DATES_KEPT < count; i++) {
        int64_t before = removed;
        TAKI_TRY(taki_run_check_stop(err));
        TAKI_TRY(prune_date(run, target, &publications[i], &removed, err));
        dates += removed > before ? 1 : 0;
    }
    taki_print("%s\t%zu of %zu dates\t%" PRId64 " files removed\n", target->name, dates, count, removed);
    return TAKI_OK;
}
