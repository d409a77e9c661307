/**
 * @file reply.h
 * What came back from a vendor and what it means. The verdict comes from tables: rules of the source, then the HTTP
 * status (reference apis.md 0.3).
 */
#ifndef TAKI_EXTRACT_REPLY_H
#define TAKI_EXTRACT_REPLY_H

#include "taki/arena.h"
#include "taki/date.h"
#include "taki/hash.h"
#include "taki/json.h"
#include "taki/status.h"
#include "taki/str.h"

#include <stddef.h>
#include <stdint.h>

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

#endif
