#include "taki_test.h"

#include "taki/text.h"

#include <string.h>

static struct taki_arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = taki_arena_open("test", 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    taki_arena_close(arena);
    return 0;
}

/* Unicode 15, table 3-7 and the examples of maximal subparts. */
static void well_formed_and_not(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool good;
        size_t bad;
    } cases[] = {
        {"",                                true,  0 },
        {"abc",                             true,  0 },
        {"0123456789abcdefghi\xE6\xBB\x9D", true,  0 },
        {"\xC2\x80",                        true,  0 },
        {"\xDF\xBF",                        true,  0 },
        {"\xE0\xA0\x80",                    true,  0 },
        {"\xED\x9F\xBF",                    true,  0 },
        {"\xEE\x80\x80",                    true,  0 },
        {"\xF0\x90\x80\x80",                true,  0 },
        {"\xF4\x8F\xBF\xBF",                true,  0 },
        {"\xC1\xBF",                        false, 0 }, /* overlong */
        {"\xE0\x9F\xBF",                    false, 0 }, /* overlong */
        {"\xF0\x8F\xBF\xBF",                false, 0 }, /* overlong */
        {"\xED\xA0\x80",                    false, 0 }, /* surrogate */
        {"\xF4\x90\x80\x80",                false, 0 }, /* above U+10FFFF */
        {"\xF5\x80\x80\x80",                false, 0 },
        {"\xFF",                            false, 0 },
        {"a\x80",                           false, 1 },
        {"0123456789\xE6\xBB",              false, 10}, /* cut */
        {"\xE6\xBB\x9D\xE6",                false, 3 },
        {"\xE6\xBBx",                       false, 0 },
        {"\xF0\x90\x80x",                   false, 0 },
        {"\xC3(",                           false, 0 },
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        size_t bad = 0;
        taki_str s = taki_str_of(cases[i].text);
        taki_expect_i64(cases[i].text, taki_utf8_valid(s, &bad), cases[i].good);
        taki_expect_i64(cases[i].text, (int64_t)bad, (int64_t)cases[i].bad);
        assert_int_equal(taki_utf8_valid(s, NULL), cases[i].good);
        if (!cases[i].good) {
            taki_expect_str("fold", taki_utf8_fold(arena, s), NULL);
            taki_expect_str("nfkc", taki_utf8_nfkc(arena, s), NULL);
        }
    }
}

static void every_code_point_goes_out_and_in(void **state)
{
    (void)state;
    for (uint32_t code_point = 0; code_point < 0x110000U; code_point++) {
        char bytes[4];
        size_t put = taki_utf8_put(code_point, bytes), size;
        bool surrogate = code_point >= 0xD800U && code_point <= 0xDFFFU;
        uint32_t got = taki_utf8_next((taki_str){bytes, put}, &size);
        assert_int_equal(size, put);
        assert_int_equal(got, surrogate ? 0xFFFDU : code_point);
        if (size > 1) /* cut short: bad */
            assert_int_equal(taki_utf8_next((taki_str){bytes, put - 1}, &size), 0xFFFDU);
    }
    char bytes[4];
    assert_int_equal(taki_utf8_put(0x110000U, bytes), 3);
    assert_memory_equal(bytes, "\xEF\xBF\xBD", 3);
    size_t size;
    assert_int_equal(taki_utf8_next(TAKI_STR("\xFFz"), &size), 0xFFFDU);
    assert_int_equal(size, 1);
}

static void comparison_keys(void **state)
{
    (void)state;
    static const struct {
        const char *what, *text, *nfkc, *fold;
    } cases[] = {
        {"NULL",             NULL,                 NULL,            NULL           },
        {"empty",            "",                   "",              ""             },
        {"ASCII",            "Taro YAMADA-9",      "Taro YAMADA-9", "taro yamada-9"},
        {"half-width kana",  "ﾔﾏﾀﾞ",       "ヤマダ",     "ヤマダ"    },
        {"full-width latin", "ＡＢＣ１２３", "ABC123",        "abc123"       },
        {"corporate form",   "㈱タキ",          "(株)タキ",   "(株)タキ"  },
        {"wide space",       "山田　太郎",    "山田 太郎", "山田 太郎"},
        {"sharp s",          "Straße",            "Straße",       "strasse"      },
        {"accents composed", "Cafe\xCC\x81",       "Caf\xC3\xA9",   "caf\xC3\xA9"  },
        {"variant kept",     "髙橋",             "髙橋",        "髙橋"       },
        {"ligature",         "ﬁ",                "fi",            "fi"           },
        {"circled",          "①",                "1",             "1"            },
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        taki_expect_str(cases[i].what, taki_utf8_nfkc(arena, taki_str_of(cases[i].text)), cases[i].nfkc);
        taki_expect_str(cases[i].what, taki_utf8_fold(arena, taki_str_of(cases[i].text)), cases[i].fold);
    }
    taki_str with_nul = taki_utf8_fold(arena, TAKI_STR("A\0\xEF\xBC\xA2"));
    assert_true(taki_str_equal(with_nul, TAKI_STR("a\0b")));
}

static void folding_twice_is_folding_once(void **state)
{
    (void)state;
    for (uint32_t code_point = 1; code_point < 0x30000U; code_point++) {
        char bytes[8];
        size_t size = taki_utf8_put(code_point, bytes);
        bytes[size++] = 'A';
        size += taki_utf8_put(0x301, bytes + size);
        taki_str once = taki_utf8_fold(arena, (taki_str){bytes, size});
        taki_str twice = taki_utf8_fold(arena, once);
        if (!taki_str_equal(once, twice))
            fail_msg("U+%04X: '%.*s' then '%.*s'", code_point, TAKI_STR_ARG(once), TAKI_STR_ARG(twice));
        if (code_point % 1000 == 0)
            taki_arena_reset(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(well_formed_and_not),
        cmocka_unit_test(every_code_point_goes_out_and_in),
        cmocka_unit_test(comparison_keys),
        cmocka_unit_test(folding_twice_is_folding_once),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
