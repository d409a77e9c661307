/**
 * @file landing_private.h
 * State of a batch being written; shared by landing_writer.c (pages), landing_resume.c (what a killed run left) and
 * landing_commit.c.
 */
#ifndef TAKI_EXTRACT_LANDING_PRIVATE_H
#define TAKI_EXTRACT_LANDING_PRIVATE_H

#include "landing_writer.h"

#include "taki/file.h"

#define TAKI_LANDING_PARTS 100000

/** Below the folder of a batch; the last two are gone before it is moved. */
#define TAKI_LANDING_PAGES "pages.ndjson"
#define TAKI_LANDING_MANIFEST "manifest.json"
#define TAKI_LANDING_JOURNAL "journal.ndjson"
#define TAKI_LANDING_STATE "state.json"

struct taki_landing_writer {
    struct taki_arena *arena;
    struct taki_landing_plan plan;
    const char *folder; /**< in the resume area */
    taki_instant lo, hi;
    struct taki_landing_part *parts;
    size_t part_count, part_capacity;
    struct taki_sha256 *part_sha, *raw_sha; /**< of the last part; NULL before the first */
    struct taki_buf index;                  /**< pages.ndjson so far */
    size_t pages;
    struct taki_map *fields, *kept; /**< kept: value = address of its text, 0 = forgotten */
    struct taki_buf new_fields;     /**< JSON strings seen since the last page, comma separated */
    int64_t records, expected;
    const char *expected_from;
    taki_str next;
    bool committed;
};

const char *taki_landing_path(const struct taki_landing_writer *writer, const char *name);
/** Begins part number part_count. */
void taki_landing_begin_part(struct taki_landing_writer *writer);
/** Fixes the hashes of the last part. */
void taki_landing_end_part(struct taki_landing_writer *writer);
/** Forgets everything in memory. */
void taki_landing_clear(struct taki_landing_writer *writer);
TAKI_NODISCARD enum taki_status taki_landing_write_state(struct taki_landing_writer *writer, struct taki_error *err);

/** landing_resume.c: takes over what fits the plan; *fits false if nothing does. */
TAKI_NODISCARD enum taki_status taki_landing_resume(struct taki_landing_writer *writer, bool *fits,
                                                    struct taki_error *err);

#endif
