#include "story_build.h"

#include <string.h>

static taki_str mapped(const struct taki_case *one, enum taki_map_kind kind, const struct taki_activity *row,
                       const char *field, taki_str value)
{
    struct taki_place place = {row->source, row->object, taki_str_of(field)};
    return taki_rules_value(one->rules, kind, place, value);
}

static struct taki_evidence *of_activity(struct taki_case *one, const struct taki_activity *row, enum taki_stage stage,
                                         enum taki_kind kind, taki_instant ts)
{
    taki_date date = taki_zone_date(one->rules->limits.zone, ts);
    struct taki_evidence *evidence = taki_case_evidence(one, stage, kind, ts);
    evidence->source = row->source;
    evidence->ref = taki_case_ref(one, row);
    evidence->role = taki_rules_role(one->rules, row->source);
    evidence->actor = taki_facts_function(one->facts, row->actor, row->actor_function, date);
    evidence->actor_team = taki_facts_team(one->facts, row->actor, date);
    evidence->is_human = true;
    return evidence;
}

static bool is_contact(taki_str type)
{
    return taki_str_is(type, "call") || taki_str_is(type, "meeting") || taki_str_is(type, "visit");
}

static bool reached(taki_str type, taki_str outcome)
{
    if (taki_str_is(outcome, "connected") || taki_str_is(outcome, "appointment"))
        return true;
    return taki_str_is_null(outcome) && (taki_str_is(type, "meeting") || taki_str_is(type, "visit"));
}

/* Evidence in an activity: a toss-up (PSQL 2), an inbound call (INQ 2), a rejecting outcome (REJECTED 2). */
static void evidence_in(struct taki_case *one, const struct taki_activity *row, taki_instant ts, taki_str type,
                        taki_str outcome)
{
    if (taki_str_is(type, "toss_up") || taki_str_starts(row->subject, TAKI_STR("トスアップ")))
        (void)of_activity(one, row, TAKI_STAGE_PSQL, TAKI_BY_TOSS_UP, ts);
    if (taki_str_is(type, "call") && taki_str_is(row->direction, "in"))
        of_activity(one, row, TAKI_STAGE_INQ, TAKI_BY_INBOUND, ts)->actor = TAKI_FUNCTION_MARKETING;
    enum taki_stage end = taki_stage_find(outcome);
    if (end == TAKI_STAGE_REJECTED || end == TAKI_STAGE_RECYCLED) {
        struct taki_evidence *evidence = of_activity(one, row, end, TAKI_BY_TASK, ts);
        evidence->reason_raw = row->outcome;
        evidence->reason_class = TAKI_STR("other");
    }
}

static void tell(struct taki_case *one, const struct taki_activity *row)
{
    taki_instant ts = taki_case_instant(one, row->ts, row->date);
    if (row->is_planned == 1 || taki_instant_is_null(ts) || ts.us > one->rules->limits.as_of.us)
        return;
    taki_str type = mapped(one, TAKI_MAP_ACTIVITY_TYPE, row, "Type", row->type);
    taki_str outcome = mapped(one, TAKI_MAP_ACTIVITY_OUTCOME, row, "CallDisposition", row->outcome);
    struct taki_story_activity *activity = TAKI_NEW(one->arena, struct taki_story_activity);
    *activity = (struct taki_story_activity){
        .ts = ts,
        .function = taki_facts_function(one->facts, row->actor, row->actor_function,
                                        taki_zone_date(one->rules->limits.zone, ts)),
        .is_connect = (is_contact(type) || taki_str_is_null(type)) && reached(type, outcome),
        .is_automated = row->is_automated == 1,
    };
    taki_list_add(one->arena, &one->activities, activity);
    if (row->is_automated != 1)
        evidence_in(one, row, ts, type, outcome);
}

static bool is_owner_field(taki_str field)
{
    return taki_str_is(field, "Owner") || taki_str_is(field, "OwnerId") || taki_str_is(field, "owner");
}

static enum taki_function new_owner(const struct taki_case *one, const struct taki_field_change *change)
{
    taki_date date = taki_zone_date(one->rules->limits.zone, change->ts);
    enum taki_function function = taki_facts_function(one->facts, change->new_value, TAKI_STR_NULL, date);
    if (function != TAKI_FUNCTION_NONE)
        return function;
    taki_str ref = taki_str_of(
        taki_arena_format(one->arena, "%.*s:%.*s", TAKI_STR_ARG(change->source), TAKI_STR_ARG(change->new_value)));
    return taki_facts_function(one->facts, ref, TAKI_STR_NULL, date);
}

/* 3.2 SAL 3: first field activity after the record was given to a field user. */
static void first_activity(struct taki_case *one, const struct taki_field_change *change)
{
    const struct taki_activity *best = NULL;
    taki_instant at = TAKI_INSTANT_NULL;
    if (!is_owner_field(change->field) || taki_instant_is_null(change->ts) ||
        new_owner(one, change) != TAKI_FUNCTION_FIELD)
        return;
    for (size_t i = 0; i < one->rows->activities.count; i++) {
        const struct taki_activity *row = one->rows->activities.items[i];
        taki_instant ts = taki_case_instant(one, row->ts, row->date);
        bool counts = row->is_planned != 1 && row->is_automated != 1 && !taki_instant_is_null(ts) &&
                      ts.us >= change->ts.us && ts.us <= one->rules->limits.as_of.us;
        if (!counts || (best && ts.us >= at.us))
            continue;
        if (taki_facts_function(one->facts, row->actor, row->actor_function,
                                taki_zone_date(one->rules->limits.zone, ts)) == TAKI_FUNCTION_FIELD) {
            best = row;
            at = ts;
        }
    }
    if (best)
        (void)of_activity(one, best, TAKI_STAGE_SAL, TAKI_BY_FIRST_ACTIVITY, at);
}

void taki_case_activities(struct taki_case *one)
{
    for (size_t i = 0; i < one->rows->activities.count; i++)
        tell(one, one->rows->activities.items[i]);
    for (size_t i = 0; i < one->rows->changes.count; i++)
        first_activity(one, one->rows->changes.items[i]);
}
