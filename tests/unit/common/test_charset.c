#include "taki_test.h"

#include "taki/charset.h"

#include <string.h>

/** Byte values: the CP932 table of Unicode.org (CP932.TXT), JIS X 0208 in EUC form, RFC 2781, RFC 3629. */
static const struct fit {
    const char *charset;
    taki_str bytes;
    const char *text;
} fits[] = {
    {"cp932",     {"\x87\x40", 2},                 "①"      },
    {"cp932",     {"\x87\x8A", 2},                 "㈱"      },
    {"cp932",     {"\xFB\xFC", 2},                 "髙"      },
    {"cp932",     {"\x95\x5C,\x5C\x7E", 5},        "表,\\~"  },
    {"cp932",     {"\xB1\xB6\xDE", 3},             "ｱｶﾞ"},
    {"cp932",     {"\x81\x60", 2},                 "～"      },
    {"cp932",     {"\x81\x7C", 2},                 "－"      },
    {"cp932",     {"\x81\x61\x81\x91", 4},         "∥￠"   },
    {"cp932",     {"\xF0\x40", 2},                 "\uE000"   },
    {"Shift_JIS", {"\x87\x40", 2},                 "①"      },
    {"euc-jp",    {"\xAD\xA1", 2},                 "①"      },
    {"euc-jp",    {"\x8E\xB1\xC6\xFC\xCB\xDC", 6}, "ｱ日本"},
    {"utf-8",     {"\xEF\xBB\xBF\xE8\xA1\xA8", 6}, "表"      },
    {"utf-8",     {"a\xEF\xBB\xBF", 4},            "a\uFEFF"  },
    {"utf-16le",  {"\xFF\xFE\x68\x88\x0A\x00", 6}, "表\n"    },
    {"utf-16be",  {"\x88\x68\xD8\x42\xDF\xB7", 6}, "表𠮷"  },
};

static const struct misfit {
    const char *charset;
    taki_str bytes;
    const char *why;
} misfits[] = {
    {"cp932",    {"ab\x95", 3},           "that begins at byte 2 (0x95)"},
    {"cp932",    {"ab\x85\x40", 4},       "byte 2 (0x85) does not fit"  },
    {"utf-8",    {"ab\x95\x5C", 4},       "byte 2 (0x95) does not fit"  },
    {"utf-8",    {"\xED\xA0\x80", 3},     "byte 0 (0xED) does not fit"  },
    {"utf-8",    {"a\xE8\xA1", 3},        "that begins at byte 1 (0xE8)"},
    {"utf-16le", {"\x68\x88\x0A", 3},     "that begins at byte 2 (0x0A)"},
    {"utf-16le", {"\x68\x88\x00\xDC", 4}, "byte 2 (0x00) does not fit"  },
    {"euc-jp",   {"\xC6\x41", 2},         "byte 0 (0xC6) does not fit"  },
};

static const struct choice {
    const char *configured, *content_type;
    taki_str body;
    const char *want; /**< NULL = an error holding `why` */
    enum taki_status status;
    const char *why;
} choices[] = {
    {"SJIS",   "text/csv; charset=utf-8",      {"a", 1},            "cp932",    TAKI_OK,       ""                        },
    {NULL,     "text/csv; Charset=\"EUC-JP\"", {"a", 1},            "euc-jp",   TAKI_OK,       ""                        },
    {NULL,     "text/csv; header=present",     {"\xFF\xFE", 2},     "utf-16le", TAKI_OK,       ""                        },
    {NULL,     NULL,                           {"\xEF\xBB\xBF", 3}, "utf-8",    TAKI_OK,       ""                        },
    {NULL,     "text/csv",                     {"\x87\x40", 2},     "utf-8",    TAKI_OK,       ""                        },
    {"utf-16", NULL,                           {"\xFE\xFF", 2},     "utf-16be", TAKI_OK,       ""                        },
    {"utf-16", NULL,                           {"a\0", 2},          NULL,       TAKI_CONTRACT, "does not name a byte ord"},
    {"utf-8",  NULL,                           {"\xFF\xFE", 2},     NULL,       TAKI_CONTRACT, "mark at byte 0 says"     },
    {"latin9", NULL,                           {"a", 1},            NULL,       TAKI_USAGE,    "charset 'latin9'"        },
    {NULL,     "text/csv; charset=ISO-8859-1", {"a", 1},            NULL,       TAKI_CONTRACT, "charset 'ISO-8859-1'"    },
};

static enum taki_status decode_whole(const char *charset, taki_str bytes, struct taki_buf *out, struct taki_error *err)
{
    taki_buf_clear(out);
    return taki_charset_decode(taki_charset_find(taki_str_of(charset)), bytes, out, err);
}

static enum taki_status decode_bytewise(const char *charset, taki_str bytes, struct taki_buf *out,
                                        struct taki_error *err)
{
    taki_buf_clear(out);
    TAKI_AUTO(taki_decoder_auto) struct taki_decoder *decoder = NULL;
    TAKI_TRY(taki_decoder_open(taki_charset_find(taki_str_of(charset)), &decoder, err));
    for (size_t i = 0; i < bytes.size; i++)
        TAKI_TRY(taki_decoder_feed(decoder, (taki_str){bytes.data + i, 1}, out, err));
    return taki_decoder_finish(decoder, err);
}

static void test_fits(void **state)
{
    (void)state;
    struct taki_buf out;
    struct taki_error err = {0};
    taki_buf_init(&out, 1 << 20);
    for (size_t i = 0; i < TAKI_LEN(fits); i++) {
        taki_expect_status(fits[i].text, decode_whole(fits[i].charset, fits[i].bytes, &out, &err), TAKI_OK, &err);
        taki_expect_str("whole", taki_buf_view(&out), fits[i].text);
        taki_expect_status(fits[i].text, decode_bytewise(fits[i].charset, fits[i].bytes, &out, &err), TAKI_OK, &err);
        taki_expect_str("byte by byte", taki_buf_view(&out), fits[i].text);
    }
    taki_buf_reset(&out);
}

static void test_misfits_name_the_byte(void **state)
{
    (void)state;
    struct taki_buf out;
    taki_buf_init(&out, 1 << 20);
    for (size_t i = 0; i < TAKI_LEN(misfits); i++) {
        struct taki_error err = {0};
        taki_expect_status(misfits[i].why, decode_whole(misfits[i].charset, misfits[i].bytes, &out, &err),
                           TAKI_CONTRACT, &err);
        taki_expect_contains("whole", err.text, misfits[i].why);
        taki_expect_status(misfits[i].why, decode_bytewise(misfits[i].charset, misfits[i].bytes, &out, &err),
                           TAKI_CONTRACT, &err);
        taki_expect_contains("byte by byte", err.text, misfits[i].why);
    }
    taki_buf_reset(&out);
}

static void test_choice_follows_the_order(void **state)
{
    (void)state;
    for (size_t i = 0; i < TAKI_LEN(choices); i++) {
        struct taki_error err = {0};
        const struct taki_charset *charset = NULL;
        enum taki_status status = taki_charset_choose(
            taki_str_of(choices[i].configured), taki_str_of(choices[i].content_type), choices[i].body, &charset, &err);
        taki_expect_status("choice", status, choices[i].status, &err);
        if (choices[i].want != NULL)
            assert_string_equal(charset->name, choices[i].want);
        else
            taki_expect_contains("choice", err.text, choices[i].why);
    }
}

/** A body larger than the converter's step, with a character on every border of it. */
static void test_long_text_keeps_every_character(void **state)
{
    (void)state;
    enum { CHARACTERS = 200000 };
    struct taki_buf body, out;
    struct taki_error err = {0};
    taki_buf_init(&body, 1 << 20);
    taki_buf_init(&out, 1 << 20);
    taki_buf_add_char(&body, 'x');
    for (int i = 0; i < CHARACTERS; i++)
        taki_buf_add_text(&body, "\x95\x5C");
    taki_expect_status("decode", decode_whole("cp932", taki_buf_view(&body), &out, &err), TAKI_OK, &err);
    taki_expect_i64("size", (int64_t)out.size, 1 + 3 * CHARACTERS);
    assert_memory_equal(out.data + out.size - 3, "表", 3);
    taki_buf_add_char(&body, '\x95');
    taki_expect_status("cut", decode_whole("cp932", taki_buf_view(&body), &out, &err), TAKI_CONTRACT, &err);
    taki_expect_contains("cut", err.text, "byte 400001 ");
    taki_buf_reset(&body);
    taki_buf_reset(&out);
}

static void test_output_stops_at_the_ceiling(void **state)
{
    (void)state;
    struct taki_buf out;
    struct taki_error err = {0};
    taki_buf_init(&out, 4);
    taki_expect_status("ceiling",
                       taki_charset_decode(taki_charset_find(TAKI_STR("cp932")), TAKI_STR("abcdefgh"), &out, &err),
                       TAKI_CEILING, &err);
    taki_buf_reset(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fits),
        cmocka_unit_test(test_misfits_name_the_byte),
        cmocka_unit_test(test_choice_follows_the_order),
        cmocka_unit_test(test_long_text_keeps_every_character),
        cmocka_unit_test(test_output_stops_at_the_ceiling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
