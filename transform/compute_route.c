#include "compute.h"
#include "compute_records.h"

#include "taki/pool.h"

/* Facts read in one pass over the streamed entities; each partition is a work item. */
static const enum taki_entity routed[] = {
    TAKI_ENTITY_TOUCH,          TAKI_ENTITY_CAMPAIGN_MEMBER, TAKI_ENTITY_ACTIVITY,           TAKI_ENTITY_FIELD_CHANGE,
    TAKI_ENTITY_STAGE_EVIDENCE, TAKI_ENTITY_SCORE_EVENT,     TAKI_ENTITY_OPPORTUNITY_HISTORY};

struct item {
    enum taki_entity entity;
    size_t partition;
};

struct route {
    struct taki_compute *compute;
    struct item *items;
    size_t count;
};

static void list_items(struct taki_compute *compute, const enum taki_entity *entities, size_t count,
                       struct route *route)
{
    size_t total = 0;
    for (size_t i = 0; i < count; i++)
        total += taki_store_partitions(compute->facts->store, entities[i]);
    *route = (struct route){compute, TAKI_NEW_ARRAY(compute->run->arena, total, struct item), 0};
    for (size_t i = 0; i < count; i++) {
        for (size_t partition = 0; partition < taki_store_partitions(compute->facts->store, entities[i]); partition++)
            route->items[route->count++] = (struct item){entities[i], partition};
    }
}

static uint32_t person_of(const struct taki_compute *compute, taki_str ref, taki_str other)
{
    uint32_t person = taki_str_is_blank(ref) ? TAKI_NO_INDEX : taki_golden_person_of(compute->facts->golden, ref);
    if (person == TAKI_NO_INDEX && !taki_str_is_blank(other))
        person = taki_golden_person_of(compute->facts->golden, other);
    return person;
}

/* What neither maps nor evidence ask for is not carried: extraction and modification times are most of a small row. */
static enum taki_status encode(struct taki_lane *lane, enum taki_entity entity, void *row, struct taki_error *err)
{
    const struct taki_entity_info *info = taki_entity_info(entity);
    struct taki_head *head = row;
    head->extracted_at = TAKI_INSTANT_NULL;
    head->modified_at = TAKI_INSTANT_NULL;
    taki_buf_clear(&lane->row);
    taki_row_encode(info->fields, info->field_count, row, &lane->row);
    return taki_buf_check(&lane->row, info->name, err);
}

static enum taki_status to_person(struct taki_compute *compute, size_t lane, uint32_t person, enum taki_entity entity,
                                  struct taki_error *err)
{
    if (person == TAKI_NO_INDEX || (compute->spotlight && !compute->spotlight->persons[person]))
        return TAKI_OK;
    struct taki_exchange_fact fact = {
        .owner = person, .kind = (uint8_t)entity, .value = taki_buf_view(&compute->lanes[lane].row)};
    return taki_exchange_add(compute->persons, lane, &fact, err);
}

/* explain looks at one account only. */
static bool is_lit(const struct taki_compute *compute, uint32_t account)
{
    return !compute->spotlight || (compute->spotlight->wants_account && compute->spotlight->account == account);
}

static enum taki_status to_account(struct taki_compute *compute, size_t lane, uint32_t deal,
                                   enum taki_account_fact kind, struct taki_error *err)
{
    if (deal == TAKI_NO_INDEX || !is_lit(compute, compute->facts->deals[deal].account))
        return TAKI_OK;
    struct taki_exchange_fact fact = {.owner = compute->facts->deals[deal].account,
                                      .minor = deal,
                                      .kind = (uint8_t)kind,
                                      .value = taki_buf_view(&compute->lanes[lane].row)};
    return taki_exchange_add(compute->accounts, lane, &fact, err);
}

static uint32_t lead_of(const struct taki_compute *compute, uint32_t deal)
{
    return deal == TAKI_NO_INDEX ? TAKI_NO_INDEX : compute->facts->deals[deal].lead;
}

static enum taki_status route_member(struct taki_compute *compute, size_t lane, struct taki_campaign_member *row,
                                     uint32_t *person, struct taki_error *err)
{
    uint32_t campaign = taki_facts_campaign(compute->facts, row->campaign);
    *person = person_of(compute, row->person, row->person2);
    if (campaign != TAKI_NO_INDEX && *person != TAKI_NO_INDEX)
        compute->lanes[lane].has_members[campaign] = 1;
    TAKI_TRY(encode(&compute->lanes[lane], TAKI_ENTITY_CAMPAIGN_MEMBER, row, err));
    return to_person(compute, lane, *person, TAKI_ENTITY_CAMPAIGN_MEMBER, err);
}

/* The record's own account, else its deal's, else its person's. */
static uint32_t account_of(const struct taki_facts *facts, const struct taki_activity *row, uint32_t person)
{
    uint32_t account =
        taki_str_is_blank(row->account) ? TAKI_NO_INDEX : taki_golden_account_of(facts->golden, row->account);
    uint32_t deal = taki_facts_deal(facts, row->opportunity);
    if (account == TAKI_NO_INDEX && deal != TAKI_NO_INDEX)
        account = facts->deals[deal].account;
    if (account == TAKI_NO_INDEX && person != TAKI_NO_INDEX)
        account = facts->persons[person].account;
    return account;
}

static bool is_after(taki_instant ts, taki_instant as_of)
{
    return !taki_instant_is_null(ts) && ts.us > as_of.us;
}

/* The account hears of activities of inside and field. */
static enum taki_status tell_account(struct taki_compute *compute, size_t lane, const struct taki_activity *row,
                                     uint32_t person, struct taki_error *err)
{
    const struct taki_facts *facts = compute->facts;
    const struct taki_limits *limits = &facts->rules->limits;
    uint32_t account = account_of(facts, row, person);
    taki_instant ts = row->ts;
    if (taki_instant_is_null(ts) && !taki_date_is_null(row->date))
        ts = taki_zone_day_end(limits->zone, row->date);
    bool is_planned = row->is_planned == 1 || is_after(ts, limits->as_of);
    struct taki_activity_note note = {ts, row->due_date, TAKI_FUNCTION_NONE, is_planned};
    taki_date day = taki_instant_is_null(ts) ? facts->today : taki_zone_date(limits->zone, ts);
    if (!taki_instant_is_null(ts) && taki_date_is_null(note.date))
        note.date = day;
    note.function = taki_facts_function(facts, row->actor, row->actor_function, day);
    bool counts = note.function == TAKI_FUNCTION_INSIDE || note.function == TAKI_FUNCTION_FIELD;
    if (account == TAKI_NO_INDEX || !is_lit(compute, account) || !counts || row->is_automated == 1 ||
        is_after(row->created_at, limits->as_of))
        return TAKI_OK;
    taki_buf_clear(&compute->lanes[lane].row);
    taki_row_encode(taki_activity_note_kind.fields, taki_activity_note_kind.count, &note, &compute->lanes[lane].row);
    struct taki_exchange_fact fact = {
        .owner = account, .kind = TAKI_ACCOUNT_ACTIVITY, .value = taki_buf_view(&compute->lanes[lane].row)};
    return taki_exchange_add(compute->accounts, lane, &fact, err);
}

static enum taki_status route_activity(struct taki_compute *compute, size_t lane, struct taki_activity *row,
                                       uint32_t *person, struct taki_error *err)
{
    *person = person_of(compute, row->person, TAKI_STR_NULL);
    TAKI_TRY(encode(&compute->lanes[lane], TAKI_ENTITY_ACTIVITY, row, err));
    TAKI_TRY(to_person(compute, lane, *person, TAKI_ENTITY_ACTIVITY, err));
    return tell_account(compute, lane, row, *person, err);
}

static enum taki_status route_change(struct taki_compute *compute, size_t lane, struct taki_field_change *row,
                                     uint32_t *person, struct taki_error *err)
{
    uint32_t deal = taki_facts_deal(compute->facts, row->record);
    *person = deal == TAKI_NO_INDEX ? person_of(compute, row->record, TAKI_STR_NULL) : lead_of(compute, deal);
    TAKI_TRY(encode(&compute->lanes[lane], TAKI_ENTITY_FIELD_CHANGE, row, err));
    TAKI_TRY(to_person(compute, lane, *person, TAKI_ENTITY_FIELD_CHANGE, err));
    return to_account(compute, lane, deal, TAKI_ACCOUNT_CHANGE, err);
}

static enum taki_status route_evidence(struct taki_compute *compute, size_t lane, struct taki_stage_evidence *row,
                                       uint32_t *person, struct taki_error *err)
{
    uint32_t deal = taki_facts_deal(compute->facts, row->opportunity);
    *person = person_of(compute, row->person, TAKI_STR_NULL);
    if (*person == TAKI_NO_INDEX)
        *person = lead_of(compute, deal);
    TAKI_TRY(encode(&compute->lanes[lane], TAKI_ENTITY_STAGE_EVIDENCE, row, err));
    TAKI_TRY(to_person(compute, lane, *person, TAKI_ENTITY_STAGE_EVIDENCE, err));
    return to_account(compute, lane, deal, TAKI_ACCOUNT_EVIDENCE, err);
}

static enum taki_status route_history(struct taki_compute *compute, size_t lane, struct taki_opportunity_history *row,
                                      uint32_t *person, struct taki_error *err)
{
    uint32_t deal = taki_facts_deal(compute->facts, row->opportunity);
    *person = lead_of(compute, deal);
    TAKI_TRY(encode(&compute->lanes[lane], TAKI_ENTITY_OPPORTUNITY_HISTORY, row, err));
    TAKI_TRY(to_person(compute, lane, *person, TAKI_ENTITY_OPPORTUNITY_HISTORY, err));
    return to_account(compute, lane, deal, TAKI_ACCOUNT_HISTORY, err);
}

static enum taki_status route_plain(struct taki_compute *compute, size_t lane, enum taki_entity entity, void *row,
                                    taki_str ref, struct taki_error *err)
{
    TAKI_TRY(encode(&compute->lanes[lane], entity, row, err));
    return to_person(compute, lane, person_of(compute, ref, TAKI_STR_NULL), entity, err);
}

/* One row of any streamed entity; a copy, because a scan's row is read-only. */
union any_row {
    struct taki_head head;
    struct taki_touch touch;
    struct taki_campaign_member member;
    struct taki_activity activity;
    struct taki_field_change change;
    struct taki_stage_evidence evidence;
    struct taki_score_event score;
    struct taki_opportunity_history history;
};

static union any_row copy_of(enum taki_entity entity, const void *row)
{
    union any_row any = {.head = *(const struct taki_head *)row};
    if (entity == TAKI_ENTITY_TOUCH) {
        any.touch = *(const struct taki_touch *)row;
    } else if (entity == TAKI_ENTITY_CAMPAIGN_MEMBER) {
        any.member = *(const struct taki_campaign_member *)row;
    } else if (entity == TAKI_ENTITY_ACTIVITY) {
        any.activity = *(const struct taki_activity *)row;
    } else if (entity == TAKI_ENTITY_FIELD_CHANGE) {
        any.change = *(const struct taki_field_change *)row;
    } else if (entity == TAKI_ENTITY_STAGE_EVIDENCE) {
        any.evidence = *(const struct taki_stage_evidence *)row;
    } else if (entity == TAKI_ENTITY_SCORE_EVENT) {
        any.score = *(const struct taki_score_event *)row;
    } else {
        any.history = *(const struct taki_opportunity_history *)row;
    }
    return any;
}

static enum taki_status route_row(struct taki_compute *compute, size_t lane, enum taki_entity entity, const void *row,
                                  struct taki_error *err)
{
    union any_row any = copy_of(entity, row);
    uint32_t person = TAKI_NO_INDEX;
    enum taki_status status = TAKI_OK;
    compute->lanes[lane].facts[entity]++;
    if (entity == TAKI_ENTITY_CAMPAIGN_MEMBER) {
        status = route_member(compute, lane, &any.member, &person, err);
    } else if (entity == TAKI_ENTITY_ACTIVITY) {
        status = route_activity(compute, lane, &any.activity, &person, err);
    } else if (entity == TAKI_ENTITY_FIELD_CHANGE) {
        status = route_change(compute, lane, &any.change, &person, err);
    } else if (entity == TAKI_ENTITY_STAGE_EVIDENCE) {
        status = route_evidence(compute, lane, &any.evidence, &person, err);
    } else if (entity == TAKI_ENTITY_OPPORTUNITY_HISTORY) {
        status = route_history(compute, lane, &any.history, &person, err);
    } else {
        taki_str ref = entity == TAKI_ENTITY_TOUCH ? any.touch.person : any.score.person;
        person = person_of(compute, ref, TAKI_STR_NULL);
        status = route_plain(compute, lane, entity, &any, ref, err);
    }
    compute->lanes[lane].orphans[entity] += person == TAKI_NO_INDEX;
    return status;
}

typedef enum taki_status (*each_row)(struct taki_compute *compute, size_t lane, enum taki_entity entity,
                                     const void *row, struct taki_error *err);

static enum taki_status scan(struct route *route, size_t item, size_t lane, each_row each, struct taki_error *err)
{
    const struct item *one = &route->items[item];
    struct taki_scan *scan TAKI_AUTO(taki_scan_auto) = NULL;
    TAKI_TRY(taki_run_check_stop(err));
    TAKI_TRY(taki_scan_open(route->compute->facts->store, one->entity, one->partition, &scan, err));
    const void *row;
    enum taki_status status;
    while ((status = taki_scan_next(scan, &row, err)) == TAKI_OK)
        TAKI_TRY(each(route->compute, lane, one->entity, row, err));
    return status == TAKI_END ? TAKI_OK : status;
}

static enum taki_status route_item(void *context, size_t item, size_t lane, struct taki_error *err)
{
    return scan(context, item, lane, route_row, err);
}

enum taki_status taki_compute_route(struct taki_compute *compute, struct taki_error *err)
{
    struct route route;
    list_items(compute, routed, TAKI_LEN(routed), &route);
    TAKI_TRY(taki_pool_run(compute->lane_count, route.count, route_item, &route, err));
    size_t campaigns = compute->facts->campaign_count;
    compute->has_members = TAKI_NEW_ARRAY(compute->run->arena, campaigns, uint8_t);
    for (size_t lane = 0; lane < compute->lane_count; lane++) {
        for (size_t i = 0; i < campaigns; i++)
            compute->has_members[i] |= compute->lanes[lane].has_members[i];
    }
    return TAKI_OK;
}

static taki_instant touch_response(const struct taki_compute *compute, const struct taki_touch *row)
{
    const struct taki_rules *rules = compute->facts->rules;
    bool responds = row->is_response == 1;
    if (row->is_response == TAKI_BOOL_NULL)
        responds = taki_rules_depth(rules, row->type)->is_response;
    if (!responds || row->is_bot == 1)
        return TAKI_INSTANT_NULL;
    if (taki_instant_is_null(row->ts) && !taki_date_is_null(row->date))
        return taki_zone_day_end(rules->limits.zone, row->date);
    return row->ts;
}

static taki_instant member_response(const struct taki_compute *compute, const struct taki_campaign_member *row)
{
    if (row->responded != 1)
        return TAKI_INSTANT_NULL;
    taki_instant ts = row->first_responded_at;
    if (taki_instant_is_null(ts) && !taki_date_is_null(row->first_responded_date))
        ts = taki_zone_day_end(compute->facts->rules->limits.zone, row->first_responded_date);
    return taki_instant_is_null(ts) ? row->created_at : ts;
}

/* The earliest response of each person, for deals whose lead person is the contact role that answered first (5.3). */
static enum taki_status note_response(struct taki_compute *compute, size_t lane, enum taki_entity entity,
                                      const void *row, struct taki_error *err)
{
    (void)err;
    const struct taki_touch *touch = row;
    const struct taki_campaign_member *member = row;
    bool is_touch = entity == TAKI_ENTITY_TOUCH;
    taki_instant ts = is_touch ? touch_response(compute, touch) : member_response(compute, member);
    if (taki_instant_is_null(ts) || is_after(ts, compute->facts->rules->limits.as_of))
        return TAKI_OK;
    uint32_t person = is_touch ? person_of(compute, touch->person, TAKI_STR_NULL)
                               : person_of(compute, member->person, member->person2);
    int64_t *first = compute->lanes[lane].first_response;
    if (person != TAKI_NO_INDEX && ts.us < first[person])
        first[person] = ts.us;
    return TAKI_OK;
}

static enum taki_status note_item(void *context, size_t item, size_t lane, struct taki_error *err)
{
    return scan(context, item, lane, note_response, err);
}

enum taki_status taki_compute_leads(struct taki_compute *compute, struct taki_error *err)
{
    static const enum taki_entity entities[] = {TAKI_ENTITY_TOUCH, TAKI_ENTITY_CAMPAIGN_MEMBER};
    if (!taki_facts_needs_responses(compute->facts)) {
        taki_facts_leads(compute->facts, NULL);
        return TAKI_OK;
    }
    size_t persons = compute->facts->person_count;
    struct taki_arena *arena TAKI_AUTO(taki_arena_auto) = taki_arena_open("first responses", 0);
    for (size_t lane = 0; lane < compute->lane_count; lane++) {
        compute->lanes[lane].first_response = TAKI_NEW_ARRAY(arena, persons, int64_t);
        for (size_t i = 0; i < persons; i++)
            compute->lanes[lane].first_response[i] = INT64_MAX;
    }
    struct route route;
    list_items(compute, entities, TAKI_LEN(entities), &route);
    TAKI_TRY(taki_pool_run(compute->lane_count, route.count, note_item, &route, err));
    int64_t *first = compute->lanes[0].first_response;
    for (size_t lane = 1; lane < compute->lane_count; lane++) {
        for (size_t i = 0; i < persons; i++) {
            int64_t here = compute->lanes[lane].first_response[i];
            first[i] = here < first[i] ? here : first[i];
        }
    }
    taki_facts_leads(compute->facts, first);
    return TAKI_OK;
}
