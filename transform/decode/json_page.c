#include "steps.h"

#include "taki/json.h"

#include <string.h>

/* A page is walked once, value by value: the envelope down to the array of records, then one record at a time through
 * the strict reader, so that one bad record is refused alone and a broken envelope is the page's failure. */

#define WHOLE_PAGE_BYTES ((size_t)64 << 20)
#define NO_SLOT SIZE_MAX

struct walk {
    const char *at, *end, *start;
};

static enum taki_status broken(const struct walk *walk, const char *what, struct taki_error *err)
{
    return taki_fail(err, TAKI_CONTRACT, "the page is no JSON of the expected shape: %s at byte %zu", what,
                     (size_t)(walk->at - walk->start));
}

static void skip_space(struct walk *walk)
{
    while (walk->at < walk->end && (*walk->at == ' ' || *walk->at == '\t' || *walk->at == '\n' || *walk->at == '\r'))
        walk->at++;
}

static bool take(struct walk *walk, char c)
{
    skip_space(walk);
    if (walk->at >= walk->end || *walk->at != c)
        return false;
    walk->at++;
    return true;
}

static taki_str value_at(struct walk *walk)
{
    skip_space(walk);
    taki_str rest = {walk->at, (size_t)(walk->end - walk->at)};
    size_t size = taki_json_value_size(rest);
    walk->at += size;
    return (taki_str){rest.data, size};
}

static taki_str key_at(struct walk *walk)
{
    taki_str key = value_at(walk);
    if (key.size < 2 || key.data[0] != '"')
        return TAKI_STR_NULL;
    return (taki_str){key.data + 1, key.size - 2};
}

static bool blank_value(const struct taki_stream_map *map, taki_str text)
{
    for (size_t i = 0; i < map->file.missing_count; i++) {
        if (taki_str_equal(map->file.missing[i], text))
            return true;
    }
    return text.size == 0;
}

/* Members come in the same order record after record: where the last one's i-th name was, this one's is too. */
struct hint {
    taki_str key;
    size_t slot;
};

enum { HINTS = 64 };

/** What is kept from record to record of a page. */
struct page {
    struct taki_decoding *d;
    struct hint hints[HINTS];
    taki_str *values;
    const struct taki_json_node **nodes;
};

static size_t slot_of(struct page *page, const struct taki_json_node *node, size_t position)
{
    struct hint *hint = position < HINTS ? &page->hints[position] : NULL;
    if (hint != NULL && hint->key.size == node->key.size && !node->key_escaped && hint->key.data != NULL &&
        memcmp(hint->key.data, node->key.data, node->key.size) == 0)
        return hint->slot;
    const uint64_t *found = taki_map_find(page->d->map->slot_index, taki_json_key(page->d->record_arena, node));
    size_t slot = found ? (size_t)*found : NO_SLOT;
    if (hint != NULL && !node->key_escaped)
        *hint = (struct hint){taki_str_dup(page->d->page_arena, node->key), slot};
    return slot;
}

/* False where the text holds a NUL byte: no target can store one. */
static bool fill(struct page *page, size_t slot, const struct taki_json_node *node)
{
    if (node->type == TAKI_JSON_NULL)
        return true;
    taki_str text = node->escaped ? taki_json_text(page->d->record_arena, node) : node->text;
    if (node->escaped && memchr(text.data, '\0', text.size) != NULL)
        return false;
    page->values[slot] = blank_value(page->d->map, text) ? TAKI_STR_NULL : text;
    page->nodes[slot] = node;
    return true;
}

static bool fill_all(struct page *page, const struct taki_json *json, const struct taki_json_node *record)
{
    const struct taki_stream_map *map = page->d->map;
    memset(page->values, 0, map->slot_count * sizeof *page->values);
    for (size_t i = 0; i < map->slot_count; i++)
        page->nodes[i] = NULL;
    size_t position = 0;
    bool clean = true;
    for (const struct taki_json_node *node = taki_json_first(json, record); node != NULL && clean;
         node = taki_json_next(json, record, node)) {
        size_t slot = slot_of(page, node, position++);
        if (slot != NO_SLOT)
            clean = fill(page, slot, node);
    }
    for (size_t i = 0; i < map->nested_count && clean; i++) {
        const struct taki_json_node *node = taki_json_at(json, record, map->nested[i].path);
        if (node != NULL)
            clean = fill(page, map->nested[i].slot, node);
    }
    return clean;
}

static enum taki_status refuse(struct taki_decoding *d, const char *reason, struct taki_error *err)
{
    enum taki_status status = taki_decoding_reject(d, err, "%s", reason);
    taki_arena_reset(d->record_arena);
    return status == TAKI_END ? TAKI_OK : status;
}

static void begin_record(struct taki_decoding *d, taki_str text)
{
    d->raw = text;
    d->page_record++;
    d->counts.read++;
}

static enum taki_status take_record(struct page *page, const struct taki_json *json,
                                    const struct taki_json_node *record, struct taki_error *err)
{
    struct taki_decoding *d = page->d;
    if (record->type != TAKI_JSON_OBJECT)
        return refuse(d, "json: the record is no object", err);
    if (!fill_all(page, json, record))
        return refuse(d, "nul_byte: a value holds a NUL byte", err);
    d->values = page->values;
    d->nodes = page->nodes;
    d->json = json;
    return taki_decoding_record(d, err);
}

static enum taki_status one_record(struct page *page, taki_str text, struct taki_error *err)
{
    struct taki_decoding *d = page->d;
    begin_record(d, text);
    struct taki_json json;
    struct taki_error why = {.status = TAKI_OK};
    if (taki_json_parse(d->record_arena, text, NULL, &json, &why) != TAKI_OK)
        return refuse(d, taki_arena_format(d->page_arena, "json: %s", why.text), err);
    return take_record(page, &json, &json.nodes[0], err);
}

static enum taki_status record_array(struct page *page, struct walk *walk, struct taki_error *err)
{
    if (!take(walk, '['))
        return broken(walk, "no array of records", err);
    if (take(walk, ']'))
        return TAKI_OK;
    do {
        taki_str text = value_at(walk);
        if (text.size == 0)
            return broken(walk, "a record that does not end", err);
        TAKI_TRY(one_record(page, text, err));
    } while (take(walk, ','));
    return take(walk, ']') ? TAKI_OK : broken(walk, "the array of records does not end", err);
}

/* One level of the path; *rest_of_path is what lies below the member found. */
static enum taki_status envelope(struct page *page, struct walk *walk, taki_str path, size_t depth, bool *found,
                                 struct taki_error *err)
{
    if (path.size == 0) {
        *found = true;
        return record_array(page, walk, err);
    }
    taki_str below = TAKI_STR_NULL;
    taki_str name = taki_str_cut(path, '/', &below);
    if (depth > 8 || !take(walk, '{'))
        return broken(walk, "no object around the records", err);
    if (take(walk, '}'))
        return TAKI_OK;
    do {
        taki_str key = key_at(walk);
        if (taki_str_is_null(key) || !take(walk, ':'))
            return broken(walk, "no member name", err);
        if (!*found && taki_str_equal(key, name)) {
            TAKI_TRY(envelope(page, walk, below, depth + 1, found, err));
        } else if (value_at(walk).size == 0) {
            return broken(walk, "a member without value", err);
        }
    } while (take(walk, ','));
    return take(walk, '}') ? TAKI_OK : broken(walk, "the object around the records does not end", err);
}

static enum taki_status lines(struct page *page, struct walk *walk, struct taki_error *err)
{
    size_t line = 1;
    while (walk->at < walk->end) {
        const char *end = memchr(walk->at, '\n', (size_t)(walk->end - walk->at));
        taki_str text = {walk->at, (size_t)((end ? end : walk->end) - walk->at)};
        walk->at = end ? end + 1 : walk->end;
        text = taki_str_trim(text);
        page->d->line = line++;
        if (text.size > 0)
            TAKI_TRY(one_record(page, text, err));
    }
    page->d->line = 0;
    return TAKI_OK;
}

/* The whole page at once: nearly all pages are flawless. TAKI_END: not this one, or too big for it. */
static enum taki_status whole_page(struct page *page, taki_str body, struct taki_error *err)
{
    struct taki_decoding *d = page->d;
    struct taki_json json;
    if (body.size > WHOLE_PAGE_BYTES || taki_json_parse(d->page_arena, body, NULL, &json, NULL) != TAKI_OK)
        return TAKI_END;
    const char *path = d->page->records_at;
    bool at_root = path == NULL || path[0] == '\0';
    const struct taki_json_node *list = at_root ? &json.nodes[0] : taki_json_at(&json, &json.nodes[0], path);
    if (json.nodes[0].type != (at_root ? TAKI_JSON_ARRAY : TAKI_JSON_OBJECT))
        return TAKI_END;
    if (list == NULL)
        return TAKI_OK; /* "result" is left out where there is none */
    if (list->type != TAKI_JSON_ARRAY)
        return TAKI_END;
    for (const struct taki_json_node *node = taki_json_first(&json, list); node != NULL;
         node = taki_json_next(&json, list, node)) {
        begin_record(d, node->text);
        TAKI_TRY(take_record(page, &json, node, err));
    }
    return TAKI_OK;
}

enum taki_status taki_decode_json_page(struct taki_decoding *d, taki_str body, struct taki_error *err)
{
    struct walk walk = {body.data, body.data + body.size, body.data};
    struct page page = {.d = d};
    page.values = TAKI_NEW_ARRAY(d->page_arena, d->map->slot_count, taki_str);
    page.nodes = TAKI_NEW_ARRAY(d->page_arena, d->map->slot_count, const struct taki_json_node *);
    if (body.size >= 3 && memcmp(body.data, "\xEF\xBB\xBF", 3) == 0)
        walk.at += 3;
    if (strcmp(d->page->format, "ndjson") == 0)
        return lines(&page, &walk, err);
    enum taki_status status = whole_page(&page, body, err);
    if (status != TAKI_END)
        return status;
    bool found = false;
    taki_str path = taki_str_of(d->page->records_at);
    TAKI_TRY(envelope(&page, &walk, path, 0, &found, err));
    skip_space(&walk);
    return walk.at == walk.end ? TAKI_OK : broken(&walk, "text behind the end", err);
}
