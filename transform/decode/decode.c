#include "steps.h"

#include "taki/charset.h"
#include "taki/json.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define BODY_CEILING ((size_t)2 << 30)
/* A rejected record is kept whole up to this size. */
#define REJECT_BYTES ((size_t)64 << 10)

void taki_decoding_clear(struct taki_decoding *d, enum taki_entity entity, void *row)
{
    const struct taki_entity_info *info = taki_entity_info(entity);
    if (d->blank[entity] == NULL) {
        void *blank = taki_arena_alloc(d->batch_arena, info->row_size);
        taki_fields_clear(info->fields, info->field_count, blank);
        d->blank[entity] = blank;
    }
    memcpy(row, d->blank[entity], info->row_size);
}

bool taki_decoding_tree(struct taki_decoding *d, size_t i, struct taki_json *json, const struct taki_json_node **node)
{
    taki_str text = taki_decoding_extra(d, i);
    *node = NULL;
    if (taki_str_is_null(text))
        return true;
    if (d->json != NULL) {
        *json = *d->json;
        *node = d->nodes[d->map->extra[i]];
        return true;
    }
    if (taki_json_parse(d->record_arena, text, NULL, json, NULL) != TAKI_OK)
        return false;
    *node = &json->nodes[0];
    return true;
}

taki_str taki_decoding_extra(const struct taki_decoding *d, size_t i)
{
    return d->values[d->map->extra[i]];
}

taki_str taki_decoding_context(struct taki_decoding *d, const char *name)
{
    struct taki_json json;
    if (taki_str_is_blank(d->context) || taki_json_parse(d->record_arena, d->context, NULL, &json, NULL) != TAKI_OK)
        return TAKI_STR_NULL;
    const struct taki_json_node *node = taki_json_find(&json, &json.nodes[0], name);
    return node ? taki_json_text(d->record_arena, node) : TAKI_STR_NULL;
}

static bool names_a_source(const struct taki_stream_map *map, taki_str id)
{
    taki_str rest = TAKI_STR_NULL;
    taki_str head = taki_str_cut(id, ':', &rest);
    if (taki_str_is_null(rest))
        return false;
    for (size_t i = 0; i < map->source_count; i++) {
        if (taki_str_equal(map->source_names[i], head))
            return true;
    }
    return false;
}

taki_str taki_decoding_ref_of(struct taki_decoding *d, taki_str source, bool long_ids, taki_str id)
{
    if (id.size == 0)
        return TAKI_STR_NULL;
    if (names_a_source(d->map, id))
        return id;
    if (long_ids)
        id = taki_long_id(d->record_arena, id);
    char *ref = taki_arena_alloc(d->record_arena, source.size + 1 + id.size);
    memcpy(ref, source.data, source.size);
    ref[source.size] = ':';
    memcpy(ref + source.size + 1, id.data, id.size);
    return (taki_str){ref, source.size + 1 + id.size};
}

taki_str taki_decoding_ref(struct taki_decoding *d, taki_str id)
{
    bool long_ids = d->map->vendor != NULL && d->map->vendor->long_ids;
    return taki_decoding_ref_of(d, d->map->source_name, long_ids, id);
}

/* Where an entity says when its record came into being; the others have always been there. */
static const struct {
    enum taki_entity entity;
    size_t offset;
} born[] = {
    {TAKI_ENTITY_PERSON,          offsetof(struct taki_person,          created_at)},
    {TAKI_ENTITY_ACCOUNT,         offsetof(struct taki_account,         created_at)},
    {TAKI_ENTITY_CAMPAIGN,        offsetof(struct taki_campaign,        created_at)},
    {TAKI_ENTITY_CAMPAIGN_MEMBER, offsetof(struct taki_campaign_member, created_at)},
    {TAKI_ENTITY_ACTIVITY,        offsetof(struct taki_activity,        created_at)},
    {TAKI_ENTITY_OPPORTUNITY,     offsetof(struct taki_opportunity,     created_at)},
    {TAKI_ENTITY_CONTACT_ROLE,    offsetof(struct taki_contact_role,    added_at)  },
    {TAKI_ENTITY_TOMBSTONE,       offsetof(struct taki_tombstone,       at)        },
};

static taki_instant born_at(enum taki_entity entity, const void *row)
{
    taki_instant at = TAKI_INSTANT_NULL;
    for (size_t i = 0; i < TAKI_LEN(born); i++) {
        if (born[i].entity == entity)
            memcpy(&at, (const char *)row + born[i].offset, sizeof at);
    }
    return at;
}

static bool is_merged(enum taki_entity entity, const void *row)
{
    if (entity == TAKI_ENTITY_PERSON)
        return !taki_str_is_null(((const struct taki_person *)row)->merged_into);
    if (entity == TAKI_ENTITY_ACCOUNT)
        return !taki_str_is_null(((const struct taki_account *)row)->merged_into);
    return false;
}

/* "5.07E+12": many ids became one. */
static bool is_spreadsheet_number(taki_str id)
{
    taki_str rest = TAKI_STR_NULL;
    double value = 0;
    (void)taki_str_cut(id, 'E', &rest);
    return rest.size > 1 && rest.data[0] == '+' && id.data[0] >= '0' && id.data[0] <= '9' && taki_str_f64(id, &value);
}

enum taki_status taki_decoding_add(struct taki_decoding *d, enum taki_entity entity, const void *row, bool is_part,
                                   struct taki_error *err)
{
    const struct taki_head *head = row;
    if (taki_str_is_blank(head->source_id))
        return taki_decoding_reject(d, err, "key: the record has no id");
    if (d->map->base == NULL && is_spreadsheet_number(head->source_id)) {
        return taki_decoding_reject(d, err, "key: '%.*s' is what a spreadsheet made of an id",
                                    TAKI_STR_ARG(head->source_id));
    }
    struct taki_cache_key key = {.id = head->source_id, .modified = head->modified_at, .is_part = is_part};
    key.deleted = head->is_deleted == 1;
    key.merged = key.deleted && is_merged(entity, row);
    key.born = born_at(entity, row);
    return taki_cache_add(d->out, entity, &key, row, err);
}

enum taki_status taki_decoding_reject(struct taki_decoding *d, struct taki_error *err, const char *format, ...)
{
    char reason[512], position[256];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    int n = snprintf(position, sizeof position, "%s page %zu record %zu", d->batch->id, d->page_number, d->page_record);
    if (d->line > 0 && n > 0 && (size_t)n < sizeof position)
        (void)snprintf(position + n, sizeof position - (size_t)n, " line %zu", d->line);
    taki_str raw = d->raw;
    raw.size = raw.size > REJECT_BYTES ? REJECT_BYTES : raw.size;
    d->counts.rejected++;
    enum taki_status status = taki_cache_reject(d->out, position, reason, raw, err);
    return status == TAKI_OK ? TAKI_END : status;
}

void taki_decoding_unused(struct taki_decoding *d)
{
    d->counts.unused++;
}

/* Numbered by page and record in it, so that no page needs to know how many came before. */
taki_str taki_decoding_number(struct taki_decoding *d, bool with_batch)
{
    const char *batch = with_batch ? d->batch->id : "", *slash = with_batch ? "/" : "";
    if (d->page_number == 1)
        return taki_str_of(taki_arena_format(d->record_arena, "%s%s%zu", batch, slash, d->page_record));
    return taki_str_of(taki_arena_format(d->record_arena, "%s%s%zu-%zu", batch, slash, d->page_number, d->page_record));
}

union any_row {
#define MEMBER(ENUM, name, LIST, streamed) struct taki_##name name;
    TAKI_ENTITIES(MEMBER)
    struct taki_head head;
};

static enum taki_status record_of(struct taki_decoding *d, struct taki_error *err)
{
    const struct taki_stream_map *map = d->map;
    if (map->base != NULL && map->base->record != NULL)
        return map->base->record(d, err);
    union any_row row;
    taki_decoding_clear(d, map->entity, &row);
    for (size_t i = 0; i < map->column_count; i++)
        TAKI_TRY(taki_column_read(d, &map->columns[i], &row, err));
    if (map->base != NULL && map->base->finish != NULL)
        TAKI_TRY(map->base->finish(d, &row, err));
    if (map->file.no_key)
        row.head.source_id = taki_decoding_number(d, map->file.append);
    return taki_decoding_add(d, map->entity, &row, false, err);
}

enum taki_status taki_decoding_record(struct taki_decoding *d, struct taki_error *err)
{
    enum taki_status status = record_of(d, err);
    taki_arena_reset(d->record_arena);
    return status == TAKI_END ? TAKI_OK : status;
}

/* Files come in the charset that extract wrote into the page index; ours are UTF-8. */
static enum taki_status to_utf8(struct taki_decoding *d, struct taki_buf *body, struct taki_buf *converted,
                                taki_str *text, struct taki_error *err)
{
    *text = taki_buf_view(body);
    taki_str name = taki_str_of(d->page->charset);
    const struct taki_charset *charset = name.size == 0 ? NULL : taki_charset_find(name);
    if (name.size > 0 && charset == NULL)
        return taki_fail(err, TAKI_DAMAGED, "the page index names an unknown character set '%.*s'", TAKI_STR_ARG(name));
    if (charset == NULL || strcmp(charset->name, "utf-8") == 0)
        return TAKI_OK;
    TAKI_TRY(taki_charset_choose(name, TAKI_STR_NULL, *text, &charset, err)); /* a mark settles "utf-16" */
    taki_buf_clear(converted);
    TAKI_TRY(taki_charset_decode(charset, *text, converted, err));
    *text = taki_buf_view(converted);
    return TAKI_OK;
}

static enum taki_status read_page(struct taki_decoding *d, struct taki_buf *body, struct taki_buf *converted,
                                  struct taki_error *err)
{
    taki_str text = TAKI_STR_NULL;
    taki_buf_clear(body);
    TAKI_TRY(taki_page_body(d->batch, d->page, body, err));
    TAKI_TRY(to_utf8(d, body, converted, &text, err));
    d->context = taki_str_of(d->page->context);
    d->page_record = 0;
    const char *format = d->page->format;
    bool is_csv = strcmp(format, "csv") == 0 || strcmp(format, "tsv") == 0;
    return is_csv ? taki_decode_csv_page(d, text, err) : taki_decode_json_page(d, text, err);
}

static enum taki_status decode_pages(struct taki_decoding *d, const struct taki_decode_part *part,
                                     struct taki_arena *scratch, struct taki_error *err)
{
    struct taki_page *pages = NULL;
    size_t count = 0;
    TAKI_TRY(taki_pages_read(scratch, d->batch, &pages, &count, err));
    struct taki_buf body TAKI_AUTO(taki_buf_reset), converted TAKI_AUTO(taki_buf_reset);
    taki_buf_init(&body, BODY_CEILING);
    taki_buf_init(&converted, BODY_CEILING);
    size_t end = count * (part->share + 1) / part->shares;
    for (size_t i = count * part->share / part->shares; i < end; i++) {
        d->page = &pages[i];
        d->page_number = i + 1;
        TAKI_TRY(taki_run_check_stop(err));
        enum taki_status status = read_page(d, &body, &converted, err);
        taki_arena_reset(d->page_arena);
        if (status != TAKI_OK) {
            return taki_while(err, status, "%s:%s batch '%s' page %zu", d->batch->source, d->batch->object,
                              d->batch->id, d->page_number);
        }
    }
    return TAKI_OK;
}

enum taki_status taki_decode_batch(const struct taki_stream_map *map, const struct taki_decode_part *part,
                                   struct taki_arena *scratch, struct taki_error *err)
{
    const struct taki_batch *batch = part->batch;
    struct taki_cache_writer *out TAKI_AUTO(taki_cache_writer_auto) = NULL;
    uint64_t stream = taki_hash_more(taki_hash(taki_str_of(batch->source)), taki_str_of(batch->object));
    TAKI_TRY(taki_cache_create(part->path, taki_stream_map_hash(map), stream, &out, err));
    struct taki_arena *record_arena TAKI_AUTO(taki_arena_auto) = taki_arena_open("record being decoded", 0);
    struct taki_arena *batch_arena TAKI_AUTO(taki_arena_auto) = taki_arena_open("batch being decoded", 0);
    struct taki_arena *page_arena TAKI_AUTO(taki_arena_auto) = taki_arena_open("page being decoded", 0);
    struct taki_decoding d = {.map = map, .batch = batch, .out = out};
    d.record_arena = record_arena;
    d.page_arena = page_arena;
    d.batch_arena = batch_arena;
    enum taki_status status = decode_pages(&d, part, scratch, err);
    taki_arena_reset(scratch);
    TAKI_TRY(status);
    struct taki_cache_writer *done = out;
    out = NULL;
    return taki_cache_commit(done, &d.counts, err);
}
