#include "verbs.h"

#include "sink.h"
#include "snapshot.h"

#include "taki/file.h"
#include "taki/log.h"

typedef enum taki_status (*target_work)(struct taki_run *run, const struct taki_target *target, const void *context,
                                        struct taki_error *err);

/* The first failure is the run's; the other targets still get their turn. */
static enum taki_status for_each_target(struct taki_run *run, target_work work, const void *context,
                                        struct taki_error *err)
{
    struct taki_target *targets = NULL;
    size_t count = 0;
    size_t failed = 0;
    enum taki_status first = TAKI_OK;
    TAKI_TRY(taki_targets(run, &targets, &count, err));
    for (size_t i = 0; i < count; i++) {
        struct taki_error own = {0};
        enum taki_status status = work(run, &targets[i], context, &own);
        if (status == TAKI_OK)
            continue;
        (void)taki_while(&own, status, "target %s", targets[i].name);
        taki_log(TAKI_LOG_ERROR, "target_failed", "target=%s status=%s", targets[i].name,
                 taki_status_info(status)->name);
        if (failed++ == 0) {
            first = status;
            if (err != NULL)
                *err = own;
        }
    }
    if (failed == 0 || failed == count || first == TAKI_INTERRUPTED)
        return first;
    return taki_while(err, TAKI_PARTIAL, "%zu of %zu targets failed, the first", failed, count);
}

static enum taki_status publish_to(struct taki_run *run, const struct taki_target *target, const void *set,
                                   struct taki_error *err)
{
    return taki_sink_find(target->type)->publish(run, target, set, err);
}

enum taki_status taki_load_run(struct taki_run *run, struct taki_error *err)
{
    struct taki_stage_set set;
    char date[11];
    TAKI_TRY(taki_snapshot_choose(run, &set, err));
    taki_date_print(set.snapshot_date, date);
    taki_log(TAKI_LOG_INFO, "snapshot", "date=%s id=%s tables=%zu", date, set.snapshot_id, set.table_count);
    if (run->dry_run) {
        for (size_t i = 0; i < set.table_count; i++)
            taki_print("%s\t%s\t%s\trows=%lld\n", date, set.snapshot_id, set.tables[i].name,
                       (long long)set.tables[i].rows);
        return TAKI_OK;
    }
    return for_each_target(run, publish_to, &set, err);
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
    return for_each_target(run, check_one, NULL, err);
}

enum taki_status taki_load_list(struct taki_run *run, struct taki_error *err)
{
    return for_each_target(run, list_one, NULL, err);
}

enum taki_status taki_load_verify(struct taki_run *run, struct taki_error *err)
{
    return for_each_target(run, verify_one, NULL, err);
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
    TAKI_TRY(for_each_target(run, prune_one, NULL, err));
    return prune_stage(run, err);
}
