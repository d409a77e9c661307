/* Batches: as received, whole or not there, resumed behind the last whole page (design.md 3.1). */
#include "landing_writer.h"
#include "taki_test.h"

#include "taki/file.h"
#include "taki/gzip.h"

#include <stdio.h>
#include <string.h>

static const char *data_dir; /* a fresh one a test */
static struct taki_arena *arena;

static int begin(void **state)
{
    static int number;
    (void)state;
    arena = taki_arena_open("test", 0);
    data_dir = taki_arena_format(arena, "%s/d%d", taki_test_folder(), number++);
    return 0;
}

static int end(void **state)
{
    (void)state;
    taki_arena_close(arena);
    return 0;
}

static taki_instant at(const char *text)
{
    return taki_time_parse(taki_str_of(text)).instant;
}

static struct taki_landing_writer *open_writer(enum taki_batch_kind kind)
{
    struct taki_landing_plan plan = {.data_dir = data_dir,
                                     .source = "sfa",
                                     .source_type = "salesforce",
                                     .object = "Lead",
                                     .kind = kind,
                                     .lo = at("2026-11-19T00:00:00Z"),
                                     .hi = at("2026-11-20T00:00:00Z"),
                                     .config_hash = "hash",
                                     .format = "json",
                                     .request_key = "key"};
    struct taki_landing_writer *writer = NULL;
    struct taki_error err = {0};
    taki_expect_status("open", taki_landing_open(arena, &plan, &writer, &err), TAKI_OK, &err);
    return writer;
}

static void add_page(struct taki_landing_writer *writer, const char *body, int64_t records, const char *next)
{
    struct taki_error err = {0};
    struct taki_landing_page page = {.body = taki_str_of(body),
                                     .records = records,
                                     .records_at = "",
                                     .request = "GET /x",
                                     .status = 200,
                                     .received = at("2026-11-20T00:06:00Z"),
                                     .next = taki_str_of(next)};
    taki_landing_field(writer, TAKI_STR("Id"));
    taki_expect_status("add", taki_landing_add(writer, &page, &err), TAKI_OK, &err);
}

static enum taki_status commit(struct taki_landing_writer *writer, struct taki_batch *batch, struct taki_error *err)
{
    struct taki_landing_end done = {
        .cursor = "{\"hi\":\"x\"}", .extracted_at = at("2026-11-20T00:06:07Z"), .calls = 3, .retries = 1};
    enum taki_status status = taki_landing_commit(writer, &done, batch, err);
    taki_landing_close(writer);
    return status;
}

static size_t batch_count(struct taki_batch **batches)
{
    size_t count = 0;
    struct taki_error err = {0};
    taki_expect_status("list", taki_landing_list(arena, data_dir, "sfa", "Lead", batches, &count, &err), TAKI_OK, &err);
    return count;
}

static void a_batch_is_there_only_with_its_manifest(void **state)
{
    (void)state;
    struct taki_batch *batches = NULL, batch;
    struct taki_error err = {0};
    struct taki_landing_writer *writer = open_writer(TAKI_BATCH_DELTA);
    add_page(writer, "[{\"Id\":\"1\"},{\"Id\":\"2\"}]", 2, "p2");
    add_page(writer, "[{\"Id\":\"3\"}]", 1, NULL);
    taki_expect_i64("before", (int64_t)batch_count(&batches), 0);
    taki_expect_status("commit", commit(writer, &batch, &err), TAKI_OK, &err);
    taki_expect_i64("after", (int64_t)batch_count(&batches), 1);
    taki_expect_str("id", taki_str_of(batch.id), "20261120T000607Z-20261120T000000Z");
    taki_expect_i64("records", batch.records, 3);
    taki_expect_i64("calls", batch.calls, 3);
    taki_expect_i64("fields", (int64_t)batch.field_count, 1);
    taki_expect_status("verify", taki_batch_verify(arena, &batch, &err), TAKI_OK, &err);
    struct taki_page *pages = NULL;
    size_t count = 0;
    taki_expect_status("pages", taki_pages_read(arena, &batch, &pages, &count, &err), TAKI_OK, &err);
    taki_expect_i64("pages", (int64_t)count, 2);
    struct taki_buf body;
    taki_buf_init(&body, 1000);
    taki_expect_status("body", taki_page_body(&batch, &pages[1], &body, &err), TAKI_OK, &err);
    taki_expect_str("body", taki_buf_view(&body), "[{\"Id\":\"3\"}]");
    taki_buf_reset(&body);
    assert_false(taki_file_exists(taki_arena_format(arena, "%s/journal.ndjson", batch.folder)));
    assert_false(taki_file_exists(taki_arena_format(arena, "%s/state.json", batch.folder)));
}

static void bytes_of_the_wire_are_kept(void **state)
{
    (void)state;
    struct taki_buf gz, file;
    struct taki_batch batch;
    struct taki_error err = {0};
    taki_buf_init(&gz, 1000);
    taki_buf_init(&file, 1000);
    taki_expect_status("gzip", taki_gzip(TAKI_STR("[]"), 1, &gz, NULL), TAKI_OK, NULL);
    gz.data[9] = 3; /* the server's OS byte, which ours would not be */
    struct taki_landing_writer *writer = open_writer(TAKI_BATCH_DELTA);
    struct taki_landing_page page = {.body = TAKI_STR("[]"), .wire = taki_buf_view(&gz), .request = "GET /x"};
    taki_expect_status("add", taki_landing_add(writer, &page, &err), TAKI_OK, &err);
    taki_expect_status("commit", commit(writer, &batch, &err), TAKI_OK, &err);
    const char *path = taki_arena_format(arena, "%s/part-00000.json.gz", batch.folder);
    taki_expect_status("read", taki_file_read(path, &file, &err), TAKI_OK, &err);
    assert_true(taki_str_equal(taki_buf_view(&file), taki_buf_view(&gz)));
    taki_buf_reset(&gz);
    taki_buf_reset(&file);
}

static void an_empty_window_is_committed_too(void **state)
{
    (void)state;
    struct taki_batch batch, *batches = NULL;
    struct taki_error err = {0};
    taki_expect_status("commit", commit(open_writer(TAKI_BATCH_DELTA), &batch, &err), TAKI_OK, &err);
    taki_expect_i64("records", batch.records, 0);
    taki_expect_i64("hi", batch.hi.us, at("2026-11-20T00:00:00Z").us);
    taki_expect_i64("there", (int64_t)batch_count(&batches), 1);
}

static void a_killed_run_goes_on_behind_its_last_page(void **state)
{
    (void)state;
    struct taki_batch batch;
    struct taki_error err = {0};
    struct taki_landing_writer *writer = open_writer(TAKI_BATCH_DELTA);
    taki_expect_status("keep", taki_landing_keep(writer, "job", TAKI_STR("750"), &err), TAKI_OK, &err);
    taki_landing_expect(writer, 3, "totalSize");
    add_page(writer, "[{\"Id\":\"1\"},{\"Id\":\"2\"}]", 2, "p2");
    taki_landing_close(writer);
    writer = open_writer(TAKI_BATCH_DELTA);
    taki_expect_i64("pages", (int64_t)taki_landing_pages(writer), 1);
    taki_expect_i64("records", taki_landing_records(writer), 2);
    taki_expect_str("next", taki_landing_next(writer), "p2");
    taki_expect_str("kept", taki_landing_kept(writer, "job"), "750");
    add_page(writer, "[{\"Id\":\"3\"}]", 1, NULL);
    taki_expect_status("commit", commit(writer, &batch, &err), TAKI_OK, &err);
    taki_expect_i64("expected survives", batch.expected, 3);
    taki_expect_i64("fields survive", (int64_t)batch.field_count, 1);
    taki_expect_status("verify", taki_batch_verify(arena, &batch, &err), TAKI_OK, &err);
}

static const char *resume_file(const char *name)
{
    return taki_arena_format(arena, "%s/resume/sfa/Lead/delta/%s", data_dir, name);
}

/* What a kill between two writes leaves behind the last whole page is cut off. */
static void torn_ends_are_cut_off(void **state)
{
    static const char *const files[] = {"part-00000.json.gz", "pages.ndjson", "journal.ndjson"};
    (void)state;
    for (size_t i = 0; i < TAKI_LEN(files); i++) {
        struct taki_batch batch;
        struct taki_error err = {0};
        struct taki_landing_writer *writer = open_writer(TAKI_BATCH_DELTA);
        add_page(writer, "[{\"Id\":\"1\"}]", 1, "p2");
        taki_landing_close(writer);
        taki_expect_status(files[i], taki_file_append(resume_file(files[i]), TAKI_STR("{\"torn"), &err), TAKI_OK, &err);
        writer = open_writer(TAKI_BATCH_DELTA);
        taki_expect_i64(files[i], (int64_t)taki_landing_pages(writer), 1);
        add_page(writer, "[{\"Id\":\"2\"}]", 1, NULL);
        taki_expect_status(files[i], commit(writer, &batch, &err), TAKI_OK, &err);
        taki_expect_i64(files[i], batch.records, 2);
        taki_expect_status(files[i], taki_batch_verify(arena, &batch, &err), TAKI_OK, &err);
    }
}

static void damaged_pages_are_read_again(void **state)
{
    (void)state;
    struct taki_error err = {0};
    struct taki_landing_writer *writer = open_writer(TAKI_BATCH_DELTA);
    add_page(writer, "[{\"Id\":\"1\"}]", 1, "p2");
    taki_landing_close(writer);
    taki_expect_status("put", taki_file_put(resume_file("part-00000.json.gz"), TAKI_STR("zzzz"), true, &err), TAKI_OK,
                       &err);
    writer = open_writer(TAKI_BATCH_DELTA);
    taki_expect_i64("pages", (int64_t)taki_landing_pages(writer), 0);
    struct taki_batch batch;
    add_page(writer, "[{\"Id\":\"1\"}]", 1, NULL);
    taki_expect_status("commit", commit(writer, &batch, &err), TAKI_OK, &err);
    taki_expect_status("verify", taki_batch_verify(arena, &batch, &err), TAKI_OK, &err);
    taki_expect_i64("records", batch.records, 1);
}

static void another_question_resumes_nothing(void **state)
{
    (void)state;
    struct taki_error err = {0};
    struct taki_landing_writer *writer = open_writer(TAKI_BATCH_DELTA);
    add_page(writer, "[{\"Id\":\"1\"}]", 1, "p2");
    taki_landing_close(writer);
    struct taki_landing_plan plan = {.data_dir = data_dir,
                                     .source = "sfa",
                                     .source_type = "salesforce",
                                     .object = "Lead",
                                     .kind = TAKI_BATCH_DELTA,
                                     .lo = at("2026-11-19T00:00:00Z"),
                                     .hi = at("2026-11-20T00:00:00Z"),
                                     .config_hash = "hash",
                                     .format = "json",
                                     .request_key = "other fields"};
    taki_expect_status("open", taki_landing_open(arena, &plan, &writer, &err), TAKI_OK, &err);
    taki_expect_i64("pages", (int64_t)taki_landing_pages(writer), 0);
    taki_landing_close(writer);
}

/* Counts that differ are refused, and the pages are not resumed: they would differ for ever. */
static void a_count_that_differs_is_not_committed(void **state)
{
    (void)state;
    struct taki_batch *batches = NULL;
    struct taki_error err = {0};
    struct taki_landing_writer *writer = open_writer(TAKI_BATCH_DELTA);
    taki_landing_expect(writer, 2, "totalSize");
    add_page(writer, "[{\"Id\":\"1\"}]", 1, NULL);
    taki_expect_status("commit", commit(writer, NULL, &err), TAKI_CONTRACT, &err);
    taki_expect_contains("text", err.text, "received 1 records where totalSize promised 2");
    taki_expect_i64("batches", (int64_t)batch_count(&batches), 0);
    writer = open_writer(TAKI_BATCH_DELTA);
    taki_expect_i64("pages", (int64_t)taki_landing_pages(writer), 0);
    taki_landing_close(writer);
}

/* Killed between manifest and move: the folder in the resume area is whole and is put in place. */
static void a_finished_batch_is_put_in_place(void **state)
{
    (void)state;
    struct taki_batch batch, *batches = NULL;
    struct taki_error err = {0};
    struct taki_landing_writer *writer = open_writer(TAKI_BATCH_DELTA);
    add_page(writer, "[{\"Id\":\"1\"}]", 1, NULL);
    taki_expect_status("commit", commit(writer, &batch, &err), TAKI_OK, &err);
    const char *resume = taki_arena_format(arena, "%s/resume/sfa/Lead/delta", data_dir);
    taki_expect_status("move back", taki_file_move(batch.folder, resume, &err), TAKI_OK, &err);
    taki_expect_i64("gone", (int64_t)batch_count(&batches), 0);
    taki_expect_status("recover", taki_landing_recover(arena, data_dir, "sfa", "Lead", &err), TAKI_OK, &err);
    taki_expect_i64("back", (int64_t)batch_count(&batches), 1);
    assert_false(taki_file_exists(resume));
}

static void batches_of_one_second_get_different_names(void **state)
{
    (void)state;
    struct taki_batch batch;
    struct taki_error err = {0};
    taki_expect_status("first", commit(open_writer(TAKI_BATCH_DELTA), &batch, &err), TAKI_OK, &err);
    taki_expect_status("second", commit(open_writer(TAKI_BATCH_DELTA), &batch, &err), TAKI_OK, &err);
    taki_expect_str("id", taki_str_of(batch.id), "20261120T000607Z-20261120T000000Z-2");
    taki_expect_status("backfill", commit(open_writer(TAKI_BATCH_BACKFILL), &batch, &err), TAKI_OK, &err);
    taki_expect_str("id", taki_str_of(batch.id), "20261120T000607Z-20261120T000000Z-backfill");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_batch_is_there_only_with_its_manifest),
        TEST(bytes_of_the_wire_are_kept),
        TEST(an_empty_window_is_committed_too),
        TEST(a_killed_run_goes_on_behind_its_last_page),
        TEST(torn_ends_are_cut_off),
        TEST(damaged_pages_are_read_again),
        TEST(another_question_resumes_nothing),
        TEST(a_count_that_differs_is_not_committed),
        TEST(a_finished_batch_is_put_in_place),
        TEST(batches_of_one_second_get_different_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
