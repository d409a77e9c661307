#include "memory.h"
#include "spill.h"

#include "taki/arena.h"
#include "taki/row.h"

#include <string.h>

#define HOLDER "sorter"

/** Memory is obtained in blocks; pairs lie in them, key and value side by side. */
struct block {
    struct block *next;
    size_t used, capacity;
    char data[];
};

struct taki_sorter {
    size_t memory_bytes, held_bytes; /**< held: by blocks and the pair array, also accounted process-wide */
    char *spill_dir;
    struct block *blocks; /**< the first one is being filled */
    struct taki_pair *pairs;
    size_t count, capacity;

    struct taki_spill *spills;
    size_t spill_count, spill_capacity;
    struct taki_run_place *runs;
    size_t run_count, run_capacity;
    int64_t spilled_bytes;

    bool finished;
    size_t next; /**< of pairs, when nothing was spilled */
    struct taki_merge *merge;
};

struct taki_sorter *taki_sorter_open(size_t memory_bytes, const char *spill_dir)
{
    struct taki_sorter *sorter = taki_memory_take(HOLDER, sizeof *sorter);
    const size_t size = strlen(spill_dir) + 1;
    *sorter = (struct taki_sorter){.memory_bytes = memory_bytes, .spill_dir = taki_memory_take(HOLDER, size)};
    memcpy(sorter->spill_dir, spill_dir, size);
    return sorter;
}

/** Blocks grow with what is held, so that a small sorter stays small and a large one makes few of them. */
static size_t block_size(const struct taki_sorter *sorter, size_t wanted)
{
    const size_t most = (size_t)1 << 20;
    size_t size = sorter->held_bytes / 2;
    if (size > sorter->memory_bytes / 8)
        size = sorter->memory_bytes / 8;
    if (size > most)
        size = most;
    if (size < 4096)
        size = 4096;
    return size < wanted ? wanted : size;
}

static char *take_room(struct taki_sorter *sorter, size_t size)
{
    struct block *block = sorter->blocks;
    if (block == NULL || size > block->capacity - block->used) {
        const size_t capacity = block_size(sorter, size);
        block = taki_memory_take(HOLDER, sizeof *block + capacity);
        sorter->held_bytes += sizeof *block + capacity;
        *block = (struct block){.next = sorter->blocks, .capacity = capacity};
        sorter->blocks = block;
    }
    char *room = block->data + block->used;
    block->used += size;
    return room;
}

static void free_blocks(struct taki_sorter *sorter)
{
    while (sorter->blocks != NULL) {
        struct block *block = sorter->blocks;
        sorter->blocks = block->next;
        sorter->held_bytes -= sizeof *block + block->capacity;
        taki_memory_give(block, sizeof *block + block->capacity);
    }
}

static void free_pairs(struct taki_sorter *sorter)
{
    const size_t bytes = sorter->capacity * sizeof *sorter->pairs;
    sorter->held_bytes -= bytes;
    taki_memory_give(sorter->pairs, bytes);
    sorter->pairs = NULL;
    sorter->count = 0;
    sorter->capacity = 0;
}

static void grow_pairs(struct taki_sorter *sorter)
{
    const size_t capacity = sorter->capacity == 0 ? 64 : sorter->capacity + sorter->capacity / 2;
    const size_t from = sorter->capacity * sizeof *sorter->pairs;
    const size_t to = capacity * sizeof *sorter->pairs;
    sorter->pairs = taki_memory_resize(HOLDER, sorter->pairs, from, to);
    sorter->held_bytes += to - from;
    sorter->capacity = capacity;
}

static void sort_held(struct taki_sorter *sorter)
{
    if (sorter->count < 2)
        return;
    const size_t work_bytes = sorter->count * sizeof *sorter->pairs;
    struct taki_pair *work = taki_memory_take(HOLDER, work_bytes);
    taki_pair_sort(sorter->pairs, work, sorter->count);
    taki_memory_give(work, work_bytes);
}

/** Room for @p more spill files. */
static void grow_spills(struct taki_sorter *sorter, size_t more)
{
    const size_t to = sorter->spill_count + more;
    if (to <= sorter->spill_capacity)
        return;
    sorter->spills = taki_memory_resize(HOLDER, sorter->spills, sorter->spill_capacity * sizeof *sorter->spills,
                                        to * sizeof *sorter->spills);
    sorter->spill_capacity = to;
}

/** The spill file that is being written: the last one. */
static enum taki_status current_spill(struct taki_sorter *sorter, struct taki_spill **spill, struct taki_error *err)
{
    if (sorter->spill_count == 0) {
        struct taki_spill fresh;
        TAKI_TRY(taki_spill_open(sorter->spill_dir, &fresh, err));
        grow_spills(sorter, 1);
        sorter->spills[sorter->spill_count++] = fresh;
    }
    *spill = &sorter->spills[sorter->spill_count - 1];
    return TAKI_OK;
}

static void add_run(struct taki_sorter *sorter, struct taki_run_place run)
{
    if (sorter->run_count == sorter->run_capacity) {
        const size_t to = sorter->run_capacity == 0 ? 16 : sorter->run_capacity * 2;
        sorter->runs = taki_memory_resize(HOLDER, sorter->runs, sorter->run_capacity * sizeof *sorter->runs,
                                          to * sizeof *sorter->runs);
        sorter->run_capacity = to;
    }
    sorter->runs[sorter->run_count++] = run;
}

static size_t write_buffer_bytes(const struct taki_sorter *sorter)
{
    const size_t share = sorter->memory_bytes / 16;
    return share < 4096 ? 4096 : share > ((size_t)1 << 18) ? (size_t)1 << 18 : share;
}

/** Where the pairs of a run being written come from. */
struct pair_source {
    const struct taki_pair *pairs; /**< these, in order, or */
    size_t count;
    struct taki_merge *merge; /**< a merge of older runs */
};

static enum taki_status write_pairs(struct taki_spill_writer *writer, const struct pair_source *from,
                                    struct taki_error *err)
{
    for (size_t i = 0; i < from->count; i++)
        TAKI_TRY(taki_spill_put(writer, &from->pairs[i], err));
    struct taki_pair pair;
    enum taki_status status = from->merge == NULL ? TAKI_END : taki_merge_next(from->merge, &pair, err);
    for (; status == TAKI_OK; status = taki_merge_next(from->merge, &pair, err))
        TAKI_TRY(taki_spill_put(writer, &pair, err));
    return status == TAKI_END ? taki_spill_flush(writer, err) : status;
}

/** Appends the pairs as a new sorted run to @p spill, whose index is @p index. */
static enum taki_status write_run(struct taki_sorter *sorter, struct taki_spill *spill, const struct pair_source *from,
                                  struct taki_run_place *run, struct taki_error *err)
{
    const size_t buffer_bytes = write_buffer_bytes(sorter);
    struct taki_spill_writer writer = {
        .spill = spill, .buffer = taki_memory_take(HOLDER, buffer_bytes), .capacity = buffer_bytes};
    const int64_t start = spill->size;
    const enum taki_status status = write_pairs(&writer, from, err);
    taki_memory_give(writer.buffer, buffer_bytes);
    *run = (struct taki_run_place){.offset = start, .size = writer.spill->size - start};
    sorter->spilled_bytes += run->size;
    return status;
}

static enum taki_status spill_held(struct taki_sorter *sorter, struct taki_error *err)
{
    struct taki_spill *spill = NULL;
    struct taki_run_place run;
    TAKI_TRY(current_spill(sorter, &spill, err));
    sort_held(sorter);
    const struct pair_source from = {.pairs = sorter->pairs, .count = sorter->count};
    TAKI_TRY(write_run(sorter, spill, &from, &run, err));
    run.spill = sorter->spill_count - 1;
    add_run(sorter, run);
    sorter->count = 0;
    free_blocks(sorter);
    return TAKI_OK;
}

enum taki_status taki_sorter_add(struct taki_sorter *sorter, taki_str key, taki_str value, struct taki_error *err)
{
    if (key.size > UINT32_MAX || value.size > UINT32_MAX)
        return taki_fail(err, TAKI_CEILING, "cannot sort a row of %zu bytes", key.size + value.size);
    const size_t size = key.size + value.size;
    // Sorting needs as much room again as the pair array: counted from the start, so that the ceiling holds at its
    // worst.
    const size_t needed = sorter->held_bytes + sorter->capacity * sizeof *sorter->pairs + size;
    if (sorter->count > 0 && needed > sorter->memory_bytes)
        TAKI_TRY(spill_held(sorter, err));
    if (sorter->count == sorter->capacity)
        grow_pairs(sorter);
    char *data = take_room(sorter, size);
    if (key.size > 0)
        memcpy(data, key.data, key.size);
    if (value.size > 0)
        memcpy(data + key.size, value.data, value.size);
    sorter->pairs[sorter->count++] =
        (struct taki_pair){data, (uint32_t)key.size, (uint32_t)value.size, taki_pair_prefix(data, key.size)};
    return TAKI_OK;
}

/** Takes over the files and runs of @p other. */
static void take_runs(struct taki_sorter *sorter, struct taki_sorter *other)
{
    if (other->spill_count == 0)
        return;
    const size_t first = sorter->spill_count;
    grow_spills(sorter, other->spill_count);
    memcpy(sorter->spills + first, other->spills, other->spill_count * sizeof *sorter->spills);
    sorter->spill_count += other->spill_count;
    other->spill_count = 0;
    for (size_t i = 0; i < other->run_count; i++) {
        struct taki_run_place run = other->runs[i];
        run.spill += first;
        add_run(sorter, run);
    }
    sorter->spilled_bytes += other->spilled_bytes;
}

enum taki_status taki_sorter_take(struct taki_sorter *sorter, struct taki_sorter *other, struct taki_error *err)
{
    take_runs(sorter, other);
    enum taki_status status = TAKI_OK;
    for (size_t i = 0; i < other->count && status == TAKI_OK; i++) {
        const struct taki_pair *pair = &other->pairs[i];
        status = taki_sorter_add(sorter, (taki_str){pair->data, pair->key_size},
                                 (taki_str){pair->data + pair->key_size, pair->value_size}, err);
    }
    taki_sorter_close(other);
    return status;
}

/** Runs that can be merged at once with buffers of a useful size. */
static size_t fan_in(const struct taki_sorter *sorter)
{
    const size_t runs = sorter->memory_bytes / ((size_t)32 << 10);
    return runs < 8 ? 8 : runs > 512 ? 512 : runs;
}

static size_t read_buffer_bytes(const struct taki_sorter *sorter, size_t runs)
{
    const size_t share = sorter->memory_bytes / (runs + 1);
    return share < 4096 ? 4096 : share > ((size_t)1 << 20) ? (size_t)1 << 20 : share;
}

/** Merges runs [first, first + count) into one run of @p fresh. */
static enum taki_status merge_some(struct taki_sorter *sorter, size_t first, size_t count, struct taki_spill *fresh,
                                   struct taki_run_place *run, struct taki_error *err)
{
    struct taki_merge *merge = NULL;
    enum taki_status status =
        taki_merge_open(sorter->spills, sorter->runs + first, count, read_buffer_bytes(sorter, count), &merge, err);
    if (status == TAKI_OK)
        status = write_run(sorter, fresh, &(struct pair_source){.merge = merge}, run, err);
    taki_merge_close(merge);
    return status;
}

static void close_spills(struct taki_sorter *sorter)
{
    for (size_t i = 0; i < sorter->spill_count; i++)
        taki_spill_close(&sorter->spills[i]);
    sorter->spill_count = 0;
}

/** One pass over all runs: each group of them becomes one longer run in a new file, then the old files go. */
static enum taki_status merge_pass(struct taki_sorter *sorter, size_t width, struct taki_error *err)
{
    struct taki_spill fresh;
    TAKI_TRY(taki_spill_open(sorter->spill_dir, &fresh, err));
    size_t made = 0;
    for (size_t first = 0; first < sorter->run_count; first += width) {
        const size_t count = sorter->run_count - first < width ? sorter->run_count - first : width;
        struct taki_run_place run;
        const enum taki_status status = merge_some(sorter, first, count, &fresh, &run, err);
        if (status != TAKI_OK) {
            taki_spill_close(&fresh);
            return status;
        }
        sorter->runs[made++] = run; // never ahead of what is still to be read
    }
    close_spills(sorter);
    sorter->spills[0] = fresh;
    sorter->spill_count = 1;
    sorter->run_count = made;
    return TAKI_OK;
}

enum taki_status taki_sorter_finish(struct taki_sorter *sorter, struct taki_error *err)
{
    sorter->finished = true;
    if (sorter->run_count == 0) {
        sort_held(sorter);
        return TAKI_OK;
    }
    if (sorter->count > 0)
        TAKI_TRY(spill_held(sorter, err));
    free_pairs(sorter);
    const size_t width = fan_in(sorter);
    while (sorter->run_count > width)
        TAKI_TRY(merge_pass(sorter, width, err));
    return taki_merge_open(sorter->spills, sorter->runs, sorter->run_count,
                           read_buffer_bytes(sorter, sorter->run_count), &sorter->merge, err);
}

enum taki_status taki_sorter_next(struct taki_sorter *sorter, taki_str *key, taki_str *value, struct taki_error *err)
{
    struct taki_pair pair;
    if (!sorter->finished)
        taki_bug("taki_sorter_next before taki_sorter_finish");
    if (sorter->merge != NULL) {
        const enum taki_status status = taki_merge_next(sorter->merge, &pair, err);
        if (status != TAKI_OK)
            return status;
    } else {
        if (sorter->next == sorter->count)
            return TAKI_END;
        pair = sorter->pairs[sorter->next++];
    }
    *key = (taki_str){pair.data, pair.key_size};
    *value = (taki_str){pair.data + pair.key_size, pair.value_size};
    return TAKI_OK;
}

int64_t taki_sorter_spilled_bytes(const struct taki_sorter *sorter)
{
    return sorter->spilled_bytes;
}

void taki_sorter_close(struct taki_sorter *sorter)
{
    if (sorter == NULL)
        return;
    taki_merge_close(sorter->merge);
    close_spills(sorter);
    free_blocks(sorter);
    free_pairs(sorter);
    taki_memory_give(sorter->spills, sorter->spill_capacity * sizeof *sorter->spills);
    taki_memory_give(sorter->runs, sorter->run_capacity * sizeof *sorter->runs);
    taki_memory_give(sorter->spill_dir, strlen(sorter->spill_dir) + 1);
    taki_memory_give(sorter, sizeof *sorter);
}

void taki_sorter_auto(struct taki_sorter **sorter)
{
    taki_sorter_close(*sorter);
}
