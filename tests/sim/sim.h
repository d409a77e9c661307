/**
 * @file sim.h
 * What the parts of taki-sim share: the running simulation, a request, a response, and the descriptor of a vendor.
 * A new vendor is one file in vendors/ with a `struct sim_vendor` and one line in vendors/registry.c.
 */
#ifndef TAKI_SIM_H
#define TAKI_SIM_H

#include "store.h"

#include <stdio.h>

#define SIM_MAX_VENDORS 16
struct sim_options {
    int port;
    uint64_t seed;
    int64_t persons;
    int64_t start, today; /**< midnight UTC standing for the local day */
    const char *data, *log, *faults;
    const char *client_id, *client_secret, *refresh_token, *jwt_key;
    int64_t latency_ms, page_size, polls;
    bool gzip, real_date, rotate;
};

struct sim_request;
struct sim_response;
struct sim;

typedef void (*sim_handler)(struct sim_request *request, struct sim_response *response);

struct sim_route {
    const char *method;   /**< "GET", or "*" */
    const char *pattern;  /**< path; a segment "*" is captured in request->part, a last segment "**" takes the rest */
    const char *endpoint; /**< name of the call in faults and statistics: "query", "results", "token" */
    sim_handler handle;
    const char *(*stream)(struct sim_request *request); /**< object the call is about, or NULL for "-" */
    bool is_open;                                       /**< needs no token */
};

struct sim_vendor {
    const char *name;
    const struct sim_route *routes;
    size_t n_routes;
    const struct sim_object *objects; /**< ends with a row without name */
    void *(*open)(struct sim *sim);   /**< the vendor's own state (tokens, jobs) */
    void (*close)(void *state);
    /** Size limits of the URI; true = answered. May be NULL. */
    bool (*guard)(struct sim_request *request, struct sim_response *response);
    /** Checks the token; true = may go on, else answered. May be NULL. */
    bool (*authorize)(struct sim_request *request, struct sim_response *response);
    /** Headers every answer carries. May be NULL. */
    void (*finish)(struct sim_request *request, struct sim_response *response);
    /** Forgets all tokens (fault M01) and answers as if this one had expired. May be NULL. */
    void (*expire)(struct sim_request *request, struct sim_response *response, const char *variant);
    /** The vendor's answer to a spent daily quota and to a burst (faults M05, M04). May be NULL. */
    void (*quota)(struct sim_request *request, struct sim_response *response);
    void (*burst)(struct sim_request *request, struct sim_response *response, const char *variant);
};

struct sim {
    struct sim_options options;
    struct sim_store *store;
    struct sim_company *company; /**< NULL with --data */
    int64_t now;                 /**< simulated server time, seconds UTC */
    int port;
    void *states[SIM_MAX_VENDORS];
    struct sim_fault_state *faults;
    struct sim_stats *stats;
    FILE *log;
    uint64_t requests;
};

/** What a fault asks a handler to do with this one answer. */
enum sim_want {
    SIM_WANT_EMPTY_PAGE = 1,
    SIM_WANT_SHORT_PAGE = 2,
    SIM_WANT_SAME_TOKEN = 4,
    SIM_WANT_FOREIGN_URL = 8,
    SIM_WANT_WRONG_COUNT = 16,
    SIM_WANT_WRONG_CHECKSUM = 32,
    SIM_WANT_IGNORE_RANGE = 64,
    SIM_WANT_DIRT = 128,
    SIM_WANT_STUCK = 256,
    SIM_WANT_FAILED = 512,
    SIM_WANT_ABORTED = 1024,
    SIM_WANT_MISSING_FILE = 2048,
};

struct sim_pair {
    char *name, *value;
};
struct sim_request {
    struct sim *sim;
    const char *method;
    char *raw;  /**< path and query as sent */
    char *path; /**< decoded, without the query */
    struct sim_pair params[64];
    size_t n_params;
    struct sim_pair headers[64];
    size_t n_headers;
    struct sim_buf body;
    size_t head_bytes; /**< URI and headers together */
    const struct sim_vendor *vendor;
    const struct sim_route *route;
    void *state;
    const char *stream;
    char *part[8];
    size_t n_parts;
    unsigned wants;      /**< enum sim_want bits */
    const char *variant; /**< of the fault that set them */
    const char *fault;   /**< id of the fault that struck, for the log */
    void **kept;
    size_t n_kept;
};

enum sim_transport { SIM_WHOLE, SIM_CUT_OPEN, SIM_CUT_SHORT, SIM_RESET, SIM_BAD_CRC };
struct sim_response {
    int status;
    const char *content_type;
    struct sim_buf body;
    struct sim_pair headers[32];
    size_t n_headers;
    enum sim_transport transport;
    bool always_gzip, never_gzip;
};

/** Parameter of the query or form body, or NULL. */
const char *sim_param(const struct sim_request *request, const char *name);
/** Whole number parameter, or @p fallback when absent or not a number. */
int64_t sim_param_int(const struct sim_request *request, const char *name, int64_t fallback);
/** Header by name, any case, or NULL. */
const char *sim_header(const struct sim_request *request, const char *name);
/** Adds a response header; formatted value. */
void sim_reply_header(struct sim_response *response, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/** Drops what was answered so far and sets the status and content type. */
void sim_reply(struct sim_response *response, int status, const char *content_type);
/** Parses "a=1&b=2" into the request's parameters. */
void sim_parse_params(struct sim_request *request, const char *text);
/** Frees @p owned with the request; returns it. */
char *sim_keep(struct sim_request *request, char *owned);
/** Applies the request's Range header to the answer's body (206 + Content-Range, 416), unless told to ignore it. */
void sim_apply_range(struct sim_request *request, struct sim_response *response);
/** "http://127.0.0.1:PORT", kept with the request. */
const char *sim_base_url(struct sim_request *request);

extern const struct sim_vendor *const sim_vendors[];
extern const size_t sim_n_vendors;

#endif
