#include "steps.h"

#include "taki/json.h"

#include <string.h>

bool taki_read_instant(const struct taki_zone *zone, taki_str text, taki_instant *instant)
{
    *instant = TAKI_INSTANT_NULL;
    if (taki_str_is_null(text))
        return true;
    struct taki_time time = taki_time_parse(taki_str_trim(text));
    if (time.kind == TAKI_TIME_INSTANT) {
        *instant = time.instant;
    } else if (time.kind == TAKI_TIME_LOCAL) {
        *instant = taki_zone_instant(zone, time.local_us);
    } else if (time.kind == TAKI_TIME_DATE) {
        *instant = taki_zone_day_end(zone, time.date);
    }
    return time.kind != TAKI_TIME_INVALID;
}

bool taki_read_date(taki_str text, taki_date *date)
{
    *date = TAKI_DATE_NULL;
    if (taki_str_is_null(text))
        return true;
    struct taki_time time = taki_time_parse(taki_str_trim(text));
    *date = time.date;
    return time.kind == TAKI_TIME_DATE;
}

bool taki_read_i64(taki_str text, int64_t *value)
{
    *value = TAKI_I64_NULL;
    if (taki_str_is_null(text))
        return true;
    text = taki_str_trim(text);
    taki_str rest = TAKI_STR_NULL;
    taki_str whole = taki_str_cut(text, '.', &rest);
    for (size_t i = 0; i < rest.size; i++) {
        if (rest.data[i] != '0')
            return false;
    }
    return taki_str_i64(whole, value);
}

/* Salesforce's case-safe ids: three characters, one for each five of the 15, say which letters are upper case. */
taki_str taki_long_id(struct taki_arena *arena, taki_str id)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
    if (id.size != 15)
        return id;
    char *out = taki_arena_copy(arena, id.data, 18 - 3);
    char *grown = taki_arena_alloc(arena, 19);
    memcpy(grown, out, 15);
    for (size_t group = 0; group < 3; group++) {
        unsigned bits = 0;
        for (size_t i = 0; i < 5; i++) {
            char c = id.data[group * 5 + i];
            bits |= (c >= 'A' && c <= 'Z') ? 1U << i : 0U;
        }
        grown[15 + group] = alphabet[bits];
    }
    return (taki_str){grown, 18};
}

taki_str taki_json_list(struct taki_arena *arena, const taki_str *items, size_t count)
{
    if (count == 0)
        return TAKI_STR_NULL;
    struct taki_buf buf;
    taki_buf_init(&buf, (size_t)1 << 26);
    taki_buf_add_char(&buf, '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            taki_buf_add_char(&buf, ',');
        taki_json_add_string(&buf, items[i]);
    }
    taki_buf_add_char(&buf, ']');
    taki_str text = taki_str_dup(arena, taki_buf_view(&buf));
    taki_buf_reset(&buf);
    return text;
}

static bool read_list(struct taki_decoding *d, taki_str text, taki_str *list)
{
    if (text.size > 0 && text.data[0] == '[') {
        *list = text;
        struct taki_json json;
        return taki_json_parse(d->record_arena, text, NULL, &json, NULL) == TAKI_OK;
    }
    size_t count = 0;
    taki_str *items = TAKI_NEW_ARRAY(d->record_arena, text.size + 1, taki_str);
    while (!taki_str_is_null(text)) {
        taki_str item = taki_str_trim(taki_str_cut(text, ';', &text));
        if (item.size > 0)
            items[count++] = item;
    }
    *list = taki_json_list(d->record_arena, items, count);
    return true;
}

static struct taki_time parse_time(const struct taki_column *column, taki_str text)
{
    if (column->format_count == 0)
        return taki_time_parse(text);
    struct taki_time time = {.kind = TAKI_TIME_INVALID, .date = TAKI_DATE_NULL, .instant = TAKI_INSTANT_NULL};
    for (size_t i = 0; i < column->format_count && time.kind == TAKI_TIME_INVALID; i++)
        time = taki_time_parse_format(text, column->formats[i]);
    return time;
}

/* The day of a time: its own for a date or a wall clock, the business day for an instant. */
static taki_date day_of(const struct taki_time *time, const struct taki_zone *zone)
{
    if (time->kind == TAKI_TIME_INSTANT)
        return taki_zone_date(zone, time->instant);
    if (time->kind == TAKI_TIME_DATE)
        return time->date;
    int64_t down = time->local_us < 0 ? TAKI_US_PER_DAY - 1 : 0;
    return (taki_date){(int32_t)((time->local_us - down) / TAKI_US_PER_DAY)};
}

static bool put_date(struct taki_decoding *d, const struct taki_column *column, taki_str text, void *out)
{
    struct taki_time time = parse_time(column, text);
    if (time.kind == TAKI_TIME_INVALID)
        return false;
    taki_date date = day_of(&time, d->map->zone);
    if (column->convert == TAKI_CONVERT_MONTH) {
        int year = 0, month = 0, day = 0;
        taki_date_split(date, &year, &month, &day);
        date = taki_date_of(year, month, 1);
    }
    *(taki_date *)out = date;
    return true;
}

static bool put_year_end(struct taki_decoding *d, const struct taki_column *column, taki_str text, void *out)
{
    /* the format has no year; a leap year knows all days */
    struct taki_time time = {.kind = TAKI_TIME_INVALID};
    text = taki_str_of(taki_arena_format(d->record_arena, "2000 %.*s", TAKI_STR_ARG(text)));
    for (size_t i = 0; i < column->format_count && time.kind == TAKI_TIME_INVALID; i++)
        time = taki_time_parse_format(text, taki_arena_format(d->record_arena, "%%Y %s", column->formats[i]));
    int year = 0, month = 0, day = 0;
    if (time.kind != TAKI_TIME_DATE)
        return false;
    taki_date_split(time.date, &year, &month, &day);
    int64_t start = month % 12 + 1;
    memcpy(out, &start, sizeof start);
    return true;
}

static bool put_instant(struct taki_decoding *d, const struct taki_column *column, taki_str text, void *out)
{
    struct taki_time time = parse_time(column, text);
    taki_instant instant = time.instant;
    if (time.kind == TAKI_TIME_LOCAL) {
        instant = taki_zone_instant(d->map->zone, time.local_us);
    } else if (time.kind == TAKI_TIME_DATE) {
        instant = taki_zone_day_end(d->map->zone, time.date);
    }
    memcpy(out, &instant, sizeof instant);
    return time.kind != TAKI_TIME_INVALID;
}

static bool put_bool(struct taki_decoding *d, const struct taki_column *column, taki_str text, void *out)
{
    (void)d;
    bool value = false;
    if (!taki_str_bool(text, &value))
        return false;
    int8_t stored = (int8_t)((column->convert == TAKI_CONVERT_NOT) != value);
    memcpy(out, &stored, sizeof stored);
    return true;
}

static bool put_i64(struct taki_decoding *d, const struct taki_column *column, taki_str text, void *out)
{
    (void)d;
    (void)column;
    int64_t value = 0;
    bool fits = taki_read_i64(text, &value);
    memcpy(out, &value, sizeof value);
    return fits;
}

static bool put_f64(struct taki_decoding *d, const struct taki_column *column, taki_str text, void *out)
{
    (void)d;
    double value = 0;
    bool fits = taki_str_f64(text, &value);
    if (column->convert == TAKI_CONVERT_PERCENT)
        value /= 100.0;
    memcpy(out, &value, sizeof value);
    return fits;
}

static size_t skip_digits(taki_str text, size_t at, bool commas)
{
    while (at < text.size && ((text.data[at] >= '0' && text.data[at] <= '9') || (commas && text.data[at] == ',')))
        at++;
    return at;
}

static size_t skip_sign(taki_str text, size_t at)
{
    return at < text.size && (text.data[at] == '-' || text.data[at] == '+') ? at + 1 : at;
}

/* Digits with an optional sign, thousands commas, one point and an exponent: what taki_money_parse reads, checked here
 * so that the reject names the line. */
static bool is_decimal(taki_str text)
{
    size_t begin = skip_sign(text, 0), at = skip_digits(text, begin, true);
    if (at < text.size && text.data[at] == '.')
        at = skip_digits(text, at + 1, false);
    if (at == begin || (at == begin + 1 && (text.data[begin] == '.' || text.data[begin] == ',')))
        return false;
    if (at < text.size && (text.data[at] == 'e' || text.data[at] == 'E')) {
        size_t digits = skip_sign(text, at + 1);
        at = skip_digits(text, digits, false);
        if (at == digits)
            return false;
    }
    return at == text.size;
}

static bool put_decimal(struct taki_decoding *d, const struct taki_column *column, taki_str text, void *out)
{
    (void)d;
    (void)column;
    memcpy(out, &text, sizeof text);
    return is_decimal(text);
}

static bool put_text(struct taki_decoding *d, const struct taki_column *column, taki_str text, void *out)
{
    (void)d;
    (void)column;
    memcpy(out, &text, sizeof text);
    return true;
}

static bool put_id(struct taki_decoding *d, const struct taki_column *column, taki_str text, void *out)
{
    (void)column;
    if (d->map->vendor != NULL && d->map->vendor->long_ids)
        text = taki_long_id(d->record_arena, text);
    memcpy(out, &text, sizeof text);
    return true;
}

static bool put_ref(struct taki_decoding *d, const struct taki_column *column, taki_str text, void *out)
{
    taki_str source = taki_str_is_null(column->ref_source) ? d->map->source_name : column->ref_source;
    taki_str ref = taki_decoding_ref_of(d, source, column->ref_long, text);
    memcpy(out, &ref, sizeof ref);
    return true;
}

static bool put_list(struct taki_decoding *d, const struct taki_column *column, taki_str text, void *out)
{
    (void)column;
    taki_str list = TAKI_STR_NULL;
    bool fits = read_list(d, text, &list);
    memcpy(out, &list, sizeof list);
    return fits;
}

static const struct {
    bool (*put)(struct taki_decoding *d, const struct taki_column *column, taki_str text, void *out);
    const char *what; /* for the reject */
} readers[] = {
    [TAKI_CONVERT_TEXT] = {put_text,     "text"          },
    [TAKI_CONVERT_ID] = {put_id,       "id"            },
    [TAKI_CONVERT_REF] = {put_ref,      "reference"     },
    [TAKI_CONVERT_BOOL] = {put_bool,     "true or false" },
    [TAKI_CONVERT_NOT] = {put_bool,     "true or false" },
    [TAKI_CONVERT_I64] = {put_i64,      "whole number"  },
    [TAKI_CONVERT_F64] = {put_f64,      "number"        },
    [TAKI_CONVERT_PERCENT] = {put_f64,      "number"        },
    [TAKI_CONVERT_DATE] = {put_date,     "date"          },
    [TAKI_CONVERT_MONTH] = {put_date,     "date"          },
    [TAKI_CONVERT_INSTANT] = {put_instant,  "time"          },
    [TAKI_CONVERT_DECIMAL] = {put_decimal,  "decimal number"},
    [TAKI_CONVERT_YEAR_END] = {put_year_end, "day and month" },
    [TAKI_CONVERT_LIST] = {put_list,     "list"          },
};

static taki_str mapped_value(const struct taki_value_map *map, taki_str text)
{
    for (size_t i = 0; i < map->count; i++) {
        if (taki_str_equal(map->from[i], text))
            return map->to[i];
    }
    return text;
}

enum taki_status taki_column_read(struct taki_decoding *d, const struct taki_column *column, void *row,
                                  struct taki_error *err)
{
    taki_str text = column->slot == SIZE_MAX ? column->constant : d->values[column->slot];
    bool keeps_space = column->convert == TAKI_CONVERT_TEXT;
    if (!keeps_space && text.size > 0)
        text = taki_str_trim(text);
    if (text.size == 0)
        return TAKI_OK;
    if (column->values != NULL) {
        text = mapped_value(column->values, text);
        if (text.size == 0)
            return TAKI_OK;
    }
    if (readers[column->convert].put(d, column, text, (char *)row + column->offset))
        return TAKI_OK;
    return taki_decoding_reject(d, err, "value: %.*s: '%.*s' is no %s (%s)", TAKI_STR_ARG(column->name),
                                TAKI_STR_ARG(text), readers[column->convert].what, column->to);
}
