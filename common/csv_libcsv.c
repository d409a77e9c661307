#include "csv_scan.h"

#include <csv.h>
#include <string.h>

/** What libcsv's callbacks fill. */
struct sink {
    struct taki_csv *csv;
    size_t used;     /**< of the scratch */
    bool done, full; /**< a row ended; too many fields */
};

static int is_never(unsigned char c)
{
    (void)c;
    return 0;
}

static int is_line_feed(unsigned char c)
{
    return c == '\n';
}

/** The scratch may still move: only the size, and whether it is NULL, are kept here. */
static void on_field(void *data, size_t size, void *user)
{
    struct sink *sink = user;
    if (sink->done || sink->full)
        return;
    if (data != NULL && size > 0)
        memcpy(sink->csv->scratch + sink->used, data, size);
    sink->used += size;
    sink->full = !taki_csv_push(sink->csv, data == NULL ? TAKI_STR_NULL : (taki_str){"", size});
}

static void on_row(int end, void *user)
{
    (void)end;
    ((struct sink *)user)->done = true;
}

static void place_fields(struct taki_csv *csv)
{
    size_t at = 0;
    for (size_t i = 0; i < csv->count; i++) {
        if (csv->fields[i].data != NULL)
            csv->fields[i].data = csv->scratch + at;
        at += csv->fields[i].size;
    }
}

/** Takes the CR of the line end off an unquoted last field. */
static void drop_return(struct taki_csv *csv)
{
    taki_str *last = &csv->fields[csv->count - 1];
    if (--last->size == 0)
        last->data = NULL;
}

/**
 * Feeds one physical line. libcsv knows LF as the only line end here, since a bare CR is data; behind a closing quote
 * it then stumbles over the CR of CR LF, which is left out.
 * @param unquoted  receives whether the line's CR went into an unquoted field
 */
static bool feed(struct csv_parser *parser, struct sink *sink, taki_str line, bool has_return, bool *unquoted)
{
    const size_t fed = csv_parse(parser, line.data, line.size, on_field, on_row, sink);
    *unquoted = has_return;
    if (fed == line.size)
        return true;
    const bool is_line_end = has_return && line.data[fed] == '\r' &&
                             (fed + 1 == line.size || (fed + 2 == line.size && line.data[fed + 1] == '\n'));
    if (!is_line_end)
        return false;
    *unquoted = false;
    const size_t rest = line.size - fed - 1;
    return csv_parse(parser, line.data + fed + 1, rest, on_field, on_row, sink) == rest;
}

/** Where the physical line at @p at ends, behind its line end. */
static size_t line_end(taki_str text, size_t at)
{
    const char *end = memchr(text.data + at, '\n', text.size - at);
    return end == NULL ? text.size : (size_t)(end - text.data) + 1;
}

static enum taki_csv_outcome read_lines(struct taki_csv *csv, struct csv_parser *parser, struct sink *sink)
{
    size_t at = csv->at;
    bool unquoted = false;
    while (!sink->done && at < csv->text.size) {
        const size_t behind = line_end(csv->text, at);
        const bool has_feed = csv->text.data[behind - 1] == '\n';
        csv->end = behind - has_feed;
        const bool has_return = csv->end > at && csv->text.data[csv->end - 1] == '\r';
        csv->end -= has_return;
        if (csv->end - csv->at > csv->options.max_record_bytes)
            return TAKI_CSV_TOO_LONG;
        taki_csv_scratch(csv, behind - csv->at, sink->used);
        if (!feed(parser, sink, (taki_str){csv->text.data + at, behind - at}, has_return, &unquoted))
            return TAKI_CSV_BAD;
        if (sink->full)
            return TAKI_CSV_FIELDS;
        at = behind;
    }
    csv->behind = at;
    if (!sink->done && csv_fini(parser, on_field, on_row, sink) != 0)
        return TAKI_CSV_CUT;
    if (sink->full)
        return TAKI_CSV_FIELDS;
    place_fields(csv);
    if (unquoted)
        drop_return(csv);
    return TAKI_CSV_OK;
}

enum taki_csv_outcome taki_csv_by_libcsv(struct taki_csv *csv)
{
    struct csv_parser parser;
    struct sink sink = {.csv = csv};
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_EMPTY_IS_NULL) != 0)
        return TAKI_CSV_BAD;
    csv_set_delim(&parser, (unsigned char)csv->options.delimiter);
    csv_set_space_func(&parser, is_never);
    csv_set_term_func(&parser, is_line_feed);
    const enum taki_csv_outcome outcome = read_lines(csv, &parser, &sink);
    csv_free(&parser);
    csv->quoted = true; // not known: line breaks are counted
    return outcome;
}
