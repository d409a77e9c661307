/**
 * @file ddl.h
 * Schema texts of a table for the databases and tools that read our files: one row of the dialect table each.
 */
#ifndef TAKI_LOAD_DDL_H
#define TAKI_LOAD_DDL_H

#include "taki/stage.h"

struct taki_ddl_dialect {
    const char *name; /**< file name part: person.<name>.sql */
    const char *types[TAKI_TYPE_COUNT_];
    const char *quote;   /**< identifier quote */
    const char *comment; /**< "column": COMMENT ON COLUMN; "inline": COMMENT '...'; "options": OPTIONS(description=...);
                            "none" */
    const char *engine_note;
};

/** All dialects; @p count receives their number. */
const struct taki_ddl_dialect *taki_ddl_dialects(size_t *count);
/** CREATE TABLE of @p table. @p money_digits: scale of money columns. */
void taki_ddl_write(const struct taki_ddl_dialect *dialect, const struct taki_stage_table *table, int money_digits,
                    struct taki_buf *out);
/** Power Query (M) that reads the table from `current/` with its types. */
void taki_power_query_write(const struct taki_stage_table *table, struct taki_buf *out);
/** Frictionless datapackage.json over all tables (paths below the root, titles from the meanings). */
void taki_datapackage_write(const struct taki_stage_set *set, struct taki_buf *out);

#endif
