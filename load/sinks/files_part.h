/**
 * @file files_part.h
 * Inside of the files sink: parts, manifests, the swap, what stands beside the data. Layout: docs/formats.md,
 * design.md 3.4.
 */
#ifndef TAKI_LOAD_FILES_PART_H
#define TAKI_LOAD_FILES_PART_H

#include "sink.h"

#include "taki/hash.h"

/** Names that readers of `*` and `dt=*` never see; common's sweep removes them before the next run. */
#define TAKI_FILES_ASIDE ".tmp-dt="

/** One published file. */
struct taki_published {
    const char *table, *kind;
    const char *path;  /**< below v1 */
    const char *fresh; /**< full path before the swap; NULL = it is in its place */
    int64_t rows, bytes, raw_bytes;
    char sha256[TAKI_SHA256_HEX];     /**< of the file */
    char raw_sha256[TAKI_SHA256_HEX]; /**< of the uncompressed bytes */
};

/** One manifest read back. */
struct taki_publication {
    taki_date date;
    const char *snapshot_id, *pii;
    char sha256[TAKI_SHA256_HEX]; /**< of manifest.json */
    struct taki_published *files;
    size_t count;
};

/** Writes one table as a single gzip member at @p path; durable. Fills the figures of @p file. Thread-safe. */
TAKI_NODISCARD enum taki_status taki_files_write_part(const struct taki_target *target,
                                                      const struct taki_stage_set *set,
                                                      const struct taki_stage_table *table, const char *path,
                                                      struct taki_published *file, struct taki_error *err);
/** Memory one taki_files_write_part may hold at a time, for deciding how many run beside each other. */
size_t taki_files_part_memory(void);

/** `<path>/v1/...`, in the run arena. Not thread-safe. */
const char *taki_files_path(struct taki_run *run, const struct taki_target *target, const char *format, ...)
    TAKI_PRINTF(3, 4);

/**
 * manifest.json of a publication: @p files of this run, then the files @p kept of an earlier one, in order of the set.
 * Its last member `checksum` is the SHA-256 of the document without that member.
 */
void taki_files_manifest_write(const struct taki_target *target, const struct taki_stage_set *set,
                               const struct taki_published *files, size_t count, const struct taki_publication *kept,
                               struct taki_buf *out);
/** "full", "hashed", "none". */
const char *taki_files_pii_name(enum taki_pii pii);
/** Is there anything at @p path? Unlike taki_file_exists, what can't be looked at is an error: publishing decides by
 * this what is old and what is new. */
TAKI_NODISCARD enum taki_status taki_files_exists(const char *path, bool *exists, struct taki_error *err);
/** Is there a manifest of this date? */
TAKI_NODISCARD enum taki_status taki_files_is_published(struct taki_run *run, const struct taki_target *target,
                                                        taki_date date, bool *published, struct taki_error *err);
/** Reads the manifest of a date. TAKI_DAMAGED if it is not one of ours, or changed. */
TAKI_NODISCARD enum taki_status taki_files_manifest_read(struct taki_run *run, const struct taki_target *target,
                                                         taki_date date, struct taki_publication *publication,
                                                         struct taki_error *err);
/** Dates that have a manifest, rising; other names in the folder are passed over. */
TAKI_NODISCARD enum taki_status taki_files_dates(struct taki_run *run, const struct taki_target *target,
                                                 taki_date **dates, size_t *count, struct taki_error *err);
/** All publications of a target in order of date. */
TAKI_NODISCARD enum taki_status taki_files_publications(struct taki_run *run, const struct taki_target *target,
                                                        struct taki_publication **publications, size_t *count,
                                                        struct taki_error *err);

/** A step of the swap: @p fresh takes the place of @p place (exchanged, or moved where nothing is), or, as a removal,
 * @p place goes aside to @p fresh. */
struct taki_files_step {
    const char *fresh, *place;
    bool removal, exchanged; /**< exchanged: set when done */
};

/** Takes all steps in order, or none of them: what fails midway is undone. Killed midway, the next
 * taki_files_recover does that. */
TAKI_NODISCARD enum taki_status taki_files_swap(struct taki_run *run, const struct taki_target *target, taki_date date,
                                                struct taki_files_step *steps, size_t count, struct taki_error *err);
/** Undoes a whole swap. */
void taki_files_unswap(struct taki_run *run, const struct taki_target *target, const struct taki_files_step *steps,
                       size_t count);
/** The swap is done for good: the next run has nothing to recover. */
void taki_files_settled(struct taki_run *run, const struct taki_target *target);
/** Puts right what a kill inside a swap left, then removes what is aside. Call while holding the lock. */
TAKI_NODISCARD enum taki_status taki_files_recover(struct taki_run *run, const struct taki_target *target,
                                                   struct taki_error *err);

/** Schema texts of all tables of the set in `schema/` (one folder, to be swapped in by @p step). *changed is false if
 * they stand there already. */
TAKI_NODISCARD enum taki_status taki_files_schema(struct taki_run *run, const struct taki_target *target,
                                                  const struct taki_stage_set *set, struct taki_files_step *step,
                                                  bool *changed, struct taki_error *err);
/** Target of the `current` link as text, "" if there is none. */
const char *taki_files_current(struct taki_run *run, const struct taki_target *target);
/** Text of latest.json. */
TAKI_NODISCARD enum taki_status taki_files_latest_text(struct taki_run *run, const struct taki_publication *publication,
                                                       const char *schema_folder, struct taki_buf *out,
                                                       struct taki_error *err);

/** `current` and latest.json, ready to be moved. */
struct taki_files_pointers {
    const char *current_path, *latest_path, *current;
    struct taki_file *latest; /**< written, not committed */
    const char *current_before;
    taki_str latest_before; /**< NULL if there was none */
};

/** Makes all that pointing at @p publication needs; end with taki_files_point_drop whatever happens. */
TAKI_NODISCARD enum taki_status taki_files_point_prepare(struct taki_run *run, const struct taki_target *target,
                                                         const struct taki_publication *publication,
                                                         const char *schema_folder,
                                                         struct taki_files_pointers *pointers, struct taki_error *err);
/** Moves `current`, then latest.json; both as before after a failure. */
TAKI_NODISCARD enum taki_status taki_files_point_now(struct taki_files_pointers *pointers, struct taki_error *err);
void taki_files_point_drop(struct taki_files_pointers *pointers);
/** Points at the publication of @p date, unless the pointers say so already. */
TAKI_NODISCARD enum taki_status taki_files_point_anew(struct taki_run *run, const struct taki_target *target,
                                                      taki_date date, struct taki_error *err);

TAKI_NODISCARD enum taki_status taki_files_list(struct taki_run *run, const struct taki_target *target,
                                                struct taki_error *err);
TAKI_NODISCARD enum taki_status taki_files_verify(struct taki_run *run, const struct taki_target *target,
                                                  struct taki_error *err);
TAKI_NODISCARD enum taki_status taki_files_prune(struct taki_run *run, const struct taki_target *target,
                                                 struct taki_error *err);

#endif
