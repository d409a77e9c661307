#include "../compute_account.h"
#include "entity_tables.h"
#include "fill.h"

#define FISCAL_START_MONTH 4 /* a Japanese company unless it says otherwise (domain.md 6.2) */

#define TAKI_ROW struct taki_account_row
static const struct taki_field fields[] = {TAKI_ACCOUNT_ROW(TAKI_FIELD)};

const struct taki_table taki_table_account = {
    .name = "account",
    .meaning = "golden accounts: one row a company",
    .kind = "entity",
    .fields = fields,
    .field_count = TAKI_LEN(fields),
    .row_size = sizeof(TAKI_ROW),
};

static void fill_golden(const struct taki_told_account *account, struct taki_account_row *row)
{
    const struct taki_facts *facts = account->compute->facts;
    const struct taki_golden_account *golden = &facts->accounts[account->index];
    bool knows_month = golden->fiscal_start_month >= 1 && golden->fiscal_start_month <= 12;
    row->account_id = golden->id;
    row->corporate_number = golden->corporate_number;
    row->name = golden->name;
    row->domain = golden->domain;
    row->industry = golden->industry;
    row->size_band = taki_size_band(golden->employees);
    row->fiscal_start_month = knows_month ? golden->fiscal_start_month : FISCAL_START_MONTH;
    row->fiscal_start_month_is_estimated = !knows_month;
    row->is_target = facts->targets[account->index].is_target;
    row->tier = facts->targets[account->index].tier;
    row->is_customer = golden->is_customer;
}

static bool is_new_department(const struct taki_told_account *account, size_t i)
{
    const struct taki_person_note *note = account->persons.items[i];
    for (size_t k = 0; k < i; k++) {
        const struct taki_person_note *other = account->persons.items[k];
        if (other->is_reachable == 1 && taki_str_equal(other->department, note->department))
            return false;
    }
    return note->is_reachable == 1 && !taki_str_is_blank(note->department);
}

static taki_date later(taki_date a, taki_date b)
{
    return a.days > b.days ? a : b; /* NULL is the least date */
}

static void fill_persons(const struct taki_told_account *account, struct taki_account_row *row)
{
    row->n_persons = (int64_t)account->persons.count;
    row->n_reachable = row->n_target_leads = row->n_departments_filled = 0;
    for (size_t i = 0; i < account->persons.count; i++) {
        const struct taki_person_note *note = account->persons.items[i];
        row->n_reachable += note->is_reachable == 1;
        row->n_target_leads += note->is_target_lead == 1;
        row->n_departments_filled += is_new_department(account, i);
        row->last_response = later(row->last_response, note->last_response);
    }
    enum taki_stage best = TAKI_STAGE_KNOWN;
    for (size_t i = 0; i < account->passes.count; i++) {
        const struct taki_pass_note *note = account->passes.items[i];
        best = (enum taki_stage)note->reached > best ? (enum taki_stage)note->reached : best;
    }
    row->best_stage = taki_stage_code(best);
}

static void fill_deals(const struct taki_told_account *account, struct taki_account_row *row)
{
    row->n_open_opps = row->open_amount = row->won_amount_total = row->unconverted_count = 0;
    for (size_t i = 0; i < account->deal_count; i++) {
        const struct taki_told_deal *told = &account->deals[i];
        struct taki_valued_deal value = {account->compute->facts, told->dim, &told->deal};
        int64_t amount = taki_value_now(&value);
        row->unconverted_count += amount == TAKI_I64_NULL && told->deal.amount != TAKI_I64_NULL;
        row->n_open_opps += told->deal.is_open;
        row->is_customer |= told->deal.code == TAKI_STAGE_WON;
        if (amount != TAKI_I64_NULL && told->deal.is_open)
            row->open_amount += amount;
        if (amount != TAKI_I64_NULL && told->deal.code == TAKI_STAGE_WON)
            row->won_amount_total += amount;
    }
}

static void fill_activities(const struct taki_told_account *account, struct taki_account_row *row)
{
    const struct taki_facts *facts = account->compute->facts;
    bool is_planned = false;
    for (size_t i = 0; i < account->activities.count; i++) {
        const struct taki_activity_note *note = account->activities.items[i];
        bool is_field = note->function == TAKI_FUNCTION_FIELD;
        taki_date *last = is_field ? &row->last_field_activity : &row->last_inside_activity;
        if (note->is_planned == 1) {
            is_planned |= is_field && note->date.days > facts->today.days;
        } else {
            *last = later(*last, taki_instant_is_null(note->ts) ? note->date
                                                                : taki_zone_date(facts->rules->limits.zone, note->ts));
        }
    }
    bool is_recent = !taki_date_is_null(row->last_field_activity) &&
                     facts->today.days - row->last_field_activity.days <= (int32_t)facts->rules->coverage_days;
    row->field_coverage = is_recent || is_planned;
}

void taki_account_fill(const struct taki_told_account *account, struct taki_account_row *row)
{
    taki_fields_clear(fields, TAKI_LEN(fields), row);
    fill_golden(account, row);
    fill_persons(account, row);
    fill_deals(account, row);
    fill_activities(account, row);
}
