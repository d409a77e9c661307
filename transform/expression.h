/**
 * @file expression.h
 * Boolean rules over named fields, as taki.yml writes them: `seniority in (exec, director) and not department =
 * "人事"`.
 *
 * Grammar: or, and, not, parentheses; `field = value`, `!=`, `<`, `<=`, `>`, `>=`, `in (a, b)`, `contains`, `starts`,
 * `ends`, and a bare boolean field. Values are words, "quoted texts" or numbers. Text compares without case of ASCII
 * letters; a NULL field compares false to everything but `= null`.
 */
#ifndef TAKI_TRANSFORM_EXPRESSION_H
#define TAKI_TRANSFORM_EXPRESSION_H

#include "taki/arena.h"
#include "taki/status.h"
#include "taki/str.h"

struct taki_expression;

/** Value of field @p field (index into the names given to parse) of the subject; NULL if it has none. Numbers as
 * decimal text. */
typedef taki_str (*taki_expression_value)(const void *subject, size_t field);

/** Checks @p text against @p names. TAKI_USAGE tells what is wrong and the nearest known name. Lives in @p arena. */
TAKI_NODISCARD enum taki_status taki_expression_new(struct taki_arena *arena, taki_str text, const char *const *names,
                                                    size_t count, const struct taki_expression **expression,
                                                    struct taki_error *err);
bool taki_expression_holds(const struct taki_expression *expression, taki_expression_value value, const void *subject);

#endif
