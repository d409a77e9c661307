/**
 * @file campaign_result.h
 * What each campaign gave, life to date (domain.md 6.10). Counters come from person shards (members, responses, passes)
 * and account shards (sourced and influenced opportunities); the fold adds costs, multiples and ranks.
 */
#ifndef TAKI_TRANSFORM_ANALYTICS_CAMPAIGN_RESULT_H
#define TAKI_TRANSFORM_ANALYTICS_CAMPAIGN_RESULT_H

#include "../book.h"
#include "../facts.h"
#include "../table.h"

/* clang-format off */
#define TAKI_CAMPAIGN_RESULT(COL)                                                                                      \
    COL(level,             ENUM, KEY, "", "campaign, parent, channel, objective, content_stage, vendor, all")          \
    COL(key,               ID,   KEY, "", "campaign_id or the level's value; (none) = unattributed, (unknown) = campaign without the value; levels above campaign count persons and opportunities once, so they do not add up") \
    COL(name,              TEXT, OPT, "", "of the campaign")                                                           \
    COL(cost,              MONEY, OPT, "", "actual cost of months up to as_of; NULL unknown; all and (none) carry the overhead") \
    COL(members,           I64,  0,   "persons", "campaign members; persons with any touch where the source keeps none") \
    COL(responses,         I64,  0,   "rows", "")                                                                      \
    COL(persons_responded, I64,  0,   "persons", "denominator of direct_cvr")                                          \
    COL(new_persons,       I64,  0,   "persons", "whose first pass it opened")                                         \
    COL(n_inq,             I64,  0,   "rows", "passes opened with an inquiry, by open_campaign_id")                    \
    COL(n_mql,             I64,  0,   "rows", "passes, by mql_campaign_id, as all that follow")                        \
    COL(n_psql,            I64,  0,   "rows", "")                                                                      \
    COL(n_psql_direct,     I64,  0,   "rows", "conversion path direct_campaign")                                       \
    COL(n_sal,             I64,  0,   "rows", "")                                                                      \
    COL(n_sql,             I64,  0,   "rows", "")                                                                      \
    COL(n_won,             I64,  0,   "rows", "")                                                                      \
    COL(direct_cvr,        F64,  OPT, "ratio", "n_psql_direct / persons_responded")                                    \
    COL(sourced_opps,      I64,  0,   "rows", "opportunities that reached SQL, by the sourced rule")                   \
    COL(sourced_amount_gross, MONEY, 0, "", "every SQL event, repeats of a deal family included")                     \
    COL(sourced_amount_net, MONEY, 0, "", "latest SQL event of each deal family")                                      \
    COL(sourced_amount_inherited, MONEY, 0, "", "the part of net under the rule inherited")                            \
    COL(influenced_opps,   I64,  0,   "rows", "opportunities that reached SQL whose DMU it touched in time")           \
    COL(influenced_amount, MONEY, 0,  "", "amount at SQL, latest of each deal family; counted once a campaign and opportunity, so campaigns do not add up to all") \
    COL(influenced_amount_pre_create, MONEY, 0, "", "the part touched before the opportunity was made")                \
    COL(influenced_amount_account, MONEY, 0, "", "the same with account_fallback on")                                  \
    COL(won_opps,          I64,  0,   "rows", "sourced")                                                               \
    COL(won_amount,        MONEY, 0,  "", "sourced")                                                                   \
    COL(influenced_won_amount, MONEY, 0, "", "")                                                                       \
    COL(mult_sourced,      F64,  OPT, "ratio", "sourced_amount_net / cost")                                            \
    COL(mult_influenced,   F64,  OPT, "ratio", "influenced_amount / cost")                                             \
    COL(mult_won,          F64,  OPT, "ratio", "won_amount / cost")                                                    \
    COL(cost_per_inq,      MONEY, OPT, "", "")                                                                         \
    COL(cost_per_mql,      MONEY, OPT, "", "")                                                                         \
    COL(cost_per_psql,     MONEY, OPT, "", "")                                                                         \
    COL(cost_per_sql,      MONEY, OPT, "", "")                                                                         \
    COL(cost_per_won,      MONEY, OPT, "", "cost / won_opps")                                                          \
    COL(win_rate,          F64,  OPT, "ratio", "won / (won + lost), sourced")                                          \
    COL(win_rate_den,      I64,  0,   "rows", "won + lost, sourced")                                                   \
    COL(avg_won_amount,    MONEY, OPT, "", "of sourced won opportunities with an amount")                              \
    COL(median_days_response_to_sql, I64, OPT, "days", "sourced opportunities: from the response behind the credit to SQL") \
    COL(kgi_index,         F64,  OPT, "", "weighted multiples by campaign phase; levels above use cost-weighted weights") \
    COL(objective_gap,     BOOL, 0,   "", "objective conversion, 30 or more responded, ended direct_window_days ago, no direct PSQL") \
    COL(cost_is_zero,      BOOL, 0,   "", "known to be free: no multiples")                                            \
    COL(rank_sourced,      I64,  OPT, "", "by sourced_amount_net within the level; equal amounts share a rank")        \
    COL(rank_won,          I64,  OPT, "", "by won_amount within the level")                                            \
    COL(pipeline_opps,     I64,  OPT, "rows", "level all: every opportunity that reached SQL, whoever made it; renewals left out") \
    COL(pipeline_amount_gross, MONEY, OPT, "", "level all: denominators of the sourced and influenced share")          \
    COL(pipeline_amount_net, MONEY, OPT, "", "level all")                                                              \
    COL(role_missing,      I64,  OPT, "rows", "level all: opportunities without any contact role; they cannot be influenced") \
    COL(unconverted_count, I64,  0,   "rows", "opportunities without an exchange rate: not in the amounts")            \
    COL(is_small,          BOOL, 0,   "", "a denominator of this row's ratios is below min_n")
/* clang-format on */

struct taki_campaign_result {
    TAKI_CAMPAIGN_RESULT(TAKI_MEMBER)
};
extern const struct taki_table taki_table_campaign_result;

/** Counters of one (level, key). */
enum taki_campaign_column {
    TAKI_CAMPAIGN_MEMBERS,
    TAKI_CAMPAIGN_RESPONSES,
    TAKI_CAMPAIGN_RESPONDED,
    TAKI_CAMPAIGN_NEW_PERSONS,
    TAKI_CAMPAIGN_INQ,
    TAKI_CAMPAIGN_MQL,
    TAKI_CAMPAIGN_PSQL,
    TAKI_CAMPAIGN_PSQL_DIRECT,
    TAKI_CAMPAIGN_SAL,
    TAKI_CAMPAIGN_SQL,
    TAKI_CAMPAIGN_WON,
    TAKI_CAMPAIGN_SOURCED,
    TAKI_CAMPAIGN_GROSS,
    TAKI_CAMPAIGN_NET,
    TAKI_CAMPAIGN_INHERITED,
    TAKI_CAMPAIGN_INFLUENCED,
    TAKI_CAMPAIGN_INFLUENCED_NET,
    TAKI_CAMPAIGN_PRE_CREATE,
    TAKI_CAMPAIGN_FALLBACK,
    TAKI_CAMPAIGN_WON_OPPS,
    TAKI_CAMPAIGN_WON_AMOUNT,
    TAKI_CAMPAIGN_WON_WITH_AMOUNT,
    TAKI_CAMPAIGN_LOST_OPPS,
    TAKI_CAMPAIGN_INFLUENCED_WON,
    TAKI_CAMPAIGN_PIPELINE,
    TAKI_CAMPAIGN_PIPELINE_GROSS,
    TAKI_CAMPAIGN_PIPELINE_NET,
    TAKI_CAMPAIGN_ROLE_MISSING,
    TAKI_CAMPAIGN_UNCONVERTED,
    TAKI_CAMPAIGN_COLUMNS
};

enum taki_campaign_level {
    TAKI_LEVEL_ALL,
    TAKI_LEVEL_CAMPAIGN,
    TAKI_LEVEL_CHANNEL,
    TAKI_LEVEL_CONTENT_STAGE,
    TAKI_LEVEL_OBJECTIVE,
    TAKI_LEVEL_PARENT,
    TAKI_LEVEL_VENDOR,
    TAKI_LEVELS
};

/** A set of campaigns (TAKI_NO_INDEX = unattributed) that counts once in each value of each level: what a person
 * responded to, what influenced an opportunity. Small and local: lives in the caller's arena. */
struct taki_campaign_set {
    uint32_t *campaigns;
    size_t count, capacity;
};
void taki_campaign_set_add(struct taki_arena *arena, struct taki_campaign_set *set, uint32_t campaign);
/** Adds @p value to @p column once for each distinct value of each level; nothing for an empty set. */
void taki_campaign_count_set(struct taki_book *book, const struct taki_facts *facts,
                             const struct taki_campaign_set *set, enum taki_campaign_column column, int64_t value);
/** The same for one campaign or none. */
void taki_campaign_count(struct taki_book *book, const struct taki_facts *facts, uint32_t campaign,
                         enum taki_campaign_column column, int64_t value);
/** Level all only. */
void taki_campaign_count_all(struct taki_book *book, enum taki_campaign_column column, int64_t value);
/** One observation for the median of @p campaign: kept as counts by number of days in @p days (1 column wide). */
void taki_campaign_count_days(struct taki_book *days, const struct taki_facts *facts, uint32_t campaign, int64_t value);

typedef enum taki_status (*taki_campaign_emit)(void *context, const struct taki_campaign_result *row,
                                               struct taki_error *err);
/** What was counted of all campaigns: the columns, and the days of taki_campaign_count_days. */
struct taki_campaign_books {
    const struct taki_book *counts, *days;
};
/** All rows, in no promised order. */
TAKI_NODISCARD enum taki_status taki_campaign_result_fold(struct taki_arena *arena, const struct taki_facts *facts,
                                                          struct taki_campaign_books books, taki_campaign_emit emit,
                                                          void *context, struct taki_error *err);

#endif
