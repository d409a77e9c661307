/**
 * @file text.h
 * Messages in English and Japanese, and UTF-8 helpers.
 *
 * Every user-facing format is written in English in the code and looked up, as a whole format, in catalogues of
 * (English, Japanese) rows: one per folder (messages_ja.c). Japanese is used when LC_ALL, LC_MESSAGES or LANG (the
 * first one set) begins with `ja`; the locale need not be installed. A test checks that every format has its row and
 * the same conversions.
 */
#ifndef TAKI_TEXT_H
#define TAKI_TEXT_H

#include "taki/arena.h"
#include "taki/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct taki_message {
    const char *en, *ja;
};

/** Adds a catalogue (static memory). Called once a folder at start. */
void taki_text_add(const struct taki_message *messages, size_t count);
/** Chooses the language from the environment; "en" or "ja" forces one. */
void taki_text_language(const char *forced);
bool taki_text_is_japanese(void);
/** The format in the chosen language; @p en itself when there is no row. */
const char *taki_text(const char *en) __attribute__((format_arg(1)));

/** True if all of @p s is well-formed UTF-8 (no surrogates, no overlongs); *bad receives the offset of the first bad
 * byte. */
bool taki_utf8_valid(taki_str s, size_t *bad);
/** Decodes one code point; *size receives its bytes (1 and U+FFFD on a bad byte). @p s not empty. */
uint32_t taki_utf8_next(taki_str s, size_t *size);
/** Encodes a code point into out; returns the bytes (1..4). */
size_t taki_utf8_put(uint32_t code_point, char out[4]);
/** NFKC + case fold of comparison keys, ASCII fast path. Lives in @p arena; invalid UTF-8 gives the NULL value. */
taki_str taki_utf8_fold(struct taki_arena *arena, taki_str s);
/** NFKC only. */
taki_str taki_utf8_nfkc(struct taki_arena *arena, taki_str s);

/** Version of the Unicode data behind folding, e.g. "15.0.0"; part of snapshot_id. */
const char *taki_unicode_version(void);

#endif
