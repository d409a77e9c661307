/* REST query, queryAll, describe, deleted, updated. */
#include "vendors/salesforce.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define JSON "application/json;charset=UTF-8"
/** How long a purged record stays in getDeleted's memory is the vendor's secret; 30 days is its widest span. */
#define MAX_SPAN (30 * SIM_DAY)

void sf_error(struct sim_response *response, int status, const char *code, const char *message)
{
    sim_reply(response, status, JSON);
    sim_buf_text(&response->body, "[{\"message\":");
    sim_buf_json(&response->body, message);
    sim_buf_format(&response->body, ",\"errorCode\":\"%s\"}]", code);
}

/** Doubles always show a decimal point: 1200000 -> 1200000.0 */
static void add_double(struct sim_buf *out, const char *value)
{
    sim_buf_format(out, strpbrk(value, ".eE") ? "%s" : "%s.0", value);
}

void sf_json_value(struct sim_buf *out, enum sim_type type, const char *value)
{
    if (!value && type != SIM_BOOL) {
        sim_buf_text(out, "null");
    } else if (type == SIM_BOOL) {
        sim_buf_text(out, value && strcmp(value, "true") == 0 ? "true" : "false");
    } else if (type == SIM_INT || type == SIM_RAW) {
        sim_buf_text(out, value);
    } else if (type == SIM_DOUBLE) {
        add_double(out, value);
    } else if (type == SIM_TIME) {
        sim_buf_format(out, "\"%.19s.000+0000\"", value);
    } else {
        sim_buf_json(out, value);
    }
}

void sf_csv_value(struct sim_buf *out, enum sim_type type, const char *value)
{
    sim_buf_text(out, "\"");
    if (type == SIM_BOOL) {
        sim_buf_text(out, value && strcmp(value, "true") == 0 ? "true" : "false");
    } else if (value && type == SIM_DOUBLE) {
        add_double(out, value);
    } else if (value && type == SIM_TIME) {
        sim_buf_format(out, "%.19s.000Z", value);
    } else {
        for (const char *c = value; c && *c; c++)
            sim_buf_add(out, *c == '"' ? "\"\"" : c, *c == '"' ? 2 : 1);
    }
    sim_buf_text(out, "\"");
}

static void add_attributes(struct sim_buf *out, const char *version, const char *object, const char *id)
{
    sim_buf_format(out, "\"attributes\":{\"type\":\"%s\",\"url\":\"/services/data/%s/sobjects/%s/%s\"}", object,
                   version, object, id);
}

/** Fields of one parent ("Account." of Account.Name, Account.Industry), nested like the vendor does. */
static void add_parent(struct sim_buf *out, const char *version, const struct soql *query, const struct sim_row *row,
                       size_t first)
{
    const struct soql_path *path = &query->fields[first];
    const struct sim_field *link = &path->tables[0]->fields[path->fields[0]];
    const struct sim_row *parent = sim_row_find(path->tables[1], sim_row_at(row, path->fields[0]));
    sim_buf_format(out, ",\"%s\":", link->relation);
    if (!parent) {
        sim_buf_text(out, "null");
        return;
    }
    sim_buf_text(out, "{");
    add_attributes(out, version, path->tables[1]->name, parent->id);
    for (size_t i = first; i < query->n_fields; i++) {
        const struct soql_path *other = &query->fields[i];
        if (other->n_hops < 2 || other->fields[0] != path->fields[0])
            continue;
        sim_buf_format(out, ",\"%s\":", strchr(other->text, '.') + 1);
        sf_json_value(out, other->type, soql_value(other, row));
    }
    sim_buf_text(out, "}");
}

static bool parent_seen(const struct soql *query, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        if (query->fields[i].n_hops > 1 && query->fields[i].fields[0] == query->fields[at].fields[0])
            return true;
    }
    return false;
}

static void add_record(struct sim_buf *out, const char *version, const struct soql *query, const struct sim_row *row)
{
    sim_buf_text(out, "{");
    add_attributes(out, version, query->table->name, row->id);
    for (size_t i = 0; i < query->n_fields; i++) {
        const struct soql_path *path = &query->fields[i];
        if (path->n_hops > 1) {
            if (!parent_seen(query, i))
                add_parent(out, version, query, row, i);
            continue;
        }
        sim_buf_format(out, ",\"%s\":", path->tables[0]->fields[path->fields[0]].name);
        sf_json_value(out, path->type, soql_value(path, row));
    }
    sim_buf_text(out, "}");
}

static size_t page_size(struct sim_request *request, size_t left)
{
    size_t size = (size_t)request->sim->options.page_size;
    const char *hint = sim_header(request, "Sforce-Query-Options");
    const char *equals = hint ? strstr(hint, "batchSize=") : NULL;
    size_t wanted = equals ? (size_t)strtoull(equals + 10, NULL, 10) : 0;
    if (wanted >= 200 && wanted < size)
        size = wanted;
    if (request->wants & SIM_WANT_SHORT_PAGE)
        size = left > 3 ? left / 3 : 1;
    if (request->wants & SIM_WANT_EMPTY_PAGE)
        size = 0;
    return size < left ? size : left;
}

static void send_page(struct sim_request *request, struct sim_response *response, size_t number, size_t from)
{
    struct salesforce *org = request->state;
    const struct sf_cursor *cursor = &org->cursors[number];
    const char *version = request->part[0];
    size_t to = from + page_size(request, cursor->count - from);
    size_t total = cursor->count + (request->wants & SIM_WANT_WRONG_COUNT ? 1 : 0);
    bool is_done = to == cursor->count;
    sim_reply(response, 200, JSON);
    sim_buf_format(&response->body, "{\"totalSize\":%zu,\"done\":%s", total, is_done ? "true" : "false");
    size_t next = request->wants & SIM_WANT_SAME_TOKEN ? from : to;
    const char *host = "", *nonce = "";
    if (request->wants & SIM_WANT_EMPTY_PAGE)
        nonce = sim_keep(request, sim_format("-%" PRIu64, org->calls));
    if (request->wants & SIM_WANT_FOREIGN_URL)
        host = sim_keep(request, sim_format("http://127.0.0.2:%d", request->sim->port));
    if (!is_done) {
        sim_buf_format(&response->body, ",\"nextRecordsUrl\":\"%s/services/data/%s/query/01g0000000%05zuAAA-%zu%s\"",
                       host, version, number, next, nonce);
    }
    sim_buf_text(&response->body, ",\"records\":[");
    for (size_t i = from; i < to; i++) {
        sim_buf_text(&response->body, i > from ? "," : "");
        add_record(&response->body, version, cursor->query, cursor->rows[i]);
    }
    sim_buf_text(&response->body, "]}");
}

void sf_query(struct sim_request *request, struct sim_response *response)
{
    struct salesforce *org = request->state;
    const char *text = sim_param(request, "q");
    struct soql *query = soql_open(request->sim->store, text ? text : "");
    if (query->error_code) {
        sf_error(response, 400, query->error_code, query->error);
        soql_close(query);
        return;
    }
    bool is_all = strstr(request->path, "/queryAll") != NULL;
    size_t count;
    struct sim_row **rows = soql_rows(query, is_all, &count);
    if (query->is_count) {
        sim_reply(response, 200, JSON);
        sim_buf_format(&response->body, "{\"totalSize\":%zu,\"done\":true,\"records\":[]}", count);
        free(rows);
        soql_close(query);
        return;
    }
    org->cursors = sim_grow(org->cursors, (org->n_cursors + 1) * sizeof *org->cursors);
    org->cursors[org->n_cursors++] = (struct sf_cursor){query->object, query, rows, count};
    send_page(request, response, org->n_cursors - 1, 0);
}

/** Locator "01g0000000NNNNNAAA-FROM". */
static bool find_cursor(struct sim_request *request, size_t *number, size_t *from)
{
    const struct salesforce *org = request->state;
    const char *text = request->part[1], *dash = strchr(text, '-');
    if (strncmp(text, "01g0000000", 10) != 0 || !dash)
        return false;
    *number = (size_t)strtoull(text + 10, NULL, 10);
    *from = (size_t)strtoull(dash + 1, NULL, 10);
    return *number < org->n_cursors && *from <= org->cursors[*number].count;
}

void sf_query_more(struct sim_request *request, struct sim_response *response)
{
    size_t number, from;
    if (find_cursor(request, &number, &from)) {
        send_page(request, response, number, from);
    } else {
        sf_error(response, 400, "INVALID_QUERY_LOCATOR", "invalid query locator");
    }
}

static const char *object_of_soql(struct sim_request *request, const char *text)
{
    const char *from = text ? strstr(text, " FROM ") : NULL;
    from = from || !text ? from : strstr(text, " from ");
    if (!from)
        return NULL;
    from += 6 + strspn(from + 6, " ");
    return sim_keep(request, sim_copy(from, strcspn(from, " \n")));
}

const char *sf_stream_of_soql(struct sim_request *request)
{
    return object_of_soql(request, sim_param(request, "q"));
}

const char *sf_stream_of_body(struct sim_request *request)
{
    return object_of_soql(request, request->body.data);
}

const char *sf_stream_of_cursor(struct sim_request *request)
{
    const struct salesforce *org = request->state;
    size_t number, from;
    return find_cursor(request, &number, &from) ? org->cursors[number].object : NULL;
}

const char *sf_stream_of_part(struct sim_request *request)
{
    return request->part[1];
}

static const char *type_name(const struct sim_field *field)
{
    static const char *const names[] = {"id",     "reference", "string",   "boolean", "int",
                                        "double", "date",      "datetime", "string"};
    if (field->type == SIM_DOUBLE && (strstr(field->name, "Amount") || strstr(field->name, "Cost")))
        return "currency";
    return names[field->type];
}

static struct sim_table *described(struct sim_request *request, struct sim_response *response)
{
    struct sim_table *table = sim_table_find(request->sim->store, "salesforce", request->part[1]);
    if (!table)
        sf_error(response, 404, "NOT_FOUND", "The requested resource does not exist");
    return table;
}

void sf_global_describe(struct sim_request *request, struct sim_response *response)
{
    const struct sim_store *store = request->sim->store;
    sim_reply(response, 200, JSON);
    sim_buf_text(&response->body, "{\"encoding\":\"UTF-8\",\"maxBatchSize\":200,\"sobjects\":[");
    bool is_first = true;
    for (size_t i = 0; i < store->n_tables; i++) {
        const struct sim_table *table = store->tables[i];
        if (strcmp(table->vendor, "salesforce") != 0)
            continue;
        sim_buf_format(&response->body,
                       "%s{\"name\":\"%s\",\"label\":\"%s\",\"keyPrefix\":\"%s\",\"queryable\":true,\"custom\":%s}",
                       is_first ? "" : ",", table->name, table->name, table->object->prefix,
                       strstr(table->name, "__c") ? "true" : "false");
        is_first = false;
    }
    sim_buf_text(&response->body, "]}");
}

void sf_describe(struct sim_request *request, struct sim_response *response)
{
    const struct sim_table *table = described(request, response);
    if (!table)
        return;
    struct sim_buf *out = &response->body;
    sim_reply(response, 200, JSON);
    sim_buf_format(out, "{\"name\":\"%s\",\"keyPrefix\":\"%s\",\"queryable\":true,\"fields\":[", table->name,
                   table->object->prefix);
    for (size_t i = 0; i < table->n_fields; i++) {
        const struct sim_field *field = &table->fields[i];
        sim_buf_format(out,
                       "%s{\"name\":\"%s\",\"type\":\"%s\",\"length\":%d,\"precision\":0,\"scale\":0,\"nillable\":%s,"
                       "\"calculated\":false,\"custom\":%s,\"compoundFieldName\":null,\"picklistValues\":[],"
                       "\"relationshipName\":",
                       i ? "," : "", field->name, type_name(field),
                       field->type <= SIM_REF    ? 18
                       : field->type == SIM_TEXT ? 255
                                                 : 0,
                       field->type == SIM_ID || field->type == SIM_BOOL ? "false" : "true",
                       strstr(field->name, "__c") ? "true" : "false");
        sim_buf_json(out, field->relation);
        sim_buf_text(out, ",\"referenceTo\":[");
        if (field->target)
            sim_buf_json(out, field->target);
        sim_buf_text(out, "]}");
    }
    sim_buf_text(out, "]}");
}

static bool span_of(struct sim_request *request, struct sim_response *response, int64_t *start, int64_t *end)
{
    const char *from = sim_param(request, "start"), *to = sim_param(request, "end");
    bool ok = from && to && sim_time_parse(from, start, NULL) && sim_time_parse(to, end, NULL) && *start < *end;
    if (!ok || *end - *start > MAX_SPAN)
        sf_error(response, 400, "INVALID_REPLICATION_DATE", "start and end must span at most 30 days");
    return ok && *end - *start <= MAX_SPAN;
}

void sf_deleted(struct sim_request *request, struct sim_response *response)
{
    int64_t start, end;
    const struct sim_table *table = described(request, response);
    if (!table || !span_of(request, response, &start, &end))
        return;
    char text[21];
    sim_reply(response, 200, JSON);
    sim_buf_text(&response->body, "{\"deletedRecords\":[");
    bool is_first = true;
    for (size_t i = 0; i < table->n_rows; i++) {
        const struct sim_row *row = table->rows[i];
        if (!row->deleted_at || row->deleted_at < start || row->deleted_at >= end)
            continue;
        sim_time_print(row->deleted_at, text);
        sim_buf_format(&response->body, "%s{\"id\":\"%s\",\"deletedDate\":\"%.19s.000+0000\"}", is_first ? "" : ",",
                       row->id, text);
        is_first = false;
    }
    sim_time_print(request->sim->options.start, text);
    sim_buf_format(&response->body, "],\"earliestDateAvailable\":\"%.19s.000+0000\"", text);
    sim_time_print(end < request->sim->now ? end : request->sim->now, text);
    sim_buf_format(&response->body, ",\"latestDateCovered\":\"%.19s.000+0000\"}", text);
}

void sf_updated(struct sim_request *request, struct sim_response *response)
{
    int64_t start, end;
    const struct sim_table *table = described(request, response);
    if (!table || !span_of(request, response, &start, &end))
        return;
    char lo[21], hi[21];
    sim_time_print(start, lo);
    sim_time_print(end, hi);
    sim_reply(response, 200, JSON);
    sim_buf_text(&response->body, "{\"ids\":[");
    bool is_first = true;
    for (size_t i = 0; i < table->n_rows; i++) {
        const struct sim_row *row = table->rows[i];
        const char *stamp = sim_row_get(table, row, "SystemModstamp");
        if (row->deleted_at || row->is_gone || !stamp || strcmp(stamp, lo) < 0 || strcmp(stamp, hi) >= 0)
            continue;
        sim_buf_format(&response->body, "%s\"%s\"", is_first ? "" : ",", row->id);
        is_first = false;
    }
    sim_buf_format(&response->body, "],\"latestDateCovered\":\"%.19s.000+0000\"}", hi);
}
