/**
 * @file soql.h
 * A small SOQL: SELECT fields (parents by path) FROM object WHERE conditions ORDER BY fields LIMIT n.
 */
#ifndef TAKI_SIM_SOQL_H
#define TAKI_SIM_SOQL_H

#include "store.h"

#define SOQL_MAX_HOPS 4

/** A field, or a field of a parent: each hop but the last is a reference. */
struct soql_path {
    char *text;
    const struct sim_table *tables[SOQL_MAX_HOPS];
    size_t fields[SOQL_MAX_HOPS];
    size_t n_hops;
    enum sim_type type;
};

enum soql_op { SOQL_EQ, SOQL_NE, SOQL_LT, SOQL_LE, SOQL_GT, SOQL_GE, SOQL_LIKE, SOQL_IN, SOQL_NOT_IN };
enum soql_kind { SOQL_CONDITION, SOQL_AND, SOQL_OR, SOQL_NOT };
enum soql_literal_kind { SOQL_STRING, SOQL_NUMBER, SOQL_INSTANT, SOQL_DAY, SOQL_BOOLEAN, SOQL_NULL };

struct soql_literal {
    enum soql_literal_kind kind;
    char *text; /**< instants in the store's form */
};

struct soql_node {
    enum soql_kind kind;
    struct soql_node *left, *right;
    struct soql_path path;
    enum soql_op op;
    struct soql_literal *literals;
    size_t n_literals;
};

struct soql_order {
    struct soql_path path;
    bool is_descending, nulls_last;
};

struct soql {
    char *object;
    bool is_count; /**< SELECT COUNT() */
    struct soql_path *fields;
    size_t n_fields;
    struct soql_node *where;
    struct soql_order orders[4];
    size_t n_orders;
    int64_t limit; /**< -1 = none */
    struct sim_table *table;
    const char *error_code; /**< of the vendor; NULL = parsed and bound */
    char *error;
};

/** Never NULL; look at error_code. Free with soql_close. */
struct soql *soql_open(const struct sim_store *store, const char *text);
void soql_close(struct soql *query);
bool soql_matches(const struct soql *query, const struct sim_row *row);
/** Value of a path for a row of the query's table; NULL = null. */
const char *soql_value(const struct soql_path *path, const struct sim_row *row);
/** Rows that match, ordered and limited; caller frees. @p all: deleted rows too. */
struct sim_row **soql_rows(const struct soql *query, bool all, size_t *count);

#endif
