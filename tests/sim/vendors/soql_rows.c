/* Running a bound SOQL over the store. */
#include "vendors/soql.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *soql_value(const struct soql_path *path, const struct sim_row *row)
{
    for (size_t i = 0; row && i + 1 < path->n_hops; i++)
        row = sim_row_find(path->tables[i + 1], sim_row_at(row, path->fields[i]));
    const char *value = row ? sim_row_at(row, path->fields[path->n_hops - 1]) : NULL;
    return value && !*value ? NULL : value;
}

static int compare_values(enum sim_type type, const char *a, const char *b)
{
    if (type == SIM_INT || type == SIM_DOUBLE) {
        double x = strtod(a, NULL), y = strtod(b, NULL);
        return (x > y) - (x < y);
    }
    return type == SIM_TEXT ? strcasecmp(a, b) : strcmp(a, b);
}

/** LIKE: % any characters, _ one; case ignored. */
static bool is_like(const char *pattern, const char *text)
{
    if (!*pattern)
        return !*text;
    if (*pattern == '%')
        return is_like(pattern + 1, text) || (*text && is_like(pattern, text + 1));
    bool same = *pattern == '_' || tolower((unsigned char)*pattern) == tolower((unsigned char)*text);
    return *text && same && is_like(pattern + 1, text + 1);
}

static bool is_equal(enum sim_type type, const char *value, const struct soql_literal *literal)
{
    if (literal->kind == SOQL_NULL || (literal->kind == SOQL_STRING && !*literal->text))
        return value == NULL;
    if (!value)
        return false;
    if (type == SIM_ID || type == SIM_REF) /* 15 and 18 characters name the same record */
        return strncmp(value, literal->text, 15) == 0 && (strlen(literal->text) == 15 || !strcmp(value, literal->text));
    return compare_values(type, value, literal->text) == 0;
}

static bool is_in(const struct soql_node *node, const char *value)
{
    for (size_t i = 0; i < node->n_literals; i++) {
        if (is_equal(node->path.type, value, &node->literals[i]))
            return true;
    }
    return false;
}

static bool condition_holds(const struct soql_node *node, const struct sim_row *row)
{
    const char *value = soql_value(&node->path, row);
    const struct soql_literal *literal = &node->literals[0];
    if (node->op == SOQL_EQ || node->op == SOQL_IN)
        return is_in(node, value);
    if (node->op == SOQL_NE || node->op == SOQL_NOT_IN)
        return !is_in(node, value);
    if (!value || literal->kind == SOQL_NULL)
        return false;
    if (node->op == SOQL_LIKE)
        return is_like(literal->text, value);
    int order = compare_values(node->path.type, value, literal->text);
    return node->op == SOQL_LT   ? order < 0
           : node->op == SOQL_LE ? order <= 0
           : node->op == SOQL_GT ? order > 0
                                 : order >= 0;
}

static bool node_holds(const struct soql_node *node, const struct sim_row *row)
{
    if (node->kind == SOQL_CONDITION)
        return condition_holds(node, row);
    if (node->kind == SOQL_NOT)
        return !node_holds(node->left, row);
    bool left = node_holds(node->left, row);
    if (node->kind == SOQL_AND)
        return left && node_holds(node->right, row);
    return left || node_holds(node->right, row);
}

bool soql_matches(const struct soql *query, const struct sim_row *row)
{
    return !query->where || node_holds(query->where, row);
}

struct keyed {
    struct sim_row *row;
    const struct soql *query;
    size_t number;
};

static int compare_keyed(const void *left, const void *right)
{
    const struct keyed *a = left, *b = right;
    for (size_t i = 0; i < a->query->n_orders; i++) {
        const struct soql_order *order = &a->query->orders[i];
        const char *x = soql_value(&order->path, a->row), *y = soql_value(&order->path, b->row);
        if (!x && !y)
            continue;
        if (!x || !y)
            return (!x ? -1 : 1) * (order->nulls_last ? -1 : 1);
        int result = compare_values(order->path.type, x, y);
        if (result)
            return order->is_descending ? -result : result;
    }
    return a->number < b->number ? -1 : a->number > b->number;
}

static void sort_rows(const struct soql *query, struct sim_row **rows, size_t count)
{
    struct keyed *keyed = sim_alloc(count * sizeof *keyed);
    for (size_t i = 0; i < count; i++)
        keyed[i] = (struct keyed){rows[i], query, i};
    qsort(keyed, count, sizeof *keyed, compare_keyed);
    for (size_t i = 0; i < count; i++)
        rows[i] = keyed[i].row;
    free(keyed);
}

struct sim_row **soql_rows(const struct soql *query, bool all, size_t *count)
{
    const struct sim_table *table = query->table;
    struct sim_row **rows = sim_alloc((table->n_rows + 1) * sizeof(struct sim_row *));
    *count = 0;
    for (size_t i = 0; i < table->n_rows; i++) {
        struct sim_row *row = table->rows[i];
        if (!row->is_gone && (all || !row->deleted_at) && soql_matches(query, row))
            rows[(*count)++] = row;
    }
    if (query->n_orders)
        sort_rows(query, rows, *count);
    if (query->limit >= 0 && *count > (size_t)query->limit)
        *count = (size_t)query->limit;
    return rows;
}
