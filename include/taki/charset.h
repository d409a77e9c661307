/**
 * @file charset.h
 * Character sets of files from outside: names people use, what a byte order mark says, strict conversion to UTF-8.
 *
 * Nothing is guessed from the text itself: the charset comes from the configuration, then `charset=` of Content-Type,
 * then a byte order mark, then it is UTF-8; bytes that do not fit are an error with their offset (apis.md 6.2).
 * Shift_JIS and its spellings mean CP932, EUC-JP means EUC-JP-MS: the plain tables know neither U+2460 nor U+9AD9.
 */
#ifndef TAKI_CHARSET_H
#define TAKI_CHARSET_H

#include "taki/status.h"
#include "taki/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** One of a fixed list; static memory. */
struct taki_charset {
    const char *name;     /**< "utf-8", "cp932", "euc-jp", "utf-16le", "utf-16be", "utf-16" (a mark decides) */
    const char *encoding; /**< the converter's name for it */
    size_t unit;          /**< bytes of its smallest character */
};

/** By any common spelling without case ("Shift_JIS", "windows-31j", "UTF8"); NULL if it is none we read. */
const struct taki_charset *taki_charset_find(taki_str name);
/** i-th name for messages; NULL behind the last. */
const char *taki_charset_name(size_t i);

/** What the byte order mark at the start of @p body says, and its size; NULL and 0 without one. */
const struct taki_charset *taki_charset_of_mark(taki_str body, size_t *size);
/** Value of `charset=` in a Content-Type header, without quotes; NULL value if there is none. */
taki_str taki_charset_of_content_type(taki_str content_type);

/**
 * The rule above. @p configured and @p content_type may be NULL values; @p body needs only its first three bytes.
 * TAKI_USAGE for a configured name that is unknown, TAKI_CONTRACT for an announced one, and for "utf-16" without a
 * mark.
 */
TAKI_NODISCARD enum taki_status taki_charset_choose(taki_str configured, taki_str content_type, taki_str body,
                                                    const struct taki_charset **charset, struct taki_error *err);

/**
 * Appends all of @p body to @p out as UTF-8, without byte order mark. TAKI_CONTRACT with the byte offset at the first
 * byte that does not fit, and for a character cut off by the end; TAKI_CEILING beyond @p out's ceiling.
 */
TAKI_NODISCARD enum taki_status taki_charset_decode(const struct taki_charset *charset, taki_str body,
                                                    struct taki_buf *out, struct taki_error *err);

/** The same in pieces: characters may be cut by the borders between them. Offsets count from the first byte fed. */
struct taki_decoder;
TAKI_NODISCARD enum taki_status taki_decoder_open(const struct taki_charset *charset, struct taki_decoder **decoder,
                                                  struct taki_error *err);
TAKI_NODISCARD enum taki_status taki_decoder_feed(struct taki_decoder *decoder, taki_str bytes, struct taki_buf *out,
                                                  struct taki_error *err);
/** TAKI_CONTRACT if a character was begun and never ended. */
TAKI_NODISCARD enum taki_status taki_decoder_finish(struct taki_decoder *decoder, struct taki_error *err);
void taki_decoder_close(struct taki_decoder *decoder);
void taki_decoder_auto(struct taki_decoder **decoder);

#endif
