/**
 * @file credit.h
 * Which campaign an opportunity is sourced by (domain.md 5.3: one or none) and which campaigns influenced it (5.4).
 * Pure.
 */
#ifndef TAKI_TRANSFORM_WATERFALL_CREDIT_H
#define TAKI_TRANSFORM_WATERFALL_CREDIT_H

#include "story.h"

/** A touch of a person who has to do with the deal. */
struct taki_credit_touch {
    taki_str id;
    uint32_t person, campaign; /**< campaign TAKI_NO_INDEX = none */
    taki_instant ts;
    taki_date date;
    int64_t depth;
    bool is_response;
    bool is_marketing; /**< its campaign's owner is marketing */
    bool has_role;     /**< contact role added by the close; false: a colleague (account fallback) */
};

/** The pass that carries the deal. */
struct taki_credit_pass {
    enum taki_function generator;
    enum taki_origin origin;
    uint32_t mql_campaign;       /**< only if marketing owns it, as is inherited */
    taki_instant mql_ts;         /**< of the response behind it */
    uint32_t inherited_campaign; /**< of the nearest earlier pass within inherit_days that has one */
    taki_instant inherited_ts;
};

struct taki_credit_deal {
    taki_instant created;
    taki_date created_date, last_date; /**< last: close date, as_of's date while open */
    uint32_t primary;                  /**< primary campaign, or TAKI_NO_INDEX */
    bool primary_is_marketing, is_renewal;
    const struct taki_credit_pass *pass;     /**< NULL = nobody leads it */
    const struct taki_credit_touch *touches; /**< sorted by (ts, id) */
    size_t touch_count;
    const taki_instant *field_activities; /**< on the account, sorted */
    size_t field_count;
};

struct taki_credit_windows {
    const struct taki_zone *zone;
    int64_t lookback_days, influence_lookback_days, influence_min_depth;
    bool account_fallback;
};

enum taki_sourced_rule {
    TAKI_SOURCED_NONE,
    TAKI_SOURCED_PRIMARY,
    TAKI_SOURCED_TRIGGER,
    TAKI_SOURCED_INHERITED,
    TAKI_SOURCED_FIRST_TOUCH
};
taki_str taki_sourced_rule_name(enum taki_sourced_rule rule);

struct taki_sourced {
    enum taki_sourced_rule rule;
    uint32_t campaign;
    taki_instant response; /**< behind the credit, or NULL */
    uint32_t cand_primary, cand_trigger, cand_first_touch;
    taki_str class_name; /**< sourced_class */
};

struct taki_sourced taki_credit_source(const struct taki_credit_deal *deal, const struct taki_credit_windows *windows);

/** True if the touch influences the deal; @p fallback judges colleagues as if they had a role. */
bool taki_credit_influences(const struct taki_credit_deal *deal, const struct taki_credit_windows *windows,
                            const struct taki_credit_touch *touch, bool fallback);

#endif
