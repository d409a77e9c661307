#include "verbs.h"

#include "taki/row.h"
#include "taki/stage.h"

#include <string.h>

#define KEYS_SHOWN 20
#define KEY_BYTES ((size_t)1 << 20)

/* One side of the comparison: a table read in grain order. */
struct side {
    struct taki_stage_reader *reader;
    const struct taki_field *fields;
    size_t count;
    const void *row;
    struct taki_buf key;
    bool has_row;
};

struct counts {
    int64_t only_first, only_second, changed, same, shown;
};

static enum taki_status next(struct side *side, struct taki_error *err)
{
    enum taki_status status = taki_stage_reader_next(side->reader, &side->row, NULL, err);
    side->has_row = status == TAKI_OK;
    if (status != TAKI_OK)
        return status == TAKI_END ? TAKI_OK : status;
    taki_buf_clear(&side->key);
    taki_row_key(side->fields, side->count, side->row, &side->key);
    return taki_buf_check(&side->key, "a row key", err);
}

static enum taki_status open_side(struct taki_run *run, const struct taki_stage_set *set,
                                  const struct taki_stage_table *table, struct side *side, struct taki_error *err)
{
    taki_buf_init(&side->key, KEY_BYTES);
    TAKI_TRY(
        taki_stage_reader_open(taki_arena_format(run->arena, "%s/%s", set->folder, table->file), &side->reader, err));
    side->fields = taki_stage_reader_fields(side->reader, &side->count);
    return next(side, err);
}

static void close_side(struct side *side)
{
    if (side->reader)
        taki_stage_reader_close(side->reader);
    taki_buf_reset(&side->key);
}

/* as_of, snapshot_date and snapshot_id differ always. */
static bool is_common(const char *name)
{
    return strcmp(name, "as_of") == 0 || strcmp(name, "snapshot_date") == 0 || strcmp(name, "snapshot_id") == 0;
}

static void value_text(const struct taki_field *field, const void *row, struct taki_buf *out)
{
    taki_buf_clear(out);
    taki_field_print(field, row, 0, out);
}

static const struct taki_field *field_named(const struct side *side, const char *name)
{
    for (size_t i = 0; i < side->count; i++) {
        if (strcmp(side->fields[i].name, name) == 0)
            return &side->fields[i];
    }
    return NULL;
}

/* Names of the columns that differ, separated by blanks; empty when the rows are equal. */
static void changed_columns(const struct side *a, const struct side *b, struct taki_buf *out)
{
    struct taki_buf first, second;
    taki_buf_init(&first, KEY_BYTES);
    taki_buf_init(&second, KEY_BYTES);
    for (size_t i = 0; i < a->count; i++) {
        const struct taki_field *other = field_named(b, a->fields[i].name);
        if (!other || is_common(a->fields[i].name))
            continue;
        value_text(&a->fields[i], a->row, &first);
        value_text(other, b->row, &second);
        bool same_null = taki_field_is_null(&a->fields[i], a->row) == taki_field_is_null(other, b->row);
        if (!same_null || !taki_str_equal(taki_buf_view(&first), taki_buf_view(&second)))
            taki_buf_format(out, " %s", a->fields[i].name);
    }
    taki_buf_reset(&first);
    taki_buf_reset(&second);
}

static void print_key(const struct side *side, char mark, taki_str columns)
{
    struct taki_buf text;
    taki_buf_init(&text, KEY_BYTES);
    for (size_t i = 0; i < side->count; i++) {
        if ((side->fields[i].flags & TAKI_FIELD_KEY) == 0)
            continue;
        if (text.size > 0)
            taki_buf_add_char(&text, ' ');
        taki_field_print(&side->fields[i], side->row, 0, &text);
    }
    taki_print("  %c %.*s%.*s\n", mark, TAKI_STR_ARG(taki_buf_view(&text)), TAKI_STR_ARG(columns));
    taki_buf_reset(&text);
}

static void show(struct counts *counts, const struct side *side, char mark, taki_str columns)
{
    if (counts->shown++ < KEYS_SHOWN)
        print_key(side, mark, columns);
}

static enum taki_status step(struct side *a, struct side *b, struct counts *counts, struct taki_error *err)
{
    int order = !a->has_row ? 1 : !b->has_row ? -1 : taki_str_compare(taki_buf_view(&a->key), taki_buf_view(&b->key));
    if (order < 0) {
        counts->only_first++;
        show(counts, a, '-', TAKI_STR(""));
        return next(a, err);
    }
    if (order > 0) {
        counts->only_second++;
        show(counts, b, '+', TAKI_STR(""));
        return next(b, err);
    }
    struct taki_buf columns TAKI_AUTO(taki_buf_reset);
    taki_buf_init(&columns, KEY_BYTES);
    changed_columns(a, b, &columns);
    if (columns.size > 0) {
        counts->changed++;
        show(counts, a, '~', taki_buf_view(&columns));
    } else {
        counts->same++;
    }
    TAKI_TRY(next(a, err));
    return next(b, err);
}

static enum taki_status compare(struct side *a, struct side *b, struct counts *counts, struct taki_error *err)
{
    while (a->has_row || b->has_row)
        TAKI_TRY(step(a, b, counts, err));
    return TAKI_OK;
}

static const struct taki_stage_table *table_named(const struct taki_stage_set *set, const char *name)
{
    for (size_t i = 0; i < set->table_count; i++) {
        if (strcmp(set->tables[i].name, name) == 0)
            return &set->tables[i];
    }
    return NULL;
}

static enum taki_status diff_table(struct taki_run *run, const struct taki_stage_set *first,
                                   const struct taki_stage_set *second, const struct taki_stage_table *table,
                                   struct taki_error *err)
{
    const struct taki_stage_table *other = table_named(second, table->name);
    struct side a = {0}, b = {0};
    struct counts counts = {0};
    if (!other) {
        taki_print("%s: only in the first set\n", table->name);
        return TAKI_OK;
    }
    taki_print("%s\n", table->name);
    enum taki_status status = open_side(run, first, table, &a, err);
    if (status == TAKI_OK)
        status = open_side(run, second, other, &b, err);
    if (status == TAKI_OK)
        status = compare(&a, &b, &counts, err);
    close_side(&a);
    close_side(&b);
    if (status == TAKI_OK) {
        taki_print("  %lld only in the first, %lld only in the second, %lld changed, %lld the same\n",
                   (long long)counts.only_first, (long long)counts.only_second, (long long)counts.changed,
                   (long long)counts.same);
    }
    return status;
}

/* The newest set of a date, or the set whose id is given. */
static const struct taki_stage_set *find_set(const struct taki_stage_set *sets, size_t count, const char *text)
{
    const struct taki_stage_set *found = NULL;
    for (size_t i = 0; i < count; i++) {
        char date[11];
        taki_date_print(sets[i].snapshot_date, date);
        if (strcmp(date, text) == 0 || strcmp(sets[i].snapshot_id, text) == 0)
            found = &sets[i];
    }
    return found;
}

enum taki_status taki_transform_diff(struct taki_run *run, struct taki_error *err)
{
    struct taki_stage_set *sets;
    size_t count;
    const struct taki_stage_set *chosen[2];
    TAKI_TRY(taki_stage_list(run->arena, run->data_dir, &sets, &count, err));
    for (size_t i = 0; i < 2; i++) {
        chosen[i] = find_set(sets, count, run->arguments[i]);
        if (chosen[i])
            continue;
        (void)taki_fail(err, TAKI_USAGE, "no stage set of '%s'", run->arguments[i]);
        return taki_hint(err, "give a date that was calculated (YYYY-MM-DD), or a snapshot_id");
    }
    for (size_t i = 0; i < chosen[0]->table_count; i++) {
        if (taki_run_selected(run, chosen[0]->tables[i].name))
            TAKI_TRY(diff_table(run, chosen[0], chosen[1], &chosen[0]->tables[i], err));
    }
    for (size_t i = 0; i < chosen[1]->table_count; i++) {
        const struct taki_stage_table *table = &chosen[1]->tables[i];
        if (!table_named(chosen[0], table->name) && taki_run_selected(run, table->name))
            taki_print("%s: only in the second set\n", table->name);
    }
    return TAKI_OK;
}
