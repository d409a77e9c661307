#include "../compute_account.h"
#include "entity_tables.h"
#include "fill.h"

#define TAKI_ROW struct taki_opportunity_row
static const struct taki_field fields[] = {TAKI_OPPORTUNITY_ROW(TAKI_FIELD)};

const struct taki_table taki_table_opportunity = {
    .name = "opportunity",
    .meaning = "opportunities with the campaign that sourced them and every candidate",
    .kind = "entity",
    .fields = fields,
    .field_count = TAKI_LEN(fields),
    .row_size = sizeof(TAKI_ROW),
};

static void fill_record(const struct taki_told_deal *told, const struct taki_facts *facts,
                        struct taki_opportunity_row *row)
{
    const struct taki_opportunity *record = told->dim->record;
    row->opportunity_id = told->dim->id;
    row->account_id = taki_fill_account(facts, told->dim->account);
    row->product_line = record->product_line;
    row->motion = told->dim->motion;
    row->owner_id = record->owner;
    row->stage_source = record->stage;
    row->close_date = record->close_date;
    row->competitor = record->competitor;
    if (!taki_instant_is_null(record->created_at))
        row->created_date = taki_zone_date(facts->rules->limits.zone, record->created_at);
    if (told->deal.code != TAKI_STAGE_LOST)
        return;
    row->loss_reason_raw = record->loss_reason;
    row->loss_reason_class = taki_str_is_null(told->dim->loss_class) ? TAKI_STR("unknown") : told->dim->loss_class;
}

static void fill_money(const struct taki_told_deal *told, const struct taki_facts *facts,
                       struct taki_opportunity_row *row)
{
    struct taki_valued_deal value = {facts, told->dim, &told->deal};
    row->amount = taki_value_now(&value);
    row->amount_at_sql = told->amount_at_sql;
    row->amount_at_sql_estimated = told->estimated;
    row->sql_seq = told->sql_seq;
}

static void fill_credit(const struct taki_told_deal *told, const struct taki_facts *facts,
                        struct taki_opportunity_row *row)
{
    row->sourced_class = told->sourced.class_name;
    row->sourced_campaign_id = taki_fill_campaign(facts, told->sourced.campaign);
    row->sourced_rule = taki_sourced_rule_name(told->sourced.rule);
    row->cand_primary = taki_fill_campaign(facts, told->sourced.cand_primary);
    row->cand_trigger = taki_fill_campaign(facts, told->sourced.cand_trigger);
    row->cand_first_touch = taki_fill_campaign(facts, told->sourced.cand_first_touch);
    row->is_influenced = told->is_influenced;
    row->n_dmu = told->dim->role_end - told->dim->role_begin;
    row->n_dmu_touched = told->dmu_touched;
    if (told->dim->lead != TAKI_NO_INDEX)
        row->lead_person_id = facts->persons[told->dim->lead].id;
    if (!told->lead)
        return;
    row->lead_pass_no = told->lead->pass_no;
    row->conversion_path = taki_path_name((enum taki_path)told->lead->path);
}

static void fill_times(const struct taki_told_deal *told, const struct taki_facts *facts,
                       struct taki_opportunity_row *row)
{
    bool is_closed = !told->deal.is_open;
    row->is_open = told->deal.is_open;
    row->stage_code = taki_stage_code(told->deal.code);
    if (told->deal.is_open)
        row->stage_code = taki_stage_code(taki_instant_is_null(told->t_sql) ? TAKI_STAGE_SAL : TAKI_STAGE_SQL);
    row->n_reopened = told->deal.n_reopened;
    row->n_close_date_pushes = told->deal.n_pushes;
    if (taki_instant_is_null(told->t_sql))
        return;
    row->sql_date = taki_zone_date(facts->rules->limits.zone, told->t_sql);
    if (!is_closed) {
        row->days_open = facts->today.days - row->sql_date.days;
    } else if (!taki_date_is_null(row->close_date) && row->close_date.days >= row->sql_date.days &&
               !told->sql_is_inferred) {
        row->days_sql_to_close = row->close_date.days - row->sql_date.days;
    }
}

void taki_opportunity_fill(const struct taki_told_account *account, size_t index, struct taki_opportunity_row *row)
{
    const struct taki_told_deal *told = &account->deals[index];
    const struct taki_facts *facts = account->compute->facts;
    taki_fields_clear(fields, TAKI_LEN(fields), row);
    fill_record(told, facts, row);
    row->deal_family_id = account->families[account->families[index].root].id;
    fill_money(told, facts, row);
    fill_credit(told, facts, row);
    fill_times(told, facts, row);
}
