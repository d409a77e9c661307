/**
 * @file spill.h
 * Inside of the sorter: sorted runs of (key, value) pairs in unlinked files, and their merge.
 *
 * A pair on disk is two little-endian sizes of four bytes, then key and value. The files have no name, so nothing is
 * left behind by a killed run.
 */
#ifndef TAKI_COMMON_SPILL_H
#define TAKI_COMMON_SPILL_H

#include "taki/status.h"
#include "taki/str.h"

#include <stddef.h>
#include <stdint.h>

struct taki_pair {
    const char *data; /**< key, then value */
    uint32_t key_size, value_size;
    uint64_t prefix; /**< first eight bytes of the key as a number, zeros behind its end */
};

uint64_t taki_pair_prefix(const char *key, size_t size);
/** By key, ties by value; both bytewise, shorter first. */
int taki_pair_compare(const struct taki_pair *a, const struct taki_pair *b);
/** Stable merge sort by eight bytes of the key at a time: n log n in every case (pair_sort.c).
 * @p work has room for @p count pairs. */
void taki_pair_sort(struct taki_pair *pairs, struct taki_pair *work, size_t count);

/** An unlinked file that only grows. */
struct taki_spill {
    int file;
    int64_t size;
    char *path; /**< folder, for messages */
};
TAKI_NODISCARD enum taki_status taki_spill_open(const char *folder, struct taki_spill *spill, struct taki_error *err);
void taki_spill_close(struct taki_spill *spill);
TAKI_NODISCARD enum taki_status taki_spill_append(struct taki_spill *spill, const char *data, size_t size,
                                                  struct taki_error *err);
/** Exactly @p size bytes at @p offset; TAKI_DAMAGED if the file ends before. */
TAKI_NODISCARD enum taki_status taki_spill_read(const struct taki_spill *spill, int64_t offset, char *data, size_t size,
                                                struct taki_error *err);

/** A sorted run: a part of a spill file. */
struct taki_run_place {
    size_t spill; /**< index into the files */
    int64_t offset, size;
};

/** Pairs on their way into a spill file, in one buffer. */
struct taki_spill_writer {
    struct taki_spill *spill;
    char *buffer;
    size_t used, capacity;
};
TAKI_NODISCARD enum taki_status taki_spill_put(struct taki_spill_writer *writer, const struct taki_pair *pair,
                                               struct taki_error *err);
TAKI_NODISCARD enum taki_status taki_spill_flush(struct taki_spill_writer *writer, struct taki_error *err);

/** The merge of some runs: the smallest pair first. */
struct taki_merge;
/** Starts with @p count runs, each read through a buffer of @p buffer_bytes (more for longer pairs). */
TAKI_NODISCARD enum taki_status taki_merge_open(const struct taki_spill *spills, const struct taki_run_place *runs,
                                                size_t count, size_t buffer_bytes, struct taki_merge **merge,
                                                struct taki_error *err);
/** TAKI_OK: *pair valid until the next call; TAKI_END. */
TAKI_NODISCARD enum taki_status taki_merge_next(struct taki_merge *merge, struct taki_pair *pair,
                                                struct taki_error *err);
void taki_merge_close(struct taki_merge *merge);

#endif
