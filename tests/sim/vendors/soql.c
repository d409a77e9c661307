/* Reading SOQL text and binding its names to the store. */
#include "vendors/soql.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct reader {
    const char *text, *at;
    struct soql *query;
    int depth;
};

static bool fail(struct soql *query, const char *code, char *message)
{
    if (query->error_code) {
        free(message);
        return false;
    }
    query->error_code = code;
    query->error = message;
    return false;
}

static bool malformed(struct reader *reader, const char *wanted)
{
    return fail(reader->query, "MALFORMED_QUERY",
                sim_format("unexpected token: '%.20s', expecting %s at column %zu", reader->at, wanted,
                           (size_t)(reader->at - reader->text) + 1));
}

static void skip_space(struct reader *reader)
{
    while (isspace((unsigned char)*reader->at))
        reader->at++;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '.';
}

static bool take_word(struct reader *reader, const char *word)
{
    skip_space(reader);
    size_t size = strlen(word);
    if (strncasecmp(reader->at, word, size) != 0 || is_word(reader->at[size]))
        return false;
    reader->at += size;
    return true;
}

static bool take_char(struct reader *reader, char c)
{
    skip_space(reader);
    if (*reader->at != c)
        return false;
    reader->at++;
    return true;
}

static char *take_name(struct reader *reader)
{
    skip_space(reader);
    size_t size = 0;
    while (is_word(reader->at[size]))
        size++;
    if (!size || isdigit((unsigned char)*reader->at))
        return NULL;
    reader->at += size;
    return sim_copy(reader->at - size, size);
}

static bool take_quoted(struct reader *reader, struct soql_literal *literal)
{
    struct sim_buf text = {0};
    sim_buf_add(&text, "", 0);
    for (reader->at++; *reader->at && *reader->at != '\''; reader->at++) {
        char c = *reader->at;
        if (c == '\\' && reader->at[1]) {
            c = *++reader->at;
            c = c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : c;
        }
        sim_buf_add(&text, &c, 1);
    }
    *literal = (struct soql_literal){SOQL_STRING, text.data};
    return take_char(reader, '\'') || malformed(reader, "'");
}

static bool take_bare(struct reader *reader, struct soql_literal *literal)
{
    size_t size = strcspn(reader->at, " \t\r\n,()");
    char *text = sim_copy(reader->at, size);
    int64_t seconds = 0;
    bool is_date = false;
    char *end = NULL;
    if (!strcasecmp(text, "true") || !strcasecmp(text, "false")) {
        *literal = (struct soql_literal){SOQL_BOOLEAN, text};
        for (char *c = text; *c; c++)
            *c = (char)tolower((unsigned char)*c);
    } else if (!strcasecmp(text, "null")) {
        *literal = (struct soql_literal){SOQL_NULL, text};
    } else if (sim_time_parse(text, &seconds, &is_date)) {
        free(text);
        text = sim_alloc(21);
        sim_time_print(seconds, text);
        text[is_date ? 10 : 20] = '\0';
        *literal = (struct soql_literal){is_date ? SOQL_DAY : SOQL_INSTANT, text};
    } else if (size && strtod(text, &end) < 1e300 && end != text && !*end) {
        *literal = (struct soql_literal){SOQL_NUMBER, text};
    } else {
        free(text);
        return malformed(reader, "a literal");
    }
    reader->at += size;
    return true;
}

static bool add_literal(struct reader *reader, struct soql_node *node)
{
    struct soql_literal literal = {SOQL_NULL, NULL};
    skip_space(reader);
    bool ok = *reader->at == '\'' ? take_quoted(reader, &literal) : take_bare(reader, &literal);
    if (literal.text) {
        node->literals = sim_grow(node->literals, (node->n_literals + 1) * sizeof *node->literals);
        node->literals[node->n_literals++] = literal;
    }
    return ok;
}

static bool take_list(struct reader *reader, struct soql_node *node)
{
    if (!take_char(reader, '('))
        return malformed(reader, "'('");
    do {
        if (!add_literal(reader, node))
            return false;
    } while (take_char(reader, ','));
    return take_char(reader, ')') || malformed(reader, "')'");
}

static bool take_operator(struct reader *reader, enum soql_op *op)
{
    static const struct {
        const char *text;
        enum soql_op op;
    } operators[] = {
        {"!=", SOQL_NE},
        {"<>", SOQL_NE},
        {"<=", SOQL_LE},
        {">=", SOQL_GE},
        {"=",  SOQL_EQ},
        {"<",  SOQL_LT},
        {">",  SOQL_GT}
    };
    skip_space(reader);
    for (size_t i = 0; i < SIM_LEN(operators); i++) {
        size_t size = strlen(operators[i].text);
        if (strncmp(reader->at, operators[i].text, size) == 0) {
            reader->at += size;
            *op = operators[i].op;
            return true;
        }
    }
    if (take_word(reader, "LIKE")) {
        *op = SOQL_LIKE;
    } else if (take_word(reader, "IN")) {
        *op = SOQL_IN;
    } else if (take_word(reader, "NOT") && take_word(reader, "IN")) {
        *op = SOQL_NOT_IN;
    } else {
        return malformed(reader, "an operator");
    }
    return true;
}

static bool take_condition(struct reader *reader, struct soql_node *node)
{
    node->kind = SOQL_CONDITION;
    node->path.text = take_name(reader);
    if (!node->path.text)
        return malformed(reader, "a field");
    if (!take_operator(reader, &node->op))
        return false;
    return node->op == SOQL_IN || node->op == SOQL_NOT_IN ? take_list(reader, node) : add_literal(reader, node);
}

static struct soql_node *take_any(struct reader *reader);

static struct soql_node *take_unit(struct reader *reader)
{
    if (take_char(reader, '(')) {
        struct soql_node *inner = take_any(reader);
        if (!reader->query->error_code && !take_char(reader, ')'))
            malformed(reader, "')'");
        return inner;
    }
    struct soql_node *node = sim_alloc(sizeof *node);
    if (take_word(reader, "NOT")) {
        node->kind = SOQL_NOT;
        node->left = take_unit(reader);
        return node;
    }
    take_condition(reader, node);
    return node;
}

static struct soql_node *join(enum soql_kind kind, struct soql_node *left, struct soql_node *right)
{
    struct soql_node *node = sim_alloc(sizeof *node);
    *node = (struct soql_node){.kind = kind, .left = left, .right = right};
    return node;
}

/* The vendor refuses AND and OR side by side without parentheses; so do we. */
static struct soql_node *take_any(struct reader *reader)
{
    if (++reader->depth > 50) {
        malformed(reader, "fewer parentheses");
        return NULL;
    }
    struct soql_node *left = take_unit(reader);
    bool has_and = false, has_or = false;
    while (!reader->query->error_code) {
        bool is_and = take_word(reader, "AND"), is_or = !is_and && take_word(reader, "OR");
        has_and |= is_and;
        has_or |= is_or;
        if (!is_and && !is_or)
            break;
        if (has_and && has_or)
            malformed(reader, "parentheses around mixed AND and OR");
        left = join(is_and ? SOQL_AND : SOQL_OR, left, take_unit(reader));
    }
    reader->depth--;
    return left;
}

static bool take_fields(struct reader *reader)
{
    struct soql *query = reader->query;
    if (take_word(reader, "COUNT")) {
        query->is_count = true;
        return (take_char(reader, '(') && take_char(reader, ')')) || malformed(reader, "'()'");
    }
    do {
        char *name = take_name(reader);
        if (!name)
            return malformed(reader, "a field");
        query->fields = sim_grow(query->fields, (query->n_fields + 1) * sizeof *query->fields);
        query->fields[query->n_fields++] = (struct soql_path){.text = name};
    } while (take_char(reader, ','));
    return true;
}

static bool take_orders(struct reader *reader)
{
    struct soql *query = reader->query;
    if (!take_word(reader, "BY"))
        return malformed(reader, "BY");
    do {
        struct soql_order order = {.path.text = take_name(reader)};
        if (!order.path.text || query->n_orders == SIM_LEN(query->orders)) {
            free(order.path.text);
            return malformed(reader, "a field");
        }
        order.is_descending = take_word(reader, "DESC");
        if (!order.is_descending)
            (void)take_word(reader, "ASC");
        if (take_word(reader, "NULLS"))
            order.nulls_last = take_word(reader, "LAST") || !take_word(reader, "FIRST");
        query->orders[query->n_orders++] = order;
    } while (take_char(reader, ','));
    return true;
}

static bool take_limit(struct reader *reader)
{
    skip_space(reader);
    char *end;
    reader->query->limit = strtoll(reader->at, &end, 10);
    if (end == reader->at || reader->query->limit < 0)
        return malformed(reader, "a number");
    reader->at = end;
    return true;
}

static bool read_query(struct reader *reader)
{
    struct soql *query = reader->query;
    if (!take_word(reader, "SELECT"))
        return malformed(reader, "SELECT");
    if (!take_fields(reader))
        return false;
    if (!take_word(reader, "FROM") || !(query->object = take_name(reader)))
        return malformed(reader, "FROM and an object");
    if (take_word(reader, "WHERE")) {
        query->where = take_any(reader);
        if (query->error_code)
            return false;
    }
    if (take_word(reader, "ORDER") && !take_orders(reader))
        return false;
    if (take_word(reader, "LIMIT") && !take_limit(reader))
        return false;
    skip_space(reader);
    return !*reader->at || malformed(reader, "the end");
}

static bool no_column(struct soql *query, const char *name, const char *entity)
{
    return fail(query, "INVALID_FIELD",
                sim_format("No such column '%s' on entity '%s'. If you are attempting to use a custom field, be sure "
                           "to append the '__c' after the custom field name.",
                           name, entity));
}

static size_t find_field(const struct sim_table *table, const char *name, size_t size)
{
    for (size_t i = 0; i < table->n_fields; i++) {
        if (strncasecmp(table->fields[i].name, name, size) == 0 && !table->fields[i].name[size])
            return i;
    }
    return SIZE_MAX;
}

static size_t find_relation(const struct sim_table *table, const char *name, size_t size)
{
    for (size_t i = 0; i < table->n_fields; i++) {
        const char *relation = table->fields[i].relation;
        if (relation && strncasecmp(relation, name, size) == 0 && !relation[size])
            return i;
    }
    return SIZE_MAX;
}

static bool bind_path(const struct sim_store *store, struct soql *query, struct soql_path *path)
{
    const struct sim_table *table = query->table;
    const char *at = path->text;
    while (table && path->n_hops < SOQL_MAX_HOPS) {
        size_t size = strcspn(at, ".");
        bool is_last = !at[size];
        size_t field = is_last ? find_field(table, at, size) : find_relation(table, at, size);
        if (field == SIZE_MAX)
            return no_column(query, at, table->name);
        path->tables[path->n_hops] = table;
        path->fields[path->n_hops++] = field;
        path->type = table->fields[field].type;
        if (is_last)
            return true;
        table = sim_table_find(store, table->vendor, table->fields[field].target);
        at += size + 1;
    }
    return no_column(query, at, query->object);
}

static bool literal_fits(enum sim_type type, enum soql_literal_kind kind)
{
    if (kind == SOQL_NULL)
        return true;
    bool is_text = type == SIM_ID || type == SIM_REF || type == SIM_TEXT || type == SIM_RAW;
    return is_text            ? kind == SOQL_STRING
           : type == SIM_BOOL ? kind == SOQL_BOOLEAN
           : type == SIM_TIME ? kind == SOQL_INSTANT
           : type == SIM_DATE ? kind == SOQL_DAY
                              : kind == SOQL_NUMBER;
}

static bool bind_node(const struct sim_store *store, struct soql *query, struct soql_node *node)
{
    static const char *const names[] = {"id", "id", "string", "boolean", "int", "double", "date", "dateTime", "string"};
    if (!node)
        return true;
    if (node->kind != SOQL_CONDITION)
        return bind_node(store, query, node->left) && bind_node(store, query, node->right);
    if (!bind_path(store, query, &node->path))
        return false;
    for (size_t i = 0; i < node->n_literals; i++) {
        if (!literal_fits(node->path.type, node->literals[i].kind)) {
            return fail(query, "INVALID_FIELD",
                        sim_format("value of filter criterion for field '%s' must be of type %s", node->path.text,
                                   names[node->path.type]));
        }
    }
    return true;
}

static bool bind(const struct sim_store *store, struct soql *query)
{
    query->table = sim_table_find(store, "salesforce", query->object);
    if (!query->table)
        return fail(query, "INVALID_TYPE", sim_format("sObject type '%s' is not supported.", query->object));
    for (size_t i = 0; i < query->n_fields; i++) {
        if (!bind_path(store, query, &query->fields[i]))
            return false;
    }
    for (size_t i = 0; i < query->n_orders; i++) {
        if (!bind_path(store, query, &query->orders[i].path))
            return false;
    }
    return bind_node(store, query, query->where);
}

struct soql *soql_open(const struct sim_store *store, const char *text)
{
    struct soql *query = sim_alloc(sizeof *query);
    query->limit = -1;
    struct reader reader = {text, text, query, 0};
    if (read_query(&reader))
        (void)bind(store, query);
    return query;
}

static void free_node(struct soql_node *node)
{
    if (!node)
        return;
    free_node(node->left);
    free_node(node->right);
    for (size_t i = 0; i < node->n_literals; i++)
        free(node->literals[i].text);
    free(node->literals);
    free(node->path.text);
    free(node);
}

void soql_close(struct soql *query)
{
    if (!query)
        return;
    for (size_t i = 0; i < query->n_fields; i++)
        free(query->fields[i].text);
    for (size_t i = 0; i < query->n_orders; i++)
        free(query->orders[i].path.text);
    free_node(query->where);
    free(query->fields);
    free(query->object);
    free(query->error);
    free(query);
}
