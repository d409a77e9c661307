#include "sources/marketo_read.h"
#include "taki_test.h"

#include "taki/json.h"

#include <string.h>

static struct taki_arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = taki_arena_open("test", 0);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    taki_arena_close(arena);
    return 0;
}

static struct taki_json parse(const char *text)
{
    struct taki_json json;
    struct taki_error err = {0};
    taki_expect_status(text, taki_json_parse(arena, taki_str_of(text), NULL, &json, &err), TAKI_OK, &err);
    return json;
}

static void test_types_are_found_by_name(void **state)
{
    (void)state;
    struct taki_json json =
        parse("{\"success\":true,\"result\":["
              "{\"id\":1,\"name\":\"Visit Webpage\"},{\"id\":112,\"name\":\"New Person\"},"
              "{\"id\":12,\"name\":\"Something else\"},{\"id\":104,\"name\":\"Renamed by the owner\"},"
              "{\"id\":100001,\"name\":\"Attended booth\"},{\"id\":100002,\"name\":\"Other\"}]}");
    const taki_str extra[] = {TAKI_STR_INIT("attended booth"), TAKI_STR_INIT("100002"), TAKI_STR_INIT("999")};
    size_t count;
    const int64_t *ids = taki_marketo_resolve(arena, &json, extra, TAKI_LEN(extra), &count);
    static const int64_t want[] = {1, 104, 112, 100001, 100002};
    taki_expect_i64("count", (int64_t)count, TAKI_LEN(want));
    for (size_t i = 0; i < count; i++)
        taki_expect_i64("id", ids[i], want[i]);
}

/** apis.md 3.6. */
static void test_job_is_read(void **state)
{
    (void)state;
    struct taki_json json =
        parse("{\"requestId\":\"9a2#1\",\"success\":true,\"result\":[{\"exportId\":\"0f0c\",\"status\":"
              "\"Completed\",\"numberOfRecords\":2,\"fileSize\":148,\"fileChecksum\":\"sha256:ab12\"}]}");
    struct taki_marketo_job job = taki_marketo_job_read(arena, &json);
    taki_expect_i64("state", job.state, TAKI_JOB_DONE);
    taki_expect_str("id", job.id, "0f0c");
    taki_expect_i64("records", job.records, 2);
    taki_expect_i64("bytes", job.bytes, 148);
    taki_expect_str("sha256", job.sha256, "ab12");
    static const char *const gone[] = {"Canceled", "Cancelled", "Failed"};
    for (size_t i = 0; i < TAKI_LEN(gone); i++) {
        struct taki_json status = parse(taki_arena_format(arena, "{\"result\":[{\"status\":\"%s\"}]}", gone[i]));
        job = taki_marketo_job_read(arena, &status);
        taki_expect_i64(gone[i], job.state, TAKI_JOB_GONE);
        taki_expect_i64("records", job.records, -1);
    }
    struct taki_json none = parse("{\"success\":true,\"result\":[]}");
    taki_expect_i64("no result", taki_marketo_job_read(arena, &none).state, TAKI_JOB_UNKNOWN);
}

static const taki_str *losers_of(const char *attributes, size_t *count)
{
    struct taki_json json = parse(attributes);
    return taki_marketo_losers(arena, &json, json.nodes, count);
}

static void test_losers_of_a_merge(void **state)
{
    (void)state;
    size_t count;
    const taki_str *ids = losers_of("[{\"name\":\"Master Updated\",\"value\":false},"
                                    "{\"name\":\"Merge IDs\",\"value\":\"[318592, 318593]\"},"
                                    "{\"name\":\"Merge Source\",\"value\":\"UI 7\"}]",
                                    &count);
    taki_expect_i64("count", (int64_t)count, 2);
    taki_expect_str("first", ids[0], "318592");
    taki_expect_str("second", ids[1], "318593");
    ids = losers_of("[{\"name\":\"Merge IDs\",\"value\":44}]", &count);
    taki_expect_str("number", count == 1 ? ids[0] : TAKI_STR_NULL, "44");
    ids = losers_of("{\"Merge IDs\":\"[5084]\",\"Merge Source\":\"User 9\"}", &count);
    taki_expect_str("bulk extract", count == 1 ? ids[0] : TAKI_STR_NULL, "5084");
    (void)losers_of("null", &count);
    taki_expect_i64("none", (int64_t)count, 0);
}

static void test_times_have_no_fraction(void **state)
{
    (void)state;
    char text[21];
    taki_marketo_time((taki_instant){INT64_C(1795219200999999)}, text);
    assert_string_equal(text, "2026-11-21T00:00:00Z");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_types_are_found_by_name),
        cmocka_unit_test(test_job_is_read),
        cmocka_unit_test(test_losers_of_a_merge),
        cmocka_unit_test(test_times_have_no_fraction),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
