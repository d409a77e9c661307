#include "taki_test.h"

#include "taki/str.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void equality_keeps_null_apart_from_empty(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        bool equal, nocase;
        int order;
    } cases[] = {
        {NULL,   NULL, true,  true,  0 },
        {NULL,   "",   false, false, -1},
        {"",     NULL, false, false, 1 },
        {"",     "",   true,  true,  0 },
        {"a",    "a",  true,  true,  0 },
        {"a",    "A",  false, true,  1 },
        {"Zz",   "zZ", false, true,  -1},
        {"[",    "{",  false, false, -1},
        {"a",    "ab", false, false, -1},
        {"b",    "ab", false, false, 1 },
        {"\x80", "z",  false, false, 1 },
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        taki_str a = taki_str_of(cases[i].a), b = taki_str_of(cases[i].b);
        assert_int_equal(taki_str_equal(a, b), cases[i].equal);
        assert_int_equal(taki_str_is(a, cases[i].b), cases[i].equal);
        assert_int_equal(taki_str_equal_nocase(a, b), cases[i].nocase);
        int order = taki_str_compare(a, b);
        assert_int_equal((order > 0) - (order < 0), cases[i].order);
    }
    assert_true(taki_str_is_blank(TAKI_STR_NULL) && taki_str_is_blank(TAKI_STR("")) &&
                !taki_str_is_blank(TAKI_STR("x")));
}

static void parts_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *text, *needle;
        bool starts, ends;
        size_t at;
    } cases[] = {
        {"",         "",     true,  true,  0       },
        {"abc",      "",     true,  true,  0       },
        {"abc",      "abc",  true,  true,  0       },
        {"abc",      "abcd", false, false, SIZE_MAX},
        {"aab",      "ab",   false, true,  1       },
        {"aaaaaaab", "aab",  false, true,  5       },
        {"abab",     "ab",   true,  true,  0       },
        {"xyz",      "q",    false, false, SIZE_MAX},
        {"",         "q",    false, false, SIZE_MAX},
        {"abx",      "ax",   false, false, SIZE_MAX},
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        taki_str s = taki_str_of(cases[i].text), needle = taki_str_of(cases[i].needle);
        assert_int_equal(taki_str_starts(s, needle), cases[i].starts);
        assert_int_equal(taki_str_ends(s, needle), cases[i].ends);
        assert_int_equal(taki_str_find(s, needle), cases[i].at);
    }
    assert_int_equal(taki_str_find(TAKI_STR_NULL, TAKI_STR("x")), SIZE_MAX);
    assert_true(taki_str_starts(TAKI_STR_NULL, TAKI_STR("")) && taki_str_ends(TAKI_STR_NULL, TAKI_STR("")));
}

static void trim_knows_the_wide_space(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"",                              ""            },
        {" \t\r\n\v\f",                   ""            },
        {"\xE3\x80\x80",                  ""            },
        {"\xE3\x80\x80 x \xE3\x80\x80\n", "x"           },
        {" a b ",                         "a b"         },
        {"\xE3\x80\x81",                  "\xE3\x80\x81"},
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++)
        taki_expect_str("trim", taki_str_trim(taki_str_of(cases[i].text)), cases[i].want);
    taki_expect_str("trim", taki_str_trim(TAKI_STR_NULL), NULL);
}

static void cut_tells_whether_there_was_a_rest(void **state)
{
    (void)state;
    static const struct {
        const char *text, *head, *rest;
    } cases[] = {
        {"a;b;c", "a",   "b;c"},
        {"a;",    "a",   ""   },
        {";a",    "",    "a"  },
        {"abc",   "abc", NULL },
        {"",      "",    NULL },
        {NULL,    NULL,  NULL },
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        taki_str rest, head = taki_str_cut(taki_str_of(cases[i].text), ';', &rest);
        taki_expect_str("head", head, cases[i].head);
        taki_expect_str("rest", rest, cases[i].rest);
    }
}

static void dup_copies_and_keeps_null(void **state)
{
    (void)state;
    TAKI_AUTO(taki_arena_auto) struct taki_arena *arena = taki_arena_open("test", 0);
    char text[] = "abc";
    taki_str copy = taki_str_dup(arena, (taki_str){text, 2});
    text[0] = 'x';
    taki_expect_str("copy", copy, "ab");
    assert_int_equal(copy.data[2], '\0');
    taki_expect_str("NULL", taki_str_dup(arena, TAKI_STR_NULL), NULL);
    taki_expect_str("empty", taki_str_dup(arena, TAKI_STR("")), "");
}

static void integers_are_whole_and_in_range(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool good;
        int64_t want;
    } cases[] = {
        {"0",                    true,  0        },
        {"-0",                   true,  0        },
        {"+7",                   true,  7        },
        {"007",                  true,  7        },
        {"9223372036854775807",  true,  INT64_MAX},
        {"-9223372036854775808", true,  INT64_MIN},
        {"9223372036854775808",  false, 0        },
        {"-9223372036854775809", false, 0        },
        {"99999999999999999999", false, 0        },
        {"",                     false, 0        },
        {NULL,                   false, 0        },
        {"-",                    false, 0        },
        {"+",                    false, 0        },
        {"1 ",                   false, 0        },
        {" 1",                   false, 0        },
        {"1.0",                  false, 0        },
        {"--1",                  false, 0        },
        {"0x10",                 false, 0        },
        {"\xEF\xBC\x91",         false, 0        },
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        int64_t value = 0;
        bool good = taki_str_i64(taki_str_of(cases[i].text), &value);
        taki_expect_i64(cases[i].text ? cases[i].text : "NULL", good, cases[i].good);
        taki_expect_i64(cases[i].text ? cases[i].text : "NULL", value, cases[i].want);
    }
}

static void decimals_are_read_to_the_nearest_double(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool good;
        double want;
    } cases[] = {
        {"0",                      true,  0.0                    },
        {"1.5",                    true,  1.5                    },
        {"-12.25",                 true,  -12.25                 },
        {".5",                     true,  0.5                    },
        {"5.",                     true,  5.0                    },
        {"+1e3",                   true,  1000.0                 },
        {"1.25E-2",                true,  0.0125                 },
        {"0.1",                    true,  0.1                    },
        {"123456789012345678901",  true,  123456789012345678901.0},
        {"1.7976931348623157e308", true,  DBL_MAX                },
        {"1e309",                  false, 0                      },
        {"1e-400",                 true,  0                      },
        {"1e1000000",              false, 0                      },
        {"",                       false, 0                      },
        {".",                      false, 0                      },
        {"-",                      false, 0                      },
        {"e5",                     false, 0                      },
        {"1e",                     false, 0                      },
        {"1e5x",                   false, 0                      },
        {"1.2.3",                  false, 0                      },
        {"1,5",                    false, 0                      },
        {"nan",                    false, 0                      },
        {"inf",                    false, 0                      },
        {"0x1p3",                  false, 0                      },
        {" 1",                     false, 0                      },
        {"1 ",                     false, 0                      },
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        double value = 0;
        bool good = taki_str_f64(taki_str_of(cases[i].text), &value);
        if (good != cases[i].good || value > cases[i].want || value < cases[i].want)
            fail_msg("'%s': got %d %.17g, want %d %.17g", cases[i].text, good, value, cases[i].good, cases[i].want);
    }
    char longer[600];
    memset(longer, '1', sizeof longer);
    double value;
    assert_false(taki_str_f64((taki_str){longer, sizeof longer}, &value));
    assert_true(taki_str_f64((taki_str){longer, 300}, &value));
}

static void truth_words(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool good, want;
    } cases[] = {
        {"true",  true,  true },
        {"FALSE", true,  false},
        {"1",     true,  true },
        {"0",     true,  false},
        {"Yes",   true,  true },
        {"no",    true,  false},
        {"T",     true,  true },
        {"f",     true,  false},
        {"y",     true,  true },
        {"N",     true,  false},
        {"",      false, false},
        {NULL,    false, false},
        {"on",    false, false},
        {"2",     false, false},
        {"true ", false, false},
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        bool value = false;
        assert_int_equal(taki_str_bool(taki_str_of(cases[i].text), &value), cases[i].good);
        assert_int_equal(value, cases[i].want);
    }
}

static void a_buffer_grows_and_forgets(void **state)
{
    (void)state;
    size_t before = taki_memory_held();
    struct taki_buf buf;
    taki_buf_init(&buf, 1000000);
    taki_expect_str("unused", taki_buf_view(&buf), "");
    taki_buf_add_text(&buf, "a");
    taki_buf_add_char(&buf, '-');
    taki_buf_add_str(&buf, TAKI_STR("bc"));
    taki_buf_add_str(&buf, TAKI_STR_NULL);
    taki_buf_add_i64(&buf, INT64_MIN);
    taki_buf_add_i64(&buf, 0);
    taki_buf_format(&buf, "%s=%d", "x", 5);
    taki_expect_str("filled", taki_buf_view(&buf), "a-bc-92233720368547758080x=5");
    char *room = taki_buf_reserve(&buf, 2);
    memcpy(room, "!?", 2);
    taki_buf_grow(&buf, 2);
    taki_expect_str("reserved", taki_buf_view(&buf), "a-bc-92233720368547758080x=5!?");
    taki_buf_clear(&buf);
    taki_expect_str("cleared", taki_buf_view(&buf), "");
    for (int i = 0; i < 100000; i++)
        taki_buf_add_char(&buf, (char)('a' + i % 26));
    assert_int_equal(taki_buf_view(&buf).size, 100000);
    assert_int_equal(taki_buf_view(&buf).data[99999], 'a' + 99999 % 26);
    assert_true(taki_memory_held() >= before + 100000);
    taki_buf_reset(&buf);
    assert_int_equal(taki_memory_held(), before);
}

static void a_buffer_refuses_softly_beyond_its_ceiling(void **state)
{
    (void)state;
    TAKI_AUTO(taki_buf_reset) struct taki_buf buf;
    struct taki_error err = {0};
    taki_buf_init(&buf, 10);
    taki_buf_add_text(&buf, "0123456789");
    assert_int_equal(taki_buf_check(&buf, "body", &err), TAKI_OK);
    taki_buf_add_char(&buf, 'x');
    taki_expect_str("unchanged", taki_buf_view(&buf), "0123456789");
    taki_expect_status("overflow", taki_buf_check(&buf, "body", &err), TAKI_CEILING, &err);
    assert_string_equal(err.text, "body larger than 10 bytes");
    taki_buf_clear(&buf);
    assert_int_equal(taki_buf_check(&buf, "body", &err), TAKI_OK);
    taki_buf_format(&buf, "%s", "0123456789");
    assert_int_equal(taki_buf_check(&buf, "body", &err), TAKI_CEILING);
    assert_null(taki_buf_reserve(&buf, SIZE_MAX));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equality_keeps_null_apart_from_empty),
        cmocka_unit_test(parts_are_found),
        cmocka_unit_test(trim_knows_the_wide_space),
        cmocka_unit_test(cut_tells_whether_there_was_a_rest),
        cmocka_unit_test(dup_copies_and_keeps_null),
        cmocka_unit_test(integers_are_whole_and_in_range),
        cmocka_unit_test(decimals_are_read_to_the_nearest_double),
        cmocka_unit_test(truth_words),
        cmocka_unit_test(a_buffer_grows_and_forgets),
        cmocka_unit_test(a_buffer_refuses_softly_beyond_its_ceiling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
