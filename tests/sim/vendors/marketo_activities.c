/* Activities: types, paging token, pages, lead changes, deleted leads. A page looks at up to 300 activities of any type
 * and shows those asked for: so pages are short, or empty, while more follow - as at the vendor. */
#include "vendors/marketo.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define MAX_PAGE 300
#define DELETED_DAYS 14

static const struct {
    int id;
    const char *name, *primary, *attributes;
} standard_types[] = {
    {1,   "Visit Webpage",                "Webpage ID",     "Webpage URL"                                         },
    {2,   "Fill Out Form",                "Webform ID",     "Form Fields,Webpage ID"                              },
    {3,   "Click Link",                   "Link ID",        "Webpage ID"                                          },
    {6,   "Send Email",                   "Mailing ID",     "Campaign Run ID"                                     },
    {7,   "Email Delivered",              "Mailing ID",     "Campaign Run ID"                                     },
    {8,   "Email Bounced",                "Mailing ID",     "Category,Details"                                    },
    {9,   "Unsubscribe Email",            "Mailing ID",     "Webform ID"                                          },
    {10,  "Open Email",                   "Mailing ID",     "Is Mobile Device,Is Bot Activity"                    },
    {11,  "Click Email",                  "Mailing ID",     "Link,Is Mobile Device,Is Bot Activity"               },
    {12,  "New Lead",                     NULL,             "Source Type,Created Date"                            },
    {13,  "Change Data Value",            "Attribute Name", "New Value,Old Value,Reason,Source"                   },
    {22,  "Change Score",                 "Score Name",     "Change Value,New Value,Old Value,Reason"             },
    {24,  "Add to List",                  "List ID",        "Source"                                              },
    {25,  "Remove from List",             "List ID",        "Source"                                              },
    {27,  "Email Bounced Soft",           "Mailing ID",     "Category,Details"                                    },
    {32,  "Merge Leads",                  "Lead ID",        "Merge IDs,Merge Source,Merged in Sales"              },
    {37,  "Delete Lead",                  "Lead ID",        "Campaign,Remove from CRM"                            },
    {46,  "Interesting Moment",           "Type",           "Date,Description,Source"                             },
    {101, "Change Revenue Stage",         "Model ID",       "New Stage,Old Stage,New Stage ID,Old Stage ID,Reason"},
    {104, "Change Status in Progression", "Program ID",
     "Acquired By,New Status,New Status ID,Old Status,Old Status ID,Program Member ID,Reason,Success"             },
};

static void add_standard_type(struct sim_buf *out, size_t at)
{
    sim_buf_format(out, "{\"id\":%d,\"name\":\"%s\",\"description\":\"simulated\"", standard_types[at].id,
                   standard_types[at].name);
    if (standard_types[at].primary) {
        sim_buf_format(out, ",\"primaryAttribute\":{\"name\":\"%s\",\"dataType\":\"integer\"}",
                       standard_types[at].primary);
    }
    sim_buf_text(out, ",\"attributes\":[");
    const char *name = standard_types[at].attributes;
    for (bool is_first = true; *name; is_first = false) {
        int size = (int)strcspn(name, ",");
        sim_buf_format(out, "%s{\"name\":\"%.*s\",\"dataType\":\"string\"}", is_first ? "" : ",", size, name);
        name += size;
        name += *name == ',';
    }
    sim_buf_text(out, "]}");
}

/** The standard types, then those of the data folder that are not among them. */
void mkto_activity_types(struct sim_request *request, struct sim_response *response)
{
    const struct sim_table *table = mkto_table(request, "activity_types");
    struct sim_buf *out = &response->body;
    bool is_first = true;
    mkto_success(request, response);
    sim_buf_text(out, ",\"result\":[");
    for (size_t i = 0; i < SIM_LEN(standard_types); i++) {
        char id[12];
        snprintf(id, sizeof id, "%d", standard_types[i].id);
        if (sim_row_find(table, id))
            continue;
        sim_buf_text(out, is_first ? "" : ",");
        add_standard_type(out, i);
        is_first = false;
    }
    for (size_t i = 0; i < table->n_rows; i++) {
        sim_buf_format(out, "%s{\"id\":%s", is_first ? "" : ",", table->rows[i]->id);
        for (size_t f = 1; f < table->n_fields; f++) {
            const char *value = sim_row_at(table->rows[i], f);
            if (!value)
                continue;
            sim_buf_format(out, ",\"%s\":", table->fields[f].name);
            mkto_json_value(out, table->fields[f].type, value);
        }
        sim_buf_text(out, "}");
        is_first = false;
    }
    sim_buf_text(out, "]}");
}

static void add_token(struct sim_request *request, struct sim_buf *out, const char *date, const char *guid)
{
    char *plain = sim_keep(request, sim_format("A|%s|%s|%s", date, guid, mkto_nonce(request)));
    sim_buf_text(out, "\"nextPageToken\":\"");
    mkto_add_token(out, plain);
    sim_buf_text(out, "\"");
}

void mkto_paging_token(struct sim_request *request, struct sim_response *response)
{
    const char *since = sim_param(request, "sinceDatetime");
    int64_t seconds;
    if (!since || !sim_time_parse(since, &seconds, NULL)) {
        mkto_error(request, response, "704", "sinceDatetime is not a date");
        return;
    }
    char date[21];
    sim_time_print(seconds, date);
    mkto_success(request, response);
    sim_buf_text(&response->body, ",");
    add_token(request, &response->body, date, "");
    sim_buf_text(&response->body, "}");
}

/** Position, last date and guid of a token "A|date|guid|"; false after answering. */
static bool read_position(struct sim_request *request, struct sim_response *response, char **date, char **guid)
{
    char *token = mkto_read_token(request, "nextPageToken");
    if (!sim_param(request, "nextPageToken")) {
        mkto_error(request, response, "1002", "Missing value for required parameter 'nextPageToken'");
        return false;
    }
    char *first = token && token[0] == 'A' ? strchr(token, '|') : NULL;
    char *second = first ? strchr(first + 1, '|') : NULL;
    if (!second) {
        mkto_error(request, response, "1003", "Invalid value for 'nextPageToken'");
        return false;
    }
    *date = first + 1;
    *second = '\0';
    *guid = second + 1;
    (*guid)[strcspn(*guid, "|")] = '\0';
    return true;
}

static size_t list_length(const char *list)
{
    size_t n = list && *list ? 1 : 0;
    for (; list && *list; list++)
        n += *list == ',';
    return n;
}

static void add_common(struct sim_buf *out, const struct sim_table *table, const struct sim_row *row)
{
    sim_buf_format(out, "{\"id\":%s,\"marketoGUID\":\"%s\"", row->id, row->id);
    for (size_t f = 1; f < table->n_fields; f++) {
        const char *value = sim_row_at(row, f);
        if (!value || table->fields[f].type == SIM_RAW)
            continue;
        sim_buf_format(out, ",\"%s\":", table->fields[f].name);
        mkto_json_value(out, table->fields[f].type, value);
    }
}

static void add_activity(struct sim_request *request, struct sim_buf *out, const struct sim_table *table,
                         const struct sim_row *row)
{
    (void)request;
    const char *attributes = sim_row_get(table, row, "attributes");
    add_common(out, table, row);
    sim_buf_format(out, ",\"attributes\":%s}", attributes ? attributes : "[]");
}

typedef void (*activity_writer)(struct sim_request *request, struct sim_buf *out, const struct sim_table *table,
                                const struct sim_row *row);

static bool is_asked(struct sim_request *request, const struct sim_table *table, const struct sim_row *row,
                     const char *types)
{
    const char *leads = sim_param(request, "leadIds"), *lead = sim_row_get(table, row, "leadId");
    const char *type = sim_row_get(table, row, "activityTypeId");
    return type && mkto_in_list(types, type) && (!leads || (lead && mkto_in_list(leads, lead)));
}

/** How many activities of any type one page looks at. */
static size_t page_reach(const struct sim_request *request)
{
    int64_t asked = sim_param_int(request, "batchSize", MAX_PAGE);
    size_t reach = asked < 1 || asked > MAX_PAGE ? MAX_PAGE : (size_t)asked;
    if (request->wants & SIM_WANT_EMPTY_PAGE)
        return 0;
    return request->wants & SIM_WANT_SHORT_PAGE ? reach / 3 + 1 : reach;
}

static void send_page(struct sim_request *request, struct sim_response *response, const char *types,
                      activity_writer write)
{
    const struct sim_table *table = mkto_table(request, "activities");
    char *date, *guid;
    if (!read_position(request, response, &date, &guid))
        return;
    size_t count, shown = 0, reach = page_reach(request);
    struct sim_row **rows = mkto_activities_sorted(request->state, &count);
    size_t from = mkto_activities_seek(request->state, date, *guid ? guid : NULL);
    size_t to = count - from < reach ? count : from + reach;
    struct sim_buf *out = &response->body, items = {0};
    mkto_success(request, response);
    for (size_t i = from; i < to; i++) {
        if (!is_asked(request, table, rows[i], types))
            continue;
        sim_buf_text(&items, shown++ ? "," : "");
        write(request, &items, table, rows[i]);
    }
    if (shown)
        sim_buf_format(out, ",\"result\":[%s]", items.data);
    const struct sim_row *last = to == from || (request->wants & SIM_WANT_SAME_TOKEN) ? NULL : rows[to - 1];
    sim_buf_text(out, ",");
    add_token(request, out, last ? sim_row_get(table, last, "activityDate") : date, last ? last->id : guid);
    sim_buf_format(out, ",\"moreResult\":%s}", to < count ? "true" : "false");
    sim_buf_free(&items);
}

void mkto_activities(struct sim_request *request, struct sim_response *response)
{
    const char *types = sim_param(request, "activityTypeIds");
    if (!types || !*types) {
        mkto_error(request, response, "1002", "Missing value for required parameter 'activityTypeIds'");
    } else if (list_length(types) > 10) {
        mkto_error(request, response, "1003", "activityTypeIds: at most 10 values");
    } else if (list_length(sim_param(request, "leadIds")) > 30) {
        mkto_error(request, response, "1003", "leadIds: at most 30 values");
    } else {
        send_page(request, response, types, add_activity);
    }
}

/** Value of the member @p name in attributes [{"name":…,"value":…}], raw JSON without the quotes around a text. */
static const char *attribute(struct sim_request *request, const char *attributes, const char *name)
{
    char *key = sim_keep(request, sim_format("\"name\":\"%s\",\"value\":", name));
    const char *at = attributes ? strstr(attributes, key) : NULL;
    if (!at)
        return NULL;
    at += strlen(key);
    size_t size = *at == '"' ? 1 : strcspn(at, "}");
    while (*at == '"' && at[size] && at[size] != '"')
        size += at[size] == '\\' ? 2 : 1;
    return sim_keep(request, sim_copy(at, *at == '"' ? size + 1 : size));
}

static void add_change(struct sim_request *request, struct sim_buf *out, const struct sim_table *table,
                       const struct sim_row *row)
{
    const char *attributes = sim_row_get(table, row, "attributes");
    const char *field = sim_row_get(table, row, "primaryAttributeValue");
    const char *old = attribute(request, attributes, "Old Value"), *new = attribute(request, attributes, "New Value");
    add_common(out, table, row);
    sim_buf_text(out, ",\"fields\":[");
    if (field && (old || new)) {
        sim_buf_format(out, "{\"id\":%s,\"name\":\"%s\",\"newValue\":%s,\"oldValue\":%s}",
                       sim_row_get(table, row, "primaryAttributeValueId")
                           ? sim_row_get(table, row, "primaryAttributeValueId")
                           : "0",
                       field, new ? new : "null", old ? old : "null");
    }
    sim_buf_format(out, "],\"attributes\":%s}", attributes ? attributes : "[]");
}

void mkto_lead_changes(struct sim_request *request, struct sim_response *response)
{
    if (!sim_param(request, "fields")) {
        mkto_error(request, response, "1002", "Missing value for required parameter 'fields'");
    } else {
        send_page(request, response, "12,13", add_change);
    }
}

void mkto_deleted_leads(struct sim_request *request, struct sim_response *response)
{
    char *date, *guid, oldest[21];
    if (!read_position(request, response, &date, &guid))
        return;
    sim_time_print(request->sim->now - DELETED_DAYS * SIM_DAY, oldest);
    if (strcmp(date, oldest) < 0) {
        struct sim_buf token = {0};
        char *plain = sim_keep(request, sim_format("A|%s||", oldest));
        mkto_add_token(&token, plain);
        for (size_t i = 0; i < request->n_params; i++) {
            if (strcmp(request->params[i].name, "nextPageToken") == 0)
                request->params[i].value = sim_keep(request, sim_dup(token.data));
        }
        sim_buf_free(&token);
    }
    send_page(request, response, "37", add_activity);
}
