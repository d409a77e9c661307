/* Looking after what is published: list, verify, prune. */
#include "files_part.h"

#include "taki/file.h"

#include <inttypes.h>
#include <string.h>

/* Entity and event tables keep the newest and this many older dates; aggregates keep all (design.md 3.4). */
enum { ENTITY_DATES_KEPT = 7 };

enum taki_status taki_files_list(struct taki_run *run, const struct taki_target *target, struct taki_error *err)
{
    struct taki_publication *publications = NULL;
    size_t count = 0;
    TAKI_TRY(taki_files_publications(run, target, &publications, &count, err));
    for (size_t i = 0; i < count; i++) {
        char date[11];
        int64_t rows = 0;
        int64_t bytes = 0;
        for (size_t f = 0; f < publications[i].count; f++) {
            rows += publications[i].files[f].rows;
            bytes += publications[i].files[f].bytes;
        }
        taki_date_print(publications[i].date, date);
        taki_print("%s\t%s\t%s\tfiles=%zu\trows=%" PRId64 "\tbytes=%" PRId64 "\n", target->name, date,
                   publications[i].snapshot_id, publications[i].count, rows, bytes);
    }
    return TAKI_OK;
}

static enum taki_status verify_file(struct taki_run *run, const struct taki_target *target,
                                    const struct taki_published *file, struct taki_error *err)
{
    char sha256[TAKI_SHA256_HEX];
    int64_t size = 0;
    const char *path = taki_files_path(run, target, "%s", file->path);
    if (!taki_file_exists(path))
        return taki_fail(err, TAKI_DAMAGED, "'%s' is named by its manifest and missing", path);
    TAKI_TRY(taki_file_hash(path, sha256, &size, err));
    if (size == file->bytes && strcmp(sha256, file->sha256) == 0)
        return TAKI_OK;
    return taki_fail(err, TAKI_DAMAGED, "'%s' differs from its manifest", path);
}

/* Files of pruned dates are gone on purpose: pruning rewrites no manifest, it leaves a mark beside it. */
static bool is_pruned(struct taki_run *run, const struct taki_target *target,
                      const struct taki_publication *publication)
{
    char date[11];
    taki_date_print(publication->date, date);
    return taki_file_exists(taki_files_path(run, target, "manifest/dt=%s/pruned", date));
}

enum taki_status taki_files_verify(struct taki_run *run, const struct taki_target *target, struct taki_error *err)
{
    struct taki_publication *publications = NULL;
    size_t count = 0;
    int64_t files = 0;
    TAKI_TRY(taki_files_publications(run, target, &publications, &count, err));
    for (size_t i = 0; i < count; i++) {
        bool pruned = is_pruned(run, target, &publications[i]);
        for (size_t f = 0; f < publications[i].count; f++) {
            const struct taki_published *file = &publications[i].files[f];
            if (pruned && strcmp(file->kind, "entity") == 0)
                continue;
            TAKI_TRY(taki_run_check_stop(err));
            enum taki_status status = verify_file(run, target, file, err);
            if (status != TAKI_OK)
                return taki_hint(err, "load that date again: taki-load run --as-of DATE");
            files++;
        }
    }
    taki_print("%s\t%zu dates\t%" PRId64 " files\tok\n", target->name, count, files);
    return TAKI_OK;
}

static enum taki_status prune_date(struct taki_run *run, const struct taki_target *target,
                                   const struct taki_publication *publication, int64_t *removed, struct taki_error *err)
{
    char date[11];
    taki_date_print(publication->date, date);
    TAKI_TRY(
        taki_file_put(taki_files_path(run, target, "manifest/dt=%s/pruned", date), TAKI_STR("entity\n"), true, err));
    for (size_t f = 0; f < publication->count; f++) {
        if (strcmp(publication->files[f].kind, "entity") != 0)
            continue;
        TAKI_TRY(
            taki_file_remove(taki_files_path(run, target, "csv/%s/dt=%s", publication->files[f].table, date), err));
        (*removed)++;
    }
    return TAKI_OK;
}

enum taki_status taki_files_prune(struct taki_run *run, const struct taki_target *target, struct taki_error *err)
{
    struct taki_publication *publications = NULL;
    size_t count = 0;
    int64_t removed = 0;
    TAKI_TRY(taki_files_publications(run, target, &publications, &count, err));
    for (size_t i = 0; i + 1 + ENTITY_DATES_KEPT < count; i++) {
        if (is_pruned(run, target, &publications[i]))
            continue;
        if (run->dry_run)
            removed += (int64_t)publications[i].count;
        else
            TAKI_TRY(prune_date(run, target, &publications[i], &removed, err));
    }
    taki_print("%s\t%zu dates\t%" PRId64 " files removed\n", target->name, count, removed);
    return TAKI_OK;
}
