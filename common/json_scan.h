/**
 * @file json_scan.h
 * Inside of the JSON reader: what string bodies are made of, and the search for repeated member names.
 */
#ifndef TAKI_COMMON_JSON_SCAN_H
#define TAKI_COMMON_JSON_SCAN_H

#include "bytes.h"

#include "taki/json.h"

/** First byte from @p at on that is no plain ASCII of a string: quote, backslash, control or 0x80 and above; or @p end.
 */
static inline const char *taki_json_skip_plain(const char *at, const char *end)
{
    while (end - at >= 8) {
        const uint64_t word = taki_load64(at);
        const uint64_t marks = taki_lowest_equal(word, '"') | taki_lowest_equal(word, '\\') |
                               taki_lowest_below(word, 0x20) | (word & TAKI_HIGHS);
        if (marks != 0)
            return at + taki_lowest_byte(marks);
        at += 8;
    }
    for (; at < end; at++) {
        const unsigned char c = (unsigned char)*at;
        if (c == '"' || c == '\\' || c < 0x20 || c >= 0x80)
            break;
    }
    return at;
}

/** Behind the escapes and multi-byte characters that begin at @p at, or NULL if the one at @p at is wrong. */
const char *taki_json_skip_special(const char *at, const char *end);
/** Why taki_json_skip_special refused what is at @p at. */
const char *taki_json_special_fault(const char *at);
/** Place of a member name that an earlier member of the closed object @p index has too, or NULL. */
const char *taki_json_repeated_key(struct taki_arena *arena, const struct taki_json_node *nodes, uint32_t index);
/** Code unit of the escape `\uXXXX` at @p at, or UINT32_MAX. */
uint32_t taki_json_code_unit(const char *at, const char *end);

#endif
