#include "zone.h"

#include <string.h>

/* RFC 8536: a header, a block with 4-byte times, then from version 2 on a header, a block with 8-byte times, a rule. */
#define HEADER_BYTES ((size_t)44)
#define TYPE_BYTES ((size_t)6)
#define LARGEST_COUNT 100000

struct counts {
    uint32_t is_ut, is_standard, leaps, times, types, chars;
};

static uint64_t big_endian(const char *bytes, size_t size)
{
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++)
        value = value << 8U | (unsigned char)bytes[i];
    return value;
}

static bool read_header(taki_str file, char *version, struct counts *counts)
{
    if (file.size < HEADER_BYTES || memcmp(file.data, "TZif", 4) != 0)
        return false;
    uint32_t numbers[6];
    for (size_t i = 0; i < TAKI_LEN(numbers); i++) {
        numbers[i] = (uint32_t)big_endian(file.data + 20 + 4 * i, 4);
        if (numbers[i] > LARGEST_COUNT)
            return false;
    }
    *version = file.data[4];
    *counts = (struct counts){numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]};
    return counts->types > 0;
}

static size_t block_bytes(const struct counts *counts, size_t time_bytes)
{
    return counts->times * (time_bytes + 1) + counts->types * TYPE_BYTES + counts->chars +
           counts->leaps * (time_bytes + 4) + counts->is_standard + counts->is_ut;
}

static bool read_offset(const char *types, const struct counts *counts, size_t type, int32_t *offset)
{
    if (type >= counts->types)
        return false;
    *offset = (int32_t)(uint32_t)big_endian(types + type * TYPE_BYTES, 4);
    return *offset > -26 * 3600 && *offset < 26 * 3600;
}

static int64_t read_time(const char *bytes, size_t size)
{
    uint64_t value = big_endian(bytes, size);
    return size == 4 ? (int64_t)(int32_t)(uint32_t)value : (int64_t)value;
}

static bool read_block(struct taki_arena *arena, const char *block, const struct counts *counts, size_t time_bytes,
                       struct taki_zone *zone)
{
    const char *indexes = block + counts->times * time_bytes, *types = indexes + counts->times;
    int64_t *at = TAKI_NEW_ARRAY(arena, counts->times, int64_t);
    int32_t *offset = TAKI_NEW_ARRAY(arena, counts->times, int32_t);
    for (size_t i = 0; i < counts->times; i++) {
        at[i] = read_time(block + i * time_bytes, time_bytes);
        if (!read_offset(types, counts, (unsigned char)indexes[i], &offset[i]) || (i > 0 && at[i] <= at[i - 1]))
            return false;
    }
    zone->count = counts->times;
    zone->at = at;
    zone->offset = offset;
    return counts->leaps == 0 && read_offset(types, counts, 0, &zone->first_offset);
}

/* "\n<rule>\n"; an empty rule leaves the last offset in force. */
static bool read_footer(taki_str footer, struct taki_zone *zone)
{
    taki_str rest, rule;
    if (!taki_str_starts(footer, TAKI_STR("\n")))
        return false;
    rule = taki_str_cut((taki_str){footer.data + 1, footer.size - 1}, '\n', &rest);
    if (taki_str_is_null(rest))
        return false;
    zone->has_rule = rule.size > 0;
    return !zone->has_rule || taki_zone_rule_parse(rule, &zone->rule);
}

bool taki_zone_read(struct taki_arena *arena, taki_str file, struct taki_zone *zone)
{
    struct counts counts;
    char version;
    *zone = (struct taki_zone){0};
    if (!read_header(file, &version, &counts) || file.size - HEADER_BYTES < block_bytes(&counts, 4))
        return false;
    if (version == '\0')
        return read_block(arena, file.data + HEADER_BYTES, &counts, 4, zone);
    size_t skip = HEADER_BYTES + block_bytes(&counts, 4);
    file = (taki_str){file.data + skip, file.size - skip};
    if (!read_header(file, &version, &counts) || file.size - HEADER_BYTES < block_bytes(&counts, 8))
        return false;
    size_t end = HEADER_BYTES + block_bytes(&counts, 8);
    return read_block(arena, file.data + HEADER_BYTES, &counts, 8, zone) &&
           read_footer((taki_str){file.data + end, file.size - end}, zone);
}
