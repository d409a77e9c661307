/**
 * @file flows.h
 * Moves of passes, account cycles and opportunities as monthly flows, balances and amounts: the raw material of
 * waterfall_period (domain.md 6.7). A month is the finest period, so quarters, halves and years are sums of it.
 */
#ifndef TAKI_TRANSFORM_WATERFALL_FLOWS_H
#define TAKI_TRANSFORM_WATERFALL_FLOWS_H

#include "../book.h"
#include "story.h"

enum taki_unit { TAKI_UNIT_ACCOUNT, TAKI_UNIT_OPPORTUNITY, TAKI_UNIT_PERSON_PASS, TAKI_UNITS };
taki_str taki_unit_name(enum taki_unit unit);

/** Counters of one (unit, segment, stage, month). Balances are changes, so that they add up over shards. */
enum taki_flow_column {
    TAKI_FLOW_INFLOW,
    TAKI_FLOW_FORWARD,
    TAKI_FLOW_REJECTED,
    TAKI_FLOW_RECYCLED,
    TAKI_FLOW_LOST,
    TAKI_FLOW_WON,
    TAKI_FLOW_OUT_REGRESS,
    TAKI_FLOW_IN_REGRESS,
    TAKI_FLOW_BALANCE_CHANGE, /**< census of visits, counted apart from the flows: the identity test compares both */
    TAKI_FLOW_OVERDUE_CHANGE,
    TAKI_FLOW_INFLOW_AMOUNT,
    TAKI_FLOW_CLOSE_AMOUNT, /**< in force at the month's end, of those in the stage then */
    TAKI_FLOW_OPEN_DAYS,    /**< opportunity days open within the month */
    TAKI_FLOW_WON_AMOUNT,   /**< by close */
    TAKI_FLOW_WON_WITH_AMOUNT,
    TAKI_FLOW_LOST_AMOUNT,
    TAKI_FLOW_WON_DAYS, /**< SQL to close */
    TAKI_FLOW_WON_DAYS_N,
    TAKI_FLOW_LOST_DAYS,
    TAKI_FLOW_LOST_DAYS_N,
    TAKI_FLOW_COLUMNS
};

/** A move without its evidence: what crosses shards. */
struct taki_flow {
    taki_instant ts;
    taki_date date;
    enum taki_stage from, to;
    enum taki_move_kind kind;
    bool is_superseded;
};

/** One dimension value a row counts under, "all" included. */
struct taki_segment {
    const char *type;
    taki_str value; /**< NULL or "" becomes `(unknown)` */
};

struct taki_flow_case {
    enum taki_unit unit;
    const struct taki_segment *segments;
    size_t segment_count;
    const struct taki_flow *flows; /**< in sequence */
    size_t flow_count;
    bool sql_is_inferred; /**< then SQL to close counts in no duration */
    /** Reporting amount in force at the end of a business date, minor units; TAKI_I64_NULL unknown. NULL = no deal. */
    int64_t (*amount_on)(const void *deal, taki_date date);
    const void *deal;
    int64_t amount_at_sql, amount_at_close; /**< TAKI_I64_NULL unknown */
};

struct taki_flow_calendar {
    const struct taki_zone *zone;
    taki_instant as_of;
    int64_t sla_us[TAKI_STAGE_SUCCESSES]; /**< 0 = no overdue for the stage */
};

/** Months since year 0: year * 12 + month - 1. */
int32_t taki_month_of(taki_date date);
taki_date taki_month_start(int32_t month);

/** Key of one series cell in the book: unit, segment type, segment value, stage, month. Appended to @p out. */
void taki_flow_key(enum taki_unit unit, taki_str segment_type, taki_str segment_value, enum taki_stage stage,
                   int32_t month, struct taki_buf *out);

/** Adds all flows of one case to @p book (TAKI_FLOW_COLUMNS wide). */
void taki_flows_add(struct taki_book *book, const struct taki_flow_calendar *calendar,
                    const struct taki_flow_case *one);

/** Flows of a pass: its moves without evidence. Lives in @p arena. */
const struct taki_flow *taki_flows_of(struct taki_arena *arena, const struct taki_pass *pass);

#endif
