#include "engine_private.h"

#include "taki/app.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#define MOST_HEADER_BYTES ((size_t)256 << 10)
#define SLOW_BYTES_A_SECOND 1L

struct transfer {
    CURL *easy;
    struct curl_slist *headers;
    char words[CURL_ERROR_SIZE];
};

enum taki_status taki_transfer_open(struct taki_engine *engine, struct taki_error *err)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return taki_fail(err, TAKI_FAILED, "libcurl does not start");
    engine->multi = curl_multi_init();
    if (engine->multi == NULL)
        return taki_fail(err, TAKI_FAILED, "libcurl does not start");
    (void)curl_multi_setopt(engine->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
    return TAKI_OK;
}

void taki_transfer_close(struct taki_engine *engine)
{
    if (engine->multi != NULL)
        (void)curl_multi_cleanup(engine->multi);
    engine->multi = NULL;
}

static size_t on_body(char *data, size_t size, size_t count, void *user)
{
    struct taki_exchange *exchange = user;
    struct taki_buf *buf = &exchange->reply->wire_bytes;
    taki_buf_add(buf, data, size * count);
    if (!buf->overflow)
        return size * count;
    exchange->too_large = true;
    return 0;
}

static size_t on_header(const char *data, size_t size, size_t count, void *user)
{
    struct taki_exchange *exchange = user;
    (void)data;
    exchange->header_bytes += size * count;
    if (exchange->header_bytes <= MOST_HEADER_BYTES)
        return size * count;
    exchange->too_large = true;
    return 0;
}

static bool add_header(struct transfer *transfer, const char *line)
{
    struct curl_slist *longer = curl_slist_append(transfer->headers, line);
    if (longer == NULL)
        return false;
    transfer->headers = longer;
    return true;
}

/* Pieces of a body (Range) are asked for as they are: their source says so itself. */
static bool names_encoding(const struct taki_request *request)
{
    static const char name[] = "Accept-Encoding:";
    for (size_t i = 0; i < request->header_count; i++) {
        taki_str line = taki_str_of(request->headers[i]);
        if (line.size >= sizeof name - 1 &&
            taki_str_equal_nocase((taki_str){line.data, sizeof name - 1}, taki_str_of(name)))
            return true;
    }
    return false;
}

static bool add_headers(struct taki_exchange *exchange, struct transfer *transfer)
{
    const struct taki_request *request = exchange->request;
    const struct taki_engine *engine = exchange->engine;
    bool ok = add_header(transfer, "Expect:");
    if (ok && !names_encoding(request))
        ok = add_header(transfer, "Accept-Encoding: gzip");
    for (size_t i = 0; ok && i < request->header_count; i++)
        ok = add_header(transfer, request->headers[i]);
    for (size_t i = 0; ok && !request->no_auth && i < engine->auth_count; i++)
        ok = add_header(transfer, engine->auth[i]);
    if (ok && !taki_str_is_null(request->body)) {
        const char *type = request->content_type == NULL ? "application/json" : request->content_type;
        ok = add_header(transfer, taki_arena_format(exchange->reply->arena, "Content-Type: %s", type));
    }
    return ok;
}

/* What holds for every transfer; the reasons stand in reference apis.md 9. */
static void set_fixed(const struct taki_engine *engine, CURL *easy)
{
    const struct taki_engine_setup *setup = &engine->setup;
    char agent[64];
    (void)snprintf(agent, sizeof agent, "%s", taki_version());
    for (char *c = agent; *c != '\0'; c++)
        *c = *c == ' ' ? '/' : *c;
    (void)curl_easy_setopt(easy, CURLOPT_USERAGENT, agent);
    (void)curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    (void)curl_easy_setopt(easy, CURLOPT_HTTP_CONTENT_DECODING, 0L);
    (void)curl_easy_setopt(easy, CURLOPT_FAILONERROR, 0L);
    (void)curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    (void)curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    (void)curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)setup->connect_timeout_s);
    (void)curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, SLOW_BYTES_A_SECOND);
    (void)curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)setup->idle_timeout_s);
    (void)curl_easy_setopt(easy, CURLOPT_PROXY, setup->proxy == NULL ? "" : setup->proxy);
    if (setup->ca_file != NULL)
        (void)curl_easy_setopt(easy, CURLOPT_CAINFO, setup->ca_file);
}

static void set_request(struct taki_exchange *exchange, struct transfer *transfer)
{
    const struct taki_request *request = exchange->request;
    const char *method = request->method == NULL ? "GET" : request->method;
    CURL *easy = transfer->easy;
    (void)curl_easy_setopt(easy, CURLOPT_URL, exchange->url);
    (void)curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https,http");
    (void)curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);
    (void)curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->words);
    (void)curl_easy_setopt(easy, CURLOPT_PRIVATE, exchange);
    (void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    (void)curl_easy_setopt(easy, CURLOPT_WRITEDATA, exchange);
    (void)curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    (void)curl_easy_setopt(easy, CURLOPT_HEADERDATA, exchange);
    if (!taki_str_is_null(request->body)) {
        (void)curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.size);
        (void)curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body.data);
    }
    if (strcmp(method, "GET") != 0 || !taki_str_is_null(request->body))
        (void)curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method);
}

enum taki_status taki_transfer_start(struct taki_exchange *exchange, struct taki_error *err)
{
    struct transfer *transfer = TAKI_NEW(exchange->reply->arena, struct transfer);
    exchange->transfer = transfer;
    transfer->easy = curl_easy_init();
    bool ok = transfer->easy != NULL && add_headers(exchange, transfer);
    if (ok) {
        set_fixed(exchange->engine, transfer->easy);
        set_request(exchange, transfer);
        ok = curl_multi_add_handle(exchange->engine->multi, transfer->easy) == CURLM_OK;
    }
    if (ok)
        return TAKI_OK;
    taki_transfer_drop(exchange);
    return taki_fail(err, TAKI_CEILING, "libcurl is out of memory");
}

void taki_transfer_drop(struct taki_exchange *exchange)
{
    struct transfer *transfer = exchange->transfer;
    if (transfer == NULL)
        return;
    if (transfer->easy != NULL) {
        (void)curl_multi_remove_handle(exchange->engine->multi, transfer->easy);
        curl_easy_cleanup(transfer->easy);
    }
    curl_slist_free_all(transfer->headers);
    exchange->transfer = NULL;
}

static void take_headers(struct taki_exchange *exchange, CURL *easy)
{
    long status = 0;
    (void)curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    exchange->reply->status = (int)status;
    struct curl_header *header = NULL;
    while ((header = curl_easy_nextheader(easy, CURLH_HEADER, -1, header)) != NULL)
        taki_reply_add_header(exchange->reply, header->name, header->value);
}

/* Trouble that no repeat heals: what the operator wrote is wrong. */
static bool is_configuration_error(CURLcode code)
{
    static const CURLcode codes[] = {CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_PEER_FAILED_VERIFICATION,
                                     CURLE_SSL_CACERT_BADFILE};
    for (size_t i = 0; i < TAKI_LEN(codes); i++) {
        if (code == codes[i])
            return true;
    }
    return false;
}

static struct taki_exchange *finished(CURLMsg *message, const char **failure, bool *is_configuration)
{
    struct taki_exchange *exchange = NULL;
    CURL *easy = message->easy_handle;
    CURLcode code = message->data.result;
    (void)curl_easy_getinfo(easy, CURLINFO_PRIVATE, &exchange);
    take_headers(exchange, easy);
    *failure = NULL;
    *is_configuration = is_configuration_error(code);
    if (code != CURLE_OK) {
        const struct transfer *transfer = exchange->transfer;
        const char *words = transfer->words[0] != '\0' ? transfer->words : curl_easy_strerror(code);
        *failure = taki_arena_copy(exchange->reply->arena, words, strlen(words));
    }
    taki_transfer_drop(exchange);
    return exchange;
}

struct taki_exchange *taki_transfer_next(struct taki_engine *engine, const char **failure, bool *is_configuration)
{
    int running = 0, left = 0;
    (void)curl_multi_perform(engine->multi, &running);
    CURLMsg *message = NULL;
    while ((message = curl_multi_info_read(engine->multi, &left)) != NULL) {
        if (message->msg == CURLMSG_DONE)
            return finished(message, failure, is_configuration);
    }
    return NULL;
}

void taki_transfer_poll(struct taki_engine *engine, int64_t ms)
{
    (void)curl_multi_poll(engine->multi, NULL, 0, (int)(ms > 1000 ? 1000 : ms), NULL);
}
