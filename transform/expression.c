#include "expression.h"

#include "taki/config.h"

#define DEPTH_LIMIT 32

enum operation {
    OP_OR,
    OP_AND,
    OP_NOT,
    OP_EQUAL,
    OP_UNEQUAL,
    OP_LESS,
    OP_AT_MOST,
    OP_MORE,
    OP_AT_LEAST,
    OP_IN,
    OP_CONTAINS,
    OP_STARTS,
    OP_ENDS,
    OP_TRUE
};

struct taki_expression {
    enum operation operation;
    const struct taki_expression *left, *right; /* of or, and, not */
    size_t field;
    const taki_str *values;
    size_t value_count;
};

struct parser {
    struct taki_arena *arena;
    taki_str rest, token;
    bool quoted;
    const char *const *names;
    size_t name_count;
    int depth;
    taki_str text;
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_mark(char c)
{
    return c == '(' || c == ')' || c == ',' || c == '=' || c == '!' || c == '<' || c == '>';
}

static void skip(struct parser *parser, size_t size)
{
    parser->rest.data += size;
    parser->rest.size -= size;
}

static size_t quoted_size(taki_str rest)
{
    for (size_t i = 1; i < rest.size; i++) {
        if (rest.data[i] == rest.data[0])
            return i + 1;
    }
    return 0;
}

static size_t word_size(taki_str rest)
{
    size_t size = 0;
    if (is_mark(rest.data[0])) {
        bool is_double =
            rest.size > 1 && rest.data[1] == '=' && rest.data[0] != '(' && rest.data[0] != ')' && rest.data[0] != ',';
        return is_double ? 2 : 1;
    }
    while (size < rest.size && !is_space(rest.data[size]) && !is_mark(rest.data[size]))
        size++;
    return size;
}

/* Next token; size 0 at the end. */
static void advance(struct parser *parser)
{
    while (parser->rest.size > 0 && is_space(parser->rest.data[0]))
        skip(parser, 1);
    parser->quoted = false;
    parser->token = (taki_str){parser->rest.data, 0};
    if (parser->rest.size == 0)
        return;
    bool opens_quote = parser->rest.data[0] == '"' || parser->rest.data[0] == '\'';
    size_t size = opens_quote ? quoted_size(parser->rest) : 0;
    if (size > 0) {
        parser->quoted = true;
        parser->token = (taki_str){parser->rest.data + 1, size - 2};
    } else {
        size = word_size(parser->rest);
        parser->token.size = size;
    }
    skip(parser, size);
}

static bool at(const struct parser *parser, const char *word)
{
    return !parser->quoted && taki_str_equal_nocase(parser->token, taki_str_of(word));
}

static bool at_end(const struct parser *parser)
{
    return !parser->quoted && parser->token.size == 0;
}

static enum taki_status unexpected(const struct parser *parser, const char *want, struct taki_error *err)
{
    return taki_fail(err, TAKI_USAGE, "rule '%.*s': got '%.*s', want %s", TAKI_STR_ARG(parser->text),
                     TAKI_STR_ARG(at_end(parser) ? TAKI_STR("the end") : parser->token), want);
}

static enum taki_status field(struct parser *parser, size_t *index, struct taki_error *err)
{
    for (size_t i = 0; i < parser->name_count && !parser->quoted; i++) {
        if (taki_str_is(parser->token, parser->names[i])) {
            *index = i;
            advance(parser);
            return TAKI_OK;
        }
    }
    enum taki_status status = unexpected(parser, "the name of a field", err);
    const char *near = taki_nearest(parser->token, parser->names, parser->name_count);
    return near ? taki_hint(err, "the nearest known field is '%s'", near) : status;
}

static enum taki_status value(struct parser *parser, struct taki_expression *node, size_t capacity,
                              struct taki_error *err)
{
    if (!parser->quoted && (parser->token.size == 0 || is_mark(parser->token.data[0])))
        return unexpected(parser, "a value", err);
    taki_str *values = TAKI_NEW_ARRAY(parser->arena, capacity, taki_str);
    for (size_t i = 0; i < node->value_count; i++)
        values[i] = node->values[i];
    bool is_null = at(parser, "null");
    values[node->value_count++] = is_null ? TAKI_STR_NULL : taki_str_dup(parser->arena, parser->token);
    node->values = values;
    advance(parser);
    return TAKI_OK;
}

static enum taki_status list(struct parser *parser, struct taki_expression *node, struct taki_error *err)
{
    if (!at(parser, "("))
        return unexpected(parser, "'('", err);
    do {
        advance(parser);
        TAKI_TRY(value(parser, node, node->value_count + 1, err));
    } while (at(parser, ","));
    if (!at(parser, ")"))
        return unexpected(parser, "',' or ')'", err);
    advance(parser);
    return TAKI_OK;
}

static enum taki_status comparison(struct parser *parser, struct taki_expression *node, struct taki_error *err)
{
    static const struct {
        const char *word;
        enum operation operation;
    } words[] = {
        {"=",        OP_EQUAL   },
        {"==",       OP_EQUAL   },
        {"!=",       OP_UNEQUAL },
        {"<",        OP_LESS    },
        {"<=",       OP_AT_MOST },
        {">",        OP_MORE    },
        {">=",       OP_AT_LEAST},
        {"contains", OP_CONTAINS},
        {"starts",   OP_STARTS  },
        {"ends",     OP_ENDS    },
    };
    TAKI_TRY(field(parser, &node->field, err));
    node->operation = OP_TRUE;
    if (at(parser, "in")) {
        node->operation = OP_IN;
        advance(parser);
        return list(parser, node, err);
    }
    for (size_t i = 0; i < TAKI_LEN(words); i++) {
        if (at(parser, words[i].word)) {
            node->operation = words[i].operation;
            advance(parser);
            return value(parser, node, 1, err);
        }
    }
    return TAKI_OK;
}

static enum taki_status disjunction(struct parser *parser, const struct taki_expression **out, struct taki_error *err);

static enum taki_status term(struct parser *parser, const struct taki_expression **out, struct taki_error *err)
{
    struct taki_expression *node = TAKI_NEW(parser->arena, struct taki_expression);
    *out = node;
    if (++parser->depth > DEPTH_LIMIT)
        return unexpected(parser, "fewer nested parentheses", err);
    if (at(parser, "not")) {
        advance(parser);
        node->operation = OP_NOT;
        TAKI_TRY(term(parser, &node->left, err));
    } else if (at(parser, "(")) {
        advance(parser);
        TAKI_TRY(disjunction(parser, out, err));
        if (!at(parser, ")"))
            return unexpected(parser, "')'", err);
        advance(parser);
    } else {
        TAKI_TRY(comparison(parser, node, err));
    }
    parser->depth--;
    return TAKI_OK;
}

static enum taki_status chain(struct parser *parser, const char *word, enum operation operation,
                              enum taki_status (*part)(struct parser *, const struct taki_expression **,
                                                       struct taki_error *),
                              const struct taki_expression **out, struct taki_error *err)
{
    TAKI_TRY(part(parser, out, err));
    while (at(parser, word)) {
        advance(parser);
        struct taki_expression *node = TAKI_NEW(parser->arena, struct taki_expression);
        *node = (struct taki_expression){.operation = operation, .left = *out};
        TAKI_TRY(part(parser, &node->right, err));
        *out = node;
    }
    return TAKI_OK;
}

static enum taki_status conjunction(struct parser *parser, const struct taki_expression **out, struct taki_error *err)
{
    return chain(parser, "and", OP_AND, term, out, err);
}

static enum taki_status disjunction(struct parser *parser, const struct taki_expression **out, struct taki_error *err)
{
    return chain(parser, "or", OP_OR, conjunction, out, err);
}

enum taki_status taki_expression_new(struct taki_arena *arena, taki_str text, const char *const *names, size_t count,
                                     const struct taki_expression **expression, struct taki_error *err)
{
    struct parser parser = {.arena = arena, .rest = text, .text = text, .names = names, .name_count = count};
    advance(&parser);
    TAKI_TRY(disjunction(&parser, expression, err));
    return at_end(&parser) ? TAKI_OK : unexpected(&parser, "'and', 'or' or the end", err);
}

static bool contains(taki_str text, taki_str part)
{
    for (size_t i = 0; i + part.size <= text.size; i++) {
        if (taki_str_equal_nocase((taki_str){text.data + i, part.size}, part))
            return true;
    }
    return false;
}

static bool ordered(enum operation operation, taki_str here, taki_str want)
{
    double a, b;
    if (!taki_str_f64(here, &a) || !taki_str_f64(want, &b))
        return false;
    if (operation == OP_LESS)
        return a < b;
    if (operation == OP_AT_MOST)
        return a <= b;
    return operation == OP_MORE ? a > b : a >= b;
}

static bool same(taki_str here, taki_str want)
{
    double a, b;
    if (taki_str_is_null(want) || taki_str_is_null(here))
        return taki_str_is_null(want) && taki_str_is_null(here);
    if (taki_str_f64(here, &a) && taki_str_f64(want, &b))
        return !(a < b) && !(a > b);
    return taki_str_equal_nocase(here, want);
}

static bool compare(const struct taki_expression *node, taki_str here)
{
    bool is_true = false;
    if (node->operation == OP_TRUE)
        return taki_str_bool(here, &is_true) && is_true;
    taki_str want = node->values[0];
    if (node->operation == OP_EQUAL || node->operation == OP_UNEQUAL)
        return same(here, want) == (node->operation == OP_EQUAL);
    for (size_t i = 0; node->operation == OP_IN && i < node->value_count; i++) {
        if (same(here, node->values[i]))
            return true;
    }
    if (node->operation == OP_IN || taki_str_is_null(here))
        return false;
    if (node->operation == OP_CONTAINS)
        return contains(here, want);
    if (node->operation == OP_STARTS)
        return here.size >= want.size && taki_str_equal_nocase((taki_str){here.data, want.size}, want);
    if (node->operation == OP_ENDS) {
        return here.size >= want.size &&
               taki_str_equal_nocase((taki_str){here.data + here.size - want.size, want.size}, want);
    }
    return ordered(node->operation, here, want);
}

bool taki_expression_holds(const struct taki_expression *node, taki_expression_value value_of, const void *subject)
{
    if (node->operation == OP_OR) {
        return taki_expression_holds(node->left, value_of, subject) ||
               taki_expression_holds(node->right, value_of, subject);
    }
    if (node->operation == OP_AND) {
        return taki_expression_holds(node->left, value_of, subject) &&
               taki_expression_holds(node->right, value_of, subject);
    }
    if (node->operation == OP_NOT)
        return !taki_expression_holds(node->left, value_of, subject);
    return compare(node, value_of(subject, node->field));
}
