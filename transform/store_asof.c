#include "store_own.h"

#include <string.h>

/* How far a stream is known: the end of its last completed window. Streams read whole each time have no window and do
 * not hold a night back, unless nothing else has landed: then the oldest of their newest extractions counts. */
struct reach {
    taki_instant windows, whole;
    const char *held_back_by, *whole_by;
};

static bool counts(const struct taki_batch *batch, taki_instant known_at)
{
    bool hidden = !taki_instant_is_null(known_at) && batch->extracted_at.us > known_at.us;
    return !hidden && (batch->kind == TAKI_BATCH_DELTA || batch->kind == TAKI_BATCH_FULL);
}

static void keep_least(taki_instant at, const char *name, taki_instant *least, const char **by)
{
    if (taki_instant_is_null(at) || (!taki_instant_is_null(*least) && least->us <= at.us))
        return;
    *least = at;
    *by = name;
}

/* One stream: batches [begin, end). */
static void add_stream(struct taki_run *run, const struct taki_batch *batches, size_t count, taki_instant known_at,
                       struct reach *reach)
{
    taki_instant window = TAKI_INSTANT_NULL, extracted = TAKI_INSTANT_NULL;
    const char *name = taki_arena_format(run->arena, "%s:%s", batches[0].source, batches[0].object);
    if (!taki_run_selected(run, name))
        return;
    for (size_t i = 0; i < count; i++) {
        if (!counts(&batches[i], known_at))
            continue;
        bool is_whole = taki_instant_is_null(batches[i].lo); /* read whole: lands only when it has changed */
        if (!is_whole && batches[i].hi.us > window.us)
            window = batches[i].hi;
        if (batches[i].extracted_at.us > extracted.us)
            extracted = batches[i].extracted_at;
    }
    keep_least(window, name, &reach->windows, &reach->held_back_by);
    keep_least(extracted, name, &reach->whole, &reach->whole_by);
}

enum taki_status taki_store_default_as_of(struct taki_run *run, taki_instant known_at, taki_instant *as_of,
                                          const char **held_back_by, struct taki_error *err)
{
    struct taki_batch *batches = NULL;
    size_t count = 0;
    struct reach reach = {TAKI_INSTANT_NULL, TAKI_INSTANT_NULL, NULL, NULL};
    TAKI_TRY(taki_landing_list(run->arena, run->data_dir, NULL, NULL, &batches, &count, err));
    for (size_t begin = 0, end = 0; begin < count; begin = end) {
        for (end = begin + 1; end < count && strcmp(batches[begin].source, batches[end].source) == 0 &&
                              strcmp(batches[begin].object, batches[end].object) == 0;)
            end++;
        add_stream(run, &batches[begin], end - begin, known_at, &reach);
    }
    bool has_windows = !taki_instant_is_null(reach.windows);
    taki_instant until = has_windows ? reach.windows : reach.whole;
    *held_back_by = has_windows ? reach.held_back_by : reach.whole_by;
    if (taki_instant_is_null(until)) {
        (void)taki_fail(err, TAKI_EMPTY, "nothing has landed in '%s' for the selected streams", run->data_dir);
        return taki_hint(err, "run 'taki-extract run' first");
    }
    taki_date day = taki_zone_date(run->zone, until);
    *as_of = taki_zone_day_end(run->zone, (taki_date){day.days - 1});
    return TAKI_OK;
}
