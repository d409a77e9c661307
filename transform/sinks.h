/**
 * @file sinks.h
 * Where shards put finished rows: one sorter a (lane, table), merged and drained in grain order when all shards are
 * done. Rows may come in any order from any worker; the bytes that leave do not depend on it.
 */
#ifndef TAKI_TRANSFORM_SINKS_H
#define TAKI_TRANSFORM_SINKS_H

#include "table.h"

#include "taki/app.h"

struct taki_sinks;

/** @param lanes workers; each writes to its own lane only. Lives until taki_sinks_close. */
struct taki_sinks *taki_sinks_open(struct taki_run *run, size_t lanes, size_t memory_bytes);
TAKI_NODISCARD enum taki_status taki_sinks_add(struct taki_sinks *sinks, size_t lane, const struct taki_table *table,
                                               const void *row, struct taki_error *err);

typedef enum taki_status (*taki_sinks_row)(void *context, const void *row, struct taki_error *err);
/** Rows of @p table in grain order; of rows with one key only the first by value is given (a finding told twice).
 * Several tables may be drained at once. */
TAKI_NODISCARD enum taki_status taki_sinks_drain(struct taki_sinks *sinks, const struct taki_table *table,
                                                 taki_sinks_row each, void *context, struct taki_error *err);
void taki_sinks_close(struct taki_sinks *sinks);

#endif
