#include "json_scan.h"

#include "bytes.h"

#include "taki/text.h"

#include <stdlib.h>
#include <string.h>

/** Objects up to this many members are searched with a filter, larger ones are sorted. */
#define SMALL_OBJECT 64

static uint32_t hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return (uint32_t)(c - '0');
    if (c >= 'a' && c <= 'f')
        return (uint32_t)(c - 'a') + 10;
    if (c >= 'A' && c <= 'F')
        return (uint32_t)(c - 'A') + 10;
    return UINT32_MAX;
}

uint32_t taki_json_code_unit(const char *at, const char *end)
{
    if (end - at < 6 || at[0] != '\\' || at[1] != 'u')
        return UINT32_MAX;
    uint32_t unit = 0;
    for (int i = 2; i < 6; i++) {
        const uint32_t digit = hex_digit(at[i]);
        if (digit == UINT32_MAX)
            return UINT32_MAX;
        unit = unit << 4 | digit;
    }
    return unit;
}

static const char *skip_escape(const char *at, const char *end)
{
    if (end - at < 2)
        return NULL;
    if (at[1] != 'u')
        return at[1] != '\0' && strchr("\"\\/bfnrt", at[1]) != NULL ? at + 2 : NULL;
    const uint32_t unit = taki_json_code_unit(at, end);
    if (unit == UINT32_MAX || (unit & 0xFC00) == 0xDC00)
        return NULL;
    if ((unit & 0xFC00) != 0xD800)
        return at + 6;
    const uint32_t low = taki_json_code_unit(at + 6, end);
    return low != UINT32_MAX && (low & 0xFC00) == 0xDC00 ? at + 12 : NULL;
}

/** Three bytes of one character as nearly all Japanese text has them, surrogates and overlong forms kept out. */
static inline bool is_common_triple(const char *at)
{
    const unsigned char a = (unsigned char)at[0];
    const unsigned char b = (unsigned char)at[1];
    const unsigned char c = (unsigned char)at[2];
    return a > 0xE0 && a < 0xF0 && a != 0xED && (b & 0xC0) == 0x80 && (c & 0xC0) == 0x80;
}

const char *taki_json_skip_special(const char *at, const char *end)
{
    if (*at == '\\')
        return skip_escape(at, end);
    if ((unsigned char)*at < 0x20)
        return NULL;
    const char *begin = at;
    while (at < end && (unsigned char)*at >= 0x80) {
        size_t size = 3;
        if (end - at < 3 || !is_common_triple(at)) {
            const uint32_t code_point = taki_utf8_next((taki_str){at, (size_t)(end - at)}, &size);
            if (code_point == 0xFFFD && size == 1)
                break;
        }
        at += size;
    }
    return at == begin ? NULL : at;
}

const char *taki_json_special_fault(const char *at)
{
    if (*at == '\\')
        return "an escape that is none, or half of a surrogate pair";
    return (unsigned char)*at < 0x20 ? "a control character inside a string" : "bytes that are no UTF-8";
}

/** Cheap and only a filter: length, first and last bytes. */
static inline uint32_t key_mark(taki_str key)
{
    uint64_t first = 0;
    uint64_t last = 0;
    if (key.size >= 8) {
        first = taki_load64(key.data);
        last = taki_load64(key.data + key.size - 8);
    } else {
        for (size_t i = 0; i < key.size; i++)
            first = first << 8 | (unsigned char)key.data[i];
    }
    const uint64_t mixed = (first ^ (last << 1) ^ key.size) * UINT64_C(0x9E3779B97F4A7C15);
    return (uint32_t)(mixed >> 55); // 0..511
}

static bool is_earlier(const struct taki_json_node *nodes, uint32_t first, uint32_t before)
{
    const taki_str key = nodes[before].key;
    for (uint32_t i = first; i < before; i = nodes[i].next) {
        if (nodes[i].key.size == key.size && memcmp(nodes[i].key.data, key.data, key.size) == 0)
            return true;
    }
    return false;
}

/** Sets *escaped and stops when a key has escapes: equal keys may then be spelt differently. */
static const char *search_small(const struct taki_json_node *nodes, uint32_t index, bool *escaped)
{
    uint64_t filter[8] = {0};
    for (uint32_t i = index + 1; i < nodes[index].next; i = nodes[i].next) {
        if (nodes[i].key_escaped) {
            *escaped = true;
            return NULL;
        }
        const uint32_t mark = key_mark(nodes[i].key);
        const uint64_t bit = UINT64_C(1) << (mark & 63);
        if ((filter[mark >> 6] & bit) != 0 && is_earlier(nodes, index + 1, i))
            return nodes[i].key.data;
        filter[mark >> 6] |= bit;
    }
    return NULL;
}

struct key_place {
    taki_str key;
    const char *place;
};

static int by_key(const void *left, const void *right)
{
    const struct key_place *a = left;
    const struct key_place *b = right;
    const int order = taki_str_compare(a->key, b->key);
    return order != 0 ? order : (a->place > b->place) - (a->place < b->place);
}

/** Sorting keeps its worst case with keys chosen by an enemy; a hash table would not. */
static const char *search_sorted(struct taki_arena *arena, const struct taki_json_node *nodes, uint32_t index)
{
    const size_t count = nodes[index].children;
    struct key_place *places = TAKI_NEW_ARRAY(arena, count, struct key_place);
    size_t n = 0;
    for (uint32_t i = index + 1; i < nodes[index].next; i = nodes[i].next)
        places[n++] = (struct key_place){taki_json_key(arena, &nodes[i]), nodes[i].key.data};
    qsort(places, count, sizeof *places, by_key);
    const char *first = NULL;
    for (size_t i = 1; i < count; i++) {
        if (taki_str_equal(places[i - 1].key, places[i].key) && (first == NULL || places[i].place < first))
            first = places[i].place;
    }
    return first;
}

const char *taki_json_repeated_key(struct taki_arena *arena, const struct taki_json_node *nodes, uint32_t index)
{
    bool escaped = nodes[index].children > SMALL_OBJECT;
    const char *place = escaped ? NULL : search_small(nodes, index, &escaped);
    return escaped ? search_sorted(arena, nodes, index) : place;
}
