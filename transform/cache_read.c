#include "cache_own.h"

#include "taki/file.h"
#include "taki/row.h"

#include <string.h>

static bool trailer_of(taki_str view, uint64_t mapping_hash, struct taki_cache_trailer *trailer)
{
    if (view.size < sizeof *trailer)
        return false;
    memcpy(trailer, view.data + view.size - sizeof *trailer, sizeof *trailer);
    taki_str hashed = {(const char *)trailer, offsetof(struct taki_cache_trailer, trailer_hash)};
    if (trailer->magic != TAKI_CACHE_MAGIC || trailer->trailer_hash != taki_hash(hashed))
        return false;
    if (trailer->version != (TAKI_CACHE_VERSION << 8 | TAKI_ROW_VERSION) || trailer->mapping_hash != mapping_hash)
        return false;
    uint64_t index_end = trailer->index_offset + (uint64_t)trailer->block_count * sizeof(struct taki_cache_block);
    return trailer->rejects_offset + trailer->rejects_bytes == trailer->index_offset &&
           index_end + sizeof *trailer == view.size;
}

static taki_str span(taki_str view, uint64_t offset, uint64_t size)
{
    return (taki_str){view.data + offset, (size_t)size};
}

/* Every byte is hashed once here, so that damage is found before anything is counted. */
static bool blocks_are_whole(taki_str view, const struct taki_cache_block *blocks, size_t count, uint64_t end)
{
    uint64_t at = 0;
    for (size_t i = 0; i < count; i++) {
        const struct taki_cache_block *block = &blocks[i];
        if (block->entity >= TAKI_ENTITY_COUNT_ || block->offset != at)
            return false;
        if (block->partition >= taki_cache_partitions((enum taki_entity)block->entity))
            return false;
        at += (uint64_t)block->key_bytes + block->row_bytes;
        if (at > end || taki_hash(span(view, block->offset, block->key_bytes)) != block->key_hash)
            return false;
        if (taki_hash(span(view, block->offset + block->key_bytes, block->row_bytes)) != block->row_hash)
            return false;
    }
    return at == end;
}

static bool read_view(struct taki_arena *arena, taki_str view, uint64_t mapping_hash, struct taki_cache_file *file)
{
    struct taki_cache_trailer trailer;
    if (!trailer_of(view, mapping_hash, &trailer))
        return false;
    size_t index_bytes = (size_t)trailer.block_count * sizeof(struct taki_cache_block);
    if (taki_hash(span(view, trailer.index_offset, index_bytes)) != trailer.index_hash ||
        taki_hash(span(view, trailer.rejects_offset, trailer.rejects_bytes)) != trailer.rejects_hash)
        return false;
    struct taki_cache_block *blocks = TAKI_NEW_ARRAY(arena, trailer.block_count, struct taki_cache_block);
    if (index_bytes > 0)
        memcpy(blocks, view.data + trailer.index_offset, index_bytes);
    if (!blocks_are_whole(view, blocks, trailer.block_count, trailer.rejects_offset))
        return false;
    file->counts = trailer.counts;
    file->blocks = blocks;
    file->block_count = trailer.block_count;
    file->rejects_offset = trailer.rejects_offset;
    file->rejects_hash = trailer.rejects_hash;
    file->rejects_bytes = trailer.rejects_bytes;
    file->reject_count = trailer.reject_count;
    return true;
}

enum taki_status taki_cache_open(struct taki_arena *arena, const char *path, uint64_t mapping_hash,
                                 struct taki_cache_file *file, bool *usable, struct taki_error *err)
{
    *file = (struct taki_cache_file){.path = path};
    *usable = false;
    if (!taki_file_exists(path))
        return TAKI_OK;
    taki_str view = TAKI_STR_NULL;
    TAKI_TRY(taki_file_map(path, &view, err));
    *usable = read_view(arena, view, mapping_hash, file);
    taki_file_unmap(view);
    return TAKI_OK;
}

static enum taki_status read_span(const struct taki_cache_file *file, uint64_t offset, size_t size,
                                  struct taki_buf *out, struct taki_error *err)
{
    taki_buf_clear(out);
    return taki_file_read_at(file->path, (int64_t)offset, size, out, err);
}

static enum taki_status damaged(const struct taki_cache_file *file, struct taki_error *err)
{
    (void)taki_fail(err, TAKI_DAMAGED, "the decoded cache '%s' changed while it was read", file->path);
    return taki_hint(err, "remove that file and run again; it is made anew");
}

enum taki_status taki_cache_keys(const struct taki_cache_file *file, const struct taki_cache_block *block,
                                 struct taki_buf *out, struct taki_error *err)
{
    TAKI_TRY(read_span(file, block->offset, block->key_bytes, out, err));
    return taki_hash(taki_buf_view(out)) == block->key_hash ? TAKI_OK : damaged(file, err);
}

enum taki_status taki_cache_rows(const struct taki_cache_file *file, const struct taki_cache_block *block,
                                 struct taki_buf *out, struct taki_error *err)
{
    TAKI_TRY(read_span(file, block->offset, (size_t)block->key_bytes + block->row_bytes, out, err));
    taki_str view = taki_buf_view(out);
    bool whole = taki_hash(span(view, 0, block->key_bytes)) == block->key_hash &&
                 taki_hash(span(view, block->key_bytes, block->row_bytes)) == block->row_hash;
    return whole ? TAKI_OK : damaged(file, err);
}

static bool take_varint(taki_str *bytes, uint64_t *value)
{
    *value = 0;
    for (unsigned shift = 0; shift < 64 && bytes->size > 0; shift += 7) {
        unsigned char byte = (unsigned char)bytes->data[0];
        bytes->data++;
        bytes->size--;
        *value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return true;
    }
    return false;
}

static bool take_bytes(taki_str *bytes, size_t size, taki_str *part)
{
    if (bytes->size < size)
        return false;
    *part = (taki_str){bytes->data, size};
    bytes->data += size;
    bytes->size -= size;
    return true;
}

static bool take_instant(taki_str *bytes, bool present, taki_instant *instant)
{
    *instant = TAKI_INSTANT_NULL;
    if (!present)
        return true;
    taki_str part;
    if (!take_bytes(bytes, sizeof instant->us, &part))
        return false;
    memcpy(&instant->us, part.data, sizeof instant->us);
    return true;
}

bool taki_cache_key_next(taki_str *keys, struct taki_cache_key *key)
{
    uint64_t head = 0, row_bytes = 0;
    if (!take_varint(keys, &head) || !take_varint(keys, &row_bytes))
        return false;
    if (!take_bytes(keys, (size_t)(head >> KEY_FLAG_BITS), &key->id))
        return false;
    key->deleted = (head & KEY_DELETED) != 0;
    key->merged = (head & KEY_MERGED) != 0;
    key->is_part = (head & KEY_PART) != 0;
    key->row_bytes = (uint32_t)row_bytes;
    return take_instant(keys, (head & KEY_MODIFIED) != 0, &key->modified) &&
           take_instant(keys, (head & KEY_BORN) != 0, &key->born);
}

enum taki_status taki_cache_row(enum taki_entity entity, taki_str bytes, void *row, struct taki_error *err)
{
    size_t count = 0, used = 0;
    const struct taki_field *fields = taki_cache_fields(entity, &count);
    return taki_row_decode(fields, count, bytes, row, &used, err);
}

enum taki_status taki_cache_rejects(struct taki_arena *arena, const struct taki_cache_file *file,
                                    struct taki_cache_reject **rejects, struct taki_error *err)
{
    struct taki_buf buf;
    taki_buf_init(&buf, (size_t)file->rejects_bytes + 1);
    enum taki_status status = read_span(file, file->rejects_offset, file->rejects_bytes, &buf, err);
    taki_str bytes = taki_str_dup(arena, taki_buf_view(&buf));
    taki_buf_reset(&buf);
    TAKI_TRY(status);
    *rejects = TAKI_NEW_ARRAY(arena, file->reject_count, struct taki_cache_reject);
    for (uint32_t i = 0; i < file->reject_count; i++) {
        enum { PARTS = 3 };
        taki_str *parts[PARTS] = {&(*rejects)[i].position, &(*rejects)[i].reason, &(*rejects)[i].record};
        for (size_t p = 0; p < PARTS; p++) {
            uint64_t size = 0;
            if (!take_varint(&bytes, &size) || !take_bytes(&bytes, (size_t)size, parts[p]))
                return damaged(file, err);
        }
    }
    return TAKI_OK;
}
