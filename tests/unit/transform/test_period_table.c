/* waterfall_period (domain.md 6.7): the worked row, amounts, overdue, velocity, skips, regress; and that a wrong
 * balance is refused. */
#include "analytics/waterfall_period.h"
#include "story_case.h"
#include "waterfall/account_unit.h"

#include <math.h>

struct bench {
    struct told told;
    struct taki_book *book;
    struct taki_flow_calendar calendar;
    struct taki_period_rules rules;
    struct taki_waterfall_period rows[512];
    size_t count;
};

static struct bench *open_bench(const char *as_of)
{
    static struct bench bench;
    bench = (struct bench){.told = told_open(as_of)};
    bench.book = taki_book_new(bench.told.arena, TAKI_FLOW_COLUMNS);
    bench.calendar = (struct taki_flow_calendar){.zone = bench.told.zone, .as_of = bench.told.limits.as_of};
    bench.calendar.sla_us[TAKI_STAGE_MQL] = 24 * 3600 * TAKI_US_PER_SECOND;
    bench.rules = (struct taki_period_rules){.calendar = &bench.calendar, .fiscal_start_month = 4, .min_n = 20};
    for (size_t i = 0; i < TAKI_STAGE_SUCCESSES; i++)
        bench.rules.enabled[i] = true;
    return &bench;
}

static int64_t amount_on(const void *deal, taki_date date)
{
    (void)deal;
    return date.days >= day_of("2026-06-15").days ? 700 : 500; /* raised in mid-June */
}

static void add(struct bench *bench, enum taki_unit unit, const struct line *lines, int64_t at_sql, int64_t at_close)
{
    static const struct taki_segment all = {"all", TAKI_STR_INIT("all")};
    struct told one = tell("2026-06-30", lines);
    for (size_t i = 0; i < one.passes.count; i++) {
        const struct taki_pass *pass = &one.passes.passes[i];
        struct taki_flow_case flows = {.unit = unit,
                                       .segments = &all,
                                       .segment_count = 1,
                                       .flows = taki_flows_of(bench->told.arena, pass),
                                       .flow_count = pass->move_count,
                                       .amount_on = amount_on,
                                       .amount_at_sql = at_sql,
                                       .amount_at_close = at_close};
        taki_flows_add(bench->book, &bench->calendar, &flows);
    }
    told_close(&one);
}

static enum taki_status keep(void *context, const struct taki_waterfall_period *row, struct taki_error *err)
{
    (void)err;
    struct bench *bench = context;
    struct taki_waterfall_period *copy = &bench->rows[bench->count++];
    *copy = *row;
    copy->period = taki_str_dup(bench->told.arena, row->period);
    return TAKI_OK;
}

static const struct taki_waterfall_period *row_of(struct bench *bench, const char *period, const char *unit,
                                                  const char *stage)
{
    if (bench->count == 0)
        assert_int_equal(taki_waterfall_period_fold(bench->told.arena, bench->book, &bench->rules, keep, bench, NULL),
                         TAKI_OK);
    for (size_t i = 0; i < bench->count; i++) {
        if (taki_str_is(bench->rows[i].period, period) && taki_str_is(bench->rows[i].unit, unit) &&
            taki_str_is(bench->rows[i].stage, stage))
            return &bench->rows[i];
    }
    fail_msg("no row %s %s %s", period, unit, stage);
    return NULL;
}

static void put(struct bench *bench, enum taki_stage stage, int32_t month, enum taki_flow_column column, int64_t value)
{
    struct taki_buf key;
    taki_buf_init(&key, 1000);
    taki_flow_key(TAKI_UNIT_PERSON_PASS, TAKI_STR("all"), TAKI_STR("all"), stage, month, &key);
    taki_book_at(bench->book, taki_buf_view(&key))[column] += value;
    taki_buf_reset(&key);
}

static void the_worked_row_of_the_page(void **state)
{
    (void)state;
    struct bench *bench = open_bench("2026-07-01"); /* a period that holds as_of is not complete */
    int32_t march = 2026 * 12 + 2, may = 2026 * 12 + 4;
    put(bench, TAKI_STAGE_MQL, march, TAKI_FLOW_INFLOW, 40);
    put(bench, TAKI_STAGE_MQL, march, TAKI_FLOW_BALANCE_CHANGE, 40);
    put(bench, TAKI_STAGE_MQL, may, TAKI_FLOW_INFLOW, 25);
    put(bench, TAKI_STAGE_MQL, may, TAKI_FLOW_FORWARD, 12);
    put(bench, TAKI_STAGE_MQL, may, TAKI_FLOW_REJECTED, 6);
    put(bench, TAKI_STAGE_MQL, may, TAKI_FLOW_RECYCLED, 3);
    put(bench, TAKI_STAGE_MQL, may, TAKI_FLOW_BALANCE_CHANGE, 4);
    put(bench, TAKI_STAGE_PSQL, may, TAKI_FLOW_INFLOW, 12);
    put(bench, TAKI_STAGE_PSQL, may, TAKI_FLOW_BALANCE_CHANGE, 12);
    const struct taki_waterfall_period *row = row_of(bench, "Q2026-1", "person_pass", "MQL");
    taki_expect_i64("open", row->open_balance, 40);
    taki_expect_i64("close", row->close_balance, 44);
    assert_true(fabs(row->flow_ratio - 0.48) < 1e-12);
    assert_true(fabs(row->exit_yield - 12.0 / 21.0) < 1e-12);
    assert_true(row->is_complete == 1);
    taki_expect_i64("the half goes on", row_of(bench, "H2026-1", "person_pass", "MQL")->is_complete, 0);
    told_close(&bench->told);
}

static void a_balance_that_does_not_add_up_is_refused(void **state)
{
    (void)state;
    struct bench *bench = open_bench("2026-06-30");
    struct taki_error err = {0};
    put(bench, TAKI_STAGE_MQL, 2026 * 12 + 4, TAKI_FLOW_INFLOW, 2);
    put(bench, TAKI_STAGE_MQL, 2026 * 12 + 4, TAKI_FLOW_BALANCE_CHANGE, 1);
    taki_expect_status("refused",
                       taki_waterfall_period_fold(bench->told.arena, bench->book, &bench->rules, keep, bench, &err),
                       TAKI_CONTRACT, &err);
    taki_expect_contains("named", err.text, "M2026-05");
    told_close(&bench->told);
}

static const struct line skipping[] = {
    {"2026-04-10", "response", "C1", NULL, 3, NULL, NULL},
    {"2026-04-20",        "MQL", NULL, NULL, 0, NULL, NULL},
    {"2026-05-10",           "SQL", "O1", NULL, 0, NULL, NULL},
    {"2026-05-20",        "-SAL", "O1", NULL, 0, NULL, NULL},
    {"2026-06-10", "SQL", "O1", NULL, 0, NULL, NULL},
    {0       }
};

static void skipped_stages_see_inflow_and_outflow(void **state)
{
    (void)state;
    struct bench *bench = open_bench("2026-06-30");
    add(bench, TAKI_UNIT_PERSON_PASS, skipping, 500, TAKI_I64_NULL);
    taki_expect_i64("PSQL in", row_of(bench, "M2026-05", "person_pass", "PSQL")->inflow, 1);
    taki_expect_i64("PSQL out", row_of(bench, "M2026-05", "person_pass", "PSQL")->out_forward, 1);
    taki_expect_i64("PSQL close", row_of(bench, "M2026-05", "person_pass", "PSQL")->close_balance, 0);
    const struct taki_waterfall_period *sql = row_of(bench, "M2026-05", "person_pass", "SQL"),
                                       *sal = row_of(bench, "M2026-05", "person_pass", "SAL");
    taki_expect_i64("SQL went back", sql->out_regress, 1);
    taki_expect_i64("into SAL", sal->in_regress, 1);
    taki_expect_i64("where it is", sal->close_balance, 1);
    taki_expect_i64("and forward again", row_of(bench, "M2026-06", "person_pass", "SAL")->out_forward, 1);
    taki_expect_i64("counted in again", row_of(bench, "M2026-06", "person_pass", "SQL")->inflow, 1);
    taki_expect_i64("year", row_of(bench, "FY2026", "person_pass", "SQL")->inflow, 2);
    told_close(&bench->told);
}

static void amounts_are_of_the_entry_and_of_the_periods_end(void **state)
{
    (void)state;
    struct bench *bench = open_bench("2026-06-30");
    static const struct line lines[] = {
        {"2026-05-10", "SQL", "O1", "field", 0, NULL, NULL},
        {0       }
    };
    add(bench, TAKI_UNIT_OPPORTUNITY, lines, 450, TAKI_I64_NULL);
    taki_expect_i64("at SQL", row_of(bench, "M2026-05", "opportunity", "SQL")->inflow_amount, 450);
    taki_expect_i64("in force at the end of May", row_of(bench, "M2026-05", "opportunity", "SQL")->close_amount, 500);
    taki_expect_i64("at the end of June", row_of(bench, "M2026-06", "opportunity", "SQL")->close_amount, 700);
    taki_expect_i64("of the quarter", row_of(bench, "Q2026-1", "opportunity", "SQL")->close_amount, 700);
    told_close(&bench->told);
}

static void velocity_is_flow_per_day(void **state)
{
    (void)state;
    struct bench *bench = open_bench("2026-06-30");
    static const struct line won[] = {
        {"2026-04-01", "SQL", "O1", "field", 0, NULL, NULL},
        {"2026-06-10",        "WON", "O1", NULL, 0, NULL, "2026-06-10"},
        {0          }
    };
    static const struct line lost[] = {
        {"2026-05-01", "SQL", "O2", "field", 0, NULL, NULL},
        {"2026-06-20",        "LOST", "O2", NULL, 0, "x", "2026-06-20"},
        {0          }
    };
    add(bench, TAKI_UNIT_OPPORTUNITY, won, 600, 600);
    add(bench, TAKI_UNIT_OPPORTUNITY, lost, 400, 400);
    const struct taki_waterfall_period *row = row_of(bench, "Q2026-1", "opportunity", "SQL");
    taki_expect_i64("70 + 50 opportunity days", row->open_opps_avg_num, 120);
    taki_expect_i64("in 91 days", row->open_opps_avg_den, 91);
    assert_true(fabs(row->win_rate_count - 0.5) < 1e-12);
    assert_true(fabs(row->win_rate_amount - 0.6) < 1e-12);
    taki_expect_i64("mean won", row->avg_won_amount, 600);
    assert_true(fabs(row->cycle_days_mean - 70) < 1e-12);
    assert_true(fabs(row->cycle_days_all_mean - 60) < 1e-12);
    taki_expect_i64("120/91 x 0.5 x 600 / 70 = 5.65", row->pipeline_velocity, 6);
    taki_expect_i64("WON row", row_of(bench, "Q2026-1", "opportunity", "WON")->inflow_amount, 600);
    taki_expect_i64("no balance there", row_of(bench, "Q2026-1", "opportunity", "WON")->open_balance, TAKI_I64_NULL);
    told_close(&bench->told);
}

static void an_mql_is_overdue_after_its_hours(void **state)
{
    (void)state;
    struct bench *bench = open_bench("2026-06-30");
    static const struct line slow[] = {
        {"2026-04-29 10:00", "MQL", NULL, NULL, 0, NULL, NULL},
        {"2026-06-10 10:00",              "PSQL", NULL, NULL, 0, NULL, NULL},
        {0                }
    };
    static const struct line quick[] = {
        {"2026-04-30 10:00", "MQL", NULL, NULL, 0, NULL, NULL},
        {"2026-05-10 10:00",              "PSQL", NULL, NULL, 0, NULL, NULL},
        {0                }
    };
    static const struct line gone[] = {
        {"2026-04-30 10:00", "MQL", NULL, NULL, 0, NULL, NULL},
        {"2026-04-30 18:00",              "PSQL", NULL, NULL, 0, NULL, NULL}, /* left in April, was due in May */
        {0                }
    };
    add(bench, TAKI_UNIT_PERSON_PASS, gone, TAKI_I64_NULL, TAKI_I64_NULL);
    add(bench, TAKI_UNIT_PERSON_PASS, slow, TAKI_I64_NULL, TAKI_I64_NULL);
    add(bench, TAKI_UNIT_PERSON_PASS, quick, TAKI_I64_NULL, TAKI_I64_NULL); /* due on May 1 */
    taki_expect_i64("end of April", row_of(bench, "M2026-04", "person_pass", "MQL")->overdue_balance, 1);
    taki_expect_i64("end of May", row_of(bench, "M2026-05", "person_pass", "MQL")->overdue_balance, 1);
    taki_expect_i64("end of June", row_of(bench, "M2026-06", "person_pass", "MQL")->overdue_balance, 0);
    taki_expect_i64("not of other stages", row_of(bench, "M2026-05", "person_pass", "INQ")->overdue_balance,
                    TAKI_I64_NULL);
    told_close(&bench->told);
}

static struct taki_cycle_pass pass(const struct told *told, uint32_t person, const char *inq, const char *sql,
                                   const char *end, enum taki_stage state)
{
    struct taki_cycle_pass one = {.person = person,
                                  .no = 1,
                                  .end = end ? state : TAKI_STAGE_NONE,
                                  .ended = TAKI_INSTANT_NULL,
                                  .ended_date = TAKI_DATE_NULL};
    for (size_t i = 0; i < TAKI_STAGE_SUCCESSES; i++)
        one.t[i] = TAKI_INSTANT_NULL;
    one.opened = time_of(told->zone, inq);
    one.t[TAKI_STAGE_INQ] = one.opened;
    one.reached = TAKI_STAGE_INQ;
    if (sql) {
        for (size_t i = TAKI_STAGE_MQL; i <= TAKI_STAGE_SQL; i++)
            one.t[i] = time_of(told->zone, sql);
        one.reached = state == TAKI_STAGE_WON ? TAKI_STAGE_WON : TAKI_STAGE_SQL;
    }
    if (end)
        one.ended = time_of(told->zone, end);
    return one;
}

static void an_account_moves_with_its_best_pass(void **state)
{
    (void)state;
    struct told told = told_open("2026-12-31");
    struct taki_cycle_pass passes[] = {
        pass(&told, 1, "2026-01-10", NULL, "2026-02-10", TAKI_STAGE_REJECTED),
        pass(&told, 2, "2026-01-20", "2026-03-10", "2026-06-20", TAKI_STAGE_WON),
        pass(&told, 3, "2026-04-10", NULL, NULL, TAKI_STAGE_NONE), /* left open at the win: stays in that cycle */
        pass(&told, 4, "2026-08-01", NULL, NULL, TAKI_STAGE_NONE), /* a new cycle */
    };
    size_t count;
    const struct taki_cycle *cycles = taki_cycles_build(told.arena, &told.limits, passes, TAKI_LEN(passes), &count);
    taki_expect_i64("cycles", (int64_t)count, 2);
    taki_expect_i64("INQ MQL PSQL SAL SQL WON", (int64_t)cycles[0].flow_count, 6);
    expect_day("first inquiry of anyone", &told, cycles[0].flows[0].ts, "2026-01-10");
    taki_expect_str("won", taki_stage_code(cycles[0].flows[5].to), "WON");
    taki_expect_i64("second cycle is an inquiry", (int64_t)cycles[1].flow_count, 1);
    told_close(&told);
}

static void a_pass_that_opens_as_the_cycle_closes_begins_the_next(void **state)
{
    (void)state;
    struct told told = told_open("2026-12-31");
    struct taki_cycle_pass passes[] = {
        pass(&told, 1, "2026-01-10", NULL, "2026-02-10", TAKI_STAGE_REJECTED),
        pass(&told, 2, "2026-02-10", NULL, NULL, TAKI_STAGE_NONE),
    };
    size_t count;
    (void)taki_cycles_build(told.arena, &told.limits, passes, TAKI_LEN(passes), &count);
    taki_expect_i64("cycles", (int64_t)count, 2);
    told_close(&told);
}

static void a_cycle_ends_with_its_last_pass(void **state)
{
    (void)state;
    struct told told = told_open("2026-12-31");
    struct taki_cycle_pass passes[] = {
        pass(&told, 1, "2026-01-10", "2026-03-01", "2026-04-10", TAKI_STAGE_LOST),
        pass(&told, 2, "2026-01-20", NULL, "2026-06-20", TAKI_STAGE_RECYCLED),
        pass(&told, 2, "2026-07-20", NULL, NULL, TAKI_STAGE_NONE),
    };
    size_t count;
    const struct taki_cycle *cycles = taki_cycles_build(told.arena, &told.limits, passes, TAKI_LEN(passes), &count);
    taki_expect_i64("cycles", (int64_t)count, 2);
    const struct taki_flow *end = &cycles[0].flows[cycles[0].flow_count - 1];
    taki_expect_str("state of the pass that got furthest", taki_stage_code(end->to), "LOST");
    expect_day("when the last one ended", &told, end->ts, "2026-06-20");
    told_close(&told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_worked_row_of_the_page),
        cmocka_unit_test(a_balance_that_does_not_add_up_is_refused),
        cmocka_unit_test(skipped_stages_see_inflow_and_outflow),
        cmocka_unit_test(amounts_are_of_the_entry_and_of_the_periods_end),
        cmocka_unit_test(velocity_is_flow_per_day),
        cmocka_unit_test(an_mql_is_overdue_after_its_hours),
        cmocka_unit_test(an_account_moves_with_its_best_pass),
        cmocka_unit_test(a_pass_that_opens_as_the_cycle_closes_begins_the_next),
        cmocka_unit_test(a_cycle_ends_with_its_last_pass),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
