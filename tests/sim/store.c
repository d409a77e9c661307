#include "store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum sim_type type_of(char letter)
{
    static const char letters[] = "irsbndDTR";
    static const enum sim_type types[] = {SIM_ID,     SIM_REF,  SIM_TEXT, SIM_BOOL, SIM_INT,
                                          SIM_DOUBLE, SIM_DATE, SIM_TIME, SIM_RAW};
    const char *found = strchr(letters, letter);
    return letter && found ? types[found - letters] : SIM_TEXT;
}

/** Parses "AccountId:r=Account/Account" and adds the field. */
static void add_declared(struct sim_table *table, const char *text, size_t size)
{
    char *copy = sim_copy(text, size);
    char *colon = strchr(copy, ':');
    struct sim_field field = {.name = copy, .type = SIM_TEXT};
    if (colon) {
        *colon = '\0';
        field.type = type_of(colon[1]);
        char *target = strchr(colon + 1, '=');
        char *relation = strchr(colon + 1, '/');
        if (target)
            field.target = target + 1;
        if (relation) {
            *relation = '\0';
            field.relation = relation + 1;
        }
    }
    table->fields = sim_grow(table->fields, (table->n_fields + 1) * sizeof *table->fields);
    table->fields[table->n_fields++] = field;
}

struct sim_table *sim_table_add(struct sim_store *store, const char *vendor, const struct sim_object *object)
{
    struct sim_table *table = sim_alloc(sizeof *table);
    *table = (struct sim_table){.vendor = vendor, .name = object->name, .object = object, .next_id = 1};
    const char *at = object->fields;
    while (*at) {
        size_t size = strcspn(at, " ");
        add_declared(table, at, size);
        at += size + (at[size] == ' ');
    }
    if (store->n_tables == SIM_MAX_TABLES) {
        fputs("taki-sim: too many tables\n", stderr);
        exit(70);
    }
    store->tables[store->n_tables++] = table;
    return table;
}

struct sim_table *sim_table_find(const struct sim_store *store, const char *vendor, const char *name)
{
    for (size_t i = 0; i < store->n_tables; i++) {
        if (strcmp(store->tables[i]->vendor, vendor) == 0 && strcmp(store->tables[i]->name, name) == 0)
            return store->tables[i];
    }
    return NULL;
}

size_t sim_field_find(const struct sim_table *table, const char *name)
{
    for (size_t i = 0; i < table->n_fields; i++) {
        if (strcmp(table->fields[i].name, name) == 0)
            return i;
    }
    return SIZE_MAX;
}

size_t sim_field_need(struct sim_table *table, const char *name, enum sim_type type)
{
    size_t found = sim_field_find(table, name);
    if (found != SIZE_MAX)
        return found;
    table->fields = sim_grow(table->fields, (table->n_fields + 1) * sizeof *table->fields);
    table->fields[table->n_fields++] = (struct sim_field){.name = sim_dup(name), .type = type};
    return table->n_fields - 1;
}

static void pool_grow(struct sim_store *store)
{
    size_t n = store->n_pool_slots ? store->n_pool_slots * 2 : 4096;
    const char **slots = sim_alloc(n * sizeof *slots);
    for (size_t i = 0; i < store->n_pool_slots; i++) {
        if (!store->pool[i])
            continue;
        size_t at = sim_hash(store->pool[i]) & (n - 1);
        while (slots[at])
            at = (at + 1) & (n - 1);
        slots[at] = store->pool[i];
    }
    free(store->pool);
    store->pool = slots;
    store->n_pool_slots = n;
}

const char *sim_intern(struct sim_store *store, const char *text)
{
    if (!text)
        return NULL;
    if ((store->n_pool + 1) * 2 > store->n_pool_slots)
        pool_grow(store);
    size_t mask = store->n_pool_slots - 1;
    size_t at = sim_hash(text) & mask;
    for (; store->pool[at]; at = (at + 1) & mask) {
        if (strcmp(store->pool[at], text) == 0)
            return store->pool[at];
    }
    store->n_pool++;
    return store->pool[at] = sim_dup(text);
}

/** Slot of the id, or of the free place where it belongs. */
static size_t slot_of(const struct sim_table *table, const char *id)
{
    size_t at = sim_hash(id) & (table->n_slots - 1);
    while (table->slots[at] && strcmp(table->rows[table->slots[at] - 1]->id, id) != 0)
        at = (at + 1) & (table->n_slots - 1);
    return at;
}

static void slots_grow(struct sim_table *table)
{
    free(table->slots);
    table->n_slots = table->n_slots ? table->n_slots * 2 : 256;
    table->slots = sim_alloc(table->n_slots * sizeof *table->slots);
    for (size_t i = 0; i < table->n_rows; i++)
        table->slots[slot_of(table, table->rows[i]->id)] = i + 1;
}

struct sim_row *sim_row_find(const struct sim_table *table, const char *id)
{
    if (!id || !table->n_slots)
        return NULL;
    size_t found = table->slots[slot_of(table, id)];
    return found ? table->rows[found - 1] : NULL;
}

struct sim_row *sim_row_draft(struct sim_store *store, const struct sim_table *table, const char *id)
{
    struct sim_row *row = sim_alloc(sizeof *row);
    row->id = sim_intern(store, id);
    row->width = table->n_fields;
    row->values = sim_alloc((row->width + 1) * sizeof *row->values);
    if (table->n_fields && table->fields[0].type == SIM_ID)
        row->values[0] = row->id;
    return row;
}

struct sim_row *sim_row_copy(struct sim_store *store, const struct sim_table *table, const struct sim_row *row)
{
    struct sim_row *copy = sim_row_draft(store, table, row->id);
    memcpy(copy->values, row->values, row->width * sizeof *row->values);
    copy->deleted_at = row->deleted_at;
    return copy;
}

struct sim_row *sim_row_put(struct sim_store *store, struct sim_table *table, struct sim_row *draft)
{
    (void)store;
    table->changes++;
    struct sim_row *old = sim_row_find(table, draft->id);
    if (old) {
        free(old->values);
        *old = *draft;
        free(draft);
        return old;
    }
    if (table->n_rows == table->capacity) {
        table->capacity = table->capacity ? table->capacity * 2 : 64;
        table->rows = sim_grow(table->rows, table->capacity * sizeof(struct sim_row *));
    }
    table->rows[table->n_rows++] = draft;
    if (table->n_rows * 2 > table->n_slots)
        slots_grow(table);
    table->slots[slot_of(table, draft->id)] = table->n_rows;
    return draft;
}

void sim_row_pend(struct sim_store *store, int64_t when, struct sim_table *table, struct sim_row *draft)
{
    if (store->n_pending == store->pending_capacity) {
        store->pending_capacity = store->pending_capacity ? store->pending_capacity * 2 : 64;
        store->pending = sim_grow(store->pending, store->pending_capacity * sizeof *store->pending);
    }
    size_t at = store->n_pending++;
    for (; at > store->next_pending && store->pending[at - 1].when > when; at--)
        store->pending[at] = store->pending[at - 1];
    store->pending[at] = (struct sim_pending){when, store->pending_seq++, table, draft};
}

void sim_store_settle(struct sim_store *store, int64_t now)
{
    while (store->next_pending < store->n_pending && store->pending[store->next_pending].when <= now) {
        struct sim_pending *due = &store->pending[store->next_pending++];
        sim_row_put(store, due->table, due->row);
    }
}

void sim_row_set(struct sim_store *store, struct sim_table *table, struct sim_row *row, const char *field,
                 const char *value)
{
    size_t at = sim_field_need(table, field, SIM_TEXT);
    if (at >= row->width) {
        row->values = sim_grow(row->values, (table->n_fields + 1) * sizeof *row->values);
        memset(row->values + row->width, 0, (table->n_fields - row->width) * sizeof *row->values);
        row->width = table->n_fields;
    }
    row->values[at] = sim_intern(store, value);
    table->changes++;
}

void sim_row_set_time(struct sim_store *store, struct sim_table *table, struct sim_row *row, const char *field,
                      int64_t seconds)
{
    char text[21];
    sim_time_print(seconds, text);
    size_t at = sim_field_find(table, field);
    if (at != SIZE_MAX && table->fields[at].type == SIM_DATE)
        text[10] = '\0';
    sim_row_set(store, table, row, field, text);
}

const char *sim_row_at(const struct sim_row *row, size_t field)
{
    return field < row->width ? row->values[field] : NULL;
}

const char *sim_row_get(const struct sim_table *table, const struct sim_row *row, const char *field)
{
    return sim_row_at(row, sim_field_find(table, field));
}

void sim_row_json(const struct sim_table *table, const struct sim_row *row, struct sim_buf *out)
{
    sim_buf_text(out, "{");
    for (size_t i = 0; i < table->n_fields; i++) {
        enum sim_type type = table->fields[i].type;
        const char *value = sim_row_at(row, i);
        bool is_bare = type == SIM_BOOL || type == SIM_INT || type == SIM_DOUBLE || type == SIM_RAW;
        sim_buf_format(out, "%s\"%s\":", i ? "," : "", table->fields[i].name);
        if (value && is_bare) {
            sim_buf_text(out, value);
        } else {
            sim_buf_json(out, value);
        }
    }
    if (row->deleted_at)
        sim_buf_text(out, ",\"_deleted\":true");
    if (row->is_gone)
        sim_buf_text(out, ",\"_gone\":true");
    sim_buf_text(out, "}");
}
