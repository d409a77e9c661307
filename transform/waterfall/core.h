/**
 * @file core.h
 * What the files of the pure core share: the work in progress on one story. Order of work: assemble (passes.c),
 * milestones (milestones.c), links (links.c), moves (moves.c).
 */
#ifndef TAKI_TRANSFORM_WATERFALL_CORE_H
#define TAKI_TRANSFORM_WATERFALL_CORE_H

#include "story.h"

/** A growing list in an arena. */
struct taki_list {
    void **items;
    size_t count, capacity;
};
void taki_list_add(struct taki_arena *arena, struct taki_list *list, void *item);

/** A pass while it is being put together. */
struct taki_draft {
    struct taki_pass *pass;
    struct taki_list evidence; /**< const struct taki_evidence * in order */
    struct taki_list echoes;   /**< same-transition reports that came after the close */
    const struct taki_evidence *opening, *closing;
    enum taki_stage stage; /**< highest so far, for the timeout */
    taki_instant stage_since;
    bool is_open;
};

struct taki_core {
    struct taki_arena *arena;
    const struct taki_limits *limits;
    const struct taki_story *story;
    struct taki_list drafts;   /**< struct taki_draft * in order of opening */
    struct taki_list findings; /**< struct taki_finding * */
    uint32_t main_open;        /**< draft index of the open pass that is no sibling, or TAKI_NO_INDEX */
    uint32_t main_last;        /**< latest draft that is no sibling */
    bool has_inquiry, has_history_inquiry;
};

taki_date taki_core_date(const struct taki_core *core, taki_instant ts);
void taki_core_find(struct taki_core *core, const char *rule, const struct taki_draft *draft,
                    const struct taki_evidence *evidence);
struct taki_draft *taki_core_draft(const struct taki_core *core, uint32_t index);

/** Sorts evidence and deals it out to passes (3.3 rules 1-6). */
void taki_core_assemble(struct taki_core *core);
/** Best evidence a stage, t_s, masks (3.2, 3.4). Needs `entry`. */
void taki_core_milestones(struct taki_core *core, struct taki_draft *draft);
/** Trigger, entry, campaigns, generator (3.3 rules 7-9); path and counts follow after the milestones. */
void taki_core_trigger(struct taki_core *core, uint32_t index);
void taki_core_outcome(struct taki_core *core, uint32_t index);
/** The event log (3.5, 3.6, 6.6). */
void taki_core_moves(struct taki_core *core, struct taki_draft *draft);
/** The better of two reports of one stage (3.2, 3.5): < 0 when @p a wins. */
int taki_core_better(const struct taki_core *core, const struct taki_evidence *a, const struct taki_evidence *b);

#endif
