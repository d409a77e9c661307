/* taki-extract against a scripted Marketo: how each answer of reference apis.md 3 ends, and the life of a bulk job. */
#include "extract_case.h"

#include "taki/hash.h"

#define JSON "Content-Type: application/json\r\nDate: Fri, 20 Nov 2026 03:00:00 GMT\r\n"
#define ANSWER(body_) "200 OK", JSON, body_, 0, 0, false, 0
#define ANSWERS(body_, times_) "200 OK", JSON, body_, 0, 0, false, times_
#define TOKEN                                                                                                          \
    {                                                                                                                  \
        {"GET /identity/oauth/token?grant_type=client_credentials&client_id=id&client_secret=s3cr3t"},                 \
            ANSWER("{\"access_token\":\"tok-one-12345\",\"token_type\":\"bearer\",\"expires_in\":3599}")               \
    }
#define ERROR(code_, message_)                                                                                         \
    "{\"requestId\":\"a#1\",\"success\":false,\"errors\":[{\"code\":\"" code_ "\",\"message\":\"" message_ "\"}]}"
#define RESULT(rows_) "{\"requestId\":\"a#1\",\"success\":true,\"result\":[" rows_ "]}"
#define TYPES RESULT("{\"id\":1,\"name\":\"Visit Webpage\"},{\"id\":32,\"name\":\"Merge Leads\"}")
#define JOB(status_, more_) RESULT("{\"exportId\":\"job-1\",\"format\":\"CSV\",\"status\":\"" status_ "\"" more_ "}")
#define DESCRIBED                                                                                                      \
    {                                                                                                                  \
        {"GET /rest/v1/leads/describe.json"},                                                                          \
            ANSWER(RESULT("{\"id\":1,\"rest\":{\"name\":\"id\"}},{\"id\":2,\"rest\":{\"name\":\"email\"}},"            \
                          "{\"id\":3,\"rest\":{\"name\":\"createdAt\"}},{\"id\":4,\"rest\":{\"name\":\"updatedAt\"}}," \
                          "{\"id\":5,\"soap\":{\"name\":\"Hidden\"}}"))                                                \
    }

static void configure(const struct taki_fake *fake, const char *more)
{
    put_config(taki_arena_format(arena,
                                 "  ma: {type: marketo, base_url: \"%s\", client_id: id, client_secret: s3cr3t, "
                                 "start_date: 2026-11-10%s}\n",
                                 taki_fake_url(fake), more));
}

/* One answer to the list of activity types. */
struct answer_case {
    const char *what, *status, *body;
    int times; /* asked */
    int want;  /* exit code of design.md 5 */
    const char *words;
};

static void check_answer(const struct answer_case *one)
{
    /* clang-format off */
    const struct taki_fake_row rows[] = {
        TOKEN,
        {{"GET /rest/v1/activities/types.json", "Authorization: Bearer tok-one-12345"},
                one->status,
                JSON, one->body,
                0, 0,
                false, one->times}
    };
    /* clang-format on */
    (void)end(NULL);
    (void)begin(NULL);
    struct taki_fake *fake = taki_fake_open(rows, TAKI_LEN(rows));
    configure(fake, "");
    expect_code(one->what, run("run", "ma:activity_types"), one->want);
    taki_expect_contains(one->what, output(), one->words);
    taki_fake_close(fake);
    struct taki_batch *batches = NULL;
    taki_expect_i64(one->what, (int64_t)batches_of("ma", "activity_types", &batches), one->want == 0 ? 1 : 0);
    assert_null(strstr(output(), "s3cr3t"));
    assert_null(strstr(output(), "tok-one"));
}

static void errors_end_as_the_table_says(void **state)
{
    /* clang-format off */
    static const struct answer_case cases[] = {
        {"no permission", "200 OK", ERROR("603", "Access denied"), 1, 5, "603"},
        {"quota of the day", "200 OK", ERROR("607", "Daily API Request Limit Reached"), 1, 6, "607"},
        {"unknown path", "200 OK", ERROR("610", "Requested resource not found"), 1, 1, "610"},
        {"unknown field", "200 OK", ERROR("1006", "Field 'x' not found"), 1, 1, "Field 'x' not found"},
        {"down for ever", "200 OK", ERROR("608", "API Temporarily Unavailable"), 5, 11, "608"},
        {"busy over HTTP", "503 busy", "<html>", 5, 11, "HTML"},
        {"half an answer", "200 OK", "{\"requestId\":\"a#1\",\"success\":true,\"result\":[", 5, 11, "activity_types"},
    };
    /* clang-format on */
    (void)state;
    for (size_t i = 0; i < TAKI_LEN(cases); i++)
        check_answer(&cases[i]);
}

/* A dead token is renewed once; bursts and full lanes are waited out. */
static void what_passes_is_waited_out(void **state)
{
    (void)state;
    /* clang-format off */
    const struct taki_fake_row rows[] = {
        TOKEN,
        {{"types.json", "Bearer tok-one-12345"}, ANSWER(ERROR("602", "Access token expired"))             },
        {{"GET /identity/oauth/token"},          ANSWER("{\"access_token\":\"tok-two-12345\",\"expires_in\":3599}")},
        {{"types.json", "Bearer tok-two-12345"}, ANSWERS(ERROR("606", "Max rate limit '100' exceeded"), 2)},
        {{"types.json", "Bearer tok-two-12345"}, ANSWER(ERROR("615", "Concurrent access limit reached"))  },
        {{"types.json", "Bearer tok-two-12345"}, ANSWER(TYPES)                                            },
    };
    /* clang-format on */
    struct taki_fake *fake = taki_fake_open(rows, TAKI_LEN(rows));
    configure(fake, "");
    expect_code("waited", run("run", "ma:activity_types"), 0);
    taki_fake_close(fake);
    struct taki_batch *batches = NULL;
    taki_expect_i64("batches", (int64_t)batches_of("ma", "activity_types", &batches), 1);
    taki_expect_i64("records", batches[0].records, 2);
}

static void errors_that_pass_are_asked_again(void **state)
{
    (void)state;
    /* clang-format off */
    const struct taki_fake_row rows[] = {
        TOKEN,
        {{"types.json"}, ANSWER(ERROR("502", "Bad Gateway"))},
        {{"types.json"}, ANSWER(ERROR("604", "Request timed out"))},
        {{"types.json"}, ANSWER(ERROR("611", "System error"))},
        {{"types.json"}, ANSWER(ERROR("713", "Transient error"))},
        {{"types.json"}, ANSWER(TYPES)},
    };
    /* clang-format on */
    struct taki_fake *fake = taki_fake_open(rows, TAKI_LEN(rows));
    configure(fake, "");
    expect_code("passed", run("run", "ma:activity_types"), 0);
    taki_fake_close(fake);
}

static void wrong_credentials_are_exit_5(void **state)
{
    (void)state;
    /* clang-format off */
    const struct taki_fake_row rows[] = {
        {{"GET /identity/oauth/token"},
         "401 no", JSON,
         "{\"error\":\"unauthorized\",\"error_description\":\"No client with requested id: id\"}",
         0, 0,
         false, 0}
    };
    /* clang-format on */
    struct taki_fake *fake = taki_fake_open(rows, TAKI_LEN(rows));
    configure(fake, "");
    expect_code("login", run("run", "ma:activity_types"), 5);
    taki_expect_contains("why", output(), "No client with requested id: id");
    taki_expect_contains("hint", output(), "LaunchPoint");
    taki_fake_close(fake);
}

/* Asking early gives the same token with the seconds it has left: one with none is waited out, then asked for again. */
static void a_token_about_to_die_is_not_used(void **state)
{
    (void)state;
    /* clang-format off */
    const struct taki_fake_row rows[] = {
        {{"GET /identity/oauth/token"}, ANSWER("{\"access_token\":\"tok-old-12345\",\"expires_in\":0}")   },
        {{"GET /identity/oauth/token"}, ANSWER("{\"access_token\":\"tok-new-12345\",\"expires_in\":3599}")},
        {{"types.json", "tok-new-12345"}, ANSWER(TYPES)                                                   },
    };
    /* clang-format on */
    struct taki_fake *fake = taki_fake_open(rows, TAKI_LEN(rows));
    configure(fake, "");
    expect_code("renewed", run("run", "ma:activity_types"), 0);
    taki_fake_close(fake);
}

#define FILE_TEXT "id,email,createdAt,updatedAt\n1,sato@example.jp,2026-11-20T01:02:03Z,2026-11-20T01:02:03Z\n"

static const char *completed(int records)
{
    char hash[TAKI_SHA256_HEX];
    taki_sha256(TAKI_STR(FILE_TEXT), hash);
    return taki_arena_format(
        arena, JOB("Completed", ",\"numberOfRecords\":%d,\"fileSize\":%zu,\"fileChecksum\":\"sha256:%s\""), records,
        sizeof FILE_TEXT - 1, hash);
}

#define FILE_ROW                                                                                                       \
    {                                                                                                                  \
        {"GET /bulk/v1/leads/export/job-1/file.json"}, "200 OK",                                                       \
            "Content-Type: text/csv\r\nDate: Fri, 20 Nov 2026 03:00:00 GMT\r\n", FILE_TEXT, 0, 0, false, 0             \
    }

/* Created, queued by hand, looked at until it is done, and a file that comes late. */
static void a_bulk_job_lives_its_life(void **state)
{
    (void)state;
    /* clang-format off */
    const struct taki_fake_row rows[] = {
        TOKEN,
        DESCRIBED,
        {{"POST /bulk/v1/leads/export/create.json", "\"updatedAt\":{\"startAt\":\"2026-11-09T15:00:00Z\"",
          "\"fields\":[\"id\",\"email\",\"createdAt\",\"updatedAt\"]"},
         ANSWER(JOB("Created", ""))},
        {{"GET /bulk/v1/leads/export/job-1/status.json"}, ANSWER(JOB("Created", ""))},
        {{"POST /bulk/v1/leads/export/job-1/enqueue.json"}, ANSWER(JOB("Queued", ""))},
        {{"job-1/status.json"}, ANSWER(JOB("Processing", ""))},
        {{"job-1/status.json"}, ANSWER(completed(1))},
        {{"job-1/file.json"}, "404 no", "Content-Type: text/plain\r\n", "not there", 0, 0, false, 0},
        FILE_ROW,
    };
    /* clang-format on */
    struct taki_fake *fake = taki_fake_open(rows, TAKI_LEN(rows));
    configure(fake, "");
    expect_code("bulk", run("run", "ma:leads"), 0);
    taki_fake_close(fake);
    struct taki_batch *batches = NULL;
    taki_expect_i64("batches", (int64_t)batches_of("ma", "leads", &batches), 1);
    taki_expect_i64("records", batches[0].records, 1);
    taki_expect_i64("expected", batches[0].expected, 1);
}

/* A job that fails is begun once more, and no more often. */
static void a_job_that_fails_twice_is_an_error(void **state)
{
    (void)state;
    /* clang-format off */
    const struct taki_fake_row rows[] = {
        TOKEN,
        DESCRIBED,
        {{"export/create.json"}, ANSWERS(JOB("Created", ""), 2)},
        {{"status.json"}, ANSWER(JOB("Failed", ",\"errorMsg\":\"no luck\""))},
        {{"status.json"}, ANSWER(JOB("Cancelled", ""))},
    };
    /* clang-format on */
    struct taki_fake *fake = taki_fake_open(rows, TAKI_LEN(rows));
    configure(fake, "");
    expect_code("twice", run("run", "ma:leads"), 1);
    taki_expect_contains("why", output(), "ended as 'Cancelled' twice");
    taki_fake_close(fake);
}

/* A status this program doesn't know, a count that differs, a quota: none of them lands anything. */
static void bad_jobs_land_nothing(void **state)
{
    const struct {
        const char *what, *created, *status;
        int want;
        const char *words;
    } cases[] = {
        {"unknown status",    JOB("Created", ""),                                   JOB("Paused",        ""),  4,                   "unknown status 'Paused'"},
        {"no export id",                   RESULT("{\"status\":\"Created\"}"),                   NULL,    4, "gives no exportId"},
        {"quota",             ERROR("1029",  "Export daily quota 500MB exceeded."), NULL,                6,    "1029"},
        {"queue",             ERROR("1029",  "Too many jobs in queue"),             NULL,                6,    "1029"             },
        {"two records short", JOB("Created", ""),                                   completed(3),        4,    "promised 3 records"             },
    };
    (void)state;
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        (void)end(NULL);
        (void)begin(NULL);
        bool has_file = i + 1 == TAKI_LEN(cases), is_queue = strcmp(cases[i].what, "queue") == 0;
        /* clang-format off */
        const struct taki_fake_row rows[] = {
            TOKEN,
            DESCRIBED,
            {{"export/create.json"}, ANSWERS(cases[i].created, is_queue ? 5 : 0)},
            {{"status.json"}, ANSWER(has_file ? completed(3) : cases[i].status)},
            FILE_ROW,
        };
        /* clang-format on */
        struct taki_fake *fake = taki_fake_open(rows, has_file ? 5 : cases[i].status != NULL ? 4 : 3);
        configure(fake, "");
        expect_code(cases[i].what, run("run", "ma:leads"), cases[i].want);
        taki_expect_contains(cases[i].what, output(), cases[i].words);
        taki_fake_close(fake);
        struct taki_batch *batches = NULL;
        taki_expect_i64(cases[i].what, (int64_t)batches_of("ma", "leads", &batches), 0);
    }
}

/* 1035: no updatedAt filter in this subscription, so all leads are walked by creation; known the next night. */
static void a_missing_filter_is_walked_around(void **state)
{
    (void)state;
    /* clang-format off */
    const struct taki_fake_row rows[] = {
        TOKEN,
        DESCRIBED,
        {{"export/create.json", "\"updatedAt\":{"}, ANSWER(ERROR("1035", "Unsupported filter type"))},
        {{"export/create.json", "\"createdAt\":{\"startAt\":\"2026-11-09T15:00:00Z\""}, ANSWER(JOB("Created", ""))},
        {{"status.json"}, ANSWER(completed(1))},
        FILE_ROW,
    };
    /* clang-format on */
    struct taki_fake *fake = taki_fake_open(rows, TAKI_LEN(rows));
    configure(fake, "");
    expect_code("walk", run("run", "ma:leads"), 0);
    taki_fake_close(fake);
    struct taki_batch *batches = NULL;
    taki_expect_i64("batches", (int64_t)batches_of("ma", "leads", &batches), 1);
    taki_expect_i64("records", batches[0].records, 1);
}

/* More is promised while pages are empty; the token is opaque and travels encoded. */
static void activities_are_walked_by_token(void **state)
{
    (void)state;
    /* clang-format off */
    const struct taki_fake_row rows[] = {
        TOKEN,
        {{"GET /rest/v1/activities/types.json"}, ANSWER(TYPES)},
        {{"GET /rest/v1/activities/pagingtoken.json?sinceDatetime=2026-11-09T15:00:00Z"},
         ANSWER("{\"success\":true,\"nextPageToken\":\"AA==\"}")},
        {{"GET /rest/v1/activities.json?batchSize=300&activityTypeIds=1,32&nextPageToken=AA%3D%3D"},
         ANSWER("{\"success\":true,\"moreResult\":true,\"nextPageToken\":\"BB==\"}")},
        {{"nextPageToken=BB%3D%3D"},
         ANSWER("{\"success\":true,\"moreResult\":false,\"nextPageToken\":\"CC==\",\"result\":[{\"marketoGUID\":\"9\","
                "\"leadId\":1,\"activityDate\":\"2026-11-19T00:00:00Z\",\"activityTypeId\":32,\"attributes\":"
                "[{\"name\":\"Merge IDs\",\"value\":\"7, 8\"}]}]}")},
    };
    /* clang-format on */
    struct taki_fake *fake = taki_fake_open(rows, TAKI_LEN(rows));
    configure(fake, ", method: rest");
    expect_code("walk", run("run", "ma:activities"), 0);
    taki_fake_close(fake);
    struct taki_batch *batches = NULL;
    taki_expect_i64("batches", (int64_t)batches_of("ma", "activities", &batches), 2);
    taki_expect_i64("records", batches[0].records, 1);
    taki_expect_i64("both losers of the merge", batches[1].records, 2);
    taki_expect_i64("kind", batches[1].kind, TAKI_BATCH_TOMBSTONES);
}

static void pages_that_go_in_a_circle_are_refused(void **state)
{
    (void)state;
    /* clang-format off */
    const struct taki_fake_row rows[] = {
        TOKEN,
        {{"types.json"}, ANSWER(TYPES)},
        {{"pagingtoken.json"}, ANSWER("{\"success\":true,\"nextPageToken\":\"A\"}")},
        {{"activities.json"},
         ANSWER("{\"success\":true,\"moreResult\":true,\"nextPageToken\":\"A\",\"result\":[{\"marketoGUID\":\"9\"}]}")},
    };
    /* clang-format on */
    struct taki_fake *fake = taki_fake_open(rows, TAKI_LEN(rows));
    configure(fake, ", method: rest");
    expect_code("circle", run("run", "ma:activities"), 4);
    taki_expect_contains("why", output(), "gives the same page token twice");
    taki_fake_close(fake);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(errors_end_as_the_table_says),          TEST(what_passes_is_waited_out),
        TEST(errors_that_pass_are_asked_again),      TEST(wrong_credentials_are_exit_5),
        TEST(a_token_about_to_die_is_not_used),      TEST(a_bulk_job_lives_its_life),
        TEST(a_job_that_fails_twice_is_an_error),    TEST(bad_jobs_land_nothing),
        TEST(a_missing_filter_is_walked_around),     TEST(activities_are_walked_by_token),
        TEST(pages_that_go_in_a_circle_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
