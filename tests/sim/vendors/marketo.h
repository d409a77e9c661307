/**
 * @file marketo.h
 * The simulated Marketo Engage: identity, lead database, assets, bulk extract.
 */
#ifndef TAKI_SIM_MARKETO_H
#define TAKI_SIM_MARKETO_H

#include "sim.h"

struct mkto_job {
    char id[37];
    const char *kind; /**< "leads", "activities", "members" */
    const char *state;
    char *request; /**< body of the create call */
    int64_t created, queued, started, finished;
    int64_t polls;
    struct sim_buf file;
    size_t count;
    bool is_stuck;
    char *dirt; /**< fault M16: spoils the file before its checksum is taken; NULL = clean */
};

struct marketo {
    struct sim *sim;
    char *token;
    int64_t token_issued;
    bool refuse_logins; /**< fault M01.norenew */
    uint64_t logins, requests, calls;
    struct sim_row **sorted; /**< activities by (activityDate, marketoGUID) */
    size_t n_sorted;
    uint64_t sorted_at; /**< table changes when sorted, plus one */
    struct mkto_job *jobs;
    size_t n_jobs;
    bool no_updated_at; /**< subscription without the updatedAt filter: 1035 */
};

extern const struct sim_object marketo_objects[];

/** Opens the envelope of a success: {"requestId":…,"success":true */
void mkto_success(struct sim_request *request, struct sim_response *response);
/** {"requestId":…,"success":false,"errors":[{"code":…,"message":…}]} with HTTP 200. */
void mkto_error(struct sim_request *request, struct sim_response *response, const char *code, const char *message);
struct sim_table *mkto_table(struct sim_request *request, const char *name);
/** Ids as numbers, times with Z, null for null. */
void mkto_json_value(struct sim_buf *out, enum sim_type type, const char *value);
/** True if @p value is one of the comma-separated texts of @p list. */
bool mkto_in_list(const char *list, const char *value);
/** Base64 of "A|b|c"; and back into the request's memory, or NULL. */
/** Makes the token of an empty page differ from the one that asked for it; else "". */
const char *mkto_nonce(struct sim_request *request);
void mkto_add_token(struct sim_buf *out, const char *plain);
char *mkto_read_token(struct sim_request *request, const char *name);

/** All visible activities in order of (activityDate, marketoGUID). */
struct sim_row **mkto_activities_sorted(struct marketo *marketo, size_t *count);
/** First position whose activity is after (date, guid); guid NULL = not before date. */
size_t mkto_activities_seek(struct marketo *marketo, const char *date, const char *guid);

void mkto_token(struct sim_request *request, struct sim_response *response);
void mkto_describe(struct sim_request *request, struct sim_response *response);
void mkto_leads(struct sim_request *request, struct sim_response *response);
void mkto_lists(struct sim_request *request, struct sim_response *response);
void mkto_list_leads(struct sim_request *request, struct sim_response *response);
void mkto_program_leads(struct sim_request *request, struct sim_response *response);
void mkto_members(struct sim_request *request, struct sim_response *response);
void mkto_campaigns(struct sim_request *request, struct sim_response *response);
void mkto_usage(struct sim_request *request, struct sim_response *response);
void mkto_activity_types(struct sim_request *request, struct sim_response *response);
void mkto_paging_token(struct sim_request *request, struct sim_response *response);
void mkto_activities(struct sim_request *request, struct sim_response *response);
void mkto_lead_changes(struct sim_request *request, struct sim_response *response);
void mkto_deleted_leads(struct sim_request *request, struct sim_response *response);
void mkto_programs(struct sim_request *request, struct sim_response *response);
void mkto_program(struct sim_request *request, struct sim_response *response);
void mkto_program_by_name(struct sim_request *request, struct sim_response *response);
void mkto_channels(struct sim_request *request, struct sim_response *response);
void mkto_static_lists(struct sim_request *request, struct sim_response *response);
void mkto_export_create(struct sim_request *request, struct sim_response *response);
void mkto_export_enqueue(struct sim_request *request, struct sim_response *response);
void mkto_export_status(struct sim_request *request, struct sim_response *response);
void mkto_export_cancel(struct sim_request *request, struct sim_response *response);
void mkto_export_list(struct sim_request *request, struct sim_response *response);
void mkto_export_file(struct sim_request *request, struct sim_response *response);
const char *mkto_stream_of_export(struct sim_request *request);
/** Writes the job's file; false with a message if its filter is wrong. Also used to judge it before it is created. */
bool mkto_export_judge(struct sim_request *request, const char *kind, const char *body, const char **code,
                       char **message);
void mkto_export_write(struct marketo *marketo, struct mkto_job *job);

#endif
