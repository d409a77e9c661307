/**
 * @file facts.h
 * What all shards look up and none changes: campaigns, deals, contact roles, users, target accounts, rates. Built once
 * a run from the held entities and the golden records; read-only afterwards, hence shared by all workers.
 *
 * Every array is sorted by golden id, so an index is also a sort rank.
 */
#ifndef TAKI_TRANSFORM_FACTS_H
#define TAKI_TRANSFORM_FACTS_H

#include "fx.h"
#include "golden.h"
#include "waterfall/deal.h"

#include "taki/hash.h"

struct taki_campaign_dim {
    taki_str id, name, channel, objective, budget_category, content_stage, vendor, phase;
    enum taki_function owner;
    taki_date start, end;
    uint32_t parent; /**< topmost ancestor; itself when it has none */
    int64_t cost;    /**< actual, reporting currency, months up to as_of; TAKI_I64_NULL unknown */
};

struct taki_deal_dim {
    taki_str id;
    const struct taki_opportunity *record;
    uint32_t account, lead; /**< golden account; golden person that carries it, or TAKI_NO_INDEX */
    uint32_t primary;       /**< primary campaign, or TAKI_NO_INDEX */
    uint32_t previous;      /**< previous deal by explicit link, or TAKI_NO_INDEX */
    enum taki_function creator, owner;
    taki_str owner_team, motion, loss_class;
    taki_currency currency;
    bool has_currency; /**< false: unknown code, amounts are NULL */
    taki_instant converted;
    taki_str converted_ref;
    uint32_t role_begin, role_end; /**< into roles */
};

struct taki_role_dim {
    uint32_t deal, person;
    bool is_primary;
    taki_instant added;
};

struct taki_target {
    bool is_target;
    taki_str tier;
};

struct taki_facts {
    struct taki_run *run;
    const struct taki_store *store;
    const struct taki_rules *rules;
    const struct taki_golden *golden;
    const struct taki_golden_person *persons;
    size_t person_count;
    const struct taki_golden_account *accounts;
    size_t account_count;
    const struct taki_fx *fx;
    struct taki_campaign_dim *campaigns;
    size_t campaign_count;
    struct taki_map *campaign_of; /**< ref -> index */
    int64_t overhead_cost;        /**< costs without a campaign; TAKI_I64_NULL when none is recorded */
    struct taki_deal_dim *deals;
    size_t deal_count;
    struct taki_map *deal_of;
    struct taki_role_dim *roles; /**< by deal, then person */
    size_t role_count;
    uint32_t *roles_by_person;         /**< indexes into roles by (person, deal) */
    uint32_t *deals_by_lead;           /**< deal indexes by (lead, deal); those without a lead last */
    uint32_t *deals_by_account;        /**< deal indexes by (account, deal); those without an account last */
    struct taki_map *users;            /**< ref -> struct taki_user_dim */
    struct taki_map *stage_words;      /**< "source\0label" of OpportunityStage -> WON / LOST */
    struct taki_map *status_success;   /**< "ref of campaign\0label" of member statuses -> 1 */
    const struct taki_target *targets; /**< one an account */
    taki_date today;                   /**< business date of as_of */
    bool has_target_list;
};

TAKI_NODISCARD enum taki_status taki_facts_new(struct taki_run *run, const struct taki_store *store,
                                               const struct taki_golden *golden, const struct taki_rules *rules,
                                               struct taki_facts **facts, struct taki_error *err);

/** Parts of it, each in its own file. */
void taki_facts_users(struct taki_facts *facts);
void taki_facts_campaigns(struct taki_facts *facts);
void taki_facts_deals(struct taki_facts *facts);
/** Sets the lead persons (domain.md 5.3 lead pass): @p first_response (microseconds, INT64_MAX = none) a golden person,
 * or NULL when no deal needs it; then indexes deals by lead. */
void taki_facts_leads(struct taki_facts *facts, const int64_t *first_response);
/** True if some deal has several contact roles and neither a conversion nor a primary one. */
bool taki_facts_needs_responses(const struct taki_facts *facts);

uint32_t taki_facts_campaign(const struct taki_facts *facts, taki_str ref);
uint32_t taki_facts_deal(const struct taki_facts *facts, taki_str ref);
/** Function and team of a user as of a business date; @p named (canonical text) wins. */
enum taki_function taki_facts_function(const struct taki_facts *facts, taki_str user, taki_str named, taki_date date);
taki_str taki_facts_team(const struct taki_facts *facts, taki_str user, taki_date date);
/** Stage of an opportunity's raw stage text: map first, then the vendor's own closed / won flags; NONE if unknown or
 * ignored. *is_known tells unmapped from ignored. */
enum taki_stage taki_facts_deal_stage(const struct taki_facts *facts, const struct taki_deal_dim *deal, taki_str raw,
                                      bool *is_known);
/** Deals led by @p person: their indexes. */
const uint32_t *taki_facts_led(const struct taki_facts *facts, uint32_t person, size_t *count);
const uint32_t *taki_facts_roles_of(const struct taki_facts *facts, uint32_t person, size_t *count);
const uint32_t *taki_facts_account_deals(const struct taki_facts *facts, uint32_t account, size_t *count);
/** "1-49", ...; NULL when unknown. */
taki_str taki_size_band(int64_t employees);
/** True if the campaign exists and its owner is marketing. */
bool taki_facts_is_marketing(const struct taki_facts *facts, uint32_t campaign);

#endif
