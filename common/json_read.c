#include "json_scan.h"

#include "taki/json.h"
#include "taki/text.h"

#include <string.h>

static size_t skip_spaces(taki_str text, size_t at)
{
    while (at < text.size && strchr(" \n\r\t", text.data[at]) != NULL && text.data[at] != '\0')
        at++;
    return at;
}

/** Behind the closing quote of the string that begins at @p at, or the end. */
static size_t skip_string(taki_str text, size_t at)
{
    for (at++; at < text.size; at++) {
        if (text.data[at] == '\\') {
            at++;
        } else if (text.data[at] == '"') {
            return at + 1;
        }
    }
    return text.size;
}

/** Behind a number or word. */
static size_t skip_bare(taki_str text, size_t at)
{
    while (at < text.size && text.data[at] != '\0' && strchr(" \n\r\t,:[]{}\"", text.data[at]) == NULL)
        at++;
    return at;
}

/** Behind the bracket that closes the one at @p at, or the end. */
static size_t skip_container(taki_str text, size_t at)
{
    size_t depth = 0;
    while (at < text.size) {
        const char c = text.data[at];
        if (c == '"') {
            at = skip_string(text, at);
            continue;
        }
        at++;
        if (c == '{' || c == '[') {
            depth++;
        } else if ((c == '}' || c == ']') && --depth == 0) {
            return at;
        }
    }
    return text.size;
}

size_t taki_json_value_size(taki_str text)
{
    const size_t at = skip_spaces(text, taki_str_starts(text, TAKI_STR("\xEF\xBB\xBF")) ? 3 : 0);
    if (at >= text.size)
        return 0;
    if (text.data[at] == '"')
        return skip_string(text, at);
    if (text.data[at] == '{' || text.data[at] == '[')
        return skip_container(text, at);
    const size_t end = skip_bare(text, at);
    return end > at ? end : at + 1; // a stray bracket or comma is a "value" too, for the parser to refuse
}

/** Code point of `\uXXXX` or of a pair of them; *size receives the bytes. UINT32_MAX if there is no such escape. */
static uint32_t escaped_code_point(const char *at, const char *end, size_t *size)
{
    const uint32_t unit = taki_json_code_unit(at, end);
    *size = 6;
    if (unit == UINT32_MAX || (unit & 0xFC00) != 0xD800)
        return unit;
    const uint32_t low = taki_json_code_unit(at + 6, end);
    *size = 12;
    return low == UINT32_MAX ? low : 0x10000 + ((unit & 0x3FF) << 10) + (low & 0x3FF);
}

/** Puts what the escape at @p at stands for at *out; returns its bytes. What is no escape stays as it is. */
static size_t put_escape(const char *at, const char *end, char **out)
{
    static const char from[] = "\"\\/bfnrt";
    static const char to[] = "\"\\/\b\f\n\r\t";
    const char *known = end - at < 2 || at[1] == '\0' ? NULL : strchr(from, at[1]);
    if (known != NULL) {
        *(*out)++ = to[known - from];
        return 2;
    }
    size_t size = 0;
    const uint32_t code_point = escaped_code_point(at, end, &size);
    if (code_point == UINT32_MAX) {
        *(*out)++ = *at;
        return 1;
    }
    *out += taki_utf8_put(code_point, *out);
    return size;
}

taki_str taki_json_unescape(struct taki_arena *arena, taki_str raw)
{
    if (raw.size == 0 || memchr(raw.data, '\\', raw.size) == NULL)
        return raw;
    const char *at = raw.data;
    const char *end = raw.data + raw.size;
    char *text = taki_arena_alloc(arena, raw.size + 1); // an escape is never shorter than what it stands for
    char *out = text;
    while (at < end) {
        const char *escape = memchr(at, '\\', (size_t)(end - at));
        const size_t plain = (size_t)((escape != NULL ? escape : end) - at);
        memcpy(out, at, plain);
        out += plain;
        at += plain;
        if (escape != NULL)
            at += put_escape(at, end, &out);
    }
    return (taki_str){text, (size_t)(out - text)};
}

taki_str taki_json_key(struct taki_arena *arena, const struct taki_json_node *node)
{
    return node->key_escaped ? taki_json_unescape(arena, node->key) : node->key;
}

taki_str taki_json_text(struct taki_arena *arena, const struct taki_json_node *node)
{
    if (node->type == TAKI_JSON_NULL)
        return TAKI_STR_NULL;
    return node->escaped ? taki_json_unescape(arena, node->text) : node->text;
}

const struct taki_json_node *taki_json_first(const struct taki_json *json, const struct taki_json_node *parent)
{
    (void)json; // children follow their parent directly; the document is asked for so that every walk reads the same
    return parent->children > 0 ? parent + 1 : NULL;
}

const struct taki_json_node *taki_json_next(const struct taki_json *json, const struct taki_json_node *parent,
                                            const struct taki_json_node *child)
{
    return child->next < parent->next ? &json->nodes[child->next] : NULL;
}

/** Compares an escaped key with @p name character by character, without memory. */
static bool escaped_key_is(taki_str key, taki_str name)
{
    const char *at = key.data;
    const char *end = key.data + key.size;
    size_t done = 0;
    while (at < end) {
        char piece[4];
        char *out = piece;
        if (*at == '\\') {
            at += put_escape(at, end, &out);
        } else {
            *out++ = *at++;
        }
        const size_t size = (size_t)(out - piece);
        if (size > name.size - done || memcmp(piece, name.data + done, size) != 0)
            return false;
        done += size;
    }
    return done == name.size;
}

static const struct taki_json_node *find(const struct taki_json *json, const struct taki_json_node *object,
                                         taki_str name)
{
    if (object == NULL || object->type != TAKI_JSON_OBJECT)
        return NULL;
    for (const struct taki_json_node *member = taki_json_first(json, object); member != NULL;
         member = taki_json_next(json, object, member)) {
        if (member->key_escaped ? escaped_key_is(member->key, name) : taki_str_equal(member->key, name))
            return member;
    }
    return NULL;
}

const struct taki_json_node *taki_json_find(const struct taki_json *json, const struct taki_json_node *object,
                                            const char *name)
{
    return find(json, object, taki_str_of(name));
}

static const struct taki_json_node *item(const struct taki_json *json, const struct taki_json_node *array,
                                         taki_str index)
{
    int64_t n = 0;
    if (!taki_str_i64(index, &n) || n < 0 || n >= (int64_t)array->children)
        return NULL;
    const struct taki_json_node *child = taki_json_first(json, array);
    for (; n > 0 && child != NULL; n--)
        child = taki_json_next(json, array, child);
    return child;
}

const struct taki_json_node *taki_json_at(const struct taki_json *json, const struct taki_json_node *node,
                                          const char *path)
{
    taki_str rest = taki_str_of(path);
    while (node != NULL && !taki_str_is_blank(rest)) {
        const taki_str step = taki_str_cut(rest, '/', &rest);
        node = node->type == TAKI_JSON_ARRAY ? item(json, node, step) : find(json, node, step);
    }
    return node;
}
