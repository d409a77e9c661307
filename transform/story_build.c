#include "story_build.h"

#include <stdlib.h>
#include <string.h>

struct taki_evidence *taki_case_evidence(struct taki_case *one, enum taki_stage stage, enum taki_kind kind,
                                         taki_instant ts)
{
    struct taki_evidence *evidence = TAKI_NEW(one->arena, struct taki_evidence);
    *evidence = (struct taki_evidence){
        .ts = ts,
        .stage = stage,
        .kind = kind,
        .deal = TAKI_NO_INDEX,
        .touch = TAKI_NO_INDEX,
        .close_date = TAKI_DATE_NULL,
    };
    taki_list_add(one->arena, &one->evidence, evidence);
    return evidence;
}

void taki_case_issue(struct taki_case *one, struct taki_issue issue)
{
    struct taki_issue *copy = TAKI_NEW(one->arena, struct taki_issue);
    *copy = issue;
    taki_list_add(one->arena, &one->issues, copy);
}

taki_str taki_case_ref(const struct taki_case *one, const void *row)
{
    const struct taki_head *head = row;
    size_t size = head->source.size + 1 + head->source_id.size;
    char *text = taki_arena_alloc(one->arena, size + 1);
    memcpy(text, head->source.data, head->source.size);
    text[head->source.size] = ':';
    if (head->source_id.size > 0)
        memcpy(text + head->source.size + 1, head->source_id.data, head->source_id.size);
    return (taki_str){text, size};
}

taki_instant taki_case_instant(const struct taki_case *one, taki_instant ts, taki_date date)
{
    if (!taki_instant_is_null(ts) || taki_date_is_null(date))
        return ts;
    return taki_zone_day_end(one->rules->limits.zone, date);
}

uint32_t taki_case_deal(const struct taki_case *one, taki_str ref)
{
    uint32_t deal = taki_facts_deal(one->facts, ref);
    for (size_t i = 0; deal != TAKI_NO_INDEX && i < one->deal_count; i++) {
        if (one->deals[i] == deal)
            return (uint32_t)i;
    }
    return TAKI_NO_INDEX;
}

static int tenure_order(const void *left, const void *right)
{
    const struct taki_tenure *a = left, *b = right;
    if (a->from.us != b->from.us)
        return a->from.us < b->from.us ? -1 : 1;
    return a->account < b->account ? -1 : a->account > b->account;
}

static bool is_account_field(taki_str field)
{
    static const char *const names[] = {"AccountId", "Account", "account"};
    for (size_t i = 0; i < TAKI_LEN(names); i++) {
        if (taki_str_is(field, names[i]))
            return true;
    }
    return false;
}

static uint32_t account_of_value(const struct taki_case *one, const struct taki_field_change *change, taki_str value)
{
    if (taki_str_is_blank(value))
        return TAKI_NO_INDEX;
    uint32_t account = taki_golden_account_of(one->facts->golden, value);
    if (account != TAKI_NO_INDEX)
        return account;
    taki_str ref =
        taki_str_of(taki_arena_format(one->arena, "%.*s:%.*s", TAKI_STR_ARG(change->source), TAKI_STR_ARG(value)));
    return taki_golden_account_of(one->facts->golden, ref);
}

/* Company over time: from history of the account field, and from records that say since when they hold. */
void taki_case_tenures(struct taki_case *one)
{
    size_t room = 1 + 2 * one->rows->changes.count + one->golden->member_count, count = 0;
    struct taki_tenure *tenures = TAKI_NEW_ARRAY(one->arena, room, struct taki_tenure);
    const taki_instant always = {INT64_MIN};
    uint32_t before = one->golden->account;
    taki_instant first = {INT64_MAX};
    for (size_t i = 0; i < one->rows->changes.count; i++) {
        const struct taki_field_change *change = one->rows->changes.items[i];
        if (!is_account_field(change->field) || taki_instant_is_null(change->ts))
            continue;
        uint32_t from = account_of_value(one, change, change->old_value),
                 to = account_of_value(one, change, change->new_value);
        if (from != TAKI_NO_INDEX && change->ts.us < first.us) {
            first = change->ts;
            before = from;
        }
        if (to != TAKI_NO_INDEX)
            tenures[count++] = (struct taki_tenure){change->ts, to};
    }
    for (uint32_t i = 0; i < one->golden->member_count; i++) {
        const struct taki_person *member = one->golden->members[i];
        uint32_t account = taki_instant_is_null(member->valid_from) || taki_str_is_blank(member->account)
                               ? TAKI_NO_INDEX
                               : taki_golden_account_of(one->facts->golden, member->account);
        if (account != TAKI_NO_INDEX)
            tenures[count++] = (struct taki_tenure){member->valid_from, account};
    }
    if (count > 1)
        qsort(tenures, count, sizeof *tenures, tenure_order);
    if (taki_instant_is_null(first) || first.us == INT64_MAX)
        before = count > 0 ? tenures[0].account : one->golden->account;
    tenures[count] = (struct taki_tenure){always, before};
    qsort(tenures, count + 1, sizeof *tenures, tenure_order);
    one->story.tenures = tenures;
    one->story.tenure_count = count + 1;
}

static int activity_order(const void *left, const void *right)
{
    const struct taki_story_activity *a = left, *b = right;
    if (a->ts.us != b->ts.us)
        return a->ts.us < b->ts.us ? -1 : 1;
    return (int)a->function - (int)b->function;
}

static void finish(struct taki_case *one)
{
    struct taki_evidence *evidence = TAKI_NEW_ARRAY(one->arena, one->evidence.count, struct taki_evidence);
    for (size_t i = 0; i < one->evidence.count; i++)
        evidence[i] = *(const struct taki_evidence *)one->evidence.items[i];
    struct taki_story_activity *activities =
        TAKI_NEW_ARRAY(one->arena, one->activities.count, struct taki_story_activity);
    for (size_t i = 0; i < one->activities.count; i++)
        activities[i] = *(const struct taki_story_activity *)one->activities.items[i];
    if (one->activities.count > 1)
        qsort(activities, one->activities.count, sizeof *activities, activity_order);
    struct taki_story_deal *deals = TAKI_NEW_ARRAY(one->arena, one->deal_count, struct taki_story_deal);
    for (size_t i = 0; i < one->deal_count; i++)
        deals[i].creator = one->facts->deals[one->deals[i]].creator;
    one->story.evidence = evidence;
    one->story.evidence_count = one->evidence.count;
    one->story.activities = activities;
    one->story.activity_count = one->activities.count;
    one->story.deals = deals;
    one->story.deal_count = one->deal_count;
    one->story.touches = one->touches.touches;
    one->story.touch_count = one->touches.count;
    one->passes = taki_passes_build(one->arena, &one->rules->limits, &one->story);
}

static const struct {
    const char *rule, *severity, *detail;
} core_findings[] = {
    {"stage_out_of_order",   "warn",
     "evidence of the stage is later than that of a higher stage; the milestone was inferred"                     },
    {"conflict_status",      "warn", "the status ends the lead while its opportunity is open; the pass stays open"},
    {"stage_missing_reason", "warn", "the pass ended without a reason"                                            },
};

static void add_findings(struct taki_case *one, taki_str entity_id, const char *entity)
{
    for (size_t i = 0; i < one->passes.finding_count; i++) {
        const struct taki_finding *finding = &one->passes.findings[i];
        for (size_t k = 0; k < TAKI_LEN(core_findings); k++) {
            if (strcmp(core_findings[k].rule, finding->rule) != 0)
                continue;
            taki_str record = taki_str_of(taki_arena_format(one->arena, "%.*s/%d/%.*s", TAKI_STR_ARG(entity_id),
                                                            (int)finding->pass_no, TAKI_STR_ARG(finding->value)));
            taki_case_issue(one, (struct taki_issue){finding->rule, core_findings[k].severity, entity, record,
                                                     taki_str_of(core_findings[k].detail), finding->ref,
                                                     taki_zone_date(one->rules->limits.zone, finding->ts)});
        }
    }
}

void taki_case_tell(struct taki_case *one, struct taki_arena *arena, const struct taki_facts *facts, uint32_t person,
                    const struct taki_person_rows *rows)
{
    *one = (struct taki_case){.arena = arena,
                              .facts = facts,
                              .rules = facts->rules,
                              .person = person,
                              .golden = &facts->persons[person],
                              .rows = rows};
    one->deals = taki_facts_led(facts, person, &one->deal_count);
    taki_case_touches(one);
    taki_case_subject(one);
    taki_case_tenures(one);
    taki_case_history(one);
    taki_case_activities(one);
    taki_case_deals(one);
    taki_case_record_evidence(one);
    taki_case_scores(one);
    finish(one);
    add_findings(one, one->golden->id, "journey");
}

void taki_case_tell_deal(struct taki_case *one, struct taki_arena *arena, const struct taki_facts *facts, uint32_t deal,
                         const struct taki_person_rows *rows)
{
    uint32_t *deals = TAKI_NEW(arena, uint32_t);
    *deals = deal;
    *one = (struct taki_case){.arena = arena,
                              .facts = facts,
                              .rules = facts->rules,
                              .person = TAKI_NO_INDEX,
                              .rows = rows,
                              .deals = deals,
                              .deal_count = 1};
    struct taki_tenure *tenure = TAKI_NEW(arena, struct taki_tenure);
    *tenure = (struct taki_tenure){{INT64_MIN}, facts->deals[deal].account};
    one->story.tenures = tenure;
    one->story.tenure_count = 1;
    one->story.static_grade = TAKI_STR("D");
    for (size_t i = 0; i < TAKI_LEN(one->story.bant_at); i++)
        one->story.bant_at[i] = TAKI_INSTANT_NULL;
    taki_case_deals(one);
    finish(one);
    add_findings(one, facts->deals[deal].id, "opportunity");
}
