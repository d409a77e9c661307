#include "engine_parts.h"

#include "taki/csv.h"
#include "taki/gzip.h"

#include <string.h>

#define REPLY_ARENA_CEILING 0
#define LONGEST_HEADER ((size_t)8192)

void taki_reply_init(struct taki_reply *reply)
{
    *reply = (struct taki_reply){.server_time = TAKI_INSTANT_NULL, .retry_after_ms = -1};
    reply->arena = taki_arena_open("reply", REPLY_ARENA_CEILING);
    reply->headers = taki_map_new(reply->arena, 32);
    taki_buf_init(&reply->wire_bytes, 1);
    taki_buf_init(&reply->body_bytes, 1);
}

void taki_reply_reset(struct taki_reply *reply)
{
    taki_buf_reset(&reply->wire_bytes);
    taki_buf_reset(&reply->body_bytes);
    taki_arena_close(reply->arena);
    *reply = (struct taki_reply){.server_time = TAKI_INSTANT_NULL, .retry_after_ms = -1};
}

static taki_str lower(struct taki_arena *arena, const char *text)
{
    char *copy = taki_arena_copy(arena, text, strlen(text));
    for (char *c = copy; *c != '\0'; c++) {
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    }
    return taki_str_of(copy);
}

/* The first of several headers of one name counts, as for a cache; values live in the reply's arena. */
void taki_reply_add_header(struct taki_reply *reply, const char *name, const char *value)
{
    bool is_new = false;
    uint64_t *slot = taki_map_put(reply->headers, lower(reply->arena, name), &is_new);
    if (is_new)
        *slot = (uint64_t)(uintptr_t)taki_arena_copy(reply->arena, value, strnlen(value, LONGEST_HEADER));
}

taki_str taki_reply_header(const struct taki_reply *reply, const char *name)
{
    if (reply->headers == NULL)
        return TAKI_STR_NULL;
    const uint64_t *slot = taki_map_find(reply->headers, lower(reply->arena, name));
    return slot == NULL ? TAKI_STR_NULL : taki_str_of((const char *)(uintptr_t)*slot);
}

/* What helps to understand a page later; nothing that could carry a session. */
static const char *const kept_headers[] = {
    "date",        "content-type",      "content-encoding", "content-range",          "etag",         "last-modified",
    "retry-after", "sforce-limit-info", "sforce-locator",   "sforce-numberofrecords", "x-request-id", "warning"};

void taki_reply_finish_headers(struct taki_reply *reply, taki_instant now)
{
    struct taki_buf out;
    taki_buf_init(&out, (size_t)64 << 10);
    struct taki_json_writer writer = {.buf = &out};
    taki_json_open(&writer, '{');
    for (size_t i = 0; i < TAKI_LEN(kept_headers); i++) {
        taki_str value = taki_reply_header(reply, kept_headers[i]);
        if (taki_str_is_null(value))
            continue;
        taki_json_name(&writer, kept_headers[i]);
        taki_json_str(&writer, (taki_str){value.data, value.size > 512 ? 512 : value.size});
    }
    taki_json_close(&writer, '}');
    reply->headers_json = taki_arena_copy(reply->arena, out.data, out.size);
    taki_buf_reset(&out);
    reply->server_time = taki_http_date(taki_reply_header(reply, "date"));
    taki_instant from = taki_instant_is_null(reply->server_time) ? now : reply->server_time;
    reply->retry_after_ms = taki_retry_after_ms(taki_reply_header(reply, "retry-after"), from);
}

static enum taki_status inflate(struct taki_reply *reply, size_t max_bytes, struct taki_error *err)
{
    taki_str gz = taki_buf_view(&reply->wire_bytes);
    size_t used = 0;
    taki_buf_init(&reply->body_bytes, max_bytes);
    TAKI_TRY(taki_gunzip_member(gz, &used, &reply->body_bytes, err));
    if (used == gz.size) {
        reply->wire = gz;
    } else {
        /* Several members are allowed on the wire; a page of ours is one, so it will be compressed again. */
        taki_buf_clear(&reply->body_bytes);
        TAKI_TRY(taki_gunzip(gz, &reply->body_bytes, err));
    }
    reply->body = taki_buf_view(&reply->body_bytes);
    return TAKI_OK;
}

enum taki_status taki_body_decode(struct taki_reply *reply, size_t max_bytes, struct taki_error *err)
{
    taki_str encoding = taki_str_trim(taki_reply_header(reply, "content-encoding"));
    reply->wire = TAKI_STR_NULL;
    reply->body = taki_buf_view(&reply->wire_bytes);
    if (reply->body.data == NULL)
        reply->body = TAKI_STR("");
    if (taki_str_is_blank(encoding) || taki_str_equal_nocase(encoding, TAKI_STR("identity")) || reply->body.size == 0)
        return TAKI_OK;
    if (taki_str_equal_nocase(encoding, TAKI_STR("gzip")) || taki_str_equal_nocase(encoding, TAKI_STR("x-gzip")))
        return inflate(reply, max_bytes, err);
    return taki_fail(err, TAKI_FAILED, "body is encoded as '%.*s', asked for gzip", TAKI_STR_ARG(encoding));
}

/* A duplicate key is the fault of one record, which transform refuses; the page as such is whole. */
static const struct taki_json_limits page_limits = {.allow_duplicate_keys = true};

static enum taki_status check_json(struct taki_reply *reply, struct taki_error *err)
{
    if (taki_str_is_blank(taki_str_trim(reply->body))) {
        if (reply->status == 204)
            return TAKI_OK;
        return taki_fail(err, TAKI_CONTRACT, "body is empty where JSON was expected");
    }
    return taki_json_parse(reply->arena, reply->body, &page_limits, &reply->json, err);
}

/* The header line is not a record, wherever it stands: some exports repeat it inside a page (apis.md 8, M16). */
static enum taki_status count_csv(struct taki_reply *reply, struct taki_arena *scratch, struct taki_error *err)
{
    struct taki_csv *csv = taki_csv_new(scratch, reply->body, NULL);
    struct taki_csv_record record;
    taki_str header = TAKI_STR_NULL;
    for (;;) {
        enum taki_status status = taki_csv_next(csv, &record, err);
        if (status == TAKI_END)
            return TAKI_OK;
        TAKI_TRY(status);
        if (taki_str_is_null(header)) {
            header = taki_str_dup(scratch, record.raw);
        } else if (!taki_str_equal(record.raw, header)) {
            reply->records++;
        }
    }
}

static enum taki_status check_csv(struct taki_reply *reply, struct taki_error *err)
{
    TAKI_AUTO(taki_arena_auto) struct taki_arena *scratch = taki_arena_open("csv check", 0);
    return count_csv(reply, scratch, err);
}

enum taki_status taki_body_check(struct taki_reply *reply, const struct taki_request *request, struct taki_error *err)
{
    bool is_data = reply->status >= 200 && reply->status <= 299;
    if (!is_data) {
        /* An error body is read when it can be; what it is not, the HTTP status tells. */
        if (reply->body.size > 0 &&
            taki_json_parse(reply->arena, reply->body, &page_limits, &reply->json, NULL) != TAKI_OK)
            reply->json = (struct taki_json){0};
        return TAKI_OK;
    }
    switch (request->expect) {
    case TAKI_EXPECT_ANY:
        return TAKI_OK;
    case TAKI_EXPECT_JSON:
        return check_json(reply, err);
    case TAKI_EXPECT_CSV:
        return check_csv(reply, err);
    }
    taki_bug("unknown expectation");
}
