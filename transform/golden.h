/**
 * @file golden.h
 * Golden persons and accounts: the result of identity resolution, sorted bytewise by id, so that an index is also a
 * sort rank.
 *
 * Ids are `source:source_id` of the surviving member; survivor = least (created_at, source, source_id) (domain.md 5.9).
 */
#ifndef TAKI_TRANSFORM_GOLDEN_H
#define TAKI_TRANSFORM_GOLDEN_H

#include "entity.h"
#include "store.h"

#define TAKI_NOBODY UINT32_MAX

/** Why two records are one person; strongest first. Printed by explain, published as person.match_rule. */
enum taki_match_rule {
    TAKI_MATCH_SINGLE,
    TAKI_MATCH_MERGED,
    TAKI_MATCH_SYNCED,
    TAKI_MATCH_EMAIL,
    TAKI_MATCH_PHONE_NAME
};

struct taki_golden_person {
    taki_str id;
    uint32_t account;                         /**< index of the golden account, or TAKI_NOBODY */
    const struct taki_person *const *members; /**< live members, sorted by (source, object, source_id) */
    uint32_t member_count;
    const taki_str *merged_ids; /**< ids of retired records (dead by merge) and former ids, sorted */
    uint32_t merged_count;
    enum taki_match_rule rule; /**< the weakest link that holds the record together */
    double confidence;
    bool shared_mailbox; /**< its e-mail is a role or shared mailbox (info@): never a target lead */
    /* Survivorship: newest non-empty value by modified_at, SFA before MA on ties (then least ref). Raw text. */
    taki_str name, last_name, first_name, kana, email, phone, title, department, seniority, country, prefecture,
        industry;
    taki_str company_name, lead_source, status, owner; /**< owner: ref of user of the newest SFA member */
    int64_t score, employees;
    taki_instant first_seen; /**< least created_at */
    bool opt_out, do_not_call, hard_bounce, email_valid_channel, phone_valid_channel;
};

struct taki_golden_account {
    taki_str id;
    const struct taki_account *const *members; /**< may be 0: known only from persons or a target list */
    uint32_t member_count;
    taki_str corporate_number, name, domain, industry, country, prefecture;
    int64_t employees, fiscal_start_month;
    bool is_customer;
    taki_str parent; /**< golden id of the parent, or NULL */
};

struct taki_golden;

/** Resolves identity over the held persons and accounts. @p store must outlive the result. Config: identity.* */
TAKI_NODISCARD enum taki_status taki_golden_build(struct taki_run *run, const struct taki_store *store,
                                                  struct taki_golden **golden, struct taki_error *err);
void taki_golden_close(struct taki_golden *golden);

const struct taki_golden_person *taki_golden_persons(const struct taki_golden *golden, size_t *count);
const struct taki_golden_account *taki_golden_accounts(const struct taki_golden *golden, size_t *count);

/** Golden person of a source ref ("sfa:00Q..."), following merges; TAKI_NOBODY if the record is unknown or deleted.
 * Thread-safe. */
uint32_t taki_golden_person_of(const struct taki_golden *golden, taki_str ref);
uint32_t taki_golden_account_of(const struct taki_golden *golden, taki_str ref);
/** Golden account a company name / domain / corporate number belongs to (target lists), or TAKI_NOBODY. */
uint32_t taki_golden_account_match(const struct taki_golden *golden, taki_str company_name, taki_str website,
                                   taki_str corporate_number);
/** By golden id (binary search), or TAKI_NOBODY. */
uint32_t taki_golden_person_find(const struct taki_golden *golden, taki_str id);
uint32_t taki_golden_account_find(const struct taki_golden *golden, taki_str id);

/** Evidence of one person's merge in words, for explain: "sfa:00Q1 = ma:101 by e-mail (k***@example.co.jp)". Appended
 * to @p out. */
void taki_golden_explain(const struct taki_golden *golden, uint32_t person, struct taki_buf *out);

/** dq issues found on the way (account_conflict, invalid corporate numbers, shared mailboxes, ...), sorted. */
struct taki_dq {
    const char *rule, *severity, *entity;
    taki_str record_id, detail, value;
};
const struct taki_dq *taki_golden_issues(const struct taki_golden *golden, size_t *count);

#endif
