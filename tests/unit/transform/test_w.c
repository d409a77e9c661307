/* Data set W (domain.md section 8) fed directly into the pure core: every figure is from that page. */
#include "analytics/waterfall_period.h"
#include "story_case.h"

#include <math.h>

#define AS_OF "2026-09-30"

/* clang-format off */
static const struct line p1[] = {
    {"2026-01-10", "response", "C2", NULL, 3, NULL, NULL},
    {"2026-02-15", "response", "C1", NULL, 5, NULL, NULL},
    {"2026-02-16", "MQL", NULL, NULL, 0, NULL, NULL},
    {"2026-03-01", "PSQL", NULL, NULL, 0, NULL, NULL},
    {"2026-03-05", "SAL", NULL, NULL, 0, NULL, NULL},
    {"2026-03-10", "SQL", "O1", NULL, 0, NULL, NULL},
    {"2026-06-20", "WON", "O1", NULL, 0, NULL, "2026-06-20"},
    {0}};
static const struct line p2[] = {
    {"2026-01-20", "response", "C2", NULL, 3, NULL, NULL},
    {"2026-01-21", "MQL", NULL, NULL, 0, NULL, NULL},
    {"2026-06-10", "PSQL", NULL, NULL, 0, NULL, NULL},
    {"2026-06-12", "SAL", NULL, NULL, 0, NULL, NULL},
    {"2026-06-15", "SQL", "O2", NULL, 0, NULL, NULL},
    {0}};
static const struct line p3[] = {
    {"2026-02-15", "response", "C1", NULL, 5, NULL, NULL},
    {"2026-02-16", "MQL", NULL, NULL, 0, NULL, NULL},
    {"2026-03-20", "REJECTED", NULL, NULL, 0, "other", NULL},
    {"2026-07-30", "inside_call", NULL, NULL, 0, NULL, NULL},
    {"2026-08-05", "PSQL", NULL, NULL, 0, NULL, NULL},
    {"2026-08-08", "SAL", NULL, NULL, 0, NULL, NULL},
    {"2026-08-10", "SQL", "O3", NULL, 0, NULL, NULL},
    {0}};
static const struct line p4[] = {
    {"2026-02-15", "response", "C1", NULL, 5, NULL, NULL},
    {"2026-02-16", "MQL", NULL, NULL, 0, NULL, NULL},
    {"2026-02-28", "PSQL", NULL, NULL, 0, NULL, NULL},
    {"2026-03-02", "SAL", NULL, NULL, 0, NULL, NULL},
    {"2026-03-05", "SQL", "O4", NULL, 0, NULL, NULL},
    {"2026-05-15", "LOST", "O4", NULL, 0, "budget", "2026-05-15"},
    {"2026-08-12", "inside_call", NULL, NULL, 0, NULL, NULL},
    {"2026-08-20", "PSQL", NULL, NULL, 0, NULL, NULL},
    {"2026-08-25", "SQL", "O5", NULL, 0, NULL, NULL},
    {0}};
static const struct line p5[] = {{"2026-04-10", "response", "C3", NULL, 3, NULL, NULL}, {0}};
static const struct line p6[] = {
    {"2026-03-15", "response", "C2", NULL, 3, NULL, NULL},
    {"2026-03-16", "MQL", NULL, NULL, 0, NULL, NULL},
    {"2026-06-20", "response", NULL, NULL, 5, NULL, NULL},
    {"2026-06-28", "touch", NULL, NULL, 1, NULL, NULL},
    {"2026-09-01", "touch", NULL, NULL, 1, NULL, NULL},
    {0}};
static const struct line p7[] = {{"2026-04-01", "response", "C2", NULL, 3, NULL, NULL}, {0}};
static const struct line p8[] = {{"2026-07-01", "SQL", "O6", "field", 0, NULL, NULL}, {0}};
/* clang-format on */

static const struct line *const persons[] = {p1, p2, p3, p4, p5, p6, p7, p8};

static void p1_is_direct_and_won(void **state)
{
    (void)state;
    struct told told = tell(AS_OF, p1);
    taki_expect_i64("passes", (int64_t)told.passes.count, 1);
    const struct taki_pass *pass = &told.passes.passes[0];
    expect_moves("P1", &told, 0,
                 "enter INQ 01-10, enter MQL 02-16, enter PSQL 03-01, enter SAL 03-05, enter SQL 03-10, end WON 06-20");
    taki_expect_i64("open campaign C2", pass->open_campaign, 2);
    taki_expect_i64("mql campaign C1", pass->mql_campaign, 1);
    taki_expect_str("path", taki_path_name(pass->path), "direct_campaign");
    taki_expect_str("current stage", taki_stage_code(pass->current), "WON");
    taki_expect_i64("reached rank", taki_stage_info(pass->reached)->rank, 60);
    taki_expect_i64("nurture days", pass->nurture_days, 13);
    double e =
        taki_engagement(&told.limits, told.story.touches, told.story.touch_count, told.limits.as_of, day_of(AS_OF));
    assert_true(fabs(e - (3 * exp2(-263.0 / 30) + 5 * exp2(-227.0 / 30))) < 1e-15);
    assert_true(fabs(e - 0.033) < 0.0005);
    told_close(&told);
}

static void p2_is_nurtured_by_inside_for_140_days(void **state)
{
    (void)state;
    struct told told = tell(AS_OF, p2);
    const struct taki_pass *pass = &told.passes.passes[0];
    taki_expect_str("path", taki_path_name(pass->path), "inside_nurture");
    taki_expect_i64("nurture days", pass->nurture_days, 140);
    taki_expect_str("current stage", taki_stage_code(pass->current), "SQL");
    told_close(&told);
}

static void p3_comes_back_after_a_reject(void **state)
{
    (void)state;
    struct told told = tell(AS_OF, p3);
    taki_expect_i64("passes", (int64_t)told.passes.count, 2);
    expect_moves("P3 pass 1", &told, 0, "enter INQ 02-15, enter MQL 02-16, end REJECTED 03-20");
    expect_moves("P3 pass 2", &told, 1, "enter PSQL 08-05, enter SAL 08-08, enter SQL 08-10");
    const struct taki_pass *pass = &told.passes.passes[1];
    taki_expect_str("origin", taki_origin_name(pass->origin), "REAPPROACH");
    taki_expect_str("entry point", taki_stage_code(pass->entry), "PSQL");
    taki_expect_str("trigger", taki_trigger_name(pass->trigger), "inside_activity");
    taki_expect_str("generator", taki_function_name(pass->generator), "marketing");
    taki_expect_str("path", taki_path_name(pass->path), "reapproach_rejected");
    taki_expect_i64("nurture days from 03-20", pass->nurture_days, 138);
    taki_expect_i64("no MQL campaign", pass->mql_campaign, TAKI_NO_INDEX);
    taki_expect_i64("one inside connect", pass->inside_connects, 1);
    expect_day("t_INQ", &told, pass->t[TAKI_STAGE_INQ], NULL);
    expect_day("t_MQL", &told, pass->t[TAKI_STAGE_MQL], NULL);
    told_close(&told);
}

static void p4_is_won_back_from_a_lost_deal(void **state)
{
    (void)state;
    struct told told = tell(AS_OF, p4);
    taki_expect_i64("passes", (int64_t)told.passes.count, 2);
    expect_moves(
        "P4 pass 1", &told, 0,
        "enter INQ 02-15, enter MQL 02-16, enter PSQL 02-28, enter SAL 03-02, enter SQL 03-05, end LOST 05-15");
    expect_moves("P4 pass 2", &told, 1, "enter PSQL 08-20, infer SAL 08-25, enter SQL 08-25");
    const struct taki_pass *first = &told.passes.passes[0], *second = &told.passes.passes[1];
    taki_expect_str("path of pass 1", taki_path_name(first->path), "direct_campaign");
    taki_expect_i64("nurture days of pass 1", first->nurture_days, 12);
    taki_expect_str("origin", taki_origin_name(second->origin), "RENURTURE");
    taki_expect_str("path of pass 2", taki_path_name(second->path), "renurture_lost");
    taki_expect_i64("nurture days of pass 2", second->nurture_days, 97);
    taki_expect_i64("SAL is inferred", second->inferred_mask, 8);
    taki_expect_i64("seen are PSQL and SQL", second->evidence_mask, 4 + 16);
    expect_day("t_SAL", &told, second->t[TAKI_STAGE_SAL], "2026-08-25");
    told_close(&told);
}

static void p6_keeps_its_stage_while_touched(void **state)
{
    (void)state;
    struct told told = tell(AS_OF, p6);
    static const char *const want[] = {"KNOWN", "MQL", "MQL", "MQL"};
    for (size_t i = 0; i < told.story.touch_count; i++)
        taki_expect_str("stage at touch",
                        taki_stage_code(taki_pass_stage_before(&told.passes.passes[0], told.story.touches[i].ts)),
                        want[i]);
    taki_expect_i64("still one pass", (int64_t)told.passes.count, 1);
    told_close(&told);
}

static void p7_is_an_inquiry_only(void **state)
{
    (void)state;
    struct told told = tell(AS_OF, p7);
    expect_moves("P7", &told, 0, "enter INQ 04-01");
    taki_expect_str("no path", taki_path_name(told.passes.passes[0].path), NULL);
    told_close(&told);
}

static void p8_is_generated_by_field(void **state)
{
    (void)state;
    struct told told = tell(AS_OF, p8);
    expect_moves("P8", &told, 0, "enter SQL 07-01");
    const struct taki_pass *pass = &told.passes.passes[0];
    taki_expect_str("generator", taki_function_name(pass->generator), "field");
    taki_expect_str("trigger", taki_trigger_name(pass->trigger), "field_activity");
    taki_expect_str("entry", taki_stage_code(pass->entry), "SQL");
    taki_expect_str("path", taki_path_name(pass->path), "field_generated");
    told_close(&told);
}

static void there_are_ten_passes(void **state)
{
    (void)state;
    size_t passes = 0;
    for (size_t i = 0; i < TAKI_LEN(persons); i++) {
        struct told told = tell(AS_OF, persons[i]);
        passes += told.passes.count;
        told_close(&told);
    }
    taki_expect_i64("passes of W", (int64_t)passes, 10);
}

/* period, stage, open, inflow, forward, won, rejected, lost, close: the table of section 8. */
static const struct {
    const char *period, *stage;
    int64_t open, inflow, forward, won, rejected, lost, close;
} table[] = {
    {"H2025-2", "INQ",  0, 5, 5, 0, 0, 0, 0},
    {"H2025-2", "MQL",  0, 5, 2, 0, 1, 0, 2},
    {"H2025-2", "PSQL", 0, 2, 2, 0, 0, 0, 0},
    {"H2025-2", "SAL",  0, 2, 2, 0, 0, 0, 0},
    {"H2025-2", "SQL",  0, 2, 0, 0, 0, 0, 2},
    {"H2026-1", "INQ",  0, 2, 0, 0, 0, 0, 2},
    {"H2026-1", "MQL",  2, 0, 1, 0, 0, 0, 1},
    {"H2026-1", "PSQL", 0, 3, 3, 0, 0, 0, 0},
    {"H2026-1", "SAL",  0, 3, 3, 0, 0, 0, 0},
    {"H2026-1", "SQL",  2, 4, 0, 1, 0, 1, 4},
};

static enum taki_status compare(void *context, const struct taki_waterfall_period *row, struct taki_error *err)
{
    (void)err;
    size_t *seen = context;
    for (size_t i = 0; i < TAKI_LEN(table); i++) {
        bool is_this = taki_str_is(row->period, table[i].period) && taki_str_is(row->stage, table[i].stage) &&
                       taki_str_is(row->unit, "person_pass") && taki_str_is(row->segment_type, "all");
        if (!is_this)
            continue;
        ++*seen;
        taki_expect_i64("open", row->open_balance, table[i].open);
        taki_expect_i64("inflow", row->inflow, table[i].inflow);
        taki_expect_i64("forward", row->out_forward, table[i].forward);
        taki_expect_i64("won", row->out_won, table[i].won);
        taki_expect_i64("rejected", row->out_rejected, table[i].rejected);
        taki_expect_i64("lost", row->out_lost, table[i].lost);
        taki_expect_i64("close", row->close_balance, table[i].close);
    }
    if (taki_str_is(row->period, "H2026-1") && taki_str_is(row->stage, "MQL") &&
        taki_str_is(row->unit, "person_pass")) {
        taki_expect_i64("PSQL without MQL: 3 over 0", row->flow_ratio_num, 3);
        assert_true(isnan(row->flow_ratio));
    }
    return TAKI_OK;
}

static void the_period_table_is_that_of_the_page(void **state)
{
    (void)state;
    struct taki_arena *arena = taki_arena_open("book", 0);
    struct taki_book *book = taki_book_new(arena, TAKI_FLOW_COLUMNS);
    struct told first = told_open(AS_OF);
    struct taki_flow_calendar calendar = {.zone = first.zone, .as_of = first.limits.as_of};
    const struct taki_segment all = {"all", TAKI_STR_INIT("all")};
    for (size_t i = 0; i < TAKI_LEN(persons); i++) {
        struct told told = tell(AS_OF, persons[i]);
        for (size_t k = 0; k < told.passes.count; k++) {
            const struct taki_pass *pass = &told.passes.passes[k];
            struct taki_flow_case one = {.unit = TAKI_UNIT_PERSON_PASS,
                                         .segments = &all,
                                         .segment_count = 1,
                                         .flows = taki_flows_of(told.arena, pass),
                                         .flow_count = pass->move_count,
                                         .amount_at_sql = TAKI_I64_NULL,
                                         .amount_at_close = TAKI_I64_NULL};
            taki_flows_add(book, &calendar, &one);
        }
        told_close(&told);
    }
    struct taki_period_rules rules = {.calendar = &calendar, .fiscal_start_month = 4, .min_n = 20};
    for (size_t i = 0; i < TAKI_STAGE_SUCCESSES; i++)
        rules.enabled[i] = true;
    size_t seen = 0;
    struct taki_error err = {0};
    taki_expect_status("fold", taki_waterfall_period_fold(arena, book, &rules, compare, &seen, &err), TAKI_OK, &err);
    taki_expect_i64("rows compared", (int64_t)seen, (int64_t)TAKI_LEN(table));
    told_close(&first);
    taki_arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(p1_is_direct_and_won),
        cmocka_unit_test(p2_is_nurtured_by_inside_for_140_days),
        cmocka_unit_test(p3_comes_back_after_a_reject),
        cmocka_unit_test(p4_is_won_back_from_a_lost_deal),
        cmocka_unit_test(p6_keeps_its_stage_while_touched),
        cmocka_unit_test(p7_is_an_inquiry_only),
        cmocka_unit_test(p8_is_generated_by_field),
        cmocka_unit_test(there_are_ten_passes),
        cmocka_unit_test(the_period_table_is_that_of_the_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
