#include "download.h"
#include "taki_test.h"

#include "taki/file.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/** How the server misbehaves. */
enum manner { RANGES, NO_RANGES, FORGETS_RANGES, WRONG_RANGE, OTHER_VERSION, NOT_YET, NOT_MODIFIED, MISSING };

#define BODY "id,name\n1,a\n2,b\n3,c\n4,d\n"

struct answer {
    int status;
    const char *body;
    size_t first, size;
    const char *etag;
};

/** The @p n-th answer (from 0) to a request for bytes from @p first to @p last; first = SIZE_MAX without Range. */
static struct answer answer_of(enum manner manner, int n, size_t first, size_t last)
{
    size_t all = strlen(BODY);
    struct answer whole = {200, BODY, 0, all, "\"v1\""};
    if (manner == MISSING)
        return (struct answer){404, "no such file", 0, 12, NULL};
    if (manner == NOT_MODIFIED)
        return (struct answer){304, "", 0, 0, "\"v1\""};
    if (manner == NOT_YET && n < 2)
        return (struct answer){404, "not yet", 0, 7, NULL};
    if (manner == NO_RANGES || first == SIZE_MAX || (manner == FORGETS_RANGES && n > 0))
        return whole;
    if (last >= all)
        last = all - 1;
    struct answer part = {206, &BODY[first], first, last - first + 1, "\"v1\""};
    if (manner == WRONG_RANGE && n == 1)
        part.first += 1;
    if (manner == OTHER_VERSION && n >= 1)
        part.etag = "\"v2\"";
    return part;
}

static void send_answer(int client, const struct answer *a)
{
    char head[512], range[96] = "", etag[64] = "";
    if (a->status == 206)
        (void)snprintf(range, sizeof range, "Content-Range: bytes %zu-%zu/%zu\r\n", a->first, a->first + a->size - 1,
                       strlen(BODY));
    if (a->etag != NULL)
        (void)snprintf(etag, sizeof etag, "ETag: %s\r\n", a->etag);
    int size =
        snprintf(head, sizeof head,
                 "HTTP/1.1 %d X\r\nContent-Length: %zu\r\nContent-Type: text/csv\r\n%s%sConnection: close\r\n\r\n",
                 a->status, a->size, range, etag);
    if (write(client, head, (size_t)size) != size || write(client, a->body, a->size) != (ssize_t)a->size)
        _exit(1);
}

static void serve(int listener, enum manner manner)
{
    for (int n = 0;; n++) {
        int client = accept(listener, NULL, NULL);
        char request[4096];
        size_t size = 0;
        request[0] = '\0';
        while (strstr(request, "\r\n\r\n") == NULL && size + 1 < sizeof request) {
            ssize_t got = read(client, request + size, sizeof request - 1 - size);
            if (got <= 0)
                _exit(1);
            size += (size_t)got;
            request[size] = '\0';
        }
        size_t first = SIZE_MAX, last = 0;
        const char *range = strstr(request, "Range: bytes=");
        if (range != NULL) {
            char *end;
            first = strtoul(range + 13, &end, 10);
            last = strtoul(end + 1, NULL, 10);
        }
        struct answer a = answer_of(manner, n, first, last);
        send_answer(client, &a);
        close(client);
    }
}

static pid_t start(enum manner manner, int *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(listener >= 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(listener, 8), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size), 0);
    *port = ntohs(address.sin_port);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        serve(listener, manner);
    close(listener);
    return child;
}

static const struct taki_judge_rule rules[] = {
    {304, NULL, NULL, TAKI_VERDICT_FINE, 0},
    {404, NULL, NULL, TAKI_VERDICT_WAIT, 0},
};
static const struct taki_judging judging = {.rules = rules, .rule_count = TAKI_LEN(rules)};

struct result {
    enum taki_status status;
    struct taki_error err;
    int http;
    char body[256];
};

static struct result download(enum manner manner, const char *there, int64_t bytes, const char *sha256)
{
    struct result r = {.status = TAKI_OK};
    int port;
    char base[64], spool[400];
    pid_t child = start(manner, &port);
    (void)snprintf(base, sizeof base, "http://127.0.0.1:%d", port);
    (void)snprintf(spool, sizeof spool, "%s/spool", taki_test_folder());
    assert_int_equal(taki_file_remove(spool, NULL), TAKI_OK);
    if (there != NULL)
        assert_int_equal(taki_file_append(spool, taki_str_of(there), NULL), TAKI_OK);
    struct taki_engine_setup setup = {.source = "test", .base_url = base, .judging = &judging, .max_tries = 3};
    struct taki_engine *engine = NULL;
    taki_expect_status("engine", taki_engine_open(&setup, &engine, &r.err), TAKI_OK, &r.err);
    const struct taki_download plan = {.url = "/f.csv",
                                       .spool = spool,
                                       .range_bytes = 7,
                                       .bytes = bytes,
                                       .sha256 = taki_str_of(sha256),
                                       .missing_wait_ms = 1,
                                       .missing_tries = 3};
    struct taki_reply reply;
    taki_reply_init(&reply);
    r.status = taki_download(engine, &plan, &reply, &r.err);
    r.http = reply.status;
    taki_reply_reset(&reply);
    taki_engine_close(engine);
    struct taki_buf body;
    taki_buf_init(&body, sizeof r.body - 1);
    if (taki_file_exists(spool) && taki_file_read(spool, &body, NULL) == TAKI_OK)
        memcpy(r.body, body.data == NULL ? "" : body.data, body.size);
    taki_buf_reset(&body);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    return r;
}

static void expect_body(const char *what, enum manner manner, const char *there, int64_t bytes)
{
    struct result r = download(manner, there, bytes, NULL);
    taki_expect_status(what, r.status, TAKI_OK, &r.err);
    assert_string_equal(r.body, BODY);
}

static void test_pieces_make_the_body(void **state)
{
    (void)state;
    expect_body("size known", RANGES, NULL, (int64_t)strlen(BODY));
    expect_body("size unknown", RANGES, NULL, -1);
    expect_body("resumed", RANGES, "id,name\n1,", (int64_t)strlen(BODY));
    expect_body("already whole", RANGES, BODY, (int64_t)strlen(BODY));
}

static void test_a_server_without_ranges_answers_whole(void **state)
{
    (void)state;
    expect_body("never", NO_RANGES, NULL, (int64_t)strlen(BODY));
    expect_body("not for the second piece", FORGETS_RANGES, NULL, -1);
    expect_body("not when resumed", NO_RANGES, "id,na", (int64_t)strlen(BODY));
}

static void test_odd_pieces_are_asked_for_again(void **state)
{
    (void)state;
    expect_body("wrong Content-Range", WRONG_RANGE, NULL, -1);
    expect_body("not there yet", NOT_YET, NULL, (int64_t)strlen(BODY));
    expect_body("another version between two pieces", OTHER_VERSION, NULL, -1);
}

static void test_promises_are_compared(void **state)
{
    (void)state;
    /* printf of BODY piped into sha256sum */
    static const char sha256[] = "9c5433c9881a1b1460491fc712d5273f26550d9a045eba837a5c352eb642a10c";
    struct result r = download(RANGES, NULL, -1, sha256);
    taki_expect_status("right hash", r.status, TAKI_OK, &r.err);
    r = download(RANGES, "XX,name\n1,", -1, sha256);
    taki_expect_status("rubbish in the spool", r.status, TAKI_OK, &r.err);
    assert_string_equal(r.body, BODY);
    r = download(RANGES, NULL, -1, "0000000000000000000000000000000000000000000000000000000000000000");
    taki_expect_status("wrong hash", r.status, TAKI_CONTRACT, &r.err);
    taki_expect_contains("wrong hash", r.err.text, "SHA-256");
    r = download(NO_RANGES, NULL, 5, NULL);
    taki_expect_status("wrong size", r.status, TAKI_CONTRACT, &r.err);
}

static void test_nothing_new_and_nothing_there(void **state)
{
    (void)state;
    struct result r = download(NOT_MODIFIED, NULL, -1, NULL);
    taki_expect_status("not modified", r.status, TAKI_OK, &r.err);
    taki_expect_i64("not modified", r.http, 304);
    assert_string_equal(r.body, "");
    r = download(MISSING, NULL, -1, NULL);
    taki_expect_status("missing", r.status, TAKI_UNREACHABLE, &r.err);
    taki_expect_contains("missing", r.err.text, "after 3 tries");
}

static void test_ranges_are_read(void **state)
{
    (void)state;
    int64_t first, last, total;
    assert_true(taki_download_range(TAKI_STR("bytes 0-9999/123424"), &first, &last, &total));
    taki_expect_i64("last", last, 9999);
    taki_expect_i64("total", total, 123424);
    assert_true(taki_download_range(TAKI_STR("bytes 5-9/*"), &first, &last, &total));
    taki_expect_i64("first", first, 5);
    taki_expect_i64("unknown total", total, -1);
    static const char *const bad[] = {"", "bytes */148", "bytes 9-5/10", "items 0-1/2", "bytes 0-1", "bytes x-1/2"};
    for (size_t i = 0; i < TAKI_LEN(bad); i++)
        assert_false(taki_download_range(taki_str_of(bad[i]), &first, &last, &total));
}

int main(void)
{
    (void)setenv("TAKI_TEST_WAIT_RATIO", "0.001", 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces_make_the_body),
        cmocka_unit_test(test_a_server_without_ranges_answers_whole),
        cmocka_unit_test(test_odd_pieces_are_asked_for_again),
        cmocka_unit_test(test_promises_are_compared),
        cmocka_unit_test(test_nothing_new_and_nothing_there),
        cmocka_unit_test(test_ranges_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
