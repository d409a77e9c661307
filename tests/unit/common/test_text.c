#include "../../../common/messages.h"
#include "child.h"
#include "taki_test.h"

#include "taki/log.h"
#include "taki/text.h"

#include <stdlib.h>
#include <string.h>

static const char *const variables[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

/* The first variable that is set and not empty decides by its text alone. */
static void language_follows_the_environment(void **state)
{
    (void)state;
    static const struct {
        const char *values[3];
        bool japanese;
    } cases[] = {
        {{NULL, NULL, NULL},             false},
        {{NULL, NULL, "ja_JP.UTF-8"},    true },
        {{NULL, NULL, "ja"},             true },
        {{NULL, NULL, "C.UTF-8"},        false},
        {{NULL, "en_US.UTF-8", "ja_JP"}, false},
        {{NULL, "ja_JP", "en_US"},       true },
        {{"C", "ja_JP", "ja_JP"},        false},
        {{"ja_JP.eucJP", "C", "C"},      true },
        {{"", "", "ja_JP.UTF-8"},        true },
        {{"", "en", "ja_JP.UTF-8"},      false},
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        for (size_t k = 0; k < TAKI_LEN(variables); k++) {
            if (cases[i].values[k] != NULL)
                assert_int_equal(setenv(variables[k], cases[i].values[k], 1), 0);
            else
                assert_int_equal(unsetenv(variables[k]), 0);
        }
        taki_text_language(NULL);
        taki_expect_i64("japanese", taki_text_is_japanese(), cases[i].japanese);
    }
    taki_text_language("ja");
    assert_true(taki_text_is_japanese());
    taki_text_language("en");
    assert_false(taki_text_is_japanese());
}

static void formats_are_looked_up_whole(void **state)
{
    (void)state;
    static const struct taki_message rows[] = {
        {"'%s' is %d days old", "'%s' は%d日前のものです"},
        {"%s before %s",        "%2$s の前の %1$s"            },
    };
    taki_text_add(rows, TAKI_LEN(rows));
    struct taki_error err = {0};
    taki_text_language("ja");
    (void)taki_fail(&err, TAKI_FAILED, "'%s' is %d days old", "f", 3);
    assert_string_equal(err.text, "'f' は3日前のものです");
    (void)taki_fail(&err, TAKI_FAILED, "%s before %s", "a", "b");
    assert_string_equal(err.text, "b の前の a");
    (void)taki_fail(&err, TAKI_FAILED, "no row for %d", 7);
    assert_string_equal(err.text, "no row for 7");
    taki_text_language("en");
    (void)taki_fail(&err, TAKI_FAILED, "'%s' is %d days old", "f", 3);
    assert_string_equal(err.text, "'f' is 3 days old");
}

static void add_too_many_catalogues(void)
{
    static const struct taki_message rows[100] = {
        {"a", "b"}
    };
    for (size_t i = 0; i < TAKI_LEN(rows); i++)
        taki_text_add(&rows[i], 1);
}

static void catalogues_are_limited(void **state)
{
    (void)state;
    taki_expect_contains("bug", child_run(add_too_many_catalogues).output, "catalogues");
}

/* Conversion letters of a format in argument order, "%%" left out; '*' counts as one. */
static void conversions(const char *format, char out[32])
{
    size_t next = 0;
    memset(out, 0, 32);
    for (const char *c = format; (c = strchr(c, '%')) != NULL; c++) {
        if (c[1] == '%') {
            c++;
            continue;
        }
        char *end;
        unsigned long position = strtoul(c + 1, &end, 10);
        bool numbered = *end == '$' && position > 0;
        size_t place = numbered ? (size_t)position - 1 : next++;
        c += strcspn(c, "diuxXcsfgeEp");
        out[place < 30 ? place : 30] = *c;
    }
}

static void japanese_rows_take_the_same_arguments(void **state)
{
    (void)state;
    for (size_t i = 0; i < taki_common_message_count; i++) {
        char en[32], ja[32];
        conversions(taki_common_messages[i].en, en);
        conversions(taki_common_messages[i].ja, ja);
        if (strcmp(en, ja) != 0)
            fail_msg("'%s' takes '%s', its Japanese row '%s'", taki_common_messages[i].en, en, ja);
    }
}

static void say_something(void)
{
    taki_log_program("taki-extract");
    taki_log_secret("s3cr t\"1");
    taki_say("warning: token %s, %s, %s and %s", "s3cr t\"1", "s3cr%20t%221", "s3cr+t%221", "s3cr t\\\"1");
}

static void sentences_carry_the_program_and_no_secret(void **state)
{
    (void)state;
    struct child child = stderr_of(say_something);
    assert_string_equal(child.output, "taki-extract: warning: token ***, ***, *** and ***\n");
}

static void secrets_are_masked_wherever_they_stand(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"",                              ""            },
        {"nothing here",                  "nothing here"},
        {"abcde",                         "***"         },
        {"xabcdey",                       "x***y"       },
        {"abcdefg",                       "***"         }, /* overlapping secrets */
        {"abcde defg",                    "*** ***"     },
        {"abcdabcde",                     "abcd***"     },
        {"a/b=&c",                        "***"         },
        {"u=a%2Fb%3D%26c&v=a%2fb%3d%26c", "u=***&v=***" },
        {"Z!",                            "**"          },
        {"xZ!x",                          "x**x"        },
    };
    taki_log_secret("abcde");
    taki_log_secret("defg");
    taki_log_secret("a/b=&c");
    taki_log_secret("Z!");
    taki_log_secret("");
    taki_log_secret(NULL);
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        char text[64];
        memcpy(text, cases[i].text, strlen(cases[i].text) + 1);
        taki_log_mask(text);
        assert_string_equal(text, cases[i].want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(language_follows_the_environment),
        cmocka_unit_test(formats_are_looked_up_whole),
        cmocka_unit_test(catalogues_are_limited),
        cmocka_unit_test(japanese_rows_take_the_same_arguments),
        cmocka_unit_test(sentences_carry_the_program_and_no_secret),
        cmocka_unit_test(secrets_are_masked_wherever_they_stand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
