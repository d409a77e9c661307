/* When a pass opens, whose it is, and when it ends: domain.md 3.3, 3.1, 5.9 "Passes". */
#include "story_case.h"

static void only_opening_events_open_a_pass(void **state)
{
    (void)state;
    static const struct {
        const char *what, *word, *by;
        int64_t passes;
    } cases[] = {
        {"a page view",                    "touch",              NULL,     0},
        {"a response",                     "response",           NULL,     1},
        {"an inbound call",                "INQ/inbound",        NULL,     1},
        {"MQL by history",                 "MQL",                NULL,     1},
        {"PSQL by a toss-up",              "PSQL/toss_up",       "inside", 1},
        {"SAL by history",                 "SAL",                "field",  1},
        {"SQL by history",                 "SQL",                "field",  1},
        {"a record of a marketing source", "INQ/record_created", NULL,     1},
        {"a rejection",                    "REJECTED",           NULL,     0},
        {"a score that stays up",          "=MQL/score",         NULL,     0},
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        const struct line lines[] = {
            {"2026-05-01", cases[i].word, NULL, cases[i].by, 1, "x", NULL},
            {0       }
        };
        struct told told = tell("2026-06-30", lines);
        taki_expect_i64(cases[i].what, (int64_t)told.passes.count, cases[i].passes);
        told_close(&told);
    }
}

static void a_created_record_is_no_inquiry_beside_a_response(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {"2026-04-01", "INQ/record_created", NULL, NULL, 0, NULL, NULL},
        {"2026-05-01",        "response", "C1", NULL, 3, NULL, NULL},
        {0          }
    };
    struct told told = tell("2026-06-30", lines);
    taki_expect_i64("one pass", (int64_t)told.passes.count, 1);
    expect_moves("opened by the response", &told, 0, "enter INQ 05-01");
    told_close(&told);
}

static void evidence_in_any_order_tells_the_same(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {"2026-05-10", "SQL", "O1", NULL, 0, NULL, NULL},
        {"2026-02-16",        "MQL", NULL, NULL, 0, NULL, NULL},
        {"2026-03-01",           "PSQL", NULL, NULL, 0, NULL, NULL},
        {"2026-02-15",        "response", "C1", NULL, 5, NULL, NULL},
        {0}
    };
    struct told told = tell("2026-06-30", lines);
    expect_moves("sorted", &told, 0,
                 "enter INQ 02-15, enter MQL 02-16, enter PSQL 03-01, infer SAL 05-10, enter SQL 05-10");
    told_close(&told);
}

static void the_end_of_a_pass_gives_the_origin_of_the_next(void **state)
{
    (void)state;
    static const struct {
        const char *end, *origin;
    } cases[] = {
        {"RECYCLED", "RECYCLED"  },
        {"REJECTED", "REAPPROACH"},
        {"LOST",     "RENURTURE" },
        {"WON",      "EXPANSION" },
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        const struct line lines[] = {
            {"2026-01-10", "response", "C1", NULL, 5, NULL, NULL},
            {"2026-02-10",        cases[i].end[0] == 'R' ? "MQL" : "SQL", NULL, NULL, 0, NULL, NULL},
            {"2026-03-10",           cases[i].end, NULL, NULL, 0, "x", NULL},
            {"2026-05-01",        "response", "C2", NULL, 3, NULL, NULL},
            {0}
        };
        struct told told = tell("2026-06-30", lines);
        taki_expect_i64("two passes", (int64_t)told.passes.count, 2);
        taki_expect_str("first", taki_origin_name(told.passes.passes[0].origin), "NEW");
        taki_expect_str(cases[i].end, taki_origin_name(told.passes.passes[1].origin), cases[i].origin);
        told_close(&told);
    }
}

static void an_inquiry_ages_out_after_365_days(void **state)
{
    (void)state;
    static const struct line quiet[] = {
        {"2025-01-10", "response", "C1", NULL, 3, NULL, NULL},
        {"2025-06-10",        "response", "C1", NULL, 3, NULL, NULL},
        {"2026-02-01",           "response", "C2", NULL, 3, NULL, NULL},
        {0       }
    };
    struct told told = tell("2026-06-30", quiet);
    expect_moves("dated opening + 365 d", &told, 0, "enter INQ 01-10, end RECYCLED 01-10");
    taki_expect_str("reason", told.passes.passes[0].end_reason_class, "aged_out");
    expect_day("its year", &told, told.passes.passes[0].ended, "2026-01-10");
    taki_expect_str("then a new pass", taki_origin_name(told.passes.passes[1].origin), "RECYCLED");
    told_close(&told);
    struct told young = tell("2026-01-09", quiet);
    expect_moves("one day before the limit", &young, 0, "enter INQ 01-10");
    told_close(&young);
    static const struct line qualified[] = {
        {"2025-01-10", "response", "C1", NULL, 3, NULL, NULL},
        {"2025-02-10",        "MQL", NULL, NULL, 0, NULL, NULL},
        {0          }
    };
    struct told mql = tell("2026-06-30", qualified);
    expect_moves("an MQL does not", &mql, 0, "enter INQ 01-10, enter MQL 02-10");
    told_close(&mql);
}

static void a_stage_may_be_given_a_limit_of_its_own(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {"2026-01-10", "response", "C1", NULL, 3, NULL, NULL},
        {"2026-02-10",        "MQL", NULL, NULL, 0, NULL, NULL},
        {0          }
    };
    struct told told = told_open("2026-06-30");
    told.limits.recycle_after_days[TAKI_STAGE_MQL] = 90;
    told_run(&told, lines);
    expect_moves("90 days after MQL", &told, 0, "enter INQ 01-10, enter MQL 02-10, end RECYCLED 05-11");
    told_close(&told);
}

static void a_second_deal_opens_a_sibling(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {"2026-01-10", "response", "C1", NULL, 5, NULL, NULL},
        {"2026-02-10",        "SQL", "O1", "field", 0, NULL, NULL},
        {"2026-03-10",           "SQL", "O2", "field", 0, NULL, NULL},
        {"2026-03-15",        "response", "C2", NULL, 3, NULL, NULL},
        {"2026-04-10", "WON", "O2", NULL, 0, NULL, "2026-04-10"},
        {"2026-05-10",        "LOST", "O1", NULL, 0, "x", "2026-05-10"},
        {"2026-06-01",           "PSQL", NULL, "inside", 0, NULL, NULL},
        {0       }
    };
    struct told told = tell("2026-06-30", lines);
    taki_expect_i64("three passes", (int64_t)told.passes.count, 3);
    const struct taki_pass *sibling = &told.passes.passes[1];
    taki_expect_str("origin", taki_origin_name(sibling->origin), "PARALLEL");
    taki_expect_str("entry", taki_stage_code(sibling->entry), "SQL");
    taki_expect_i64("no responses", sibling->responses, 0);
    expect_moves("only its own deal", &told, 1, "enter SQL 03-10, end WON 04-10");
    expect_moves(
        "the main pass goes on", &told, 0,
        "enter INQ 01-10, infer MQL 02-10, infer PSQL 02-10, infer SAL 02-10, enter SQL 02-10, end LOST 05-10");
    taki_expect_str("the sibling's win is invisible to the next origin", taki_origin_name(told.passes.passes[2].origin),
                    "RENURTURE");
    told_close(&told);
}

static void a_pass_counts_from_its_entry_point(void **state)
{
    (void)state;
    static const struct {
        const char *what, *word, *by, *entry, *trigger, *generator;
    } cases[] = {
        {"inside's own find (TGL)", "PSQL", "inside",  "PSQL", "inside_activity",  "inside"   },
        {"field's own deal (SGL)",  "SQL",  "field",   "SQL",  "field_activity",   "field"    },
        {"a partner's deal",        "SQL",  "partner", "SQL",  "partner_activity", "partner"  },
        {"customer success",        "SQL",  "cs",      "SQL",  "field_activity",   "field"    },
        {"the owner of the stage",  "PSQL", NULL,      "PSQL", "inside_activity",  "inside"   },
        {"a score",                 "MQL",  NULL,      "MQL",  "import",           "marketing"},
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        const struct line lines[] = {
            {"2026-05-01", cases[i].word, NULL, cases[i].by, 0, NULL, NULL},
            {0       }
        };
        struct told told = tell("2026-06-30", lines);
        const struct taki_pass *pass = &told.passes.passes[0];
        taki_expect_str(cases[i].what, taki_stage_code(pass->entry), cases[i].entry);
        taki_expect_str(cases[i].what, taki_trigger_name(pass->trigger), cases[i].trigger);
        taki_expect_str(cases[i].what, taki_function_name(pass->generator), cases[i].generator);
        told_close(&told);
    }
}

static void a_response_already_answered_triggers_nothing(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {"2026-01-10", "response", "C1", NULL, 5, NULL, NULL},
        {"2026-01-15",        "REJECTED", NULL, NULL, 0, "x", NULL},
        {"2026-02-05",           "PSQL", NULL, "inside", 0, NULL, NULL},
        {0       }
    };
    struct told told = tell("2026-06-30", lines);
    const struct taki_pass *pass = &told.passes.passes[1];
    taki_expect_str("trigger", taki_trigger_name(pass->trigger), "inside_activity");
    taki_expect_i64("no campaign", pass->open_campaign, TAKI_NO_INDEX);
    taki_expect_str("but marketing generated it, through the earlier pass", taki_function_name(pass->generator),
                    "marketing");
    told_close(&told);
}

static void an_earlier_response_is_inherited_for_730_days(void **state)
{
    (void)state;
    static const struct {
        const char *at, *generator;
    } cases[] = {
        {"2026-01-15", "marketing"}, /* 730 days after the end */
        {"2026-01-16", "inside"   },
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        const struct line lines[] = {
            {"2024-01-10", "response", "C1", NULL, 5, NULL, NULL},
            {"2024-01-16",        "REJECTED", NULL, NULL, 0, "x", NULL},
            {cases[i].at,           "PSQL", NULL, "inside", 0, NULL, NULL},
            {0       }
        };
        struct told told = tell("2026-06-30", lines);
        taki_expect_str(cases[i].at, taki_function_name(told.passes.passes[1].generator), cases[i].generator);
        told_close(&told);
    }
}

static void the_score_may_lag_behind_the_response(void **state)
{
    (void)state;
    static const struct {
        const char *response, *entry;
    } cases[] = {
        {"2026-05-01 10:30", "INQ"}, /* half an hour later: still its trigger */
        {"2026-05-01 11:00", "INQ"},
        {"2026-05-01 11:01", "MQL"},
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        const struct line lines[] = {
            {"2026-05-01 10:00", "MQL", NULL, NULL, 0, NULL, NULL},
            {cases[i].response,              "response", "C1", NULL, 3, NULL, NULL},
            {0                }
        };
        struct told told = tell("2026-06-30", lines);
        const struct taki_pass *pass = &told.passes.passes[0];
        taki_expect_str(cases[i].response, taki_stage_code(pass->entry), cases[i].entry);
        taki_expect_i64("campaign", pass->mql_campaign, cases[i].entry[0] == 'I' ? 1 : TAKI_NO_INDEX);
        told_close(&told);
    }
}

static void the_campaign_of_the_mql_is_the_latest_within_30_days(void **state)
{
    (void)state;
    static const struct {
        const char *mql;
        uint32_t campaign;
    } cases[] = {
        {"2026-02-16", 2}, /* one day after C2 */
        {"2026-03-17", 2}, /* 30 days after it */
        {"2026-03-18", 1}, /* 31: back to the campaign that opened the pass */
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        const struct line lines[] = {
            {"2026-01-10", "response", "C1", NULL, 3, NULL, NULL},
            {"2026-02-15",        "response", "C2", NULL, 5, NULL, NULL},
            {"2026-02-20",           "touch", "C3", NULL, 1, NULL, NULL},
            {cases[i].mql,        "MQL", NULL, NULL, 0, NULL, NULL},
            {0}
        };
        struct told told = tell("2026-06-30", lines);
        taki_expect_i64(cases[i].mql, told.passes.passes[0].mql_campaign, cases[i].campaign);
        taki_expect_i64("acquisition credit", told.passes.passes[0].open_campaign, 1);
        told_close(&told);
    }
}

static void responses_without_campaign_are_passed_over(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {"2026-02-10", "response", "C1", NULL, 3, NULL, NULL},
        {"2026-02-15",        "response", NULL, NULL, 5, NULL, NULL},
        {"2026-02-16",           "MQL", NULL, NULL, 0, NULL, NULL},
        {0       }
    };
    struct told told = tell("2026-06-30", lines);
    taki_expect_i64("C1", told.passes.passes[0].mql_campaign, 1);
    told_close(&told);
}

static void paths_follow_the_first_matching_rule(void **state)
{
    (void)state;
    static const struct {
        const char *what, *psql, *by, *path;
        bool has_response;
    } cases[] = {
        {"within the direct window", "2026-03-12", "inside",  "direct_campaign",   true },
        {"after it",                 "2026-03-13", "inside",  "inside_nurture",    true },
        {"no response, inside",      "2026-03-13", "inside",  "inside_generated",  false},
        {"no response, field",       "2026-03-13", "field",   "field_generated",   false},
        {"no response, partner",     "2026-03-13", "partner", "partner_generated", false},
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        const struct line lines[] = {
            {"2026-02-10", cases[i].has_response ? "response" : "touch", "C1", NULL, 3, NULL, NULL},
            {cases[i].psql,        "PSQL", NULL, cases[i].by, 0, NULL, NULL},
            {0          }
        };
        struct told told = tell("2026-06-30", lines);
        taki_expect_str(cases[i].what, taki_path_name(told.passes.passes[0].path), cases[i].path);
        told_close(&told);
    }
}

static void a_response_after_a_loss_makes_it_direct_again(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {"2026-01-10", "response", "C1", NULL, 3, NULL, NULL},
        {"2026-01-20",        "SQL", "O1", NULL, 0, NULL, NULL},
        {"2026-02-20",           "LOST", "O1", NULL, 0, "x", "2026-02-20"},
        {"2026-05-01",        "response", "C2", NULL, 3, NULL, NULL},
        {"2026-05-20", "PSQL", NULL, "inside", 0, NULL, NULL},
        {0       }
    };
    struct told told = tell("2026-06-30", lines);
    const struct taki_pass *pass = &told.passes.passes[1];
    taki_expect_str("origin", taki_origin_name(pass->origin), "RENURTURE");
    taki_expect_str("path", taki_path_name(pass->path), "direct_campaign");
    assert_true(pass->is_reactivated);
    told_close(&told);
}

static void a_deal_lost_before_sql_is_a_rejection(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {"2026-01-10", "response", "C1", NULL, 3, NULL, NULL},
        {"2026-01-20",        "SAL", "O1", NULL, 0, NULL, NULL},
        {"2026-02-20",           "LOST", "O1", NULL, 0, "price", "2026-02-20"},
        {0       }
    };
    struct told told = tell("2026-06-30", lines);
    expect_moves("rejected", &told, 0,
                 "enter INQ 01-10, infer MQL 01-20, infer PSQL 01-20, enter SAL 01-20, end REJECTED 02-20");
    taki_expect_str("with the loss reason", told.passes.passes[0].end_reason_class, "price");
    told_close(&told);
}

static void disabled_stages_count_for_the_next_one(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {"2026-01-10", "response", "C1", NULL, 3, NULL, NULL},
        {"2026-01-15",        "MQL", NULL, NULL, 0, NULL, NULL},
        {"2026-01-20",           "PSQL", NULL, NULL, 0, NULL, NULL},
        {"2026-02-20",        "SQL", "O1", NULL, 0, NULL, NULL},
        {0}
    };
    struct told told = told_open("2026-06-30");
    told.limits.enabled[TAKI_STAGE_PSQL] = false;
    told_run(&told, lines);
    expect_moves("five stages", &told, 0, "enter INQ 01-10, enter MQL 01-15, enter SAL 01-20, enter SQL 02-20");
    told_close(&told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_opening_events_open_a_pass),
        cmocka_unit_test(a_created_record_is_no_inquiry_beside_a_response),
        cmocka_unit_test(evidence_in_any_order_tells_the_same),
        cmocka_unit_test(the_end_of_a_pass_gives_the_origin_of_the_next),
        cmocka_unit_test(an_inquiry_ages_out_after_365_days),
        cmocka_unit_test(a_stage_may_be_given_a_limit_of_its_own),
        cmocka_unit_test(a_second_deal_opens_a_sibling),
        cmocka_unit_test(a_pass_counts_from_its_entry_point),
        cmocka_unit_test(a_response_already_answered_triggers_nothing),
        cmocka_unit_test(an_earlier_response_is_inherited_for_730_days),
        cmocka_unit_test(the_score_may_lag_behind_the_response),
        cmocka_unit_test(the_campaign_of_the_mql_is_the_latest_within_30_days),
        cmocka_unit_test(responses_without_campaign_are_passed_over),
        cmocka_unit_test(paths_follow_the_first_matching_rule),
        cmocka_unit_test(a_response_after_a_loss_makes_it_direct_again),
        cmocka_unit_test(a_deal_lost_before_sql_is_a_rejection),
        cmocka_unit_test(disabled_stages_count_for_the_next_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
