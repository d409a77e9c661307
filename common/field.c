#include "taki/field.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool text_is_null(const void *member)
{
    return taki_str_is_null(*(const taki_str *)member);
}

static bool bool_is_null(const void *member)
{
    return *(const int8_t *)member == TAKI_BOOL_NULL;
}

static bool i64_is_null(const void *member)
{
    return *(const int64_t *)member == TAKI_I64_NULL;
}

/* No table holds an infinite number: x/0 is NULL (domain.md 1). */
static bool f64_is_null(const void *member)
{
    return !isfinite(*(const double *)member);
}

static bool date_is_null(const void *member)
{
    return taki_date_is_null(*(const taki_date *)member);
}

static void text_clear(void *member)
{
    *(taki_str *)member = TAKI_STR_NULL;
}

static void bool_clear(void *member)
{
    *(int8_t *)member = TAKI_BOOL_NULL;
}

static void i64_clear(void *member)
{
    *(int64_t *)member = TAKI_I64_NULL;
}

static void f64_clear(void *member)
{
    *(double *)member = (double)NAN;
}

static void date_clear(void *member)
{
    *(taki_date *)member = TAKI_DATE_NULL;
}

static void text_print(const void *member, int money_digits, struct taki_buf *out)
{
    (void)money_digits;
    taki_buf_add_str(out, *(const taki_str *)member);
}

static void bool_print(const void *member, int money_digits, struct taki_buf *out)
{
    (void)money_digits;
    taki_buf_add_text(out, *(const int8_t *)member != 0 ? "true" : "false");
}

static void i64_print(const void *member, int money_digits, struct taki_buf *out)
{
    (void)money_digits;
    taki_buf_add_i64(out, *(const int64_t *)member);
}

static void f64_print(const void *member, int money_digits, struct taki_buf *out)
{
    (void)money_digits;
    taki_f64_print(*(const double *)member, out);
}

static void date_print(const void *member, int money_digits, struct taki_buf *out)
{
    (void)money_digits;
    char text[11];
    taki_date_print(*(const taki_date *)member, text);
    taki_buf_add_text(out, text);
}

static void instant_print(const void *member, int money_digits, struct taki_buf *out)
{
    (void)money_digits;
    char text[28];
    taki_instant_print(*(const taki_instant *)member, text);
    taki_buf_add_text(out, text);
}

static void money_print(const void *member, int money_digits, struct taki_buf *out)
{
    char text[32];
    size_t size = taki_money_print(*(const int64_t *)member, money_digits, text);
    taki_buf_add(out, text, size);
}

/* taki_instant holds one int64_t whose NULL is the minimum too, so it shares the functions of I64. */
static const struct {
    const char *name;
    size_t size;
    bool (*is_null)(const void *member);
    void (*clear)(void *member);
    void (*print)(const void *member, int money_digits, struct taki_buf *out);
} types[] = {
    [TAKI_TYPE_ID] = {"id",      sizeof(TAKI_C_ID),      text_is_null, text_clear, text_print   },
    [TAKI_TYPE_TEXT] = {"text",    sizeof(TAKI_C_TEXT),    text_is_null, text_clear, text_print   },
    [TAKI_TYPE_ENUM] = {"enum",    sizeof(TAKI_C_ENUM),    text_is_null, text_clear, text_print   },
    [TAKI_TYPE_LIST] = {"list",    sizeof(TAKI_C_LIST),    text_is_null, text_clear, text_print   },
    [TAKI_TYPE_BOOL] = {"bool",    sizeof(TAKI_C_BOOL),    bool_is_null, bool_clear, bool_print   },
    [TAKI_TYPE_I64] = {"i64",     sizeof(TAKI_C_I64),     i64_is_null,  i64_clear,  i64_print    },
    [TAKI_TYPE_F64] = {"f64",     sizeof(TAKI_C_F64),     f64_is_null,  f64_clear,  f64_print    },
    [TAKI_TYPE_DATE] = {"date",    sizeof(TAKI_C_DATE),    date_is_null, date_clear, date_print   },
    [TAKI_TYPE_INSTANT] = {"instant", sizeof(TAKI_C_INSTANT), i64_is_null,  i64_clear,  instant_print},
    [TAKI_TYPE_MONEY] = {"money",   sizeof(TAKI_C_MONEY),   i64_is_null,  i64_clear,  money_print  },
};
_Static_assert(TAKI_LEN(types) == TAKI_TYPE_COUNT_, "a logical type has no row");

const char *taki_type_name(enum taki_type type)
{
    return types[type].name;
}

bool taki_type_find(taki_str name, enum taki_type *type)
{
    for (size_t i = 0; i < TAKI_LEN(types); i++) {
        if (taki_str_is(name, types[i].name)) {
            *type = (enum taki_type)i;
            return true;
        }
    }
    return false;
}

size_t taki_type_size(enum taki_type type)
{
    return types[type].size;
}

bool taki_field_is_null(const struct taki_field *field, const void *row)
{
    return types[field->type].is_null((const char *)row + field->offset);
}

void taki_fields_clear(const struct taki_field *fields, size_t count, void *row)
{
    for (size_t i = 0; i < count; i++)
        types[fields[i].type].clear((char *)row + fields[i].offset);
}

void taki_field_print(const struct taki_field *field, const void *row, int money_digits, struct taki_buf *out)
{
    if (!taki_field_is_null(field, row))
        types[field->type].print((const char *)row + field->offset, money_digits, out);
}

#define F64_DIGITS 12
/* Decimal exponents written without exponent: 1e-7 <= |x| < 1e15. */
#define FIRST_PLAIN_EXPONENT (-7)
#define LAST_PLAIN_EXPONENT 14

/* d.ddd with @p point digits before the point, or 0.000ddd if point <= 0. */
static void add_plain(const char *digits, int count, int point, struct taki_buf *out)
{
    if (point <= 0)
        taki_buf_add_text(out, "0.");
    for (int i = point; i < 0; i++)
        taki_buf_add_char(out, '0');
    for (int i = 0; i < count || i < point; i++) {
        if (i == point && i > 0)
            taki_buf_add_char(out, '.');
        if (i < count) {
            taki_buf_add_char(out, digits[i]);
        } else {
            taki_buf_add_char(out, '0');
        }
    }
}

void taki_f64_print(double value, struct taki_buf *out)
{
    if (!isfinite(value))
        return;
    char text[F64_DIGITS + 16], digits[F64_DIGITS + 1] = {0};
    (void)snprintf(text, sizeof text, "%.*e", F64_DIGITS - 1, fabs(value));
    /* Only digits are taken over: what stands between them is the locale's decimal point. */
    int count = 0;
    const char *c = text;
    for (; *c != 'e' && *c != '\0'; c++) {
        if (*c >= '0' && *c <= '9' && count < F64_DIGITS)
            digits[count++] = *c;
    }
    int exponent = *c == 'e' ? (int)strtol(c + 1, NULL, 10) : 0;
    while (count > 1 && digits[count - 1] == '0')
        count--;
    bool zero = count == 1 && digits[0] == '0';
    if (signbit(value) != 0 && !zero)
        taki_buf_add_char(out, '-');
    if (exponent >= FIRST_PLAIN_EXPONENT && exponent <= LAST_PLAIN_EXPONENT) {
        add_plain(digits, count, exponent + 1, out);
    } else {
        add_plain(digits, count, 1, out);
        taki_buf_add_char(out, 'e');
        taki_buf_add_i64(out, exponent);
    }
}
