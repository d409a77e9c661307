#include "files.h"

#include "taki/file.h"
#include "taki/gzip.h"
#include "taki/log.h"

#include <inttypes.h>
#include <string.h>

enum { LOOK_BACK_DAYS = 35 };

/** One fetch while it lasts. */
struct fetching {
    struct taki_fetch *fetch;
    const struct taki_files_object *object;
    struct taki_files_memory before, after;
    taki_str *days;
    int64_t landed; /**< files */
};

/** The received gzip bytes can stand for the page only if they are one member and the page is all of it. */
static taki_str wire_of(const struct taki_files_body *body, const struct taki_files_piece *piece)
{
    if (body->gz.data == NULL || piece->bytes.size != body->view.size)
        return TAKI_STR_NULL;
    struct taki_buf out;
    size_t used = 0;
    taki_buf_init(&out, piece->bytes.size + 1);
    enum taki_status status = taki_gunzip_member(body->gz, &used, &out, NULL);
    taki_buf_reset(&out);
    return status == TAKI_OK && used == body->gz.size ? body->gz : TAKI_STR_NULL;
}

static enum taki_status land_piece(struct fetching *f, const struct taki_files_body *body,
                                   const struct taki_files_piece *piece, const char *charset, struct taki_error *err)
{
    struct taki_arena *arena = f->fetch->arena;
    bool is_json = strcmp(f->object->rule.format, "json") == 0;
    const char *context = NULL;
    if (piece->header.data != NULL)
        context = taki_arena_format(arena, "{\"@header\":%.*s}", TAKI_STR_ARG(piece->header));
    taki_str records_at = taki_str_dup(arena, f->object->rule.records_at);
    const struct taki_landing_page page = {
        .body = piece->bytes,
        .wire = wire_of(body, piece),
        .records = piece->records,
        .charset = charset,
        .records_at = !is_json                  ? NULL
                      : records_at.data != NULL ? records_at.data
                                                : "",
        .context = context,
        .request = body->request,
        .status = body->reply.status,
        .headers = body->reply.headers_json,
        .received = body->reply.status != 0 ? body->reply.server_time : TAKI_INSTANT_NULL,
    };
    return taki_landing_add(f->fetch->landing, &page, err);
}

static enum taki_status land_pieces(struct fetching *f, const struct taki_files_body *body,
                                    struct taki_files_reader *reader, struct taki_error *err)
{
    struct taki_files_piece piece;
    enum taki_status status;
    while ((status = taki_files_reader_next(reader, &piece, err)) == TAKI_OK) {
        TAKI_TRY(land_piece(f, body, &piece, taki_files_reader_charset(reader)->name, err));
        TAKI_TRY(taki_run_check_stop(err));
        if (f->fetch->limit > 0 && taki_landing_records(f->fetch->landing) >= f->fetch->limit)
            break;
    }
    if (status != TAKI_OK && status != TAKI_END)
        return status;
    size_t count;
    const taki_str *fields = taki_files_reader_fields(reader, &count);
    for (size_t i = 0; i < count; i++)
        taki_landing_field(f->fetch->landing, fields[i]);
    struct taki_files_counts counts = taki_files_reader_counts(reader);
    taki_log(TAKI_LOG_INFO, "file_read",
             "stream=%s:%s charset=%s records=%" PRId64 " odd_width=%" PRId64 " malformed=%" PRId64,
             f->fetch->session->name, f->object->name, taki_files_reader_charset(reader)->name, counts.records,
             counts.odd_width, counts.malformed);
    return TAKI_OK;
}

static void remember(struct fetching *f, const char *path, const struct taki_files_body *body)
{
    struct taki_arena *arena = f->fetch->arena;
    f->after.path = taki_str_of(path);
    f->after.etag = taki_str_dup(arena, taki_reply_header(&body->reply, "etag"));
    f->after.last_modified = taki_str_dup(arena, taki_reply_header(&body->reply, "last-modified"));
    f->after.sha256 = taki_str_dup(arena, taki_str_of(body->sha256));
}

static enum taki_status land_body(struct fetching *f, const char *path, const struct taki_files_body *body,
                                  struct taki_error *err)
{
    struct taki_files_reader *reader;
    taki_str type = taki_reply_header(&body->reply, "content-type");
    enum taki_status status = taki_files_reader_new(f->fetch->arena, &f->object->rule, type, body->view, &reader, err);
    if (status == TAKI_OK) {
        status = land_pieces(f, body, reader, err);
        taki_files_reader_reset(reader);
    }
    TAKI_TRY(status);
    remember(f, path, body);
    f->landed++;
    return TAKI_OK;
}

/** Reads one file; *is_missing tells that there is none. */
static enum taki_status read_file(struct fetching *f, const char *path, const struct taki_files_memory *memory,
                                  bool *is_missing, struct taki_error *err)
{
    struct taki_files_body body;
    enum taki_status status = taki_files_bring(f->fetch, path, memory, &body, err);
    *is_missing = body.is_missing;
    if (status == TAKI_OK && !body.is_missing && !body.is_same)
        status = land_body(f, path, &body, err);
    taki_files_body_reset(&body);
    return status == TAKI_OK ? TAKI_OK : taki_while(err, status, "file '%s'", path);
}

static enum taki_status fail_missing(const char *path, struct taki_error *err)
{
    (void)taki_fail(err, TAKI_FAILED, "file '%s' is not there", path);
    return taki_hint(err, "check 'path' of the object and 'base_url' or 'path' of the source");
}

/** What was remembered helps only while the file is read in the same way. */
static const struct taki_files_memory *condition(const struct fetching *f, const char *path)
{
    bool same = taki_str_is(f->before.path, path) && taki_str_equal(f->before.rule, f->after.rule);
    return same ? &f->before : NULL;
}

static taki_date today(const struct taki_fetch *fetch)
{
    struct taki_engine *engine = fetch->session->engine;
    taki_instant now = engine != NULL ? taki_engine_server_time(engine) : taki_clock_now();
    return taki_zone_date(fetch->session->run->zone, now);
}

static taki_date start_day(const struct taki_fetch *fetch)
{
    taki_date start, last = today(fetch);
    if (taki_date_parse(taki_session_option(fetch->session, "start_date"), &start))
        return start;
    return (taki_date){last.days - LOOK_BACK_DAYS};
}

/** Dated files that replace each other: the newest there is. */
static enum taki_status read_newest(struct fetching *f, struct taki_error *err)
{
    taki_date first = start_day(f->fetch), day = today(f->fetch);
    for (; day.days >= first.days; day.days--) {
        const char *path = taki_files_path(f->fetch->arena, f->object->path, day);
        bool is_missing;
        TAKI_TRY(read_file(f, path, condition(f, path), &is_missing, err));
        if (!is_missing)
            return TAKI_OK;
    }
    return fail_missing(taki_files_path(f->fetch->arena, f->object->path, today(f->fetch)), err);
}

static bool has_landed(const struct fetching *f, const char *day)
{
    for (size_t i = 0; i < f->before.day_count; i++) {
        if (taki_str_is(f->before.days[i], day))
            return true;
    }
    return false;
}

/** First day to ask for: days before the look-back were asked for when they were young. */
static taki_date first_day(const struct fetching *f)
{
    taki_date first = start_day(f->fetch), newest;
    if (f->before.day_count == 0 || !taki_date_parse(f->before.days[f->before.day_count - 1], &newest))
        return first;
    taki_date recent = {newest.days - LOOK_BACK_DAYS};
    return recent.days > first.days ? recent : first;
}

/** Dated files that add up: every day that has not landed yet; a late one is found for some weeks. */
static enum taki_status read_days(struct fetching *f, struct taki_error *err)
{
    taki_date last = today(f->fetch), day = first_day(f);
    size_t most = f->before.day_count + (size_t)(last.days >= day.days ? last.days - day.days + 1 : 0);
    taki_str *days = TAKI_NEW_ARRAY(f->fetch->arena, most, taki_str);
    size_t count = 0;
    for (size_t i = 0; i < f->before.day_count; i++) {
        taki_date old;
        if (taki_date_parse(f->before.days[i], &old) && old.days < day.days)
            days[count++] = f->before.days[i];
    }
    for (; day.days <= last.days; day.days++) {
        char text[11];
        bool is_missing = false;
        taki_date_print(day, text);
        if (!has_landed(f, text))
            TAKI_TRY(read_file(f, taki_files_path(f->fetch->arena, f->object->path, day), NULL, &is_missing, err));
        if (!is_missing)
            days[count++] = taki_str_dup(f->fetch->arena, taki_str_of(text));
    }
    f->after.days = days;
    f->after.day_count = count;
    return TAKI_OK;
}

static enum taki_status read_one(struct fetching *f, struct taki_error *err)
{
    const char *path = taki_str_dup(f->fetch->arena, f->object->path).data;
    bool is_missing;
    TAKI_TRY(read_file(f, path, condition(f, path), &is_missing, err));
    return is_missing ? fail_missing(path, err) : TAKI_OK;
}

enum taki_status taki_files_fetch(struct taki_fetch *fetch, struct taki_error *err)
{
    const struct taki_files_object *object = fetch->stream->own;
    struct fetching f = {.fetch = fetch, .object = object};
    bool starts_over = taki_run_flag_set(fetch->session->run, "full-refresh");
    f.before = taki_files_memory_read(fetch->arena, starts_over ? NULL : fetch->cursor);
    f.after.rule = taki_str_of(taki_arena_format(fetch->arena, "%s %.*s %" PRId64 " %d %.*s", object->rule.format,
                                                 TAKI_STR_ARG(object->rule.encoding), object->rule.skip_lines,
                                                 object->rule.delimiter, TAKI_STR_ARG(object->rule.records_at)));
    if (taki_landing_pages(fetch->landing) > 0) // a killed run's: files are read from their beginning
        TAKI_TRY(taki_landing_restart(fetch->landing, fetch->lo, fetch->hi, err));
    bool is_series = object->is_dated && object->mode != TAKI_FILES_REPLACE;
    if (is_series) {
        TAKI_TRY(read_days(&f, err));
    } else {
        TAKI_TRY(object->is_dated ? read_newest(&f, err) : read_one(&f, err));
    }
    fetch->cursor_after = taki_files_memory_write(fetch->arena, &f.after);
    if (f.landed == 0)
        fetch->outcome = TAKI_FETCH_SAME;
    return taki_file_remove(
        taki_run_path(fetch->session->run, "resume/%s/%s.files", fetch->session->name, object->name), err);
}
