#include "slice.h"
#include "taki_test.h"

#include "taki/charset.h"

#include <string.h>

/** With a target of one byte every piece is one record. */
static const struct cut {
    const char *charset;
    char delimiter;
    taki_str text;
    size_t pieces[5]; /**< sizes of the first pieces, 0 = end */
} cuts[] = {
    {"utf-8",    ',', TAKI_STR_INIT("a,b\nc,d\n"),                {4, 4}   },
    {"utf-8",    ',', TAKI_STR_INIT("a,\"b\nc\"\nd,e\n"),         {8, 4}   },
    {"utf-8",    ',', TAKI_STR_INIT("a,\"b\"\"\n\"\"c\"\r\nd\n"), {13, 2}  },
    {"utf-8",    ',', TAKI_STR_INIT("5\" pipe\nx\n"),             {8, 2}   },
    {"utf-8",    ',', TAKI_STR_INIT("no line end"),               {11}     },
    {"utf-8",    0,   TAKI_STR_INIT("{\"a\":\"b\n{}\n"),          {8, 3}   },
    {"cp932",    '|', TAKI_STR_INIT("\x83\x7C\"\n\"\n\"|x\ny\n"), {4, 6, 2}},
    {"utf-16le", ',', TAKI_STR_INIT("a\0\n\0\"\0\n\0\"\0\n\0"),   {4, 8}   },
    {"utf-16be", ',', TAKI_STR_INIT("\x0A\x0A\0\n\0b"),           {4, 2}   },
};

static void test_cuts_fall_on_record_borders(void **state)
{
    (void)state;
    for (size_t i = 0; i < TAKI_LEN(cuts); i++) {
        struct taki_slice_rule rule = {taki_charset_find(taki_str_of(cuts[i].charset)), cuts[i].delimiter, 1};
        taki_str rest = cuts[i].text;
        size_t n = 0;
        for (; rest.size > 0; n++) {
            size_t size = taki_slice_size(rest, &rule);
            taki_expect_i64(cuts[i].charset, (int64_t)size, (int64_t)cuts[i].pieces[n]);
            rest = (taki_str){rest.data + size, rest.size - size};
        }
        taki_expect_i64("pieces", (int64_t)cuts[i].pieces[n], 0);
    }
}

static void test_target_is_a_minimum(void **state)
{
    (void)state;
    struct taki_slice_rule rule = {taki_charset_find(TAKI_STR("utf-8")), ',', 5};
    taki_expect_i64("second border", (int64_t)taki_slice_size(TAKI_STR("a,b\nc,d\ne\n"), &rule), 8);
    taki_expect_i64("small rest", (int64_t)taki_slice_size(TAKI_STR("a\nb"), &rule), 3);
}

static void test_banner_lines(void **state)
{
    (void)state;
    const struct taki_charset *utf8 = taki_charset_find(TAKI_STR("utf-8"));
    taki_expect_i64("one", (int64_t)taki_slice_lines(TAKI_STR("banner \"\r\nid\n"), utf8, 1), 10);
    taki_expect_i64("none", (int64_t)taki_slice_lines(TAKI_STR("id\n"), utf8, 0), 0);
    taki_expect_i64("more than there are", (int64_t)taki_slice_lines(TAKI_STR("id\n"), utf8, 3), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cuts_fall_on_record_borders),
        cmocka_unit_test(test_target_is_a_minimum),
        cmocka_unit_test(test_banner_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
