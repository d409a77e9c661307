#include "deal.h"

#include "taki/field.h"

#include <string.h>

/* The evidence of one deal while it is being collected. */
struct draft {
    struct taki_arena *arena;
    const struct taki_limits *limits;
    const struct taki_deal_input *input;
    struct taki_deal deal;
    struct taki_evidence *evidence;
    size_t capacity;
    enum taki_stage open_stage; /* the last open stage, NONE before any */
    bool was_stage[TAKI_STAGE_NONE];
};

static struct taki_evidence *add(struct draft *draft, enum taki_stage stage, enum taki_kind kind, taki_instant ts)
{
    size_t count = draft->deal.evidence_count;
    if (count == draft->capacity) {
        size_t capacity = draft->capacity ? draft->capacity * 2 : 8;
        struct taki_evidence *more = TAKI_NEW_ARRAY(draft->arena, capacity, struct taki_evidence);
        if (count > 0)
            memcpy(more, draft->evidence, count * sizeof *more);
        draft->evidence = more;
        draft->capacity = capacity;
    }
    const struct taki_deal_input *input = draft->input;
    draft->deal.evidence_count++;
    draft->evidence[count] = (struct taki_evidence){
        .ts = ts,
        .stage = stage,
        .kind = kind,
        .role = input->role,
        .source = input->source,
        .ref = input->ref,
        .deal = input->deal,
        .touch = TAKI_NO_INDEX,
        .close_date = TAKI_DATE_NULL,
        .is_human = kind == TAKI_BY_HISTORY,
    };
    return &draft->evidence[count];
}

static struct taki_evidence *add_row(struct draft *draft, enum taki_stage stage, enum taki_kind kind,
                                     const struct taki_deal_row *row)
{
    struct taki_evidence *evidence = add(draft, stage, kind, row->ts);
    evidence->actor = row->actor;
    evidence->actor_team = row->actor_team;
    if (!taki_str_is_null(row->ref))
        evidence->ref = row->ref;
    return evidence;
}

static bool is_closed(enum taki_stage stage)
{
    return stage == TAKI_STAGE_WON || stage == TAKI_STAGE_LOST;
}

static enum taki_stage plain(enum taki_stage stage)
{
    return stage == TAKI_STAGE_PRE ? TAKI_STAGE_PSQL : stage;
}

/* A move among open stages. Leaving a pre-acceptance stage upwards is an acceptance (3.2 SAL 2). */
static void open_move(struct draft *draft, const struct taki_deal_row *row, bool reopens)
{
    enum taki_stage before = plain(draft->open_stage), now = plain(row->stage);
    bool is_back = draft->open_stage != TAKI_STAGE_NONE && taki_stage_info(now)->rank < taki_stage_info(before)->rank;
    enum taki_kind kind = now == TAKI_STAGE_PSQL ? TAKI_BY_OPPORTUNITY : TAKI_BY_HISTORY;
    if (draft->open_stage != TAKI_STAGE_NONE && before == TAKI_STAGE_PSQL && now == TAKI_STAGE_SQL)
        add_row(draft, TAKI_STAGE_SAL, TAKI_BY_OPPORTUNITY_STAGE, row);
    struct taki_evidence *evidence = add_row(draft, now, kind, row);
    evidence->is_reopen = reopens;
    evidence->is_regress = is_back && !reopens;
    draft->was_stage[now] = true;
    draft->open_stage = row->stage;
}

static const struct taki_deal_row *next_mapped(const struct taki_deal_input *input, size_t i, enum taki_stage not_this)
{
    for (i++; i < input->row_count; i++) {
        if (input->rows[i].stage != TAKI_STAGE_NONE && input->rows[i].stage != not_this)
            return &input->rows[i];
    }
    return NULL;
}

static bool within_gap(const struct draft *draft, taki_instant from, taki_instant to)
{
    const struct taki_zone *zone = draft->limits->zone;
    return taki_zone_date(zone, to).days - taki_zone_date(zone, from).days <= (int32_t)draft->limits->reopen_gap_days;
}

/* 3.6: which closings stand. A won deal that SFA moves to lost is lost whenever that happens; any other change counts
 * as the same pass within the gap only. */
static bool is_undone(const struct draft *draft, const struct taki_deal_row *row, const struct taki_deal_row *next)
{
    if (!next)
        return false;
    if (row->stage == TAKI_STAGE_WON && next->stage == TAKI_STAGE_LOST)
        return next->ts.us > row->ts.us;
    if (row->stage == TAKI_STAGE_LOST && next->stage == TAKI_STAGE_WON && next->ts.us == row->ts.us)
        return true;
    return within_gap(draft, row->ts, next->ts);
}

static void set_close(struct draft *draft, struct taki_evidence *evidence, taki_date close_date)
{
    evidence->close_date = close_date;
    if (evidence->stage != TAKI_STAGE_LOST)
        return;
    evidence->reason_class = draft->input->loss_class;
    evidence->reason_raw = draft->input->loss_raw;
}

/* Close date in force once the row's day is over: the date may be corrected in the same edit, after the stage. */
static taki_date close_date_at(const struct draft *draft, const struct taki_deal_row *row)
{
    return taki_date_is_null(row->close_date) ? draft->input->close_date : row->close_date;
}

/* Returns whether the next open stage continues the pass. */
static bool closing(struct draft *draft, size_t i)
{
    const struct taki_deal_row *row = &draft->input->rows[i], *next = next_mapped(draft->input, i, row->stage);
    bool undone = is_undone(draft, row, next);
    if (!next && draft->input->is_closed && (row->stage == TAKI_STAGE_WON) == draft->input->is_won) {
        set_close(draft, add_row(draft, row->stage, TAKI_BY_HISTORY, row), draft->input->close_date);
    } else {
        struct taki_evidence *evidence = add_row(draft, row->stage, TAKI_BY_HISTORY, row);
        set_close(draft, evidence, close_date_at(draft, row));
        evidence->is_superseded = undone;
    }
    if (next && !is_closed(next->stage))
        draft->deal.n_reopened++;
    /* Won long after a loss without any open stage between: the new pass needs its SQL. */
    if (next && next->stage == TAKI_STAGE_WON && !undone)
        add_row(draft, TAKI_STAGE_SQL, TAKI_BY_HISTORY, next);
    return undone;
}

static void walk(struct draft *draft)
{
    const struct taki_deal_input *input = draft->input;
    enum taki_stage last = TAKI_STAGE_NONE;
    bool undone = false;
    for (size_t i = 0; i < input->row_count; i++) {
        const struct taki_deal_row *row = &input->rows[i];
        /* WON and LOST at one instant: WON (5.9). */
        bool is_beaten =
            row->stage == TAKI_STAGE_LOST && last == TAKI_STAGE_WON && i > 0 && input->rows[i - 1].ts.us == row->ts.us;
        if (row->stage == TAKI_STAGE_NONE || row->stage == last || is_beaten)
            continue;
        bool reopens = is_closed(last) && undone;
        if (is_closed(row->stage)) {
            undone = closing(draft, i);
        } else {
            if (is_closed(last) && !undone)
                draft->open_stage = TAKI_STAGE_NONE; /* a new pass begins */
            open_move(draft, row, reopens);
        }
        last = row->stage;
    }
}

/* 5.9: creation is SQL evidence only where no history maps to SAL, PSQL or a pre-acceptance stage. */
static void creation(struct draft *draft)
{
    const struct taki_deal_input *input = draft->input;
    if (input->has_stage_history || draft->was_stage[TAKI_STAGE_PSQL] || draft->was_stage[TAKI_STAGE_SAL] ||
        draft->was_stage[TAKI_STAGE_SQL])
        return;
    enum taki_stage now = plain(input->stage);
    if (input->row_count == 0 && (now == TAKI_STAGE_PSQL || now == TAKI_STAGE_SAL)) {
        add(draft, now, now == TAKI_STAGE_PSQL ? TAKI_BY_OPPORTUNITY : TAKI_BY_OPPORTUNITY_STAGE, input->created)
            ->actor = input->creator;
        draft->was_stage[now] = true;
        return;
    }
    bool is_full = input->amount != TAKI_I64_NULL && !taki_date_is_null(input->close_date);
    struct taki_evidence *evidence =
        add(draft, TAKI_STAGE_SQL, is_full ? TAKI_BY_CREATED_AMOUNT : TAKI_BY_CREATED, input->created);
    evidence->actor = input->creator;
    draft->was_stage[TAKI_STAGE_SQL] = true;
    if (!taki_instant_is_null(input->converted)) {
        evidence = add(draft, TAKI_STAGE_SQL, TAKI_BY_CONVERSION, input->converted);
        evidence->ref = input->converted_ref;
    }
}

/* 3.2 WON/LOST 2: a closed record without a closing in its history is closed at the end of its close date. */
static void close_without_history(struct draft *draft)
{
    const struct taki_deal_input *input = draft->input;
    enum taki_stage end = input->is_won ? TAKI_STAGE_WON : TAKI_STAGE_LOST;
    if (!input->is_closed || input->has_close_history || taki_date_is_null(input->close_date))
        return;
    for (size_t i = input->row_count; i > 0; i--) {
        if (input->rows[i - 1].stage == TAKI_STAGE_NONE)
            continue;
        if (is_closed(input->rows[i - 1].stage))
            return;
        break;
    }
    taki_instant at = taki_zone_day_end(draft->limits->zone, input->close_date);
    if (at.us < input->created.us)
        at = input->created;
    if (at.us > draft->limits->as_of.us)
        at = draft->limits->as_of;
    set_close(draft, add(draft, end, TAKI_BY_CLOSE_DATE, at), input->close_date);
}

static void sum_up(struct draft *draft)
{
    struct taki_deal *deal = &draft->deal;
    deal->is_open = true;
    deal->closed = TAKI_INSTANT_NULL;
    deal->code = draft->was_stage[TAKI_STAGE_SQL] ? TAKI_STAGE_SQL : TAKI_STAGE_SAL;
    for (size_t i = 0; i < deal->evidence_count; i++) {
        const struct taki_evidence *evidence = &draft->evidence[i];
        if (evidence->is_superseded)
            continue;
        bool closes = is_closed(evidence->stage);
        if (!taki_instant_is_null(deal->closed) && evidence->ts.us < deal->closed.us)
            continue;
        deal->is_open = !closes;
        deal->closed = closes ? evidence->ts : TAKI_INSTANT_NULL;
        if (closes) {
            deal->code = evidence->stage;
        } else {
            deal->code = draft->was_stage[TAKI_STAGE_SQL] ? TAKI_STAGE_SQL : TAKI_STAGE_SAL;
        }
    }
    const struct taki_deal_input *input = draft->input;
    taki_date last = TAKI_DATE_NULL;
    for (size_t i = 0; i < input->row_count; i++) {
        taki_date date = input->rows[i].close_date;
        if (taki_date_is_null(date))
            continue;
        deal->n_pushes += !taki_date_is_null(last) && date.days > last.days;
        last = date;
    }
}

struct taki_deal taki_deal_build(struct taki_arena *arena, const struct taki_limits *limits,
                                 const struct taki_deal_input *input)
{
    struct draft draft = {.arena = arena, .limits = limits, .input = input, .open_stage = TAKI_STAGE_NONE};
    draft.deal = (struct taki_deal){
        .rows = input->rows,
        .row_count = input->row_count,
        .created = input->created,
        .close_date = input->close_date,
        .amount = input->amount,
    };
    walk(&draft);
    creation(&draft);
    close_without_history(&draft);
    sum_up(&draft);
    draft.deal.evidence = draft.evidence;
    return draft.deal;
}

int64_t taki_deal_amount_at(const struct taki_deal *deal, taki_instant ts, bool *estimated)
{
    int64_t amount = TAKI_I64_NULL, first = TAKI_I64_NULL;
    for (size_t i = 0; i < deal->row_count; i++) {
        int64_t here = deal->rows[i].amount;
        if (first == TAKI_I64_NULL)
            first = here;
        if (deal->rows[i].ts.us <= ts.us && here != TAKI_I64_NULL)
            amount = here;
    }
    *estimated = first == TAKI_I64_NULL;
    if (*estimated)
        return deal->amount;
    return amount != TAKI_I64_NULL ? amount : first;
}
