#include "gzip_fast.h"

#ifdef TAKI_LIBDEFLATE

#include "memory.h"

#include <libdeflate.h>
#include <string.h>

#define LEAST_GUESS ((size_t)64 << 10)
/* More than this is tried step by step: the size in the file may lie, and memory asked for is memory counted. */
#define GREATEST_RATIO ((size_t)32)
/* Flag FHCRC: libdeflate skips the header's checksum, zlib looks at it. */
#define HAS_HEADER_CRC 2U

/* The last four bytes are the size of the last member: exact for one member, a fair guess for a part of many pages. */
static size_t guess_size(taki_str gz)
{
    uint32_t size = 0;
    for (size_t i = 0; i < 4; i++)
        size |= (uint32_t)(unsigned char)gz.data[gz.size - 4 + i] << 8U * i;
    size_t most = gz.size * GREATEST_RATIO;
    size_t guess = size < most ? size : most;
    return guess > LEAST_GUESS ? guess : LEAST_GUESS;
}

static struct libdeflate_decompressor *decompressor_open(void)
{
    struct libdeflate_decompressor *decompressor = libdeflate_alloc_decompressor();
    if (decompressor == NULL)
        taki_memory_exhausted("gzip", 0, taki_memory_held());
    return decompressor;
}

bool taki_gzip_fast_inflate(taki_str gz, size_t *used, struct taki_buf *out)
{
    if (gz.size < 18 || ((unsigned char)gz.data[3] & HAS_HEADER_CRC) != 0)
        return false;
    struct libdeflate_decompressor *decompressor = decompressor_open();
    enum libdeflate_result result = LIBDEFLATE_INSUFFICIENT_SPACE;
    size_t left = out->ceiling - out->size, size = 0;
    for (size_t room = guess_size(gz); result == LIBDEFLATE_INSUFFICIENT_SPACE; room *= 2) {
        if (room > left)
            room = left;
        char *to = room > 0 ? taki_buf_reserve(out, room) : NULL;
        if (to == NULL)
            break;
        result = libdeflate_gzip_decompress_ex(decompressor, gz.data, gz.size, to, room, used, &size);
        if (room == left)
            break;
    }
    libdeflate_free_decompressor(decompressor);
    if (result != LIBDEFLATE_SUCCESS)
        return false;
    taki_buf_grow(out, size);
    return true;
}

size_t taki_gzip_fast_bound(size_t size, int level)
{
    (void)level;
    return libdeflate_gzip_compress_bound(NULL, size);
}

size_t taki_gzip_fast_deflate(taki_str data, int level, char *out, size_t size)
{
    struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(level);
    if (compressor == NULL)
        taki_memory_exhausted("gzip", 0, taki_memory_held());
    size_t written = libdeflate_gzip_compress(compressor, data.size > 0 ? data.data : "", data.size, out, size);
    libdeflate_free_compressor(compressor);
    return written;
}

const char *taki_gzip_fast_engine(void)
{
    return "libdeflate " LIBDEFLATE_VERSION_STRING;
}

#else

bool taki_gzip_fast_inflate(taki_str gz, size_t *used, struct taki_buf *out)
{
    (void)gz;
    (void)used;
    (void)out;
    return false;
}

size_t taki_gzip_fast_bound(size_t size, int level)
{
    (void)size;
    (void)level;
    return 0;
}

size_t taki_gzip_fast_deflate(taki_str data, int level, char *out, size_t size)
{
    (void)data;
    (void)level;
    (void)out;
    (void)size;
    return 0;
}

const char *taki_gzip_fast_engine(void)
{
    return NULL;
}

#endif
