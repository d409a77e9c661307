#include "session.h"
#include "stream.h"
#include "verbs.h"

#include "taki/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What became of the streams so far. */
struct outcome {
    size_t done, failed;
    int64_t records;
    enum taki_status first; /**< status of the first failure */
    bool all_same;
    struct taki_error error; /**< of the first failure */
};

static void count_failure(struct outcome *outcome, enum taki_status status, const struct taki_error *error)
{
    if (outcome->failed == 0) {
        outcome->first = status;
        outcome->all_same = true;
        outcome->error = *error;
    }
    outcome->all_same = outcome->all_same && outcome->first == status;
    outcome->failed++;
}

/* Nothing else can go better after these. */
static bool ends_run(enum taki_status status)
{
    return status == TAKI_INTERRUPTED || status == TAKI_DESTINATION || status == TAKI_DAMAGED || status == TAKI_USAGE ||
           status == TAKI_CEILING;
}

/* Nor can other streams of this source after these. */
static bool ends_source(enum taki_status status)
{
    return status == TAKI_QUOTA;
}

/* Quotas come back at the start of the vendor's day, or within one; the next UTC midnight is early enough to ask. */
static void note_retry(struct taki_run *run, taki_instant now)
{
    char text[28];
    taki_instant next = {(now.us / TAKI_US_PER_DAY + 1) * TAKI_US_PER_DAY};
    taki_instant_print(next, text);
    taki_run_note(run, "retry_at", taki_str_of(taki_arena_format(run->arena, "\"%s\"", text)));
}

static void note_failure(struct taki_run *run, const char *name, enum taki_status status,
                         const struct taki_error *error)
{
    struct taki_tally *tally = taki_run_tally(run, name);
    tally->status = status;
    tally->note = taki_arena_copy(run->arena, error->text, strlen(error->text));
    if (error->hint[0] == '\0') {
        taki_say("'%s': %s", name, error->text);
    } else {
        taki_say("'%s': %s; %s", name, error->text, error->hint);
    }
}

static enum taki_status run_stream(struct taki_session *session, const struct taki_stream *stream,
                                   const struct taki_stream_order *order, struct outcome *outcome)
{
    struct taki_error error = {0};
    const char *name = taki_session_stream_name(session, stream);
    int64_t started_us = taki_clock_monotonic_us();
    struct taki_tally *tally = taki_run_tally(session->run, name);
    enum taki_status status = taki_stream_run(session, stream, order, &error);
    tally->seconds_us += taki_clock_monotonic_us() - started_us;
    outcome->records += tally->read;
    if (status == TAKI_OK) {
        outcome->done++;
        return TAKI_OK;
    }
    if (status == TAKI_CONTRACT && error.hint[0] == '\0') {
        (void)taki_hint(&error,
                        "the vendor's answers contradict each other: run again later; tell the vendor if it stays");
    }
    note_failure(session->run, name, status, &error);
    count_failure(outcome, status, &error);
    if (status == TAKI_QUOTA)
        note_retry(session->run, taki_engine_server_time(session->engine));
    return status;
}

/* Streams of a source that cannot be begun share its failure, so that --retry-failed knows them. */
static void fail_streams(struct taki_session *session, enum taki_status status, const struct taki_error *error,
                         struct outcome *outcome)
{
    for (size_t i = 0; i < session->stream_count; i++) {
        if (!taki_session_wants(session, &session->streams[i]))
            continue;
        const char *name = taki_session_stream_name(session, &session->streams[i]);
        struct taki_tally *tally = taki_run_tally(session->run, name);
        tally->status = status; /* the reason is said once, for the source */
        count_failure(outcome, status, error);
    }
    if (error->hint[0] == '\0') {
        taki_say("source '%s': %s", session->name, error->text);
    } else {
        taki_say("source '%s': %s; %s", session->name, error->text, error->hint);
    }
    if (status == TAKI_QUOTA)
        note_retry(session->run, taki_engine_server_time(session->engine));
}

static enum taki_status run_streams(struct taki_session *session, const struct taki_stream_order *order,
                                    struct outcome *outcome)
{
    enum taki_status status = TAKI_OK;
    for (size_t i = 0; i < session->stream_count; i++) {
        const struct taki_stream *stream = &session->streams[i];
        if (!taki_session_wants(session, stream))
            continue;
        if (ends_source(status)) {
            struct taki_tally *tally = taki_run_tally(session->run, taki_session_stream_name(session, stream));
            tally->status = status;
            count_failure(outcome, status, &outcome->error);
            continue;
        }
        status = run_stream(session, stream, order, outcome);
        if (ends_run(status))
            return status;
    }
    return TAKI_OK;
}

static bool wants_any(const struct taki_session *session)
{
    bool any = false;
    for (size_t i = 0; i < session->stream_count; i++)
        any = taki_session_wants(session, &session->streams[i]) || any;
    return any;
}

static enum taki_status run_session(struct taki_session *session, const struct taki_stream_order *order,
                                    struct outcome *outcome, struct taki_error *err)
{
    struct taki_error error = {0};
    if (!wants_any(session))
        return TAKI_OK;
    enum taki_status status = taki_engine_login(session->engine, &error);
    if (status == TAKI_OK && session->source->prepare != NULL)
        status = session->source->prepare(session, &error);
    if (status == TAKI_OK) {
        status = run_streams(session, order, outcome);
    } else {
        fail_streams(session, status, &error, outcome);
        status = ends_run(status) ? status : TAKI_OK;
    }
    TAKI_TRY(taki_session_count(session, err));
    return status;
}

static enum taki_status run_source(struct taki_run *run, const char *name, const struct taki_stream_order *order,
                                   struct outcome *outcome, struct taki_error *err)
{
    struct taki_session *session = NULL;
    TAKI_TRY(taki_session_open(run, name, &session, err));
    enum taki_status status = run_session(session, order, outcome, err);
    taki_session_close(session);
    if (status != TAKI_OK && outcome->failed > 0 && err != NULL)
        *err = outcome->error;
    return status;
}

/* One stream failing while others land is a partial run; all failing alike is that failure. */
static enum taki_status judge_run(const struct outcome *outcome, struct taki_error *err)
{
    if (outcome->failed == 0)
        return outcome->records == 0 ? taki_fail(err, TAKI_EMPTY, "nothing new in any source") : TAKI_OK;
    if (outcome->done == 0 && outcome->all_same) {
        if (err != NULL)
            *err = outcome->error;
        return outcome->first;
    }
    (void)taki_fail(err, TAKI_PARTIAL, "%zu of %zu streams failed, first: %s", outcome->failed,
                    outcome->failed + outcome->done, outcome->error.text);
    if (outcome->error.hint[0] == '\0')
        return taki_hint(err, "'--retry-failed' repeats only these");
    return taki_hint(err, "%s; '--retry-failed' repeats only what failed", outcome->error.hint);
}

enum taki_status taki_extract_run(struct taki_run *run, struct taki_error *err)
{
    struct taki_stream_order order;
    const char **names = NULL;
    size_t count = 0;
    if (run->dry_run)
        return taki_extract_plan(run, err);
    TAKI_TRY(taki_extract_order(run, &order, err));
    TAKI_TRY(taki_sessions_list(run, &names, &count, err));
    struct outcome outcome = {0};
    for (size_t i = 0; i < count; i++)
        TAKI_TRY(run_source(run, names[i], &order, &outcome, err));
    return judge_run(&outcome, err);
}
