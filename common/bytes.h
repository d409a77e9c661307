/**
 * @file bytes.h
 * Little-endian loads and stores that are the same on every machine (compilers make one instruction of each), and the
 * eight-bytes-at-once tests of the scanners.
 */
#ifndef TAKI_COMMON_BYTES_H
#define TAKI_COMMON_BYTES_H

#include <stddef.h>
#include <stdint.h>

static inline uint32_t taki_load32(const void *from)
{
    const unsigned char *p = from;
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint64_t taki_load64(const void *from)
{
    const unsigned char *p = from;
    return (uint64_t)taki_load32(p) | (uint64_t)taki_load32(p + 4) << 32;
}

static inline void taki_store32(void *to, uint32_t value)
{
    unsigned char *p = to;
    p[0] = (unsigned char)value;
    p[1] = (unsigned char)(value >> 8);
    p[2] = (unsigned char)(value >> 16);
    p[3] = (unsigned char)(value >> 24);
}

static inline void taki_store64(void *to, uint64_t value)
{
    taki_store32(to, (uint32_t)value);
    taki_store32((unsigned char *)to + 4, (uint32_t)(value >> 32));
}

/** Big-endian, so that memcmp order is the order of unsigned numbers. */
static inline void taki_store64_big(void *to, uint64_t value)
{
    unsigned char *p = to;
    for (int i = 0; i < 8; i++)
        p[i] = (unsigned char)(value >> (56 - 8 * i));
}

static inline uint64_t taki_load64_big(const void *from)
{
    const unsigned char *p = from;
    uint64_t value = 0;
    for (int i = 0; i < 8; i++)
        value = value << 8 | p[i];
    return value;
}

#define TAKI_ONES UINT64_C(0x0101010101010101)
#define TAKI_HIGHS UINT64_C(0x8080808080808080)

/**
 * High bit of each byte of @p word that equals @p c, for bytes below 0x80 of both; the lowest mark is exact, marks
 * above it may be false (a borrow): callers use the lowest only.
 */
static inline uint64_t taki_lowest_equal(uint64_t word, unsigned char c)
{
    const uint64_t x = word ^ (TAKI_ONES * c);
    return (x - TAKI_ONES) & ~x & TAKI_HIGHS;
}

/** The same for bytes below @p limit (at most 0x80). */
static inline uint64_t taki_lowest_below(uint64_t word, unsigned char limit)
{
    return (word - TAKI_ONES * limit) & ~word & TAKI_HIGHS;
}

/** Every mark exact. */
static inline uint64_t taki_all_equal(uint64_t word, unsigned char c)
{
    const uint64_t x = word ^ (TAKI_ONES * c);
    return ~(((x & ~TAKI_HIGHS) + ~TAKI_HIGHS) | x) & TAKI_HIGHS;
}

/** Index of the lowest marked byte of a non-zero mask. */
static inline size_t taki_lowest_byte(uint64_t marks)
{
    return (size_t)__builtin_ctzll(marks) >> 3;
}

#endif
