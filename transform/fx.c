#include "fx.h"

#include <stdlib.h>
#include <string.h>

struct rate {
    taki_currency currency;
    int32_t from; /* days; INT32_MIN = always */
    taki_str rate;
};

struct taki_fx {
    const struct taki_rules *rules;
    struct rate *rates; /* by currency, from, rate text */
    size_t count;
    taki_date today;
};

static int in_order(const void *left, const void *right)
{
    const struct rate *a = left, *b = right;
    int order = strcmp(a->currency.code, b->currency.code);
    if (order == 0 && a->from != b->from)
        order = a->from < b->from ? -1 : 1;
    return order != 0 ? order : taki_str_compare(a->rate, b->rate);
}

struct taki_fx *taki_fx_new(struct taki_arena *arena, const struct taki_rules *rules, const struct taki_fx_rate *rows,
                            size_t count)
{
    struct taki_fx *fx = TAKI_NEW(arena, struct taki_fx);
    *fx = (struct taki_fx){.rules = rules, .rates = TAKI_NEW_ARRAY(arena, count, struct rate)};
    fx->today = taki_zone_date(rules->limits.zone, rules->limits.as_of);
    for (size_t i = 0; i < count; i++) {
        struct rate *rate = &fx->rates[fx->count];
        if (!taki_currency_parse(rows[i].from_currency, &rate->currency) || taki_str_is_blank(rows[i].rate))
            continue;
        rate->from = rows[i].start_date.days;
        rate->rate = rows[i].rate;
        if (rate->from <= fx->today.days)
            fx->count++;
    }
    if (fx->count > 1)
        qsort(fx->rates, fx->count, sizeof *fx->rates, in_order);
    return fx;
}

bool taki_fx_currency(const struct taki_fx *fx, taki_str code, taki_currency *currency)
{
    *currency = fx->rules->currency;
    return taki_str_is_blank(code) || taki_currency_parse(code, currency);
}

int64_t taki_fx_parse(taki_str text, taki_currency currency)
{
    int64_t minor = TAKI_I64_NULL;
    if (taki_str_is_blank(text) || !taki_money_parse(text, currency, &minor))
        return TAKI_I64_NULL;
    return minor;
}

int64_t taki_fx_convert(const struct taki_fx *fx, int64_t minor, taki_currency currency, taki_date date)
{
    if (minor == TAKI_I64_NULL || strcmp(currency.code, fx->rules->currency.code) == 0)
        return minor;
    if (fx->rules->fx_fixed || date.days > fx->today.days)
        date = fx->today;
    const struct rate *best = NULL;
    for (size_t i = 0; i < fx->count; i++) {
        if (strcmp(fx->rates[i].currency.code, currency.code) == 0 && fx->rates[i].from <= date.days)
            best = &fx->rates[i];
    }
    int64_t converted = TAKI_I64_NULL;
    if (!best || !taki_money_convert(minor, currency, best->rate, fx->rules->currency, &converted))
        return TAKI_I64_NULL;
    return converted;
}
