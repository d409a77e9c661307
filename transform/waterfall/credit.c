#include "credit.h"

taki_str taki_sourced_rule_name(enum taki_sourced_rule rule)
{
    static const taki_str names[] = {
        {NULL, 0},
        TAKI_STR_INIT("primary"),
        TAKI_STR_INIT("trigger"),
        TAKI_STR_INIT("inherited"),
        TAKI_STR_INIT("first_touch")
    };
    return names[rule];
}

/* Rule 1 needs a response of the DMU: Salesforce fills the field with the latest associated campaign whatever the
 * status. */
static const struct taki_credit_touch *response_to(const struct taki_credit_deal *deal, uint32_t campaign)
{
    for (size_t i = 0; i < deal->touch_count; i++) {
        const struct taki_credit_touch *touch = &deal->touches[i];
        if (touch->has_role && touch->is_response && touch->campaign == campaign && touch->ts.us <= deal->created.us)
            return touch;
    }
    return NULL;
}

/* Rule 4: earliest marketing response of a contact role within the look-back, before the first field activity in that
 * window. */
static const struct taki_credit_touch *first_touch(const struct taki_credit_deal *deal,
                                                   const struct taki_credit_windows *windows)
{
    int32_t first_day = deal->created_date.days - (int32_t)windows->lookback_days;
    taki_instant from = taki_zone_day_start(windows->zone, (taki_date){first_day});
    taki_instant field = {INT64_MAX};
    for (size_t i = deal->field_count; i > 0 && deal->field_activities[i - 1].us >= from.us; i--)
        field = deal->field_activities[i - 1];
    for (size_t i = 0; i < deal->touch_count; i++) {
        const struct taki_credit_touch *touch = &deal->touches[i];
        bool counts = touch->has_role && touch->is_response && touch->is_marketing && touch->date.days >= first_day;
        if (counts && touch->ts.us < deal->created.us && touch->ts.us < field.us)
            return touch;
    }
    return NULL;
}

static taki_str class_of(const struct taki_credit_pass *pass)
{
    if (!pass)
        return TAKI_STR("unknown");
    if (pass->generator == TAKI_FUNCTION_MARKETING)
        return TAKI_STR("marketing");
    if (pass->generator == TAKI_FUNCTION_INSIDE)
        return TAKI_STR("inside_generated");
    return pass->generator == TAKI_FUNCTION_PARTNER ? TAKI_STR("partner") : TAKI_STR("field_generated");
}

static void pick(struct taki_sourced *sourced, enum taki_sourced_rule rule, uint32_t campaign, taki_instant response)
{
    if (sourced->rule != TAKI_SOURCED_NONE || campaign == TAKI_NO_INDEX)
        return;
    sourced->rule = rule;
    sourced->campaign = campaign;
    sourced->response = response;
}

static bool may_inherit(const struct taki_credit_pass *pass)
{
    return pass->origin == TAKI_ORIGIN_REAPPROACH || pass->origin == TAKI_ORIGIN_RENURTURE ||
           pass->origin == TAKI_ORIGIN_RECYCLED;
}

/* A renewal has no source; what marketing generated counts for nobody then. */
static taki_str class_of_renewal(const struct taki_credit_pass *pass)
{
    return pass && pass->generator == TAKI_FUNCTION_MARKETING ? TAKI_STR("unknown") : class_of(pass);
}

struct taki_sourced taki_credit_source(const struct taki_credit_deal *deal, const struct taki_credit_windows *windows)
{
    const struct taki_credit_pass *pass = deal->pass;
    const struct taki_credit_touch *primary =
        deal->primary != TAKI_NO_INDEX && deal->primary_is_marketing ? response_to(deal, deal->primary) : NULL;
    const struct taki_credit_touch *first = first_touch(deal, windows);
    struct taki_sourced sourced = {
        .campaign = TAKI_NO_INDEX,
        .response = TAKI_INSTANT_NULL,
        .cand_primary = deal->primary,
        .cand_trigger = pass ? pass->mql_campaign : TAKI_NO_INDEX,
        .cand_first_touch = first ? first->campaign : TAKI_NO_INDEX,
        .class_name = deal->is_renewal ? class_of_renewal(pass) : class_of(pass),
    };
    if (deal->is_renewal)
        return sourced;
    if (primary)
        pick(&sourced, TAKI_SOURCED_PRIMARY, primary->campaign, primary->ts);
    if (pass)
        pick(&sourced, TAKI_SOURCED_TRIGGER, pass->mql_campaign, pass->mql_ts);
    if (pass && may_inherit(pass))
        pick(&sourced, TAKI_SOURCED_INHERITED, pass->inherited_campaign, pass->inherited_ts);
    /* Elsewhere a first touch would turn outbound and partner deals into marketing's. */
    if (first && (!pass || pass->generator == TAKI_FUNCTION_MARKETING))
        pick(&sourced, TAKI_SOURCED_FIRST_TOUCH, first->campaign, first->ts);
    if (sourced.rule != TAKI_SOURCED_NONE)
        sourced.class_name = TAKI_STR("marketing");
    return sourced;
}

bool taki_credit_influences(const struct taki_credit_deal *deal, const struct taki_credit_windows *windows,
                            const struct taki_credit_touch *touch, bool fallback)
{
    if (!touch->is_marketing || touch->campaign == TAKI_NO_INDEX || !(touch->has_role || fallback))
        return false;
    if (!touch->is_response && touch->depth < windows->influence_min_depth)
        return false;
    return touch->date.days >= deal->created_date.days - (int32_t)windows->influence_lookback_days &&
           touch->date.days <= deal->last_date.days;
}
