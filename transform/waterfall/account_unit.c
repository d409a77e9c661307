#include "account_unit.h"

#include <stdlib.h>

static int by_opening(const void *left, const void *right)
{
    const struct taki_cycle_pass *a = left, *b = right;
    if (a->opened.us != b->opened.us)
        return a->opened.us < b->opened.us ? -1 : 1;
    if (a->person != b->person)
        return a->person < b->person ? -1 : 1;
    return a->no < b->no ? -1 : a->no > b->no;
}

/* A cycle while passes [begin, end) join it. */
struct draft {
    const struct taki_cycle_pass *passes;
    size_t begin, end;
    taki_instant closed; /* INT64_MAX = open so far */
    uint32_t won;
};

/* First WON, else the end of the last pass to end. */
static void judge(struct draft *draft)
{
    draft->won = TAKI_NO_INDEX;
    draft->closed.us = INT64_MIN;
    for (size_t i = draft->begin; i < draft->end; i++) {
        const struct taki_cycle_pass *pass = &draft->passes[i];
        int64_t ended = taki_instant_is_null(pass->ended) ? INT64_MAX : pass->ended.us;
        if (pass->end == TAKI_STAGE_WON && (draft->won == TAKI_NO_INDEX || ended < draft->passes[draft->won].ended.us))
            draft->won = (uint32_t)i;
        draft->closed.us = ended > draft->closed.us ? ended : draft->closed.us;
    }
    if (draft->won != TAKI_NO_INDEX)
        draft->closed = draft->passes[draft->won].ended;
}

static bool is_better(const struct taki_cycle_pass *a, const struct taki_cycle_pass *b)
{
    int order = taki_stage_info(a->reached)->rank - taki_stage_info(b->reached)->rank;
    int64_t first = taki_instant_is_null(a->ended) ? INT64_MAX : a->ended.us;
    int64_t second = taki_instant_is_null(b->ended) ? INT64_MAX : b->ended.us;
    return order != 0 ? order > 0 : first > second;
}

/* Earliest t of a stage over the cycle's passes, up to its end; *by tells the pass. */
static taki_instant earliest(const struct draft *draft, enum taki_stage stage, uint32_t *by)
{
    taki_instant best = TAKI_INSTANT_NULL;
    *by = TAKI_NO_INDEX;
    for (size_t i = draft->begin; i < draft->end; i++) {
        taki_instant t = draft->passes[i].t[stage];
        if (taki_instant_is_null(t) || t.us > draft->closed.us || (!taki_instant_is_null(best) && t.us >= best.us))
            continue;
        best = t;
        *by = (uint32_t)i;
    }
    return best;
}

static void add_entries(const struct taki_limits *limits, const struct draft *draft, struct taki_cycle *cycle,
                        struct taki_flow *flows)
{
    taki_instant t[TAKI_STAGE_SUCCESSES], later = {INT64_MAX};
    enum taki_stage lowest = TAKI_STAGE_NONE, now = TAKI_STAGE_KNOWN;
    bool is_seen[TAKI_STAGE_SUCCESSES] = {false};
    for (enum taki_stage stage = TAKI_STAGE_SQL; stage >= TAKI_STAGE_INQ; stage--) {
        uint32_t by;
        taki_instant first = earliest(draft, stage, &by);
        is_seen[stage] = !taki_instant_is_null(first) && first.us <= later.us;
        if (stage == TAKI_STAGE_SQL)
            cycle->sql = by;
        if (!taki_instant_is_null(first)) {
            lowest = stage;
            later = first.us < later.us ? first : later;
        }
        t[stage] = later;
    }
    cycle->sql_is_inferred = cycle->sql == TAKI_NO_INDEX || !is_seen[TAKI_STAGE_SQL];
    for (enum taki_stage stage = lowest; stage <= TAKI_STAGE_SQL; stage++) {
        if (t[stage].us == INT64_MAX || taki_limits_stage(limits, stage) != stage)
            continue;
        flows[cycle->flow_count++] = (struct taki_flow){t[stage],
                                                        taki_zone_date(limits->zone, t[stage]),
                                                        now,
                                                        stage,
                                                        is_seen[stage] ? TAKI_MOVE_ENTER : TAKI_MOVE_INFER,
                                                        false};
        now = stage;
        cycle->reached = stage;
    }
}

/* The end state of the pass that got furthest, when the last pass has ended; dated by that last end. */
static void add_end(const struct taki_limits *limits, const struct draft *draft, struct taki_cycle *cycle,
                    struct taki_flow *flows)
{
    if (draft->closed.us == INT64_MAX)
        return;
    enum taki_stage to = draft->won != TAKI_NO_INDEX ? TAKI_STAGE_WON : draft->passes[cycle->best].end;
    taki_date date = taki_zone_date(limits->zone, draft->closed);
    for (size_t i = draft->begin; i < draft->end; i++) {
        const struct taki_cycle_pass *pass = &draft->passes[i];
        bool is_it = draft->won != TAKI_NO_INDEX ? i == draft->won : pass->ended.us == draft->closed.us;
        if (is_it && !taki_date_is_null(pass->ended_date))
            date = pass->ended_date;
    }
    enum taki_stage from = cycle->flow_count > 0 ? flows[cycle->flow_count - 1].to : TAKI_STAGE_KNOWN;
    if (cycle->flow_count > 0 && date.days < flows[cycle->flow_count - 1].date.days)
        date = flows[cycle->flow_count - 1].date;
    flows[cycle->flow_count++] = (struct taki_flow){draft->closed, date, from, to, TAKI_MOVE_END, false};
    if (to == TAKI_STAGE_WON)
        cycle->reached = TAKI_STAGE_WON;
}

static void finish(struct taki_arena *arena, const struct taki_limits *limits, struct draft *draft,
                   struct taki_cycle *cycle)
{
    struct taki_flow *flows = TAKI_NEW_ARRAY(arena, TAKI_STAGE_SUCCESSES + 1, struct taki_flow);
    *cycle = (struct taki_cycle){
        .flows = flows, .best = (uint32_t)draft->begin, .won = draft->won, .reached = TAKI_STAGE_KNOWN};
    for (size_t i = draft->begin; i < draft->end; i++) {
        if (is_better(&draft->passes[i], &draft->passes[cycle->best]))
            cycle->best = (uint32_t)i;
    }
    add_entries(limits, draft, cycle, flows);
    add_end(limits, draft, cycle, flows);
}

struct taki_cycle *taki_cycles_build(struct taki_arena *arena, const struct taki_limits *limits,
                                     struct taki_cycle_pass *passes, size_t count, size_t *cycles)
{
    struct taki_cycle *list = TAKI_NEW_ARRAY(arena, count, struct taki_cycle);
    *cycles = 0;
    if (count > 1)
        qsort(passes, count, sizeof *passes, by_opening);
    for (size_t i = 0; i < count;) {
        struct draft draft = {.passes = passes, .begin = i, .end = i + 1};
        judge(&draft);
        while (draft.end < count && passes[draft.end].opened.us < draft.closed.us) {
            draft.end++;
            judge(&draft);
        }
        finish(arena, limits, &draft, &list[(*cycles)++]);
        i = draft.end;
    }
    return list;
}
