#include "salesforce.h"
#include "url.h"

#include "taki/log.h"

#include <inttypes.h>
#include <string.h>

/* Poll 1, 2, 5, 10, then every 20 s; a job that has not moved after an hour is stuck (apis.md 1.3). */
static const int64_t poll_ms[] = {1000, 2000, 5000, 10000, 20000};
#define STUCK_MS INT64_C(3600000)
#define NOT_READY_TRIES 10
#define NOT_READY_MS 2000
#define MOST_SUBMITS 2
#define PARALLEL_VERSION 58.0

enum job_state { JOB_RUNNING, JOB_DONE, JOB_FAILED, JOB_ABORTED, JOB_GONE };

static const struct {
    const char *name;
    enum job_state state;
} states[] = {
    {"UploadComplete", JOB_RUNNING},
    {"InProgress",     JOB_RUNNING},
    {"Open",           JOB_RUNNING},
    {"JobComplete",    JOB_DONE   },
    {"Failed",         JOB_FAILED },
    {"Aborted",        JOB_ABORTED},
};

struct job {
    struct taki_fetch *fetch;
    const char *soql, *id;
    enum job_state state;
    int64_t processed; /**< numberRecordsProcessed */
    taki_str message;
    struct taki_arena *arena;
};

static const char *job_url(const struct job *job, const char *rest)
{
    const struct taki_salesforce *own = job->fetch->session->own;
    return taki_arena_format(job->arena, "/services/data/%s/jobs/query%s%s%s", own->version, job->id == NULL ? "" : "/",
                             job->id == NULL ? "" : job->id, rest);
}

static taki_str member(struct taki_arena *arena, const struct taki_reply *reply, const char *name)
{
    if (reply->json.count == 0 || reply->json.nodes[0].type != TAKI_JSON_OBJECT)
        return TAKI_STR_NULL;
    const struct taki_json_node *node = taki_json_find(&reply->json, &reply->json.nodes[0], name);
    return node == NULL ? TAKI_STR_NULL : taki_str_dup(arena, taki_json_text(arena, node));
}

static void add_create_body(const struct job *job, struct taki_buf *body)
{
    struct taki_json_writer json = {.buf = body};
    taki_json_open(&json, '{');
    taki_json_name(&json, "operation");
    taki_json_cstr(&json, taki_salesforce_query_all(job->fetch->stream) ? "queryAll" : "query");
    taki_json_name(&json, "query");
    taki_json_cstr(&json, job->soql);
    taki_json_name(&json, "contentType");
    taki_json_cstr(&json, "CSV");
    taki_json_name(&json, "columnDelimiter");
    taki_json_cstr(&json, "COMMA");
    taki_json_name(&json, "lineEnding");
    taki_json_cstr(&json, "LF");
    taki_json_close(&json, '}');
}

static bool contains(taki_str text, const char *part)
{
    return !taki_str_is_null(text) && taki_str_find(text, taki_str_of(part)) != SIZE_MAX;
}

/* "... is not supported by the Bulk API": many Status, History and Share objects. */
static bool is_refusal(const struct taki_reply *reply)
{
    return taki_str_is(reply->code, "INVALIDENTITY") || contains(reply->message, "not supported by the Bulk API");
}

/* Outcomes of creating and of a failed job that mean the same as a page that says so. */
static bool take_outcome(struct taki_fetch *fetch, enum taki_verdict verdict)
{
    if (verdict == TAKI_VERDICT_SLOW || verdict == TAKI_VERDICT_LARGE) {
        fetch->outcome = TAKI_FETCH_HALVE;
    } else if (verdict == TAKI_VERDICT_OFF && fetch->stream->can_be_off) {
        fetch->outcome = TAKI_FETCH_SKIP;
    } else {
        return false;
    }
    return true;
}

static enum taki_status judge_create(struct job *job, const struct taki_reply *reply, bool *refused,
                                     struct taki_error *err)
{
    if (reply->verdict == TAKI_VERDICT_FINE) {
        taki_str id = member(job->arena, reply, "id");
        if (taki_str_is_blank(id))
            return taki_fail(err, TAKI_CONTRACT, "bulk job of '%s' has no id", job->fetch->stream->object);
        job->id = id.data;
        /* Known on disk before it is polled: a killed run goes on with this job and pays no second one. */
        return taki_landing_keep(job->fetch->landing, "job", id, err);
    }
    *refused = is_refusal(reply);
    if (*refused || take_outcome(job->fetch, reply->verdict))
        return TAKI_OK;
    return taki_fail(err, TAKI_FAILED, "bulk job of '%s' was refused: HTTP %d %.*s: %.*s", job->fetch->stream->object,
                     reply->status, TAKI_STR_ARG(reply->code), TAKI_STR_ARG(reply->message));
}

static enum taki_status create(struct job *job, bool *refused, struct taki_error *err)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf body;
    taki_buf_init(&body, (size_t)2 << 20);
    add_create_body(job, &body);
    job->id = NULL;
    struct taki_request request = {.method = "POST",
                                   .url = job_url(job, ""),
                                   .body = taki_buf_view(&body),
                                   .expect = TAKI_EXPECT_JSON,
                                   .handles = TAKI_HANDLES(TAKI_VERDICT_FATAL) | TAKI_HANDLES(TAKI_VERDICT_OFF) |
                                              TAKI_HANDLES(TAKI_VERDICT_SLOW) | TAKI_HANDLES(TAKI_VERDICT_LARGE)};
    struct taki_reply reply;
    taki_reply_init(&reply);
    enum taki_status status = taki_engine_call(job->fetch->session->engine, &request, &reply, err);
    if (status == TAKI_OK)
        status = judge_create(job, &reply, refused, err);
    taki_reply_reset(&reply);
    return status;
}

static enum taki_status read_state(struct job *job, const struct taki_reply *reply, struct taki_error *err)
{
    if (reply->verdict != TAKI_VERDICT_FINE) {
        job->state = JOB_GONE;
        return TAKI_OK;
    }
    taki_str state = member(job->arena, reply, "state");
    job->message = member(job->arena, reply, "errorMessage");
    if (!taki_str_i64(member(job->arena, reply, "numberRecordsProcessed"), &job->processed))
        job->processed = -1;
    for (size_t i = 0; i < TAKI_LEN(states); i++) {
        if (taki_str_is(state, states[i].name)) {
            job->state = states[i].state;
            return TAKI_OK;
        }
    }
    return taki_fail(err, TAKI_CONTRACT, "bulk job of '%s' is in the unknown state '%.*s'", job->fetch->stream->object,
                     TAKI_STR_ARG(state));
}

static enum taki_status ask_state(struct job *job, struct taki_error *err)
{
    struct taki_request request = {
        .url = job_url(job, ""), .expect = TAKI_EXPECT_JSON, .handles = TAKI_HANDLES(TAKI_VERDICT_FATAL)};
    struct taki_reply reply;
    taki_reply_init(&reply);
    enum taki_status status = taki_engine_call(job->fetch->session->engine, &request, &reply, err);
    if (status == TAKI_OK && reply.verdict == TAKI_VERDICT_FATAL && reply.status != 404) {
        status = taki_fail(err, TAKI_FAILED, "bulk job of '%s': HTTP %d %.*s: %.*s", job->fetch->stream->object,
                           reply.status, TAKI_STR_ARG(reply.code), TAKI_STR_ARG(reply.message));
    }
    if (status == TAKI_OK)
        status = read_state(job, &reply, err);
    taki_reply_reset(&reply);
    return status;
}

/* Best effort: a job left behind goes away by itself after seven days. */
static void tell(const struct job *job, const char *method, taki_str body)
{
    struct taki_request request = {.method = method, .url = job_url(job, ""), .body = body, .max_tries = 2};
    struct taki_reply reply;
    taki_reply_init(&reply);
    struct taki_error error = {0};
    if (taki_engine_call(job->fetch->session->engine, &request, &reply, &error) != TAKI_OK) {
        taki_log(TAKI_LOG_INFO, "bulk_job_left", "stream=%s job=%s reason=\"%s\"", job->fetch->stream->object, job->id,
                 error.text);
    }
    taki_reply_reset(&reply);
}

static enum taki_status poll(struct job *job, struct taki_error *err)
{
    int64_t waited_ms = 0;
    for (size_t i = 0;; i++) {
        TAKI_TRY(ask_state(job, err));
        if (job->state != JOB_RUNNING)
            return TAKI_OK;
        if (waited_ms >= STUCK_MS) {
            taki_log(TAKI_LOG_WARN, "bulk_job_stuck", "stream=%s job=%s", job->fetch->stream->object, job->id);
            tell(job, "PATCH", TAKI_STR("{\"state\":\"Aborted\"}"));
            job->state = JOB_ABORTED;
            return TAKI_OK;
        }
        int64_t wait_ms = poll_ms[i < TAKI_LEN(poll_ms) ? i : TAKI_LEN(poll_ms) - 1];
        TAKI_TRY(taki_engine_wait(job->fetch->session->engine, wait_ms, err));
        waited_ms += wait_ms;
    }
}

static enum taki_status fail_job(const struct job *job, struct taki_error *err)
{
    static const char *const words[] = {[JOB_FAILED] = "Failed", [JOB_ABORTED] = "Aborted", [JOB_GONE] = "gone"};
    taki_str message = taki_str_is_null(job->message) ? TAKI_STR("-") : job->message;
    (void)taki_fail(err, TAKI_UNREACHABLE, "bulk job of '%s' came to nothing twice, at last %s: %.*s",
                    job->fetch->stream->object, words[job->state], TAKI_STR_ARG(message));
    return taki_hint(err, "run again later, or read this object with method: rest");
}

/* Runs a job to its end: the kept one or a new one, and once more if it comes to nothing. */
static enum taki_status run_job(struct job *job, bool *refused, struct taki_error *err)
{
    taki_str kept = taki_landing_kept(job->fetch->landing, "job");
    job->id = taki_str_is_null(kept) ? NULL : taki_str_dup(job->arena, kept).data;
    for (int submits = job->id == NULL ? 0 : 1;; submits++) {
        if (job->id == NULL)
            TAKI_TRY(create(job, refused, err));
        if (*refused || job->fetch->outcome != TAKI_FETCH_WHOLE)
            return TAKI_OK;
        TAKI_TRY(poll(job, err));
        if (job->state == JOB_DONE)
            return TAKI_OK;
        if (job->state == JOB_FAILED && contains(job->message, "QUERY_TIMEOUT")) {
            job->fetch->outcome = TAKI_FETCH_HALVE;
            return TAKI_OK;
        }
        if (submits >= MOST_SUBMITS)
            return fail_job(job, err);
        job->id = NULL;
        TAKI_TRY(taki_landing_restart(job->fetch->landing, job->fetch->lo, job->fetch->hi, err));
    }
}

/* 204, or 412 as a verdict: complete, but the results are not there yet. */
static bool is_ready(const struct taki_reply *reply)
{
    return reply->status != 204 && reply->verdict == TAKI_VERDICT_FINE;
}

static enum taki_status check_page(void *context, const struct taki_reply *reply, struct taki_error *err)
{
    const struct job *job = context;
    int64_t promised = -1;
    if (!taki_str_i64(taki_reply_header(reply, "sforce-numberofrecords"), &promised) || promised == reply->records)
        return TAKI_OK;
    return taki_fail(err, TAKI_CONTRACT, "'%s': a page holds %" PRId64 " records where it promises %" PRId64,
                     job->fetch->stream->object, reply->records, promised);
}

static taki_str locator_of(const struct taki_reply *reply)
{
    taki_str locator = taki_str_trim(taki_reply_header(reply, "sforce-locator"));
    return taki_str_is_blank(locator) || taki_str_is(locator, "null") ? TAKI_STR_NULL : locator;
}

static struct taki_request page_request(struct job *job, const char *url)
{
    static const char *const accept[] = {"Accept: text/csv"};
    return (struct taki_request){.url = url,
                                 .headers = accept,
                                 .header_count = TAKI_LEN(accept),
                                 .expect = TAKI_EXPECT_CSV,
                                 .handles = TAKI_HANDLES(TAKI_VERDICT_WAIT),
                                 .check = check_page,
                                 .check_context = job};
}

static const char *page_url(const struct job *job, taki_str locator)
{
    const struct taki_salesforce *own = job->fetch->session->own;
    TAKI_AUTO(taki_buf_reset) struct taki_buf rest;
    taki_buf_init(&rest, (size_t)64 << 10);
    taki_buf_format(&rest, "/results?maxRecords=%" PRId64, own->page_records);
    if (!taki_str_is_null(locator)) {
        taki_buf_add_text(&rest, "&locator=");
        taki_url_add_encoded(&rest, locator);
    }
    return job_url(job, taki_arena_copy(job->arena, rest.data, rest.size));
}

static enum taki_status one_page(struct job *job, taki_str *locator, struct taki_error *err)
{
    struct taki_request request = page_request(job, page_url(job, *locator));
    for (int tries = 0;; tries++) {
        struct taki_reply reply;
        taki_reply_init(&reply);
        enum taki_status status = taki_engine_call(job->fetch->session->engine, &request, &reply, err);
        bool ready = status == TAKI_OK && is_ready(&reply);
        if (ready) {
            *locator = taki_str_dup(job->arena, locator_of(&reply));
            status = taki_landing_add_reply(job->fetch->landing, &reply, NULL, NULL, *locator, err);
        }
        taki_reply_reset(&reply);
        if (ready || status != TAKI_OK)
            return status;
        if (tries == NOT_READY_TRIES) {
            return taki_fail(err, TAKI_UNREACHABLE, "results of the bulk job of '%s' do not become ready",
                             job->fetch->stream->object);
        }
        TAKI_TRY(taki_engine_wait(job->fetch->session->engine, NOT_READY_MS, err));
    }
}

/* Locators are stable while the job lives, so a resumed run goes on behind the last page landed. */
static enum taki_status fetch_in_turn(struct job *job, struct taki_error *err)
{
    struct taki_landing_writer *landing = job->fetch->landing;
    taki_str locator = taki_str_dup(job->arena, taki_landing_next(landing));
    struct taki_map *seen = taki_map_new(job->arena, 64);
    if (taki_landing_pages(landing) > 0 && taki_str_is_null(locator))
        return TAKI_OK;
    do {
        bool is_new = true;
        if (!taki_str_is_null(locator))
            (void)taki_map_put(seen, locator, &is_new);
        if (!is_new) {
            return taki_fail(err, TAKI_CONTRACT, "'%s': the vendor gave the same next page twice",
                             job->fetch->stream->object);
        }
        TAKI_TRY(one_page(job, &locator, err));
        taki_run_progress(job->fetch->session->run, job->fetch->stream->object, taki_landing_records(landing),
                          job->processed);
    } while (!taki_str_is_null(locator));
    return TAKI_OK;
}

/* Addresses of all result pages, in order. */
struct page_list {
    const char **urls;
    size_t count, capacity;
};

static void add_url(struct taki_arena *arena, struct page_list *list, const char *url)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 16 : list->capacity * 2;
        const char **grown = TAKI_NEW_ARRAY(arena, capacity, const char *);
        if (list->count > 0)
            memcpy(grown, list->urls, list->count * sizeof *grown);
        list->urls = grown;
        list->capacity = capacity;
    }
    list->urls[list->count++] = url;
}

static enum taki_status add_pages(struct job *job, const struct taki_reply *reply, struct page_list *list,
                                  struct taki_error *err)
{
    const struct taki_json_node *pages = taki_json_find(&reply->json, &reply->json.nodes[0], "resultPages");
    if (pages == NULL || pages->type != TAKI_JSON_ARRAY)
        return taki_fail(err, TAKI_CONTRACT, "bulk job of '%s' lists no result pages", job->fetch->stream->object);
    for (const struct taki_json_node *page = taki_json_first(&reply->json, pages); page != NULL;
         page = taki_json_next(&reply->json, pages, page)) {
        const struct taki_json_node *url = taki_json_find(&reply->json, page, "resultUrl");
        const char *address = NULL;
        if (url == NULL)
            return taki_fail(err, TAKI_CONTRACT, "bulk job of '%s' lists no result pages", job->fetch->stream->object);
        TAKI_TRY(taki_url_next(job->arena, taki_engine_base(job->fetch->session->engine),
                               taki_json_text(job->arena, url), &address, err));
        add_url(job->arena, list, address);
    }
    return TAKI_OK;
}

/* The vendor's table says nextRecordUrl, its example nextRecordsUrl. */
static enum taki_status next_list(struct job *job, const struct taki_reply *reply, const char **url,
                                  struct taki_error *err)
{
    *url = NULL;
    if (taki_str_is(member(job->arena, reply, "done"), "true"))
        return TAKI_OK;
    taki_str next = member(job->arena, reply, "nextRecordsUrl");
    if (taki_str_is_blank(next))
        next = member(job->arena, reply, "nextRecordUrl");
    if (taki_str_is_blank(next))
        return TAKI_OK;
    return taki_url_next(job->arena, taki_engine_base(job->fetch->session->engine), next, url, err);
}

#define MOST_LISTS 20000

/* *usable false where the endpoint is not there: pages are then fetched in turn. */
static enum taki_status list_pages(struct job *job, struct page_list *list, bool *usable, struct taki_error *err)
{
    const struct taki_salesforce *own = job->fetch->session->own;
    const char *url =
        job_url(job, taki_arena_format(job->arena, "/resultPages?maxRecords=%" PRId64, own->page_records));
    for (int i = 0; url != NULL && i < MOST_LISTS; i++) {
        struct taki_request request = {
            .url = url, .expect = TAKI_EXPECT_JSON, .handles = TAKI_HANDLES(TAKI_VERDICT_FATAL)};
        struct taki_reply reply;
        taki_reply_init(&reply);
        enum taki_status status = taki_engine_call(job->fetch->session->engine, &request, &reply, err);
        *usable = status == TAKI_OK && reply.verdict == TAKI_VERDICT_FINE && reply.json.count > 0;
        if (status == TAKI_OK && *usable)
            status = add_pages(job, &reply, list, err);
        if (status == TAKI_OK && *usable)
            status = next_list(job, &reply, &url, err);
        taki_reply_reset(&reply);
        TAKI_TRY(status);
        if (!*usable)
            return TAKI_OK;
    }
    return TAKI_OK;
}

struct parallel {
    struct job *job;
    size_t left;
};

static enum taki_status take_page(void *context, size_t index, struct taki_reply *reply, struct taki_error *err)
{
    struct parallel *parallel = context;
    struct job *job = parallel->job;
    (void)index;
    if (!is_ready(reply)) {
        return taki_fail(err, TAKI_UNREACHABLE, "results of the bulk job of '%s' do not become ready",
                         job->fetch->stream->object);
    }
    parallel->left--;
    taki_str next = parallel->left > 0 ? TAKI_STR("parallel") : TAKI_STR_NULL;
    TAKI_TRY(taki_landing_add_reply(job->fetch->landing, reply, NULL, NULL, next, err));
    taki_run_progress(job->fetch->session->run, job->fetch->stream->object, taki_landing_records(job->fetch->landing),
                      job->processed);
    return TAKI_OK;
}

/* Pages land in the order of the list, so the number of pages there says where a resumed run goes on. */
static enum taki_status fetch_parallel(struct job *job, const struct page_list *list, struct taki_error *err)
{
    size_t there = taki_landing_pages(job->fetch->landing);
    if (there >= list->count)
        return TAKI_OK;
    size_t left = list->count - there;
    struct taki_request *requests = TAKI_NEW_ARRAY(job->arena, left, struct taki_request);
    for (size_t i = 0; i < left; i++)
        requests[i] = page_request(job, list->urls[there + i]);
    struct parallel parallel = {job, left};
    return taki_engine_call_all(job->fetch->session->engine, requests, left, take_page, &parallel, err);
}

static enum taki_status fetch_results(struct job *job, struct taki_error *err)
{
    const struct taki_salesforce *own = job->fetch->session->own;
    struct taki_landing_writer *landing = job->fetch->landing;
    bool in_turn = !taki_str_is_null(taki_landing_kept(landing, "in_turn")) ||
                   (taki_landing_pages(landing) > 0 && !taki_str_is(taki_landing_next(landing), "parallel"));
    bool usable = false;
    struct page_list list = {0};
    if (!in_turn && own->version_number >= PARALLEL_VERSION && job->processed > own->page_records)
        TAKI_TRY(list_pages(job, &list, &usable, err));
    if (usable && list.count > 0)
        return fetch_parallel(job, &list, err);
    if (taki_str_is(taki_landing_next(landing), "parallel")) {
        job->fetch->outcome = TAKI_FETCH_RESTART;
        return TAKI_OK;
    }
    return fetch_in_turn(job, err);
}

/* Pages of the list that do not add up to the job's count (a short page among them): read again one after the other,
 * where each page says where the next begins. */
static enum taki_status read_again(struct job *job, struct taki_error *err)
{
    struct taki_landing_writer *landing = job->fetch->landing;
    if (job->processed < 0 || taki_landing_records(landing) == job->processed ||
        !taki_str_is_null(taki_landing_kept(landing, "in_turn")))
        return TAKI_OK;
    taki_log(TAKI_LOG_INFO, "bulk_pages_reread", "stream=%s received=%" PRId64 " processed=%" PRId64,
             job->fetch->stream->object, taki_landing_records(landing), job->processed);
    TAKI_TRY(taki_landing_restart(landing, job->fetch->lo, job->fetch->hi, err));
    TAKI_TRY(taki_landing_keep(landing, "job", taki_str_of(job->id), err));
    TAKI_TRY(taki_landing_keep(landing, "in_turn", TAKI_STR("true"), err));
    return fetch_in_turn(job, err);
}

enum taki_status taki_salesforce_bulk(struct taki_fetch *fetch, const char *soql, bool *refused, struct taki_error *err)
{
    struct job job = {.fetch = fetch, .soql = soql, .arena = fetch->arena, .processed = -1};
    *refused = false;
    if (!taki_str_is_null(taki_landing_kept(fetch->landing, "complete")))
        return TAKI_OK;
    TAKI_TRY(run_job(&job, refused, err));
    if (*refused || fetch->outcome != TAKI_FETCH_WHOLE)
        return TAKI_OK;
    TAKI_TRY(fetch_results(&job, err));
    if (job.fetch->outcome == TAKI_FETCH_RESTART)
        return TAKI_OK;
    TAKI_TRY(read_again(&job, err));
    if (job.processed >= 0)
        taki_landing_expect(fetch->landing, job.processed, "numberRecordsProcessed");
    TAKI_TRY(taki_landing_keep(fetch->landing, "complete", TAKI_STR("true"), err));
    tell(&job, "DELETE", TAKI_STR_NULL);
    return TAKI_OK;
}
