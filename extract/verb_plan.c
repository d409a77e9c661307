#include "session.h"
#include "stream.h"
#include "verbs.h"

#include <inttypes.h>
#include <string.h>

#define COLUMNS 6

struct plan {
    struct taki_run *run;
    const struct taki_stream_order *order;
    taki_str *cells;
    size_t rows, capacity;
    int64_t calls;
};

static const char *moment(struct taki_arena *arena, taki_instant instant)
{
    char text[28];
    if (taki_instant_is_null(instant))
        return "-";
    taki_instant_print(instant, text);
    return taki_arena_format(arena, "%.19sZ", text);
}

static void add_row(struct plan *plan, const char *const cells[COLUMNS])
{
    if (plan->rows == plan->capacity) {
        size_t capacity = plan->capacity == 0 ? 32 : plan->capacity * 2;
        taki_str *grown = TAKI_NEW_ARRAY(plan->run->arena, capacity * COLUMNS, taki_str);
        if (plan->rows > 0)
            memcpy(grown, plan->cells, plan->rows * COLUMNS * sizeof *grown);
        plan->cells = grown;
        plan->capacity = capacity;
    }
    for (size_t i = 0; i < COLUMNS; i++)
        plan->cells[plan->rows * COLUMNS + i] = taki_str_of(cells[i]);
    plan->rows++;
}

static const char *how(struct taki_session *session, const struct taki_stream *stream, taki_instant lo, taki_instant hi)
{
    if (stream->choose_format != NULL)
        return stream->choose_format(session, stream, lo, hi);
    return stream->format == NULL ? "json" : stream->format;
}

static enum taki_status plan_stream(struct plan *plan, struct taki_session *session, const struct taki_stream *stream,
                                    struct taki_error *err)
{
    struct taki_span span;
    struct taki_arena *arena = plan->run->arena;
    TAKI_TRY(taki_stream_span(session, stream, plan->order, &span, err));
    int64_t windows = 0, calls = 0;
    taki_instant lo = span.lo;
    const char *format = how(session, stream, span.lo, taki_window_end(span.lo, span.hi, stream->max_days));
    while (!span.is_empty) {
        taki_instant end = taki_window_end(lo, span.hi, stream->max_days);
        calls += session->source->cost == NULL ? 1 : session->source->cost(session, stream, lo, end);
        windows++;
        lo = end;
        if (end.us >= span.hi.us)
            break;
    }
    plan->calls += calls;
    const char *name = taki_session_stream_name(session, stream);
    const char *const cells[COLUMNS] = {
        taki_arena_copy(arena, name, strlen(name)),    span.is_empty ? "-" : moment(arena, span.lo),
        span.is_empty ? "-" : moment(arena, span.hi),  format,
        taki_arena_format(arena, "%" PRId64, windows), taki_arena_format(arena, "%" PRId64 "+", calls)};
    add_row(plan, cells);
    return TAKI_OK;
}

static enum taki_status plan_source(struct plan *plan, const char *name, struct taki_error *err)
{
    struct taki_session *session = NULL;
    TAKI_TRY(taki_session_open(plan->run, name, &session, err));
    enum taki_status status = TAKI_OK;
    int64_t before = plan->calls;
    for (size_t i = 0; status == TAKI_OK && i < session->stream_count; i++) {
        if (taki_session_wants(session, &session->streams[i]))
            status = plan_stream(plan, session, &session->streams[i], err);
    }
    if (status == TAKI_OK && session->source->daily_calls > 0) {
        taki_print("%s: at least %" PRId64 " calls of %" PRId64 " a day, %" PRId64 " used today\n", name,
                   plan->calls - before, session->source->daily_calls, session->calls_before);
    } else if (status == TAKI_OK) {
        taki_print("%s: at least %" PRId64 " calls, %" PRId64 " used today\n", name, plan->calls - before,
                   session->calls_before);
    }
    taki_session_close(session);
    return status;
}

enum taki_status taki_extract_plan(struct taki_run *run, struct taki_error *err)
{
    static const char *const head[COLUMNS] = {"stream", "from", "to", "format", "windows", "calls"};
    struct taki_stream_order order;
    const char **names = NULL;
    size_t count = 0;
    TAKI_TRY(taki_extract_order(run, &order, err));
    TAKI_TRY(taki_sessions_list(run, &names, &count, err));
    struct plan plan = {.run = run, .order = &order};
    add_row(&plan, head);
    for (size_t i = 0; i < count; i++)
        TAKI_TRY(plan_source(&plan, names[i], err));
    taki_print_table(plan.cells, COLUMNS, plan.rows);
    return TAKI_OK;
}
