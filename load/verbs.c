#include "verbs.h"

#include "sink.h"
#include "snapshot.h"

#include "taki/file.h"
#include "taki/log.h"

typedef enum taki_status (*target_work)(struct taki_run *run, const struct taki_target *target, const void *context,
                                        struct taki_error *err);

struct turns {
    size_t count, failed, empty;
    enum taki_status first; /* failure */
};

static void note_failure(struct turns *turns, const struct taki_target *target, enum taki_status status,
                         struct taki_error *own, struct taki_error *err)
{
    (void)taki_while(own, status, "target %s", target->name);
    taki_log(TAKI_LOG_ERROR, "target_failed", "target=%s status=%s", target->name, taki_status_info(status)->name);
    if (turns->failed++ > 0)
        return;
    turns->first = status;
    if (err != NULL)
        *err = *own;
}

/* The first failure is the run's; the other targets still get their turn. */
static enum taki_status for_each_target(struct taki_run *run, bool by_table, target_work work, const void *context,
                                        struct taki_error *err)
{
    struct taki_target *targets = NULL;
    struct turns turns = {.first = TAKI_OK};
    TAKI_TRY(taki_targets(run, by_table, &targets, &turns.count, err));
    for (size_t i = 0; i < turns.count; i++) {
        struct taki_error own = {0};
        enum taki_status status = work(run, &targets[i], context, &own);
        if (status == TAKI_EMPTY) {
            turns.empty++;
        } else if (status != TAKI_OK) {
            note_failure(&turns, &targets[i], status, &own, err);
        }
        if (status == TAKI_INTERRUPTED)
            return status;
    }
    if (turns.failed == 0)
        return turns.empty == turns.count ? TAKI_EMPTY : TAKI_OK;
    if (turns.failed == turns.count)
        return turns.first;
    return taki_while(err, TAKI_PARTIAL, "%zu of %zu targets failed, the first", turns.failed, turns.count);
}

/* Nothing of a failed target is published, so --retry-failed takes all its tables again. */
static void mark_failed(struct taki_run *run, const struct taki_target *target, const struct taki_stage_set *set,
                        enum taki_status status)
{
    for (size_t i = 0; i < set->table_count; i++) {
        const char *table = set->tables[i].name;
        if (!taki_target_takes(run, target, table))
            continue;
        struct taki_tally *tally = taki_run_tally(run, taki_arena_format(run->arena, "%s:%s", target->name, table));
        tally->status = status;
        tally->written = 0;
    }
}

static size_t count_tables(struct taki_run *run, const struct taki_target *target, const struct taki_stage_set *set)
{
    size_t count = 0;
    for (size_t i = 0; i < set->table_count; i++)
        count += taki_target_takes(run, target, set->tables[i].name) ? 1 : 0;
    return count;
}

struct publishing {
    const struct taki_stage_set *set;
    size_t *tables; /* taken so far, over all targets */
};

static enum taki_status publish_to(struct taki_run *run, const struct taki_target *target, const void *context,
                                   struct taki_error *err)
{
    const struct publishing *publishing = context;
    size_t count = count_tables(run, target, publishing->set);
    *publishing->tables += count;
    if (count == 0)
        return TAKI_EMPTY;
    enum taki_status status = taki_sink_find(target->type)->publish(run, target, publishing->set, err);
    if (status != TAKI_OK && status != TAKI_EMPTY)
        mark_failed(run, target, publishing->set, status);
    return status;
}

static enum taki_status print_plan(struct taki_run *run, const struct taki_target *target, const void *context,
                                   struct taki_error *err)
{
    (void)err;
    const struct publishing *publishing = context;
    const struct taki_stage_set *set = publishing->set;
    char date[11];
    taki_date_print(set->snapshot_date, date);
    for (size_t i = 0; i < set->table_count; i++) {
        if (!taki_target_takes(run, target, set->tables[i].name))
            continue;
        ++*publishing->tables;
        taki_print("%s\t%s\t%s\t%s\trows=%lld\n", target->name, date, set->snapshot_id, set->tables[i].name,
                   (long long)set->tables[i].rows);
    }
    return TAKI_OK;
}

enum taki_status taki_load_run(struct taki_run *run, struct taki_error *err)
{
    struct taki_stage_set set;
    char date[11];
    size_t tables = 0;
    TAKI_TRY(taki_snapshot_choose(run, &set, err));
    taki_date_print(set.snapshot_date, date);
    taki_log(TAKI_LOG_INFO, "snapshot", "date=%s id=%s tables=%zu", date, set.snapshot_id, set.table_count);
    const struct publishing publishing = {&set, &tables};
    enum taki_status status = for_each_target(run, true, run->dry_run ? print_plan : publish_to, &publishing, err);
    if (tables > 0 || (status != TAKI_OK && status != TAKI_EMPTY) || taki_run_flag_set(run, "retry-failed"))
        return status;
    (void)taki_fail(err, TAKI_USAGE, "no table of the stage set of %s passes --select and --exclude", date);
    return taki_hint(err, "'taki-load run --dry-run' without them lists the tables");
}

static enum taki_status check_one(struct taki_run *run, const struct taki_target *target, const void *unused,
                                  struct taki_error *err)
{
    (void)unused;
    TAKI_TRY(taki_sink_find(target->type)->check(run, target, err));
    taki_print("%s\t%s\tok\n", target->name, target->type);
    return TAKI_OK;
}

static enum taki_status list_one(struct taki_run *run, const struct taki_target *target, const void *unused,
                                 struct taki_error *err)
{
    (void)unused;
    return taki_sink_find(target->type)->list(run, target, err);
}

static enum taki_status verify_one(struct taki_run *run, const struct taki_target *target, const void *unused,
                                   struct taki_error *err)
{
    (void)unused;
    return taki_sink_find(target->type)->verify(run, target, err);
}

static enum taki_status prune_one(struct taki_run *run, const struct taki_target *target, const void *unused,
                                  struct taki_error *err)
{
    (void)unused;
    return taki_sink_find(target->type)->prune(run, target, err);
}

enum taki_status taki_load_check(struct taki_run *run, struct taki_error *err)
{
    return for_each_target(run, false, check_one, NULL, err);
}

enum taki_status taki_load_list(struct taki_run *run, struct taki_error *err)
{
    return for_each_target(run, false, list_one, NULL, err);
}

enum taki_status taki_load_verify(struct taki_run *run, struct taki_error *err)
{
    return for_each_target(run, false, verify_one, NULL, err);
}

/* Stage sets are working material: the newest of each of the last eight dates stay, so that a load can be repeated. */
static enum taki_status prune_stage(struct taki_run *run, struct taki_error *err)
{
    enum { DATES_KEPT = 8 };
    struct taki_stage_set *sets = NULL;
    size_t count = 0;
    size_t dates = 0;
    int32_t date = INT32_MIN;
    TAKI_TRY(taki_stage_list(run->arena, run->data_dir, &sets, &count, err));
    for (size_t i = count; i > 0; i--) {
        bool newest_of_date = sets[i - 1].snapshot_date.days != date;
        date = sets[i - 1].snapshot_date.days;
        dates += newest_of_date ? 1 : 0;
        if (newest_of_date && dates <= DATES_KEPT)
            continue;
        if (!run->dry_run)
            TAKI_TRY(taki_file_remove(sets[i - 1].folder, err));
        taki_print("stage\t%s\tremoved\n", sets[i - 1].folder);
    }
    return TAKI_OK;
}

enum taki_status taki_load_prune(struct taki_run *run, struct taki_error *err)
{
    TAKI_TRY(for_each_target(run, false, prune_one, NULL, err));
    return prune_stage(run, err);
}
