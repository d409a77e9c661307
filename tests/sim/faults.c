/* The registry of faults and what each does to a request or an answer. */
#include "faults.h"

#include "fault_csv.h"

#include <stdlib.h>
#include <string.h>

static bool expire_token(struct sim_request *request, struct sim_response *response, const char *variant)
{
    if (request->route->is_open || !request->vendor->expire)
        return false;
    request->vendor->expire(request, response, variant);
    return true;
}

static bool rotate_tokens(struct sim *sim, const char *vendor, const char *stream, const char *variant)
{
    (void)vendor;
    (void)stream;
    (void)variant;
    sim->options.rotate = true;
    return true;
}

static bool refuse_burst(struct sim_request *request, struct sim_response *response, const char *variant)
{
    sim_reply(response, 429, "application/json");
    sim_buf_text(&response->body, "{\"message\":\"too many requests\"}");
    char date[30];
    sim_http_date(request->sim->now + 1, date);
    if (strcmp(variant, "date") == 0) {
        sim_reply_header(response, "Retry-After", "%s", date);
    } else if (strcmp(variant, "none") != 0) {
        sim_reply_header(response, "Retry-After", "1");
    }
    return true;
}

static bool refuse_in_body(struct sim_request *request, struct sim_response *response, const char *variant)
{
    if (!request->vendor->burst || request->route->is_open)
        return false;
    request->vendor->burst(request, response, variant);
    return true;
}

static bool spend_quota(struct sim_request *request, struct sim_response *response, const char *variant)
{
    (void)variant;
    if (!request->vendor->quota || request->route->is_open)
        return false;
    request->vendor->quota(request, response);
    return true;
}

static bool answer_html(struct sim_request *request, struct sim_response *response, const char *variant)
{
    (void)request;
    int status = (int)strtol(variant, NULL, 10);
    sim_reply(response, status, "text/html; charset=UTF-8");
    sim_buf_format(&response->body,
                   "<!DOCTYPE html>\n<html><head><title>%d</title></head><body><h1>We are down for "
                   "maintenance</h1></body></html>\n",
                   status);
    return true;
}

static bool redirect(struct sim_request *request, struct sim_response *response, const char *variant)
{
    sim_reply(response, (int)strtol(variant, NULL, 10), "text/html");
    sim_reply_header(response, "Location", "http://127.0.0.2:%d%.800s", request->sim->port, request->raw);
    return true;
}

/** Variants that only ask the handler to do something. */
static bool ask(struct sim_request *request, struct sim_response *response, const char *variant)
{
    static const struct {
        const char *variant;
        unsigned want;
    } wishes[] = {
        {"ignore-range", SIM_WANT_IGNORE_RANGE  },
        {"count",        SIM_WANT_WRONG_COUNT   },
        {"checksum",     SIM_WANT_WRONG_CHECKSUM},
        {"stuck",        SIM_WANT_STUCK         },
        {"failed",       SIM_WANT_FAILED        },
        {"aborted",      SIM_WANT_ABORTED       },
        {"missing",      SIM_WANT_MISSING_FILE  }
    };
    (void)response;
    for (size_t i = 0; i < SIM_LEN(wishes); i++) {
        if (strcmp(wishes[i].variant, variant) == 0)
            request->wants |= wishes[i].want;
    }
    return false;
}

static void break_transport(struct sim_request *request, struct sim_response *response, const char *variant)
{
    static const struct {
        const char *variant;
        enum sim_transport transport;
    } breaks[] = {
        {"truncated", SIM_CUT_OPEN },
        {"short",     SIM_CUT_SHORT},
        {"reset",     SIM_RESET    },
        {"badcrc",    SIM_BAD_CRC  }
    };
    (void)request;
    for (size_t i = 0; i < SIM_LEN(breaks); i++) {
        if (strcmp(breaks[i].variant, variant) == 0)
            response->transport = breaks[i].transport;
    }
}

static void spoil_results(struct sim_request *request, struct sim_response *response, const char *variant)
{
    if (response->status == 200 && response->content_type && strncmp(response->content_type, "text/csv", 8) == 0 &&
        strcmp(request->vendor->name, "marketo") != 0)
        sim_spoil_csv(&response->body, variant);
}

const struct sim_fault sim_faults[] = {
    {"M01", "token expires mid-run",                           "salesforce marketo", "expired norenew 601 v1",                            expire_token, 0,                    NULL,            NULL               },
    {"M02", "refresh token rotates",                           "salesforce",         "on",                                                NULL,         0,                    NULL,            rotate_tokens      },
    {"M03", "429 with and without Retry-After",                "*",                  "seconds date none",                                 refuse_burst, 0,                    NULL,            NULL               },
    {"M04", "limit or passing error in the body",              "marketo salesforce", "606 615 604 608 611 713 502 614 1029",
     refuse_in_body,                                                                                                                                    0,                    NULL,            NULL               },
    {"M05", "daily quota spent",                               "salesforce marketo", "spent",                                             spend_quota,  0,                    NULL,            NULL               },
    {"M06", "empty page before data",                          "salesforce marketo", "page",                                              NULL,         SIM_WANT_EMPTY_PAGE,  NULL,            NULL               },
    {"M07", "short page before data",                          "salesforce marketo", "page",                                              NULL,         SIM_WANT_SHORT_PAGE,  NULL,            NULL               },
    {"M08", "same page token twice",                           "salesforce marketo", "token",                                             NULL,         SIM_WANT_SAME_TOKEN,  NULL,            NULL               },
    {"M11", "many rows of one modification time",              "salesforce",         "",                                                  NULL,         0,                    NULL,            sim_arm_mass_update},
    {"M12", "late row with an older time",                     "salesforce marketo", "",                                                  NULL,         0,                    NULL,            sim_arm_late_row   },
    {"M14", "broken transport",                                "*",                  "truncated badcrc reset short ignore-range",         ask,          0,                    break_transport, NULL               },
    {"M15", "HTML where data belongs",                         "*",                  "503 200 406 420 431",                               answer_html,  0,                    NULL,            NULL               },
    {"M16", "dirty CSV",                                       "salesforce marketo", "nul cr crlf quotes bom extra-column repeat-header", NULL,         SIM_WANT_DIRT,
     spoil_results,                                                                                                                                                                            NULL               },
    {"M17", "job stuck, failed, aborted, or its file missing", "salesforce marketo", "stuck failed aborted missing",
     ask,                                                                                                                                               0,                    NULL,            NULL               },
    {"M18", "count or checksum differs",                       "salesforce marketo", "count checksum",                                    ask,          0,                    NULL,            NULL               },
    {"M27", "redirect to another host",                        "*",                  "301 302 307 308",                                   redirect,     0,                    NULL,            NULL               },
    {"M28", "next page at another host",                       "salesforce",         "host",                                              NULL,         SIM_WANT_FOREIGN_URL, NULL,            NULL               },
};
const size_t sim_n_faults = SIM_LEN(sim_faults);
