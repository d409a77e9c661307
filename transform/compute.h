/**
 * @file compute.h
 * From golden records to finished rows: route facts to persons, tell each person, send on what accounts need, tell each
 * account, fold the aggregates (design.md 2, Shards). Everything ends in the sinks.
 */
#ifndef TAKI_TRANSFORM_COMPUTE_H
#define TAKI_TRANSFORM_COMPUTE_H

#include "book.h"
#include "exchange.h"
#include "facts.h"
#include "sinks.h"
#include "story_build.h"
#include "waterfall/flows.h"

/** What one worker owns. */
struct taki_lane {
    struct taki_arena *one;   /**< reset after each person or account */
    struct taki_arena *books; /**< lives to the end */
    struct taki_book *flows, *campaigns, *days;
    struct taki_buf row;     /**< encoding of one fact */
    uint8_t *has_members;    /**< one a campaign: it has campaign_member rows */
    int64_t *first_response; /**< one a person; only while lead persons are looked for */
    int64_t facts[TAKI_ENTITY_COUNT_], orphans[TAKI_ENTITY_COUNT_]; /**< routed; naming nobody who landed */
    int64_t touches_in, touches_bot, touches_repeat, touches_unused;
};

struct taki_told_account;

/** explain: who is told, and what listens. */
struct taki_spotlight {
    const uint8_t *persons; /**< one a golden person: 1 = wanted */
    uint32_t account;       /**< the one account told, or TAKI_NO_INDEX for deals without one */
    bool wants_account;
    void (*person)(void *context, const struct taki_case *one);
    void (*told)(void *context, const struct taki_told_account *account);
    void *context;
};

struct taki_compute {
    struct taki_run *run;
    struct taki_facts *facts;
    struct taki_exchange *persons, *accounts;
    struct taki_sinks *sinks;
    struct taki_lane *lanes;
    size_t lane_count, shards;
    uint8_t *has_members;
    struct taki_flow_calendar calendar;
    const struct taki_spotlight *spotlight; /**< explain: only these records; NULL = all */
};

/** Kinds of facts on their way to accounts; persons get facts by enum taki_entity. */
enum taki_account_fact {
    TAKI_ACCOUNT_PERSON,
    TAKI_ACCOUNT_PASS,
    TAKI_ACCOUNT_LINK,
    TAKI_ACCOUNT_TOUCH,
    TAKI_ACCOUNT_ACTIVITY,
    TAKI_ACCOUNT_HISTORY,
    TAKI_ACCOUNT_CHANGE,
    TAKI_ACCOUNT_EVIDENCE
};

/** The whole calculation; rows are in compute->sinks when it returns. Close with taki_compute_close, also after a
 * failure. */
TAKI_NODISCARD enum taki_status taki_compute_run(struct taki_run *run, struct taki_facts *facts,
                                                 struct taki_compute **compute, struct taki_error *err);
/** Tells the records of @p spotlight only; one worker, no aggregates. */
TAKI_NODISCARD enum taki_status taki_compute_spotlight(struct taki_run *run, struct taki_facts *facts,
                                                       const struct taki_spotlight *spotlight,
                                                       struct taki_compute **compute, struct taki_error *err);
void taki_compute_close(struct taki_compute *compute);

/** Phases, each in its own file. */
TAKI_NODISCARD enum taki_status taki_compute_leads(struct taki_compute *compute, struct taki_error *err);
TAKI_NODISCARD enum taki_status taki_compute_route(struct taki_compute *compute, struct taki_error *err);
TAKI_NODISCARD enum taki_status taki_compute_person_shard(struct taki_compute *compute, size_t shard, size_t lane,
                                                          struct taki_error *err);
TAKI_NODISCARD enum taki_status taki_compute_account_shard(struct taki_compute *compute, size_t shard, size_t lane,
                                                           struct taki_error *err);

/** Rows of one person out of the exchange: *owner is the next person with facts (TAKI_NO_INDEX when none is left). */
struct taki_person_reader {
    struct taki_exchange *exchange;
    size_t shard;
    struct taki_exchange_fact fact;
    bool has_fact;
};
TAKI_NODISCARD enum taki_status taki_person_reader_start(struct taki_person_reader *reader,
                                                         struct taki_exchange *exchange, size_t shard,
                                                         struct taki_error *err);
TAKI_NODISCARD enum taki_status taki_person_reader_take(struct taki_person_reader *reader, struct taki_arena *arena,
                                                        uint32_t person, struct taki_person_rows *rows,
                                                        struct taki_error *err);

/** Adds a finding to dq_issue. */
TAKI_NODISCARD enum taki_status taki_compute_issue(struct taki_compute *compute, size_t lane,
                                                   const struct taki_issue *issue, struct taki_error *err);
/** All findings of a told case. */
TAKI_NODISCARD enum taki_status taki_compute_issues(struct taki_compute *compute, size_t lane,
                                                    const struct taki_case *one, struct taki_error *err);

#endif
