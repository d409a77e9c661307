#include "story_build.h"

#include <stdlib.h>
#include <string.h>

static bool is_late(const struct taki_case *one, taki_instant ts)
{
    return taki_instant_is_null(ts) || ts.us > one->rules->limits.as_of.us;
}

static bool is_bad_end(enum taki_stage stage)
{
    return stage == TAKI_STAGE_REJECTED || stage == TAKI_STAGE_RECYCLED || stage == TAKI_STAGE_LOST;
}

/* Salesforce history does not name the record's reason field; the record's own reason stands for its current status. */
static void add_reason(const struct taki_case *one, struct taki_evidence *evidence,
                       const struct taki_field_change *change)
{
    struct taki_place place = {change->source, change->object, TAKI_STR("status_reason")};
    taki_str raw = change->reason;
    for (uint32_t i = 0; taki_str_is_blank(raw) && i < one->golden->member_count; i++) {
        const struct taki_person *member = one->golden->members[i];
        taki_str ref = taki_case_ref(one, member);
        if (taki_str_equal(ref, change->record) && taki_str_equal(member->status, change->new_value))
            raw = member->status_reason;
    }
    if (taki_str_is_blank(raw))
        return;
    evidence->reason_raw = raw;
    evidence->reason_class = taki_rules_value(one->rules, TAKI_MAP_LOSS_REASON, place, raw);
}

static taki_str status_field(taki_str field)
{
    /* Fields that hold a stage in every org: a value without a map is worth a finding, other fields are none of ours.
     */
    return taki_str_is(field, "Status") || taki_str_is(field, "Lead Status") || taki_str_is(field, "Revenue Stage")
               ? field
               : TAKI_STR_NULL;
}

static void unmapped(struct taki_case *one, const struct taki_field_change *change, struct taki_place place)
{
    bool is_status =
        !taki_str_is_null(status_field(change->field)) || taki_rules_has_map(one->rules, TAKI_MAP_STAGE, place);
    if (!is_status || taki_str_is_blank(change->new_value))
        return;
    taki_case_issue(one, (struct taki_issue){"stage_unmapped", "warn", "person", taki_case_ref(one, change),
                                             TAKI_STR("maps.stage has no entry for this value; the event is ignored"),
                                             change->new_value, taki_zone_date(one->rules->limits.zone, change->ts)});
}

static enum taki_stage stage_of(const struct taki_case *one, struct taki_place place, taki_str value)
{
    return taki_stage_find(taki_rules_map(one->rules, TAKI_MAP_STAGE, place, value));
}

static bool is_step(enum taki_stage stage)
{
    return stage >= TAKI_STAGE_INQ && stage <= TAKI_STAGE_WON;
}

/* One change of a status field. Cleared or set back to a plain lead is a step back to INQ (3.6). */
static void history(struct taki_case *one, const struct taki_field_change *change)
{
    struct taki_place place = {change->source, change->object, change->field};
    taki_str mapped = taki_rules_map(one->rules, TAKI_MAP_STAGE, place, change->new_value);
    enum taki_stage before = stage_of(one, place, change->old_value), now = taki_stage_find(mapped);
    bool is_cleared = before >= TAKI_STAGE_MQL && is_step(before) &&
                      (now == TAKI_STAGE_KNOWN || taki_str_is_blank(change->new_value));
    if (is_late(one, change->ts))
        return;
    if (taki_str_is_null(mapped) && !is_cleared) {
        unmapped(one, change, place);
        return;
    }
    if (is_cleared)
        now = TAKI_STAGE_INQ;
    if (now == TAKI_STAGE_PRE)
        now = TAKI_STAGE_PSQL;
    if (now == TAKI_STAGE_NONE || now == TAKI_STAGE_KNOWN)
        return;
    taki_date date = taki_zone_date(one->rules->limits.zone, change->ts);
    struct taki_evidence *evidence = taki_case_evidence(one, now, TAKI_BY_HISTORY, change->ts);
    evidence->source = change->source;
    evidence->ref = taki_case_ref(one, change);
    evidence->role = taki_rules_role(one->rules, change->source);
    evidence->actor = taki_facts_function(one->facts, change->actor, TAKI_STR_NULL, date);
    evidence->actor_team = taki_facts_team(one->facts, change->actor, date);
    evidence->is_human = evidence->actor != TAKI_FUNCTION_NONE && evidence->actor != TAKI_FUNCTION_SYSTEM;
    evidence->is_regress =
        is_step(before) && is_step(now) && taki_stage_info(now)->rank < taki_stage_info(before)->rank;
    if (is_bad_end(now))
        add_reason(one, evidence, change);
}

static int evidence_order(const void *left, const void *right)
{
    const struct taki_evidence *a = *(const struct taki_evidence *const *)left;
    const struct taki_evidence *b = *(const struct taki_evidence *const *)right;
    if (a->ts.us != b->ts.us)
        return a->ts.us < b->ts.us ? -1 : 1;
    if (a->stage != b->stage)
        return (int)a->stage - (int)b->stage;
    return taki_str_compare(a->ref, b->ref);
}

static void told_reason(const struct taki_case *one, const struct taki_stage_evidence *row,
                        struct taki_evidence *evidence)
{
    struct taki_place place = {row->source, row->object, TAKI_STR("reason")};
    if (taki_str_is_blank(row->reason))
        return;
    evidence->reason_raw = row->reason;
    evidence->reason_class = taki_rules_value(one->rules, TAKI_MAP_LOSS_REASON, place, row->reason);
}

static struct taki_evidence *told(struct taki_case *one, const struct taki_stage_evidence *row)
{
    taki_instant ts = taki_case_instant(one, row->ts, row->date);
    struct taki_place place = {row->source, row->object, TAKI_STR("stage")};
    taki_str code = taki_rules_value(one->rules, TAKI_MAP_STAGE, place, row->stage);
    enum taki_stage stage = taki_stage_find(code);
    enum taki_kind kind = TAKI_BY_HISTORY;
    if (is_late(one, ts))
        return NULL;
    if (taki_str_is_null(code)) {
        taki_case_issue(one,
                        (struct taki_issue){"stage_unmapped", "warn", "stage_evidence", taki_case_ref(one, row),
                                            TAKI_STR("maps.stage has no entry for this value; the event is ignored"),
                                            row->stage, taki_zone_date(one->rules->limits.zone, ts)});
        return NULL;
    }
    if (stage == TAKI_STAGE_PRE)
        stage = TAKI_STAGE_PSQL;
    if (stage == TAKI_STAGE_NONE || stage == TAKI_STAGE_KNOWN)
        return NULL;
    if (!taki_str_is_blank(row->evidence_kind))
        (void)taki_kind_find(row->evidence_kind, &kind);
    taki_date date = taki_zone_date(one->rules->limits.zone, ts);
    struct taki_evidence *evidence = taki_case_evidence(one, stage, kind, ts);
    evidence->source = row->source;
    evidence->ref = taki_case_ref(one, row);
    evidence->role = taki_rules_role(one->rules, row->source);
    evidence->actor = taki_facts_function(one->facts, row->actor, row->actor_function, date);
    evidence->actor_team = taki_facts_team(one->facts, row->actor, date);
    evidence->is_human = !taki_str_is_blank(row->actor) && evidence->actor != TAKI_FUNCTION_SYSTEM;
    evidence->deal = taki_case_deal(one, row->opportunity);
    if (evidence->deal != TAKI_NO_INDEX && (stage == TAKI_STAGE_WON || stage == TAKI_STAGE_LOST))
        evidence->close_date = one->facts->deals[one->deals[evidence->deal]].record->close_date;
    told_reason(one, row, evidence);
    return evidence;
}

/* A list of stage entries has no old values: going back to a stage already seen in the same source, subject and pass is
 * a step back. */
static void mark_steps_back(const struct taki_list *told_list)
{
    for (size_t i = 0; i < told_list->count; i++) {
        struct taki_evidence *evidence = told_list->items[i];
        enum taki_stage highest = TAKI_STAGE_KNOWN;
        bool was_here = false;
        if (evidence->kind != TAKI_BY_HISTORY || !is_step(evidence->stage))
            continue;
        for (size_t k = i; k > 0; k--) {
            const struct taki_evidence *earlier = told_list->items[k - 1];
            if (!taki_str_equal(earlier->source, evidence->source) || earlier->deal != evidence->deal ||
                earlier->kind != TAKI_BY_HISTORY)
                continue;
            if (taki_stage_info(earlier->stage)->is_end)
                break;
            was_here |= earlier->stage == evidence->stage;
            if (highest == TAKI_STAGE_KNOWN)
                highest = earlier->stage;
        }
        evidence->is_regress = was_here && highest > evidence->stage;
    }
}

void taki_case_history(struct taki_case *one)
{
    struct taki_list told_list = {0};
    for (size_t i = 0; i < one->rows->changes.count; i++)
        history(one, one->rows->changes.items[i]);
    for (size_t i = 0; i < one->rows->evidence.count; i++) {
        struct taki_evidence *evidence = told(one, one->rows->evidence.items[i]);
        if (evidence)
            taki_list_add(one->arena, &told_list, evidence);
    }
    if (told_list.count > 1)
        qsort(told_list.items, told_list.count, sizeof *told_list.items, evidence_order);
    mark_steps_back(&told_list);
}

static bool has_stage(const struct taki_case *one, enum taki_stage stage)
{
    for (size_t i = 0; i < one->evidence.count; i++) {
        if (((const struct taki_evidence *)one->evidence.items[i])->stage == stage)
            return true;
    }
    return false;
}

static struct taki_evidence *of_record(struct taki_case *one, const struct taki_person *member, enum taki_stage stage,
                                       enum taki_kind kind, taki_instant ts)
{
    struct taki_evidence *evidence = taki_case_evidence(one, stage, kind, ts);
    evidence->source = member->source;
    evidence->ref = taki_case_ref(one, member);
    evidence->role = taki_rules_role(one->rules, member->source);
    return evidence;
}

static int instant_order(const void *left, const void *right)
{
    int64_t a = ((const taki_instant *)left)->us, b = ((const taki_instant *)right)->us;
    return a < b ? -1 : a > b;
}

/* The first change in the history that filled the answer of this record. */
static taki_instant filled_in_history(const struct taki_case *one, const struct taki_person *member, size_t answer)
{
    taki_instant first = TAKI_INSTANT_NULL;
    taki_str ref = taki_case_ref(one, member);
    for (size_t f = 0; f < one->rules->bant_field_count; f++) {
        const struct taki_bant_field *field = &one->rules->bant_fields[f];
        if (field->answer != answer || !taki_str_equal(field->source, member->source) ||
            !taki_str_equal(field->object, member->object))
            continue;
        for (size_t i = 0; i < one->rows->changes.count; i++) {
            const struct taki_field_change *change = one->rows->changes.items[i];
            if (taki_str_equal(change->field, field->name) && taki_str_equal(change->record, ref) &&
                !taki_str_is_blank(change->new_value) && (taki_instant_is_null(first) || change->ts.us < first.us))
                first = change->ts;
        }
    }
    return first;
}

/* 3.2 PSQL 3: dated when the bant_required-th field was filled (5.9); a field counts when its date is known, from a
 * date field or from the history. */
static void bant(struct taki_case *one, const struct taki_person *member)
{
    taki_instant filled[4] = {member->bant_budget_at, member->bant_authority_at, member->bant_need_at,
                              member->bant_timing_at};
    const taki_str values[4] = {member->bant_budget, member->bant_authority, member->bant_need, member->bant_timing};
    taki_instant dates[4];
    size_t count = 0;
    for (size_t i = 0; i < 4; i++) {
        if (taki_str_is_blank(values[i]))
            continue;
        if (taki_instant_is_null(filled[i]))
            filled[i] = filled_in_history(one, member, i);
        if (is_late(one, filled[i]))
            continue;
        dates[count++] = filled[i];
        taki_instant *known = &one->story.bant_at[i];
        if (taki_instant_is_null(*known) || filled[i].us < known->us)
            *known = filled[i];
    }
    qsort(dates, count, sizeof *dates, instant_order);
    size_t required = (size_t)one->rules->limits.bant_required;
    if (count < required)
        return;
    struct taki_evidence *evidence = of_record(one, member, TAKI_STAGE_PSQL, TAKI_BY_BANT, dates[required - 1]);
    evidence->actor = TAKI_FUNCTION_INSIDE;
}

/* 3.2 REJECTED 3: the current status, where no history tells of it. */
static void current_status(struct taki_case *one, const struct taki_person *member)
{
    struct taki_place place = {member->source, member->object, TAKI_STR("Status")};
    enum taki_stage stage = stage_of(one, place, member->status);
    if (!is_bad_end(stage) || stage == TAKI_STAGE_LOST || has_stage(one, stage) || is_late(one, member->modified_at))
        return;
    struct taki_evidence *evidence = of_record(one, member, stage, TAKI_BY_STATUS, member->modified_at);
    if (taki_str_is_blank(member->status_reason))
        return;
    place.field = TAKI_STR("status_reason");
    evidence->reason_raw = member->status_reason;
    evidence->reason_class = taki_rules_value(one->rules, TAKI_MAP_LOSS_REASON, place, member->status_reason);
}

static void creation(struct taki_case *one, const struct taki_person *member)
{
    struct taki_place place = {member->source, member->object, TAKI_STR("LeadSource")};
    taki_str source = taki_rules_value(one->rules, TAKI_MAP_LEAD_SOURCE, place, member->lead_source);
    if (is_late(one, member->created_at))
        return;
    bool is_inbound = taki_str_is(source, "inbound");
    if (is_inbound || taki_str_is(source, "marketing")) {
        of_record(one, member, TAKI_STAGE_INQ, is_inbound ? TAKI_BY_INBOUND : TAKI_BY_RECORD_CREATED,
                  member->created_at)
            ->actor = TAKI_FUNCTION_MARKETING;
    }
}

/* 3.2 MQL 4: the SFA lead that the MA's sync user made, for a person without any better MQL evidence. */
static void handover(struct taki_case *one, const struct taki_person *member, bool knows_mql)
{
    if (knows_mql || taki_rules_role(one->rules, member->source) != TAKI_ROLE_SFA || is_late(one, member->created_at))
        return;
    taki_date date = taki_zone_date(one->rules->limits.zone, member->created_at);
    if (taki_facts_function(one->facts, member->creator, member->creator_function, date) == TAKI_FUNCTION_SYSTEM &&
        taki_str_is(member->object, "Lead"))
        of_record(one, member, TAKI_STAGE_MQL, TAKI_BY_HANDOVER, member->created_at)->actor = TAKI_FUNCTION_MARKETING;
}

void taki_case_record_evidence(struct taki_case *one)
{
    bool knows_mql = has_stage(one, TAKI_STAGE_MQL);
    for (size_t i = 0; i < TAKI_LEN(one->story.bant_at); i++)
        one->story.bant_at[i] = TAKI_INSTANT_NULL;
    for (uint32_t i = 0; i < one->golden->member_count; i++) {
        const struct taki_person *member = one->golden->members[i];
        bant(one, member);
        current_status(one, member);
        creation(one, member);
        if (!is_late(one, member->mql_at)) {
            of_record(one, member, TAKI_STAGE_MQL, TAKI_BY_FIELD, member->mql_at)->actor = TAKI_FUNCTION_MARKETING;
            knows_mql = true;
        }
    }
    for (uint32_t i = 0; i < one->golden->member_count; i++)
        handover(one, one->golden->members[i], knows_mql);
}
