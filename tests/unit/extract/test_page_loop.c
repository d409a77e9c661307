/* The declared page loop: what ends it, what it refuses (reference apis.md 0.2, 6 and 7; 8, M06-M08). */
#include "fake_http.h"
#include "source.h"
#include "taki_test.h"

#include "taki/app.h"
#include "taki/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JSON "Content-Type: application/json\r\n"
#define PAGE(request_, body_)                                                                                          \
    {                                                                                                                  \
        {"GET " request_ " "}, "200 OK", JSON, body_, 0, 0, false, 0                                                   \
    }

static const struct taki_paging token_paging = {.kind = TAKI_PAGING_TOKEN,
                                                .end = TAKI_END_MORE_FALSE,
                                                .records_at = "result",
                                                .next_at = "nextPageToken",
                                                .more_at = "moreResult",
                                                .token_param = "nextPageToken",
                                                .size_param = "batchSize",
                                                .size = 300};
static const struct taki_paging offset_paging = {.kind = TAKI_PAGING_OFFSET,
                                                 .end = TAKI_END_SHORT_PAGE,
                                                 .records_at = "",
                                                 .offset_param = "offset",
                                                 .size_param = "maxReturn",
                                                 .size = 2};
static const struct taki_paging until_empty = {.kind = TAKI_PAGING_OFFSET,
                                               .end = TAKI_END_NO_RECORDS,
                                               .records_at = "items",
                                               .offset_param = "offset",
                                               .max_pages = 3};
static const struct taki_paging link_paging = {.kind = TAKI_PAGING_NEXT_URL,
                                               .end = TAKI_END_NO_NEXT,
                                               .records_at = "values",
                                               .next_at = "paging/next/link",
                                               .total_at = "total"};

struct scene {
    const char *what;
    const struct taki_paging *paging;
    enum taki_status want;
    int64_t records;
    const char *words;
    struct taki_fake_row rows[4];
};

/* clang-format off */
static const struct scene scenes[] = {
    {"an empty and a short page end nothing", &token_paging, TAKI_OK, 3, "", {
        PAGE("/x?a=b&batchSize=300", "{\"result\":[{\"id\":1}],\"moreResult\":true,\"nextPageToken\":\"T=1\"}"),
        PAGE("/x?a=b&batchSize=300&nextPageToken=T%3D1", "{\"moreResult\":true,\"nextPageToken\":\"T2\"}"),
        PAGE("/x?a=b&batchSize=300&nextPageToken=T2", "{\"result\":[{\"id\":2},{\"id\":3}],\"moreResult\":false,\"nextPageToken\":\"T3\"}")}},
    {"the same token twice is a cursor loop", &token_paging, TAKI_CONTRACT, 0, "same next page twice", {
        PAGE("/x?a=b&batchSize=300", "{\"result\":[{\"id\":1}],\"moreResult\":true,\"nextPageToken\":\"T1\"}"),
        PAGE("/x?a=b&batchSize=300&nextPageToken=T1", "{\"result\":[{\"id\":2}],\"moreResult\":true,\"nextPageToken\":\"T1\"}")}},
    {"the same body twice is a page loop", &offset_paging, TAKI_CONTRACT, 0, "same page twice", {
        PAGE("/x?a=b&maxReturn=2&offset=0", "[{\"id\":1},{\"id\":2}]"),
        PAGE("/x?a=b&maxReturn=2&offset=2", "[{\"id\":1},{\"id\":2}]")}},
    {"more without a token is refused", &token_paging, TAKI_CONTRACT, 0, "more, but not where", {
        PAGE("/x?a=b&batchSize=300", "{\"result\":[{\"id\":1}],\"moreResult\":true}")}},
    {"offsets end at a short page where the vendor says so", &offset_paging, TAKI_OK, 3, "", {
        PAGE("/x?a=b&maxReturn=2&offset=0", "[{\"id\":1},{\"id\":2}]"),
        PAGE("/x?a=b&maxReturn=2&offset=2", "[{\"id\":3}]")}},
    {"offsets end at an empty page otherwise", &until_empty, TAKI_OK, 1, "", {
        PAGE("/x?a=b&offset=0", "{\"items\":[{\"id\":1}]}"),
        PAGE("/x?a=b&offset=1", "{\"items\":[]}")}},
    {"pages are counted", &until_empty, TAKI_CONTRACT, 0, "more than 3 pages", {
        PAGE("/x?a=b&offset=0", "{\"items\":[{\"id\":1}]}"),
        PAGE("/x?a=b&offset=1", "{\"items\":[{\"id\":2}]}"),
        PAGE("/x?a=b&offset=2", "{\"items\":[{\"id\":3}]}")}},
    {"links are followed at home", &link_paging, TAKI_OK, 2, "", {
        PAGE("/x?a=b", "{\"total\":2,\"values\":[{\"id\":1}],\"paging\":{\"next\":{\"link\":\"%BASE%/y?after=1\"}}}"),
        PAGE("/y?after=1", "{\"total\":2,\"values\":[{\"id\":2}]}")}},
    {"links are not followed elsewhere", &link_paging, TAKI_CONTRACT, 0, "does not belong to the source", {
        PAGE("/x?a=b", "{\"values\":[],\"paging\":{\"next\":{\"link\":\"https://evil.example/y\"}}}")}},
};
/* clang-format on */

static const struct scene *playing;
static struct taki_fake *fake;
static enum taki_status outcome;
static int64_t records;
static char words[1024];

static enum taki_status walk(struct taki_fetch *fetch, struct taki_error *err)
{
    struct taki_request request = {0};
    TAKI_TRY(taki_stream_request(fetch, &request, err));
    return taki_page_loop(fetch, playing->paging, &request, NULL, err);
}

static enum taki_status play(struct taki_run *run, struct taki_error *err)
{
    static const struct taki_param params[] = {
        {"a", "b"}
    };
    static const struct taki_stream stream = {
        .object = "things", .path = "/x", .params = params, .param_count = TAKI_LEN(params)};
    struct taki_engine_setup setup = {.source = "test", .base_url = taki_fake_url(fake)};
    struct taki_landing_plan plan = {
        .data_dir = taki_arena_format(run->arena, "%s/%p", taki_test_folder(), (const void *)playing),
        .source = "test",
        .source_type = "test",
        .object = "things",
        .format = "json",
        .config_hash = ""};
    struct taki_session session = {.run = run, .name = "test", .arena = run->arena};
    struct taki_fetch fetch = {.session = &session, .stream = &stream, .arena = run->arena};
    TAKI_TRY(taki_engine_open(&setup, &session.engine, err));
    TAKI_TRY(taki_landing_open(run->arena, &plan, &fetch.landing, err));
    struct taki_error error = {0};
    outcome = walk(&fetch, &error);
    records = taki_landing_records(fetch.landing);
    (void)snprintf(words, sizeof words, "%s", error.text);
    taki_landing_close(fetch.landing);
    taki_engine_close(session.engine);
    return TAKI_OK;
}

static void a_walk_ends_where_the_vendor_says(void **state)
{
    static const struct taki_verb verb = {.name = "run", .arguments = "", .en = "", .ja = "", .run = play};
    static const struct taki_app app = {.name = "test", .en = "", .ja = "", .verbs = &verb, .verb_count = 1};
    char name[] = "test", level[] = "--log-level", error[] = "error";
    char *argv[] = {name, level, error, NULL};
    (void)state;
    (void)setenv("TAKI_TEST_WAIT_RATIO", "0.001", 1);
    for (size_t i = 0; i < TAKI_LEN(scenes); i++) {
        size_t count = 0;
        playing = &scenes[i];
        while (count < 4 && playing->rows[count].status != NULL)
            count++;
        fake = taki_fake_open(playing->rows, count);
        taki_expect_i64(playing->what, taki_app_main(&app, 3, argv), 0);
        taki_fake_close(fake);
        struct taki_error err = {.status = outcome};
        (void)snprintf(err.text, sizeof err.text, "%s", words);
        taki_expect_status(playing->what, outcome, playing->want, &err);
        taki_expect_contains(playing->what, words, playing->words);
        if (outcome == TAKI_OK)
            taki_expect_i64(playing->what, records, playing->records);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_walk_ends_where_the_vendor_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
