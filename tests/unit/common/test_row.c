#include "taki_test.h"

#include "taki/row.h"

#include <math.h>
#include <string.h>

#define COLUMNS(COL)                                                                                                   \
    COL(id, ID, KEY, "", "")                                                                                           \
    COL(day, DATE, KEY, "", "")                                                                                        \
    COL(text, TEXT, OPT, "", "")                                                                                       \
    COL(kind, ENUM, OPT, "", "")                                                                                       \
    COL(list, LIST, OPT, "", "")                                                                                       \
    COL(flag, BOOL, OPT, "", "")                                                                                       \
    COL(number, I64, OPT, "", "")                                                                                      \
    COL(ratio, F64, OPT, "", "")                                                                                       \
    COL(at, INSTANT, OPT, "", "")                                                                                      \
    COL(amount, MONEY, OPT, "", "")
struct sample {
    COLUMNS(TAKI_MEMBER)
};
#define TAKI_ROW struct sample
static const struct taki_field fields[] = {COLUMNS(TAKI_FIELD)};
#define COUNT TAKI_LEN(fields)

static const struct sample full = {
    .id = TAKI_STR_INIT("sfa:0051"),
    .day = {20780},
    .text = TAKI_STR_INIT("株式会社"),
    .kind = TAKI_STR_INIT(""),
    .list = TAKI_STR_INIT("[\"a\"]"),
    .flag = 1,
    .number = -300,
    .ratio = 0.1,
    .at = {INT64_MAX},
    .amount = INT64_MIN + 1,
};

static void expect_equal(const struct sample *a, const struct sample *b)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf left;
    TAKI_AUTO(taki_buf_reset) struct taki_buf right;
    taki_buf_init(&left, 10000);
    taki_buf_init(&right, 10000);
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(taki_field_is_null(&fields[i], a), taki_field_is_null(&fields[i], b));
        taki_field_print(&fields[i], a, 0, &left);
        taki_field_print(&fields[i], b, 0, &right);
        taki_buf_add_char(&left, '|');
        taki_buf_add_char(&right, '|');
    }
    assert_true(taki_str_equal(taki_buf_view(&left), taki_buf_view(&right)));
}

static void rows_come_back_one_behind_the_other(void **state)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf bytes;
    struct sample empty;
    struct sample got;
    size_t used = 0;
    (void)state;
    taki_fields_clear(fields, COUNT, &empty);
    taki_buf_init(&bytes, 10000);
    taki_row_encode(fields, COUNT, &full, &bytes);
    const size_t first = bytes.size;
    taki_row_encode(fields, COUNT, &empty, &bytes);
    assert_int_equal(bytes.size - first, 2); // all NULL: the bitmap alone
    assert_int_equal(taki_row_decode(fields, COUNT, taki_buf_view(&bytes), &got, &used, NULL), TAKI_OK);
    assert_int_equal(used, first);
    expect_equal(&got, &full);
    const taki_str rest = {bytes.data + used, bytes.size - used};
    assert_int_equal(taki_row_decode(fields, COUNT, rest, &got, &used, NULL), TAKI_OK);
    assert_int_equal(used, 2);
    expect_equal(&got, &empty);
}

static void equal_numbers_have_equal_bytes(void **state)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf a;
    TAKI_AUTO(taki_buf_reset) struct taki_buf b;
    struct sample minus = full;
    struct sample plus = full;
    (void)state;
    minus.ratio = -0.0;
    plus.ratio = 0.0;
    taki_buf_init(&a, 1000);
    taki_buf_init(&b, 1000);
    taki_row_encode(fields, COUNT, &minus, &a);
    taki_row_encode(fields, COUNT, &plus, &b);
    assert_true(taki_str_equal(taki_buf_view(&a), taki_buf_view(&b)));
    minus.ratio = (double)NAN;
    plus.ratio = -(double)NAN;
    taki_buf_clear(&a);
    taki_buf_clear(&b);
    taki_row_encode(fields, COUNT, &minus, &a);
    taki_row_encode(fields, COUNT, &plus, &b);
    assert_true(taki_str_equal(taki_buf_view(&a), taki_buf_view(&b)));
}

static void integers_of_every_size_come_back(void **state)
{
    (void)state;
    for (int bit = 0; bit < 63; bit++) {
        for (int sign = -1; sign <= 1; sign += 2) {
            TAKI_AUTO(taki_buf_reset) struct taki_buf bytes;
            struct sample row = full;
            struct sample got;
            size_t used = 0;
            row.number = sign * (int64_t)(UINT64_C(1) << bit);
            row.day.days = (int32_t)(sign * (int32_t)(UINT32_C(1) << bit % 31));
            taki_buf_init(&bytes, 1000);
            taki_row_encode(fields, COUNT, &row, &bytes);
            assert_int_equal(taki_row_decode(fields, COUNT, taki_buf_view(&bytes), &got, &used, NULL), TAKI_OK);
            expect_equal(&got, &row);
        }
    }
}

static void a_row_beyond_the_ceiling_only_marks_the_buffer(void **state)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf bytes;
    (void)state;
    taki_buf_init(&bytes, 20);
    taki_row_encode(fields, COUNT, &full, &bytes);
    assert_true(bytes.overflow);
    assert_int_equal(bytes.size, 0);
}

static void cut_rows_are_damaged_at_every_length(void **state)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf bytes;
    struct sample got;
    size_t used = 0;
    (void)state;
    taki_buf_init(&bytes, 1000);
    taki_row_encode(fields, COUNT, &full, &bytes);
    for (size_t size = 0; size < bytes.size; size++)
        assert_int_equal(taki_row_decode(fields, COUNT, (taki_str){bytes.data, size}, &got, &used, NULL), TAKI_DAMAGED);
}

static void malformed_rows_are_damaged(void **state)
{
    static const struct taki_field one_of_each[] = {
        {"flag",   TAKI_TYPE_BOOL, 0, 0,  "", ""},
        {"day",    TAKI_TYPE_DATE, 0, 8,  "", ""},
        {"number", TAKI_TYPE_I64,  0, 16, "", ""},
        {"ratio",  TAKI_TYPE_F64,  0, 24, "", ""},
        {"text",   TAKI_TYPE_TEXT, 0, 32, "", ""},
    };
    static const struct {
        size_t field;
        taki_str bytes;
        const char *want;
    } cases[] = {
        {0, TAKI_STR_INIT("\2\2"),                                           "start"                                 },
        {0, TAKI_STR_INIT(""),                                               "start"                                 },
        {0, TAKI_STR_INIT("\0\4"),                                           "'flag': an integer out of its range"   },
        {0, TAKI_STR_INIT("\0\1"),                                           "'flag': an integer out of its range"   },
        {0, TAKI_STR_INIT("\0\x80"),                                         "'flag': an integer that does not end"  },
        {1, TAKI_STR_INIT("\0\xFF\xFF\xFF\xFF\x0F"),                         "'day': an integer out of its range"    }, // the NULL date
        {1, TAKI_STR_INIT("\0\x80\x80\x80\x80\x10"),                         "'day': an integer out of its range"    },
        {2, TAKI_STR_INIT("\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"),     "'number': an integer out of its range" },
        {2, TAKI_STR_INIT("\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02"),     "'number': an integer that does not end"},
        {2, TAKI_STR_INIT("\0\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"), "'number': an integer that does not end"},
        {3, TAKI_STR_INIT("\0\0\0\0\0\0\0\0"),                               "'ratio': a number cut off"             },
        {3, TAKI_STR_INIT("\0\0\0\0\0\0\0\xF8\x7F"),                         "'ratio': a number that is none"        },
        {4, TAKI_STR_INIT("\0\2a"),                                          "'text': a text longer than the row"    },
        {4, TAKI_STR_INIT("\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"),     "'text': a text longer than the row"    },
    };
    (void)state;
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        struct taki_error err = {0};
        int64_t row[8];
        size_t used = 0;
        taki_expect_status(cases[i].want,
                           taki_row_decode(&one_of_each[cases[i].field], 1, cases[i].bytes, row, &used, &err),
                           TAKI_DAMAGED, &err);
        taki_expect_contains("message", err.text, cases[i].want);
    }
}

static taki_str key_of(const struct sample *row, struct taki_buf *out)
{
    taki_buf_clear(out);
    taki_row_key(fields, 2, row, out);
    return taki_buf_view(out);
}

/** Keys in ascending order of value: each has to be below the next one. */
static void keys_sort_like_values(void **state)
{
    static const struct sample rows[] = {
        {.id = {NULL, 0},                 .day = {INT32_MIN}},
        {.id = {NULL, 0},                 .day = {-5}       },
        {.id = TAKI_STR_INIT(""),         .day = {INT32_MIN}},
        {.id = TAKI_STR_INIT(""),         .day = {-1}       },
        {.id = TAKI_STR_INIT(""),         .day = {0}        },
        {.id = TAKI_STR_INIT(""),         .day = {1}        },
        {.id = TAKI_STR_INIT("\0"),       .day = {-9}       },
        {.id = TAKI_STR_INIT("\0\0"),     .day = {-9}       },
        {.id = TAKI_STR_INIT("\0a"),      .day = {-9}       },
        {.id = TAKI_STR_INIT("\1"),       .day = {-9}       },
        {.id = TAKI_STR_INIT("a"),        .day = {INT32_MAX}},
        {.id = TAKI_STR_INIT("a\0"),      .day = {-9}       },
        {.id = TAKI_STR_INIT("a\0b"),     .day = {-9}       },
        {.id = TAKI_STR_INIT("a\1"),      .day = {-9}       },
        {.id = TAKI_STR_INIT("ab"),       .day = {-9}       },
        {.id = TAKI_STR_INIT("b"),        .day = {-9}       },
        {.id = TAKI_STR_INIT("\xFF"),     .day = {-9}       },
        {.id = TAKI_STR_INIT("\xFF\xFF"), .day = {-9}       },
    };
    TAKI_AUTO(taki_buf_reset) struct taki_buf a;
    TAKI_AUTO(taki_buf_reset) struct taki_buf b;
    (void)state;
    taki_buf_init(&a, 1000);
    taki_buf_init(&b, 1000);
    for (size_t i = 0; i < TAKI_LEN(rows); i++) {
        for (size_t k = 0; k < TAKI_LEN(rows); k++) {
            const int order = taki_str_compare(key_of(&rows[i], &a), key_of(&rows[k], &b));
            if ((order > 0) - (order < 0) != (i > k) - (i < k))
                fail_msg("rows %zu and %zu sort wrongly", i, k);
        }
    }
}

static void number_keys_sort_like_numbers(void **state)
{
    static const struct taki_field number = {"n", TAKI_TYPE_F64, TAKI_FIELD_KEY, 0, "", ""};
    static const double ascending[] = {(double)NAN, -1.7e308, -1e300, -1, -1e-300, 0, 1e-300, 0.1, 2, 1e300, 1.7e308};
    static const struct taki_field integer = {"n", TAKI_TYPE_I64, TAKI_FIELD_KEY, 0, "", ""};
    static const int64_t rising[] = {INT64_MIN, INT64_MIN + 1, -256, -1, 0, 1, 255, 256, INT64_MAX};
    static const struct taki_field boolean = {"n", TAKI_TYPE_BOOL, TAKI_FIELD_KEY, 0, "", ""};
    static const int8_t truths[] = {-1, 0, 1};
    const struct {
        const struct taki_field *field;
        const char *values;
        size_t count, size;
    } cases[] = {
        {&number,  (const char *)ascending, TAKI_LEN(ascending), sizeof *ascending},
        {&integer, (const char *)rising,    TAKI_LEN(rising),    sizeof *rising   },
        {&boolean, (const char *)truths,    TAKI_LEN(truths),    sizeof *truths   },
    };
    struct taki_buf keys[2];
    (void)state;
    for (size_t c = 0; c < TAKI_LEN(cases); c++) {
        for (size_t i = 1; i < cases[c].count; i++) {
            taki_buf_init(&keys[0], 100);
            taki_buf_init(&keys[1], 100);
            taki_row_key(cases[c].field, 1, cases[c].values + (i - 1) * cases[c].size, &keys[0]);
            taki_row_key(cases[c].field, 1, cases[c].values + i * cases[c].size, &keys[1]);
            const int order = taki_str_compare(taki_buf_view(&keys[0]), taki_buf_view(&keys[1]));
            taki_buf_reset(&keys[0]);
            taki_buf_reset(&keys[1]);
            if (order >= 0)
                fail_msg("case %zu: values %zu and %zu sort wrongly", c, i - 1, i);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_come_back_one_behind_the_other),
        cmocka_unit_test(equal_numbers_have_equal_bytes),
        cmocka_unit_test(integers_of_every_size_come_back),
        cmocka_unit_test(a_row_beyond_the_ceiling_only_marks_the_buffer),
        cmocka_unit_test(cut_rows_are_damaged_at_every_length),
        cmocka_unit_test(malformed_rows_are_damaged),
        cmocka_unit_test(keys_sort_like_values),
        cmocka_unit_test(number_keys_sort_like_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
