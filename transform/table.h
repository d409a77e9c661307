/**
 * @file table.h
 * An output table as a value: its columns are one X-macro list in its file under analytics/, everything else follows
 * from them.
 */
#ifndef TAKI_TRANSFORM_TABLE_H
#define TAKI_TRANSFORM_TABLE_H

#include "taki/field.h"
#include "taki/str.h"

#include <stdbool.h>

struct taki_table {
    const char *name;
    const char *meaning; /**< English; the data dictionary and the manifest show it */
    const char *kind;    /**< "entity" or "aggregate": the retention rule (design.md 3.4) */
    const struct taki_field *fields;
    size_t field_count, row_size;
    bool keeps_first; /**< findings: a key told twice is one row; elsewhere a repeated key is a bug that the stage
                         writer finds */
};

/** All tables in order of domain.md section 6. */
extern const struct taki_table *const taki_tables[];
extern const size_t taki_table_count;
/** By name, or NULL. */
const struct taki_table *taki_table_find(taki_str name);

#endif
