#include "taki/hash.h"

#include <string.h>

/* Entries stand in chunks that never move, so that value slots stay valid; chunk k holds FIRST_CHUNK << k of them. */
#define FIRST_CHUNK ((size_t)16)
#define CHUNKS 32

struct entry {
    taki_str key;
    uint64_t value;
};

/* `number` is the entry's index plus one; 0 = free. `check` is the upper half of the hash. */
struct slot {
    uint32_t check, number;
};

struct taki_map {
    struct taki_arena *arena;
    struct entry *chunks[CHUNKS];
    struct slot *slots;
    size_t slot_count; /* a power of two, at least one and a half times `count` */
    size_t count;
};

struct taki_map *taki_map_new(struct taki_arena *arena, size_t expected)
{
    struct taki_map *map = TAKI_NEW(arena, struct taki_map);
    map->arena = arena;
    map->slot_count = 16;
    while (map->slot_count / 3 * 2 <= expected && map->slot_count < (size_t)1 << 31)
        map->slot_count *= 2;
    map->slots = TAKI_NEW_ARRAY(arena, map->slot_count, struct slot);
    return map;
}

static struct entry *entry_at(const struct taki_map *map, size_t i)
{
    unsigned chunk = 63U - (unsigned)__builtin_clzll(i / FIRST_CHUNK + 1);
    return &map->chunks[chunk][i - FIRST_CHUNK * (((size_t)1 << chunk) - 1)];
}

static struct entry *entry_add(struct taki_map *map)
{
    size_t i = map->count;
    unsigned chunk = 63U - (unsigned)__builtin_clzll(i / FIRST_CHUNK + 1);
    if (i >= UINT32_MAX - 1 || chunk >= CHUNKS)
        taki_bug("a map of more than 2^32 keys");
    if (map->chunks[chunk] == NULL)
        map->chunks[chunk] = TAKI_NEW_ARRAY(map->arena, FIRST_CHUNK << chunk, struct entry);
    map->count++;
    return entry_at(map, i);
}

/* The slot of @p key, or the free slot where it belongs. */
static struct slot *slot_of(const struct taki_map *map, taki_str key, uint64_t hash)
{
    size_t mask = map->slot_count - 1;
    for (size_t i = (size_t)hash & mask;; i = (i + 1) & mask) {
        struct slot *slot = &map->slots[i];
        if (slot->number == 0)
            return slot;
        if (slot->check == (uint32_t)(hash >> 32U) && taki_str_equal(entry_at(map, slot->number - 1)->key, key))
            return slot;
    }
}

static void grow(struct taki_map *map)
{
    map->slot_count *= 2;
    map->slots = TAKI_NEW_ARRAY(map->arena, map->slot_count, struct slot);
    for (size_t i = 0; i < map->count; i++) {
        taki_str key = entry_at(map, i)->key;
        uint64_t hash = taki_hash(key);
        *slot_of(map, key, hash) = (struct slot){(uint32_t)(hash >> 32U), (uint32_t)i + 1};
    }
}

/* NULL if the key is already there; else its new entry, key not yet set. */
static struct entry *put(struct taki_map *map, taki_str key, uint64_t **value)
{
    uint64_t hash = taki_hash(key);
    struct slot *slot = slot_of(map, key, hash);
    if (slot->number != 0) {
        *value = &entry_at(map, slot->number - 1)->value;
        return NULL;
    }
    if (map->count >= map->slot_count / 3 * 2) {
        grow(map);
        slot = slot_of(map, key, hash);
    }
    struct entry *entry = entry_add(map);
    *slot = (struct slot){(uint32_t)(hash >> 32U), (uint32_t)map->count};
    *value = &entry->value;
    return entry;
}

uint64_t *taki_map_put(struct taki_map *map, taki_str key, bool *is_new)
{
    uint64_t *value;
    struct entry *entry = put(map, key, &value);
    if (entry != NULL)
        entry->key = taki_str_dup(map->arena, key);
    *is_new = entry != NULL;
    return value;
}

uint64_t *taki_map_put_borrowed(struct taki_map *map, taki_str key, bool *is_new)
{
    uint64_t *value;
    struct entry *entry = put(map, key, &value);
    if (entry != NULL)
        entry->key = key;
    *is_new = entry != NULL;
    return value;
}

uint64_t *taki_map_find(const struct taki_map *map, taki_str key)
{
    const struct slot *slot = slot_of(map, key, taki_hash(key));
    return slot->number != 0 ? &entry_at(map, slot->number - 1)->value : NULL;
}

size_t taki_map_count(const struct taki_map *map)
{
    return map->count;
}

taki_str taki_map_key(const struct taki_map *map, size_t i)
{
    return entry_at(map, i)->key;
}

uint64_t *taki_map_value(const struct taki_map *map, size_t i)
{
    return &entry_at(map, i)->value;
}
