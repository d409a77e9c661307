#include "flows.h"

#include "taki/field.h"

#include <string.h>

taki_str taki_unit_name(enum taki_unit unit)
{
    static const taki_str names[] = {
        [TAKI_UNIT_ACCOUNT] = TAKI_STR_INIT("account"),
        [TAKI_UNIT_OPPORTUNITY] = TAKI_STR_INIT("opportunity"),
        [TAKI_UNIT_PERSON_PASS] = TAKI_STR_INIT("person_pass"),
        [TAKI_UNITS] = {NULL, 0}
    };
    return names[unit];
}

int32_t taki_month_of(taki_date date)
{
    int year, month, day;
    taki_date_split(date, &year, &month, &day);
    return year * 12 + month - 1;
}

taki_date taki_month_start(int32_t month)
{
    return taki_date_of(month / 12, month % 12 + 1, 1);
}

void taki_flow_key(enum taki_unit unit, taki_str segment_type, taki_str segment_value, enum taki_stage stage,
                   int32_t month, struct taki_buf *out)
{
    taki_buf_add_char(out, (char)('a' + (int)unit));
    taki_buf_add_str(out, segment_type);
    taki_buf_add_char(out, '\0');
    taki_buf_add_str(out, segment_value);
    taki_buf_add_char(out, '\0');
    taki_buf_add_char(out, (char)('a' + (int)stage));
    const char bytes[4] = {(char)(month >> 24), (char)(month >> 16), (char)(month >> 8), (char)month};
    taki_buf_add(out, bytes, sizeof bytes);
}

const struct taki_flow *taki_flows_of(struct taki_arena *arena, const struct taki_pass *pass)
{
    struct taki_flow *flows = TAKI_NEW_ARRAY(arena, pass->move_count, struct taki_flow);
    for (size_t i = 0; i < pass->move_count; i++) {
        const struct taki_move *move = &pass->moves[i];
        flows[i] = (struct taki_flow){move->ts, move->date, move->from, move->to, move->kind, move->is_superseded};
    }
    return flows;
}

/* Where the counts of one case go. */
struct target {
    struct taki_book *book;
    const struct taki_flow_calendar *calendar;
    const struct taki_flow_case *one;
    struct taki_buf key;
};

static void count(struct target *target, enum taki_stage stage, int32_t month, enum taki_flow_column column,
                  int64_t value)
{
    for (size_t i = 0; i < target->one->segment_count; i++) {
        const struct taki_segment *segment = &target->one->segments[i];
        taki_str value_text = taki_str_is_blank(segment->value) ? TAKI_STR("(unknown)") : segment->value;
        taki_buf_clear(&target->key);
        taki_flow_key(target->one->unit, taki_str_of(segment->type), value_text, stage, month, &target->key);
        taki_book_at(target->book, taki_buf_view(&target->key))[column] += value;
    }
}

static enum taki_flow_column out_of(enum taki_stage end)
{
    static const enum taki_flow_column columns[] = {[TAKI_STAGE_WON] = TAKI_FLOW_WON,
                                                    [TAKI_STAGE_LOST] = TAKI_FLOW_LOST,
                                                    [TAKI_STAGE_REJECTED] = TAKI_FLOW_REJECTED,
                                                    [TAKI_STAGE_RECYCLED] = TAKI_FLOW_RECYCLED};
    return columns[end];
}

static bool in_balance(enum taki_stage stage)
{
    return stage >= TAKI_STAGE_INQ && stage <= TAKI_STAGE_SQL;
}

static void count_move(struct target *target, const struct taki_flow *flow)
{
    int32_t month = taki_month_of(flow->date);
    bool leaves = in_balance(flow->from);
    switch (flow->kind) {
    case TAKI_MOVE_ENTER:
    case TAKI_MOVE_INFER:
        count(target, flow->to, month, TAKI_FLOW_INFLOW, 1);
        if (leaves)
            count(target, flow->from, month, TAKI_FLOW_FORWARD, 1);
        return;
    case TAKI_MOVE_REGRESS:
        if (leaves)
            count(target, flow->from, month, TAKI_FLOW_OUT_REGRESS, 1);
        if (in_balance(flow->to))
            count(target, flow->to, month, TAKI_FLOW_IN_REGRESS, 1);
        return;
    case TAKI_MOVE_END:
        if (leaves)
            count(target, flow->from, month, out_of(flow->to), 1);
        if (flow->to == TAKI_STAGE_WON)
            count(target, TAKI_STAGE_WON, month, TAKI_FLOW_INFLOW, 1);
        return;
    case TAKI_MOVE_REOPEN:
        return;
    }
}

/* A visit [enter, leave): +1 in its month, -1 in the month it ends; leave NULL = still there. */
static void count_visit(struct target *target, enum taki_stage stage, const struct taki_flow *enter,
                        const struct taki_flow *leave)
{
    count(target, stage, taki_month_of(enter->date), TAKI_FLOW_BALANCE_CHANGE, 1);
    if (leave)
        count(target, stage, taki_month_of(leave->date), TAKI_FLOW_BALANCE_CHANGE, -1);
    int64_t sla = target->calendar->sla_us[stage];
    if (sla <= 0 || target->one->unit != TAKI_UNIT_PERSON_PASS)
        return;
    taki_instant due = {enter->ts.us + sla};
    if (due.us >= target->calendar->as_of.us)
        return;
    int32_t from = taki_month_of(taki_zone_date(target->calendar->zone, due));
    int32_t to = leave ? taki_month_of(leave->date) : INT32_MAX;
    if (from >= to)
        return;
    count(target, stage, from, TAKI_FLOW_OVERDUE_CHANGE, 1);
    if (leave)
        count(target, stage, to, TAKI_FLOW_OVERDUE_CHANGE, -1);
}

static void add_known(struct target *target, enum taki_stage stage, int32_t month, enum taki_flow_column column,
                      int64_t amount)
{
    if (amount != TAKI_I64_NULL && amount != 0)
        count(target, stage, month, column, amount);
}

/* Amount in force at the end of each month spent in SQL. */
static void count_close_amounts(struct target *target, const struct taki_flow *enter, const struct taki_flow *leave)
{
    if (!target->one->amount_on)
        return;
    taki_date today = taki_zone_date(target->calendar->zone, target->calendar->as_of);
    int32_t last = leave ? taki_month_of(leave->date) - 1 : taki_month_of(today);
    for (int32_t month = taki_month_of(enter->date); month <= last; month++) {
        taki_date day = taki_month_start(month + 1);
        day.days--;
        if (day.days > today.days)
            day = today;
        add_known(target, TAKI_STAGE_SQL, month, TAKI_FLOW_CLOSE_AMOUNT,
                  target->one->amount_on(target->one->deal, day));
    }
}

static void count_open_days(struct target *target, taki_date from, taki_date until)
{
    while (from.days < until.days) {
        int32_t month = taki_month_of(from);
        taki_date next = taki_month_start(month + 1);
        taki_date stop = next.days < until.days ? next : until;
        count(target, TAKI_STAGE_SQL, month, TAKI_FLOW_OPEN_DAYS, stop.days - from.days);
        from = stop;
    }
}

static void count_close(struct target *target, const struct taki_flow *first_sql, const struct taki_flow *close)
{
    bool is_won = close->to == TAKI_STAGE_WON;
    int32_t month = taki_month_of(close->date);
    int64_t amount = target->one->amount_at_close, days = close->date.days - first_sql->date.days;
    add_known(target, TAKI_STAGE_SQL, month, is_won ? TAKI_FLOW_WON_AMOUNT : TAKI_FLOW_LOST_AMOUNT, amount);
    if (is_won && amount != TAKI_I64_NULL && amount != 0)
        count(target, TAKI_STAGE_SQL, month, TAKI_FLOW_WON_WITH_AMOUNT, 1);
    if (target->one->sql_is_inferred)
        return;
    count(target, TAKI_STAGE_SQL, month, is_won ? TAKI_FLOW_WON_DAYS : TAKI_FLOW_LOST_DAYS, days);
    count(target, TAKI_STAGE_SQL, month, is_won ? TAKI_FLOW_WON_DAYS_N : TAKI_FLOW_LOST_DAYS_N, 1);
}

/* The columns that only (opportunity, SQL) rows show: from the first SQL entry to the close (5.7). */
static void count_velocity(struct target *target)
{
    const struct taki_flow *first = NULL, *close = NULL;
    for (size_t i = 0; i < target->one->flow_count; i++) {
        const struct taki_flow *flow = &target->one->flows[i];
        if (flow->is_superseded)
            continue;
        if (!first && flow->to == TAKI_STAGE_SQL && flow->kind != TAKI_MOVE_REOPEN)
            first = flow;
        if (flow->kind == TAKI_MOVE_END)
            close = flow;
    }
    if (!first)
        return;
    taki_date until = taki_zone_date(target->calendar->zone, target->calendar->as_of);
    until.days++;
    count_open_days(target, first->date, close ? close->date : until);
    if (close && (close->to == TAKI_STAGE_WON || close->to == TAKI_STAGE_LOST))
        count_close(target, first, close);
}

static void count_amount(struct target *target, const struct taki_flow *flow, bool *was_in_sql)
{
    if (flow->to == TAKI_STAGE_WON && flow->kind == TAKI_MOVE_END) {
        add_known(target, TAKI_STAGE_WON, taki_month_of(flow->date), TAKI_FLOW_INFLOW_AMOUNT,
                  target->one->amount_at_close);
    }
    if (flow->to != TAKI_STAGE_SQL || (flow->kind != TAKI_MOVE_ENTER && flow->kind != TAKI_MOVE_INFER))
        return;
    int64_t amount = target->one->amount_at_sql;
    if (*was_in_sql && target->one->amount_on)
        amount = target->one->amount_on(target->one->deal, flow->date);
    *was_in_sql = true;
    add_known(target, TAKI_STAGE_SQL, taki_month_of(flow->date), TAKI_FLOW_INFLOW_AMOUNT, amount);
}

static bool is_move(const struct taki_flow *flow)
{
    return !flow->is_superseded && flow->kind != TAKI_MOVE_REOPEN;
}

void taki_flows_add(struct taki_book *book, const struct taki_flow_calendar *calendar, const struct taki_flow_case *one)
{
    struct target target = {.book = book, .calendar = calendar, .one = one};
    taki_buf_init(&target.key, 4096);
    const struct taki_flow *enter = NULL;
    bool was_in_sql = false;
    for (size_t i = 0; i < one->flow_count; i++) {
        const struct taki_flow *flow = &one->flows[i];
        if (!is_move(flow))
            continue;
        count_move(&target, flow);
        count_amount(&target, flow, &was_in_sql);
        if (enter && in_balance(enter->to))
            count_visit(&target, enter->to, enter, flow);
        if (enter && enter->to == TAKI_STAGE_SQL)
            count_close_amounts(&target, enter, flow);
        enter = flow;
    }
    if (enter && in_balance(enter->to))
        count_visit(&target, enter->to, enter, NULL);
    if (enter && enter->to == TAKI_STAGE_SQL)
        count_close_amounts(&target, enter, NULL);
    if (one->unit == TAKI_UNIT_OPPORTUNITY)
        count_velocity(&target);
    taki_buf_reset(&target.key);
}
