#include "verbs.h"

#include "taki/landing.h"

#include <inttypes.h>
#include <string.h>

#define COLUMNS 6

/* Sums over the batches of one stream; batches come sorted by source and object. */
struct summary {
    const struct taki_batch *newest; /**< that moved the bookmark */
    int64_t batches, records, tombstones;
};

static const char *moment(struct taki_arena *arena, taki_instant instant)
{
    char text[28];
    if (taki_instant_is_null(instant))
        return "-";
    taki_instant_print(instant, text);
    return taki_arena_format(arena, "%.19sZ", text);
}

static void add(struct summary *summary, const struct taki_batch *batch)
{
    if (batch->kind == TAKI_BATCH_TOMBSTONES) {
        summary->tombstones += batch->records;
        return;
    }
    summary->batches++;
    summary->records += batch->records;
    if (batch->kind != TAKI_BATCH_BACKFILL)
        summary->newest = batch;
}

static void fill_row(struct taki_arena *arena, taki_str *cells, const struct taki_batch *batch,
                     const struct summary *summary)
{
    const struct taki_batch *newest = summary->newest;
    cells[0] = taki_str_of(taki_arena_format(arena, "%s:%s", batch->source, batch->object));
    cells[1] = taki_str_of(newest == NULL ? "-" : moment(arena, newest->hi));
    cells[2] = taki_str_of(newest == NULL ? "-" : moment(arena, newest->extracted_at));
    cells[3] = taki_str_of(taki_arena_format(arena, "%" PRId64, summary->batches));
    cells[4] = taki_str_of(taki_arena_format(arena, "%" PRId64, summary->records));
    cells[5] = taki_str_of(taki_arena_format(arena, "%" PRId64, summary->tombstones));
}

static bool same_stream(const struct taki_batch *a, const struct taki_batch *b)
{
    return strcmp(a->source, b->source) == 0 && strcmp(a->object, b->object) == 0;
}

enum taki_status taki_extract_state(struct taki_run *run, struct taki_error *err)
{
    static const char *const head[COLUMNS] = {"stream", "bookmark", "extracted", "batches", "records", "tombstones"};
    struct taki_batch *batches = NULL;
    size_t count = 0, rows = 1;
    TAKI_TRY(taki_landing_list(run->arena, run->data_dir, NULL, NULL, &batches, &count, err));
    taki_str *cells = TAKI_NEW_ARRAY(run->arena, (count + 1) * COLUMNS, taki_str);
    for (size_t i = 0; i < COLUMNS; i++)
        cells[i] = taki_str_of(head[i]);
    for (size_t i = 0; i < count;) {
        struct summary summary = {0};
        size_t first = i;
        for (; i < count && same_stream(&batches[first], &batches[i]); i++)
            add(&summary, &batches[i]);
        const char *name = taki_arena_format(run->arena, "%s:%s", batches[first].source, batches[first].object);
        if (taki_run_selected(run, name))
            fill_row(run->arena, cells + rows++ * COLUMNS, &batches[first], &summary);
    }
    taki_print_table(cells, COLUMNS, rows);
    return TAKI_OK;
}

enum taki_status taki_extract_verify(struct taki_run *run, struct taki_error *err)
{
    struct taki_batch *batches = NULL;
    size_t count = 0;
    int64_t bytes = 0, verified = 0;
    TAKI_TRY(taki_landing_list(run->arena, run->data_dir, NULL, NULL, &batches, &count, err));
    struct taki_arena *scratch = taki_arena_open("verify", 0);
    enum taki_status status = TAKI_OK;
    for (size_t i = 0; status == TAKI_OK && i < count; i++) {
        const struct taki_batch *batch = &batches[i];
        if (!taki_run_selected(run, taki_arena_format(run->arena, "%s:%s", batch->source, batch->object)))
            continue;
        taki_arena_reset(scratch);
        status = taki_run_check_stop(err);
        if (status == TAKI_OK)
            status = taki_batch_verify(scratch, batch, err);
        for (size_t j = 0; j < batch->part_count; j++)
            bytes += batch->parts[j].bytes;
        verified++;
    }
    taki_arena_close(scratch);
    TAKI_TRY(status);
    taki_print("%" PRId64 " batches, %" PRId64 " bytes: all as landed\n", verified, bytes);
    return TAKI_OK;
}
