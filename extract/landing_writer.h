/**
 * @file landing_writer.h
 * Writes one batch of the landing zone (design.md 3.1). Pages gather in `<data_dir>/resume/<source>/<object>/<kind>/`,
 * one gzip member each, with a journal; a killed run goes on behind the last whole page. Commit writes page index and
 * manifest and moves the folder into the landing zone at once.
 */
#ifndef TAKI_EXTRACT_LANDING_WRITER_H
#define TAKI_EXTRACT_LANDING_WRITER_H

#include "engine.h"

#include "taki/landing.h"

struct taki_landing_writer;

struct taki_landing_plan {
    const char *data_dir, *source, *source_type, *object;
    enum taki_batch_kind kind;
    taki_instant lo, hi; /**< NULL = without limit */
    const char *config_hash;
    const char *format; /**< "json", "csv", "ndjson", "tsv": names the parts; every page of a batch has this format */
    const char *request_key; /**< what else must be equal for kept pages to count (SOQL, fields); NULL = nothing */
};

/**
 * Opens the batch, or the rest of it: if the resume area holds an unfinished batch of the same source, object, kind,
 * lo and request_key, its pages, its window and its kept values come back (pages that do not verify are dropped).
 * Anything else there is removed. Lives in @p arena but for its files.
 */
TAKI_NODISCARD enum taki_status taki_landing_open(struct taki_arena *arena, const struct taki_landing_plan *plan,
                                                  struct taki_landing_writer **writer, struct taki_error *err);
/** Window in force: the plan's, or the one resumed. */
taki_instant taki_landing_lo(const struct taki_landing_writer *writer);
taki_instant taki_landing_hi(const struct taki_landing_writer *writer);
/** Pages held, resumed ones included, and their records. */
size_t taki_landing_pages(const struct taki_landing_writer *writer);
int64_t taki_landing_records(const struct taki_landing_writer *writer);
/** `next` of the last page; NULL value before the first page or if it had none. */
taki_str taki_landing_next(const struct taki_landing_writer *writer);

/** Keeps a value durably for a resumed run (job id, locator); NULL value forgets it. */
TAKI_NODISCARD enum taki_status taki_landing_keep(struct taki_landing_writer *writer, const char *name, taki_str value,
                                                  struct taki_error *err);
/** Kept value or the NULL value; valid until the next keep. */
taki_str taki_landing_kept(const struct taki_landing_writer *writer, const char *name);

struct taki_landing_page {
    taki_str body;          /**< as received, inflated */
    taki_str wire;          /**< gzip member as received, or NULL value: compressed here */
    int64_t records;        /**< by our own scanner */
    const char *charset;    /**< NULL = "utf-8" */
    const char *records_at; /**< JSON path of the record array, NULL for other formats */
    const char *context;    /**< JSON object text, or NULL */
    const char *request;    /**< without secrets */
    int status;
    const char *headers; /**< JSON object text, NULL = {} */
    taki_instant received;
    taki_str next; /**< where the page loop goes on after this page; NULL value = nowhere */
};
TAKI_NODISCARD enum taki_status taki_landing_add(struct taki_landing_writer *writer,
                                                 const struct taki_landing_page *page, struct taki_error *err);
/** A reply of expect JSON (records counted at @p records_at; their member names become fields) or CSV (header line). */
TAKI_NODISCARD enum taki_status taki_landing_add_reply(struct taki_landing_writer *writer,
                                                       const struct taki_reply *reply, const char *records_at,
                                                       const char *context, taki_str next, struct taki_error *err);
/** A field name seen. */
void taki_landing_field(struct taki_landing_writer *writer, taki_str name);
/** A record count the vendor promised; adds up. @p from: "totalSize" (static). Kept for a resumed run with the next
 * page added, so: before the page that carries it, or after the last one. */
void taki_landing_expect(struct taki_landing_writer *writer, int64_t records, const char *from);
/** Folder of the unfinished batch and its pages so far, as struct taki_batch, for reading them again before commit. */
TAKI_NODISCARD enum taki_status taki_landing_flush(struct taki_landing_writer *writer, struct taki_batch *batch,
                                                   struct taki_error *err);
/** Forgets all pages and kept values (stale cursor, halved window); the window becomes [lo, hi). */
TAKI_NODISCARD enum taki_status taki_landing_restart(struct taki_landing_writer *writer, taki_instant lo,
                                                     taki_instant hi, struct taki_error *err);

/** The same with pages of another format (Bulk refused, REST instead). */
TAKI_NODISCARD enum taki_status taki_landing_restart_as(struct taki_landing_writer *writer, const char *format,
                                                        struct taki_error *err);

struct taki_landing_end {
    const char *cursor; /**< JSON text of the connector, or NULL */
    taki_instant extracted_at;
    int64_t calls, retries, throttled_ms;
    const char *id; /**< batch id; NULL = made from extracted_at and hi */
};
/**
 * Durable and visible, or an error. A batch of no pages is committed too (the bookmark moves). Expected and received
 * records that differ are TAKI_CONTRACT and nothing is committed. @p batch (may be NULL) as read back; in the arena.
 */
TAKI_NODISCARD enum taki_status taki_landing_commit(struct taki_landing_writer *writer,
                                                    const struct taki_landing_end *end, struct taki_batch *batch,
                                                    struct taki_error *err);
/**
 * Before bookmarks are read: puts in place what a killed run had finished but not moved. Call once a stream, holding
 * the program's lock.
 */
TAKI_NODISCARD enum taki_status taki_landing_recover(struct taki_arena *arena, const char *data_dir, const char *source,
                                                     const char *object, struct taki_error *err);
/** Removes what was gathered: there is nothing to commit. */
TAKI_NODISCARD enum taki_status taki_landing_drop(struct taki_landing_writer *writer, struct taki_error *err);
/** Closes without committing; what is there stays for the next run. NULL is allowed. */
void taki_landing_close(struct taki_landing_writer *writer);

#endif
