/* Bulk API 2.0 query jobs. Results are frozen when the job completes, so every locator can be read again. */
#include "vendors/salesforce.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define JSON "application/json;charset=UTF-8"
#define PARALLEL_PAGES 5

static struct sf_job *find_job(struct sim_request *request)
{
    struct salesforce *org = request->state;
    const char *id = request->n_parts > 1 ? request->part[1] : "";
    for (size_t i = 0; i < org->n_jobs; i++) {
        if (!org->jobs[i].is_gone && strncmp(org->jobs[i].id, id, 15) == 0)
            return &org->jobs[i];
    }
    return NULL;
}

static struct sf_job *need_job(struct sim_request *request, struct sim_response *response)
{
    struct sf_job *job = find_job(request);
    if (!job) {
        sf_error(response, 404, "NOT_FOUND", "The requested resource does not exist");
    } else if (strcmp(job->version, request->part[0]) != 0) {
        sf_error(response, 409, "API_ERROR", "The API version of the job differs from the version of this request");
        return NULL;
    }
    return job;
}

const char *sf_stream_of_job(struct sim_request *request)
{
    struct sf_job *job = find_job(request);
    return job ? job->object : NULL;
}

void sf_job_free(struct sf_job *job)
{
    free(job->operation);
    free(job->soql);
    free(job->object);
    free(job->line_ending);
    free(job->column_delimiter);
    free(job->version);
    free(job->csv);
    free(job->ends);
}

static void add_job(struct sim_buf *out, const struct sf_job *job, const char *state, bool with_counts, size_t count)
{
    char time[21];
    sim_time_print(job->created, time);
    sim_buf_format(out,
                   "{\"id\":\"%s\",\"operation\":\"%s\",\"object\":\"%s\",\"createdById\":\"005000000000001AAA\","
                   "\"createdDate\":\"%.19s.000+0000\",\"systemModstamp\":\"%.19s.000+0000\",\"state\":\"%s\","
                   "\"concurrencyMode\":\"Parallel\",\"contentType\":\"CSV\",\"apiVersion\":%s,\"lineEnding\":\"%s\","
                   "\"columnDelimiter\":\"%s\"",
                   job->id, job->operation, job->object, time, time, state, job->version + 1, job->line_ending,
                   job->column_delimiter);
    if (with_counts)
        sim_buf_format(out, ",\"numberRecordsProcessed\":%zu,\"retries\":0,\"totalProcessingTime\":1204", count);
    if (strcmp(state, "Failed") == 0)
        sim_buf_text(out, ",\"errorMessage\":\"InternalServerError : simulated\"");
    sim_buf_text(out, "}");
}

static char *member(const cJSON *json, const char *name, const char *fallback)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name));
    return sim_dup(text ? text : fallback);
}

static const char *refusal(const struct soql *query, const char *operation, char **message)
{
    if (strcmp(operation, "query") != 0 && strcmp(operation, "queryAll") != 0) {
        *message = sim_format("Unsupported operation: %s", operation);
        return "INVALIDJOB";
    }
    if (query->error_code) {
        *message = sim_dup(query->error);
        return query->error_code;
    }
    if (query->is_count) {
        *message = sim_dup("Aggregate queries are not supported by the Bulk API");
        return "API_ERROR";
    }
    if (!query->table->object->in_bulk) {
        *message = sim_format("Entity '%s' is not supported by the Bulk API.", query->table->name);
        return "INVALIDENTITY";
    }
    return NULL;
}

void sf_job_create(struct sim_request *request, struct sim_response *response)
{
    struct salesforce *org = request->state;
    cJSON *json = cJSON_Parse(request->body.data);
    struct sf_job job = {.operation = member(json, "operation", ""),
                         .soql = member(json, "query", ""),
                         .line_ending = member(json, "lineEnding", "LF"),
                         .column_delimiter = member(json, "columnDelimiter", "COMMA"),
                         .version = sim_dup(request->part[0]),
                         .created = request->sim->now,
                         .state = "UploadComplete"};
    cJSON_Delete(json);
    struct soql *query = soql_open(request->sim->store, job.soql);
    char *message = NULL;
    const char *code = refusal(query, job.operation, &message);
    if (code) {
        sf_error(response, 400, code, message);
        free(message);
        sf_job_free(&job);
    } else {
        job.object = sim_dup(query->table->name);
        sf_id("750", org->n_jobs + 1, job.id);
        job.is_stuck = request->wants & SIM_WANT_STUCK;
        org->jobs = sim_grow(org->jobs, (org->n_jobs + 1) * sizeof *org->jobs);
        org->jobs[org->n_jobs++] = job;
        sim_reply(response, 200, JSON);
        add_job(&response->body, &job, job.state, false, 0);
    }
    soql_close(query);
}

static char delimiter_of(const struct sf_job *job)
{
    static const struct {
        const char *name;
        char c;
    } delimiters[] = {
        {"COMMA",     ',' },
        {"TAB",       '\t'},
        {"PIPE",      '|' },
        {"CARET",     '^' },
        {"SEMICOLON", ';' },
        {"BACKQUOTE", '`' }
    };
    for (size_t i = 0; i < SIM_LEN(delimiters); i++) {
        if (strcmp(delimiters[i].name, job->column_delimiter) == 0)
            return delimiters[i].c;
    }
    return ',';
}

/** Bulk results have no order; ours is that of a hash, so that nobody relies on one. */
static int compare_hashed(const void *left, const void *right)
{
    const struct sim_row *const *a = left, *const *b = right;
    uint64_t x = sim_hash((*a)->id), y = sim_hash((*b)->id);
    return x == y ? strcmp((*a)->id, (*b)->id) : x < y ? -1 : 1;
}

/** Up to v49 columns came in alphabetical order; nobody asks for that any more, so they are those of the SELECT. */
static void complete(struct sim *sim, struct sf_job *job)
{
    struct soql *query = soql_open(sim->store, job->soql);
    struct sim_buf csv = {0};
    const char *end = strcmp(job->line_ending, "CRLF") == 0 ? "\r\n" : "\n";
    char delimiter = delimiter_of(job);
    for (size_t f = 0; f < query->n_fields; f++)
        sim_buf_format(&csv, "%.*s\"%s\"", f ? 1 : 0, &delimiter, query->fields[f].text);
    sim_buf_text(&csv, end);
    struct sim_row **rows = soql_rows(query, strcmp(job->operation, "queryAll") == 0, &job->count);
    if (!query->n_orders)
        qsort(rows, job->count, sizeof(struct sim_row *), compare_hashed);
    job->ends = sim_alloc((job->count + 1) * sizeof *job->ends);
    job->ends[0] = csv.size;
    for (size_t i = 0; i < job->count; i++) {
        for (size_t f = 0; f < query->n_fields; f++) {
            if (f)
                sim_buf_add(&csv, &delimiter, 1);
            sf_csv_value(&csv, query->fields[f].type, soql_value(&query->fields[f], rows[i]));
        }
        sim_buf_text(&csv, end);
        job->ends[i + 1] = csv.size;
    }
    job->csv = csv.data;
    job->state = "JobComplete";
    free(rows);
    soql_close(query);
}

void sf_job_status(struct sim_request *request, struct sim_response *response)
{
    struct sf_job *job = need_job(request, response);
    if (!job)
        return;
    bool is_running = !strcmp(job->state, "UploadComplete") || !strcmp(job->state, "InProgress");
    if (is_running && (request->wants & SIM_WANT_FAILED)) {
        job->state = "Failed";
    } else if (is_running && (request->wants & SIM_WANT_ABORTED)) {
        job->state = "Aborted";
    } else if (is_running && ++job->polls >= request->sim->options.polls && !job->is_stuck) {
        complete(request->sim, job);
    } else if (is_running && job->polls > 0) {
        job->state = "InProgress";
    }
    size_t count = job->count + (request->wants & SIM_WANT_WRONG_COUNT ? 1 : 0);
    sim_reply(response, 200, JSON);
    add_job(&response->body, job, job->state, true, count);
}

void sf_job_list(struct sim_request *request, struct sim_response *response)
{
    const struct salesforce *org = request->state;
    sim_reply(response, 200, JSON);
    sim_buf_text(&response->body, "{\"done\":true,\"nextRecordsUrl\":null,\"records\":[");
    bool is_first = true;
    for (size_t i = org->n_jobs; i > 0; i--) {
        if (org->jobs[i - 1].is_gone)
            continue;
        sim_buf_text(&response->body, is_first ? "" : ",");
        add_job(&response->body, &org->jobs[i - 1], org->jobs[i - 1].state, false, 0);
        is_first = false;
    }
    sim_buf_text(&response->body, "]}");
}

void sf_job_abort(struct sim_request *request, struct sim_response *response)
{
    struct sf_job *job = need_job(request, response);
    if (!job)
        return;
    if (!strstr(request->body.data, "Aborted")) {
        sf_error(response, 400, "INVALIDJOBSTATE", "only the state Aborted can be set");
        return;
    }
    if (strcmp(job->state, "JobComplete") != 0)
        job->state = "Aborted";
    sim_reply(response, 200, JSON);
    add_job(&response->body, job, job->state, false, 0);
}

void sf_job_delete(struct sim_request *request, struct sim_response *response)
{
    struct sf_job *job = need_job(request, response);
    if (!job)
        return;
    if (!strcmp(job->state, "UploadComplete") || !strcmp(job->state, "InProgress")) {
        sf_error(response, 400, "API_ERROR", "Job must be in a final state to be deleted");
        return;
    }
    job->is_gone = true;
    sim_reply(response, 204, NULL);
}

static struct sf_job *ready_job(struct sim_request *request, struct sim_response *response)
{
    struct sf_job *job = need_job(request, response);
    if (!job || strcmp(job->state, "JobComplete") == 0)
        return job;
    sf_error(response, 412, "JOB_NOT_COMPLETE", "The job has not completed");
    return NULL;
}

static size_t locator_of(struct sim_request *request)
{
    const char *text = sim_param(request, "locator");
    struct sim_buf plain = {0};
    size_t from = 0;
    if (text && *text && sim_base64_decode(text, &plain) && plain.data)
        from = (size_t)strtoull(plain.data, NULL, 10);
    sim_buf_free(&plain);
    return from;
}

static void add_locator(struct sim_buf *out, size_t from, uint64_t nonce)
{
    char *plain = nonce ? sim_format("%zu %" PRIu64, from, nonce) : sim_format("%zu", from);
    sim_base64(out, plain, strlen(plain), true);
    free(plain);
}

void sf_job_results(struct sim_request *request, struct sim_response *response)
{
    const struct sf_job *job = ready_job(request, response);
    if (!job)
        return;
    int64_t max = sim_param_int(request, "maxRecords", request->sim->options.page_size * 25);
    size_t from = locator_of(request), size = max > 0 ? (size_t)max : 1;
    if (from > job->count) {
        sf_error(response, 400, "INVALID_QUERY_LOCATOR", "invalid locator");
        return;
    }
    if (request->wants & SIM_WANT_SHORT_PAGE)
        size = (job->count - from) / 3 + 1;
    if (request->wants & SIM_WANT_EMPTY_PAGE)
        size = 0;
    size_t to = size < job->count - from ? from + size : job->count;
    sim_reply(response, 200, "text/csv");
    response->always_gzip = true;
    sim_buf_add(&response->body, job->csv, job->ends[0]);
    sim_buf_add(&response->body, job->csv + job->ends[from], job->ends[to] - job->ends[from]);
    sim_reply_header(response, "Sforce-NumberOfRecords", "%zu",
                     to - from + (request->wants & SIM_WANT_WRONG_COUNT ? 1 : 0));
    const struct salesforce *org = request->state;
    uint64_t nonce = request->wants & SIM_WANT_EMPTY_PAGE ? org->calls : 0;
    struct sim_buf locator = {0};
    if (to < job->count) {
        add_locator(&locator, request->wants & SIM_WANT_SAME_TOKEN ? from : to, nonce);
    } else {
        sim_buf_text(&locator, "null");
    }
    sim_reply_header(response, "Sforce-Locator", "%s", locator.data);
    sim_buf_free(&locator);
}

/** Pages of up to maxRecords rows; five URLs an answer. */
void sf_job_pages(struct sim_request *request, struct sim_response *response)
{
    const struct sf_job *job = ready_job(request, response);
    if (!job)
        return;
    size_t from = locator_of(request);
    size_t size = (size_t)sim_param_int(request, "maxRecords", request->sim->options.page_size);
    const char *host = "";
    if (request->wants & SIM_WANT_FOREIGN_URL)
        host = sim_keep(request, sim_format("http://127.0.0.2:%d", request->sim->port));
    struct sim_buf *out = &response->body;
    sim_reply(response, 200, JSON);
    sim_buf_text(out, "{\"resultPages\":[");
    for (size_t page = 0; page < PARALLEL_PAGES && (from < job->count || (!page && !from)); page++, from += size) {
        sim_buf_format(out, "%s{\"resultUrl\":\"%s/services/data/%s/jobs/query/%s/results?maxRecords=%zu&locator=",
                       page ? "," : "", host, job->version, job->id, size);
        add_locator(out, from, 0);
        sim_buf_text(out, "\"}");
    }
    sim_buf_format(out, "],\"done\":%s", from >= job->count ? "true" : "false");
    if (from < job->count) {
        sim_buf_format(
            out, ",\"nextRecordsUrl\":\"%s/services/data/%s/jobs/query/%s/resultPages?maxRecords=%zu&locator=", host,
            job->version, job->id, size);
        add_locator(out, from, 0);
        sim_buf_text(out, "\"");
    }
    sim_buf_text(out, "}");
}
