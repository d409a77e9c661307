/* taki-extract against a scripted Salesforce: what lands, what is asked, how each quirk ends (reference apis.md 1). */
#include "extract_case.h"

#define JSON "Content-Type: application/json\r\nDate: Fri, 20 Nov 2026 03:00:00 GMT\r\n"
#define TOKEN                                                                                                          \
    {                                                                                                                  \
        {"POST /services/oauth2/token", "grant_type=client_credentials", "client_id=id", "client_secret=s3cr3t"},      \
            "200 OK", JSON, "{\"access_token\":\"tok-one-12345\",\"instance_url\":\"%BASE%\",\"id\":\"x\"}", 0, 0,     \
            false, 0                                                                                                   \
    }
#define FIELDS(more)                                                                                                   \
    "{\"fields\":[{\"name\":\"Id\"},{\"name\":\"MasterLabel\"},{\"name\":\"IsConverted\"},{\"name\":\"ApiName\"}" more \
    "]}"
#define HISTORY_FIELDS                                                                                                 \
    "{\"fields\":[{\"name\":\"Id\"},{\"name\":\"LeadId\"},{\"name\":\"Field\"},{\"name\":\"OldValue\"},"               \
    "{\"name\":\"NewValue\"},{\"name\":\"CreatedDate\"},{\"name\":\"IsDeleted\"}]}"
#define USER_FIELDS                                                                                                    \
    "{\"fields\":[{\"name\":\"Id\"},{\"name\":\"Name\"},{\"name\":\"IsActive\"},{\"name\":\"ProfileId\"},"             \
    "{\"name\":\"SystemModstamp\"}]}"
#define ANSWER(body_) "200 OK", JSON, body_, 0, 0, false, 0

static const char *first_token; /* of the refresh flow; NULL = client credentials */

static int begin_flow(void **state)
{
    first_token = NULL;
    return begin(state);
}

static void write_config(const char *url, const char *more)
{
    const char *flow = first_token == NULL
                           ? "client_secret: s3cr3t"
                           : taki_arena_format(arena, "auth: refresh_token, refresh_token: %s", first_token);
    put_config(taki_arena_format(arena,
                                 "  sfa: {type: salesforce, login_url: \"%s\", client_id: id, %s, "
                                 "start_date: 2026-11-01%s}\n",
                                 url, flow, more));
}

static void rest_pages_land_as_received(void **state)
{
    (void)state;
    /* clang-format off */
    const struct taki_fake_row rows[] = {
        TOKEN,
        {{"GET /services/data/v66.0/sobjects/LeadStatus/describe", "Authorization: Bearer tok-one-12345"},
         ANSWER(FIELDS(",{\"name\":\"Extra__c\"}"))},
        {{"GET /services/data/v66.0/query?q=SELECT%20Id%2CMasterLabel%2CApiName%2CIsConverted%20FROM%20LeadStatus "},
         ANSWER("{\"totalSize\":3,\"done\":false,\"nextRecordsUrl\":\"/services/data/v66.0/query/01g-2\",\"records\":"
                "[{\"Id\":\"1\",\"Big\":12345678901234567890},{\"Id\":\"2\"}]}")},
        {{"GET /services/data/v66.0/query/01g-2 "},
         ANSWER("{\"totalSize\":3,\"done\":true,\"records\":[{\"Id\":\"3\",\"Name\":\"a\\u0000b\"}]}")}};
    /* clang-format on */
    struct taki_fake *fake = taki_fake_open(rows, TAKI_LEN(rows));
    write_config(taki_fake_url(fake), "");
    expect_code("exit", run("run", "sfa:LeadStatus"), 0);
    taki_fake_close(fake);
    struct taki_batch *batches = NULL;
    taki_expect_i64("batches", (int64_t)batches_of("sfa", "LeadStatus", &batches), 1);
    taki_expect_i64("kind", batches[0].kind, TAKI_BATCH_FULL);
    taki_expect_i64("records", batches[0].records, 3);
    taki_expect_i64("expected", batches[0].expected, 3);
    taki_expect_i64("calls", batches[0].calls, 3);
    assert_null(strstr(output(), "tok-one"));
    assert_null(strstr(output(), "s3cr3t"));
}

static void windows_settle_and_overlap(void **state)
{
    (void)state;
    /* clang-format off */
    const struct taki_fake_row rows[] = {
        TOKEN,
        {{"/sobjects/LeadHistory/describe"}, ANSWER(HISTORY_FIELDS)},
        /* start of 2026-11-01 in Tokyo; five minutes before the server's clock */
        {{"GET /services/data/v66.0/queryAll?q=", "CreatedDate%20%3E%3D%202026-10-31T15%3A00%3A00Z",
          "CreatedDate%20%3C%202026-11-20T02%3A55%3A00Z"},
         ANSWER("{\"totalSize\":0,\"done\":true,\"records\":[]}")},
        {{"POST /services/oauth2/token"}, "200 OK", "Date: Sat, 21 Nov 2026 03:00:00 GMT\r\n",
         "{\"access_token\":\"tok-two-12345\",\"instance_url\":\"%BASE%\"}", 0, 0, false, 0},
        {{"/sobjects/LeadHistory/describe"},
         "200 OK",
         "Date: Sat, 21 Nov 2026 03:00:00 GMT\r\n",
         HISTORY_FIELDS,
         0,
         0,
         false,
         0},
        {{"GET /services/data/v66.0/queryAll?q=", "CreatedDate%20%3E%3D%202026-11-20T02%3A45%3A00Z"},
         "200 OK",
         "Date: Sat, 21 Nov 2026 03:00:00 GMT\r\n",
         "{\"totalSize\":1,\"done\":true,\"records\":[{\"Id\":\"1\",\"IsDeleted\":true,\"MasterRecordId\":\"9\","
         "\"CreatedDate\":\"2026-11-20T03:00:00.000+0000\"}]}",
         0,
         0,
         false,
         0}};
    /* clang-format on */
    struct taki_fake *fake = taki_fake_open(rows, TAKI_LEN(rows));
    write_config(taki_fake_url(fake), "");
    expect_code("exit", run("run", "sfa:LeadHistory"), 0);
    expect_code("exit", run("run", "sfa:LeadHistory"), 0);
    taki_fake_close(fake);
    struct taki_batch *batches = NULL;
    taki_expect_i64("batches", (int64_t)batches_of("sfa", "LeadHistory", &batches), 3);
    taki_expect_i64("an empty window moves the bookmark", batches[0].records, 0);
    const struct taki_batch *dead = &batches[2];
    taki_expect_i64("tombstones", dead->kind, TAKI_BATCH_TOMBSTONES);
    struct taki_page *pages = NULL;
    size_t count = 0;
    struct taki_buf body;
    taki_buf_init(&body, 10000);
    assert_int_equal(taki_pages_read(arena, dead, &pages, &count, NULL), TAKI_OK);
    assert_int_equal(taki_page_body(dead, &pages[0], &body, NULL), TAKI_OK);
    taki_expect_str("tombstone", taki_buf_view(&body),
                    taki_arena_format(arena,
                                      "{\"object\":\"LeadHistory\",\"id\":\"1\",\"deleted\":true,\"merged_into\":\"9\","
                                      "\"at\":\"2026-11-20T03:00:00.000+0000\",\"page\":{\"batch\":\"%s\","
                                      "\"part\":\"part-00000.json.gz\",\"offset\":0}}\n",
                                      batches[1].id));
    taki_buf_reset(&body);
}

/* How a run of LeadStatus ends for one answer to its query. */
static void quirks_of_a_query_end_as_the_table_says(void **state)
{
    /* clang-format off */
    static const struct {
        const char *what, *status, *body;
        int times, want;
        const char *words;
    } cases[] = {
        {"next page at another host", "200 OK",
         "{\"totalSize\":2,\"done\":false,\"nextRecordsUrl\":\"https://evil.example/q\",\"records\":[{\"Id\":\"1\"}]}",
         1, 4, "does not belong to the source"},
        {"more, but not where", "200 OK", "{\"totalSize\":2,\"done\":false,\"records\":[{\"Id\":\"1\"}]}", 1, 4,
         "more, but not where"},
        {"a count that differs", "200 OK", "{\"totalSize\":2,\"done\":true,\"records\":[{\"Id\":\"1\"}]}", 1, 4,
         "received 1 records where totalSize promised 2"},
        {"malformed query", "400 Bad", "[{\"errorCode\":\"MALFORMED_QUERY\",\"message\":\"unexpected token\"}]", 1, 1,
         "MALFORMED_QUERY: unexpected token"},
        {"no permission", "403 no", "[{\"errorCode\":\"INSUFFICIENT_ACCESS\",\"message\":\"no\"}]", 1, 5,
         "INSUFFICIENT_ACCESS"},
        {"daily limit", "403 no", "[{\"errorCode\":\"REQUEST_LIMIT_EXCEEDED\",\"message\":\"TotalRequests Limit "
         "exceeded.\"}]", 1, 6, "REQUEST_LIMIT_EXCEEDED"},
        {"locator gone again and again", "400 no", "[{\"errorCode\":\"INVALID_QUERY_LOCATOR\",\"message\":\"x\"}]", 4,
         11, "dropped the page cursor 4 times"},
        {"html for ever", "503 busy", "<html>", 5, 11, "answered HTML (5 tries)"},
    };
    /* clang-format on */
    (void)state;
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        /* clang-format off */
    const struct taki_fake_row rows[] = {
            TOKEN,
            {{"/sobjects/LeadStatus/describe"}, ANSWER(FIELDS(""))},
            {{"GET /services/data/v66.0/query?q="}, cases[i].status, JSON, cases[i].body, 0, 0, false, cases[i].times}};
        /* clang-format on */
        (void)end(NULL);
        (void)begin(NULL);
        struct taki_fake *fake = taki_fake_open(rows, TAKI_LEN(rows));
        write_config(taki_fake_url(fake), "");
        expect_code(cases[i].what, run("run", "sfa:LeadStatus"), cases[i].want);
        taki_expect_contains(cases[i].what, output(), cases[i].words);
        taki_fake_close(fake);
        struct taki_batch *batches = NULL;
        taki_expect_i64(cases[i].what, (int64_t)batches_of("sfa", "LeadStatus", &batches), 0);
    }
}

static void a_mandatory_field_out_of_sight_is_named(void **state)
{
    (void)state;
    /* clang-format off */
    const struct taki_fake_row rows[] = {
        TOKEN,
        {{"/sobjects/LeadStatus/describe"}, ANSWER("{\"fields\":[{\"name\":\"Id\"},{\"name\":\"MasterLabel\"}]}")}};
    /* clang-format on */
    struct taki_fake *fake = taki_fake_open(rows, TAKI_LEN(rows));
    write_config(taki_fake_url(fake), "");
    expect_code("exit", run("run", "sfa:LeadStatus"), 5);
    taki_expect_contains("text", output(), "cannot read field 'IsConverted' of 'LeadStatus'");
    taki_fake_close(fake);
}

static void a_feature_that_is_off_is_skipped(void **state)
{
    (void)state;
    /* clang-format off */
    const struct taki_fake_row rows[] = {
        TOKEN,
        {{"/sobjects/CurrencyType/describe"},
         "404 no",
         JSON,
         "[{\"errorCode\":\"NOT_FOUND\",\"message\":\"The requested resource does not exist\"}]",
         0,
         0,
         false,
         0}};
    /* clang-format on */
    struct taki_fake *fake = taki_fake_open(rows, TAKI_LEN(rows));
    write_config(taki_fake_url(fake), "");
    expect_code("exit", run("run", "sfa:CurrencyType"), 0);
    taki_expect_contains("text", output(), "off in this organisation");
    taki_fake_close(fake);
}

/* QUERY_TIMEOUT halves the window; the other half follows. */
static void a_query_too_slow_is_halved(void **state)
{
    (void)state;
    /* clang-format off */
    const struct taki_fake_row rows[] = {
        TOKEN,
        {{"/sobjects/LeadHistory/describe"}, ANSWER(HISTORY_FIELDS)},
        {{"queryAll?q=", "%3C%202026-11-20T02%3A55%3A00Z"},
         "400 slow",
         JSON,
         "[{\"errorCode\":\"QUERY_TIMEOUT\",\"message\":\"too long\"}]",
         0,
         0,
         false,
         0},
        /* half of 2026-10-31T15:00 .. 2026-11-20T02:55 */
        {{"queryAll?q=", "%3E%3D%202026-10-31T15%3A00%3A00Z", "%3C%202026-11-10T08%3A57%3A30Z"},
         ANSWER("{\"totalSize\":1,\"done\":true,\"records\":[{\"Id\":\"1\",\"IsDeleted\":false}]}")},
        {{"queryAll?q=", "%3E%3D%202026-11-10T08%3A57%3A30Z", "%3C%202026-11-20T02%3A55%3A00Z"},
         ANSWER("{\"totalSize\":0,\"done\":true,\"records\":[]}")}};
    /* clang-format on */
    struct taki_fake *fake = taki_fake_open(rows, TAKI_LEN(rows));
    write_config(taki_fake_url(fake), "");
    expect_code("exit", run("run", "sfa:LeadHistory"), 0);
    taki_fake_close(fake);
    struct taki_batch *batches = NULL;
    taki_expect_i64("batches", (int64_t)batches_of("sfa", "LeadHistory", &batches), 2);
}

#define CSV_HEADERS(locator, number)                                                                                   \
    "Content-Type: text/csv\r\nDate: Fri, 20 Nov 2026 03:00:00 GMT\r\nSforce-Locator: " locator                        \
    "\r\nSforce-NumberOfRecords: " number "\r\n"
#define JOB "/services/data/v66.0/jobs/query/750A"

static void a_bulk_job_is_run_read_and_deleted(void **state)
{
    (void)state;
    /* clang-format off */
    const struct taki_fake_row rows[] = {
        TOKEN,
        {{"/sobjects/User/describe"}, ANSWER(USER_FIELDS)},
        {{"POST /services/data/v66.0/jobs/query ", "\"operation\":\"query\"", "FROM User WHERE SystemModstamp >="},
         ANSWER("{\"id\":\"750A\",\"state\":\"UploadComplete\"}")},
        {{"GET " JOB " "}, ANSWER("{\"id\":\"750A\",\"state\":\"InProgress\"}")},
        {{"GET " JOB " "}, ANSWER("{\"id\":\"750A\",\"state\":\"JobComplete\",\"numberRecordsProcessed\":3}")},
        {{"GET " JOB "/results?maxRecords=50000 ", "Accept: text/csv"},
         "412 wait",
         JSON,
         "[{\"errorCode\":\"JOB_NOT_COMPLETE\"}]",
         0,
         0,
         false,
         0},
        {{"GET " JOB "/results?maxRecords=50000 "},
         "200 OK",
         CSV_HEADERS("MTA", "2"),
         "\"Id\",\"Name\"\n\"1\",\"a\nb\"\n\"2\",\"\"\n",
         0,
         0,
         false,
         0},
        {{"GET " JOB "/results?maxRecords=50000&locator=MTA "},
         "200 OK",
         CSV_HEADERS("null", "1"),
         "\"Id\",\"Name\"\n\"3\",\"c\"\n",
         0,
         0,
         false,
         0},
        {{"DELETE " JOB " "}, "204 gone", NULL, "", 0, 0, false, 0}};
    /* clang-format on */
    struct taki_fake *fake = taki_fake_open(rows, TAKI_LEN(rows));
    write_config(taki_fake_url(fake), ", method: bulk");
    expect_code("exit", run("run", "sfa:User"), 0);
    taki_fake_close(fake);
    struct taki_batch *batches = NULL;
    taki_expect_i64("batches", (int64_t)batches_of("sfa", "User", &batches), 1);
    taki_expect_i64("records", batches[0].records, 3);
    taki_expect_str("expected", taki_str_of(batches[0].expected_from), "numberRecordsProcessed");
}

static void an_object_bulk_refuses_is_read_by_rest(void **state)
{
    (void)state;
    /* clang-format off */
    const struct taki_fake_row rows[] = {
        TOKEN,
        {{"/sobjects/User/describe"}, ANSWER(USER_FIELDS)},
        {{"POST /services/data/v66.0/jobs/query "},
         "400 no",
         JSON,
         "[{\"errorCode\":\"INVALIDENTITY\",\"message\":\"Entity 'User' is not supported by the Bulk API.\"}]",
         0,
         0,
         false,
         0},
        {{"GET /services/data/v66.0/query?q=SELECT%20Id%2CName"},
         ANSWER("{\"totalSize\":1,\"done\":true,\"records\":[{\"Id\":\"1\"}]}")}};
    /* clang-format on */
    struct taki_fake *fake = taki_fake_open(rows, TAKI_LEN(rows));
    write_config(taki_fake_url(fake), ", method: bulk");
    expect_code("exit", run("run", "sfa:User"), 0);
    taki_fake_close(fake);
    struct taki_batch *batches = NULL;
    taki_expect_i64("batches", (int64_t)batches_of("sfa", "User", &batches), 1);
    taki_expect_str("part", taki_str_of(batches[0].parts[0].name), "part-00000.json.gz");
}

/* The second run asks nothing but the job that the first left running. */
static void a_running_job_is_found_again(void **state)
{
    (void)state;
    /* clang-format off */
    const struct taki_fake_row rows[] = {
        TOKEN,
        {{"/sobjects/User/describe"}, "200 OK", JSON, USER_FIELDS, 0, 0, false, 2},
        {{"POST /services/data/v66.0/jobs/query "}, ANSWER("{\"id\":\"750A\",\"state\":\"UploadComplete\"}")},
        {{"GET " JOB " "}, "403 no", JSON, "[{\"errorCode\":\"REQUEST_LIMIT_EXCEEDED\"}]", 0, 0, false, 0},
        TOKEN,
        {{"GET " JOB " "}, ANSWER("{\"id\":\"750A\",\"state\":\"JobComplete\",\"numberRecordsProcessed\":1}")},
        {{"GET " JOB "/results"}, "200 OK", CSV_HEADERS("", "1"), "\"Id\"\n\"1\"\n", 0, 0, false, 0},
        {{"DELETE " JOB " "}, "204 gone", NULL, "", 0, 0, false, 0}};
    /* clang-format on */
    struct taki_fake *fake = taki_fake_open(rows, TAKI_LEN(rows));
    write_config(taki_fake_url(fake), ", method: bulk");
    expect_code("exit", run("run", "sfa:User"), 6);
    expect_code("exit", run("run", "sfa:User"), 0);
    taki_fake_close(fake);
    struct taki_batch *batches = NULL;
    taki_expect_i64("batches", (int64_t)batches_of("sfa", "User", &batches), 1);
}

static void a_rotated_token_is_kept_before_it_is_used(void **state)
{
    (void)state;
    first_token = "refresh-first-1";
    /* clang-format off */
    const struct taki_fake_row rows[] = {
        {{"POST /services/oauth2/token", "grant_type=refresh_token", "refresh_token=refresh-first-1"},
         ANSWER("{\"access_token\":\"tok-one-12345\",\"instance_url\":\"%BASE%\",\"refresh_token\":\"refresh-2nd\"}")},
        {{"/sobjects/CurrencyType/describe"}, "404 no", JSON, "[{\"errorCode\":\"NOT_FOUND\",\"message\":\"The "
         "requested resource does not exist\"}]", 0, 0, false, 2},
        {{"POST /services/oauth2/token", "refresh_token=refresh-2nd"},
         ANSWER("{\"access_token\":\"tok-two-12345\",\"instance_url\":\"%BASE%\"}")}};
    /* clang-format on */
    struct taki_fake *fake = taki_fake_open(rows, TAKI_LEN(rows));
    write_config(taki_fake_url(fake), "");
    expect_code("exit", run("run", "sfa:CurrencyType"), 0);
    expect_code("exit", run("run", "sfa:CurrencyType"), 0);
    taki_fake_close(fake);
    assert_null(strstr(output(), "refresh-2nd"));
}

static void wrong_credentials_are_exit_5_without_repeats(void **state)
{
    (void)state;
    /* clang-format off */
    const struct taki_fake_row rows[] = {{{"POST /services/oauth2/token"},
                                          "400 no",
                                          JSON,
                                          "{\"error\":\"invalid_client\",\"error_description\":\"invalid client "
                                          "credentials\"}",
                                          0,
                                          0,
                                          false,
                                          0}};
    /* clang-format on */
    struct taki_fake *fake = taki_fake_open(rows, TAKI_LEN(rows));
    write_config(taki_fake_url(fake), "");
    expect_code("exit", run("run", "sfa:*"), 5);
    taki_expect_contains("text", output(), "invalid_client: invalid client credentials");
    taki_fake_close(fake);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin_flow, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(rest_pages_land_as_received),
        TEST(windows_settle_and_overlap),
        TEST(quirks_of_a_query_end_as_the_table_says),
        TEST(a_mandatory_field_out_of_sight_is_named),
        TEST(a_feature_that_is_off_is_skipped),
        TEST(a_query_too_slow_is_halved),
        TEST(a_bulk_job_is_run_read_and_deleted),
        TEST(an_object_bulk_refuses_is_read_by_rest),
        TEST(a_running_job_is_found_again),
        TEST(a_rotated_token_is_kept_before_it_is_used),
        TEST(wrong_credentials_are_exit_5_without_repeats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
