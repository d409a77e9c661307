/**
 * @file files_part.h
 * Inside of the files sink: parts, manifests, paths. Layout: docs/formats.md, design.md 3.4.
 */
#ifndef TAKI_LOAD_FILES_PART_H
#define TAKI_LOAD_FILES_PART_H

#include "sink.h"

#include "taki/hash.h"

/** One published file. */
struct taki_published {
    const char *table, *kind;
    const char *path; /**< below v1 */
    int64_t rows, bytes, raw_bytes;
    char sha256[TAKI_SHA256_HEX];     /**< of the file */
    char raw_sha256[TAKI_SHA256_HEX]; /**< of the uncompressed bytes */
};

/** One manifest read back. */
struct taki_publication {
    taki_date date;
    const char *snapshot_id, *pii;
    struct taki_published *files;
    size_t count;
};

/** Writes one table as a single gzip member at @p path; durable. Fills the figures of @p file. */
TAKI_NODISCARD enum taki_status taki_files_write_part(struct taki_run *run, const struct taki_target *target,
                                                      const struct taki_stage_set *set,
                                                      const struct taki_stage_table *table, const char *path,
                                                      struct taki_published *file, struct taki_error *err);

/** `<path>/v1/...`, in the run arena. Not thread-safe. */
const char *taki_files_path(struct taki_run *run, const struct taki_target *target, const char *format, ...)
    TAKI_PRINTF(3, 4);

/** manifest.json of a publication. */
void taki_files_manifest_write(const struct taki_target *target, const struct taki_stage_set *set,
                               const struct taki_published *files, size_t count, struct taki_buf *out);
/** Reads `v1/manifest/<folder>/manifest.json`. TAKI_DAMAGED if it is not one of ours. */
TAKI_NODISCARD enum taki_status taki_files_manifest_read(struct taki_run *run, const struct taki_target *target,
                                                         const char *folder, struct taki_publication *publication,
                                                         struct taki_error *err);
/** All publications of a target in order of date. */
TAKI_NODISCARD enum taki_status taki_files_publications(struct taki_run *run, const struct taki_target *target,
                                                        struct taki_publication **publications, size_t *count,
                                                        struct taki_error *err);

TAKI_NODISCARD enum taki_status taki_files_list(struct taki_run *run, const struct taki_target *target,
                                                struct taki_error *err);
TAKI_NODISCARD enum taki_status taki_files_verify(struct taki_run *run, const struct taki_target *target,
                                                  struct taki_error *err);
TAKI_NODISCARD enum taki_status taki_files_prune(struct taki_run *run, const struct taki_target *target,
                                                 struct taki_error *err);

#endif
