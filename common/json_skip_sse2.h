/**
 * @file json_skip_sse2.h
 * The inner loop of the JSON reader with sixteen bytes at once, for every x86-64; json_skip.h is its portable twin and
 * gives the same.
 */
#ifndef TAKI_COMMON_JSON_SKIP_SSE2_H
#define TAKI_COMMON_JSON_SKIP_SSE2_H

#include <emmintrin.h>

/** First byte from @p at on that is no plain ASCII of a string: quote, backslash, control or 0x80 and above; or @p end.
 */
static inline const char *taki_json_skip_plain(const char *at, const char *end)
{
    while (end - at >= 16) {
        const __m128i block = _mm_loadu_si128((const __m128i *)(const void *)at);
        const __m128i quotes = _mm_cmpeq_epi8(block, _mm_set1_epi8('"'));
        const __m128i slashes = _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'));
        const __m128i others = _mm_cmplt_epi8(block, _mm_set1_epi8(0x20)); // signed: 0x80 and above are below it too
        const int marks = _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quotes, slashes), others));
        if (marks != 0)
            return at + __builtin_ctz((unsigned)marks);
        at += 16;
    }
    for (; at < end; at++) {
        const unsigned char c = (unsigned char)*at;
        if (c == '"' || c == '\\' || c < 0x20 || c >= 0x80)
            break;
    }
    return at;
}

#endif
