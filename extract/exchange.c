#include "engine_private.h"

#include "taki/app.h"
#include "taki/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { NOT_MODIFIED = 304 }; // no redirect: the answer to a condition

static bool is_allowed(const struct taki_engine *engine, const struct taki_url *url)
{
    for (size_t i = 0; i < engine->host_count; i++) {
        struct taki_url known;
        if (taki_url_split(taki_str_of(engine->hosts[i]), &known) && taki_url_same_place(&known, url))
            return true;
    }
    return false;
}

static enum taki_status refuse_host(const struct taki_engine *engine, taki_str host, struct taki_error *err)
{
    (void)taki_fail(err, TAKI_CONTRACT, "'%s' may not be asked for at host '%.*s'", engine->setup.source,
                    TAKI_STR_ARG(host));
    return taki_hint(err, "only the configured host is asked; check base_url and login_url");
}

static taki_str without_trailing_slash(const char *base)
{
    taki_str text = taki_str_of(base);
    while (text.size > 0 && text.data[text.size - 1] == '/')
        text.size--;
    return text;
}

enum taki_status taki_exchange_prepare(struct taki_exchange *exchange, struct taki_error *err)
{
    struct taki_engine *engine = exchange->engine;
    const struct taki_request *request = exchange->request;
    struct taki_reply *reply = exchange->reply;
    if (reply->arena != NULL)
        taki_reply_reset(reply);
    taki_reply_init(reply);
    size_t most = request->max_wire_bytes != 0 ? request->max_wire_bytes : engine->setup.max_wire_bytes;
    taki_buf_init(&reply->wire_bytes, most);
    exchange->url = request->url;
    if (request->url[0] == '/' && engine->base != NULL) {
        exchange->url =
            taki_arena_format(reply->arena, "%.*s%s", TAKI_STR_ARG(without_trailing_slash(engine->base)), request->url);
    }
    struct taki_url url;
    if (!taki_url_split(taki_str_of(exchange->url), &url)) {
        return taki_fail(err, TAKI_CONTRACT, "'%s' is not a URL that can be asked",
                         taki_url_shown(reply->arena, "", exchange->url));
    }
    if (!is_allowed(engine, &url))
        return refuse_host(engine, url.host, err);
    if (!url.https && !taki_url_is_loopback(&url))
        return taki_fail(err, TAKI_CONTRACT, "host '%.*s' is not asked without TLS", TAKI_STR_ARG(url.host));
    const char *method = request->method == NULL ? "GET" : request->method;
    reply->shown = request->shown != NULL ? taki_arena_copy(reply->arena, request->shown, strlen(request->shown))
                                          : taki_url_shown(reply->arena, method, exchange->url);
    exchange->too_large = false;
    exchange->header_bytes = 0;
    return TAKI_OK;
}

static void settle(struct taki_exchange *exchange, enum taki_status status)
{
    exchange->state = TAKI_EXCHANGE_DONE;
    exchange->status = status;
}

static const char *host_of(struct taki_arena *arena, taki_str location)
{
    struct taki_url url;
    if (!taki_url_split(location, &url))
        return "?";
    return taki_str_dup(arena, url.host).data;
}

static void fail_redirect(struct taki_exchange *exchange)
{
    struct taki_reply *reply = exchange->reply;
    const char *host = host_of(reply->arena, taki_reply_header(reply, "location"));
    (void)taki_fail(&exchange->error, TAKI_FAILED, "%s: HTTP %d redirects to host '%s'", reply->shown, reply->status,
                    host);
    (void)taki_hint(&exchange->error, "redirects are not followed; put the right host into the configuration");
    settle(exchange, TAKI_FAILED);
}

#define MESSAGE_BYTES 300
#define SHOWN_BYTES 160

/* A query can be as long as a URL may be; its beginning says which it was. */
static const char *brief(const struct taki_reply *reply)
{
    if (reply->shown == NULL || strlen(reply->shown) <= SHOWN_BYTES)
        return reply->shown;
    return taki_arena_format(reply->arena, "%.*s...", SHOWN_BYTES, reply->shown);
}

/* The vendor's own words, cut: they may repeat a query, never a record. */
static void fail_verdict(struct taki_exchange *exchange, enum taki_verdict verdict, const char *failure)
{
    struct taki_reply *reply = exchange->reply;
    struct taki_error *err = &exchange->error;
    enum taki_status status = taki_retry_policy_of(verdict)->status;
    taki_str words = reply->message;
    if (words.size > MESSAGE_BYTES)
        words.size = MESSAGE_BYTES;
    if (failure != NULL) {
        (void)taki_fail(err, status, "%s: %s (%d tries)", brief(reply), failure, exchange->tries);
    } else if (!taki_str_is_blank(reply->code) || !taki_str_is_blank(words)) {
        (void)taki_fail(err, status, "%s: HTTP %d %.*s: %.*s (%d tries)", brief(reply), reply->status,
                        TAKI_STR_ARG(reply->code), TAKI_STR_ARG(words), exchange->tries);
    } else {
        (void)taki_fail(err, status, "%s: HTTP %d (%d tries)", brief(reply), reply->status, exchange->tries);
    }
    if (status == TAKI_AUTH) {
        (void)taki_hint(err, "check the credentials and permissions of source '%s'", exchange->engine->setup.source);
    } else if (status == TAKI_UNREACHABLE) {
        (void)taki_hint(err, "the same command goes on where it stopped, once the source answers again");
    } else if (status == TAKI_QUOTA) {
        (void)taki_hint(err, "run the same command again later; lower sources.%s.rate if others share the quota",
                        exchange->engine->setup.source);
    }
    settle(exchange, status);
}

static bool may_repeat(const struct taki_exchange *exchange, int64_t now_us, int64_t wait_ms)
{
    const struct taki_engine *engine = exchange->engine;
    int most = exchange->request->max_tries != 0 ? exchange->request->max_tries : (int)engine->setup.max_tries;
    int64_t spent_ms = (now_us - exchange->first_us) / 1000;
    return exchange->tries < most && engine->retries_left > 0 && spent_ms + wait_ms <= engine->setup.request_budget_ms;
}

static void repeat(struct taki_exchange *exchange, enum taki_verdict verdict, int told_ms, const char *failure)
{
    struct taki_engine *engine = exchange->engine;
    const struct taki_retry_policy *policy = taki_retry_policy_of(verdict);
    const struct taki_reply *reply = exchange->reply;
    int64_t now_us = taki_clock_monotonic_us();
    int64_t told = reply->retry_after_ms >= 0 ? reply->retry_after_ms : told_ms;
    int64_t wait_ms = taki_retry_wait_ms(policy, exchange->tries, told, taki_retry_random(&engine->random));
    if (policy->shrinks)
        taki_rate_refused(&engine->rate);
    if (!may_repeat(exchange, now_us, wait_ms)) {
        fail_verdict(exchange, verdict, failure);
        return;
    }
    engine->retries_left--;
    engine->counts.retries++;
    engine->counts.throttled_ms += wait_ms;
    taki_log(TAKI_LOG_INFO, "request_repeated", "source=%s try=%d wait_ms=%" PRId64 " status=%d reason=\"%s\"",
             engine->setup.source, exchange->tries, wait_ms, reply->status, failure == NULL ? "" : failure);
    exchange->not_before_us = now_us + (int64_t)((double)(wait_ms * 1000) * engine->wait_ratio);
    exchange->state = TAKI_EXCHANGE_WAITING;
}

/* One new login serves all requests that were sent with the dead token; a request refused with the new one is refused.
 */
static void expire(struct taki_exchange *exchange)
{
    struct taki_engine *engine = exchange->engine;
    if (engine->setup.login == NULL || exchange->request->no_auth || exchange->relogged) {
        fail_verdict(exchange, TAKI_VERDICT_EXPIRED, NULL);
        return;
    }
    exchange->relogged = exchange->generation == engine->generation || exchange->relogged;
    if (exchange->generation == engine->generation)
        engine->login_needed = true;
    engine->counts.retries++;
    exchange->tries--;
    exchange->not_before_us = 0;
    exchange->state = TAKI_EXCHANGE_WAITING;
}

static enum taki_status more_checks(struct taki_exchange *exchange, struct taki_error *err)
{
    const struct taki_request *request = exchange->request;
    return request->check == NULL ? TAKI_OK : request->check(request->check_context, exchange->reply, err);
}

static void act(struct taki_exchange *exchange, enum taki_verdict verdict, int told_ms)
{
    struct taki_engine *engine = exchange->engine;
    exchange->reply->verdict = verdict;
    if (verdict == TAKI_VERDICT_FINE || (exchange->request->handles & TAKI_HANDLES(verdict)) != 0) {
        taki_rate_fine(&engine->rate);
        settle(exchange, TAKI_OK);
    } else if (verdict == TAKI_VERDICT_EXPIRED) {
        expire(exchange);
    } else if (taki_retry_policy_of(verdict)->repeats) {
        repeat(exchange, verdict, told_ms, taki_judge_is_html(exchange->reply) ? "answered HTML" : NULL);
    } else {
        fail_verdict(exchange, verdict, NULL);
    }
}

/* A whole body by content: inflated, parsed, counted; anything less is repeated like a cut connection. */
static bool is_whole(struct taki_exchange *exchange)
{
    struct taki_reply *reply = exchange->reply;
    const struct taki_engine *engine = exchange->engine;
    size_t most = exchange->request->max_bytes != 0 ? exchange->request->max_bytes : engine->setup.max_bytes;
    struct taki_error error = {0};
    enum taki_status status = taki_body_decode(reply, most, &error);
    if (status == TAKI_OK)
        status = taki_body_check(reply, exchange->request, &error);
    if (status == TAKI_OK)
        return true;
    if (status != TAKI_CONTRACT) {
        exchange->error = error;
        settle(exchange, taki_while(&exchange->error, status, "%s", brief(reply)));
        return false;
    }
    bool is_html = taki_judge_is_html(reply);
    reply->verdict = is_html ? TAKI_VERDICT_SERVER : TAKI_VERDICT_NETWORK;
    repeat(exchange, reply->verdict, 0, is_html ? "answered HTML" : error.text);
    return false;
}

static void judge_whole(struct taki_exchange *exchange)
{
    struct taki_engine *engine = exchange->engine;
    int told_ms = 0;
    enum taki_verdict verdict = taki_judge(engine->setup.judging, exchange->request, exchange->reply, &told_ms);
    if (engine->setup.judge != NULL)
        verdict = engine->setup.judge(engine->setup.context, exchange->reply, verdict);
    struct taki_error error = {0};
    if (verdict == TAKI_VERDICT_FINE) {
        enum taki_status status = more_checks(exchange, &error);
        if (status == TAKI_CONTRACT) {
            /* Whole but wrong (counts): worth another try, but not a source that cannot be reached. */
            exchange->reply->verdict = TAKI_VERDICT_NETWORK;
            repeat(exchange, TAKI_VERDICT_NETWORK, 0, error.text);
            if (exchange->state == TAKI_EXCHANGE_DONE)
                exchange->status = exchange->error.status = TAKI_CONTRACT;
            return;
        }
        if (status != TAKI_OK) {
            exchange->error = error;
            settle(exchange, status);
            return;
        }
    }
    act(exchange, verdict, told_ms);
}

static void fail_size(struct taki_exchange *exchange)
{
    (void)taki_fail(&exchange->error, TAKI_CEILING, "%s: answer is larger than allowed", brief(exchange->reply));
    (void)taki_hint(&exchange->error, "ask for less at once: fewer fields, smaller pages or shorter windows");
    settle(exchange, TAKI_CEILING);
}

void taki_exchange_finish(struct taki_exchange *exchange, const char *failure, bool is_configuration)
{
    struct taki_engine *engine = exchange->engine;
    struct taki_reply *reply = exchange->reply;
    taki_reply_finish_headers(reply, taki_clock_now());
    engine->counts.bytes += (int64_t)reply->wire_bytes.size;
    if (!taki_instant_is_null(reply->server_time)) {
        engine->server_time = reply->server_time;
        engine->server_time_us = taki_clock_monotonic_us();
    }
    if (exchange->too_large) {
        fail_size(exchange);
    } else if (failure != NULL && is_configuration) {
        (void)taki_fail(&exchange->error, TAKI_FAILED, "%s: %s", brief(reply), failure);
        (void)taki_hint(&exchange->error, "check the URL, ca_file and proxy of source '%s'", engine->setup.source);
        settle(exchange, TAKI_FAILED);
    } else if (failure != NULL) {
        reply->verdict = TAKI_VERDICT_NETWORK;
        repeat(exchange, TAKI_VERDICT_NETWORK, 0, failure);
    } else if (reply->status >= 300 && reply->status <= 399 && reply->status != NOT_MODIFIED) {
        fail_redirect(exchange);
    } else if (is_whole(exchange)) {
        judge_whole(exchange);
    }
}
