#include "steps.h"

#include <inttypes.h>
#include <stdio.h>

/* Two formats of one column that read the same text as two different days would make the result depend on luck: days
 * whose parts differ are written in each format and read with the others. */

struct moment {
    int year, month, day, hour, minute, second;
};

static const struct moment probes[] = {
    {2001, 2,  3,  4,  5,  6 },
    {2012, 11, 10, 9,  8,  7 },
    {2026, 12, 1,  23, 59, 58},
};

struct directive {
    size_t offset;
    int modulo;
    char letter;
};

static const struct directive directives[] = {
    {offsetof(struct moment, year),   10000, 'Y'},
    {offsetof(struct moment, year),   100,   'y'},
    {offsetof(struct moment, month),  100,   'm'},
    {offsetof(struct moment, day),    100,   'd'},
    {offsetof(struct moment, hour),   100,   'H'},
    {offsetof(struct moment, minute), 100,   'M'},
    {offsetof(struct moment, second), 100,   'S'},
};

static const struct directive *directive_of(char letter)
{
    for (size_t i = 0; i < TAKI_LEN(directives); i++) {
        if (directives[i].letter == letter)
            return &directives[i];
    }
    return NULL;
}

/* False for formats with parts that have no twin (%b, epochs): they cannot read what numbers alone wrote. */
static bool write_moment(const struct moment *moment, const char *format, struct taki_buf *out)
{
    for (; *format != '\0'; format++) {
        if (*format != '%') {
            taki_buf_add_char(out, *format);
            continue;
        }
        const struct directive *directive = directive_of(*++format);
        if (directive == NULL)
            return false;
        int value = *(const int *)(const void *)((const char *)moment + directive->offset) % directive->modulo;
        taki_buf_format(out, directive->modulo == 10000 ? "%04d" : "%02d", value);
    }
    return out->size > 0;
}

static bool same_time(const struct taki_time *a, const struct taki_time *b)
{
    return a->date.days == b->date.days && (a->kind != b->kind || a->local_us == b->local_us) &&
           a->instant.us == b->instant.us;
}

static bool contradict(const char *a, const char *b, struct taki_buf *text)
{
    for (size_t i = 0; i < TAKI_LEN(probes); i++) {
        taki_buf_clear(text);
        if (!write_moment(&probes[i], a, text))
            return false;
        struct taki_time one = taki_time_parse_format(taki_buf_view(text), a);
        struct taki_time two = taki_time_parse_format(taki_buf_view(text), b);
        if (one.kind != TAKI_TIME_INVALID && two.kind != TAKI_TIME_INVALID && !same_time(&one, &two))
            return true;
    }
    return false;
}

enum taki_status taki_formats_check(const char *place, const char *const *formats, size_t count, struct taki_error *err)
{
    struct taki_buf text TAKI_AUTO(taki_buf_reset);
    taki_buf_init(&text, 4096);
    for (size_t a = 0; a < count; a++) {
        for (size_t b = 0; b < count; b++) {
            if (a == b || !contradict(formats[a], formats[b], &text))
                continue;
            (void)taki_fail(err, TAKI_USAGE, "%s: '%s' and '%s' read the same text as different times: '%.*s'", place,
                            formats[a], formats[b], TAKI_STR_ARG(taki_buf_view(&text)));
            return taki_hint(err, "give one of them, or split the file by the way its dates are written");
        }
    }
    return TAKI_OK;
}
