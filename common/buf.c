#include "memory.h"

#include "taki/str.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define FIRST_CAPACITY ((size_t)256)

void taki_buf_init(struct taki_buf *buf, size_t ceiling)
{
    *buf = (struct taki_buf){.ceiling = ceiling};
}

void taki_buf_reset(struct taki_buf *buf)
{
    taki_memory_give(buf->data, buf->capacity);
    taki_buf_init(buf, buf->ceiling);
}

void taki_buf_clear(struct taki_buf *buf)
{
    buf->size = 0;
    buf->overflow = false;
}

static size_t grown_capacity(const struct taki_buf *buf, size_t wanted)
{
    size_t capacity = buf->capacity > 0 ? buf->capacity : FIRST_CAPACITY;
    while (capacity < wanted && capacity <= buf->ceiling / 2)
        capacity *= 2;
    return capacity < wanted || capacity > buf->ceiling ? buf->ceiling : capacity;
}

char *taki_buf_reserve(struct taki_buf *buf, size_t size)
{
    if (size > buf->ceiling - buf->size) {
        buf->overflow = true;
        return NULL;
    }
    size_t wanted = buf->size + size;
    if (wanted > buf->capacity || buf->data == NULL) {
        size_t capacity = grown_capacity(buf, wanted);
        buf->data = taki_memory_resize("buffers", buf->data, buf->capacity, capacity);
        buf->capacity = capacity;
    }
    return buf->data + buf->size;
}

void taki_buf_grow(struct taki_buf *buf, size_t size)
{
    buf->size += size;
}

void taki_buf_add(struct taki_buf *buf, const void *data, size_t size)
{
    if (size == 0)
        return;
    char *room = taki_buf_reserve(buf, size);
    if (room == NULL)
        return;
    memcpy(room, data, size);
    buf->size += size;
}

void taki_buf_add_str(struct taki_buf *buf, taki_str s)
{
    taki_buf_add(buf, s.data, s.size);
}

void taki_buf_add_text(struct taki_buf *buf, const char *text)
{
    taki_buf_add(buf, text, strlen(text));
}

void taki_buf_add_char(struct taki_buf *buf, char c)
{
    if (buf->size < buf->capacity) {
        buf->data[buf->size++] = c;
    } else {
        taki_buf_add(buf, &c, 1);
    }
}

void taki_buf_add_i64(struct taki_buf *buf, int64_t value)
{
    char digits[20];
    size_t at = sizeof digits;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        digits[--at] = (char)('0' + (char)(rest % 10));
        rest /= 10;
    } while (rest > 0);
    if (value < 0)
        taki_buf_add_char(buf, '-');
    taki_buf_add(buf, digits + at, sizeof digits - at);
}

void taki_buf_format(struct taki_buf *buf, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    /* vsnprintf ends with a NUL, which the buffer needs room for but doesn't keep. */
    size_t size = length > 0 ? (size_t)length : 0;
    char *room = taki_buf_reserve(buf, size + 1);
    if (room != NULL) {
        (void)vsnprintf(room, size + 1, format, again);
        buf->size += size;
    }
    va_end(again);
}

taki_str taki_buf_view(const struct taki_buf *buf)
{
    return (taki_str){buf->data != NULL ? buf->data : "", buf->size};
}

enum taki_status taki_buf_check(const struct taki_buf *buf, const char *what, struct taki_error *err)
{
    if (!buf->overflow)
        return TAKI_OK;
    return taki_fail(err, TAKI_CEILING, "%s larger than %zu bytes", what, buf->ceiling);
}
