#include "exchange.h"

#include <string.h>

struct taki_exchange {
    struct taki_exchange_size size;
    struct taki_sorter **sorters; /* [shard][lane] */
    size_t per_shard;             /* owners a shard */
};

#define KEY_BYTES 9

struct taki_exchange *taki_exchange_open(struct taki_run *run, struct taki_exchange_size size)
{
    struct taki_exchange *exchange = TAKI_NEW(run->arena, struct taki_exchange);
    const char *folder = taki_run_path(run, "tmp/transform");
    size_t cells = size.shards * size.lanes;
    *exchange =
        (struct taki_exchange){.size = size, .sorters = TAKI_NEW_ARRAY(run->arena, cells, struct taki_sorter *)};
    exchange->per_shard = size.owners / size.shards + 1;
    for (size_t i = 0; i < cells; i++)
        exchange->sorters[i] = taki_sorter_open(size.memory_bytes / cells, folder);
    return exchange;
}

void taki_exchange_close(struct taki_exchange *exchange)
{
    for (size_t i = 0; i < exchange->size.shards * exchange->size.lanes; i++) {
        if (exchange->sorters[i])
            taki_sorter_close(exchange->sorters[i]);
        exchange->sorters[i] = NULL;
    }
}

static size_t shard_of(const struct taki_exchange *exchange, uint32_t owner)
{
    size_t shard = owner / exchange->per_shard;
    return shard < exchange->size.shards ? shard : exchange->size.shards - 1;
}

static void put_u32(char *bytes, uint32_t value)
{
    bytes[0] = (char)(value >> 24);
    bytes[1] = (char)(value >> 16);
    bytes[2] = (char)(value >> 8);
    bytes[3] = (char)value;
}

static uint32_t get_u32(const char *text)
{
    unsigned char bytes[4];
    memcpy(bytes, text, sizeof bytes);
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

enum taki_status taki_exchange_add(struct taki_exchange *exchange, size_t lane, const struct taki_exchange_fact *fact,
                                   struct taki_error *err)
{
    char key[KEY_BYTES];
    put_u32(key, fact->owner);
    key[4] = (char)fact->kind;
    put_u32(key + 5, fact->minor);
    struct taki_sorter *sorter = exchange->sorters[shard_of(exchange, fact->owner) * exchange->size.lanes + lane];
    return taki_sorter_add(sorter, (taki_str){key, sizeof key}, fact->value, err);
}

void taki_exchange_range(const struct taki_exchange *exchange, size_t shard, uint32_t *begin, uint32_t *end)
{
    size_t first = shard * exchange->per_shard, last = first + exchange->per_shard;
    *begin = (uint32_t)(first < exchange->size.owners ? first : exchange->size.owners);
    *end = (uint32_t)(last < exchange->size.owners ? last : exchange->size.owners);
}

enum taki_status taki_exchange_start(struct taki_exchange *exchange, size_t shard, struct taki_error *err)
{
    struct taki_sorter **lanes = exchange->sorters + shard * exchange->size.lanes;
    for (size_t lane = 1; lane < exchange->size.lanes; lane++) {
        struct taki_sorter *other = lanes[lane];
        lanes[lane] = NULL;
        TAKI_TRY(taki_sorter_take(lanes[0], other, err));
    }
    return taki_sorter_finish(lanes[0], err);
}

enum taki_status taki_exchange_next(struct taki_exchange *exchange, size_t shard, struct taki_exchange_fact *fact,
                                    struct taki_error *err)
{
    taki_str key;
    enum taki_status status =
        taki_sorter_next(exchange->sorters[shard * exchange->size.lanes], &key, &fact->value, err);
    if (status != TAKI_OK)
        return status;
    if (key.size != KEY_BYTES)
        taki_bug("a key of the exchange has another size");
    fact->owner = get_u32(key.data);
    fact->kind = (uint8_t)key.data[4];
    fact->minor = get_u32(key.data + 5);
    return TAKI_OK;
}

void taki_exchange_stop(struct taki_exchange *exchange, size_t shard)
{
    struct taki_sorter **sorter = exchange->sorters + shard * exchange->size.lanes;
    if (*sorter)
        taki_sorter_close(*sorter);
    *sorter = NULL;
}
