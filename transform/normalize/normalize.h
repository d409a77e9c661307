/**
 * @file normalize.h
 * Comparison keys out of dirty contact data: e-mail, phone, person and company names, corporate numbers, web domains.
 *
 * Pure. Every function gives the NULL value when the input holds no usable key; a key lives in @p arena. Keys are never
 * published: tables show text as received (domain.md 1, Text). normalise(normalise(x)) = normalise(x) for all of them.
 */
#ifndef TAKI_TRANSFORM_NORMALIZE_H
#define TAKI_TRANSFORM_NORMALIZE_H

#include "taki/arena.h"
#include "taki/str.h"

#include <stdbool.h>

/** NFKC, white space off both ends (U+3000 too), lower case. No validity check: the `exact` profile's key. */
taki_str taki_email_key(struct taki_arena *arena, taki_str raw);
/** True for exactly one `@` with a local part, and a domain with a dot. */
bool taki_email_is_valid(taki_str key);
/** Part behind the last `@`; NULL if there is none. Borrowed. */
taki_str taki_email_domain(taki_str key);
/** Role or team mailbox by its local part: info@, sales@, support@ ... (normalize_lists.c). */
bool taki_email_is_role(taki_str key);
/** Free-mail or provider domain that says nothing about an employer. */
bool taki_domain_is_free(taki_str domain);

/** NFKC digits; leading 81 with at least 11 digits becomes 0 (the `exact` profile's key). An extension (内線, ext, x)
 * is cut before. */
taki_str taki_phone_key(struct taki_arena *arena, taki_str raw);

/** last + first (or the full name), NFKC, without spaces, lower case. */
taki_str taki_name_key(struct taki_arena *arena, taki_str last, taki_str first, taki_str full);

/** NFKC, lower case, without legal forms (株式会社, ㈱, Inc., Co., Ltd. ...), spaces and punctuation. */
taki_str taki_company_key(struct taki_arena *arena, taki_str raw);

/** 13 digits with the right check digit (first digit = 9 - (weighted sum of the others) mod 9); full width accepted,
 * `5.07E+12` never. */
taki_str taki_corporate_number_key(struct taki_arena *arena, taki_str raw);

/** Registrable domain (public suffix list) of a URL, host or e-mail domain, in ASCII (IDNA). */
taki_str taki_domain_key(struct taki_arena *arena, taki_str raw);

#endif
