/**
 * @file sink.h
 * What a target is: one descriptor a type (files now; parquet, postgres, s3, report: one file each), found through
 * sinks.c.
 *
 * A sink publishes one stage set for one snapshot date, exactly once by (date, snapshot_id): repeated calls give the
 * same bytes, a failed or killed one leaves what was published before readable (design.md 3.4).
 */
#ifndef TAKI_LOAD_SINK_H
#define TAKI_LOAD_SINK_H

#include "taki/app.h"
#include "taki/stage.h"

enum taki_pii { TAKI_PII_FULL, TAKI_PII_HASHED, TAKI_PII_NONE };

/** One configured target (`targets.<name>` of taki.yml). */
struct taki_target {
    const char *name, *type;
    const char *path; /**< root folder of a files target, absolute or relative to the working folder */
    enum taki_pii pii;
    taki_str pii_salt; /**< key of the hash where pii is hashed */
};

struct taki_sink {
    const char *type, *meaning;
    /** Publishes the selected tables of @p set; counts rows into tallies "target:table". TAKI_EMPTY if the very same
     * bytes were published before; after any failure the target is as it was. */
    enum taki_status (*publish)(struct taki_run *run, const struct taki_target *target,
                                const struct taki_stage_set *set, struct taki_error *err);
    /** One line a published date on stdout. */
    enum taki_status (*list)(struct taki_run *run, const struct taki_target *target, struct taki_error *err);
    /** Re-hashes everything published; prints each fault, TAKI_DAMAGED names the first. */
    enum taki_status (*verify)(struct taki_run *run, const struct taki_target *target, struct taki_error *err);
    /** Removes what retention lets go; never what latest.json names. */
    enum taki_status (*prune)(struct taki_run *run, const struct taki_target *target, struct taki_error *err);
    /** Can it be written to, with all that publishing needs? */
    enum taki_status (*check)(struct taki_run *run, const struct taki_target *target, struct taki_error *err);
};

/** NULL if there is no such type. */
const struct taki_sink *taki_sink_find(const char *type);

/**
 * Targets of the configuration in order of the file: the one of --target, else those a --select pattern names, else
 * all; never one that --exclude names. With @p by_table, --select is left to taki_target_takes. No target at all is
 * TAKI_USAGE.
 */
TAKI_NODISCARD enum taki_status taki_targets(struct taki_run *run, bool by_table, struct taki_target **targets,
                                             size_t *count, struct taki_error *err);

/** Does --select / --exclude / --retry-failed let @p table of @p target through? A pattern may name the table, the
 * target, or "target:table". */
bool taki_target_takes(struct taki_run *run, const struct taki_target *target, const char *table);

/** Personal columns of @p row as the target wants them: NULL, or hex of HMAC-SHA-256 under the salt (a list becomes a
 * JSON array of that one hash; what is no text becomes NULL). Text lives in @p scratch. Thread-safe. */
void taki_pii_apply(const struct taki_target *target, const struct taki_field *fields, size_t count, void *row,
                    struct taki_arena *scratch);
/** Can the column hold NULL at this target? */
bool taki_pii_nullable(const struct taki_target *target, const struct taki_field *field);

extern const struct taki_sink taki_sink_files;

#endif
