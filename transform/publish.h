/**
 * @file publish.h
 * Finished rows to a stage set (design.md 3.3): common columns, column files, manifest last, one rename.
 */
#ifndef TAKI_TRANSFORM_PUBLISH_H
#define TAKI_TRANSFORM_PUBLISH_H

#include "compute.h"
#include "session.h"

/** Raised with any change that can alter a published value or column (CHANGELOG "Numbers"). */
#define TAKI_SCHEMA_VERSION "1"

/** Writes the stage set; *folder receives its path (run arena). A set that is already there stays when it is equal and
 * is replaced when not. */
TAKI_NODISCARD enum taki_status taki_publish(struct taki_session *session, struct taki_compute *compute,
                                             const char **folder, struct taki_error *err);

/** Fields of a table with the common columns before them, as published. Lives in @p arena. */
const struct taki_field *taki_publish_fields(struct taki_arena *arena, const struct taki_table *table, size_t *count);

#endif
