/**
 * @file account_unit.h
 * Account cycles: an account's passes rolled up to its best one (domain.md 3.7). Pure.
 */
#ifndef TAKI_TRANSFORM_WATERFALL_ACCOUNT_UNIT_H
#define TAKI_TRANSFORM_WATERFALL_ACCOUNT_UNIT_H

#include "flows.h"

/** A pass as the account sees it. */
struct taki_cycle_pass {
    uint32_t person;
    int64_t no;
    taki_instant opened, ended; /**< ended NULL = open */
    taki_date ended_date;
    enum taki_stage end, reached;
    taki_instant t[TAKI_STAGE_SUCCESSES];
};

struct taki_cycle {
    const struct taki_flow *flows;
    size_t flow_count;
    uint32_t best;     /**< index of the pass that got furthest */
    uint32_t sql, won; /**< indexes of the passes that entered SQL first and won, or TAKI_NO_INDEX */
    bool sql_is_inferred;
    enum taki_stage reached;
};

/** Sorts @p passes by (opened, person, no) and gives the cycles in order. */
struct taki_cycle *taki_cycles_build(struct taki_arena *arena, const struct taki_limits *limits,
                                     struct taki_cycle_pass *passes, size_t count, size_t *cycles);

#endif
