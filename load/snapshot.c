#include "snapshot.h"

#include "taki/file.h"

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
        if (sets != NULL && count > 0) {
            char newest[11];
            taki_date_print(sets[count - 1].snapshot_date, newest);
            (void)taki_fail(err, TAKI_FAILED, "no stage set of %.*s below '%s/stage'", TAKI_STR_ARG(wanted),
                            run->data_dir);
            return taki_hint(err, "run taki-transform --as-of %.*s first; the newest set there is of %s",
                             TAKI_STR_ARG(wanted), newest);
        }
        (void)taki_fail(err, TAKI_FAILED, "no stage set to load below '%s/stage'", run->data_dir);
        return taki_hint(err, "run taki-transform first; it writes the stage sets");
    }
    *set = *found;
    if (set->table_count > 0)
        return TAKI_OK;
    (void)taki_fail(err, TAKI_CONTRACT, "stage set '%s' holds no tables", set->folder);
    return taki_hint(err, "run taki-transform again; it writes the stage set anew");
}

const struct taki_stage_table *taki_snapshot_table(const struct taki_stage_set *set, const char *name)
{
    for (size_t i = 0; i < set->table_count; i++) {
        if (strcmp(set->tables[i].name, name) == 0)
            return &set->tables[i];
    }
    return NULL;
}

/* Is the file the one the manifest speaks of? Its bytes carry checksums of their own; these are its identity. */
static bool fits(const struct taki_stage_reader *reader, const struct taki_stage_table *table, const char *path)
{
    size_t count = 0;
    const struct taki_field *fields = taki_stage_reader_fields(reader, &count);
    bool same = count == table->field_count && taki_stage_reader_rows(reader) == table->rows &&
                taki_file_size_of(path) == table->bytes;
    for (size_t i = 0; same && i < count; i++) {
        same = strcmp(fields[i].name, table->fields[i].name) == 0 && fields[i].type == table->fields[i].type &&
               fields[i].flags == table->fields[i].flags;
    }
    return same;
}

enum taki_status taki_snapshot_open(const struct taki_stage_set *set, const struct taki_stage_table *table,
                                    struct taki_stage_reader **reader, struct taki_error *err)
{
    TAKI_AUTO(taki_arena_auto) struct taki_arena *scratch = taki_arena_open("stage path", 0);
    const char *path = taki_arena_format(scratch, "%s/%s", set->folder, table->file);
    TAKI_TRY(taki_stage_reader_open(path, reader, err));
    if (fits(*reader, table, path))
        return TAKI_OK;
    taki_stage_reader_close(*reader);
    *reader = NULL;
    (void)taki_fail(err, TAKI_DAMAGED, "'%s' does not match its manifest", path);
    return taki_hint(err, "run taki-transform again; it writes the stage set anew");
}
