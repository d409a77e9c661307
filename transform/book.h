/**
 * @file book.h
 * Integer counters by text key: what shards add up and the run merges. Sums are associative and the result is read in
 * key order, so nothing depends on shards, workers or timing.
 */
#ifndef TAKI_TRANSFORM_BOOK_H
#define TAKI_TRANSFORM_BOOK_H

#include "taki/arena.h"
#include "taki/str.h"

#include <stdint.h>

struct taki_book;

/** @param width counters a key. Lives in @p arena; one writer. */
struct taki_book *taki_book_new(struct taki_arena *arena, size_t width);
/** Counters of @p key (copied at first use), starting at 0. Valid until the arena goes. */
int64_t *taki_book_at(struct taki_book *book, taki_str key);
/** Adds all counters of @p other. */
void taki_book_merge(struct taki_book *book, const struct taki_book *other);
size_t taki_book_count(const struct taki_book *book);
/** Entries in bytewise key order: @p order receives a permutation (in @p arena) for taki_book_key and taki_book_value.
 */
const uint32_t *taki_book_order(const struct taki_book *book, struct taki_arena *arena);
taki_str taki_book_key(const struct taki_book *book, uint32_t i);
const int64_t *taki_book_value(const struct taki_book *book, uint32_t i);
/** NULL if absent. */
const int64_t *taki_book_find(const struct taki_book *book, taki_str key);

#endif
