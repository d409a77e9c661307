#include "taki_test.h"

#include "taki/money.h"

#include <stdlib.h>
#include <string.h>

static taki_currency currency(const char *code)
{
    taki_currency parsed;
    if (!taki_currency_parse(taki_str_of(code), &parsed))
        fail_msg("'%s' is no currency", code);
    return parsed;
}

static void currencies_know_their_digits(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        int digits;
    } cases[] = {
        {"JPY", 0},
        {"KRW", 0},
        {"VND", 0},
        {"CLP", 0},
        {"ISK", 0},
        {"UGX", 0},
        {"USD", 2},
        {"EUR", 2},
        {"CNY", 2},
        {"MGA", 2},
        {"MRU", 2},
        {"KWD", 3},
        {"BHD", 3},
        {"TND", 3},
        {"IQD", 3},
        {"OMR", 3},
        {"JOD", 3},
        {"LYD", 3},
        {"CLF", 4},
        {"UYW", 4},
        {"AED", 2},
        {"ZWG", 2},
        {"XCG", 2},
        {"usd", 2},
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++)
        taki_expect_i64(cases[i].code, taki_currency_digits(currency(cases[i].code)), cases[i].digits);
    assert_string_equal(currency("jpy").code, "JPY");
    static const char *const bad[] = {"", "JP", "JPYX", "XXX", "XAU", "ABC", "\xC2\xA5", "J Y", "US$"};
    taki_currency none = {"EUR"};
    for (size_t i = 0; i < TAKI_LEN(bad); i++) {
        if (taki_currency_parse(taki_str_of(bad[i]), &none))
            fail_msg("'%s' was taken", bad[i]);
    }
    assert_false(taki_currency_parse(TAKI_STR_NULL, &none));
    assert_string_equal(none.code, "EUR");
}

static void amounts_are_read_exactly_and_rounded_half_to_even(void **state)
{
    (void)state;
    static const struct {
        const char *text, *code;
        bool good;
        int64_t want;
    } cases[] = {
        {"1200000.0",                                   "JPY", true,  1200000   },
        {"1200000",                                     "JPY", true,  1200000   },
        {"-12.5",                                       "USD", true,  -1250     },
        {"+12.5",                                       "USD", true,  1250      },
        {"1,234,567",                                   "JPY", true,  1234567   },
        {"1,234,567.89",                                "USD", true,  123456789 },
        {"12,345",                                      "JPY", true,  12345     },
        {"1.2E6",                                       "JPY", true,  1200000   },
        {"1.2e+6",                                      "JPY", true,  1200000   },
        {"125E-2",                                      "USD", true,  125       },
        {"0",                                           "JPY", true,  0         },
        {"-0",                                          "JPY", true,  0         },
        {"0.000",                                       "USD", true,  0         },
        {"000123",                                      "JPY", true,  123       },
        {".5",                                          "USD", true,  50        },
        {"5.",                                          "USD", true,  500       },
        {"0.5",                                         "JPY", true,  0         },
        {"1.5",                                         "JPY", true,  2         },
        {"2.5",                                         "JPY", true,  2         },
        {"2.50000000000000000000000000000000000000001", "JPY", true,  3         },
        {"2.5000000000000000000000000000000000000000",  "JPY", true,  2         },
        {"-2.5",                                        "JPY", true,  -2        },
        {"-3.5",                                        "JPY", true,  -4        },
        {"2.4999999999",                                "JPY", true,  2         },
        {"2.51",                                        "JPY", true,  3         },
        {"12.344999",                                   "USD", true,  1234      },
        {"12.345",                                      "USD", true,  1234      },
        {"12.355",                                      "USD", true,  1236      },
        {"1.2345",                                      "KWD", true,  1234      },
        {"0.05",                                        "USD", true,  5         },
        {"0.005",                                       "USD", true,  0         },
        {"0.015",                                       "USD", true,  2         },
        {"9223372036854775807",                         "JPY", true,  INT64_MAX },
        {"-9223372036854775807",                        "JPY", true,  -INT64_MAX},
        {"9223372036854775807.5",                       "JPY", false, 0         },
        {"9223372036854775808",                         "JPY", false, 0         },
        {"-9223372036854775808",                        "JPY", false, 0         },
        {"92233720368547758.08",                        "USD", false, 0         },
        {"1e30",                                        "JPY", false, 0         },
        {"1e1000",                                      "JPY", false, 0         },
        {"123456789012345678901234567890123456789012",  "JPY", false, 0         },
        {"0e1000",                                      "JPY", true,  0         },
        {"1e-1000",                                     "JPY", true,  0         },
        {"1e1001",                                      "JPY", false, 0         },
        {"1e-1001",                                     "JPY", false, 0         },
        {"",                                            "JPY", false, 0         },
        {"-",                                           "JPY", false, 0         },
        {".",                                           "JPY", false, 0         },
        {"1.2.3",                                       "JPY", false, 0         },
        {"1,23",                                        "JPY", false, 0         },
        {"1,2345",                                      "JPY", false, 0         },
        {"1234,567",                                    "JPY", false, 0         },
        {",123",                                        "JPY", false, 0         },
        {"1,,234",                                      "JPY", false, 0         },
        {"1,234,",                                      "JPY", false, 0         },
        {"1,234,56",                                    "JPY", false, 0         },
        {"1.234,5",                                     "JPY", false, 0         },
        {"1e",                                          "JPY", false, 0         },
        {"e5",                                          "JPY", false, 0         },
        {"1e5x",                                        "JPY", false, 0         },
        {"12x",                                         "JPY", false, 0         },
        {"--1",                                         "JPY", false, 0         },
        {" 1",                                          "JPY", false, 0         },
        {"1 ",                                          "JPY", false, 0         },
        {"\xC2\xA5"
         "100",                                "JPY", false, 0         },
        {"\xEF\xBC\x91\xEF\xBC\x92",                    "JPY", false, 0         },
        {"nan",                                         "JPY", false, 0         },
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        int64_t minor = 0;
        bool good = taki_money_parse(taki_str_of(cases[i].text), currency(cases[i].code), &minor);
        taki_expect_i64(cases[i].text, good, cases[i].good);
        taki_expect_i64(cases[i].text, minor, cases[i].want);
    }
    int64_t minor;
    assert_false(taki_money_parse(TAKI_STR_NULL, currency("JPY"), &minor));
}

static void amounts_print_in_their_own_scale(void **state)
{
    (void)state;
    static const struct {
        int64_t minor;
        int digits;
        const char *want;
    } cases[] = {
        {1200000,         0, "1200000"              },
        {1250,            2, "12.50"                },
        {-1250,           2, "-12.50"               },
        {5,               2, "0.05"                 },
        {-5,              3, "-0.005"               },
        {0,               0, "0"                    },
        {0,               2, "0.00"                 },
        {100,             2, "1.00"                 },
        {INT64_MAX,       0, "9223372036854775807"  },
        {-INT64_MAX,      4, "-922337203685477.5807"},
        {TAKI_MINOR_NULL, 2, ""                     },
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        char text[32];
        assert_int_equal(taki_money_print(cases[i].minor, cases[i].digits, text), strlen(cases[i].want));
        assert_string_equal(text, cases[i].want);
    }
}

/* Products checked with Python's decimal module, ROUND_HALF_EVEN. */
static void conversion_rounds_once(void **state)
{
    (void)state;
    static const struct {
        int64_t minor;
        const char *from, *rate, *to;
        bool good;
        int64_t want;
    } cases[] = {
        {10000,           "USD", "150.25",                             "JPY", true,  15025    },
        {1,               "USD", "150",                                "JPY", true,  2        }, /* 1.5 */
        {1,               "USD", "50",                                 "JPY", true,  0        }, /* 0.5 */
        {3,               "USD", "50",                                 "JPY", true,  2        }, /* 1.5 */
        {5,               "USD", "50",                                 "JPY", true,  2        }, /* 2.5 */
        {-5,              "USD", "50",                                 "JPY", true,  -2       },
        {-10000,          "USD", "150.25",                             "JPY", true,  -15025   },
        {1000,            "KWD", "489.123",                            "JPY", true,  489      },
        {15000,           "JPY", "0.00665",                            "USD", true,  9975     },
        {100,             "JPY", "1",                                  "JPY", true,  100      },
        {100,             "JPY", "1,000.5",                            "JPY", true,  100050   },
        {0,               "USD", "150",                                "JPY", true,  0        },
        {123456789,       "JPY", "0.006666666666666666666666666667",   "USD", true,  82304526 },
        {3,               "JPY", "0.005",                              "USD", true,  2        }, /* 1.5 cents */
        {1,               "JPY", "0.00500000000000000000000000000001", "USD", true,  1        },
        {1,               "JPY", "0.00500000000000000000000000000000", "USD", true,  0        },
        {INT64_MAX,       "JPY", "1",                                  "JPY", true,  INT64_MAX},
        {INT64_MAX,       "JPY", "1.1",                                "JPY", false, 0        },
        {INT64_MAX,       "JPY", "9999999999999999999",                "JPY", false, 0        },
        {1,               "JPY", "99999999999999999999999",            "JPY", false, 0        },
        {1,               "JPY", "1e999",                              "USD", false, 0        },
        {100,             "USD", "0",                                  "JPY", false, 0        },
        {100,             "USD", "-150",                               "JPY", false, 0        },
        {100,             "USD", "",                                   "JPY", false, 0        },
        {100,             "USD", "abc",                                "JPY", false, 0        },
        {TAKI_MINOR_NULL, "USD", "150",                                "JPY", false, 0        },
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        int64_t result = 0;
        bool good = taki_money_convert(cases[i].minor, currency(cases[i].from), taki_str_of(cases[i].rate),
                                       currency(cases[i].to), &result);
        taki_expect_i64(cases[i].rate, good, cases[i].good);
        taki_expect_i64(cases[i].rate, result, cases[i].want);
    }
}

/* domain.md 5.5 */
static void splits_follow_the_largest_remainder(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        int64_t amount;
        size_t count;
        double weights[5];
        int64_t want[5];
    } cases[] = {
        {"the page's example", 10000000,        3, {1, 1, 1},                {3333334, 3333333, 3333333}               },
        {"two left over",      10000001,        3, {1, 1, 1},                {3333334, 3333334, 3333333}               },
        {"negative",           -100,            3, {1, 1, 1},                {-34, -33, -33}                           },
        {"one receiver",       7,               1, {0.3},                    {7}                                       },
        {"nothing to split",   0,               2, {1, 2},                   {0, 0}                                    },
        {"less than one each", 1,               3, {1, 1, 1},                {1, 0, 0}                                 },
        {"no weight",          10,              3, {0, 1, 0},                {0, 10, 0}                                },
        {"largest fraction",   10,              3, {0.25, 0.26, 0.49},       {2, 3, 5}                                 },
        {"U shape",            101,             3, {0.4, 0.2, 0.4},          {41, 20, 40}                              }, /* .4 .2 .4 */
        {"decimal ties",       5,               4, {0.3, 0.3, 0.3, 0.1},     {2, 2, 1, 0}                              }, /* all .5 */
        {"ties by index",      2,               4, {0.1, 0.1, 0.1, 0.1},     {1, 1, 0, 0}                              },
        {"exact tenths",       10,              4, {0.1, 0.2, 0.3, 0.4},     {1, 2, 3, 4}                              },
        {"tiny and huge",      1000,            2, {1e-300, 1e300},          {0, 1000}                                 },
        {"all tiny",           9,               3, {1e-300, 1e-300, 1e-300}, {3, 3, 3}                                 },
        {"greatest amount",    INT64_MAX,       2, {1, 1},                   {4611686018427387904, 4611686018427387903}},
        {"NULL",               TAKI_MINOR_NULL, 2, {1, 1},                   {TAKI_MINOR_NULL, TAKI_MINOR_NULL}        },
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        int64_t parts[5];
        taki_money_split(cases[i].amount, cases[i].weights, cases[i].count, parts);
        for (size_t k = 0; k < cases[i].count; k++)
            taki_expect_i64(cases[i].what, parts[k], cases[i].want[k]);
    }
}

/* A fixed sequence of numbers (64-bit LCG of Knuth), so that a failure repeats. */
static uint64_t next_number(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 11U;
}

static void parts_always_add_up_and_stay_within_one_unit(void **state)
{
    (void)state;
    uint64_t seed = 42;
    for (int round = 0; round < 3000; round++) {
        size_t count = (size_t)(next_number(&seed) % 40) + 1;
        double weights[40], sum = 0;
        int64_t parts[40], total = 0, amount = (int64_t)(next_number(&seed) >> (next_number(&seed) % 50));
        for (size_t i = 0; i < count; i++) {
            weights[i] = (double)(next_number(&seed) % 1000000) / 999983.0;
            sum += weights[i];
        }
        weights[0] += 0.5;
        sum += 0.5;
        taki_money_split(round % 2 == 0 ? amount : -amount, weights, count, parts);
        for (size_t i = 0; i < count; i++) {
            double exact = (double)amount * weights[i] / sum;
            double off = (double)llabs(parts[i]) - exact;
            if (off > 1 + exact * 1e-12 || off < -1 - exact * 1e-12)
                fail_msg("part %zu is %f off", i, off);
            total += parts[i];
        }
        taki_expect_i64("sum", total, round % 2 == 0 ? amount : -amount);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(currencies_know_their_digits),
        cmocka_unit_test(amounts_are_read_exactly_and_rounded_half_to_even),
        cmocka_unit_test(amounts_print_in_their_own_scale),
        cmocka_unit_test(conversion_rounds_once),
        cmocka_unit_test(splits_follow_the_largest_remainder),
        cmocka_unit_test(parts_always_add_up_and_stay_within_one_unit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
