#include "book.h"

#include "taki/hash.h"

#include <stdlib.h>

struct taki_book {
    struct taki_arena *arena;
    struct taki_map *map; /* key -> address of its counters */
    size_t width;
};

struct taki_book *taki_book_new(struct taki_arena *arena, size_t width)
{
    struct taki_book *book = TAKI_NEW(arena, struct taki_book);
    *book = (struct taki_book){arena, taki_map_new(arena, 64), width};
    return book;
}

static int64_t *counters(uint64_t slot)
{
    return (int64_t *)(uintptr_t)slot; // NOLINT(performance-no-int-to-ptr): the map holds 64-bit values
}

int64_t *taki_book_at(struct taki_book *book, taki_str key)
{
    bool is_new;
    uint64_t *slot = taki_map_put(book->map, key, &is_new);
    if (is_new)
        *slot = (uint64_t)(uintptr_t)TAKI_NEW_ARRAY(book->arena, book->width, int64_t);
    return counters(*slot);
}

size_t taki_book_count(const struct taki_book *book)
{
    return taki_map_count(book->map);
}

taki_str taki_book_key(const struct taki_book *book, uint32_t i)
{
    return taki_map_key(book->map, i);
}

const int64_t *taki_book_value(const struct taki_book *book, uint32_t i)
{
    return counters(*taki_map_value(book->map, i));
}

const int64_t *taki_book_find(const struct taki_book *book, taki_str key)
{
    const uint64_t *slot = taki_map_find(book->map, key);
    return slot ? counters(*slot) : NULL;
}

void taki_book_merge(struct taki_book *book, const struct taki_book *other)
{
    for (uint32_t i = 0; i < taki_book_count(other); i++) {
        int64_t *sum = taki_book_at(book, taki_book_key(other, i));
        const int64_t *part = taki_book_value(other, i);
        for (size_t column = 0; column < book->width; column++)
            sum[column] += part[column];
    }
}

struct entry {
    taki_str key;
    uint32_t i;
};

static int by_key(const void *left, const void *right)
{
    return taki_str_compare(((const struct entry *)left)->key, ((const struct entry *)right)->key);
}

const uint32_t *taki_book_order(const struct taki_book *book, struct taki_arena *arena)
{
    uint32_t count = (uint32_t)taki_book_count(book);
    struct entry *entries = TAKI_NEW_ARRAY(arena, count, struct entry);
    uint32_t *order = TAKI_NEW_ARRAY(arena, count, uint32_t);
    for (uint32_t i = 0; i < count; i++)
        entries[i] = (struct entry){taki_book_key(book, i), i};
    if (count > 1)
        qsort(entries, count, sizeof *entries, by_key);
    for (uint32_t i = 0; i < count; i++)
        order[i] = entries[i].i;
    return order;
}
