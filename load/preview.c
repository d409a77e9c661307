/* preview TABLE -n N [--where column=value,...] [--columns a,b]: rows of a stage set as an aligned table. */
#include "snapshot.h"
#include "verbs.h"

enum { MOST_CONDITIONS = 16, DEFAULT_ROWS = 20, CELL_BYTES = 1 << 20 };

struct condition {
    const struct taki_field *field;
    taki_str value;
};

struct preview {
    struct taki_run *run;
    struct taki_stage_reader *reader;
    const struct taki_field *fields;
    size_t field_count;
    const struct taki_field **columns;
    size_t column_count;
    struct condition conditions[MOST_CONDITIONS];
    size_t condition_count;
    int money_digits;
    size_t limit;
};

static enum taki_status find_column(const struct preview *p, taki_str name, const struct taki_field **field,
                                    struct taki_error *err)
{
    const char **names = TAKI_NEW_ARRAY(p->run->arena, p->field_count, const char *);
    for (size_t i = 0; i < p->field_count; i++) {
        names[i] = p->fields[i].name;
        if (taki_str_is(name, names[i])) {
            *field = &p->fields[i];
            return TAKI_OK;
        }
    }
    const char *near = taki_nearest(name, names, p->field_count);
    (void)taki_fail(err, TAKI_USAGE, "no column '%.*s'", TAKI_STR_ARG(name));
    return near == NULL ? TAKI_USAGE : taki_hint(err, "did you mean '%s'?", near);
}

static enum taki_status read_columns(struct preview *p, struct taki_error *err)
{
    taki_str rest = taki_run_flag(p->run, "columns");
    p->columns = TAKI_NEW_ARRAY(p->run->arena, p->field_count + 1, const struct taki_field *);
    if (taki_str_is_null(rest)) {
        for (size_t i = 0; i < p->field_count; i++)
            p->columns[p->column_count++] = &p->fields[i];
        return TAKI_OK;
    }
    while (!taki_str_is_null(rest)) {
        if (p->column_count == p->field_count)
            return taki_fail(err, TAKI_USAGE, "--columns names more columns than the table has (%zu)", p->field_count);
        taki_str name = taki_str_trim(taki_str_cut(rest, ',', &rest));
        TAKI_TRY(find_column(p, name, &p->columns[p->column_count++], err));
    }
    return TAKI_OK;
}

static enum taki_status read_conditions(struct preview *p, struct taki_error *err)
{
    taki_str rest = taki_run_flag(p->run, "where");
    while (!taki_str_is_null(rest)) {
        if (p->condition_count == MOST_CONDITIONS)
            return taki_fail(err, TAKI_USAGE, "--where takes at most %d conditions", MOST_CONDITIONS);
        taki_str value = TAKI_STR_NULL;
        taki_str name = taki_str_cut(taki_str_cut(rest, ',', &rest), '=', &value);
        if (taki_str_is_null(value))
            return taki_fail(err, TAKI_USAGE, "--where '%.*s': want column=value", TAKI_STR_ARG(name));
        TAKI_TRY(find_column(p, taki_str_trim(name), &p->conditions[p->condition_count].field, err));
        p->conditions[p->condition_count++].value = taki_str_trim(value);
    }
    return TAKI_OK;
}

static taki_str cell(const struct preview *p, const struct taki_field *field, const void *row, struct taki_buf *text)
{
    taki_buf_clear(text);
    taki_field_print(field, row, p->money_digits, text);
    return taki_buf_view(text);
}

static bool matches(const struct preview *p, const void *row, struct taki_buf *text)
{
    for (size_t i = 0; i < p->condition_count; i++) {
        taki_str value = cell(p, p->conditions[i].field, row, text);
        if (value.size != p->conditions[i].value.size ||
            taki_str_compare((taki_str){value.data ? value.data : "", value.size}, p->conditions[i].value) != 0)
            return false;
    }
    return true;
}

static enum taki_status print_rows(struct preview *p, struct taki_error *err)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf text;
    taki_buf_init(&text, CELL_BYTES);
    taki_str *cells = TAKI_NEW_ARRAY(p->run->arena, (p->limit + 1) * p->column_count, taki_str);
    for (size_t c = 0; c < p->column_count; c++)
        cells[c] = taki_str_of(p->columns[c]->name);
    size_t rows = 0;
    const void *row = NULL;
    enum taki_status status = TAKI_OK;
    while (rows < p->limit && (status = taki_stage_reader_next(p->reader, &row, NULL, err)) == TAKI_OK) {
        if (!matches(p, row, &text))
            continue;
        rows++;
        for (size_t c = 0; c < p->column_count; c++)
            cells[rows * p->column_count + c] = taki_str_dup(p->run->arena, cell(p, p->columns[c], row, &text));
    }
    if (status != TAKI_OK && status != TAKI_END)
        return status;
    taki_print_table(cells, p->column_count, rows + 1);
    return TAKI_OK;
}

static enum taki_status no_such_table(struct taki_run *run, const struct taki_stage_set *set, struct taki_error *err)
{
    const char **names = TAKI_NEW_ARRAY(run->arena, set->table_count, const char *);
    for (size_t i = 0; i < set->table_count; i++)
        names[i] = set->tables[i].name;
    const char *near = taki_nearest(taki_str_of(run->arguments[0]), names, set->table_count);
    (void)taki_fail(err, TAKI_USAGE, "no table '%s' in the stage set", run->arguments[0]);
    return near == NULL ? TAKI_USAGE : taki_hint(err, "did you mean '%s'?", near);
}

enum taki_status taki_load_preview(struct taki_run *run, struct taki_error *err)
{
    struct taki_stage_set set;
    int64_t rows = DEFAULT_ROWS;
    TAKI_TRY(taki_snapshot_choose(run, &set, err));
    const struct taki_stage_table *table = taki_snapshot_table(&set, run->arguments[0]);
    if (table == NULL)
        return no_such_table(run, &set, err);
    taki_str wanted = taki_run_flag(run, "rows");
    if (!taki_str_is_null(wanted) && (!taki_str_i64(wanted, &rows) || rows < 0))
        return taki_fail(err, TAKI_USAGE, "--rows '%.*s' is not a number", TAKI_STR_ARG(wanted));
    TAKI_AUTO(taki_stage_reader_auto) struct taki_stage_reader *reader = NULL;
    TAKI_TRY(taki_snapshot_open(&set, table, &reader, err));
    struct preview p = {.run = run, .reader = reader, .money_digits = set.money_digits, .limit = (size_t)rows};
    p.fields = taki_stage_reader_fields(reader, &p.field_count);
    TAKI_TRY(read_columns(&p, err));
    TAKI_TRY(read_conditions(&p, err));
    return print_rows(&p, err);
}
