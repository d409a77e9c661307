/**
 * @file csv_scan.h
 * Inside of the CSV reader: the state that the fast scanner and the libcsv path share.
 *
 * Both read the same language: RFC 4180 with any single-byte delimiter; a record ends at LF, CR LF, or at the end of
 * the text (a CR there belongs to the line end). A CR anywhere else is data: Marketo exports bare CRs inside fields,
 * and quotes only some of them.
 */
#ifndef TAKI_COMMON_CSV_SCAN_H
#define TAKI_COMMON_CSV_SCAN_H

#include "taki/csv.h"

struct taki_csv {
    struct taki_arena *arena;
    taki_str text;
    struct taki_csv_options options;
    size_t at, line;   /**< of the next record */
    taki_str *fields;  /**< of the current record */
    uint32_t *doubled; /**< indices of its fields that hold doubled quotes */
    size_t count, capacity, doubled_count;
    bool quoted;   /**< a field was quoted, so line breaks may lie inside */
    size_t end;    /**< of the current record in the text, before its line end */
    size_t behind; /**< and behind the line end */
    char *scratch; /**< texts of fields that are not in the document as they are */
    size_t scratch_size;
};

/** What a scanner found out about the record at `at`. */
enum taki_csv_outcome {
    TAKI_CSV_OK,
    TAKI_CSV_ODD,     /**< fast scanner only: libcsv has to judge */
    TAKI_CSV_BAD,     /**< stray quote */
    TAKI_CSV_CUT,     /**< the text ends inside quotes */
    TAKI_CSV_FIELDS,  /**< more than max_fields */
    TAKI_CSV_TOO_LONG /**< more than max_record_bytes */
};

/** One more field; false if there are too many. */
bool taki_csv_push(struct taki_csv *csv, taki_str field);
/** Room for at least @p size bytes at csv->scratch; @p keep of its first bytes are kept. */
void taki_csv_scratch(struct taki_csv *csv, size_t size, size_t keep);
/** The record at `at` by libcsv: fills fields, end, behind, quoted. */
enum taki_csv_outcome taki_csv_by_libcsv(struct taki_csv *csv);

#endif
