#include "fault_csv.h"

#include <stdlib.h>
#include <string.h>

/** End of the record that begins at @p from: after its line break, quotes respected. */
static size_t record_end(const struct sim_buf *csv, size_t from)
{
    bool quoted = false;
    size_t at = from;
    for (; at < csv->size; at++) {
        if (csv->data[at] == '"') {
            quoted = !quoted;
        } else if (csv->data[at] == '\n' && !quoted) {
            return at + 1;
        }
    }
    return at;
}

static void insert(struct sim_buf *csv, size_t at, const char *data, size_t size)
{
    char *tail = sim_copy(csv->data + at, csv->size - at);
    size_t n = csv->size - at;
    csv->size = at;
    sim_buf_add(csv, data, size);
    sim_buf_add(csv, tail, n);
    free(tail);
}

/** Where the last cell of the record ends: before its closing quote if it has one. */
static size_t last_cell_end(const struct sim_buf *csv, size_t end, bool *quoted)
{
    size_t at = end;
    while (at > 0 && (csv->data[at - 1] == '\n' || csv->data[at - 1] == '\r'))
        at--;
    *quoted = at > 0 && csv->data[at - 1] == '"';
    return *quoted ? at - 1 : at;
}

/** Quotes an unquoted last cell, so that line breaks and quotes may stand in it. */
static size_t quote_last_cell(struct sim_buf *csv, size_t start, size_t end)
{
    size_t cell = end;
    while (cell > start && csv->data[cell - 1] != ',' && csv->data[cell - 1] != '\t')
        cell--;
    insert(csv, end, "\"", 1);
    insert(csv, cell, "\"", 1);
    return end + 1;
}

void sim_spoil_csv(struct sim_buf *csv, const char *variant)
{
    static const struct {
        const char *variant, *data;
        size_t size;
        bool needs_quotes;
    } cells[] = {
        {"nul",    "\0",        1, false},
        {"cr",     "\r",        1, false},
        {"crlf",   "\r\n",      2, true },
        {"quotes", "\"\"x\"\"", 5, true }
    };
    if (strcmp(variant, "bom") == 0) {
        insert(csv, 0, "\xEF\xBB\xBF", 3);
        return;
    }
    size_t start = record_end(csv, 0), end = record_end(csv, start);
    if (start == csv->size)
        return;
    bool quoted;
    size_t cell = last_cell_end(csv, end, &quoted);
    if (strcmp(variant, "extra-column") == 0) {
        insert(csv, cell + quoted, ",\"extra\"", 8);
    } else if (strcmp(variant, "repeat-header") == 0) {
        char *header = sim_copy(csv->data, start);
        insert(csv, end, header, start);
        free(header);
    }
    for (size_t i = 0; i < SIM_LEN(cells); i++) {
        if (strcmp(cells[i].variant, variant) != 0)
            continue;
        size_t at = cells[i].needs_quotes && !quoted ? quote_last_cell(csv, start, cell) : cell;
        insert(csv, at, cells[i].data, cells[i].size);
    }
}
