#include "core.h"

/* 3.5.2: a human decision beats a rule on the same day. */
static int by_hand(const struct taki_core *core, const struct taki_evidence *a, const struct taki_evidence *b)
{
    if (a->is_human == b->is_human || taki_core_date(core, a->ts).days != taki_core_date(core, b->ts).days)
        return 0;
    return a->is_human ? -1 : 1;
}

/* 3.5.1 and 3.5.5: of two sources that report the same within 24 h the better one is kept. */
static int by_source(const struct taki_evidence *a, const struct taki_evidence *b)
{
    int64_t apart = a->ts.us > b->ts.us ? a->ts.us - b->ts.us : b->ts.us - a->ts.us;
    if (apart > INT64_C(24) * 3600 * TAKI_US_PER_SECOND)
        return 0;
    return taki_role_rank(a->stage, a->role) - taki_role_rank(b->stage, b->role);
}

int taki_core_better(const struct taki_core *core, const struct taki_evidence *a, const struct taki_evidence *b)
{
    int order = taki_kind_rank(a->stage, a->kind) - taki_kind_rank(b->stage, b->kind);
    if (order == 0 && a->kind != TAKI_BY_RESPONSE)
        order = by_hand(core, a, b);
    if (order == 0 && a->kind != TAKI_BY_RESPONSE)
        order = by_source(a, b);
    if (order != 0)
        return order;
    return a->ts.us == b->ts.us ? 0 : (a->ts.us < b->ts.us ? -1 : 1);
}

static bool can_decide(const struct taki_evidence *evidence, enum taki_stage stage)
{
    return evidence->stage == stage && !evidence->is_regress && !evidence->is_superseded && !evidence->is_reopen;
}

/* The earliest of the best kind; only then may a better source close to it take its place, so that a chain of reports,
 * each within a day of the next, cannot walk away from the first one. */
static const struct taki_evidence *choose(const struct taki_core *core, const struct taki_draft *draft,
                                          enum taki_stage stage)
{
    const struct taki_evidence *first = NULL;
    for (size_t i = 0; i < draft->evidence.count; i++) {
        const struct taki_evidence *evidence = draft->evidence.items[i];
        if (!can_decide(evidence, stage))
            continue;
        if (!first || taki_kind_rank(stage, evidence->kind) < taki_kind_rank(stage, first->kind))
            first = evidence;
    }
    const struct taki_evidence *best = first;
    for (size_t i = 0; first && i < draft->evidence.count; i++) {
        const struct taki_evidence *evidence = draft->evidence.items[i];
        if (can_decide(evidence, stage) && evidence->kind == first->kind &&
            taki_core_better(core, evidence, first) < 0 && taki_core_better(core, evidence, best) < 0)
            best = evidence;
    }
    return best;
}

static enum taki_stage highest(const struct taki_pass *pass)
{
    enum taki_stage reached = TAKI_STAGE_KNOWN;
    for (enum taki_stage stage = TAKI_STAGE_INQ; stage <= TAKI_STAGE_WON; stage++) {
        if (pass->chosen[stage])
            reached = stage;
    }
    return reached;
}

static taki_instant least(const struct taki_pass *pass, enum taki_stage from, enum taki_stage to)
{
    taki_instant t = TAKI_INSTANT_NULL;
    for (enum taki_stage stage = from; stage <= to; stage++) {
        const struct taki_evidence *evidence = pass->chosen[stage];
        if (evidence && (taki_instant_is_null(t) || evidence->ts.us < t.us))
            t = evidence->ts;
    }
    return t;
}

static void milestone(struct taki_core *core, struct taki_draft *draft, enum taki_stage stage)
{
    struct taki_pass *pass = draft->pass;
    const struct taki_evidence *evidence = pass->chosen[stage];
    int64_t bit = taki_stage_info(stage)->mask;
    pass->t[stage] = least(pass, stage, pass->reached);
    if (evidence)
        pass->evidence_mask |= bit;
    bool is_late = evidence && taki_core_date(core, evidence->ts).days > taki_core_date(core, pass->t[stage]).days;
    if (!evidence || is_late)
        pass->inferred_mask |= bit;
    if (is_late)
        taki_core_find(core, "stage_out_of_order", draft, evidence);
}

void taki_core_milestones(struct taki_core *core, struct taki_draft *draft)
{
    struct taki_pass *pass = draft->pass;
    for (enum taki_stage stage = TAKI_STAGE_INQ; stage <= TAKI_STAGE_WON; stage++)
        pass->chosen[stage] = stage < pass->entry ? NULL : choose(core, draft, stage);
    if (pass->end != TAKI_STAGE_NONE)
        pass->chosen[pass->end] = draft->closing;
    pass->reached = highest(pass);
    for (enum taki_stage stage = TAKI_STAGE_KNOWN; stage <= TAKI_STAGE_WON; stage++)
        pass->t[stage] = TAKI_INSTANT_NULL;
    for (enum taki_stage stage = pass->entry; stage <= pass->reached; stage++) {
        if (taki_limits_stage(core->limits, stage) == stage)
            milestone(core, draft, stage);
    }
}
