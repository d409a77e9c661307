/**
 * @file source.h
 * A source is a descriptor: what varies between vendors is data (streams, fields, paging, windows, error rules);
 * functions exist only for what a vendor alone does. sources.c is the registry; one file a source in sources/.
 *
 * Adding one: sources/<type>.c with a `const struct taki_source`, one line in sources.c, its option rows in
 * common/options_sources.c. stream.c drives all of them: bookmark, windows, page loop, resume, commit, tombstones.
 */
#ifndef TAKI_EXTRACT_SOURCE_H
#define TAKI_EXTRACT_SOURCE_H

#include "engine.h"
#include "landing_writer.h"
#include "page_loop.h"
#include "tombstone.h"

#include "taki/app.h"

struct taki_session;
struct taki_stream;
struct taki_fetch;

/** A query parameter; value may hold {lo} {hi} {hi_inclusive} {fields} {name of an option of the source}. */
struct taki_param {
    const char *name, *value;
};

enum taki_window_rule {
    TAKI_WINDOW_WHOLE, /**< read whole each run; a batch of kind full */
    TAKI_WINDOW_TIME,  /**< [bookmark - look-back, server time - settle) */
};
enum taki_delete_strategy {
    TAKI_DELETE_NONE,    /**< the vendor has no sign of it; said by check */
    TAKI_DELETE_FLAG,    /**< a flag in the records (queryAll IsDeleted) */
    TAKI_DELETE_FEED,    /**< another stream tells (Marketo activities 37) */
    TAKI_DELETE_ABSENCE, /**< read whole each run: what is missing is gone */
};

struct taki_source_field {
    const char *name;
    bool mandatory;  /**< the run fails, naming it, when the user may not read it */
    bool optional;   /**< only where the org has it (currency): not worth a word when missing */
    const char *why; /**< for check and docs */
};

struct taki_stream {
    const char *object; /**< folder in the landing zone and name in --select "source:object" */
    const char *path;   /**< below the base; same placeholders as params */
    const struct taki_param *params;
    size_t param_count;
    const char *format; /**< "json", "csv", "ndjson", "tsv" */
    struct taki_paging paging;
    enum taki_window_rule window;
    int max_days;             /**< longest window; 0 = no limit */
    int look_back_s;          /**< re-read before the bookmark; at least 600 for TIME */
    const char *time_format;  /**< of {lo} and {hi}: "iso_ms" (default), "iso_s", "epoch_ms" */
    const char *cursor_field; /**< for the report and docs; NULL = none */
    const struct taki_source_field *fields;
    size_t field_count;
    enum taki_delete_strategy deletes;
    bool can_be_off;  /**< verdict OFF skips the stream with a count instead of failing it */
    bool default_off; /**< read only when named under `objects` */
    bool adds;        /**< WHOLE: each batch adds to the older ones (kind delta) instead of replacing them */
    const void *own;  /**< the source's further data */
    /** Format of a window's pages where it depends ("csv" for bulk); NULL = `format`. */
    const char *(*choose_format)(struct taki_session *session, const struct taki_stream *stream, taki_instant lo,
                                 taki_instant hi);
    /** Reads fetch->window into fetch->landing. NULL = the declared page loop. */
    enum taki_status (*fetch)(struct taki_fetch *fetch, struct taki_error *err);
    /** Fills the first request of the declared page loop where path and params are not enough. NULL = from them. */
    enum taki_status (*request)(struct taki_fetch *fetch, struct taki_request *request, struct taki_error *err);
};

/** One source of the configuration, while its turn lasts. */
struct taki_session {
    struct taki_run *run;
    const struct taki_source *source;
    const char *name; /**< "sfa" */
    struct taki_engine *engine;
    struct taki_arena *arena; /**< as long as the session */
    void *own;                /**< the source's, set by open */
    const char *config_hash;
    const struct taki_stream *streams;
    size_t stream_count;
    int64_t calls_before; /**< today's, by earlier runs */
};

/** What the driver does after a fetch that returned TAKI_OK. */
enum taki_fetch_outcome {
    TAKI_FETCH_WHOLE,   /**< commit */
    TAKI_FETCH_HALVE,   /**< too slow or too large there: pages dropped, the window cut in half (at most 4 times) */
    TAKI_FETCH_RESTART, /**< token or cursor gone: pages dropped, the same window again (at most 3 times) */
    TAKI_FETCH_SKIP,    /**< the feature is off in this organisation: nothing is committed */
    TAKI_FETCH_SAME,    /**< what is there has landed already (a file unchanged): nothing is committed, all is well */
};

/** One window of one stream. */
struct taki_fetch {
    struct taki_session *session;
    const struct taki_stream *stream;
    struct taki_landing_writer *landing; /**< tells the window and what is already there */
    struct taki_arena *arena;            /**< as long as the window */
    taki_instant lo, hi;                 /**< NULL = without limit */
    enum taki_batch_kind kind;
    const char *cursor;              /**< cursor of the bookmark batch (JSON text), or NULL */
    const char *cursor_after;        /**< set by fetch: JSON text for the manifest; NULL = {"hi": ...} */
    enum taki_fetch_outcome outcome; /**< set by fetch */
    bool fresh;    /**< set by fetch before taki_page_loop: begin at the first page whatever was resumed */
    int64_t limit; /**< preview: stop after so many records; 0 = all */
};

struct taki_source {
    const char *type; /**< "salesforce" */
    const char *en, *ja;
    const struct taki_stream *streams; /**< NULL when list makes them */
    size_t stream_count;
    int settle_s; /**< hi is at most server time minus this */
    struct taki_judging judging;
    const char *base_option; /**< option with the base URL: "base_url", "login_url" */
    /** Defaults for the engine (apis.md 0.1). */
    int64_t rate_calls, rate_window_ms, concurrency, daily_calls;
    /** Reads options into session->own and session->streams; no network, no engine yet. NULL = nothing. */
    enum taki_status (*open)(struct taki_session *session, struct taki_error *err);
    /** See taki_engine_setup; context is the session. NULL = no login. */
    enum taki_status (*login)(void *session, struct taki_error *err);
    enum taki_verdict (*judge)(void *session, const struct taki_reply *reply, enum taki_verdict verdict);
    /** After log in, before the first stream: describe, metadata; may change session->streams. NULL = nothing. */
    enum taki_status (*prepare)(struct taki_session *session, struct taki_error *err);
    /** Permissions and mandatory fields of one stream; failing says what is missing. NULL = one page is read. */
    enum taki_status (*check)(struct taki_session *session, const struct taki_stream *stream, struct taki_error *err);
    /** Calls and other quota a window would cost, for --dry-run; NULL = 1 a page unknown. */
    int64_t (*cost)(struct taki_session *session, const struct taki_stream *stream, taki_instant lo, taki_instant hi);
    /** Called for each landed record of a committed batch: adds tombstones. NULL = none. */
    enum taki_status (*tombstones)(struct taki_session *session, const struct taki_stream *stream,
                                   const struct taki_landed *record, struct taki_tombstone_sink *sink,
                                   struct taki_error *err);
    void (*close)(struct taki_session *session);
};

/** All sources; NULL if no such type. */
const struct taki_source *taki_source_find(taki_str type);
const struct taki_source *const *taki_source_list(size_t *count);

/** Option of this source as text or integer: taki_session_option(session, "client_id"); NULL value if not set. */
taki_str taki_session_option(const struct taki_session *session, const char *name);
int64_t taki_session_integer(const struct taki_session *session, const char *name, int64_t fallback);

#endif
