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

static void expect_day(const char *what, taki_date got, const char *want)
{
    char text[11];
    taki_date_print(got, text);
    if (strcmp(text, want) != 0)
        fail_msg("%s: got %s, want %s", what, text, want);
}

/* Day numbers from Python's datetime.date.toordinal() - 719163. */
static void days_count_from_1970(void **state)
{
    (void)state;
    static const struct {
        int year, month, day;
        int32_t days;
    } cases[] = {
        {1970, 1,  1,  0      },
        {1969, 12, 31, -1     },
        {1,    1,  1,  -719162},
        {9999, 12, 31, 2932896},
        {2000, 2,  29, 11016  },
        {2000, 3,  1,  11017  },
        {1900, 2,  28, -25509 },
        {1900, 3,  1,  -25508 },
        {2026, 11, 20, 20777  },
        {2024, 2,  29, 19782  },
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        char what[32];
        (void)snprintf(what, sizeof what, "%04d-%02d-%02d", cases[i].year, cases[i].month, cases[i].day);
        taki_date date = taki_date_of(cases[i].year, cases[i].month, cases[i].day);
        taki_expect_i64(what, date.days, cases[i].days);
        expect_day(what, date, what);
    }
}

static void days_that_do_not_exist_are_null(void **state)
{
    (void)state;
    static const int cases[][3] = {
        {2026,  2,  29},
        {1900,  2,  29},
        {2100,  2,  29},
        {2026,  4,  31},
        {2026,  13, 1 },
        {2026,  0,  1 },
        {2026,  1,  0 },
        {2026,  1,  32},
        {0,     1,  1 },
        {10000, 1,  1 },
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++)
        assert_true(taki_date_is_null(taki_date_of(cases[i][0], cases[i][1], cases[i][2])));
    char text[11], instant[28];
    taki_date_print(TAKI_DATE_NULL, text);
    assert_string_equal(text, "");
    taki_instant_print(TAKI_INSTANT_NULL, instant);
    assert_string_equal(instant, "");
}

static void every_day_of_400_years_splits_into_itself(void **state)
{
    (void)state;
    int year, month, dom;
    for (int32_t days = day("1600-01-01").days; days <= day("2000-12-31").days; days++) {
        taki_date_split((taki_date){days}, &year, &month, &dom);
        taki_expect_i64("round trip", taki_date_of(year, month, dom).days, days);
    }
}

static void months_are_added_and_clamped(void **state)
{
    (void)state;
    static const struct {
        const char *from;
        int months;
        const char *want;
    } cases[] = {
        {"2025-08-31", 6,         "2026-02-28"},
        {"2027-08-31", 6,         "2028-02-29"},
        {"2026-08-31", 1,         "2026-09-30"},
        {"2024-02-29", 12,        "2025-02-28"},
        {"2024-02-29", 48,        "2028-02-29"},
        {"2026-03-31", -1,        "2026-02-28"},
        {"2026-01-31", -2,        "2025-11-30"},
        {"2026-12-15", 1,         "2027-01-15"},
        {"2026-01-15", -1,        "2025-12-15"},
        {"2026-05-05", 0,         "2026-05-05"},
        {"0001-01-01", -1,        ""          },
        {"9999-12-01", 1,         ""          },
        {"2026-01-01", INT32_MAX, ""          },
        {"2026-01-01", INT32_MIN, ""          },
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++)
        expect_day(cases[i].from, taki_date_add_months(day(cases[i].from), cases[i].months), cases[i].want);
    assert_true(taki_date_is_null(taki_date_add_months(TAKI_DATE_NULL, 1)));
}

static void months_between_are_whole(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        int32_t want;
    } cases[] = {
        {"2026-01-01", "2026-01-01", 0 },
        {"2026-01-01", "2026-01-31", 0 },
        {"2026-01-01", "2026-02-01", 1 },
        {"2026-01-15", "2026-02-14", 0 },
        {"2026-01-31", "2026-02-28", 1 },
        {"2026-01-31", "2026-02-27", 0 },
        {"2024-02-29", "2025-02-28", 12},
        {"2025-08-31", "2026-02-28", 6 },
        {"2025-11-20", "2026-11-20", 12},
        {"2025-11-21", "2026-11-20", 11},
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++)
        taki_expect_i64(cases[i].a, taki_date_months_between(day(cases[i].a), day(cases[i].b)), cases[i].want);
}

static void monday_is_zero(void **state)
{
    (void)state;
    static const struct {
        const char *date;
        int want;
    } cases[] = {
        {"1970-01-01", 3},
        {"1969-12-29", 0},
        {"2026-11-23", 0},
        {"2026-11-22", 6},
        {"0001-01-01", 0},
        {"2000-02-29", 1},
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++)
        taki_expect_i64(cases[i].date, taki_date_weekday(day(cases[i].date)), cases[i].want);
}

static void instants_print_in_utc_with_microseconds(void **state)
{
    (void)state;
    static const struct {
        int64_t us;
        const char *want;
    } cases[] = {
        {0,                           "1970-01-01T00:00:00.000000Z"},
        {-1,                          "1969-12-31T23:59:59.999999Z"},
        {INT64_C(1795155011123456),   "2026-11-20T06:10:11.123456Z"},
        {-TAKI_US_PER_DAY,            "1969-12-31T00:00:00.000000Z"},
        {INT64_C(253402300799999999), "9999-12-31T23:59:59.999999Z"},
        {INT64_C(-62135596800000000), "0001-01-01T00:00:00.000000Z"},
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        char text[28];
        taki_instant_print((taki_instant){cases[i].us}, text);
        assert_string_equal(text, cases[i].want);
    }
}

static void days_beyond_four_digit_years_print_as_the_nearest(void **state)
{
    (void)state;
    char text[28];
    expect_day("far", (taki_date){INT32_MAX}, "9999-12-31");
    expect_day("early", (taki_date){INT32_MIN + 1}, "0001-01-01");
    taki_instant_print((taki_instant){INT64_MAX}, text);
    assert_memory_equal(text, "9999-12-31T", 11);
    taki_instant_print((taki_instant){INT64_MIN + 1}, text);
    assert_memory_equal(text, "0001-01-01T", 11);
}

static void only_plain_dates_parse_as_dates(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",           "2026-11",    "2026-11-2",   "2026-11-200", "2026/11/20",
        "20261120",   "2026-02-29", "2026-11-20Z", " 2026-11-20", "2026-1-200",
        "-026-11-20", "2026-11-2x", "0000-01-01",
    };
    taki_date date = {7};
    for (size_t i = 0; i < TAKI_LEN(bad); i++) {
        if (taki_date_parse(taki_str_of(bad[i]), &date))
            fail_msg("'%s' was taken", bad[i]);
    }
    assert_false(taki_date_parse(TAKI_STR_NULL, &date));
    assert_int_equal(date.days, 7);
    assert_true(taki_date_parse(TAKI_STR("2024-02-29"), &date));
    assert_int_equal(date.days, 19782);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_count_from_1970),
        cmocka_unit_test(days_that_do_not_exist_are_null),
        cmocka_unit_test(every_day_of_400_years_splits_into_itself),
        cmocka_unit_test(months_are_added_and_clamped),
        cmocka_unit_test(months_between_are_whole),
        cmocka_unit_test(monday_is_zero),
        cmocka_unit_test(instants_print_in_utc_with_microseconds),
        cmocka_unit_test(days_beyond_four_digit_years_print_as_the_nearest),
        cmocka_unit_test(only_plain_dates_parse_as_dates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
