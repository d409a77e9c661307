/**
 * @file stage_fixture.h
 * Synthetic stage sets, and runs of a program over them: what tests of load start from.
 */
#ifndef TAKI_STAGE_FIXTURE_H
#define TAKI_STAGE_FIXTURE_H

#include "taki/stage.h"

/** A row with a column of every type; personal ones in three of them. */
struct stage_thing {
    taki_str id;
    taki_str email, phones; /* personal: text, list */
    taki_date born;         /* personal */
    taki_str note, kind, tags;
    int8_t yes;
    int64_t n;
    double ratio;
    taki_date day;
    taki_instant at;
    int64_t amount;
};
extern const struct taki_field stage_thing_fields[];
extern const size_t stage_thing_field_count;
/** All NULL but the key. */
struct stage_thing stage_thing_of(const char *id);

/** One table: @p count rows that @p row writes one by one into a stage_thing (id must rise). */
struct stage_table {
    const char *name, *kind; /**< kind NULL = "entity" */
    size_t count;
    void (*row)(size_t number, struct stage_thing *thing, struct taki_arena *scratch);
};

/** A fresh data_dir below the test folder (valid until the next call). */
const char *stage_new(const char *name);
/** Commits a stage set; @p id 16 hex digits. Money has @p money_digits digits. */
void stage_add(const char *data_dir, const char *date, const char *id, int money_digits,
               const struct stage_table *tables, size_t count);
/** Path of a file of the set. */
const char *stage_path(const char *data_dir, const char *date, const char *id, const char *file);
/** "thing-0000007", note with a comma, quotes, line breaks, Japanese, an emoji; every third column NULL by turns. */
void stage_ordinary(size_t number, struct stage_thing *thing, struct taki_arena *scratch);

/**
 * Runs a program's main function with `--config` of @p yaml (data_dir is added), then @p words (separated by one
 * space, "" = none); gives the exit code. What it printed is in stage_printed until the next run.
 */
int stage_run(int (*program)(int argc, char **argv), const char *data_dir, const char *yaml, const char *words);
const char *stage_printed(void);

#endif
