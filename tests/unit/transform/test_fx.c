/* Amounts in the reporting currency: rates by date (domain.md 1, FX). Expected values are worked by hand. */
#include "fx.h"
#include "taki_test.h"

static struct taki_arena *arena;
static struct taki_rules rules;
static const struct taki_fx *fx;

static taki_date day_of(const char *text)
{
    taki_date date = TAKI_DATE_NULL;
    assert_true(taki_date_parse(taki_str_of(text), &date));
    return date;
}

static taki_currency currency_of(const char *code)
{
    taki_currency currency;
    assert_true(taki_currency_parse(taki_str_of(code), &currency));
    return currency;
}

static struct taki_fx_rate rate_of(const char *code, const char *from, const char *rate)
{
    struct taki_fx_rate row = {.from_currency = taki_str_of(code), .rate = taki_str_of(rate)};
    row.start_date = from == NULL ? TAKI_DATE_NULL : day_of(from);
    return row;
}

static int begin(void **state)
{
    (void)state;
    arena = taki_arena_open("fx", 0);
    rules = (struct taki_rules){.currency = currency_of("JPY")};
    assert_int_equal(taki_zone_new(arena, TAKI_STR("Asia/Tokyo"), &rules.limits.zone, NULL), TAKI_OK);
    rules.limits.as_of = taki_zone_day_end(rules.limits.zone, day_of("2026-06-30"));
    const struct taki_fx_rate rows[] = {
        rate_of("USD", "2026-06-01", "160.5"), rate_of("USD", "2026-01-01", "150"),
        rate_of("USD", "2026-07-01", "200"), /* not known on as_of */
        rate_of("EUR", NULL, "170"),           rate_of("nonsense", "2026-01-01", "1"),
        rate_of("GBP", "2026-01-01", ""),      rate_of("CHF", "2026-01-01", "many"),
    };
    fx = taki_fx_new(arena, &rules, rows, TAKI_LEN(rows));
    return 0;
}

static int end(void **state)
{
    (void)state;
    taki_arena_close(arena);
    return 0;
}

static void the_rate_in_force_is_the_newest_that_has_begun(void **state)
{
    (void)state;
    static const struct {
        const char *what, *code;
        int64_t minor;
        const char *day;
        int64_t want;
    } cases[] = {
        {"12.34 USD x 150",                         "USD", 1234,          "2026-05-31", 1851         },
        {"12.34 USD x 160.5 = 1980.57",             "USD", 1234,          "2026-06-01", 1981         },
        {"0.01 USD x 150 = 1.5, half to even",      "USD", 1,             "2026-01-01", 2            },
        {"0.03 USD x 150 = 4.5, half to even",      "USD", 3,             "2026-01-01", 4            },
        {"before the first rate",                   "USD", 1234,          "2025-12-31", TAKI_I64_NULL},
        {"a future day counts at as_of's rate",     "USD", 1234,          "2026-12-31", 1981         },
        {"a rate without a beginning always holds", "EUR", 200,           "2001-01-01", 340          },
        {"the reporting currency itself",           "JPY", 1234,          "2001-01-01", 1234         },
        {"no rate",                                 "KWD", 1234,          "2026-06-01", TAKI_I64_NULL},
        {"a rate left blank",                       "GBP", 1234,          "2026-06-01", TAKI_I64_NULL},
        {"a rate that is no number",                "CHF", 1234,          "2026-06-01", TAKI_I64_NULL},
        {"no amount",                               "USD", TAKI_I64_NULL, "2026-06-01", TAKI_I64_NULL},
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++)
        taki_expect_i64(cases[i].what,
                        taki_fx_convert(fx, cases[i].minor, currency_of(cases[i].code), day_of(cases[i].day)),
                        cases[i].want);
}

static void a_fixed_policy_takes_one_rate(void **state)
{
    (void)state;
    rules.fx_fixed = true;
    taki_expect_i64("as_of's rate", taki_fx_convert(fx, 1234, currency_of("USD"), day_of("2026-01-01")), 1981);
}

static void amounts_are_read_in_their_own_scale(void **state)
{
    (void)state;
    taki_expect_i64("dollars", taki_fx_parse(TAKI_STR("1,234.5"), currency_of("USD")), 123450);
    taki_expect_i64("yen", taki_fx_parse(TAKI_STR("1200000.0"), currency_of("JPY")), 1200000);
    taki_expect_i64("blank", taki_fx_parse(TAKI_STR(" "), currency_of("JPY")), TAKI_I64_NULL);
    taki_expect_i64("text", taki_fx_parse(TAKI_STR("a lot"), currency_of("JPY")), TAKI_I64_NULL);
    taki_currency currency;
    assert_true(taki_fx_currency(fx, TAKI_STR("usd"), &currency));
    assert_string_equal(currency.code, "USD");
    assert_true(taki_fx_currency(fx, TAKI_STR_NULL, &currency));
    assert_string_equal(currency.code, "JPY");
    assert_false(taki_fx_currency(fx, TAKI_STR("XQX"), &currency));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_rate_in_force_is_the_newest_that_has_begun),
        TEST(a_fixed_policy_takes_one_rate),
        TEST(amounts_are_read_in_their_own_scale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
