#include "memory.h"

#include "taki/gzip.h"

#include <stdlib.h>
#include <zlib.h>

enum { GZIP_WINDOW = 15 + 16, MEMORY_LEVEL = 8, CHUNK_BYTES = 1 << 16, OS_UNKNOWN = 255 };

struct taki_deflate {
    z_stream stream;
    gz_header header; /* mtime 0, no name: equal bytes for equal rows */
};

struct taki_deflate *taki_deflate_open(int level)
{
    struct taki_deflate *deflate = taki_memory_take("deflate", sizeof *deflate);
    *deflate = (struct taki_deflate){0};
    deflate->header.os = OS_UNKNOWN;
    if (deflateInit2(&deflate->stream, level, Z_DEFLATED, GZIP_WINDOW, MEMORY_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK ||
        deflateSetHeader(&deflate->stream, &deflate->header) != Z_OK)
        taki_memory_exhausted("deflate", sizeof *deflate, taki_memory_held());
    return deflate;
}

/* Runs deflate until it asks for nothing more with this flush mode. */
static enum taki_status pump(struct taki_deflate *self, int flush, struct taki_buf *out, struct taki_error *err)
{
    int result = Z_OK;
    do {
        char *room = taki_buf_reserve(out, CHUNK_BYTES);
        if (room == NULL)
            return taki_buf_check(out, "compressed output", err);
        self->stream.next_out = (Bytef *)room;
        self->stream.avail_out = CHUNK_BYTES;
        result = deflate(&self->stream, flush);
        taki_buf_grow(out, CHUNK_BYTES - self->stream.avail_out);
    } while (result == Z_OK && (self->stream.avail_out == 0 || flush == Z_FINISH));
    /* Z_BUF_ERROR: all input taken just as the room ended. Anything else would be bytes lost without a word. */
    if (flush == Z_FINISH ? result != Z_STREAM_END : result != Z_OK && result != Z_BUF_ERROR)
        taki_bug("deflate refused its own state");
    return TAKI_OK;
}

enum taki_status taki_deflate_feed(struct taki_deflate *deflate, taki_str data, struct taki_buf *out,
                                   struct taki_error *err)
{
    enum { MOST_BYTES = 1 << 30 }; /* avail_in is 32 bits wide */
    while (data.size > 0) {
        size_t step = data.size < MOST_BYTES ? data.size : MOST_BYTES;
        deflate->stream.next_in = (z_const Bytef *)(uintptr_t)data.data;
        deflate->stream.avail_in = (uInt)step;
        TAKI_TRY(pump(deflate, Z_NO_FLUSH, out, err));
        data.data += step;
        data.size -= step;
    }
    return TAKI_OK;
}

enum taki_status taki_deflate_finish(struct taki_deflate *deflate, struct taki_buf *out, struct taki_error *err)
{
    return pump(deflate, Z_FINISH, out, err);
}

void taki_deflate_close(struct taki_deflate *deflate)
{
    if (deflate == NULL)
        return;
    (void)deflateEnd(&deflate->stream);
    taki_memory_give(deflate, sizeof *deflate);
}
