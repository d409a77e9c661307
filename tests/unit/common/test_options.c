/* The option table itself, and the pages made of it. */
#include "../../../common/config_private.h"
#include "taki_test.h"

#include "taki/app.h"
#include "taki/arena.h"

#include <string.h>

static const struct taki_option_table *const tables[] = {&taki_common_options, &taki_source_options,
                                                         &taki_rule_options};

/* Fails naming the row for which @p fine is false. */
static void expect_each(const char *what, bool (*fine)(const struct taki_option *option))
{
    for (size_t t = 0; t < TAKI_LEN(tables); t++) {
        for (size_t i = 0; i < tables[t]->count; i++) {
            const struct taki_option *option = &tables[t]->rows[i];
            if (!fine(option))
                fail_msg("%s: %s", what, option->path ? option->path : option->flag);
        }
    }
}

static bool has_help(const struct taki_option *option)
{
    bool japanese = false;
    for (const char *c = option->ja; c != NULL && *c != '\0'; c++)
        japanese |= ((unsigned char)*c & 0x80U) != 0;
    return option->en != NULL && option->en[0] != '\0' && japanese;
}
static bool has_name(const struct taki_option *option)
{
    return option->path != NULL || option->flag != NULL;
}
static bool fallback_is_accepted(const struct taki_option *option)
{
    return option->fallback == NULL || taki_option_accepts(option, taki_str_of(option->fallback));
}
static bool not_needed_and_given(const struct taki_option *option)
{
    return !(option->required && option->fallback != NULL);
}
static bool secret_has_no_flag(const struct taki_option *option)
{
    return option->type != TAKI_OPTION_SECRET || option->flag == NULL;
}
static bool limits_are_readable(const struct taki_option *option)
{
    bool ranged =
        option->type == TAKI_OPTION_INTEGER || option->type == TAKI_OPTION_SIZE || option->type == TAKI_OPTION_DURATION;
    if (!ranged || option->domain == NULL)
        return true;
    const char *dots = strstr(option->domain, "..");
    int64_t low, high;
    return dots != NULL &&
           taki_option_i64(option->type, (taki_str){option->domain, (size_t)(dots - option->domain)}, &low) &&
           taki_option_i64(option->type, taki_str_of(dots + 2), &high) && low <= high;
}
static bool enum_has_members(const struct taki_option *option)
{
    return option->type != TAKI_OPTION_ENUM || option->domain != NULL;
}

static void test_rows_are_sound(void **state)
{
    (void)state;
    expect_each("help in English and Japanese", has_help);
    expect_each("a key or a flag", has_name);
    expect_each("the default is a value of its own type", fallback_is_accepted);
    expect_each("required and default exclude each other", not_needed_and_given);
    expect_each("a secret has no flag", secret_has_no_flag);
    expect_each("limits of the option's own type", limits_are_readable);
    expect_each("members of an ENUM", enum_has_members);
}

/* Two rows may share a path only for different types, and no two a flag or letter. */
static void test_rows_are_unique(void **state)
{
    (void)state;
    for (size_t a = 0; a < taki_common_options.count; a++) {
        for (size_t b = 0; b < a; b++) {
            const struct taki_option *x = &taki_common_options.rows[a], *y = &taki_common_options.rows[b];
            if (x->flag != NULL && y->flag != NULL && strcmp(x->flag, y->flag) == 0)
                fail_msg("flag --%s twice", x->flag);
            if (x->letter != 0 && x->letter == y->letter)
                fail_msg("letter -%c twice", x->letter);
        }
    }
    for (size_t a = 0; a < taki_source_options.count; a++) {
        for (size_t b = 0; b < a; b++) {
            const struct taki_option *x = &taki_source_options.rows[a], *y = &taki_source_options.rows[b];
            if (strcmp(x->path, y->path) == 0 && (x->when == NULL || y->when == NULL || strcmp(x->when, y->when) == 0))
                fail_msg("%s twice", x->path);
        }
    }
}

/* The settled numbers of the waterfall; independent of the table they are kept in. */
static void test_defaults_of_the_rules(void **state)
{
    (void)state;
    static const struct {
        const char *path, *value;
    } want[] = {
        {"rules.fx_policy",               "dated"},
        {"rules.confidence",              "0.95" },
        {"rules.min_n",                   "20"   },
        {"rules.bant_required",           "3"    },
        {"rules.score_lag_minutes",       "60"   },
        {"rules.trigger_window_days",     "30"   },
        {"rules.direct_window_days",      "30"   },
        {"rules.inherit_days",            "730"  },
        {"rules.recycle_after_days.INQ",  "365"  },
        {"rules.recycle_after_days.MQL",  "0"    },
        {"rules.reopen_gap_days",         "30"   },
        {"rules.family_gap_days",         "365"  },
        {"rules.lookback_days",           "365"  },
        {"rules.influence_lookback_days", "365"  },
        {"rules.influence_min_depth",     "2"    },
        {"rules.account_fallback",        "false"},
        {"rules.half_life_days",          "30"   },
        {"rules.dynamic_thresholds",      "8,5,3"},
        {"rules.depth.attend",            "5"    },
        {"rules.depth.email_open",        "0"    },
        {"rules.coverage_days",           "60"   },
    };
    for (size_t i = 0; i < TAKI_LEN(want); i++) {
        const char *got = NULL;
        for (size_t row = 0; row < taki_rule_options.count; row++) {
            if (strcmp(taki_rule_options.rows[row].path, want[i].path) == 0)
                got = taki_rule_options.rows[row].fallback;
        }
        taki_expect_str(want[i].path, taki_str_of(got), want[i].value);
    }
}

static void test_units(void **state)
{
    (void)state;
    static const struct {
        enum taki_option_type type;
        const char *text;
        int64_t value; /* -1 = refused */
    } cases[] = {
        {TAKI_OPTION_SIZE,     "512",                  512                   },
        {TAKI_OPTION_SIZE,     "1K",                   1024                  },
        {TAKI_OPTION_SIZE,     "64M",                  64 * 1048576          },
        {TAKI_OPTION_SIZE,     "2G",                   INT64_C(2147483648)   },
        {TAKI_OPTION_SIZE,     "1T",                   INT64_C(1099511627776)},
        {TAKI_OPTION_SIZE,     "9223372036854775807K", -1                    },
        {TAKI_OPTION_SIZE,     "M",                    -1                    },
        {TAKI_OPTION_SIZE,     "-1M",                  -1                    },
        {TAKI_OPTION_SIZE,     "",                     -1                    },
        {TAKI_OPTION_DURATION, "90",                   90                    },
        {TAKI_OPTION_DURATION, "90s",                  90                    },
        {TAKI_OPTION_DURATION, "15m",                  900                   },
        {TAKI_OPTION_DURATION, "2h",                   7200                  },
        {TAKI_OPTION_DURATION, "3d",                   259200                },
        {TAKI_OPTION_DURATION, "3w",                   -1                    },
        {TAKI_OPTION_INTEGER,  "-7",                   -7                    },
        {TAKI_OPTION_INTEGER,  "7.0",                  -1                    },
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        int64_t value = -1;
        if (!taki_option_i64(cases[i].type, taki_str_of(cases[i].text), &value))
            value = -1;
        taki_expect_i64(cases[i].text, value, cases[i].value);
    }
}

static void test_settings_by_origin(void **state)
{
    (void)state;
    struct taki_arena *arena = taki_arena_open("test", 0);
    struct taki_settings settings = {.arena = arena};
    static const struct taki_option number = {.flag = "n", .type = TAKI_OPTION_INTEGER},
                                    list = {.flag = "l", .type = TAKI_OPTION_LIST};
    taki_settings_add(&settings, &number, TAKI_STR("1"), TAKI_ORIGIN_ENVIRONMENT);
    taki_settings_add(&settings, &number, TAKI_STR("2"), TAKI_ORIGIN_DEFAULT);
    taki_expect_str("a weaker origin", taki_settings_find(&settings, &number)->text, "1");
    taki_settings_add(&settings, &number, TAKI_STR("3"), TAKI_ORIGIN_COMMAND_LINE);
    taki_settings_add(&settings, &number, TAKI_STR("4"), TAKI_ORIGIN_COMMAND_LINE);
    taki_expect_str("the last of argv", taki_settings_find(&settings, &number)->text, "4");
    taki_settings_add(&settings, &list, TAKI_STR("a"), TAKI_ORIGIN_ENVIRONMENT);
    taki_settings_add(&settings, &list, TAKI_STR("b"), TAKI_ORIGIN_COMMAND_LINE);
    taki_settings_add(&settings, &list, TAKI_STR("c,d"), TAKI_ORIGIN_COMMAND_LINE);
    taki_expect_str("lists add up", taki_settings_find(&settings, &list)->text, "b,c,d");
    assert_null(taki_settings_find(&settings, &taki_rule_options.rows[0]));
    taki_arena_close(arena);
}

static void test_markdown(void **state)
{
    (void)state;
    static const struct taki_option rows[] = {
        {.path = "a.*.b",
         .when = "x|y",
         .type = TAKI_OPTION_ENUM,
         .fallback = "p",
         .domain = "p|q",
         .en = "one|two",
         .ja = "一"},
        {.flag = "as-of",     .letter = 'a', .type = TAKI_OPTION_DATE, .en = "day", .ja = "日"},
    };
    const struct taki_option_table table = {rows, TAKI_LEN(rows)};
    struct taki_buf out;
    taki_buf_init(&out, 4096);
    taki_options_markdown(&table, 1, false, &out);
    taki_expect_str("English", taki_buf_view(&out),
                    "## Command line\n\n| option | environment | type | default | meaning |\n|---|---|---|---|---|\n"
                    "| `-a --as-of` | `TAKI_AS_OF` | date |  | day |\n\n"
                    "## Keys of the file\n\n| key | type | default | required | meaning |\n|---|---|---|---|---|\n"
                    "| `a.*.b` | one of `p\\|q` | `p` |  | one\\|two (only type: x\\|y) |\n");
    taki_buf_clear(&out);
    taki_options_markdown(&table, 1, true, &out);
    taki_buf_add_char(&out, '\0');
    taki_expect_contains("Japanese", out.data, "| `-a --as-of` | `TAKI_AS_OF` | 日付 |  | 日 |");
    taki_buf_reset(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_are_sound),        cmocka_unit_test(test_rows_are_unique),
        cmocka_unit_test(test_defaults_of_the_rules), cmocka_unit_test(test_units),
        cmocka_unit_test(test_settings_by_origin),    cmocka_unit_test(test_markdown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
