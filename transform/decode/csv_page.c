#include "steps.h"

#include "taki/csv.h"
#include "taki/json.h"
#include "taki/text.h"

#include <string.h>

#define NO_SLOT SIZE_MAX

/** A page as CSV: which column of the file fills which slot. */
struct sheet {
    struct taki_decoding *d;
    struct taki_csv *csv;
    const taki_str *header;
    size_t width;
    const size_t *slots; /**< one a column; NO_SLOT = not asked for */
    taki_str *values;
    bool clean_text;   /**< the whole page is well-formed UTF-8 without NUL */
    size_t first_line; /**< lines before the CSV begins (banner) */
};

static enum taki_status refuse(struct taki_decoding *d, const char *reason, struct taki_error *err)
{
    enum taki_status status = taki_decoding_reject(d, err, "%s", reason);
    taki_arena_reset(d->record_arena);
    return status == TAKI_END ? TAKI_OK : status;
}

static const char *banner_end(const char *at, const char *end, size_t lines)
{
    while (lines-- > 0 && at < end) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        at = line_end ? line_end + 1 : end;
    }
    return at;
}

/* A mapped column that is not there, or there twice, would fill or leave empty a column of the entity by luck. A
 * vendor's columns are those its API was asked for: the ones not asked for are simply missing. */
static enum taki_status check_header(const struct sheet *sheet, struct taki_error *err)
{
    const struct taki_stream_map *map = sheet->d->map;
    for (size_t slot = 0; slot < map->slot_count && map->base == NULL; slot++) {
        size_t times = 0;
        for (size_t i = 0; i < sheet->width; i++)
            times += sheet->slots[i] == slot ? 1 : 0;
        if (times == 1)
            continue;
        (void)taki_fail(err, TAKI_CONTRACT, "column '%.*s' stands %zu times in the header, want once",
                        TAKI_STR_ARG(map->slots[slot]), times);
        return taki_hint(err, "compare the 'fields' of '%s:%s' with the file (and skip_lines, delimiter, encoding)",
                         map->source, map->object);
    }
    return TAKI_OK;
}

static enum taki_status take_header(struct sheet *sheet, const taki_str *names, size_t count, struct taki_error *err)
{
    struct taki_decoding *d = sheet->d;
    taki_str *header = TAKI_NEW_ARRAY(d->page_arena, count, taki_str);
    size_t *slots = TAKI_NEW_ARRAY(d->page_arena, count, size_t);
    for (size_t i = 0; i < count; i++) {
        taki_str name = taki_str_dup(d->page_arena, names[i]);
        header[i] = taki_str_is_null(name) ? name : taki_str_trim(name);
        const uint64_t *slot = taki_str_is_null(name) ? NULL : taki_map_find(d->map->slot_index, header[i]);
        slots[i] = slot ? (size_t)*slot : NO_SLOT;
    }
    sheet->header = header;
    sheet->slots = slots;
    sheet->width = count;
    return check_header(sheet, err);
}

/* A page cut out of a big body has its column names in its context. */
static enum taki_status header_of_context(struct sheet *sheet, struct taki_error *err)
{
    struct taki_decoding *d = sheet->d;
    struct taki_json json;
    if (taki_str_is_blank(d->context) || taki_json_parse(d->page_arena, d->context, NULL, &json, NULL) != TAKI_OK)
        return TAKI_OK;
    const struct taki_json_node *list = taki_json_find(&json, &json.nodes[0], "@header");
    if (list == NULL || list->type != TAKI_JSON_ARRAY)
        return TAKI_OK;
    taki_str *names = TAKI_NEW_ARRAY(d->page_arena, list->children, taki_str);
    size_t count = 0;
    for (const struct taki_json_node *node = taki_json_first(&json, list); node != NULL;
         node = taki_json_next(&json, list, node))
        names[count++] = taki_json_text(d->page_arena, node);
    sheet->first_line = 0;
    return take_header(sheet, names, count, err);
}

static bool is_header(const struct sheet *sheet, const struct taki_csv_record *record)
{
    if (record->count != sheet->width)
        return false;
    for (size_t i = 0; i < record->count; i++) {
        taki_str field = taki_str_is_null(record->fields[i]) ? TAKI_STR_NULL : taki_str_trim(record->fields[i]);
        if (!taki_str_equal(field, sheet->header[i]))
            return false;
    }
    return true;
}

static bool is_missing(const struct taki_stream_map *map, taki_str text)
{
    if (text.size == 0)
        return true;
    if (map->vendor != NULL)
        return map->vendor->null_text != NULL && taki_str_is(text, map->vendor->null_text);
    for (size_t i = 0; i < map->file.missing_count; i++) {
        if (taki_str_equal(map->file.missing[i], text))
            return true;
    }
    return false;
}

static const char *text_trouble(const struct sheet *sheet, const struct taki_csv_record *record)
{
    if (sheet->clean_text)
        return NULL;
    size_t bad = 0;
    if (memchr(record->raw.data, '\0', record->raw.size) != NULL)
        return "nul_byte: the record holds a NUL byte";
    return taki_utf8_valid(record->raw, &bad) ? NULL : "utf8: the record is no valid UTF-8";
}

static enum taki_status fields_of(struct sheet *sheet, const struct taki_csv_record *record, struct taki_error *err)
{
    struct taki_decoding *d = sheet->d;
    if (record->count != sheet->width) {
        return refuse(
            d,
            taki_arena_format(d->page_arena, "width: %zu fields where the header has %zu", record->count, sheet->width),
            err);
    }
    for (size_t i = 0; i < record->count; i++) {
        if (sheet->slots[i] != NO_SLOT)
            sheet->values[sheet->slots[i]] = is_missing(d->map, record->fields[i]) ? TAKI_STR_NULL : record->fields[i];
    }
    d->values = sheet->values;
    d->json = NULL;
    return taki_decoding_record(d, err);
}

/* A line written through a CSV writer twice is one quoted field that holds the whole line: read that field again. */
static enum taki_status repaired(struct sheet *sheet, taki_str line, struct taki_error *err)
{
    struct taki_decoding *d = sheet->d;
    struct taki_csv_options options = {.delimiter = d->map->file.delimiter};
    struct taki_csv *csv = taki_csv_new(d->page_arena, line, &options);
    struct taki_csv_record record;
    enum taki_status status = taki_csv_next(csv, &record, NULL);
    if (status != TAKI_OK)
        return refuse(d, "repair: the field inside is no CSV", err);
    return fields_of(sheet, &record, err);
}

static enum taki_status one_record(struct sheet *sheet, const struct taki_csv_record *record, struct taki_error *err)
{
    struct taki_decoding *d = sheet->d;
    d->raw = record->raw;
    d->line = sheet->first_line + record->line;
    d->page_record++;
    d->counts.read++;
    const char *trouble = text_trouble(sheet, record);
    if (trouble != NULL)
        return refuse(d, trouble, err);
    if (is_header(sheet, record)) {
        d->counts.headers++;
        return TAKI_OK;
    }
    if (record->count == 1 && sheet->width > 1 && d->map->file.repair_double_encoded)
        return repaired(sheet, record->fields[0], err);
    return fields_of(sheet, record, err);
}

/* A record that is no CSV: the rest of its line is refused and reading goes on behind it. */
static enum taki_status bad_record(struct sheet *sheet, const struct taki_error *why, struct taki_error *err)
{
    struct taki_decoding *d = sheet->d;
    d->raw = TAKI_STR_NULL;
    d->line = 0;
    d->page_record++;
    d->counts.read++;
    taki_csv_skip_line(sheet->csv);
    return refuse(d, taki_arena_format(d->page_arena, "csv: %s", why->text), err);
}

/* TAKI_END behind the last record. */
static enum taki_status next_row(struct sheet *sheet, struct taki_error *err)
{
    struct taki_csv_record record;
    struct taki_error why = {.status = TAKI_OK};
    enum taki_status status = taki_csv_next(sheet->csv, &record, &why);
    if (status == TAKI_END)
        return status;
    if (status != TAKI_OK && sheet->header == NULL)
        return taki_fail(err, TAKI_CONTRACT, "the header line is no CSV: %s", why.text);
    if (status != TAKI_OK)
        return bad_record(sheet, &why, err);
    if (sheet->header == NULL)
        return take_header(sheet, record.fields, record.count, err);
    return one_record(sheet, &record, err);
}

static enum taki_status rows(struct sheet *sheet, struct taki_error *err)
{
    enum taki_status status = TAKI_OK;
    while (status == TAKI_OK)
        status = next_row(sheet, err);
    return status == TAKI_END ? TAKI_OK : status;
}

enum taki_status taki_decode_csv_page(struct taki_decoding *d, taki_str body, struct taki_error *err)
{
    struct sheet sheet = {.d = d, .first_line = d->map->file.skip_lines};
    TAKI_TRY(header_of_context(&sheet, err));
    static const taki_str mark = TAKI_STR_INIT("\xEF\xBB\xBF");
    if (taki_str_starts(body, mark))
        body = (taki_str){body.data + mark.size, body.size - mark.size};
    const char *begin = banner_end(body.data, body.data + body.size, sheet.first_line);
    body = (taki_str){begin, (size_t)(body.data + body.size - begin)};
    size_t bad = 0;
    sheet.clean_text = body.size == 0 || (memchr(body.data, '\0', body.size) == NULL && taki_utf8_valid(body, &bad));
    struct taki_csv_options options = {.delimiter = d->map->file.delimiter};
    if (strcmp(d->page->format, "tsv") == 0)
        options.delimiter = '\t';
    sheet.csv = taki_csv_new(d->page_arena, body, &options);
    sheet.values = TAKI_NEW_ARRAY(d->page_arena, d->map->slot_count, taki_str);
    enum taki_status status = rows(&sheet, err);
    d->line = 0;
    return status;
}
