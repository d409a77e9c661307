/**
 * @file json.h
 * Our own strict JSON reader for record values (never cJSON: design.md 6) and a small writer.
 *
 * A document is scanned once into a flat array of nodes that borrow from the text. Numbers stay text (20-digit ids
 * survive). Refused: bad UTF-8, lone surrogates, control characters, trailing text, NaN, duplicate keys in one object
 * (the record that has them goes to the rejects), more than the given depth or nodes. `\u0000` is kept as a NUL byte of
 * the unescaped value.
 */
#ifndef TAKI_JSON_H
#define TAKI_JSON_H

#include "taki/arena.h"
#include "taki/status.h"
#include "taki/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum taki_json_type {
    TAKI_JSON_NULL,
    TAKI_JSON_FALSE,
    TAKI_JSON_TRUE,
    TAKI_JSON_NUMBER,
    TAKI_JSON_STRING,
    TAKI_JSON_ARRAY,
    TAKI_JSON_OBJECT
};

/** One value. Children of an array or object follow it directly; `next` skips a whole value. */
struct taki_json_node {
    enum taki_json_type type;
    bool key_escaped, escaped; /**< key / string value holds a backslash: unescape before use */
    uint32_t next;             /**< index of the node after this value and all its children */
    uint32_t children;         /**< of an array or object */
    taki_str key;              /**< raw key inside the quotes, for members of an object; NULL elsewhere */
    taki_str text; /**< raw text: inside the quotes for strings, the literal for numbers, whole span for containers */
};

struct taki_json {
    const struct taki_json_node *nodes; /**< nodes[0] is the root */
    uint32_t count;
};

struct taki_json_limits {
    uint32_t depth, nodes; /**< 0 = default (64 deep, 50 million nodes) */
    bool allow_duplicate_keys;
};

/**
 * Scans exactly one value (white space around it allowed, UTF-8 BOM at the start skipped). Nodes live in @p arena and
 * borrow from @p text. TAKI_CONTRACT with the byte offset on bad JSON, TAKI_CEILING beyond the limits.
 */
TAKI_NODISCARD enum taki_status taki_json_parse(struct taki_arena *arena, taki_str text,
                                                const struct taki_json_limits *limits, struct taki_json *json,
                                                struct taki_error *err);
/**
 * Length of the first complete value in @p text including white space before it, for NDJSON and streams of values; 0 if
 * there is only white space. Bounds by brackets and quotes only; taki_json_parse judges it.
 */
size_t taki_json_value_size(taki_str text);

/** Member of object @p object by exact name (escaped keys are compared unescaped), or NULL. Linear. */
const struct taki_json_node *taki_json_find(const struct taki_json *json, const struct taki_json_node *object,
                                            const char *name);
/** By a path "result/0/id" or "a.b" per member name split at '/'; NULL if any step is missing. */
const struct taki_json_node *taki_json_at(const struct taki_json *json, const struct taki_json_node *node,
                                          const char *path);
/** First child, or NULL if none; next sibling inside @p parent, or NULL. */
const struct taki_json_node *taki_json_first(const struct taki_json *json, const struct taki_json_node *parent);
const struct taki_json_node *taki_json_next(const struct taki_json *json, const struct taki_json_node *parent,
                                            const struct taki_json_node *child);
/** Value of a string (unescaped into @p arena if need be), number or boolean as text; NULL for null; containers give
 * their raw text. */
taki_str taki_json_text(struct taki_arena *arena, const struct taki_json_node *node);
/** Key, unescaped into @p arena if need be. */
taki_str taki_json_key(struct taki_arena *arena, const struct taki_json_node *node);
/** String body (between the quotes) without its escapes. */
taki_str taki_json_unescape(struct taki_arena *arena, taki_str raw);

/** Appends @p text as a JSON string with quotes; NULL becomes null. Invalid UTF-8 becomes U+FFFD. */
void taki_json_add_string(struct taki_buf *buf, taki_str text);

/** A tiny writer that places commas. `taki_json_writer w = {.buf = &buf};` then open/key/value/close. */
struct taki_json_writer {
    struct taki_buf *buf;
    bool need_comma, after_name; /**< the writer's own */
    int indent;                  /**< 0 = one line; else spaces a level */
    int depth;
};
void taki_json_open(struct taki_json_writer *w, char bracket);
void taki_json_close(struct taki_json_writer *w, char bracket);
void taki_json_name(struct taki_json_writer *w, const char *name);
void taki_json_str(struct taki_json_writer *w, taki_str value);
void taki_json_cstr(struct taki_json_writer *w, const char *value);
void taki_json_i64(struct taki_json_writer *w, int64_t value);
void taki_json_bool(struct taki_json_writer *w, bool value);
void taki_json_null(struct taki_json_writer *w);
void taki_json_raw(struct taki_json_writer *w, taki_str json);

#endif
