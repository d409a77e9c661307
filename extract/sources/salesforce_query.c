#include "salesforce.h"
#include "url.h"

#include <string.h>

/* Longer windows go by Bulk: a page of 2,000 rows costs a call, a bulk job a dozen whatever it holds. */
#define REST_WINDOW_US (INT64_C(3) * TAKI_US_PER_DAY)
/* The whole of request line and headers must stay below 16,384 bytes (apis.md 1.2). */
#define LONGEST_URL ((size_t)14000)

static const struct taki_salesforce_object *object_of(const struct taki_stream *stream)
{
    return stream->own;
}

static enum taki_salesforce_method method_of(const struct taki_session *session, const struct taki_stream *stream,
                                             taki_instant lo, taki_instant hi)
{
    const struct taki_salesforce *own = session->own;
    if (!object_of(stream)->bulk)
        return TAKI_SALESFORCE_REST;
    if (own->method != TAKI_SALESFORCE_AUTO)
        return own->method;
    bool is_long = taki_instant_is_null(lo) || taki_instant_is_null(hi) || hi.us - lo.us > REST_WINDOW_US;
    return is_long ? TAKI_SALESFORCE_BULK : TAKI_SALESFORCE_REST;
}

const char *taki_salesforce_format(struct taki_session *session, const struct taki_stream *stream, taki_instant lo,
                                   taki_instant hi)
{
    return method_of(session, stream, lo, hi) == TAKI_SALESFORCE_BULK ? "csv" : "json";
}

bool taki_salesforce_query_all(const struct taki_stream *stream)
{
    return stream->deletes == TAKI_DELETE_FLAG;
}

static void add_bound(struct taki_buf *soql, const char *joint, const struct taki_stream *stream, const char *operator,
                      taki_instant at)
{
    char text[28];
    taki_instant_print(at, text);
    taki_buf_format(soql, " %s %s %s %.19sZ", joint, stream->cursor_field, operator, text);
}

const char *taki_salesforce_soql(struct taki_fetch *fetch, const char *fields)
{
    const struct taki_stream *stream = fetch->stream;
    struct taki_buf soql;
    taki_buf_init(&soql, (size_t)1 << 20);
    taki_buf_format(&soql, "SELECT %s FROM %s", fields, stream->object);
    if (stream->window == TAKI_WINDOW_TIME) {
        bool has_lo = !taki_instant_is_null(fetch->lo);
        if (has_lo)
            add_bound(&soql, "WHERE", stream, ">=", fetch->lo);
        add_bound(&soql, has_lo ? "AND" : "WHERE", stream, "<", fetch->hi);
    }
    const char *text = taki_arena_copy(fetch->arena, soql.data, soql.size);
    taki_buf_reset(&soql);
    return text;
}

static const char *query_url(struct taki_fetch *fetch, const char *soql)
{
    const struct taki_salesforce *own = fetch->session->own;
    struct taki_buf url;
    taki_buf_init(&url, (size_t)4 << 20);
    taki_buf_format(&url, "/services/data/%s/%s?q=", own->version,
                    taki_salesforce_query_all(fetch->stream) ? "queryAll" : "query");
    taki_url_add_encoded(&url, taki_str_of(soql));
    const char *text = taki_arena_copy(fetch->arena, url.data, url.size);
    taki_buf_reset(&url);
    return text;
}

static enum taki_status fetch_rest(struct taki_fetch *fetch, const char *soql, struct taki_error *err)
{
    struct taki_request request = {.url = query_url(fetch, soql)};
    if (strlen(request.url) > LONGEST_URL) {
        (void)taki_fail(err, TAKI_FAILED, "query of '%s' is too long for a REST call", fetch->stream->object);
        return taki_hint(err, "ask for fewer extra fields, or set method: bulk");
    }
    return taki_page_loop(fetch, &fetch->stream->paging, &request, NULL, err);
}

static enum taki_status fetch_bulk(struct taki_fetch *fetch, const char *soql, struct taki_error *err)
{
    bool refused = false;
    TAKI_TRY(taki_salesforce_bulk(fetch, soql, &refused, err));
    if (!refused)
        return TAKI_OK;
    TAKI_TRY(taki_landing_restart_as(fetch->landing, "json", err));
    return fetch_rest(fetch, soql, err);
}

static bool is_too_long(struct taki_fetch *fetch, const char *soql)
{
    return strlen(query_url(fetch, soql)) > LONGEST_URL && object_of(fetch->stream)->bulk;
}

enum taki_status taki_salesforce_fetch(struct taki_fetch *fetch, struct taki_error *err)
{
    const char *fields = NULL;
    TAKI_TRY(taki_salesforce_select(fetch->session, fetch->stream, &fields, err));
    if (fields == NULL) {
        fetch->outcome = TAKI_FETCH_SKIP;
        return TAKI_OK;
    }
    const char *soql = taki_salesforce_soql(fetch, fields);
    bool bulk = method_of(fetch->session, fetch->stream, fetch->lo, fetch->hi) == TAKI_SALESFORCE_BULK;
    /* A preview wants a few rows now, not a job. */
    if (fetch->limit > 0 && !is_too_long(fetch, soql)) {
        if (bulk)
            TAKI_TRY(taki_landing_restart_as(fetch->landing, "json", err));
        return fetch_rest(fetch, soql, err);
    }
    if (!bulk && is_too_long(fetch, soql)) {
        bulk = true;
        if (taki_landing_pages(fetch->landing) == 0)
            TAKI_TRY(taki_landing_restart_as(fetch->landing, "csv", err));
    }
    return bulk ? fetch_bulk(fetch, soql, err) : fetch_rest(fetch, soql, err);
}
