#include "store_own.h"

#include "taki/log.h"
#include "taki/pool.h"

#include <inttypes.h>
#include <string.h>

/* Rejects were counted when they were told. */
static void settle_tallies(struct taki_store *store, const struct taki_fates *fates)
{
    for (size_t i = 0; i < store->stream_count; i++) {
        const struct taki_stream *stream = &store->streams[i];
        struct taki_tally *tally = taki_run_tally(store->run, stream->name);
        tally->read += stream->counts.read;
        tally->written += fates[i].written + stream->counts.unused;
        tally->superseded += fates[i].superseded + stream->counts.headers;
        tally->deleted += fates[i].deleted;
        tally->merged += fates[i].merged;
        if (stream->counts.unused > 0) /* taken in, but nothing the entities hold: counted so that nothing is silent */
            tally->note = taki_arena_format(store->run->arena, "%" PRId64 " without a row", stream->counts.unused);
    }
}

/* Who a user is stands in Profile and UserRole; the reader wants their names. */
static void name_profiles(struct taki_store *store)
{
    size_t count = store->row_counts[TAKI_ENTITY_VOCABULARY];
    const struct taki_vocabulary *words = store->rows[TAKI_ENTITY_VOCABULARY];
    struct taki_map *names = taki_map_new(store->arena, 64);
    for (size_t i = 0; i < count; i++) {
        if (!taki_str_is(words[i].kind, "profile") && !taki_str_is(words[i].kind, "user_role"))
            continue;
        const char *ref = taki_arena_format(store->arena, "%.*s:%.*s", TAKI_STR_ARG(words[i].source),
                                            TAKI_STR_ARG(words[i].source_id));
        bool is_new = false;
        *taki_map_put_borrowed(names, taki_str_of(ref), &is_new) = i;
    }
    struct taki_user *users = store->rows[TAKI_ENTITY_USER];
    for (size_t i = 0; i < store->row_counts[TAKI_ENTITY_USER]; i++) {
        const uint64_t *profile =
            taki_str_is_null(users[i].profile_ref) ? NULL : taki_map_find(names, users[i].profile_ref);
        const uint64_t *role = taki_str_is_null(users[i].role_ref) ? NULL : taki_map_find(names, users[i].role_ref);
        if (profile != NULL && taki_str_is_null(users[i].profile))
            users[i].profile = words[*profile].label;
        if (role != NULL && taki_str_is_null(users[i].role))
            users[i].role = words[*role].label;
    }
}

/* Marketo's activities name smart campaigns; scans put their programs there. */
static void name_programs(struct taki_store *store)
{
    size_t count = store->row_counts[TAKI_ENTITY_VOCABULARY];
    const struct taki_vocabulary *words = store->rows[TAKI_ENTITY_VOCABULARY];
    store->programs = taki_map_new(store->arena, 64);
    for (size_t i = 0; i < count; i++) {
        if (!taki_str_is(words[i].kind, "smart_campaign"))
            continue;
        const char *ref = taki_arena_format(store->arena, "%.*s:@%.*s", TAKI_STR_ARG(words[i].source),
                                            TAKI_STR_ARG(words[i].source_id));
        bool is_new = false;
        *taki_map_put_borrowed(store->programs, taki_str_of(ref), &is_new) = i;
    }
}

struct load {
    struct taki_store *store;
};

static enum taki_status load_one(void *context, size_t item, size_t worker, struct taki_error *err)
{
    (void)worker;
    struct load *load = context;
    enum taki_entity entity = (enum taki_entity)item;
    if (taki_entity_info(entity)->streamed || entity == TAKI_ENTITY_TOMBSTONE)
        return TAKI_OK;
    return taki_store_load(load->store, entity, err);
}

static enum taki_status resolve_all(struct taki_store *store, struct taki_fates *fates, struct taki_error *err)
{
    /* deaths first: the other entities ask for them */
    TAKI_TRY(taki_store_resolve(store, TAKI_ENTITY_TOMBSTONE, fates, err));
    TAKI_TRY(taki_store_load(store, TAKI_ENTITY_TOMBSTONE, err));
    taki_store_bury(store);
    for (size_t e = 0; e < TAKI_ENTITY_COUNT_; e++) {
        if (e != TAKI_ENTITY_TOMBSTONE)
            TAKI_TRY(taki_store_resolve(store, (enum taki_entity)e, fates, err));
    }
    struct load load = {store};
    return taki_pool_run(store->run->jobs, TAKI_ENTITY_COUNT_, load_one, &load, err);
}

static enum taki_status open_store(struct taki_store *store, struct taki_error *err)
{
    TAKI_TRY(taki_decoder_set_new(store->arena, store->run->config, store->run->zone, &store->decoders, err));
    TAKI_TRY(taki_store_choose(store, err));
    TAKI_TRY(taki_store_fill_cache(store, err));
    taki_store_index(store);
    struct taki_fates *fates = TAKI_NEW_ARRAY(store->arena, store->stream_count, struct taki_fates);
    TAKI_TRY(resolve_all(store, fates, err));
    name_profiles(store);
    name_programs(store);
    taki_store_rates(store);
    settle_tallies(store, fates);
    return TAKI_OK;
}

enum taki_status taki_store_open(struct taki_run *run, taki_instant as_of, taki_instant known_at,
                                 struct taki_store **store, struct taki_error *err)
{
    struct taki_arena *arena = taki_arena_open("store", 0);
    struct taki_store *s = TAKI_NEW(arena, struct taki_store);
    *s = (struct taki_store){.run = run, .arena = arena, .as_of = as_of, .known_at = known_at};
    enum taki_status status = open_store(s, err);
    if (status != TAKI_OK) {
        taki_store_close(s);
        return status;
    }
    *store = s;
    return TAKI_OK;
}

void taki_store_close(struct taki_store *store)
{
    if (store == NULL)
        return;
    for (size_t e = 0; e < TAKI_ENTITY_COUNT_; e++)
        taki_arena_close(store->held_arenas[e]);
    taki_arena_close(store->arena);
}

const struct taki_batch *taki_store_batches(const struct taki_store *store, size_t *count)
{
    *count = store->batch_count;
    return store->batches;
}

const void *taki_store_rows(const struct taki_store *store, enum taki_entity entity, size_t *count)
{
    if (taki_entity_info(entity)->streamed)
        taki_bug("rows of a streamed entity");
    *count = store->row_counts[entity];
    return store->rows[entity];
}

size_t taki_store_partitions(const struct taki_store *store, enum taki_entity entity)
{
    (void)store;
    return taki_cache_partitions(entity);
}
