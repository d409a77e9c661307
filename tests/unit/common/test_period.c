#include "taki_test.h"

#include "taki/date.h"

#include <stdio.h>
#include <string.h>

static taki_date day(const char *text)
{
    taki_date date;
    if (!taki_date_parse(taki_str_of(text), &date))
        fail_msg("'%s' is no date", text);
    return date;
}

static void expect_period(const char *what, struct taki_period period, int start_month, const char *want)
{
    char label[12], start[11], end[11], got[64];
    taki_period_print(period, start_month, false, label);
    taki_date_print(period.start, start);
    taki_date_print(period.end, end);
    (void)snprintf(got, sizeof got, "%s %s %s", label, start, end);
    if (strcmp(got, want) != 0)
        fail_msg("%s: got %s, want %s", what, got, want);
}

/* domain.md 1: fiscal years begin in April and are labelled by the year they begin in. */
static void a_day_lies_in_one_period_of_each_type(void **state)
{
    (void)state;
    static const struct {
        enum taki_period_type type;
        const char *date;
        int start_month;
        const char *want;
    } cases[] = {
        {TAKI_MONTH,   "2026-04-30", 4,  "M2026-04 2026-04-01 2026-05-01"},
        {TAKI_MONTH,   "2026-12-31", 4,  "M2026-12 2026-12-01 2027-01-01"},
        {TAKI_QUARTER, "2026-04-01", 4,  "Q2026-1 2026-04-01 2026-07-01" },
        {TAKI_QUARTER, "2026-06-30", 4,  "Q2026-1 2026-04-01 2026-07-01" },
        {TAKI_QUARTER, "2026-03-31", 4,  "Q2025-4 2026-01-01 2026-04-01" },
        {TAKI_QUARTER, "2026-12-31", 4,  "Q2026-3 2026-10-01 2027-01-01" },
        {TAKI_HALF,    "2026-04-01", 4,  "H2026-1 2026-04-01 2026-10-01" },
        {TAKI_HALF,    "2026-09-30", 4,  "H2026-1 2026-04-01 2026-10-01" },
        {TAKI_HALF,    "2027-03-31", 4,  "H2026-2 2026-10-01 2027-04-01" },
        {TAKI_YEAR,    "2026-04-01", 4,  "FY2026 2026-04-01 2027-04-01"  },
        {TAKI_YEAR,    "2026-03-31", 4,  "FY2025 2025-04-01 2026-04-01"  },
        {TAKI_YEAR,    "2026-03-31", 1,  "FY2026 2026-01-01 2027-01-01"  },
        {TAKI_QUARTER, "2026-11-30", 12, "Q2025-4 2026-09-01 2026-12-01" },
        {TAKI_QUARTER, "2027-01-15", 12, "Q2026-1 2026-12-01 2027-03-01" },
        {TAKI_HALF,    "2026-01-15", 10, "H2025-1 2025-10-01 2026-04-01" },
 /* ISO weeks, from Python's date.isocalendar() */
        {TAKI_WEEK,    "2026-10-01", 4,  "W2026-40 2026-09-28 2026-10-05"},
        {TAKI_WEEK,    "2026-10-04", 4,  "W2026-40 2026-09-28 2026-10-05"},
        {TAKI_WEEK,    "2027-01-03", 4,  "W2026-53 2026-12-28 2027-01-04"},
        {TAKI_WEEK,    "2024-12-30", 4,  "W2025-01 2024-12-30 2025-01-06"},
        {TAKI_WEEK,    "2022-01-01", 4,  "W2021-52 2021-12-27 2022-01-03"},
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        struct taki_period period = taki_period_of(cases[i].type, day(cases[i].date), cases[i].start_month);
        assert_int_equal(period.type, cases[i].type);
        expect_period(cases[i].date, period, cases[i].start_month, cases[i].want);
    }
}

static void fiscal_labels_may_follow_the_end_year(void **state)
{
    (void)state;
    static const struct {
        enum taki_period_type type;
        int start_month;
        const char *want;
    } cases[] = {
        {TAKI_MONTH,   4, "M2026-04"},
        {TAKI_QUARTER, 4, "Q2027-1" },
        {TAKI_HALF,    4, "H2027-1" },
        {TAKI_YEAR,    4, "FY2027"  },
        {TAKI_YEAR,    1, "FY2026"  },
        {TAKI_WEEK,    4, "W2026-16"},
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        char label[12];
        taki_period_print(taki_period_of(cases[i].type, day("2026-04-15"), cases[i].start_month), cases[i].start_month,
                          true, label);
        assert_string_equal(label, cases[i].want);
    }
}

static void periods_shift_by_whole_periods(void **state)
{
    (void)state;
    static const struct {
        enum taki_period_type type;
        int n;
        const char *want;
    } cases[] = {
        {TAKI_MONTH,   -2, "M2026-02 2026-02-01 2026-03-01"},
        {TAKI_MONTH,   9,  "M2027-01 2027-01-01 2027-02-01"},
        {TAKI_QUARTER, -1, "Q2025-4 2026-01-01 2026-04-01" },
        {TAKI_QUARTER, 4,  "Q2027-1 2027-04-01 2027-07-01" },
        {TAKI_HALF,    -1, "H2025-2 2025-10-01 2026-04-01" },
        {TAKI_YEAR,    -1, "FY2025 2025-04-01 2026-04-01"  },
        {TAKI_YEAR,    0,  "FY2026 2026-04-01 2027-04-01"  },
        {TAKI_WEEK,    -1, "W2026-15 2026-04-06 2026-04-13"},
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        struct taki_period period = taki_period_of(cases[i].type, day("2026-04-15"), 4);
        expect_period("shift", taki_period_shift(period, cases[i].n, 4), 4, cases[i].want);
    }
}

static void neighbours_touch_and_never_overlap(void **state)
{
    (void)state;
    for (enum taki_period_type type = TAKI_MONTH; type <= TAKI_WEEK; type++) {
        for (int start_month = 1; start_month <= 12; start_month++) {
            struct taki_period period = taki_period_of(type, day("2024-02-29"), start_month);
            for (int n = 0; n < 60; n++) {
                struct taki_period next = taki_period_shift(period, 1, start_month);
                taki_expect_i64("touch", next.start.days, period.end.days);
                struct taki_period last_day = taki_period_of(type, (taki_date){next.end.days - 1}, start_month);
                taki_expect_i64("last day", last_day.start.days, next.start.days);
                period = next;
            }
        }
    }
}

static void types_have_names(void **state)
{
    (void)state;
    static const char *const want[] = {"month", "quarter", "half", "year", "week"};
    for (enum taki_period_type type = TAKI_MONTH; type <= TAKI_WEEK; type++)
        assert_string_equal(taki_period_type_name(type), want[type]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_lies_in_one_period_of_each_type),
        cmocka_unit_test(fiscal_labels_may_follow_the_end_year),
        cmocka_unit_test(periods_shift_by_whole_periods),
        cmocka_unit_test(neighbours_touch_and_never_overlap),
        cmocka_unit_test(types_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
