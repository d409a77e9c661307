/**
 * @file tcol.h
 * The stage column file (docs/formats.md, "Stage table"), what writer and reader share.
 *
 *     head    magic, u32 version, u32 size of the field list, field list, u64 checksum
 *     groups  u32 rows, column after column, u64 checksum
 *     foot    (u64 offset, u64 bytes, u32 rows) a group, u64 rows, u32 groups, u64 checksum, u64 offset of the foot,
 * magic
 */
#ifndef TAKI_COMMON_TCOL_H
#define TAKI_COMMON_TCOL_H

#include "taki/field.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define TAKI_TCOL_MAGIC "TAKICOL\n"
#define TAKI_TCOL_GROUP_ROWS 65536u
#define TAKI_TCOL_HEAD_BYTES 16  /**< before the field list */
#define TAKI_TCOL_ENTRY_BYTES 20 /**< of a group in the foot */
#define TAKI_TCOL_TAIL_BYTES 36  /**< of the foot behind its entries */
#define TAKI_TCOL_DICTIONARY_MAX 256u

enum taki_tcol_encoding {
    TAKI_TCOL_PLAIN,      /**< NULL bitmap, then fixed values, or u32 ends and bytes of texts */
    TAKI_TCOL_CONSTANT,   /**< u8 is NULL, then the value of all rows */
    TAKI_TCOL_DICTIONARY, /**< NULL bitmap, u8 code a row, u32 count, u32 ends, bytes */
};

/** Bytes of a value in the file; 0 = text. */
static inline size_t taki_tcol_width(enum taki_type type)
{
    static const unsigned char widths[TAKI_TYPE_COUNT_] = {
        [TAKI_TYPE_BOOL] = 1, [TAKI_TYPE_I64] = 8,     [TAKI_TYPE_F64] = 8,
        [TAKI_TYPE_DATE] = 4, [TAKI_TYPE_INSTANT] = 8, [TAKI_TYPE_MONEY] = 8,
    };
    return widths[type];
}

#endif
