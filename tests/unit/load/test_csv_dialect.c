/* The frozen dialect of design.md 3.4, cell by cell. */
#include "csv_dialect.h"
#include "taki_test.h"

#include <math.h>

struct row {
    taki_str id, text, list;
    int8_t yes;
    int64_t count, money;
    double ratio;
    taki_date day;
    taki_instant at;
};

#define COLUMN(name, type)                                                                                             \
    {                                                                                                                  \
#name, type, TAKI_FIELD_NULLABLE, (uint32_t)offsetof(struct row, name), "", ""                                 \
    }
static const struct taki_field fields[] = {
    COLUMN(id, TAKI_TYPE_ID),     COLUMN(text, TAKI_TYPE_TEXT), COLUMN(list, TAKI_TYPE_LIST),
    COLUMN(yes, TAKI_TYPE_BOOL),  COLUMN(count, TAKI_TYPE_I64), COLUMN(money, TAKI_TYPE_MONEY),
    COLUMN(ratio, TAKI_TYPE_F64), COLUMN(day, TAKI_TYPE_DATE),  COLUMN(at, TAKI_TYPE_INSTANT),
};

static void expect_line(const char *what, const struct row *row, int money_digits, const char *want)
{
    struct taki_buf scratch;
    struct taki_buf out;
    taki_buf_init(&scratch, 1 << 16);
    taki_buf_init(&out, 1 << 16);
    taki_csv_dialect_row(fields, TAKI_LEN(fields), row, money_digits, &scratch, &out);
    taki_expect_str(what, taki_buf_view(&out), want);
    taki_buf_reset(&scratch);
    taki_buf_reset(&out);
}

static struct row nothing(void)
{
    struct row row;
    taki_fields_clear(fields, TAKI_LEN(fields), &row);
    return row;
}

static void null_is_empty_and_empty_text_is_quoted(void **state)
{
    (void)state;
    struct row row = nothing();
    expect_line("all NULL", &row, 0, ",,,,,,,,\n");
    row.id = TAKI_STR("");
    row.text = TAKI_STR("");
    expect_line("empty texts", &row, 0, "\"\",\"\",,,,,,,\n");
}

static void every_type_has_one_form(void **state)
{
    (void)state;
    struct row row = nothing();
    row.id = TAKI_STR("sfa:001");
    row.text = TAKI_STR("髙橋 😀");
    row.list = TAKI_STR("[\"a\",\"b\"]");
    row.yes = 1;
    row.count = -5;
    row.money = 10000000;
    row.ratio = 0.1 + 0.2;
    row.day = taki_date_of(2026, 2, 28);
    row.at = (taki_instant){INT64_C(1774971000000000)}; /* 2026-03-31T15:30:00Z */
    expect_line(
        "yen", &row, 0,
        "sfa:001,髙橋 😀,\"[\"\"a\"\",\"\"b\"\"]\",true,-5,10000000,0.3,2026-02-28,2026-03-31T15:30:00.000000Z\n");
    row = nothing();
    row.money = -1250;
    row.yes = 0;
    row.ratio = -0.0;
    expect_line("dollars, no, zero", &row, 2, ",,,false,,-12.50,0,,\n");
}

static void separators_quotes_and_line_breaks_are_safe(void **state)
{
    (void)state;
    struct row row = nothing();
    row.id = TAKI_STR("a,b");
    row.text = TAKI_STR("say \"hi\"\r\nbye");
    expect_line("quotes", &row, 0, "\"a,b\",\"say \"\"hi\"\"  bye\",,,,,,,\n");
}

static void the_header_names_the_columns(void **state)
{
    (void)state;
    struct taki_buf out;
    taki_buf_init(&out, 1 << 16);
    taki_csv_dialect_header(fields, TAKI_LEN(fields), &out);
    taki_expect_str("header", taki_buf_view(&out), "id,text,list,yes,count,money,ratio,day,at\n");
    taki_buf_reset(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(null_is_empty_and_empty_text_is_quoted),
        cmocka_unit_test(every_type_has_one_form),
        cmocka_unit_test(separators_quotes_and_line_breaks_are_safe),
        cmocka_unit_test(the_header_names_the_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
