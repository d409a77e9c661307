/**
 * @file hash.h
 * SHA-256 for identity of files, XXH3 with a fixed seed for tables and shards, and one open-addressing map.
 */
#ifndef TAKI_HASH_H
#define TAKI_HASH_H

#include "taki/arena.h"
#include "taki/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TAKI_SHA256_HEX 65

struct taki_sha256;
struct taki_sha256 *taki_sha256_open(void);
void taki_sha256_add(struct taki_sha256 *sha, taki_str data);
/** Lower-case hex into out and closes @p sha. */
void taki_sha256_close(struct taki_sha256 *sha, char out[TAKI_SHA256_HEX]);
/** One call. */
void taki_sha256(taki_str data, char out[TAKI_SHA256_HEX]);

/** Fixed seed: the same on every machine and run. */
uint64_t taki_hash(taki_str data);
uint64_t taki_hash_more(uint64_t hash, taki_str data);

/** Map from text to a 64-bit value; insertion-ordered iteration, so nothing depends on hash order. Lives in @p arena.
 */
struct taki_map;
struct taki_map *taki_map_new(struct taki_arena *arena, size_t expected);
/** Value slot of @p key (key bytes are copied into the arena); *is_new tells whether it was inserted (slot then 0). */
uint64_t *taki_map_put(struct taki_map *map, taki_str key, bool *is_new);
/** Like put without copying: @p key must outlive the map. */
uint64_t *taki_map_put_borrowed(struct taki_map *map, taki_str key, bool *is_new);
/** NULL if absent. */
uint64_t *taki_map_find(const struct taki_map *map, taki_str key);
size_t taki_map_count(const struct taki_map *map);
/** i-th entry in insertion order. */
taki_str taki_map_key(const struct taki_map *map, size_t i);
uint64_t *taki_map_value(const struct taki_map *map, size_t i);

#endif
