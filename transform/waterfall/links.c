#include "core.h"

#include "taki/field.h"

#include <math.h>

static const enum taki_trigger trigger_of[] = {
    [TAKI_FUNCTION_NONE] = TAKI_TRIGGER_IMPORT,   [TAKI_FUNCTION_MARKETING] = TAKI_TRIGGER_IMPORT,
    [TAKI_FUNCTION_INSIDE] = TAKI_TRIGGER_INSIDE, [TAKI_FUNCTION_FIELD] = TAKI_TRIGGER_FIELD,
    [TAKI_FUNCTION_CS] = TAKI_TRIGGER_FIELD,      [TAKI_FUNCTION_PARTNER] = TAKI_TRIGGER_PARTNER,
    [TAKI_FUNCTION_SYSTEM] = TAKI_TRIGGER_IMPORT, [TAKI_FUNCTION_OTHER] = TAKI_TRIGGER_IMPORT,
};

/* 3.3.9: system and import count for marketing, cs for field. */
static const enum taki_function generator_of[] = {
    [TAKI_FUNCTION_NONE] = TAKI_FUNCTION_MARKETING,   [TAKI_FUNCTION_MARKETING] = TAKI_FUNCTION_MARKETING,
    [TAKI_FUNCTION_INSIDE] = TAKI_FUNCTION_INSIDE,    [TAKI_FUNCTION_FIELD] = TAKI_FUNCTION_FIELD,
    [TAKI_FUNCTION_CS] = TAKI_FUNCTION_FIELD,         [TAKI_FUNCTION_PARTNER] = TAKI_FUNCTION_PARTNER,
    [TAKI_FUNCTION_SYSTEM] = TAKI_FUNCTION_MARKETING, [TAKI_FUNCTION_OTHER] = TAKI_FUNCTION_MARKETING,
};

static taki_instant answered(const struct taki_core *core, const struct taki_draft *draft)
{
    const struct taki_draft *previous = taki_core_draft(core, draft->pass->previous);
    return previous && !taki_instant_is_null(previous->pass->ended) ? previous->pass->ended : TAKI_INSTANT_NULL;
}

/* 3.3.7: latest response in [at - trigger_window_days, at + score_lag], after the previous pass's end. */
static uint32_t latest_response(const struct taki_core *core, const struct taki_draft *draft, taki_instant at,
                                bool needs_campaign)
{
    const struct taki_story *story = core->story;
    int32_t first_day = taki_core_date(core, at).days - (int32_t)core->limits->trigger_window_days;
    taki_instant after = answered(core, draft);
    for (size_t i = story->touch_count; i > 0; i--) {
        const struct taki_story_touch *touch = &story->touches[i - 1];
        if (!touch->is_response || touch->ts.us > at.us + core->limits->score_lag_us)
            continue;
        if (touch->date.days < first_day || touch->ts.us <= after.us)
            break;
        if (!needs_campaign || touch->campaign != TAKI_NO_INDEX)
            return (uint32_t)(i - 1);
    }
    return TAKI_NO_INDEX;
}

/* 5.9: the evidence's own actor, else the opportunity's creator, else the owner of the stage. */
static enum taki_function opener(const struct taki_core *core, const struct taki_draft *draft)
{
    const struct taki_evidence *opening = draft->opening;
    if (opening->actor != TAKI_FUNCTION_NONE)
        return opening->actor;
    if (opening->deal != TAKI_NO_INDEX && core->story->deals[opening->deal].creator != TAKI_FUNCTION_NONE)
        return core->story->deals[opening->deal].creator;
    return taki_stage_info(opening->stage)->owner;
}

void taki_core_trigger(struct taki_core *core, uint32_t index)
{
    struct taki_draft *draft = taki_core_draft(core, index);
    struct taki_pass *pass = draft->pass;
    bool is_sibling = pass->origin == TAKI_ORIGIN_PARALLEL;
    uint32_t response = is_sibling ? TAKI_NO_INDEX : latest_response(core, draft, pass->opened, false);
    pass->open_touch = is_sibling ? TAKI_NO_INDEX : latest_response(core, draft, pass->opened, true);
    if (pass->open_touch != TAKI_NO_INDEX)
        pass->open_campaign = core->story->touches[pass->open_touch].campaign;
    if (response != TAKI_NO_INDEX) {
        pass->trigger = TAKI_TRIGGER_RESPONSE;
    } else if (draft->opening->kind == TAKI_BY_INBOUND) {
        pass->trigger = TAKI_TRIGGER_INBOUND;
    } else {
        pass->trigger = trigger_of[opener(core, draft)];
    }
    bool from_outside = pass->trigger == TAKI_TRIGGER_RESPONSE || pass->trigger == TAKI_TRIGGER_INBOUND;
    pass->entry = from_outside ? taki_limits_stage(core->limits, TAKI_STAGE_INQ) : draft->opening->stage;
    if (is_sibling)
        pass->entry = TAKI_STAGE_SQL;
}

/* First evidence of PSQL or later: what a response must precede to have generated the pass (5.9). */
static taki_instant vetted_at(const struct taki_draft *draft)
{
    for (size_t i = 0; i < draft->evidence.count; i++) {
        const struct taki_evidence *evidence = draft->evidence.items[i];
        if (evidence->stage >= TAKI_STAGE_PSQL && evidence->stage <= TAKI_STAGE_WON)
            return evidence->ts;
    }
    return (taki_instant){INT64_MAX};
}

static bool has_response(const struct taki_draft *draft)
{
    taki_instant until = vetted_at(draft);
    for (size_t i = 0; i < draft->evidence.count; i++) {
        const struct taki_evidence *evidence = draft->evidence.items[i];
        if (evidence->kind == TAKI_BY_RESPONSE && evidence->ts.us <= until.us)
            return true;
    }
    return draft->pass->trigger == TAKI_TRIGGER_INBOUND;
}

static bool inherits_response(const struct taki_core *core, const struct taki_draft *draft, uint32_t index)
{
    int32_t opened = taki_core_date(core, draft->pass->opened).days;
    for (uint32_t i = 0; i < index; i++) {
        const struct taki_draft *earlier = taki_core_draft(core, i);
        bool is_near = taki_instant_is_null(earlier->pass->ended) ||
                       opened - taki_core_date(core, earlier->pass->ended).days <= (int32_t)core->limits->inherit_days;
        if (is_near && has_response(earlier))
            return true;
    }
    return false;
}

static void generator(struct taki_core *core, struct taki_draft *draft, uint32_t index)
{
    /* A response within the trigger window may precede the opening evidence by nothing but the score lag. */
    bool is_marketing = draft->pass->trigger == TAKI_TRIGGER_RESPONSE || has_response(draft);
    if (!is_marketing)
        is_marketing = inherits_response(core, draft, index);
    draft->pass->generator = is_marketing ? TAKI_FUNCTION_MARKETING : generator_of[opener(core, draft)];
}

static void mql_link(struct taki_core *core, struct taki_draft *draft)
{
    struct taki_pass *pass = draft->pass;
    pass->mql_campaign = pass->open_campaign;
    pass->mql_touch = pass->open_touch;
    if (taki_instant_is_null(pass->t[TAKI_STAGE_MQL]))
        return;
    uint32_t response = latest_response(core, draft, pass->t[TAKI_STAGE_MQL], true);
    if (response != TAKI_NO_INDEX) {
        pass->mql_touch = response;
        pass->mql_campaign = core->story->touches[response].campaign;
    }
    double engagement = taki_engagement(core->limits, core->story->touches, core->story->touch_count,
                                        pass->t[TAKI_STAGE_MQL], taki_core_date(core, pass->t[TAKI_STAGE_MQL]));
    pass->static_grade = core->story->static_grade;
    pass->dynamic_grade = taki_dynamic_grade(core->limits, engagement);
}

/* The moment a conversion path is judged at: PSQL, or the first stage after it for passes that entered above (6.13). */
static taki_instant judged_at(const struct taki_pass *pass)
{
    for (enum taki_stage stage = TAKI_STAGE_PSQL; stage <= TAKI_STAGE_SQL; stage++) {
        if (!taki_instant_is_null(pass->t[stage]))
            return pass->t[stage];
    }
    return TAKI_INSTANT_NULL;
}

static bool is_direct(const struct taki_core *core, const struct taki_draft *draft, taki_instant at)
{
    int32_t day = taki_core_date(core, at).days;
    for (size_t i = draft->evidence.count; i > 0; i--) {
        const struct taki_evidence *evidence = draft->evidence.items[i - 1];
        if (evidence->kind == TAKI_BY_RESPONSE && evidence->ts.us <= at.us)
            return day - taki_core_date(core, evidence->ts).days <= (int32_t)core->limits->direct_window_days;
    }
    return false;
}

/* 6.13, first match. */
static enum taki_path path_of(const struct taki_core *core, const struct taki_draft *draft)
{
    const struct taki_pass *pass = draft->pass;
    taki_instant at = judged_at(pass);
    if (taki_instant_is_null(at))
        return TAKI_PATH_NONE;
    bool by_response = pass->trigger == TAKI_TRIGGER_RESPONSE;
    if (pass->generator == TAKI_FUNCTION_FIELD || pass->trigger == TAKI_TRIGGER_FIELD)
        return TAKI_PATH_FIELD;
    if (pass->generator == TAKI_FUNCTION_PARTNER || pass->trigger == TAKI_TRIGGER_PARTNER)
        return TAKI_PATH_PARTNER;
    if (pass->generator == TAKI_FUNCTION_INSIDE)
        return TAKI_PATH_INSIDE;
    if (pass->origin == TAKI_ORIGIN_RENURTURE && !by_response)
        return TAKI_PATH_RENURTURE;
    if ((pass->origin == TAKI_ORIGIN_REAPPROACH || pass->origin == TAKI_ORIGIN_RECYCLED) && !by_response)
        return TAKI_PATH_REAPPROACH;
    return is_direct(core, draft, at) ? TAKI_PATH_DIRECT : TAKI_PATH_NURTURE;
}

static int64_t nurture_days(const struct taki_core *core, const struct taki_draft *draft)
{
    const struct taki_pass *pass = draft->pass;
    if (taki_instant_is_null(pass->t[TAKI_STAGE_PSQL]))
        return TAKI_I64_NULL;
    const struct taki_draft *previous = taki_core_draft(core, pass->previous);
    taki_instant from = pass->t[TAKI_STAGE_MQL];
    if (taki_instant_is_null(from) && previous)
        from = previous->pass->ended;
    if (taki_instant_is_null(from))
        return TAKI_I64_NULL;
    return taki_core_date(core, pass->t[TAKI_STAGE_PSQL]).days - taki_core_date(core, from).days;
}

static void counts(struct taki_core *core, struct taki_draft *draft)
{
    struct taki_pass *pass = draft->pass;
    const struct taki_story *story = core->story;
    taki_instant until = pass->t[TAKI_STAGE_PSQL];
    if (taki_instant_is_null(until))
        until = taki_instant_is_null(pass->ended) ? core->limits->as_of : pass->ended;
    taki_instant after = answered(core, draft);
    bool counts_calls = pass->origin != TAKI_ORIGIN_PARALLEL;
    for (size_t i = 0; counts_calls && i < story->activity_count; i++) {
        const struct taki_story_activity *activity = &story->activities[i];
        pass->inside_connects += activity->function == TAKI_FUNCTION_INSIDE && activity->is_connect &&
                                 !activity->is_automated && activity->ts.us > after.us && activity->ts.us <= until.us;
    }
    for (size_t i = 0; i < draft->evidence.count; i++)
        pass->responses += ((const struct taki_evidence *)draft->evidence.items[i])->kind == TAKI_BY_RESPONSE;
    taki_instant end = taki_instant_is_null(pass->ended) ? core->limits->as_of : pass->ended;
    for (size_t i = 0; i < TAKI_LEN(story->bant_at); i++)
        pass->bant_count += !taki_instant_is_null(story->bant_at[i]) && story->bant_at[i].us <= end.us;
}

/* Highest E at the opening or at any touch of the pass: between touches E only decays. Carried forward from touch to
 * touch, so that a person with very many touches costs no square of them. */
static double peak(const struct taki_core *core, const struct taki_pass *pass)
{
    const struct taki_story *story = core->story;
    taki_instant end = taki_instant_is_null(pass->ended) ? core->limits->as_of : pass->ended;
    taki_date day = taki_core_date(core, pass->opened);
    double now = taki_engagement(core->limits, story->touches, story->touch_count, pass->opened, day);
    double best = now;
    for (size_t i = 0; i < story->touch_count && story->touches[i].ts.us <= end.us; i++) {
        const struct taki_story_touch *touch = &story->touches[i];
        if (touch->ts.us <= pass->opened.us || touch->depth <= 0)
            continue;
        now = now * exp2(-(double)(touch->date.days - day.days) / core->limits->half_life_days) + (double)touch->depth;
        day = touch->date;
        best = now > best ? now : best;
    }
    return best;
}

void taki_core_outcome(struct taki_core *core, uint32_t index)
{
    struct taki_draft *draft = taki_core_draft(core, index);
    struct taki_pass *pass = draft->pass;
    generator(core, draft, index);
    mql_link(core, draft);
    pass->path = path_of(core, draft);
    pass->is_reactivated = pass->path == TAKI_PATH_DIRECT && pass->origin != TAKI_ORIGIN_NEW;
    pass->nurture_days = nurture_days(core, draft);
    if (pass->chosen[TAKI_STAGE_PSQL])
        pass->inside_team = pass->chosen[TAKI_STAGE_PSQL]->actor_team;
    counts(core, draft);
    pass->engagement_peak = peak(core, pass);
}
