/* libmicrohttpd: one thread a connection, one lock around the simulation, broken transports on request. */
#include "http.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>

struct sim_server {
    struct sim *sim;
    struct MHD_Daemon *daemon, *trap;
    pthread_mutex_t lock;
};

struct upload {
    struct sim_buf body;
    char *uri;
};

/** What a broken transport still sends. */
struct partial {
    char *data;
    size_t size, cut;
    bool is_error;
};

static void *remember_uri(void *context, const char *uri, struct MHD_Connection *connection)
{
    (void)context;
    (void)connection;
    struct upload *upload = sim_alloc(sizeof *upload);
    upload->uri = sim_dup(uri);
    return upload;
}

static void forget(void *context, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode code)
{
    (void)context;
    (void)connection;
    (void)code;
    struct upload *upload = *state;
    if (!upload)
        return;
    sim_buf_free(&upload->body);
    free(upload->uri);
    free(upload);
    *state = NULL;
}

static enum MHD_Result keep_header(void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
    (void)kind;
    struct sim_request *request = context;
    if (request->n_headers < SIM_LEN(request->headers))
        request->headers[request->n_headers++] = (struct sim_pair){sim_dup(name), sim_dup(value ? value : "")};
    return MHD_YES;
}

static ssize_t read_partial(void *context, uint64_t position, char *out, size_t max)
{
    struct partial *partial = context;
    size_t at = (size_t)position;
    if (at >= partial->cut)
        return partial->is_error ? MHD_CONTENT_READER_END_WITH_ERROR : MHD_CONTENT_READER_END_OF_STREAM;
    size_t n = partial->cut - at < max ? partial->cut - at : max;
    memcpy(out, partial->data + at, n);
    return (ssize_t)n;
}

static void free_partial(void *context)
{
    struct partial *partial = context;
    free(partial->data);
    free(partial);
}

/** Takes @p body over. */
static struct MHD_Response *make_response(struct MHD_Connection *connection, struct sim_buf body,
                                          enum sim_transport transport)
{
    if (transport == SIM_WHOLE || transport == SIM_BAD_CRC)
        return MHD_create_response_from_buffer(body.size, body.data, MHD_RESPMEM_MUST_FREE);
    struct partial *partial = sim_alloc(sizeof *partial);
    *partial = (struct partial){body.data, body.size, body.size / 2, transport != SIM_CUT_OPEN};
    uint64_t size = transport == SIM_CUT_OPEN ? MHD_SIZE_UNKNOWN : body.size;
    struct MHD_Response *made = MHD_create_response_from_callback(size, 65536, read_partial, partial, free_partial);
    if (transport == SIM_CUT_OPEN)
        MHD_set_response_options(made, MHD_RF_HTTP_VERSION_1_0_ONLY, MHD_RO_END);
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    if (transport == SIM_RESET && info) {
        struct linger hard = {1, 0};
        setsockopt(info->connect_fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    }
    return made;
}

static bool wants_gzip(const struct sim_request *request, const struct sim_response *response)
{
    const char *accept = sim_header(request, "Accept-Encoding");
    if (response->never_gzip || !response->body.size)
        return false;
    if (response->transport == SIM_BAD_CRC || response->always_gzip)
        return true;
    return request->sim->options.gzip && accept && strstr(accept, "gzip");
}

static enum MHD_Result send_response(struct MHD_Connection *connection, struct sim_request *request,
                                     struct sim_response *response)
{
    struct sim_buf body = response->body;
    response->body = (struct sim_buf){0};
    bool is_gzip = false;
    response->body.size = body.size;
    if (wants_gzip(request, response)) {
        struct sim_buf packed = {0};
        sim_gzip(body.data, body.size, &packed);
        sim_buf_free(&body);
        body = packed;
        is_gzip = true;
        if (response->transport == SIM_BAD_CRC)
            body.data[body.size - 6] = (char)(body.data[body.size - 6] ^ 0x5A);
    }
    response->body.size = 0;
    struct MHD_Response *made = make_response(connection, body, response->transport);
    if (is_gzip)
        MHD_add_response_header(made, "Content-Encoding", "gzip");
    if (response->content_type)
        MHD_add_response_header(made, "Content-Type", response->content_type);
    char date[30];
    sim_http_date(request->sim->options.real_date ? (int64_t)time(NULL) : request->sim->now, date);
    MHD_add_response_header(made, "Date", date);
    for (size_t i = 0; i < response->n_headers; i++)
        MHD_add_response_header(made, response->headers[i].name, response->headers[i].value);
    enum MHD_Result result = MHD_queue_response(connection, (unsigned)response->status, made);
    MHD_destroy_response(made);
    return result;
}

static void free_request(struct sim_request *request, struct sim_response *response)
{
    for (size_t i = 0; i < request->n_kept; i++)
        free(request->kept[i]);
    free(request->kept);
    for (size_t i = 0; i < request->n_headers; i++) {
        free(request->headers[i].name);
        free(request->headers[i].value);
    }
    for (size_t i = 0; i < response->n_headers; i++) {
        free(response->headers[i].name);
        free(response->headers[i].value);
    }
    sim_buf_free(&response->body);
    free(request);
}

static void pause_ms(int64_t ms)
{
    struct timespec left = {ms / 1000, (long)(ms % 1000) * 1000000};
    nanosleep(&left, NULL);
}

/* NOLINTNEXTLINE(readability-function-size): the signature is libmicrohttpd's */
static enum MHD_Result answer(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *data, size_t *size, void **state)
{
    (void)url;
    (void)version;
    struct sim_server *server = context;
    struct upload *upload = *state;
    if (*size) {
        sim_buf_add(&upload->body, data, *size);
        *size = 0;
        return MHD_YES;
    }
    if (!upload->body.data) {
        sim_buf_add(&upload->body, "", 0); /* first call: the headers; the body comes in further calls */
        return MHD_YES;
    }
    struct sim_request *request = sim_alloc(sizeof *request);
    struct sim_response response = {0};
    request->sim = server->sim;
    request->method = method;
    request->raw = upload->uri;
    request->body = upload->body;
    MHD_get_connection_values(connection, MHD_HEADER_KIND, keep_header, request);
    if (server->sim->options.latency_ms)
        pause_ms(server->sim->options.latency_ms);
    pthread_mutex_lock(&server->lock);
    sim_dispatch(request, &response);
    enum MHD_Result result = send_response(connection, request, &response);
    pthread_mutex_unlock(&server->lock);
    free_request(request, &response);
    return result;
}

/** The foreign host of faults M27 and M28: whoever comes here followed where it must not. */
/* NOLINTNEXTLINE(readability-function-size): the signature is libmicrohttpd's */
static enum MHD_Result spring_trap(void *context, struct MHD_Connection *connection, const char *url,
                                   const char *method, const char *version, const char *data, size_t *size,
                                   void **state)
{
    (void)url;
    (void)method;
    (void)version;
    (void)data;
    *state = connection;
    if (*size) {
        *size = 0;
        return MHD_YES;
    }
    struct sim_server *server = context;
    bool has_token = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Authorization") != NULL;
    pthread_mutex_lock(&server->lock);
    sim_stats_count(server->sim->stats, "trap requests", 1);
    sim_stats_count(server->sim->stats, "trap authorizations", has_token);
    pthread_mutex_unlock(&server->lock);
    struct MHD_Response *made = MHD_create_response_from_buffer(2, (void *)sim_dup("{}"), MHD_RESPMEM_MUST_FREE);
    enum MHD_Result result = MHD_queue_response(connection, 200, made);
    MHD_destroy_response(made);
    return result;
}

static struct sockaddr_in loopback(const char *host, int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    inet_pton(AF_INET, host, &address.sin_addr);
    return address;
}

struct sim_server *sim_server_open(struct sim *sim, int port)
{
    struct sim_server *server = sim_alloc(sizeof *server);
    server->sim = sim;
    pthread_mutex_init(&server->lock, NULL);
    struct sockaddr_in address = loopback("127.0.0.1", port);
    unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_SUPPRESS_DATE_NO_CLOCK;
    server->daemon = MHD_start_daemon(flags, 0, NULL, NULL, answer, server, MHD_OPTION_SOCK_ADDR, &address,
                                      MHD_OPTION_URI_LOG_CALLBACK, remember_uri, NULL, MHD_OPTION_NOTIFY_COMPLETED,
                                      forget, NULL, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)262144, MHD_OPTION_END);
    if (!server->daemon) {
        fprintf(stderr, "taki-sim: cannot listen on 127.0.0.1:%d\n", port);
        free(server);
        return NULL;
    }
    sim->port = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
    struct sockaddr_in foreign = loopback("127.0.0.2", sim->port);
    server->trap =
        MHD_start_daemon(flags, 0, NULL, NULL, spring_trap, server, MHD_OPTION_SOCK_ADDR, &foreign, MHD_OPTION_END);
    return server;
}

void sim_server_close(struct sim_server *server)
{
    MHD_stop_daemon(server->daemon);
    if (server->trap)
        MHD_stop_daemon(server->trap);
    pthread_mutex_destroy(&server->lock);
    free(server);
}
