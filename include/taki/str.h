/**
 * @file str.h
 * Borrowed text slices (taki_str) and growing bytes with a ceiling (taki_buf).
 */
#ifndef TAKI_STR_H
#define TAKI_STR_H

#include "taki/arena.h"
#include "taki/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Borrowed UTF-8 slice, not NUL-terminated; dies with what it points into. data NULL = the NULL value (unlike ""). */
typedef struct taki_str {
    const char *data;
    size_t size;
} taki_str;

#define TAKI_STR(literal) ((taki_str){"" literal, sizeof(literal) - 1})
#define TAKI_STR_INIT(literal)                                                                                         \
    {                                                                                                                  \
        "" literal, sizeof(literal) - 1                                                                                \
    }
#define TAKI_STR_NULL ((taki_str){NULL, 0})
/** For printf("%.*s", TAKI_STR_ARG(s)). */
#define TAKI_STR_ARG(s) (int)(s).size, (s).data ? (s).data : ""

static inline bool taki_str_is_null(taki_str s)
{
    return s.data == NULL;
}
/** NULL or "". */
static inline bool taki_str_is_blank(taki_str s)
{
    return s.size == 0;
}
/** View of a C string; NULL gives the NULL value. */
taki_str taki_str_of(const char *text);
/** NULL equals only NULL. */
bool taki_str_equal(taki_str a, taki_str b);
/** Equal to a C string. */
bool taki_str_is(taki_str s, const char *text);
/** ASCII letters compared without case. */
bool taki_str_equal_nocase(taki_str a, taki_str b);
/** Bytewise order (memcmp, shorter first); NULL before everything. */
int taki_str_compare(taki_str a, taki_str b);
bool taki_str_starts(taki_str s, taki_str prefix);
bool taki_str_ends(taki_str s, taki_str suffix);
/** Position of the first @p needle in @p s, or SIZE_MAX. */
size_t taki_str_find(taki_str s, taki_str needle);
/** Without ASCII white space and U+3000 on both ends. */
taki_str taki_str_trim(taki_str s);
/** The part before the first @p separator; *rest is what follows it, or NULL value if there was none. */
taki_str taki_str_cut(taki_str s, char separator, taki_str *rest);
/** Copied into @p arena (NULL stays NULL), NUL-terminated behind its end. */
taki_str taki_str_dup(struct taki_arena *arena, taki_str s);
/** Whole decimal integer with optional sign; false on anything else or overflow. */
bool taki_str_i64(taki_str s, int64_t *value);
/** Finite decimal number, "C" locale whatever the process locale is. */
bool taki_str_f64(taki_str s, double *value);
/** true/false/1/0/yes/no/t/f/y/n, any case. */
bool taki_str_bool(taki_str s, bool *value);

/** Growing bytes, born with a ceiling; beyond it every add fails softly and sets `overflow`. */
struct taki_buf {
    char *data;
    size_t size, capacity, ceiling;
    bool overflow;
};

/** Caller's memory; @p ceiling in bytes (> 0). Nothing is allocated yet. */
void taki_buf_init(struct taki_buf *buf, size_t ceiling);
/** Frees; the buffer may be used again. For TAKI_AUTO too. */
void taki_buf_reset(struct taki_buf *buf);
/** Size 0, memory kept. */
void taki_buf_clear(struct taki_buf *buf);
void taki_buf_add(struct taki_buf *buf, const void *data, size_t size);
void taki_buf_add_str(struct taki_buf *buf, taki_str s);
void taki_buf_add_text(struct taki_buf *buf, const char *text);
void taki_buf_add_char(struct taki_buf *buf, char c);
void taki_buf_add_i64(struct taki_buf *buf, int64_t value);
void taki_buf_format(struct taki_buf *buf, const char *format, ...) TAKI_PRINTF(2, 3);
/** Room for @p size more bytes and its address, or NULL beyond the ceiling; follow with taki_buf_grow. */
char *taki_buf_reserve(struct taki_buf *buf, size_t size);
void taki_buf_grow(struct taki_buf *buf, size_t size);
/** View of the contents; valid until the next add. */
taki_str taki_buf_view(const struct taki_buf *buf);
/** TAKI_CEILING with the name of what grew, if the buffer overflowed. */
TAKI_NODISCARD enum taki_status taki_buf_check(const struct taki_buf *buf, const char *what, struct taki_error *err);

#endif
