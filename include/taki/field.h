/**
 * @file field.h
 * Column descriptors. A column is declared once, as one line of an X-macro list; the C member, CSV header, Parquet
 * schema, DDL, data dictionary, row codec and sort key all come from that line.
 *
 *     #define COLUMNS(COL)                                          \
 *         COL(person_id, ID,  KEY, "",     "golden person")         \
 *         COL(n_passes,  I64, 0,   "rows", "passes of the person")
 *     struct row { COLUMNS(TAKI_MEMBER) };
 *     #define TAKI_ROW struct row
 *     static const struct taki_field fields[] = {COLUMNS(TAKI_FIELD)};
 *
 * Flags in a list: 0, KEY, OPT (may be NULL), PII, PII_OPT.
 */
#ifndef TAKI_FIELD_H
#define TAKI_FIELD_H

#include "taki/date.h"
#include "taki/money.h"
#include "taki/str.h"

#include <stddef.h>
#include <stdint.h>

/** Logical types of design.md / domain.md 1 and their C member; NULL is a value of the member (see TAKI_*_NULL). */
enum taki_type {
    TAKI_TYPE_ID,      /**< taki_str, NULL = data NULL */
    TAKI_TYPE_TEXT,    /**< taki_str */
    TAKI_TYPE_ENUM,    /**< taki_str out of a closed list named in the meaning */
    TAKI_TYPE_LIST,    /**< taki_str holding JSON array text */
    TAKI_TYPE_BOOL,    /**< int8_t 0/1, NULL = -1 */
    TAKI_TYPE_I64,     /**< int64_t, NULL = INT64_MIN */
    TAKI_TYPE_F64,     /**< double, NULL = NaN; 12 significant digits on output */
    TAKI_TYPE_DATE,    /**< taki_date */
    TAKI_TYPE_INSTANT, /**< taki_instant */
    TAKI_TYPE_MONEY,   /**< int64_t minor units of the reporting currency, NULL = INT64_MIN */
    TAKI_TYPE_COUNT_
};

#define TAKI_I64_NULL INT64_MIN
#define TAKI_BOOL_NULL ((int8_t)-1)

enum {
    TAKI_FIELD_KEY = 1, /**< part of the table's grain; rows are sorted by the KEY columns in column order, bytewise */
    TAKI_FIELD_NULLABLE = 2, /**< may be NULL */
    TAKI_FIELD_PII = 4,      /**< personal data: hashed or left out where a target says so */
};

struct taki_field {
    const char *name;
    enum taki_type type;
    uint32_t flags;
    uint32_t offset; /**< of the member in the row struct */
    const char *unit;
    const char *meaning;
};

#define TAKI_C_ID taki_str
#define TAKI_C_TEXT taki_str
#define TAKI_C_ENUM taki_str
#define TAKI_C_LIST taki_str
#define TAKI_C_BOOL int8_t
#define TAKI_C_I64 int64_t
#define TAKI_C_F64 double
#define TAKI_C_DATE taki_date
#define TAKI_C_INSTANT taki_instant
#define TAKI_C_MONEY int64_t

/** Flags as written in a column list. */
#define TAKI_FLAG_0 0
#define TAKI_FLAG_KEY TAKI_FIELD_KEY
#define TAKI_FLAG_OPT TAKI_FIELD_NULLABLE
#define TAKI_FLAG_PII (TAKI_FIELD_PII)
#define TAKI_FLAG_PII_OPT (TAKI_FIELD_PII | TAKI_FIELD_NULLABLE)

/** One column list line as a struct member. */
#define TAKI_MEMBER(name, type, flag, unit, meaning) TAKI_C_##type name;
/** One column list line as a descriptor; `TAKI_ROW` must be #defined to the row struct before the list is expanded. */
#define TAKI_FIELD(name, type, flag, unit, meaning)                                                                    \
    {#name, TAKI_TYPE_##type, TAKI_FLAG_##flag, (uint32_t)offsetof(TAKI_ROW, name), unit, meaning},

/** "id", "text", "enum", "list", "bool", "i64", "f64", "date", "instant", "money". */
const char *taki_type_name(enum taki_type type);
/** False if unknown. */
bool taki_type_find(taki_str name, enum taki_type *type);
/** Size in bytes of the C member. */
size_t taki_type_size(enum taki_type type);
/** True if the member of @p row is NULL. */
bool taki_field_is_null(const struct taki_field *field, const void *row);
/** Sets all members of @p row to NULL. */
void taki_fields_clear(const struct taki_field *fields, size_t count, void *row);
/** Text of a value in the frozen CSV form without quoting (dates, instants with Z, money in @p money_digits decimals,
 * f64 12 digits). NULL adds nothing. */
void taki_field_print(const struct taki_field *field, const void *row, int money_digits, struct taki_buf *out);
/** 12 significant digits, shortest form that keeps them, "C" locale; no exponent below 1e15 and above 1e-7. */
void taki_f64_print(double value, struct taki_buf *out);

#endif
