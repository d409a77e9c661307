/**
 * @file limits.h
 * The numbers the waterfall core needs from configuration (domain.md 10), and the business zone. A value type, so that
 * the core can be tested without a configuration file.
 */
#ifndef TAKI_TRANSFORM_WATERFALL_LIMITS_H
#define TAKI_TRANSFORM_WATERFALL_LIMITS_H

#include "stage.h"

#include "taki/date.h"

struct taki_limits {
    const struct taki_zone *zone;
    taki_instant as_of;
    bool enabled[TAKI_STAGE_SUCCESSES]; /**< stages_enabled; a disabled stage's evidence counts for the next enabled one
                                         */
    int64_t bant_required;              /**< of 4 fields */
    int64_t score_lag_us;
    int64_t trigger_window_days, direct_window_days, inherit_days;
    int64_t recycle_after_days[TAKI_STAGE_SUCCESSES]; /**< 0 = off */
    int64_t reopen_gap_days;
    double half_life_days;
    double dynamic_thresholds[3]; /**< grades 1, 2, 3 */
};

/** Defaults of domain.md 10. */
struct taki_limits taki_limits_default(const struct taki_zone *zone, taki_instant as_of);

/** Next enabled success stage at or above @p stage (WON is always enabled); ends and NONE pass through. */
enum taki_stage taki_limits_stage(const struct taki_limits *limits, enum taki_stage stage);

#endif
