/**
 * @file deal.h
 * One opportunity's history as stage evidence, closings and amounts (domain.md 3.2, 3.6, 5.1, 5.9). Pure.
 */
#ifndef TAKI_TRANSFORM_WATERFALL_DEAL_H
#define TAKI_TRANSFORM_WATERFALL_DEAL_H

#include "story.h"

/** One change of the opportunity, stage already mapped. */
struct taki_deal_row {
    taki_instant ts;
    enum taki_stage stage; /**< PRE, PSQL, SAL, SQL, WON, LOST; NONE = unmapped */
    int64_t amount;        /**< minor units of the opportunity's currency, or TAKI_I64_NULL */
    taki_date close_date;
    enum taki_function actor;
    taki_str actor_team, ref;
};

struct taki_deal_input {
    uint32_t deal; /**< index for the evidence */
    taki_str source, ref;
    enum taki_role role;
    taki_instant created;
    enum taki_function creator;
    enum taki_stage stage; /**< current */
    bool is_closed, is_won;
    int64_t amount;
    taki_date close_date;
    taki_str loss_class, loss_raw;
    const struct taki_deal_row *rows; /**< history sorted by (ts, ref); may be empty */
    size_t row_count;
    taki_instant converted; /**< lead conversion with this opportunity, or NULL */
    taki_str converted_ref;
    bool has_stage_history; /**< stage evidence of this deal comes from elsewhere: creation says nothing */
    bool has_close_history; /**< and its closing too */
};

struct taki_deal {
    const struct taki_evidence *evidence;
    size_t evidence_count;
    const struct taki_deal_row *rows; /**< those of the input */
    size_t row_count;
    enum taki_stage code; /**< SAL, SQL, WON, LOST: opportunity.stage_code */
    bool is_open;
    taki_instant created, closed; /**< closed NULL while open */
    taki_date close_date;         /**< current close date */
    int64_t amount;               /**< current */
    int64_t n_reopened, n_pushes;
};

struct taki_deal taki_deal_build(struct taki_arena *arena, const struct taki_limits *limits,
                                 const struct taki_deal_input *input);

/** Amount in force at @p ts from history, original currency; *estimated tells that there was no history to know it from
 * (5.1). */
int64_t taki_deal_amount_at(const struct taki_deal *deal, taki_instant ts, bool *estimated);

#endif
