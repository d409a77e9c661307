#include "landing_private.h"

#include <string.h>

#define FILE_CEILING ((size_t)1 << 30)
#define BODY_CEILING ((size_t)1 << 30)

static void add_instant(struct taki_json_writer *json, const char *name, taki_instant instant)
{
    taki_json_name(json, name);
    if (taki_instant_is_null(instant)) {
        taki_json_null(json);
    } else {
        taki_json_i64(json, instant.us);
    }
}

static void add_kept(const struct taki_landing_writer *writer, struct taki_json_writer *json)
{
    taki_json_name(json, "kept");
    taki_json_open(json, '{');
    for (size_t i = 0; i < taki_map_count(writer->kept); i++) {
        const uint64_t *value = taki_map_value(writer->kept, i);
        if (*value == 0)
            continue;
        taki_json_name(json, taki_str_dup(writer->arena, taki_map_key(writer->kept, i)).data);
        taki_json_cstr(json, (const char *)(uintptr_t)*value);
    }
    taki_json_close(json, '}');
}

enum taki_status taki_landing_write_state(struct taki_landing_writer *writer, struct taki_error *err)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf out;
    taki_buf_init(&out, (size_t)64 << 20);
    struct taki_json_writer json = {.buf = &out};
    taki_json_open(&json, '{');
    taki_json_name(&json, "version");
    taki_json_i64(&json, TAKI_LANDING_VERSION);
    taki_json_name(&json, "format");
    taki_json_cstr(&json, writer->plan.format);
    taki_json_name(&json, "request");
    taki_json_cstr(&json, writer->plan.request_key);
    add_instant(&json, "lo", writer->lo);
    add_instant(&json, "hi", writer->hi);
    add_instant(&json, "planned_hi", writer->plan.hi);
    add_kept(writer, &json);
    taki_json_close(&json, '}');
    TAKI_TRY(taki_buf_check(&out, "resume state", err));
    return taki_file_put(taki_landing_path(writer, TAKI_LANDING_STATE), taki_buf_view(&out), true, err);
}

/* What a file of the resume area holds, or nothing: it may always be missing, torn or deleted. */
static struct taki_json read_document(struct taki_landing_writer *writer, const char *name)
{
    struct taki_json json = {0};
    TAKI_AUTO(taki_buf_reset) struct taki_buf raw;
    taki_buf_init(&raw, FILE_CEILING);
    if (taki_file_read(taki_landing_path(writer, name), &raw, NULL) != TAKI_OK)
        return json;
    taki_str text = taki_str_dup(writer->arena, taki_buf_view(&raw));
    if (text.size == 0 || taki_json_parse(writer->arena, text, NULL, &json, NULL) != TAKI_OK)
        return (struct taki_json){0};
    return json;
}

static taki_str text_of(struct taki_landing_writer *writer, const struct taki_json *json, const char *name)
{
    const struct taki_json_node *node = taki_json_find(json, &json->nodes[0], name);
    return node == NULL ? TAKI_STR_NULL : taki_json_text(writer->arena, node);
}

static bool instant_of(struct taki_landing_writer *writer, const struct taki_json *json, const char *name,
                       taki_instant *instant)
{
    taki_str text = text_of(writer, json, name);
    *instant = TAKI_INSTANT_NULL;
    return taki_str_is_null(text) || taki_str_i64(text, &instant->us);
}

static void take_kept(struct taki_landing_writer *writer, const struct taki_json *json)
{
    const struct taki_json_node *kept = taki_json_find(json, &json->nodes[0], "kept");
    if (kept == NULL || kept->type != TAKI_JSON_OBJECT)
        return;
    for (const struct taki_json_node *value = taki_json_first(json, kept); value != NULL;
         value = taki_json_next(json, kept, value)) {
        bool is_new = false;
        uint64_t *slot = taki_map_put(writer->kept, taki_json_key(writer->arena, value), &is_new);
        *slot = (uint64_t)(uintptr_t)taki_str_dup(writer->arena, taki_json_text(writer->arena, value)).data;
    }
}

/* An unfinished window counts if it begins where the plan begins and asks the same. Its end stays its own: the pages
 * were cut by it, and what is newer comes with the next window. A backfill names its end, which must be the same. */
static bool take_state(struct taki_landing_writer *writer, const struct taki_json *json)
{
    taki_instant lo, hi, planned;
    const struct taki_landing_plan *plan = &writer->plan;
    if (json->count == 0 || json->nodes[0].type != TAKI_JSON_OBJECT)
        return false;
    if (!instant_of(writer, json, "lo", &lo) || !instant_of(writer, json, "hi", &hi) ||
        !instant_of(writer, json, "planned_hi", &planned))
        return false;
    bool fits = lo.us == plan->lo.us && taki_str_is(text_of(writer, json, "format"), plan->format) &&
                taki_str_equal(text_of(writer, json, "request"), taki_str_of(plan->request_key)) &&
                taki_instant_is_null(hi) == taki_instant_is_null(plan->hi) && hi.us <= plan->hi.us &&
                (plan->kind != TAKI_BATCH_BACKFILL || planned.us == plan->hi.us);
    if (!fits)
        return false;
    writer->lo = lo;
    writer->hi = hi;
    take_kept(writer, json);
    return true;
}

static void take_fields(struct taki_landing_writer *writer, const struct taki_json *json)
{
    const struct taki_json_node *list = taki_json_find(json, &json->nodes[0], "fields");
    if (list == NULL || list->type != TAKI_JSON_ARRAY)
        return;
    for (const struct taki_json_node *name = taki_json_first(json, list); name != NULL;
         name = taki_json_next(json, list, name))
        taki_landing_field(writer, taki_json_text(writer->arena, name));
    taki_buf_clear(&writer->new_fields);
}

static bool take_journal_line(struct taki_landing_writer *writer, taki_str line)
{
    struct taki_json json = {0};
    if (taki_json_parse(writer->arena, line, NULL, &json, NULL) != TAKI_OK || json.nodes[0].type != TAKI_JSON_OBJECT)
        return false;
    if (!taki_str_i64(text_of(writer, &json, "expected"), &writer->expected))
        return false;
    taki_str from = text_of(writer, &json, "from");
    writer->expected_from = taki_str_is_null(from) ? NULL : taki_str_dup(writer->arena, from).data;
    writer->next = text_of(writer, &json, "next");
    take_fields(writer, &json);
    return true;
}

static bool add_verified(struct taki_landing_writer *writer, const struct taki_batch *batch,
                         const struct taki_page *page, struct taki_buf *scratch)
{
    if (writer->part_count == 0 || strcmp(writer->parts[writer->part_count - 1].name, page->part) != 0) {
        taki_landing_end_part(writer);
        taki_landing_begin_part(writer);
    }
    struct taki_landing_part *part = &writer->parts[writer->part_count - 1];
    if (strcmp(part->name, page->part) != 0 || page->offset != part->bytes || page->bytes <= 0)
        return false;
    taki_buf_clear(scratch);
    if (taki_page_body(batch, page, scratch, NULL) != TAKI_OK)
        return false;
    taki_sha256_add(writer->raw_sha, taki_buf_view(scratch));
    part->raw_bytes += (int64_t)scratch->size;
    taki_buf_clear(scratch);
    const char *path = taki_landing_path(writer, part->name);
    if (taki_file_read_at(path, page->offset, (size_t)page->bytes, scratch, NULL) != TAKI_OK)
        return false;
    taki_sha256_add(writer->part_sha, taki_buf_view(scratch));
    part->bytes += page->bytes;
    part->records += page->records;
    writer->records += page->records;
    writer->pages++;
    taki_page_write(page, &writer->index);
    return true;
}

/* All pages must verify: what a kill can leave is a torn end, which was cut off before; more is damage, and then the
 * window is read again. */
static bool take_pages(struct taki_landing_writer *writer, size_t lines, const taki_str *journal)
{
    struct taki_batch batch = {.id = "resume", .folder = writer->folder, .source = writer->plan.source};
    struct taki_page *pages = NULL;
    size_t count = 0;
    batch.object = writer->plan.object;
    if (taki_pages_read(writer->arena, &batch, &pages, &count, NULL) != TAKI_OK || count < lines)
        return false;
    TAKI_AUTO(taki_buf_reset) struct taki_buf scratch;
    taki_buf_init(&scratch, BODY_CEILING);
    for (size_t i = 0; i < lines; i++) {
        if (!add_verified(writer, &batch, &pages[i], &scratch) || !take_journal_line(writer, journal[i]))
            return false;
    }
    return true;
}

/* Cuts a line file to its whole lines; returns them. */
static taki_str whole_lines(struct taki_landing_writer *writer, const char *name, size_t *count)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf raw;
    taki_buf_init(&raw, FILE_CEILING);
    *count = 0;
    if (taki_file_read(taki_landing_path(writer, name), &raw, NULL) != TAKI_OK)
        return TAKI_STR("");
    size_t end = 0;
    for (size_t i = 0; i < raw.size; i++) {
        if (raw.data[i] == '\n') {
            end = i + 1;
            (*count)++;
        }
    }
    return taki_str_dup(writer->arena, (taki_str){end == 0 ? "" : raw.data, end});
}

static enum taki_status cut_file(const char *path, int64_t size, struct taki_error *err)
{
    if (taki_file_size_of(path) == size)
        return TAKI_OK;
    TAKI_AUTO(taki_buf_reset) struct taki_buf head;
    taki_buf_init(&head, FILE_CEILING);
    TAKI_TRY(taki_file_read_at(path, 0, (size_t)size, &head, err));
    return taki_file_put(path, taki_buf_view(&head), true, err);
}

/* Files end exactly behind the last page taken over, so that appending goes on there. */
static enum taki_status cut_files(struct taki_landing_writer *writer, size_t journal_bytes, struct taki_error *err)
{
    taki_str index = taki_buf_view(&writer->index);
    TAKI_TRY(taki_file_put(taki_landing_path(writer, TAKI_LANDING_PAGES), index, true, err));
    TAKI_TRY(cut_file(taki_landing_path(writer, TAKI_LANDING_JOURNAL), (int64_t)journal_bytes, err));
    const struct taki_landing_part *last = &writer->parts[writer->part_count - 1];
    TAKI_TRY(cut_file(taki_landing_path(writer, last->name), last->bytes, err));
    const char *beyond = taki_arena_format(writer->arena, "part-%05zu.%s.gz", writer->part_count, writer->plan.format);
    return taki_file_remove(taki_landing_path(writer, beyond), err);
}

static size_t split_lines(taki_str text, taki_str *lines, size_t count)
{
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++) {
        taki_str line = taki_str_cut(text, '\n', &text);
        lines[i] = line;
        bytes += line.size + 1;
    }
    return bytes;
}

enum taki_status taki_landing_resume(struct taki_landing_writer *writer, bool *fits, struct taki_error *err)
{
    *fits = false;
    struct taki_json state = read_document(writer, TAKI_LANDING_STATE);
    if (!take_state(writer, &state))
        return TAKI_OK;
    size_t page_lines = 0, journal_lines = 0;
    taki_str index = whole_lines(writer, TAKI_LANDING_PAGES, &page_lines);
    taki_str journal = whole_lines(writer, TAKI_LANDING_JOURNAL, &journal_lines);
    size_t count = page_lines < journal_lines ? page_lines : journal_lines;
    *fits = true;
    if (count == 0) {
        /* Only kept values (a job id); whatever bytes lie here belong to no page. */
        TAKI_TRY(taki_file_remove(taki_landing_path(writer, TAKI_LANDING_PAGES), err));
        TAKI_TRY(taki_file_remove(taki_landing_path(writer, TAKI_LANDING_JOURNAL), err));
        const char *first = taki_arena_format(writer->arena, "part-00000.%s.gz", writer->plan.format);
        return taki_file_remove(taki_landing_path(writer, first), err);
    }
    taki_str *lines = TAKI_NEW_ARRAY(writer->arena, count, taki_str);
    size_t journal_bytes = split_lines(journal, lines, count);
    TAKI_TRY(taki_file_put(taki_landing_path(writer, TAKI_LANDING_PAGES), index, true, err));
    *fits = take_pages(writer, count, lines);
    if (!*fits)
        return TAKI_OK;
    return cut_files(writer, journal_bytes, err);
}
