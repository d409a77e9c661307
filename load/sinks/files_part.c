/* One table as one gzip member: whole in memory through the fast compressor while it is small, streamed beyond. */
#include "files_part.h"

#include "csv_dialect.h"
#include "snapshot.h"

#include "taki/file.h"
#include "taki/gzip.h"

#include <string.h>

/* WHOLE_BYTES decides bytes of the file, so it never depends on --memory or the number of workers. */
enum { WHOLE_BYTES = (4 << 20) - (256 << 10), STEP_BYTES = 1 << 20, LEVEL = 6, MOST_BYTES = 1 << 30 };
/* Texts, their compressed form, and a row group of 16 MiB of texts and its numbers. */
enum { PART_MEMORY = 40 << 20 };

struct part {
    const struct taki_target *target;
    const struct taki_stage_table *table;
    int money_digits;
    struct taki_stage_reader *reader;
    const struct taki_field *fields;
    size_t field_count;
    void *row; /* copy of the reader's row, so that personal columns can be changed */
    size_t row_bytes;
    struct taki_arena *scratch;
    struct taki_buf cell, text, packed;
    struct taki_file *file;
    struct taki_deflate *deflate; /* NULL while the table still fits into memory */
    struct taki_sha256 *raw;
    int64_t raw_bytes;
};

static size_t row_bytes(const struct taki_field *fields, size_t count)
{
    size_t size = 0;
    for (size_t i = 0; i < count; i++) {
        size_t end = fields[i].offset + taki_type_size(fields[i].type);
        size = end > size ? end : size;
    }
    return size;
}

/* Hands the text so far to the compressor and the file. */
static enum taki_status drain(struct part *part, struct taki_error *err)
{
    taki_str text = taki_buf_view(&part->text);
    taki_sha256_add(part->raw, text);
    part->raw_bytes += (int64_t)text.size;
    TAKI_TRY(taki_deflate_feed(part->deflate, text, &part->packed, err));
    TAKI_TRY(taki_file_write(part->file, taki_buf_view(&part->packed), err));
    taki_buf_clear(&part->packed);
    taki_buf_clear(&part->text);
    return TAKI_OK;
}

/* What the schema promises its readers. */
static enum taki_status check_nulls(const struct part *part, int64_t number, struct taki_error *err)
{
    for (size_t i = 0; i < part->field_count; i++) {
        if (!taki_field_is_null(&part->fields[i], part->row) || taki_pii_nullable(part->target, &part->fields[i]))
            continue;
        (void)taki_fail(err, TAKI_CONTRACT, "column '%s' of row %lld is NULL and must not be", part->fields[i].name,
                        (long long)number);
        return taki_hint(err, "this is a bug in taki: please report it with the output of taki-load preview %s",
                         part->table->name);
    }
    return TAKI_OK;
}

static enum taki_status add_row(struct part *part, const void *row, int64_t number, struct taki_error *err)
{
    memcpy(part->row, row, part->row_bytes);
    taki_pii_apply(part->target, part->fields, part->field_count, part->row, part->scratch);
    TAKI_TRY(check_nulls(part, number, err));
    taki_csv_dialect_row(part->fields, part->field_count, part->row, part->money_digits, &part->cell, &part->text);
    taki_arena_reset(part->scratch);
    TAKI_TRY(taki_buf_check(&part->text, "a row of the snapshot", err));
    if (part->deflate == NULL && part->text.size > WHOLE_BYTES)
        part->deflate = taki_deflate_open(LEVEL);
    return part->deflate != NULL && part->text.size > STEP_BYTES ? drain(part, err) : TAKI_OK;
}

static enum taki_status finish(struct part *part, struct taki_error *err)
{
    if (part->deflate != NULL) {
        TAKI_TRY(drain(part, err));
        TAKI_TRY(taki_deflate_finish(part->deflate, &part->packed, err));
    } else {
        taki_sha256_add(part->raw, taki_buf_view(&part->text));
        part->raw_bytes = (int64_t)part->text.size;
        TAKI_TRY(taki_gzip(taki_buf_view(&part->text), LEVEL, &part->packed, err));
    }
    return taki_file_write(part->file, taki_buf_view(&part->packed), err);
}

static enum taki_status copy_rows(struct part *part, int64_t *rows, struct taki_error *err)
{
    enum { ROWS_BETWEEN_CHECKS = 0xFFFF };
    const void *row = NULL;
    enum taki_status status = TAKI_OK;
    taki_csv_dialect_header(part->fields, part->field_count, &part->text);
    while ((status = taki_stage_reader_next(part->reader, &row, NULL, err)) == TAKI_OK) {
        TAKI_TRY(add_row(part, row, ++*rows, err));
        if ((*rows & ROWS_BETWEEN_CHECKS) == 0)
            TAKI_TRY(taki_run_check_stop(err));
    }
    return status == TAKI_END ? finish(part, err) : status;
}

static void part_close(struct part *part)
{
    taki_stage_reader_close(part->reader);
    taki_file_abandon(part->file);
    taki_deflate_close(part->deflate);
    taki_buf_reset(&part->cell);
    taki_buf_reset(&part->text);
    taki_buf_reset(&part->packed);
    taki_arena_close(part->scratch);
    if (part->raw != NULL) {
        char unused[TAKI_SHA256_HEX];
        taki_sha256_close(part->raw, unused);
    }
}

static enum taki_status write_part(struct part *part, const char *path, struct taki_published *file,
                                   struct taki_error *err)
{
    TAKI_TRY(taki_file_create(path, &part->file, err));
    TAKI_TRY(copy_rows(part, &file->rows, err));
    file->bytes = taki_file_size(part->file);
    taki_file_sha256(part->file, file->sha256);
    struct taki_file *finished = part->file;
    part->file = NULL;
    TAKI_TRY(taki_file_commit(finished, false, err));
    taki_sha256_close(part->raw, file->raw_sha256);
    part->raw = NULL;
    file->raw_bytes = part->raw_bytes;
    return TAKI_OK;
}

size_t taki_files_part_memory(void)
{
    return PART_MEMORY;
}

enum taki_status taki_files_write_part(const struct taki_target *target, const struct taki_stage_set *set,
                                       const struct taki_stage_table *table, const char *path,
                                       struct taki_published *file, struct taki_error *err)
{
    struct part part = {.target = target,
                        .table = table,
                        .money_digits = set->money_digits,
                        .scratch = taki_arena_open("snapshot row", 0)};
    taki_buf_init(&part.cell, MOST_BYTES);
    taki_buf_init(&part.text, MOST_BYTES);
    taki_buf_init(&part.packed, MOST_BYTES);
    part.raw = taki_sha256_open();
    enum taki_status status = taki_snapshot_open(set, table, &part.reader, err);
    if (status == TAKI_OK) {
        TAKI_AUTO(taki_arena_auto) struct taki_arena *rows = taki_arena_open("snapshot rows", 0);
        part.fields = taki_stage_reader_fields(part.reader, &part.field_count);
        part.row_bytes = row_bytes(part.fields, part.field_count);
        part.row = taki_arena_alloc(rows, part.row_bytes);
        status = write_part(&part, path, file, err);
    }
    part_close(&part);
    return status == TAKI_OK ? status : taki_while(err, status, "table %s", table->name);
}
