/* Half-open windows: never past what is settled, always a little behind what was read (reference apis.md 0.2). */
#include "taki_test.h"
#include "window.h"

#include <string.h>

static taki_instant at(const char *text)
{
    return text == NULL ? TAKI_INSTANT_NULL : taki_time_parse(taki_str_of(text)).instant;
}

static void expect(const char *what, taki_instant got, const char *want)
{
    char text[28] = "NULL";
    if (!taki_instant_is_null(got))
        taki_instant_print(got, text);
    if (got.us != at(want).us)
        fail_msg("%s: got %s, want %s", what, text, want == NULL ? "NULL" : want);
}

static void a_span_follows_bookmark_start_and_server_clock(void **state)
{
    static const struct {
        const char *what, *bookmark, *start, *server, *lo, *hi;
        int64_t settle_s, look_back_s;
        bool is_empty;
    } cases[] = {
        {"first run begins at start_date",                NULL,                   "2024-04-01T00:00:00Z", "2026-11-20T03:00:00.9Z",
         "2024-04-01T00:00:00Z",                                                                                                                            "2026-11-20T02:55:00Z", 300, 0,     false},
        {"first run without start_date has no beginning", NULL,                   NULL,                   "2026-11-20T03:00:00Z",   NULL,
         "2026-11-20T02:55:00Z",                                                                                                                                                    300, 0,     false},
        {"ten minutes are read again at least",           "2026-11-19T02:55:00Z", "2024-04-01T00:00:00Z", "2026-11-20T03:00:00Z",
         "2026-11-19T02:45:00Z",                                                                                                                            "2026-11-20T02:55:00Z", 300, 0,     false},
        {"a day where the vendor is that late",           "2026-11-19T02:55:00Z", NULL,                   "2026-11-20T03:00:00Z",
         "2026-11-18T02:55:00Z",                                                                                                                            "2026-11-20T02:55:00Z", 300, 86400, false},
        {"never before start_date",                       "2024-04-01T00:05:00Z", "2024-04-01T00:00:00Z", "2024-04-01T01:00:00Z",
         "2024-04-01T00:00:00Z",                                                                                                                            "2024-04-01T00:55:00Z", 300, 0,     false},
        {"nothing new at the same moment",                "2026-11-20T02:55:00Z", NULL,                   "2026-11-20T03:00:00Z",   "2026-11-20T02:45:00Z",
         "2026-11-20T02:55:00Z",                                                                                                                                                    300, 0,     true },
        {"a clock that went back reads nothing",          "2026-11-20T02:55:00Z", NULL,                   "2026-11-20T02:00:00Z",
         "2026-11-20T02:45:00Z",                                                                                                                            "2026-11-20T01:55:00Z", 300, 0,     true },
        {"a start in the future reads nothing",           NULL,                   "2030-01-01T00:00:00Z", "2026-11-20T03:00:00Z",
         "2030-01-01T00:00:00Z",                                                                                                                            "2026-11-20T02:59:00Z", 60,  0,     true },
    };
    (void)state;
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        struct taki_window_facts facts = {.bookmark = at(cases[i].bookmark),
                                          .start = at(cases[i].start),
                                          .server_time = at(cases[i].server),
                                          .settle_s = cases[i].settle_s,
                                          .look_back_s = cases[i].look_back_s};
        struct taki_span span = taki_window_span(&facts);
        expect(cases[i].what, span.lo, cases[i].lo);
        expect(cases[i].what, span.hi, cases[i].hi);
        taki_expect_i64(cases[i].what, span.is_empty, cases[i].is_empty);
    }
}

static void windows_are_cut_without_gaps(void **state)
{
    (void)state;
    taki_instant lo = at("2026-01-01T00:00:00Z"), hi = at("2026-03-05T12:00:00Z");
    int windows = 0;
    while (lo.us < hi.us) {
        taki_instant end = taki_window_end(lo, hi, 30);
        assert_true(end.us > lo.us && end.us - lo.us <= 30 * TAKI_US_PER_DAY);
        lo = end;
        windows++;
    }
    taki_expect_i64("windows of 30 days over 63.5", windows, 3);
    taki_expect_i64("ends at hi", lo.us, hi.us);
    expect("no limit", taki_window_end(at("2026-01-01T00:00:00Z"), hi, 0), "2026-03-05T12:00:00Z");
    expect("no beginning", taki_window_end(TAKI_INSTANT_NULL, hi, 30), "2026-03-05T12:00:00Z");
}

static void halves_are_whole_seconds(void **state)
{
    (void)state;
    expect("half a day", taki_window_middle(at("2026-01-01T00:00:00Z"), at("2026-01-02T00:00:00Z")),
           "2026-01-01T12:00:00Z");
    expect("odd seconds", taki_window_middle(at("2026-01-01T00:00:00Z"), at("2026-01-01T00:00:03Z")),
           "2026-01-01T00:00:01Z");
    expect("one second cannot be halved", taki_window_middle(at("2026-01-01T00:00:00Z"), at("2026-01-01T00:00:01Z")),
           "2026-01-01T00:00:00Z");
    expect("no beginning: ten years", taki_window_middle(TAKI_INSTANT_NULL, at("2026-01-01T00:00:00Z")),
           "2016-01-01T00:00:00Z");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_span_follows_bookmark_start_and_server_clock),
        cmocka_unit_test(windows_are_cut_without_gaps),
        cmocka_unit_test(halves_are_whole_seconds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
