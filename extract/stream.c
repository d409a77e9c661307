#include "stream.h"

#include "tombstone_batch.h"

#include "taki/file.h"
#include "taki/log.h"

#include <inttypes.h>
#include <string.h>

#define MOST_HALVINGS 4
#define MOST_RESTARTS 3

/* State of one stream's turn. */
struct drive {
    struct taki_session *session;
    const struct taki_stream *stream;
    const struct taki_stream_order *order;
    struct taki_arena *arena;
    enum taki_batch_kind kind;
    const char *data_dir;
    const char *cursor;                /**< of the bookmark batch: the source's own part */
    struct taki_engine_counts counted; /**< engine's counts at the last commit */
    int64_t limit;
    int halvings;
    bool skipped;
};

static bool is_backfill(const struct taki_stream_order *order)
{
    return order != NULL && !taki_instant_is_null(order->from);
}

/* The committed batch that reaches farthest; batches come sorted by extraction, but windows of one run may share a
 * second of the vendor's clock, so their order says nothing. */
static const struct taki_batch *bookmark_of(const struct taki_batch *batches, size_t count)
{
    const struct taki_batch *newest = NULL;
    for (size_t i = 0; i < count; i++) {
        bool counts = batches[i].kind == TAKI_BATCH_DELTA || batches[i].kind == TAKI_BATCH_FULL;
        if (counts && (newest == NULL || batches[i].hi.us >= newest->hi.us))
            newest = &batches[i];
    }
    return newest;
}

static taki_instant start_of(struct taki_session *session)
{
    taki_date date;
    if (!taki_date_parse(taki_session_option(session, "start_date"), &date))
        return TAKI_INSTANT_NULL;
    return taki_zone_day_start(session->run->zone, date);
}

static struct taki_span span_of(struct taki_session *session, const struct taki_stream *stream,
                                const struct taki_stream_order *order, const struct taki_batch *bookmark)
{
    bool is_whole = stream->window == TAKI_WINDOW_WHOLE;
    struct taki_window_facts facts = {.bookmark = bookmark == NULL ? TAKI_INSTANT_NULL : bookmark->hi,
                                      .start = is_whole ? TAKI_INSTANT_NULL : start_of(session),
                                      .server_time = taki_engine_server_time(session->engine),
                                      .settle_s = session->source->settle_s,
                                      .look_back_s = stream->look_back_s};
    if (is_whole || (order != NULL && order->full_refresh) || is_backfill(order))
        facts.bookmark = TAKI_INSTANT_NULL;
    struct taki_span span = taki_window_span(&facts);
    if (is_backfill(order) && is_whole)
        span.is_empty = true; /* what has no past cannot be read again as of a day */
    if (is_backfill(order) && !is_whole) {
        span.lo = order->from;
        span.hi = order->to.us < span.hi.us ? order->to : span.hi;
        span.is_empty = span.hi.us <= span.lo.us;
    }
    return span;
}

enum taki_status taki_stream_span(struct taki_session *session, const struct taki_stream *stream,
                                  const struct taki_stream_order *order, struct taki_span *span, struct taki_error *err)
{
    TAKI_AUTO(taki_arena_auto) struct taki_arena *arena = taki_arena_open("bookmark", 0);
    struct taki_batch *batches = NULL;
    size_t count = 0;
    TAKI_TRY(taki_landing_list(arena, session->run->data_dir, session->name, stream->object, &batches, &count, err));
    *span = span_of(session, stream, order, bookmark_of(batches, count));
    return TAKI_OK;
}

static const char *format_of(const struct drive *drive, taki_instant lo, taki_instant hi)
{
    const struct taki_stream *stream = drive->stream;
    if (stream->choose_format != NULL)
        return stream->choose_format(drive->session, stream, lo, hi);
    return stream->format == NULL ? "json" : stream->format;
}

static enum taki_status open_landing(struct drive *drive, struct taki_arena *arena, taki_instant lo, taki_instant hi,
                                     struct taki_landing_writer **landing, struct taki_error *err)
{
    const struct taki_session *session = drive->session;
    struct taki_landing_plan plan = {.data_dir = drive->data_dir,
                                     .source = session->name,
                                     .source_type = session->source->type,
                                     .object = drive->stream->object,
                                     .kind = drive->kind,
                                     .lo = lo,
                                     .hi = hi,
                                     .config_hash = session->config_hash,
                                     .format = format_of(drive, lo, hi),
                                     .request_key = session->config_hash};
    return taki_landing_open(arena, &plan, landing, err);
}

static enum taki_status declared_fetch(struct taki_fetch *fetch, struct taki_error *err)
{
    struct taki_request request = {0};
    if (fetch->stream->request != NULL) {
        TAKI_TRY(fetch->stream->request(fetch, &request, err));
    } else {
        TAKI_TRY(taki_stream_request(fetch, &request, err));
    }
    return taki_page_loop(fetch, &fetch->stream->paging, &request, NULL, err);
}

static enum taki_status halve(struct drive *drive, struct taki_fetch *fetch, struct taki_error *err)
{
    taki_instant middle = taki_window_middle(fetch->lo, fetch->hi);
    if (drive->halvings >= MOST_HALVINGS || middle.us == fetch->lo.us || taki_instant_is_null(fetch->hi)) {
        (void)taki_fail(err, TAKI_FAILED, "'%s:%s' is too slow there even after %d halvings of its window",
                        drive->session->name, drive->stream->object, drive->halvings);
        return taki_hint(err, "ask for fewer fields, or read it with method: bulk");
    }
    drive->halvings++;
    taki_log(TAKI_LOG_INFO, "window_halved", "stream=%s:%s halvings=%d", drive->session->name, drive->stream->object,
             drive->halvings);
    fetch->hi = middle;
    return taki_landing_restart(fetch->landing, fetch->lo, fetch->hi, err);
}

static enum taki_status begin_again(struct drive *drive, struct taki_fetch *fetch, int *restarts,
                                    struct taki_error *err)
{
    if (++*restarts > MOST_RESTARTS) {
        return taki_fail(err, TAKI_UNREACHABLE, "'%s:%s': the vendor dropped the page cursor %d times",
                         drive->session->name, drive->stream->object, *restarts);
    }
    return taki_landing_restart(fetch->landing, fetch->lo, fetch->hi, err);
}

static enum taki_status fetch_once(struct taki_fetch *fetch, struct taki_error *err)
{
    fetch->outcome = TAKI_FETCH_WHOLE;
    return fetch->stream->fetch != NULL ? fetch->stream->fetch(fetch, err) : declared_fetch(fetch, err);
}

/* Fetches until the window is whole, however often it must be cut or begun again. */
static enum taki_status fetch_window(struct drive *drive, struct taki_fetch *fetch, struct taki_error *err)
{
    int restarts = 0;
    for (;;) {
        TAKI_TRY(fetch_once(fetch, err));
        if (fetch->outcome == TAKI_FETCH_HALVE) {
            TAKI_TRY(halve(drive, fetch, err));
        } else if (fetch->outcome == TAKI_FETCH_RESTART) {
            TAKI_TRY(begin_again(drive, fetch, &restarts, err));
        } else {
            return TAKI_OK;
        }
    }
}

static const char *cursor_text(struct taki_arena *arena, const struct taki_fetch *fetch, int64_t tombstones)
{
    char hi[28] = "";
    taki_instant_print(fetch->hi, hi);
    const char *own = fetch->cursor_after == NULL ? "null" : fetch->cursor_after;
    return taki_arena_format(arena, "{\"hi\":\"%s\",\"tombstones\":%" PRId64 ",\"own\":%s}", hi, tombstones, own);
}

static void count_batch(struct drive *drive, const struct taki_batch *batch)
{
    struct taki_tally *tally = taki_run_tally(
        drive->session->run, taki_arena_format(drive->arena, "%s:%s", drive->session->name, drive->stream->object));
    tally->read += batch->records;
    tally->written += batch->records;
    tally->calls += batch->calls;
    tally->retries += batch->retries;
    tally->throttled_ms += batch->throttled_ms;
    for (size_t i = 0; i < batch->part_count; i++)
        tally->bytes += batch->parts[i].bytes;
}

static enum taki_status commit(struct drive *drive, struct taki_fetch *fetch, struct taki_error *err)
{
    struct taki_engine_counts now = taki_engine_counts(drive->session->engine);
    struct taki_batch draft, batch;
    struct taki_tombstone_sink *sink = NULL;
    TAKI_TRY(taki_landing_flush(fetch->landing, &draft, err));
    TAKI_TRY(taki_tombstones_find(drive->session, fetch->stream, &draft, fetch->arena, &sink, err));
    taki_instant at = taki_engine_server_time(drive->session->engine);
    struct taki_landing_end end = {.cursor = cursor_text(fetch->arena, fetch, taki_tombstones_count(sink)),
                                   .extracted_at = at,
                                   .calls = now.calls - drive->counted.calls,
                                   .retries = now.retries - drive->counted.retries,
                                   .throttled_ms = now.throttled_ms - drive->counted.throttled_ms};
    TAKI_TRY(taki_landing_commit(fetch->landing, &end, &batch, err));
    drive->counted = now;
    count_batch(drive, &batch);
    taki_log(TAKI_LOG_INFO, "batch_landed", "stream=%s:%s batch=%s records=%" PRId64 " calls=%" PRId64,
             drive->session->name, fetch->stream->object, batch.id, batch.records, batch.calls);
    return taki_tombstones_land(drive->session, fetch->stream, &batch, sink, err);
}

/* One window; *lo moves to its end. */
static enum taki_status run_window(struct drive *drive, taki_instant *lo, taki_instant hi, struct taki_error *err)
{
    TAKI_AUTO(taki_arena_auto) struct taki_arena *arena = taki_arena_open("window", 0);
    struct taki_fetch fetch = {.session = drive->session,
                               .stream = drive->stream,
                               .arena = arena,
                               .kind = drive->kind,
                               .cursor = drive->cursor,
                               .limit = drive->limit};
    TAKI_TRY(open_landing(drive, arena, *lo, hi, &fetch.landing, err));
    fetch.lo = taki_landing_lo(fetch.landing);
    fetch.hi = taki_landing_hi(fetch.landing);
    enum taki_status status = fetch_window(drive, &fetch, err);
    drive->skipped = status == TAKI_OK && fetch.outcome == TAKI_FETCH_SKIP;
    bool is_new = status == TAKI_OK && fetch.outcome == TAKI_FETCH_WHOLE;
    if (is_new && drive->limit == 0)
        status = commit(drive, &fetch, err);
    if (status == TAKI_OK && !is_new) {
        status = taki_file_remove(
            taki_run_path(drive->session->run, "resume/%s/%s", drive->session->name, drive->stream->object), err);
    }
    taki_landing_close(fetch.landing);
    *lo = fetch.hi;
    return status;
}

static enum taki_status run_windows(struct drive *drive, const struct taki_span *span, struct taki_error *err)
{
    taki_instant lo = span->lo;
    do {
        drive->halvings = 0;
        TAKI_TRY(taki_run_check_stop(err));
        TAKI_TRY(run_window(drive, &lo, taki_window_end(lo, span->hi, drive->stream->max_days), err));
    } while (!drive->skipped && lo.us < span->hi.us);
    return TAKI_OK;
}

static enum taki_batch_kind kind_of(const struct taki_stream *stream, const struct taki_stream_order *order)
{
    if (is_backfill(order))
        return TAKI_BATCH_BACKFILL;
    return stream->window == TAKI_WINDOW_WHOLE && !stream->adds ? TAKI_BATCH_FULL : TAKI_BATCH_DELTA;
}

static enum taki_status drive_stream(struct drive *drive, struct taki_error *err)
{
    struct taki_session *session = drive->session;
    const struct taki_stream *stream = drive->stream;
    struct taki_batch *batches = NULL;
    size_t count = 0;
    TAKI_TRY(taki_landing_recover(drive->arena, session->run->data_dir, session->name, stream->object, err));
    TAKI_TRY(
        taki_landing_list(drive->arena, session->run->data_dir, session->name, stream->object, &batches, &count, err));
    TAKI_TRY(taki_tombstones_settle(session, stream, batches, count, err));
    const struct taki_batch *bookmark = bookmark_of(batches, count);
    if (bookmark != NULL && (drive->order == NULL || !drive->order->full_refresh))
        drive->cursor = taki_cursor_text(drive->arena, bookmark->cursor, "own").data;
    struct taki_span span = span_of(session, stream, drive->order, bookmark);
    if (span.is_empty)
        return TAKI_OK;
    return run_windows(drive, &span, err);
}

enum taki_status taki_stream_run(struct taki_session *session, const struct taki_stream *stream,
                                 const struct taki_stream_order *order, struct taki_error *err)
{
    TAKI_AUTO(taki_arena_auto) struct taki_arena *arena = taki_arena_open("stream", 0);
    struct drive drive = {.session = session,
                          .stream = stream,
                          .order = order,
                          .arena = arena,
                          .kind = kind_of(stream, order),
                          .data_dir = session->run->data_dir,
                          .counted = taki_engine_counts(session->engine)};
    enum taki_status status = drive_stream(&drive, err);
    if (drive.skipped) {
        struct taki_tally *tally =
            taki_run_tally(session->run, taki_arena_format(arena, "%s:%s", session->name, stream->object));
        tally->note = "off in this organisation";
    }
    return status;
}

enum taki_status taki_stream_preview(struct taki_session *session, const struct taki_stream *stream,
                                     const char *data_dir, int64_t limit, struct taki_error *err)
{
    TAKI_AUTO(taki_arena_auto) struct taki_arena *arena = taki_arena_open("preview", 0);
    struct drive drive = {.session = session,
                          .stream = stream,
                          .arena = arena,
                          .kind = kind_of(stream, NULL),
                          .data_dir = data_dir,
                          .limit = limit};
    struct taki_span span = span_of(session, stream, NULL, NULL);
    taki_instant lo = span.lo;
    return run_window(&drive, &lo, taki_window_end(lo, span.hi, stream->max_days), err);
}
