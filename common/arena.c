#include "taki/arena.h"

#include "memory.h"
#include "sanitize.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define FIRST_BLOCK_BYTES ((size_t)64 << 10)
#define LAST_BLOCK_BYTES ((size_t)8 << 20)

struct block {
    struct block *next;
    size_t capacity, used;
    alignas(max_align_t) char data[];
};

/*
 * Small objects fill `blocks` one after the other. An object larger than a quarter of the first block gets a block of
 * its own; those of the round before the last reset wait in `spare` for one more round, then are freed.
 */
struct taki_arena {
    const char *name;
    size_t ceiling, used, next_block_bytes;
    struct block *blocks, *current;
    struct block *large, *spare;
};

struct taki_arena *taki_arena_open(const char *name, size_t ceiling_bytes)
{
    struct taki_arena *arena = taki_memory_take(name, sizeof *arena);
    *arena = (struct taki_arena){.name = name, .ceiling = ceiling_bytes, .next_block_bytes = FIRST_BLOCK_BYTES};
    return arena;
}

static struct block *block_open(const struct taki_arena *arena, size_t capacity)
{
    struct block *block = taki_memory_take(arena->name, sizeof *block + capacity);
    *block = (struct block){.capacity = capacity};
    POISON(block->data, capacity);
    return block;
}

static void blocks_close(struct block *block)
{
    while (block != NULL) {
        struct block *next = block->next;
        UNPOISON(block->data, block->capacity);
        taki_memory_give(block, sizeof *block + block->capacity);
        block = next;
    }
}

void taki_arena_close(struct taki_arena *arena)
{
    if (arena == NULL)
        return;
    blocks_close(arena->blocks);
    blocks_close(arena->large);
    blocks_close(arena->spare);
    taki_memory_give(arena, sizeof *arena);
}

void taki_arena_auto(struct taki_arena **arena)
{
    taki_arena_close(*arena);
    *arena = NULL;
}

static void blocks_forget(struct block *block)
{
    for (; block != NULL; block = block->next) {
        block->used = 0;
        POISON(block->data, block->capacity);
    }
}

void taki_arena_reset(struct taki_arena *arena)
{
    blocks_close(arena->spare);
    arena->spare = arena->large;
    arena->large = NULL;
    blocks_forget(arena->spare);
    blocks_forget(arena->blocks);
    arena->current = arena->blocks;
    arena->used = 0;
}

static void *block_take(struct block *block, size_t size)
{
    char *object = block->data + block->used;
    block->used += size;
    return object;
}

/* A spare block is reused if at least half of it is needed. */
static struct block *spare_take(struct taki_arena *arena, size_t size)
{
    for (struct block **link = &arena->spare; *link != NULL; link = &(*link)->next) {
        struct block *block = *link;
        if (block->capacity >= size && block->capacity / 2 <= size) {
            *link = block->next;
            return block;
        }
    }
    return NULL;
}

static void *large_take(struct taki_arena *arena, size_t size)
{
    struct block *block = spare_take(arena, size);
    if (block == NULL)
        block = block_open(arena, size);
    block->next = arena->large;
    arena->large = block;
    return block_take(block, size);
}

static struct block *next_block(struct taki_arena *arena)
{
    struct block **link = arena->current != NULL ? &arena->current->next : &arena->blocks;
    if (*link == NULL) {
        *link = block_open(arena, arena->next_block_bytes);
        if (arena->next_block_bytes < LAST_BLOCK_BYTES)
            arena->next_block_bytes *= 2;
    }
    arena->current = *link;
    return *link;
}

static void *take(struct taki_arena *arena, size_t size)
{
    if (arena->current != NULL && arena->current->capacity - arena->current->used >= size)
        return block_take(arena->current, size);
    if (size > FIRST_BLOCK_BYTES / 4)
        return large_take(arena, size);
    return block_take(next_block(arena), size);
}

void *taki_arena_alloc(struct taki_arena *arena, size_t size)
{
    size_t mask = alignof(max_align_t) - 1;
    if (size > SIZE_MAX / 2)
        taki_memory_exhausted(arena->name, size, arena->ceiling);
    size_t rounded = ((size > 0 ? size : 1) + RED_ZONE + mask) & ~mask;
    arena->used += rounded;
    if (arena->ceiling > 0 && arena->used > arena->ceiling)
        taki_memory_exhausted(arena->name, size, arena->ceiling);
    void *object = take(arena, rounded);
    UNPOISON(object, size);
    memset(object, 0, size);
    return object;
}

void *taki_arena_alloc_array(struct taki_arena *arena, size_t count, size_t size)
{
    if (size > 0 && count > SIZE_MAX / size)
        taki_memory_exhausted(arena->name, SIZE_MAX, arena->ceiling);
    return taki_arena_alloc(arena, count * size);
}

char *taki_arena_copy(struct taki_arena *arena, const void *data, size_t size)
{
    char *copy = taki_arena_alloc(arena, size + 1);
    if (size > 0)
        memcpy(copy, data, size);
    return copy;
}

char *taki_arena_format(struct taki_arena *arena, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    size_t size = length > 0 ? (size_t)length : 0;
    char *text = taki_arena_alloc(arena, size + 1);
    (void)vsnprintf(text, size + 1, format, again);
    va_end(again);
    return text;
}

size_t taki_arena_used(const struct taki_arena *arena)
{
    return arena->used;
}
