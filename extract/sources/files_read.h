/**
 * @file files_read.h
 * Reads a file of records once before it lands: its charset fits, its quotes close, its records are counted. The bytes
 * are not changed: what comes out are borders between pieces, each of which can be decoded alone.
 */
#ifndef TAKI_EXTRACT_FILES_READ_H
#define TAKI_EXTRACT_FILES_READ_H

#include "taki/arena.h"
#include "taki/charset.h"
#include "taki/status.h"
#include "taki/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** How one configured object is written. */
struct taki_files_rule {
    const char *format;   /**< "csv", "tsv", "json", "ndjson" */
    taki_str encoding;    /**< configured charset, or NULL value */
    char delimiter;       /**< csv and tsv */
    int64_t skip_lines;   /**< banner before the header */
    taki_str records_at;  /**< json: path of the record array; "" = the root */
    size_t piece_bytes;   /**< aim of a piece; 0 = 8 MiB */
    size_t ceiling_bytes; /**< of a json document or one piece, decoded */
};

/** Format by the end of a file name ("a.csv.gz"), or NULL. */
const char *taki_files_format_of(taki_str path);
/** ".gz" at the end, or gzip's first two bytes. */
bool taki_files_is_gzip(taki_str path, taki_str body);

/** What was counted so far. */
struct taki_files_counts {
    int64_t records;   /**< without the header line, wherever it stands */
    int64_t headers;   /**< the header line again */
    int64_t odd_width; /**< records with more or fewer fields than the header: transform refuses them */
    int64_t malformed; /**< lines that are no record: likewise */
};

struct taki_files_piece {
    taki_str bytes; /**< of the body, in order, nothing left out */
    int64_t records;
    taki_str header; /**< JSON array of column names for a piece without its own header line, else NULL value */
};

struct taki_files_reader;

/**
 * @param body  the whole file, borrowed; its gzip already taken off.
 * Settles the charset (taki_charset_choose). Lives in @p arena.
 */
TAKI_NODISCARD enum taki_status taki_files_reader_new(struct taki_arena *arena, const struct taki_files_rule *rule,
                                                      taki_str content_type, taki_str body,
                                                      struct taki_files_reader **reader, struct taki_error *err);

/**
 * The next piece, checked; TAKI_END behind the last. TAKI_CONTRACT: bytes that do not fit the charset (with their
 * offset in the file), a quote that never closes, no header line, JSON that does not parse.
 */
TAKI_NODISCARD enum taki_status taki_files_reader_next(struct taki_files_reader *reader, struct taki_files_piece *piece,
                                                       struct taki_error *err);
const struct taki_charset *taki_files_reader_charset(const struct taki_files_reader *reader);
struct taki_files_counts taki_files_reader_counts(const struct taki_files_reader *reader);
/** Names of the header (csv, tsv) or of the first record's members. Live in the reader's arena. */
const taki_str *taki_files_reader_fields(const struct taki_files_reader *reader, size_t *count);
/** Frees the buffer between pieces. NULL is allowed. */
void taki_files_reader_reset(struct taki_files_reader *reader);

#endif
