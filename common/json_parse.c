#include "bytes.h"
#include "json_scan.h"

#include "taki/json.h"
#include "taki/text.h"

#include <stdlib.h>
#include <string.h>

#define NO_PARENT UINT32_MAX

/** One pass over the text. While a container is open, `next` of its node holds its parent's index: no stack. */
struct scanner {
    const char *start, *p, *end;
    struct taki_json_node *nodes;
    uint32_t count, capacity, open, depth;
    struct taki_json_limits limits;
    struct taki_arena *arena;
    const char *what; /**< what is wrong at p; NULL = nothing */
    enum taki_status status;
};

static bool refuse(struct scanner *s, const char *at, const char *what)
{
    s->p = at;
    s->what = what;
    s->status = TAKI_CONTRACT;
    return false;
}

static bool refuse_size(struct scanner *s, const char *what)
{
    s->what = what;
    s->status = TAKI_CEILING;
    return false;
}

static inline void skip_space(struct scanner *s)
{
    while (s->p < s->end && (*s->p == ' ' || *s->p == '\n' || *s->p == '\r' || *s->p == '\t'))
        s->p++;
}

static bool grow(struct scanner *s)
{
    if (s->count >= s->limits.nodes)
        return refuse_size(s, "more values than allowed");
    const uint64_t wanted = (uint64_t)s->capacity * 2;
    s->capacity = wanted > s->limits.nodes ? s->limits.nodes : (uint32_t)wanted;
    struct taki_json_node *nodes = TAKI_NEW_ARRAY(s->arena, s->capacity, struct taki_json_node);
    memcpy(nodes, s->nodes, s->count * sizeof *nodes);
    s->nodes = nodes;
    return true;
}

/** Scans a string whose opening quote is at p; leaves p behind the closing one. */
static inline bool scan_string(struct scanner *s, taki_str *text, bool *escaped)
{
    const char *body = s->p + 1;
    const char *at = body;
    *escaped = false;
    for (;;) {
        at = taki_json_skip_plain(at, s->end);
        if (at >= s->end)
            return refuse(s, s->p, "a string that does not end");
        if (*at == '"')
            break;
        const char *next = taki_json_skip_special(at, s->end);
        if (next == NULL)
            return refuse(s, at, taki_json_special_fault(at));
        *escaped = *escaped || *at == '\\';
        at = next;
    }
    *text = (taki_str){body, (size_t)(at - body)};
    s->p = at + 1;
    return true;
}

static const char *skip_digits(const char *p, const char *end)
{
    while (p < end && *p >= '0' && *p <= '9')
        p++;
    return p;
}

/** The grammar of RFC 8259 section 6; the text stays as it is. */
static bool scan_number(struct scanner *s, struct taki_json_node *node)
{
    const char *p = s->p + (*s->p == '-');
    const char *digits = p;
    p = skip_digits(p, s->end);
    if (p == digits || (*digits == '0' && p > digits + 1))
        return refuse(s, s->p, "a number that is not one");
    if (p < s->end && *p == '.') {
        digits = ++p;
        p = skip_digits(p, s->end);
        if (p == digits)
            return refuse(s, s->p, "a number that is not one");
    }
    if (p < s->end && (*p == 'e' || *p == 'E')) {
        p++;
        p += p < s->end && (*p == '+' || *p == '-');
        digits = p;
        p = skip_digits(p, s->end);
        if (p == digits)
            return refuse(s, s->p, "a number that is not one");
    }
    node->type = TAKI_JSON_NUMBER;
    node->text = (taki_str){s->p, (size_t)(p - s->p)};
    s->p = p;
    return true;
}

static bool scan_word(struct scanner *s, struct taki_json_node *node, enum taki_json_type type, taki_str word)
{
    if ((size_t)(s->end - s->p) < word.size || memcmp(s->p, word.data, word.size) != 0)
        return refuse(s, s->p, "a word that is none of true, false, null");
    node->type = type;
    node->text = (taki_str){s->p, word.size};
    s->p += word.size;
    return true;
}

static bool scan_scalar(struct scanner *s, struct taki_json_node *node)
{
    switch (*s->p) {
    case '"':
        node->type = TAKI_JSON_STRING;
        return scan_string(s, &node->text, &node->escaped);
    case 't':
        return scan_word(s, node, TAKI_JSON_TRUE, TAKI_STR("true"));
    case 'f':
        return scan_word(s, node, TAKI_JSON_FALSE, TAKI_STR("false"));
    case 'n':
        return scan_word(s, node, TAKI_JSON_NULL, TAKI_STR("null"));
    default:
        if (*s->p == '-' || (*s->p >= '0' && *s->p <= '9'))
            return scan_number(s, node);
        return refuse(s, s->p, "something that is no value");
    }
}

/** Key and colon of the next member into @p node; p at the value's first byte or at white space before it. */
static inline bool scan_key(struct scanner *s, struct taki_json_node *node)
{
    skip_space(s);
    if (s->p >= s->end || *s->p != '"')
        return refuse(s, s->p, "no member name where one belongs");
    if (!scan_string(s, &node->key, &node->key_escaped))
        return false;
    skip_space(s);
    if (s->p >= s->end || *s->p != ':')
        return refuse(s, s->p, "no colon behind a member name");
    s->p++;
    return true;
}

static bool open_container(struct scanner *s, uint32_t index)
{
    struct taki_json_node *node = &s->nodes[index];
    if (++s->depth > s->limits.depth)
        return refuse_size(s, "nested deeper than allowed");
    node->type = *s->p == '{' ? TAKI_JSON_OBJECT : TAKI_JSON_ARRAY;
    node->text.data = s->p++;
    node->next = s->open;
    s->open = index;
    return true;
}

/** Ends the innermost container at p, which is its closing bracket. */
static bool close_container(struct scanner *s)
{
    const uint32_t index = s->open;
    struct taki_json_node *node = &s->nodes[index];
    if (*s->p != (node->type == TAKI_JSON_OBJECT ? '}' : ']'))
        return refuse(s, s->p, "a closing bracket of the wrong kind");
    s->p++;
    s->depth--;
    s->open = node->next;
    node->next = s->count;
    node->text.size = (size_t)(s->p - node->text.data);
    if (node->type != TAKI_JSON_OBJECT || s->limits.allow_duplicate_keys)
        return true;
    const char *twice = taki_json_repeated_key(s->arena, s->nodes, index);
    return twice == NULL || refuse(s, twice, "a member name for the second time in one object");
}

/** Takes one value at p (and the key before it inside an object) as the next node; opens containers. */
static inline bool take_value(struct scanner *s)
{
    if (s->count == s->capacity && !grow(s))
        return false;
    const uint32_t index = s->count;
    struct taki_json_node *node = &s->nodes[index];
    if (s->open != NO_PARENT) {
        s->nodes[s->open].children++;
        if (s->nodes[s->open].type == TAKI_JSON_OBJECT && !scan_key(s, node))
            return false;
    }
    skip_space(s);
    if (s->p >= s->end)
        return refuse(s, s->p, "no value where one belongs");
    s->count++;
    if (*s->p == '{' || *s->p == '[')
        return open_container(s, index);
    node->next = s->count;
    return scan_scalar(s, node);
}

/** Behind a value: closes what ends here, then leaves p behind a comma (more to come) or the root done. */
static inline bool take_separators(struct scanner *s)
{
    while (s->open != NO_PARENT) {
        skip_space(s);
        if (s->p >= s->end)
            return refuse(s, s->p, "the end of the text inside an object or array");
        if (*s->p == ',') {
            s->p++;
            return true;
        }
        if (*s->p != '}' && *s->p != ']')
            return refuse(s, s->p, "no comma between two values");
        if (!close_container(s))
            return false;
    }
    return true;
}

/** True if the last node is a container just opened and something other than its end follows. */
static inline bool has_children(struct scanner *s)
{
    if (s->open != s->count - 1)
        return false; // the value just taken is no container
    skip_space(s);
    return s->p >= s->end || (*s->p != '}' && *s->p != ']');
}

static bool scan_document(struct scanner *s)
{
    do {
        if (!take_value(s))
            return false;
        if (has_children(s))
            continue;
        if (!take_separators(s))
            return false;
    } while (s->open != NO_PARENT);
    skip_space(s);
    return s->p == s->end || refuse(s, s->p, "more text behind the value");
}

static struct scanner scanner_of(struct taki_arena *arena, taki_str text, const struct taki_json_limits *limits)
{
    struct scanner s = {.start = text.data, .p = text.data, .end = text.data + text.size, .arena = arena};
    if (limits != NULL)
        s.limits = *limits;
    s.limits.depth = s.limits.depth != 0 ? s.limits.depth : 64;
    s.limits.nodes = s.limits.nodes != 0 ? s.limits.nodes : 50 * 1000 * 1000;
    s.open = NO_PARENT;
    // Records of API pages take 20 to 40 bytes a value: one array, rarely a second one.
    const size_t guess = text.size / 24 + 16;
    s.capacity = guess < (1 << 16) ? (uint32_t)guess : 1 << 16;
    if (s.capacity > s.limits.nodes)
        s.capacity = s.limits.nodes;
    s.nodes = TAKI_NEW_ARRAY(arena, s.capacity, struct taki_json_node);
    return s;
}

enum taki_status taki_json_parse(struct taki_arena *arena, taki_str text, const struct taki_json_limits *limits,
                                 struct taki_json *json, struct taki_error *err)
{
    if (taki_str_is_null(text))
        text = TAKI_STR("");
    struct scanner s = scanner_of(arena, text, limits);
    if (taki_str_starts(text, TAKI_STR("\xEF\xBB\xBF")))
        s.p += 3;
    if (!scan_document(&s)) {
        *json = (struct taki_json){0};
        return taki_fail(err, s.status, "bad JSON at byte %zu: %s", (size_t)(s.p - s.start), taki_text(s.what));
    }
    *json = (struct taki_json){.nodes = s.nodes, .count = s.count};
    return TAKI_OK;
}
