/**
 * @file store.h
 * The records a simulated vendor holds, as text by field; instants as "2026-11-20T06:10:11Z". A row can be pending:
 * it replaces or adds its id when the simulated clock reaches its instant.
 */
#ifndef TAKI_SIM_STORE_H
#define TAKI_SIM_STORE_H

#include "text.h"

enum sim_type { SIM_ID, SIM_REF, SIM_TEXT, SIM_BOOL, SIM_INT, SIM_DOUBLE, SIM_DATE, SIM_TIME, SIM_RAW };

struct sim_field {
    const char *name;
    enum sim_type type;
    const char *target;   /**< object a SIM_REF points to, or NULL */
    const char *relation; /**< name of the parent in paths ("Account" of AccountId), or NULL */
};

struct sim_row {
    const char *id;
    const char **values; /**< by field index; NULL = null */
    size_t width;        /**< number of values allocated */
    int64_t deleted_at;  /**< 0 = not deleted */
    bool is_gone;        /**< purged without trace: no read shows it */
};

/** An object of a vendor. Fields are declared as text: "AccountId:r=Account/Account Amount:d Name" (letters in
 * store.c). */
struct sim_object {
    const char *name;   /**< "salesforce:Lead" is vendor + object */
    const char *prefix; /**< id prefix, or "" for plain numbers */
    const char *fields;
    bool in_bulk; /**< offered by the vendor's bulk export */
};

struct sim_table {
    const char *vendor, *name;
    const struct sim_object *object;
    bool owns_object; /**< made for a table the vendor's schema does not know */
    struct sim_field *fields;
    size_t n_fields;
    struct sim_row **rows; /**< in order of arrival, gone ones included */
    size_t n_rows, capacity;
    size_t *slots; /**< open addressing: row number + 1 by hash of id */
    size_t n_slots;
    uint64_t changes; /**< moves with every change; indexes compare it */
    uint64_t next_id;
};

struct sim_pending {
    int64_t when;
    uint64_t seq;
    struct sim_table *table;
    struct sim_row *row;
};

#define SIM_MAX_TABLES 64
struct sim_store {
    struct sim_table *tables[SIM_MAX_TABLES];
    size_t n_tables;
    const char **pool; /**< interned values */
    size_t n_pool, n_pool_slots;
    struct sim_pending *pending; /**< kept sorted by (when, seq) from the next due on */
    size_t n_pending, pending_capacity, next_pending;
    uint64_t pending_seq;
};

/** Creates the table of @p object for @p vendor. */
struct sim_table *sim_table_add(struct sim_store *store, const char *vendor, const struct sim_object *object);
/** NULL if there is none. */
struct sim_table *sim_table_find(const struct sim_store *store, const char *vendor, const char *name);
/** Field by exact name, else SIZE_MAX. */
size_t sim_field_find(const struct sim_table *table, const char *name);
/** Field of that name, added with @p type when the table lacks it. */
size_t sim_field_need(struct sim_table *table, const char *name, enum sim_type type);
/** One shared copy of the text (NULL stays NULL); lives as long as the store. */
const char *sim_intern(struct sim_store *store, const char *text);

/** A row outside the table, for sim_row_put or sim_row_pend. */
struct sim_row *sim_row_draft(struct sim_store *store, const struct sim_table *table, const char *id);
/** Adds the draft, or lets it replace the row with its id. */
struct sim_row *sim_row_put(struct sim_store *store, struct sim_table *table, struct sim_row *draft);
/** Puts the draft when the clock reaches @p when. */
void sim_row_pend(struct sim_store *store, int64_t when, struct sim_table *table, struct sim_row *draft);
/** Applies every pending row due at @p now, in order. */
void sim_store_settle(struct sim_store *store, int64_t now);
struct sim_row *sim_row_find(const struct sim_table *table, const char *id);
/** Copy of a row as a draft, to be changed and pended. */
struct sim_row *sim_row_copy(struct sim_store *store, const struct sim_table *table, const struct sim_row *row);
void sim_row_set(struct sim_store *store, struct sim_table *table, struct sim_row *row, const char *field,
                 const char *value);
void sim_row_set_time(struct sim_store *store, struct sim_table *table, struct sim_row *row, const char *field,
                      int64_t seconds);
/** NULL for null and for unknown fields. */
const char *sim_row_get(const struct sim_table *table, const struct sim_row *row, const char *field);
const char *sim_row_at(const struct sim_row *row, size_t field);
/** One line of JSON with the given members, as stored (truth and NDJSON). */
void sim_row_json(const struct sim_table *table, const struct sim_row *row, struct sim_buf *out);

#endif
