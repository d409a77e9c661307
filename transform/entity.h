/**
 * @file entity.h
 * The canonical entities of domain.md section 4: what every source is decoded into, one X-macro list an entity.
 *
 * decode/ fills them, the cache stores them with the row codec, identity/ and waterfall/ read them. Values are as the
 * source gave them (text NFC as received, money and numbers as decimal text where the currency or map is not known
 * yet); maps of taki.yml (stage, function, channel ...) are applied by the readers, so that a changed map needs no new
 * decoding.
 *
 * References are `source:id` (decode adds the source to bare ids). Head columns of every entity: see HEAD.
 */
#ifndef TAKI_TRANSFORM_ENTITY_H
#define TAKI_TRANSFORM_ENTITY_H

#include "taki/field.h"

/* clang-format off */
#define TAKI_ENTITY_HEAD(COL)                                                                                         \
    COL(source,       ID,      0,    "", "name of the source in taki.yml")                                            \
    COL(object,       ID,      0,    "", "object of the source, e.g. Lead")                                           \
    COL(source_id,    ID,      0,    "", "id within source and object; Salesforce ids with 18 characters")            \
    COL(modified_at,  INSTANT, OPT, "", "source's modification time; NULL = immutable or unknown")                   \
    COL(extracted_at, INSTANT, 0,    "", "extraction time of the batch")                                              \
    COL(is_deleted,   BOOL,    0,    "", "flagged deleted in this version")                                           \
    COL(currency,     TEXT,    OPT, "", "ISO code of the row's amounts; NULL = reporting currency")

#define TAKI_PERSON(COL) TAKI_ENTITY_HEAD(COL)                                                                        \
    COL(first_name, TEXT, OPT, "", "") COL(last_name, TEXT, OPT, "", "") COL(full_name, TEXT, OPT, "", "")         \
    COL(kana, TEXT, OPT, "", "") COL(email, TEXT, OPT, "", "")                                                      \
    COL(email_status, TEXT, OPT, "", "valid, hard_bounce, unknown") COL(opt_out, BOOL, OPT, "", "")                 \
    COL(do_not_call, BOOL, OPT, "", "") COL(phone, TEXT, OPT, "", "") COL(mobile, TEXT, OPT, "", "")               \
    COL(title, TEXT, OPT, "", "") COL(department, TEXT, OPT, "", "raw") COL(seniority, TEXT, OPT, "", "raw")       \
    COL(company_name, TEXT, OPT, "", "") COL(website, TEXT, OPT, "", "") COL(corporate_number, TEXT, OPT, "", "")  \
    COL(country, TEXT, OPT, "", "") COL(prefecture, TEXT, OPT, "", "") COL(industry, TEXT, OPT, "", "")            \
    COL(employees, I64, OPT, "persons", "") COL(lead_source, TEXT, OPT, "", "raw") COL(score, I64, OPT, "", "")    \
    COL(score_grade, TEXT, OPT, "", "") COL(fit_grade, TEXT, OPT, "", "")                                           \
    COL(created_at, INSTANT, OPT, "", "") COL(creator, ID, OPT, "", "ref of the user who made the record")          \
    COL(creator_function, TEXT, OPT, "", "marketing, inside, field, partner, system, cs; else looked up by creator") \
    COL(owner, ID, OPT, "", "ref of user") COL(status, TEXT, OPT, "", "raw, current")                               \
    COL(status_reason, TEXT, OPT, "", "") COL(bant_budget, TEXT, OPT, "", "") COL(bant_authority, TEXT, OPT, "", "") \
    COL(bant_need, TEXT, OPT, "", "") COL(bant_timing, TEXT, OPT, "", "")                                           \
    COL(bant_budget_at, INSTANT, OPT, "", "") COL(bant_authority_at, INSTANT, OPT, "", "")                          \
    COL(bant_need_at, INSTANT, OPT, "", "") COL(bant_timing_at, INSTANT, OPT, "", "")                               \
    COL(mql_at, INSTANT, OPT, "", "explicit MQL date field") COL(consent_at, INSTANT, OPT, "", "")                  \
    COL(interest_topics, LIST, OPT, "", "") COL(account, ID, OPT, "", "ref of account_source")                      \
    COL(merged_into, ID, OPT, "", "ref of the surviving person") COL(same_as, LIST, OPT, "", "JSON array of refs synced with this record") \
    COL(converted_at, DATE, OPT, "", "") COL(converted_contact, ID, OPT, "", "ref") COL(converted_account, ID, OPT, "", "ref") \
    COL(converted_opportunity, ID, OPT, "", "ref") COL(valid_from, INSTANT, OPT, "", "company over time: this version holds from")

#define TAKI_ACCOUNT(COL) TAKI_ENTITY_HEAD(COL)                                                                       \
    COL(name, TEXT, OPT, "", "") COL(kana, TEXT, OPT, "", "") COL(corporate_number, TEXT, OPT, "", "")             \
    COL(website, TEXT, OPT, "", "") COL(industry, TEXT, OPT, "", "") COL(employees, I64, OPT, "persons", "")       \
    COL(revenue, TEXT, OPT, "per year", "decimal") COL(country, TEXT, OPT, "", "") COL(prefecture, TEXT, OPT, "", "") \
    COL(phone, TEXT, OPT, "", "") COL(fiscal_start_month, I64, OPT, "", "1-12") COL(is_customer, BOOL, OPT, "", "") \
    COL(customer_since, DATE, OPT, "", "") COL(parent, ID, OPT, "", "ref") COL(owner, ID, OPT, "", "ref")          \
    COL(merged_into, ID, OPT, "", "ref") COL(created_at, INSTANT, OPT, "", "")

#define TAKI_CAMPAIGN(COL) TAKI_ENTITY_HEAD(COL)                                                                      \
    COL(name, TEXT, OPT, "", "") COL(channel, TEXT, OPT, "", "raw, see maps.channel") COL(objective, TEXT, OPT, "", "raw") \
    COL(budget_category, TEXT, OPT, "", "raw") COL(start_date, DATE, OPT, "", "") COL(end_date, DATE, OPT, "", "")  \
    COL(parent, ID, OPT, "", "ref") COL(owner, ID, OPT, "", "ref of user") COL(owner_function, TEXT, OPT, "", "default marketing") \
    COL(vendor, TEXT, OPT, "", "") COL(phase, TEXT, OPT, "", "growth, mature, abm") COL(planned_cost, TEXT, OPT, "", "decimal") \
    COL(actual_cost, TEXT, OPT, "", "decimal; a life-to-date figure, used where no campaign_cost row exists")        \
    COL(content_stage, TEXT, OPT, "", "raw") COL(success_statuses, LIST, OPT, "", "JSON array of status names")     \
    COL(same_as, LIST, OPT, "", "JSON array of refs of the same campaign elsewhere") COL(created_at, INSTANT, OPT, "", "")

#define TAKI_CAMPAIGN_COST(COL) TAKI_ENTITY_HEAD(COL)                                                                 \
    COL(campaign, ID, OPT, "", "ref; NULL = overhead") COL(period, DATE, OPT, "", "first day of the month")         \
    COL(category, TEXT, OPT, "", "raw") COL(amount, TEXT, OPT, "", "decimal") COL(kind, TEXT, OPT, "", "planned, actual")

#define TAKI_CAMPAIGN_MEMBER(COL) TAKI_ENTITY_HEAD(COL)                                                               \
    COL(campaign, ID, OPT, "", "ref") COL(person, ID, OPT, "", "ref") COL(person2, ID, OPT, "", "ref of the contact where a row has both") \
    COL(status, TEXT, OPT, "", "raw") COL(responded, BOOL, OPT, "", "") COL(first_responded_at, INSTANT, OPT, "", "") \
    COL(first_responded_date, DATE, OPT, "", "date-only evidence") COL(created_at, INSTANT, OPT, "", "")

#define TAKI_TOUCH(COL) TAKI_ENTITY_HEAD(COL)                                                                         \
    COL(person, ID, OPT, "", "ref") COL(campaign, ID, OPT, "", "ref") COL(ts, INSTANT, OPT, "", "")                 \
    COL(date, DATE, OPT, "", "where the source gives only a day") COL(type, TEXT, OPT, "", "form, attend, register, download, web_visit, email_click, email_open, ad_click, reply, event_booth, email_sent") \
    COL(depth, I64, OPT, "points", "NULL = by type from config") COL(is_response, BOOL, OPT, "", "NULL = by type and success status") \
    COL(asset, TEXT, OPT, "", "") COL(is_bot, BOOL, OPT, "", "") COL(content_stage, TEXT, OPT, "", "raw") COL(delivered_at, INSTANT, OPT, "", "for the bot filter of clicks")

#define TAKI_ACTIVITY(COL) TAKI_ENTITY_HEAD(COL)                                                                      \
    COL(person, ID, OPT, "", "ref") COL(account, ID, OPT, "", "ref") COL(opportunity, ID, OPT, "", "ref")          \
    COL(ts, INSTANT, OPT, "", "") COL(date, DATE, OPT, "", "where only a day is known") COL(actor, ID, OPT, "", "ref of user") \
    COL(actor_function, TEXT, OPT, "", "else looked up by actor") COL(type, TEXT, OPT, "", "call, email, meeting, visit, task, note, toss_up; raw through maps.activity_type") \
    COL(direction, TEXT, OPT, "", "in, out") COL(outcome, TEXT, OPT, "", "connected, no_answer, left_message, refused, appointment, other; raw through maps.activity_outcome") \
    COL(is_planned, BOOL, OPT, "", "") COL(due_date, DATE, OPT, "", "") COL(is_automated, BOOL, OPT, "", "")       \
    COL(asset, TEXT, OPT, "", "") COL(body_len, I64, OPT, "characters", "") COL(summary_filled, BOOL, OPT, "", "") \
    COL(subject, TEXT, OPT, "", "") COL(created_at, INSTANT, OPT, "", "")

#define TAKI_OPPORTUNITY(COL) TAKI_ENTITY_HEAD(COL)                                                                   \
    COL(account, ID, OPT, "", "ref") COL(name, TEXT, OPT, "", "") COL(product_line, TEXT, OPT, "", "")             \
    COL(owner, ID, OPT, "", "ref") COL(owner_function, TEXT, OPT, "", "") COL(created_at, INSTANT, OPT, "", "")    \
    COL(creator, ID, OPT, "", "ref") COL(creator_function, TEXT, OPT, "", "") COL(stage, TEXT, OPT, "", "raw")     \
    COL(amount, TEXT, OPT, "", "decimal") COL(close_date, DATE, OPT, "", "") COL(is_closed, BOOL, OPT, "", "")     \
    COL(is_won, BOOL, OPT, "", "") COL(loss_reason, TEXT, OPT, "", "raw") COL(competitor, TEXT, OPT, "", "")       \
    COL(competitor_contract_end, DATE, OPT, "", "") COL(primary_campaign, ID, OPT, "", "ref")                       \
    COL(previous_opportunity, ID, OPT, "", "ref") COL(next_step, TEXT, OPT, "", "") COL(next_activity_date, DATE, OPT, "", "") \
    COL(probability, F64, OPT, "ratio", "") COL(type, TEXT, OPT, "", "new, expansion, renewal; raw through maps.opportunity_type") \
    COL(partner, TEXT, OPT, "", "")

#define TAKI_OPPORTUNITY_HISTORY(COL) TAKI_ENTITY_HEAD(COL)                                                           \
    COL(opportunity, ID, OPT, "", "ref") COL(ts, INSTANT, OPT, "", "") COL(stage, TEXT, OPT, "", "raw")            \
    COL(amount, TEXT, OPT, "", "decimal") COL(close_date, DATE, OPT, "", "") COL(probability, F64, OPT, "ratio", "") COL(actor, ID, OPT, "", "ref")

#define TAKI_FIELD_CHANGE(COL) TAKI_ENTITY_HEAD(COL)                                                                  \
    COL(record, ID, OPT, "", "ref of the person or opportunity whose field changed") COL(record_kind, TEXT, OPT, "", "person, opportunity") \
    COL(ts, INSTANT, OPT, "", "") COL(field, TEXT, OPT, "", "raw name, e.g. Status") COL(old_value, TEXT, OPT, "", "") \
    COL(new_value, TEXT, OPT, "", "") COL(actor, ID, OPT, "", "ref of user") COL(reason, TEXT, OPT, "", "")

#define TAKI_STAGE_EVIDENCE(COL) TAKI_ENTITY_HEAD(COL)                                                                \
    COL(person, ID, OPT, "", "ref") COL(opportunity, ID, OPT, "", "ref") COL(ts, INSTANT, OPT, "", "")             \
    COL(date, DATE, OPT, "", "where only a day is known") COL(stage, TEXT, OPT, "", "canonical code, or raw through maps.stage") \
    COL(evidence_kind, TEXT, OPT, "", "domain.md 5.9; default history") COL(reason, TEXT, OPT, "", "raw")            \
    COL(actor, ID, OPT, "", "ref") COL(actor_function, TEXT, OPT, "", "")

#define TAKI_SCORE_EVENT(COL) TAKI_ENTITY_HEAD(COL)                                                                   \
    COL(person, ID, OPT, "", "ref") COL(ts, INSTANT, OPT, "", "") COL(score, I64, OPT, "points", "after the change")

#define TAKI_CONTACT_ROLE(COL) TAKI_ENTITY_HEAD(COL)                                                                  \
    COL(opportunity, ID, OPT, "", "ref") COL(person, ID, OPT, "", "ref") COL(role, TEXT, OPT, "", "raw")           \
    COL(is_primary, BOOL, OPT, "", "") COL(added_at, INSTANT, OPT, "", "")

#define TAKI_TARGET_LIST(COL) TAKI_ENTITY_HEAD(COL)                                                                   \
    COL(list_id, ID, OPT, "", "") COL(version, DATE, OPT, "", "") COL(account, ID, OPT, "", "ref, where the list has one") \
    COL(company_name, TEXT, OPT, "", "") COL(corporate_number, TEXT, OPT, "", "") COL(website, TEXT, OPT, "", "")  \
    COL(tier, TEXT, OPT, "", "") COL(segment, TEXT, OPT, "", "") COL(include_customers, BOOL, OPT, "", "")

#define TAKI_CONTRACT(COL) TAKI_ENTITY_HEAD(COL)                                                                      \
    COL(account, ID, OPT, "", "ref") COL(product_line, TEXT, OPT, "", "") COL(start_date, DATE, OPT, "", "")       \
    COL(end_date, DATE, OPT, "", "") COL(term_months, I64, OPT, "months", "") COL(mrr, TEXT, OPT, "per month", "decimal") \
    COL(churned_on, DATE, OPT, "", "") COL(churn_reason, TEXT, OPT, "", "")

#define TAKI_EXPERIMENT_ASSIGNMENT(COL) TAKI_ENTITY_HEAD(COL)                                                         \
    COL(experiment_id, ID, OPT, "", "") COL(variant, TEXT, OPT, "", "") COL(person, ID, OPT, "", "ref")            \
    COL(assigned_at, INSTANT, OPT, "", "") COL(exposed_at, INSTANT, OPT, "", "")

#define TAKI_PLAN(COL) TAKI_ENTITY_HEAD(COL)                                                                          \
    COL(scenario, TEXT, OPT, "", "") COL(period, TEXT, OPT, "", "") COL(metric, TEXT, OPT, "", "")                 \
    COL(dim, TEXT, OPT, "", "") COL(value, TEXT, OPT, "", "decimal") COL(unit, TEXT, OPT, "", "")

#define TAKI_FX_RATE(COL) TAKI_ENTITY_HEAD(COL)                                                                       \
    COL(from_currency, TEXT, OPT, "", "ISO code") COL(start_date, DATE, OPT, "", "NULL = always") COL(rate, TEXT, OPT, "", "decimal, reporting units per unit")

#define TAKI_USER(COL) TAKI_ENTITY_HEAD(COL)                                                                          \
    COL(name, TEXT, OPT, "", "") COL(email, TEXT, OPT, "", "") COL(function, TEXT, OPT, "", "canonical, where the source says it") \
    COL(profile, TEXT, OPT, "", "Profile name; maps.user_function \"source:Profile\"") COL(role, TEXT, OPT, "", "UserRole name; \"source:UserRole\"") \
    COL(profile_ref, ID, OPT, "", "ref, resolved to profile by the store's reader") COL(role_ref, ID, OPT, "", "ref") \
    COL(department, TEXT, OPT, "", "") COL(active, BOOL, OPT, "", "") COL(team, TEXT, OPT, "", "")                 \
    COL(valid_from, DATE, OPT, "", "") COL(valid_to, DATE, OPT, "", "")

#define TAKI_SALES_COST(COL) TAKI_ENTITY_HEAD(COL)                                                                    \
    COL(period, DATE, OPT, "", "first day of the month") COL(function, TEXT, OPT, "", "") COL(amount, TEXT, OPT, "", "decimal")

/** Names a source gives to its own codes: OpportunityStage, LeadStatus, CampaignMemberStatus, Profile, UserRole, Marketo channel statuses. */
#define TAKI_VOCABULARY(COL) TAKI_ENTITY_HEAD(COL)                                                                    \
    COL(kind, TEXT, 0, "", "opportunity_stage, lead_status, member_status, profile, user_role, channel_status, smart_campaign")        \
    COL(parent, ID, OPT, "", "ref of the campaign, or channel name") COL(label, TEXT, OPT, "", "") COL(position, I64, OPT, "", "") \
    COL(is_closed, BOOL, OPT, "", "") COL(is_won, BOOL, OPT, "", "") COL(is_success, BOOL, OPT, "", "responded / success") COL(is_converted, BOOL, OPT, "", "")

/** A deletion or merge seen by a feed (activities 32 and 37, tombstone batches). */
#define TAKI_TOMBSTONE(COL) TAKI_ENTITY_HEAD(COL)                                                                     \
    COL(entity, TEXT, OPT, "", "canonical entity of the dead record; NULL = look the id up") COL(dead, ID, OPT, "", "ref") \
    COL(merged_into, ID, OPT, "", "ref of the survivor; NULL = deleted") COL(at, INSTANT, OPT, "", "")

/** X(ENUM, c_name, LIST, streamed): streamed entities are too many to hold in memory. */
#define TAKI_ENTITIES(X)                                                                                              \
    X(PERSON, person, TAKI_PERSON, 0) X(ACCOUNT, account, TAKI_ACCOUNT, 0) X(CAMPAIGN, campaign, TAKI_CAMPAIGN, 0)    \
    X(CAMPAIGN_COST, campaign_cost, TAKI_CAMPAIGN_COST, 0) X(CAMPAIGN_MEMBER, campaign_member, TAKI_CAMPAIGN_MEMBER, 1) \
    X(TOUCH, touch, TAKI_TOUCH, 1) X(ACTIVITY, activity, TAKI_ACTIVITY, 1)                                            \
    X(OPPORTUNITY, opportunity, TAKI_OPPORTUNITY, 0) X(OPPORTUNITY_HISTORY, opportunity_history, TAKI_OPPORTUNITY_HISTORY, 1) \
    X(FIELD_CHANGE, field_change, TAKI_FIELD_CHANGE, 1) X(STAGE_EVIDENCE, stage_evidence, TAKI_STAGE_EVIDENCE, 1)     \
    X(SCORE_EVENT, score_event, TAKI_SCORE_EVENT, 1) X(CONTACT_ROLE, contact_role, TAKI_CONTACT_ROLE, 0)              \
    X(TARGET_LIST, target_list, TAKI_TARGET_LIST, 0) X(CONTRACT, contract, TAKI_CONTRACT, 0)                          \
    X(EXPERIMENT_ASSIGNMENT, experiment_assignment, TAKI_EXPERIMENT_ASSIGNMENT, 0) X(PLAN, plan, TAKI_PLAN, 0)        \
    X(FX_RATE, fx_rate, TAKI_FX_RATE, 0) X(USER, user, TAKI_USER, 0) X(SALES_COST, sales_cost, TAKI_SALES_COST, 0)    \
    X(VOCABULARY, vocabulary, TAKI_VOCABULARY, 0) X(TOMBSTONE, tombstone, TAKI_TOMBSTONE, 0)
/* clang-format on */

#define TAKI_ENTITY_STRUCT(ENUM, name, LIST, streamed)                                                                 \
    struct taki_##name {                                                                                               \
        LIST(TAKI_MEMBER)                                                                                              \
    };
TAKI_ENTITIES(TAKI_ENTITY_STRUCT)

/** Head columns, common prefix of every entity struct. */
struct taki_head {
    TAKI_ENTITY_HEAD(TAKI_MEMBER)
};

#define TAKI_ENTITY_ENUM(ENUM, name, LIST, streamed) TAKI_ENTITY_##ENUM,
enum taki_entity { TAKI_ENTITIES(TAKI_ENTITY_ENUM) TAKI_ENTITY_COUNT_ };

struct taki_entity_info {
    const char *name; /**< "person", "campaign_cost": `entity:` of taki.yml takes these and the `_source` forms */
    const struct taki_field *fields;
    size_t field_count, row_size;
    bool streamed;
};

/** Descriptor of an entity. Never NULL. */
const struct taki_entity_info *taki_entity_info(enum taki_entity entity);
/** By name, with or without `_source`; false if unknown. */
bool taki_entity_find(taki_str name, enum taki_entity *entity);

#endif
