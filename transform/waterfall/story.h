/**
 * @file story.h
 * One person's story: what the pure core reads (touches, evidence, activities, linked deals) and what it gives (passes
 * and moves).
 *
 * Values only: no files, no clock, no globals. Everything later than `limits.as_of` must have been left out by the
 * builder.
 */
#ifndef TAKI_TRANSFORM_WATERFALL_STORY_H
#define TAKI_TRANSFORM_WATERFALL_STORY_H

#include "limits.h"

#include "taki/arena.h"
#include "taki/date.h"
#include "taki/str.h"

#define TAKI_NO_INDEX UINT32_MAX

/** A normalised touch: bots and repeats are out, sorted by (ts, id). */
struct taki_story_touch {
    taki_instant ts;
    taki_date date;
    taki_str id, source;
    taki_str type;
    uint32_t campaign; /**< golden campaign, or TAKI_NO_INDEX */
    int64_t depth;
    bool is_response;
};

/** One reason to believe that a stage was entered. */
struct taki_evidence {
    taki_instant ts;
    enum taki_stage stage;
    enum taki_kind kind;
    enum taki_role role; /**< of its source */
    enum taki_function actor;
    taki_str actor_team;
    taki_str source, ref; /**< ref: source:id of the record */
    taki_str reason_class, reason_raw;
    uint32_t deal;        /**< index into story deals, or TAKI_NO_INDEX */
    uint32_t touch;       /**< of a response: index into story touches, else TAKI_NO_INDEX */
    taki_date close_date; /**< WON and LOST: reporting date; else NULL */
    bool is_human;        /**< a status set by a user, not by a rule */
    bool is_regress;      /**< the record moved back to this stage */
    bool is_superseded;   /**< a closing that was undone: logged, closes nothing */
    bool is_reopen;       /**< the record left a superseded closing for this stage */
    bool never_opens;     /**< counts inside an open pass only (a score that stays above the line) */
};

struct taki_story_activity {
    taki_instant ts;
    enum taki_function function;
    bool is_connect; /**< call, meeting or visit that reached the person */
    bool is_automated;
};

struct taki_story_deal {
    enum taki_function creator;
};

/** The account the person belongs to from an instant on. */
struct taki_tenure {
    taki_instant from;
    uint32_t account;
};

struct taki_story {
    const struct taki_story_touch *touches;
    size_t touch_count;
    const struct taki_evidence *evidence; /**< any order, without responses (the core takes them from touches) */
    size_t evidence_count;
    const struct taki_story_activity *activities; /**< sorted by ts */
    size_t activity_count;
    const struct taki_story_deal *deals;
    size_t deal_count;
    const struct taki_tenure *tenures; /**< sorted by from; the first holds from the beginning */
    size_t tenure_count;
    taki_instant bant_at[4]; /**< when each of the four fields was filled, or NULL */
    taki_str static_grade;   /**< A..D */
};

enum taki_origin {
    TAKI_ORIGIN_NEW,
    TAKI_ORIGIN_RECYCLED,
    TAKI_ORIGIN_REAPPROACH,
    TAKI_ORIGIN_RENURTURE,
    TAKI_ORIGIN_EXPANSION,
    TAKI_ORIGIN_PARALLEL
};
enum taki_trigger {
    TAKI_TRIGGER_RESPONSE,
    TAKI_TRIGGER_INBOUND,
    TAKI_TRIGGER_INSIDE,
    TAKI_TRIGGER_FIELD,
    TAKI_TRIGGER_PARTNER,
    TAKI_TRIGGER_IMPORT
};
enum taki_path {
    TAKI_PATH_NONE,
    TAKI_PATH_FIELD,
    TAKI_PATH_PARTNER,
    TAKI_PATH_INSIDE,
    TAKI_PATH_RENURTURE,
    TAKI_PATH_REAPPROACH,
    TAKI_PATH_DIRECT,
    TAKI_PATH_NURTURE
};
enum taki_move_kind { TAKI_MOVE_ENTER, TAKI_MOVE_REGRESS, TAKI_MOVE_END, TAKI_MOVE_REOPEN, TAKI_MOVE_INFER };

taki_str taki_origin_name(enum taki_origin origin);
taki_str taki_trigger_name(enum taki_trigger trigger);
/** Names of domain.md 6.13; NULL for NONE. */
taki_str taki_path_name(enum taki_path path);
taki_str taki_move_name(enum taki_move_kind kind);

/** One row of stage_event. */
struct taki_move {
    taki_instant ts; /**< of the raw evidence; of the milestone when inferred */
    taki_date date;  /**< reporting date; never before the previous move's unless superseded */
    enum taki_stage from, to;
    enum taki_move_kind kind;
    enum taki_kind evidence_kind;
    const struct taki_evidence *evidence; /**< NULL when inferred or aged out */
    bool is_superseded;                   /**< logged only: moves no balance */
    const taki_str *also_seen_in;
    size_t also_count;
};

/** One row of journey. */
struct taki_pass {
    int64_t no;
    uint32_t account; /**< at its opening */
    enum taki_origin origin;
    enum taki_function generator;
    enum taki_stage entry;
    enum taki_trigger trigger;
    uint32_t open_campaign, mql_campaign;
    uint32_t open_touch, mql_touch; /**< the responses behind the two campaigns */
    taki_instant opened;
    taki_instant t[TAKI_STAGE_SUCCESSES]; /**< milestones; NULL below entry and above the highest reached */
    int64_t inferred_mask, evidence_mask;
    enum taki_stage reached, current;
    enum taki_stage end; /**< NONE while open */
    taki_instant ended;
    taki_date ended_date; /**< reporting date */
    taki_str end_reason_class, end_reason_raw;
    uint32_t deal;
    enum taki_path path;
    bool is_reactivated;  /**< direct campaign on a pass that is not NEW */
    int64_t nurture_days; /**< TAKI_I64_NULL if unknown */
    int64_t inside_connects, responses, bant_count;
    double engagement_peak;
    taki_str static_grade, dynamic_grade; /**< at MQL; NULL when never MQL */
    taki_str inside_team;                 /**< of the PSQL evidence's actor */
    uint32_t previous;                    /**< the pass before this one (siblings never count), or TAKI_NO_INDEX */
    const struct taki_evidence *chosen[TAKI_STAGE_NONE]; /**< best evidence a stage, ends too */
    const struct taki_move *moves;
    size_t move_count;
    const struct taki_evidence *const *evidence; /**< all evidence of the pass in order */
    size_t evidence_count;
};

/** A finding of the core; becomes a dq_issue row of the person. */
struct taki_finding {
    const char *rule; /**< stage_out_of_order, conflict_status, stage_missing_reason */
    int64_t pass_no;
    taki_instant ts;
    taki_str ref, value;
};

struct taki_passes {
    struct taki_pass *passes;
    size_t count;
    const struct taki_finding *findings;
    size_t finding_count;
};

/** The whole of domain.md 3.2-3.6 over one story. Everything lives in @p arena. */
struct taki_passes taki_passes_build(struct taki_arena *arena, const struct taki_limits *limits,
                                     const struct taki_story *story);

/** Index of the pass open at @p ts for touches and activities (siblings only when alone), or TAKI_NO_INDEX. The touch
 * that opens a pass belongs to it. */
uint32_t taki_passes_open_at(const struct taki_passes *passes, taki_instant ts);
/** Stage of @p pass just before @p ts; KNOWN before its first move. */
enum taki_stage taki_pass_stage_before(const struct taki_pass *pass, taki_instant ts);
/** The pass that gives person.current_stage (domain.md 6.1), or TAKI_NO_INDEX. */
uint32_t taki_passes_current(const struct taki_passes *passes);
/** Open pass with the highest number (siblings only when alone), or TAKI_NO_INDEX. */
uint32_t taki_passes_open(const struct taki_passes *passes);

/** E(t) over touches with ts <= @p until, as of business date @p at: domain.md 5.8, summed in touch order. */
double taki_engagement(const struct taki_limits *limits, const struct taki_story_touch *touches, size_t count,
                       taki_instant until, taki_date at);
/** "1".."4". */
taki_str taki_dynamic_grade(const struct taki_limits *limits, double engagement);

#endif
