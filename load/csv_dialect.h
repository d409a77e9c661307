/**
 * @file csv_dialect.h
 * The frozen CSV dialect of published snapshots (design.md 3.4) over any field list.
 */
#ifndef TAKI_LOAD_CSV_DIALECT_H
#define TAKI_LOAD_CSV_DIALECT_H

#include "taki/field.h"

/** Header line. */
void taki_csv_dialect_header(const struct taki_field *fields, size_t count, struct taki_buf *out);
/** One row; @p scratch is cleared by the call. NULL = nothing, "" = `""`, CR/LF inside text = a space each. */
void taki_csv_dialect_row(const struct taki_field *fields, size_t count, const void *row, int money_digits,
                          struct taki_buf *scratch, struct taki_buf *out);

#endif
