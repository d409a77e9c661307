/* When a request is repeated, and after how long (reference apis.md 0.3, 9). */
#include "engine_parts.h"
#include "taki_test.h"

#include <string.h>

static taki_instant moment(const char *text)
{
    return taki_time_parse(taki_str_of(text)).instant;
}

static void retry_after_is_read_clamped_or_ignored(void **state)
{
    static const struct {
        const char *value;
        int64_t want_ms;
    } cases[] = {
        {"2",                             2000   },
        {"0",                             0      },
        {"0.5",                           500    },
        {"-1",                            -1     },
        {"",                              -1     },
        {"soon",                          -1     },
        {"99999999",                      3600000},
        {"1e300",                         3600000},
        {" 7 ",                           7000   },
        {"Sun, 06 Nov 1994 08:49:47 GMT", 10000  },
        {"Sun, 06 Nov 1994 08:00:00 GMT", 0      },
        {"Sun, 06 Nov 2094 08:00:00 GMT", 3600000},
        {"Sun, 99 Nov 1994 08:00:00 GMT", -1     },
    };
    (void)state;
    for (size_t i = 0; i < TAKI_LEN(cases); i++)
        taki_expect_i64(cases[i].value,
                        taki_retry_after_ms(taki_str_of(cases[i].value), moment("1994-11-06T08:49:37Z")),
                        cases[i].want_ms);
}

/* RFC 9110, 5.6.7: its own example. */
static void http_dates_have_one_form(void **state)
{
    (void)state;
    taki_expect_i64("example", taki_http_date(TAKI_STR("Sun, 06 Nov 1994 08:49:37 GMT")).us,
                    moment("1994-11-06T08:49:37Z").us);
    assert_true(taki_instant_is_null(taki_http_date(TAKI_STR("Sunday, 06-Nov-94 08:49:37 GMT"))));
    assert_true(taki_instant_is_null(taki_http_date(TAKI_STR("Sun, 06 Nov 1994 24:49:37 GMT"))));
    assert_true(taki_instant_is_null(taki_http_date(TAKI_STR("Sun, 31 Feb 1994 08:49:37 GMT"))));
    assert_true(taki_instant_is_null(taki_http_date(TAKI_STR_NULL)));
}

/* Base 1 s for the network and 2 s for servers, factor 2, full jitter, cap 60 s. */
static void back_off_doubles_up_to_a_minute(void **state)
{
    static const struct {
        enum taki_verdict verdict;
        int tries;
        int64_t most_ms;
    } cases[] = {
        {TAKI_VERDICT_NETWORK, 1,  1000 },
        {TAKI_VERDICT_NETWORK, 3,  4000 },
        {TAKI_VERDICT_NETWORK, 20, 60000},
        {TAKI_VERDICT_SERVER,  1,  2000 },
        {TAKI_VERDICT_SERVER,  4,  16000},
    };
    (void)state;
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        const struct taki_retry_policy *policy = taki_retry_policy_of(cases[i].verdict);
        uint64_t random = 7;
        int64_t highest = 0;
        for (int n = 0; n < 2000; n++) {
            int64_t wait = taki_retry_wait_ms(policy, cases[i].tries, 0, taki_retry_random(&random));
            assert_true(wait >= 1 && wait <= cases[i].most_ms);
            highest = wait > highest ? wait : highest;
        }
        assert_true(highest > cases[i].most_ms * 9 / 10);
    }
    const struct taki_retry_policy *burst = taki_retry_policy_of(TAKI_VERDICT_BURST);
    taki_expect_i64("told", taki_retry_wait_ms(burst, 1, 20000, 1), 20000);
    taki_expect_i64("not told", taki_retry_wait_ms(burst, 1, 0, 1), 10000);
}

static const struct taki_judge_rule rules[] = {
    {0, "606",  NULL,    TAKI_VERDICT_BURST, 20000},
    {0, "1029", "queue", TAKI_VERDICT_QUEUE, 60000},
    {0, "1029", NULL,    TAKI_VERDICT_DAILY, 0    },
};
static const struct taki_judging judging = {.code_at = "errors/0/code|0/errorCode",
                                            .text_at = "errors/0/message",
                                            .success_at = "success",
                                            .rules = rules,
                                            .rule_count = TAKI_LEN(rules)};

static enum taki_verdict verdict_of(int status, const char *type, const char *body, bool no_auth, int *wait_ms)
{
    struct taki_reply reply;
    struct taki_request request = {.expect = TAKI_EXPECT_JSON, .no_auth = no_auth};
    taki_reply_init(&reply);
    reply.status = status;
    reply.body = taki_str_of(body);
    taki_reply_add_header(&reply, "Content-Type", type);
    if (taki_json_parse(reply.arena, reply.body, NULL, &reply.json, NULL) != TAKI_OK)
        reply.json = (struct taki_json){0};
    enum taki_verdict verdict = taki_judge(&judging, &request, &reply, wait_ms);
    taki_reply_reset(&reply);
    return verdict;
}

static void the_table_decides_not_the_status_class(void **state)
{
    static const struct {
        int status;
        const char *body;
        enum taki_verdict want;
        int want_wait_ms;
    } cases[] = {
        {200, "{\"success\":true}",                                                                          TAKI_VERDICT_FINE,    0    },
        {200, "{\"success\":false,\"errors\":[{\"code\":\"606\",\"message\":\"x\"}]}",                       TAKI_VERDICT_BURST,   20000},
        {200, "{\"success\":false,\"errors\":[{\"code\":\"1029\",\"message\":\"Too many jobs in Queue\"}]}",
         TAKI_VERDICT_QUEUE,                                                                                                       60000},
        {200, "{\"success\":false,\"errors\":[{\"code\":\"1029\",\"message\":\"daily quota exceeded\"}]}",
         TAKI_VERDICT_DAILY,                                                                                                       0    },
        {200, "{\"success\":false,\"errors\":[{\"code\":\"1003\",\"message\":\"x\"}]}",                      TAKI_VERDICT_FATAL,   0    },
        {401, "[{\"errorCode\":\"INVALID_SESSION_ID\"}]",                                                    TAKI_VERDICT_EXPIRED, 0    },
        {403, "",                                                                                            TAKI_VERDICT_DENIED,  0    },
        {429, "",                                                                                            TAKI_VERDICT_BURST,   0    },
        {406, "",                                                                                            TAKI_VERDICT_SERVER,  0    },
        {420, "",                                                                                            TAKI_VERDICT_SERVER,  0    },
        {503, "",                                                                                            TAKI_VERDICT_SERVER,  0    },
        {527, "",                                                                                            TAKI_VERDICT_SERVER,  0    },
        {414, "",                                                                                            TAKI_VERDICT_LARGE,   0    },
        {431, "",                                                                                            TAKI_VERDICT_LARGE,   0    },
        {404, "",                                                                                            TAKI_VERDICT_FATAL,   0    },
        {200, " <!DOCTYPE html><html>",                                                                      TAKI_VERDICT_SERVER,  0    },
        {404, "<html>",                                                                                      TAKI_VERDICT_FATAL,   0    },
    };
    (void)state;
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        int wait_ms = 0;
        enum taki_verdict got = verdict_of(cases[i].status, "application/json", cases[i].body, false, &wait_ms);
        taki_expect_i64(cases[i].body, got, cases[i].want);
        taki_expect_i64(cases[i].body, wait_ms, cases[i].want_wait_ms);
    }
    int unused = 0;
    taki_expect_i64("html by type", verdict_of(200, "text/html; charset=utf-8", "hello", false, &unused),
                    TAKI_VERDICT_SERVER);
    taki_expect_i64("token 400", verdict_of(400, "application/json", "{}", true, &unused), TAKI_VERDICT_DENIED);
    taki_expect_i64("token 401", verdict_of(401, "application/json", "{}", true, &unused), TAKI_VERDICT_DENIED);
    taki_expect_i64("token 503", verdict_of(503, "application/json", "{}", true, &unused), TAKI_VERDICT_SERVER);
}

/* No span of the window's length holds more starts than allowed. */
static void pacing_never_exceeds_the_window(void **state)
{
    (void)state;
    struct taki_arena *arena = taki_arena_open("test", 0);
    struct taki_rate rate;
    int64_t starts[200], now_us = 0;
    taki_rate_init(&rate, arena, 10, 2000, 4);
    for (size_t i = 0; i < TAKI_LEN(starts); i++) {
        now_us += taki_rate_wait_us(&rate, now_us);
        taki_expect_i64("may start", taki_rate_wait_us(&rate, now_us), 0);
        taki_rate_started(&rate, now_us);
        starts[i] = now_us;
        if (i >= 10)
            assert_true(starts[i] - starts[i - 10] >= 2000000);
        if (i > 0)
            assert_true(starts[i] - starts[i - 1] >= 50000);
    }
    taki_rate_refused(&rate);
    taki_expect_i64("half", rate.concurrency, 2);
    taki_rate_refused(&rate);
    taki_rate_refused(&rate);
    taki_expect_i64("at least one", rate.concurrency, 1);
    for (int i = 0; i < 100; i++)
        taki_rate_fine(&rate);
    taki_expect_i64("grows back", rate.concurrency, 2);
    taki_arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(retry_after_is_read_clamped_or_ignored),
        cmocka_unit_test(http_dates_have_one_form),
        cmocka_unit_test(back_off_doubles_up_to_a_minute),
        cmocka_unit_test(the_table_decides_not_the_status_class),
        cmocka_unit_test(pacing_never_exceeds_the_window),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
