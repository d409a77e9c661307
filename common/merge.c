#include "bytes.h"
#include "memory.h"
#include "spill.h"

#include <string.h>

#define HOLDER "merge of sorted runs"
#define PAIR_HEAD 8

/** One run being read: bytes [at, filled) of the buffer are read and not yet given out. */
struct reader {
    const struct taki_spill *spill;
    int64_t offset, left; /**< of the run's bytes not yet in the buffer */
    char *buffer;
    size_t at, filled, capacity;
    struct taki_pair pair; /**< the current one, inside the buffer */
};

struct taki_merge {
    struct reader *readers; /**< a binary heap, smallest pair first */
    size_t count, capacity;
    bool started;
};

/** Makes @p wanted bytes stand in the buffer from `at` on. */
static enum taki_status fill(struct reader *reader, size_t wanted, struct taki_error *err)
{
    const size_t kept = reader->filled - reader->at;
    if (wanted <= kept)
        return TAKI_OK;
    if ((uint64_t)(wanted - kept) > (uint64_t)reader->left)
        return taki_fail(err, TAKI_DAMAGED, "a temporary file in '%s' is damaged", reader->spill->path);
    memmove(reader->buffer, reader->buffer + reader->at, kept);
    if (wanted > reader->capacity) {
        reader->buffer = taki_memory_resize(HOLDER, reader->buffer, reader->capacity, wanted);
        reader->capacity = wanted;
    }
    size_t more = reader->capacity - kept;
    if ((uint64_t)more > (uint64_t)reader->left)
        more = (size_t)reader->left;
    reader->at = 0;
    reader->filled = kept;
    TAKI_TRY(taki_spill_read(reader->spill, reader->offset, reader->buffer + kept, more, err));
    reader->filled += more;
    reader->offset += (int64_t)more;
    reader->left -= (int64_t)more;
    return TAKI_OK;
}

/** The next pair of one run, or TAKI_END. */
static enum taki_status advance(struct reader *reader, struct taki_error *err)
{
    if (reader->at == reader->filled && reader->left == 0)
        return TAKI_END;
    TAKI_TRY(fill(reader, PAIR_HEAD, err));
    const uint32_t key_size = taki_load32(reader->buffer + reader->at);
    const uint32_t value_size = taki_load32(reader->buffer + reader->at + 4);
    const size_t size = PAIR_HEAD + (size_t)key_size + value_size;
    TAKI_TRY(fill(reader, size, err));
    const char *data = reader->buffer + reader->at + PAIR_HEAD;
    reader->pair = (struct taki_pair){data, key_size, value_size, taki_pair_prefix(data, key_size)};
    reader->at += size;
    return TAKI_OK;
}

static void sift_down(struct taki_merge *merge, size_t at)
{
    const struct reader moved = merge->readers[at];
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= merge->count)
            break;
        if (child + 1 < merge->count &&
            taki_pair_compare(&merge->readers[child + 1].pair, &merge->readers[child].pair) < 0)
            child++;
        if (taki_pair_compare(&moved.pair, &merge->readers[child].pair) <= 0)
            break;
        merge->readers[at] = merge->readers[child];
        at = child;
    }
    merge->readers[at] = moved;
}

static void free_reader(struct reader *reader)
{
    taki_memory_give(reader->buffer, reader->capacity);
}

/** Takes the reader at the top away: its run has ended. */
static void drop_top(struct taki_merge *merge)
{
    free_reader(&merge->readers[0]);
    merge->count--;
    if (merge->count == 0)
        return;
    merge->readers[0] = merge->readers[merge->count];
    sift_down(merge, 0);
}

static enum taki_status add_reader(struct taki_merge *merge, const struct taki_spill *spill,
                                   const struct taki_run_place *run, size_t buffer_bytes, struct taki_error *err)
{
    struct reader *reader = &merge->readers[merge->count];
    *reader = (struct reader){.spill = spill, .offset = run->offset, .left = run->size, .capacity = buffer_bytes};
    reader->buffer = taki_memory_take(HOLDER, buffer_bytes);
    merge->count++;
    return advance(reader, err); // a run is never empty
}

enum taki_status taki_merge_open(const struct taki_spill *spills, const struct taki_run_place *runs, size_t count,
                                 size_t buffer_bytes, struct taki_merge **merge, struct taki_error *err)
{
    *merge = taki_memory_take(HOLDER, sizeof **merge);
    **merge = (struct taki_merge){.capacity = count};
    (*merge)->readers = taki_memory_take(HOLDER, count * sizeof *(*merge)->readers);
    for (size_t i = 0; i < count; i++)
        TAKI_TRY(add_reader(*merge, &spills[runs[i].spill], &runs[i], buffer_bytes, err));
    for (size_t i = count / 2; i-- > 0;)
        sift_down(*merge, i);
    return TAKI_OK;
}

enum taki_status taki_merge_next(struct taki_merge *merge, struct taki_pair *pair, struct taki_error *err)
{
    if (merge->started && merge->count > 0) {
        const enum taki_status status = advance(&merge->readers[0], err);
        if (status == TAKI_END) {
            drop_top(merge);
        } else if (status != TAKI_OK) {
            return status;
        } else {
            sift_down(merge, 0);
        }
    }
    merge->started = true;
    if (merge->count == 0)
        return TAKI_END;
    *pair = merge->readers[0].pair;
    return TAKI_OK;
}

void taki_merge_close(struct taki_merge *merge)
{
    if (merge == NULL)
        return;
    for (size_t i = 0; i < merge->count; i++)
        free_reader(&merge->readers[i]);
    taki_memory_give(merge->readers, merge->capacity * sizeof *merge->readers);
    taki_memory_give(merge, sizeof *merge);
}
