/**
 * @file csv.h
 * CSV from outside as a pull stream of records over a whole decoded text: a fast scanner for clean RFC 4180 records,
 * libcsv (strict) for odd ones; both give the same fields (fuzzed against each other). Also the quoting half of our own
 * frozen dialect.
 */
#ifndef TAKI_CSV_H
#define TAKI_CSV_H

#include "taki/arena.h"
#include "taki/status.h"
#include "taki/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct taki_csv_options {
    char delimiter;          /**< 0 = ',' */
    size_t max_fields;       /**< 0 = 10,000 */
    size_t max_record_bytes; /**< 0 = 16 MiB */
    bool libcsv_only;        /**< for fuzzing and comparison */
};

struct taki_csv;

/** @param text whole UTF-8 document, borrowed; a BOM at its start is skipped. The reader lives in @p arena. */
struct taki_csv *taki_csv_new(struct taki_arena *arena, taki_str text, const struct taki_csv_options *options);

struct taki_csv_record {
    const taki_str *fields; /**< unquoted empty = NULL value; `""` = empty text. Valid until the next call. */
    size_t count;
    size_t offset; /**< byte offset of the record in the text */
    size_t line;   /**< 1-based line on which the record starts */
    taki_str raw;  /**< the record's bytes without its line end */
};

/**
 * TAKI_OK, TAKI_END, TAKI_CONTRACT (stray quote, unterminated quote at the end: a cut download; with line and offset),
 * or TAKI_CEILING. Empty lines are skipped. NUL bytes and line breaks inside quotes are kept.
 */
TAKI_NODISCARD enum taki_status taki_csv_next(struct taki_csv *csv, struct taki_csv_record *record,
                                              struct taki_error *err);

/** After a TAKI_CONTRACT of a record: moves behind the next line end so that reading can go on with the following
 * record. */
void taki_csv_skip_line(struct taki_csv *csv);

/** Appends a value in the frozen dialect (RFC 4180; NULL = nothing, "" = `""`; CR/LF runs inside become one space each
 * character). */
void taki_csv_add(struct taki_buf *buf, taki_str value);

#endif
