/**
 * @file story_build.h
 * Canonical rows of one golden person to a story and its passes: maps applied, functions looked up, evidence made.
 */
#ifndef TAKI_TRANSFORM_STORY_BUILD_H
#define TAKI_TRANSFORM_STORY_BUILD_H

#include "facts.h"
#include "subject.h"
#include "waterfall/core.h"
#include "waterfall/touches.h"

/** Rows of the streamed entities that belong to one person (or to deals it leads), decoded. */
struct taki_person_rows {
    struct taki_list touches, members, activities, changes, evidence, scores, histories;
};

/** A finding outside the core, on its way to dq_issue. */
struct taki_issue {
    const char *rule, *severity, *entity;
    taki_str record_id, detail, value;
    taki_date first_seen;
};

/** One person told. Lives in its arena until the next person. */
struct taki_case {
    struct taki_arena *arena;
    const struct taki_facts *facts;
    const struct taki_rules *rules;
    uint32_t person;
    const struct taki_golden_person *golden;
    const struct taki_person_rows *rows;
    struct taki_touches touches;
    struct taki_list evidence;   /**< struct taki_evidence * */
    struct taki_list activities; /**< struct taki_story_activity * */
    struct taki_list issues;     /**< struct taki_issue * */
    const uint32_t *deals;       /**< facts indexes of the deals this person leads */
    struct taki_deal *built;
    size_t deal_count;
    struct taki_story story;
    struct taki_passes passes;
    struct taki_subject subject; /**< as of as_of */
    bool is_reachable, is_target_account, is_target_lead;
    taki_str exclude_reason; /**< NULL = counted */
    double engagement;
};

/** Tells the whole story. @p rows must live as long as the case is used. */
void taki_case_tell(struct taki_case *one, struct taki_arena *arena, const struct taki_facts *facts, uint32_t person,
                    const struct taki_person_rows *rows);
/** A deal nobody leads, told alone: its passes carry the waterfall of the opportunity. */
void taki_case_tell_deal(struct taki_case *one, struct taki_arena *arena, const struct taki_facts *facts, uint32_t deal,
                         const struct taki_person_rows *rows);

/** Parts of it, each in its own file. */
void taki_case_touches(struct taki_case *one);
void taki_case_subject(struct taki_case *one);
void taki_case_history(struct taki_case *one);
void taki_case_record_evidence(struct taki_case *one);
void taki_case_activities(struct taki_case *one);
void taki_case_scores(struct taki_case *one);
void taki_case_deals(struct taki_case *one);
void taki_case_tenures(struct taki_case *one);

/** New evidence with defaults, already in the list. */
struct taki_evidence *taki_case_evidence(struct taki_case *one, enum taki_stage stage, enum taki_kind kind,
                                         taki_instant ts);
void taki_case_issue(struct taki_case *one, struct taki_issue issue);
/** `source:id` of a row, in the case's arena. */
taki_str taki_case_ref(const struct taki_case *one, const void *row);
/** Instant of a row that has either: a date counts as the last microsecond of its day; NULL if it has none. */
taki_instant taki_case_instant(const struct taki_case *one, taki_instant ts, taki_date date);
/** Local index of a deal this person leads, or TAKI_NO_INDEX. */
uint32_t taki_case_deal(const struct taki_case *one, taki_str ref);

/** History rows of one deal and its evidence, for both shards. */
struct taki_deal taki_facts_tell_deal(struct taki_arena *arena, const struct taki_facts *facts, uint32_t deal,
                                      uint32_t local, const struct taki_person_rows *rows, struct taki_list *issues);

#endif
