/**
 * @file engine_private.h
 * State of the engine shared by engine.c (what to do when), exchange.c (one request until it is settled) and transfer.c
 * (the only file that speaks to curl).
 */
#ifndef TAKI_EXTRACT_ENGINE_PRIVATE_H
#define TAKI_EXTRACT_ENGINE_PRIVATE_H

#include "engine_parts.h"
#include "url.h"

#define TAKI_ENGINE_HOSTS 4
#define TAKI_ENGINE_AUTH_HEADERS 4

struct taki_engine {
    struct taki_engine_setup setup;
    struct taki_arena *arena;
    const char *base;                     /**< base URL in force */
    const char *hosts[TAKI_ENGINE_HOSTS]; /**< URLs whose places may be asked */
    size_t host_count;
    const char *auth[TAKI_ENGINE_AUTH_HEADERS];
    size_t auth_count;
    uint64_t generation;   /**< of the token; 0 = none yet */
    int64_t token_dies_us; /**< monotonic; 0 = not known */
    bool login_needed, logging_in;
    struct taki_rate rate;
    struct taki_engine_counts counts;
    int64_t retries_left;
    uint64_t random;
    double wait_ratio;        /**< tests only; 1 otherwise */
    taki_instant server_time; /**< of the newest Date header */
    int64_t server_time_us;   /**< monotonic moment it was seen */
    int64_t used, allowed;    /**< vendor's own figures, -1 = unknown */
    void *multi;              /**< transfer.c's */
};

enum taki_exchange_state { TAKI_EXCHANGE_FREE, TAKI_EXCHANGE_WAITING, TAKI_EXCHANGE_RUNNING, TAKI_EXCHANGE_DONE };

/** One request until it is settled. */
struct taki_exchange {
    enum taki_exchange_state state;
    struct taki_engine *engine;
    const struct taki_request *request;
    struct taki_reply *reply, own_reply;
    size_t index;
    const char *url; /**< in the reply's arena, made anew for each try */
    int tries;
    bool relogged;
    int64_t first_us, not_before_us;
    uint64_t generation; /**< of the token it was sent with */
    bool too_large;
    size_t header_bytes;
    enum taki_status status;
    struct taki_error error;
    void *transfer; /**< transfer.c's */
};

/* transfer.c */

TAKI_NODISCARD enum taki_status taki_transfer_open(struct taki_engine *engine, struct taki_error *err);
void taki_transfer_close(struct taki_engine *engine);
/** Hands the exchange to curl; its reply is fresh. */
TAKI_NODISCARD enum taki_status taki_transfer_start(struct taki_exchange *exchange, struct taki_error *err);
/** Moves bytes; returns the next finished exchange or NULL. @p failure receives NULL or curl's words. */
struct taki_exchange *taki_transfer_next(struct taki_engine *engine, const char **failure, bool *is_configuration);
/** Waits for the network or @p ms. */
void taki_transfer_poll(struct taki_engine *engine, int64_t ms);
void taki_transfer_drop(struct taki_exchange *exchange);

/* exchange.c */

/** Chooses the URL and refuses hosts that are not allowed. */
TAKI_NODISCARD enum taki_status taki_exchange_prepare(struct taki_exchange *exchange, struct taki_error *err);
/** Judges what came back and settles the exchange or sets its next try. */
void taki_exchange_finish(struct taki_exchange *exchange, const char *failure, bool is_configuration);

#endif
