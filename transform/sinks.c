#include "sinks.h"

#include "taki/row.h"

#include <string.h>

struct taki_sinks {
    struct taki_sorter **sorters; /* [lane][table] */
    size_t lanes;
    struct taki_buf *keys, *values; /* one a lane */
};

#define ROW_BYTES ((size_t)64 << 20)

static size_t index_of(const struct taki_table *table)
{
    for (size_t i = 0; i < taki_table_count; i++) {
        if (taki_tables[i] == table)
            return i;
    }
    taki_bug("a table that is not registered");
}

struct taki_sinks *taki_sinks_open(struct taki_run *run, size_t lanes, size_t memory_bytes)
{
    struct taki_sinks *sinks = TAKI_NEW(run->arena, struct taki_sinks);
    const char *folder = taki_run_path(run, "tmp/transform");
    *sinks = (struct taki_sinks){
        .sorters = TAKI_NEW_ARRAY(run->arena, lanes * taki_table_count, struct taki_sorter *),
        .lanes = lanes,
        .keys = TAKI_NEW_ARRAY(run->arena, lanes, struct taki_buf),
        .values = TAKI_NEW_ARRAY(run->arena, lanes, struct taki_buf),
    };
    for (size_t i = 0; i < lanes * taki_table_count; i++)
        sinks->sorters[i] = taki_sorter_open(memory_bytes / (lanes * taki_table_count), folder);
    for (size_t i = 0; i < lanes; i++) {
        taki_buf_init(&sinks->keys[i], ROW_BYTES);
        taki_buf_init(&sinks->values[i], ROW_BYTES);
    }
    return sinks;
}

enum taki_status taki_sinks_add(struct taki_sinks *sinks, size_t lane, const struct taki_table *table, const void *row,
                                struct taki_error *err)
{
    struct taki_buf *key = &sinks->keys[lane], *value = &sinks->values[lane];
    taki_buf_clear(key);
    taki_buf_clear(value);
    taki_row_key(table->fields, table->field_count, row, key);
    taki_row_encode(table->fields, table->field_count, row, value);
    TAKI_TRY(taki_buf_check(value, table->name, err));
    return taki_sorter_add(sinks->sorters[lane * taki_table_count + index_of(table)], taki_buf_view(key),
                           taki_buf_view(value), err);
}

enum taki_status taki_sinks_drain(struct taki_sinks *sinks, const struct taki_table *table, taki_sinks_row each,
                                  void *context, struct taki_error *err)
{
    size_t at = index_of(table);
    struct taki_sorter *sorter = sinks->sorters[at];
    for (size_t lane = 1; lane < sinks->lanes; lane++) {
        struct taki_sorter *other = sinks->sorters[lane * taki_table_count + at];
        sinks->sorters[lane * taki_table_count + at] = NULL;
        TAKI_TRY(taki_sorter_take(sorter, other, err));
    }
    TAKI_TRY(taki_sorter_finish(sorter, err));
    struct taki_arena *arena TAKI_AUTO(taki_arena_auto) = taki_arena_open("table rows", 0);
    void *row = taki_arena_alloc(arena, table->row_size);
    struct taki_buf last TAKI_AUTO(taki_buf_reset);
    taki_buf_init(&last, ROW_BYTES);
    taki_str key, value;
    enum taki_status status;
    while ((status = taki_sorter_next(sorter, &key, &value, err)) == TAKI_OK) {
        size_t used;
        if (last.size > 0 && taki_str_equal(taki_buf_view(&last), key) && table->keeps_first)
            continue;
        taki_buf_clear(&last);
        taki_buf_add_str(&last, key);
        TAKI_TRY(taki_row_decode(table->fields, table->field_count, value, row, &used, err));
        TAKI_TRY(each(context, row, err));
    }
    return status == TAKI_END ? TAKI_OK : status;
}

void taki_sinks_close(struct taki_sinks *sinks)
{
    for (size_t i = 0; i < sinks->lanes * taki_table_count; i++) {
        if (sinks->sorters[i])
            taki_sorter_close(sinks->sorters[i]);
    }
    for (size_t i = 0; i < sinks->lanes; i++) {
        taki_buf_reset(&sinks->keys[i]);
        taki_buf_reset(&sinks->values[i]);
    }
}
