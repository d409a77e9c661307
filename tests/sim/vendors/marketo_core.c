/* Identity, envelope, tokens, order of activities: what all Marketo calls share. */
#include "vendors/marketo.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define TOKEN_LIFE 3600

void mkto_success(struct sim_request *request, struct sim_response *response)
{
    struct marketo *marketo = request->state;
    sim_reply(response, 200, "application/json;charset=UTF-8");
    sim_buf_format(&response->body, "{\"requestId\":\"%" PRIx64 "#sim\",\"success\":true", ++marketo->requests);
}

void mkto_error(struct sim_request *request, struct sim_response *response, const char *code, const char *message)
{
    struct marketo *marketo = request->state;
    sim_reply(response, 200, "application/json;charset=UTF-8");
    sim_buf_format(&response->body,
                   "{\"requestId\":\"%" PRIx64 "#sim\",\"success\":false,\"errors\":[{\"code\":\"%s\",\"message\":",
                   ++marketo->requests, code);
    sim_buf_json(&response->body, message);
    sim_buf_text(&response->body, "}]}");
}

struct sim_table *mkto_table(struct sim_request *request, const char *name)
{
    return sim_table_find(request->sim->store, "marketo", name);
}

void mkto_json_value(struct sim_buf *out, enum sim_type type, const char *value)
{
    bool is_bare = type == SIM_INT || type == SIM_BOOL || type == SIM_RAW || type == SIM_DOUBLE;
    if (type == SIM_ID && value && value[strspn(value, "0123456789")] == '\0')
        is_bare = true;
    if (value && is_bare) {
        sim_buf_text(out, value);
    } else {
        sim_buf_json(out, value);
    }
}

bool mkto_in_list(const char *list, const char *value)
{
    size_t size = strlen(value);
    while (list && *list) {
        list += strspn(list, ", ");
        size_t have = strcspn(list, ",");
        if (have == size && strncasecmp(list, value, size) == 0)
            return true;
        list += have;
    }
    return false;
}

const char *mkto_nonce(struct sim_request *request)
{
    const struct marketo *marketo = request->state;
    return request->wants & SIM_WANT_EMPTY_PAGE ? sim_keep(request, sim_format("%" PRIu64, marketo->requests)) : "";
}

void mkto_add_token(struct sim_buf *out, const char *plain)
{
    sim_base64(out, plain, strlen(plain), false);
}

char *mkto_read_token(struct sim_request *request, const char *name)
{
    const char *text = sim_param(request, name);
    struct sim_buf plain = {0};
    bool ok = text && *text && sim_base64_decode(text, &plain) && plain.size;
    char *copy = ok ? sim_keep(request, sim_dup(plain.data)) : NULL;
    sim_buf_free(&plain);
    return copy;
}

void mkto_token(struct sim_request *request, struct sim_response *response)
{
    struct marketo *marketo = request->state;
    struct sim *sim = request->sim;
    const char *id = sim_param(request, "client_id"), *secret = sim_param(request, "client_secret");
    const char *type = sim_param(request, "grant_type");
    bool is_known = id && secret && !strcmp(id, sim->options.client_id) && !strcmp(secret, sim->options.client_secret);
    if (!is_known || marketo->refuse_logins) {
        sim_reply(response, 401, "application/json;charset=UTF-8");
        sim_buf_text(&response->body,
                     "{\"error\":\"unauthorized\",\"error_description\":\"No client with requested id\"}");
        return;
    }
    if (!type || strcmp(type, "client_credentials") != 0) {
        sim_reply(response, 400, "application/json;charset=UTF-8");
        sim_buf_text(&response->body, "{\"error\":\"unsupported_grant_type\",\"error_description\":\"Unsupported grant "
                                      "type\"}");
        return;
    }
    if (!marketo->token || sim->now - marketo->token_issued >= TOKEN_LIFE) {
        free(marketo->token);
        marketo->token = sim_format("51a1e000-%04" PRIu64 "-4000-8000-000000000000:int", ++marketo->logins);
        marketo->token_issued = sim->now;
    }
    sim_reply(response, 200, "application/json;charset=UTF-8");
    sim_buf_format(&response->body,
                   "{\"access_token\":\"%s\",\"token_type\":\"bearer\",\"expires_in\":%" PRId64
                   ",\"scope\":\"apis@sim.example\"}",
                   marketo->token, TOKEN_LIFE - 1 - (sim->now - marketo->token_issued));
}

static uint64_t number_of(const char *text)
{
    return strtoull(text, NULL, 10);
}

static int compare_guids(const char *a, const char *b)
{
    uint64_t x = number_of(a), y = number_of(b);
    return x != y ? (x < y ? -1 : 1) : strcmp(a, b);
}

enum { GUID, LEAD_ID, ACTIVITY_DATE, TYPE_ID }; /* columns of marketo_objects "activities" */

static int compare_activities(const void *left, const void *right)
{
    const struct sim_row *const *a = left, *const *b = right;
    int order = strcmp((*a)->values[ACTIVITY_DATE], (*b)->values[ACTIVITY_DATE]);
    return order ? order : compare_guids((*a)->id, (*b)->id);
}

struct sim_row **mkto_activities_sorted(struct marketo *marketo, size_t *count)
{
    const struct sim_table *table = sim_table_find(marketo->sim->store, "marketo", "activities");
    if (marketo->sorted_at != table->changes + 1) {
        free(marketo->sorted);
        marketo->sorted = sim_alloc((table->n_rows + 1) * sizeof(struct sim_row *));
        marketo->n_sorted = 0;
        for (size_t i = 0; i < table->n_rows; i++) {
            if (!table->rows[i]->is_gone && table->rows[i]->values[ACTIVITY_DATE])
                marketo->sorted[marketo->n_sorted++] = table->rows[i];
        }
        qsort(marketo->sorted, marketo->n_sorted, sizeof(struct sim_row *), compare_activities);
        marketo->sorted_at = table->changes + 1;
    }
    *count = marketo->n_sorted;
    return marketo->sorted;
}

size_t mkto_activities_seek(struct marketo *marketo, const char *date, const char *guid)
{
    size_t count;
    struct sim_row **rows = mkto_activities_sorted(marketo, &count);
    size_t lo = 0, hi = count;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        int order = strcmp(rows[mid]->values[ACTIVITY_DATE], date);
        if (order == 0)
            order = guid ? (compare_guids(rows[mid]->id, guid) <= 0 ? -1 : 1) : 1;
        if (order < 0) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    return lo;
}
