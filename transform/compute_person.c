#include "analytics/campaign_result.h"
#include "analytics/fill.h"
#include "compute.h"
#include "compute_records.h"
#include "segments.h"

enum taki_status taki_person_reader_start(struct taki_person_reader *reader, struct taki_exchange *exchange,
                                          size_t shard, struct taki_error *err)
{
    *reader = (struct taki_person_reader){.exchange = exchange, .shard = shard};
    TAKI_TRY(taki_exchange_start(exchange, shard, err));
    enum taki_status status = taki_exchange_next(exchange, shard, &reader->fact, err);
    reader->has_fact = status == TAKI_OK;
    return status == TAKI_END ? TAKI_OK : status;
}

static struct taki_list *list_of(struct taki_person_rows *rows, enum taki_entity entity)
{
    switch ((int)entity) {
    case TAKI_ENTITY_TOUCH:
        return &rows->touches;
    case TAKI_ENTITY_CAMPAIGN_MEMBER:
        return &rows->members;
    case TAKI_ENTITY_ACTIVITY:
        return &rows->activities;
    case TAKI_ENTITY_FIELD_CHANGE:
        return &rows->changes;
    case TAKI_ENTITY_STAGE_EVIDENCE:
        return &rows->evidence;
    case TAKI_ENTITY_SCORE_EVENT:
        return &rows->scores;
    case TAKI_ENTITY_OPPORTUNITY_HISTORY:
        return &rows->histories;
    default:
        taki_bug("a fact of an entity that is not routed to persons");
    }
}

enum taki_status taki_person_reader_take(struct taki_person_reader *reader, struct taki_arena *arena, uint32_t person,
                                         struct taki_person_rows *rows, struct taki_error *err)
{
    *rows = (struct taki_person_rows){0};
    while (reader->has_fact && reader->fact.owner == person) {
        const struct taki_entity_info *info = taki_entity_info((enum taki_entity)reader->fact.kind);
        taki_str bytes = {taki_arena_copy(arena, reader->fact.value.data, reader->fact.value.size),
                          reader->fact.value.size};
        void *row = taki_arena_alloc(arena, info->row_size);
        size_t used;
        TAKI_TRY(taki_row_decode(info->fields, info->field_count, bytes, row, &used, err));
        taki_list_add(arena, list_of(rows, (enum taki_entity)reader->fact.kind), row);
        enum taki_status status = taki_exchange_next(reader->exchange, reader->shard, &reader->fact, err);
        reader->has_fact = status == TAKI_OK;
        if (status != TAKI_OK && status != TAKI_END)
            return status;
    }
    return TAKI_OK;
}

/* One person on its way through the tables. */
struct work {
    struct taki_compute *compute;
    struct taki_lane *lane;
    size_t lane_index;
    struct taki_case one;
};

enum taki_status taki_compute_issue(struct taki_compute *compute, size_t lane, const struct taki_issue *issue,
                                    struct taki_error *err)
{
    struct taki_dq_issue_row row;
    taki_dq_issue_fill(issue, &row);
    return taki_sinks_add(compute->sinks, lane, &taki_table_dq_issue, &row, err);
}

enum taki_status taki_compute_issues(struct taki_compute *compute, size_t lane, const struct taki_case *one,
                                     struct taki_error *err)
{
    for (size_t i = 0; i < one->issues.count; i++)
        TAKI_TRY(taki_compute_issue(compute, lane, one->issues.items[i], err));
    return TAKI_OK;
}

static bool is_counted(const struct work *work)
{
    return taki_str_is_null(work->one.exclude_reason);
}

static enum taki_status write_passes(struct work *work, struct taki_error *err)
{
    struct taki_journey_row journey;
    struct taki_stage_event_row event;
    for (size_t i = 0; i < work->one.passes.count; i++) {
        taki_journey_fill(&work->one, i, &journey);
        TAKI_TRY(taki_sinks_add(work->compute->sinks, work->lane_index, &taki_table_journey, &journey, err));
        for (size_t k = 0; k < work->one.passes.passes[i].move_count; k++) {
            taki_stage_event_fill(&work->one, i, k, &event);
            TAKI_TRY(taki_sinks_add(work->compute->sinks, work->lane_index, &taki_table_stage_event, &event, err));
        }
    }
    return TAKI_OK;
}

static enum taki_status write_touches(struct work *work, struct taki_error *err)
{
    struct taki_touch_row row;
    for (size_t i = 0; i < work->one.touches.count; i++) {
        taki_touch_fill(&work->one, i, &row);
        TAKI_TRY(taki_sinks_add(work->compute->sinks, work->lane_index, &taki_table_touch, &row, err));
    }
    return TAKI_OK;
}

static enum taki_status write_person(struct work *work, struct taki_error *err)
{
    struct taki_person_row row;
    taki_person_fill(&work->one, &row);
    TAKI_TRY(taki_sinks_add(work->compute->sinks, work->lane_index, &taki_table_person, &row, err));
    if (work->one.golden->account != TAKI_NO_INDEX)
        return TAKI_OK;
    struct taki_issue issue = {"person_without_account",
                               "info",
                               "person",
                               work->one.golden->id,
                               TAKI_STR("no company name, domain or link"),
                               TAKI_STR_NULL,
                               row.first_seen};
    return taki_compute_issue(work->compute, work->lane_index, &issue, err);
}

/* What each campaign got out of this person. */
static void count_touches(struct work *work)
{
    const struct taki_facts *facts = work->compute->facts;
    struct taki_arena *arena = work->one.arena;
    struct taki_campaign_set members = {0}, responded = {0};
    for (size_t i = 0; i < work->one.rows->members.count; i++) {
        const struct taki_campaign_member *row = work->one.rows->members.items[i];
        uint32_t campaign = taki_facts_campaign(facts, row->campaign);
        if (campaign != TAKI_NO_INDEX)
            taki_campaign_set_add(arena, &members, campaign);
    }
    for (size_t i = 0; i < work->one.touches.count; i++) {
        const struct taki_story_touch *touch = &work->one.touches.touches[i];
        bool is_member = touch->campaign == TAKI_NO_INDEX || !work->compute->has_members[touch->campaign];
        if (is_member)
            taki_campaign_set_add(arena, &members, touch->campaign);
        if (!touch->is_response)
            continue;
        taki_campaign_set_add(arena, &responded, touch->campaign);
        taki_campaign_count(work->lane->campaigns, facts, touch->campaign, TAKI_CAMPAIGN_RESPONSES, 1);
    }
    taki_campaign_count_set(work->lane->campaigns, facts, &members, TAKI_CAMPAIGN_MEMBERS, 1);
    taki_campaign_count_set(work->lane->campaigns, facts, &responded, TAKI_CAMPAIGN_RESPONDED, 1);
}

static void count_pass(struct work *work, const struct taki_pass *pass)
{
    static const enum taki_campaign_column columns[] = {[TAKI_STAGE_MQL] = TAKI_CAMPAIGN_MQL,
                                                        [TAKI_STAGE_PSQL] = TAKI_CAMPAIGN_PSQL,
                                                        [TAKI_STAGE_SAL] = TAKI_CAMPAIGN_SAL,
                                                        [TAKI_STAGE_SQL] = TAKI_CAMPAIGN_SQL};
    const struct taki_facts *facts = work->compute->facts;
    struct taki_book *book = work->lane->campaigns;
    if (pass->no == 1)
        taki_campaign_count(book, facts, pass->open_campaign, TAKI_CAMPAIGN_NEW_PERSONS, 1);
    if (!taki_instant_is_null(pass->t[TAKI_STAGE_INQ]))
        taki_campaign_count(book, facts, pass->open_campaign, TAKI_CAMPAIGN_INQ, 1);
    for (enum taki_stage stage = TAKI_STAGE_MQL; stage <= TAKI_STAGE_SQL; stage++) {
        if (!taki_instant_is_null(pass->t[stage]))
            taki_campaign_count(book, facts, pass->mql_campaign, columns[stage], 1);
    }
    if (pass->end == TAKI_STAGE_WON)
        taki_campaign_count(book, facts, pass->mql_campaign, TAKI_CAMPAIGN_WON, 1);
    if (pass->path == TAKI_PATH_DIRECT && !taki_instant_is_null(pass->t[TAKI_STAGE_PSQL]))
        taki_campaign_count(book, facts, pass->mql_campaign, TAKI_CAMPAIGN_PSQL_DIRECT, 1);
}

static struct taki_valued_deal valued(const struct work *work, const struct taki_pass *pass)
{
    return (struct taki_valued_deal){work->compute->facts, &work->compute->facts->deals[work->one.deals[pass->deal]],
                                     &work->one.built[pass->deal]};
}

static void count_flows(struct work *work, const struct taki_pass *pass)
{
    struct taki_segment segments[TAKI_SEGMENTS];
    const struct taki_facts *facts = work->compute->facts;
    uint32_t deal = pass->deal == TAKI_NO_INDEX ? TAKI_NO_INDEX : work->one.deals[pass->deal];
    taki_segments_fill(
        facts,
        (struct taki_segment_keys){pass->account, deal, pass->mql_campaign, pass->inside_team, work->one.golden->owner},
        segments);
    struct taki_valued_deal value;
    struct taki_flow_case flows = {
        .unit = TAKI_UNIT_PERSON_PASS,
        .segments = segments,
        .segment_count = TAKI_SEGMENTS,
        .flows = taki_flows_of(work->one.arena, pass),
        .flow_count = pass->move_count,
        .sql_is_inferred = (pass->inferred_mask & taki_stage_info(TAKI_STAGE_SQL)->mask) != 0,
        .amount_at_sql = TAKI_I64_NULL,
        .amount_at_close = TAKI_I64_NULL,
    };
    if (deal != TAKI_NO_INDEX) {
        bool estimated;
        value = valued(work, pass);
        flows.amount_on = taki_value_on;
        flows.deal = &value;
        if (!taki_instant_is_null(pass->t[TAKI_STAGE_SQL]))
            flows.amount_at_sql = taki_value_at_sql(&value, pass->t[TAKI_STAGE_SQL], &estimated);
        if (!taki_instant_is_null(pass->ended))
            flows.amount_at_close = taki_value_at_close(&value, pass->ended, pass->ended_date);
    }
    taki_flows_add(work->lane->flows, &work->compute->calendar, &flows);
}

/* 5.3 rule 3 with 5.9: the nearest earlier pass within inherit_days that has a marketing campaign. */
static void inherit(const struct work *work, size_t index, struct taki_pass_note *note)
{
    const struct taki_pass *pass = &work->one.passes.passes[index];
    const struct taki_limits *limits = &work->compute->facts->rules->limits;
    for (size_t i = index; i > 0; i--) {
        const struct taki_pass *earlier = &work->one.passes.passes[i - 1];
        if (!taki_facts_is_marketing(work->compute->facts, earlier->mql_campaign) ||
            earlier->mql_touch == TAKI_NO_INDEX)
            continue;
        int32_t opened = taki_zone_date(limits->zone, pass->opened).days;
        bool is_near = taki_instant_is_null(earlier->ended) ||
                       opened - taki_zone_date(limits->zone, earlier->ended).days <= (int32_t)limits->inherit_days;
        if (!is_near)
            return;
        note->inherited_campaign = earlier->mql_campaign;
        note->inherited_ts = work->one.story.touches[earlier->mql_touch].ts;
        return;
    }
}

static void note_pass(const struct work *work, size_t index, struct taki_pass_note *note)
{
    const struct taki_pass *pass = &work->one.passes.passes[index];
    taki_fields_clear(taki_pass_note_kind.fields, taki_pass_note_kind.count, note);
    note->person = work->one.person;
    note->pass_no = pass->no;
    note->opened = pass->opened;
    note->ended = pass->ended;
    note->ended_date = pass->ended_date;
    note->end = pass->end;
    note->reached = pass->reached;
    note->t_inq = pass->t[TAKI_STAGE_INQ];
    note->t_mql = pass->t[TAKI_STAGE_MQL];
    note->t_psql = pass->t[TAKI_STAGE_PSQL];
    note->t_sal = pass->t[TAKI_STAGE_SAL];
    note->t_sql = pass->t[TAKI_STAGE_SQL];
    note->sql_is_inferred = (pass->inferred_mask & taki_stage_info(TAKI_STAGE_SQL)->mask) != 0;
    note->generator = pass->generator;
    note->origin = pass->origin;
    note->path = pass->path;
    note->inside_team = pass->inside_team;
    if (taki_facts_is_marketing(work->compute->facts, pass->mql_campaign)) {
        note->mql_campaign = pass->mql_campaign;
        note->mql_ts =
            pass->mql_touch == TAKI_NO_INDEX ? TAKI_INSTANT_NULL : work->one.story.touches[pass->mql_touch].ts;
    }
    inherit(work, index, note);
    const struct taki_flow *flows = taki_flows_of(work->one.arena, pass);
    note->flows = (taki_str){(const char *)flows, pass->move_count * sizeof *flows};
    if (pass->deal == TAKI_NO_INDEX)
        return;
    struct taki_valued_deal value = valued(work, pass);
    bool estimated;
    note->deal = work->one.deals[pass->deal];
    if (!taki_instant_is_null(pass->t[TAKI_STAGE_SQL]))
        note->amount_at_sql = taki_value_at_sql(&value, pass->t[TAKI_STAGE_SQL], &estimated);
    if (!taki_instant_is_null(pass->ended))
        note->amount_at_close = taki_value_at_close(&value, pass->ended, pass->ended_date);
}

static enum taki_status send(struct work *work, const struct taki_note_kind *kind, const void *note,
                             struct taki_exchange_fact fact, struct taki_error *err)
{
    const struct taki_spotlight *spotlight = work->compute->spotlight;
    if (spotlight && (!spotlight->wants_account || fact.owner != spotlight->account))
        return TAKI_OK;
    taki_buf_clear(&work->lane->row);
    taki_row_encode(kind->fields, kind->count, note, &work->lane->row);
    TAKI_TRY(taki_buf_check(&work->lane->row, "facts of an account", err));
    fact.value = taki_buf_view(&work->lane->row);
    return taki_exchange_add(work->compute->accounts, work->lane_index, &fact, err);
}

static enum taki_status send_passes(struct work *work, struct taki_error *err)
{
    struct taki_pass_note note;
    for (size_t i = 0; i < work->one.passes.count; i++) {
        const struct taki_pass *pass = &work->one.passes.passes[i];
        note_pass(work, i, &note);
        struct taki_exchange_fact fact = {.owner = pass->account, .kind = TAKI_ACCOUNT_PASS};
        if (pass->account != TAKI_NO_INDEX)
            TAKI_TRY(send(work, &taki_pass_note_kind, &note, fact, err));
        if (pass->deal == TAKI_NO_INDEX)
            continue;
        uint32_t deal = work->one.deals[pass->deal];
        struct taki_exchange_fact link = {
            .owner = work->compute->facts->deals[deal].account, .minor = deal, .kind = TAKI_ACCOUNT_LINK};
        TAKI_TRY(send(work, &taki_pass_note_kind, &note, link, err));
    }
    return TAKI_OK;
}

static enum taki_status send_person(struct work *work, struct taki_error *err)
{
    struct taki_person_note note = {work->one.person, work->one.is_reachable, work->one.is_target_lead,
                                    work->one.subject.department, TAKI_DATE_NULL};
    uint32_t account = work->one.golden->account;
    for (size_t i = work->one.touches.count; i > 0 && taki_date_is_null(note.last_response); i--) {
        if (work->one.touches.touches[i - 1].is_response)
            note.last_response = work->one.touches.touches[i - 1].date;
    }
    if (account == TAKI_NO_INDEX)
        return TAKI_OK;
    struct taki_exchange_fact fact = {.owner = account, .kind = TAKI_ACCOUNT_PERSON};
    return send(work, &taki_person_note_kind, &note, fact, err);
}

/* The widest window any rule of a deal looks through; the primary campaign is asked without limit. */
static bool may_matter(const struct taki_facts *facts, const struct taki_deal_dim *deal,
                       const struct taki_story_touch *touch)
{
    int64_t days = facts->rules->lookback_days > facts->rules->influence_lookback_days
                       ? facts->rules->lookback_days
                       : facts->rules->influence_lookback_days;
    taki_instant created = deal->record->created_at;
    if (touch->campaign == TAKI_NO_INDEX)
        return false;
    if (touch->campaign == deal->primary || taki_instant_is_null(created))
        return true;
    return touch->date.days >= taki_zone_date(facts->rules->limits.zone, created).days - (int32_t)days;
}

static enum taki_status send_touches_to(struct work *work, uint32_t deal, bool has_role, struct taki_error *err)
{
    const struct taki_facts *facts = work->compute->facts;
    for (size_t i = 0; i < work->one.touches.count; i++) {
        const struct taki_story_touch *touch = &work->one.touches.touches[i];
        if (!may_matter(facts, &facts->deals[deal], touch))
            continue;
        struct taki_touch_note note = {touch->id,   work->one.person, touch->campaign,    touch->ts,
                                       touch->date, touch->depth,     touch->is_response, has_role};
        struct taki_exchange_fact fact = {
            .owner = facts->deals[deal].account, .minor = deal, .kind = TAKI_ACCOUNT_TOUCH};
        TAKI_TRY(send(work, &taki_touch_note_kind, &note, fact, err));
    }
    return TAKI_OK;
}

/* Touches go to the deals the person has a role on, wherever they belong; and, where a deal of the own account has no
 * role at all, as those of a colleague (account_fallback). */
static enum taki_status send_touches(struct work *work, struct taki_error *err)
{
    const struct taki_facts *facts = work->compute->facts;
    size_t count;
    const uint32_t *roles = taki_facts_roles_of(facts, work->one.person, &count);
    for (size_t i = 0; i < count; i++)
        TAKI_TRY(send_touches_to(work, facts->roles[roles[i]].deal, true, err));
    if (work->one.golden->account == TAKI_NO_INDEX)
        return TAKI_OK;
    const uint32_t *deals = taki_facts_account_deals(facts, work->one.golden->account, &count);
    for (size_t i = 0; i < count; i++) {
        const struct taki_deal_dim *deal = &facts->deals[deals[i]];
        if (deal->role_begin == deal->role_end)
            TAKI_TRY(send_touches_to(work, deals[i], false, err));
    }
    return TAKI_OK;
}

static enum taki_status tell_person(struct work *work, struct taki_error *err)
{
    struct taki_lane *lane = work->lane;
    lane->touches_in += (int64_t)(work->one.touches.count + work->one.touches.bots + work->one.touches.repeats +
                                  work->one.touches.unused);
    lane->touches_bot += (int64_t)work->one.touches.bots;
    lane->touches_repeat += (int64_t)work->one.touches.repeats;
    lane->touches_unused += (int64_t)work->one.touches.unused;
    TAKI_TRY(write_person(work, err));
    if (!is_counted(work))
        return TAKI_OK;
    TAKI_TRY(taki_compute_issues(work->compute, work->lane_index, &work->one, err));
    TAKI_TRY(write_passes(work, err));
    TAKI_TRY(write_touches(work, err));
    count_touches(work);
    for (size_t i = 0; i < work->one.passes.count; i++) {
        count_pass(work, &work->one.passes.passes[i]);
        count_flows(work, &work->one.passes.passes[i]);
    }
    TAKI_TRY(send_person(work, err));
    TAKI_TRY(send_passes(work, err));
    return send_touches(work, err);
}

enum taki_status taki_compute_person_shard(struct taki_compute *compute, size_t shard, size_t lane,
                                           struct taki_error *err)
{
    struct taki_person_reader reader;
    struct work work = {.compute = compute, .lane = &compute->lanes[lane], .lane_index = lane};
    uint32_t begin, end;
    taki_exchange_range(compute->persons, shard, &begin, &end);
    TAKI_TRY(taki_person_reader_start(&reader, compute->persons, shard, err));
    for (uint32_t person = begin; person < end; person++) {
        struct taki_person_rows rows;
        if (compute->spotlight && !compute->spotlight->persons[person])
            continue;
        if (person % 1024 == 0)
            TAKI_TRY(taki_run_check_stop(err));
        taki_arena_reset(work.lane->one);
        TAKI_TRY(taki_person_reader_take(&reader, work.lane->one, person, &rows, err));
        taki_case_tell(&work.one, work.lane->one, compute->facts, person, &rows);
        if (compute->spotlight && compute->spotlight->person)
            compute->spotlight->person(compute->spotlight->context, &work.one);
        TAKI_TRY(tell_person(&work, err));
    }
    taki_exchange_stop(compute->persons, shard);
    return TAKI_OK;
}
