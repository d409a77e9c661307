/**
 * @file salesforce.h
 * The simulated Salesforce: objects, OAuth, REST query, Bulk API 2.0 query jobs.
 */
#ifndef TAKI_SIM_SALESFORCE_H
#define TAKI_SIM_SALESFORCE_H

#include "sim.h"
#include "vendors/soql.h"

/** Results of a query that spans pages. */
struct sf_cursor {
    char *object;
    struct soql *query;
    struct sim_row **rows;
    size_t count;
};

struct sf_job {
    char id[19];
    char *operation, *soql, *object, *line_ending, *column_delimiter, *version;
    const char *state;
    char *csv;    /**< header and rows as they were when the job completed */
    size_t *ends; /**< ends[0] = end of the header, ends[i] = end of row i */
    size_t count;
    int64_t created;
    int64_t polls;
    bool is_stuck, is_gone;
};

struct salesforce {
    struct sim *sim;
    char *tokens[256];
    size_t n_tokens;
    char *refresh_token;
    bool refuse_logins; /**< fault M01.norenew */
    struct sf_cursor *cursors;
    size_t n_cursors;
    struct sf_job *jobs;
    size_t n_jobs;
    uint64_t calls, logins;
};

extern const struct sim_object salesforce_objects[];

/** 18-character id of a key prefix and a number: "00Q000000000001EAA" style, with the right case checksum. */
void sf_id(const char *prefix, uint64_t number, char out[19]);
/** [{"message":…,"errorCode":…}] */
void sf_error(struct sim_response *response, int status, const char *code, const char *message);

void sf_login(struct sim_request *request, struct sim_response *response);
bool sf_authorize(struct sim_request *request, struct sim_response *response);
void sf_expire(struct sim_request *request, struct sim_response *response, const char *variant);

void sf_query(struct sim_request *request, struct sim_response *response);
void sf_query_more(struct sim_request *request, struct sim_response *response);
void sf_global_describe(struct sim_request *request, struct sim_response *response);
void sf_describe(struct sim_request *request, struct sim_response *response);
void sf_deleted(struct sim_request *request, struct sim_response *response);
void sf_updated(struct sim_request *request, struct sim_response *response);
/** Object named in the query parameter, in a cursor, in a job. */
const char *sf_stream_of_soql(struct sim_request *request);
const char *sf_stream_of_cursor(struct sim_request *request);
const char *sf_stream_of_part(struct sim_request *request);
const char *sf_stream_of_job(struct sim_request *request);
const char *sf_stream_of_body(struct sim_request *request);

void sf_job_create(struct sim_request *request, struct sim_response *response);
void sf_job_list(struct sim_request *request, struct sim_response *response);
void sf_job_status(struct sim_request *request, struct sim_response *response);
void sf_job_abort(struct sim_request *request, struct sim_response *response);
void sf_job_delete(struct sim_request *request, struct sim_response *response);
void sf_job_results(struct sim_request *request, struct sim_response *response);
void sf_job_pages(struct sim_request *request, struct sim_response *response);
void sf_job_free(struct sf_job *job);

/** Value as the REST JSON shows it (instants with .000+0000). */
void sf_json_value(struct sim_buf *out, enum sim_type type, const char *value);
/** Value as bulk CSV shows it, quoted (instants with .000Z). */
void sf_csv_value(struct sim_buf *out, enum sim_type type, const char *value);

#endif
