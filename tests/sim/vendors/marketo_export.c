/* Bulk extract: create, enqueue, status, cancel, list, file. Two jobs run, ten wait. */
#include "vendors/marketo.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define MAX_RUNNING 2
#define MAX_QUEUED 10

static const char *kind_of(const struct sim_request *request)
{
    return strstr(request->path, "/activities/") ? "activities"
           : strstr(request->path, "/leads/")    ? "leads"
                                                 : "members";
}

const char *mkto_stream_of_export(struct sim_request *request)
{
    return kind_of(request);
}

static struct mkto_job *find_job(struct sim_request *request)
{
    struct marketo *marketo = request->state;
    for (size_t i = 0; i < marketo->n_jobs; i++) {
        if (strcmp(marketo->jobs[i].id, request->part[0]) == 0 && !strcmp(marketo->jobs[i].kind, kind_of(request)))
            return &marketo->jobs[i];
    }
    return NULL;
}

static struct mkto_job *need_job(struct sim_request *request, struct sim_response *response)
{
    struct mkto_job *job = find_job(request);
    if (!job)
        mkto_error(request, response, "610", "Requested resource not found");
    return job;
}

static size_t count_jobs(const struct marketo *marketo, const char *state)
{
    size_t n = 0;
    for (size_t i = 0; i < marketo->n_jobs; i++)
        n += strcmp(marketo->jobs[i].state, state) == 0;
    return n;
}

static void add_time(struct sim_buf *out, const char *name, int64_t seconds)
{
    char text[21];
    sim_time_print(seconds, text);
    if (seconds)
        sim_buf_format(out, ",\"%s\":\"%s\"", name, text);
}

static void add_job(struct sim_buf *out, const struct mkto_job *job, unsigned wants)
{
    sim_buf_format(out, "{\"exportId\":\"%s\",\"format\":\"CSV\",\"status\":\"%s\"", job->id, job->state);
    add_time(out, "createdAt", job->created);
    add_time(out, "queuedAt", job->queued);
    add_time(out, "startedAt", job->started);
    add_time(out, "finishedAt", job->finished);
    if (job->finished && strcmp(job->state, "Completed") == 0) {
        char hash[65];
        sim_sha256(job->file.data, job->file.size, hash);
        if (wants & SIM_WANT_WRONG_CHECKSUM)
            hash[0] = hash[0] == '0' ? '1' : '0';
        sim_buf_format(out, ",\"numberOfRecords\":%zu,\"fileSize\":%zu,\"fileChecksum\":\"sha256:%s\"",
                       job->count + (wants & SIM_WANT_WRONG_COUNT ? 1 : 0), job->file.size, hash);
    }
    sim_buf_text(out, "}");
}

static void send_job(struct sim_request *request, struct sim_response *response, const struct mkto_job *job)
{
    mkto_success(request, response);
    sim_buf_text(&response->body, ",\"result\":[");
    add_job(&response->body, job, request->wants);
    sim_buf_text(&response->body, "]}");
}

void mkto_export_create(struct sim_request *request, struct sim_response *response)
{
    struct marketo *marketo = request->state;
    const char *code = NULL;
    char *message = NULL;
    if (!mkto_export_judge(request, kind_of(request), request->body.data, &code, &message)) {
        mkto_error(request, response, code, message);
        free(message);
        return;
    }
    struct mkto_job job = {.kind = kind_of(request),
                           .state = "Created",
                           .request = sim_dup(request->body.data),
                           .created = request->sim->now,
                           .is_stuck = request->wants & SIM_WANT_STUCK,
                           .dirt = request->wants & SIM_WANT_DIRT ? sim_dup(request->variant) : NULL};
    snprintf(job.id, sizeof job.id, "0f0c0000-0000-4000-8000-%012zu", marketo->n_jobs + 1);
    marketo->jobs = sim_grow(marketo->jobs, (marketo->n_jobs + 1) * sizeof *marketo->jobs);
    marketo->jobs[marketo->n_jobs++] = job;
    send_job(request, response, &job);
}

void mkto_export_enqueue(struct sim_request *request, struct sim_response *response)
{
    struct marketo *marketo = request->state;
    struct mkto_job *job = need_job(request, response);
    if (!job)
        return;
    if (strcmp(job->state, "Created") != 0) {
        mkto_error(request, response, "1029", "Export job is already queued");
        return;
    }
    if (count_jobs(marketo, "Queued") >= MAX_QUEUED) {
        mkto_error(request, response, "1029", "Too many jobs (10) in queue");
        return;
    }
    job->state = "Queued";
    job->queued = request->sim->now;
    send_job(request, response, job);
}

/** Each status call lets the vendor's scheduler work once: first come, first served, two at a time. */
static void advance(struct marketo *marketo, struct mkto_job *asked)
{
    if (!strcmp(asked->state, "Processing") && ++asked->polls >= marketo->sim->options.polls && !asked->is_stuck) {
        mkto_export_write(marketo, asked);
        asked->state = "Completed";
        asked->finished = marketo->sim->now;
    }
    for (size_t i = 0; i < marketo->n_jobs && count_jobs(marketo, "Processing") < MAX_RUNNING; i++) {
        if (strcmp(marketo->jobs[i].state, "Queued") != 0)
            continue;
        marketo->jobs[i].state = "Processing";
        marketo->jobs[i].started = marketo->sim->now;
    }
}

void mkto_export_status(struct sim_request *request, struct sim_response *response)
{
    struct mkto_job *job = need_job(request, response);
    if (!job)
        return;
    bool is_running = !strcmp(job->state, "Queued") || !strcmp(job->state, "Processing");
    if (is_running && (request->wants & SIM_WANT_FAILED)) {
        job->state = "Failed";
    } else if (is_running && (request->wants & SIM_WANT_ABORTED)) {
        job->state = "Canceled";
    } else {
        advance(request->state, job);
    }
    send_job(request, response, job);
}

/* The cancel call answers with two l, the status with one. */
void mkto_export_cancel(struct sim_request *request, struct sim_response *response)
{
    struct mkto_job *job = need_job(request, response);
    if (!job)
        return;
    if (strcmp(job->state, "Completed") != 0)
        job->state = "Canceled";
    struct mkto_job shown = *job;
    if (strcmp(job->state, "Canceled") == 0)
        shown.state = "Cancelled";
    send_job(request, response, &shown);
}

void mkto_export_list(struct sim_request *request, struct sim_response *response)
{
    const struct marketo *marketo = request->state;
    const char *states = sim_param(request, "status");
    bool is_first = true;
    mkto_success(request, response);
    sim_buf_text(&response->body, ",\"result\":[");
    for (size_t i = 0; i < marketo->n_jobs; i++) {
        const struct mkto_job *job = &marketo->jobs[i];
        if (strcmp(job->kind, kind_of(request)) != 0 || (states && !mkto_in_list(states, job->state)))
            continue;
        sim_buf_text(&response->body, is_first ? "" : ",");
        add_job(&response->body, job, 0);
        is_first = false;
    }
    sim_buf_text(&response->body, "]}");
}

void mkto_export_file(struct sim_request *request, struct sim_response *response)
{
    const struct mkto_job *job = find_job(request);
    if (!job || strcmp(job->state, "Completed") != 0 || (request->wants & SIM_WANT_MISSING_FILE)) {
        sim_reply(response, 404, "text/plain");
        sim_buf_text(&response->body, "Not Found");
        return;
    }
    sim_reply(response, 200, "text/csv;charset=UTF-8");
    sim_buf_add(&response->body, job->file.data, job->file.size);
    sim_apply_range(request, response);
}
