#include "story_build.h"

#include <stdlib.h>
#include <string.h>

static int row_order(const void *left, const void *right)
{
    const struct taki_deal_row *a = left, *b = right;
    if (a->ts.us != b->ts.us)
        return a->ts.us < b->ts.us ? -1 : 1;
    return taki_str_compare(a->ref, b->ref);
}

/* What telling one deal needs. */
struct teller {
    struct taki_arena *arena;
    const struct taki_facts *facts;
    const struct taki_deal_dim *deal;
    const struct taki_person_rows *rows;
    struct taki_list *issues;
};

static taki_str ref_of(struct taki_arena *arena, const struct taki_head *head)
{
    return taki_str_of(
        taki_arena_format(arena, "%.*s:%.*s", TAKI_STR_ARG(head->source), TAKI_STR_ARG(head->source_id)));
}

static void issue(const struct teller *teller, const char *rule, const char *severity, const char *detail,
                  taki_str value, taki_date seen)
{
    struct taki_issue *copy = TAKI_NEW(teller->arena, struct taki_issue);
    *copy = (struct taki_issue){rule, severity, "opportunity", teller->deal->id, taki_str_of(detail), value, seen};
    taki_list_add(teller->arena, teller->issues, copy);
}

static enum taki_stage stage_of(const struct teller *teller, taki_str raw, taki_date seen)
{
    bool is_known;
    enum taki_stage stage = taki_facts_deal_stage(teller->facts, teller->deal, raw, &is_known);
    if (!is_known && !taki_str_is_blank(raw)) {
        issue(teller, "stage_unmapped", "warn",
              "maps.stage has no entry for this opportunity stage; the event is ignored", raw, seen);
    }
    bool is_deal_stage = stage >= TAKI_STAGE_PSQL && stage <= TAKI_STAGE_LOST;
    return is_deal_stage || stage == TAKI_STAGE_PRE ? stage : TAKI_STAGE_NONE;
}

static int64_t amount_of(const struct teller *teller, taki_str text, taki_str code)
{
    taki_currency currency = teller->deal->currency;
    if (!taki_str_is_blank(code) && !taki_currency_parse(code, &currency))
        return TAKI_I64_NULL;
    return teller->deal->has_currency ? taki_fx_parse(text, currency) : TAKI_I64_NULL;
}

static bool is_mine(const struct teller *teller, taki_str ref)
{
    return taki_facts_deal(teller->facts, ref) == (uint32_t)(teller->deal - teller->facts->deals);
}

static void add_history(const struct teller *teller, const struct taki_opportunity_history *row,
                        struct taki_deal_row *out)
{
    taki_date date = taki_zone_date(teller->facts->rules->limits.zone, row->ts);
    *out = (struct taki_deal_row){
        .ts = row->ts,
        .stage = stage_of(teller, row->stage, date),
        .amount = amount_of(teller, row->amount, row->currency),
        .close_date = row->close_date,
        .actor = taki_facts_function(teller->facts, row->actor, TAKI_STR_NULL, date),
        .actor_team = taki_facts_team(teller->facts, row->actor, date),
        .ref = ref_of(teller->arena, (const struct taki_head *)row),
    };
}

/* Where only field history landed: each change is a row that carries the one field. */
static bool add_change(const struct teller *teller, const struct taki_field_change *row, struct taki_deal_row *out)
{
    taki_date date = taki_zone_date(teller->facts->rules->limits.zone, row->ts);
    *out = (struct taki_deal_row){
        .ts = row->ts,
        .stage = TAKI_STAGE_NONE,
        .amount = TAKI_I64_NULL,
        .close_date = TAKI_DATE_NULL,
        .actor = taki_facts_function(teller->facts, row->actor, TAKI_STR_NULL, date),
        .actor_team = taki_facts_team(teller->facts, row->actor, date),
        .ref = ref_of(teller->arena, (const struct taki_head *)row),
    };
    if (taki_str_is(row->field, "StageName") || taki_str_is(row->field, "stage")) {
        out->stage = stage_of(teller, row->new_value, date);
    } else if (taki_str_is(row->field, "Amount") || taki_str_is(row->field, "amount")) {
        out->amount = amount_of(teller, row->new_value, TAKI_STR_NULL);
    } else if (taki_str_is(row->field, "CloseDate") || taki_str_is(row->field, "close_date")) {
        return taki_date_parse(row->new_value, &out->close_date);
    } else {
        return false;
    }
    return true;
}

static size_t add_rows(const struct teller *teller, struct taki_deal_row *out)
{
    taki_instant as_of = teller->facts->rules->limits.as_of;
    size_t count = 0;
    for (size_t i = 0; i < teller->rows->histories.count; i++) {
        const struct taki_opportunity_history *row = teller->rows->histories.items[i];
        if (is_mine(teller, row->opportunity) && !taki_instant_is_null(row->ts) && row->ts.us <= as_of.us)
            add_history(teller, row, &out[count++]);
    }
    if (count > 0)
        return count;
    for (size_t i = 0; i < teller->rows->changes.count; i++) {
        const struct taki_field_change *row = teller->rows->changes.items[i];
        if (is_mine(teller, row->record) && !taki_instant_is_null(row->ts) && row->ts.us <= as_of.us)
            count += add_change(teller, row, &out[count]);
    }
    return count;
}

static void told_elsewhere(const struct teller *teller, struct taki_deal_input *input)
{
    for (size_t i = 0; i < teller->rows->evidence.count; i++) {
        const struct taki_stage_evidence *row = teller->rows->evidence.items[i];
        if (!is_mine(teller, row->opportunity))
            continue;
        struct taki_place place = {row->source, row->object, TAKI_STR("stage")};
        enum taki_stage stage =
            taki_stage_find(taki_rules_value(teller->facts->rules, TAKI_MAP_STAGE, place, row->stage));
        input->has_close_history |= stage == TAKI_STAGE_WON || stage == TAKI_STAGE_LOST;
        input->has_stage_history |= stage >= TAKI_STAGE_PSQL && stage <= TAKI_STAGE_SQL;
    }
}

static void check(const struct teller *teller, const struct taki_deal_input *input)
{
    taki_date seen = taki_instant_is_null(input->created)
                         ? teller->facts->today
                         : taki_zone_date(teller->facts->rules->limits.zone, input->created);
    const struct taki_opportunity *record = teller->deal->record;
    if (!teller->deal->has_currency)
        issue(teller, "currency_unknown", "error", "the amount's currency is no ISO 4217 code", record->currency, seen);
    if (input->amount == TAKI_I64_NULL || input->amount == 0) {
        issue(teller, "amount_missing", "warn", "counted, but left out of sums and averages", record->amount, seen);
    } else if (input->amount < 0) {
        issue(teller, "amount_negative", "warn", "kept as it is", record->amount, seen);
    }
    bool no_rate = input->amount != TAKI_I64_NULL &&
                   taki_fx_convert(teller->facts->fx, input->amount, teller->deal->currency, teller->facts->today) ==
                       TAKI_I64_NULL;
    if (no_rate) {
        issue(teller, "fx_missing", "warn", "no rate to the reporting currency; the amount is NULL",
              taki_str_of(taki_arena_format(teller->arena, "%s", teller->deal->currency.code)), seen);
    }
    if (input->is_closed && !input->is_won && taki_str_is_null(input->loss_class)) {
        issue(teller, "lost_reason_unknown", "warn", "maps.loss_reason has no class for the loss reason",
              record->loss_reason, taki_date_is_null(input->close_date) ? seen : input->close_date);
    }
}

struct taki_deal taki_facts_tell_deal(struct taki_arena *arena, const struct taki_facts *facts, uint32_t deal,
                                      uint32_t local, const struct taki_person_rows *rows, struct taki_list *issues)
{
    const struct taki_deal_dim *dim = &facts->deals[deal];
    const struct taki_opportunity *record = dim->record;
    struct teller teller = {arena, facts, dim, rows, issues};
    struct taki_deal_row *history =
        TAKI_NEW_ARRAY(arena, rows->histories.count + rows->changes.count, struct taki_deal_row);
    size_t count = add_rows(&teller, history);
    if (count > 1)
        qsort(history, count, sizeof *history, row_order);
    taki_date seen = taki_instant_is_null(record->created_at)
                         ? facts->today
                         : taki_zone_date(facts->rules->limits.zone, record->created_at);
    struct taki_deal_input input = {
        .deal = local,
        .source = record->source,
        .ref = dim->id,
        .role = taki_rules_role(facts->rules, record->source),
        .created = record->created_at,
        .creator = dim->creator,
        .stage = stage_of(&teller, record->stage, seen),
        .is_closed = record->is_closed == 1,
        .is_won = record->is_won == 1,
        .amount = amount_of(&teller, record->amount, record->currency),
        .close_date = record->close_date,
        .loss_class = dim->loss_class,
        .loss_raw = record->loss_reason,
        .rows = history,
        .row_count = count,
        .converted = dim->converted,
        .converted_ref = dim->converted_ref,
    };
    if (taki_instant_is_null(input.created) && count > 0)
        input.created = history[0].ts;
    if (taki_instant_is_null(input.created))
        input.created = facts->rules->limits.as_of;
    if (record->is_closed == TAKI_BOOL_NULL) {
        input.is_closed = input.stage == TAKI_STAGE_WON || input.stage == TAKI_STAGE_LOST;
        input.is_won = input.stage == TAKI_STAGE_WON;
    }
    told_elsewhere(&teller, &input);
    check(&teller, &input);
    return taki_deal_build(arena, &facts->rules->limits, &input);
}

void taki_case_deals(struct taki_case *one)
{
    one->built = TAKI_NEW_ARRAY(one->arena, one->deal_count, struct taki_deal);
    for (uint32_t i = 0; i < one->deal_count; i++) {
        one->built[i] = taki_facts_tell_deal(one->arena, one->facts, one->deals[i], i, one->rows, &one->issues);
        for (size_t k = 0; k < one->built[i].evidence_count; k++) {
            struct taki_evidence *evidence =
                taki_case_evidence(one, TAKI_STAGE_KNOWN, TAKI_BY_HISTORY, TAKI_INSTANT_NULL);
            *evidence = one->built[i].evidence[k];
        }
    }
}
