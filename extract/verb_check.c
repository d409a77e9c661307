#include "session.h"
#include "stream.h"
#include "verbs.h"

#include "taki/file.h"
#include "taki/text.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#define COLUMNS 4

static const char *const delete_names[] = {
    [TAKI_DELETE_NONE] = "none: the vendor shows no sign",
    [TAKI_DELETE_FLAG] = "flag in the records",
    [TAKI_DELETE_FEED] = "separate feed",
    [TAKI_DELETE_ABSENCE] = "read whole each run",
};

struct check {
    struct taki_run *run;
    taki_str *cells;
    size_t rows, failed;
    enum taki_status first;
    struct taki_error error;
};

static void add_row(struct check *check, const char *const cells[COLUMNS])
{
    for (size_t i = 0; i < COLUMNS; i++) {
        check->cells[check->rows * COLUMNS + i] =
            taki_str_of(taki_arena_copy(check->run->arena, cells[i], strlen(cells[i])));
    }
    check->rows++;
}

static void note(struct check *check, enum taki_status status, const struct taki_error *error)
{
    if (check->failed++ == 0) {
        check->first = status;
        check->error = *error;
    }
}

/* Without a check of its own a stream is checked by reading a record of it. */
static enum taki_status read_one(struct taki_session *session, const struct taki_stream *stream, struct taki_error *err)
{
    const char *folder = taki_run_path(session->run, "tmp/check-%ld", (long)getpid());
    enum taki_status status = taki_stream_preview(session, stream, folder, 1, err);
    TAKI_TRY(taki_file_remove(folder, status == TAKI_OK ? err : NULL));
    return status;
}

static void check_stream(struct check *check, struct taki_session *session, const struct taki_stream *stream)
{
    struct taki_error error = {0};
    enum taki_status status = session->source->check != NULL ? session->source->check(session, stream, &error)
                                                             : read_one(session, stream, &error);
    if (status != TAKI_OK)
        note(check, status, &error);
    const char *result = status == TAKI_OK ? taki_text("fine") : error.text;
    const char *const cells[COLUMNS] = {taki_session_stream_name(session, stream),
                                        stream->window == TAKI_WINDOW_WHOLE ? "-" : stream->cursor_field,
                                        delete_names[stream->deletes], result};
    add_row(check, cells);
}

static void print_quota(struct taki_session *session)
{
    int64_t used = -1, allowed = -1;
    taki_engine_usage(session->engine, &used, &allowed);
    if (allowed > 0) {
        taki_print("%s: logged in; quota: %" PRId64 " of %" PRId64 " calls used, %" PRId64 " left\n", session->name,
                   used, allowed, allowed - used);
    } else {
        taki_print("%s: logged in; %" PRId64 " calls made today\n", session->name,
                   session->calls_before + taki_engine_counts(session->engine).calls);
    }
}

static enum taki_status check_session(struct check *check, struct taki_session *session, struct taki_error *err)
{
    struct taki_error error = {0};
    enum taki_status status = taki_engine_login(session->engine, &error);
    if (status == TAKI_OK && session->source->prepare != NULL)
        status = session->source->prepare(session, &error);
    if (status != TAKI_OK) {
        note(check, status, &error);
        const char *const cells[COLUMNS] = {session->name, "-", "-", error.text};
        add_row(check, cells);
        return TAKI_OK;
    }
    for (size_t i = 0; i < session->stream_count; i++) {
        TAKI_TRY(taki_run_check_stop(err));
        if (taki_session_wants(session, &session->streams[i]))
            check_stream(check, session, &session->streams[i]);
    }
    print_quota(session);
    return TAKI_OK;
}

static enum taki_status check_source(struct check *check, const char *name, struct taki_error *err)
{
    struct taki_session *session = NULL;
    TAKI_TRY(taki_session_open(check->run, name, &session, err));
    taki_str *grown = TAKI_NEW_ARRAY(check->run->arena, (check->rows + session->stream_count + 64) * COLUMNS, taki_str);
    if (check->rows > 0)
        memcpy(grown, check->cells, check->rows * COLUMNS * sizeof *grown);
    check->cells = grown;
    enum taki_status status = check_session(check, session, err);
    taki_session_close(session);
    return status;
}

enum taki_status taki_extract_check(struct taki_run *run, struct taki_error *err)
{
    static const char *const head[COLUMNS] = {"stream", "cursor", "deletes", "result"};
    const char **names = NULL;
    size_t count = 0;
    TAKI_TRY(taki_sessions_list(run, &names, &count, err));
    struct check check = {.run = run, .cells = TAKI_NEW_ARRAY(run->arena, COLUMNS, taki_str)};
    add_row(&check, head);
    for (size_t i = 0; i < count; i++)
        TAKI_TRY(check_source(&check, names[i], err));
    taki_print_table(check.cells, COLUMNS, check.rows);
    if (check.failed == 0)
        return TAKI_OK;
    if (err != NULL)
        *err = check.error;
    return check.first;
}
