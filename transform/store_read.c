#include "store_own.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_CEILING ((size_t)1 << 30)

union any_row {
#define MEMBER(ENUM, name, LIST, streamed) struct taki_##name name;
    TAKI_ENTITIES(MEMBER)
    struct taki_head head;
};

void taki_store_head(const struct taki_store *store, const struct taki_store_batch *state,
                     const struct taki_cache_key *key, void *row)
{
    struct taki_head *head = row;
    const struct taki_stream *stream = &store->streams[state->stream];
    head->source = stream->source;
    head->object = stream->object;
    head->source_id = key->id;
    head->modified_at = key->modified;
    head->extracted_at = store->batches[state->batch].extracted_at;
    head->is_deleted = 0; /* in force: not (yet) deleted at as_of */
}

/** Walks the rows in force of a partition. */
struct walk {
    const struct taki_store *store;
    const struct taki_partition *part;
    size_t next_block;
    const struct taki_block_ref *ref;
    struct taki_buf bytes;
    taki_str keys, rows;
    uint32_t row;
};

static void walk_init(struct walk *walk, const struct taki_store *store, enum taki_entity entity, size_t partition)
{
    *walk = (struct walk){.store = store, .part = &store->partitions[entity][partition]};
    taki_buf_init(&walk->bytes, BLOCK_CEILING);
}

static bool any_in_force(const struct taki_partition *part, uint32_t first, uint32_t count)
{
    for (uint32_t i = first; i < first + count; i++) {
        if (taki_bit(part->bits, i))
            return true;
    }
    return false;
}

static const struct taki_cache_block *block_of(const struct walk *walk, const struct taki_block_ref *ref)
{
    return &walk->store->states[ref->batch].file.blocks[ref->block];
}

static enum taki_status next_block(struct walk *walk, struct taki_error *err)
{
    for (; walk->next_block < walk->part->block_count; walk->next_block++) {
        const struct taki_block_ref *ref = &walk->part->blocks[walk->next_block];
        const struct taki_cache_block *block = block_of(walk, ref);
        if (!any_in_force(walk->part, ref->first_row, block->rows))
            continue;
        TAKI_TRY(taki_cache_rows(&walk->store->states[ref->batch].file, block, &walk->bytes, err));
        taki_str all = taki_buf_view(&walk->bytes);
        walk->keys = (taki_str){all.data, block->key_bytes};
        walk->rows = (taki_str){all.data + block->key_bytes, block->row_bytes};
        walk->ref = ref;
        walk->row = 0;
        walk->next_block++;
        return TAKI_OK;
    }
    return TAKI_END;
}

/* TAKI_OK: key and bytes of the next row in force, borrowed until the next call. */
static enum taki_status walk_next(struct walk *walk, struct taki_cache_key *key, taki_str *bytes,
                                  struct taki_error *err)
{
    for (;;) {
        while (walk->ref != NULL && walk->row < block_of(walk, walk->ref)->rows) {
            uint32_t row = walk->ref->first_row + walk->row++;
            if (!taki_cache_key_next(&walk->keys, key) || key->row_bytes > walk->rows.size) {
                return taki_fail(err, TAKI_DAMAGED, "the decoded cache '%s' cannot be read",
                                 walk->store->states[walk->ref->batch].file.path);
            }
            *bytes = (taki_str){walk->rows.data, key->row_bytes};
            walk->rows.data += key->row_bytes;
            walk->rows.size -= key->row_bytes;
            if (taki_bit(walk->part->bits, row))
                return TAKI_OK;
        }
        enum taki_status status = next_block(walk, err);
        if (status != TAKI_OK)
            return status;
    }
}

struct taki_scan {
    struct taki_arena *arena;
    enum taki_entity entity;
    struct walk walk;
    union any_row row;
};

enum taki_status taki_scan_open(const struct taki_store *store, enum taki_entity entity, size_t partition,
                                struct taki_scan **scan, struct taki_error *err)
{
    (void)err;
    struct taki_arena *arena = taki_arena_open("scan", 0);
    struct taki_scan *s = TAKI_NEW(arena, struct taki_scan);
    s->arena = arena;
    s->entity = entity;
    walk_init(&s->walk, store, entity, partition);
    *scan = s;
    return TAKI_OK;
}

/* A smart campaign that nobody listed, or without program, leaves the touch without campaign. */
static void name_program(const struct taki_store *store, struct taki_touch *touch)
{
    static const taki_str mark = TAKI_STR_INIT(":@");
    if (taki_str_is_null(touch->campaign) || taki_str_find(touch->campaign, mark) == SIZE_MAX)
        return;
    const uint64_t *word = taki_map_find(store->programs, touch->campaign);
    const struct taki_vocabulary *words = store->rows[TAKI_ENTITY_VOCABULARY];
    touch->campaign = word ? words[*word].parent : TAKI_STR_NULL;
}

enum taki_status taki_scan_next(struct taki_scan *scan, const void **row, struct taki_error *err)
{
    struct taki_cache_key key;
    taki_str bytes = TAKI_STR_NULL;
    enum taki_status status = walk_next(&scan->walk, &key, &bytes, err);
    if (status != TAKI_OK)
        return status;
    TAKI_TRY(taki_cache_row(scan->entity, bytes, &scan->row, err));
    taki_store_head(scan->walk.store, &scan->walk.store->states[scan->walk.ref->batch], &key, &scan->row);
    if (scan->entity == TAKI_ENTITY_TOUCH)
        name_program(scan->walk.store, &scan->row.touch);
    *row = &scan->row;
    return TAKI_OK;
}

void taki_scan_close(struct taki_scan *scan)
{
    if (scan == NULL)
        return;
    taki_buf_reset(&scan->walk.bytes);
    taki_arena_close(scan->arena);
}

void taki_scan_auto(struct taki_scan **scan)
{
    taki_scan_close(*scan);
}

/** A row in force before it is decoded: sorted first, so that the array is filled in order. */
struct held {
    uint64_t prefix; /* first bytes of the id, big end first */
    struct taki_cache_key key;
    taki_str bytes;
    uint32_t stream, batch;
};

static uint64_t prefix_of(taki_str id)
{
    uint64_t prefix = 0;
    for (size_t i = 0; i < 8; i++)
        prefix = prefix << 8 | (i < id.size ? (unsigned char)id.data[i] : 0U);
    return prefix;
}

static int compare_held(const void *a, const void *b)
{
    const struct held *x = a, *y = b;
    if (x->stream != y->stream)
        return x->stream < y->stream ? -1 : 1;
    if (x->prefix != y->prefix)
        return x->prefix < y->prefix ? -1 : 1;
    return taki_str_compare(x->key.id, y->key.id);
}

static enum taki_status collect(struct taki_store *store, enum taki_entity entity, struct taki_arena *arena,
                                struct held *list, struct taki_error *err)
{
    struct walk walk;
    walk_init(&walk, store, entity, 0);
    struct taki_cache_key key;
    taki_str bytes = TAKI_STR_NULL;
    enum taki_status status = TAKI_OK;
    for (size_t n = 0; (status = walk_next(&walk, &key, &bytes, err)) == TAKI_OK; n++) {
        key.id = taki_str_dup(arena, key.id);
        list[n] = (struct held){.prefix = prefix_of(key.id), .key = key, .bytes = taki_str_dup(arena, bytes)};
        list[n].batch = walk.ref->batch;
        list[n].stream = store->states[walk.ref->batch].stream;
    }
    taki_buf_reset(&walk.bytes);
    return status == TAKI_END ? TAKI_OK : status;
}

enum taki_status taki_store_load(struct taki_store *store, enum taki_entity entity, struct taki_error *err)
{
    const struct taki_entity_info *info = taki_entity_info(entity);
    const struct taki_partition *part = &store->partitions[entity][0];
    struct taki_arena *arena = taki_arena_open(info->name, 0);
    struct taki_arena *scratch TAKI_AUTO(taki_arena_auto) = taki_arena_open("order of rows", 0);
    store->held_arenas[entity] = arena;
    struct held *list = TAKI_NEW_ARRAY(scratch, part->in_force, struct held);
    TAKI_TRY(collect(store, entity, arena, list, err));
    qsort(list, part->in_force, sizeof *list, compare_held);
    char *rows = taki_arena_alloc_array(arena, part->in_force, info->row_size);
    for (uint32_t i = 0; i < part->in_force; i++) {
        void *row = rows + (size_t)i * info->row_size;
        TAKI_TRY(taki_cache_row(entity, list[i].bytes, row, err));
        taki_store_head(store, &store->states[list[i].batch], &list[i].key, row);
    }
    store->rows[entity] = rows;
    store->row_counts[entity] = part->in_force;
    return TAKI_OK;
}
