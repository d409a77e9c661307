/* Asset API: programs with costs, channels, static lists. Its timestamps carry Z and an offset together. */
#include "vendors/marketo.h"

#include <stdlib.h>
#include <string.h>

static void add_value(struct sim_buf *out, enum sim_type type, const char *value)
{
    if (type == SIM_TIME && value) {
        sim_buf_format(out, "\"%.19sZ+0000\"", value);
    } else {
        mkto_json_value(out, type, value);
    }
}

static void add_asset(struct sim_buf *out, const struct sim_table *table, const struct sim_row *row, bool with_costs)
{
    bool is_first = true;
    sim_buf_text(out, "{");
    for (size_t i = 0; i < table->n_fields; i++) {
        bool is_costs = strcmp(table->fields[i].name, "costs") == 0;
        const char *value = sim_row_at(row, i);
        if ((is_costs && !with_costs) || (!value && table->fields[i].type != SIM_TEXT && !is_costs))
            continue;
        sim_buf_format(out, "%s\"%s\":", is_first ? "" : ",", table->fields[i].name);
        if (is_costs && !value) {
            sim_buf_text(out, "[]");
        } else {
            add_value(out, table->fields[i].type, value);
        }
        is_first = false;
    }
    sim_buf_text(out, "}");
}

static bool in_window(struct sim_request *request, const char *updated)
{
    int64_t lo = 0, hi = 0, at = 0;
    const char *from = sim_param(request, "earliestUpdatedAt"), *to = sim_param(request, "latestUpdatedAt");
    if (!updated || !sim_time_parse(updated, &at, NULL))
        return !from && !to;
    if (from && sim_time_parse(from, &lo, NULL) && at < lo)
        return false;
    return !to || !sim_time_parse(to, &hi, NULL) || at <= hi;
}

static void no_assets(struct sim_request *request, struct sim_response *response)
{
    mkto_success(request, response);
    sim_buf_text(&response->body, ",\"errors\":[],\"warnings\":[\"No assets found for the given search criteria.\"]}");
}

/** Offset paging: default 20, at most 200; an empty page has no result at all. */
static void browse(struct sim_request *request, struct sim_response *response, const struct sim_table *table)
{
    int64_t max = sim_param_int(request, "maxReturn", 20), offset = sim_param_int(request, "offset", 0);
    if (max < 1 || max > 200 || offset < 0) {
        mkto_error(request, response, "701", "maxReturn must be 1 to 200");
        return;
    }
    struct sim_buf items = {0};
    int64_t seen = 0, shown = 0;
    for (size_t i = 0; i < table->n_rows && shown < max; i++) {
        const struct sim_row *row = table->rows[i];
        if (row->is_gone || !in_window(request, sim_row_get(table, row, "updatedAt")) || seen++ < offset)
            continue;
        sim_buf_text(&items, shown++ ? "," : "");
        add_asset(&items, table, row, false);
    }
    if (!shown) {
        no_assets(request, response);
        return;
    }
    mkto_success(request, response);
    sim_buf_format(&response->body, ",\"errors\":[],\"warnings\":[],\"result\":[%s]}", items.data);
    sim_buf_free(&items);
}

void mkto_programs(struct sim_request *request, struct sim_response *response)
{
    browse(request, response, mkto_table(request, "programs"));
}

void mkto_channels(struct sim_request *request, struct sim_response *response)
{
    browse(request, response, mkto_table(request, "channels"));
}

void mkto_static_lists(struct sim_request *request, struct sim_response *response)
{
    browse(request, response, mkto_table(request, "lists"));
}

static void send_program(struct sim_request *request, struct sim_response *response, const struct sim_row *row,
                         bool with_costs)
{
    if (!row || row->is_gone) {
        mkto_error(request, response, "702", "Program not found");
        return;
    }
    mkto_success(request, response);
    sim_buf_text(&response->body, ",\"errors\":[],\"warnings\":[],\"result\":[");
    add_asset(&response->body, mkto_table(request, "programs"), row, with_costs);
    sim_buf_text(&response->body, "]}");
}

void mkto_program(struct sim_request *request, struct sim_response *response)
{
    char *id = request->part[0];
    id[strcspn(id, ".")] = '\0';
    send_program(request, response, sim_row_find(mkto_table(request, "programs"), id), true);
}

void mkto_program_by_name(struct sim_request *request, struct sim_response *response)
{
    const struct sim_table *table = mkto_table(request, "programs");
    const char *name = sim_param(request, "name"), *costs = sim_param(request, "includeCosts");
    const struct sim_row *found = NULL;
    for (size_t i = 0; name && i < table->n_rows; i++) {
        const char *have = sim_row_get(table, table->rows[i], "name");
        if (have && strcmp(have, name) == 0)
            found = table->rows[i];
    }
    send_program(request, response, found, costs && strcmp(costs, "true") == 0);
}
