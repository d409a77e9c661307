#include "download.h"
#include "files_read.h"
#include "marketo.h"

#include "taki/file.h"
#include "taki/log.h"

#include <inttypes.h>
#include <string.h>

enum { MAX_JOBS = 2, MISSING_TRIES = 10 };
#define LONGEST_JOB_MS (INT64_C(12) * 3600 * 1000)

/** One export while it lasts. */
struct exporting {
    struct taki_fetch *fetch;
    const struct taki_marketo_export *wanted;
    struct taki_marketo *own;
    struct taki_marketo_job job; /**< texts in the fetch's arena */
    bool is_unsupported;
};

static const char *job_url(const struct exporting *x, const char *what)
{
    return taki_arena_format(x->fetch->arena, "/bulk/v1/%s/export/%.*s/%s.json", x->wanted->kind,
                             TAKI_STR_ARG(x->job.id), what);
}

/** A call about the job; its verdict is the caller's to judge where @p handles says so. */
static enum taki_status ask(struct exporting *x, const struct taki_request *request, enum taki_verdict *verdict,
                            taki_str *code, struct taki_error *err)
{
    struct taki_reply reply;
    taki_reply_init(&reply);
    enum taki_status status = taki_engine_call(x->fetch->session->engine, request, &reply, err);
    *verdict = reply.verdict;
    *code = taki_str_dup(x->fetch->arena, reply.code);
    if (status == TAKI_OK && reply.verdict == TAKI_VERDICT_FINE && reply.json.count > 0) {
        struct taki_marketo_job job = taki_marketo_job_read(reply.arena, &reply.json);
        struct taki_arena *arena = x->fetch->arena;
        job.id = job.id.data != NULL ? taki_str_dup(arena, job.id) : x->job.id;
        job.status = taki_str_dup(arena, job.status);
        job.error = taki_str_dup(arena, job.error);
        job.sha256 = taki_str_dup(arena, job.sha256);
        x->job = job;
    }
    taki_reply_reset(&reply);
    return status;
}

/** Spool of the running job; an older job's is of no use. */
static const char *spool_folder(const struct exporting *x)
{
    return taki_run_path(x->fetch->session->run, "resume/%s/%s.export", x->fetch->session->name,
                         x->fetch->stream->object);
}

static const char *spool_path(const struct exporting *x)
{
    return taki_arena_format(x->fetch->arena, "%s/%.*s.csv", spool_folder(x), TAKI_STR_ARG(x->job.id));
}

/** The job id is durable before anything is asked about it, so that a killed run pays no quota twice. */
static enum taki_status keep_job(struct exporting *x, struct taki_error *err)
{
    taki_str text = taki_marketo_next(x->fetch, x->wanted->item, x->job.id);
    return taki_landing_keep(x->fetch->landing, "job", x->job.id.size > 0 ? text : TAKI_STR_NULL, err);
}

static void find_kept_job(struct exporting *x)
{
    taki_str id, kept = taki_landing_kept(x->fetch->landing, "job");
    int64_t item;
    if (taki_str_i64(taki_str_cut(kept, ':', &id), &item) && item == x->wanted->item && id.size > 0)
        x->job.id = taki_str_dup(x->fetch->arena, id);
}

static enum taki_status create(struct exporting *x, struct taki_error *err)
{
    enum taki_verdict verdict;
    taki_str code;
    TAKI_TRY(taki_file_remove(spool_folder(x), err));
    const struct taki_request request = {
        .method = "POST",
        .url = taki_arena_format(x->fetch->arena, "/bulk/v1/%s/export/create.json", x->wanted->kind),
        .content_type = "application/json",
        .body = taki_str_of(x->wanted->body),
        .expect = TAKI_EXPECT_JSON,
        .handles = TAKI_HANDLES(TAKI_VERDICT_OFF),
    };
    TAKI_TRY(ask(x, &request, &verdict, &code, err));
    x->is_unsupported = verdict == TAKI_VERDICT_OFF && taki_str_is(code, "1035");
    if (x->is_unsupported)
        return TAKI_OK;
    if (verdict == TAKI_VERDICT_OFF) {
        x->fetch->outcome = TAKI_FETCH_SKIP;
        return TAKI_OK;
    }
    if (x->job.id.size == 0)
        return taki_fail(err, TAKI_CONTRACT, "'%s' gives no exportId", request.url);
    return keep_job(x, err);
}

static enum taki_status enqueue(struct exporting *x, struct taki_error *err)
{
    enum taki_verdict verdict;
    taki_str code;
    const struct taki_request request = {
        .method = "POST",
        .url = job_url(x, "enqueue"),
        .content_type = "application/json",
        .body = TAKI_STR(""),
        .expect = TAKI_EXPECT_JSON,
        .handles = TAKI_HANDLES(TAKI_VERDICT_WAIT), // queued already, by a run that was killed
    };
    return ask(x, &request, &verdict, &code, err);
}

/** A job nobody knows any more is as good as failed. */
static enum taki_status look(struct exporting *x, struct taki_error *err)
{
    enum taki_verdict verdict;
    taki_str code;
    const struct taki_request request = {
        .url = job_url(x, "status"),
        .expect = TAKI_EXPECT_JSON,
        .handles = TAKI_HANDLES(TAKI_VERDICT_FATAL) | TAKI_HANDLES(TAKI_VERDICT_OFF),
    };
    TAKI_TRY(ask(x, &request, &verdict, &code, err));
    if (verdict == TAKI_VERDICT_FINE)
        return TAKI_OK;
    if (!taki_str_is(code, "610") && !taki_str_is(code, "1013"))
        return taki_fail(err, TAKI_FAILED, "job '%.*s': error %.*s", TAKI_STR_ARG(x->job.id), TAKI_STR_ARG(code));
    x->job.state = TAKI_JOB_GONE;
    x->job.status = TAKI_STR("unknown");
    return TAKI_OK;
}

/** Polls until the job is over one way or the other. */
static enum taki_status await(struct exporting *x, struct taki_error *err)
{
    for (int64_t waited_ms = 0;; waited_ms += x->own->poll_ms) {
        TAKI_TRY(look(x, err));
        if (x->job.state == TAKI_JOB_DONE || x->job.state == TAKI_JOB_GONE)
            return TAKI_OK;
        if (x->job.state == TAKI_JOB_CREATED)
            TAKI_TRY(enqueue(x, err));
        if (x->job.state == TAKI_JOB_UNKNOWN) {
            return taki_fail(err, TAKI_CONTRACT, "job '%.*s' has the unknown status '%.*s'", TAKI_STR_ARG(x->job.id),
                             TAKI_STR_ARG(x->job.status));
        }
        if (waited_ms >= LONGEST_JOB_MS) {
            (void)taki_fail(err, TAKI_UNREACHABLE, "job '%.*s' is still '%.*s' after %" PRId64 " minutes",
                            TAKI_STR_ARG(x->job.id), TAKI_STR_ARG(x->job.status), waited_ms / 60000);
            return taki_hint(err, "the next run takes the job up again; see the export queue of the subscription");
        }
        TAKI_TRY(taki_engine_wait(x->fetch->session->engine, x->own->poll_ms, err));
    }
}

/** Pieces of a job that is gone have landed: the new job's file may differ, so the window begins again. */
static bool has_old_pieces(const struct exporting *x)
{
    struct taki_marketo_place place = taki_marketo_place(x->fetch);
    return place.item == x->wanted->item && place.token.size > 0;
}

/** A finished job: the kept one, or a new one; one that was cancelled or failed is begun once more. */
static enum taki_status run_job(struct exporting *x, struct taki_error *err)
{
    find_kept_job(x);
    for (int jobs = 0; jobs < MAX_JOBS; jobs++) {
        if (x->job.id.size == 0 && has_old_pieces(x)) {
            x->fetch->outcome = TAKI_FETCH_RESTART;
        } else if (x->job.id.size == 0) {
            TAKI_TRY(create(x, err));
        }
        if (x->is_unsupported || x->fetch->outcome != TAKI_FETCH_WHOLE)
            return TAKI_OK;
        TAKI_TRY(await(x, err));
        if (x->job.state == TAKI_JOB_DONE)
            return TAKI_OK;
        taki_log(TAKI_LOG_INFO, "job_gone", "source=%s kind=%s status=%.*s", x->fetch->session->name, x->wanted->kind,
                 TAKI_STR_ARG(x->job.status));
        x->job.id = TAKI_STR_NULL;
        TAKI_TRY(keep_job(x, err));
    }
    return taki_fail(err, TAKI_FAILED, "bulk extract of %s ended as '%.*s' twice%s%.*s", x->wanted->kind,
                     TAKI_STR_ARG(x->job.status), x->job.error.size > 0 ? ": " : "", TAKI_STR_ARG(x->job.error));
}

static enum taki_status download(struct exporting *x, struct taki_reply *reply, struct taki_error *err)
{
    if (x->job.bytes == 0)
        return TAKI_OK;
    TAKI_TRY(taki_file_make_folder(spool_folder(x), err));
    const struct taki_download plan = {
        .url = job_url(x, "file"),
        .spool = spool_path(x),
        .range_bytes = (size_t)x->own->range_bytes,
        .bytes = x->job.bytes,
        .sha256 = x->job.sha256,
        .missing_wait_ms = x->own->poll_ms,
        .missing_tries = MISSING_TRIES,
    };
    return taki_download(x->fetch->session->engine, &plan, reply, err);
}

/** Where the next piece begins: an offset into the file of this very job. */
static taki_str piece_place(const struct exporting *x, int64_t end)
{
    return taki_str_of(taki_arena_format(x->fetch->arena, "%" PRId64 "/%.*s", end, TAKI_STR_ARG(x->job.id)));
}

/** Bytes of this job's file that a killed run has landed already. */
static int64_t landed_bytes(const struct exporting *x)
{
    struct taki_marketo_place place = taki_marketo_place(x->fetch);
    taki_str job;
    int64_t landed;
    bool is_offset = taki_str_i64(taki_str_cut(place.token, '/', &job), &landed);
    return place.item == x->wanted->item && is_offset && taki_str_equal(job, x->job.id) ? landed : 0;
}

static enum taki_status land_piece(struct exporting *x, const struct taki_files_piece *piece,
                                   const struct taki_reply *reply, taki_str place, struct taki_error *err)
{
    struct taki_arena *arena = x->fetch->arena;
    const struct taki_landing_page page = {
        .body = piece->bytes,
        .records = piece->records,
        .context = piece->header.data == NULL
                       ? NULL
                       : taki_arena_format(arena, "{\"@header\":%.*s}", TAKI_STR_ARG(piece->header)),
        .request = taki_arena_format(arena, "GET %s", job_url(x, "file")),
        .status = 200,
        .headers = reply->headers_json,
        .received = taki_engine_server_time(x->fetch->session->engine),
        .next = place,
    };
    return taki_landing_add(x->fetch->landing, &page, err);
}

/** A file of another size than promised is no file: the next run begins a new job. */
static enum taki_status check_count(struct exporting *x, int64_t records, struct taki_error *err)
{
    if (x->job.records < 0 || records == x->job.records)
        return TAKI_OK;
    (void)taki_fail(err, TAKI_CONTRACT,
                    "job '%.*s' promised %" PRId64 " records (numberOfRecords), its file has %" PRId64,
                    TAKI_STR_ARG(x->job.id), x->job.records, records);
    TAKI_TRY(taki_landing_keep(x->fetch->landing, "job", TAKI_STR_NULL, err));
    TAKI_TRY(taki_file_remove(spool_folder(x), err));
    return TAKI_CONTRACT;
}

/** Lands the file in pieces; the last one only when the count is right. */
static enum taki_status land(struct exporting *x, taki_str file, const struct taki_reply *reply,
                             struct taki_files_reader *reader, struct taki_error *err)
{
    int64_t landed = landed_bytes(x), end = 0;
    struct taki_files_piece piece;
    enum taki_status status;
    while ((status = taki_files_reader_next(reader, &piece, err)) == TAKI_OK) {
        end += (int64_t)piece.bytes.size;
        bool is_last = end == (int64_t)file.size;
        if (is_last)
            TAKI_TRY(check_count(x, taki_files_reader_counts(reader).records, err));
        if (is_last && end > landed && x->job.records >= 0)
            taki_landing_expect(x->fetch->landing, x->job.records, "numberOfRecords");
        if (end > landed) {
            TAKI_TRY(land_piece(x, &piece, reply,
                                is_last ? taki_marketo_next(x->fetch, x->wanted->next_item, TAKI_STR_NULL)
                                        : taki_marketo_next(x->fetch, x->wanted->item, piece_place(x, end)),
                                err));
        }
    }
    size_t count;
    const taki_str *fields = taki_files_reader_fields(reader, &count);
    for (size_t i = 0; i < count; i++)
        taki_landing_field(x->fetch->landing, fields[i]);
    return status == TAKI_END ? TAKI_OK : status;
}

static enum taki_status land_spool(struct exporting *x, const struct taki_reply *reply, struct taki_error *err)
{
    const struct taki_files_rule rule = {
        .format = "csv", .delimiter = ',', .encoding = TAKI_STR("utf-8"), .ceiling_bytes = (size_t)256 << 20};
    if (!taki_file_exists(spool_path(x)))
        return TAKI_OK;
    taki_str file;
    TAKI_TRY(taki_file_map(spool_path(x), &file, err));
    struct taki_files_reader *reader = NULL;
    enum taki_status status = TAKI_OK;
    if (file.size > 0)
        status = taki_files_reader_new(x->fetch->arena, &rule, TAKI_STR_NULL, file, &reader, err);
    if (reader != NULL) {
        status = land(x, file, reply, reader, err);
        taki_files_reader_reset(reader);
    }
    taki_file_unmap(file);
    return status;
}

enum taki_status taki_marketo_export(struct taki_fetch *fetch, const struct taki_marketo_export *wanted,
                                     bool *is_unsupported, struct taki_error *err)
{
    struct exporting x = {.fetch = fetch, .wanted = wanted, .own = fetch->session->own};
    TAKI_TRY(run_job(&x, err));
    *is_unsupported = x.is_unsupported;
    if (x.is_unsupported || fetch->outcome != TAKI_FETCH_WHOLE)
        return TAKI_OK;
    struct taki_reply reply;
    taki_reply_init(&reply);
    enum taki_status status = download(&x, &reply, err);
    if (status == TAKI_OK)
        status = land_spool(&x, &reply, err);
    taki_reply_reset(&reply);
    if (status != TAKI_OK)
        return taki_while(err, status, "bulk extract of %s", wanted->kind);
    return taki_file_remove(spool_folder(&x), err);
}
