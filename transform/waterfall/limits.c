#include "limits.h"

struct taki_limits taki_limits_default(const struct taki_zone *zone, taki_instant as_of)
{
    struct taki_limits limits = {
        .zone = zone,
        .as_of = as_of,
        .enabled = {true,  true, true, true, true, true, true},
        .bant_required = 3,
        .score_lag_us = 3600 * TAKI_US_PER_SECOND,
        .trigger_window_days = 30,
        .direct_window_days = 30,
        .inherit_days = 730,
        .reopen_gap_days = 30,
        .half_life_days = 30,
        .dynamic_thresholds = {8, 5, 3},
    };
    limits.recycle_after_days[TAKI_STAGE_INQ] = 365;
    return limits;
}

enum taki_stage taki_limits_stage(const struct taki_limits *limits, enum taki_stage stage)
{
    if (!taki_stage_info(stage)->is_success)
        return stage;
    while (stage < TAKI_STAGE_WON && !limits->enabled[stage])
        stage++;
    return stage;
}
