#include "taki/gzip.h"

#include "gzip_fast.h"
#include "memory.h"

#include <limits.h>
#include <zlib.h>

#define GZIP_ONLY 16 /* added to the window bits: neither raw nor zlib streams are taken */
#define STEP_BYTES ((size_t)64 << 10)

struct taki_inflate {
    z_stream stream;
    size_t consumed; /* input bytes so far, for messages */
    bool inside;     /* of a member: its header has begun, its end wasn't seen */
    bool any;        /* a member has ended */
};

struct taki_inflate *taki_inflate_open(void)
{
    struct taki_inflate *inflate = taki_memory_take("gzip", sizeof *inflate);
    *inflate = (struct taki_inflate){0};
    if (inflateInit2(&inflate->stream, MAX_WBITS + GZIP_ONLY) != Z_OK)
        taki_memory_exhausted("gzip", sizeof *inflate, taki_memory_held());
    return inflate;
}

void taki_inflate_close(struct taki_inflate *inflate)
{
    if (inflate == NULL)
        return;
    (void)inflateEnd(&inflate->stream);
    taki_memory_give(inflate, sizeof *inflate);
}

static void close_auto(struct taki_inflate **inflate)
{
    taki_inflate_close(*inflate);
}

static enum taki_status corrupt(const struct taki_inflate *inflate, struct taki_error *err)
{
    const char *why = inflate->stream.msg != NULL ? inflate->stream.msg : "bad stream";
    return taki_fail(err, TAKI_CONTRACT, "gzip data is corrupt at byte %zu: %s", inflate->consumed, why);
}

static enum taki_status too_large(const struct taki_buf *out, struct taki_error *err)
{
    return taki_fail(err, TAKI_CEILING, "uncompressed gzip data is larger than %zu bytes", out->ceiling);
}

static uInt at_most(size_t size, size_t limit)
{
    return (uInt)(size < limit ? size : limit);
}

/*
 * One call of zlib's inflate with room for at least one byte. At the ceiling that byte is a probe: the member's end may
 * still be read, one more byte of output may not. TAKI_END = the member ended.
 */
static enum taki_status step(struct taki_inflate *reader, taki_str *data, struct taki_buf *out, struct taki_error *err)
{
    z_stream *stream = &reader->stream;
    unsigned char probe = 0;
    size_t left = out->ceiling - out->size, room = at_most(left, STEP_BYTES);
    char *to = left > 0 ? taki_buf_reserve(out, room) : NULL;
    uInt offered = at_most(data->size, INT_MAX);
    stream->next_in = (z_const Bytef *)(uintptr_t)data->data; // NOLINT(performance-no-int-to-ptr): sheds const
    stream->avail_in = offered;
    stream->next_out = to != NULL ? (Bytef *)to : &probe;
    stream->avail_out = to != NULL ? (uInt)room : 1;
    int result = inflate(stream, Z_NO_FLUSH);
    size_t used = offered - stream->avail_in;
    reader->consumed += used;
    *data = (taki_str){data->data + used, data->size - used};
    if (result == Z_MEM_ERROR)
        taki_memory_exhausted("gzip", 0, taki_memory_held());
    if (to != NULL) {
        taki_buf_grow(out, room - stream->avail_out);
    } else if (stream->avail_out == 0) {
        return too_large(out, err);
    }
    if (result == Z_STREAM_END)
        return TAKI_END;
    return result == Z_OK || result == Z_BUF_ERROR ? TAKI_OK : corrupt(reader, err);
}

/* Reads until the member's end (TAKI_END) or until all of *data is used and all its output is written (TAKI_OK). */
static enum taki_status read_member(struct taki_inflate *reader, taki_str *data, struct taki_buf *out,
                                    struct taki_error *err)
{
    if (!reader->inside && inflateReset(&reader->stream) != Z_OK)
        taki_bug("zlib refuses a reset");
    reader->inside = true;
    size_t size_before;
    do {
        size_before = out->size;
        enum taki_status status = step(reader, data, out, err);
        if (status == TAKI_END) {
            reader->inside = false;
            reader->any = true;
        }
        if (status != TAKI_OK)
            return status;
    } while (data->size > 0 || out->size > size_before);
    return TAKI_OK;
}

enum taki_status taki_inflate_feed(struct taki_inflate *reader, taki_str data, struct taki_buf *out,
                                   struct taki_error *err)
{
    while (data.size > 0) {
        enum taki_status status = read_member(reader, &data, out, err);
        if (status != TAKI_OK && status != TAKI_END)
            return status;
    }
    return TAKI_OK;
}

enum taki_status taki_inflate_finish(struct taki_inflate *reader, struct taki_error *err)
{
    if (reader->any && !reader->inside)
        return TAKI_OK;
    return taki_fail(err, TAKI_CONTRACT, "gzip data is cut off after %zu bytes", reader->consumed);
}

static enum taki_status member_by_zlib(taki_str gz, size_t *used, struct taki_buf *out, struct taki_error *err)
{
    TAKI_AUTO(close_auto) struct taki_inflate *reader = taki_inflate_open();
    taki_str rest = gz;
    if (gz.size > 0) {
        enum taki_status status = read_member(reader, &rest, out, err);
        if (status != TAKI_OK && status != TAKI_END)
            return status;
    }
    *used = gz.size - rest.size;
    return taki_inflate_finish(reader, err);
}

enum taki_status taki_gunzip_member(taki_str gz, size_t *used, struct taki_buf *out, struct taki_error *err)
{
    if (taki_gzip_fast_inflate(gz, used, out))
        return TAKI_OK;
    size_t size_before = out->size;
    enum taki_status status = member_by_zlib(gz, used, out, err);
    if (status != TAKI_OK)
        out->size = size_before;
    return status;
}

enum taki_status taki_gunzip(taki_str gz, struct taki_buf *out, struct taki_error *err)
{
    size_t size_before = out->size, whole = gz.size;
    do {
        size_t used = 0;
        enum taki_status status = taki_gunzip_member(gz, &used, out, err);
        if (status != TAKI_OK) {
            out->size = size_before;
            return gz.size == whole ? status : taki_while(err, status, "member at byte %zu", whole - gz.size);
        }
        gz = (taki_str){gz.data + used, gz.size - used};
    } while (gz.size > 0);
    return TAKI_OK;
}

static size_t deflate_all(z_stream *stream, taki_str data, char *out, size_t size)
{
    size_t written = 0;
    int result = Z_OK;
    stream->next_in =
        (z_const Bytef *)(uintptr_t)(data.size > 0 ? data.data : ""); // NOLINT(performance-no-int-to-ptr): sheds const
    while (result == Z_OK) {
        uInt offered = at_most(data.size, INT_MAX), room = at_most(size - written, INT_MAX);
        stream->avail_in = offered;
        stream->next_out = (Bytef *)out + written;
        stream->avail_out = room;
        result = deflate(stream, offered == data.size ? Z_FINISH : Z_NO_FLUSH);
        data.size -= offered - stream->avail_in;
        written += room - stream->avail_out;
    }
    if (result != Z_STREAM_END)
        taki_bug("zlib refuses to compress");
    return written;
}

static size_t zlib_bound(size_t size)
{
    return deflateBound(NULL, size) + 32;
}

static size_t deflate_by_zlib(taki_str data, int level, char *out, size_t size)
{
    z_stream stream = {0};
    gz_header header = {.os = 255};
    if (deflateInit2(&stream, level, Z_DEFLATED, MAX_WBITS + GZIP_ONLY, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        taki_memory_exhausted("gzip", size, taki_memory_held());
    if (deflateSetHeader(&stream, &header) != Z_OK)
        taki_bug("zlib refuses a header");
    size_t written = deflate_all(&stream, data, out, size);
    (void)deflateEnd(&stream);
    return written;
}

static size_t make_member(taki_str data, int level, char *out, size_t size)
{
    size_t written = taki_gzip_fast_deflate(data, level, out, size);
    return written > 0 ? written : deflate_by_zlib(data, level, out, size);
}

enum taki_status taki_gzip(taki_str data, int level, struct taki_buf *out, struct taki_error *err)
{
    size_t fast = taki_gzip_fast_bound(data.size, level), bound = fast > 0 ? fast : zlib_bound(data.size);
    if (bound <= out->ceiling - out->size) {
        char *room = taki_buf_reserve(out, bound);
        if (room == NULL)
            taki_bug("a buffer below its ceiling refuses");
        taki_buf_grow(out, make_member(data, level, room, bound));
        return TAKI_OK;
    }
    /* The bound doesn't fit, the result may. */
    char *room = taki_memory_take("gzip", bound);
    taki_buf_add(out, room, make_member(data, level, room, bound));
    taki_memory_give(room, bound);
    return taki_buf_check(out, "gzip data", err);
}

const char *taki_gzip_engine(void)
{
    const char *fast = taki_gzip_fast_engine();
    return fast != NULL ? fast : "zlib " ZLIB_VERSION;
}
