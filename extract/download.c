#include "download.h"

#include "taki/file.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { MAX_HEADERS = 8, MAX_RESTARTS = 3 };

/** Where a download stands. */
struct progress {
    struct taki_engine *engine;
    const struct taki_download *plan;
    int64_t at;    /**< bytes in the spool */
    int64_t total; /**< -1 = unknown */
    char etag[128];
    int restarts;
    bool is_done, is_first;
};

bool taki_download_range(taki_str content_range, int64_t *first, int64_t *last, int64_t *total)
{
    taki_str text = taki_str_trim(content_range);
    if (!taki_str_starts(text, TAKI_STR("bytes ")))
        return false;
    taki_str all, end;
    taki_str start = taki_str_cut((taki_str){text.data + 6, text.size - 6}, '/', &all);
    start = taki_str_cut(start, '-', &end);
    *total = -1;
    if (!taki_str_is(all, "*") && !taki_str_i64(all, total))
        return false;
    return taki_str_i64(start, first) && taki_str_i64(end, last) && *first >= 0 && *last >= *first;
}

/** A piece is what was asked for, or the whole body; anything else is asked for again. */
static enum taki_status check_piece(void *context, const struct taki_reply *reply, struct taki_error *err)
{
    const struct progress *p = context;
    int64_t first, last, total;
    if (reply->status != 206)
        return TAKI_OK;
    taki_str range = taki_reply_header(reply, "content-range");
    if (!taki_download_range(range, &first, &last, &total) || first != p->at ||
        last - first + 1 != (int64_t)reply->body.size) {
        return taki_fail(err, TAKI_CONTRACT, "a piece of %zu bytes says '%.*s', expected to begin at %" PRId64,
                         reply->body.size, TAKI_STR_ARG(range), p->at);
    }
    return TAKI_OK;
}

static enum taki_status begin_again(struct progress *p, const char *why, struct taki_error *err)
{
    if (++p->restarts > MAX_RESTARTS)
        return taki_fail(err, TAKI_CONTRACT, "download of '%s' begun %d times: %s", p->plan->url, MAX_RESTARTS, why);
    TAKI_TRY(taki_file_remove(p->plan->spool, err));
    p->at = 0;
    p->total = p->plan->bytes;
    p->etag[0] = '\0';
    return TAKI_OK;
}

/** True if the piece belongs to another version of the body than the pieces before it. */
static bool has_changed(struct progress *p, const struct taki_reply *reply, int64_t total)
{
    taki_str etag = taki_reply_header(reply, "etag");
    bool changed = p->total >= 0 && total >= 0 && total != p->total;
    if (p->etag[0] != '\0' && etag.data != NULL && !taki_str_is(etag, p->etag))
        changed = true;
    if (etag.size < sizeof p->etag)
        (void)snprintf(p->etag, sizeof p->etag, "%.*s", TAKI_STR_ARG(etag));
    return changed;
}

static enum taki_status take_piece(struct progress *p, const struct taki_reply *reply, struct taki_error *err)
{
    int64_t first = 0, last = 0, total = -1;
    bool is_part = reply->status == 206;
    if (is_part && taki_download_range(taki_reply_header(reply, "content-range"), &first, &last, &total) &&
        has_changed(p, reply, total))
        return begin_again(p, "the body changes while it is read", err);
    if (!is_part && p->at > 0) { // the server knows no ranges after all: this is all of it
        TAKI_TRY(taki_file_remove(p->plan->spool, err));
        p->at = 0;
    }
    TAKI_TRY(taki_file_append(p->plan->spool, reply->body, err));
    p->at += (int64_t)reply->body.size;
    if (total >= 0)
        p->total = total;
    p->is_done = !is_part || (p->total >= 0 ? p->at >= p->total : reply->body.size < p->plan->range_bytes);
    return TAKI_OK;
}

static enum taki_status ask(struct progress *p, struct taki_reply *reply, struct taki_error *err)
{
    char range[64];
    const char *headers[MAX_HEADERS] = {range, "Accept-Encoding: identity"}; // ranges count the bytes as sent
    (void)snprintf(range, sizeof range, "Range: bytes=%" PRId64 "-%" PRId64, p->at,
                   p->at + (int64_t)p->plan->range_bytes - 1);
    size_t count = 2;
    for (size_t i = 0; p->is_first && i < p->plan->header_count && count < MAX_HEADERS; i++)
        headers[count++] = p->plan->headers[i];
    struct taki_request request = {
        .url = p->plan->url,
        .headers = headers,
        .header_count = count,
        .handles = p->plan->handles | TAKI_HANDLES(TAKI_VERDICT_WAIT),
        .check = check_piece,
        .check_context = p,
    };
    for (int tries = 1;; tries++) {
        TAKI_TRY(taki_engine_call(p->engine, &request, reply, err));
        if (reply->verdict != TAKI_VERDICT_WAIT)
            return TAKI_OK;
        if (tries >= p->plan->missing_tries)
            return taki_fail(err, TAKI_UNREACHABLE, "'%s' is still not there after %d tries", p->plan->url, tries);
        taki_reply_reset(reply);
        taki_reply_init(reply);
        TAKI_TRY(taki_engine_wait(p->engine, p->plan->missing_wait_ms, err));
    }
}

/** The first answer stays with the caller, the others are only pieces. */
static enum taki_status fetch_all(struct progress *p, struct taki_reply *first, struct taki_error *err)
{
    p->is_done = p->total >= 0 && p->at >= p->total;
    while (!p->is_done) {
        struct taki_reply later = {0};
        struct taki_reply *reply = p->is_first ? first : &later;
        if (!p->is_first)
            taki_reply_init(&later);
        enum taki_status status = ask(p, reply, err);
        p->is_done = status == TAKI_OK && (reply->status == 304 || reply->verdict != TAKI_VERDICT_FINE);
        if (status == TAKI_OK && !p->is_done)
            status = take_piece(p, reply, err);
        if (!p->is_first)
            taki_reply_reset(&later);
        p->is_first = false;
        TAKI_TRY(status);
    }
    return TAKI_OK;
}

/** NULL = as promised. */
static enum taki_status compare(const struct taki_download *plan, const char **why, struct taki_error *err)
{
    char hash[TAKI_SHA256_HEX];
    int64_t size;
    *why = NULL;
    if (plan->bytes < 0 && plan->sha256.data == NULL)
        return TAKI_OK;
    if (!taki_file_exists(plan->spool)) // an empty body leaves no file
        TAKI_TRY(taki_file_append(plan->spool, TAKI_STR(""), err));
    TAKI_TRY(taki_file_hash(plan->spool, hash, &size, err));
    if (plan->bytes >= 0 && size != plan->bytes) {
        *why = "its size is not the one promised";
    } else if (plan->sha256.data != NULL && !taki_str_is(plan->sha256, hash)) {
        *why = "its SHA-256 is not the one promised";
    }
    return TAKI_OK;
}

enum taki_status taki_download(struct taki_engine *engine, const struct taki_download *download,
                               struct taki_reply *reply, struct taki_error *err)
{
    int64_t there = taki_file_size_of(download->spool);
    struct progress p = {
        .engine = engine, .plan = download, .at = there > 0 ? there : 0, .total = download->bytes, .is_first = true};
    for (;;) {
        const char *why;
        TAKI_TRY(fetch_all(&p, reply, err));
        TAKI_TRY(compare(download, &why, err));
        if (why == NULL)
            return TAKI_OK;
        TAKI_TRY(begin_again(&p, why, err));
    }
}
