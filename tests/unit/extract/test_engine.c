/* The HTTP client against a scripted server: what it repeats, what it refuses, what it never sends. */
#include "engine.h"
#include "fake_http.h"
#include "taki_test.h"

#include "taki/gzip.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JSON "Content-Type: application/json\r\n"
#define GZIP JSON "Content-Encoding: gzip\r\n"

struct fixture {
    struct taki_fake *fake;
    struct taki_engine *engine;
    struct taki_reply reply;
    struct taki_error err;
    int logins;
};

static enum taki_status login(void *context, struct taki_error *err)
{
    struct fixture *fixture = context;
    struct taki_request request = {.method = "POST", .url = "/token", .expect = TAKI_EXPECT_JSON, .no_auth = true};
    struct taki_reply reply;
    char header[64];
    request.body = TAKI_STR("grant");
    taki_reply_init(&reply);
    enum taki_status status = taki_engine_call(fixture->engine, &request, &reply, err);
    taki_reply_reset(&reply);
    TAKI_TRY(status);
    (void)snprintf(header, sizeof header, "Authorization: Bearer token-number-%d", ++fixture->logins);
    const char *headers[] = {header};
    taki_engine_authorize(fixture->engine, headers, 1, 0);
    return TAKI_OK;
}

static void begin(struct fixture *fixture, const struct taki_fake_row *rows, size_t count, bool with_login)
{
    (void)setenv("TAKI_TEST_WAIT_RATIO", "0.001", 1);
    *fixture = (struct fixture){.fake = taki_fake_open(rows, count)};
    struct taki_engine_setup setup = {.source = "test",
                                      .base_url = taki_fake_url(fixture->fake),
                                      .login = with_login ? login : NULL,
                                      .context = fixture,
                                      .idle_timeout_s = 5};
    taki_expect_status("open", taki_engine_open(&setup, &fixture->engine, &fixture->err), TAKI_OK, &fixture->err);
    taki_reply_init(&fixture->reply);
}

static void end(struct fixture *fixture)
{
    taki_reply_reset(&fixture->reply);
    taki_engine_close(fixture->engine);
    taki_fake_close(fixture->fake);
}

static enum taki_status get(struct fixture *fixture, const char *url, enum taki_expect expect)
{
    struct taki_request request = {.url = url, .expect = expect};
    return taki_engine_call(fixture->engine, &request, &fixture->reply, &fixture->err);
}

static void a_gzip_body_is_inflated_and_kept_as_it_came(void **state)
{
    (void)state;
    struct taki_buf gz;
    taki_buf_init(&gz, 1000);
    taki_expect_status("gzip", taki_gzip(TAKI_STR("{\"a\":[1,2]}"), 6, &gz, NULL), TAKI_OK, NULL);
    const struct taki_fake_row rows[] = {
        {.request = {"GET /a ", "Accept-Encoding: gzip", "User-Agent: taki/"},
         .status = "200 OK",
         .headers = GZIP "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
         .body = gz.data,
         .size = gz.size}
    };
    struct fixture f;
    begin(&f, rows, TAKI_LEN(rows), false);
    taki_expect_status("get", get(&f, "/a", TAKI_EXPECT_JSON), TAKI_OK, &f.err);
    taki_expect_str("body", f.reply.body, "{\"a\":[1,2]}");
    assert_true(taki_str_equal(f.reply.wire, taki_buf_view(&gz)));
    taki_expect_i64("server time", f.reply.server_time.us / 1000000, 784111777);
    end(&f);
    taki_buf_reset(&gz);
}

/* Legal on the wire, but a page of ours is one member: so it is compressed anew. */
static void several_gzip_members_are_one_body(void **state)
{
    (void)state;
    struct taki_buf gz;
    taki_buf_init(&gz, 1000);
    taki_expect_status("gzip", taki_gzip(TAKI_STR("{\"a\":"), 6, &gz, NULL), TAKI_OK, NULL);
    taki_expect_status("gzip", taki_gzip(TAKI_STR("[1,2]}"), 6, &gz, NULL), TAKI_OK, NULL);
    const struct taki_fake_row rows[] = {
        {{"GET"}, "200 OK", GZIP, gz.data, gz.size, 0, false, 0}
    };
    struct fixture f;
    begin(&f, rows, TAKI_LEN(rows), false);
    taki_expect_status("get", get(&f, "/a", TAKI_EXPECT_JSON), TAKI_OK, &f.err);
    taki_expect_str("body", f.reply.body, "{\"a\":[1,2]}");
    assert_true(taki_str_is_null(f.reply.wire));
    end(&f);
    taki_buf_reset(&gz);
}

/* Rows of one fault each: the first answer is bad, the second is right. */
static void what_is_not_whole_is_asked_for_again(void **state)
{
    (void)state;
    struct taki_buf gz;
    taki_buf_init(&gz, 1000);
    taki_expect_status("gzip", taki_gzip(TAKI_STR("{\"a\":\"\xe6\xbb\x9d\"}"), 6, &gz, NULL), TAKI_OK, NULL);
    const struct {
        const char *what;
        struct taki_fake_row first;
        enum taki_expect expect;
    } cases[] = {
        {"content-length short",        {{"GET"}, "200 OK", JSON, "{\"a\":1}", 0, 3, false, 0},                       TAKI_EXPECT_ANY },
        {"json cut without length",     {{"GET"}, "200 OK", JSON, "{\"a\":1", 0, 0, true, 0},                         TAKI_EXPECT_JSON},
        {"half a character at the end",
         {{"GET"}, "200 OK", JSON, "{\"a\":\"\xe6\xbb", 0, 0, true, 0},
         TAKI_EXPECT_JSON                                                                                                             },
        {"gzip cut without length",     {{"GET"}, "200 OK", GZIP, gz.data, gz.size - 9, 0, true, 0},                  TAKI_EXPECT_ANY },
        {"gzip without its trailer",    {{"GET"}, "200 OK", GZIP, gz.data, gz.size - 8, 0, true, 0},                  TAKI_EXPECT_ANY },
        {"csv with an open quote",      {{"GET"}, "200 OK", NULL, "a,b\n1,\"2", 0, 0, true, 0},                       TAKI_EXPECT_CSV },
        {"html for json",
         {{"GET"}, "200 OK", "Content-Type: text/html\r\n", "<html>busy</html>", 0, 0, false, 0},
         TAKI_EXPECT_JSON                                                                                                             },
        {"empty for json",              {{"GET"}, "200 OK", JSON, "", 0, 0, false, 0},                                TAKI_EXPECT_JSON},
        {"503",                         {{"GET"}, "503 busy", NULL, "", 0, 0, false, 0},                              TAKI_EXPECT_JSON},
        {"420",                         {{"GET"}, "420 calm", "Content-Type: text/html\r\n", "<h1>", 0, 0, false, 0}, TAKI_EXPECT_JSON},
        {"429 with seconds",            {{"GET"}, "429 slow", "Retry-After: 1\r\n", "", 0, 0, false, 0},              TAKI_EXPECT_JSON},
        {"nothing at all",              {{"GET"}, "200 OK", NULL, "xxxxxxxxxx", 0, 10, false, 0},                     TAKI_EXPECT_ANY },
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        const char *good = cases[i].expect == TAKI_EXPECT_CSV ? "a,b\n1,2\n" : "{\"a\":1}";
        const struct taki_fake_row rows[] = {
            cases[i].first, {{"GET"}, "200 OK", JSON, good, 0, 0, false, 0}
        };
        struct fixture f;
        begin(&f, rows, TAKI_LEN(rows), false);
        taki_expect_status(cases[i].what, get(&f, "/x", cases[i].expect), TAKI_OK, &f.err);
        taki_expect_str(cases[i].what, f.reply.body, good);
        taki_expect_i64(cases[i].what, taki_engine_counts(f.engine).retries, 1);
        end(&f);
    }
    taki_buf_reset(&gz);
}

static void five_tries_and_then_it_is_unreachable(void **state)
{
    (void)state;
    const struct taki_fake_row rows[] = {
        {{"GET"}, "503 busy", NULL, "", 0, 0, false, 5}
    };
    struct fixture f;
    begin(&f, rows, TAKI_LEN(rows), false);
    taki_expect_status("get", get(&f, "/x", TAKI_EXPECT_JSON), TAKI_UNREACHABLE, &f.err);
    taki_expect_contains("text", f.err.text, "HTTP 503 (5 tries)");
    taki_expect_i64("calls", taki_engine_counts(f.engine).calls, 5);
    end(&f);
}

static void a_closed_port_is_unreachable(void **state)
{
    (void)state;
    const struct taki_fake_row rows[] = {
        {{"GET"}, "200 OK", JSON, "{}", 0, 0, false, 1}
    };
    struct fixture f;
    begin(&f, rows, TAKI_LEN(rows), false);
    taki_expect_status("while open", get(&f, "/x", TAKI_EXPECT_JSON), TAKI_OK, &f.err);
    taki_fake_close(f.fake);
    taki_expect_status("closed", get(&f, "/x", TAKI_EXPECT_JSON), TAKI_UNREACHABLE, &f.err);
    taki_reply_reset(&f.reply);
    taki_engine_close(f.engine);
}

static void a_redirect_is_an_error_that_names_the_host(void **state)
{
    (void)state;
    const struct taki_fake_row rows[] = {
        {{"POST /token"},                                    "200 OK", JSON,                                            "{}", 0, 0, false, 0},
        {{"GET /x", "Authorization: Bearer token-number-1"},
         "307 over there",                                             "Location: https://elsewhere.example.com/x\r\n",
         "",                                                                                                                  0,
         0,                                                                                                                         false,
         0                                                                                                                                  }
    };
    struct fixture f;
    begin(&f, rows, TAKI_LEN(rows), true);
    taki_expect_status("get", get(&f, "/x", TAKI_EXPECT_JSON), TAKI_FAILED, &f.err);
    taki_expect_contains("text", f.err.text, "redirects to host 'elsewhere.example.com'");
    end(&f);
}

static void other_hosts_are_never_asked(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, NULL, 0, false);
    taki_expect_status("foreign", get(&f, "http://127.0.0.1:1/x", TAKI_EXPECT_JSON), TAKI_CONTRACT, &f.err);
    taki_expect_status("https", get(&f, "https://a.example.com/x", TAKI_EXPECT_JSON), TAKI_CONTRACT, &f.err);
    static const char *const domains[] = {"salesforce.com"};
    taki_expect_status("vendor domain", taki_engine_allow(f.engine, "https://a.my.salesforce.com", domains, 1, &f.err),
                       TAKI_OK, &f.err);
    taki_expect_status("vendor domain without tls",
                       taki_engine_allow(f.engine, "http://a.my.salesforce.com", domains, 1, &f.err), TAKI_CONTRACT,
                       &f.err);
    taki_expect_status("look-alike",
                       taki_engine_allow(f.engine, "https://a.salesforce.com.example", domains, 1, &f.err),
                       TAKI_CONTRACT, &f.err);
    taki_expect_status("another loopback", taki_engine_allow(f.engine, "http://127.0.0.2:9", domains, 1, &f.err),
                       TAKI_CONTRACT, &f.err);
    end(&f);
}

static enum taki_status count_reply(void *context, size_t index, struct taki_reply *reply, struct taki_error *err)
{
    size_t *next = context;
    (void)err;
    taki_expect_i64("in order", (int64_t)index, (int64_t)*next);
    char want[16];
    (void)snprintf(want, sizeof want, "{\"n\":%zu}", index);
    taki_expect_str("own answer", reply->body, want);
    (*next)++;
    return TAKI_OK;
}

/* Three requests refused with the dead token cause exactly one token request. */
static void one_login_serves_all(void **state)
{
    (void)state;
    const struct taki_fake_row rows[] = {
        {{"POST /token"},               "200 OK", JSON, "{}",        0, 0, false, 2},
        {{"GET /0 ", "token-number-1"}, "401 no", JSON, "[]",        0, 0, false, 0},
        {{"GET /1 ", "token-number-1"}, "401 no", JSON, "[]",        0, 0, false, 0},
        {{"GET /2 ", "token-number-1"}, "401 no", JSON, "[]",        0, 0, false, 0},
        {{"GET /0 ", "token-number-2"}, "200 OK", JSON, "{\"n\":0}", 0, 0, false, 0},
        {{"GET /1 ", "token-number-2"}, "200 OK", JSON, "{\"n\":1}", 0, 0, false, 0},
        {{"GET /2 ", "token-number-2"}, "200 OK", JSON, "{\"n\":2}", 0, 0, false, 0},
    };
    const struct taki_request requests[] = {
        {.url = "/0", .expect = TAKI_EXPECT_JSON},
        {.url = "/1", .expect = TAKI_EXPECT_JSON},
        {.url = "/2", .expect = TAKI_EXPECT_JSON}
    };
    struct fixture f;
    size_t next = 0;
    begin(&f, rows, TAKI_LEN(rows), true);
    taki_expect_status("all", taki_engine_call_all(f.engine, requests, 3, count_reply, &next, &f.err), TAKI_OK, &f.err);
    taki_expect_i64("logins", f.logins, 2);
    taki_expect_i64("taken", (int64_t)next, 3);
    end(&f);
}

static void a_second_refusal_after_a_fresh_token_is_final(void **state)
{
    (void)state;
    const struct taki_fake_row rows[] = {
        {{"POST /token"}, "200 OK", JSON, "{}", 0, 0, false, 2},
        {{"GET /x"},      "401 no", JSON, "[]", 0, 0, false, 2}
    };
    struct fixture f;
    begin(&f, rows, TAKI_LEN(rows), true);
    taki_expect_status("get", get(&f, "/x", TAKI_EXPECT_JSON), TAKI_AUTH, &f.err);
    taki_expect_i64("logins", f.logins, 2);
    end(&f);
}

static void ceilings_end_in_a_clear_error(void **state)
{
    (void)state;
    char *zeros = calloc(1, 100000);
    struct taki_buf gz;
    taki_buf_init(&gz, 100000);
    taki_expect_status("gzip", taki_gzip((taki_str){zeros, 100000}, 9, &gz, NULL), TAKI_OK, NULL);
    const struct taki_fake_row rows[] = {
        {{"GET /bomb"}, "200 OK", GZIP, gz.data,                                    gz.size, 0, false, 0},
        {{"GET /long"}, "200 OK", NULL, "0123456789012345678901234567890123456789", 0,       0, false, 0}
    };
    struct fixture f;
    begin(&f, rows, TAKI_LEN(rows), false);
    struct taki_request bomb = {.url = "/bomb", .max_bytes = 50000};
    taki_expect_status("inflated", taki_engine_call(f.engine, &bomb, &f.reply, &f.err), TAKI_CEILING, &f.err);
    struct taki_request lengthy = {.url = "/long", .max_wire_bytes = 20};
    taki_expect_status("received", taki_engine_call(f.engine, &lengthy, &f.reply, &f.err), TAKI_CEILING, &f.err);
    taki_expect_i64("not repeated", taki_engine_counts(f.engine).calls, 2);
    end(&f);
    taki_buf_reset(&gz);
    free(zeros);
}

static void the_daily_share_stops_before_the_call(void **state)
{
    (void)state;
    const struct taki_fake_row rows[] = {
        {{"GET"}, "200 OK", JSON, "{}", 0, 0, false, 2}
    };
    struct fixture f;
    begin(&f, rows, TAKI_LEN(rows), false);
    taki_engine_close(f.engine);
    struct taki_engine_setup setup = {
        .source = "test", .base_url = taki_fake_url(f.fake), .daily_calls = 100, .calls_today = 78, .daily_share = 0.8};
    taki_expect_status("open", taki_engine_open(&setup, &f.engine, &f.err), TAKI_OK, &f.err);
    taki_expect_status("79", get(&f, "/x", TAKI_EXPECT_JSON), TAKI_OK, &f.err);
    taki_expect_status("80", get(&f, "/x", TAKI_EXPECT_JSON), TAKI_OK, &f.err);
    taki_expect_status("81", get(&f, "/x", TAKI_EXPECT_JSON), TAKI_QUOTA, &f.err);
    end(&f);
}

static enum taki_status refuse_reply(void *context, const struct taki_reply *reply, struct taki_error *err)
{
    int *left = context;
    (void)reply;
    return (*left)-- > 0 ? taki_fail(err, TAKI_CONTRACT, "'%s': %s", "test", "3 records where 4 were promised")
                         : TAKI_OK;
}

static void counts_that_differ_are_read_again_and_then_refused(void **state)
{
    (void)state;
    const struct taki_fake_row rows[] = {
        {{"GET"}, "200 OK", JSON, "{}", 0, 0, false, 7}
    };
    struct fixture f;
    int left = 1;
    begin(&f, rows, TAKI_LEN(rows), false);
    struct taki_request request = {.url = "/x", .check = refuse_reply, .check_context = &left};
    taki_expect_status("once", taki_engine_call(f.engine, &request, &f.reply, &f.err), TAKI_OK, &f.err);
    left = 100;
    taki_expect_status("always", taki_engine_call(f.engine, &request, &f.reply, &f.err), TAKI_CONTRACT, &f.err);
    end(&f);
}

static void csv_records_are_counted_without_header_lines(void **state)
{
    (void)state;
    const struct taki_fake_row rows[] = {
        {{"GET /a"}, "200 OK", NULL, "\xef\xbb\xbf\"a\",\"b\"\n\"1\",\"x\ny\"\n\"2\",\"\"\"\"\n", 0, 0, false, 0},
        {{"GET /b"}, "200 OK", NULL, "\"a\",\"b\"\n",                                             0, 0, false, 0},
        {{"GET /c"}, "200 OK", NULL, "a,b\r\n1,2\r\na,b\r\n3,4\r\n",                              0, 0, false, 0},
    };
    struct fixture f;
    begin(&f, rows, TAKI_LEN(rows), false);
    taki_expect_status("a", get(&f, "/a", TAKI_EXPECT_CSV), TAKI_OK, &f.err);
    taki_expect_i64("line break inside quotes", f.reply.records, 2);
    taki_expect_status("b", get(&f, "/b", TAKI_EXPECT_CSV), TAKI_OK, &f.err);
    taki_expect_i64("header only", f.reply.records, 0);
    taki_expect_status("c", get(&f, "/c", TAKI_EXPECT_CSV), TAKI_OK, &f.err);
    taki_expect_i64("repeated header", f.reply.records, 2);
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_gzip_body_is_inflated_and_kept_as_it_came),
        cmocka_unit_test(several_gzip_members_are_one_body),
        cmocka_unit_test(what_is_not_whole_is_asked_for_again),
        cmocka_unit_test(five_tries_and_then_it_is_unreachable),
        cmocka_unit_test(a_closed_port_is_unreachable),
        cmocka_unit_test(a_redirect_is_an_error_that_names_the_host),
        cmocka_unit_test(other_hosts_are_never_asked),
        cmocka_unit_test(one_login_serves_all),
        cmocka_unit_test(a_second_refusal_after_a_fresh_token_is_final),
        cmocka_unit_test(ceilings_end_in_a_clear_error),
        cmocka_unit_test(the_daily_share_stops_before_the_call),
        cmocka_unit_test(counts_that_differ_are_read_again_and_then_refused),
        cmocka_unit_test(csv_records_are_counted_without_header_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
