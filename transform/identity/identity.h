/**
 * @file identity.h
 * Inside of identity resolution (golden.h is its outside): keys a record, clusters by union-find with guards,
 * survivorship.
 *
 * Order of work: keys (parallel) -> merge feeds and synced ids -> equal e-mail -> equal phone + name -> golden persons;
 * then accounts by corporate number, domain + name, name; then persons to accounts. Everything runs in row order, which
 * the store keeps sorted, so the result depends on nothing else.
 */
#ifndef TAKI_TRANSFORM_IDENTITY_H
#define TAKI_TRANSFORM_IDENTITY_H

#include "golden.h"
#include "normalize/normalize.h"

#include "taki/hash.h"

/** Comparison keys of one person record; NULL where there is none. */
struct taki_person_keys {
    taki_str ref; /**< source:source_id */
    taki_str email, phone, name, last_name;
    taki_str phone_name; /**< phone|name */
    bool is_sfa;         /**< from a source whose role is sfa */
    bool shared;         /**< its e-mail is a role mailbox or carries too many family names */
};

/** Union-find over rows; the root of a set is its least row, so that roots don't depend on the order of unions. */
struct taki_clusters {
    uint32_t *parent;
    uint8_t *rule; /**< per row: enum taki_match_rule of the link that joined it to the rest */
    size_t count;
};
struct taki_clusters *taki_clusters_new(struct taki_arena *arena, size_t count);
uint32_t taki_clusters_root(struct taki_clusters *clusters, uint32_t row);
/** True if the two were separate before. */
bool taki_clusters_join(struct taki_clusters *clusters, uint32_t a, uint32_t b, enum taki_match_rule rule);

struct taki_golden {
    struct taki_run *run;
    const struct taki_store *store;
    struct taki_arena *arena;
    bool exact;                   /**< identity.profile: exact = e-mail, phone + name, no guards */
    int64_t shared_mailbox_names; /**< distinct family names that make a mailbox shared */

    const struct taki_person *rows;
    size_t row_count;
    struct taki_person_keys *keys;
    struct taki_arena **key_arenas; /**< where the keys live, one a work item */
    size_t key_arena_count;
    struct taki_clusters *clusters;
    struct taki_map *refs; /**< live person ref -> row */
    struct taki_map *dead; /**< dead person or account ref -> index into survivors */
    taki_str *survivors;
    size_t survivor_count;
    uint32_t *person_of_row;
    struct taki_golden_person *persons;
    size_t person_count;

    const struct taki_account *account_rows;
    size_t account_row_count;
    struct taki_map *account_refs; /**< live account ref -> row */
    uint32_t *account_of_row;
    struct taki_golden_account *accounts;
    size_t account_count;
    struct taki_map *by_number, *by_domain, *by_name; /**< key -> golden account index + 1; by_domain 0 = ambiguous */

    struct taki_dq *issues;
    size_t issue_count, issue_capacity;
};

/** Member of a record by its offset, for tables of fields. */
taki_str taki_identity_text(const void *record, size_t offset);
int64_t taki_identity_number(const void *record, size_t offset);
/** "source:source_id" of a head, in the golden arena. */
taki_str taki_identity_ref(struct taki_arena *arena, const struct taki_head *head);
/** Follows the merge feed from @p ref until it is a key of @p live; NULL slot if it ends nowhere. */
const uint64_t *taki_identity_follow(const struct taki_golden *golden, const struct taki_map *live, taki_str ref);
void taki_identity_issue(struct taki_golden *golden, struct taki_dq issue);
/** True if @p source has the role sfa (config role, else its type). */
bool taki_identity_is_sfa(const struct taki_golden *golden, taki_str source);

/** Phases, in order of call. */
TAKI_NODISCARD enum taki_status taki_identity_keys(struct taki_golden *golden, struct taki_error *err);
TAKI_NODISCARD enum taki_status taki_identity_tombstones(struct taki_golden *golden, struct taki_error *err);
TAKI_NODISCARD enum taki_status taki_identity_match(struct taki_golden *golden, struct taki_error *err);
void taki_identity_persons(struct taki_golden *golden);
TAKI_NODISCARD enum taki_status taki_identity_accounts(struct taki_golden *golden, struct taki_error *err);

#endif
