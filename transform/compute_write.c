#include "analytics/fill.h"
#include "compute_account.h"

/* What may be found of a deal; the record, value and day come with the finding. */
static const struct taki_issue role_missing = {
    .rule = "role_missing",
    .severity = "info",
    .detail = TAKI_STR_INIT("no contact role: campaigns cannot be shown to have influenced it"),
};
static const struct taki_issue role_after_close = {
    .rule = "role_after_close",
    .severity = "info",
    .detail = TAKI_STR_INIT("a contact role was added after the close; it does not influence"),
};
static const struct taki_issue close_before_sql = {
    .rule = "close_before_sql",
    .severity = "warn",
    .detail = TAKI_STR_INIT("the close date lies before SQL; no cycle time"),
};
static const struct taki_issue future_date = {
    .rule = "future_date",
    .severity = "warn",
    .detail = TAKI_STR_INIT("closed with a close date after as_of; reported on as_of's date"),
};

static void add_issue(struct taki_told_account *account, const struct taki_told_deal *told,
                      const struct taki_issue *found, taki_str value, taki_date seen)
{
    struct taki_issue *issue = TAKI_NEW(account->arena, struct taki_issue);
    *issue = *found;
    issue->entity = "opportunity";
    issue->record_id = told->dim->id;
    issue->value = value;
    issue->first_seen = seen;
    taki_list_add(account->arena, &account->issues, issue);
}

static taki_str day_text(struct taki_arena *arena, taki_date date)
{
    char text[11];
    taki_date_print(date, text);
    return taki_str_dup(arena, taki_str_of(text));
}

static void check_deal(struct taki_told_account *account, const struct taki_told_deal *told)
{
    const struct taki_facts *facts = account->compute->facts;
    taki_date created = told->credit.created_date;
    if (told->dim->role_begin == told->dim->role_end)
        add_issue(account, told, &role_missing, TAKI_STR_NULL, created);
    for (uint32_t i = told->dim->role_begin; i < told->dim->role_end; i++) {
        const struct taki_role_dim *role = &facts->roles[i];
        bool is_late = !taki_instant_is_null(role->added) &&
                       taki_zone_date(facts->rules->limits.zone, role->added).days > told->credit.last_date.days;
        if (is_late) {
            add_issue(account, told, &role_after_close, facts->persons[role->person].id,
                      taki_zone_date(facts->rules->limits.zone, role->added));
        }
    }
    if (told->deal.is_open || taki_instant_is_null(told->t_sql) || taki_date_is_null(told->deal.close_date))
        return;
    taki_date sql = taki_zone_date(facts->rules->limits.zone, told->t_sql);
    if (told->deal.close_date.days < sql.days)
        add_issue(account, told, &close_before_sql, day_text(account->arena, told->deal.close_date), sql);
    if (told->deal.close_date.days > facts->today.days)
        add_issue(account, told, &future_date, day_text(account->arena, told->deal.close_date), sql);
}

enum taki_status taki_account_write(struct taki_told_account *account, struct taki_error *err)
{
    struct taki_compute *compute = account->compute;
    struct taki_opportunity_row opportunity;
    for (size_t i = 0; i < account->deal_count; i++) {
        taki_opportunity_fill(account, i, &opportunity);
        TAKI_TRY(taki_sinks_add(compute->sinks, account->lane, &taki_table_opportunity, &opportunity, err));
        check_deal(account, &account->deals[i]);
    }
    for (size_t i = 0; i < account->issues.count; i++)
        TAKI_TRY(taki_compute_issue(compute, account->lane, account->issues.items[i], err));
    if (account->index == TAKI_NO_INDEX)
        return TAKI_OK;
    struct taki_account_row row;
    taki_account_fill(account, &row);
    return taki_sinks_add(compute->sinks, account->lane, &taki_table_account, &row, err);
}
