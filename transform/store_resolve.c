#include "store_own.h"

#include "taki/file.h"
#include "taki/pool.h"

#include <string.h>

#define KEYS_CEILING ((size_t)1 << 30)

/** The best version of one record so far. 128 bits of hash stand for its id: a wrong meeting among 10^9 records has a
 * chance of 10^-21. */
struct slot {
    uint64_t h1, h2; /* h1 0 = free */
    int64_t time;    /* modification; INT64_MIN = unknown */
    int64_t born;
    uint32_t row, death; /* death: index + 1 */
    uint16_t stream;
    bool later, deleted, merged, is_part; /* later: modified after as_of */
};

/* A partition too big for the memory at hand is gone through several times, each time for the ids of one share. */
struct table {
    struct slot *slots;
    size_t mask;
    uint64_t pass, passes;
};

/** One partition's work; the counts are added up by the caller in order. */
struct resolve {
    struct taki_store *store;
    enum taki_entity entity;
    struct taki_fates *fates; /* [partition][stream] */
};

static struct slot *probe(struct table *table, uint64_t h1, uint64_t h2)
{
    size_t at = h1 & table->mask;
    while (table->slots[at].h1 != 0 && (table->slots[at].h1 != h1 || table->slots[at].h2 != h2))
        at = (at + 1) & table->mask;
    return &table->slots[at];
}

/* All rows of a share fit: no growing. Shares differ by a little, hence the room. */
static void make_table(struct table *table, uint32_t rows, size_t budget_bytes, struct taki_arena *arena)
{
    size_t size = 64, wanted = (size_t)rows + rows / 2;
    while (size < wanted && size * sizeof(struct slot) <= budget_bytes / 2)
        size *= 2;
    table->passes = wanted <= size ? 1 : wanted / size + 2;
    table->slots = TAKI_NEW_ARRAY(arena, size, struct slot);
    table->mask = size - 1;
}

/* Later batches and rows come later: at equal times the one read last is the newest. */
static bool is_better(const struct slot *slot, bool later, int64_t time)
{
    if (slot->later != later)
        return slot->later; /* a version at or before as_of beats one after it */
    return later ? time <= slot->time : time >= slot->time;
}

static uint32_t death_of(const struct taki_store *store, enum taki_entity entity, const struct taki_stream *stream,
                         taki_str id, struct taki_buf *ref)
{
    if (!stream->has_tombs || entity == TAKI_ENTITY_TOMBSTONE)
        return 0;
    const char *const names[] = {taki_entity_info(entity)->name, ""};
    for (size_t i = 0; i < TAKI_LEN(names); i++) {
        taki_buf_clear(ref);
        taki_buf_format(ref, "%s|%.*s:", names[i], TAKI_STR_ARG(stream->source));
        taki_buf_add_str(ref, id);
        const uint64_t *index = taki_map_find(store->deaths, taki_buf_view(ref));
        if (index != NULL)
            return (uint32_t)*index + 1;
    }
    return 0;
}

static void offer(struct resolve *work, struct table *table, const struct taki_cache_key *key, uint32_t row,
                  uint32_t stream_index, struct taki_buf *ref)
{
    const struct taki_stream *stream = &work->store->streams[stream_index];
    uint64_t h1 = taki_hash_more(stream->hash, key->id) | 1U;
    uint64_t h2 = taki_hash_more(~stream->hash, key->id);
    if (table->passes > 1 && h2 % table->passes != table->pass)
        return;
    struct slot *slot = probe(table, h1, h2);
    bool later = !taki_instant_is_null(key->modified) && key->modified.us > work->store->as_of.us;
    bool is_new = slot->h1 == 0;
    if (!is_new && !is_better(slot, later, key->modified.us))
        return;
    uint32_t death = is_new ? death_of(work->store, work->entity, stream, key->id, ref) : slot->death;
    *slot = (struct slot){.h1 = h1,
                          .h2 = h2,
                          .time = key->modified.us,
                          .born = key->born.us,
                          .row = row,
                          .death = death,
                          .stream = (uint16_t)stream_index,
                          .later = later,
                          .deleted = key->deleted,
                          .merged = key->merged,
                          .is_part = key->is_part};
}

/* Dead by a feed, unless the record was changed (so: came back) after its death. */
static bool is_buried(const struct resolve *work, const struct taki_partition *part, const struct slot *slot,
                      bool *merged)
{
    if (slot->death == 0 || slot->later)
        return false;
    const struct taki_store *store = work->store;
    const struct taki_death *death = &store->death_list[slot->death - 1];
    *merged = death->merged;
    if (!taki_instant_is_null(death->at) && slot->time != INT64_MIN)
        return death->at.us >= slot->time;
    size_t lo = 0, hi = part->block_count;
    while (hi - lo > 1) { /* the block of the row tells when it was extracted */
        size_t middle = lo + (hi - lo) / 2;
        if (part->blocks[middle].first_row <= slot->row) {
            lo = middle;
        } else {
            hi = middle;
        }
    }
    return death->told_at.us >= store->batches[store->states[part->blocks[lo].batch].batch].extracted_at.us;
}

enum fate { WRITTEN, SUPERSEDED, DELETED, MERGED };

static enum fate fate_of(const struct resolve *work, const struct taki_partition *part, const struct slot *slot)
{
    bool merged = false;
    if (slot->born != INT64_MIN && slot->born > work->store->as_of.us)
        return SUPERSEDED; /* not yet made at as_of */
    if (slot->later)
        return WRITTEN;
    if (slot->deleted)
        return slot->merged ? MERGED : DELETED;
    if (is_buried(work, part, slot, &merged))
        return merged ? MERGED : DELETED;
    return WRITTEN;
}

static void decide(struct resolve *work, struct taki_partition *part, const struct table *table,
                   struct taki_fates *fates)
{
    for (size_t i = 0; i <= table->mask; i++) {
        const struct slot *slot = &table->slots[i];
        if (slot->h1 == 0)
            continue;
        enum fate fate = fate_of(work, part, slot);
        if (fate == WRITTEN) {
            part->bits[slot->row / 64] |= UINT64_C(1) << (slot->row % 64);
            part->in_force++;
        }
        if (slot->is_part)
            continue;
        struct taki_fates *stream = &fates[slot->stream];
        stream->superseded -= fate == SUPERSEDED ? 0 : 1; /* all rows were counted so before */
        stream->written += fate == WRITTEN ? 1 : 0;
        stream->deleted += fate == DELETED ? 1 : 0;
        stream->merged += fate == MERGED ? 1 : 0;
    }
}

/** Buffers of one partition's work. */
struct scratch {
    struct taki_buf keys, text;
    struct taki_fates *fates;
};

static void scratch_reset(struct scratch *scratch)
{
    taki_buf_reset(&scratch->keys);
    taki_buf_reset(&scratch->text);
}

static enum taki_status offer_block(struct resolve *work, struct table *table, const struct taki_block_ref *ref,
                                    struct scratch *scratch, struct taki_error *err)
{
    const struct taki_store_batch *state = &work->store->states[ref->batch];
    const struct taki_cache_block *block = &state->file.blocks[ref->block];
    TAKI_TRY(taki_cache_keys(&state->file, block, &scratch->keys, err));
    taki_str rest = taki_buf_view(&scratch->keys);
    struct taki_cache_key key;
    for (uint32_t i = 0; i < block->rows; i++) {
        if (!taki_cache_key_next(&rest, &key))
            return taki_fail(err, TAKI_DAMAGED, "the decoded cache '%s' cannot be read", state->file.path);
        offer(work, table, &key, ref->first_row + i, state->stream, &scratch->text);
        scratch->fates[state->stream].superseded += key.is_part || table->pass > 0 ? 0 : 1;
    }
    return TAKI_OK;
}

static enum taki_status resolve_partition(void *context, size_t item, size_t worker, struct taki_error *err)
{
    (void)worker;
    struct resolve *work = context;
    struct taki_partition *part = &work->store->partitions[work->entity][item];
    if (part->block_count == 0)
        return TAKI_OK;
    struct taki_arena *arena TAKI_AUTO(taki_arena_auto) = taki_arena_open("versions of a partition", 0);
    struct table table = {.slots = NULL};
    make_table(&table, part->row_count, work->store->run->memory_bytes / (4 * work->store->run->jobs), arena);
    struct scratch scratch TAKI_AUTO(scratch_reset) = {.fates = &work->fates[item * work->store->stream_count]};
    taki_buf_init(&scratch.keys, KEYS_CEILING);
    taki_buf_init(&scratch.text, KEYS_CEILING);
    for (table.pass = 0; table.pass < table.passes; table.pass++) {
        memset(table.slots, 0, (table.mask + 1) * sizeof *table.slots);
        for (size_t i = 0; i < part->block_count; i++)
            TAKI_TRY(offer_block(work, &table, &part->blocks[i], &scratch, err));
        decide(work, part, &table, scratch.fates);
    }
    return TAKI_OK;
}

enum taki_status taki_store_resolve(struct taki_store *store, enum taki_entity entity, struct taki_fates *fates,
                                    struct taki_error *err)
{
    size_t partitions = taki_cache_partitions(entity), streams = store->stream_count;
    struct taki_arena *arena TAKI_AUTO(taki_arena_auto) = taki_arena_open("counts of partitions", 0);
    struct resolve work = {store, entity, TAKI_NEW_ARRAY(arena, partitions * streams + 1, struct taki_fates)};
    TAKI_TRY(taki_pool_run(store->run->jobs, partitions, resolve_partition, &work, err));
    for (size_t i = 0; i < partitions * streams; i++) {
        fates[i % streams].written += work.fates[i].written;
        fates[i % streams].superseded += work.fates[i].superseded;
        fates[i % streams].deleted += work.fates[i].deleted;
        fates[i % streams].merged += work.fates[i].merged;
    }
    return TAKI_OK;
}

/* The latest death of each record at or before as_of; `at` unknown counts as told. */
static bool is_newer(const struct taki_death *a, const struct taki_death *b)
{
    int64_t at_a = taki_instant_is_null(a->at) ? a->told_at.us : a->at.us;
    int64_t at_b = taki_instant_is_null(b->at) ? b->told_at.us : b->at.us;
    return at_a > at_b || (at_a == at_b && a->merged && !b->merged);
}

static void bury(struct taki_store *store, const struct taki_tombstone *tomb)
{
    enum taki_entity entity = TAKI_ENTITY_COUNT_;
    bool known = !taki_str_is_null(tomb->entity) && taki_entity_find(tomb->entity, &entity);
    const char *key = taki_arena_format(store->arena, "%s|%.*s", known ? taki_entity_info(entity)->name : "",
                                        TAKI_STR_ARG(tomb->dead));
    struct taki_death death = {tomb->at, tomb->extracted_at, !taki_str_is_null(tomb->merged_into)};
    bool is_new = false;
    uint64_t *index = taki_map_put_borrowed(store->deaths, taki_str_of(key), &is_new);
    if (is_new)
        *index = store->death_count++;
    if (is_new || is_newer(&death, &store->death_list[*index]))
        store->death_list[*index] = death;
    taki_str rest = TAKI_STR_NULL, source = taki_str_cut(tomb->dead, ':', &rest);
    for (size_t s = 0; s < store->stream_count; s++)
        store->streams[s].has_tombs |= taki_str_equal(store->streams[s].source, source);
}

void taki_store_bury(struct taki_store *store)
{
    size_t count = store->row_counts[TAKI_ENTITY_TOMBSTONE];
    const struct taki_tombstone *tombs = store->rows[TAKI_ENTITY_TOMBSTONE];
    store->deaths = taki_map_new(store->arena, count);
    store->death_list = TAKI_NEW_ARRAY(store->arena, count, struct taki_death);
    for (size_t i = 0; i < count; i++)
        bury(store, &tombs[i]);
}
