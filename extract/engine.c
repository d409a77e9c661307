#include "engine_private.h"

#include "taki/app.h"
#include "taki/log.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define MOST_AT_ONCE 64
#define RANDOM_SEED UINT64_C(0x74616b69)

static int64_t or_default(int64_t value, int64_t fallback)
{
    return value > 0 ? value : fallback;
}

static void fill_defaults(struct taki_engine_setup *setup)
{
    setup->connect_timeout_s = or_default(setup->connect_timeout_s, 30);
    setup->idle_timeout_s = or_default(setup->idle_timeout_s, 120);
    setup->concurrency = or_default(setup->concurrency, 4);
    setup->max_tries = or_default(setup->max_tries, 5);
    setup->request_budget_ms = or_default(setup->request_budget_ms, 120000);
    setup->retries = or_default(setup->retries, 500);
    setup->max_wire_bytes = setup->max_wire_bytes != 0 ? setup->max_wire_bytes : (size_t)64 << 20;
    setup->max_bytes = setup->max_bytes != 0 ? setup->max_bytes : (size_t)256 << 20;
    if (!(setup->daily_share > 0))
        setup->daily_share = 0.8;
    if (setup->concurrency > MOST_AT_ONCE)
        setup->concurrency = MOST_AT_ONCE;
}

static double wait_ratio(void)
{
    double ratio = 1;
    const char *text = getenv("TAKI_TEST_WAIT_RATIO");
    if (text == NULL || !taki_str_f64(taki_str_of(text), &ratio) || ratio < 0 || ratio > 1)
        return 1;
    return ratio;
}

enum taki_status taki_engine_open(const struct taki_engine_setup *setup, struct taki_engine **engine,
                                  struct taki_error *err)
{
    struct taki_arena *arena = taki_arena_open("engine", 0);
    struct taki_engine *made = TAKI_NEW(arena, struct taki_engine);
    *made = (struct taki_engine){.setup = *setup, .arena = arena, .random = RANDOM_SEED, .used = -1, .allowed = -1};
    fill_defaults(&made->setup);
    made->server_time = TAKI_INSTANT_NULL;
    made->wait_ratio = wait_ratio();
    made->retries_left = made->setup.retries;
    taki_rate_init(&made->rate, arena, setup->rate_calls, (int64_t)((double)setup->rate_window_ms * made->wait_ratio),
                   made->setup.concurrency);
    if (setup->base_url != NULL)
        made->base = made->hosts[made->host_count++] = taki_arena_copy(arena, setup->base_url, strlen(setup->base_url));
    enum taki_status status = taki_transfer_open(made, err);
    if (status != TAKI_OK) {
        taki_engine_close(made);
        return status;
    }
    *engine = made;
    return TAKI_OK;
}

void taki_engine_close(struct taki_engine *engine)
{
    if (engine == NULL)
        return;
    taki_transfer_close(engine);
    taki_arena_close(engine->arena);
}

void taki_engine_authorize(struct taki_engine *engine, const char *const *headers, size_t count, int64_t life_ms)
{
    engine->auth_count = 0;
    for (size_t i = 0; i < count && i < TAKI_ENGINE_AUTH_HEADERS; i++) {
        const char *value = strchr(headers[i], ' ');
        const char *secret = value == NULL ? NULL : strrchr(value, ' ');
        if (secret != NULL && strlen(secret) > 8)
            taki_log_secret(secret + 1);
        engine->auth[engine->auth_count++] = taki_arena_copy(engine->arena, headers[i], strlen(headers[i]));
    }
    engine->generation++;
    engine->token_dies_us = life_ms > 0 ? taki_clock_monotonic_us() + life_ms * 1000 : 0;
    engine->login_needed = false;
}

/* The oldest but the base makes room: an instance that moved twice in a run is not asked again at its first place. */
void taki_engine_trust(struct taki_engine *engine, const char *url)
{
    for (size_t i = 0; i < engine->host_count; i++) {
        if (strcmp(engine->hosts[i], url) == 0)
            return;
    }
    if (engine->host_count == TAKI_ENGINE_HOSTS) {
        memmove(engine->hosts + 1, engine->hosts + 2, (TAKI_ENGINE_HOSTS - 2) * sizeof *engine->hosts);
        engine->host_count--;
    }
    engine->hosts[engine->host_count++] = taki_arena_copy(engine->arena, url, strlen(url));
}

enum taki_status taki_engine_allow(struct taki_engine *engine, const char *url, const char *const *vendor_suffixes,
                                   size_t count, struct taki_error *err)
{
    struct taki_url asked, base = {0};
    bool has_base = engine->setup.base_url != NULL && taki_url_split(taki_str_of(engine->setup.base_url), &base);
    if (!taki_url_split(taki_str_of(url), &asked))
        return taki_fail(err, TAKI_CONTRACT, "the vendor names a host that cannot be asked");
    bool ok = has_base && taki_url_same_place(&asked, &base);
    ok = ok || (has_base && taki_url_is_loopback(&base) && taki_str_equal_nocase(asked.host, base.host));
    for (size_t i = 0; !ok && asked.https && i < count; i++)
        ok = taki_url_is_below(&asked, vendor_suffixes[i]);
    if (!ok) {
        (void)taki_fail(err, TAKI_CONTRACT, "the vendor names host '%.*s', which is outside its domains",
                        TAKI_STR_ARG(asked.host));
        return taki_hint(err, "no credentials were sent there; check login_url");
    }
    taki_engine_trust(engine, url);
    return TAKI_OK;
}

void taki_engine_rebase(struct taki_engine *engine, const char *base_url)
{
    if (engine->base == NULL || strcmp(engine->base, base_url) != 0)
        engine->base = taki_arena_copy(engine->arena, base_url, strlen(base_url));
}

const char *taki_engine_base(const struct taki_engine *engine)
{
    return engine->base;
}

static enum taki_status login(struct taki_engine *engine, struct taki_error *err)
{
    uint64_t before = engine->generation;
    engine->logging_in = true;
    enum taki_status status = engine->setup.login(engine->setup.context, err);
    engine->logging_in = false;
    TAKI_TRY(status);
    if (engine->generation == before)
        taki_bug("login without a token");
    engine->login_needed = false;
    return TAKI_OK;
}

enum taki_status taki_engine_login(struct taki_engine *engine, struct taki_error *err)
{
    if (engine->setup.login == NULL || engine->generation > 0)
        return TAKI_OK;
    return login(engine, err);
}

static bool needs_login(const struct taki_engine *engine, const struct taki_request *request)
{
    if (engine->setup.login == NULL || request->no_auth || engine->logging_in)
        return false;
    bool is_old = engine->token_dies_us != 0 && taki_clock_monotonic_us() >= engine->token_dies_us;
    return engine->generation == 0 || engine->login_needed || is_old;
}

static enum taki_status check_quota(const struct taki_engine *engine, struct taki_error *err)
{
    const struct taki_engine_setup *setup = &engine->setup;
    bool is_told = engine->allowed > 0;
    int64_t allowed = is_told ? engine->allowed : setup->daily_calls;
    int64_t used = is_told ? engine->used : setup->calls_today + engine->counts.calls;
    if (allowed <= 0 || used < (int64_t)((double)allowed * setup->daily_share))
        return TAKI_OK;
    (void)taki_fail(err, TAKI_QUOTA, "'%s' has used its share of the daily quota: %" PRId64 " of %" PRId64 " calls",
                    setup->source, used, allowed);
    return taki_hint(err, "run the same command again tomorrow, or raise sources.%s.rate.daily_share", setup->source);
}

/* A set of requests under way. Exchange i uses slot i modulo the slots, so that replies leave in order. */
struct round {
    struct taki_engine *engine;
    const struct taki_request *requests;
    size_t count, next_start, next_take, running;
    struct taki_exchange *slots;
    size_t slot_count;
};

static void open_slots(struct round *round)
{
    while (round->next_start < round->count && round->next_start < round->next_take + round->slot_count) {
        struct taki_exchange *exchange = &round->slots[round->next_start % round->slot_count];
        struct taki_reply *given = exchange->reply;
        *exchange = (struct taki_exchange){.state = TAKI_EXCHANGE_WAITING,
                                           .engine = round->engine,
                                           .request = &round->requests[round->next_start],
                                           .index = round->next_start,
                                           .reply = given};
        if (given == NULL)
            exchange->reply = &exchange->own_reply;
        round->next_start++;
    }
}

static enum taki_status start(struct round *round, struct taki_exchange *exchange, struct taki_error *err)
{
    struct taki_engine *engine = round->engine;
    TAKI_TRY(check_quota(engine, err));
    TAKI_TRY(taki_exchange_prepare(exchange, err));
    int64_t now_us = taki_clock_monotonic_us();
    if (exchange->first_us == 0)
        exchange->first_us = now_us;
    exchange->tries++;
    exchange->generation = engine->generation;
    TAKI_TRY(taki_transfer_start(exchange, err));
    taki_rate_started(&engine->rate, now_us);
    engine->counts.calls++;
    exchange->state = TAKI_EXCHANGE_RUNNING;
    round->running++;
    return TAKI_OK;
}

/* Starts what may start now; *wait_us receives the time until something else may. */
static enum taki_status feed(struct round *round, int64_t *wait_us, struct taki_error *err)
{
    struct taki_engine *engine = round->engine;
    *wait_us = INT64_C(1000000);
    for (size_t i = round->next_take; i < round->next_start; i++) {
        struct taki_exchange *exchange = &round->slots[i % round->slot_count];
        if (exchange->state != TAKI_EXCHANGE_WAITING || (int64_t)round->running >= engine->rate.concurrency)
            continue;
        if (needs_login(engine, exchange->request)) {
            if (round->running > 0)
                continue; /* those under way may still be refused: one login for all */
            TAKI_TRY(login(engine, err));
        }
        int64_t now_us = taki_clock_monotonic_us();
        int64_t wait = exchange->not_before_us - now_us, paced = taki_rate_wait_us(&engine->rate, now_us);
        wait = paced > wait ? paced : wait;
        if (wait > 0) {
            *wait_us = wait < *wait_us ? wait : *wait_us;
            continue;
        }
        TAKI_TRY(start(round, exchange, err));
    }
    return TAKI_OK;
}

/* Whether anything ended: then something else may start at once. */
static bool reap(struct round *round)
{
    const char *failure = NULL;
    bool is_configuration = false, any = false;
    struct taki_exchange *exchange = NULL;
    while ((exchange = taki_transfer_next(round->engine, &failure, &is_configuration)) != NULL) {
        round->running--;
        taki_exchange_finish(exchange, failure, is_configuration);
        any = true;
    }
    return any;
}

static void give_back(struct taki_exchange *exchange)
{
    if (exchange->reply == &exchange->own_reply && exchange->own_reply.arena != NULL)
        taki_reply_reset(&exchange->own_reply);
    exchange->state = TAKI_EXCHANGE_FREE;
}

static enum taki_status hand_out(struct round *round, taki_reply_taker take, void *context, struct taki_error *err)
{
    while (round->next_take < round->next_start) {
        struct taki_exchange *exchange = &round->slots[round->next_take % round->slot_count];
        if (exchange->state != TAKI_EXCHANGE_DONE)
            return TAKI_OK;
        if (exchange->status != TAKI_OK) {
            if (err != NULL)
                *err = exchange->error;
            return exchange->status;
        }
        TAKI_TRY(take(context, exchange->index, exchange->reply, err));
        give_back(exchange);
        round->next_take++;
    }
    return TAKI_OK;
}

static enum taki_status run_round(struct round *round, taki_reply_taker take, void *context, struct taki_error *err)
{
    while (round->next_take < round->count) {
        int64_t wait_us = 0;
        TAKI_TRY(taki_run_check_stop(err));
        open_slots(round);
        TAKI_TRY(feed(round, &wait_us, err));
        bool ended = reap(round);
        TAKI_TRY(hand_out(round, take, context, err));
        if (!ended && round->next_take < round->count)
            taki_transfer_poll(round->engine, wait_us / 1000 + 1);
    }
    return TAKI_OK;
}

static void close_round(struct round *round)
{
    for (size_t i = 0; i < round->slot_count; i++) {
        struct taki_exchange *exchange = &round->slots[i];
        if (exchange->state == TAKI_EXCHANGE_RUNNING)
            taki_transfer_drop(exchange);
        if (exchange->state != TAKI_EXCHANGE_FREE)
            give_back(exchange);
    }
}

enum taki_status taki_engine_call_all(struct taki_engine *engine, const struct taki_request *requests, size_t count,
                                      taki_reply_taker take, void *context, struct taki_error *err)
{
    TAKI_AUTO(taki_arena_auto) struct taki_arena *scratch = taki_arena_open("requests", 0);
    struct round round = {.engine = engine, .requests = requests, .count = count};
    round.slot_count = (size_t)engine->setup.concurrency;
    round.slots = TAKI_NEW_ARRAY(scratch, round.slot_count, struct taki_exchange);
    enum taki_status status = run_round(&round, take, context, err);
    close_round(&round);
    return status;
}

static enum taki_status keep_reply(void *context, size_t index, struct taki_reply *reply, struct taki_error *err)
{
    (void)context;
    (void)index;
    (void)reply;
    (void)err;
    return TAKI_OK;
}

enum taki_status taki_engine_call(struct taki_engine *engine, const struct taki_request *request,
                                  struct taki_reply *reply, struct taki_error *err)
{
    struct taki_exchange slot = {.reply = reply};
    struct round round = {.engine = engine, .requests = request, .count = 1, .slots = &slot, .slot_count = 1};
    enum taki_status status = run_round(&round, keep_reply, NULL, err);
    close_round(&round);
    return status;
}

enum taki_status taki_engine_wait(struct taki_engine *engine, int64_t ms, struct taki_error *err)
{
    int64_t until_us = taki_clock_monotonic_us() + (int64_t)((double)(ms * 1000) * engine->wait_ratio);
    for (;;) {
        TAKI_TRY(taki_run_check_stop(err));
        int64_t left_us = until_us - taki_clock_monotonic_us();
        if (left_us <= 0)
            return TAKI_OK;
        taki_transfer_poll(engine, left_us / 1000 + 1);
    }
}

taki_instant taki_engine_server_time(const struct taki_engine *engine)
{
    if (taki_instant_is_null(engine->server_time))
        return taki_clock_now();
    return (taki_instant){engine->server_time.us + (taki_clock_monotonic_us() - engine->server_time_us)};
}

struct taki_engine_counts taki_engine_counts(const struct taki_engine *engine)
{
    return engine->counts;
}

void taki_engine_set_usage(struct taki_engine *engine, int64_t used, int64_t allowed)
{
    engine->used = used;
    engine->allowed = allowed;
}

void taki_engine_usage(const struct taki_engine *engine, int64_t *used, int64_t *allowed)
{
    *used = engine->used;
    *allowed = engine->allowed;
}
