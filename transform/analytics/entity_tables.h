/**
 * @file entity_tables.h
 * Rows of the entity tables (domain.md 6.1-6.6, 6.23): one column list a table. Which file fills a table says its own
 * header line.
 */
#ifndef TAKI_TRANSFORM_ANALYTICS_ENTITY_TABLES_H
#define TAKI_TRANSFORM_ANALYTICS_ENTITY_TABLES_H

#include "../table.h"

/* clang-format off */
/* person.c */
#define TAKI_PERSON_ROW(COL)                                                                                           \
    COL(person_id,        ID,   KEY, "", "golden person")                                                              \
    COL(account_id,       ID,   OPT, "", "golden account")                                                             \
    COL(merged_ids,       LIST, 0,   "", "ids of retired records")                                                     \
    COL(source_keys,      LIST, 0,   "", "source:id of every member")                                                  \
    COL(n_sources,        I64,  0,   "rows", "members")                                                                \
    COL(name,             TEXT, PII_OPT, "", "full name")                                                              \
    COL(kana,             TEXT, PII_OPT, "", "reading")                                                                \
    COL(email,            TEXT, PII_OPT, "", "e-mail")                                                                 \
    COL(phone,            TEXT, PII_OPT, "", "phone")                                                                  \
    COL(title,            TEXT, PII_OPT, "", "title as received")                                                      \
    COL(department,       ENUM, OPT, "", "by maps.department, else as received")                                       \
    COL(seniority,        ENUM, OPT, "", "exec, director, manager, staff, unknown")                                    \
    COL(country,          TEXT, OPT, "", "")                                                                           \
    COL(is_reachable,     BOOL, 0,   "", "at least one valid channel: e-mail neither bounced nor opted out, or phone not do-not-call") \
    COL(is_target_lead,   BOOL, 0,   "", "meets the person conditions (rules.target_lead); never a shared mailbox")   \
    COL(is_follow_lead,   BOOL, 0,   "", "target lead in the buying phase of rules.follow, not in an open pass beyond MQL") \
    COL(static_grade,     ENUM, 0,   "", "A target account and target lead, B one of them, C neither, D attributes missing") \
    COL(engagement,       F64,  0,   "points", "E at as_of: depth halved every half_life_days")                        \
    COL(dynamic_grade,    ENUM, 0,   "", "1 to 4 by dynamic_thresholds")                                               \
    COL(score,            I64,  OPT, "points", "the MA's own score")                                                   \
    COL(first_seen,       DATE, OPT, "", "first appearance in any source")                                             \
    COL(first_campaign_id, ID,  OPT, "", "campaign of the first touch that has one")                                   \
    COL(last_response,    DATE, OPT, "", "")                                                                           \
    COL(current_stage,    ENUM, 0,   "", "of the highest pass; KNOWN without a pass")                                  \
    COL(reached_rank,     I64,  0,   "", "0 KNOWN, 10 INQ ... 60 WON: maximum over all passes")                        \
    COL(open_pass_no,     I64,  OPT, "", "")                                                                           \
    COL(n_passes,         I64,  0,   "rows", "")                                                                       \
    COL(opt_out,          BOOL, 0,   "", "")                                                                           \
    COL(exclude_reason,   ENUM, OPT, "", "name of the rule in rules.exclude; such persons are in no measure")          \
    COL(match_confidence, F64,  0,   "ratio", "of the weakest link of the golden record")                              \
    COL(match_rule,       TEXT, 0,   "", "single, merged, synced, email, phone_name")

/* account.c */
#define TAKI_ACCOUNT_ROW(COL)                                                                                          \
    COL(account_id,         ID,   KEY, "", "golden account")                                                           \
    COL(corporate_number,   TEXT, OPT, "", "13 digits")                                                                \
    COL(name,               TEXT, OPT, "", "")                                                                         \
    COL(domain,             TEXT, OPT, "", "registrable domain")                                                       \
    COL(industry,           TEXT, OPT, "", "")                                                                         \
    COL(size_band,          ENUM, OPT, "", "1-49, 50-299, 300-999, 1000+ employees")                                   \
    COL(fiscal_start_month, I64,  0,   "", "the customer's own, 1-12; April when unknown")                             \
    COL(fiscal_start_month_is_estimated, BOOL, 0, "", "true when unknown")                                             \
    COL(is_target,          BOOL, 0,   "", "on the newest version of a target list")                                   \
    COL(tier,               ENUM, OPT, "", "of the target list")                                                       \
    COL(is_customer,        BOOL, 0,   "", "")                                                                         \
    COL(n_persons,          I64,  0,   "persons", "not excluded")                                                      \
    COL(n_reachable,        I64,  0,   "persons", "")                                                                  \
    COL(n_target_leads,     I64,  0,   "persons", "")                                                                  \
    COL(n_departments_filled, I64, 0,  "rows", "departments with a reachable person")                                  \
    COL(best_stage,         ENUM, 0,   "", "success stage of the highest rank over all passes of its persons, ever")   \
    COL(n_open_opps,        I64,  0,   "rows", "")                                                                     \
    COL(open_amount,        MONEY, 0,  "", "current amount of open opportunities")                                     \
    COL(won_amount_total,   MONEY, 0,  "", "")                                                                         \
    COL(last_field_activity,  DATE, OPT, "", "")                                                                       \
    COL(last_inside_activity, DATE, OPT, "", "")                                                                       \
    COL(last_response,      DATE, OPT, "", "")                                                                         \
    COL(field_coverage,     BOOL, 0,   "", "field activity within coverage_days, or a planned one in the future")      \
    COL(unconverted_count,  I64,  0,   "rows", "opportunities without an exchange rate: not in the amounts")

/* opportunity.c */
#define TAKI_OPPORTUNITY_ROW(COL)                                                                                      \
    COL(opportunity_id,    ID,    KEY, "", "")                                                                         \
    COL(account_id,        ID,    OPT, "", "")                                                                         \
    COL(deal_family_id,    ID,    0,   "", "id of the family's first opportunity")                                     \
    COL(sql_seq,           I64,   0,   "", "n-th SQL event of its family; the latest of this opportunity")             \
    COL(lead_person_id,    ID,    OPT, "", "person whose pass carries it")                                             \
    COL(lead_pass_no,      I64,   OPT, "", "")                                                                         \
    COL(product_line,      TEXT,  OPT, "", "")                                                                         \
    COL(motion,            ENUM,  0,   "", "new, expansion, renewal")                                                  \
    COL(owner_id,          ID,    OPT, "", "user")                                                                     \
    COL(stage_source,      TEXT,  OPT, "", "stage as received")                                                        \
    COL(stage_code,        ENUM,  0,   "", "SAL (before SQL), SQL, WON, LOST")                                         \
    COL(created_date,      DATE,  OPT, "", "")                                                                         \
    COL(sql_date,          DATE,  OPT, "", "")                                                                         \
    COL(close_date,        DATE,  OPT, "", "current; expected while open")                                             \
    COL(is_open,           BOOL,  0,   "", "")                                                                         \
    COL(amount,            MONEY, OPT, "", "current; closed at the close date's rate, open at as_of's")                \
    COL(amount_at_sql,     MONEY, OPT, "", "in force at SQL, at that date's rate")                                     \
    COL(amount_at_sql_estimated, BOOL, 0, "", "no history: the current amount")                                        \
    COL(sourced_class,     ENUM,  0,   "", "marketing, inside_generated, field_generated, partner, unknown")           \
    COL(sourced_campaign_id, ID,  OPT, "", "one campaign or none")                                                     \
    COL(sourced_rule,      ENUM,  OPT, "", "primary, trigger, inherited, first_touch")                                 \
    COL(cand_primary,      ID,    OPT, "", "candidate by the opportunity's primary campaign")                          \
    COL(cand_trigger,      ID,    OPT, "", "candidate by mql_campaign_id of the lead pass")                            \
    COL(cand_first_touch,  ID,    OPT, "", "candidate by the earliest marketing response of a contact role")           \
    COL(conversion_path,   ENUM,  OPT, "", "of the lead pass")                                                         \
    COL(is_influenced,     BOOL,  0,   "", "some campaign touched its DMU in time")                                    \
    COL(n_dmu,             I64,   0,   "persons", "with a contact role")                                               \
    COL(n_dmu_touched,     I64,   0,   "persons", "of these with a qualifying touch")                                  \
    COL(loss_reason_class, ENUM,  OPT, "", "competitor, budget_project_gone, stalled, price, feature_gap, timing, no_fit, other, unknown") \
    COL(loss_reason_raw,   TEXT,  OPT, "", "")                                                                         \
    COL(competitor,        TEXT,  OPT, "", "")                                                                         \
    COL(n_reopened,        I64,   0,   "rows", "")                                                                     \
    COL(n_close_date_pushes, I64, 0,   "rows", "close date moved later")                                               \
    COL(days_sql_to_close, I64,   OPT, "days", "closed only; NULL when negative")                                      \
    COL(days_open,         I64,   OPT, "days", "open only: since SQL")

/* touch.c */
#define TAKI_TOUCH_ROW(COL)                                                                                            \
    COL(touch_id,       ID,   KEY, "", "of the kept touch")                                                            \
    COL(person_id,      ID,   0,   "", "")                                                                             \
    COL(account_id,     ID,   OPT, "", "the person's account at the time")                                             \
    COL(campaign_id,    ID,   OPT, "", "")                                                                             \
    COL(channel,        ENUM, OPT, "", "of the campaign")                                                              \
    COL(objective,      ENUM, OPT, "", "of the campaign")                                                              \
    COL(content_stage,  ENUM, OPT, "", "of the touch, else of the campaign")                                           \
    COL(ts,             INSTANT, 0, "", "")                                                                            \
    COL(date,           DATE, 0,   "", "business date")                                                                \
    COL(type,           ENUM, OPT, "", "form, attend, register, download, web_visit, email_click, email_open, ad_click, reply, event_booth, or the source's own word") \
    COL(asset,          TEXT, OPT, "", "")                                                                             \
    COL(depth,          I64,  0,   "points", "engagement points")                                                      \
    COL(is_response,    BOOL, 0,   "", "at or above the campaign's success status")                                    \
    COL(pass_no,        I64,  OPT, "", "pass open at the time")                                                        \
    COL(stage_at_touch, ENUM, 0,   "", "just before the touch; the touch that opens a pass shows KNOWN")               \
    COL(is_marketing,   BOOL, 0,   "", "false when the campaign's owner is not marketing")

/* journey.c */
#define TAKI_JOURNEY_ROW(COL)                                                                                          \
    COL(person_id,       ID,   KEY, "", "")                                                                            \
    COL(pass_no,         I64,  KEY, "", "")                                                                            \
    COL(account_id,      ID,   OPT, "", "at the pass's opening")                                                       \
    COL(origin,          ENUM, 0,   "", "NEW, RECYCLED, REAPPROACH, RENURTURE, EXPANSION, PARALLEL")                   \
    COL(generator,       ENUM, 0,   "", "marketing, inside, field, partner")                                           \
    COL(entry_point,     ENUM, 0,   "", "lowest stage the pass may count")                                             \
    COL(trigger_type,    ENUM, 0,   "", "response, inbound, inside_activity, field_activity, partner_activity, import") \
    COL(open_campaign_id, ID,  OPT, "", "latest response before the opening (acquisition credit)")                     \
    COL(mql_campaign_id, ID,   OPT, "", "latest response before MQL: the campaign that made it one")                   \
    COL(opened,          INSTANT, 0, "", "")                                                                           \
    COL(t_INQ,           INSTANT, OPT, "", "milestones never decrease with rank")                                      \
    COL(t_MQL,           INSTANT, OPT, "", "")                                                                         \
    COL(t_PSQL,          INSTANT, OPT, "", "")                                                                         \
    COL(t_SAL,           INSTANT, OPT, "", "")                                                                         \
    COL(t_SQL,           INSTANT, OPT, "", "")                                                                         \
    COL(inferred_mask,   I64,  0,   "bits", "INQ 1, MQL 2, PSQL 4, SAL 8, SQL 16, WON 32: no evidence, or a later one") \
    COL(evidence_mask,   I64,  0,   "bits", "stages with evidence of their own")                                       \
    COL(reached_rank,    I64,  0,   "", "")                                                                            \
    COL(current_stage,   ENUM, 0,   "", "")                                                                            \
    COL(end_state,       ENUM, OPT, "", "WON, LOST, REJECTED, RECYCLED")                                               \
    COL(ended,           INSTANT, OPT, "", "")                                                                         \
    COL(end_reason_class, ENUM, OPT, "", "")                                                                           \
    COL(opportunity_id,  ID,   OPT, "", "")                                                                            \
    COL(conversion_path, ENUM, OPT, "", "direct_campaign, inside_nurture, reapproach_rejected, renurture_lost, inside_generated, field_generated, partner_generated") \
    COL(nurture_days,    I64,  OPT, "days", "MQL (or end of the previous pass) to PSQL")                               \
    COL(n_inside_connects_before_psql, I64, 0, "rows", "since the previous pass's end")                                \
    COL(n_responses,     I64,  0,   "rows", "")                                                                        \
    COL(engagement_peak, F64,  0,   "points", "highest E in the pass")                                                 \
    COL(static_grade_at_mql,  ENUM, OPT, "", "")                                                                       \
    COL(dynamic_grade_at_mql, ENUM, OPT, "", "")                                                                       \
    COL(bant_count,      I64,  0,   "rows", "of 4 fields filled by the pass's end")                                    \
    COL(is_reactivated,  BOOL, 0,   "", "direct campaign on a pass that is not NEW")                                   \
    COL(inside_team,     TEXT, OPT, "", "team of the user who made the PSQL")

/* stage_event.c */
#define TAKI_STAGE_EVENT_ROW(COL)                                                                                      \
    COL(person_id,      ID,   KEY, "", "")                                                                             \
    COL(pass_no,        I64,  KEY, "", "")                                                                             \
    COL(seq,            I64,  KEY, "", "")                                                                             \
    COL(ts,             INSTANT, 0, "", "of the raw evidence, never altered")                                          \
    COL(date,           DATE, 0,   "", "reporting date: WON and LOST on the close date")                               \
    COL(from_stage,     ENUM, 0,   "", "")                                                                             \
    COL(to_stage,       ENUM, 0,   "", "")                                                                             \
    COL(kind,           ENUM, 0,   "", "enter, regress, end, reopen, infer")                                           \
    COL(evidence_kind,  ENUM, 0,   "", "response, inbound, history, record_created, score, field, handover, toss_up, bant, opportunity, opportunity_stage, first_activity, sql_entry, created_amount, created, conversion, close_date, task, status, aged_out") \
    COL(source,         ID,   OPT, "", "of the evidence")                                                              \
    COL(source_ref,     ID,   OPT, "", "record that shows it")                                                         \
    COL(actor_function, ENUM, OPT, "", "")                                                                             \
    COL(reason_class,   ENUM, OPT, "", "")                                                                             \
    COL(reason_raw,     TEXT, OPT, "", "")                                                                             \
    COL(is_superseded,  BOOL, 0,   "", "logged, but moves no balance: an undone closing, or evidence later than its milestone") \
    COL(also_seen_in,   LIST, 0,   "", "other records that told the same within 24 h")                                 \
    COL(is_estimated,   BOOL, 0,   "", "evidence of the weakest kind")

/* dq_issue.c */
#define TAKI_DQ_ISSUE_ROW(COL)                                                                                         \
    COL(rule,       ENUM, KEY, "", "what is wrong")                                                                    \
    COL(entity,     TEXT, KEY, "", "kind of record")                                                                   \
    COL(record_id,  ID,   KEY, "", "")                                                                                 \
    COL(severity,   ENUM, 0,   "", "error, warn, info")                                                                \
    COL(detail,     TEXT, OPT, "", "")                                                                                 \
    COL(value,      TEXT, PII_OPT, "", "the value in question")                                                        \
    COL(first_seen, DATE, OPT, "", "date of the evidence; NULL when the record has none")
/* clang-format on */

struct taki_person_row {
    TAKI_PERSON_ROW(TAKI_MEMBER)
};
struct taki_account_row {
    TAKI_ACCOUNT_ROW(TAKI_MEMBER)
};
struct taki_opportunity_row {
    TAKI_OPPORTUNITY_ROW(TAKI_MEMBER)
};
struct taki_touch_row {
    TAKI_TOUCH_ROW(TAKI_MEMBER)
};
struct taki_journey_row {
    TAKI_JOURNEY_ROW(TAKI_MEMBER)
};
struct taki_stage_event_row {
    TAKI_STAGE_EVENT_ROW(TAKI_MEMBER)
};
struct taki_dq_issue_row {
    TAKI_DQ_ISSUE_ROW(TAKI_MEMBER)
};

extern const struct taki_table taki_table_person, taki_table_account, taki_table_opportunity, taki_table_touch,
    taki_table_journey, taki_table_stage_event, taki_table_dq_issue;

#endif
