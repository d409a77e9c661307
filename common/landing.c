#include "taki/landing.h"

#include "manifest.h"

#include "taki/file.h"
#include "taki/gzip.h"
#include "taki/json.h"
#include "taki/text.h"

#include <stdlib.h>
#include <string.h>

#define MANIFEST_CEILING ((size_t)64 << 20)

static const char *const kind_names[] = {
    [TAKI_BATCH_DELTA] = "delta",
    [TAKI_BATCH_FULL] = "full",
    [TAKI_BATCH_BACKFILL] = "backfill",
    [TAKI_BATCH_TOMBSTONES] = "tombstones",
};

const char *taki_batch_kind_name(enum taki_batch_kind kind)
{
    return kind_names[kind];
}

static void add_text(struct taki_json_writer *w, const char *name, const char *value)
{
    taki_json_name(w, name);
    taki_json_cstr(w, value);
}

static void add_i64(struct taki_json_writer *w, const char *name, int64_t value)
{
    taki_json_name(w, name);
    taki_json_i64(w, value);
}

static void write_part(struct taki_json_writer *w, const struct taki_landing_part *part)
{
    taki_json_open(w, '{');
    add_text(w, "name", part->name);
    add_i64(w, "bytes", part->bytes);
    add_text(w, "sha256", part->sha256);
    add_i64(w, "raw_bytes", part->raw_bytes);
    add_text(w, "raw_sha256", part->raw_sha256);
    add_i64(w, "records", part->records);
    taki_json_close(w, '}');
}

static void write_lists(struct taki_json_writer *w, const struct taki_batch *batch)
{
    taki_json_name(w, "parts");
    taki_json_open(w, '[');
    for (size_t i = 0; i < batch->part_count; i++)
        write_part(w, &batch->parts[i]);
    taki_json_close(w, ']');
    taki_json_name(w, "fields");
    taki_json_open(w, '[');
    for (size_t i = 0; i < batch->field_count; i++)
        taki_json_cstr(w, batch->fields[i]);
    taki_json_close(w, ']');
}

void taki_batch_write(const struct taki_batch *batch, struct taki_buf *out)
{
    struct taki_json_writer w = {.buf = out, .indent = 1};
    taki_json_open(&w, '{');
    add_i64(&w, "version", TAKI_LANDING_VERSION);
    add_text(&w, "id", batch->id);
    add_text(&w, "source", batch->source);
    add_text(&w, "source_type", batch->source_type);
    add_text(&w, "object", batch->object);
    add_text(&w, "kind", taki_batch_kind_name(batch->kind));
    taki_manifest_add_instant(&w, "window_from", batch->lo);
    taki_manifest_add_instant(&w, "window_to", batch->hi);
    taki_manifest_add_raw(&w, "cursor", batch->cursor);
    taki_manifest_add_instant(&w, "extracted_at", batch->extracted_at);
    add_i64(&w, "records", batch->records);
    add_i64(&w, "expected", batch->expected);
    add_text(&w, "expected_from", batch->expected_from);
    add_i64(&w, "calls", batch->calls);
    add_i64(&w, "retries", batch->retries);
    add_i64(&w, "throttled_ms", batch->throttled_ms);
    add_text(&w, "tool_version", batch->tool_version);
    add_text(&w, "config_hash", batch->config_hash);
    write_lists(&w, batch);
    taki_json_close(&w, '}');
    taki_buf_add_char(out, '\n');
}

void taki_page_write(const struct taki_page *page, struct taki_buf *out)
{
    struct taki_json_writer w = {.buf = out};
    taki_json_open(&w, '{');
    add_text(&w, "part", page->part);
    add_i64(&w, "offset", page->offset);
    add_i64(&w, "bytes", page->bytes);
    add_i64(&w, "raw_bytes", page->raw_bytes);
    add_i64(&w, "records", page->records);
    add_text(&w, "sha256", page->sha256);
    add_text(&w, "format", page->format);
    add_text(&w, "charset", page->charset);
    add_text(&w, "records_at", page->records_at);
    taki_manifest_add_raw(&w, "context", page->context);
    add_text(&w, "request", page->request);
    add_i64(&w, "status", page->status);
    taki_manifest_add_raw(&w, "headers", page->headers);
    taki_manifest_add_instant(&w, "received", page->received);
    taki_json_close(&w, '}');
    taki_buf_add_char(out, '\n');
}

static void read_part(struct taki_manifest *m, const struct taki_json_node *node, struct taki_landing_part *part)
{
    if (node->type != TAKI_JSON_OBJECT)
        taki_manifest_refuse(m, "parts");
    part->name = taki_manifest_file(m, node, "name");
    part->bytes = taki_manifest_i64(m, node, "bytes", 0);
    part->raw_bytes = taki_manifest_i64(m, node, "raw_bytes", 0);
    part->records = taki_manifest_i64(m, node, "records", 0);
    taki_manifest_sha256(m, node, "sha256", part->sha256);
    taki_manifest_sha256(m, node, "raw_sha256", part->raw_sha256);
}

static void read_parts(struct taki_manifest *m, const struct taki_json_node *root, struct taki_batch *batch)
{
    const struct taki_json_node *array = taki_manifest_member(m, root, "parts", TAKI_JSON_ARRAY);
    if (array == NULL)
        return;
    struct taki_landing_part *parts = TAKI_NEW_ARRAY(m->arena, array->children, struct taki_landing_part);
    for (const struct taki_json_node *item = taki_json_first(&m->json, array); item != NULL;
         item = taki_json_next(&m->json, array, item))
        read_part(m, item, &parts[batch->part_count++]);
    batch->parts = parts;
}

static enum taki_batch_kind read_kind(struct taki_manifest *m, const struct taki_json_node *root)
{
    const char *name = taki_manifest_text(m, root, "kind");
    for (size_t i = 0; i < TAKI_LEN(kind_names); i++) {
        if (strcmp(name, kind_names[i]) == 0)
            return (enum taki_batch_kind)i;
    }
    taki_manifest_refuse(m, "kind");
    return TAKI_BATCH_DELTA;
}

static void read_batch(struct taki_manifest *m, struct taki_batch *batch)
{
    taki_manifest_version(m, TAKI_LANDING_VERSION);
    const struct taki_json_node *root = taki_manifest_root(m);
    batch->id = taki_manifest_file(m, root, "id");
    batch->source = taki_manifest_text(m, root, "source");
    batch->source_type = taki_manifest_text(m, root, "source_type");
    batch->object = taki_manifest_text(m, root, "object");
    batch->kind = read_kind(m, root);
    batch->lo = taki_manifest_instant(m, root, "window_from");
    batch->hi = taki_manifest_instant(m, root, "window_to");
    batch->cursor = taki_manifest_raw(m, root, "cursor");
    batch->extracted_at = taki_manifest_instant(m, root, "extracted_at");
    if (taki_instant_is_null(batch->extracted_at))
        taki_manifest_refuse(m, "extracted_at");
    batch->records = taki_manifest_i64(m, root, "records", 0);
    batch->expected = taki_manifest_i64(m, root, "expected", -1);
    batch->expected_from = taki_manifest_optional(m, root, "expected_from");
    batch->calls = taki_manifest_i64(m, root, "calls", 0);
    batch->retries = taki_manifest_i64(m, root, "retries", 0);
    batch->throttled_ms = taki_manifest_i64(m, root, "throttled_ms", 0);
    batch->tool_version = taki_manifest_optional(m, root, "tool_version");
    batch->config_hash = taki_manifest_optional(m, root, "config_hash");
    batch->fields = taki_manifest_texts(m, root, "fields", &batch->field_count);
    read_parts(m, root, batch);
}

enum taki_status taki_batch_read(struct taki_arena *arena, const char *folder, struct taki_batch *batch,
                                 struct taki_error *err)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf text;
    TAKI_AUTO(taki_arena_auto) struct taki_arena *scratch = taki_arena_open("batch manifest", 0);
    taki_buf_init(&text, MANIFEST_CEILING);
    struct taki_manifest m = {.arena = arena, .path = taki_arena_format(arena, "%s/manifest.json", folder), .err = err};
    TAKI_TRY(taki_file_read(m.path, &text, err));
    taki_manifest_init(&m, scratch, taki_buf_view(&text));
    *batch = (struct taki_batch){.folder = taki_arena_format(arena, "%s", folder)};
    read_batch(&m, batch);
    taki_sha256(taki_buf_view(&text), batch->manifest_sha256);
    return m.status;
}

static void read_page(struct taki_manifest *m, struct taki_page *page)
{
    const struct taki_json_node *root = taki_manifest_root(m);
    page->part = taki_manifest_file(m, root, "part");
    page->offset = taki_manifest_i64(m, root, "offset", 0);
    page->bytes = taki_manifest_i64(m, root, "bytes", 0);
    page->raw_bytes = taki_manifest_i64(m, root, "raw_bytes", 0);
    page->records = taki_manifest_i64(m, root, "records", 0);
    taki_manifest_sha256(m, root, "sha256", page->sha256);
    page->format = taki_manifest_text(m, root, "format");
    page->charset = taki_manifest_text(m, root, "charset");
    page->records_at = taki_manifest_optional(m, root, "records_at");
    page->context = taki_manifest_raw(m, root, "context");
    page->request = taki_manifest_optional(m, root, "request");
    page->status = (int)(taki_manifest_i64(m, root, "status", 0) & 0xFFFF);
    page->headers = taki_manifest_raw(m, root, "headers");
    page->received = taki_manifest_instant(m, root, "received");
}

static size_t count_lines(taki_str text)
{
    size_t lines = 0;
    for (size_t i = 0; i < text.size; i++)
        lines += text.data[i] == '\n';
    return lines;
}

static enum taki_status read_pages(struct taki_manifest *m, taki_str text, struct taki_page **pages, size_t *count)
{
    TAKI_AUTO(taki_arena_auto) struct taki_arena *scratch = taki_arena_open("page index line", 0);
    *pages = TAKI_NEW_ARRAY(m->arena, count_lines(text), struct taki_page);
    *count = 0;
    while (text.size > 0) {
        taki_str rest;
        const taki_str line = taki_str_cut(text, '\n', &rest);
        if (taki_str_is_null(rest))
            return taki_fail(m->err, TAKI_DAMAGED, "'%s' ends in the middle of a line", m->path);
        taki_arena_reset(scratch);
        taki_manifest_init(m, scratch, line);
        read_page(m, &(*pages)[*count]);
        if (m->status != TAKI_OK)
            return taki_while(m->err, m->status, "line %zu", *count + 1);
        (*count)++;
        text = rest;
    }
    return TAKI_OK;
}

enum taki_status taki_pages_read(struct taki_arena *arena, const struct taki_batch *batch, struct taki_page **pages,
                                 size_t *count, struct taki_error *err)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf text;
    taki_buf_init(&text, SIZE_MAX / 2);
    struct taki_manifest m = {
        .arena = arena, .path = taki_arena_format(arena, "%s/pages.ndjson", batch->folder), .err = err};
    if (!taki_file_exists(m.path))
        return taki_fail(err, TAKI_DAMAGED, "page index '%s' is missing", m.path);
    TAKI_TRY(taki_file_read(m.path, &text, err));
    return read_pages(&m, taki_buf_view(&text), pages, count);
}

static enum taki_status damaged_page(const struct taki_batch *batch, const struct taki_page *page, const char *why,
                                     struct taki_error *err)
{
    enum taki_status status = taki_fail(err, TAKI_DAMAGED, "batch '%s': page at byte %lld of '%s' is damaged: %s",
                                        batch->folder, (long long)page->offset, page->part, why);
    (void)taki_hint(err, "restore the batch from a backup, or remove its folder and extract the window again");
    return status;
}

/** The compressed bytes of a page as they stand in the part. */
static enum taki_status read_member(const struct taki_batch *batch, const struct taki_page *page, struct taki_buf *gz,
                                    struct taki_error *err)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf path;
    taki_buf_init(&path, 1 << 16);
    taki_buf_format(&path, "%s/%s", batch->folder, page->part);
    taki_buf_add_char(&path, '\0');
    TAKI_TRY(taki_buf_check(&path, "path", err));
    const int64_t size = taki_file_size_of(path.data);
    if (page->offset > size || page->bytes > size - page->offset)
        return damaged_page(batch, page, taki_text("the part ends before the page does"), err);
    taki_buf_init(gz, (size_t)page->bytes + 1);
    return taki_file_read_at(path.data, page->offset, (size_t)page->bytes, gz, err);
}

enum taki_status taki_page_body(const struct taki_batch *batch, const struct taki_page *page, struct taki_buf *out,
                                struct taki_error *err)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf gz = {0};
    const size_t start = out->size;
    if ((uint64_t)page->raw_bytes > out->ceiling - start) {
        return taki_fail(err, TAKI_CEILING, "batch '%s': page at byte %lld of '%s' holds %lld bytes, more than allowed",
                         batch->folder, (long long)page->offset, page->part, (long long)page->raw_bytes);
    }
    TAKI_TRY(read_member(batch, page, &gz, err));
    struct taki_error why = {0};
    if (taki_gunzip(taki_buf_view(&gz), out, &why) != TAKI_OK)
        return damaged_page(batch, page, why.text, err);
    if (out->size - start != (size_t)page->raw_bytes)
        return damaged_page(batch, page, taki_text("its size is not that of the page index"), err);
    char sha256[TAKI_SHA256_HEX];
    taki_sha256((taki_str){out->data == NULL ? "" : out->data + start, out->size - start}, sha256);
    if (strcmp(sha256, page->sha256) != 0)
        return damaged_page(batch, page, taki_text("its sha256 is not that of the page index"), err);
    return TAKI_OK;
}
