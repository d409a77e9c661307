/* The descriptor: routes, URI limit, header-only tokens, quota and burst answers in a 200. */
#include "vendors/marketo.h"

#include "vendors/vendors.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MAX_URI_BYTES 8192
#define REST "/rest/v1"
#define ASSET "/rest/asset/v1"
#define LEADS "/bulk/v1/leads"
#define ACTIVITIES "/bulk/v1/activities"
#define MEMBERS "/bulk/v1/program/members"

static const char *stream_leads(struct sim_request *request)
{
    (void)request;
    return "leads";
}

static const char *stream_activities(struct sim_request *request)
{
    (void)request;
    return "activities";
}

static const char *stream_programs(struct sim_request *request)
{
    (void)request;
    return "programs";
}

static const char *stream_lists(struct sim_request *request)
{
    (void)request;
    return "lists";
}

static const char *stream_members(struct sim_request *request)
{
    (void)request;
    return "members";
}

#define EXPORT(root)                                                                                                   \
    {"POST", root "/export/create.json", "create", mkto_export_create, mkto_stream_of_export, false},                  \
        {"POST", root "/export/*/enqueue.json", "enqueue", mkto_export_enqueue, mkto_stream_of_export, false},         \
        {"GET", root "/export/*/status.json", "status", mkto_export_status, mkto_stream_of_export, false},             \
        {"POST", root "/export/*/cancel.json", "cancel", mkto_export_cancel, mkto_stream_of_export, false},            \
        {"GET", root "/export.json", "jobs", mkto_export_list, mkto_stream_of_export, false},                          \
    {                                                                                                                  \
        "GET", root "/export/*/file.json", "file", mkto_export_file, mkto_stream_of_export, false                      \
    }

static const struct sim_route routes[] = {
    {"*",   "/identity/oauth/token",              "token",        mkto_token,           NULL,              true },
    {"GET", REST "/leads/describe.json",          "describe",     mkto_describe,        stream_leads,      false},
    {"GET", REST "/leads.json",                   "leads",        mkto_leads,           stream_leads,      false},
    {"GET", REST "/leads/programs/*",             "programLeads", mkto_program_leads,   stream_leads,      false},
    {"GET", REST "/list/*/leads.json",            "listLeads",    mkto_list_leads,      stream_lists,      false},
    {"GET", REST "/lists/*/leads.json",           "listLeads",    mkto_list_leads,      stream_lists,      false},
    {"GET", REST "/lists.json",                   "lists",        mkto_lists,           stream_lists,      false},
    {"GET", REST "/programs/*/members.json",      "members",      mkto_members,         stream_members,    false},
    {"GET", REST "/campaigns.json",               "campaigns",    mkto_campaigns,       NULL,              false},
    {"GET", REST "/stats/usage.json",             "usage",        mkto_usage,           NULL,              false},
    {"GET", REST "/activities/types.json",        "types",        mkto_activity_types,  stream_activities, false},
    {"GET", REST "/activities/pagingtoken.json",  "pagingtoken",  mkto_paging_token,    stream_activities, false},
    {"GET", REST "/activities.json",              "activities",   mkto_activities,      stream_activities, false},
    {"GET", REST "/activities/leadchanges.json",  "leadchanges",  mkto_lead_changes,    stream_activities, false},
    {"GET", REST "/activities/deletedleads.json", "deletedleads", mkto_deleted_leads,   stream_activities, false},
    {"GET", ASSET "/programs.json",               "programs",     mkto_programs,        stream_programs,   false},
    {"GET", ASSET "/program/byName.json",         "program",      mkto_program_by_name, stream_programs,   false},
    {"GET", ASSET "/program/*",                   "program",      mkto_program,         stream_programs,   false},
    {"GET", ASSET "/channels.json",               "channels",     mkto_channels,        NULL,              false},
    {"GET", ASSET "/staticLists.json",            "staticLists",  mkto_static_lists,    stream_lists,      false},
    EXPORT(LEADS),
    EXPORT(ACTIVITIES),
    EXPORT(MEMBERS),
};

static void *open_subscription(struct sim *sim)
{
    struct marketo *marketo = sim_alloc(sizeof *marketo);
    marketo->sim = sim;
    return marketo;
}

static void close_subscription(void *state)
{
    struct marketo *marketo = state;
    for (size_t i = 0; i < marketo->n_jobs; i++) {
        free(marketo->jobs[i].request);
        free(marketo->jobs[i].dirt);
        sim_buf_free(&marketo->jobs[i].file);
    }
    free(marketo->jobs);
    free(marketo->sorted);
    free(marketo->token);
    free(marketo);
}

static bool guard(struct sim_request *request, struct sim_response *response)
{
    if (strstr(request->path, "//")) {
        mkto_error(request, response, "610", "Requested resource not found");
        return true;
    }
    if (strlen(request->raw) <= MAX_URI_BYTES)
        return false;
    sim_reply(response, 414, "text/html");
    sim_buf_text(&response->body, "<html><body>414 Request-URI Too Large</body></html>");
    return true;
}

/* The access_token parameter ended on 2026-08-31; a token there is no token. */
static bool authorize(struct sim_request *request, struct sim_response *response)
{
    struct marketo *marketo = request->state;
    const char *header = sim_header(request, "Authorization");
    bool is_bearer = header && strncasecmp(header, "Bearer ", 7) == 0;
    if (sim_param(request, "access_token") || !is_bearer || !marketo->token ||
        strcmp(header + 7, marketo->token) != 0) {
        mkto_error(request, response, "601", "Access token invalid");
        return false;
    }
    if (request->sim->now - marketo->token_issued >= 3600) {
        mkto_error(request, response, "602", "Access token expired");
        return false;
    }
    return true;
}

static void expire(struct sim_request *request, struct sim_response *response, const char *variant)
{
    struct marketo *marketo = request->state;
    free(marketo->token);
    marketo->token = NULL;
    marketo->refuse_logins = strcmp(variant, "norenew") == 0;
    bool is_invalid = strcmp(variant, "601") == 0;
    mkto_error(request, response, is_invalid ? "601" : "602",
               is_invalid ? "Access token invalid" : "Access token expired");
}

static void finish(struct sim_request *request, struct sim_response *response)
{
    struct marketo *marketo = request->state;
    bool is_error = response->body.size && strstr(response->body.data, "\"success\":false");
    marketo->calls += !request->route->is_open && !is_error;
}

static void quota(struct sim_request *request, struct sim_response *response)
{
    bool is_export =
        strcmp(request->route->endpoint, "enqueue") == 0 || strcmp(request->route->endpoint, "create") == 0;
    if (is_export) {
        mkto_error(request, response, "1029", "Export daily quota 500MB exceeded");
    } else {
        mkto_error(request, response, "607", "Daily API Request Quota reached");
    }
}

static void burst(struct sim_request *request, struct sim_response *response, const char *variant)
{
    static const struct {
        const char *code, *message;
    } bursts[] = {
        {"606",  "Max rate limit '100' exceeded with in '20' secs"},
        {"615",  "Concurrent access limit reached"                },
        {"604",  "Request timed out"                              },
        {"608",  "API Temporarily Unavailable"                    },
        {"611",  "System error"                                   },
        {"713",  "Transient error"                                },
        {"502",  "Bad Gateway"                                    },
        {"614",  "Subscription cannot be reached"                 },
        {"1029", "Too many jobs (10) in queue"                    },
    };
    for (size_t i = 0; i < SIM_LEN(bursts); i++) {
        if (strcmp(bursts[i].code, variant) == 0)
            mkto_error(request, response, bursts[i].code, bursts[i].message);
    }
}

const struct sim_vendor sim_marketo = {
    .name = "marketo",
    .routes = routes,
    .n_routes = SIM_LEN(routes),
    .objects = marketo_objects,
    .open = open_subscription,
    .close = close_subscription,
    .guard = guard,
    .authorize = authorize,
    .finish = finish,
    .expire = expire,
    .quota = quota,
    .burst = burst,
};
