/* The descriptor: routes, limits, headers, quota answers. */
#include "vendors/salesforce.h"

#include "vendors/vendors.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define MAX_CALLS 100000
#define MAX_HEAD_BYTES 16384
#define DATA "/services/data/*"

static void limits(struct sim_request *request, struct sim_response *response)
{
    const struct salesforce *org = request->state;
    sim_reply(response, 200, "application/json;charset=UTF-8");
    sim_buf_format(&response->body,
                   "{\"DailyApiRequests\":{\"Max\":%d,\"Remaining\":%" PRId64
                   "},\"DailyBulkV2QueryJobs\":{\"Max\":10000,\"Remaining\":%zu},"
                   "\"DailyBulkV2QueryFileStorageMB\":{\"Max\":976562,\"Remaining\":976562}}",
                   MAX_CALLS, MAX_CALLS - (int64_t)org->calls, 10000 - org->n_jobs);
}

static void versions(struct sim_request *request, struct sim_response *response)
{
    (void)request;
    sim_reply(response, 200, "application/json;charset=UTF-8");
    sim_buf_text(&response->body, "[{\"label\":\"Winter '26\",\"url\":\"/services/data/v65.0\",\"version\":\"65.0\"},"
                                  "{\"label\":\"Spring '26\",\"url\":\"/services/data/v66.0\",\"version\":\"66.0\"}]");
}

static const struct sim_route routes[] = {
    {"POST",   "/services/oauth2/token",         "token",       sf_login,           NULL,                true },
    {"GET",    "/services/data",                 "versions",    versions,           NULL,                true },
    {"GET",    DATA "/query",                    "query",       sf_query,           sf_stream_of_soql,   false},
    {"GET",    DATA "/queryAll",                 "query",       sf_query,           sf_stream_of_soql,   false},
    {"GET",    DATA "/query/*",                  "more",        sf_query_more,      sf_stream_of_cursor, false},
    {"GET",    DATA "/queryAll/*",               "more",        sf_query_more,      sf_stream_of_cursor, false},
    {"GET",    DATA "/sobjects",                 "sobjects",    sf_global_describe, NULL,                false},
    {"GET",    DATA "/sobjects/*/describe",      "describe",    sf_describe,        sf_stream_of_part,   false},
    {"GET",    DATA "/sobjects/*/deleted",       "deleted",     sf_deleted,         sf_stream_of_part,   false},
    {"GET",    DATA "/sobjects/*/updated",       "updated",     sf_updated,         sf_stream_of_part,   false},
    {"GET",    DATA "/limits",                   "limits",      limits,             NULL,                false},
    {"POST",   DATA "/jobs/query",               "create",      sf_job_create,      sf_stream_of_body,   false},
    {"GET",    DATA "/jobs/query",               "jobs",        sf_job_list,        NULL,                false},
    {"GET",    DATA "/jobs/query/*",             "status",      sf_job_status,      sf_stream_of_job,    false},
    {"PATCH",  DATA "/jobs/query/*",             "abort",       sf_job_abort,       sf_stream_of_job,    false},
    {"DELETE", DATA "/jobs/query/*",             "delete",      sf_job_delete,      sf_stream_of_job,    false},
    {"GET",    DATA "/jobs/query/*/results",     "results",     sf_job_results,     sf_stream_of_job,    false},
    {"GET",    DATA "/jobs/query/*/resultPages", "resultPages", sf_job_pages,       sf_stream_of_job,    false},
};

static void *open_org(struct sim *sim)
{
    struct salesforce *org = sim_alloc(sizeof *org);
    org->sim = sim;
    org->refresh_token = sim_dup(sim->options.refresh_token);
    return org;
}

static void close_org(void *state)
{
    struct salesforce *org = state;
    for (size_t i = 0; i < SIM_LEN(org->tokens); i++)
        free(org->tokens[i]);
    for (size_t i = 0; i < org->n_cursors; i++) {
        soql_close(org->cursors[i].query);
        free(org->cursors[i].rows);
    }
    for (size_t i = 0; i < org->n_jobs; i++)
        sf_job_free(&org->jobs[i]);
    free(org->cursors);
    free(org->jobs);
    free(org->refresh_token);
    free(org);
}

static bool guard(struct sim_request *request, struct sim_response *response)
{
    if (request->head_bytes <= MAX_HEAD_BYTES)
        return false;
    sim_reply(response, 414, "text/html");
    sim_buf_text(&response->body, "<html><head><title>414 URI Too Long</title></head><body>URI Too Long</body></html>");
    return true;
}

static void finish(struct sim_request *request, struct sim_response *response)
{
    struct salesforce *org = request->state;
    if (request->route->is_open)
        return;
    org->calls++;
    if (response->status != 403)
        sim_reply_header(response, "Sforce-Limit-Info", "api-usage=%" PRIu64 "/%d", org->calls, MAX_CALLS);
}

static void quota(struct sim_request *request, struct sim_response *response)
{
    (void)request;
    sf_error(response, 403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.");
    sim_reply_header(response, "Sforce-Limit-Info", "api-usage=%d/%d", MAX_CALLS, MAX_CALLS);
}

static void burst(struct sim_request *request, struct sim_response *response, const char *variant)
{
    (void)variant;
    const struct salesforce *org = request->state;
    sf_error(response, 403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests (Concurrent API Requests) Limit exceeded.");
    sim_reply_header(response, "Sforce-Limit-Info", "api-usage=%" PRIu64 "/%d", org->calls, MAX_CALLS);
}

const struct sim_vendor sim_salesforce = {
    .name = "salesforce",
    .routes = routes,
    .n_routes = SIM_LEN(routes),
    .objects = salesforce_objects,
    .open = open_org,
    .close = close_org,
    .guard = guard,
    .authorize = sf_authorize,
    .finish = finish,
    .expire = sf_expire,
    .quota = quota,
    .burst = burst,
};
