/**
 * @file compute_account.h
 * One account while it is told: its persons' notes, its passes, its deals with everything that is known about them.
 */
#ifndef TAKI_TRANSFORM_COMPUTE_ACCOUNT_H
#define TAKI_TRANSFORM_COMPUTE_ACCOUNT_H

#include "compute.h"
#include "compute_records.h"
#include "segments.h"
#include "waterfall/credit.h"
#include "waterfall/family.h"

/** One deal of the account. */
struct taki_told_deal {
    uint32_t index; /**< facts index */
    const struct taki_deal_dim *dim;
    struct taki_person_rows rows;
    struct taki_deal deal;
    struct taki_list links;            /**< struct taki_pass_note *, by (person, pass_no) */
    const struct taki_pass_note *lead; /**< latest pass that carries it, or NULL */
    bool is_led;                       /**< false: told alone, nobody's pass carries it */
    struct taki_list touches;          /**< struct taki_touch_note * */
    struct taki_credit_deal credit;
    struct taki_sourced sourced;
    taki_instant t_sql; /**< of its latest SQL event, NULL before SQL */
    int64_t amount_at_sql, gross, sql_seq;
    bool estimated, sql_is_inferred, is_family_latest;
    bool is_influenced;
    int64_t dmu_touched;
};

struct taki_told_account {
    struct taki_compute *compute;
    size_t lane;
    uint32_t index; /**< golden account, or TAKI_NO_INDEX for deals without one */
    struct taki_arena *arena;
    struct taki_list persons, passes, activities; /**< notes */
    struct taki_told_deal *deals;
    size_t deal_count;
    struct taki_family_deal *families;
    struct taki_list issues; /**< struct taki_issue * */
    taki_instant *field_activities;
    size_t field_count;
};

/** Deals, families and credit (5.1-5.4). */
void taki_account_tell_deals(struct taki_told_account *account);
/** Counters of campaigns, flows of opportunities and account cycles. */
void taki_account_count(struct taki_told_account *account);
struct taki_account_row;
struct taki_opportunity_row;
/** In analytics/account.c and opportunity.c. */
void taki_account_fill(const struct taki_told_account *account, struct taki_account_row *row);
void taki_opportunity_fill(const struct taki_told_account *account, size_t index, struct taki_opportunity_row *row);
/** Rows of account and opportunity, findings. */
TAKI_NODISCARD enum taki_status taki_account_write(struct taki_told_account *account, struct taki_error *err);

#endif
