#include "text.h"

#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

void *sim_alloc(size_t size)
{
    void *data = calloc(1, size ? size : 1);
    if (!data) {
        fputs("taki-sim: out of memory\n", stderr);
        exit(10);
    }
    return data;
}

void *sim_grow(void *data, size_t size)
{
    void *grown = realloc(data, size ? size : 1);
    if (!grown) {
        fputs("taki-sim: out of memory\n", stderr);
        exit(10);
    }
    return grown;
}

char *sim_copy(const char *data, size_t size)
{
    char *copy = sim_alloc(size + 1);
    if (size)
        memcpy(copy, data, size);
    return copy;
}

char *sim_dup(const char *text)
{
    return sim_copy(text, strlen(text));
}

char *sim_format(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    int size = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = sim_alloc((size_t)size + 1);
    vsnprintf(text, (size_t)size + 1, format, again);
    va_end(again);
    return text;
}

void sim_buf_add(struct sim_buf *buf, const void *data, size_t size)
{
    if (buf->size + size + 1 > buf->capacity) {
        buf->capacity = (buf->size + size + 1) * 2;
        buf->data = sim_grow(buf->data, buf->capacity);
    }
    if (size)
        memcpy(buf->data + buf->size, data, size);
    buf->size += size;
    buf->data[buf->size] = '\0';
}

void sim_buf_text(struct sim_buf *buf, const char *text)
{
    sim_buf_add(buf, text, strlen(text));
}

void sim_buf_format(struct sim_buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    int size = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = sim_alloc((size_t)size + 1);
    vsnprintf(text, (size_t)size + 1, format, again);
    va_end(again);
    sim_buf_add(buf, text, (size_t)size);
    free(text);
}

void sim_buf_free(struct sim_buf *buf)
{
    free(buf->data);
    *buf = (struct sim_buf){0};
}

void sim_buf_json(struct sim_buf *buf, const char *text)
{
    if (!text) {
        sim_buf_text(buf, "null");
        return;
    }
    sim_buf_text(buf, "\"");
    for (const char *c = text; *c; c++) {
        if (*c == '"' || *c == '\\') {
            sim_buf_format(buf, "\\%c", *c);
        } else if (*c == '\n') {
            sim_buf_text(buf, "\\n");
        } else if (*c == '\r') {
            sim_buf_text(buf, "\\r");
        } else if ((unsigned char)*c < 0x20) {
            sim_buf_format(buf, "\\u%04x", (unsigned)(unsigned char)*c);
        } else {
            sim_buf_add(buf, c, 1);
        }
    }
    sim_buf_text(buf, "\"");
}

struct sim_rng sim_rng_of(uint64_t seed, uint64_t stream)
{
    struct sim_rng rng = {seed * 0x9E3779B97F4A7C15u + stream * 0xD1B54A32D192ED03u + 0x632BE59BD9B4E019u};
    (void)sim_rng_next(&rng);
    return rng;
}

uint64_t sim_rng_next(struct sim_rng *rng)
{
    uint64_t z = rng->state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

uint32_t sim_rng_below(struct sim_rng *rng, uint32_t n)
{
    return (uint32_t)(sim_rng_next(rng) % n);
}

int64_t sim_rng_between(struct sim_rng *rng, int64_t lo, int64_t hi)
{
    return lo + (int64_t)(sim_rng_next(rng) % (uint64_t)(hi - lo + 1));
}

bool sim_rng_percent(struct sim_rng *rng, uint32_t percent)
{
    return sim_rng_below(rng, 100) < percent;
}

uint64_t sim_hash(const char *text)
{
    uint64_t hash = 0xCBF29CE484222325u;
    for (const char *c = text; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 0x100000001B3u;
    return hash ^ (hash >> 29);
}

bool sim_glob(const char *pattern, const char *text)
{
    if (!*pattern)
        return !*text;
    if (*pattern == '*')
        return sim_glob(pattern + 1, text) || (*text && sim_glob(pattern, text + 1));
    return *pattern == *text && sim_glob(pattern + 1, text + 1);
}

void sim_base64(struct sim_buf *out, const void *data, size_t size, bool url_alphabet)
{
    unsigned char *text = sim_alloc(4 * ((size + 2) / 3) + 1);
    int length = EVP_EncodeBlock(text, data, (int)size);
    for (int i = 0; url_alphabet && i < length; i++)
        text[i] = text[i] == '+' ? '-' : text[i] == '/' ? '_' : text[i];
    while (url_alphabet && length && text[length - 1] == '=')
        length--;
    sim_buf_add(out, text, (size_t)length);
    free(text);
}

static int base64_value(char c)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *found = strchr(alphabet, c == '-' ? '+' : c == '_' ? '/' : c);
    return c && found ? (int)(found - alphabet) : -1;
}

bool sim_base64_decode(const char *text, struct sim_buf *out)
{
    uint32_t bits = 0;
    int count = 0;
    for (; *text && *text != '='; text++) {
        int value = base64_value(*text);
        if (value < 0)
            return false;
        bits = (bits << 6) | (uint32_t)value;
        if ((count += 6) >= 8) {
            unsigned char byte = (unsigned char)(bits >> (count -= 8));
            sim_buf_add(out, &byte, 1);
        }
    }
    return true;
}

void sim_sha256(const void *data, size_t size, char out[65])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    EVP_Digest(data, size, digest, &length, EVP_sha256(), NULL);
    for (unsigned i = 0; i < 32; i++)
        snprintf(out + (size_t)i * 2, 3, "%02x", digest[i]);
}

void sim_gzip(const void *data, size_t size, struct sim_buf *out)
{
    z_stream z = {0};
    if (deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        abort();
    uLong bound = deflateBound(&z, (uLong)size) + 32;
    char *packed = sim_alloc(bound);
    Bytef *input = (Bytef *)sim_copy(data, size);
    z.next_in = input;
    z.avail_in = (uInt)size;
    z.next_out = (Bytef *)packed;
    z.avail_out = (uInt)bound;
    if (deflate(&z, Z_FINISH) != Z_STREAM_END)
        abort();
    sim_buf_add(out, packed, z.total_out);
    deflateEnd(&z);
    free(input);
    free(packed);
}

bool sim_read_file(const char *path, struct sim_buf *out)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    char block[65536];
    size_t got;
    sim_buf_add(out, "", 0);
    while ((got = fread(block, 1, sizeof block, file)) > 0)
        sim_buf_add(out, block, got);
    bool ok = !ferror(file);
    fclose(file);
    return ok;
}
