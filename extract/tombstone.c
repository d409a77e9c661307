#include "tombstone_batch.h"

#include "taki/csv.h"
#include "taki/file.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define BODY_CEILING ((size_t)1 << 30)
#define SLICE_BYTES ((size_t)16 << 20)

struct found {
    struct taki_tombstone tombstone;
    const char *part;
    int64_t offset;
    struct found *next;
};

struct taki_tombstone_sink {
    struct taki_arena *arena;
    const struct taki_page *page;
    struct found *first, **end;
    int64_t count;
};

enum taki_status taki_tombstone_add(struct taki_tombstone_sink *sink, const struct taki_tombstone *tombstone,
                                    struct taki_error *err)
{
    if (taki_str_is_blank(tombstone->id))
        return taki_fail(err, TAKI_CONTRACT, "a deleted record of '%s' has no id", tombstone->object);
    struct found *found = TAKI_NEW(sink->arena, struct found);
    found->tombstone = *tombstone;
    found->tombstone.id = taki_str_dup(sink->arena, tombstone->id);
    found->tombstone.merged_into = taki_str_dup(sink->arena, tombstone->merged_into);
    found->tombstone.at = taki_str_dup(sink->arena, tombstone->at);
    found->part = sink->page->part;
    found->offset = sink->page->offset;
    *sink->end = found;
    sink->end = &found->next;
    sink->count++;
    return TAKI_OK;
}

int64_t taki_tombstones_count(const struct taki_tombstone_sink *sink)
{
    return sink == NULL ? 0 : sink->count;
}

taki_str taki_landed_text(const struct taki_landed *record, const char *name)
{
    if (record->json != NULL) {
        const struct taki_json_node *node = taki_json_find(record->json, record->node, name);
        return node == NULL ? TAKI_STR_NULL : taki_json_text(record->arena, node);
    }
    for (size_t i = 0; i < record->count; i++) {
        if (taki_str_is(record->names[i], name))
            return record->values[i].size == 0 ? TAKI_STR_NULL : record->values[i];
    }
    return TAKI_STR_NULL;
}

struct scan {
    struct taki_session *session;
    const struct taki_stream *stream;
    struct taki_tombstone_sink *sink;
    struct taki_arena *scratch;
};

static enum taki_status ask(const struct scan *scan, const struct taki_landed *record, struct taki_error *err)
{
    return scan->session->source->tombstones(scan->session, scan->stream, record, scan->sink, err);
}

static enum taki_status scan_json(const struct scan *scan, taki_str body, struct taki_error *err)
{
    static const struct taki_json_limits limits = {.allow_duplicate_keys = true};
    const struct taki_page *page = scan->sink->page;
    struct taki_json json = {0};
    if (taki_str_is_blank(taki_str_trim(body)))
        return TAKI_OK;
    TAKI_TRY(taki_json_parse(scan->scratch, body, &limits, &json, err));
    const char *path = page->records_at == NULL ? "" : page->records_at;
    const struct taki_json_node *array = path[0] == '\0' ? &json.nodes[0] : taki_json_at(&json, &json.nodes[0], path);
    if (array == NULL || array->type != TAKI_JSON_ARRAY)
        return TAKI_OK;
    for (const struct taki_json_node *node = taki_json_first(&json, array); node != NULL;
         node = taki_json_next(&json, array, node)) {
        struct taki_landed record = {.json = &json, .node = node, .arena = scan->scratch};
        if (node->type == TAKI_JSON_OBJECT)
            TAKI_TRY(ask(scan, &record, err));
    }
    return TAKI_OK;
}

static const taki_str *copy_fields(struct taki_arena *arena, const struct taki_csv_record *record)
{
    taki_str *names = TAKI_NEW_ARRAY(arena, record->count, taki_str);
    for (size_t i = 0; i < record->count; i++)
        names[i] = taki_str_dup(arena, record->fields[i]);
    return names;
}

/* A page cut from a big body has no header line; its context names the columns (landing.h). */
static const taki_str *context_names(struct taki_arena *arena, const char *context, size_t *count)
{
    struct taki_json json;
    *count = 0;
    if (context == NULL || taki_json_parse(arena, taki_str_of(context), NULL, &json, NULL) != TAKI_OK)
        return NULL;
    const struct taki_json_node *list = taki_json_at(&json, json.nodes, "@header");
    if (list == NULL || list->type != TAKI_JSON_ARRAY)
        return NULL;
    taki_str *names = TAKI_NEW_ARRAY(arena, list->children, taki_str);
    const struct taki_json_node *name = taki_json_first(&json, list);
    for (; name != NULL; name = taki_json_next(&json, list, name))
        names[(*count)++] = taki_json_text(arena, name);
    return names;
}

static enum taki_status scan_csv(const struct scan *scan, taki_str body, struct taki_error *err)
{
    struct taki_csv *csv = taki_csv_new(scan->scratch, body, NULL);
    struct taki_csv_record record;
    size_t count = 0;
    const taki_str *names = context_names(scan->scratch, scan->sink->page->context, &count);
    for (;;) {
        enum taki_status status = taki_csv_next(csv, &record, err);
        if (status == TAKI_END)
            return TAKI_OK;
        if (status == TAKI_CONTRACT) { /* no record: transform refuses and counts it */
            taki_csv_skip_line(csv);
            continue;
        }
        TAKI_TRY(status);
        if (names == NULL) {
            names = copy_fields(scan->scratch, &record);
            count = record.count;
            continue;
        }
        struct taki_landed landed = {.names = names,
                                     .values = record.fields,
                                     .count = record.count < count ? record.count : count,
                                     .arena = scan->scratch};
        TAKI_TRY(ask(scan, &landed, err));
    }
}

static enum taki_status scan_page(struct scan *scan, const struct taki_batch *batch, const struct taki_page *page,
                                  struct taki_buf *body, struct taki_error *err)
{
    scan->sink->page = page;
    taki_arena_reset(scan->scratch);
    taki_buf_clear(body);
    TAKI_TRY(taki_page_body(batch, page, body, err));
    if (strcmp(page->format, "csv") == 0)
        return scan_csv(scan, taki_buf_view(body), err);
    return scan_json(scan, taki_buf_view(body), err);
}

enum taki_status taki_tombstones_find(struct taki_session *session, const struct taki_stream *stream,
                                      const struct taki_batch *batch, struct taki_arena *arena,
                                      struct taki_tombstone_sink **sink, struct taki_error *err)
{
    bool can_tell = stream->deletes == TAKI_DELETE_FLAG || stream->deletes == TAKI_DELETE_FEED;
    *sink = NULL;
    if (session->source->tombstones == NULL || !can_tell || batch->records == 0)
        return TAKI_OK;
    *sink = TAKI_NEW(arena, struct taki_tombstone_sink);
    (*sink)->arena = arena;
    (*sink)->end = &(*sink)->first;
    TAKI_AUTO(taki_arena_auto) struct taki_arena *scratch = taki_arena_open("tombstones", 0);
    TAKI_AUTO(taki_buf_reset) struct taki_buf body;
    taki_buf_init(&body, BODY_CEILING);
    struct scan scan = {session, stream, *sink, scratch};
    struct taki_page *pages = NULL;
    size_t count = 0;
    TAKI_TRY(taki_pages_read(arena, batch, &pages, &count, err));
    for (size_t i = 0; i < count; i++) {
        if (pages[i].records > 0)
            TAKI_TRY(scan_page(&scan, batch, &pages[i], &body, err));
    }
    return TAKI_OK;
}

static void write_one(struct taki_buf *out, const struct found *found, const char *batch_id)
{
    const struct taki_tombstone *t = &found->tombstone;
    struct taki_json_writer json = {.buf = out};
    taki_json_open(&json, '{');
    taki_json_name(&json, "object");
    taki_json_cstr(&json, t->object);
    taki_json_name(&json, "id");
    taki_json_str(&json, t->id);
    taki_json_name(&json, "deleted");
    taki_json_bool(&json, t->deleted);
    taki_json_name(&json, "merged_into");
    taki_json_str(&json, t->merged_into);
    taki_json_name(&json, "at");
    taki_json_str(&json, t->at);
    taki_json_name(&json, "page");
    taki_json_open(&json, '{');
    taki_json_name(&json, "batch");
    taki_json_cstr(&json, batch_id);
    taki_json_name(&json, "part");
    taki_json_cstr(&json, found->part);
    taki_json_name(&json, "offset");
    taki_json_i64(&json, found->offset);
    taki_json_close(&json, '}');
    taki_json_close(&json, '}');
    taki_buf_add_char(out, '\n');
}

static enum taki_status add_slices(struct taki_landing_writer *landing, const struct taki_tombstone_sink *sink,
                                   const struct taki_batch *batch, struct taki_error *err)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf out;
    taki_buf_init(&out, SLICE_BYTES * 2);
    struct taki_landing_page page = {.request = "tombstones", .status = 200, .received = batch->extracted_at};
    for (const struct found *found = sink->first; found != NULL; found = found->next) {
        write_one(&out, found, batch->id);
        page.records++;
        if (out.size < SLICE_BYTES && found->next != NULL)
            continue;
        TAKI_TRY(taki_buf_check(&out, "tombstones", err));
        page.body = taki_buf_view(&out);
        TAKI_TRY(taki_landing_add(landing, &page, err));
        taki_buf_clear(&out);
        page.records = 0;
    }
    return TAKI_OK;
}

static void name_fields(struct taki_landing_writer *landing)
{
    static const char *const names[] = {"object", "id", "deleted", "merged_into", "at", "page"};
    for (size_t i = 0; i < TAKI_LEN(names); i++)
        taki_landing_field(landing, taki_str_of(names[i]));
}

static const char *tombstone_id(struct taki_arena *arena, const struct taki_batch *batch)
{
    return taki_arena_format(arena, "%s-t", batch->id);
}

static bool is_there(struct taki_session *session, const char *object, const char *id)
{
    return taki_file_exists(taki_run_path(session->run, "landing/%s/%s/%s", session->name, object, id));
}

enum taki_status taki_tombstones_land(struct taki_session *session, const struct taki_stream *stream,
                                      const struct taki_batch *batch, const struct taki_tombstone_sink *sink,
                                      struct taki_error *err)
{
    if (taki_tombstones_count(sink) == 0)
        return TAKI_OK;
    TAKI_AUTO(taki_arena_auto) struct taki_arena *arena = taki_arena_open("tombstone batch", 0);
    struct taki_landing_plan plan = {.data_dir = session->run->data_dir,
                                     .source = session->name,
                                     .source_type = session->source->type,
                                     .object = stream->object,
                                     .kind = TAKI_BATCH_TOMBSTONES,
                                     .lo = batch->lo,
                                     .hi = batch->hi,
                                     .config_hash = session->config_hash,
                                     .format = "ndjson",
                                     .request_key = batch->id};
    struct taki_landing_writer *landing = NULL;
    TAKI_TRY(taki_landing_open(arena, &plan, &landing, err));
    enum taki_status status = taki_landing_restart(landing, batch->lo, batch->hi, err);
    name_fields(landing);
    if (status == TAKI_OK)
        status = add_slices(landing, sink, batch, err);
    struct taki_landing_end end = {.extracted_at = batch->extracted_at, .id = tombstone_id(arena, batch)};
    if (status == TAKI_OK)
        status = taki_landing_commit(landing, &end, NULL, err);
    taki_landing_close(landing);
    return status;
}

taki_str taki_cursor_text(struct taki_arena *arena, const char *cursor, const char *name)
{
    struct taki_json json = {0};
    if (cursor == NULL || taki_json_parse(arena, taki_str_of(cursor), NULL, &json, NULL) != TAKI_OK ||
        json.nodes[0].type != TAKI_JSON_OBJECT)
        return TAKI_STR_NULL;
    const struct taki_json_node *node = taki_json_find(&json, &json.nodes[0], name);
    return node == NULL ? TAKI_STR_NULL : taki_str_dup(arena, taki_json_text(arena, node));
}

static bool owes(struct taki_session *session, const struct taki_stream *stream, const struct taki_batch *batch,
                 struct taki_arena *arena)
{
    int64_t count = 0;
    if (batch->kind == TAKI_BATCH_TOMBSTONES ||
        !taki_str_i64(taki_cursor_text(arena, batch->cursor, "tombstones"), &count) || count == 0)
        return false;
    return !is_there(session, stream->object, tombstone_id(arena, batch));
}

enum taki_status taki_tombstones_settle(struct taki_session *session, const struct taki_stream *stream,
                                        const struct taki_batch *batches, size_t count, struct taki_error *err)
{
    TAKI_AUTO(taki_arena_auto) struct taki_arena *arena = taki_arena_open("tombstone settlement", 0);
    for (size_t i = 0; i < count; i++) {
        struct taki_tombstone_sink *sink = NULL;
        if (!owes(session, stream, &batches[i], arena))
            continue;
        TAKI_TRY(taki_tombstones_find(session, stream, &batches[i], arena, &sink, err));
        TAKI_TRY(taki_tombstones_land(session, stream, &batches[i], sink, err));
    }
    return TAKI_OK;
}
