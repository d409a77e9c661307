#include "bytes.h"
#include "memory.h"
#include "tcol.h"

#include "taki/file.h"
#include "taki/row.h"
#include "taki/stage.h"

#include <string.h>

#define HOLDER "stage writer"
/** A group is also cut when its texts reach this size, so that readers and writers stay small whatever the rows hold.
 */
#define GROUP_TEXT_BYTES ((size_t)16 << 20)

/** Of one text: sizes inside a group are 32 bits wide. */
#define TEXT_BYTES_MAX ((size_t)1 << 30)

/** The values of one column in the group being filled. */
struct column {
    unsigned char *nulls;  /**< bitmap, set = NULL */
    unsigned char *values; /**< fixed width, or the u32 end of each text */
    char *texts;
    size_t width; /**< of `values`; 4 for texts */
    size_t text_size, text_capacity;
    bool is_text;
};

struct group_entry {
    uint64_t offset, bytes;
    uint32_t rows;
};

struct taki_stage_writer {
    struct taki_file *file;
    char *path;
    struct taki_field *fields; /**< copied; names and meanings are static or outlive the writer */
    size_t field_count;
    struct column *columns;
    size_t rows, row_capacity; /**< in the group */
    int64_t total_rows;
    size_t text_bytes; /**< in the group */
    struct group_entry *groups;
    size_t group_count, group_capacity;
    struct taki_buf encoded;
    struct taki_buf keys[2]; /**< of this row and the one before */
};

static void add_u32(struct taki_buf *out, uint32_t value)
{
    char bytes[4];
    taki_store32(bytes, value);
    taki_buf_add(out, bytes, sizeof bytes);
}

static void add_u64(struct taki_buf *out, uint64_t value)
{
    char bytes[8];
    taki_store64(bytes, value);
    taki_buf_add(out, bytes, sizeof bytes);
}

static void add_text(struct taki_buf *out, const char *text)
{
    const taki_str s = taki_str_of(text != NULL ? text : "");
    add_u32(out, (uint32_t)s.size);
    taki_buf_add_str(out, s);
}

/** Ends what stands in `encoded` with its checksum and writes it. */
static enum taki_status write_encoded(struct taki_stage_writer *writer, struct taki_error *err)
{
    add_u64(&writer->encoded, taki_hash(taki_buf_view(&writer->encoded)));
    TAKI_TRY(taki_buf_check(&writer->encoded, HOLDER, err));
    const enum taki_status status = taki_file_write(writer->file, taki_buf_view(&writer->encoded), err);
    taki_buf_clear(&writer->encoded);
    return status;
}

static enum taki_status write_head(struct taki_stage_writer *writer, struct taki_error *err)
{
    struct taki_buf *out = &writer->encoded;
    taki_buf_add(out, TAKI_TCOL_MAGIC, 8);
    add_u32(out, TAKI_STAGE_VERSION);
    add_u32(out, 0); // the size, known below
    add_u32(out, (uint32_t)writer->field_count);
    for (size_t i = 0; i < writer->field_count; i++) {
        const struct taki_field *field = &writer->fields[i];
        add_text(out, field->name);
        add_text(out, taki_type_name(field->type));
        add_u32(out, field->flags);
        add_text(out, field->unit);
        add_text(out, field->meaning);
    }
    TAKI_TRY(taki_buf_check(out, HOLDER, err));
    taki_store32(out->data + 12, (uint32_t)(out->size - TAKI_TCOL_HEAD_BYTES));
    return write_encoded(writer, err);
}

static char *copy_path(const char *path)
{
    const size_t size = strlen(path) + 1;
    return memcpy(taki_memory_take(HOLDER, size), path, size);
}

static struct taki_stage_writer *new_writer(const char *path, const struct taki_field *fields, size_t count)
{
    struct taki_stage_writer *writer = taki_memory_take(HOLDER, sizeof *writer);
    *writer = (struct taki_stage_writer){.field_count = count, .path = copy_path(path)};
    writer->fields = taki_memory_take(HOLDER, count * sizeof *fields);
    memcpy(writer->fields, fields, count * sizeof *fields);
    writer->columns = taki_memory_take(HOLDER, count * sizeof *writer->columns);
    for (size_t i = 0; i < count; i++) {
        const size_t width = taki_tcol_width(fields[i].type);
        writer->columns[i] = (struct column){.width = width != 0 ? width : 4, .is_text = width == 0};
    }
    taki_buf_init(&writer->encoded, SIZE_MAX / 2);
    taki_buf_init(&writer->keys[0], SIZE_MAX / 2);
    taki_buf_init(&writer->keys[1], SIZE_MAX / 2);
    return writer;
}

static size_t bitmap_bytes(size_t rows)
{
    return (rows + 7) / 8;
}

static void free_writer(struct taki_stage_writer *writer)
{
    for (size_t i = 0; i < writer->field_count; i++) {
        struct column *column = &writer->columns[i];
        taki_memory_give(column->nulls, bitmap_bytes(writer->row_capacity));
        taki_memory_give(column->values, writer->row_capacity * column->width);
        taki_memory_give(column->texts, column->text_capacity);
    }
    taki_memory_give(writer->columns, writer->field_count * sizeof *writer->columns);
    taki_memory_give(writer->fields, writer->field_count * sizeof *writer->fields);
    taki_memory_give(writer->groups, writer->group_capacity * sizeof *writer->groups);
    taki_buf_reset(&writer->encoded);
    taki_buf_reset(&writer->keys[0]);
    taki_buf_reset(&writer->keys[1]);
    taki_memory_give(writer->path, strlen(writer->path) + 1);
    taki_memory_give(writer, sizeof *writer);
}

enum taki_status taki_stage_writer_open(const char *path, const struct taki_field *fields, size_t count,
                                        struct taki_stage_writer **writer, struct taki_error *err)
{
    struct taki_file *file = NULL;
    TAKI_TRY(taki_file_create(path, &file, err));
    *writer = new_writer(path, fields, count);
    (*writer)->file = file;
    const enum taki_status status = write_head(*writer, err);
    if (status == TAKI_OK)
        return TAKI_OK;
    taki_stage_writer_abandon(*writer);
    *writer = NULL;
    return status;
}

void taki_stage_writer_abandon(struct taki_stage_writer *writer)
{
    if (writer == NULL)
        return;
    taki_file_abandon(writer->file);
    free_writer(writer);
}

static void grow_rows(struct taki_stage_writer *writer)
{
    const size_t from = writer->row_capacity;
    size_t to = from == 0 ? 64 : from * 4;
    if (to > TAKI_TCOL_GROUP_ROWS)
        to = TAKI_TCOL_GROUP_ROWS;
    for (size_t i = 0; i < writer->field_count; i++) {
        struct column *column = &writer->columns[i];
        column->nulls = taki_memory_resize(HOLDER, column->nulls, bitmap_bytes(from), bitmap_bytes(to));
        memset(column->nulls + bitmap_bytes(from), 0, bitmap_bytes(to) - bitmap_bytes(from));
        column->values = taki_memory_resize(HOLDER, column->values, from * column->width, to * column->width);
    }
    writer->row_capacity = to;
}

static enum taki_status put_text(struct taki_stage_writer *writer, struct column *column, taki_str text,
                                 struct taki_error *err)
{
    if (text.size > TEXT_BYTES_MAX)
        return taki_fail(err, TAKI_CEILING, "'%s': a text of %zu bytes is too long", writer->path, text.size);
    if (text.size > column->text_capacity - column->text_size) {
        const size_t capacity = (column->text_size + text.size) * 2;
        column->texts = taki_memory_resize(HOLDER, column->texts, column->text_capacity, capacity);
        column->text_capacity = capacity;
    }
    if (text.size > 0)
        memcpy(column->texts + column->text_size, text.data, text.size);
    column->text_size += text.size;
    writer->text_bytes += text.size;
    return TAKI_OK;
}

/** Little-endian; one zero and no NaN among the numbers. */
static void put_fixed(const struct taki_field *field, const void *row, unsigned char *to)
{
    const char *from = (const char *)row + field->offset;
    if (field->type == TAKI_TYPE_BOOL) {
        *to = (unsigned char)*from;
        return;
    }
    if (field->type == TAKI_TYPE_DATE) {
        uint32_t days = 0;
        memcpy(&days, from, sizeof days);
        taki_store32(to, days);
        return;
    }
    uint64_t bits = 0;
    memcpy(&bits, from, sizeof bits);
    if (field->type == TAKI_TYPE_F64 && bits == UINT64_C(1) << 63)
        bits = 0;
    taki_store64(to, bits);
}

static enum taki_status put_value(struct taki_stage_writer *writer, size_t index, const void *row,
                                  struct taki_error *err)
{
    const struct taki_field *field = &writer->fields[index];
    struct column *column = &writer->columns[index];
    unsigned char *to = column->values + writer->rows * column->width;
    const bool is_null = taki_field_is_null(field, row);
    if (is_null)
        column->nulls[writer->rows / 8] |= (unsigned char)(1U << (writer->rows % 8));
    if (column->is_text) {
        taki_str text = TAKI_STR("");
        if (!is_null)
            memcpy(&text, (const char *)row + field->offset, sizeof text);
        TAKI_TRY(put_text(writer, column, text, err));
        taki_store32(to, (uint32_t)column->text_size);
    } else if (is_null) {
        memset(to, 0, column->width); // what lies under a NULL has to be the same every time
    } else {
        put_fixed(field, row, to);
    }
    return TAKI_OK;
}

static void add_key_text(const struct taki_stage_writer *writer, const void *row, struct taki_buf *out)
{
    for (size_t i = 0; i < writer->field_count; i++) {
        if ((writer->fields[i].flags & TAKI_FIELD_KEY) == 0)
            continue;
        taki_buf_add_text(out, out->size > 0 ? ", " : "");
        taki_field_print(&writer->fields[i], row, 0, out);
    }
}

/** Grain: keys rise strictly, which is also how a repeated key shows. */
static enum taki_status check_order(struct taki_stage_writer *writer, const void *row, struct taki_error *err)
{
    struct taki_buf *before = &writer->keys[0];
    struct taki_buf *key = &writer->keys[1];
    taki_buf_clear(key);
    taki_row_key(writer->fields, writer->field_count, row, key);
    TAKI_TRY(taki_buf_check(key, HOLDER, err));
    const int order = taki_str_compare(taki_buf_view(before), taki_buf_view(key));
    const bool is_first = writer->total_rows == 0;
    if (is_first || key->size == 0 || order < 0) {
        const struct taki_buf swap = *before;
        *before = *key;
        *key = swap;
        return TAKI_OK;
    }
    TAKI_AUTO(taki_buf_reset) struct taki_buf text;
    taki_buf_init(&text, 512);
    add_key_text(writer, row, &text);
    if (order == 0) {
        return taki_fail(err, TAKI_CONTRACT, "'%s': key '%.*s' appears twice", writer->path,
                         TAKI_STR_ARG(taki_buf_view(&text)));
    }
    return taki_fail(err, TAKI_CONTRACT, "'%s': key '%.*s' is out of order", writer->path,
                     TAKI_STR_ARG(taki_buf_view(&text)));
}

static bool is_all(const unsigned char *bitmap, size_t rows, bool set)
{
    for (size_t i = 0; i < rows; i++) {
        if (((bitmap[i / 8] >> (i % 8) & 1) != 0) != set)
            return false;
    }
    return true;
}

static taki_str text_at(const struct column *column, size_t row)
{
    const uint32_t start = row == 0 ? 0 : taki_load32(column->values + (row - 1) * 4);
    const uint32_t end = taki_load32(column->values + row * 4);
    return (taki_str){column->texts == NULL ? "" : column->texts + start, end - start};
}

static bool is_constant(const struct column *column, size_t rows)
{
    const bool is_null = (column->nulls[0] & 1) != 0;
    for (size_t i = 1; i < rows; i++) {
        const bool equal = column->is_text
                               ? taki_str_equal(text_at(column, i), text_at(column, 0))
                               : memcmp(column->values + i * column->width, column->values, column->width) == 0;
        if (!equal)
            return false;
    }
    return is_all(column->nulls, rows, is_null);
}

static void add_constant(const struct column *column, struct taki_buf *out)
{
    taki_buf_add_char(out, (char)(column->nulls[0] & 1));
    if (column->is_text) {
        taki_buf_add_str(out, text_at(column, 0));
    } else {
        taki_buf_add(out, column->values, column->width);
    }
}

static void add_plain(const struct column *column, size_t rows, struct taki_buf *out)
{
    taki_buf_add(out, column->nulls, bitmap_bytes(rows));
    taki_buf_add(out, column->values, rows * column->width);
    if (column->is_text && column->text_size > 0)
        taki_buf_add(out, column->texts, column->text_size);
}

/** The distinct texts of a column in order of first appearance, found by open addressing. */
struct dictionary {
    taki_str texts[TAKI_TCOL_DICTIONARY_MAX];
    uint16_t slots[1024]; /**< index + 1; 0 = free */
    size_t count;
};

/** Code of @p text, or TAKI_TCOL_DICTIONARY_MAX when there are too many. */
static size_t code_of(struct dictionary *dictionary, taki_str text)
{
    size_t slot = (size_t)taki_hash(text) % TAKI_LEN(dictionary->slots);
    for (; dictionary->slots[slot] != 0; slot = (slot + 1) % TAKI_LEN(dictionary->slots)) {
        const size_t code = (size_t)dictionary->slots[slot] - 1;
        if (taki_str_equal(dictionary->texts[code], text))
            return code;
    }
    if (dictionary->count == TAKI_TCOL_DICTIONARY_MAX)
        return TAKI_TCOL_DICTIONARY_MAX;
    dictionary->texts[dictionary->count] = text;
    dictionary->slots[slot] = (uint16_t)(dictionary->count + 1);
    return dictionary->count++;
}

/** Puts one code a row at @p codes; false if the texts are too many to pay. */
static bool find_codes(const struct column *column, size_t rows, struct dictionary *dictionary, unsigned char *codes)
{
    size_t last = 0;
    for (size_t i = 0; i < rows; i++) {
        const taki_str text = text_at(column, i);
        if (i == 0 || !taki_str_equal(text, dictionary->texts[last])) // equal texts often stand together
            last = code_of(dictionary, text);
        if (last == TAKI_TCOL_DICTIONARY_MAX || dictionary->count * 4 > i + 64)
            return false;
        codes[i] = (unsigned char)last;
    }
    return true;
}

static bool add_dictionary(const struct column *column, size_t rows, struct taki_buf *out)
{
    struct dictionary dictionary = {.count = 0};
    const size_t start = out->size;
    taki_buf_add(out, column->nulls, bitmap_bytes(rows));
    unsigned char *codes = (unsigned char *)taki_buf_reserve(out, rows);
    if (codes == NULL || !find_codes(column, rows, &dictionary, codes)) {
        out->size = start;
        return false;
    }
    taki_buf_grow(out, rows);
    add_u32(out, (uint32_t)dictionary.count);
    uint32_t end = 0;
    for (size_t i = 0; i < dictionary.count; i++) {
        end += (uint32_t)dictionary.texts[i].size;
        add_u32(out, end);
    }
    for (size_t i = 0; i < dictionary.count; i++)
        taki_buf_add_str(out, dictionary.texts[i]);
    return true;
}

static void add_column(const struct column *column, size_t rows, struct taki_buf *out)
{
    const size_t start = out->size;
    enum taki_tcol_encoding encoding = TAKI_TCOL_CONSTANT;
    taki_buf_add(out, "\0\0\0\0\0", 5); // encoding and size, known below
    if (is_constant(column, rows)) {
        add_constant(column, out);
    } else if (column->is_text && add_dictionary(column, rows, out)) {
        encoding = TAKI_TCOL_DICTIONARY;
    } else {
        encoding = TAKI_TCOL_PLAIN;
        add_plain(column, rows, out);
    }
    if (out->overflow)
        return;
    out->data[start] = (char)encoding;
    taki_store32(out->data + start + 1, (uint32_t)(out->size - start - 5));
}

static void note_group(struct taki_stage_writer *writer, uint64_t bytes)
{
    if (writer->group_count == writer->group_capacity) {
        const size_t capacity = writer->group_capacity == 0 ? 16 : writer->group_capacity * 2;
        writer->groups = taki_memory_resize(HOLDER, writer->groups, writer->group_capacity * sizeof *writer->groups,
                                            capacity * sizeof *writer->groups);
        writer->group_capacity = capacity;
    }
    const uint64_t end = (uint64_t)taki_file_size(writer->file);
    writer->groups[writer->group_count++] = (struct group_entry){end - bytes, bytes, (uint32_t)writer->rows};
}

static enum taki_status flush_group(struct taki_stage_writer *writer, struct taki_error *err)
{
    const int64_t start = taki_file_size(writer->file);
    add_u32(&writer->encoded, (uint32_t)writer->rows);
    for (size_t i = 0; i < writer->field_count; i++)
        add_column(&writer->columns[i], writer->rows, &writer->encoded);
    TAKI_TRY(write_encoded(writer, err));
    note_group(writer, (uint64_t)(taki_file_size(writer->file) - start));
    for (size_t i = 0; i < writer->field_count; i++) {
        memset(writer->columns[i].nulls, 0, bitmap_bytes(writer->row_capacity));
        writer->columns[i].text_size = 0;
    }
    writer->rows = 0;
    writer->text_bytes = 0;
    return TAKI_OK;
}

enum taki_status taki_stage_writer_add(struct taki_stage_writer *writer, const void *row, struct taki_error *err)
{
    TAKI_TRY(check_order(writer, row, err));
    if (writer->rows == writer->row_capacity)
        grow_rows(writer);
    for (size_t i = 0; i < writer->field_count; i++)
        TAKI_TRY(put_value(writer, i, row, err));
    writer->rows++;
    writer->total_rows++;
    if (writer->rows < TAKI_TCOL_GROUP_ROWS && writer->text_bytes < GROUP_TEXT_BYTES)
        return TAKI_OK;
    return flush_group(writer, err);
}

static enum taki_status write_foot(struct taki_stage_writer *writer, struct taki_error *err)
{
    const uint64_t offset = (uint64_t)taki_file_size(writer->file);
    for (size_t i = 0; i < writer->group_count; i++) {
        add_u64(&writer->encoded, writer->groups[i].offset);
        add_u64(&writer->encoded, writer->groups[i].bytes);
        add_u32(&writer->encoded, writer->groups[i].rows);
    }
    add_u64(&writer->encoded, (uint64_t)writer->total_rows);
    add_u32(&writer->encoded, (uint32_t)writer->group_count);
    TAKI_TRY(write_encoded(writer, err));
    add_u64(&writer->encoded, offset);
    taki_buf_add(&writer->encoded, TAKI_TCOL_MAGIC, 8);
    return taki_file_write(writer->file, taki_buf_view(&writer->encoded), err);
}

enum taki_status taki_stage_writer_commit(struct taki_stage_writer *writer, int64_t *rows, int64_t *bytes,
                                          char sha256[TAKI_SHA256_HEX], struct taki_error *err)
{
    enum taki_status status = writer->rows > 0 ? flush_group(writer, err) : TAKI_OK;
    if (status == TAKI_OK)
        status = write_foot(writer, err);
    if (status != TAKI_OK) {
        taki_stage_writer_abandon(writer);
        return status;
    }
    *rows = writer->total_rows;
    *bytes = taki_file_size(writer->file);
    taki_file_sha256(writer->file, sha256);
    status = taki_file_commit(writer->file, false, err);
    free_writer(writer);
    return status;
}
