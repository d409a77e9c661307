#include "taki_test.h"

#include "taki/file.h"
#include "taki/gzip.h"
#include "taki/json.h"
#include "taki/landing.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct taki_arena *arena;

static int open_arena(void **state)
{
    (void)state;
    arena = taki_arena_open("test", 0);
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    taki_arena_close(arena);
    return 0;
}

static void put(const char *path, taki_str data)
{
    struct taki_error err = {0};
    taki_expect_status(path, taki_file_put(path, data, true, &err), TAKI_OK, &err);
}

static const char *const bodies[] = {"{\"records\":[{\"Id\":\"1\"},{\"Id\":\"2\"}]}", "",
                                     "{\"records\":[{\"Id\":\"3\"}]}"};
static const char *const field_names[] = {"Id", "Name__c", "会社"};

/** A batch with one part of three pages, written to its folder. */
static struct taki_batch make_batch(const char *data_dir, const char *id, int64_t extracted_us)
{
    struct taki_error err = {0};
    TAKI_AUTO(taki_buf_reset) struct taki_buf part;
    TAKI_AUTO(taki_buf_reset) struct taki_buf all;
    TAKI_AUTO(taki_buf_reset) struct taki_buf index;
    taki_buf_init(&part, 1 << 20);
    taki_buf_init(&all, 1 << 20);
    taki_buf_init(&index, 1 << 20);
    struct taki_landing_part *parts = TAKI_NEW(arena, struct taki_landing_part);
    const char *folder = taki_arena_format(arena, "%s/landing/sfa/Lead/%s", data_dir, id);
    taki_expect_status("folder", taki_file_make_folder(folder, &err), TAKI_OK, &err);
    for (size_t i = 0; i < TAKI_LEN(bodies); i++) {
        struct taki_page page = {.part = "part-00000.json.gz",
                                 .offset = (int64_t)part.size,
                                 .raw_bytes = (int64_t)strlen(bodies[i]),
                                 .records = i == 0   ? 2
                                            : i == 1 ? 0
                                                     : 1,
                                 .format = "json",
                                 .charset = "utf-8",
                                 .records_at = "records",
                                 .context = i == 0 ? "{\"programId\":\n\"12\"}" : NULL,
                                 .request = "GET /services/data/v66.0/query?q=a\"b",
                                 .status = 200,
                                 .headers = "{\"sforce-limit-info\":\"api-usage=1/100\"}",
                                 .received = {1790000000000000 + (int64_t)i}};
        if (i == 2)
            page.received = TAKI_INSTANT_NULL;
        taki_sha256(taki_str_of(bodies[i]), page.sha256);
        taki_expect_status("gzip", taki_gzip(taki_str_of(bodies[i]), 6, &part, &err), TAKI_OK, &err);
        page.bytes = (int64_t)part.size - page.offset;
        taki_buf_add_text(&all, bodies[i]);
        taki_page_write(&page, &index);
    }
    *parts = (struct taki_landing_part){
        .name = "part-00000.json.gz", .bytes = (int64_t)part.size, .raw_bytes = (int64_t)all.size, .records = 3};
    taki_sha256(taki_buf_view(&part), parts->sha256);
    taki_sha256(taki_buf_view(&all), parts->raw_sha256);
    put(taki_arena_format(arena, "%s/part-00000.json.gz", folder), taki_buf_view(&part));
    put(taki_arena_format(arena, "%s/pages.ndjson", folder), taki_buf_view(&index));
    return (struct taki_batch){.id = taki_arena_format(arena, "%s", id),
                               .folder = folder,
                               .source = "sfa",
                               .source_type = "salesforce",
                               .object = "Lead",
                               .kind = TAKI_BATCH_DELTA,
                               .lo = {1789000000000000},
                               .hi = {1790000000000001},
                               .cursor = "{\"since\": [1, \"x\"]}",
                               .extracted_at = {extracted_us},
                               .parts = parts,
                               .part_count = 1,
                               .fields = field_names,
                               .field_count = TAKI_LEN(field_names),
                               .records = 3,
                               .expected = 3,
                               .expected_from = "totalSize",
                               .calls = 4,
                               .retries = 1,
                               .throttled_ms = 1500,
                               .tool_version = "taki 0.1.0",
                               .config_hash = "abc"};
}

static void commit(struct taki_batch *batch)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf manifest;
    taki_buf_init(&manifest, 1 << 20);
    taki_batch_write(batch, &manifest);
    put(taki_arena_format(arena, "%s/manifest.json", batch->folder), taki_buf_view(&manifest));
}

static const char *data_dir_of(const char *name)
{
    return taki_arena_format(arena, "%s/%s", taki_test_folder(), name);
}

static void a_manifest_comes_back(void **state)
{
    (void)state;
    struct taki_error err = {0};
    struct taki_batch want = make_batch(data_dir_of("back"), "b1", 1790000000123456);
    struct taki_batch got;
    commit(&want);
    taki_expect_status("read", taki_batch_read(arena, want.folder, &got, &err), TAKI_OK, &err);
    assert_string_equal(got.id, want.id);
    assert_string_equal(got.folder, want.folder);
    assert_string_equal(got.source, want.source);
    assert_string_equal(got.source_type, want.source_type);
    assert_string_equal(got.object, want.object);
    assert_string_equal(got.cursor, want.cursor);
    assert_string_equal(got.expected_from, want.expected_from);
    assert_string_equal(got.tool_version, want.tool_version);
    assert_string_equal(got.config_hash, want.config_hash);
    assert_int_equal(got.kind, want.kind);
    taki_expect_i64("lo", got.lo.us, want.lo.us);
    taki_expect_i64("hi", got.hi.us, want.hi.us);
    taki_expect_i64("extracted", got.extracted_at.us, want.extracted_at.us);
    taki_expect_i64("records", got.records, 3);
    taki_expect_i64("expected", got.expected, 3);
    taki_expect_i64("calls", got.calls, 4);
    taki_expect_i64("retries", got.retries, 1);
    taki_expect_i64("throttled", got.throttled_ms, 1500);
    taki_expect_i64("parts", (int64_t)got.part_count, 1);
    assert_string_equal(got.parts[0].name, want.parts[0].name);
    assert_string_equal(got.parts[0].sha256, want.parts[0].sha256);
    assert_string_equal(got.parts[0].raw_sha256, want.parts[0].raw_sha256);
    taki_expect_i64("bytes", got.parts[0].bytes, want.parts[0].bytes);
    taki_expect_i64("raw bytes", got.parts[0].raw_bytes, want.parts[0].raw_bytes);
    taki_expect_i64("fields", (int64_t)got.field_count, 3);
    assert_string_equal(got.fields[2], "会社");
    char sha256[TAKI_SHA256_HEX];
    int64_t size = 0;
    const char *path = taki_arena_format(arena, "%s/manifest.json", want.folder);
    taki_expect_status("hash", taki_file_hash(path, sha256, &size, &err), TAKI_OK, &err);
    assert_string_equal(got.manifest_sha256, sha256);
    taki_expect_status("verify", taki_batch_verify(arena, &got, &err), TAKI_OK, &err);
}

static void what_is_unknown_is_null(void **state)
{
    static const enum taki_batch_kind kinds[] = {TAKI_BATCH_DELTA, TAKI_BATCH_FULL, TAKI_BATCH_BACKFILL,
                                                 TAKI_BATCH_TOMBSTONES};
    (void)state;
    for (size_t i = 0; i < TAKI_LEN(kinds); i++) {
        struct taki_error err = {0};
        struct taki_batch batch = {.id = "x",
                                   .folder = data_dir_of(taki_batch_kind_name(kinds[i])),
                                   .source = "s",
                                   .source_type = "files",
                                   .object = "Costs",
                                   .kind = kinds[i],
                                   .lo = TAKI_INSTANT_NULL,
                                   .hi = TAKI_INSTANT_NULL,
                                   .extracted_at = {0},
                                   .expected = -1};
        struct taki_batch got;
        struct taki_page *pages = NULL;
        size_t count = 0;
        taki_expect_status("folder", taki_file_make_folder(batch.folder, &err), TAKI_OK, &err);
        commit(&batch);
        taki_expect_status("read", taki_batch_read(arena, batch.folder, &got, &err), TAKI_OK, &err);
        assert_int_equal(got.kind, kinds[i]);
        assert_true(taki_instant_is_null(got.lo));
        assert_true(taki_instant_is_null(got.hi));
        assert_null(got.cursor);
        assert_null(got.expected_from);
        taki_expect_i64("expected", got.expected, -1);
        taki_expect_status("no index", taki_pages_read(arena, &got, &pages, &count, &err), TAKI_DAMAGED, &err);
        taki_expect_contains("no index", err.text, "is missing");
        put(taki_arena_format(arena, "%s/pages.ndjson", batch.folder), TAKI_STR(""));
        taki_expect_status("no pages", taki_pages_read(arena, &got, &pages, &count, &err), TAKI_OK, &err);
        assert_int_equal(count, 0);
        taki_expect_status("verify", taki_batch_verify(arena, &got, &err), TAKI_OK, &err);
    }
}

static void pages_and_bodies_come_back(void **state)
{
    (void)state;
    struct taki_error err = {0};
    const struct taki_batch batch = make_batch(data_dir_of("pages"), "b1", 1);
    struct taki_page *pages = NULL;
    size_t count = 0;
    TAKI_AUTO(taki_buf_reset) struct taki_buf body;
    taki_buf_init(&body, 1 << 20);
    taki_expect_status("pages", taki_pages_read(arena, &batch, &pages, &count, &err), TAKI_OK, &err);
    assert_int_equal(count, TAKI_LEN(bodies));
    assert_string_equal(pages[0].context, "{\"programId\": \"12\"}");
    assert_null(pages[1].context);
    assert_string_equal(pages[0].request, "GET /services/data/v66.0/query?q=a\"b");
    assert_string_equal(pages[0].headers, "{\"sforce-limit-info\":\"api-usage=1/100\"}");
    assert_string_equal(pages[0].records_at, "records");
    assert_string_equal(pages[0].charset, "utf-8");
    assert_string_equal(pages[0].format, "json");
    assert_int_equal(pages[0].status, 200);
    taki_expect_i64("received", pages[1].received.us, 1790000000000001);
    assert_true(taki_instant_is_null(pages[2].received));
    for (size_t i = 0; i < count; i++) {
        taki_buf_clear(&body);
        taki_buf_add_text(&body, "before ");
        taki_expect_status("body", taki_page_body(&batch, &pages[i], &body, &err), TAKI_OK, &err);
        taki_expect_str("body", taki_buf_view(&body), taki_arena_format(arena, "before %s", bodies[i]));
    }
    TAKI_AUTO(taki_buf_reset) struct taki_buf small;
    taki_buf_init(&small, 10);
    taki_expect_status("small", taki_page_body(&batch, &pages[0], &small, &err), TAKI_CEILING, &err);
}

/** The manifest by another reader, as an auditor with jq would see it. */
static void other_readers_understand_the_manifest(void **state)
{
    (void)state;
    const struct taki_batch batch = make_batch(data_dir_of("jq"), "b1", 1790000000123456);
    TAKI_AUTO(taki_buf_reset) struct taki_buf manifest;
    taki_buf_init(&manifest, 1 << 20);
    taki_batch_write(&batch, &manifest);
    taki_buf_add_char(&manifest, '\0');
    cJSON *json = cJSON_Parse(manifest.data);
    assert_non_null(json);
    const cJSON *cursor = cJSON_GetObjectItemCaseSensitive(json, "cursor");
    assert_true(cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(cursor, "since")));
    // by `date -u -d @1790000000`
    assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "extracted_at")),
                        "2026-09-21T14:13:20.123456Z");
    assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "kind")), "delta");
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(json, "parts")), 1);
    cJSON_Delete(json);
}

static void listing_knows_only_committed_batches_in_order(void **state)
{
    (void)state;
    struct taki_error err = {0};
    const char *data_dir = data_dir_of("list");
    struct taki_batch *batches = NULL;
    size_t count = 99;
    taki_expect_status("nothing", taki_landing_list(arena, data_dir, NULL, NULL, &batches, &count, &err), TAKI_OK,
                       &err);
    assert_int_equal(count, 0);
    // made in another order than they are listed, ids against time: time wins, the id decides ties
    static const struct {
        const char *id;
        int64_t extracted_us;
    } made[] = {
        {"c",           30},
        {"a",           30},
        {"z",           10},
        {"b",           20},
        {"uncommitted", 5 }
    };
    for (size_t i = 0; i < TAKI_LEN(made); i++) {
        struct taki_batch batch = make_batch(data_dir, made[i].id, made[i].extracted_us);
        if (strcmp(made[i].id, "uncommitted") != 0)
            commit(&batch);
    }
    for (size_t i = 0; i < 80; i++) { // another object, enough to grow the list
        const char *id = taki_arena_format(arena, "batch%zu", i);
        struct taki_batch batch = make_batch(data_dir, id, 1000 - (int64_t)i);
        const char *folder = taki_arena_format(arena, "%s/landing/sfa/Contact/%s", data_dir, id);
        taki_expect_status("folder",
                           taki_file_make_folder(taki_arena_format(arena, "%s/landing/sfa/Contact", data_dir), &err),
                           TAKI_OK, &err);
        taki_expect_status("move", taki_file_move(batch.folder, folder, &err), TAKI_OK, &err);
        batch.folder = folder;
        batch.object = "Contact";
        commit(&batch);
    }
    taki_expect_status("all", taki_landing_list(arena, data_dir, NULL, NULL, &batches, &count, &err), TAKI_OK, &err);
    assert_int_equal(count, 84);
    assert_string_equal(batches[0].id, "batch79");
    assert_string_equal(batches[79].id, "batch0");
    taki_expect_status("Lead", taki_landing_list(arena, data_dir, "sfa", "Lead", &batches, &count, &err), TAKI_OK,
                       &err);
    assert_int_equal(count, 4);
    static const char *const want[] = {"z", "b", "a", "c"};
    for (size_t i = 0; i < count; i++)
        assert_string_equal(batches[i].id, want[i]);
    taki_expect_status("none", taki_landing_list(arena, data_dir, "ma", NULL, &batches, &count, &err), TAKI_OK, &err);
    assert_int_equal(count, 0);
    taki_expect_status("object", taki_landing_list(arena, data_dir, NULL, "Contact", &batches, &count, &err), TAKI_OK,
                       &err);
    assert_int_equal(count, 80);
}

/** Writes the good manifest with @p from replaced by @p to and gives the reader's answer. */
static enum taki_status read_changed(const struct taki_batch *batch, const char *from, const char *to,
                                     struct taki_error *err)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf manifest;
    TAKI_AUTO(taki_buf_reset) struct taki_buf changed;
    struct taki_batch got;
    taki_buf_init(&manifest, 1 << 20);
    taki_buf_init(&changed, 1 << 20);
    taki_batch_write(batch, &manifest);
    const size_t at = taki_str_find(taki_buf_view(&manifest), taki_str_of(from));
    if (at == SIZE_MAX)
        fail_msg("the manifest holds no '%s'", from);
    taki_buf_add(&changed, manifest.data, at);
    taki_buf_add_text(&changed, to);
    taki_buf_add(&changed, manifest.data + at + strlen(from), manifest.size - at - strlen(from));
    put(taki_arena_format(arena, "%s/manifest.json", batch->folder), taki_buf_view(&changed));
    return taki_batch_read(arena, batch->folder, &got, err);
}

static void wrong_manifests_are_refused(void **state)
{
    static const struct {
        const char *from, *to, *want;
    } cases[] = {
        {"\"version\": 1",                  "\"version\": 2",                   "written by a newer taki: format 2"},
        {"\"version\": 1",                  "\"version\": 0",                   "member 'version'"                 },
        {"\"version\": 1",                  "\"version\": \"1\"",               "member 'version'"                 },
        {"\"version\": 1,",                 "",                                 "member 'version'"                 },
        {"\"id\": \"b1\"",                  "\"id\": \"\"",                     "member 'id'"                      },
        {"\"id\": \"b1\"",                  "\"id\": \"../b1\"",                "member 'id'"                      },
        {"\"id\": \"b1\"",                  "\"id\": \".b1\"",                  "member 'id'"                      },
        {"\"id\": \"b1\"",                  "\"id\": 1",                        "member 'id'"                      },
        {"\"id\": \"b1\"",                  "\"id\": null",                     "member 'id'"                      },
        {"\"sfa\"",                         "\"s\\u0000fa\"",                   "member 'source'"                  },
        {"\"delta\"",                       "\"deltas\"",                       "member 'kind'"                    },
        {"\"2026-09-21T14:13:20.123456Z\"", "null",                             "member 'extracted_at'"            },
        {"\"2026-09-21T14:13:20.123456Z\"", "\"2026-09-21\"",                   "member 'extracted_at'"            },
        {"\"2026-09-21T14:13:20.123456Z\"", "\"2026-02-30T00:00:00Z\"",         "member 'extracted_at'"            },
        {"\"records\": 3",                  "\"records\": -1",                  "member 'records'"                 },
        {"\"records\": 3",                  "\"records\": 3.5",                 "member 'records'"                 },
        {"\"records\": 3",                  "\"records\": 9223372036854775808", "member 'records'"                 },
        {"\"expected\": 3",                 "\"expected\": -2",                 "member 'expected'"                },
        {"\"parts\": [",                    "\"parts\": [1,",                   "member 'parts'"                   },
        {"\"parts\"",                       "\"pieces\"",                       "member 'parts'"                   },
        {"\"part-00000.json.gz\"",          "\"a/b\"",                          "member 'name'"                    },
        {"\"sha256\": \"",                  "\"sha256\": \"A",                  "member 'sha256'"                  },
        {"\"fields\": [",                   "\"fields\": [7,",                  "member 'fields'"                  },
        {"\"fields\": [",                   "\"fields\": {}, \"fieldz\": [",    "member 'fields'"                  },
        {"}",                               "",                                 "cannot be read: bad JSON at byte" },
        {"{",                               "[{",                               "cannot be read: bad JSON at byte" },
        {"\"calls\"",                       "\"records\"",                      "for the second time"              },
    };
    (void)state;
    const struct taki_batch batch = make_batch(data_dir_of("wrong"), "b1", 1790000000123456);
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        struct taki_error err = {0};
        taki_expect_status(cases[i].to, read_changed(&batch, cases[i].from, cases[i].to, &err), TAKI_DAMAGED, &err);
        taki_expect_contains(cases[i].to, err.text, cases[i].want);
        taki_expect_contains(cases[i].to, err.text, "b1/manifest.json'");
    }
    struct taki_error err = {0};
    struct taki_batch *list = NULL;
    struct taki_batch got;
    size_t count = 0;
    const char *manifest = taki_arena_format(arena, "%s/manifest.json", batch.folder);
    taki_expect_status("list", taki_landing_list(arena, data_dir_of("wrong"), NULL, NULL, &list, &count, &err),
                       TAKI_DAMAGED, &err);
    put(manifest, TAKI_STR("[1]"));
    taki_expect_status("array", taki_batch_read(arena, batch.folder, &got, &err), TAKI_DAMAGED, &err);
    taki_expect_contains("array", err.text, "is not one JSON object");
    taki_expect_status("moved", read_changed(&batch, "\"id\": \"b1\"", "\"id\": \"b2\"", &err), TAKI_OK, &err);
    taki_expect_status("moved", taki_landing_list(arena, data_dir_of("wrong"), NULL, NULL, &list, &count, &err),
                       TAKI_DAMAGED, &err);
    taki_expect_contains("moved", err.text, "holds the manifest of batch 'b2'");
    taki_expect_status("unknown members", read_changed(&batch, "{", "{\"later\": {\"x\": [1]},", &err), TAKI_OK, &err);
    taki_expect_status("missing", taki_batch_read(arena, "no/such/batch", &got, &err), TAKI_FAILED, &err);
}

static void damage_is_found_by_verify(void **state)
{
    static const struct {
        const char *file, *from, *to, *want;
    } cases[] = {
        {"pages.ndjson",       "\"records\":2",     "\"records\":1",     "the sum of the pages"                  },
        {"pages.ndjson",       "\"records\":2",     "\"recordz\":2",     "line 1: "                              },
        {"pages.ndjson",       "\"offset\":0",      "\"offset\":1",      "the place of a page"                   },
        {"pages.ndjson",       "\"bytes\":",        "\"bytes\":9",       "the part ends before the page does"    },
        {"pages.ndjson",       "\"raw_bytes\":",    "\"raw_bytes\":1",   "its size is not that of the page index"},
        {"pages.ndjson",       "\"sha256\":\"",     "\"sha256\":\"0",    "line 1: "                              },
        {"pages.ndjson",       "\"part\":\"part-0", "\"part\":\"part-1", "the place of a page"                   },
        {"pages.ndjson",       "}\n",               "}",                 "ends in the middle of a line"          },
        {"pages.ndjson",       "\n",                "\n\n",              "line 2: "                              },
        {"part-00000.json.gz", "\x1f\x8b",          "\x1f\x8c",          "the sha256 of"                         },
        {"part-00000.json.gz", "\x1f\x8b",          "",                  "the size of"                           },
    };
    (void)state;
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        struct taki_error err = {0};
        TAKI_AUTO(taki_buf_reset) struct taki_buf bytes;
        TAKI_AUTO(taki_buf_reset) struct taki_buf changed;
        taki_buf_init(&bytes, 1 << 20);
        taki_buf_init(&changed, 1 << 20);
        const struct taki_batch batch = make_batch(data_dir_of("damage"), taki_arena_format(arena, "b%zu", i), 1);
        const char *path = taki_arena_format(arena, "%s/%s", batch.folder, cases[i].file);
        taki_expect_status("read", taki_file_read(path, &bytes, &err), TAKI_OK, &err);
        taki_expect_status("good", taki_batch_verify(arena, &batch, &err), TAKI_OK, &err);
        const size_t at = strcmp(cases[i].from, "}\n") == 0
                              ? bytes.size - 2
                              : taki_str_find(taki_buf_view(&bytes), taki_str_of(cases[i].from));
        taki_buf_add(&changed, bytes.data, at);
        taki_buf_add_text(&changed, cases[i].to);
        taki_buf_add(&changed, bytes.data + at + strlen(cases[i].from), bytes.size - at - strlen(cases[i].from));
        put(path, taki_buf_view(&changed));
        taki_expect_status(cases[i].want, taki_batch_verify(arena, &batch, &err), TAKI_DAMAGED, &err);
        taki_expect_contains("message", err.text, cases[i].want);
    }
}

/** A body exchanged for another one of the same size, part and index made to fit: only the page's hash knows. */
static void verify_trusts_no_single_place(void **state)
{
    (void)state;
    struct taki_error err = {0};
    struct taki_batch batch = make_batch(data_dir_of("trust"), "b1", 1);
    struct taki_landing_part part = batch.parts[0];
    batch.parts = &part;
    part.raw_sha256[0] = part.raw_sha256[0] == '0' ? '1' : '0';
    taki_expect_status("bodies", taki_batch_verify(arena, &batch, &err), TAKI_DAMAGED, &err);
    taki_expect_contains("bodies", err.text, "the sha256 of the bodies");
    part.name = "part-00001.json.gz";
    taki_expect_status("part", taki_batch_verify(arena, &batch, &err), TAKI_DAMAGED, &err);
    taki_expect_contains("part", err.text, "the existence of 'part-00001.json.gz'");
    batch = make_batch(data_dir_of("trust"), "b2", 1);
    batch.records = 4;
    taki_expect_status("records", taki_batch_verify(arena, &batch, &err), TAKI_DAMAGED, &err);
    taki_expect_contains("records", err.text, "the sum of the records");
    struct taki_page *pages = NULL;
    size_t count = 0;
    TAKI_AUTO(taki_buf_reset) struct taki_buf body;
    taki_buf_init(&body, 1 << 20);
    taki_expect_status("pages", taki_pages_read(arena, &batch, &pages, &count, &err), TAKI_OK, &err);
    pages[0].sha256[5] = pages[0].sha256[5] == '0' ? '1' : '0';
    taki_expect_status("page", taki_page_body(&batch, &pages[0], &body, &err), TAKI_DAMAGED, &err);
    taki_expect_contains("page", err.text, "page at byte 0 of 'part-00000.json.gz' is damaged: its sha256");
    pages[2].bytes--;
    taki_expect_status("cut", taki_page_body(&batch, &pages[2], &body, &err), TAKI_DAMAGED, &err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_manifest_comes_back),
        cmocka_unit_test(what_is_unknown_is_null),
        cmocka_unit_test(pages_and_bodies_come_back),
        cmocka_unit_test(other_readers_understand_the_manifest),
        cmocka_unit_test(listing_knows_only_committed_batches_in_order),
        cmocka_unit_test(wrong_manifests_are_refused),
        cmocka_unit_test(damage_is_found_by_verify),
        cmocka_unit_test(verify_trusts_no_single_place),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
