/* What a bulk extract holds: filters, fields, CSV. An empty value is the literal text null; the attributes of an
 * activity are one JSON object by attribute name. */
#include "fault_csv.h"
#include "vendors/marketo.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#define MAX_WINDOW (31 * SIM_DAY)

static const char activity_fields[] = "marketoGUID,leadId,activityDate,activityTypeId,campaignId,"
                                      "primaryAttributeValueId,primaryAttributeValue,attributes";

struct window {
    const char *field; /**< createdAt, updatedAt, or NULL */
    char lo[21], hi[21];
};

static const cJSON *get(const cJSON *json, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(json, name);
}

static bool refuse(const char **code, char **message, const char *want, const char *text)
{
    *code = want;
    *message = sim_dup(text);
    return false;
}

static bool read_instant(const cJSON *window, const char *name, int64_t *seconds)
{
    const char *text = cJSON_GetStringValue(get(window, name));
    return text && !strchr(text, '.') && sim_time_parse(text, seconds, NULL);
}

static bool judge_window(const cJSON *filter, const char *field, struct window *window, const char **code,
                         char **message)
{
    const cJSON *range = get(filter, field);
    int64_t lo, hi;
    if (!range)
        return true;
    if (!read_instant(range, "startAt", &lo) || !read_instant(range, "endAt", &hi))
        return refuse(code, message, "1003", "startAt and endAt must be ISO 8601 without milliseconds");
    if (hi - lo > MAX_WINDOW || hi < lo)
        return refuse(code, message, "1003", "the date range must be 31 days or less");
    window->field = field;
    sim_time_print(lo, window->lo);
    sim_time_print(hi, window->hi);
    return true;
}

static const struct sim_table *table_of(const struct sim_store *store, const char *kind)
{
    return sim_table_find(store, "marketo", strcmp(kind, "members") == 0 ? "program_members" : kind);
}

static bool judge_fields(const struct sim_table *table, const cJSON *json, const char *kind, const char **code,
                         char **message)
{
    const cJSON *fields = get(json, "fields"), *field;
    if (!cJSON_GetArraySize(fields) && strcmp(kind, "activities") != 0)
        return refuse(code, message, "1003", "fields is required");
    cJSON_ArrayForEach(field, fields)
    {
        const char *name = cJSON_GetStringValue(field);
        bool is_action = name && strcmp(name, "actionResult") == 0;
        if (!name || (!is_action && sim_field_find(table, name) == SIZE_MAX)) {
            *code = "1006";
            *message = sim_format("Field '%s' not found", name ? name : "");
            return false;
        }
    }
    return true;
}

static bool judge_filter(const struct marketo *marketo, const cJSON *filter, const char *kind, struct window *window,
                         const char **code, char **message)
{
    bool is_leads = !strcmp(kind, "leads"), is_members = !strcmp(kind, "members");
    int n_leads = !!get(filter, "createdAt") + !!get(filter, "updatedAt") + !!get(filter, "staticListId") +
                  !!get(filter, "staticListName");
    if (!filter || (is_leads && n_leads != 1))
        return refuse(code, message, "1003", "exactly one filter is required");
    if (!strcmp(kind, "activities") && !get(filter, "createdAt"))
        return refuse(code, message, "1003", "createdAt is required");
    if (is_members && !get(filter, "programId") && !get(filter, "programIds"))
        return refuse(code, message, "1003", "programId is required");
    if (get(filter, "updatedAt") && marketo->no_updated_at)
        return refuse(code, message, "1035", "Unsupported filter type for target subscription: updatedAt");
    return judge_window(filter, "createdAt", window, code, message) &&
           judge_window(filter, "updatedAt", window, code, message);
}

bool mkto_export_judge(struct sim_request *request, const char *kind, const char *body, const char **code,
                       char **message)
{
    cJSON *json = cJSON_Parse(body);
    struct window window = {0};
    bool ok = json ? judge_filter(request->state, get(json, "filter"), kind, &window, code, message) &&
                         judge_fields(table_of(request->sim->store, kind), json, kind, code, message)
                   : refuse(code, message, "609", "Invalid JSON");
    cJSON_Delete(json);
    return ok;
}

static bool has_number(const cJSON *numbers, const char *value)
{
    const cJSON *number;
    if (!numbers)
        return true;
    if (cJSON_IsNumber(numbers)) {
        return value && (double)strtoll(value, NULL, 10) - numbers->valuedouble < 0.5 &&
               numbers->valuedouble - (double)strtoll(value, NULL, 10) < 0.5;
    }
    cJSON_ArrayForEach(number, numbers)
    {
        if (cJSON_IsNumber(number) && has_number(number, value))
            return true;
    }
    return false;
}

static bool in_static_list(const struct sim_store *store, const cJSON *filter, const char *lead)
{
    const struct sim_table *members = sim_table_find(store, "marketo", "list_members");
    const struct sim_table *lists = sim_table_find(store, "marketo", "lists");
    const char *name = cJSON_GetStringValue(get(filter, "staticListName"));
    for (size_t i = 0; i < members->n_rows; i++) {
        const char *list = sim_row_get(members, members->rows[i], "listId");
        const char *member = sim_row_get(members, members->rows[i], "leadId");
        const struct sim_row *row = sim_row_find(lists, list);
        const char *have = row ? sim_row_get(lists, row, "name") : NULL;
        bool is_list = name ? have && !strcmp(have, name) : has_number(get(filter, "staticListId"), list);
        if (!members->rows[i]->is_gone && is_list && member && strcmp(member, lead) == 0)
            return true;
    }
    return false;
}

static bool is_wanted(const struct sim_store *store, const struct sim_table *table, const struct sim_row *row,
                      const cJSON *filter, const struct window *window)
{
    bool is_activity = strcmp(table->name, "activities") == 0;
    const char *at = window->field ? sim_row_get(table, row, is_activity ? "activityDate" : window->field) : NULL;
    if (row->is_gone || (window->field && (!at || strcmp(at, window->lo) < 0 || strcmp(at, window->hi) > 0)))
        return false;
    const char *type = is_activity ? sim_row_get(table, row, "activityTypeId") : NULL;
    if (is_activity)
        return type && strcmp(type, "37") != 0 && has_number(get(filter, "activityTypeIds"), type);
    if (strcmp(table->name, "leads") == 0)
        return window->field || in_static_list(store, filter, row->id);
    const char *program = sim_row_get(table, row, "programId");
    return has_number(get(filter, "programId"), program) && has_number(get(filter, "programIds"), program);
}

/** Quotes only where it must, as the vendor does. */
static void add_cell(struct sim_buf *out, const char *value, char separator)
{
    if (!value || !*value) {
        sim_buf_text(out, "null");
        return;
    }
    bool must_quote = strpbrk(value, "\"\n\r") || strchr(value, separator);
    if (must_quote)
        sim_buf_text(out, "\"");
    for (const char *c = value; *c; c++)
        sim_buf_add(out, *c == '"' ? "\"\"" : c, *c == '"' ? 2 : 1);
    if (must_quote)
        sim_buf_text(out, "\"");
}

/** [{"name":"a","value":1}] -> {"a":1} */
static char *attributes_object(const char *array)
{
    cJSON *json = cJSON_Parse(array ? array : "[]"), *item;
    cJSON *object = cJSON_CreateObject();
    cJSON_ArrayForEach(item, json)
    {
        const char *name = cJSON_GetStringValue(get(item, "name"));
        if (name)
            cJSON_AddItemToObject(object, name, cJSON_Duplicate(get(item, "value"), true));
    }
    char *text = cJSON_PrintUnformatted(object);
    char *copy = sim_dup(text);
    cJSON_free(text);
    cJSON_Delete(object);
    cJSON_Delete(json);
    return copy;
}

struct layout {
    char *names[512], *titles[512];
    size_t count;
    char separator;
};

static void add_column(struct layout *layout, const char *name, const cJSON *titles)
{
    const char *title = cJSON_GetStringValue(get(titles, name));
    if (layout->count == SIM_LEN(layout->names))
        return;
    layout->names[layout->count] = sim_dup(name);
    layout->titles[layout->count++] = sim_dup(title ? title : name);
}

static void make_layout(struct layout *layout, const cJSON *json, const char *kind)
{
    const cJSON *fields = get(json, "fields"), *field, *titles = get(json, "columnHeaderNames");
    const char *format = cJSON_GetStringValue(get(json, "format"));
    layout->separator = format && !strcmp(format, "TSV") ? '\t' : format && !strcmp(format, "SSV") ? ';' : ',';
    cJSON_ArrayForEach(field, fields)
    {
        add_column(layout, cJSON_GetStringValue(field), titles);
    }
    for (const char *at = activity_fields; !layout->count || (!fields && *at && !strcmp(kind, "activities"));) {
        char *name = sim_copy(at, strcspn(at, ","));
        add_column(layout, name, titles);
        at += strlen(name);
        at += *at == ',';
        free(name);
    }
    if (get(get(json, "filter"), "programIds"))
        add_column(layout, "programId", titles);
}

static void add_row(struct sim_buf *out, const struct layout *layout, const struct sim_table *table,
                    const struct sim_row *row)
{
    for (size_t i = 0; i < layout->count; i++) {
        if (i)
            sim_buf_add(out, &layout->separator, 1);
        const char *value = sim_row_get(table, row, layout->names[i]);
        if (strcmp(layout->names[i], "attributes") != 0) {
            add_cell(out, value, layout->separator);
            continue;
        }
        char *object = attributes_object(value);
        add_cell(out, object, layout->separator);
        free(object);
    }
    sim_buf_text(out, "\n");
}

void mkto_export_write(struct marketo *marketo, struct mkto_job *job)
{
    const struct sim_store *store = marketo->sim->store;
    const struct sim_table *table = table_of(store, job->kind);
    cJSON *json = cJSON_Parse(job->request);
    struct window window = {0};
    const char *code = NULL;
    char *message = NULL;
    if (!judge_filter(marketo, get(json, "filter"), job->kind, &window, &code, &message))
        free(message);
    struct layout *layout = sim_alloc(sizeof *layout);
    make_layout(layout, json, job->kind);
    for (size_t i = 0; i < layout->count; i++) {
        if (i)
            sim_buf_add(&job->file, &layout->separator, 1);
        add_cell(&job->file, layout->titles[i], layout->separator);
    }
    sim_buf_text(&job->file, "\n");
    for (size_t i = 0; i < table->n_rows; i++) {
        if (!is_wanted(store, table, table->rows[i], get(json, "filter"), &window))
            continue;
        add_row(&job->file, layout, table, table->rows[i]);
        job->count++;
    }
    if (job->dirt)
        sim_spoil_csv(&job->file, job->dirt);
    for (size_t i = 0; i < layout->count; i++) {
        free(layout->names[i]);
        free(layout->titles[i]);
    }
    free(layout);
    cJSON_Delete(json);
}
