/* One request from its path to its answer: vendor, route, faults, token, handler, statistics, log. */
#include "faults.h"
#include "http.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/** Matches path segments; captured "*" segments go to request->part. */
static bool match_path(struct sim_request *request, const char *pattern)
{
    const char *path = request->path;
    request->n_parts = 0;
    while (*pattern && *path) {
        size_t want = strcspn(pattern + 1, "/"), have = strcspn(path + 1, "/");
        bool is_any = want == 1 && pattern[1] == '*', is_rest = want == 2 && strncmp(pattern + 1, "**", 2) == 0;
        if (is_rest)
            have = strlen(path + 1);
        if ((is_any || is_rest) && request->n_parts < SIM_LEN(request->part)) {
            request->part[request->n_parts++] = sim_keep(request, sim_copy(path + 1, have));
        } else if (want != have || strncmp(pattern, path, want + 1) != 0) {
            return false;
        }
        pattern += want + 1;
        path += have + 1;
    }
    return !*pattern && !*path;
}

static bool find_route(struct sim_request *request)
{
    for (size_t v = 0; v < sim_n_vendors; v++) {
        for (size_t r = 0; r < sim_vendors[v]->n_routes; r++) {
            const struct sim_route *route = &sim_vendors[v]->routes[r];
            bool is_method = route->method[0] == '*' || strcmp(route->method, request->method) == 0;
            if (!is_method || !match_path(request, route->pattern))
                continue;
            request->vendor = sim_vendors[v];
            request->state = request->sim->states[v];
            request->route = route;
            return true;
        }
    }
    return false;
}

static void split_uri(struct sim_request *request)
{
    size_t size = strcspn(request->raw, "?");
    request->path = sim_keep(request, sim_copy(request->raw, size));
    if (request->raw[size] == '?')
        sim_parse_params(request, request->raw + size + 1);
    const char *type = sim_header(request, "Content-Type");
    if (type && strncasecmp(type, "application/x-www-form-urlencoded", 33) == 0 && request->body.size)
        sim_parse_params(request, request->body.data);
    const char *method = sim_param(request, "_method");
    if (method && strcmp(request->method, "POST") == 0 && strcmp(method, "GET") == 0)
        request->method = "GET";
    request->head_bytes = strlen(request->raw);
    for (size_t i = 0; i < request->n_headers; i++)
        request->head_bytes += strlen(request->headers[i].name) + strlen(request->headers[i].value) + 4;
}

static void serve(struct sim_request *request, struct sim_response *response)
{
    const struct sim_vendor *vendor = request->vendor;
    if (vendor->guard && vendor->guard(request, response))
        return;
    if (sim_faults_before(request, response))
        return;
    if (!request->route->is_open && vendor->authorize && !vendor->authorize(request, response))
        return;
    request->route->handle(request, response);
    sim_faults_after(request, response);
}

static void account(struct sim_request *request, const struct sim_response *response)
{
    struct sim *sim = request->sim;
    bool is_control = request->vendor && strcmp(request->vendor->name, "sim") == 0;
    if (request->vendor && !is_control) {
        char name[160];
        snprintf(name, sizeof name, "%s:%s/%s", request->vendor->name, request->stream, request->route->endpoint);
        sim_stats_count(sim->stats, name, 1);
        snprintf(name, sizeof name, "%s total", request->vendor->name);
        sim_stats_count(sim->stats, name, 1);
        snprintf(name, sizeof name, "%s status %d", request->vendor->name, response->status);
        sim_stats_count(sim->stats, name, 1);
        if (request->fault) {
            snprintf(name, sizeof name, "fault %s %s", request->fault, request->vendor->name);
            sim_stats_count(sim->stats, name, 1);
        }
    }
    if (sim->log) {
        fprintf(sim->log, "%" PRIu64 " %s %s %d %zu %s\n", ++sim->requests, request->method, request->raw,
                response->status, response->body.size, request->fault ? request->fault : "-");
        fflush(sim->log);
    }
}

void sim_dispatch(struct sim_request *request, struct sim_response *response)
{
    split_uri(request);
    sim_reply(response, 404, "text/plain");
    request->stream = "-";
    if (find_route(request)) {
        if (request->route->stream)
            request->stream = request->route->stream(request);
        if (!request->stream)
            request->stream = "-";
        serve(request, response);
        if (request->vendor->finish)
            request->vendor->finish(request, response);
    } else {
        sim_buf_text(&response->body, "no such path in taki-sim\n");
    }
    account(request, response);
}
