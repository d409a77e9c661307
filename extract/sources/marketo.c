#include "marketo.h"

#include "sources.h"
#include "url.h"

#include "taki/log.h"

#include <string.h>

/* Marketo says nearly everything in the body of a 200: apis.md 3.2. First fitting row decides. */
static const struct taki_judge_rule rules[] = {
    {0, "601",  NULL,               TAKI_VERDICT_EXPIRED, 0    },
    {0, "602",  NULL,               TAKI_VERDICT_EXPIRED, 0    },
    {0, "603",  NULL,               TAKI_VERDICT_DENIED,  0    },
    {0, "606",  NULL,               TAKI_VERDICT_BURST,   20000},
    {0, "607",  NULL,               TAKI_VERDICT_DAILY,   0    },
    {0, "615",  NULL,               TAKI_VERDICT_BURST,   2000 },
    {0, "500",  NULL,               TAKI_VERDICT_SERVER,  0    },
    {0, "502",  NULL,               TAKI_VERDICT_SERVER,  0    },
    {0, "604",  NULL,               TAKI_VERDICT_SERVER,  0    },
    {0, "608",  NULL,               TAKI_VERDICT_SERVER,  0    },
    {0, "611",  NULL,               TAKI_VERDICT_SERVER,  0    },
    {0, "614",  NULL,               TAKI_VERDICT_SERVER,  0    },
    {0, "713",  NULL,               TAKI_VERDICT_SERVER,  0    },
    {0, "616",  NULL,               TAKI_VERDICT_OFF,     0    },
    {0, "703",  NULL,               TAKI_VERDICT_OFF,     0    },
    {0, "1013", NULL,               TAKI_VERDICT_OFF,     0    },
    {0, "1035", NULL,               TAKI_VERDICT_OFF,     0    },
    {0, "702",  NULL,               TAKI_VERDICT_EMPTY,   0    },
    {0, "1003", "too many results", TAKI_VERDICT_LARGE,   0    },
    {0, "1003", "membership",       TAKI_VERDICT_LARGE,   0    },
    {0, "1003", "100,000",          TAKI_VERDICT_LARGE,   0    },
    {0, "1003", "100000",           TAKI_VERDICT_LARGE,   0    },
    {0, "1029", "too many jobs",    TAKI_VERDICT_QUEUE,   60000},
    {0, "1029", "queue full",       TAKI_VERDICT_QUEUE,   60000},
    {0, "1029", "quota",            TAKI_VERDICT_DAILY,   0    },
    {0, "1029", "already",          TAKI_VERDICT_WAIT,    0    },
};

/** The result file is no JSON when all is well, so the engine does not read the error that may stand in its place. */
static enum taki_verdict judge_file(const struct taki_reply *reply, enum taki_verdict verdict)
{
    if (reply->status == 404)
        return TAKI_VERDICT_WAIT; // a job can be Completed before its file is there
    if (verdict != TAKI_VERDICT_FINE || !taki_str_starts(taki_str_trim(reply->body), TAKI_STR("{\"requestId\"")))
        return verdict;
    struct taki_json json;
    if (taki_json_parse(reply->arena, reply->body, NULL, &json, NULL) != TAKI_OK)
        return TAKI_VERDICT_NETWORK;
    const struct taki_json_node *code = taki_json_at(&json, json.nodes, "errors/0/code");
    for (size_t i = 0; code != NULL && i < TAKI_LEN(rules); i++) {
        if (taki_str_is(taki_json_text(reply->arena, code), rules[i].code) && rules[i].text == NULL)
            return rules[i].verdict;
    }
    return TAKI_VERDICT_SERVER;
}

static enum taki_verdict judge(void *session, const struct taki_reply *reply, enum taki_verdict verdict)
{
    (void)session;
    bool is_file = reply->shown != NULL && strstr(reply->shown, "/file.json") != NULL;
    return is_file ? judge_file(reply, verdict) : verdict;
}

/** Identity answers the same token until it dies: one with no life left is waited out. */
static enum taki_status ask_token(struct taki_session *session, const char *url, taki_str *token, int64_t *life_s,
                                  struct taki_error *err)
{
    const struct taki_request request = {
        .url = url, .shown = "GET /identity/oauth/token", .expect = TAKI_EXPECT_JSON, .no_auth = true};
    struct taki_reply reply;
    taki_reply_init(&reply);
    enum taki_status status = taki_engine_call(session->engine, &request, &reply, err);
    *token = TAKI_STR_NULL;
    *life_s = 3600;
    if (status == TAKI_OK && reply.json.count > 0) {
        const struct taki_json_node *text = taki_json_at(&reply.json, reply.json.nodes, "access_token");
        const struct taki_json_node *life = taki_json_at(&reply.json, reply.json.nodes, "expires_in");
        *token = text != NULL ? taki_str_dup(session->arena, taki_json_text(reply.arena, text)) : TAKI_STR_NULL;
        if (life != NULL && !taki_str_i64(taki_json_text(reply.arena, life), life_s))
            *life_s = 3600;
    }
    taki_reply_reset(&reply);
    if (status == TAKI_AUTH)
        (void)taki_hint(err, "check client_id and client_secret of '%s' (Marketo: Admin > LaunchPoint)", session->name);
    return status;
}

static enum taki_status login(void *context, struct taki_error *err)
{
    enum { SPARE_S = 15 };
    struct taki_session *session = context;
    struct taki_buf url;
    taki_buf_init(&url, (size_t)64 << 10);
    taki_buf_add_text(&url, "/identity/oauth/token?grant_type=client_credentials&client_id=");
    taki_url_add_encoded(&url, taki_session_option(session, "client_id"));
    taki_buf_add_text(&url, "&client_secret=");
    taki_url_add_encoded(&url, taki_session_option(session, "client_secret"));
    char *text = taki_arena_copy(session->arena, url.data, url.size);
    taki_buf_reset(&url);
    taki_str token;
    int64_t life_s;
    TAKI_TRY(ask_token(session, text, &token, &life_s, err));
    if (life_s <= SPARE_S) {
        TAKI_TRY(taki_engine_wait(session->engine, (life_s < 0 ? 0 : life_s) * 1000 + 1000, err));
        TAKI_TRY(ask_token(session, text, &token, &life_s, err));
    }
    if (token.size == 0)
        return taki_fail(err, TAKI_AUTH, "identity of '%s' gives no access token", session->name);
    const char *header = taki_arena_format(session->arena, "Authorization: Bearer %.*s", TAKI_STR_ARG(token));
    taki_engine_authorize(session->engine, &header, 1, life_s > SPARE_S ? (life_s - SPARE_S) * 1000 : 0);
    return TAKI_OK;
}

#define DAY_S 86400
#define BATCH                                                                                                          \
    {                                                                                                                  \
        "batchSize", "300"                                                                                             \
    }
static const struct taki_param batch_params[] = {BATCH};

/* Asset lists end with a page without result; a short page proves nothing. */
#define ASSET_PAGES                                                                                                    \
    {                                                                                                                  \
        .kind = TAKI_PAGING_OFFSET, .end = TAKI_END_NO_RECORDS, .records_at = "result", .offset_param = "offset",      \
        .size_param = "maxReturn", .size = 200                                                                         \
    }
#define TOKEN_PAGES                                                                                                    \
    {                                                                                                                  \
        .kind = TAKI_PAGING_TOKEN, .end = TAKI_END_NO_NEXT, .records_at = "result", .next_at = "nextPageToken",        \
        .token_param = "nextPageToken"                                                                                 \
    }
#define ONE_PAGE                                                                                                       \
    {                                                                                                                  \
        .kind = TAKI_PAGING_NONE, .records_at = "result"                                                               \
    }

static const struct taki_source_field lead_fields[] = {
    {"id",        true, false, "key"                             },
    {"email",     true, false, "identity"                        },
    {"createdAt", true, false, "when the lead became known"      },
    {"updatedAt", true, false, "which version of a lead is newer"},
};

enum stream_row {
    ACTIVITY_TYPES,
    LEADS,
    ACTIVITIES,
    DELETED,
    PROGRAMS,
    CHANNELS,
    MEMBERS,
    LISTS,
    LIST_MEMBERS,
    CAMPAIGNS
};

static const struct taki_stream streams[] = {
    [ACTIVITY_TYPES] = {.object = "activity_types",
                        .path = "/rest/v1/activities/types.json",
                        .format = "json",
                        .paging = ONE_PAGE,
                        .window = TAKI_WINDOW_WHOLE                               },
    [LEADS] = { .object = "leads",
                        .path = "/bulk/v1/leads/export",
                        .format = "csv",
                        .window = TAKI_WINDOW_TIME,
                        .max_days = 30,
                        .look_back_s = DAY_S,
                        .time_format = "iso_s",
                        .cursor_field = "updatedAt",
                        .fields = lead_fields,
                        .field_count = TAKI_LEN(lead_fields),
                        .deletes = TAKI_DELETE_FEED,
                        .fetch = taki_marketo_fetch_leads},
    [ACTIVITIES] = {                                        .object = "activities",
                        .path = "/rest/v1/activities.json",
                        .format = "json",
                        .paging = {.records_at = "result"},
                        .window = TAKI_WINDOW_TIME,
                        .max_days = 30,
                        .look_back_s = DAY_S,
                        .cursor_field = "activityDate",
                        .deletes = TAKI_DELETE_FEED, // it is one: merges
                    .fetch = taki_marketo_fetch_activities},
    [DELETED] = {                                   .object = "deleted_leads",
                        .path = "/rest/v1/activities/deletedleads.json",
                        .format = "json",
                        .paging = {.records_at = "result"},
                        .window = TAKI_WINDOW_TIME,
                        .look_back_s = 2 * DAY_S,
                        .cursor_field = "activityDate",
                        .deletes = TAKI_DELETE_FEED,
                        .fetch = taki_marketo_fetch_deleted},
    [PROGRAMS] = {                                             .object = "programs",
                        .path = "/rest/asset/v1/programs.json",
                        .format = "json",
                        .paging = {.records_at = "result"},
                        .window = TAKI_WINDOW_WHOLE,
                        .deletes = TAKI_DELETE_ABSENCE,
                        .fetch = taki_marketo_fetch_programs},
    [CHANNELS] = {                       .object = "channels",
                        .path = "/rest/asset/v1/channels.json",
                        .format = "json",
                        .paging = ASSET_PAGES,
                        .window = TAKI_WINDOW_WHOLE                    },
    [MEMBERS] = {                                             .object = "members",
                        .path = "/rest/v1/programs/{id}/members.json",
                        .format = "json",
                        .paging = {.records_at = "result"},
                        .window = TAKI_WINDOW_TIME,
                        .look_back_s = DAY_S,
                        .cursor_field = "updatedAt",
                        .can_be_off = true,
                        .fetch = taki_marketo_fetch_members},
    [LISTS] = {                                         .object = "lists",
                        .path = "/rest/v1/lists.json",
                        .params = batch_params,
                        .param_count = TAKI_LEN(batch_params),
                        .format = "json",
                        .paging = TOKEN_PAGES,
                        .window = TAKI_WINDOW_WHOLE,
                        .can_be_off = true},
    [LIST_MEMBERS] = {                                             .object = "list_members",
                        .path = "/rest/v1/lists/{id}/leads.json",
                        .format = "json",
                        .paging = {.records_at = "result"},
                        .window = TAKI_WINDOW_WHOLE,
                        .can_be_off = true,
                        .default_off = true,
                        .fetch = taki_marketo_fetch_list_members},
    [CAMPAIGNS] = {                                  .object = "campaigns",
                        .path = "/rest/v1/campaigns.json",
                        .params = batch_params,
                        .param_count = TAKI_LEN(batch_params),
                        .format = "json",
                        .paging = TOKEN_PAGES,
                        .window = TAKI_WINDOW_WHOLE,
                        .can_be_off = true},
};

/** `method: auto` reads a long stretch (first load, a gap, a backfill) by bulk extract and a night's by REST. */
static const char *choose_format(struct taki_session *session, const struct taki_stream *stream, taki_instant lo,
                                 taki_instant hi)
{
    enum { REST_DAYS = 8 };
    (void)stream;
    taki_str method = taki_session_option(session, "method");
    if (taki_str_is(method, "bulk") || taki_str_is(method, "rest"))
        return taki_str_is(method, "bulk") ? "csv" : "json";
    bool is_long = taki_instant_is_null(lo) || hi.us - lo.us > REST_DAYS * TAKI_US_PER_DAY;
    return is_long || taki_run_flag_set(session->run, "from") ? "csv" : "json";
}

bool taki_marketo_is_bulk(const struct taki_fetch *fetch)
{
    return strcmp(choose_format(fetch->session, fetch->stream, fetch->lo, fetch->hi), "csv") == 0;
}

static enum taki_status open_session(struct taki_session *session, struct taki_error *err)
{
    (void)err;
    struct taki_marketo *own = TAKI_NEW(session->arena, struct taki_marketo);
    taki_reply_init(&own->types);
    session->own = own;
    own->streams = TAKI_NEW_ARRAY(session->arena, TAKI_LEN(streams), struct taki_stream);
    memcpy(own->streams, streams, sizeof streams);
    own->poll_ms = taki_session_integer(session, "bulk.poll", 60) * 1000;
    own->range_bytes = taki_session_integer(session, "bulk.range_bytes", INT64_C(8) << 20);
    own->streams[ACTIVITIES].choose_format = own->streams[MEMBERS].choose_format = choose_format;
    if (taki_str_is(taki_session_option(session, "method"), "rest"))
        own->streams[ACTIVITIES].max_days = 0; // a walk goes on to the present anyway
    session->streams = own->streams;
    session->stream_count = TAKI_LEN(streams);
    return TAKI_OK;
}

static void close_session(struct taki_session *session)
{
    struct taki_marketo *own = session->own;
    if (own != NULL)
        taki_reply_reset(&own->types);
}

static enum taki_status check(struct taki_session *session, const struct taki_stream *stream, struct taki_error *err)
{
    if (strcmp(stream->object, "leads") == 0)
        return taki_marketo_lead_fields(session, err);
    if (strcmp(stream->object, "activities") == 0)
        return taki_marketo_need_types(session, err);
    return taki_marketo_programs(session, err);
}

static enum taki_status add_deleted(const struct taki_landed *record, struct taki_tombstone_sink *sink,
                                    struct taki_error *err)
{
    taki_str id = taki_landed_text(record, "leadId");
    if (id.data == NULL)
        return TAKI_OK;
    const struct taki_tombstone dead = {
        .object = "leads", .id = id, .deleted = true, .at = taki_landed_text(record, "activityDate")};
    return taki_tombstone_add(sink, &dead, err);
}

/** The attributes of an activity: an array in a JSON page, JSON text in a CSV one. */
static const struct taki_json_node *attributes_of(const struct taki_landed *record, struct taki_json *json)
{
    if (record->json != NULL) {
        *json = *record->json;
        return taki_json_find(record->json, record->node, "attributes");
    }
    taki_str text = taki_landed_text(record, "attributes");
    if (text.data == NULL || taki_json_parse(record->arena, text, NULL, json, NULL) != TAKI_OK)
        return NULL;
    return json->nodes;
}

static enum taki_status add_merged(const struct taki_landed *record, struct taki_tombstone_sink *sink,
                                   struct taki_error *err)
{
    struct taki_json json;
    size_t count;
    const struct taki_json_node *attributes = attributes_of(record, &json);
    const taki_str *losers = taki_marketo_losers(record->arena, &json, attributes, &count);
    taki_str winner = taki_landed_text(record, "leadId");
    for (size_t i = 0; i < count && winner.data != NULL; i++) {
        if (taki_str_equal(losers[i], winner))
            continue;
        const struct taki_tombstone merged = {.object = "leads",
                                              .id = losers[i],
                                              .deleted = true,
                                              .merged_into = winner,
                                              .at = taki_landed_text(record, "activityDate")};
        TAKI_TRY(taki_tombstone_add(sink, &merged, err));
    }
    return TAKI_OK;
}

static enum taki_status tombstones(struct taki_session *session, const struct taki_stream *stream,
                                   const struct taki_landed *record, struct taki_tombstone_sink *sink,
                                   struct taki_error *err)
{
    if (strcmp(stream->object, "deleted_leads") == 0)
        return add_deleted(record, sink, err);
    if (strcmp(stream->object, "activities") != 0)
        return TAKI_OK;
    struct taki_marketo *own = session->own;
    TAKI_TRY(taki_marketo_need_types(session, err));
    int64_t type;
    bool is_typed = taki_str_i64(taki_landed_text(record, "activityTypeId"), &type);
    if (!is_typed || type != own->merge_type)
        return TAKI_OK;
    return add_merged(record, sink, err);
}

const struct taki_source taki_source_marketo = {
    .type = "marketo",
    .en = "Adobe Marketo Engage: leads, activities, programs with costs, members, lists",
    .ja = "Adobe Marketo Engage: リード、アクティビティ、費用つきプログラム、メンバー、リスト",
    .streams = streams,
    .stream_count = TAKI_LEN(streams),
    .settle_s = 60,
    .judging = {.code_at = "errors/0/code|error",
                .text_at = "errors/0/message|error_description",
                .success_at = "success",
                .rules = rules,
                .rule_count = TAKI_LEN(rules)},
    .base_option = "base_url",
    .rate_calls = 50,
    .rate_window_ms = 20000,
    .concurrency = 5,
    .daily_calls = 50000,
    .open = open_session,
    .login = login,
    .judge = judge,
    .check = check,
    .tombstones = tombstones,
    .close = close_session,
};
