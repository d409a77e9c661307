#include "core.h"

#include <stdlib.h>
#include <string.h>

#define SAME_REPORT_US (INT64_C(24) * 3600 * TAKI_US_PER_SECOND)

void taki_list_add(struct taki_arena *arena, struct taki_list *list, void *item)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? list->capacity * 2 : 8;
        void **items = TAKI_NEW_ARRAY(arena, capacity, void *);
        if (list->count > 0)
            memcpy(items, list->items, list->count * sizeof *items);
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = item;
}

taki_date taki_core_date(const struct taki_core *core, taki_instant ts)
{
    return taki_zone_date(core->limits->zone, ts);
}

struct taki_draft *taki_core_draft(const struct taki_core *core, uint32_t index)
{
    return index == TAKI_NO_INDEX ? NULL : core->drafts.items[index];
}

void taki_core_find(struct taki_core *core, const char *rule, const struct taki_draft *draft,
                    const struct taki_evidence *evidence)
{
    struct taki_finding *finding = TAKI_NEW(core->arena, struct taki_finding);
    *finding = (struct taki_finding){
        .rule = rule,
        .pass_no = draft->pass->no,
        .ts = evidence->ts,
        .ref = evidence->ref,
        .value = taki_stage_code(evidence->stage),
    };
    taki_list_add(core->arena, &core->findings, finding);
}

/* Place among simultaneous evidence: successes by rank (WON beats everything), then the negative ends (3.5.3). */
static int place(enum taki_stage stage)
{
    int rank = taki_stage_info(stage)->rank;
    return rank >= 0 ? rank : 100 + (int)stage;
}

/* 3.3: instant, then stage rank ascending, then source name, then record id. */
static int in_order(const void *left, const void *right)
{
    const struct taki_evidence *a = *(const struct taki_evidence *const *)left;
    const struct taki_evidence *b = *(const struct taki_evidence *const *)right;
    if (a->ts.us != b->ts.us)
        return a->ts.us < b->ts.us ? -1 : 1;
    if (a->is_superseded != b->is_superseded)
        return a->is_superseded ? -1 : 1;
    int order = place(a->stage) - place(b->stage);
    if (order == 0)
        order = taki_str_compare(a->source, b->source);
    if (order == 0)
        order = taki_str_compare(a->ref, b->ref);
    return order != 0 ? order : (int)a->kind - (int)b->kind;
}

static struct taki_evidence *of_response(struct taki_core *core, size_t i)
{
    const struct taki_story_touch *touch = &core->story->touches[i];
    struct taki_evidence *evidence = TAKI_NEW(core->arena, struct taki_evidence);
    *evidence = (struct taki_evidence){
        .ts = touch->ts,
        .stage = taki_limits_stage(core->limits, TAKI_STAGE_INQ),
        .kind = TAKI_BY_RESPONSE,
        .actor = TAKI_FUNCTION_MARKETING,
        .source = touch->source,
        .ref = touch->id,
        .deal = TAKI_NO_INDEX,
        .touch = (uint32_t)i,
        .close_date = TAKI_DATE_NULL,
    };
    return evidence;
}

/* All evidence with disabled stages moved up (3.1), sorted. */
static struct taki_list sorted(struct taki_core *core)
{
    struct taki_list list = {0};
    for (size_t i = 0; i < core->story->touch_count; i++) {
        if (core->story->touches[i].is_response)
            taki_list_add(core->arena, &list, of_response(core, i));
    }
    for (size_t i = 0; i < core->story->evidence_count; i++) {
        struct taki_evidence *copy = TAKI_NEW(core->arena, struct taki_evidence);
        *copy = core->story->evidence[i];
        copy->stage = taki_limits_stage(core->limits, copy->stage);
        taki_list_add(core->arena, &list, copy);
    }
    for (size_t i = 0; i < list.count; i++) {
        const struct taki_evidence *evidence = list.items[i];
        if (evidence->stage != TAKI_STAGE_INQ)
            continue;
        core->has_inquiry |= evidence->kind == TAKI_BY_RESPONSE || evidence->kind == TAKI_BY_INBOUND;
        core->has_history_inquiry |= evidence->kind == TAKI_BY_HISTORY;
    }
    if (list.count > 1)
        qsort(list.items, list.count, sizeof *list.items, in_order);
    return list;
}

/* 3.3 rule 1 with 5.9: the weaker inquiry kinds open a pass only for a person without any better inquiry. */
static bool opens(const struct taki_core *core, const struct taki_evidence *evidence)
{
    if (evidence->never_opens || evidence->is_regress || evidence->is_superseded)
        return false;
    if (evidence->stage != TAKI_STAGE_INQ)
        return evidence->stage >= TAKI_STAGE_MQL && evidence->stage <= TAKI_STAGE_SQL;
    if (evidence->kind == TAKI_BY_HISTORY)
        return !core->has_inquiry;
    return evidence->kind != TAKI_BY_RECORD_CREATED || (!core->has_inquiry && !core->has_history_inquiry);
}

static uint32_t account_at(const struct taki_story *story, taki_instant ts)
{
    uint32_t account = story->tenure_count > 0 ? story->tenures[0].account : TAKI_NO_INDEX;
    for (size_t i = 1; i < story->tenure_count && story->tenures[i].from.us <= ts.us; i++)
        account = story->tenures[i].account;
    return account;
}

static enum taki_origin origin_after(enum taki_stage end)
{
    switch (end) {
    case TAKI_STAGE_WON:
        return TAKI_ORIGIN_EXPANSION;
    case TAKI_STAGE_LOST:
        return TAKI_ORIGIN_RENURTURE;
    case TAKI_STAGE_REJECTED:
        return TAKI_ORIGIN_REAPPROACH;
    case TAKI_STAGE_RECYCLED:
        return TAKI_ORIGIN_RECYCLED;
    case TAKI_STAGE_KNOWN:
    case TAKI_STAGE_INQ:
    case TAKI_STAGE_MQL:
    case TAKI_STAGE_PSQL:
    case TAKI_STAGE_SAL:
    case TAKI_STAGE_SQL:
    case TAKI_STAGE_PRE:
    case TAKI_STAGE_NONE:
        break;
    }
    return TAKI_ORIGIN_NEW;
}

static void take(struct taki_core *core, struct taki_draft *draft, const struct taki_evidence *evidence)
{
    taki_list_add(core->arena, &draft->evidence, (void *)(uintptr_t)evidence);
    int rank = taki_stage_info(evidence->stage)->rank;
    bool moves_up = rank > taki_stage_info(draft->stage)->rank && !taki_stage_info(evidence->stage)->is_end;
    if (moves_up || (evidence->is_regress && rank < taki_stage_info(draft->stage)->rank)) {
        draft->stage = evidence->stage;
        draft->stage_since = evidence->ts;
    }
}

static struct taki_draft *open_pass(struct taki_core *core, const struct taki_evidence *evidence, bool is_sibling)
{
    const struct taki_draft *last = taki_core_draft(core, core->main_last);
    struct taki_draft *draft = TAKI_NEW(core->arena, struct taki_draft);
    struct taki_pass *pass = TAKI_NEW(core->arena, struct taki_pass);
    *pass = (struct taki_pass){
        .no = (int64_t)core->drafts.count + 1,
        .account = account_at(core->story, evidence->ts),
        .origin = is_sibling ? TAKI_ORIGIN_PARALLEL : origin_after(last ? last->pass->end : TAKI_STAGE_NONE),
        .open_campaign = TAKI_NO_INDEX,
        .mql_campaign = TAKI_NO_INDEX,
        .open_touch = TAKI_NO_INDEX,
        .mql_touch = TAKI_NO_INDEX,
        .opened = evidence->ts,
        .end = TAKI_STAGE_NONE,
        .ended = TAKI_INSTANT_NULL,
        .ended_date = TAKI_DATE_NULL,
        .deal = evidence->deal,
        .previous = core->main_last,
    };
    *draft = (struct taki_draft){
        .pass = pass, .opening = evidence, .stage = TAKI_STAGE_KNOWN, .stage_since = evidence->ts, .is_open = true};
    if (!is_sibling) {
        core->main_open = (uint32_t)core->drafts.count;
        core->main_last = core->main_open;
    }
    taki_list_add(core->arena, &core->drafts, draft);
    take(core, draft, evidence);
    return draft;
}

/* 3.1: LOST stands only after SQL; refused before it is REJECTED, with the loss reason (5.9). */
static enum taki_stage end_of(const struct taki_draft *draft, const struct taki_evidence *evidence)
{
    if (evidence->stage != TAKI_STAGE_LOST)
        return evidence->stage;
    for (size_t i = 0; i < draft->evidence.count; i++) {
        const struct taki_evidence *known = draft->evidence.items[i];
        if (known->stage == TAKI_STAGE_SQL || known->stage == TAKI_STAGE_WON)
            return TAKI_STAGE_LOST;
    }
    return TAKI_STAGE_REJECTED;
}

static void close_pass(struct taki_core *core, struct taki_draft *draft, const struct taki_evidence *evidence)
{
    draft->is_open = false;
    draft->closing = evidence;
    draft->pass->end = end_of(draft, evidence);
    draft->pass->ended = evidence->ts;
    draft->pass->end_reason_class = evidence->reason_class;
    draft->pass->end_reason_raw = evidence->reason_raw;
    taki_list_add(core->arena, &draft->evidence, (void *)(uintptr_t)evidence);
    if (taki_core_draft(core, core->main_open) == draft)
        core->main_open = TAKI_NO_INDEX;
}

/* 3.3 rule 3: a pass that sat in its stage too long ends RECYCLED on its opening (INQ) or entry plus the limit. */
static void time_out(struct taki_core *core, taki_instant until)
{
    struct taki_draft *draft = taki_core_draft(core, core->main_open);
    if (!draft || draft->pass->deal != TAKI_NO_INDEX)
        return;
    int64_t limit = draft->stage < TAKI_STAGE_SUCCESSES ? core->limits->recycle_after_days[draft->stage] : 0;
    if (limit <= 0)
        return;
    taki_date day = taki_core_date(core, draft->stage_since);
    day.days += (int32_t)limit;
    taki_instant at = taki_zone_day_end(core->limits->zone, day);
    if (at.us >= until.us)
        return;
    struct taki_evidence *evidence = TAKI_NEW(core->arena, struct taki_evidence);
    *evidence = (struct taki_evidence){
        .ts = at,
        .stage = TAKI_STAGE_RECYCLED,
        .kind = TAKI_BY_AGED_OUT,
        .actor = TAKI_FUNCTION_SYSTEM,
        .reason_class = TAKI_STR("aged_out"),
        .deal = TAKI_NO_INDEX,
        .touch = TAKI_NO_INDEX,
        .close_date = TAKI_DATE_NULL,
    };
    close_pass(core, draft, evidence);
}

static bool is_same_report(const struct taki_evidence *a, const struct taki_evidence *b)
{
    int64_t apart = a->ts.us > b->ts.us ? a->ts.us - b->ts.us : b->ts.us - a->ts.us;
    return a->stage == b->stage && apart <= SAME_REPORT_US && !taki_str_equal(a->source, b->source);
}

/* 3.5.5 after the close: a second source tells within 24 h what the closed pass already knows. */
static bool is_echo(struct taki_core *core, const struct taki_evidence *evidence)
{
    struct taki_draft *last = taki_core_draft(core, core->main_last);
    if (!last || last->is_open || evidence->kind == TAKI_BY_RESPONSE || evidence->kind == TAKI_BY_INBOUND)
        return false;
    for (size_t i = 0; i < last->evidence.count; i++) {
        if (is_same_report(last->evidence.items[i], evidence)) {
            taki_list_add(core->arena, &last->echoes, (void *)(uintptr_t)evidence);
            return true;
        }
    }
    return false;
}

/* 3.5.5 for ends: within 24 h the best report of the same end closes the pass, whichever came first. */
static const struct taki_evidence *best_end(struct taki_core *core, const struct taki_list *all, size_t at)
{
    const struct taki_evidence *first = all->items[at], *best = first;
    for (size_t i = at + 1; i < all->count; i++) {
        const struct taki_evidence *other = all->items[i];
        if (other->ts.us - first->ts.us > SAME_REPORT_US || opens(core, other))
            break;
        if (other->stage == first->stage && other->deal == first->deal && !other->is_superseded &&
            taki_core_better(core, other, best) < 0)
            best = other;
    }
    return best;
}

static void person_end(struct taki_core *core, const struct taki_list *all, size_t at)
{
    const struct taki_evidence *evidence = all->items[at];
    struct taki_draft *draft = taki_core_draft(core, core->main_open);
    if (!draft) {
        (void)is_echo(core, evidence);
        return;
    }
    if (draft->pass->deal != TAKI_NO_INDEX) {
        /* 3.5.4: an open opportunity keeps the pass open whatever the lead status says. */
        taki_core_find(core, "conflict_status", draft, evidence);
        return;
    }
    const struct taki_evidence *best = best_end(core, all, at);
    if (best != evidence)
        taki_list_add(core->arena, &draft->evidence, (void *)(uintptr_t)evidence);
    if (best == evidence)
        close_pass(core, draft, evidence);
}

static struct taki_draft *carrier_of(const struct taki_core *core, uint32_t deal)
{
    for (size_t i = core->drafts.count; i > 0; i--) {
        struct taki_draft *draft = core->drafts.items[i - 1];
        if (draft->is_open && draft->pass->deal == deal)
            return draft;
    }
    return NULL;
}

/* 3.3 rule 5. */
static void deal_evidence(struct taki_core *core, const struct taki_evidence *evidence)
{
    bool is_end = taki_stage_info(evidence->stage)->is_end;
    struct taki_draft *carrier = carrier_of(core, evidence->deal);
    struct taki_draft *main = taki_core_draft(core, core->main_open);
    if (carrier && is_end && !evidence->is_superseded) {
        close_pass(core, carrier, evidence);
    } else if (carrier) {
        take(core, carrier, evidence);
    } else if (is_end) {
        (void)is_echo(core, evidence);
    } else if (main && main->pass->deal == TAKI_NO_INDEX) {
        main->pass->deal = evidence->deal;
        take(core, main, evidence);
    } else if (main) {
        if (evidence->stage == TAKI_STAGE_SQL)
            (void)open_pass(core, evidence, true);
    } else if (opens(core, evidence)) {
        (void)open_pass(core, evidence, false);
    }
}

static void person_evidence(struct taki_core *core, const struct taki_list *all, size_t at)
{
    const struct taki_evidence *evidence = all->items[at];
    struct taki_draft *main = taki_core_draft(core, core->main_open);
    if (taki_stage_info(evidence->stage)->is_end) {
        person_end(core, all, at);
    } else if (main) {
        take(core, main, evidence);
    } else if (opens(core, evidence) && !is_echo(core, evidence)) {
        (void)open_pass(core, evidence, false);
    }
}

void taki_core_assemble(struct taki_core *core)
{
    struct taki_list all = sorted(core);
    for (size_t i = 0; i < all.count; i++) {
        const struct taki_evidence *evidence = all.items[i];
        if (evidence->ts.us > core->limits->as_of.us)
            break;
        time_out(core, evidence->ts);
        if (evidence->deal != TAKI_NO_INDEX) {
            deal_evidence(core, evidence);
        } else {
            person_evidence(core, &all, i);
        }
    }
    taki_instant after = core->limits->as_of;
    if (after.us < INT64_MAX)
        after.us++;
    time_out(core, after);
}
