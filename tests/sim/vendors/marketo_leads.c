/* Lead database: describe, leads, lists, program members, smart campaigns, usage. */
#include "vendors/marketo.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define MAX_PAGE 300
#define MAX_MATCHES 1000

static const char *data_type(enum sim_type type)
{
    static const char *const names[] = {"integer", "string", "string",   "boolean", "integer",
                                        "float",   "date",   "datetime", "text"};
    return names[type];
}

void mkto_describe(struct sim_request *request, struct sim_response *response)
{
    const struct sim_table *table = mkto_table(request, "leads");
    struct sim_buf *out = &response->body;
    mkto_success(request, response);
    sim_buf_text(out, ",\"result\":[");
    for (size_t i = 0; i < table->n_fields; i++) {
        const struct sim_field *field = &table->fields[i];
        sim_buf_format(
            out,
            "%s{\"id\":%zu,\"displayName\":\"%s\",\"dataType\":\"%s\",\"length\":255,\"rest\":{\"name\":\"%s\","
            "\"readOnly\":%s}}",
            i ? "," : "", i + 1, field->name, data_type(field->type), field->name,
            field->type == SIM_ID ? "true" : "false");
    }
    sim_buf_text(out,
                 ",{\"id\":9999,\"displayName\":\"soap only\",\"dataType\":\"string\",\"soap\":{\"name\":\"SoapOnly\","
                 "\"readOnly\":false}}]}");
}

/** Indexes of the requested fields; false after answering 1006 for an unknown one. */
static bool pick_fields(struct sim_request *request, struct sim_response *response, const struct sim_table *table,
                        const char *list, size_t *picked, size_t *count)
{
    *count = 0;
    while (*list) {
        list += strspn(list, ", ");
        size_t size = strcspn(list, ",");
        char *name = sim_keep(request, sim_copy(list, size));
        list += size;
        if (!size)
            continue;
        size_t at = sim_field_find(table, name);
        if (at == SIZE_MAX) {
            char *message = sim_keep(request, sim_format("Field '%s' not found", name));
            mkto_error(request, response, "1006", message);
            return false;
        }
        if (*count < 512)
            picked[(*count)++] = at;
    }
    return true;
}

static void add_fields(struct sim_buf *out, const struct sim_table *table, const struct sim_row *row,
                       const size_t *picked, size_t count)
{
    sim_buf_text(out, "{");
    for (size_t i = 0; i < count; i++) {
        sim_buf_format(out, "%s\"%s\":", i ? "," : "", table->fields[picked[i]].name);
        mkto_json_value(out, table->fields[picked[i]].type, sim_row_at(row, picked[i]));
    }
    sim_buf_text(out, "}");
}

/** Answers one page of @p rows from the offset in nextPageToken. */
static void send_rows(struct sim_request *request, struct sim_response *response, const struct sim_table *table,
                      struct sim_row **rows, size_t count, const char *fields)
{
    size_t picked[512], n_picked;
    if (!pick_fields(request, response, table, fields, picked, &n_picked))
        return;
    const char *token = mkto_read_token(request, "nextPageToken");
    size_t from = token && strncmp(token, "P|", 2) == 0 ? (size_t)strtoull(token + 2, NULL, 10) : 0;
    int64_t batch = sim_param_int(request, "batchSize", MAX_PAGE);
    size_t size = batch > 0 && batch < MAX_PAGE ? (size_t)batch : MAX_PAGE;
    if (request->wants & SIM_WANT_SHORT_PAGE)
        size = size / 3 + 1;
    if (request->wants & SIM_WANT_EMPTY_PAGE)
        size = 0;
    from = from < count ? from : count;
    size_t to = size < count - from ? from + size : count;
    mkto_success(request, response);
    sim_buf_text(&response->body, ",\"result\":[");
    for (size_t i = from; i < to; i++) {
        sim_buf_text(&response->body, i > from ? "," : "");
        add_fields(&response->body, table, rows[i], picked, n_picked);
    }
    sim_buf_text(&response->body, "]");
    if (to < count) {
        char *plain = sim_keep(
            request, sim_format("P|%zu|%s", request->wants & SIM_WANT_SAME_TOKEN ? from : to, mkto_nonce(request)));
        sim_buf_text(&response->body, ",\"nextPageToken\":\"");
        mkto_add_token(&response->body, plain);
        sim_buf_text(&response->body, "\",\"moreResult\":true}");
    } else {
        sim_buf_text(&response->body, ",\"moreResult\":false}");
    }
}

void mkto_leads(struct sim_request *request, struct sim_response *response)
{
    const struct sim_table *table = mkto_table(request, "leads");
    const char *type = sim_param(request, "filterType"), *values = sim_param(request, "filterValues");
    const char *fields = sim_param(request, "fields");
    size_t column = type ? sim_field_find(table, type) : SIZE_MAX;
    if (column == SIZE_MAX || !values) {
        mkto_error(request, response, "1003", "Invalid filterType or filterValues");
        return;
    }
    struct sim_row **rows = sim_alloc((table->n_rows + 1) * sizeof(struct sim_row *));
    size_t count = 0;
    for (size_t i = 0; i < table->n_rows; i++) {
        const char *value = sim_row_at(table->rows[i], column);
        if (!table->rows[i]->is_gone && value && mkto_in_list(values, value))
            rows[count++] = table->rows[i];
    }
    if (count > MAX_MATCHES) {
        mkto_error(request, response, "1003", "Too many results match the filter");
    } else {
        send_rows(request, response, table, rows, count,
                  fields ? fields : "id,email,firstName,lastName,createdAt,updatedAt");
    }
    free(rows);
}

/** Rows of @p members whose @p column is @p id, turned into leads; caller frees. */
static struct sim_row **leads_of(struct sim_request *request, const char *members, const char *column, const char *id,
                                 size_t *count)
{
    const struct sim_table *table = mkto_table(request, members), *leads = mkto_table(request, "leads");
    struct sim_row **rows = sim_alloc((table->n_rows + 1) * sizeof(struct sim_row *));
    *count = 0;
    for (size_t i = 0; i < table->n_rows; i++) {
        const char *owner = sim_row_get(table, table->rows[i], column);
        struct sim_row *lead = sim_row_find(leads, sim_row_get(table, table->rows[i], "leadId"));
        if (!table->rows[i]->is_gone && owner && strcmp(owner, id) == 0 && lead && !lead->is_gone)
            rows[(*count)++] = lead;
    }
    return rows;
}

static void send_leads_of(struct sim_request *request, struct sim_response *response, const char *members,
                          const char *column)
{
    char *id = request->part[0];
    id[strcspn(id, ".")] = '\0';
    size_t count;
    struct sim_row **rows = leads_of(request, members, column, id, &count);
    const char *fields = sim_param(request, "fields");
    send_rows(request, response, mkto_table(request, "leads"), rows, count,
              fields ? fields : "id,email,firstName,lastName,createdAt,updatedAt");
    free(rows);
}

void mkto_list_leads(struct sim_request *request, struct sim_response *response)
{
    send_leads_of(request, response, "list_members", "listId");
}

void mkto_program_leads(struct sim_request *request, struct sim_response *response)
{
    send_leads_of(request, response, "program_members", "programId");
}

static struct sim_row **all_rows(const struct sim_table *table, size_t *count)
{
    struct sim_row **rows = sim_alloc((table->n_rows + 1) * sizeof(struct sim_row *));
    *count = 0;
    for (size_t i = 0; i < table->n_rows; i++) {
        if (!table->rows[i]->is_gone)
            rows[(*count)++] = table->rows[i];
    }
    return rows;
}

void mkto_lists(struct sim_request *request, struct sim_response *response)
{
    size_t count;
    const struct sim_table *table = mkto_table(request, "lists");
    struct sim_row **rows = all_rows(table, &count);
    send_rows(request, response, table, rows, count,
              "id,name,description,programName,workspaceName,createdAt,updatedAt");
    free(rows);
}

void mkto_campaigns(struct sim_request *request, struct sim_response *response)
{
    size_t count;
    const struct sim_table *table = mkto_table(request, "campaigns");
    struct sim_row **rows = all_rows(table, &count);
    send_rows(request, response, table, rows, count,
              "id,name,description,type,programName,programId,workspaceName,active,createdAt,updatedAt");
    free(rows);
}

static bool in_window(struct sim_request *request, const char *updated)
{
    int64_t start = 0, end = 0, at = 0;
    const char *from = sim_param(request, "startAt"), *to = sim_param(request, "endAt");
    return from && to && updated && sim_time_parse(from, &start, NULL) && sim_time_parse(to, &end, NULL) &&
           sim_time_parse(updated, &at, NULL) && at >= start && at <= end;
}

static bool member_fits(struct sim_request *request, const struct sim_table *table, const struct sim_row *row)
{
    const char *program = sim_row_get(table, row, "programId"), *type = sim_param(request, "filterType");
    const char *status = sim_row_get(table, row, "statusName");
    if (row->is_gone || !program || strcmp(program, request->part[0]) != 0)
        return false;
    if (type && strcmp(type, "updatedAt") == 0)
        return in_window(request, sim_row_get(table, row, "updatedAt"));
    if (type && strcmp(type, "statusName") == 0)
        return status && mkto_in_list(sim_param(request, "filterValues"), status);
    return true;
}

void mkto_members(struct sim_request *request, struct sim_response *response)
{
    const struct sim_table *table = mkto_table(request, "program_members");
    const char *type = sim_param(request, "filterType"), *fields = sim_param(request, "fields");
    int64_t start = 0, end = 0;
    bool is_window = type && strcmp(type, "updatedAt") == 0;
    const char *from = sim_param(request, "startAt"), *to = sim_param(request, "endAt");
    if (is_window && (!from || !to || !sim_time_parse(from, &start, NULL) || !sim_time_parse(to, &end, NULL) ||
                      end - start > 7 * SIM_DAY)) {
        mkto_error(request, response, "1003", "startAt and endAt must span at most 7 days");
        return;
    }
    struct sim_row **rows = sim_alloc((table->n_rows + 1) * sizeof(struct sim_row *));
    size_t count = 0;
    for (size_t i = 0; i < table->n_rows; i++) {
        if (member_fits(request, table, table->rows[i]))
            rows[count++] = table->rows[i];
    }
    send_rows(request, response, table, rows, count,
              fields ? fields : "acquiredBy,leadId,membershipDate,programId,reachedSuccess");
    free(rows);
}

void mkto_usage(struct sim_request *request, struct sim_response *response)
{
    const struct marketo *marketo = request->state;
    char date[11];
    sim_date_print(request->sim->now, date);
    mkto_success(request, response);
    sim_buf_format(&response->body,
                   ",\"result\":[{\"date\":\"%s\",\"total\":%" PRIu64
                   ",\"users\":[{\"userId\":\"apis@sim.example\",\"count\":%" PRIu64 "}]}]}",
                   date, marketo->calls, marketo->calls);
}
