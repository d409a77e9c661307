/* Plain HTTP files: FOLDER/files/<path> of --data, bytes as they are; <path>.headers may hold "Name: value" lines. */
#include "vendors/vendors.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *stream_of_path(struct sim_request *request)
{
    return request->part[0];
}

static const char *type_of(const char *path)
{
    static const struct {
        const char *ending, *type;
    } types[] = {
        {".json",   "application/json"         },
        {".ndjson", "application/x-ndjson"     },
        {".csv",    "text/csv"                 },
        {".tsv",    "text/tab-separated-values"},
        {".gz",     "application/gzip"         }
    };
    size_t size = strlen(path);
    for (size_t i = 0; i < SIM_LEN(types); i++) {
        size_t ending = strlen(types[i].ending);
        if (size > ending && strcmp(path + size - ending, types[i].ending) == 0)
            return types[i].type;
    }
    return "application/octet-stream";
}

static void add_side_headers(struct sim_request *request, struct sim_response *response, const char *path)
{
    char *side = sim_keep(request, sim_format("%s.headers", path));
    struct sim_buf text = {0};
    if (!sim_read_file(side, &text))
        return;
    for (char *at = text.data; *at;) {
        char *line = at;
        at += strcspn(at, "\n");
        if (*at)
            *at++ = '\0';
        line[strcspn(line, "\r")] = '\0';
        char *colon = strchr(line, ':');
        if (!colon)
            continue;
        *colon = '\0';
        const char *value = colon + 1 + strspn(colon + 1, " ");
        if (strcasecmp(line, "Content-Type") == 0) {
            response->content_type = sim_keep(request, sim_dup(value));
        } else {
            sim_reply_header(response, line, "%s", value);
        }
    }
    sim_buf_free(&text);
}

static void send_file(struct sim_request *request, struct sim_response *response)
{
    const char *folder = request->sim->options.data, *name = request->part[0];
    char *path = sim_keep(request, sim_format("%s/files/%s", folder ? folder : ".", name));
    struct sim_buf text = {0};
    if (!folder || strstr(name, "..") || !sim_read_file(path, &text)) {
        sim_buf_free(&text);
        sim_reply(response, 404, "text/plain");
        sim_buf_text(&response->body, "not found\n");
        return;
    }
    char hash[65];
    sim_sha256(text.data, text.size, hash);
    sim_reply(response, 200, type_of(name));
    sim_reply_header(response, "ETag", "\"%.16s\"", hash);
    const char *known = sim_header(request, "If-None-Match");
    if (known && strstr(known, "\"") && strncmp(strchr(known, '"') + 1, hash, 16) == 0) {
        response->status = 304;
    } else {
        sim_buf_add(&response->body, text.data, text.size);
        add_side_headers(request, response, path);
        sim_apply_range(request, response);
    }
    sim_buf_free(&text);
}

static const struct sim_route routes[] = {
    {"GET", "/files/**", "file", send_file, stream_of_path, true},
};

const struct sim_vendor sim_files = {
    .name = "files",
    .routes = routes,
    .n_routes = SIM_LEN(routes),
};
