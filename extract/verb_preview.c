#include "session.h"
#include "stream.h"
#include "verbs.h"

#include "taki/csv.h"
#include "taki/file.h"
#include "taki/landing.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BODY_CEILING ((size_t)1 << 30)

static enum taki_status print_json(struct taki_arena *arena, const struct taki_page *page, taki_str body, int64_t *left,
                                   struct taki_error *err)
{
    static const struct taki_json_limits limits = {.allow_duplicate_keys = true};
    struct taki_json json = {0};
    TAKI_TRY(taki_json_parse(arena, body, &limits, &json, err));
    const char *path = page->records_at == NULL ? "" : page->records_at;
    const struct taki_json_node *array = path[0] == '\0' ? &json.nodes[0] : taki_json_at(&json, &json.nodes[0], path);
    if (array == NULL || array->type != TAKI_JSON_ARRAY)
        return TAKI_OK;
    for (const struct taki_json_node *record = taki_json_first(&json, array); record != NULL && *left > 0;
         record = taki_json_next(&json, array, record), (*left)--)
        taki_print("%.*s\n", TAKI_STR_ARG(record->text));
    return TAKI_OK;
}

/* Header line and as many records as fit, as they came. */
static enum taki_status print_lines(taki_str body, int64_t *left)
{
    for (int64_t lines = *left + 1; lines > 0 && body.size > 0; lines--) {
        taki_str line = taki_str_cut(body, '\n', &body);
        taki_print("%.*s\n", TAKI_STR_ARG(line));
    }
    *left = 0;
    return TAKI_OK;
}

static enum taki_status print_pages(struct taki_arena *arena, const char *folder, int64_t left, struct taki_error *err)
{
    struct taki_batch batch = {.id = "preview", .folder = folder, .source = "", .object = ""};
    struct taki_page *pages = NULL;
    size_t count = 0;
    if (!taki_file_exists(taki_arena_format(arena, "%s/pages.ndjson", folder)))
        return TAKI_OK;
    TAKI_TRY(taki_pages_read(arena, &batch, &pages, &count, err));
    TAKI_AUTO(taki_buf_reset) struct taki_buf body;
    taki_buf_init(&body, BODY_CEILING);
    for (size_t i = 0; i < count && left > 0; i++) {
        taki_buf_clear(&body);
        TAKI_TRY(taki_page_body(&batch, &pages[i], &body, err));
        if (strcmp(pages[i].format, "json") == 0) {
            TAKI_TRY(print_json(arena, &pages[i], taki_buf_view(&body), &left, err));
        } else {
            TAKI_TRY(print_lines(taki_buf_view(&body), &left));
        }
    }
    return TAKI_OK;
}

static const struct taki_stream *stream_named(const struct taki_session *session, taki_str object)
{
    for (size_t i = 0; i < session->stream_count; i++) {
        if (taki_str_is(object, session->streams[i].object))
            return &session->streams[i];
    }
    return NULL;
}

static enum taki_status show(struct taki_session *session, const struct taki_stream *stream, int64_t rows,
                             struct taki_error *err)
{
    static const enum taki_batch_kind kinds[] = {TAKI_BATCH_DELTA, TAKI_BATCH_FULL};
    struct taki_arena *arena = session->arena;
    const char *folder = taki_run_path(session->run, "tmp/preview-%ld", (long)getpid());
    TAKI_TRY(taki_engine_login(session->engine, err));
    if (session->source->prepare != NULL)
        TAKI_TRY(session->source->prepare(session, err));
    enum taki_status status = taki_stream_preview(session, stream, folder, rows, err);
    for (size_t i = 0; status == TAKI_OK && i < TAKI_LEN(kinds); i++) {
        const char *batch = taki_arena_format(arena, "%s/resume/%s/%s/%s", folder, session->name, stream->object,
                                              taki_batch_kind_name(kinds[i]));
        status = print_pages(arena, batch, rows, err);
    }
    TAKI_TRY(taki_file_remove(folder, status == TAKI_OK ? err : NULL));
    return status;
}

enum taki_status taki_extract_preview(struct taki_run *run, struct taki_error *err)
{
    taki_str object, source = taki_str_cut(taki_str_of(run->arguments[0]), ':', &object);
    int64_t rows = 10;
    if (taki_str_is_blank(object)) {
        (void)taki_fail(err, TAKI_USAGE, "'%s' is not SOURCE:OBJECT", run->arguments[0]);
        return taki_hint(err, "e.g. 'taki-extract preview sfa:Lead -n 5'");
    }
    (void)taki_str_i64(taki_run_flag(run, "rows"), &rows);
    struct taki_session *session = NULL;
    const char **names = NULL;
    size_t count = 0;
    TAKI_TRY(taki_sessions_list(run, &names, &count, err));
    const char *name = taki_str_dup(run->arena, source).data;
    bool known = false;
    for (size_t i = 0; i < count; i++)
        known = known || strcmp(names[i], name) == 0;
    if (!known)
        return taki_fail(err, TAKI_USAGE, "there is no source '%s'", name);
    TAKI_TRY(taki_session_open(run, name, &session, err));
    const struct taki_stream *stream = stream_named(session, object);
    enum taki_status status =
        stream == NULL ? taki_fail(err, TAKI_USAGE, "source '%s' has no object '%.*s'", name, TAKI_STR_ARG(object))
                       : show(session, stream, rows, err);
    taki_session_close(session);
    return status;
}
