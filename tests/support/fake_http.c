#include "fake_http.h"

#include "taki_test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST_REQUESTS 512
#define MOST_ROWS 128
#define REQUEST_BYTES ((size_t)256 << 10)

struct taki_fake {
    const struct taki_fake_row *rows;
    size_t count;
    int used[MOST_ROWS];
    char *requests[MOST_REQUESTS];
    size_t served;
    char unexpected[2048];
    char url[64];
    int socket;
    bool stopping;
    pthread_t thread;
    pthread_mutex_t mutex;
};

static size_t body_length(const char *text)
{
    const char *found = strstr(text, "Content-Length: ");
    return found == NULL ? 0 : (size_t)strtoul(found + 16, NULL, 10);
}

static void read_request(int peer, char *text)
{
    size_t size = 0;
    text[0] = '\0';
    for (;;) {
        const char *end = strstr(text, "\r\n\r\n");
        if (end != NULL && size >= (size_t)(end + 4 - text) + body_length(text))
            return;
        ssize_t got = recv(peer, text + size, REQUEST_BYTES - 1 - size, 0);
        if (got <= 0)
            return;
        size += (size_t)got;
        text[size] = '\0';
    }
}

static bool fits(const struct taki_fake_row *row, const char *text)
{
    for (size_t i = 0; i < 4 && row->request[i] != NULL; i++) {
        if (strstr(text, row->request[i]) == NULL)
            return false;
    }
    return true;
}

static const struct taki_fake_row *choose(struct taki_fake *fake, const char *text)
{
    const struct taki_fake_row *row = NULL;
    (void)pthread_mutex_lock(&fake->mutex);
    for (size_t i = 0; row == NULL && i < fake->count; i++) {
        int times = fake->rows[i].times == 0 ? 1 : fake->rows[i].times;
        if (fake->used[i] < times && fits(&fake->rows[i], text)) {
            fake->used[i]++;
            row = &fake->rows[i];
        }
    }
    if (row == NULL)
        (void)snprintf(fake->unexpected, sizeof fake->unexpected, "%.1500s", text);
    if (fake->served < MOST_REQUESTS)
        fake->requests[fake->served++] = strdup(text);
    (void)pthread_mutex_unlock(&fake->mutex);
    return row;
}

static void send_all(int peer, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t sent = send(peer, data, size, MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        data += sent;
        size -= (size_t)sent;
    }
}

/* Text bodies may hold %BASE%. */
static char *fill_base(const struct taki_fake *fake, const char *body)
{
    size_t room = strlen(body) + 64 * strlen(fake->url) + 1;
    char *out = calloc(1, room), *end = out;
    for (const char *rest = body;;) {
        const char *mark = strstr(rest, "%BASE%");
        size_t part = mark == NULL ? strlen(rest) : (size_t)(mark - rest);
        memcpy(end, rest, part);
        end += part;
        if (mark == NULL)
            return out;
        memcpy(end, fake->url, strlen(fake->url));
        end += strlen(fake->url);
        rest = mark + 6;
    }
}

static void answer(const struct taki_fake *fake, int peer, const struct taki_fake_row *row)
{
    char head[4096];
    if (row == NULL) {
        static const char lost[] = "HTTP/1.1 418 not in the script\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        send_all(peer, lost, sizeof lost - 1);
        return;
    }
    char *text = row->size == 0 ? fill_base(fake, row->body == NULL ? "" : row->body) : NULL;
    const char *body = text == NULL ? row->body : text;
    size_t size = text == NULL ? row->size : strlen(text);
    char length[64] = "";
    if (!row->no_length)
        (void)snprintf(length, sizeof length, "Content-Length: %zu\r\n", size);
    int written = snprintf(head, sizeof head, "HTTP/1.1 %s\r\n%s%sConnection: close\r\n\r\n", row->status,
                           row->headers == NULL ? "" : row->headers, length);
    send_all(peer, head, (size_t)written);
    send_all(peer, body, size - row->missing);
    free(text);
}

struct visit {
    struct taki_fake *fake;
    int peer;
};

static void *serve(void *argument)
{
    struct visit visit = *(struct visit *)argument;
    free(argument);
    char *text = malloc(REQUEST_BYTES);
    read_request(visit.peer, text);
    if (text[0] != '\0')
        answer(visit.fake, visit.peer, choose(visit.fake, text));
    free(text);
    (void)shutdown(visit.peer, SHUT_WR);
    char rest[256];
    while (recv(visit.peer, rest, sizeof rest, 0) > 0) {
    }
    (void)close(visit.peer);
    return NULL;
}

static void *accept_all(void *argument)
{
    struct taki_fake *fake = argument;
    for (;;) {
        int peer = accept(fake->socket, NULL, NULL);
        (void)pthread_mutex_lock(&fake->mutex);
        bool stopping = fake->stopping;
        (void)pthread_mutex_unlock(&fake->mutex);
        if (stopping || peer < 0) {
            if (peer >= 0)
                (void)close(peer);
            return NULL;
        }
        struct visit *visit = malloc(sizeof *visit);
        *visit = (struct visit){fake, peer};
        pthread_t thread;
        if (pthread_create(&thread, NULL, serve, visit) == 0)
            (void)pthread_detach(thread);
    }
}

struct taki_fake *taki_fake_open(const struct taki_fake_row *rows, size_t count)
{
    assert_true(count <= MOST_ROWS);
    struct taki_fake *fake = calloc(1, sizeof *fake);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    fake->rows = rows;
    fake->count = count;
    (void)pthread_mutex_init(&fake->mutex, NULL);
    fake->socket = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fake->socket >= 0);
    assert_int_equal(bind(fake->socket, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fake->socket, 64), 0);
    assert_int_equal(getsockname(fake->socket, (struct sockaddr *)&address, &size), 0);
    (void)snprintf(fake->url, sizeof fake->url, "http://127.0.0.1:%d", ntohs(address.sin_port));
    assert_int_equal(pthread_create(&fake->thread, NULL, accept_all, fake), 0);
    return fake;
}

const char *taki_fake_url(const struct taki_fake *fake)
{
    return fake->url;
}

const char *taki_fake_request(const struct taki_fake *fake, size_t i)
{
    return i < fake->served ? fake->requests[i] : NULL;
}

size_t taki_fake_requests(const struct taki_fake *fake)
{
    return fake->served;
}

static void wake(const struct taki_fake *fake)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    address.sin_port = htons((uint16_t)strtoul(strrchr(fake->url, ':') + 1, NULL, 10));
    int peer = socket(AF_INET, SOCK_STREAM, 0);
    (void)connect(peer, (struct sockaddr *)&address, sizeof address);
    (void)close(peer);
}

void taki_fake_close(struct taki_fake *fake)
{
    char unexpected[2048], unused[512] = "";
    (void)pthread_mutex_lock(&fake->mutex);
    fake->stopping = true;
    (void)pthread_mutex_unlock(&fake->mutex);
    wake(fake);
    (void)pthread_join(fake->thread, NULL);
    (void)close(fake->socket);
    memcpy(unexpected, fake->unexpected, sizeof unexpected);
    for (size_t i = 0; i < fake->count; i++) {
        int times = fake->rows[i].times == 0 ? 1 : fake->rows[i].times;
        if (fake->used[i] < times)
            (void)snprintf(unused, sizeof unused, "row %zu: %s", i, fake->rows[i].request[0]);
    }
    for (size_t i = 0; i < fake->served; i++)
        free(fake->requests[i]);
    (void)pthread_mutex_destroy(&fake->mutex);
    free(fake);
    if (unexpected[0] != '\0')
        fail_msg("request not in the script: %s", unexpected);
    if (unused[0] != '\0')
        fail_msg("not asked for: %s", unused);
}
