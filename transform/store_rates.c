#include "store_own.h"

#include <string.h>

/* Salesforce gives units of a currency for one of the corporate currency: of currencies R and C, one C is rate(R) /
 * rate(C) of R. The reporting currency's own row tells its rate; without one nothing can be converted, and the rate
 * stays NULL. */

enum { DIGITS = 18, ROOM = 64 };

/* A decimal as digits without point, and how many of them stood behind it. */
static bool parts_of(taki_str text, uint64_t *digits, int *scale)
{
    bool point = false;
    *digits = 0;
    *scale = 0;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (c == '.' && !point) {
            point = true;
            continue;
        }
        if (c < '0' || c > '9' || *digits > UINT64_C(99999999999999999))
            return false;
        *digits = *digits * 10 + (uint64_t)(c - '0');
        *scale += point ? 1 : 0;
    }
    for (; *scale > 0 && *digits % 10 == 0; --*scale) /* "1.000" is 1 */
        *digits /= 10;
    return *digits > 0;
}

/* Digits of a quotient, the first @p whole of them before the point. */
struct quotient {
    char digits[ROOM];
    int count, whole;
};

/* Long division: rests stay below 10^18, so ten times one fits 64 bits and no binary fraction is met. */
static void divide(uint64_t a, uint64_t b, struct quotient *q)
{
    int significant = 0;
    uint64_t rest = 0;
    struct taki_buf buf TAKI_AUTO(taki_buf_reset);
    taki_buf_init(&buf, ROOM);
    taki_buf_add_i64(&buf, (int64_t)a);
    *q = (struct quotient){.whole = (int)buf.size};
    for (int i = 0; i < q->whole || (rest > 0 && significant < DIGITS && q->count < ROOM - 1); i++) {
        uint64_t wide = rest * 10 + (i < q->whole ? (uint64_t)(buf.data[i] - '0') : 0U);
        uint64_t digit = wide / b;
        rest = wide % b;
        significant += significant > 0 || digit > 0 ? 1 : 0;
        q->digits[q->count++] = (char)('0' + digit);
    }
}

static char digit_at(const struct quotient *q, int i)
{
    return (char)(i >= 0 && i < q->count ? q->digits[i] : '0');
}

static taki_str print(struct taki_arena *arena, const struct quotient *q, int shift)
{
    int whole = q->whole + shift, first = 0;
    struct taki_buf buf TAKI_AUTO(taki_buf_reset);
    taki_buf_init(&buf, (size_t)ROOM * 4);
    while (first < q->count && first < whole - 1 && q->digits[first] == '0')
        first++;
    for (int i = first; i < whole; i++)
        taki_buf_add_char(&buf, digit_at(q, i));
    if (whole <= 0)
        taki_buf_add_char(&buf, '0');
    if (whole < q->count)
        taki_buf_add_char(&buf, '.');
    for (int i = whole; i < q->count; i++)
        taki_buf_add_char(&buf, digit_at(q, i));
    return taki_str_dup(arena, taki_buf_view(&buf));
}

taki_str taki_decimal_ratio(struct taki_arena *arena, taki_str a, taki_str b)
{
    uint64_t a_digits = 0, b_digits = 0;
    int a_scale = 0, b_scale = 0;
    struct quotient quotient;
    if (!parts_of(a, &a_digits, &a_scale) || !parts_of(b, &b_digits, &b_scale))
        return TAKI_STR_NULL;
    divide(a_digits, b_digits, &quotient);
    return print(arena, &quotient, b_scale - a_scale);
}

/* Rate of the reporting currency in force with row @p of. */
static taki_str reporting_rate(const struct taki_fx_rate *rows, size_t count, const struct taki_fx_rate *of,
                               taki_str currency)
{
    const struct taki_fx_rate *best = NULL;
    for (size_t i = 0; i < count; i++) {
        if (!taki_str_equal(rows[i].source, of->source) || !taki_str_equal(rows[i].object, of->object) ||
            !taki_str_equal(rows[i].from_currency, currency) || rows[i].start_date.days > of->start_date.days)
            continue;
        if (best == NULL || rows[i].start_date.days > best->start_date.days)
            best = &rows[i];
    }
    if (best == NULL || best->rate.size < 2)
        return TAKI_STR_NULL;
    return (taki_str){best->rate.data + 1, best->rate.size - 1};
}

void taki_store_rates(struct taki_store *store)
{
    size_t count = store->row_counts[TAKI_ENTITY_FX_RATE];
    struct taki_fx_rate *rows = store->rows[TAKI_ENTITY_FX_RATE];
    taki_str currency = taki_config_text(store->run->config, "business.currency");
    taki_str *rates = TAKI_NEW_ARRAY(store->arena, count, taki_str);
    for (size_t i = 0; i < count; i++) {
        rates[i] = rows[i].rate;
        if (rows[i].rate.size < 2 || rows[i].rate.data[0] != '/')
            continue;
        taki_str own = {rows[i].rate.data + 1, rows[i].rate.size - 1};
        rates[i] = taki_decimal_ratio(store->arena, reporting_rate(rows, count, &rows[i], currency), own);
    }
    for (size_t i = 0; i < count; i++)
        rows[i].rate = rates[i];
}
