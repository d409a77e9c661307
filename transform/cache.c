#include "cache_own.h"

#include "taki/file.h"
#include "taki/row.h"

#include <string.h>

/* A block is written when its keys and rows together reach this: small enough that all partitions fit in memory while a
 * batch of any size is decoded, large enough to be read in one go. */
enum { BLOCK_BYTES = 48 * 1024 };
#define BUFFER_CEILING ((size_t)64 << 20)
#define INDEX_CEILING ((size_t)1 << 30)

struct part {
    struct taki_buf keys, rows;
    uint32_t count;
    bool started;
};

struct taki_cache_writer {
    struct taki_arena *arena;
    struct taki_file *file;
    const char *path;
    uint64_t mapping_hash, stream_hash;
    struct taki_buf index, rejects;
    uint32_t block_count, reject_count;
    struct part *parts[TAKI_ENTITY_COUNT_];
};

size_t taki_cache_partitions(enum taki_entity entity)
{
    return taki_entity_info(entity)->streamed ? TAKI_CACHE_PARTITIONS : 1;
}

const struct taki_field *taki_cache_fields(enum taki_entity entity, size_t *count)
{
    const struct taki_entity_info *info = taki_entity_info(entity);
    *count = info->field_count - TAKI_CACHE_HEAD_COLUMNS;
    return info->fields + TAKI_CACHE_HEAD_COLUMNS;
}

enum taki_status taki_cache_create(const char *path, uint64_t mapping_hash, uint64_t stream_hash,
                                   struct taki_cache_writer **writer, struct taki_error *err)
{
    struct taki_file *file = NULL;
    TAKI_TRY(taki_file_create(path, &file, err));
    struct taki_arena *arena = taki_arena_open("cache writer", 0);
    struct taki_cache_writer *w = TAKI_NEW(arena, struct taki_cache_writer);
    *w = (struct taki_cache_writer){
        .arena = arena, .file = file, .mapping_hash = mapping_hash, .stream_hash = stream_hash};
    w->path = taki_arena_copy(arena, path, strlen(path));
    taki_buf_init(&w->index, INDEX_CEILING);
    taki_buf_init(&w->rejects, INDEX_CEILING);
    *writer = w;
    return TAKI_OK;
}

static void release(struct taki_cache_writer *w)
{
    for (size_t e = 0; e < TAKI_ENTITY_COUNT_; e++) {
        for (size_t p = 0; w->parts[e] != NULL && p < taki_cache_partitions((enum taki_entity)e); p++) {
            taki_buf_reset(&w->parts[e][p].keys);
            taki_buf_reset(&w->parts[e][p].rows);
        }
    }
    taki_buf_reset(&w->index);
    taki_buf_reset(&w->rejects);
    taki_arena_close(w->arena);
}

void taki_cache_abandon(struct taki_cache_writer *writer)
{
    if (writer == NULL)
        return;
    taki_file_abandon(writer->file);
    release(writer);
}

void taki_cache_writer_auto(struct taki_cache_writer **writer)
{
    taki_cache_abandon(*writer);
}

static enum taki_status flush(struct taki_cache_writer *w, enum taki_entity entity, size_t partition,
                              struct taki_error *err)
{
    struct part *part = &w->parts[entity][partition];
    if (part->count == 0)
        return TAKI_OK;
    TAKI_TRY(taki_buf_check(&part->keys, "keys of the cache", err));
    TAKI_TRY(taki_buf_check(&part->rows, "rows of the cache", err));
    taki_str keys = taki_buf_view(&part->keys), rows = taki_buf_view(&part->rows);
    struct taki_cache_block block;
    memset(&block, 0, sizeof block); /* padding too: equal rows give equal files */
    block.entity = (uint8_t)entity;
    block.partition = (uint8_t)partition;
    block.rows = part->count;
    block.key_bytes = (uint32_t)keys.size;
    block.row_bytes = (uint32_t)rows.size;
    block.offset = (uint64_t)taki_file_size(w->file);
    block.key_hash = taki_hash(keys);
    block.row_hash = taki_hash(rows);
    TAKI_TRY(taki_file_write(w->file, keys, err));
    TAKI_TRY(taki_file_write(w->file, rows, err));
    taki_buf_add(&w->index, &block, sizeof block);
    w->block_count++;
    taki_buf_clear(&part->keys);
    taki_buf_clear(&part->rows);
    part->count = 0;
    return TAKI_OK;
}

static void add_varint(struct taki_buf *out, uint64_t value)
{
    char bytes[10];
    size_t n = 0;
    while (value >= 0x80) {
        bytes[n++] = (char)(0x80 | (value & 0x7f));
        value >>= 7;
    }
    bytes[n++] = (char)value;
    taki_buf_add(out, bytes, n);
}

static void add_key(struct taki_buf *out, const struct taki_cache_key *key, size_t row_bytes)
{
    unsigned flags =
        (key->deleted ? KEY_DELETED : 0U) | (key->merged ? KEY_MERGED : 0U) | (key->is_part ? KEY_PART : 0U);
    flags |=
        (taki_instant_is_null(key->modified) ? 0U : KEY_MODIFIED) | (taki_instant_is_null(key->born) ? 0U : KEY_BORN);
    add_varint(out, ((uint64_t)key->id.size << KEY_FLAG_BITS) | flags);
    add_varint(out, row_bytes);
    taki_buf_add_str(out, key->id);
    if (flags & KEY_MODIFIED)
        taki_buf_add(out, &key->modified.us, sizeof key->modified.us);
    if (flags & KEY_BORN)
        taki_buf_add(out, &key->born.us, sizeof key->born.us);
}

static struct part *part_of(struct taki_cache_writer *w, enum taki_entity entity, taki_str id, size_t *partition)
{
    size_t partitions = taki_cache_partitions(entity);
    if (w->parts[entity] == NULL)
        w->parts[entity] = TAKI_NEW_ARRAY(w->arena, partitions, struct part);
    *partition = partitions == 1 ? 0 : (size_t)(taki_hash_more(w->stream_hash, id) % partitions);
    struct part *part = &w->parts[entity][*partition];
    if (!part->started) {
        taki_buf_init(&part->keys, BUFFER_CEILING);
        taki_buf_init(&part->rows, BUFFER_CEILING);
        part->started = true;
    }
    return part;
}

enum taki_status taki_cache_add(struct taki_cache_writer *writer, enum taki_entity entity,
                                const struct taki_cache_key *key, const void *row, struct taki_error *err)
{
    size_t partition = 0;
    struct part *part = part_of(writer, entity, key->id, &partition);
    size_t count = 0;
    const struct taki_field *fields = taki_cache_fields(entity, &count);
    size_t before = part->rows.size;
    taki_row_encode(fields, count, row, &part->rows);
    add_key(&part->keys, key, part->rows.size - before);
    part->count++;
    if (part->rows.size + part->keys.size < BLOCK_BYTES)
        return TAKI_OK;
    return flush(writer, entity, partition, err);
}

enum taki_status taki_cache_reject(struct taki_cache_writer *writer, const char *position, const char *reason,
                                   taki_str record, struct taki_error *err)
{
    taki_str parts[3] = {taki_str_of(position), taki_str_of(reason), record};
    for (size_t i = 0; i < TAKI_LEN(parts); i++) {
        add_varint(&writer->rejects, parts[i].size);
        taki_buf_add_str(&writer->rejects, parts[i]);
    }
    writer->reject_count++;
    return taki_buf_check(&writer->rejects, "rejects of one batch", err);
}

static enum taki_status write_end(struct taki_cache_writer *w, const struct taki_cache_counts *counts,
                                  struct taki_error *err)
{
    struct taki_cache_trailer trailer;
    memset(&trailer, 0, sizeof trailer);
    taki_str rejects = taki_buf_view(&w->rejects), index = taki_buf_view(&w->index);
    trailer.mapping_hash = w->mapping_hash;
    trailer.rejects_offset = (uint64_t)taki_file_size(w->file);
    trailer.rejects_hash = taki_hash(rejects);
    trailer.rejects_bytes = (uint32_t)rejects.size;
    trailer.reject_count = w->reject_count;
    TAKI_TRY(taki_file_write(w->file, rejects, err));
    trailer.index_offset = (uint64_t)taki_file_size(w->file);
    trailer.index_hash = taki_hash(index);
    trailer.block_count = w->block_count;
    trailer.version = TAKI_CACHE_VERSION << 8 | TAKI_ROW_VERSION;
    trailer.counts = *counts;
    TAKI_TRY(taki_file_write(w->file, index, err));
    trailer.magic = TAKI_CACHE_MAGIC;
    trailer.trailer_hash =
        taki_hash((taki_str){(const char *)&trailer, offsetof(struct taki_cache_trailer, trailer_hash)});
    return taki_file_write(w->file, (taki_str){(const char *)&trailer, sizeof trailer}, err);
}

enum taki_status taki_cache_commit(struct taki_cache_writer *writer, const struct taki_cache_counts *counts,
                                   struct taki_error *err)
{
    enum taki_status status = TAKI_OK;
    for (size_t e = 0; status == TAKI_OK && e < TAKI_ENTITY_COUNT_; e++) {
        size_t partitions = writer->parts[e] ? taki_cache_partitions((enum taki_entity)e) : 0;
        for (size_t p = 0; status == TAKI_OK && p < partitions; p++)
            status = flush(writer, (enum taki_entity)e, p, err);
    }
    if (status == TAKI_OK)
        status = taki_buf_check(&writer->index, "index of the cache", err);
    if (status == TAKI_OK)
        status = write_end(writer, counts, err);
    if (status != TAKI_OK) {
        taki_cache_abandon(writer);
        return status;
    }
    status = taki_file_commit(writer->file, true, err);
    release(writer);
    return status;
}
