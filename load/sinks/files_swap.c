/*
 * How a date changes from one publication to the next. Each table's dt= folder is exchanged at once, the folder with
 * the manifest last. While this goes on the file `.publishing` names the date: a run that is killed in between leaves
 * it, and the next one brings back whatever the manifest (the old one, for it would have been exchanged last) names.
 */
#include "files_part.h"

#include "taki/file.h"
#include "taki/log.h"

#include <string.h>

enum { MARK_BYTES = 64 };

static const char *mark_path(struct taki_run *run, const struct taki_target *target)
{
    return taki_files_path(run, target, ".publishing");
}

static enum taki_status take_step(struct taki_files_step *step, struct taki_error *err)
{
    if (step->removal)
        return taki_file_move(step->place, step->fresh, err);
    TAKI_TRY(taki_files_exists(step->place, &step->exchanged, err));
    if (step->exchanged)
        return taki_file_exchange(step->fresh, step->place, err);
    return taki_file_move(step->fresh, step->place, err);
}

static enum taki_status undo_step(const struct taki_files_step *step, struct taki_error *err)
{
    if (step->removal)
        return taki_file_move(step->fresh, step->place, err);
    if (step->exchanged)
        return taki_file_exchange(step->fresh, step->place, err);
    return taki_file_move(step->place, step->fresh, err);
}

/* A mark that stays only makes the next run look again. */
void taki_files_settled(struct taki_run *run, const struct taki_target *target)
{
    struct taki_error own = {0};
    if (taki_file_remove(mark_path(run, target), &own) != TAKI_OK)
        taki_log(TAKI_LOG_WARN, "mark_stays", "target=%s", target->name);
}

/* Already on the way out with a failure: a second one is told, and the next run recovers by the mark. */
void taki_files_unswap(struct taki_run *run, const struct taki_target *target, const struct taki_files_step *steps,
                       size_t count)
{
    bool undone = true;
    for (size_t i = count; i > 0; i--) {
        struct taki_error own = {0};
        if (undo_step(&steps[i - 1], &own) == TAKI_OK)
            continue;
        taki_log(TAKI_LOG_WARN, "undo_failed", "path=%s", steps[i - 1].place);
        undone = false;
    }
    if (undone)
        taki_files_settled(run, target);
}

enum taki_status taki_files_swap(struct taki_run *run, const struct taki_target *target, taki_date date,
                                 struct taki_files_step *steps, size_t count, struct taki_error *err)
{
    char text[11];
    taki_date_print(date, text);
    TAKI_TRY(taki_file_put(mark_path(run, target), taki_str_of(text), true, err));
    for (size_t i = 0; i < count; i++) {
        enum taki_status status = take_step(&steps[i], err);
        if (status == TAKI_OK)
            continue;
        taki_files_unswap(run, target, steps, i);
        return status;
    }
    return TAKI_OK;
}

/* The manifest's file of a table, or NULL. */
static const struct taki_published *file_of(const struct taki_publication *publication, const char *table)
{
    for (size_t i = 0; i < publication->count; i++) {
        if (strcmp(publication->files[i].table, table) == 0)
            return &publication->files[i];
    }
    return NULL;
}

static enum taki_status holds(const char *path, const struct taki_published *file, bool *same, struct taki_error *err)
{
    char sha256[TAKI_SHA256_HEX];
    int64_t size = 0;
    bool exists = false;
    *same = false;
    TAKI_TRY(taki_files_exists(path, &exists, err));
    if (!exists)
        return TAKI_OK;
    TAKI_TRY(taki_file_hash(path, sha256, &size, err));
    *same = strcmp(sha256, file->sha256) == 0;
    return TAKI_OK;
}

/* What the manifest names stands in the dt= folder, or aside, or (pruned) nowhere. */
static enum taki_status recover_table(struct taki_run *run, const struct taki_target *target, const char *table,
                                      const char *date, const struct taki_published *file, struct taki_error *err)
{
    const char *place = taki_files_path(run, target, "csv/%s/dt=%s", table, date);
    const char *aside = taki_files_path(run, target, "csv/%s/" TAKI_FILES_ASIDE "%s", table, date);
    bool is_there = false;
    bool is_aside = false;
    bool other = false;
    if (file != NULL) {
        const char *name = strrchr(file->path, '/') + 1;
        TAKI_TRY(holds(taki_files_path(run, target, "%s", file->path), file, &is_there, err));
        if (is_there)
            return TAKI_OK;
        TAKI_TRY(holds(taki_arena_format(run->arena, "%s/%s", aside, name), file, &is_aside, err));
    }
    if (!is_aside) /* part of a first publication that did not come to its end */
        return taki_file_remove(place, err);
    TAKI_TRY(taki_files_exists(place, &other, err));
    if (other)
        return taki_file_exchange(aside, place, err);
    return taki_file_move(aside, place, err);
}

static enum taki_status recover_date(struct taki_run *run, const struct taki_target *target, taki_date date,
                                     struct taki_error *err)
{
    struct taki_publication publication = {.date = date};
    char text[11];
    const char **tables = NULL;
    size_t count = 0;
    bool published = false;
    taki_date_print(date, text);
    TAKI_TRY(taki_files_is_published(run, target, date, &published, err));
    if (published && taki_files_manifest_read(run, target, date, &publication, NULL) != TAKI_OK)
        return TAKI_OK; /* not from a kill, and no base for removing anything: verify tells */
    TAKI_TRY(taki_file_list(run->arena, taki_files_path(run, target, "csv"), &tables, &count, err));
    for (size_t i = 0; i < count; i++)
        TAKI_TRY(recover_table(run, target, tables[i], text, file_of(&publication, tables[i]), err));
    taki_log(TAKI_LOG_INFO, "recovered", "target=%s date=%s", target->name, text);
    return TAKI_OK;
}

/* Folders of stable names that `current` no longer points at. */
static enum taki_status sweep_current(struct taki_run *run, const struct taki_target *target, struct taki_error *err)
{
    const char *in_use = taki_files_current(run, target);
    const char **names = NULL;
    size_t count = 0;
    TAKI_TRY(taki_file_list(run->arena, taki_files_path(run, target, ".current"), &names, &count, err));
    for (size_t i = 0; i < count; i++) {
        const char *link = taki_arena_format(run->arena, ".current/%s", names[i]);
        if (strcmp(link, in_use) != 0)
            TAKI_TRY(taki_file_remove(taki_files_path(run, target, "%s", link), err));
    }
    return TAKI_OK;
}

enum taki_status taki_files_recover(struct taki_run *run, const struct taki_target *target, struct taki_error *err)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf text;
    taki_buf_init(&text, MARK_BYTES);
    const char *mark = mark_path(run, target);
    taki_date date;
    bool marked = false;
    TAKI_TRY(taki_files_exists(mark, &marked, err));
    if (marked) {
        TAKI_TRY(taki_file_read(mark, &text, err));
        if (taki_date_parse(taki_buf_view(&text), &date))
            TAKI_TRY(recover_date(run, target, date, err));
        TAKI_TRY(taki_file_remove(mark, err));
    }
    TAKI_TRY(taki_file_sweep(taki_arena_format(run->arena, "%s/v1", target->path), err));
    return sweep_current(run, target, err);
}
