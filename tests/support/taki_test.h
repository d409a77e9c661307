/**
 * @file taki_test.h
 * The only way tests include cmocka (it needs four headers before it, in this order), plus comparers with readable
 * messages.
 */
#ifndef TAKI_TEST_H
#define TAKI_TEST_H

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "taki/date.h"
#include "taki/status.h"
#include "taki/str.h"

/** Fails with "what: got 'x', want 'y'". */
void taki_expect_str(const char *what, taki_str got, const char *want);
void taki_expect_i64(const char *what, int64_t got, int64_t want);
/** Fails with the status names and err's text. */
void taki_expect_status(const char *what, enum taki_status got, enum taki_status want, const struct taki_error *err);
/** Fails unless @p text contains @p part. */
void taki_expect_contains(const char *what, const char *text, const char *part);
/** A fresh folder under $TMPDIR, removed at exit. */
const char *taki_test_folder(void);

#endif
