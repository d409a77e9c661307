/* Which evidence wins: kinds (domain.md 3.2), sources, people and simultaneous signals (3.5). */
#include "story_case.h"

static void a_better_kind_wins_even_when_it_is_later(void **state)
{
    (void)state;
    static const struct {
        const char *what, *a, *b, *t;
        enum taki_stage stage;
    } cases[] = {
        {"history over score",              "MQL/score",             "MQL",                   "2026-11-06", TAKI_STAGE_MQL },
        {"score over a date field",         "MQL/field",             "MQL/score",             "2026-11-06", TAKI_STAGE_MQL },
        {"a field over the hand-over",      "MQL/handover",          "MQL/field",             "2026-11-06", TAKI_STAGE_MQL },
        {"status over toss-up",             "PSQL/toss_up",          "PSQL",                  "2026-11-06", TAKI_STAGE_PSQL},
        {"toss-up over BANT",               "PSQL/bant",             "PSQL/toss_up",          "2026-11-06", TAKI_STAGE_PSQL},
        {"BANT over the opportunity",       "PSQL/opportunity",      "PSQL/bant",             "2026-11-06", TAKI_STAGE_PSQL},
        {"acceptance over leaving a stage", "SAL/opportunity_stage", "SAL",                   "2026-11-06", TAKI_STAGE_SAL },
        {"leaving a stage over activity",   "SAL/first_activity",    "SAL/opportunity_stage", "2026-11-06", TAKI_STAGE_SAL },
        {"stage history over creation",     "SQL/created_amount",    "SQL",                   "2026-11-06", TAKI_STAGE_SQL },
        {"the earlier of one kind",         "MQL",                   "MQL",                   "2026-11-04", TAKI_STAGE_MQL },
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        const struct line lines[] = {
            {"2026-11-02", "response", "C1", NULL, 3, NULL, NULL},
            {"2026-11-04",        cases[i].a, NULL, NULL, 0, NULL, NULL},
            {"2026-11-06",           cases[i].b, NULL, NULL, 0, NULL, NULL},
            {0       }
        };
        struct told told = tell("2026-12-31", lines);
        expect_day(cases[i].what, &told, told.passes.passes[0].t[cases[i].stage], cases[i].t);
        told_close(&told);
    }
}

static void of_two_sources_within_a_day_the_better_is_kept(void **state)
{
    (void)state;
    static const struct {
        const char *what, *word, *first, *second, *kept;
    } cases[] = {
        {"MA for MQL",             "MQL",      "source=sfa",    "source=ma",     "ma:2"    },
        {"MA for MQL, when first", "MQL",      "source=ma",     "source=sfa",    "ma:1"    },
        {"inside for PSQL",        "PSQL",     "source=sfa",    "source=inside", "inside:2"},
        {"SFA from SAL upward",    "SAL",      "source=inside", "source=sfa",    "sfa:2"   },
        {"SFA for SQL",            "SQL",      "source=ma",     "source=sfa",    "sfa:2"   },
        {"inside for REJECTED",    "REJECTED", "source=ma",     "source=inside", "inside:2"},
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        const struct line lines[] = {
            {"2026-11-02", "response", "C1", NULL, 3, NULL, NULL},
            {"2026-11-04 10:00",        cases[i].word, NULL, cases[i].first, 0, "x", NULL},
            {"2026-11-04 15:00",           cases[i].word, NULL, cases[i].second, 0, "x", NULL},
            {0       }
        };
        struct told told = tell("2026-12-31", lines);
        const struct taki_pass *pass = &told.passes.passes[0];
        taki_expect_i64("one pass", (int64_t)told.passes.count, 1);
        const struct taki_move *move = &pass->moves[pass->move_count - 1];
        taki_expect_str(cases[i].what, move->evidence->ref, cases[i].kept);
        taki_expect_i64("the other is listed", (int64_t)move->also_count, 1);
        told_close(&told);
    }
}

static void two_days_apart_are_two_reports(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {"2026-11-02", "response", "C1", NULL, 3, NULL, NULL},
        {"2026-11-04 10:00",        "MQL", NULL, "source=sfa", 0, NULL, NULL},
        {"2026-11-06 10:00",           "MQL", NULL, "source=ma", 0, NULL, NULL},
        {0       }
    };
    struct told told = tell("2026-12-31", lines);
    const struct taki_move *move = &told.passes.passes[0].moves[1];
    taki_expect_str("the earlier", move->evidence->ref, "sfa:1");
    taki_expect_i64("nothing listed", (int64_t)move->also_count, 0);
    told_close(&told);
}

static void a_second_report_after_the_end_opens_nothing(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {"2026-11-02",       "response", "C1", NULL, 3, NULL, NULL},
        {"2026-11-04 10:00",              "MQL", NULL, "source=ma", 0, NULL, NULL},
        {"2026-11-04 11:00",                 "REJECTED", NULL, "source=sfa", 0, "x", NULL},
        {"2026-11-04 12:00",              "MQL", NULL, "source=sfa", 0, NULL, NULL},
        {0}
    };
    struct told told = tell("2026-12-31", lines);
    taki_expect_i64("still one pass", (int64_t)told.passes.count, 1);
    taki_expect_str("the sync is an echo", told.passes.passes[0].moves[1].also_seen_in[0], "sfa:3");
    told_close(&told);
}

static void an_end_beats_a_success_of_the_same_instant(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {"2026-11-02", "response", "C1", NULL, 3, NULL, NULL},
        {"2026-11-04 10:00",        "REJECTED", NULL, NULL, 0, "x", NULL},
        {"2026-11-04 10:00",           "PSQL", NULL, NULL, 0, NULL, NULL},
        {0       }
    };
    struct told told = tell("2026-12-31", lines);
    expect_moves("both are kept, success first", &told, 0,
                 "enter INQ 11-02, infer MQL 11-04, enter PSQL 11-04, end REJECTED 11-04");
    taki_expect_str("the end decides", taki_stage_code(told.passes.passes[0].current), "REJECTED");
    taki_expect_i64("and nothing opens again", (int64_t)told.passes.count, 1);
    told_close(&told);
}

static void won_beats_everything(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {"2026-11-02", "SQL", "O1", "field", 0, NULL, NULL},
        {"2026-11-04 10:00",        "LOST", "O1", NULL, 0, "x", "2026-11-04"},
        {"2026-11-04 10:00",           "WON", "O1", NULL, 0, NULL, "2026-11-04"},
        {0       }
    };
    struct told told = tell("2026-12-31", lines);
    taki_expect_str("won", taki_stage_code(told.passes.passes[0].current), "WON");
    told_close(&told);
}

static void an_open_opportunity_keeps_the_pass_open(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {"2026-11-02", "SQL", "O1", "field", 0, NULL, NULL},
        {"2026-11-10",        "REJECTED", NULL, NULL, 0, "x", NULL},
        {"2026-11-20",           "WON", "O1", NULL, 0, NULL, "2026-11-20"},
        {0       }
    };
    struct told told = tell("2026-12-31", lines);
    expect_moves("the lead status is not heard", &told, 0, "enter SQL 11-02, end WON 11-20");
    taki_expect_str("but noted", taki_str_of(told.passes.findings[0].rule), "conflict_status");
    told_close(&told);
}

static void a_day_without_time_comes_after_timed_evidence(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {"2026-11-04", "MQL", NULL, NULL, 0, NULL, NULL},
        {"2026-11-04 23:30",        "response", "C1", NULL, 3, NULL, NULL},
        {0          }
    };
    struct told told = tell("2026-12-31", lines);
    expect_moves("response first", &told, 0, "enter INQ 11-04, enter MQL 11-04");
    taki_expect_str("so it is the trigger", taki_trigger_name(told.passes.passes[0].trigger), "response");
    told_close(&told);
}

static void wins_and_losses_are_reported_on_the_close_date(void **state)
{
    (void)state;
    static const struct {
        const char *what, *close, *moves;
    } cases[] = {
        {"the close date",                 "2026-11-12", "enter SQL 11-02, end WON 11-12"},
        {"never before the previous move", "2026-10-01", "enter SQL 11-02, end WON 11-02"},
        {"never after as_of",              "2027-03-31", "enter SQL 11-02, end WON 12-31"},
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        const struct line lines[] = {
            {"2026-11-02", "SQL", "O1", "field", 0, NULL, NULL},
            {"2026-11-20",        "WON", "O1", NULL, 0, NULL, cases[i].close},
            {0          }
        };
        struct told told = tell("2026-12-31", lines);
        expect_moves(cases[i].what, &told, 0, cases[i].moves);
        expect_day("the instant stays", &told, told.passes.passes[0].moves[1].ts, "2026-11-20");
        told_close(&told);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_better_kind_wins_even_when_it_is_later),
        cmocka_unit_test(of_two_sources_within_a_day_the_better_is_kept),
        cmocka_unit_test(two_days_apart_are_two_reports),
        cmocka_unit_test(a_second_report_after_the_end_opens_nothing),
        cmocka_unit_test(an_end_beats_a_success_of_the_same_instant),
        cmocka_unit_test(won_beats_everything),
        cmocka_unit_test(an_open_opportunity_keeps_the_pass_open),
        cmocka_unit_test(a_day_without_time_comes_after_timed_evidence),
        cmocka_unit_test(wins_and_losses_are_reported_on_the_close_date),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
