/* Comparison keys of dirty contact data. Expected values are written from the rules in normalize.h and the tax agency's
 * check digit. */
#include "normalize/normalize.h"
#include "taki_test.h"

#include <string.h>

struct text_case {
    const char *what, *raw, *want;
};

typedef taki_str (*key_function)(struct taki_arena *arena, taki_str raw);

/* Every key is also a fixed point: normalising twice is normalising once. */
static void expect_keys(key_function key, const struct text_case *cases, size_t count)
{
    struct taki_arena *arena = taki_arena_open("test", 0);
    for (size_t i = 0; i < count; i++) {
        taki_str got = key(arena, taki_str_of(cases[i].raw));
        taki_expect_str(cases[i].what, got, cases[i].want);
        if (cases[i].want != NULL)
            taki_expect_str("twice is once", key(arena, got), cases[i].want);
    }
    taki_arena_close(arena);
}

static void an_email_is_folded_and_trimmed(void **state)
{
    (void)state;
    static const struct text_case cases[] = {
        {"plain",                    "sato@example.co.jp",                                     "sato@example.co.jp"},
        {"upper case",               "Sato@EXAMPLE.co.jp",                                     "sato@example.co.jp"},
        {"full width",               "ｓａｔｏ＠ｅｘａｍｐｌｅ．ｃｏ．ｊｐ", "sato@example.co.jp"},
        {"ideographic space around", "　sato@example.co.jp　",                               "sato@example.co.jp"},
        {"tab and line end",         "\tsato@example.co.jp\r\n",                               "sato@example.co.jp"},
        {"missing",                  NULL,                                                     NULL                },
        {"empty",                    "",                                                       NULL                },
        {"only spaces",              " 　 ",                                                  NULL                },
    };
    expect_keys(taki_email_key, cases, TAKI_LEN(cases));
}

static void an_email_has_one_at_and_a_dotted_domain(void **state)
{
    (void)state;
    assert_true(taki_email_is_valid(TAKI_STR("a@example.com")));
    assert_false(taki_email_is_valid(TAKI_STR("a@example")));
    assert_false(taki_email_is_valid(TAKI_STR("@example.com")));
    assert_false(taki_email_is_valid(TAKI_STR("a@b@example.com")));
    assert_false(taki_email_is_valid(TAKI_STR("a b@example.com")));
    assert_false(taki_email_is_valid(TAKI_STR("a@example.")));
    assert_false(taki_email_is_valid(TAKI_STR_NULL));
    assert_true(taki_email_is_role(TAKI_STR("info@example.co.jp")));
    assert_false(taki_email_is_role(TAKI_STR("infosato@example.co.jp")));
    assert_true(taki_domain_is_free(TAKI_STR("gmail.com")));
    assert_false(taki_domain_is_free(TAKI_STR("example.com")));
    taki_expect_str("domain", taki_email_domain(TAKI_STR("a@example.com")), "example.com");
}

static void a_phone_is_national_digits(void **state)
{
    (void)state;
    static const struct text_case cases[] = {
        {"national",                          "03-1234-5678",                         "0312345678" },
        {"international",                     "+81 3-1234-5678",                      "0312345678" },
        {"international with the national 0", "+81-(0)3-1234-5678",                   "0312345678" },
        {"full width",                        "０３－１２３４－５６７８", "0312345678" },
        {"mobile",                            "+81-90-1234-5678",                     "09012345678"},
        {"extension in Japanese",             "03-1234-5678 内線 12",               "0312345678" },
        {"extension in English",              "03-1234-5678 ext.12",                  "0312345678" },
        {"short number that begins with 81",  "81-1234",                              "811234"     },
        {"abroad",                            "+1 212 555 0100",                      "12125550100"},
        {"no digit",                          "なし",                               NULL         },
        {"missing",                           NULL,                                   NULL         },
    };
    expect_keys(taki_phone_key, cases, TAKI_LEN(cases));
}

static void a_name_ignores_width_case_and_spaces(void **state)
{
    (void)state;
    static const struct {
        const char *what, *last, *first, *full, *want;
    } cases[] = {
        {"Japanese",                                     "佐藤",       "太郎",    NULL,              "佐藤太郎"      },
        {"half-width kana",                              "ｻﾄｳ",    "ﾀﾛｳ", NULL,              "サトウタロウ"},
        {"dakuten compose",                              "ｺﾞﾄｳ", NULL,        NULL,              "ゴトウ"         },
        {"Latin",                                        "Van der Berg", "Anna",      NULL,              "vanderberganna"    },
        {"only a full name",                             NULL,           NULL,        "佐藤　太郎", "佐藤太郎"      },
        {"variants stay apart: NFKC folds none of them", "髙橋",       NULL,        NULL,              "髙橋"            },
        {"nothing",                                      NULL,           NULL,        NULL,              NULL                },
        {"spaces only",                                  " ",            "　",       NULL,              NULL                },
    };
    struct taki_arena *arena = taki_arena_open("test", 0);
    for (size_t i = 0; i < TAKI_LEN(cases); i++)
        taki_expect_str(
            cases[i].what,
            taki_name_key(arena, taki_str_of(cases[i].last), taki_str_of(cases[i].first), taki_str_of(cases[i].full)),
            cases[i].want);
    taki_arena_close(arena);
}

static void a_company_loses_its_legal_form(void **state)
{
    (void)state;
    static const struct text_case cases[] = {
        {"before",                      "株式会社サンプル",      "サンプル"            },
        {"after",                       "サンプル株式会社",      "サンプル"            },
        {"square sign",                 "㈱サンプル",               "サンプル"            },
        {"brackets, full width",        "（株）サンプル",         "サンプル"            },
        {"half-width kana",             "(株)ｻﾝﾌﾟﾙ",          "サンプル"            },
        {"limited",                     "有限会社 山田 製作所", "山田製作所"         },
        {"English",                     "Sample, Inc.",                  "sample"                  },
        {"two words",                   "SAMPLE CO., LTD.",              "sample"                  },
        {"k.k.",                        "Sample K.K.",                   "sample"                  },
        {"German",                      "Beispiel GmbH",                 "beispiel"                },
        {"only a legal form",           "株式会社",                  NULL                      },
        {"a name that is a legal word", "Company",                       "company"                 },
        {"middle dot",                  "ジョン・スミス商会",   "ジョンスミス商会"},
        {"missing",                     NULL,                            NULL                      },
    };
    expect_keys(taki_company_key, cases, TAKI_LEN(cases));
}

static void a_corporate_number_needs_its_check_digit(void **state)
{
    (void)state;
    /* 5070001000715 is a listed company's (EDINET code list); one digit off, Excel's damage and other lengths are no
     * keys */
    static const struct text_case cases[] = {
        {"valid",                    "5070001000715",                           "5070001000715"},
        {"full width",               "５０７０００１０００７１５", "5070001000715"},
        {"spaces around",            " 5070001000715 ",                         "5070001000715"},
        {"one digit off",            "5070001000716",                           NULL           },
        {"wrong check digit",        "4070001000715",                           NULL           },
        {"damaged by a spreadsheet", "5.07E+12",                                NULL           },
        {"twelve digits",            "070001000715",                            NULL           },
        {"missing",                  NULL,                                      NULL           },
    };
    expect_keys(taki_corporate_number_key, cases, TAKI_LEN(cases));
}

static void a_domain_is_the_registrable_one(void **state)
{
    (void)state;
    static const struct text_case cases[] = {
        {"host",          "www.example.co.jp",                 "example.co.jp" },
        {"URL with path", "https://www.example.com/about?x=1", "example.com"   },
        {"port",          "http://example.com:8080",           "example.com"   },
        {"upper case",    "EXAMPLE.COM",                       "example.com"   },
        {"sub domain",    "mail.tokyo.example.jp",             "example.jp"    },
        {"a bare suffix", "co.jp",                             NULL            },
        {"no dot",        "localhost",                         NULL            },
        {"Japanese name", "例え.jp",                         "xn--r8jz45g.jp"},
        {"missing",       NULL,                                NULL            },
    };
    expect_keys(taki_domain_key, cases, TAKI_LEN(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_email_is_folded_and_trimmed),  cmocka_unit_test(an_email_has_one_at_and_a_dotted_domain),
        cmocka_unit_test(a_phone_is_national_digits),      cmocka_unit_test(a_name_ignores_width_case_and_spaces),
        cmocka_unit_test(a_company_loses_its_legal_form),  cmocka_unit_test(a_corporate_number_needs_its_check_digit),
        cmocka_unit_test(a_domain_is_the_registrable_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
