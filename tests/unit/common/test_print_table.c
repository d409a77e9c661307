#include "../../../common/app_private.h"
#include "taki_test.h"

static void expect_table(const taki_str *cells, size_t columns, size_t rows, const char *want)
{
    struct taki_buf out;
    taki_buf_init(&out, 4096);
    taki_table_format(cells, columns, rows, &out);
    taki_expect_str("table", out.size > 0 ? taki_buf_view(&out) : TAKI_STR(""), want);
    taki_buf_reset(&out);
}

static void test_width(void **state)
{
    (void)state;
    assert_int_equal(taki_text_width(TAKI_STR("abc")), 3);
    assert_int_equal(taki_text_width(TAKI_STR("施策A")), 5);
    assert_int_equal(taki_text_width(TAKI_STR("ハンカク")), 8);
    assert_int_equal(taki_text_width(TAKI_STR("\xEF\xBE\x8A\xEF\xBE\x9D")), 2); /* half-width kana */
    assert_int_equal(taki_text_width(TAKI_STR("e\xCC\x81")), 1);                /* e and a combining accent */
    assert_int_equal(taki_text_width(TAKI_STR("")), 0);
}

static void test_alignment(void **state)
{
    (void)state;
    const taki_str cells[] = {
        TAKI_STR("name"), TAKI_STR("rows"), TAKI_STR("note"), TAKI_STR("取引先"), TAKI_STR("12"),
        TAKI_STR("ok"),   TAKI_STR("x"),    TAKI_STR("3.5%"), TAKI_STR(""),
    };
    expect_table(cells, 3, 3,
                 "name    rows  note\n"
                 "取引先    12  ok\n"
                 "x       3.5%  \n");
}

static void test_control_characters_and_blanks(void **state)
{
    (void)state;
    const taki_str cells[] = {TAKI_STR("a"), TAKI_STR("b"), TAKI_STR("x\n\x1B[2J"), TAKI_STR_NULL};
    expect_table(cells, 2, 2, "a       b\nx  [2J  \n");
    expect_table(cells, 2, 0, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_width),
        cmocka_unit_test(test_alignment),
        cmocka_unit_test(test_control_characters_and_blanks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
