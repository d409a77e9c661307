#include "taki/text.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define REPLACEMENT 0xFFFDU

/* By the lead byte: bytes of the character, and the range of its second byte that rules out overlongs and surrogates
 * (Unicode 15, table 3-7). */
static const struct form {
    unsigned char first, last, size, second_low, second_high;
} forms[] = {
    {0x00, 0x7F, 1, 0x00, 0x00},
    {0xC2, 0xDF, 2, 0x80, 0xBF},
    {0xE0, 0xE0, 3, 0xA0, 0xBF},
    {0xE1, 0xEC, 3, 0x80, 0xBF},
    {0xED, 0xED, 3, 0x80, 0x9F},
    {0xEE, 0xEF, 3, 0x80, 0xBF},
    {0xF0, 0xF0, 4, 0x90, 0xBF},
    {0xF1, 0xF3, 4, 0x80, 0xBF},
    {0xF4, 0xF4, 4, 0x80, 0x8F},
};

/* Bytes of the well-formed character at @p at, or 0. */
static size_t well_formed(const unsigned char *at, size_t left)
{
    for (size_t i = 0; i < TAKI_LEN(forms); i++) {
        const struct form *form = &forms[i];
        if (at[0] < form->first || at[0] > form->last)
            continue;
        if (form->size == 1)
            return 1;
        if (left < form->size || at[1] < form->second_low || at[1] > form->second_high)
            return 0;
        for (size_t k = 2; k < form->size; k++) {
            if ((at[k] & 0xC0U) != 0x80U)
                return 0;
        }
        return form->size;
    }
    return 0;
}

/* Length of the ASCII run at the start, eight bytes at a time. */
static size_t ascii_run(const char *data, size_t size)
{
    size_t i = 0;
    for (uint64_t word; i + sizeof word <= size; i += sizeof word) {
        memcpy(&word, data + i, sizeof word);
        if ((word & UINT64_C(0x8080808080808080)) != 0)
            break;
    }
    while (i < size && (unsigned char)data[i] < 0x80)
        i++;
    return i;
}

bool taki_utf8_valid(taki_str s, size_t *bad)
{
    size_t i = 0;
    while (i < s.size) {
        i += ascii_run(s.data + i, s.size - i);
        if (i == s.size)
            break;
        size_t size = well_formed((const unsigned char *)s.data + i, s.size - i);
        if (size == 0) {
            if (bad != NULL)
                *bad = i;
            return false;
        }
        i += size;
    }
    return true;
}

uint32_t taki_utf8_next(taki_str s, size_t *size)
{
    const unsigned char *at = (const unsigned char *)s.data;
    static const unsigned char lead_mask[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    size_t bytes = well_formed(at, s.size);
    *size = bytes > 0 ? bytes : 1;
    if (bytes == 0)
        return REPLACEMENT;
    uint32_t code_point = at[0] & lead_mask[bytes];
    for (size_t i = 1; i < bytes; i++)
        code_point = code_point << 6U | (at[i] & 0x3FU);
    return code_point;
}

size_t taki_utf8_put(uint32_t code_point, char out[4])
{
    if (code_point < 0x80U) {
        out[0] = (char)code_point;
        return 1;
    }
    if (code_point > 0x10FFFFU || (code_point >= 0xD800U && code_point <= 0xDFFFU))
        code_point = REPLACEMENT;
    size_t size = code_point < 0x800U ? 2 : code_point < 0x10000U ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = size - 1; i > 0; i--) {
        out[i] = (char)(0x80U | (code_point & 0x3FU));
        code_point >>= 6U;
    }
    out[0] = (char)(lead[size] | code_point);
    return size;
}

static taki_str map_text(struct taki_arena *arena, taki_str s, int options)
{
    utf8proc_uint8_t *mapped = NULL;
    utf8proc_ssize_t size =
        utf8proc_map((const utf8proc_uint8_t *)s.data, (utf8proc_ssize_t)s.size, &mapped, (utf8proc_option_t)options);
    if (size < 0)
        taki_bug(utf8proc_errmsg(size));
    taki_str copy = {taki_arena_copy(arena, mapped, (size_t)size), (size_t)size};
    free(mapped);
    return copy;
}

#define NFKC (UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT)

taki_str taki_utf8_nfkc(struct taki_arena *arena, taki_str s)
{
    if (taki_str_is_null(s) || ascii_run(s.data, s.size) == s.size)
        return taki_str_dup(arena, s);
    return taki_utf8_valid(s, NULL) ? map_text(arena, s, NFKC) : TAKI_STR_NULL;
}

static taki_str fold_ascii(struct taki_arena *arena, taki_str s)
{
    char *folded = taki_arena_copy(arena, s.data, s.size);
    for (size_t i = 0; i < s.size; i++) {
        if (folded[i] >= 'A' && folded[i] <= 'Z')
            folded[i] = (char)(folded[i] - 'A' + 'a');
    }
    return (taki_str){folded, s.size};
}

taki_str taki_utf8_fold(struct taki_arena *arena, taki_str s)
{
    if (taki_str_is_null(s))
        return s;
    if (ascii_run(s.data, s.size) == s.size)
        return fold_ascii(arena, s);
    return taki_utf8_valid(s, NULL) ? map_text(arena, s, (int)NFKC | (int)UTF8PROC_CASEFOLD) : TAKI_STR_NULL;
}

const char *taki_unicode_version(void)
{
    return utf8proc_unicode_version();
}
