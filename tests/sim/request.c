/* Parameters, headers, ranges: what handlers ask of a request and put into a response. */
#include "sim.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int hex(char c)
{
    return isdigit((unsigned char)c) ? c - '0' : isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10 : -1;
}

/** In place; '+' is a space only in parameters. */
static void url_decode(char *text, bool plus_is_space)
{
    char *out = text;
    for (; *text; text++) {
        if (*text == '%' && hex(text[1]) >= 0 && hex(text[2]) >= 0) {
            *out++ = (char)(hex(text[1]) * 16 + hex(text[2]));
            text += 2;
        } else {
            *out++ = plus_is_space && *text == '+' ? ' ' : *text;
        }
    }
    *out = '\0';
}

void sim_parse_params(struct sim_request *request, const char *text)
{
    while (*text && request->n_params < SIM_LEN(request->params)) {
        size_t size = strcspn(text, "&");
        char *pair = sim_keep(request, sim_copy(text, size));
        char *equals = strchr(pair, '=');
        if (equals)
            *equals = '\0';
        char *value = equals ? equals + 1 : pair + strlen(pair);
        url_decode(pair, true);
        url_decode(value, true);
        request->params[request->n_params++] = (struct sim_pair){pair, value};
        text += size + (text[size] == '&');
    }
}

const char *sim_param(const struct sim_request *request, const char *name)
{
    for (size_t i = 0; i < request->n_params; i++) {
        if (strcmp(request->params[i].name, name) == 0)
            return request->params[i].value;
    }
    return NULL;
}

int64_t sim_param_int(const struct sim_request *request, const char *name, int64_t fallback)
{
    const char *text = sim_param(request, name);
    char *end = NULL;
    long long value = text ? strtoll(text, &end, 10) : 0;
    return text && end != text && !*end ? (int64_t)value : fallback;
}

const char *sim_header(const struct sim_request *request, const char *name)
{
    for (size_t i = 0; i < request->n_headers; i++) {
        if (strcasecmp(request->headers[i].name, name) == 0)
            return request->headers[i].value;
    }
    return NULL;
}

char *sim_keep(struct sim_request *request, char *owned)
{
    if (request->n_kept % 64 == 0)
        request->kept = sim_grow(request->kept, (request->n_kept + 64) * sizeof *request->kept);
    request->kept[request->n_kept++] = owned;
    return owned;
}

void sim_reply_header(struct sim_response *response, const char *name, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char text[1024];
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    for (size_t i = 0; i < response->n_headers; i++) {
        if (strcasecmp(response->headers[i].name, name) == 0) {
            free(response->headers[i].value);
            response->headers[i].value = sim_dup(text);
            return;
        }
    }
    if (response->n_headers < SIM_LEN(response->headers))
        response->headers[response->n_headers++] = (struct sim_pair){sim_dup(name), sim_dup(text)};
}

void sim_reply(struct sim_response *response, int status, const char *content_type)
{
    response->status = status;
    response->content_type = content_type;
    response->body.size = 0;
    sim_buf_add(&response->body, "", 0);
}

static bool parse_range(const char *text, size_t size, size_t *lo, size_t *hi)
{
    if (strncmp(text, "bytes=", 6) != 0 || !isdigit((unsigned char)text[6]))
        return false;
    char *end;
    *lo = (size_t)strtoull(text + 6, &end, 10);
    if (*end != '-')
        return false;
    *hi = end[1] ? (size_t)strtoull(end + 1, NULL, 10) : size - 1;
    if (*hi >= size)
        *hi = size - 1;
    return true;
}

void sim_apply_range(struct sim_request *request, struct sim_response *response)
{
    const char *range = sim_header(request, "Range");
    if (!range || (request->wants & SIM_WANT_IGNORE_RANGE) || response->status != 200)
        return;
    size_t size = response->body.size, lo = 0, hi = 0;
    response->never_gzip = true;
    if (!parse_range(range, size, &lo, &hi))
        return;
    if (lo >= size) {
        sim_reply(response, 416, "text/plain");
        sim_reply_header(response, "Content-Range", "bytes */%zu", size);
        return;
    }
    memmove(response->body.data, response->body.data + lo, hi - lo + 1);
    response->body.size = hi - lo + 1;
    response->status = 206;
    sim_reply_header(response, "Content-Range", "bytes %zu-%zu/%zu", lo, hi, size);
}

const char *sim_base_url(struct sim_request *request)
{
    return sim_keep(request, sim_format("http://127.0.0.1:%d", request->sim->port));
}
