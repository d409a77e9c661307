#include "taki/csv.h"

#include "bytes.h"
#include "csv_scan.h"

#include <string.h>

#define DEFAULT_FIELDS 10000
#define DEFAULT_RECORD_BYTES ((size_t)16 << 20)

struct taki_csv *taki_csv_new(struct taki_arena *arena, taki_str text, const struct taki_csv_options *options)
{
    struct taki_csv *csv = TAKI_NEW(arena, struct taki_csv);
    *csv = (struct taki_csv){.arena = arena, .text = text, .line = 1};
    if (options != NULL)
        csv->options = *options;
    if (csv->options.delimiter == '\0')
        csv->options.delimiter = ',';
    if (csv->options.max_fields == 0)
        csv->options.max_fields = DEFAULT_FIELDS;
    if (csv->options.max_record_bytes == 0)
        csv->options.max_record_bytes = DEFAULT_RECORD_BYTES;
    if (taki_str_is_null(text))
        csv->text = TAKI_STR("");
    if (taki_str_starts(text, TAKI_STR("\xEF\xBB\xBF")))
        csv->at = 3;
    return csv;
}

static void grow_fields(struct taki_csv *csv)
{
    const size_t capacity = csv->capacity == 0 ? 64 : csv->capacity * 2;
    taki_str *fields = TAKI_NEW_ARRAY(csv->arena, capacity, taki_str);
    uint32_t *doubled = TAKI_NEW_ARRAY(csv->arena, capacity, uint32_t);
    if (csv->count > 0) {
        memcpy(fields, csv->fields, csv->count * sizeof *fields);
        memcpy(doubled, csv->doubled, csv->doubled_count * sizeof *doubled);
    }
    csv->fields = fields;
    csv->doubled = doubled;
    csv->capacity = capacity;
}

bool taki_csv_push(struct taki_csv *csv, taki_str field)
{
    if (csv->count == csv->options.max_fields)
        return false;
    if (csv->count == csv->capacity)
        grow_fields(csv);
    csv->fields[csv->count++] = field;
    return true;
}

void taki_csv_scratch(struct taki_csv *csv, size_t size, size_t keep)
{
    if (size <= csv->scratch_size)
        return;
    const size_t grown = size < 4096 ? 4096 : size * 2;
    char *scratch = taki_arena_alloc(csv->arena, grown);
    if (keep > 0)
        memcpy(scratch, csv->scratch, keep);
    csv->scratch = scratch;
    csv->scratch_size = grown;
}

/** First delimiter, quote, CR or LF from @p at on, or @p end. */
static inline const char *skip_plain(const char *at, const char *end, unsigned char delimiter)
{
    while (end - at >= 8) {
        const uint64_t word = taki_load64(at);
        const uint64_t marks = taki_all_equal(word, delimiter) | taki_all_equal(word, '"') |
                               taki_all_equal(word, '\n') | taki_all_equal(word, '\r');
        if (marks != 0)
            return at + taki_lowest_byte(marks);
        at += 8;
    }
    for (; at < end; at++) {
        if ((unsigned char)*at == delimiter || *at == '"' || *at == '\n' || *at == '\r')
            break;
    }
    return at;
}

/** What stands at @p at behind a field. */
enum follow { FOLLOW_DELIMITER, FOLLOW_END, FOLLOW_ODD };

/** Sets end and behind of the record if it ends at @p at. */
static inline enum follow what_follows(struct taki_csv *csv, const char *at)
{
    const char *start = csv->text.data;
    const char *end = start + csv->text.size;
    csv->end = (size_t)(at - start);
    if (at < end && *at == csv->options.delimiter)
        return FOLLOW_DELIMITER;
    if (at < end && *at == '\r')
        at++;
    csv->behind = (size_t)(at - start) + (at < end);
    return at == end || *at == '\n' ? FOLLOW_END : FOLLOW_ODD;
}

/** Scans the quoted field whose opening quote is at @p at; NULL if it is not clean. Returns what is behind it. */
static const char *scan_quoted(struct taki_csv *csv, const char *at, const char *end, taki_str *field)
{
    const char *body = at + 1;
    bool doubled = false;
    for (at = body;; at += 2) {
        at = memchr(at, '"', (size_t)(end - at));
        if (at == NULL)
            return NULL;
        if (at + 1 == end || at[1] != '"')
            break;
        doubled = true;
    }
    if (doubled) {
        if (csv->count == csv->capacity)
            grow_fields(csv);
        csv->doubled[csv->doubled_count++] = (uint32_t)csv->count;
    }
    csv->quoted = true;
    *field = (taki_str){body, (size_t)(at - body)};
    return at + 1;
}

/** One record by the fast path: fields are views into the text. */
static enum taki_csv_outcome scan_record(struct taki_csv *csv)
{
    const char *at = csv->text.data + csv->at;
    const char *end = csv->text.data + csv->text.size;
    const size_t left = (size_t)(end - at);
    if (left > 2 && left - 2 > csv->options.max_record_bytes)
        end = at + csv->options.max_record_bytes + 2; // with a line end; what does not end here is too long
    for (;;) {
        taki_str field = {at, 0};
        if (at < end && *at == '"') {
            at = scan_quoted(csv, at, end, &field);
            if (at == NULL)
                return TAKI_CSV_ODD;
        } else {
            at = skip_plain(at, end, (unsigned char)csv->options.delimiter);
            field.size = (size_t)(at - field.data);
            if (field.size == 0)
                field.data = NULL;
        }
        const enum follow follow = what_follows(csv, at);
        if (follow == FOLLOW_ODD)
            return TAKI_CSV_ODD;
        if (!taki_csv_push(csv, field))
            return TAKI_CSV_FIELDS;
        if (follow == FOLLOW_END)
            return TAKI_CSV_OK;
        at++;
    }
}

/** Copies the fields that hold doubled quotes, with single ones. */
static void undouble(struct taki_csv *csv)
{
    size_t used = 0;
    taki_csv_scratch(csv, csv->end - csv->at, 0);
    for (size_t i = 0; i < csv->doubled_count; i++) {
        taki_str *field = &csv->fields[csv->doubled[i]];
        char *out = csv->scratch + used;
        size_t size = 0;
        for (size_t k = 0; k < field->size; k++) {
            out[size++] = field->data[k];
            k += field->data[k] == '"';
        }
        *field = (taki_str){out, size};
        used += size;
    }
}

static enum taki_csv_outcome read_record(struct taki_csv *csv)
{
    enum taki_csv_outcome outcome = TAKI_CSV_ODD;
    csv->count = 0;
    csv->doubled_count = 0;
    csv->quoted = false;
    if (!csv->options.libcsv_only)
        outcome = scan_record(csv);
    if (outcome == TAKI_CSV_OK && csv->doubled_count > 0)
        undouble(csv);
    if (outcome == TAKI_CSV_ODD) {
        csv->count = 0;
        csv->doubled_count = 0;
        outcome = taki_csv_by_libcsv(csv);
    }
    if (outcome == TAKI_CSV_OK && csv->end - csv->at > csv->options.max_record_bytes)
        return TAKI_CSV_TOO_LONG;
    return outcome;
}

static size_t count_line_ends(const char *at, size_t size)
{
    size_t lines = 0;
    const char *end = at + size;
    while (at < end && (at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        lines++;
        at++;
    }
    return lines;
}

static void skip_empty_lines(struct taki_csv *csv)
{
    const char *data = csv->text.data;
    for (;;) {
        size_t at = csv->at;
        at += at < csv->text.size && data[at] == '\r';
        if (at == csv->text.size)
            csv->at = at; // a CR at the end of the text is a line end too
        if (at == csv->text.size || data[at] != '\n')
            return;
        csv->at = at + 1;
        csv->line++;
    }
}

static enum taki_status refuse(const struct taki_csv *csv, enum taki_csv_outcome outcome, struct taki_error *err)
{
    if (outcome == TAKI_CSV_CUT) {
        return taki_fail(err, TAKI_CONTRACT, "CSV line %zu (byte %zu): the text ends inside quotes", csv->line,
                         csv->at);
    }
    if (outcome == TAKI_CSV_FIELDS) {
        return taki_fail(err, TAKI_CEILING, "CSV line %zu (byte %zu): more than %zu fields", csv->line, csv->at,
                         csv->options.max_fields);
    }
    if (outcome == TAKI_CSV_TOO_LONG) {
        return taki_fail(err, TAKI_CEILING, "CSV line %zu (byte %zu): record longer than %zu bytes", csv->line, csv->at,
                         csv->options.max_record_bytes);
    }
    return taki_fail(err, TAKI_CONTRACT, "CSV line %zu (byte %zu): stray quote", csv->line, csv->at);
}

enum taki_status taki_csv_next(struct taki_csv *csv, struct taki_csv_record *record, struct taki_error *err)
{
    skip_empty_lines(csv);
    if (csv->at == csv->text.size)
        return TAKI_END;
    const enum taki_csv_outcome outcome = read_record(csv);
    if (outcome != TAKI_CSV_OK)
        return refuse(csv, outcome, err);
    const char *start = csv->text.data + csv->at;
    *record = (struct taki_csv_record){
        .fields = csv->fields,
        .count = csv->count,
        .offset = csv->at,
        .line = csv->line,
        .raw = {start, csv->end - csv->at}
    };
    csv->line += csv->quoted ? count_line_ends(start, csv->behind - csv->at) : 1;
    csv->at = csv->behind;
    return TAKI_OK;
}

void taki_csv_skip_line(struct taki_csv *csv)
{
    const char *start = csv->text.data + csv->at;
    const char *end = memchr(start, '\n', csv->text.size - csv->at);
    csv->at = end == NULL ? csv->text.size : (size_t)(end - csv->text.data) + 1;
    csv->line++;
}

void taki_csv_add(struct taki_buf *buf, taki_str value)
{
    if (taki_str_is_null(value))
        return;
    bool quote = value.size == 0;
    for (size_t i = 0; i < value.size && !quote; i++)
        quote = value.data[i] == '"' || value.data[i] == ',' || value.data[i] == '\n' || value.data[i] == '\r';
    if (!quote) {
        taki_buf_add_str(buf, value);
        return;
    }
    taki_buf_add_char(buf, '"');
    for (size_t i = 0; i < value.size; i++) {
        const char c = value.data[i];
        if (c == '"')
            taki_buf_add_char(buf, '"');
        taki_buf_add_char(buf, (char)(c == '\n' || c == '\r' ? ' ' : c));
    }
    taki_buf_add_char(buf, '"');
}
