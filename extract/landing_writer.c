#include "landing_writer.h"

#include "landing_private.h"

#include "taki/csv.h"
#include "taki/gzip.h"

#include <stdio.h>
#include <string.h>

#define PART_BYTES (INT64_C(64) << 20)
#define GZIP_LEVEL 6
#define INDEX_CEILING ((size_t)1 << 30)
#define FIELDS_CEILING ((size_t)16 << 20)
#define PAGE_CEILING ((size_t)1 << 30)

const char *taki_landing_path(const struct taki_landing_writer *writer, const char *name)
{
    return taki_arena_format(writer->arena, "%s/%s", writer->folder, name);
}

static const char *keep_text(struct taki_arena *arena, const char *text)
{
    return text == NULL ? NULL : taki_arena_copy(arena, text, strlen(text));
}

static void copy_plan(struct taki_landing_writer *writer, const struct taki_landing_plan *plan)
{
    struct taki_arena *arena = writer->arena;
    writer->plan = *plan;
    writer->plan.data_dir = keep_text(arena, plan->data_dir);
    writer->plan.source = keep_text(arena, plan->source);
    writer->plan.source_type = keep_text(arena, plan->source_type);
    writer->plan.object = keep_text(arena, plan->object);
    writer->plan.config_hash = keep_text(arena, plan->config_hash);
    writer->plan.format = keep_text(arena, plan->format);
    writer->plan.request_key = keep_text(arena, plan->request_key);
}

static void close_part(struct taki_landing_writer *writer)
{
    char unused[TAKI_SHA256_HEX];
    if (writer->part_sha != NULL)
        taki_sha256_close(writer->part_sha, unused);
    if (writer->raw_sha != NULL)
        taki_sha256_close(writer->raw_sha, unused);
    writer->part_sha = writer->raw_sha = NULL;
}

void taki_landing_clear(struct taki_landing_writer *writer)
{
    close_part(writer);
    writer->part_count = writer->pages = 0;
    writer->records = 0;
    writer->expected = -1;
    writer->expected_from = NULL;
    writer->next = TAKI_STR_NULL;
    writer->fields = taki_map_new(writer->arena, 64);
    writer->kept = taki_map_new(writer->arena, 8);
    taki_buf_clear(&writer->index);
    taki_buf_clear(&writer->new_fields);
}

enum taki_status taki_landing_open(struct taki_arena *arena, const struct taki_landing_plan *plan,
                                   struct taki_landing_writer **writer, struct taki_error *err)
{
    struct taki_landing_writer *made = TAKI_NEW(arena, struct taki_landing_writer);
    made->arena = arena;
    copy_plan(made, plan);
    made->lo = plan->lo;
    made->hi = plan->hi;
    taki_buf_init(&made->index, INDEX_CEILING);
    taki_buf_init(&made->new_fields, FIELDS_CEILING);
    taki_landing_clear(made);
    made->folder = taki_arena_format(arena, "%s/resume/%s/%s/%s", plan->data_dir, plan->source, plan->object,
                                     taki_batch_kind_name(plan->kind));
    bool fits = false;
    enum taki_status status = taki_landing_resume(made, &fits, err);
    if (status == TAKI_OK && !fits)
        status = taki_landing_restart(made, plan->lo, plan->hi, err);
    if (status != TAKI_OK) {
        taki_landing_close(made);
        return status;
    }
    *writer = made;
    return TAKI_OK;
}

enum taki_status taki_landing_restart(struct taki_landing_writer *writer, taki_instant lo, taki_instant hi,
                                      struct taki_error *err)
{
    taki_landing_clear(writer);
    writer->lo = lo;
    writer->hi = hi;
    TAKI_TRY(taki_file_remove(writer->folder, err));
    TAKI_TRY(taki_file_make_folder(writer->folder, err));
    return taki_landing_write_state(writer, err);
}

enum taki_status taki_landing_restart_as(struct taki_landing_writer *writer, const char *format, struct taki_error *err)
{
    writer->plan.format = keep_text(writer->arena, format);
    return taki_landing_restart(writer, writer->lo, writer->hi, err);
}

enum taki_status taki_landing_drop(struct taki_landing_writer *writer, struct taki_error *err)
{
    taki_landing_clear(writer);
    return taki_file_remove(writer->folder, err);
}

void taki_landing_close(struct taki_landing_writer *writer)
{
    if (writer == NULL)
        return;
    close_part(writer);
    taki_buf_reset(&writer->index);
    taki_buf_reset(&writer->new_fields);
}

taki_instant taki_landing_lo(const struct taki_landing_writer *writer)
{
    return writer->lo;
}

taki_instant taki_landing_hi(const struct taki_landing_writer *writer)
{
    return writer->hi;
}

size_t taki_landing_pages(const struct taki_landing_writer *writer)
{
    return writer->pages;
}

int64_t taki_landing_records(const struct taki_landing_writer *writer)
{
    return writer->records;
}

taki_str taki_landing_next(const struct taki_landing_writer *writer)
{
    return writer->next;
}

void taki_landing_expect(struct taki_landing_writer *writer, int64_t records, const char *from)
{
    writer->expected = (writer->expected < 0 ? 0 : writer->expected) + records;
    writer->expected_from = from;
}

taki_str taki_landing_kept(const struct taki_landing_writer *writer, const char *name)
{
    const uint64_t *slot = taki_map_find(writer->kept, taki_str_of(name));
    return slot == NULL || *slot == 0 ? TAKI_STR_NULL : taki_str_of((const char *)(uintptr_t)*slot);
}

enum taki_status taki_landing_keep(struct taki_landing_writer *writer, const char *name, taki_str value,
                                   struct taki_error *err)
{
    bool is_new = false;
    uint64_t *slot = taki_map_put(writer->kept, taki_str_of(name), &is_new);
    *slot = (uint64_t)(uintptr_t)taki_str_dup(writer->arena, value).data;
    return taki_landing_write_state(writer, err);
}

void taki_landing_field(struct taki_landing_writer *writer, taki_str name)
{
    bool is_new = false;
    if (taki_str_is_blank(name))
        return;
    (void)taki_map_put(writer->fields, name, &is_new);
    if (!is_new)
        return;
    if (writer->new_fields.size > 0)
        taki_buf_add_char(&writer->new_fields, ',');
    taki_json_add_string(&writer->new_fields, name);
}

void taki_landing_begin_part(struct taki_landing_writer *writer)
{
    if (writer->part_count == writer->part_capacity) {
        size_t capacity = writer->part_capacity == 0 ? 16 : writer->part_capacity * 2;
        struct taki_landing_part *grown = TAKI_NEW_ARRAY(writer->arena, capacity, struct taki_landing_part);
        if (writer->part_count > 0)
            memcpy(grown, writer->parts, writer->part_count * sizeof *grown);
        writer->parts = grown;
        writer->part_capacity = capacity;
    }
    close_part(writer);
    struct taki_landing_part *part = &writer->parts[writer->part_count];
    *part = (struct taki_landing_part){0};
    part->name = taki_arena_format(writer->arena, "part-%05zu.%s.gz", writer->part_count, writer->plan.format);
    writer->part_count++;
    writer->part_sha = taki_sha256_open();
    writer->raw_sha = taki_sha256_open();
}

void taki_landing_end_part(struct taki_landing_writer *writer)
{
    if (writer->part_sha == NULL)
        return;
    struct taki_landing_part *part = &writer->parts[writer->part_count - 1];
    taki_sha256_close(writer->part_sha, part->sha256);
    taki_sha256_close(writer->raw_sha, part->raw_sha256);
    writer->part_sha = writer->raw_sha = NULL;
}

/* The part that takes the next page: the last one, or a new one when that is full; NULL when there are too many. */
static struct taki_landing_part *part_for_page(struct taki_landing_writer *writer)
{
    if (writer->part_sha != NULL && writer->parts[writer->part_count - 1].bytes >= PART_BYTES)
        taki_landing_end_part(writer);
    if (writer->part_sha == NULL) {
        if (writer->part_count == TAKI_LANDING_PARTS)
            return NULL;
        taki_landing_begin_part(writer);
    }
    return &writer->parts[writer->part_count - 1];
}

/* One line beside each page line: what only a resumed run needs. */
static enum taki_status append_journal(struct taki_landing_writer *writer, struct taki_error *err)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf line;
    taki_buf_init(&line, FIELDS_CEILING + ((size_t)1 << 20));
    struct taki_json_writer json = {.buf = &line};
    taki_json_open(&json, '{');
    taki_json_name(&json, "next");
    taki_json_str(&json, writer->next);
    taki_json_name(&json, "expected");
    taki_json_i64(&json, writer->expected);
    taki_json_name(&json, "from");
    taki_json_cstr(&json, writer->expected_from);
    taki_json_name(&json, "fields");
    taki_buf_add_char(&line, '[');
    taki_buf_add_str(&line, taki_buf_view(&writer->new_fields));
    taki_buf_add_text(&line, "]}\n");
    TAKI_TRY(taki_buf_check(&line, "journal line", err));
    taki_buf_clear(&writer->new_fields);
    return taki_file_append(taki_landing_path(writer, TAKI_LANDING_JOURNAL), taki_buf_view(&line), err);
}

static enum taki_status append_index(struct taki_landing_writer *writer, const struct taki_page *page,
                                     struct taki_error *err)
{
    size_t before = writer->index.size;
    taki_page_write(page, &writer->index);
    TAKI_TRY(taki_buf_check(&writer->index, "page index", err));
    taki_str line = {writer->index.data + before, writer->index.size - before};
    return taki_file_append(taki_landing_path(writer, TAKI_LANDING_PAGES), line, err);
}

static enum taki_status member_of(const struct taki_landing_page *page, struct taki_buf *made, taki_str *member,
                                  struct taki_error *err)
{
    *member = page->wire;
    if (!taki_str_is_null(page->wire))
        return TAKI_OK;
    taki_buf_init(made, PAGE_CEILING);
    TAKI_TRY(taki_gzip(page->body, GZIP_LEVEL, made, err));
    *member = taki_buf_view(made);
    return TAKI_OK;
}

static void describe(const struct taki_landing_writer *writer, const struct taki_landing_page *page,
                     struct taki_page *out)
{
    out->records = page->records;
    out->raw_bytes = (int64_t)page->body.size;
    out->format = writer->plan.format;
    out->charset = page->charset == NULL ? "utf-8" : page->charset;
    out->records_at = page->records_at;
    out->context = page->context;
    out->request = page->request == NULL ? "" : page->request;
    out->status = page->status;
    out->headers = page->headers == NULL ? "{}" : page->headers;
    out->received = page->received;
    taki_sha256(page->body, out->sha256);
}

static enum taki_status add_member(struct taki_landing_writer *writer, const struct taki_landing_page *page,
                                   taki_str member, struct taki_error *err)
{
    struct taki_landing_part *part = part_for_page(writer);
    if (part == NULL)
        return taki_fail(err, TAKI_CEILING, "'%s' has too many parts for one batch", writer->plan.object);
    struct taki_page entry = {.part = part->name, .offset = part->bytes, .bytes = (int64_t)member.size};
    describe(writer, page, &entry);
    TAKI_TRY(taki_file_append(taki_landing_path(writer, part->name), member, err));
    taki_sha256_add(writer->part_sha, member);
    taki_sha256_add(writer->raw_sha, page->body);
    part->bytes += (int64_t)member.size;
    part->raw_bytes += (int64_t)page->body.size;
    part->records += page->records;
    writer->records += page->records;
    writer->next = taki_str_dup(writer->arena, page->next);
    writer->pages++;
    TAKI_TRY(append_index(writer, &entry, err));
    return append_journal(writer, err);
}

enum taki_status taki_landing_add(struct taki_landing_writer *writer, const struct taki_landing_page *page,
                                  struct taki_error *err)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf made;
    taki_buf_init(&made, 1);
    taki_str member;
    TAKI_TRY(member_of(page, &made, &member, err));
    return add_member(writer, page, member, err);
}

static void add_json_fields(struct taki_landing_writer *writer, const struct taki_reply *reply,
                            const struct taki_json_node *record)
{
    for (const struct taki_json_node *member = taki_json_first(&reply->json, record); member != NULL;
         member = taki_json_next(&reply->json, record, member))
        taki_landing_field(writer, taki_json_key(reply->arena, member));
}

static int64_t count_json(struct taki_landing_writer *writer, const struct taki_reply *reply, const char *records_at)
{
    if (reply->json.count == 0)
        return 0;
    const struct taki_json_node *root = &reply->json.nodes[0];
    const struct taki_json_node *array = records_at[0] == '\0' ? root : taki_json_at(&reply->json, root, records_at);
    if (array == NULL || array->type != TAKI_JSON_ARRAY)
        return 0;
    int64_t count = 0;
    for (const struct taki_json_node *record = taki_json_first(&reply->json, array); record != NULL;
         record = taki_json_next(&reply->json, array, record), count++) {
        if (record->type == TAKI_JSON_OBJECT)
            add_json_fields(writer, reply, record);
    }
    return count;
}

static enum taki_status add_csv_fields(struct taki_landing_writer *writer, const struct taki_reply *reply,
                                       struct taki_error *err)
{
    struct taki_csv *csv = taki_csv_new(reply->arena, reply->body, NULL);
    struct taki_csv_record record;
    enum taki_status status = taki_csv_next(csv, &record, err);
    if (status == TAKI_END)
        return TAKI_OK;
    TAKI_TRY(status);
    for (size_t i = 0; i < record.count; i++)
        taki_landing_field(writer, record.fields[i]);
    return TAKI_OK;
}

enum taki_status taki_landing_add_reply(struct taki_landing_writer *writer, const struct taki_reply *reply,
                                        const char *records_at, const char *context, taki_str next,
                                        struct taki_error *err)
{
    struct taki_landing_page page = {.body = reply->body,
                                     .wire = reply->wire,
                                     .records = reply->records,
                                     .records_at = records_at,
                                     .context = context,
                                     .request = reply->shown,
                                     .status = reply->status,
                                     .headers = reply->headers_json,
                                     .received = reply->server_time,
                                     .next = next};
    if (records_at != NULL) {
        page.records = count_json(writer, reply, records_at);
    } else {
        TAKI_TRY(add_csv_fields(writer, reply, err));
    }
    return taki_landing_add(writer, &page, err);
}
