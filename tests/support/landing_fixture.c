#include "landing_fixture.h"

#include "taki_test.h"

#include "taki/file.h"
#include "taki/gzip.h"
#include "taki/hash.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char landing_yaml[] = "sources:\n"
                            "  sfa: {type: salesforce, login_url: 'https://example.my.salesforce.com', client_id: a, "
                            "client_secret: b, start_date: 2024-04-01}\n"
                            "  ma: {type: marketo, base_url: 'https://ma.example.com', client_id: a, client_secret: b, "
                            "start_date: 2024-04-01}\n";

static void must(enum taki_status status, const struct taki_error *err)
{
    taki_expect_status("fixture", status, TAKI_OK, err);
}

taki_instant landing_at(const char *text)
{
    struct taki_time time = taki_time_parse(taki_str_of(text));
    if (time.kind != TAKI_TIME_INSTANT)
        fail_msg("no instant: %s", text);
    return time.instant;
}

const char *landing_new(const char *name)
{
    static char path[512];
    (void)snprintf(path, sizeof path, "%s/%s", taki_test_folder(), name);
    struct taki_error err = {.status = TAKI_OK};
    must(taki_file_remove(path, &err), &err);
    must(taki_file_make_folder(path, &err), &err);
    return path;
}

static int64_t count_lines(taki_str body)
{
    int64_t lines = 0;
    for (size_t i = 0; i < body.size; i++)
        lines += body.data[i] == '\n' ? 1 : 0;
    return lines;
}

static void add_page(const struct landing_spec *spec, taki_str body, struct taki_buf *part, struct taki_buf *index)
{
    struct taki_error err = {.status = TAKI_OK};
    struct taki_page page = {.part = "part-00000.gz", .offset = (int64_t)part->size, .raw_bytes = (int64_t)body.size};
    must(taki_gzip(body, 6, part, &err), &err);
    page.bytes = (int64_t)part->size - page.offset;
    page.records = count_lines(body);
    page.format = spec->format ? spec->format : "json";
    page.charset = spec->charset ? spec->charset : "utf-8";
    page.records_at = spec->records_at ? spec->records_at : "";
    page.context = spec->context;
    page.request = "GET /test";
    page.status = 200;
    page.headers = "{}";
    page.received = landing_at(spec->extracted);
    taki_sha256(body, page.sha256);
    taki_page_write(&page, index);
}

static void write_text(const char *folder, const char *name, const struct taki_buf *text)
{
    char path[2048];
    struct taki_error err = {.status = TAKI_OK};
    int n = snprintf(path, sizeof path, "%s/%s", folder, name);
    if (n < 0 || (size_t)n >= sizeof path)
        fail_msg("the path of the test is too long");
    must(taki_file_put(path, taki_buf_view(text), false, &err), &err);
}

static taki_instant optional(const char *text)
{
    return text ? landing_at(text) : TAKI_INSTANT_NULL;
}

void landing_add(const char *data_dir, const struct landing_spec *spec, const taki_str *bodies, size_t count)
{
    struct taki_error err = {.status = TAKI_OK};
    struct taki_buf part, index, raw, manifest;
    struct taki_buf *all[] = {&part, &index, &raw, &manifest};
    const size_t all_count = 4;
    for (size_t i = 0; i < all_count; i++)
        taki_buf_init(all[i], (size_t)1 << 30);
    for (size_t i = 0; i < count; i++) {
        add_page(spec, bodies[i], &part, &index);
        taki_buf_add_str(&raw, bodies[i]);
    }
    char folder[1024];
    (void)snprintf(folder, sizeof folder, "%s/landing/%s/%s/%s", data_dir, spec->source, spec->object, spec->id);
    must(taki_file_make_folder(folder, &err), &err);
    struct taki_landing_part one = {
        .name = "part-00000.gz", .bytes = (int64_t)part.size, .raw_bytes = (int64_t)raw.size};
    taki_sha256(taki_buf_view(&part), one.sha256);
    taki_sha256(taki_buf_view(&raw), one.raw_sha256);
    struct taki_batch batch = {
        .id = spec->id, .source = spec->source, .source_type = spec->source_type, .object = spec->object};
    batch.kind = spec->kind;
    batch.lo = optional(spec->lo);
    batch.hi = optional(spec->hi);
    batch.extracted_at = landing_at(spec->extracted);
    batch.cursor = "{}";
    batch.parts = &one;
    batch.part_count = 1;
    batch.expected = -1;
    batch.expected_from = "";
    batch.tool_version = "test";
    batch.config_hash = "0";
    taki_batch_write(&batch, &manifest);
    write_text(folder, "part-00000.gz", &part);
    write_text(folder, "pages.ndjson", &index);
    write_text(folder, "manifest.json", &manifest);
    for (size_t i = 0; i < all_count; i++)
        taki_buf_reset(all[i]);
}

static void add_json(const char *data_dir, struct landing_spec *spec, const char *head, const char *records)
{
    struct taki_buf body;
    taki_buf_init(&body, (size_t)1 << 28);
    taki_buf_format(&body, "%s%s}", head, records);
    taki_str view = taki_buf_view(&body);
    landing_add(data_dir, spec, &view, 1);
    taki_buf_reset(&body);
}

void landing_salesforce(const char *data_dir, const char *object, const char *id, const char *extracted,
                        const char *records)
{
    struct landing_spec spec = {.source = "sfa", .source_type = "salesforce", .object = object, .id = id};
    spec.extracted = extracted;
    spec.records_at = "records";
    add_json(data_dir, &spec, "{\"totalSize\":1,\"done\":true,\"records\":", records);
}

void landing_marketo(const char *data_dir, const char *object, const char *id, const char *extracted,
                     const char *records)
{
    struct landing_spec spec = {.source = "ma", .source_type = "marketo", .object = object, .id = id};
    spec.extracted = extracted;
    spec.records_at = "result";
    add_json(data_dir, &spec, "{\"requestId\":\"1#1\",\"success\":true,\"moreResult\":false,\"result\":", records);
}

int landing_run(const char *data_dir, const char *yaml, size_t jobs,
                enum taki_status (*body)(struct taki_run *run, struct taki_error *err))
{
    static struct taki_verb verb = {
        .name = "run", .arguments = "", .needs_config = true, .takes_lock = true, .en = "run", .ja = "run"};
    static struct taki_app app = {.name = "taki-test", .en = "", .ja = "", .verbs = &verb, .verb_count = 1};
    verb.run = body;
    char path[1024], config[4096], workers[32];
    int n = snprintf(config, sizeof config, "version: 1\ndata_dir: '%s'\n%s", data_dir, yaml);
    if (n < 0 || (size_t)n >= sizeof config)
        fail_msg("the configuration of the test is too long");
    (void)snprintf(path, sizeof path, "%s/taki.yml", data_dir);
    (void)snprintf(workers, sizeof workers, "%zu", jobs);
    struct taki_error err = {.status = TAKI_OK};
    must(taki_file_put(path, taki_str_of(config), true, &err), &err);
    char program[] = "taki-test", flag[] = "--config", progress[] = "--progress=none", jobs_flag[] = "--jobs";
    char *argv[] = {program, flag, path, progress, jobs_flag, workers, NULL};
    return taki_app_main(&app, (int)TAKI_LEN(argv) - 1, argv);
}

bool landing_shared(const char *name, struct taki_buf *out)
{
    char path[1024];
    struct taki_error err = {.status = TAKI_OK};
    (void)snprintf(path, sizeof path, "../shared/data/%s", name);
    if (!taki_file_exists(path)) {
        print_message("skipped: ../shared/data/%s is not there\n", name);
        return false;
    }
    must(taki_file_read(path, out, &err), &err);
    return true;
}
