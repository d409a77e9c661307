/**
 * @file landing.h
 * The landing zone (design.md 3.1): `<data_dir>/landing/<source>/<object>/<batch>/` holds part files (one gzip member a
 * page, bodies as received), `pages.ndjson` (one line a page) and `manifest.json`, written last. A batch without
 * manifest does not exist.
 *
 * extract writes through extract/landing.c; the two JSON forms are written and read here, so there is one definition.
 */
#ifndef TAKI_LANDING_H
#define TAKI_LANDING_H

#include "taki/arena.h"
#include "taki/date.h"
#include "taki/hash.h"
#include "taki/status.h"
#include "taki/str.h"

#include <stddef.h>
#include <stdint.h>

#define TAKI_LANDING_VERSION 1

enum taki_batch_kind { TAKI_BATCH_DELTA, TAKI_BATCH_FULL, TAKI_BATCH_BACKFILL, TAKI_BATCH_TOMBSTONES };

/** One response body. */
struct taki_page {
    const char *part;      /**< "part-00000.json.gz" */
    int64_t offset, bytes; /**< of its gzip member in the part */
    int64_t raw_bytes;     /**< of the body */
    int64_t records;
    char sha256[TAKI_SHA256_HEX]; /**< of the body */
    const char *format;           /**< "json", "ndjson", "csv", "tsv" */
    const char *charset;    /**< "utf-8", "cp932", "euc-jp", "utf-16le", ... as declared by config or Content-Type */
    const char *records_at; /**< for json: path of the record array ("records", "result", "" = root is the array) */
    /** What the record does not say itself, as JSON object text ("{\"programId\":\"12\"}"), or NULL. A big csv or tsv
     * body is cut at record borders into several pages: each but the first has no banner and no header line, and its
     * context holds the names: "@header": ["id", ...] */
    const char *context;
    const char *request; /**< method, path and query without secrets */
    int status;
    const char *headers;   /**< chosen response headers as JSON object text */
    taki_instant received; /**< server time (Date header), else NULL */
};

struct taki_landing_part {
    const char *name;
    int64_t bytes, raw_bytes, records;
    char sha256[TAKI_SHA256_HEX];     /**< of the file */
    char raw_sha256[TAKI_SHA256_HEX]; /**< of the concatenated bodies */
};

struct taki_batch {
    const char *id;     /**< folder name; sorts by time of extraction within an object */
    const char *folder; /**< full path (not in the manifest) */
    const char *source, *source_type, *object;
    enum taki_batch_kind kind;
    taki_instant lo, hi;       /**< window [lo, hi); NULL = without limit (full) */
    const char *cursor;        /**< JSON text, the connector's own; where the next delta starts */
    taki_instant extracted_at; /**< server time at the end of the batch; `known_at` compares with it */
    const struct taki_landing_part *parts;
    size_t part_count;
    const char *const *fields; /**< names seen, sorted bytewise */
    size_t field_count;
    int64_t records, expected; /**< expected: -1 = nothing to compare with */
    const char *expected_from; /**< e.g. "totalSize", "Sforce-NumberOfRecords", "fileSize+fileChecksum" */
    int64_t calls, retries, throttled_ms;
    const char *tool_version, *config_hash;
    char manifest_sha256[TAKI_SHA256_HEX]; /**< of manifest.json as on disk (not in the manifest) */
};

const char *taki_batch_kind_name(enum taki_batch_kind kind);

/** Appends the manifest as JSON / the page as one NDJSON line. */
void taki_batch_write(const struct taki_batch *batch, struct taki_buf *out);
void taki_page_write(const struct taki_page *page, struct taki_buf *out);

/** Reads one manifest; strings live in @p arena. TAKI_DAMAGED on bad JSON, missing members or a newer version. */
TAKI_NODISCARD enum taki_status taki_batch_read(struct taki_arena *arena, const char *folder, struct taki_batch *batch,
                                                struct taki_error *err);
/** The page index of a batch in file order. */
TAKI_NODISCARD enum taki_status taki_pages_read(struct taki_arena *arena, const struct taki_batch *batch,
                                                struct taki_page **pages, size_t *count, struct taki_error *err);
/** Body of one page appended to @p out, its hash verified (TAKI_DAMAGED names batch, part and offset). */
TAKI_NODISCARD enum taki_status taki_page_body(const struct taki_batch *batch, const struct taki_page *page,
                                               struct taki_buf *out, struct taki_error *err);
/** All committed batches of all sources, or of one source/object when not NULL; sorted by source, object, extracted_at,
 * id. */
TAKI_NODISCARD enum taki_status taki_landing_list(struct taki_arena *arena, const char *data_dir, const char *source,
                                                  const char *object, struct taki_batch **batches, size_t *count,
                                                  struct taki_error *err);
/** Re-hashes every part and page against the manifest; reports the first damage. */
TAKI_NODISCARD enum taki_status taki_batch_verify(struct taki_arena *scratch, const struct taki_batch *batch,
                                                  struct taki_error *err);

#endif
