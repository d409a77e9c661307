#include "taki_test.h"

#include "taki/field.h"

#include <math.h>
#include <string.h>

#define COLUMNS(COL)                                                                                                   \
    COL(id, ID, KEY, "", "key")                                                                                        \
    COL(name, TEXT, PII_OPT, "", "name")                                                                               \
    COL(stage, ENUM, OPT, "", "stage")                                                                                 \
    COL(emails, LIST, PII, "", "addresses")                                                                            \
    COL(is_open, BOOL, OPT, "", "open")                                                                                \
    COL(n_rows, I64, OPT, "rows", "count")                                                                             \
    COL(mql_rate, F64, OPT, "", "ratio")                                                                               \
    COL(close_date, DATE, OPT, "", "day")                                                                              \
    COL(t_entered, INSTANT, OPT, "", "instant")                                                                        \
    COL(won_amount, MONEY, OPT, "minor", "money")

struct row {
    COLUMNS(TAKI_MEMBER)
};
#define TAKI_ROW struct row
static const struct taki_field fields[] = {COLUMNS(TAKI_FIELD)};

static void a_column_line_gives_member_and_descriptor(void **state)
{
    (void)state;
    static const char *const names[] = {"id", "text", "enum", "list", "bool", "i64", "f64", "date", "instant", "money"};
    static const uint32_t flags[] = {TAKI_FIELD_KEY, TAKI_FIELD_PII | TAKI_FIELD_NULLABLE, TAKI_FIELD_NULLABLE,
                                     TAKI_FIELD_PII, TAKI_FIELD_NULLABLE};
    assert_int_equal(TAKI_LEN(fields), TAKI_TYPE_COUNT_);
    for (size_t i = 0; i < TAKI_LEN(fields); i++) {
        enum taki_type type;
        assert_string_equal(taki_type_name(fields[i].type), names[i]);
        assert_true(taki_type_find(taki_str_of(names[i]), &type));
        assert_int_equal(type, fields[i].type);
        if (i < TAKI_LEN(flags))
            assert_int_equal(fields[i].flags, flags[i]);
    }
    enum taki_type type;
    assert_false(taki_type_find(TAKI_STR("float"), &type));
    assert_int_equal(taki_type_size(TAKI_TYPE_BOOL), 1);
    assert_int_equal(taki_type_size(TAKI_TYPE_DATE), 4);
    assert_int_equal(taki_type_size(TAKI_TYPE_MONEY), 8);
    assert_int_equal(taki_type_size(TAKI_TYPE_TEXT), sizeof(taki_str));
    assert_string_equal(fields[9].name, "won_amount");
    assert_int_equal(fields[9].offset, offsetof(struct row, won_amount));
}

static void a_cleared_row_is_all_null_and_prints_nothing(void **state)
{
    (void)state;
    struct row row;
    memset(&row, 0x55, sizeof row);
    taki_fields_clear(fields, TAKI_LEN(fields), &row);
    TAKI_AUTO(taki_buf_reset) struct taki_buf out;
    taki_buf_init(&out, 1000);
    for (size_t i = 0; i < TAKI_LEN(fields); i++) {
        assert_true(taki_field_is_null(&fields[i], &row));
        taki_field_print(&fields[i], &row, 0, &out);
    }
    taki_expect_str("printed", taki_buf_view(&out), "");
    row.mql_rate = (double)INFINITY;
    assert_true(taki_field_is_null(&fields[6], &row));
}

static void values_print_in_the_frozen_form(void **state)
{
    (void)state;
    struct row row = {
        .id = TAKI_STR("p1"),
        .name = TAKI_STR("\"a\", b"),
        .stage = TAKI_STR(""),
        .emails = TAKI_STR("[\"a@example.com\"]"),
        .is_open = 0,
        .n_rows = -7,
        .mql_rate = 0.125,
        .close_date = taki_date_of(2026, 4, 1),
        .t_entered = {0},
        .won_amount = 1250,
    };
    static const char *const want[] = {
        "p1", "\"a\", b", "",           "[\"a@example.com\"]",         "false",
        "-7", "0.125",    "2026-04-01", "1970-01-01T00:00:00.000000Z", "12.50",
    };
    TAKI_AUTO(taki_buf_reset) struct taki_buf out;
    taki_buf_init(&out, 1000);
    for (size_t i = 0; i < TAKI_LEN(fields); i++) {
        taki_buf_clear(&out);
        assert_false(taki_field_is_null(&fields[i], &row));
        taki_field_print(&fields[i], &row, 2, &out);
        taki_expect_str(fields[i].name, taki_buf_view(&out), want[i]);
    }
    row.is_open = 1;
    taki_buf_clear(&out);
    taki_field_print(&fields[4], &row, 2, &out);
    taki_expect_str("bool", taki_buf_view(&out), "true");
}

static void floats_print_twelve_digits_and_no_more(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *want;
    } cases[] = {
        {0.0,                    "0"                 },
        {-0.0,                   "0"                 },
        {1.0,                    "1"                 },
        {-1.5,                   "-1.5"              },
        {0.1,                    "0.1"               },
        {1.0 / 3,                "0.333333333333"    },
        {2.0 / 3,                "0.666666666667"    },
        {0.1 + 0.2,              "0.3"               },
        {100.0,                  "100"               },
        {123456789012.0,         "123456789012"      },
        {1234567890123.0,        "1234567890120"     },
        {999999999999.96,        "1000000000000"     },
        {999999999999999.0,      "1e15"              },
        {123456789012345.0,      "123456789012000"   },
        {1e14,                   "100000000000000"   },
        {1e15,                   "1e15"              },
        {-1.25e20,               "-1.25e20"          },
        {1e-7,                   "0.0000001"         },
        {1.5e-7,                 "0.00000015"        },
        {9.99e-8,                "9.99e-8"           },
        {-1e-300,                "-1e-300"           },
        {12.345678901234,        "12.3456789012"     },
        {1.7976931348623157e308, "1.79769313486e308" },
        {4.9e-324,               "4.94065645841e-324"},
        {(double)NAN,            ""                  },
        {(double)INFINITY,       ""                  },
    };
    TAKI_AUTO(taki_buf_reset) struct taki_buf out;
    taki_buf_init(&out, 1000);
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        taki_buf_clear(&out);
        taki_f64_print(cases[i].value, &out);
        taki_expect_str("f64", taki_buf_view(&out), cases[i].want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_column_line_gives_member_and_descriptor),
        cmocka_unit_test(a_cleared_row_is_all_null_and_prints_nothing),
        cmocka_unit_test(values_print_in_the_frozen_form),
        cmocka_unit_test(floats_print_twelve_digits_and_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
