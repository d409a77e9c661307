/**
 * @file fx.h
 * Exchange rates: amounts in the reporting currency as of a business date (domain.md 1).
 */
#ifndef TAKI_TRANSFORM_FX_H
#define TAKI_TRANSFORM_FX_H

#include "entity.h"
#include "rules.h"

struct taki_fx;

/** Keeps the rates of @p rows with start_date <= as_of's date (NULL start = always). Lives in @p arena. */
struct taki_fx *taki_fx_new(struct taki_arena *arena, const struct taki_rules *rules, const struct taki_fx_rate *rows,
                            size_t count);

/** Currency of an amount: @p code, or the reporting one when NULL. False if it is no ISO 4217 code. */
bool taki_fx_currency(const struct taki_fx *fx, taki_str code, taki_currency *currency);
/** Minor units of @p currency, or TAKI_I64_NULL for NULL and unreadable text. */
int64_t taki_fx_parse(taki_str text, taki_currency currency);
/** In reporting minor units at the rate in force on @p date, rounded once half to even; TAKI_I64_NULL without a rate
 * (fx_missing). */
int64_t taki_fx_convert(const struct taki_fx *fx, int64_t minor, taki_currency currency, taki_date date);

#endif
