/**
 * @file segments.h
 * The dimensions every measure can be cut by, one at a time (domain.md 5.9, 6), and the money of a deal in the
 * reporting currency.
 */
#ifndef TAKI_TRANSFORM_SEGMENTS_H
#define TAKI_TRANSFORM_SEGMENTS_H

#include "facts.h"
#include "waterfall/flows.h"

#define TAKI_SEGMENTS 10

struct taki_segment_keys {
    uint32_t account, deal, campaign; /**< TAKI_NO_INDEX = none */
    taki_str inside_team, person_owner;
};

/** Fills all, channel, industry, inside_team, motion, owner_team, product_line, region, size_band, tier. */
void taki_segments_fill(const struct taki_facts *facts, struct taki_segment_keys keys,
                        struct taki_segment out[TAKI_SEGMENTS]);

/** A deal with what is needed to value it at any date; the context of amount_on in flows.h. */
struct taki_valued_deal {
    const struct taki_facts *facts;
    const struct taki_deal_dim *dim;
    const struct taki_deal *deal;
};
/** Reporting amount in force at the end of @p date, at that date's rate. */
int64_t taki_value_on(const void *valued_deal, taki_date date);
/** amount_at_sql (5.1): in force at @p t_sql, at the rate of its date. */
int64_t taki_value_at_sql(const struct taki_valued_deal *valued, taki_instant t_sql, bool *estimated);
/** Amount of a close at @p closed reported on @p date; the last close has the current amount. */
int64_t taki_value_at_close(const struct taki_valued_deal *valued, taki_instant closed, taki_date date);
/** Current amount: closed deals at the close date's rate, open ones at as_of's. */
int64_t taki_value_now(const struct taki_valued_deal *valued);

#endif
