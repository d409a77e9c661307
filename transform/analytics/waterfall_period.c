#include "waterfall_period.h"

#include "taki/hash.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#define TAKI_ROW struct taki_waterfall_period
static const struct taki_field fields[] = {TAKI_WATERFALL_PERIOD(TAKI_FIELD)};

const struct taki_table taki_table_waterfall_period = {
    .name = "waterfall_period",
    .meaning =
        "what happened in each period: balances, flows and amounts by stage; open + in - out = close in every row",
    .kind = "aggregate",
    .fields = fields,
    .field_count = TAKI_LEN(fields),
    .row_size = sizeof(TAKI_ROW),
};

/* One (unit, segment): the counters of all its stages and months, dense. */
struct series {
    enum taki_unit unit;
    taki_str segment_type, segment_value;
    int64_t *cells; /* [stage][month][column] */
};

struct fold {
    struct taki_arena *arena;
    const struct taki_period_rules *rules;
    taki_date today;
    int32_t first, months; /* of the calendar */
    struct series *series;
    size_t series_count;
    taki_period_emit emit;
    void *context;
};

struct parsed {
    enum taki_unit unit;
    taki_str segment_type, segment_value, group;
    enum taki_stage stage;
    int32_t month;
};

static struct parsed parse(taki_str key)
{
    struct parsed parsed = {.unit = (enum taki_unit)(key.data[0] - 'a')};
    taki_str rest = {key.data + 1, key.size - 1}, tail;
    parsed.segment_type = taki_str_cut(rest, '\0', &rest);
    parsed.segment_value = taki_str_cut(rest, '\0', &tail);
    parsed.group = (taki_str){key.data, (size_t)(tail.data - key.data)};
    parsed.stage = (enum taki_stage)(tail.data[0] - 'a');
    const unsigned char *m = (const unsigned char *)tail.data + 1;
    parsed.month = (int32_t)((uint32_t)m[0] << 24 | (uint32_t)m[1] << 16 | (uint32_t)m[2] << 8 | m[3]);
    return parsed;
}

static int64_t *cell(const struct fold *fold, const struct series *series, enum taki_stage stage, int32_t month)
{
    size_t row = (size_t)stage * (size_t)fold->months + (size_t)(month - fold->first);
    return series->cells + row * TAKI_FLOW_COLUMNS;
}

static int32_t first_month(const struct taki_book *book, int32_t last)
{
    int32_t first = last;
    for (uint32_t i = 0; i < taki_book_count(book); i++) {
        int32_t month = parse(taki_book_key(book, i)).month;
        first = month < first ? month : first;
    }
    return first;
}

/* The `all` rows stand for every unit and period, whether or not something happened (5.9). */
static void add_all(struct fold *fold, struct taki_map *map)
{
    for (enum taki_unit unit = TAKI_UNIT_ACCOUNT; unit < TAKI_UNITS; unit++) {
        char group[] = "?all\0all"; /* with its final NUL: the group part of a flow key */
        group[0] = (char)('a' + (int)unit);
        bool is_new;
        uint64_t *slot = taki_map_put(map, (taki_str){group, sizeof group}, &is_new);
        if (is_new)
            *slot = fold->series_count++;
    }
}

static void load(struct fold *fold, const struct taki_book *book)
{
    const uint32_t *order = taki_book_order(book, fold->arena);
    struct taki_map *map = taki_map_new(fold->arena, 64);
    bool is_new;
    add_all(fold, map);
    for (uint32_t i = 0; i < taki_book_count(book); i++) {
        uint64_t *slot = taki_map_put(map, parse(taki_book_key(book, order[i])).group, &is_new);
        if (is_new)
            *slot = fold->series_count++;
    }
    size_t cells = (size_t)TAKI_STAGE_SUCCESSES * (size_t)fold->months * TAKI_FLOW_COLUMNS;
    fold->series = TAKI_NEW_ARRAY(fold->arena, fold->series_count, struct series);
    for (size_t i = 0; i < fold->series_count; i++) {
        taki_str group = taki_map_key(map, i), rest = {group.data + 1, group.size - 1};
        struct series *series = &fold->series[*taki_map_value(map, i)];
        series->unit = (enum taki_unit)(group.data[0] - 'a');
        series->segment_type = taki_str_cut(rest, '\0', &rest);
        series->segment_value = taki_str_cut(rest, '\0', &rest);
        series->cells = TAKI_NEW_ARRAY(fold->arena, cells, int64_t);
    }
    for (uint32_t i = 0; i < taki_book_count(book); i++) {
        struct parsed parsed = parse(taki_book_key(book, i));
        const struct series *series = &fold->series[*taki_map_find(map, parsed.group)];
        memcpy(cell(fold, series, parsed.stage, parsed.month), taki_book_value(book, i),
               TAKI_FLOW_COLUMNS * sizeof(int64_t));
    }
}

/* Sums of the flow columns over the months of a period; balances are running sums up to its edges. */
struct sums {
    int64_t flow[TAKI_FLOW_COLUMNS];
    int64_t open, close, overdue;
};

static struct sums sum(const struct fold *fold, const struct series *series, enum taki_stage stage,
                       struct taki_period period)
{
    struct sums sums = {0};
    int32_t from = taki_month_of(period.start), to = taki_month_of(period.end), last = fold->first + fold->months;
    for (int32_t month = fold->first; month < to && month < last; month++) {
        const int64_t *counts = cell(fold, series, stage, month);
        sums.close += counts[TAKI_FLOW_BALANCE_CHANGE];
        sums.overdue += counts[TAKI_FLOW_OVERDUE_CHANGE];
        if (month < from) {
            sums.open = sums.close;
            continue;
        }
        for (size_t column = 0; column < TAKI_FLOW_COLUMNS; column++)
            sums.flow[column] += counts[column];
        sums.flow[TAKI_FLOW_CLOSE_AMOUNT] = counts[TAKI_FLOW_CLOSE_AMOUNT];
    }
    return sums;
}

static double ratio(int64_t numerator, int64_t denominator)
{
    return denominator == 0 ? (double)NAN : (double)numerator / (double)denominator;
}

/* Half to even, as every money figure (domain.md 1). */
static int64_t mean_money(int64_t total, int64_t n)
{
    if (n == 0)
        return TAKI_I64_NULL;
    int64_t quotient = total / n, twice = 2 * (total % n);
    if (twice > n || (twice == n && quotient % 2 != 0))
        return quotient + 1;
    if (twice < -n || (twice == -n && quotient % 2 != 0))
        return quotient - 1;
    return quotient;
}

static void fill_flows(struct taki_waterfall_period *row, const struct sums *sums, enum taki_stage stage)
{
    row->inflow = sums->flow[TAKI_FLOW_INFLOW];
    if (stage == TAKI_STAGE_WON)
        return;
    row->open_balance = sums->open;
    row->out_forward = sums->flow[TAKI_FLOW_FORWARD];
    row->out_rejected = sums->flow[TAKI_FLOW_REJECTED];
    row->out_recycled = sums->flow[TAKI_FLOW_RECYCLED];
    row->out_lost = sums->flow[TAKI_FLOW_LOST];
    row->out_won = sums->flow[TAKI_FLOW_WON];
    row->out_regress = sums->flow[TAKI_FLOW_OUT_REGRESS];
    row->in_regress = sums->flow[TAKI_FLOW_IN_REGRESS];
    row->close_balance = sums->close;
    row->exit_yield_num = row->out_forward + row->out_won;
    row->exit_yield_den =
        row->exit_yield_num + row->out_rejected + row->out_recycled + row->out_lost + row->out_regress;
    row->exit_yield = ratio(row->exit_yield_num, row->exit_yield_den);
}

static enum taki_stage next_stage(const struct fold *fold, enum taki_stage stage)
{
    do {
        stage++;
    } while (stage < TAKI_STAGE_WON && !fold->rules->enabled[stage]);
    return stage;
}

static void fill_velocity(struct taki_waterfall_period *row, const struct sums *sums, int64_t days)
{
    row->open_opps_avg_num = sums->flow[TAKI_FLOW_OPEN_DAYS];
    row->open_opps_avg_den = days;
    row->open_opps_avg = ratio(row->open_opps_avg_num, days);
    row->win_rate_count_num = row->out_won;
    row->win_rate_count_den = row->out_won + row->out_lost;
    row->win_rate_count = ratio(row->win_rate_count_num, row->win_rate_count_den);
    row->win_rate_amount_num = sums->flow[TAKI_FLOW_WON_AMOUNT];
    row->win_rate_amount_den = sums->flow[TAKI_FLOW_WON_AMOUNT] + sums->flow[TAKI_FLOW_LOST_AMOUNT];
    row->win_rate_amount = ratio(row->win_rate_amount_num, row->win_rate_amount_den);
    int64_t n = sums->flow[TAKI_FLOW_WON_WITH_AMOUNT];
    row->avg_won_amount = mean_money(sums->flow[TAKI_FLOW_WON_AMOUNT], n);
    row->cycle_days_mean = ratio(sums->flow[TAKI_FLOW_WON_DAYS], sums->flow[TAKI_FLOW_WON_DAYS_N]);
    row->cycle_days_all_mean = ratio(sums->flow[TAKI_FLOW_WON_DAYS] + sums->flow[TAKI_FLOW_LOST_DAYS],
                                     sums->flow[TAKI_FLOW_WON_DAYS_N] + sums->flow[TAKI_FLOW_LOST_DAYS_N]);
    double mean = ratio(sums->flow[TAKI_FLOW_WON_AMOUNT], n);
    double velocity = row->open_opps_avg * row->win_rate_count * mean / row->cycle_days_mean;
    if (isfinite(velocity) && fabs(velocity) < 9e18)
        row->pipeline_velocity = (int64_t)nearbyint(velocity);
}

static bool balances(const struct taki_waterfall_period *row)
{
    return row->open_balance + row->inflow + row->in_regress - row->out_forward - row->out_won - row->out_rejected -
               row->out_recycled - row->out_lost - row->out_regress ==
           row->close_balance;
}

/* Days of the period that have passed by as_of. */
static int64_t days_of(const struct fold *fold, struct taki_period period)
{
    int32_t end = period.end.days <= fold->today.days ? period.end.days : fold->today.days + 1;
    return end - period.start.days;
}

static void fill_ratios(const struct fold *fold, const struct series *series, struct taki_waterfall_period *row,
                        const struct sums *sums, struct taki_period period)
{
    enum taki_stage stage = taki_stage_find(row->stage);
    int64_t min_n = fold->rules->min_n;
    if (stage == TAKI_STAGE_SQL || stage == TAKI_STAGE_WON)
        row->inflow_amount = sums->flow[TAKI_FLOW_INFLOW_AMOUNT];
    row->is_small = 0;
    if (stage == TAKI_STAGE_WON)
        return;
    row->flow_ratio_num = sum(fold, series, next_stage(fold, stage), period).flow[TAKI_FLOW_INFLOW];
    row->flow_ratio_den = row->inflow;
    row->flow_ratio = ratio(row->flow_ratio_num, row->flow_ratio_den);
    row->is_small = row->flow_ratio_den < min_n || row->exit_yield_den < min_n;
    if (series->unit == TAKI_UNIT_PERSON_PASS && (stage == TAKI_STAGE_MQL || stage == TAKI_STAGE_PSQL))
        row->overdue_balance = sums->overdue;
    if (stage != TAKI_STAGE_SQL)
        return;
    row->close_amount = sums->flow[TAKI_FLOW_CLOSE_AMOUNT];
    if (series->unit != TAKI_UNIT_OPPORTUNITY)
        return;
    fill_velocity(row, sums, days_of(fold, period));
    row->is_small = row->is_small || row->win_rate_count_den < min_n;
}

static bool is_idle(const struct sums *sums)
{
    int64_t any = sums->open != 0 || sums->close != 0;
    for (size_t column = 0; column < TAKI_FLOW_COLUMNS; column++)
        any |= sums->flow[column] != 0;
    return any == 0;
}

static enum taki_status emit(const struct fold *fold, const struct series *series, enum taki_stage stage,
                             struct taki_period period, struct taki_error *err)
{
    struct sums sums = sum(fold, series, stage, period);
    if (is_idle(&sums) && !taki_str_is(series->segment_type, "all"))
        return TAKI_OK;
    char label[12];
    taki_period_print(period, fold->rules->fiscal_start_month, fold->rules->label_by_end, label);
    struct taki_waterfall_period row;
    taki_fields_clear(fields, TAKI_LEN(fields), &row);
    row.period_type = taki_str_of(taki_period_type_name(period.type));
    row.period = taki_str_of(label);
    row.unit = taki_unit_name(series->unit);
    row.segment_type = series->segment_type;
    row.segment_value = series->segment_value;
    row.stage = taki_stage_code(stage);
    row.period_start = period.start;
    row.period_end = period.end;
    row.is_complete = period.end.days <= fold->today.days;
    fill_flows(&row, &sums, stage);
    fill_ratios(fold, series, &row, &sums, period);
    if (stage != TAKI_STAGE_WON && !balances(&row)) {
        return taki_fail(err, TAKI_CONTRACT,
                         "waterfall_period '%s' '%.*s' '%.*s=%.*s' '%s': open %" PRId64
                         " and the flows do not give close %" PRId64,
                         label, TAKI_STR_ARG(row.unit), TAKI_STR_ARG(row.segment_type), TAKI_STR_ARG(row.segment_value),
                         taki_stage_info(stage)->code, row.open_balance, row.close_balance);
    }
    return fold->emit(fold->context, &row, err);
}

static enum taki_status emit_series(const struct fold *fold, const struct series *series, enum taki_period_type type,
                                    struct taki_error *err)
{
    int start = fold->rules->fiscal_start_month;
    struct taki_period period = taki_period_of(type, taki_month_start(fold->first), start);
    for (; period.start.days <= fold->today.days; period = taki_period_shift(period, 1, start)) {
        for (enum taki_stage stage = TAKI_STAGE_INQ; stage <= TAKI_STAGE_WON; stage++) {
            if (!fold->rules->enabled[stage] || (series->unit == TAKI_UNIT_OPPORTUNITY && stage < TAKI_STAGE_SQL))
                continue;
            TAKI_TRY(emit(fold, series, stage, period, err));
        }
    }
    return TAKI_OK;
}

enum taki_status taki_waterfall_period_fold(struct taki_arena *arena, const struct taki_book *book,
                                            const struct taki_period_rules *rules, taki_period_emit emit_row,
                                            void *context, struct taki_error *err)
{
    if (taki_book_count(book) == 0)
        return TAKI_OK;
    struct fold fold = {.arena = arena, .rules = rules, .emit = emit_row, .context = context};
    fold.today = taki_zone_date(rules->calendar->zone, rules->calendar->as_of);
    int32_t last = taki_month_of(fold.today);
    fold.first = first_month(book, last);
    fold.months = last - fold.first + 1;
    load(&fold, book);
    for (size_t i = 0; i < fold.series_count; i++) {
        for (enum taki_period_type type = TAKI_MONTH; type <= TAKI_YEAR; type++)
            TAKI_TRY(emit_series(&fold, &fold.series[i], type, err));
    }
    return TAKI_OK;
}
