/* Rules of taki.yml over a person's fields (domain.md 5.8): what holds, and what is refused by name. */
#include "expression.h"
#include "subject.h"
#include "taki_test.h"

static const struct taki_subject subject = {
    .department = TAKI_STR_INIT("情報システム部"),
    .seniority = TAKI_STR_INIT("Manager"),
    .email_domain = TAKI_STR_INIT("example.co.jp"),
    .employees = TAKI_STR_INIT("300"),
    .is_target = TAKI_STR_INIT("true"),
    .engagement = TAKI_STR_INIT("5.5"),
};

static void rules_hold_as_written(void **state)
{
    (void)state;
    static const struct {
        const char *rule;
        bool holds;
    } cases[] = {
        {"seniority = manager",                                            true },
        {"seniority != manager",                                           false},
        {"seniority in (exec, director, manager)",                         true },
        {"seniority in (exec)",                                            false},
        {"department = \"情報システム部\"",                         true },
        {"department contains '情報'",                                   true },
        {"department starts 情報 and department ends 部",               true },
        {"email_domain = example.co.jp",                                   true },
        {"employees >= 300",                                               true },
        {"employees > 300",                                                false},
        {"engagement < 5.6 and engagement > 5.4",                          true },
        {"is_target",                                                      true },
        {"not is_target",                                                  false},
        {"is_customer",                                                    false},
        {"title = null",                                                   true },
        {"title != null",                                                  false},
        {"title contains x",                                               false},
        {"seniority = exec or employees > 100 and is_target",              true },
        {"(seniority = exec or employees > 100) and not is_target",        false},
        {"not (seniority = exec) and (employees < 10 or engagement >= 5)", true },
    };
    struct taki_arena *arena = taki_arena_open("test", 0);
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        const struct taki_expression *rule;
        struct taki_error err = {0};
        taki_expect_status(
            cases[i].rule,
            taki_expression_new(arena, taki_str_of(cases[i].rule), taki_subject_names, taki_subject_count, &rule, &err),
            TAKI_OK, &err);
        taki_expect_i64(cases[i].rule, taki_expression_holds(rule, taki_subject_value, &subject), cases[i].holds);
    }
    taki_arena_close(arena);
}

static void bad_rules_say_what_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *rule, *text, *hint;
    } cases[] = {
        {"",                      "want the name of a field",    ""         },
        {"senority = exec",       "got 'senority'",              "seniority"},
        {"seniority =",           "want a value",                ""         },
        {"seniority in exec",     "want '('",                    ""         },
        {"seniority in (exec",    "want ',' or ')'",             ""         },
        {"(is_target",            "want ')'",                    ""         },
        {"is_target is_customer", "want 'and', 'or' or the end", ""         },
        {"not",                   "want the name of a field",    ""         },
    };
    struct taki_arena *arena = taki_arena_open("test", 0);
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        const struct taki_expression *rule;
        struct taki_error err = {0};
        taki_expect_status(
            cases[i].rule,
            taki_expression_new(arena, taki_str_of(cases[i].rule), taki_subject_names, taki_subject_count, &rule, &err),
            TAKI_USAGE, &err);
        taki_expect_contains(cases[i].rule, err.text, cases[i].text);
        taki_expect_contains(cases[i].rule, err.hint, cases[i].hint);
    }
    taki_arena_close(arena);
}

static void nesting_has_a_limit(void **state)
{
    (void)state;
    char rule[400] = {0};
    for (size_t i = 0; i < 100; i++)
        rule[i] = '(';
    struct taki_arena *arena = taki_arena_open("test", 0);
    const struct taki_expression *out;
    taki_expect_status(
        "a hundred parentheses",
        taki_expression_new(arena, taki_str_of(rule), taki_subject_names, taki_subject_count, &out, NULL), TAKI_USAGE,
        NULL);
    taki_arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_hold_as_written),
        cmocka_unit_test(bad_rules_say_what_is_wrong),
        cmocka_unit_test(nesting_has_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
