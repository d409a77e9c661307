#include "core.h"

taki_str taki_origin_name(enum taki_origin origin)
{
    static const taki_str names[] = {TAKI_STR_INIT("NEW"),        TAKI_STR_INIT("RECYCLED"),
                                     TAKI_STR_INIT("REAPPROACH"), TAKI_STR_INIT("RENURTURE"),
                                     TAKI_STR_INIT("EXPANSION"),  TAKI_STR_INIT("PARALLEL")};
    return names[origin];
}

taki_str taki_trigger_name(enum taki_trigger trigger)
{
    static const taki_str names[] = {TAKI_STR_INIT("response"),         TAKI_STR_INIT("inbound"),
                                     TAKI_STR_INIT("inside_activity"),  TAKI_STR_INIT("field_activity"),
                                     TAKI_STR_INIT("partner_activity"), TAKI_STR_INIT("import")};
    return names[trigger];
}

taki_str taki_path_name(enum taki_path path)
{
    static const taki_str names[] = {
        {NULL, 0},
        TAKI_STR_INIT("field_generated"),
        TAKI_STR_INIT("partner_generated"),
        TAKI_STR_INIT("inside_generated"),
        TAKI_STR_INIT("renurture_lost"),
        TAKI_STR_INIT("reapproach_rejected"),
        TAKI_STR_INIT("direct_campaign"),
        TAKI_STR_INIT("inside_nurture")
    };
    return names[path];
}

taki_str taki_move_name(enum taki_move_kind kind)
{
    static const taki_str names[] = {TAKI_STR_INIT("enter"), TAKI_STR_INIT("regress"), TAKI_STR_INIT("end"),
                                     TAKI_STR_INIT("reopen"), TAKI_STR_INIT("infer")};
    return names[kind];
}

struct taki_passes taki_passes_build(struct taki_arena *arena, const struct taki_limits *limits,
                                     const struct taki_story *story)
{
    struct taki_core core = {
        .arena = arena, .limits = limits, .story = story, .main_open = TAKI_NO_INDEX, .main_last = TAKI_NO_INDEX};
    taki_core_assemble(&core);
    for (uint32_t i = 0; i < core.drafts.count; i++) {
        struct taki_draft *draft = taki_core_draft(&core, i);
        taki_core_trigger(&core, i);
        taki_core_milestones(&core, draft);
    }
    struct taki_pass *passes = TAKI_NEW_ARRAY(arena, core.drafts.count, struct taki_pass);
    for (uint32_t i = 0; i < core.drafts.count; i++) {
        struct taki_draft *draft = taki_core_draft(&core, i);
        taki_core_outcome(&core, i);
        taki_core_moves(&core, draft);
        draft->pass->evidence = (const struct taki_evidence *const *)draft->evidence.items;
        draft->pass->evidence_count = draft->evidence.count;
        passes[i] = *draft->pass;
    }
    struct taki_finding *findings = TAKI_NEW_ARRAY(arena, core.findings.count, struct taki_finding);
    for (size_t i = 0; i < core.findings.count; i++)
        findings[i] = *(const struct taki_finding *)core.findings.items[i];
    return (struct taki_passes){passes, core.drafts.count, findings, core.findings.count};
}

static bool is_open_at(const struct taki_pass *pass, taki_instant ts)
{
    return pass->opened.us <= ts.us && (taki_instant_is_null(pass->ended) || ts.us <= pass->ended.us);
}

uint32_t taki_passes_open_at(const struct taki_passes *passes, taki_instant ts)
{
    uint32_t sibling = TAKI_NO_INDEX, main = TAKI_NO_INDEX;
    for (uint32_t i = 0; i < passes->count; i++) {
        const struct taki_pass *pass = &passes->passes[i];
        if (!is_open_at(pass, ts))
            continue;
        if (pass->origin == TAKI_ORIGIN_PARALLEL) {
            sibling = i;
        } else {
            main = i;
        }
    }
    return main != TAKI_NO_INDEX ? main : sibling;
}

uint32_t taki_passes_open(const struct taki_passes *passes)
{
    uint32_t sibling = TAKI_NO_INDEX, main = TAKI_NO_INDEX;
    for (uint32_t i = 0; i < passes->count; i++) {
        if (passes->passes[i].end != TAKI_STAGE_NONE)
            continue;
        if (passes->passes[i].origin == TAKI_ORIGIN_PARALLEL) {
            sibling = i;
        } else {
            main = i;
        }
    }
    return main != TAKI_NO_INDEX ? main : sibling;
}

uint32_t taki_passes_current(const struct taki_passes *passes)
{
    uint32_t open = taki_passes_open(passes), last = TAKI_NO_INDEX;
    for (uint32_t i = 0; i < passes->count; i++) {
        if (passes->passes[i].origin != TAKI_ORIGIN_PARALLEL)
            last = i;
    }
    /* A sibling speaks for the person only when it alone is open. */
    return open != TAKI_NO_INDEX ? open : last;
}

enum taki_stage taki_pass_stage_before(const struct taki_pass *pass, taki_instant ts)
{
    enum taki_stage stage = TAKI_STAGE_KNOWN;
    for (size_t i = 0; i < pass->move_count; i++) {
        const struct taki_move *move = &pass->moves[i];
        if (!move->is_superseded && move->ts.us < ts.us)
            stage = move->to;
    }
    return stage;
}
