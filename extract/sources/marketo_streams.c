#include "marketo.h"

#include "taki/hash.h"

#include <inttypes.h>
#include <string.h>

enum { TYPES_A_CALL = 10, PROGRAMS_A_JOB = 10, MAX_SPLITS = 12, MEMBER_DAYS = 7, WINDOWS_A_PROGRAM = 4096 };

/* What of a lead the waterfall reads (domain.md 4.1); only those that describe.json names are asked for. */
static const char *const wanted_fields[] = {
    "id",
    "email",
    "firstName",
    "lastName",
    "middleName",
    "salutation",
    "company",
    "title",
    "department",
    "phone",
    "mobilePhone",
    "website",
    "country",
    "state",
    "city",
    "address",
    "postalCode",
    "industry",
    "annualRevenue",
    "numberOfEmployees",
    "leadSource",
    "leadStatus",
    "leadScore",
    "rating",
    "leadRole",
    "originalSourceType",
    "originalSourceInfo",
    "registrationSourceType",
    "registrationSourceInfo",
    "acquisitionProgramId",
    "acquisitionDate",
    "unsubscribed",
    "unsubscribedReason",
    "emailInvalid",
    "emailInvalidCause",
    "emailSuspended",
    "doNotCall",
    "doNotCallReason",
    "marketingSuspended",
    "blackListed",
    "personType",
    "sfdcType",
    "sfdcLeadId",
    "sfdcContactId",
    "sfdcAccountId",
    "sfdcLeadOwnerId",
    "leadPartitionId",
    "inferredCompany",
    "isLead",
    "kana",
    "createdAt",
    "updatedAt",
};
static const char *const mandatory_fields[] = {"id", "email", "createdAt", "updatedAt"};

#define MEMBER_FIELDS                                                                                                  \
    "acquiredBy,leadId,membershipDate,programId,reachedSuccess,reachedSuccessDate,statusName,updatedAt"
static const char *const member_columns[] = {"acquiredBy",         "leadId",     "membershipDate", "reachedSuccess",
                                             "reachedSuccessDate", "statusName", "updatedAt"};

const taki_str *taki_marketo_list(struct taki_arena *arena, const struct taki_session *session, const char *object,
                                  const char *key, size_t *count)
{
    const char *path = taki_arena_format(arena, "sources.%s.objects.%s.%s", session->name, object, key);
    const struct taki_node *list = taki_node_at(taki_config_root(session->run->config), path);
    *count = list != NULL && list->type == TAKI_NODE_LIST ? list->count : 0;
    taki_str *texts = TAKI_NEW_ARRAY(arena, *count, taki_str);
    for (size_t i = 0; i < *count; i++)
        texts[i] = taki_node_text(&list->children[i]);
    return texts;
}

enum taki_status taki_marketo_need_types(struct taki_session *session, struct taki_error *err)
{
    struct taki_marketo *own = session->own;
    if (own->has_types)
        return TAKI_OK;
    taki_reply_reset(&own->types);
    taki_reply_init(&own->types);
    const struct taki_request request = {.url = "/rest/v1/activities/types.json", .expect = TAKI_EXPECT_JSON};
    TAKI_TRY(taki_engine_call(session->engine, &request, &own->types, err));
    own->merge_type =
        taki_marketo_type_id(session->arena, &own->types.json, "Merge Leads|Merge People|Merge Persons", 32);
    own->has_types = true;
    return TAKI_OK;
}

enum taki_status taki_marketo_programs(struct taki_session *session, struct taki_error *err)
{
    struct taki_marketo *own = session->own;
    if (own->has_programs)
        return TAKI_OK;
    TAKI_TRY(taki_marketo_ids(session, "/rest/asset/v1/programs.json", &own->programs, &own->program_count, err));
    own->has_programs = true;
    return TAKI_OK;
}

/** Names of describe.json that REST and bulk can read: those with a `rest` child. */
static enum taki_status describe(struct taki_session *session, struct taki_map *names, struct taki_error *err)
{
    const struct taki_request request = {.url = "/rest/v1/leads/describe.json", .expect = TAKI_EXPECT_JSON};
    struct taki_reply reply;
    taki_reply_init(&reply);
    enum taki_status status = taki_engine_call(session->engine, &request, &reply, err);
    const struct taki_json_node *list =
        status == TAKI_OK ? taki_json_at(&reply.json, reply.json.nodes, "result") : NULL;
    const struct taki_json_node *field =
        list != NULL && list->type == TAKI_JSON_ARRAY ? taki_json_first(&reply.json, list) : NULL;
    for (; field != NULL; field = taki_json_next(&reply.json, list, field)) {
        const struct taki_json_node *name =
            field->type == TAKI_JSON_OBJECT ? taki_json_at(&reply.json, field, "rest/name") : NULL;
        bool is_new;
        if (name != NULL)
            (void)taki_map_put(names, taki_json_text(reply.arena, name), &is_new);
    }
    taki_reply_reset(&reply);
    return status;
}

static enum taki_status need_field(struct taki_session *session, const struct taki_map *names, taki_str name,
                                   struct taki_error *err)
{
    if (taki_map_find(names, name) != NULL)
        return TAKI_OK;
    (void)taki_fail(err, TAKI_AUTH, "lead field '%.*s' of '%s' is missing or may not be read", TAKI_STR_ARG(name),
                    session->name);
    return taki_hint(err, "give the API role read access to leads, or correct 'objects.leads.fields'");
}

enum taki_status taki_marketo_lead_fields(struct taki_session *session, struct taki_error *err)
{
    struct taki_marketo *own = session->own;
    if (own->lead_field_count > 0)
        return TAKI_OK;
    struct taki_map *names = taki_map_new(session->arena, 512), *chosen = taki_map_new(session->arena, 128);
    TAKI_TRY(describe(session, names, err));
    for (size_t i = 0; i < TAKI_LEN(mandatory_fields); i++)
        TAKI_TRY(need_field(session, names, taki_str_of(mandatory_fields[i]), err));
    bool is_new;
    for (size_t i = 0; i < TAKI_LEN(wanted_fields); i++) {
        if (taki_map_find(names, taki_str_of(wanted_fields[i])) != NULL)
            (void)taki_map_put(chosen, taki_str_of(wanted_fields[i]), &is_new);
    }
    size_t extra_count;
    const taki_str *extra = taki_marketo_list(session->arena, session, "leads", "fields", &extra_count);
    for (size_t i = 0; i < extra_count; i++) {
        TAKI_TRY(need_field(session, names, extra[i], err));
        (void)taki_map_put(chosen, extra[i], &is_new);
    }
    taki_str *fields = TAKI_NEW_ARRAY(session->arena, taki_map_count(chosen), taki_str);
    for (size_t i = 0; i < taki_map_count(chosen); i++)
        fields[i] = taki_map_key(chosen, i);
    own->lead_fields = fields;
    own->lead_field_count = taki_map_count(chosen);
    return TAKI_OK;
}

static void add_window(struct taki_json_writer *w, const char *filter, taki_instant lo, taki_instant hi)
{
    char start[21], end[21];
    taki_marketo_time(lo, start);
    taki_marketo_time(hi, end);
    taki_json_name(w, filter);
    taki_json_open(w, '{');
    taki_json_name(w, "startAt");
    taki_json_cstr(w, start);
    taki_json_name(w, "endAt");
    taki_json_cstr(w, end);
    taki_json_close(w, '}');
}

static const char *body_text(struct taki_fetch *fetch, struct taki_buf *buf)
{
    const char *text = taki_arena_copy(fetch->arena, buf->data, buf->size);
    taki_buf_reset(buf);
    return text;
}

static const char *leads_body(struct taki_fetch *fetch, const char *filter, taki_instant lo, taki_instant hi)
{
    const struct taki_marketo *own = fetch->session->own;
    struct taki_buf buf;
    taki_buf_init(&buf, (size_t)1 << 20);
    struct taki_json_writer w = {.buf = &buf};
    taki_json_open(&w, '{');
    taki_json_name(&w, "fields");
    taki_json_open(&w, '[');
    for (size_t i = 0; i < own->lead_field_count; i++)
        taki_json_str(&w, own->lead_fields[i]);
    taki_json_close(&w, ']');
    taki_json_name(&w, "format");
    taki_json_cstr(&w, "CSV");
    taki_json_name(&w, "filter");
    taki_json_open(&w, '{');
    add_window(&w, filter, lo, hi);
    taki_json_close(&w, '}');
    taki_json_close(&w, '}');
    return body_text(fetch, &buf);
}

/** One job's share of a window. */
struct leads_share {
    const char *filter;
    int64_t item;
    taki_instant lo, hi;
};

static enum taki_status export_leads(struct taki_fetch *fetch, const struct leads_share *share, bool *is_unsupported,
                                     struct taki_error *err)
{
    const struct taki_marketo_export wanted = {.kind = "leads",
                                               .body = leads_body(fetch, share->filter, share->lo, share->hi),
                                               .item = share->item,
                                               .next_item = share->item + 1};
    return taki_marketo_export(fetch, &wanted, is_unsupported, err);
}

#define BY_CREATION "{\"filter\":\"createdAt\"}"

/**
 * Without the updatedAt filter changes show only by reading all leads again: a whole window of a first load reads what
 * was created in it, the last, shorter one of a run (every night's) walks from the start date.
 */
static enum taki_status walk_by_creation(struct taki_fetch *fetch, struct taki_error *err)
{
    const int64_t step = (int64_t)fetch->stream->max_days * TAKI_US_PER_DAY;
    struct taki_marketo_place place = taki_marketo_place(fetch);
    taki_date start_date;
    taki_instant lo = fetch->lo;
    bool is_last = fetch->hi.us - fetch->lo.us < step;
    if (is_last && taki_date_parse(taki_session_option(fetch->session, "start_date"), &start_date))
        lo = taki_zone_day_start(fetch->session->run->zone, start_date);
    fetch->cursor_after = BY_CREATION;
    for (int64_t item = 0; lo.us < fetch->hi.us; item++, lo.us += step) {
        bool unsupported = false;
        taki_instant hi = {lo.us + step < fetch->hi.us ? lo.us + step : fetch->hi.us};
        if (item < place.item)
            continue;
        TAKI_TRY(export_leads(fetch, &(struct leads_share){"createdAt", item, lo, hi}, &unsupported, err));
        if (fetch->outcome != TAKI_FETCH_WHOLE)
            return TAKI_OK;
        if (unsupported) {
            return taki_fail(err, TAKI_FAILED, "'%s' filters leads neither by updatedAt nor by createdAt",
                             fetch->session->name);
        }
    }
    return TAKI_OK;
}

enum taki_status taki_marketo_fetch_leads(struct taki_fetch *fetch, struct taki_error *err)
{
    bool unsupported = (fetch->cursor != NULL && strstr(fetch->cursor, "createdAt") != NULL) ||
                       taki_str_is(taki_landing_kept(fetch->landing, "filter"), "createdAt");
    TAKI_TRY(taki_marketo_lead_fields(fetch->session, err));
    if (!unsupported && taki_marketo_place(fetch).item > 0)
        return TAKI_OK;
    if (!unsupported)
        TAKI_TRY(export_leads(fetch, &(struct leads_share){"updatedAt", 0, fetch->lo, fetch->hi}, &unsupported, err));
    if (!unsupported)
        return TAKI_OK;
    TAKI_TRY(taki_landing_keep(fetch->landing, "filter", TAKI_STR("createdAt"), err));
    return walk_by_creation(fetch, err);
}

static const int64_t *activity_ids(struct taki_fetch *fetch, size_t *count)
{
    const struct taki_marketo *own = fetch->session->own;
    size_t extra_count;
    const taki_str *extra = taki_marketo_list(fetch->arena, fetch->session, "activities", "types", &extra_count);
    return taki_marketo_resolve(fetch->arena, &own->types.json, extra, extra_count, count);
}

static const char *activities_url(struct taki_fetch *fetch, const int64_t *ids, size_t count)
{
    struct taki_buf url;
    taki_buf_init(&url, (size_t)64 << 10);
    taki_buf_add_text(&url, "/rest/v1/activities.json?batchSize=300&activityTypeIds=");
    for (size_t i = 0; i < count; i++)
        taki_buf_format(&url, "%s%" PRId64, i > 0 ? "," : "", ids[i]);
    return body_text(fetch, &url);
}

/** Walks one stretch of activities from the window's start, or from where a killed run was. */
static enum taki_status walk_activities(struct taki_fetch *fetch, const char *url, int64_t item, struct taki_error *err)
{
    struct taki_marketo_place place = taki_marketo_place(fetch);
    struct taki_marketo_walk walk = {.url = url, .item = item, .next_item = item + 1, .ends_by_more = true};
    if (place.item > item)
        return TAKI_OK;
    if (place.item == item && place.token.data != NULL) {
        walk.token = place.token;
    } else {
        TAKI_TRY(taki_marketo_token(fetch, fetch->lo, &walk.token, err));
    }
    enum taki_marketo_end end;
    TAKI_TRY(taki_marketo_walk(fetch, &walk, &end, err));
    if (end == TAKI_WALK_LARGE)
        return taki_fail(err, TAKI_FAILED, "'%s' is too much for one answer", url);
    if (end == TAKI_WALK_OFF)
        fetch->outcome = TAKI_FETCH_SKIP;
    return TAKI_OK;
}

static enum taki_status export_activities(struct taki_fetch *fetch, const int64_t *ids, size_t count,
                                          struct taki_error *err)
{
    struct taki_buf buf;
    taki_buf_init(&buf, (size_t)1 << 20);
    struct taki_json_writer w = {.buf = &buf};
    taki_json_open(&w, '{');
    taki_json_name(&w, "format");
    taki_json_cstr(&w, "CSV");
    taki_json_name(&w, "filter");
    taki_json_open(&w, '{');
    add_window(&w, "createdAt", fetch->lo, fetch->hi);
    taki_json_name(&w, "activityTypeIds");
    taki_json_open(&w, '[');
    for (size_t i = 0; i < count; i++)
        taki_json_i64(&w, ids[i]);
    taki_json_close(&w, ']');
    taki_json_close(&w, '}');
    taki_json_close(&w, '}');
    const struct taki_marketo_export wanted = {
        .kind = "activities", .body = body_text(fetch, &buf), .item = 0, .next_item = 1};
    bool unsupported = false;
    TAKI_TRY(taki_marketo_export(fetch, &wanted, &unsupported, err));
    if (unsupported)
        return taki_fail(err, TAKI_FAILED, "'%s' offers no bulk extract of activities", fetch->session->name);
    return TAKI_OK;
}

enum taki_status taki_marketo_fetch_activities(struct taki_fetch *fetch, struct taki_error *err)
{
    size_t count;
    TAKI_TRY(taki_marketo_need_types(fetch->session, err));
    const int64_t *ids = activity_ids(fetch, &count);
    if (count == 0) {
        return taki_fail(err, TAKI_CONTRACT, "activities/types.json of '%s' names none of the kinds needed",
                         fetch->session->name);
    }
    if (taki_marketo_is_bulk(fetch))
        return taki_marketo_place(fetch).item > 0 ? TAKI_OK : export_activities(fetch, ids, count, err);
    for (size_t at = 0; at < count && fetch->outcome != TAKI_FETCH_SKIP; at += TYPES_A_CALL) {
        size_t size = count - at < TYPES_A_CALL ? count - at : TYPES_A_CALL;
        TAKI_TRY(walk_activities(fetch, activities_url(fetch, ids + at, size), (int64_t)(at / TYPES_A_CALL), err));
    }
    return TAKI_OK;
}

enum taki_status taki_marketo_fetch_deleted(struct taki_fetch *fetch, struct taki_error *err)
{
    return walk_activities(fetch, "/rest/v1/activities/deletedleads.json?batchSize=300", 0, err);
}

/** Programs one by one: only the single answer holds the costs. */
struct programs_taking {
    struct taki_fetch *fetch;
    const int64_t *ids;
};

static enum taki_status take_program(void *context, size_t index, struct taki_reply *reply, struct taki_error *err)
{
    const struct programs_taking *taking = context;
    if (reply->verdict != TAKI_VERDICT_FINE) // deleted since the list was read
        return TAKI_OK;
    taki_str next = taki_marketo_next(taking->fetch, taking->ids[index] + 1, TAKI_STR_NULL);
    return taki_landing_add_reply(taking->fetch->landing, reply, "result", NULL, next, err);
}

enum taki_status taki_marketo_fetch_programs(struct taki_fetch *fetch, struct taki_error *err)
{
    TAKI_TRY(taki_marketo_programs(fetch->session, err));
    const struct taki_marketo *own = fetch->session->own;
    int64_t from = taki_marketo_place(fetch).item;
    size_t skipped = 0;
    while (skipped < own->program_count && own->programs[skipped] < from)
        skipped++;
    struct programs_taking taking = {fetch, own->programs + skipped};
    size_t count = own->program_count - skipped;
    if (fetch->limit > 0 && (int64_t)count > fetch->limit)
        count = (size_t)fetch->limit;
    struct taki_request *requests = TAKI_NEW_ARRAY(fetch->arena, count, struct taki_request);
    for (size_t i = 0; i < count; i++) {
        requests[i] = (struct taki_request){
            .url = taki_arena_format(fetch->arena, "/rest/asset/v1/program/%" PRId64 ".json", taking.ids[i]),
            .expect = TAKI_EXPECT_JSON,
            .handles = TAKI_HANDLES(TAKI_VERDICT_EMPTY) | TAKI_HANDLES(TAKI_VERDICT_OFF),
        };
    }
    return taki_engine_call_all(fetch->session->engine, requests, count, take_program, &taking, err);
}

/** A question for one program's members changed in [lo, hi), at most seven days. */
struct members_question {
    int64_t program;
    taki_instant lo, hi;
    int splits; /**< how often it was halved */
};

/** Too many members for one answer are asked for in halves. */
static enum taki_status members_between(struct taki_fetch *fetch, const struct members_question *q,
                                        struct taki_marketo_walk *walk, struct taki_error *err)
{
    char start[21], stop[21];
    taki_marketo_time(q->lo, start);
    taki_marketo_time(q->hi, stop);
    walk->url = taki_arena_format(fetch->arena,
                                  "/rest/v1/programs/%" PRId64 "/members.json?batchSize=300&fields=" MEMBER_FIELDS
                                  "&filterType=updatedAt&startAt=%s&endAt=%s",
                                  q->program, start, stop);
    enum taki_marketo_end end;
    TAKI_TRY(taki_marketo_walk(fetch, walk, &end, err));
    if (end != TAKI_WALK_LARGE)
        return TAKI_OK;
    if (q->splits >= MAX_SPLITS) {
        return taki_fail(err, TAKI_FAILED, "members of program %" PRId64 " are too many even between %s and %s",
                         q->program, start, stop);
    }
    taki_instant middle = {q->lo.us + (q->hi.us - q->lo.us) / 2};
    struct taki_marketo_walk first = *walk, second = *walk;
    first.token = second.token = TAKI_STR_NULL;
    first.is_part = second.is_part = true;
    first.next_item = walk->item;
    const struct members_question early = {q->program, q->lo, middle, q->splits + 1};
    const struct members_question late = {q->program, middle, q->hi, q->splits + 1};
    TAKI_TRY(members_between(fetch, &early, &first, err));
    return members_between(fetch, &late, &second, err);
}

static enum taki_status members_of(struct taki_fetch *fetch, int64_t program, struct taki_error *err)
{
    const int64_t step = MEMBER_DAYS * TAKI_US_PER_DAY;
    struct taki_marketo_place place = taki_marketo_place(fetch);
    const char *context = taki_arena_format(fetch->arena, "{\"programId\":\"%" PRId64 "\"}", program);
    int64_t item = program * WINDOWS_A_PROGRAM;
    for (taki_instant lo = fetch->lo; lo.us < fetch->hi.us; lo.us += step, item++) {
        taki_instant hi = {lo.us + step < fetch->hi.us ? lo.us + step : fetch->hi.us};
        struct taki_marketo_walk walk = {.context = context, .item = item, .next_item = item + 1, .ends_by_more = true};
        if (item < place.item)
            continue;
        if (item == place.item)
            walk.token = place.token;
        TAKI_TRY(members_between(fetch, &(struct members_question){program, lo, hi, 0}, &walk, err));
    }
    return TAKI_OK;
}

static const char *members_body(struct taki_fetch *fetch, const int64_t *programs, size_t count)
{
    struct taki_buf buf;
    taki_buf_init(&buf, (size_t)1 << 20);
    struct taki_json_writer w = {.buf = &buf};
    taki_json_open(&w, '{');
    taki_json_name(&w, "fields");
    taki_json_open(&w, '[');
    for (size_t i = 0; i < TAKI_LEN(member_columns); i++)
        taki_json_cstr(&w, member_columns[i]);
    taki_json_close(&w, ']');
    taki_json_name(&w, "format");
    taki_json_cstr(&w, "CSV");
    taki_json_name(&w, "filter");
    taki_json_open(&w, '{');
    taki_json_name(&w, "programIds");
    taki_json_open(&w, '[');
    for (size_t i = 0; i < count; i++)
        taki_json_i64(&w, programs[i]);
    taki_json_close(&w, ']');
    taki_json_close(&w, '}');
    taki_json_close(&w, '}');
    return body_text(fetch, &buf);
}

static enum taki_status export_members(struct taki_fetch *fetch, struct taki_error *err)
{
    const struct taki_marketo *own = fetch->session->own;
    struct taki_marketo_place place = taki_marketo_place(fetch);
    size_t at = 0;
    while (at < own->program_count && own->programs[at] < place.item)
        at++;
    for (; at < own->program_count; at += PROGRAMS_A_JOB) {
        size_t count = own->program_count - at < PROGRAMS_A_JOB ? own->program_count - at : PROGRAMS_A_JOB;
        const struct taki_marketo_export wanted = {.kind = "program/members",
                                                   .body = members_body(fetch, own->programs + at, count),
                                                   .item = own->programs[at],
                                                   .next_item = own->programs[at + count - 1] + 1};
        bool unsupported = false;
        TAKI_TRY(taki_marketo_export(fetch, &wanted, &unsupported, err));
        if (unsupported)
            return taki_fail(err, TAKI_FAILED, "'%s' offers no bulk extract of members", fetch->session->name);
        if (fetch->outcome != TAKI_FETCH_WHOLE)
            return TAKI_OK;
    }
    return TAKI_OK;
}

enum taki_status taki_marketo_fetch_members(struct taki_fetch *fetch, struct taki_error *err)
{
    TAKI_TRY(taki_marketo_programs(fetch->session, err));
    const struct taki_marketo *own = fetch->session->own;
    if (taki_marketo_is_bulk(fetch))
        return export_members(fetch, err);
    for (size_t i = 0; i < own->program_count; i++) {
        if (fetch->limit > 0 && taki_landing_records(fetch->landing) >= fetch->limit)
            return TAKI_OK;
        TAKI_TRY(members_of(fetch, own->programs[i], err));
    }
    return TAKI_OK;
}

enum taki_status taki_marketo_fetch_list_members(struct taki_fetch *fetch, struct taki_error *err)
{
    const int64_t *lists;
    size_t count;
    TAKI_TRY(taki_marketo_ids(fetch->session, "/rest/asset/v1/staticLists.json", &lists, &count, err));
    struct taki_marketo_place place = taki_marketo_place(fetch);
    for (size_t i = 0; i < count; i++) {
        struct taki_marketo_walk walk = {
            .url = taki_arena_format(fetch->arena, "/rest/v1/lists/%" PRId64 "/leads.json?batchSize=300&fields=id",
                                     lists[i]),
            .context = taki_arena_format(fetch->arena, "{\"listId\":\"%" PRId64 "\"}", lists[i]),
            .token = lists[i] == place.item ? place.token : TAKI_STR_NULL,
            .item = lists[i],
            .next_item = lists[i] + 1,
        };
        enum taki_marketo_end end;
        if (lists[i] < place.item)
            continue;
        TAKI_TRY(taki_marketo_walk(fetch, &walk, &end, err));
        if (end == TAKI_WALK_LARGE)
            return taki_fail(err, TAKI_FAILED, "'%s' is too much for one answer", walk.url);
    }
    return TAKI_OK;
}
