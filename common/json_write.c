#include "taki/json.h"
#include "taki/text.h"

static const char replacement[] = "\xEF\xBF\xBD"; // U+FFFD

/** Bytes from the start of @p s that stand for themselves: printable ASCII but quote and backslash. */
static size_t plain_size(taki_str s)
{
    size_t n = 0;
    for (; n < s.size; n++) {
        const unsigned char c = (unsigned char)s.data[n];
        if (c < 0x20 || c >= 0x80 || c == '"' || c == '\\')
            break;
    }
    return n;
}

static void add_control(struct taki_buf *buf, unsigned char c)
{
    static const char hex[] = "0123456789abcdef";
    static const char *const short_forms[0x20] = {
        ['\b'] = "\\b", ['\t'] = "\\t", ['\n'] = "\\n", ['\f'] = "\\f", ['\r'] = "\\r"};
    if (c == '"' || c == '\\') {
        taki_buf_add_char(buf, '\\');
        taki_buf_add_char(buf, (char)c);
    } else if (c < 0x20 && short_forms[c] != NULL) {
        taki_buf_add(buf, short_forms[c], 2);
    } else {
        const char escape[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
        taki_buf_add(buf, escape, sizeof escape);
    }
}

/** Appends what begins at @p s: one escape or one multi-byte character; returns the bytes consumed. */
static size_t add_special(struct taki_buf *buf, taki_str s)
{
    const unsigned char c = (unsigned char)s.data[0];
    if (c < 0x80) {
        add_control(buf, c);
        return 1;
    }
    size_t size = 0;
    const uint32_t code_point = taki_utf8_next(s, &size);
    if (code_point == 0xFFFD && size == 1) {
        taki_buf_add(buf, replacement, sizeof replacement - 1);
    } else {
        taki_buf_add(buf, s.data, size);
    }
    return size;
}

void taki_json_add_string(struct taki_buf *buf, taki_str text)
{
    if (taki_str_is_null(text)) {
        taki_buf_add(buf, "null", 4);
        return;
    }
    taki_buf_add_char(buf, '"');
    while (text.size > 0) {
        size_t n = plain_size(text);
        taki_buf_add(buf, text.data, n);
        if (n < text.size)
            n += add_special(buf, (taki_str){text.data + n, text.size - n});
        text = (taki_str){text.data + n, text.size - n};
    }
    taki_buf_add_char(buf, '"');
}

static void new_line(struct taki_json_writer *w)
{
    if (w->indent == 0)
        return;
    taki_buf_add_char(w->buf, '\n');
    for (int i = 0; i < w->indent * w->depth; i++)
        taki_buf_add_char(w->buf, ' ');
}

/** What stands before a value or a name: a comma, a line break, or nothing behind a name. */
static void begin(struct taki_json_writer *w)
{
    if (!w->after_name) {
        if (w->need_comma)
            taki_buf_add_char(w->buf, ',');
        if (w->depth > 0)
            new_line(w);
    }
    w->after_name = false;
    w->need_comma = w->depth > 0; // two values side by side at the top are the caller's own lines
}

void taki_json_open(struct taki_json_writer *w, char bracket)
{
    begin(w);
    taki_buf_add_char(w->buf, bracket);
    w->depth++;
    w->need_comma = false;
}

void taki_json_close(struct taki_json_writer *w, char bracket)
{
    w->depth--;
    if (w->need_comma)
        new_line(w);
    taki_buf_add_char(w->buf, bracket);
    w->need_comma = w->depth > 0;
}

void taki_json_name(struct taki_json_writer *w, const char *name)
{
    begin(w);
    taki_json_add_string(w->buf, taki_str_of(name));
    taki_buf_add_text(w->buf, w->indent > 0 ? ": " : ":");
    w->after_name = true;
}

void taki_json_str(struct taki_json_writer *w, taki_str value)
{
    begin(w);
    taki_json_add_string(w->buf, value);
}

void taki_json_cstr(struct taki_json_writer *w, const char *value)
{
    taki_json_str(w, taki_str_of(value));
}

void taki_json_i64(struct taki_json_writer *w, int64_t value)
{
    begin(w);
    taki_buf_add_i64(w->buf, value);
}

void taki_json_bool(struct taki_json_writer *w, bool value)
{
    begin(w);
    taki_buf_add_text(w->buf, value ? "true" : "false");
}

void taki_json_null(struct taki_json_writer *w)
{
    begin(w);
    taki_buf_add(w->buf, "null", 4);
}

void taki_json_raw(struct taki_json_writer *w, taki_str json)
{
    begin(w);
    taki_buf_add_str(w->buf, taki_str_is_null(json) ? TAKI_STR("null") : json);
}
