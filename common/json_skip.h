/**
 * @file json_skip.h
 * The inner loop of the JSON reader in plain C, eight bytes at once; json_skip_sse2.h is its twin and gives the same.
 */
#ifndef TAKI_COMMON_JSON_SKIP_H
#define TAKI_COMMON_JSON_SKIP_H

#include "bytes.h"

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

#endif
