#include "app_private.h"

#include "taki/text.h"

#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

static size_t code_point_width(uint32_t code_point)
{
    /* Control characters are printed as a space. */
    if (code_point < ' ' || code_point == 0x7F)
        return 1;
    int width = utf8proc_charwidth((utf8proc_int32_t)code_point);
    return width > 0 ? (size_t)width : 0;
}

size_t taki_text_width(taki_str text)
{
    size_t width = 0;
    while (text.size > 0) {
        size_t size;
        width += code_point_width(taki_utf8_next(text, &size));
        text = (taki_str){text.data + size, text.size - size};
    }
    return width;
}

/* Digits with sign, point, grouping or percent, or nothing at all. */
static bool is_numeric(taki_str cell)
{
    for (size_t i = 0; i < cell.size; i++) {
        if (strchr("0123456789.,-+%", cell.data[i]) == NULL || cell.data[i] == '\0')
            return false;
    }
    return true;
}

static bool is_number_column(const taki_str *cells, size_t columns, size_t rows, size_t column)
{
    bool any = false;
    for (size_t row = 1; row < rows; row++) {
        taki_str cell = cells[row * columns + column];
        if (!is_numeric(cell))
            return false;
        any |= cell.size > 0;
    }
    return any;
}

static size_t column_width(const taki_str *cells, size_t columns, size_t rows, size_t column)
{
    size_t widest = 0;
    for (size_t row = 0; row < rows; row++) {
        size_t width = taki_text_width(cells[row * columns + column]);
        widest = width > widest ? width : widest;
    }
    return widest;
}

static void add_spaces(struct taki_buf *out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        taki_buf_add_char(out, ' ');
}

/* A cell's control characters would break the table (or the terminal). */
static void add_cell(struct taki_buf *out, taki_str cell)
{
    for (size_t i = 0; i < cell.size; i++) {
        bool control = (unsigned char)cell.data[i] < ' ' || cell.data[i] == 0x7F;
        taki_buf_add(out, control ? " " : &cell.data[i], 1);
    }
}

void taki_table_format(const taki_str *cells, size_t columns, size_t rows, struct taki_buf *out)
{
    struct taki_arena *arena = taki_arena_open("table", 0);
    size_t *widths = TAKI_NEW_ARRAY(arena, columns, size_t);
    bool *right = TAKI_NEW_ARRAY(arena, columns, bool);
    for (size_t column = 0; column < columns; column++) {
        widths[column] = column_width(cells, columns, rows, column);
        right[column] = is_number_column(cells, columns, rows, column);
    }
    for (size_t row = 0; row < rows; row++) {
        for (size_t column = 0; column < columns; column++) {
            taki_str cell = cells[row * columns + column];
            size_t gap = widths[column] - taki_text_width(cell);
            if (right[column])
                add_spaces(out, gap);
            add_cell(out, cell);
            if (column + 1 < columns)
                add_spaces(out, right[column] ? 2 : gap + 2);
        }
        taki_buf_add_char(out, '\n');
    }
    taki_arena_close(arena);
}

void taki_print_table(const taki_str *cells, size_t columns, size_t rows)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf out;
    taki_buf_init(&out, SIZE_MAX / 2);
    taki_table_format(cells, columns, rows, &out);
    if (out.size > 0)
        (void)fwrite(out.data, 1, out.size, stdout); /* the end of the run asks ferror(stdout) */
}
