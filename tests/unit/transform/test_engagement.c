/* E(t) = sum of depth x 2^-(days / half-life) (domain.md 5.8), grades and the peak of a pass. */
#include "story_case.h"

#include <math.h>

static double engagement(const struct told *told, const char *at)
{
    taki_instant until = time_of(told->zone, at);
    return taki_engagement(&told->limits, told->story.touches, told->story.touch_count, until,
                           taki_zone_date(told->zone, until));
}

static void depth_halves_every_half_life(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {"2026-05-01 10:00", "response", "C1", NULL, 8, NULL, NULL},
        {"2026-05-31 10:00",              "touch", NULL, NULL, 1, NULL, NULL},
        {"2026-05-31 11:00",                 "touch", NULL, NULL, 0, NULL, NULL},
        {0             }
    };
    static const struct {
        const char *at;
        double want;
    } cases[] = {
        {"2026-05-01 09:59", 0.0                    }, /* nothing yet */
        {"2026-05-01 23:00", 8.0                    }, /* whole business days: no decay on the same day */
        {"2026-05-02 00:30", 8 * 0.97715996843424592},
        {"2026-05-31 09:00", 4.0                    }, /* 30 days */
        {"2026-05-31 12:00", 5.0                    }, /* the second touch is in */
        {"2026-06-30 12:00", 2.5                    },
    };
    struct told told = tell("2026-12-31", lines);
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        double got = engagement(&told, cases[i].at);
        if (fabs(got - cases[i].want) > 1e-12)
            fail_msg("%s: got %.15g, want %.15g", cases[i].at, got, cases[i].want);
    }
    told_close(&told);
}

static void grades_begin_at_their_thresholds(void **state)
{
    (void)state;
    static const struct {
        double engagement;
        const char *grade;
    } cases[] = {
        {8.0,   "1"},
        {7.999, "2"},
        {5.0,   "2"}, /* one seminar */
        {4.999, "3"},
        {3.0,   "3"}, /* one download */
        {2.999, "4"},
        {0.0,   "4"},
    };
    struct told told = told_open("2026-12-31");
    for (size_t i = 0; i < TAKI_LEN(cases); i++)
        taki_expect_str("grade", taki_dynamic_grade(&told.limits, cases[i].engagement), cases[i].grade);
    told_close(&told);
}

static void the_peak_of_a_pass_knows_earlier_touches(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {"2026-05-01", "touch", NULL, NULL, 4, NULL, NULL},
        {"2026-05-31",        "response", "C1", NULL, 3, NULL, NULL}, /* 4/2 + 3 = 5 */
        {"2026-06-30",           "touch", NULL, NULL, 1, NULL, NULL}, /* 5/2 + 1 = 3.5 */
        {"2026-07-30",        "REJECTED", NULL, NULL, 0, "x", NULL},
        {"2026-07-31", "touch", NULL, NULL, 9, NULL, NULL}, /* after the end */
        {0       }
    };
    struct told told = tell("2026-12-31", lines);
    assert_true(fabs(told.passes.passes[0].engagement_peak - 5.0) < 1e-12);
    told_close(&told);
}

static void the_grade_at_mql_is_that_of_its_day(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {"2026-05-01", "response", "C1", NULL, 5, NULL, NULL},
        {"2026-05-02",        "MQL", NULL, NULL, 0, NULL, NULL}, /* 5 x 0.977 */
        {"2026-05-03",           "response", "C1", NULL, 9, NULL, NULL},
        {0       }
    };
    struct told told = tell("2026-12-31", lines);
    taki_expect_str("below 5 by now", told.passes.passes[0].dynamic_grade, "3");
    taki_expect_str("static", told.passes.passes[0].static_grade, "C");
    told_close(&told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(depth_halves_every_half_life),
        cmocka_unit_test(grades_begin_at_their_thresholds),
        cmocka_unit_test(the_peak_of_a_pass_knows_earlier_touches),
        cmocka_unit_test(the_grade_at_mql_is_that_of_its_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
