/**
 * @file exchange.h
 * The two exchanges of design.md 2: facts routed to the shard that owns them. A shard is a contiguous range of golden
 * indexes; its facts come back grouped by owner, in an order that depends on nothing but the facts.
 *
 * Each worker writes to its own lane; the lanes of a shard are merged when the shard is opened. Everything spills to
 * disk beyond the memory given.
 */
#ifndef TAKI_TRANSFORM_EXCHANGE_H
#define TAKI_TRANSFORM_EXCHANGE_H

#include "taki/app.h"
#include "taki/row.h"

struct taki_exchange;

struct taki_exchange_size {
    size_t owners; /**< golden records; owner TAKI_NO_INDEX is allowed and lives in the last shard */
    size_t shards, lanes;
    size_t memory_bytes;
};

struct taki_exchange *taki_exchange_open(struct taki_run *run, struct taki_exchange_size size);
void taki_exchange_close(struct taki_exchange *exchange);

struct taki_exchange_fact {
    uint32_t owner, minor;
    uint8_t kind;
    taki_str value; /**< encoded; what is read is valid until the next call */
};
/** Routes one fact. Facts of one owner come back by (kind, minor, value). */
TAKI_NODISCARD enum taki_status taki_exchange_add(struct taki_exchange *exchange, size_t lane,
                                                  const struct taki_exchange_fact *fact, struct taki_error *err);

/** Owners [*begin, *end) of a shard; the last shard also has TAKI_NO_INDEX. */
void taki_exchange_range(const struct taki_exchange *exchange, size_t shard, uint32_t *begin, uint32_t *end);

/** Ends adding for @p shard; different shards may be read by different workers. */
TAKI_NODISCARD enum taki_status taki_exchange_start(struct taki_exchange *exchange, size_t shard,
                                                    struct taki_error *err);
TAKI_NODISCARD enum taki_status taki_exchange_next(struct taki_exchange *exchange, size_t shard,
                                                   struct taki_exchange_fact *fact, struct taki_error *err);
/** Frees a shard's memory early. */
void taki_exchange_stop(struct taki_exchange *exchange, size_t shard);

#endif
