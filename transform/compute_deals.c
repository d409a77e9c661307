#include "compute_account.h"

#include <stdlib.h>
#include <string.h>

static const struct taki_facts *facts_of(const struct taki_told_account *account)
{
    return account->compute->facts;
}

/* A deal nobody's pass carries is told alone, so that the opportunity unit is complete. */
static void tell_alone(struct taki_told_account *account, struct taki_told_deal *told)
{
    struct taki_case one;
    taki_case_tell_deal(&one, account->arena, facts_of(account), told->index, &told->rows);
    for (size_t i = 0; i < one.passes.count; i++) {
        const struct taki_pass *pass = &one.passes.passes[i];
        struct taki_pass_note *note = TAKI_NEW(account->arena, struct taki_pass_note);
        struct taki_valued_deal value = {facts_of(account), told->dim, &told->deal};
        bool estimated;
        taki_fields_clear(taki_pass_note_kind.fields, taki_pass_note_kind.count, note);
        note->person = TAKI_NO_INDEX;
        note->pass_no = pass->no;
        note->opened = pass->opened;
        note->ended = pass->ended;
        note->ended_date = pass->ended_date;
        note->end = pass->end;
        note->reached = pass->reached;
        note->t_sql = pass->t[TAKI_STAGE_SQL];
        note->sql_is_inferred = (pass->inferred_mask & taki_stage_info(TAKI_STAGE_SQL)->mask) != 0;
        note->deal = told->index;
        const struct taki_flow *flows = taki_flows_of(account->arena, pass);
        note->flows = (taki_str){(const char *)flows, pass->move_count * sizeof *flows};
        if (!taki_instant_is_null(note->t_sql))
            note->amount_at_sql = taki_value_at_sql(&value, note->t_sql, &estimated);
        if (!taki_instant_is_null(pass->ended))
            note->amount_at_close = taki_value_at_close(&value, pass->ended, pass->ended_date);
        taki_list_add(account->arena, &told->links, note);
    }
}

static void tell_one(struct taki_told_account *account, struct taki_told_deal *told)
{
    told->deal = taki_facts_tell_deal(account->arena, facts_of(account), told->index, 0, &told->rows, &account->issues);
    told->is_led = told->links.count > 0;
    if (!told->is_led)
        tell_alone(account, told);
    told->t_sql = TAKI_INSTANT_NULL;
    told->amount_at_sql = TAKI_I64_NULL;
    for (size_t i = 0; i < told->links.count; i++) {
        const struct taki_pass_note *link = told->links.items[i];
        if (told->is_led && (!told->lead || link->pass_no > told->lead->pass_no))
            told->lead = link;
        if (taki_instant_is_null(link->t_sql))
            continue;
        if (link->amount_at_sql != TAKI_I64_NULL)
            told->gross += link->amount_at_sql;
        if (taki_instant_is_null(told->t_sql) || link->t_sql.us > told->t_sql.us) {
            told->t_sql = link->t_sql;
            told->amount_at_sql = link->amount_at_sql;
            told->sql_is_inferred = link->sql_is_inferred == 1;
        }
    }
    if (!taki_instant_is_null(told->t_sql))
        (void)taki_deal_amount_at(&told->deal, told->t_sql, &told->estimated);
}

static taki_date created_on(const struct taki_told_account *account, const struct taki_told_deal *told)
{
    return taki_zone_date(facts_of(account)->rules->limits.zone, told->deal.created);
}

static uint32_t local_index(const struct taki_told_account *account, uint32_t deal)
{
    for (uint32_t i = 0; deal != TAKI_NO_INDEX && i < account->deal_count; i++) {
        if (account->deals[i].index == deal)
            return i;
    }
    return TAKI_NO_INDEX;
}

static void find_families(struct taki_told_account *account)
{
    struct taki_family_deal *families = TAKI_NEW_ARRAY(account->arena, account->deal_count, struct taki_family_deal);
    for (size_t i = 0; i < account->deal_count; i++) {
        const struct taki_told_deal *told = &account->deals[i];
        bool is_lost = told->deal.code == TAKI_STAGE_LOST && !told->deal.is_open;
        families[i] = (struct taki_family_deal){
            .id = told->dim->id,
            .product_line = told->dim->record->product_line,
            .has_account = account->index != TAKI_NO_INDEX,
            .created = created_on(account, told),
            .lost = is_lost ? told->deal.close_date : TAKI_DATE_NULL,
            .previous = local_index(account, told->dim->previous),
        };
        if (is_lost && taki_date_is_null(families[i].lost))
            families[i].lost = taki_zone_date(facts_of(account)->rules->limits.zone, told->deal.closed);
    }
    taki_families_find(account->arena, families, account->deal_count, facts_of(account)->rules->family_gap_days);
    account->families = families;
}

/* 5.2: every SQL event of a family in order; the net stands in the row of the latest. */
static void number_events(struct taki_told_account *account)
{
    size_t count = 0;
    for (size_t i = 0; i < account->deal_count; i++)
        count += account->deals[i].links.count;
    struct taki_sql_event *events = TAKI_NEW_ARRAY(account->arena, count, struct taki_sql_event);
    count = 0;
    for (uint32_t i = 0; i < account->deal_count; i++) {
        for (size_t k = 0; k < account->deals[i].links.count; k++) {
            const struct taki_pass_note *link = account->deals[i].links.items[k];
            if (!taki_instant_is_null(link->t_sql)) {
                events[count++] = (struct taki_sql_event){
                    .deal = i, .ts = link->t_sql, .pass_no = link->pass_no, .amount = link->amount_at_sql};
            }
        }
    }
    taki_families_number(account->arena, account->families, events, count);
    for (size_t i = 0; i < count; i++) {
        struct taki_told_deal *told = &account->deals[events[i].deal];
        if (events[i].seq > told->sql_seq)
            told->sql_seq = events[i].seq;
        told->is_family_latest |= events[i].is_latest;
    }
}

static int touch_order(const void *left, const void *right)
{
    const struct taki_credit_touch *a = left, *b = right;
    if (a->ts.us != b->ts.us)
        return a->ts.us < b->ts.us ? -1 : 1;
    return taki_str_compare(a->id, b->id);
}

/* A contact role added after the close does not influence (5.4). */
static bool is_role_in_time(const struct taki_told_account *account, const struct taki_told_deal *told, uint32_t person)
{
    const struct taki_facts *facts = facts_of(account);
    for (uint32_t i = told->dim->role_begin; i < told->dim->role_end; i++) {
        const struct taki_role_dim *role = &facts->roles[i];
        if (role->person != person)
            continue;
        return taki_instant_is_null(role->added) ||
               taki_zone_date(facts->rules->limits.zone, role->added).days <= told->credit.last_date.days;
    }
    return false;
}

static const struct taki_credit_touch *credit_touches(struct taki_told_account *account,
                                                      const struct taki_told_deal *told)
{
    struct taki_credit_touch *touches = TAKI_NEW_ARRAY(account->arena, told->touches.count, struct taki_credit_touch);
    for (size_t i = 0; i < told->touches.count; i++) {
        const struct taki_touch_note *note = told->touches.items[i];
        uint32_t person = (uint32_t)note->person, campaign = (uint32_t)note->campaign;
        touches[i] = (struct taki_credit_touch){
            .id = note->touch_id,
            .person = person,
            .campaign = campaign,
            .ts = note->ts,
            .date = note->date,
            .depth = note->depth,
            .is_response = note->is_response == 1,
            .is_marketing = taki_facts_is_marketing(facts_of(account), campaign),
            .has_role = note->has_role == 1 && is_role_in_time(account, told, person),
        };
    }
    if (told->touches.count > 1)
        qsort(touches, told->touches.count, sizeof *touches, touch_order);
    return touches;
}

static uint32_t index_of(int64_t value)
{
    return value == TAKI_I64_NULL ? TAKI_NO_INDEX : (uint32_t)value;
}

static const struct taki_credit_pass *credit_pass(struct taki_told_account *account, const struct taki_told_deal *told)
{
    if (!told->lead)
        return NULL;
    struct taki_credit_pass *pass = TAKI_NEW(account->arena, struct taki_credit_pass);
    *pass = (struct taki_credit_pass){
        .generator = (enum taki_function)told->lead->generator,
        .origin = (enum taki_origin)told->lead->origin,
        .mql_campaign = index_of(told->lead->mql_campaign),
        .mql_ts = told->lead->mql_ts,
        .inherited_campaign = index_of(told->lead->inherited_campaign),
        .inherited_ts = told->lead->inherited_ts,
    };
    return pass;
}

static taki_date last_date(const struct taki_told_account *account, const struct taki_told_deal *told)
{
    taki_date today = facts_of(account)->today;
    if (told->deal.is_open)
        return today;
    taki_date close = told->deal.close_date;
    if (taki_date_is_null(close))
        close = taki_zone_date(facts_of(account)->rules->limits.zone, told->deal.closed);
    return close.days < today.days ? close : today;
}

static void count_dmu(const struct taki_told_account *account, struct taki_told_deal *told,
                      const struct taki_credit_windows *windows)
{
    bool *is_touched = TAKI_NEW_ARRAY(account->arena, told->dim->role_end - told->dim->role_begin, bool);
    for (size_t i = 0; i < told->credit.touch_count; i++) {
        const struct taki_credit_touch *touch = &told->credit.touches[i];
        bool fallback = windows->account_fallback && told->dim->role_begin == told->dim->role_end;
        if (!taki_credit_influences(&told->credit, windows, touch, fallback))
            continue;
        told->is_influenced = true;
        for (uint32_t k = told->dim->role_begin; k < told->dim->role_end; k++)
            is_touched[k - told->dim->role_begin] |= facts_of(account)->roles[k].person == touch->person;
    }
    for (uint32_t k = told->dim->role_begin; k < told->dim->role_end; k++)
        told->dmu_touched += is_touched[k - told->dim->role_begin];
}

static void credit(struct taki_told_account *account, struct taki_told_deal *told)
{
    const struct taki_rules *rules = facts_of(account)->rules;
    const struct taki_credit_windows windows = {rules->limits.zone, rules->lookback_days,
                                                rules->influence_lookback_days, rules->influence_min_depth,
                                                rules->account_fallback};
    told->credit = (struct taki_credit_deal){
        .created = told->deal.created,
        .created_date = created_on(account, told),
        .last_date = last_date(account, told),
        .primary = told->dim->primary,
        .primary_is_marketing = taki_facts_is_marketing(facts_of(account), told->dim->primary),
        .is_renewal = taki_str_is(told->dim->motion, "renewal"),
        .pass = credit_pass(account, told),
        .touch_count = told->touches.count,
        .field_activities = account->field_activities,
        .field_count = account->field_count,
    };
    told->credit.touches = credit_touches(account, told);
    told->sourced = taki_credit_source(&told->credit, &windows);
    count_dmu(account, told, &windows);
}

static int instant_order(const void *left, const void *right)
{
    int64_t a = ((const taki_instant *)left)->us, b = ((const taki_instant *)right)->us;
    return a < b ? -1 : a > b;
}

static void list_field_activities(struct taki_told_account *account)
{
    account->field_activities = TAKI_NEW_ARRAY(account->arena, account->activities.count, taki_instant);
    for (size_t i = 0; i < account->activities.count; i++) {
        const struct taki_activity_note *note = account->activities.items[i];
        if (note->function == TAKI_FUNCTION_FIELD && note->is_planned != 1 && !taki_instant_is_null(note->ts))
            account->field_activities[account->field_count++] = note->ts;
    }
    if (account->field_count > 1)
        qsort(account->field_activities, account->field_count, sizeof *account->field_activities, instant_order);
}

void taki_account_tell_deals(struct taki_told_account *account)
{
    list_field_activities(account);
    for (size_t i = 0; i < account->deal_count; i++)
        tell_one(account, &account->deals[i]);
    find_families(account);
    number_events(account);
    for (size_t i = 0; i < account->deal_count; i++)
        credit(account, &account->deals[i]);
}
