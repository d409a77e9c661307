#include "csv_dialect.h"

#include "taki/csv.h"

void taki_csv_dialect_header(const struct taki_field *fields, size_t count, struct taki_buf *out)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            taki_buf_add_char(out, ',');
        taki_csv_add(out, taki_str_of(fields[i].name));
    }
    taki_buf_add_char(out, '\n');
}

void taki_csv_dialect_row(const struct taki_field *fields, size_t count, const void *row, int money_digits,
                          struct taki_buf *scratch, struct taki_buf *out)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            taki_buf_add_char(out, ',');
        if (taki_field_is_null(&fields[i], row))
            continue;
        if (fields[i].type <= TAKI_TYPE_LIST) {
            taki_csv_add(out, *(const taki_str *)(const void *)((const char *)row + fields[i].offset));
            continue;
        }
        taki_buf_clear(scratch);
        taki_field_print(&fields[i], row, money_digits, scratch);
        taki_buf_add_str(out, taki_buf_view(scratch));
    }
    taki_buf_add_char(out, '\n');
}
