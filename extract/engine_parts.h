/**
 * @file engine_parts.h
 * The pieces of the engine that know no curl: judging, back-off, pacing, bodies. Private to the engine.
 */
#ifndef TAKI_EXTRACT_ENGINE_PARTS_H
#define TAKI_EXTRACT_ENGINE_PARTS_H

#include "engine.h"

/* retry.c */

/** What follows from a verdict (apis.md 0.3). */
struct taki_retry_policy {
    enum taki_verdict verdict;
    bool repeats;            /**< by the engine itself */
    bool shrinks;            /**< halves concurrency */
    int base_ms, ceiling_ms; /**< back-off: full jitter below base * 2^try; base alone when @p fixed */
    bool fixed;
    enum taki_status status; /**< when it stays so */
};
const struct taki_retry_policy *taki_retry_policy_of(enum taki_verdict verdict);
/** Wait before try number @p tries + 1 (tries >= 1). @p random any number; @p told_ms Retry-After or the rule's, <= 0 =
 * not said. */
int64_t taki_retry_wait_ms(const struct taki_retry_policy *policy, int tries, int64_t told_ms, uint64_t random);
/** Retry-After: seconds or HTTP date relative to @p now; clamped to 0..1 h. -1 = absent or unreadable. */
int64_t taki_retry_after_ms(taki_str value, taki_instant now);
/** RFC 9110 IMF-fixdate "Sun, 06 Nov 1994 08:49:37 GMT"; NULL instant otherwise. */
taki_instant taki_http_date(taki_str value);
/** Deterministic stream of numbers (splitmix64). */
uint64_t taki_retry_random(uint64_t *state);

/* judge.c */

/** Reads code and message, then rules, then the HTTP status. *wait_ms receives the matching rule's. */
enum taki_verdict taki_judge(const struct taki_judging *judging, const struct taki_request *request,
                             struct taki_reply *reply, int *wait_ms);
/** True if a body is markup where data was expected. */
bool taki_judge_is_html(const struct taki_reply *reply);

/* http_body.c */

/** Inflates wire_bytes into body; TAKI_CONTRACT if cut or corrupt, TAKI_CEILING beyond @p max_bytes. */
TAKI_NODISCARD enum taki_status taki_body_decode(struct taki_reply *reply, size_t max_bytes, struct taki_error *err);
/** Parses and counts as the request expects; TAKI_CONTRACT if the body is not whole. */
TAKI_NODISCARD enum taki_status taki_body_check(struct taki_reply *reply, const struct taki_request *request,
                                                struct taki_error *err);
/** Header names are stored in lower case. */
void taki_reply_add_header(struct taki_reply *reply, const char *name, const char *value);
/** Fills headers_json, server_time, retry_after_ms from the headers. */
void taki_reply_finish_headers(struct taki_reply *reply, taki_instant now);

/* rate.c */

struct taki_rate {
    int64_t calls, window_us; /**< 0 calls = no limit */
    int64_t spacing_us;       /**< at least so far apart; grows after a BURST */
    int64_t *starts;          /**< ring of the last `calls` starts */
    int64_t started, last_us;
    int64_t concurrency; /**< in force; halved after a BURST, grows back by one a hundred fine replies */
    int64_t most, fine;
};
void taki_rate_init(struct taki_rate *rate, struct taki_arena *arena, int64_t calls, int64_t window_ms,
                    int64_t concurrency);
/** Microseconds until another call may start; 0 = now. */
int64_t taki_rate_wait_us(const struct taki_rate *rate, int64_t now_us);
void taki_rate_started(struct taki_rate *rate, int64_t now_us);
void taki_rate_refused(struct taki_rate *rate);
void taki_rate_fine(struct taki_rate *rate);

#endif
