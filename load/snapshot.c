#include "snapshot.h"

#include <string.h>

/* Sets come sorted by date, then by commit: the last one of a date is the newest. */
static const struct taki_stage_set *last_of(const struct taki_stage_set *sets, size_t count, taki_date date)
{
    for (size_t i = count; i > 0; i--) {
        if (taki_date_is_null(date) || sets[i - 1].snapshot_date.days == date.days)
            return &sets[i - 1];
    }
    return NULL;
}

enum taki_status taki_snapshot_choose(struct taki_run *run, struct taki_stage_set *set, struct taki_error *err)
{
    struct taki_stage_set *sets = NULL;
    size_t count = 0;
    TAKI_TRY(taki_stage_list(run->arena, run->data_dir, &sets, &count, err));
    taki_str wanted = taki_run_flag(run, "as-of");
    taki_date date = TAKI_DATE_NULL;
    if (!taki_str_is_null(wanted) && !taki_date_parse(wanted, &date))
        return taki_fail(err, TAKI_USAGE, "--as-of '%.*s' is not a date, want YYYY-MM-DD", TAKI_STR_ARG(wanted));
    const struct taki_stage_set *found = last_of(sets, count, date);
    if (found == NULL) {
        (void)taki_fail(err, TAKI_FAILED, "no stage set to load below '%s/stage'", run->data_dir);
        return taki_hint(err, "run taki-transform first; it writes the stage sets");
    }
    *set = *found;
    return TAKI_OK;
}

const struct taki_stage_table *taki_snapshot_table(const struct taki_stage_set *set, const char *name)
{
    for (size_t i = 0; i < set->table_count; i++) {
        if (strcmp(set->tables[i].name, name) == 0)
            return &set->tables[i];
    }
    return NULL;
}

enum taki_status taki_snapshot_open(struct taki_run *run, const struct taki_stage_set *set,
                                    const struct taki_stage_table *table, struct taki_stage_reader **reader,
                                    struct taki_error *err)
{
    const char *path = taki_arena_format(run->arena, "%s/%s", set->folder, table->file);
    TAKI_TRY(taki_stage_reader_open(path, reader, err));
    size_t count = 0;
    (void)taki_stage_reader_fields(*reader, &count);
    if (count == table->field_count && taki_stage_reader_rows(*reader) == table->rows)
        return TAKI_OK;
    taki_stage_reader_close(*reader);
    *reader = NULL;
    (void)taki_fail(err, TAKI_DAMAGED, "'%s' does not match its manifest", path);
    return taki_hint(err, "run taki-transform again; it writes the stage set anew");
}
