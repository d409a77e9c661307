/* /_sim/: the tester's side. */
#include "faults.h"
#include "http.h"
#include "vendors/vendors.h"
#include "world.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void send_now(struct sim_request *request, struct sim_response *response)
{
    char now[21];
    sim_time_print(request->sim->now, now);
    sim_reply(response, 200, "application/json");
    sim_buf_format(&response->body, "{\"now\":\"%s\"}\n", now);
}

static void advance(struct sim_request *request, struct sim_response *response)
{
    int64_t days = sim_param_int(request, "days", 1);
    if (days < 1 || days > 3660) {
        sim_reply(response, 400, "text/plain");
        sim_buf_text(&response->body, "days must be 1 to 3660\n");
        return;
    }
    sim_world_advance(request->sim, days);
    send_now(request, response);
}

static void set_faults(struct sim_request *request, struct sim_response *response)
{
    const char *spec = sim_param(request, "spec");
    struct sim_buf message = {0};
    bool ok = sim_faults_set(request->sim, spec ? spec : "", &message);
    sim_reply(response, ok ? 200 : 400, "text/plain");
    sim_buf_text(&response->body, ok ? "ok\n" : message.data);
    sim_buf_free(&message);
}

static void list_faults(struct sim_request *request, struct sim_response *response)
{
    (void)request;
    sim_reply(response, 200, "text/plain; charset=utf-8");
    for (size_t i = 0; i < sim_n_faults; i++) {
        sim_buf_format(&response->body, "%s\t%s\t%s\t%s\n", sim_faults[i].id, sim_faults[i].name, sim_faults[i].vendors,
                       sim_faults[i].variants);
    }
}

static void send_stats(struct sim_request *request, struct sim_response *response)
{
    sim_reply(response, 200, "application/json");
    sim_stats_json(request->sim->stats, &response->body);
}

static void send_truth(struct sim_request *request, struct sim_response *response)
{
    const char *object = sim_param(request, "object"), *colon = object ? strchr(object, ':') : NULL;
    char *vendor = sim_keep(request, sim_copy(colon ? object : "", colon ? (size_t)(colon - object) : 0));
    const struct sim_table *table = colon ? sim_table_find(request->sim->store, vendor, colon + 1) : NULL;
    if (!table) {
        sim_reply(response, 404, "text/plain");
        sim_buf_text(&response->body, "object=VENDOR:NAME names no table\n");
        return;
    }
    sim_reply(response, 200, "application/x-ndjson");
    for (size_t i = 0; i < table->n_rows; i++) {
        sim_row_json(table, table->rows[i], &response->body);
        sim_buf_text(&response->body, "\n");
    }
}

static void reset(struct sim_request *request, struct sim_response *response)
{
    struct sim *sim = request->sim;
    struct sim_buf message = {0};
    sim_world_close(sim);
    (void)sim_world_open(sim);
    sim_stats_close(sim->stats);
    sim->stats = sim_stats_open();
    (void)sim_faults_set(sim, sim->options.faults ? sim->options.faults : "", &message);
    sim_buf_free(&message);
    send_now(request, response);
}

static const struct sim_route routes[] = {
    {"GET",  "/_sim/now",     "now",     send_now,    NULL, true},
    {"POST", "/_sim/advance", "advance", advance,     NULL, true},
    {"POST", "/_sim/faults",  "faults",  set_faults,  NULL, true},
    {"GET",  "/_sim/faults",  "faults",  list_faults, NULL, true},
    {"GET",  "/_sim/stats",   "stats",   send_stats,  NULL, true},
    {"GET",  "/_sim/truth",   "truth",   send_truth,  NULL, true},
    {"POST", "/_sim/reset",   "reset",   reset,       NULL, true},
};

const struct sim_vendor sim_control = {
    .name = "sim",
    .routes = routes,
    .n_routes = SIM_LEN(routes),
};
