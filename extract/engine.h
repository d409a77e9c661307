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

#include "taki/arena.h"
#include "taki/date.h"
#include "taki/json.h"
#include "taki/status.h"
#include "taki/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct taki_engine;

/** What a reply means. The engine deals with the first six itself; the others reach the caller. */
enum taki_verdict {
    TAKI_VERDICT_FINE,
    TAKI_VERDICT_NETWORK, /**< cut or no answer: repeat, back-off from 1 s */
    TAKI_VERDICT_SERVER,  /**< trouble there, HTML for JSON: repeat, back-off from 2 s */
    TAKI_VERDICT_BURST,   /**< too fast or too many at once: wait as told, half the concurrency */
    TAKI_VERDICT_QUEUE,   /**< the vendor's job queue is full: wait a minute */
    TAKI_VERDICT_EXPIRED, /**< token dead: one new login for all, then repeat once */
    TAKI_VERDICT_DAILY,   /**< spent for today: TAKI_QUOTA */
    TAKI_VERDICT_DENIED,  /**< credentials or permission: TAKI_AUTH */
    TAKI_VERDICT_STALE,   /**< page token or cursor gone: restart the window */
    TAKI_VERDICT_SLOW,    /**< query too slow there: halve the window */
    TAKI_VERDICT_LARGE,   /**< request or result too large: split */
    TAKI_VERDICT_WAIT,    /**< not ready yet (job results) */
    TAKI_VERDICT_OFF,     /**< feature or object not there: skip the stream */
    TAKI_VERDICT_EMPTY,   /**< "no data found" is an answer */
    TAKI_VERDICT_FATAL,   /**< anything else: TAKI_FAILED with the message of the body */
};
#define TAKI_HANDLES(verdict) (UINT32_C(1) << (unsigned)(verdict))

/** What a whole body must be; a body that is not is repeated as NETWORK (cut) or SERVER (HTML). */
enum taki_expect {
    TAKI_EXPECT_ANY,
    TAKI_EXPECT_JSON, /**< reply.json holds it, strictly parsed */
    TAKI_EXPECT_CSV,  /**< reply.records counts the records without the header line (UTF-8) */
};

struct taki_reply;

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

/** A reply; caller's memory, init before, reset after. Everything in it dies with the reset. */
struct taki_reply {
    int status; /**< HTTP */
    enum taki_verdict verdict;
    taki_str code, message;   /**< of an error body, as the judging rules found them; else NULL values */
    taki_str body;            /**< inflated */
    taki_str wire;            /**< the body as one gzip member exactly as received, or the NULL value */
    struct taki_json json;    /**< expect JSON; count 0 if the body is empty */
    int64_t records;          /**< expect CSV */
    taki_instant server_time; /**< Date header, or NULL */
    const char *shown;        /**< of the request */
    struct taki_arena *arena; /**< the reply's own */
    struct taki_buf wire_bytes, body_bytes;
    struct taki_map *headers; /**< private: use taki_reply_header */
    int64_t retry_after_ms;   /**< -1 = not said; clamped */
    const char *headers_json; /**< chosen headers for the page index */
};
void taki_reply_init(struct taki_reply *reply);
void taki_reply_reset(struct taki_reply *reply);
/** Value of a response header (any case), or the NULL value. */
taki_str taki_reply_header(const struct taki_reply *reply, const char *name);

/** First matching rule of a table gives the verdict. */
struct taki_judge_rule {
    int status;       /**< HTTP status, 0 = any */
    const char *code; /**< error code of the body, NULL = any */
    const char *text; /**< part of the message, any case, NULL = any */
    enum taki_verdict verdict;
    int wait_ms; /**< for BURST and QUEUE without Retry-After; 0 = the class's default */
};

/** How a vendor says that something failed; data, so that a new source needs no code here. */
struct taki_judging {
    const char *code_at, *text_at; /**< JSON paths "0/errorCode" in an error body */
    const char *success_at;        /**< JSON path of a boolean: false = failed whatever the HTTP status; NULL = none */
    const struct taki_judge_rule *rules;
    size_t rule_count;
};

/** What a source tells the engine; strings live as long as the engine. */
struct taki_engine_setup {
    const char *source;   /**< configured name; for messages and option look-ups (sources.<name>.rate.*, proxy ...) */
    const char *base_url; /**< requests go here and to the hosts allowed below; NULL = allowed hosts only */
    const struct taki_judging *judging;
    int64_t calls_today; /**< already made today, by earlier runs */
    /** Defaults of the vendor where the options say nothing. */
    int64_t rate_calls, rate_window_ms, concurrency, daily_calls;
    double daily_share; /**< 0 = 0.8 */
    /** Fetches a token (requests with no_auth) and calls taki_engine_authorize. NULL = no login. */
    enum taki_status (*login)(void *context, struct taki_error *err);
    /** Second opinion after the rules, and a place to read usage headers; NULL = none. */
    enum taki_verdict (*judge)(void *context, const struct taki_reply *reply, enum taki_verdict verdict);
    void *context;
};

struct taki_run;
TAKI_NODISCARD enum taki_status taki_engine_open(struct taki_run *run, const struct taki_engine_setup *setup,
                                                 struct taki_engine **engine, struct taki_error *err);
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

/** Headers sent with every request but no_auth ones ("Authorization: Bearer x"); registered as secrets; copied. */
void taki_engine_authorize(struct taki_engine *engine, const char *const *headers, size_t count);
/** Lets requests go to @p url's host too. @p vendor_suffixes: "salesforce.com", ... the host must be below one, or be
 * the base's host, or loopback when the base is. TAKI_CONTRACT otherwise. */
TAKI_NODISCARD enum taki_status taki_engine_allow(struct taki_engine *engine, const char *url,
                                                  const char *const *vendor_suffixes, size_t count,
                                                  struct taki_error *err);
/** Replaces the base (Salesforce's instance_url) with an allowed URL; copied. */
void taki_engine_rebase(struct taki_engine *engine, const char *base_url);
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

/** Percent-encodes @p value for a query string (RFC 3986 unreserved kept) and appends it. */
void taki_url_add_encoded(struct taki_buf *buf, taki_str value);
/** Resolves what a vendor gave as next page against @p base: path or absolute; TAKI_CONTRACT for another scheme, host
 * or port, user info, control characters (apis.md 8, M28). Lives in @p arena. */
TAKI_NODISCARD enum taki_status taki_url_next(struct taki_arena *arena, const char *base, taki_str next,
                                              const char **url, struct taki_error *err);

#endif
