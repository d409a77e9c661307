#include "core.h"

#include <stdlib.h>

#define SAME_REPORT_US (INT64_C(24) * 3600 * TAKI_US_PER_SECOND)

/* What can happen in a pass, in the order in which simultaneous things are told (3.5.3). */
enum step_kind { STEP_MILESTONE, STEP_REGRESS, STEP_AGAIN, STEP_UNDONE_CLOSE, STEP_REOPEN, STEP_LATE, STEP_END };

struct step {
    taki_instant at;
    enum step_kind kind;
    enum taki_stage stage;
    const struct taki_evidence *evidence; /* NULL when inferred */
    size_t order;                         /* of evidence within the pass */
};

/* The log while it is being written. */
struct log {
    struct taki_core *core;
    struct taki_draft *draft;
    struct taki_list moves;
    enum taki_stage now;
    taki_date last_date;
};

static int in_order(const void *left, const void *right)
{
    const struct step *a = *(const struct step *const *)left, *b = *(const struct step *const *)right;
    if (a->at.us != b->at.us)
        return a->at.us < b->at.us ? -1 : 1;
    if (a->kind != b->kind)
        return (int)a->kind - (int)b->kind;
    if (a->kind == STEP_MILESTONE)
        return (int)a->stage - (int)b->stage;
    return a->order < b->order ? -1 : 1;
}

static void add_step(struct taki_core *core, struct taki_list *steps, struct step step)
{
    struct step *copy = TAKI_NEW(core->arena, struct step);
    *copy = step;
    taki_list_add(core->arena, steps, copy);
}

static void add_milestones(struct taki_core *core, const struct taki_pass *pass, struct taki_list *steps)
{
    for (enum taki_stage stage = TAKI_STAGE_INQ; stage <= TAKI_STAGE_SQL; stage++) {
        if (taki_instant_is_null(pass->t[stage]))
            continue;
        bool is_inferred = (pass->inferred_mask & taki_stage_info(stage)->mask) != 0;
        const struct taki_evidence *evidence = pass->chosen[stage];
        add_step(core, steps, (struct step){pass->t[stage], STEP_MILESTONE, stage, is_inferred ? NULL : evidence, 0});
        if (is_inferred && evidence)
            add_step(core, steps, (struct step){evidence->ts, STEP_LATE, stage, evidence, 0});
    }
}

static void add_raw(struct taki_core *core, const struct taki_draft *draft, struct taki_list *steps)
{
    for (size_t i = 0; i < draft->evidence.count; i++) {
        const struct taki_evidence *evidence = draft->evidence.items[i];
        bool is_end = taki_stage_info(evidence->stage)->is_end;
        enum step_kind kind = STEP_AGAIN;
        if (evidence == draft->closing) {
            kind = STEP_END;
        } else if (is_end && evidence->is_superseded) {
            kind = STEP_UNDONE_CLOSE;
        } else if (is_end || evidence->stage < draft->pass->entry) {
            kind = evidence->is_regress ? STEP_REGRESS : STEP_MILESTONE;
        } else if (evidence->is_reopen) {
            kind = STEP_REOPEN;
        } else if (evidence->is_regress) {
            kind = STEP_REGRESS;
        }
        if (kind != STEP_MILESTONE)
            add_step(core, steps, (struct step){evidence->ts, kind, evidence->stage, evidence, i});
    }
}

/* 3.5.5: who else told of this within 24 h. */
static void echo(struct log *log, struct taki_move *move, const struct taki_evidence *other)
{
    const struct taki_evidence *best = move->evidence;
    int64_t apart = other->ts.us > best->ts.us ? other->ts.us - best->ts.us : best->ts.us - other->ts.us;
    if (other == best || other->stage != best->stage || apart > SAME_REPORT_US ||
        other->is_regress != best->is_regress || other->is_superseded != best->is_superseded ||
        taki_str_equal(other->ref, best->ref))
        return;
    bool is_repeat = taki_str_equal(other->source, best->source) && other->kind == best->kind;
    if (is_repeat)
        return;
    taki_str *refs = TAKI_NEW_ARRAY(log->core->arena, move->also_count + 1, taki_str);
    for (size_t i = 0; i < move->also_count; i++)
        refs[i] = move->also_seen_in[i];
    refs[move->also_count] = other->ref;
    move->also_seen_in = refs;
    move->also_count++;
}

static void echoes(struct log *log, struct taki_move *move)
{
    if (!move->evidence || move->evidence->kind == TAKI_BY_AGED_OUT)
        return;
    for (size_t i = 0; i < log->draft->evidence.count; i++)
        echo(log, move, log->draft->evidence.items[i]);
    for (size_t i = 0; i < log->draft->echoes.count; i++)
        echo(log, move, log->draft->echoes.items[i]);
}

static struct taki_move *write(struct log *log, const struct step *step, enum taki_move_kind kind, enum taki_stage to)
{
    struct taki_move *move = TAKI_NEW(log->core->arena, struct taki_move);
    *move = (struct taki_move){
        .ts = step->evidence && kind != TAKI_MOVE_INFER ? step->evidence->ts : step->at,
        .date = taki_core_date(log->core, step->at),
        .from = log->now,
        .to = to,
        .kind = kind,
        .evidence = kind == TAKI_MOVE_INFER ? NULL : step->evidence,
        .evidence_kind = TAKI_BY_SQL_ENTRY,
    };
    if (move->evidence)
        move->evidence_kind = move->evidence->kind;
    echoes(log, move);
    taki_list_add(log->core->arena, &log->moves, move);
    return move;
}

/* Moves to a higher stage; every enabled stage on the way is passed through, so that balances add up (6.7). */
static void climb(struct log *log, const struct step *step)
{
    for (enum taki_stage between = log->now + 1; between < step->stage; between++) {
        if (between < log->draft->pass->entry || taki_limits_stage(log->core->limits, between) != between)
            continue;
        (void)write(log, step, TAKI_MOVE_INFER, between);
        log->now = between;
    }
    struct taki_move *move = write(log, step, step->evidence ? TAKI_MOVE_ENTER : TAKI_MOVE_INFER, step->stage);
    log->now = step->stage;
    log->last_date = move->date;
}

static void fall(struct log *log, const struct step *step, enum taki_move_kind kind)
{
    struct taki_move *move = write(log, step, kind, step->stage);
    log->now = step->stage;
    log->last_date = move->date;
}

/* 5.9: WON and LOST are reported on the close date, clipped to [previous move, as_of]. */
static taki_date close_day(const struct log *log, const struct taki_evidence *evidence, taki_date otherwise)
{
    if (taki_date_is_null(evidence->close_date))
        return otherwise;
    taki_date last = taki_core_date(log->core, log->core->limits->as_of), day = evidence->close_date;
    if (day.days < log->last_date.days)
        day = log->last_date;
    return day.days > last.days ? last : day;
}

static void undone(struct log *log, const struct step *step)
{
    struct taki_move *move = write(log, step, TAKI_MOVE_END, step->stage);
    move->is_superseded = true;
    move->date = close_day(log, step->evidence, move->date);
}

static void reopen(struct log *log, const struct step *step)
{
    int before = taki_stage_info(log->now)->rank, after = taki_stage_info(step->stage)->rank;
    enum taki_stage closed = TAKI_STAGE_LOST;
    if (log->moves.count > 0) {
        const struct taki_move *last = log->moves.items[log->moves.count - 1];
        if (last->is_superseded && taki_stage_info(last->to)->is_end)
            closed = last->to;
    }
    struct taki_move *move = write(log, step, TAKI_MOVE_REOPEN, log->now);
    move->from = closed;
    if (after < before) {
        fall(log, step, TAKI_MOVE_REGRESS);
    } else if (after > before) {
        climb(log, step);
    }
}

static void end(struct log *log, const struct step *step)
{
    enum taki_stage to = log->draft->pass->end;
    if (to == TAKI_STAGE_WON && log->now < TAKI_STAGE_SQL)
        climb(log, &(struct step){step->at, STEP_MILESTONE, TAKI_STAGE_SQL, NULL, 0});
    struct taki_move *move = write(log, step, TAKI_MOVE_END, to);
    move->date = close_day(log, step->evidence, move->date);
    log->draft->pass->ended_date = move->date;
    log->draft->pass->current = to;
    bool needs_reason = to == TAKI_STAGE_REJECTED || to == TAKI_STAGE_RECYCLED || to == TAKI_STAGE_LOST;
    if (needs_reason && taki_str_is_blank(step->evidence->reason_raw) &&
        taki_str_is_blank(step->evidence->reason_class))
        taki_core_find(log->core, "stage_missing_reason", log->draft, step->evidence);
}

static void follow(struct log *log, const struct step *step)
{
    int now = taki_stage_info(log->now)->rank, there = taki_stage_info(step->stage)->rank;
    switch (step->kind) {
    case STEP_MILESTONE:
        if (there > now)
            climb(log, step);
        return;
    case STEP_AGAIN:
        /* Only after a fall: until its milestone a stage waits for its best evidence, and a score that merely stays up
         * moves nobody. */
        if (there > now && !step->evidence->never_opens && step->at.us > log->draft->pass->t[step->stage].us)
            climb(log, step);
        return;
    case STEP_REGRESS:
        if (there < now)
            fall(log, step, TAKI_MOVE_REGRESS);
        return;
    case STEP_UNDONE_CLOSE:
        undone(log, step);
        return;
    case STEP_REOPEN:
        reopen(log, step);
        return;
    case STEP_LATE:
        /* Raw evidence is never altered in the log: it stands at its own instant and moves nothing (3.4). */
        write(log, step, TAKI_MOVE_ENTER, step->stage)->is_superseded = true;
        return;
    case STEP_END:
        end(log, step);
        return;
    }
}

void taki_core_moves(struct taki_core *core, struct taki_draft *draft)
{
    struct taki_list steps = {0};
    add_milestones(core, draft->pass, &steps);
    add_raw(core, draft, &steps);
    qsort(steps.items, steps.count, sizeof *steps.items, in_order);
    struct log log = {
        .core = core, .draft = draft, .now = TAKI_STAGE_KNOWN, .last_date = taki_core_date(core, draft->pass->opened)};
    for (size_t i = 0; i < steps.count; i++)
        follow(&log, steps.items[i]);
    if (draft->pass->end == TAKI_STAGE_NONE)
        draft->pass->current = log.now;
    struct taki_move *moves = TAKI_NEW_ARRAY(core->arena, log.moves.count, struct taki_move);
    for (size_t i = 0; i < log.moves.count; i++)
        moves[i] = *(const struct taki_move *)log.moves.items[i];
    draft->pass->moves = moves;
    draft->pass->move_count = log.moves.count;
}
