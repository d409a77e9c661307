#include "taki/row.h"

#include "bytes.h"

#include "taki/text.h"

#include <math.h>
#include <string.h>

#define VARINT_MAX_BYTES 10

static bool is_text(enum taki_type type)
{
    return type == TAKI_TYPE_ID || type == TAKI_TYPE_TEXT || type == TAKI_TYPE_ENUM || type == TAKI_TYPE_LIST;
}

static const void *member(const struct taki_field *field, const void *row)
{
    return (const char *)row + field->offset;
}

static taki_str text_of(const struct taki_field *field, const void *row)
{
    taki_str text;
    memcpy(&text, member(field, row), sizeof text);
    return text;
}

/** Any of the integer-like types. */
static int64_t integer_of(const struct taki_field *field, const void *row)
{
    if (field->type == TAKI_TYPE_BOOL)
        return *(const int8_t *)member(field, row);
    if (field->type == TAKI_TYPE_DATE) {
        taki_date date;
        memcpy(&date, member(field, row), sizeof date);
        return date.days;
    }
    int64_t value = 0;
    memcpy(&value, member(field, row), sizeof value);
    return value;
}

/** IEEE bits with one zero; NaN never comes here, it is NULL. */
static uint64_t f64_bits(const struct taki_field *field, const void *row)
{
    double value = 0;
    uint64_t bits = 0;
    memcpy(&value, member(field, row), sizeof value);
    memcpy(&bits, &value, sizeof bits);
    return bits == UINT64_C(1) << 63 ? 0 : bits;
}

static unsigned char *put_varint(unsigned char *out, uint64_t value)
{
    while (value >= 0x80) {
        *out++ = (unsigned char)(value | 0x80);
        value >>= 7;
    }
    *out++ = (unsigned char)value;
    return out;
}

static uint64_t zigzag(int64_t value)
{
    return ((uint64_t)value << 1) ^ (value < 0 ? UINT64_MAX : 0);
}

static unsigned char *put_value(const struct taki_field *field, const void *row, unsigned char *out)
{
    if (is_text(field->type)) {
        const taki_str text = text_of(field, row);
        out = put_varint(out, text.size);
        memcpy(out, text.data, text.size);
        return out + text.size;
    }
    if (field->type == TAKI_TYPE_F64) {
        taki_store64(out, f64_bits(field, row));
        return out + 8;
    }
    return put_varint(out, zigzag(integer_of(field, row)));
}

/** Room that the encoding of @p row needs at most. */
static size_t encoded_ceiling(const struct taki_field *fields, size_t count, const void *row)
{
    size_t size = (count + 7) / 8 + count * VARINT_MAX_BYTES;
    for (size_t i = 0; i < count; i++) {
        if (is_text(fields[i].type))
            size += text_of(&fields[i], row).size;
    }
    return size;
}

void taki_row_encode(const struct taki_field *fields, size_t count, const void *row, struct taki_buf *out)
{
    const size_t bitmap = (count + 7) / 8;
    unsigned char *start = (unsigned char *)taki_buf_reserve(out, encoded_ceiling(fields, count, row));
    if (start == NULL)
        return; // the buffer says so in its overflow mark
    unsigned char *at = start + bitmap;
    memset(start, 0, bitmap);
    for (size_t i = 0; i < count; i++) {
        if (taki_field_is_null(&fields[i], row)) {
            start[i / 8] = (unsigned char)(start[i / 8] | 1U << (i % 8));
        } else {
            at = put_value(&fields[i], row, at);
        }
    }
    taki_buf_grow(out, (size_t)(at - start));
}

/** Bytes not read yet; `damage` says what was wrong, NULL = nothing. */
struct source {
    const unsigned char *at, *end;
    const char *damage;
};

static uint64_t take_varint(struct source *source)
{
    uint64_t value = 0;
    for (unsigned shift = 0; source->at < source->end; shift += 7) {
        const unsigned char byte = *source->at++;
        if (shift == 63 && byte > 1)
            break;
        value |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80)
            return value;
    }
    source->damage = "an integer that does not end";
    return 0;
}

static int64_t take_integer(struct source *source, int64_t least, int64_t most)
{
    const uint64_t coded = take_varint(source);
    const int64_t value = (int64_t)((coded >> 1) ^ (0 - (coded & 1)));
    if (value < least || value > most)
        source->damage = "an integer out of its range";
    return value;
}

static void take_text(struct source *source, void *to)
{
    const uint64_t size = take_varint(source);
    if (size > (uint64_t)(source->end - source->at)) {
        source->damage = "a text longer than the row";
        return;
    }
    const taki_str text = {(const char *)source->at, (size_t)size};
    memcpy(to, &text, sizeof text);
    source->at += size;
}

static void take_f64(struct source *source, void *to)
{
    if (source->end - source->at < 8) {
        source->damage = "a number cut off";
        return;
    }
    const uint64_t bits = taki_load64(source->at);
    double value = 0;
    memcpy(&value, &bits, sizeof value);
    if (!isfinite(value))
        source->damage = "a number that is none"; // NULL stands in the bitmap only
    memcpy(to, &value, sizeof value);
    source->at += 8;
}

/** NULL stands in the bitmap only, so the NULL values of the integer types are out of range here. */
static void take_value(const struct taki_field *field, struct source *source, void *row)
{
    char *to = (char *)row + field->offset;
    if (is_text(field->type)) {
        take_text(source, to);
    } else if (field->type == TAKI_TYPE_F64) {
        take_f64(source, to);
    } else if (field->type == TAKI_TYPE_BOOL) {
        *(int8_t *)to = (int8_t)take_integer(source, 0, 1);
    } else if (field->type == TAKI_TYPE_DATE) {
        const taki_date date = {(int32_t)take_integer(source, INT32_MIN + 1, INT32_MAX)};
        memcpy(to, &date, sizeof date);
    } else {
        const int64_t value = take_integer(source, INT64_MIN + 1, INT64_MAX);
        memcpy(to, &value, sizeof value);
    }
}

/** True if a bit behind the last column is set: these bytes are no row of these fields. */
static bool has_stray_bits(const unsigned char *bitmap, size_t count)
{
    return count % 8 != 0 && bitmap[count / 8] >> (count % 8) != 0;
}

enum taki_status taki_row_decode(const struct taki_field *fields, size_t count, taki_str bytes, void *row, size_t *used,
                                 struct taki_error *err)
{
    const size_t bitmap = (count + 7) / 8;
    const unsigned char *start = (const unsigned char *)bytes.data;
    if (bytes.size < bitmap || (bitmap > 0 && has_stray_bits(start, count)))
        return taki_fail(err, TAKI_DAMAGED, "stored row of %zu bytes is damaged at its start", bytes.size);
    struct source source = {start + bitmap, start + bytes.size, NULL};
    taki_fields_clear(fields, count, row);
    for (size_t i = 0; i < count && source.damage == NULL; i++) {
        if ((start[i / 8] >> (i % 8) & 1) == 0)
            take_value(&fields[i], &source, row);
        if (source.damage != NULL) {
            return taki_fail(err, TAKI_DAMAGED, "stored row is damaged in column '%s': %s", fields[i].name,
                             taki_text(source.damage));
        }
    }
    *used = (size_t)(source.at - start);
    return TAKI_OK;
}

/** 00 inside becomes 00 FF and the end is 00 00, so that "a" stands before "a\0" and both before "ab". */
static void add_text_key(taki_str text, struct taki_buf *out)
{
    while (text.size > 0) {
        const char *nul = memchr(text.data, '\0', text.size);
        const size_t plain = nul == NULL ? text.size : (size_t)(nul - text.data);
        taki_buf_add(out, text.data, plain);
        if (nul == NULL)
            break;
        taki_buf_add(out, "\0\xFF", 2);
        text = (taki_str){nul + 1, text.size - plain - 1};
    }
    taki_buf_add(out, "\0\0", 2);
}

static void add_key(const struct taki_field *field, const void *row, struct taki_buf *out)
{
    if (taki_field_is_null(field, row)) {
        taki_buf_add_char(out, '\0');
        return;
    }
    taki_buf_add_char(out, 1);
    if (is_text(field->type)) {
        add_text_key(text_of(field, row), out);
        return;
    }
    const uint64_t sign = UINT64_C(1) << 63;
    uint64_t ordered = 0;
    if (field->type == TAKI_TYPE_F64) {
        const uint64_t bits = f64_bits(field, row);
        ordered = (bits & sign) != 0 ? ~bits : bits | sign;
    } else {
        ordered = (uint64_t)integer_of(field, row) ^ sign;
    }
    char bytes[8];
    taki_store64_big(bytes, ordered);
    taki_buf_add(out, bytes, sizeof bytes);
}

void taki_row_key(const struct taki_field *fields, size_t count, const void *row, struct taki_buf *out)
{
    for (size_t i = 0; i < count; i++) {
        if ((fields[i].flags & TAKI_FIELD_KEY) != 0)
            add_key(&fields[i], row, out);
    }
}
