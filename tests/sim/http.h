/**
 * @file http.h
 * The generic HTTP side of taki-sim: parsing, routing, gzip, broken transports, statistics and log.
 */
#ifndef TAKI_SIM_HTTP_H
#define TAKI_SIM_HTTP_H

#include "sim.h"

struct sim_server;

/** Listens on loopback; @p port 0 picks one. NULL with a message on stderr if it cannot. Sets sim->port. */
struct sim_server *sim_server_open(struct sim *sim, int port);
void sim_server_close(struct sim_server *server);

/** Routes and answers one request whose method, raw, headers and body are filled (dispatch.c). */
void sim_dispatch(struct sim_request *request, struct sim_response *response);

/** Counters by "vendor:stream/endpoint" (stats.c). */
struct sim_stats *sim_stats_open(void);
void sim_stats_close(struct sim_stats *stats);
void sim_stats_count(struct sim_stats *stats, const char *name, int64_t n);
void sim_stats_json(const struct sim_stats *stats, struct sim_buf *out);

#endif
