/**
 * @file family.h
 * Deal families: the same deal tried again (domain.md 3.6, 5.2). Pure.
 */
#ifndef TAKI_TRANSFORM_WATERFALL_FAMILY_H
#define TAKI_TRANSFORM_WATERFALL_FAMILY_H

#include "story.h"

struct taki_family_deal {
    taki_str id, product_line; /**< unknown product lines count as one: the house keeps none */
    bool has_account;
    taki_date created, lost; /**< lost: close date of a standing LOST, else NULL */
    uint32_t previous;       /**< index by explicit link, or TAKI_NO_INDEX */
    uint32_t root;           /**< out: index of the family's first deal */
};

/** Deals of one account. Finds `root` of each. */
void taki_families_find(struct taki_arena *arena, struct taki_family_deal *deals, size_t count, int64_t gap_days);

/** One SQL entry of a deal: a row in which gross amount is earned. */
struct taki_sql_event {
    uint32_t deal; /**< index into deals */
    taki_instant ts;
    int64_t pass_no;
    int64_t amount; /**< amount_at_sql, TAKI_I64_NULL unknown */
    int64_t seq;    /**< out: 1.. within the family */
    bool is_latest; /**< out: the family's latest; net stands in its row */
};

/** Sorts @p events by (family, ts, deal, pass) and numbers them. */
void taki_families_number(struct taki_arena *arena, const struct taki_family_deal *deals, struct taki_sql_event *events,
                          size_t count);

#endif
