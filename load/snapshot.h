/**
 * @file snapshot.h
 * Which stage set is published, and one table of it as rows.
 */
#ifndef TAKI_LOAD_SNAPSHOT_H
#define TAKI_LOAD_SNAPSHOT_H

#include "taki/app.h"
#include "taki/stage.h"

/**
 * The stage set of `--as-of` (newest commit of that date), else the set of the greatest snapshot_date.
 * TAKI_FAILED with a hint if there is none.
 */
TAKI_NODISCARD enum taki_status taki_snapshot_choose(struct taki_run *run, struct taki_stage_set *set,
                                                     struct taki_error *err);

/** Table by name, or NULL. */
const struct taki_stage_table *taki_snapshot_table(const struct taki_stage_set *set, const char *name);

/** Opens a table's column file and checks that it is the one the manifest names (size, rows, fields; TAKI_DAMAGED
 * otherwise). Thread-safe. */
TAKI_NODISCARD enum taki_status taki_snapshot_open(const struct taki_stage_set *set,
                                                   const struct taki_stage_table *table,
                                                   struct taki_stage_reader **reader, struct taki_error *err);

#endif
