/**
 * @file engine.h
 * The one HTTP client: a curl multi loop in one thread. It paces, retries, logs in again (single flight), refuses
 * redirects and foreign hosts, inflates strictly, checks that a body is whole, and counts every call.
 *
 * A caller gives requests and gets replies that are judged and complete; whatever can be repeated has been repeated.
 * Rules: reference apis.md 0.2, 0.3; docs/architecture.md.
 */
#ifndef TAKI_EXTRACT_ENGINE_H
#define TAKI_EXTRACT_ENGINE_H

#include "reply.h"

#include "taki/status.h"
#include "taki/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct taki_engine;

/** A request; everything is borrowed until the call returns. */
struct taki_request {
    const char *method;         /**< NULL = GET */
    const char *url;            /**< absolute, or a path below the engine's base */
    const char *shown;          /**< for logs and the page index; NULL = method, path and query, secrets masked */
    const char *const *headers; /**< "Name: value", without Authorization */
    size_t header_count;
    const char *content_type; /**< of the body */
    taki_str body;            /**< NULL value = none */
    enum taki_expect expect;
    bool no_auth;                     /**< no Authorization header, no new login on 401: token requests */
    uint32_t handles;                 /**< TAKI_HANDLES bits: verdicts given back in reply.verdict, not as errors */
    int max_tries;                    /**< 0 = the option's */
    size_t max_wire_bytes, max_bytes; /**< 0 = the options' (64 MiB received, 256 MiB inflated) */
    /** More to check of a FINE reply (counts); TAKI_CONTRACT makes it a repeat of class NETWORK. NULL = nothing. */
    enum taki_status (*check)(void *context, const struct taki_reply *reply, struct taki_error *err);
    void *check_context;
};

/** What the engine is told; strings live as long as it. Zero = the default named. */
struct taki_engine_setup {
    const char *source;   /**< configured name, for messages */
    const char *base_url; /**< requests go here and to hosts allowed later; NULL = allowed hosts only */
    const struct taki_judging *judging;
    const char *proxy, *ca_file;                   /**< NULL = none, the system's */
    int64_t connect_timeout_s, idle_timeout_s;     /**< 30, 120 */
    int64_t rate_calls, rate_window_ms;            /**< at most so many calls in any such span; 0 = no limit */
    int64_t concurrency;                           /**< 4 */
    int64_t daily_calls, calls_today;              /**< allowed a day (0 = unknown), made today by earlier runs */
    double daily_share;                            /**< of daily_calls that may be used: 0.8 */
    int64_t max_tries, request_budget_ms, retries; /**< 5, 120 s; over all requests 500 */
    size_t max_wire_bytes, max_bytes;              /**< 64 MiB, 256 MiB */
    /** Fetches a token (requests with no_auth) and calls taki_engine_authorize. NULL = no login. */
    enum taki_status (*login)(void *context, struct taki_error *err);
    /** Second opinion after the rules, and a place to read usage headers; NULL = none. */
    enum taki_verdict (*judge)(void *context, const struct taki_reply *reply, enum taki_verdict verdict);
    void *context;
};

TAKI_NODISCARD enum taki_status taki_engine_open(const struct taki_engine_setup *setup, struct taki_engine **engine,
                                                 struct taki_error *err);
/** NULL is allowed. */
void taki_engine_close(struct taki_engine *engine);

/** One request, all repeats included. @p reply initialised by the caller, holds the last answer also on failure. */
TAKI_NODISCARD enum taki_status taki_engine_call(struct taki_engine *engine, const struct taki_request *request,
                                                 struct taki_reply *reply, struct taki_error *err);

/** Takes replies in the order of the requests; a failure stops the rest. The reply is reset after it returns. */
typedef enum taki_status (*taki_reply_taker)(void *context, size_t index, struct taki_reply *reply,
                                             struct taki_error *err);
/** @p count requests, as many at once as concurrency, rate and memory allow. */
TAKI_NODISCARD enum taki_status taki_engine_call_all(struct taki_engine *engine, const struct taki_request *requests,
                                                     size_t count, taki_reply_taker take, void *context,
                                                     struct taki_error *err);

/** Headers sent with every request but no_auth ones ("Authorization: Bearer x"); values registered as secrets; copied.
 * After @p life_ms (0 = until refused) a new login comes before the next request. */
void taki_engine_authorize(struct taki_engine *engine, const char *const *headers, size_t count, int64_t life_ms);
/** Lets requests go to @p url's host too. @p vendor_suffixes: "salesforce.com", ... the host must be below one, or be
 * the base's, or a loopback base on another port. TAKI_CONTRACT otherwise. */
TAKI_NODISCARD enum taki_status taki_engine_allow(struct taki_engine *engine, const char *url,
                                                  const char *const *vendor_suffixes, size_t count,
                                                  struct taki_error *err);
/** Lets requests go to the host of a URL that stands in the configuration. */
void taki_engine_trust(struct taki_engine *engine, const char *url);
/** Replaces the base (Salesforce's instance_url) with an allowed URL; copied. */
void taki_engine_rebase(struct taki_engine *engine, const char *base_url);
/** Base in force, or NULL. */
const char *taki_engine_base(const struct taki_engine *engine);
/** Logs in now unless a token is there. */
TAKI_NODISCARD enum taki_status taki_engine_login(struct taki_engine *engine, struct taki_error *err);

/** Sleeps @p ms (scaled in tests by TAKI_TEST_WAIT_RATIO); TAKI_INTERRUPTED on a signal. */
TAKI_NODISCARD enum taki_status taki_engine_wait(struct taki_engine *engine, int64_t ms, struct taki_error *err);

/** The vendor's clock: last Date header plus monotonic time since; our wall clock before the first reply. */
taki_instant taki_engine_server_time(const struct taki_engine *engine);

struct taki_engine_counts {
    int64_t calls, retries, throttled_ms, bytes;
};
/** Since the engine was opened. */
struct taki_engine_counts taki_engine_counts(const struct taki_engine *engine);
/** Vendor's own usage figures, when it tells them: used and allowed calls a day; -1 = unknown. */
void taki_engine_set_usage(struct taki_engine *engine, int64_t used, int64_t allowed);
void taki_engine_usage(const struct taki_engine *engine, int64_t *used, int64_t *allowed);

#endif
