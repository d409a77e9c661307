#include "salesforce.h"

#include "sources.h"

#include "taki/log.h"

#include <inttypes.h>
#include <string.h>

/* Error rows of apis.md 1.5; what is not here goes by its HTTP status. */
static const struct taki_judge_rule rules[] = {
    {401, "INVALID_SESSION_ID",          NULL,                                TAKI_VERDICT_EXPIRED, 0   },
    {0,   "INVALID_QUERY_LOCATOR",       NULL,                                TAKI_VERDICT_STALE,   0   },
    {0,   "QUERY_TIMEOUT",               NULL,                                TAKI_VERDICT_SLOW,    0   },
    {0,   "OPERATION_TOO_LARGE",         NULL,                                TAKI_VERDICT_SLOW,    0   },
    {0,   "QUERY_TOO_COMPLICATED",       NULL,                                TAKI_VERDICT_SLOW,    0   },
    {0,   "INVALID_TYPE",                NULL,                                TAKI_VERDICT_OFF,     0   },
    {403, "REQUEST_LIMIT_EXCEEDED",      "concurrent",                        TAKI_VERDICT_BURST,   5000},
    {403, "REQUEST_LIMIT_EXCEEDED",      NULL,                                TAKI_VERDICT_DAILY,   0   },
    {403, "TXN_SECURITY_METERING_ERROR", NULL,                                TAKI_VERDICT_BURST,   5000},
    {400, "LIMIT_EXCEEDED",              NULL,                                TAKI_VERDICT_DAILY,   0   },
    {400, "API_ERROR",                   "Implementation restriction",        TAKI_VERDICT_DENIED,  0   },
    {400, "rate_limit_exceeded",         NULL,                                TAKI_VERDICT_BURST,   0   },
    {400, "unknown_error",               NULL,                                TAKI_VERDICT_SERVER,  0   },
    {404, "NOT_FOUND",                   "requested resource does not exist", TAKI_VERDICT_OFF,     0   },
    {412, NULL,                          NULL,                                TAKI_VERDICT_WAIT,    0   },
};

/* Sforce-Limit-Info: api-usage=18/15000; other parts may follow or precede. */
static bool read_usage(taki_str header, int64_t *used, int64_t *allowed)
{
    static const char key[] = "api-usage=";
    while (!taki_str_is_null(header)) {
        taki_str part = taki_str_trim(taki_str_cut(header, ';', &header)), max;
        if (!taki_str_starts(part, TAKI_STR("api-usage=")))
            continue;
        part = (taki_str){part.data + sizeof key - 1, part.size - (sizeof key - 1)};
        taki_str now = taki_str_cut(part, '/', &max);
        return taki_str_i64(now, used) && taki_str_i64(max, allowed);
    }
    return false;
}

/* The same error code means "spent for today" and "too many at once"; the usage tells which. */
static enum taki_verdict judge(void *context, const struct taki_reply *reply, enum taki_verdict verdict)
{
    struct taki_session *session = context;
    int64_t used = -1, allowed = -1;
    bool told = read_usage(taki_reply_header(reply, "sforce-limit-info"), &used, &allowed);
    if (told)
        taki_engine_set_usage(session->engine, used, allowed);
    if (told && taki_str_is(reply->code, "REQUEST_LIMIT_EXCEEDED"))
        return used >= allowed ? TAKI_VERDICT_DAILY : TAKI_VERDICT_BURST;
    return verdict;
}

static const struct {
    const char *name;
    enum taki_salesforce_method method;
} methods[] = {
    {"auto", TAKI_SALESFORCE_AUTO},
    {"rest", TAKI_SALESFORCE_REST},
    {"bulk", TAKI_SALESFORCE_BULK},
};

static enum taki_status open_session(struct taki_session *session, struct taki_error *err)
{
    struct taki_salesforce *own = TAKI_NEW(session->arena, struct taki_salesforce);
    taki_str version = taki_session_option(session, "api_version"), method = taki_session_option(session, "method");
    if (version.size > 0 && version.data[0] == 'v')
        version = (taki_str){version.data + 1, version.size - 1};
    if (!taki_str_f64(version, &own->version_number)) {
        return taki_fail(err, TAKI_USAGE, "source '%s': api_version '%.*s' is not like 66.0", session->name,
                         TAKI_STR_ARG(version));
    }
    own->version = taki_arena_format(session->arena, "v%.1f", own->version_number);
    own->arena = session->arena;
    own->selects = taki_map_new(session->arena, 64);
    own->page_records = taki_session_integer(session, "bulk.max_records", 50000);
    for (size_t i = 0; i < TAKI_LEN(methods); i++) {
        if (taki_str_is(method, methods[i].name))
            own->method = methods[i].method;
    }
    session->own = own;
    return TAKI_OK;
}

static enum taki_status check_stream(struct taki_session *session, const struct taki_stream *stream,
                                     struct taki_error *err)
{
    const char *fields = NULL;
    return taki_salesforce_select(session, stream, &fields, err);
}

/* /limits is optional: thin integration users may not see it (apis.md 1.4); every reply tells the usage anyway. */
static enum taki_status prepare(struct taki_session *session, struct taki_error *err)
{
    (void)err;
    return taki_engine_login(session->engine, err);
}

/* describe, and a query page of 2,000 or a dozen calls of a bulk job; the number of rows is not known beforehand. */
static int64_t cost(struct taki_session *session, const struct taki_stream *stream, taki_instant lo, taki_instant hi)
{
    bool bulk = strcmp(taki_salesforce_format(session, stream, lo, hi), "csv") == 0;
    return bulk ? 8 : 2;
}

static bool is_true(taki_str text)
{
    return taki_str_is(text, "true");
}

static enum taki_status tombstones(struct taki_session *session, const struct taki_stream *stream,
                                   const struct taki_landed *record, struct taki_tombstone_sink *sink,
                                   struct taki_error *err)
{
    (void)session;
    if (!is_true(taki_landed_text(record, "IsDeleted")))
        return TAKI_OK;
    struct taki_tombstone tombstone = {.object = stream->object,
                                       .id = taki_landed_text(record, "Id"),
                                       .deleted = true,
                                       .merged_into = taki_landed_text(record, "MasterRecordId"),
                                       .at = taki_landed_text(record, stream->cursor_field)};
    return taki_tombstone_add(sink, &tombstone, err);
}

const struct taki_source taki_source_salesforce = {
    .type = "salesforce",
    .en = "Salesforce: REST query and Bulk API 2.0",
    .ja = "Salesforce(RESTクエリとBulk API 2.0)",
    .streams = taki_salesforce_streams,
    .stream_count = 21,
    .settle_s = 300,
    .judging = {.code_at = "0/errorCode|errorCode|error",
                .text_at = "0/message|message|error_description",
                .rules = rules,
                .rule_count = TAKI_LEN(rules)},
    .base_option = "login_url",
    .concurrency = 5,
    .open = open_session,
    .login = taki_salesforce_login,
    .judge = judge,
    .prepare = prepare,
    .check = check_stream,
    .cost = cost,
    .tombstones = tombstones,
};
