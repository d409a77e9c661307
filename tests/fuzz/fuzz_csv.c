/**
 * @file fuzz_csv.c
 * The fast CSV scanner beside libcsv, record by record, and the round trip of our own dialect. The first byte chooses
 * delimiter and ceilings.
 */
#include "taki/csv.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool truth)
{
    if (!truth)
        abort();
}

/** Fields of one record in our dialect, read back: only line breaks may differ. */
static void round_trip(struct taki_arena *arena, const struct taki_csv_record *record)
{
    struct taki_csv_record again;
    struct taki_buf out;
    taki_buf_init(&out, (size_t)1 << 26);
    for (size_t i = 0; i < record->count; i++) {
        if (i > 0)
            taki_buf_add_char(&out, ',');
        taki_csv_add(&out, record->fields[i]);
    }
    taki_buf_add_char(&out, '\n');
    const bool is_empty_line = record->count == 1 && taki_str_is_null(record->fields[0]);
    const taki_str line = taki_buf_view(&out);
    // a text that begins with the three bytes of a BOM loses them at the start of a document: not the dialect's doing
    if (!is_empty_line && !taki_str_starts(line, TAKI_STR("\xEF\xBB\xBF"))) {
        demand(taki_csv_next(taki_csv_new(arena, line, NULL), &again, NULL) == TAKI_OK);
        demand(again.count == record->count);
        for (size_t i = 0; i < again.count; i++) {
            const taki_str a = record->fields[i];
            const taki_str b = again.fields[i];
            demand(taki_str_is_null(a) == taki_str_is_null(b) && a.size == b.size);
            for (size_t k = 0; k < a.size; k++)
                demand(a.data[k] == b.data[k] || ((a.data[k] == '\n' || a.data[k] == '\r') && b.data[k] == ' '));
        }
    }
    taki_buf_reset(&out);
}

static void compare(const struct taki_csv_record *a, const struct taki_csv_record *b)
{
    demand(a->count == b->count && a->offset == b->offset && a->line == b->line);
    demand(a->raw.data == b->raw.data && a->raw.size == b->raw.size);
    for (size_t i = 0; i < a->count; i++)
        demand(taki_str_equal(a->fields[i], b->fields[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct taki_arena *arena = taki_arena_open("fuzz", 0);
    const taki_str text = {taki_arena_copy(arena, data + 1, size - 1), size - 1};
    struct taki_csv_options options = {.delimiter = ",\t;|"[data[0] & 3],
                                       .max_fields = (data[0] & 4) != 0 ? 3 : 0,
                                       .max_record_bytes = (data[0] & 8) != 0 ? 12 : 0};
    struct taki_csv *fast = taki_csv_new(arena, text, &options);
    options.libcsv_only = true;
    struct taki_csv *slow = taki_csv_new(arena, text, &options);
    for (;;) {
        struct taki_csv_record a;
        struct taki_csv_record b;
        const enum taki_status status = taki_csv_next(fast, &a, NULL);
        const enum taki_status theirs = taki_csv_next(slow, &b, NULL);
        demand((status == TAKI_OK) == (theirs == TAKI_OK) && (status == TAKI_END) == (theirs == TAKI_END));
        if (status == TAKI_END)
            break;
        if (status == TAKI_OK) {
            compare(&a, &b);
            round_trip(arena, &a);
        } else {
            taki_csv_skip_line(fast);
            taki_csv_skip_line(slow);
        }
    }
    taki_arena_close(arena);
    return 0;
}
