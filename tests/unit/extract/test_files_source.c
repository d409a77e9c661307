/* taki-extract with files over HTTP and from a folder (docs/sources/files.md): what lands, what is left alone, what is
 * refused. */
#include "extract_case.h"

#include "taki/gzip.h"

#define DATE "Date: Fri, 20 Nov 2026 03:00:00 GMT\r\n"
#define LATER "Date: Fri, 20 Nov 2026 04:00:00 GMT\r\n" /* batches are named by the server's time */
#define CSV "Content-Type: text/csv\r\n" DATE
#define COSTS "campaign,month,amount\nA,2026-10,1000\nB,2026-10,2000\n"
#define FIELDS "entity: campaign_cost, fields: {campaign_id: campaign, amount: amount}"

static void configure(const char *where, const char *objects)
{
    put_config(taki_arena_format(arena, "  lists: {type: files, %s, start_date: 2026-11-18, objects: {%s}}\n", where,
                                 objects));
}

static const char *at(const struct taki_fake *fake)
{
    return taki_arena_format(arena, "base_url: \"%s/in/\"", taki_fake_url(fake));
}

static struct taki_batch last_batch(const char *object, size_t want)
{
    struct taki_batch *batches = NULL;
    size_t count = batches_of("lists", object, &batches);
    taki_expect_i64("batches", (int64_t)count, (int64_t)want);
    return batches[count - 1];
}

/* By its ETag, or by its bytes where the server has none. */
static void an_unchanged_file_lands_once(void **state)
{
    (void)state;
    /* clang-format off */
    const struct taki_fake_row rows[] = {
        {{"GET /in/costs.csv"}, "200 OK", CSV "ETag: \"v1\"\r\n", COSTS, 0, 0, false, 0},
        {{"GET /in/costs.csv", "If-None-Match: \"v1\""}, "304 Not Modified", DATE, "", 0, 0, false, 0},
        {{"GET /in/costs.csv", "If-None-Match: \"v1\""}, "200 OK", CSV "ETag: \"v2\"\r\n", COSTS, 0, 0, false, 0},
        {{"GET /in/costs.csv"}, "200 OK", LATER, "campaign,month,amount\n", 0, 0, false, 0},
    };
    /* clang-format on */
    struct taki_fake *fake = taki_fake_open(rows, TAKI_LEN(rows));
    configure(at(fake), "Costs: {path: costs.csv, " FIELDS "}");
    expect_code("first", run("run", "lists:Costs"), 0);
    struct taki_batch batch = last_batch("Costs", 1);
    taki_expect_i64("records", batch.records, 2);
    taki_expect_i64("a file is the whole", batch.kind, TAKI_BATCH_FULL);
    expect_code("not modified", run("run", "lists:Costs"), 0);
    (void)last_batch("Costs", 1);
    expect_code("same bytes", run("run", "lists:Costs"), 0);
    (void)last_batch("Costs", 1);
    expect_code("emptied", run("run", "lists:Costs"), 0);
    taki_expect_i64("a header alone empties the table", last_batch("Costs", 2).records, 0);
    taki_fake_close(fake);
}

static void a_file_that_is_wrong_lands_nothing(void **state)
{
    /* clang-format off */
    static const struct {
        const char *what, *status, *headers, *body, *more;
        int want;
        const char *words;
    } cases[] = {
        {"cp932 without a word about it", "200 OK", CSV, "campaign,amount\n\x8e\x7b\x8d\xf4,1\n", "", 4,
         "byte 16 (0x8E) does not fit 'utf-8'"},
        {"cut in a quoted field", "200 OK", CSV, "campaign,amount\n\"A,1\n", "", 4, "costs.csv"},
        {"not there", "404 no", DATE, "gone", "", 1, "costs.csv"},
        {"broken JSON", "200 OK", DATE, "[{\"campaign\":1},", "format: json, ", 4, "costs.csv"},
        {"no array there", "200 OK", DATE, "{\"data\":1}", "format: json, records_at: data/items, ", 4, "data/items"},
    };
    /* clang-format on */
    (void)state;
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        (void)end(NULL);
        (void)begin(NULL);
        const struct taki_fake_row row = {
            {"GET /in/costs.csv"}, cases[i].status, cases[i].headers, cases[i].body, 0, 0, false, 0};
        struct taki_fake *fake = taki_fake_open(&row, 1);
        configure(at(fake), taki_arena_format(arena, "Costs: {path: costs.csv, %s" FIELDS "}", cases[i].more));
        expect_code(cases[i].what, run("run", "lists:Costs"), cases[i].want);
        taki_expect_contains(cases[i].what, output(), cases[i].words);
        taki_fake_close(fake);
        struct taki_batch *batches = NULL;
        taki_expect_i64(cases[i].what, (int64_t)batches_of("lists", "Costs", &batches), 0);
    }
}

/* Every day since start_date; a day that is missing is asked for again, one that has landed is not. */
static void dated_files_are_fetched_day_by_day(void **state)
{
    (void)state;
    /* clang-format off */
    const struct taki_fake_row rows[] = {
        {{"GET /in/deals-2026-11-18.ndjson"}, "200 OK", DATE, "{\"id\":1}\n{\"id\":2}\n", 0, 0, false, 0},
        {{"GET /in/deals-2026-11-19.ndjson"}, "404 no", DATE, "", 0, 0, false, 0},
        {{"GET /in/deals-2026-11-20.ndjson"}, "404 no", DATE, "", 0, 0, false, 0},
        {{"GET /in/deals-2026-11-19.ndjson"}, "200 OK", LATER, "{\"id\":3}\n", 0, 0, false, 0},
        {{"GET /in/deals-2026-11-20.ndjson"}, "404 no", LATER, "", 0, 0, false, 0},
    };
    /* clang-format on */
    struct taki_fake *fake = taki_fake_open(rows, TAKI_LEN(rows));
    configure(at(fake), "Deals: {path: \"deals-%Y-%m-%d.ndjson\", mode: append, key: id, entity: opportunity_source, "
                        "fields: {name: title}}");
    expect_code("first night", run("run", "lists:Deals"), 0);
    taki_expect_i64("records of the 18th", last_batch("Deals", 1).records, 2);
    expect_code("second night", run("run", "lists:Deals"), 0);
    taki_expect_i64("records of the 19th", last_batch("Deals", 2).records, 1);
    taki_fake_close(fake);
}

static void the_newest_dated_file_replaces(void **state)
{
    (void)state;
    /* clang-format off */
    const struct taki_fake_row rows[] = {
        {{"GET /in/costs-20261120.csv"}, "404 no", DATE, "", 0, 0, false, 0},
        {{"GET /in/costs-20261119.csv"}, "200 OK", CSV, COSTS, 0, 0, false, 0},
    };
    /* clang-format on */
    struct taki_fake *fake = taki_fake_open(rows, TAKI_LEN(rows));
    configure(at(fake), "Costs: {path: \"costs-%Y%m%d.csv\", " FIELDS "}");
    expect_code("newest", run("run", "lists:Costs"), 0);
    taki_expect_i64("records", last_batch("Costs", 1).records, 2);
    taki_fake_close(fake);
}

static void put_file(const char *name, taki_str bytes)
{
    const char *path = taki_arena_format(arena, "%s/in/%s", folder, name);
    assert_int_equal(taki_file_make_folder(taki_arena_format(arena, "%s/in", folder), NULL), TAKI_OK);
    assert_int_equal(taki_file_put(path, bytes, true, NULL), TAKI_OK);
}

static void files_of_a_folder_land(void **state)
{
    (void)state;
    struct taki_buf gz;
    taki_buf_init(&gz, 1000);
    assert_int_equal(
        taki_gzip(TAKI_STR("{\"data\":{\"items\":[{\"id\":\"1\"},{\"id\":\"2\"},{\"id\":\"3\"}]}}"), 6, &gz, NULL),
        TAKI_OK);
    put_file("deals.json.gz", taki_buf_view(&gz));
    taki_buf_reset(&gz);
    put_file("costs.csv", TAKI_STR("a banner\n\x8e\x7b\x8d\xf4,amount\nA,1\n")); /* cp932 */
    configure(
        taki_arena_format(arena, "path: %s/in", folder),
        "Deals: {path: deals.json.gz, records_at: data/items, entity: opportunity_source, fields: {name: title}}, "
        "Costs: {path: costs.csv, encoding: cp932, skip_lines: 1, " FIELDS "}");
    expect_code("disk", run("run", "lists:*"), 0);
    taki_expect_i64("JSON records", last_batch("Deals", 1).records, 3);
    taki_expect_i64("CSV records", last_batch("Costs", 1).records, 1);
    expect_code("again", run("run", "lists:*"), 0);
    (void)last_batch("Deals", 1);
    (void)last_batch("Costs", 1);
}

static void all_mistakes_are_said_at_once(void **state)
{
    (void)state;
    configure("path: ./in",
              "A: {pth: a.csv, path: a.csv, " FIELDS "}, B: {path: b.csv, format: xml, " FIELDS "}, "
              "C: {path: c.csv, mode: upsert, " FIELDS "}, D: {path: d.csv, skip_lines: many, " FIELDS "}");
    expect_code("usage", run("run", "lists:*"), 2);
    taki_expect_contains("nearest key", output(), "did you mean 'path'?");
    taki_expect_contains("format", output(), "got 'xml'");
    taki_expect_contains("upsert without a key", output(), "key");
    taki_expect_contains("number", output(), "got 'many'");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_unchanged_file_lands_once),
        TEST(a_file_that_is_wrong_lands_nothing),
        TEST(dated_files_are_fetched_day_by_day),
        TEST(the_newest_dated_file_replaces),
        TEST(files_of_a_folder_land),
        TEST(all_mistakes_are_said_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
