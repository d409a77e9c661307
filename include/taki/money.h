/**
 * @file money.h
 * Money as integer minor units of a currency; never binary floating point (domain.md 1).
 */
#ifndef TAKI_MONEY_H
#define TAKI_MONEY_H

#include "taki/status.h"
#include "taki/str.h"

#include <stdbool.h>
#include <stdint.h>

/** ISO 4217 code, upper case, NUL-terminated; "" = none. */
typedef struct taki_currency {
    char code[4];
} taki_currency;

/** Amount in minor units (JPY 0 decimals, USD 2, KWD 3). minor INT64_MIN = NULL. */
typedef struct taki_money {
    int64_t minor;
    taki_currency currency;
} taki_money;

#define TAKI_MINOR_NULL INT64_MIN
#define TAKI_MONEY_NULL ((taki_money){TAKI_MINOR_NULL, {""}})

/** False if @p text is not a known ISO 4217 code. */
bool taki_currency_parse(taki_str text, taki_currency *currency);
/** Digits after the point: JPY 0, USD 2, KWD 3. */
int taki_currency_digits(taki_currency currency);
/**
 * Exact decimal text ("1200000.0", "-12.5", "1,234,567", "1.2E6", full-width digits not accepted) to minor units;
 * digits beyond the currency's scale are rounded half to even once. False on anything else or overflow.
 */
bool taki_money_parse(taki_str text, taki_currency currency, int64_t *minor);
/** Decimal text in the currency's own scale ("1200000", "12.50"); returns the length. out holds 32 bytes. */
size_t taki_money_print(int64_t minor, int digits, char out[32]);
/** @param rate decimal text, reporting units per unit of @p from; rounds once, half to even. False on bad rate or
 * overflow. */
bool taki_money_convert(int64_t minor, taki_currency from, taki_str rate, taki_currency to, int64_t *result);
/**
 * Largest-remainder split of @p amount by weights (domain.md 5.5): parts add up exactly; ties go to the lower index, so
 * the caller orders receivers by touch time, then id. Negative amounts split |amount| and negate. Weights >= 0, not all
 * 0.
 */
void taki_money_split(int64_t amount, const double *weights, size_t count, int64_t *parts);

#endif
