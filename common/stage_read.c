#include "bytes.h"
#include "tcol.h"

#include "taki/file.h"
#include "taki/hash.h"
#include "taki/stage.h"
#include "taki/text.h"

#include <string.h>

/** A column of the group in memory: views into the group's bytes, checked when it was read. */
struct column {
    enum taki_tcol_encoding encoding;
    bool is_text;
    size_t width;
    const unsigned char *nulls;  /**< bitmap; of a constant: one byte */
    const unsigned char *values; /**< fixed values, u32 ends of texts, or codes */
    const unsigned char *ends;   /**< u32 ends of the texts of a dictionary */
    const char *texts;
    uint32_t text_size, dictionary_count;
};

struct group {
    uint64_t offset, bytes;
    uint32_t rows;
};

struct taki_stage_reader {
    struct taki_arena *arena;
    const char *path;
    struct taki_field *fields;
    size_t field_count, group_count;
    struct group *groups;
    int64_t rows, size;
    struct taki_buf bytes; /**< of the group in memory */
    struct column *columns;
    char *row;
    size_t group;               /**< the next one to read */
    uint32_t at, rows_in_group; /**< rows given out of the group in memory, and all of it */
};

/** Bytes not parsed yet; `bad` is set by the first read beyond them and stays. */
struct cursor {
    const unsigned char *at, *end;
    bool bad;
};

static const unsigned char *take(struct cursor *cursor, uint64_t size)
{
    if (cursor->bad || size > (uint64_t)(cursor->end - cursor->at)) {
        cursor->bad = true;
        return NULL;
    }
    const unsigned char *bytes = cursor->at;
    cursor->at += size;
    return bytes;
}

static uint32_t take_u32(struct cursor *cursor)
{
    const unsigned char *bytes = take(cursor, 4);
    return bytes == NULL ? 0 : taki_load32(bytes);
}

static uint64_t take_u64(struct cursor *cursor)
{
    const unsigned char *bytes = take(cursor, 8);
    return bytes == NULL ? 0 : taki_load64(bytes);
}

static const char *take_text(struct cursor *cursor, struct taki_arena *arena)
{
    const uint32_t size = take_u32(cursor);
    const unsigned char *bytes = take(cursor, size);
    if (bytes == NULL)
        return "";
    cursor->bad = memchr(bytes, '\0', size) != NULL;
    return taki_arena_copy(arena, bytes, size);
}

static enum taki_status damaged(const struct taki_stage_reader *reader, const char *where, struct taki_error *err)
{
    const enum taki_status status =
        taki_fail(err, TAKI_DAMAGED, "stage table '%s' is damaged: %s", reader->path, taki_text(where));
    (void)taki_hint(err, "remove the stage folder and run taki-transform again");
    return status;
}

/** Reads bytes of the file that end with a checksum over what stands before it. */
static enum taki_status read_checked(const struct taki_stage_reader *reader, uint64_t offset, uint64_t size,
                                     struct taki_buf *out, struct taki_error *err)
{
    if (size < 8 || offset > (uint64_t)reader->size || size > (uint64_t)reader->size - offset)
        return damaged(reader, "a part lies outside of the file", err);
    taki_buf_clear(out);
    TAKI_TRY(taki_file_read_at(reader->path, (int64_t)offset, (size_t)size, out, err));
    out->size -= 8;
    if (taki_hash(taki_buf_view(out)) != taki_load64(out->data + out->size))
        return damaged(reader, "a checksum differs", err);
    return TAKI_OK;
}

static enum taki_status read_field(struct taki_stage_reader *reader, struct cursor *cursor, struct taki_field *field,
                                   struct taki_error *err)
{
    field->name = take_text(cursor, reader->arena);
    const char *type = take_text(cursor, reader->arena);
    field->flags = take_u32(cursor);
    field->unit = take_text(cursor, reader->arena);
    field->meaning = take_text(cursor, reader->arena);
    if (cursor->bad || !taki_type_find(taki_str_of(type), &field->type))
        return damaged(reader, "its field list", err);
    return TAKI_OK;
}

/** Members one behind the other, each at a multiple of eight: any type may stand there. */
static void lay_out_row(struct taki_stage_reader *reader)
{
    size_t size = 0;
    for (size_t i = 0; i < reader->field_count; i++) {
        reader->fields[i].offset = (uint32_t)size;
        size += (taki_type_size(reader->fields[i].type) + 7) / 8 * 8;
    }
    reader->row = taki_arena_alloc(reader->arena, size);
    reader->columns = TAKI_NEW_ARRAY(reader->arena, reader->field_count, struct column);
    for (size_t i = 0; i < reader->field_count; i++) {
        const size_t width = taki_tcol_width(reader->fields[i].type);
        reader->columns[i].is_text = width == 0;
        reader->columns[i].width = width != 0 ? width : 4;
    }
}

static enum taki_status read_fields(struct taki_stage_reader *reader, taki_str list, struct taki_error *err)
{
    const unsigned char *start = (const unsigned char *)list.data;
    struct cursor cursor = {start, start + list.size, false};
    const uint32_t count = take_u32(&cursor);
    if (count > list.size / 20) // a field takes 20 bytes at least
        return damaged(reader, "its field list", err);
    reader->fields = TAKI_NEW_ARRAY(reader->arena, count, struct taki_field);
    for (; reader->field_count < count; reader->field_count++)
        TAKI_TRY(read_field(reader, &cursor, &reader->fields[reader->field_count], err));
    if (cursor.at != cursor.end)
        return damaged(reader, "its field list", err);
    lay_out_row(reader);
    return TAKI_OK;
}

/** @param end receives the offset behind the head */
static enum taki_status read_head(struct taki_stage_reader *reader, uint64_t *end, struct taki_error *err)
{
    if (reader->size < TAKI_TCOL_HEAD_BYTES)
        return damaged(reader, "it is too short", err);
    TAKI_TRY(taki_file_read_at(reader->path, 0, TAKI_TCOL_HEAD_BYTES, &reader->bytes, err));
    if (memcmp(reader->bytes.data, TAKI_TCOL_MAGIC, 8) != 0)
        return damaged(reader, "it does not begin like one", err);
    const uint32_t version = taki_load32(reader->bytes.data + 8);
    if (version > TAKI_STAGE_VERSION) {
        return taki_fail(err, TAKI_DAMAGED,
                         "stage table '%s' was written by a newer taki: format %u, this one reads up to %d",
                         reader->path, version, TAKI_STAGE_VERSION);
    }
    *end = (uint64_t)TAKI_TCOL_HEAD_BYTES + taki_load32(reader->bytes.data + 12) + 8;
    TAKI_TRY(read_checked(reader, 0, *end, &reader->bytes, err));
    const taki_str head = taki_buf_view(&reader->bytes);
    return read_fields(reader, (taki_str){head.data + TAKI_TCOL_HEAD_BYTES, head.size - TAKI_TCOL_HEAD_BYTES}, err);
}

/** Groups have to cover the file without gaps from @p start to @p end. */
static enum taki_status read_groups(struct taki_stage_reader *reader, struct cursor *cursor, uint64_t start,
                                    uint64_t end, struct taki_error *err)
{
    uint64_t rows = 0;
    for (size_t i = 0; i < reader->group_count; i++) {
        struct group *group = &reader->groups[i];
        group->offset = take_u64(cursor);
        group->bytes = take_u64(cursor);
        group->rows = take_u32(cursor);
        if (group->offset != start || group->bytes > end - start || group->rows == 0 ||
            group->rows > TAKI_TCOL_GROUP_ROWS)
            return damaged(reader, "its table of row groups", err);
        start += group->bytes;
        rows += group->rows;
    }
    if (start != end || rows != take_u64(cursor))
        return damaged(reader, "its table of row groups", err);
    reader->rows = (int64_t)rows;
    return TAKI_OK;
}

static enum taki_status read_foot(struct taki_stage_reader *reader, uint64_t head_end, struct taki_error *err)
{
    if ((uint64_t)reader->size < head_end + TAKI_TCOL_TAIL_BYTES)
        return damaged(reader, "it is too short", err);
    taki_buf_clear(&reader->bytes);
    TAKI_TRY(taki_file_read_at(reader->path, reader->size - 16, 16, &reader->bytes, err));
    if (memcmp(reader->bytes.data + 8, TAKI_TCOL_MAGIC, 8) != 0)
        return damaged(reader, "it does not end like one", err);
    const uint64_t offset = taki_load64(reader->bytes.data);
    const uint64_t end = (uint64_t)reader->size - 16;
    if (offset < head_end || offset > end - 20)
        return damaged(reader, "its table of row groups", err);
    TAKI_TRY(read_checked(reader, offset, end - offset, &reader->bytes, err));
    reader->group_count = (reader->bytes.size - 12) / TAKI_TCOL_ENTRY_BYTES;
    if (reader->group_count * TAKI_TCOL_ENTRY_BYTES + 12 != reader->bytes.size ||
        taki_load32(reader->bytes.data + reader->bytes.size - 4) != reader->group_count)
        return damaged(reader, "its table of row groups", err);
    reader->groups = TAKI_NEW_ARRAY(reader->arena, reader->group_count, struct group);
    const unsigned char *start = (const unsigned char *)reader->bytes.data;
    struct cursor cursor = {start, start + reader->bytes.size, false};
    return read_groups(reader, &cursor, head_end, offset, err);
}

static enum taki_status open_parts(struct taki_stage_reader *reader, struct taki_error *err)
{
    uint64_t head_end = 0;
    if (reader->size < 0)
        return damaged(reader, "it is missing", err);
    TAKI_TRY(read_head(reader, &head_end, err));
    return read_foot(reader, head_end, err);
}

enum taki_status taki_stage_reader_open(const char *path, struct taki_stage_reader **reader, struct taki_error *err)
{
    struct taki_arena *arena = taki_arena_open("stage reader", 0);
    *reader = TAKI_NEW(arena, struct taki_stage_reader);
    **reader = (struct taki_stage_reader){.arena = arena, .path = taki_arena_format(arena, "%s", path)};
    (*reader)->size = taki_file_size_of(path);
    taki_buf_init(&(*reader)->bytes, SIZE_MAX / 2);
    const enum taki_status status = open_parts(*reader, err);
    if (status == TAKI_OK)
        return TAKI_OK;
    taki_stage_reader_close(*reader);
    *reader = NULL;
    return status;
}

void taki_stage_reader_close(struct taki_stage_reader *reader)
{
    if (reader == NULL)
        return;
    taki_buf_reset(&reader->bytes);
    taki_arena_close(reader->arena);
}

void taki_stage_reader_auto(struct taki_stage_reader **reader)
{
    taki_stage_reader_close(*reader);
}

const struct taki_field *taki_stage_reader_fields(const struct taki_stage_reader *reader, size_t *count)
{
    *count = reader->field_count;
    return reader->fields;
}

int64_t taki_stage_reader_rows(const struct taki_stage_reader *reader)
{
    return reader->rows;
}

size_t taki_stage_reader_groups(const struct taki_stage_reader *reader)
{
    return reader->group_count;
}

/** True if the @p count ends rise and the last of them is @p size. */
static bool ends_are_good(const unsigned char *ends, uint32_t count, uint64_t size)
{
    uint32_t before = 0;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t end = taki_load32(ends + (size_t)i * 4);
        if (end < before)
            return false;
        before = end;
    }
    return before == size;
}

static bool parse_plain(struct column *column, uint32_t rows, struct cursor *cursor)
{
    column->nulls = take(cursor, (rows + 7) / 8);
    column->values = take(cursor, rows * column->width);
    if (column->is_text && column->values != NULL) {
        column->text_size = (uint32_t)(cursor->end - cursor->at);
        column->texts = (const char *)take(cursor, column->text_size);
        return ends_are_good(column->values, rows, column->text_size);
    }
    return true;
}

static bool parse_constant(struct column *column, uint32_t rows, struct cursor *cursor)
{
    (void)rows;
    column->nulls = take(cursor, 1);
    if (column->is_text && !cursor->bad) {
        column->text_size = (uint32_t)(cursor->end - cursor->at);
        column->texts = (const char *)take(cursor, column->text_size);
        return true;
    }
    column->values = take(cursor, column->width);
    return true;
}

static bool parse_dictionary(struct column *column, uint32_t rows, struct cursor *cursor)
{
    column->nulls = take(cursor, (rows + 7) / 8);
    column->values = take(cursor, rows);
    column->dictionary_count = take_u32(cursor);
    column->ends = take(cursor, (uint64_t)column->dictionary_count * 4);
    if (column->values == NULL || column->ends == NULL || !column->is_text)
        return false;
    column->text_size = (uint32_t)(cursor->end - cursor->at);
    column->texts = (const char *)take(cursor, column->text_size);
    for (uint32_t i = 0; i < rows; i++) {
        if (column->values[i] >= column->dictionary_count)
            return false;
    }
    return ends_are_good(column->ends, column->dictionary_count, column->text_size);
}

static bool parse_column(struct column *column, uint32_t rows, struct cursor *group)
{
    static bool (*const parsers[])(struct column *, uint32_t, struct cursor *) = {
        [TAKI_TCOL_PLAIN] = parse_plain,
        [TAKI_TCOL_CONSTANT] = parse_constant,
        [TAKI_TCOL_DICTIONARY] = parse_dictionary,
    };
    const unsigned char *encoding = take(group, 1);
    const uint32_t size = take_u32(group);
    const unsigned char *start = take(group, size);
    if (start == NULL || *encoding >= TAKI_LEN(parsers))
        return false;
    column->encoding = (enum taki_tcol_encoding) * encoding;
    struct cursor cursor = {start, start + size, false};
    return parsers[*encoding](column, rows, &cursor) && !cursor.bad && cursor.at == cursor.end;
}

static enum taki_status read_group(struct taki_stage_reader *reader, struct taki_error *err)
{
    const struct group *group = &reader->groups[reader->group];
    reader->rows_in_group = 0;
    reader->at = 0;
    TAKI_TRY(read_checked(reader, group->offset, group->bytes, &reader->bytes, err));
    const unsigned char *start = (const unsigned char *)reader->bytes.data;
    struct cursor cursor = {start, start + reader->bytes.size, false};
    if (take_u32(&cursor) != group->rows)
        return damaged(reader, "a row group has another number of rows", err);
    for (size_t i = 0; i < reader->field_count; i++) {
        if (!parse_column(&reader->columns[i], group->rows, &cursor))
            return damaged(reader, "a column of a row group", err);
    }
    if (cursor.at != cursor.end)
        return damaged(reader, "a row group holds more than its columns", err);
    reader->rows_in_group = group->rows;
    reader->group++;
    return TAKI_OK;
}

enum taki_status taki_stage_reader_seek(struct taki_stage_reader *reader, size_t group, struct taki_error *err)
{
    reader->group = group;
    if (group < reader->group_count)
        return read_group(reader, err);
    reader->at = 0;
    reader->rows_in_group = 0;
    return TAKI_OK;
}

static taki_str text_at(const unsigned char *ends, const char *texts, uint32_t index)
{
    const uint32_t start = index == 0 ? 0 : taki_load32(ends + ((size_t)index - 1) * 4);
    return (taki_str){texts + start, taki_load32(ends + (size_t)index * 4) - start};
}

static taki_str text_of(const struct column *column, uint32_t at)
{
    if (column->encoding == TAKI_TCOL_CONSTANT)
        return (taki_str){column->texts, column->text_size};
    if (column->encoding == TAKI_TCOL_DICTIONARY)
        return text_at(column->ends, column->texts, column->values[at]);
    return text_at(column->values, column->texts, at);
}

static bool null_at(const struct column *column, uint32_t at)
{
    if (column->encoding == TAKI_TCOL_CONSTANT)
        return column->nulls[0] != 0;
    return (column->nulls[at / 8] >> (at % 8) & 1) != 0;
}

static void put_value(const struct column *column, uint32_t at, char *to)
{
    if (column->is_text) {
        const taki_str text = text_of(column, at);
        memcpy(to, &text, sizeof text);
        return;
    }
    const unsigned char *from = column->values;
    if (column->encoding == TAKI_TCOL_PLAIN)
        from += (size_t)at * column->width;
    if (column->width == 8) {
        const uint64_t bits = taki_load64(from);
        memcpy(to, &bits, sizeof bits);
    } else if (column->width == 4) {
        const uint32_t bits = taki_load32(from);
        memcpy(to, &bits, sizeof bits);
    } else {
        *to = (char)*from;
    }
}

static void put_row(struct taki_stage_reader *reader)
{
    for (size_t i = 0; i < reader->field_count; i++) {
        const struct taki_field *field = &reader->fields[i];
        if (null_at(&reader->columns[i], reader->at)) {
            taki_fields_clear(field, 1, reader->row);
        } else {
            put_value(&reader->columns[i], reader->at, reader->row + field->offset);
        }
    }
}

enum taki_status taki_stage_reader_next(struct taki_stage_reader *reader, const void **row, bool *group_end,
                                        struct taki_error *err)
{
    if (reader->at == reader->rows_in_group) {
        if (reader->group >= reader->group_count)
            return TAKI_END;
        TAKI_TRY(read_group(reader, err));
    }
    put_row(reader);
    reader->at++;
    *row = reader->row;
    if (group_end != NULL)
        *group_end = reader->at == reader->rows_in_group;
    return TAKI_OK;
}
