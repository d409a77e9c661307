/* Going back, reopening, won then lost (domain.md 3.6). Deals go through the deal builder, as they do in a run. */
#include "story_case.h"
#include "waterfall/deal.h"

#include "taki/field.h"

static void a_step_back_keeps_the_pass_open(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {"2026-01-10", "response", "C1", NULL, 3, NULL, NULL},
        {"2026-01-20",        "MQL", NULL, NULL, 0, NULL, NULL},
        {"2026-02-01",           "-INQ", NULL, NULL, 0, NULL, NULL},
        {"2026-03-01",        "MQL", NULL, NULL, 0, NULL, NULL},
        {0}
    };
    struct told told = tell("2026-06-30", lines);
    expect_moves("demoted and back", &told, 0, "enter INQ 01-10, enter MQL 01-20, regress INQ 02-01, enter MQL 03-01");
    expect_day("the first MQL stays", &told, told.passes.passes[0].t[TAKI_STAGE_MQL], "2026-01-20");
    taki_expect_i64("one pass", (int64_t)told.passes.count, 1);
    told_close(&told);
    struct told between = tell("2026-02-15", lines);
    taki_expect_str("current follows", taki_stage_code(between.passes.passes[0].current), "INQ");
    taki_expect_i64("reached stays", taki_stage_info(between.passes.passes[0].reached)->rank, 20);
    told_close(&between);
}

static void a_score_that_stays_up_does_not_undo_a_demotion(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {"2026-01-10", "response", "C1", NULL, 3, NULL, NULL},
        {"2026-01-20",        "MQL/score", NULL, NULL, 0, NULL, NULL},
        {"2026-02-01",           "-INQ", NULL, NULL, 0, NULL, NULL},
        {"2026-03-01",        "=MQL/score", NULL, NULL, 0, NULL, NULL},
        {0}
    };
    struct told told = tell("2026-06-30", lines);
    expect_moves("it stays demoted", &told, 0, "enter INQ 01-10, enter MQL 01-20, regress INQ 02-01");
    told_close(&told);
}

static void a_deal_moves_back_and_forth(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {"2026-01-10", "SAL", "O1", "field", 0, NULL, NULL},
        {"2026-01-20",        "SQL", "O1", NULL, 0, NULL, NULL},
        {"2026-02-01",           "-SAL", "O1", NULL, 0, NULL, NULL},
        {"2026-03-01",        "SQL", "O1", NULL, 0, NULL, NULL},
        {0}
    };
    struct told told = tell("2026-06-30", lines);
    expect_moves("SQL twice", &told, 0, "enter SAL 01-10, enter SQL 01-20, regress SAL 02-01, enter SQL 03-01");
    told_close(&told);
}

/* A deal's history as rows; told through taki_deal_build. */
struct change {
    const char *at;
    enum taki_stage stage;
    const char *close;
};

static struct told tell_deal(const char *as_of, const struct change *changes, struct taki_deal *deal)
{
    struct told told = told_open(as_of);
    struct taki_deal_row rows[16];
    size_t count = 0;
    for (; changes[count].at; count++)
        rows[count] =
            (struct taki_deal_row){.ts = time_of(told.zone, changes[count].at),
                                   .stage = changes[count].stage,
                                   .amount = 100,
                                   .close_date = changes[count].close ? day_of(changes[count].close) : TAKI_DATE_NULL,
                                   .actor = TAKI_FUNCTION_FIELD,
                                   .ref = TAKI_STR("sfa:h")};
    enum taki_stage last = changes[count - 1].stage;
    struct taki_deal_input input = {.deal = 0,
                                    .source = TAKI_STR("sfa"),
                                    .ref = TAKI_STR("sfa:O"),
                                    .role = TAKI_ROLE_SFA,
                                    .created = rows[0].ts,
                                    .creator = TAKI_FUNCTION_FIELD,
                                    .stage = last,
                                    .is_closed = last == TAKI_STAGE_WON || last == TAKI_STAGE_LOST,
                                    .is_won = last == TAKI_STAGE_WON,
                                    .amount = 100,
                                    .close_date = rows[count - 1].close_date,
                                    .loss_class = TAKI_STR("price"),
                                    .rows = rows,
                                    .row_count = count,
                                    .converted = TAKI_INSTANT_NULL};
    *deal = taki_deal_build(told.arena, &told.limits, &input);
    static const struct taki_story_deal deals[1] = {{TAKI_FUNCTION_FIELD}};
    told.story.evidence = deal->evidence;
    told.story.evidence_count = deal->evidence_count;
    told.story.deals = deals;
    told.story.deal_count = 1;
    told.passes = taki_passes_build(told.arena, &told.limits, &told.story);
    return told;
}

static void a_deal_reopened_in_time_stays_in_its_pass(void **state)
{
    (void)state;
    static const struct change changes[] = {
        {"2026-01-10",  TAKI_STAGE_SQL, "2026-03-31"},
        {"2026-03-01", TAKI_STAGE_LOST, "2026-03-01"},
        {"2026-03-31",  TAKI_STAGE_SQL, "2026-06-30"}, /* 30 days later */
        {"2026-05-01", TAKI_STAGE_WON, "2026-05-01"},
        {0 }
    };
    struct taki_deal deal;
    struct told told = tell_deal("2026-06-30", changes, &deal);
    taki_expect_i64("one pass", (int64_t)told.passes.count, 1);
    expect_moves("the loss stays in the log", &told, 0,
                 "enter SQL 01-10, end LOST 03-01*, reopen SQL 03-31, end WON 05-01");
    taki_expect_i64("reopened once", deal.n_reopened, 1);
    taki_expect_i64("pushed once", deal.n_pushes, 1);
    told_close(&told);
}

static void a_deal_reopened_late_begins_a_new_pass(void **state)
{
    (void)state;
    static const struct change changes[] = {
        {"2026-01-10",  TAKI_STAGE_SQL, "2026-03-31"},
        {"2026-03-01", TAKI_STAGE_LOST, "2026-03-01"},
        {"2026-04-01",  TAKI_STAGE_SQL, "2026-06-30"}, /* 31 days later */
        {0}
    };
    struct taki_deal deal;
    struct told told = tell_deal("2026-06-30", changes, &deal);
    taki_expect_i64("two passes", (int64_t)told.passes.count, 2);
    expect_moves("the first stays lost", &told, 0, "enter SQL 01-10, end LOST 03-01");
    expect_moves("the second", &told, 1, "enter SQL 04-01");
    taki_expect_str("origin", taki_origin_name(told.passes.passes[1].origin), "RENURTURE");
    assert_true(deal.is_open);
    told_close(&told);
}

static void reopened_into_a_lower_stage_is_also_a_step_back(void **state)
{
    (void)state;
    static const struct change changes[] = {
        {"2026-01-10",  TAKI_STAGE_SAL, NULL},
        {"2026-01-20",         TAKI_STAGE_SQL, NULL},
        {"2026-03-01",  TAKI_STAGE_LOST, "2026-03-01"},
        {"2026-03-10",         TAKI_STAGE_SAL, NULL},
        {"2026-04-01",  TAKI_STAGE_SQL, NULL},
        {0}
    };
    struct taki_deal deal;
    struct told told = tell_deal("2026-06-30", changes, &deal);
    expect_moves(
        "reopen, regress, enter again", &told, 0,
        "enter SAL 01-10, enter SQL 01-20, end LOST 03-01*, reopen SQL 03-10, regress SAL 03-10, enter SQL 04-01");
    told_close(&told);
}

static void won_then_cancelled_is_lost(void **state)
{
    (void)state;
    static const struct change changes[] = {
        {"2026-01-10",  TAKI_STAGE_SQL, NULL},
        {"2026-03-01",         TAKI_STAGE_WON, "2026-03-01"},
        {"2026-05-01",  TAKI_STAGE_LOST, "2026-05-01"}, /* 61 days: no matter */
        {0}
    };
    struct taki_deal deal;
    struct told told = tell_deal("2026-06-30", changes, &deal);
    expect_moves("the win is superseded", &told, 0, "enter SQL 01-10, end WON 03-01*, end LOST 05-01");
    taki_expect_i64("reached SQL only", taki_stage_info(told.passes.passes[0].reached)->rank, 50);
    taki_expect_i64("that is no reopening", deal.n_reopened, 0);
    told_close(&told);
}

static void won_and_lost_at_one_instant_is_won(void **state)
{
    (void)state;
    static const struct change changes[] = {
        {"2026-01-10",       TAKI_STAGE_SQL, NULL},
        {"2026-03-01 10:00",              TAKI_STAGE_WON, "2026-03-01"},
        {"2026-03-01 10:00", TAKI_STAGE_LOST, "2026-03-01"},
        {0     }
    };
    struct taki_deal deal;
    struct told told = tell_deal("2026-06-30", changes, &deal);
    taki_expect_str("won", taki_stage_code(told.passes.passes[0].current), "WON");
    taki_expect_i64("not reopened", deal.n_reopened, 0);
    told_close(&told);
}

static void leaving_a_pre_acceptance_stage_is_an_acceptance(void **state)
{
    (void)state;
    static const struct change changes[] = {
        {"2026-01-10", TAKI_STAGE_PRE, NULL},
        {"2026-01-20",        TAKI_STAGE_SQL, NULL},
        {0}
    };
    struct taki_deal deal;
    struct told told = tell_deal("2026-06-30", changes, &deal);
    expect_moves("PSQL, SAL, SQL", &told, 0, "enter PSQL 01-10, enter SAL 01-20, enter SQL 01-20");
    taki_expect_str("by", taki_kind_name(told.passes.passes[0].moves[1].evidence_kind), "opportunity_stage");
    told_close(&told);
}

static void creation_counts_where_no_stage_is_known(void **state)
{
    (void)state;
    static const struct change changes[] = {
        {"2026-01-10", TAKI_STAGE_NONE, NULL},
        {"2026-03-20",        TAKI_STAGE_WON, "2026-03-15"},
        {0}
    };
    struct taki_deal deal;
    struct told told = tell_deal("2026-06-30", changes, &deal);
    expect_moves("SQL at creation", &told, 0, "enter SQL 01-10, end WON 03-15");
    told_close(&told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_back_keeps_the_pass_open),
        cmocka_unit_test(a_score_that_stays_up_does_not_undo_a_demotion),
        cmocka_unit_test(a_deal_moves_back_and_forth),
        cmocka_unit_test(a_deal_reopened_in_time_stays_in_its_pass),
        cmocka_unit_test(a_deal_reopened_late_begins_a_new_pass),
        cmocka_unit_test(reopened_into_a_lower_stage_is_also_a_step_back),
        cmocka_unit_test(won_then_cancelled_is_lost),
        cmocka_unit_test(won_and_lost_at_one_instant_is_won),
        cmocka_unit_test(leaving_a_pre_acceptance_stage_is_an_acceptance),
        cmocka_unit_test(creation_counts_where_no_stage_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
