/**
 * @file fuzz_row.c
 * The row codec on arbitrary bytes: what it accepts it writes again, and reads its own writing to the last byte. Keys
 * of two rows order like their encodings' values do.
 */
#include "taki/row.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define COLUMNS(COL)                                                                                                   \
    COL(id, ID, KEY, "", "")                                                                                           \
    COL(seq, I64, KEY, "", "")                                                                                         \
    COL(flag, BOOL, OPT, "", "")                                                                                       \
    COL(ratio, F64, KEY, "", "")                                                                                       \
    COL(day, DATE, OPT, "", "")                                                                                        \
    COL(at, INSTANT, OPT, "", "")                                                                                      \
    COL(amount, MONEY, OPT, "", "")                                                                                    \
    COL(list, LIST, OPT, "", "")                                                                                       \
    COL(kind, ENUM, OPT, "", "")
struct sample {
    COLUMNS(TAKI_MEMBER)
};
#define TAKI_ROW struct sample
static const struct taki_field fields[] = {COLUMNS(TAKI_FIELD)};
#define COUNT TAKI_LEN(fields)

static void demand(bool truth)
{
    if (!truth)
        abort();
}

static int sign(int order)
{
    return (order > 0) - (order < 0);
}

/** The order of the KEY columns by their values. */
static int compare_values(const struct sample *a, const struct sample *b)
{
    int order = sign(taki_str_compare(a->id, b->id));
    if (order == 0)
        order = (a->seq > b->seq) - (a->seq < b->seq);
    if (order != 0)
        return order;
    const bool a_null = taki_field_is_null(&fields[3], a);
    const bool b_null = taki_field_is_null(&fields[3], b);
    if (a_null || b_null)
        return b_null - a_null;
    return (a->ratio > b->ratio) - (a->ratio < b->ratio);
}

static void check_keys(const struct sample *a, const struct sample *b)
{
    struct taki_buf left;
    struct taki_buf right;
    taki_buf_init(&left, (size_t)1 << 24);
    taki_buf_init(&right, (size_t)1 << 24);
    taki_row_key(fields, COUNT, a, &left);
    taki_row_key(fields, COUNT, b, &right);
    demand(sign(taki_str_compare(taki_buf_view(&left), taki_buf_view(&right))) == compare_values(a, b));
    taki_buf_reset(&left);
    taki_buf_reset(&right);
}

static void check_round_trip(const struct sample *row)
{
    struct taki_buf first;
    struct taki_buf second;
    struct sample again;
    size_t used = 0;
    taki_buf_init(&first, (size_t)1 << 24);
    taki_buf_init(&second, (size_t)1 << 24);
    taki_row_encode(fields, COUNT, row, &first);
    demand(taki_row_decode(fields, COUNT, taki_buf_view(&first), &again, &used, NULL) == TAKI_OK);
    demand(used == first.size);
    taki_row_encode(fields, COUNT, &again, &second);
    demand(taki_str_equal(taki_buf_view(&first), taki_buf_view(&second)));
    taki_buf_reset(&first);
    taki_buf_reset(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sample rows[2];
    size_t used = 0;
    size_t at = 0;
    size_t count = 0;
    while (count < 2 && taki_row_decode(fields, COUNT, (taki_str){(const char *)data + at, size - at}, &rows[count],
                                        &used, NULL) == TAKI_OK) {
        demand(used <= size - at);
        check_round_trip(&rows[count]);
        at += used;
        count++;
    }
    if (count == 2)
        check_keys(&rows[0], &rows[1]);
    return 0;
}
