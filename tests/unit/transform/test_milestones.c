/* t_s = the least e_u of this stage and those above it; inferred or not (domain.md 3.4). */
#include "story_case.h"

static int64_t mask_of(const char *stages)
{
    int64_t mask = 0;
    for (const char *at = stages; *at;) {
        size_t size = strcspn(at, " ");
        mask |= taki_stage_info(taki_stage_find((taki_str){at, size}))->mask;
        at += size + (at[size] == ' ');
    }
    return mask;
}

static void milestones_never_decrease_with_rank(void **state)
{
    (void)state;
    /* INQ on 11-02 always; MQL, PSQL, SAL, SQL as given (NULL = no evidence). */
    static const struct {
        const char *what, *evidence[4], *t[4], *inferred;
    } cases[] = {
        {"all in order",
         {"2026-11-04", "2026-11-06", "2026-11-10", "2026-11-16"},
         {"2026-11-04", "2026-11-06", "2026-11-10", "2026-11-16"},
         ""                                                                                                        },
        {"the page's example",
         {"2026-11-04", "2026-11-06", NULL, "2026-11-16"},
         {"2026-11-04", "2026-11-06", "2026-11-16", "2026-11-16"},
         "SAL"                                                                                                     },
        {"straight to SQL",
         {NULL, NULL, NULL, "2026-11-16"},
         {"2026-11-16", "2026-11-16", "2026-11-16", "2026-11-16"},
         "MQL PSQL SAL"                                                                                            },
        {"SAL written down late",
         {"2026-11-04", "2026-11-06", "2026-11-20", "2026-11-16"},
         {"2026-11-04", "2026-11-06", "2026-11-16", "2026-11-16"},
         "SAL"                                                                                                     },
        {"later the same day",
         {"2026-11-04", "2026-11-06", "2026-11-16 18:00", "2026-11-16 10:00"},
         {"2026-11-04", "2026-11-06", "2026-11-16", "2026-11-16"},
         ""                                                                                                        },
        {"MQL after everything",
         {"2026-11-28", "2026-11-06", "2026-11-10", NULL},
         {"2026-11-06", "2026-11-06", "2026-11-10", NULL},
         "MQL"                                                                                                     },
        {"nothing above the highest", {"2026-11-04", NULL, NULL, NULL},        {"2026-11-04", NULL, NULL, NULL}, ""},
    };
    static const char *const stages[] = {"MQL", "PSQL", "SAL", "SQL"};
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        struct line lines[6] = {
            {"2026-11-02", "response", "C1", NULL, 3, NULL, NULL}
        };
        size_t count = 1;
        for (size_t k = 0; k < 4; k++) {
            if (cases[i].evidence[k])
                lines[count++] = (struct line){cases[i].evidence[k], stages[k], NULL, NULL, 0, NULL, NULL};
        }
        struct told told = tell("2026-12-31", lines);
        const struct taki_pass *pass = &told.passes.passes[0];
        for (size_t k = 0; k < 4; k++)
            expect_day(cases[i].what, &told, pass->t[TAKI_STAGE_MQL + k], cases[i].t[k]);
        taki_expect_i64(cases[i].what, pass->inferred_mask, mask_of(cases[i].inferred));
        told_close(&told);
    }
}

static void late_evidence_is_logged_but_moves_nothing(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {"2026-11-02", "response", "C1", NULL, 3, NULL, NULL},
        {"2026-11-16",        "SQL", "O1", NULL, 0, NULL, NULL},
        {"2026-11-20",           "SAL", NULL, NULL, 0, NULL, NULL},
        {0       }
    };
    struct told told = tell("2026-12-31", lines);
    expect_moves(
        "raw evidence keeps its day", &told, 0,
        "enter INQ 11-02, infer MQL 11-16, infer PSQL 11-16, infer SAL 11-16, enter SQL 11-16, enter SAL 11-20*");
    taki_expect_i64("one finding", (int64_t)told.passes.finding_count, 1);
    taki_expect_str("named", taki_str_of(told.passes.findings[0].rule), "stage_out_of_order");
    taki_expect_str("and the stage follows the milestones", taki_stage_code(told.passes.passes[0].current), "SQL");
    told_close(&told);
}

static void stages_below_the_entry_point_stay_empty(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {"2026-11-02", "PSQL", NULL, "inside", 0, NULL, NULL},
        {"2026-11-10",        "response", "C1", NULL, 3, NULL, NULL},
        {"2026-11-12",           "MQL", NULL, NULL, 0, NULL, NULL},
        {"2026-11-16",        "SQL", "O1", NULL, 0, NULL, NULL},
        {0}
    };
    struct told told = tell("2026-12-31", lines);
    expect_moves("no INQ, no MQL", &told, 0, "enter PSQL 11-02, infer SAL 11-16, enter SQL 11-16");
    expect_day("t_INQ", &told, told.passes.passes[0].t[TAKI_STAGE_INQ], NULL);
    expect_day("t_MQL", &told, told.passes.passes[0].t[TAKI_STAGE_MQL], NULL);
    told_close(&told);
}

static void a_win_without_sql_infers_it(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {"2026-11-02", "PSQL", NULL, "inside", 0, NULL, NULL},
        {"2026-11-16",        "WON", NULL, NULL, 0, NULL, NULL},
        {0          }
    };
    struct told told = tell("2026-12-31", lines);
    expect_moves("through every stage", &told, 0, "enter PSQL 11-02, infer SAL 11-16, infer SQL 11-16, end WON 11-16");
    taki_expect_i64("reached rank", taki_stage_info(told.passes.passes[0].reached)->rank, 60);
    told_close(&told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(milestones_never_decrease_with_rank),
        cmocka_unit_test(late_evidence_is_logged_but_moves_nothing),
        cmocka_unit_test(stages_below_the_entry_point_stay_empty),
        cmocka_unit_test(a_win_without_sql_infers_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
