/**
 * @file waterfall_period.h
 * What happened in each period (domain.md 6.7): flows, balances, amounts, and velocity on (opportunity, SQL) rows.
 *
 * Pure: folds the monthly counters of waterfall/flows.h. Every row is tested against the balance identity and against a
 * census of visits that is counted apart from the flows.
 */
#ifndef TAKI_TRANSFORM_ANALYTICS_WATERFALL_PERIOD_H
#define TAKI_TRANSFORM_ANALYTICS_WATERFALL_PERIOD_H

#include "../table.h"
#include "../waterfall/flows.h"

/* clang-format off */
#define TAKI_WATERFALL_PERIOD(COL)                                                                                     \
    COL(period_type,        ENUM, KEY, "",      "month, quarter, half, year (fiscal)")                                 \
    COL(period,             TEXT, KEY, "",      "M2026-04, Q2026-1, H2026-1, FY2026")                                  \
    COL(unit,               ENUM, KEY, "",      "person_pass, account (best pass), opportunity (lead pass; SQL and later)") \
    COL(segment_type,       ENUM, KEY, "",      "all, or one dimension at a time: channel, industry, inside_team, motion, owner_team, product_line, region, size_band, tier") \
    COL(segment_value,      TEXT, KEY, "",      "value of the dimension; (unknown) is never dropped, so segments add up to all") \
    COL(stage,              ENUM, KEY, "",      "INQ, MQL, PSQL, SAL, SQL; WON as inflow only")                        \
    COL(period_start,       DATE, 0,   "",      "first day")                                                           \
    COL(period_end,         DATE, 0,   "",      "day after the last one")                                              \
    COL(is_complete,        BOOL, 0,   "",      "false for the period that holds as_of")                               \
    COL(open_balance,       I64,  OPT, "rows",  "in the stage when the period began; NULL for WON")                    \
    COL(inflow,             I64,  0,   "rows",  "entered the stage in the period; entering again after a regress counts again") \
    COL(out_forward,        I64,  OPT, "rows",  "moved on to the next stage")                                          \
    COL(out_rejected,       I64,  OPT, "rows",  "ended REJECTED out of this stage")                                    \
    COL(out_recycled,       I64,  OPT, "rows",  "ended RECYCLED out of this stage")                                    \
    COL(out_lost,           I64,  OPT, "rows",  "ended LOST out of this stage, by close date")                         \
    COL(out_won,            I64,  OPT, "rows",  "ended WON out of this stage, by close date")                          \
    COL(out_regress,        I64,  OPT, "rows",  "moved back to an earlier stage")                                      \
    COL(in_regress,         I64,  OPT, "rows",  "came back from a later stage")                                        \
    COL(close_balance,      I64,  OPT, "rows",  "in the stage at the period's end (at as_of when not complete)")       \
    COL(inflow_amount,      MONEY, OPT, "",     "SQL: amount at SQL of what entered; WON: closed amount; NULL elsewhere") \
    COL(close_amount,       MONEY, OPT, "",     "SQL: amount in force at the period's end of what is in the stage; NULL elsewhere") \
    COL(flow_ratio,         F64,  OPT, "ratio", "inflow of the next stage / inflow of this one in the same period; may exceed 1; not a conversion rate") \
    COL(flow_ratio_num,     I64,  OPT, "rows",  "inflow of the next stage")                                            \
    COL(flow_ratio_den,     I64,  OPT, "rows",  "inflow of this stage")                                                \
    COL(exit_yield,         F64,  OPT, "ratio", "(out_forward + out_won) / all outs; not a conversion rate")           \
    COL(exit_yield_num,     I64,  OPT, "rows",  "out_forward + out_won")                                               \
    COL(exit_yield_den,     I64,  OPT, "rows",  "all outs")                                                            \
    COL(overdue_balance,    I64,  OPT, "rows",  "MQL and PSQL of person passes: longer in the stage than sla_hours at the period's end") \
    COL(open_opps_avg,      F64,  OPT, "rows",  "time-average of open opportunities in the period")                    \
    COL(open_opps_avg_num,  I64,  OPT, "days",  "opportunity days open in the period")                                 \
    COL(open_opps_avg_den,  I64,  OPT, "days",  "days of the period (up to as_of)")                                    \
    COL(win_rate_count,     F64,  OPT, "ratio", "won / (won + lost) closed in the period")                             \
    COL(win_rate_count_num, I64,  OPT, "rows",  "won")                                                                 \
    COL(win_rate_count_den, I64,  OPT, "rows",  "won + lost")                                                          \
    COL(win_rate_amount,    F64,  OPT, "ratio", "won amount / (won + lost amount) closed in the period")               \
    COL(win_rate_amount_num, MONEY, OPT, "",    "won amount")                                                          \
    COL(win_rate_amount_den, MONEY, OPT, "",    "won and lost amount")                                                 \
    COL(avg_won_amount,     MONEY, OPT, "",     "mean amount of opportunities won in the period, those with an amount") \
    COL(cycle_days_mean,    F64,  OPT, "days",  "mean days SQL to close of opportunities won in the period")           \
    COL(cycle_days_all_mean, F64, OPT, "days",  "the same over won and lost: open_opps_avg divided by this is the true throughput") \
    COL(pipeline_velocity,  MONEY, OPT, "per day", "open_opps_avg x win_rate_count x mean won amount / cycle_days_mean") \
    COL(is_small,           BOOL, 0,   "",      "a denominator of this row's ratios is below min_n")
/* clang-format on */

struct taki_waterfall_period {
    TAKI_WATERFALL_PERIOD(TAKI_MEMBER)
};

extern const struct taki_table taki_table_waterfall_period;

struct taki_period_rules {
    const struct taki_flow_calendar *calendar;
    int fiscal_start_month;
    bool label_by_end;
    int64_t min_n;
    bool enabled[TAKI_STAGE_SUCCESSES];
};

/** Called once a row, in no promised order; text is valid during the call. */
typedef enum taki_status (*taki_period_emit)(void *context, const struct taki_waterfall_period *row,
                                             struct taki_error *err);

/** Folds @p book (TAKI_FLOW_COLUMNS wide). TAKI_CONTRACT names the row whose balance does not add up. Empty book: no
 * rows. */
TAKI_NODISCARD enum taki_status taki_waterfall_period_fold(struct taki_arena *arena, const struct taki_book *book,
                                                           const struct taki_period_rules *rules, taki_period_emit emit,
                                                           void *context, struct taki_error *err);

#endif
