#include "store_own.h"

#include "taki/file.h"
#include "taki/log.h"
#include "taki/pool.h"

#include <inttypes.h>
#include <string.h>

/* Digits of the manifest's hash in the name of a cache file. */
enum { PREFIX = 16 };
enum { MOST_SHARES = 64 };
#define SHARE_BYTES ((int64_t)64 << 20)

static bool is_hidden(const struct taki_store *store, const struct taki_batch *batch)
{
    return !taki_instant_is_null(store->known_at) && batch->extracted_at.us > store->known_at.us;
}

static const char *stream_name(struct taki_store *store, const struct taki_batch *batch)
{
    return taki_arena_format(store->run->arena, "%s:%s", batch->source, batch->object);
}

static const struct taki_stream_map *map_for(struct taki_store *store, const struct taki_batch *batch)
{
    const char *object = batch->kind == TAKI_BATCH_TOMBSTONES ? TAKI_TOMBSTONE_OBJECT : batch->object;
    return taki_decoder_find(store->decoders, batch->source, object);
}

/* Batches come sorted by source, object, extraction and id. */
static bool same_stream(const struct taki_batch *a, const struct taki_batch *b)
{
    return strcmp(a->source, b->source) == 0 && strcmp(a->object, b->object) == 0;
}

/* Of a stream that is replaced: the newest full batch and what was landed after it. */
static bool is_replaced(const struct taki_store *store, const struct taki_batch *all, size_t count, size_t i,
                        const struct taki_stream_map *map)
{
    if (taki_stream_map_mode(map) != TAKI_STREAM_REPLACE || all[i].kind == TAKI_BATCH_TOMBSTONES)
        return false;
    for (size_t later = i + 1; later < count && same_stream(&all[i], &all[later]); later++) {
        if (all[later].kind == TAKI_BATCH_FULL && !is_hidden(store, &all[later]))
            return true;
    }
    return false;
}

static void add_stream(struct taki_store *store, const struct taki_batch *batch, const char *name)
{
    struct taki_stream *stream = &store->streams[store->stream_count++];
    stream->name = name;
    stream->source = taki_str_of(batch->source);
    stream->object = taki_str_of(batch->object);
    stream->hash = taki_hash_more(taki_hash(stream->source), stream->object);
}

/* Big batches are decoded by several workers, each a run of pages. By size alone: the same on every machine. */
static uint32_t shares_of(const struct taki_batch *batch)
{
    int64_t bytes = 0;
    for (size_t i = 0; i < batch->part_count; i++)
        bytes += batch->parts[i].raw_bytes;
    int64_t shares = bytes / SHARE_BYTES + 1;
    return shares > MOST_SHARES ? MOST_SHARES : (uint32_t)shares;
}

static void use_batch(struct taki_store *store, const struct taki_batch *batch, const struct taki_stream_map *map,
                      const char *name)
{
    size_t n = store->batch_count++;
    if (n == 0 || !same_stream(&store->batches[n - 1], batch))
        add_stream(store, batch, name);
    store->batches[n] = *batch;
    uint32_t shares = shares_of(batch);
    for (uint32_t share = 0; share < shares; share++) {
        struct taki_store_batch *state = &store->states[store->state_count++];
        *state = (struct taki_store_batch){.batch = (uint32_t)n, .share = share, .shares = shares, .map = map};
        state->stream = (uint32_t)(store->stream_count - 1);
        state->cache_path = taki_arena_format(
            store->arena, "%s/cache/%.*s-%016" PRIx64 "-%02" PRIu32 "of%02" PRIu32 ".tkc", store->run->data_dir, PREFIX,
            batch->manifest_sha256, taki_stream_map_hash(map), share + 1, shares);
    }
}

/* Name of the landed batch a cache file was made of: the part before the dash. */
static bool is_stale(const struct taki_map *landed, const struct taki_map *in_use, taki_str name)
{
    taki_str rest = TAKI_STR_NULL, batch = taki_str_cut(name, '-', &rest);
    if (taki_map_find(landed, batch) == NULL)
        return true;                                                                    /* the batch is gone */
    return taki_map_find(in_use, batch) != NULL && taki_map_find(in_use, name) == NULL; /* another mapping */
}

static enum taki_status sweep(struct taki_store *store, const struct taki_batch *all, size_t count,
                              struct taki_error *err)
{
    static const taki_str suffix = TAKI_STR_INIT(".tkc");
    struct taki_arena *arena TAKI_AUTO(taki_arena_auto) = taki_arena_open("cache sweep", 0);
    struct taki_map *landed = taki_map_new(arena, count), *in_use = taki_map_new(arena, count * 2);
    const char *folder = taki_arena_format(arena, "%s/cache", store->run->data_dir);
    const char **names = NULL;
    size_t name_count = 0;
    bool is_new = false;
    for (size_t i = 0; i < count; i++)
        (void)taki_map_put(landed, (taki_str){all[i].manifest_sha256, PREFIX}, &is_new);
    for (size_t i = 0; i < store->state_count; i++) {
        taki_str name = taki_str_of(strrchr(store->states[i].cache_path, '/') + 1);
        (void)taki_map_put(in_use, name, &is_new);
        (void)taki_map_put(in_use, (taki_str){name.data, PREFIX}, &is_new);
    }
    TAKI_TRY(taki_file_list(arena, folder, &names, &name_count, err));
    for (size_t i = 0; i < name_count; i++) {
        taki_str name = taki_str_of(names[i]);
        if (taki_str_ends(name, suffix) && is_stale(landed, in_use, name))
            TAKI_TRY(taki_file_remove(taki_arena_format(arena, "%s/%s", folder, names[i]), err));
    }
    return TAKI_OK;
}

enum taki_status taki_store_choose(struct taki_store *store, struct taki_error *err)
{
    struct taki_batch *all = NULL;
    size_t count = 0;
    TAKI_TRY(taki_landing_list(store->arena, store->run->data_dir, NULL, NULL, &all, &count, err));
    store->batches = TAKI_NEW_ARRAY(store->arena, count, struct taki_batch);
    size_t shares = 0;
    for (size_t i = 0; i < count; i++)
        shares += shares_of(&all[i]);
    store->states = TAKI_NEW_ARRAY(store->arena, shares, struct taki_store_batch);
    store->streams = TAKI_NEW_ARRAY(store->arena, count, struct taki_stream);
    for (size_t i = 0; i < count; i++) {
        const char *name = stream_name(store, &all[i]);
        if (is_hidden(store, &all[i]) || !taki_run_selected(store->run, name))
            continue;
        const struct taki_stream_map *map = map_for(store, &all[i]);
        if (map == NULL) {
            taki_run_tally(store->run, name)->note = "no mapping: not read";
        } else if (!is_replaced(store, all, count, i, map)) {
            use_batch(store, &all[i], map, name);
        }
    }
    /* only who holds the lock: another run may be reading what is stale to this one */
    return store->run->verb->takes_lock ? sweep(store, all, count, err) : TAKI_OK;
}

static enum taki_status fill_one(void *context, size_t item, size_t worker, struct taki_error *err)
{
    (void)worker;
    struct taki_store *store = context;
    struct taki_store_batch *state = &store->states[item];
    const struct taki_batch *batch = &store->batches[state->batch];
    uint64_t hash = taki_stream_map_hash(state->map);
    struct taki_arena *scratch TAKI_AUTO(taki_arena_auto) = taki_arena_open("batch being decoded", 0);
    struct taki_cache_file file;
    bool usable = false;
    TAKI_TRY(taki_cache_open(scratch, state->cache_path, hash, &file, &usable, err));
    if (usable)
        return TAKI_OK;
    taki_log(TAKI_LOG_DEBUG, "decode_batch", "stream=%s:%s batch=%s", batch->source, batch->object, batch->id);
    const struct taki_decode_part part = {batch, state->share, state->shares, state->cache_path};
    return taki_decode_batch(state->map, &part, scratch, err);
}

static enum taki_status open_one(struct taki_store *store, size_t i, struct taki_error *err)
{
    struct taki_store_batch *state = &store->states[i];
    struct taki_stream *stream = &store->streams[state->stream];
    bool usable = false;
    TAKI_TRY(
        taki_cache_open(store->arena, state->cache_path, taki_stream_map_hash(state->map), &state->file, &usable, err));
    if (!usable) {
        (void)taki_fail(err, TAKI_DAMAGED, "the decoded cache '%s' changed while it was read", state->cache_path);
        return taki_hint(err, "remove that file and run again; it is made anew");
    }
    stream->counts.read += state->file.counts.read;
    stream->counts.rejected += state->file.counts.rejected;
    stream->counts.headers += state->file.counts.headers;
    stream->counts.unused += state->file.counts.unused;
    return TAKI_OK;
}

/* Rejects are told each night, though a batch is decoded once. */
static enum taki_status tell_rejects(struct taki_store *store, size_t i, struct taki_error *err)
{
    const struct taki_store_batch *state = &store->states[i];
    if (state->file.reject_count == 0)
        return TAKI_OK;
    struct taki_arena *scratch TAKI_AUTO(taki_arena_auto) = taki_arena_open("rejects", 0);
    struct taki_cache_reject *rejects = NULL;
    TAKI_TRY(taki_cache_rejects(scratch, &state->file, &rejects, err));
    for (uint32_t k = 0; k < state->file.reject_count; k++) {
        const char *position = taki_arena_copy(scratch, rejects[k].position.data, rejects[k].position.size);
        const char *reason = taki_arena_copy(scratch, rejects[k].reason.data, rejects[k].reason.size);
        TAKI_TRY(
            taki_run_reject(store->run, store->streams[state->stream].name, position, reason, rejects[k].record, err));
    }
    return TAKI_OK;
}

enum taki_status taki_store_fill_cache(struct taki_store *store, struct taki_error *err)
{
    const char *folder = taki_arena_format(store->arena, "%s/cache", store->run->data_dir);
    TAKI_TRY(taki_file_make_folder(folder, err));
    TAKI_TRY(taki_pool_run(store->run->jobs, store->state_count, fill_one, store, err));
    for (size_t i = 0; i < store->state_count; i++) {
        TAKI_TRY(open_one(store, i, err));
        TAKI_TRY(tell_rejects(store, i, err));
    }
    return TAKI_OK;
}

/* Two rounds over all blocks: count, then place. */
static void place_blocks(struct taki_store *store, bool place)
{
    for (size_t b = 0; b < store->state_count; b++) {
        const struct taki_cache_file *file = &store->states[b].file;
        for (size_t k = 0; k < file->block_count; k++) {
            const struct taki_cache_block *block = &file->blocks[k];
            struct taki_partition *part = &store->partitions[block->entity][block->partition];
            if (place) {
                part->blocks[part->block_count] = (struct taki_block_ref){(uint32_t)b, (uint32_t)k, part->row_count};
                part->row_count += block->rows;
            }
            part->block_count++;
        }
    }
}

void taki_store_index(struct taki_store *store)
{
    for (size_t e = 0; e < TAKI_ENTITY_COUNT_; e++) {
        store->partitions[e] =
            TAKI_NEW_ARRAY(store->arena, taki_cache_partitions((enum taki_entity)e), struct taki_partition);
    }
    place_blocks(store, false);
    for (size_t e = 0; e < TAKI_ENTITY_COUNT_; e++) {
        for (size_t p = 0; p < taki_cache_partitions((enum taki_entity)e); p++) {
            struct taki_partition *part = &store->partitions[e][p];
            part->blocks = TAKI_NEW_ARRAY(store->arena, part->block_count, struct taki_block_ref);
            part->block_count = 0;
        }
    }
    place_blocks(store, true);
    for (size_t e = 0; e < TAKI_ENTITY_COUNT_; e++) {
        for (size_t p = 0; p < taki_cache_partitions((enum taki_entity)e); p++) {
            struct taki_partition *part = &store->partitions[e][p];
            part->bits = TAKI_NEW_ARRAY(store->arena, part->row_count / 64 + 1, uint64_t);
        }
    }
}
