#include "analytics/campaign_result.h"
#include "compute_account.h"
#include "waterfall/account_unit.h"

#include <string.h>

static const struct taki_facts *facts_of(const struct taki_told_account *account)
{
    return account->compute->facts;
}

static struct taki_lane *lane_of(const struct taki_told_account *account)
{
    return &account->compute->lanes[account->lane];
}

/* Amount that adds nothing where it is unknown. */
static int64_t known(int64_t amount)
{
    return amount == TAKI_I64_NULL ? 0 : amount;
}

static void count_sourced(struct taki_told_account *account, const struct taki_told_deal *told)
{
    const struct taki_facts *facts = facts_of(account);
    struct taki_book *book = lane_of(account)->campaigns;
    uint32_t campaign = told->sourced.campaign;
    struct taki_valued_deal value = {facts, told->dim, &told->deal};
    taki_campaign_count(book, facts, campaign, TAKI_CAMPAIGN_SOURCED, 1);
    taki_campaign_count(book, facts, campaign, TAKI_CAMPAIGN_GROSS, told->gross);
    if (told->is_family_latest)
        taki_campaign_count(book, facts, campaign, TAKI_CAMPAIGN_NET, known(told->amount_at_sql));
    if (told->is_family_latest && told->sourced.rule == TAKI_SOURCED_INHERITED)
        taki_campaign_count(book, facts, campaign, TAKI_CAMPAIGN_INHERITED, known(told->amount_at_sql));
    if (told->deal.code == TAKI_STAGE_LOST)
        taki_campaign_count(book, facts, campaign, TAKI_CAMPAIGN_LOST_OPPS, 1);
    if (told->deal.code == TAKI_STAGE_WON) {
        int64_t won = known(taki_value_now(&value));
        taki_campaign_count(book, facts, campaign, TAKI_CAMPAIGN_WON_OPPS, 1);
        taki_campaign_count(book, facts, campaign, TAKI_CAMPAIGN_WON_AMOUNT, won);
        taki_campaign_count(book, facts, campaign, TAKI_CAMPAIGN_WON_WITH_AMOUNT, won != 0);
    }
    if (taki_instant_is_null(told->sourced.response))
        return;
    const struct taki_zone *zone = facts->rules->limits.zone;
    int64_t days = taki_zone_date(zone, told->t_sql).days - taki_zone_date(zone, told->sourced.response).days;
    taki_campaign_count_days(lane_of(account)->days, facts, campaign, days);
}

/* Campaigns that touched the DMU in time: in any phase, before the creation, and with colleagues for deals without
 * roles. */
static void count_influenced(struct taki_told_account *account, const struct taki_told_deal *told)
{
    const struct taki_facts *facts = facts_of(account);
    const struct taki_rules *rules = facts->rules;
    const struct taki_credit_windows windows = {rules->limits.zone, rules->lookback_days,
                                                rules->influence_lookback_days, rules->influence_min_depth,
                                                rules->account_fallback};
    bool has_no_role = told->dim->role_begin == told->dim->role_end;
    struct taki_campaign_set any = {0}, early = {0}, fallback = {0};
    for (size_t i = 0; i < told->credit.touch_count; i++) {
        const struct taki_credit_touch *touch = &told->credit.touches[i];
        if (taki_credit_influences(&told->credit, &windows, touch, has_no_role))
            taki_campaign_set_add(account->arena, &fallback, touch->campaign);
        if (!taki_credit_influences(&told->credit, &windows, touch, has_no_role && rules->account_fallback))
            continue;
        taki_campaign_set_add(account->arena, &any, touch->campaign);
        if (touch->ts.us <= told->credit.created.us)
            taki_campaign_set_add(account->arena, &early, touch->campaign);
    }
    struct taki_book *book = lane_of(account)->campaigns;
    struct taki_valued_deal value = {facts, told->dim, &told->deal};
    taki_campaign_count_set(book, facts, &any, TAKI_CAMPAIGN_INFLUENCED, 1);
    if (told->deal.code == TAKI_STAGE_WON)
        taki_campaign_count_set(book, facts, &any, TAKI_CAMPAIGN_INFLUENCED_WON, known(taki_value_now(&value)));
    if (!told->is_family_latest)
        return;
    taki_campaign_count_set(book, facts, &any, TAKI_CAMPAIGN_INFLUENCED_NET, known(told->amount_at_sql));
    taki_campaign_count_set(book, facts, &early, TAKI_CAMPAIGN_PRE_CREATE, known(told->amount_at_sql));
    taki_campaign_count_set(book, facts, &fallback, TAKI_CAMPAIGN_FALLBACK, known(told->amount_at_sql));
}

static bool is_unconverted(const struct taki_told_deal *told)
{
    return told->deal.amount != TAKI_I64_NULL && told->deal.amount != 0 && told->amount_at_sql == TAKI_I64_NULL;
}

static void count_campaigns(struct taki_told_account *account, const struct taki_told_deal *told)
{
    struct taki_book *book = lane_of(account)->campaigns;
    if (taki_instant_is_null(told->t_sql))
        return;
    bool is_marketing = taki_str_is(told->sourced.class_name, "marketing");
    if (told->dim->role_begin == told->dim->role_end)
        taki_campaign_count_all(book, TAKI_CAMPAIGN_ROLE_MISSING, 1);
    if (!told->credit.is_renewal) {
        taki_campaign_count_all(book, TAKI_CAMPAIGN_PIPELINE, 1);
        taki_campaign_count_all(book, TAKI_CAMPAIGN_PIPELINE_GROSS, told->gross);
        taki_campaign_count_all(book, TAKI_CAMPAIGN_PIPELINE_NET,
                                told->is_family_latest ? known(told->amount_at_sql) : 0);
    }
    if (is_unconverted(told) && is_marketing) {
        taki_campaign_count(book, facts_of(account), told->sourced.campaign, TAKI_CAMPAIGN_UNCONVERTED, 1);
    } else if (is_unconverted(told)) {
        taki_campaign_count_all(book, TAKI_CAMPAIGN_UNCONVERTED, 1);
    }
    if (is_marketing && !told->credit.is_renewal)
        count_sourced(account, told);
    count_influenced(account, told);
}

static const struct taki_flow *flows_of(const struct taki_told_account *account, const struct taki_pass_note *note,
                                        size_t *count)
{
    *count = note->flows.size / sizeof(struct taki_flow);
    struct taki_flow *flows = TAKI_NEW_ARRAY(account->arena, *count, struct taki_flow);
    if (*count > 0)
        memcpy(flows, note->flows.data, note->flows.size);
    return flows;
}

/* The opportunity unit begins at SQL: what came before belongs to persons. */
static void count_opportunity(struct taki_told_account *account, const struct taki_told_deal *told,
                              const struct taki_pass_note *link)
{
    size_t count, first = 0;
    const struct taki_flow *all = flows_of(account, link, &count);
    while (first < count && (all[first].to != TAKI_STAGE_SQL || all[first].is_superseded))
        first++;
    if (first == count)
        return;
    struct taki_flow *flows = TAKI_NEW_ARRAY(account->arena, count - first, struct taki_flow);
    memcpy(flows, all + first, (count - first) * sizeof *flows);
    flows[0].from = TAKI_STAGE_KNOWN;
    struct taki_segment segments[TAKI_SEGMENTS];
    taki_segments_fill(facts_of(account),
                       (struct taki_segment_keys){told->dim->account, told->index, told->sourced.campaign,
                                                  link->inside_team, TAKI_STR_NULL},
                       segments);
    struct taki_valued_deal value = {facts_of(account), told->dim, &told->deal};
    const struct taki_flow_case one = {
        .unit = TAKI_UNIT_OPPORTUNITY,
        .segments = segments,
        .segment_count = TAKI_SEGMENTS,
        .flows = flows,
        .flow_count = count - first,
        .sql_is_inferred = link->sql_is_inferred == 1,
        .amount_on = taki_value_on,
        .deal = &value,
        .amount_at_sql = link->amount_at_sql,
        .amount_at_close = link->amount_at_close,
    };
    taki_flows_add(lane_of(account)->flows, &account->compute->calendar, &one);
}

static struct taki_cycle_pass cycle_pass(const struct taki_pass_note *note)
{
    return (struct taki_cycle_pass){
        .person = (uint32_t)note->person,
        .no = note->pass_no,
        .opened = note->opened,
        .ended = note->ended,
        .ended_date = note->ended_date,
        .end = (enum taki_stage)note->end,
        .reached = (enum taki_stage)note->reached,
        .t = {TAKI_INSTANT_NULL, note->t_inq, note->t_mql, note->t_psql, note->t_sal, note->t_sql, TAKI_INSTANT_NULL},
    };
}

static const struct taki_pass_note *note_of(const struct taki_told_account *account,
                                            const struct taki_cycle_pass *passes, uint32_t index)
{
    for (size_t i = 0; index != TAKI_NO_INDEX && i < account->passes.count; i++) {
        const struct taki_pass_note *note = account->passes.items[i];
        if ((uint32_t)note->person == passes[index].person && note->pass_no == passes[index].no)
            return note;
    }
    return NULL;
}

static const struct taki_told_deal *deal_of(const struct taki_told_account *account, const struct taki_pass_note *note)
{
    for (size_t i = 0; note && note->deal != TAKI_I64_NULL && i < account->deal_count; i++) {
        if (account->deals[i].index == (uint32_t)note->deal)
            return &account->deals[i];
    }
    return NULL;
}

static void count_cycle(struct taki_told_account *account, const struct taki_cycle *cycle,
                        const struct taki_cycle_pass *passes)
{
    const struct taki_pass_note *best = note_of(account, passes, cycle->best),
                                *sql = note_of(account, passes, cycle->sql);
    const struct taki_pass_note *won = note_of(account, passes, cycle->won);
    const struct taki_told_deal *told = deal_of(account, sql);
    if (best == NULL)
        taki_bug("a cycle without a pass");
    struct taki_valued_deal value = {facts_of(account), told ? told->dim : NULL, told ? &told->deal : NULL};
    struct taki_segment segments[TAKI_SEGMENTS];
    uint32_t deal = best->deal == TAKI_I64_NULL ? TAKI_NO_INDEX : (uint32_t)best->deal;
    uint32_t campaign = best->mql_campaign == TAKI_I64_NULL ? TAKI_NO_INDEX : (uint32_t)best->mql_campaign;
    taki_segments_fill(facts_of(account),
                       (struct taki_segment_keys){account->index, deal, campaign, best->inside_team, TAKI_STR_NULL},
                       segments);
    const struct taki_flow_case one = {
        .unit = TAKI_UNIT_ACCOUNT,
        .segments = segments,
        .segment_count = TAKI_SEGMENTS,
        .flows = cycle->flows,
        .flow_count = cycle->flow_count,
        .sql_is_inferred = cycle->sql_is_inferred,
        .amount_on = told ? taki_value_on : NULL,
        .deal = &value,
        .amount_at_sql = sql ? sql->amount_at_sql : TAKI_I64_NULL,
        .amount_at_close = won ? won->amount_at_close : TAKI_I64_NULL,
    };
    taki_flows_add(lane_of(account)->flows, &account->compute->calendar, &one);
}

static void count_cycles(struct taki_told_account *account)
{
    size_t count = account->passes.count, cycles;
    struct taki_cycle_pass *passes = TAKI_NEW_ARRAY(account->arena, count, struct taki_cycle_pass);
    for (size_t i = 0; i < count; i++)
        passes[i] = cycle_pass(account->passes.items[i]);
    const struct taki_cycle *list =
        taki_cycles_build(account->arena, &facts_of(account)->rules->limits, passes, count, &cycles);
    for (size_t i = 0; i < cycles; i++)
        count_cycle(account, &list[i], passes);
}

void taki_account_count(struct taki_told_account *account)
{
    for (size_t i = 0; i < account->deal_count; i++) {
        const struct taki_told_deal *told = &account->deals[i];
        count_campaigns(account, told);
        for (size_t k = 0; k < told->links.count; k++)
            count_opportunity(account, told, told->links.items[k]);
    }
    count_cycles(account);
}
