/**
 * @file stage.h
 * Stage sets (design.md 3.3): `<data_dir>/stage/<snapshot_date>/<snapshot_id>/` with one typed column file a table
 * (`<table>.tcol`) and `manifest.json`, written last. load knows no table by name: names, types and meanings come from
 * here. Format: docs/formats.md.
 */
#ifndef TAKI_STAGE_H
#define TAKI_STAGE_H

#include "taki/arena.h"
#include "taki/field.h"
#include "taki/hash.h"
#include "taki/status.h"

#include <stddef.h>
#include <stdint.h>

#define TAKI_STAGE_VERSION 1

/** Writes one table; rows come in grain order (checked: TAKI_CONTRACT names the table and key on disorder or repeats).
 */
struct taki_stage_writer;
TAKI_NODISCARD enum taki_status taki_stage_writer_open(const char *path, const struct taki_field *fields, size_t count,
                                                       struct taki_stage_writer **writer, struct taki_error *err);
TAKI_NODISCARD enum taki_status taki_stage_writer_add(struct taki_stage_writer *writer, const void *row,
                                                      struct taki_error *err);
/** Durable; frees the writer. */
TAKI_NODISCARD enum taki_status taki_stage_writer_commit(struct taki_stage_writer *writer, int64_t *rows,
                                                         int64_t *bytes, char sha256[TAKI_SHA256_HEX],
                                                         struct taki_error *err);
void taki_stage_writer_abandon(struct taki_stage_writer *writer);

/** Reads one table with the fields found in the file; offsets are those of the reader's own row. */
struct taki_stage_reader;
TAKI_NODISCARD enum taki_status taki_stage_reader_open(const char *path, struct taki_stage_reader **reader,
                                                       struct taki_error *err);
const struct taki_field *taki_stage_reader_fields(const struct taki_stage_reader *reader, size_t *count);
int64_t taki_stage_reader_rows(const struct taki_stage_reader *reader);
/** Row groups (at most 65,536 rows each) can be read in any order and by several workers, each with its own reader. */
size_t taki_stage_reader_groups(const struct taki_stage_reader *reader);
TAKI_NODISCARD enum taki_status taki_stage_reader_seek(struct taki_stage_reader *reader, size_t group,
                                                       struct taki_error *err);
/** TAKI_OK: *row valid until the next call; TAKI_END at the end of the file; TAKI_DAMAGED on a bad checksum. @p
 * group_end (may be NULL) tells that this row is the last one of its group. */
TAKI_NODISCARD enum taki_status taki_stage_reader_next(struct taki_stage_reader *reader, const void **row,
                                                       bool *group_end, struct taki_error *err);
void taki_stage_reader_close(struct taki_stage_reader *reader);
void taki_stage_reader_auto(struct taki_stage_reader **reader);

struct taki_stage_table {
    const char *name, *meaning;
    const struct taki_field *fields; /**< name, type, flags, unit, meaning; offsets unused */
    size_t field_count;
    const char *file; /**< "person.tcol" */
    int64_t rows, bytes;
    char sha256[TAKI_SHA256_HEX];
    const char *kind; /**< "entity" (keeps newest + 7 dates) or "aggregate" (keeps all): the retention rule */
};

struct taki_stage_set {
    const char *folder; /**< full path (not in the manifest) */
    char snapshot_id[17];
    taki_date snapshot_date;
    taki_instant as_of, known_at; /**< known_at: extraction instant of the newest batch used */
    const char *currency;         /**< reporting currency */
    int money_digits;
    const char *schema_version, *tool_version;
    const char *rules; /**< JSON object text: versions of rules and outside data */
    const struct taki_stage_table *tables;
    size_t table_count;
    const char *const *batches; /**< "source/object/id sha256", sorted */
    size_t batch_count;
};

void taki_stage_set_write(const struct taki_stage_set *set, struct taki_buf *out);
TAKI_NODISCARD enum taki_status taki_stage_set_read(struct taki_arena *arena, const char *folder,
                                                    struct taki_stage_set *set, struct taki_error *err);
/** All committed stage sets, sorted by snapshot_date, then by time of commit (file time of the manifest), then id. */
TAKI_NODISCARD enum taki_status taki_stage_list(struct taki_arena *arena, const char *data_dir,
                                                struct taki_stage_set **sets, size_t *count, struct taki_error *err);

#endif
