#include "taki/str.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

taki_str taki_str_of(const char *text)
{
    return text != NULL ? (taki_str){text, strlen(text)} : TAKI_STR_NULL;
}

bool taki_str_equal(taki_str a, taki_str b)
{
    if (taki_str_is_null(a) || taki_str_is_null(b))
        return taki_str_is_null(a) && taki_str_is_null(b);
    return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
}

bool taki_str_is(taki_str s, const char *text)
{
    return taki_str_equal(s, taki_str_of(text));
}

static char lower(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c - 'A' + 'a');
    return c;
}

bool taki_str_equal_nocase(taki_str a, taki_str b)
{
    if (taki_str_is_null(a) != taki_str_is_null(b) || a.size != b.size)
        return false;
    for (size_t i = 0; i < a.size; i++) {
        if (lower(a.data[i]) != lower(b.data[i]))
            return false;
    }
    return true;
}

int taki_str_compare(taki_str a, taki_str b)
{
    if (taki_str_is_null(a) || taki_str_is_null(b))
        return (int)taki_str_is_null(b) - (int)taki_str_is_null(a);
    size_t common = a.size < b.size ? a.size : b.size;
    int order = common > 0 ? memcmp(a.data, b.data, common) : 0;
    if (order != 0)
        return order;
    return (a.size > b.size) - (a.size < b.size);
}

bool taki_str_starts(taki_str s, taki_str prefix)
{
    return s.size >= prefix.size && (prefix.size == 0 || memcmp(s.data, prefix.data, prefix.size) == 0);
}

bool taki_str_ends(taki_str s, taki_str suffix)
{
    return s.size >= suffix.size &&
           (suffix.size == 0 || memcmp(s.data + s.size - suffix.size, suffix.data, suffix.size) == 0);
}

size_t taki_str_find(taki_str s, taki_str needle)
{
    if (needle.size == 0)
        return 0;
    for (size_t from = 0; from + needle.size <= s.size;) {
        const char *hit = memchr(s.data + from, needle.data[0], s.size - needle.size + 1 - from);
        if (hit == NULL)
            return SIZE_MAX;
        if (memcmp(hit, needle.data, needle.size) == 0)
            return (size_t)(hit - s.data);
        from = (size_t)(hit - s.data) + 1;
    }
    return SIZE_MAX;
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

taki_str taki_str_trim(taki_str s)
{
    static const taki_str wide_space = TAKI_STR_INIT("\xE3\x80\x80"); /* U+3000, common in Japanese forms */
    for (;;) {
        if (s.size > 0 && is_space(s.data[0])) {
            s = (taki_str){s.data + 1, s.size - 1};
        } else if (taki_str_starts(s, wide_space)) {
            s = (taki_str){s.data + wide_space.size, s.size - wide_space.size};
        } else {
            break;
        }
    }
    for (;;) {
        if (s.size > 0 && is_space(s.data[s.size - 1])) {
            s.size--;
        } else if (taki_str_ends(s, wide_space)) {
            s.size -= wide_space.size;
        } else {
            return s;
        }
    }
}

taki_str taki_str_cut(taki_str s, char separator, taki_str *rest)
{
    const char *hit = s.size > 0 ? memchr(s.data, separator, s.size) : NULL;
    if (hit == NULL) {
        *rest = TAKI_STR_NULL;
        return s;
    }
    size_t before = (size_t)(hit - s.data);
    *rest = (taki_str){hit + 1, s.size - before - 1};
    return (taki_str){s.data, before};
}

taki_str taki_str_dup(struct taki_arena *arena, taki_str s)
{
    if (taki_str_is_null(s))
        return s;
    return (taki_str){taki_arena_copy(arena, s.data, s.size), s.size};
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool taki_str_i64(taki_str s, int64_t *value)
{
    bool negative = s.size > 0 && s.data[0] == '-';
    size_t i = negative || (s.size > 0 && s.data[0] == '+') ? 1 : 0;
    if (i == s.size)
        return false;
    /* Gathered below zero, because the minimum has no positive twin. */
    int64_t sum = 0;
    for (; i < s.size; i++) {
        if (!is_digit(s.data[i]) || __builtin_mul_overflow(sum, 10, &sum) ||
            __builtin_sub_overflow(sum, s.data[i] - '0', &sum))
            return false;
    }
    if (!negative && sum == INT64_MIN)
        return false;
    *value = negative ? sum : -sum;
    return true;
}

/* Reads [digits][.digits] from s.data + *at into out without the point; *scale = digits after the point. */
static bool take_decimal(taki_str s, size_t *at, char *out, size_t *out_size, int *scale)
{
    bool point = false, any = false;
    for (; *at < s.size; (*at)++) {
        char c = s.data[*at];
        if (c == '.' && !point) {
            point = true;
        } else if (is_digit(c)) {
            out[(*out_size)++] = c;
            *scale += point ? 1 : 0;
            any = true;
        } else {
            break;
        }
    }
    return any;
}

#define F64_TEXT_BYTES 400

bool taki_str_f64(taki_str s, double *value)
{
    /* strtod knows the locale's decimal point, so it gets none: "12.5e3" goes in as "125e2". */
    char text[F64_TEXT_BYTES + 32];
    size_t at = 0, size = 0;
    int scale = 0;
    if (s.size == 0 || s.size > F64_TEXT_BYTES)
        return false;
    if (s.data[0] == '-' || s.data[0] == '+')
        text[size++] = s.data[at++];
    if (!take_decimal(s, &at, text, &size, &scale))
        return false;
    int64_t exponent = 0;
    if (at < s.size && (s.data[at] == 'e' || s.data[at] == 'E')) {
        taki_str digits = {s.data + at + 1, s.size - at - 1};
        if (!taki_str_i64(digits, &exponent) || exponent > 100000 || exponent < -100000)
            return false;
        at = s.size;
    }
    struct taki_buf tail = {.data = text + size, .capacity = sizeof text - size, .ceiling = sizeof text - size};
    taki_buf_add_char(&tail, 'e');
    taki_buf_add_i64(&tail, exponent - scale);
    taki_buf_add_char(&tail, '\0');
    double parsed = strtod(text, NULL);
    if (at != s.size || !isfinite(parsed))
        return false;
    *value = parsed;
    return true;
}

bool taki_str_bool(taki_str s, bool *value)
{
    static const struct {
        const char *text;
        bool value;
    } words[] = {
        {"true",  true },
        {"false", false},
        {"1",     true },
        {"0",     false},
        {"yes",   true },
        {"no",    false},
        {"t",     true },
        {"f",     false},
        {"y",     true },
        {"n",     false},
    };
    for (size_t i = 0; i < TAKI_LEN(words); i++) {
        if (taki_str_equal_nocase(s, taki_str_of(words[i].text))) {
            *value = words[i].value;
            return true;
        }
    }
    return false;
}
