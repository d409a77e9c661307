/* Conversion and opportunities: stages, histories, contact roles, losses, reopenings, second deals, renewals. */
#include "company.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { STAGE_OFFER, STAGE_QUOTE, STAGE_FINAL, STAGE_WON, STAGE_LOST };
static const struct {
    const char *label, *forecast;
    int64_t probability;
} stages[] = {
    {"提案",       "Pipeline", 30 },
    {"見積",       "BestCase", 50 },
    {"最終交渉", "Commit",   80 },
    {"受注",       "Closed",   100},
    {"失注",       "Omitted",  0  }
};
static const char *const loss_reasons[] = {"競合", "予算凍結", "停滞", "価格", "機能不足", "内製", NULL};

static const char *need_account(struct sim_company *company, uint32_t who, int64_t when)
{
    struct person *person = &company->persons[who];
    struct firm *firm = &company->firms[person->firm];
    struct sim_row *row = record_find(company, "Account", firm->account);
    if (row)
        return row->id;
    char *name = company_firm_variant(firm, &person->rng), *site = sim_format("https://www.%s/", firm->domain);
    row = record_new(company, "Account", company_field(who), when);
    record_set(company, "Account", row, "Name", name);
    record_set(company, "Account", row, "Website", sim_rng_percent(&person->rng, 80) ? site : NULL);
    record_set(company, "Account", row, "Industry", firm->industry);
    record_set(company, "Account", row, "BillingCountry", firm->country);
    record_set(company, "Account", row, "BillingState", firm->prefecture);
    record_set(company, "Account", row, "Type", "Prospect");
    record_set(company, "Account", row, "OwnerId", company_field(who));
    record_set_int(company, "Account", row, "NumberOfEmployees", firm->employees);
    snprintf(firm->account, sizeof firm->account, "%s", row->id);
    free(name);
    free(site);
    return row->id;
}

static void need_contact(struct sim_company *company, uint32_t who, int64_t when)
{
    struct person *person = &company->persons[who];
    const char *account = need_account(company, who, when);
    if (record_find(company, "Contact", person->contact))
        return;
    struct sim_row *row = record_new(company, "Contact", company_field(who), when);
    char *phone = company_phone_variant(person, &person->rng);
    const struct {
        const char *field, *value;
    } values[] = {
        {"AccountId",          account           },
        {"LastName",           person->last      },
        {"FirstName",          person->first     },
        {"Title",              person->title     },
        {"Department",         person->department},
        {"Email",              person->email     },
        {"Phone",              phone             },
        {"Kana__c",            person->kana      },
        {"OwnerId",            company_field(who)},
        {"HasOptedOutOfEmail", "false"           },
        {"DoNotCall",          "false"           }
    };
    for (size_t i = 0; i < SIM_LEN(values); i++)
        record_set(company, "Contact", row, values[i].field, values[i].value);
    record_belongs(company, "Contact", row, person->firm);
    sim_data_complete(company->sim, sim_table_find(company->sim->store, "salesforce", "Contact"), row);
    snprintf(person->contact, sizeof person->contact, "%s", row->id);
    marketo_set(company, who, "sfdcContactId", row->id, when);
    marketo_set(company, who, "sfdcAccountId", account, when);
    marketo_set(company, who, "sfdcType", "Contact", when);
    free(phone);
}

static struct sim_row *deal_row(struct sim_company *company, uint32_t at)
{
    return record_find(company, "Opportunity", company->deals[at].id);
}

static void write_history(struct sim_company *company, uint32_t at, int64_t old_amount, int64_t old_close,
                          const char *by, int64_t when)
{
    const struct deal *deal = &company->deals[at];
    char day[11];
    struct sim_row *row = record_new(company, "OpportunityHistory", by, when);
    record_set(company, "OpportunityHistory", row, "OpportunityId", deal->id);
    record_set(company, "OpportunityHistory", row, "StageName", stages[deal->stage].label);
    record_set(company, "OpportunityHistory", row, "ForecastCategory", stages[deal->stage].forecast);
    record_set_int(company, "OpportunityHistory", row, "Amount", deal->amount);
    record_set_int(company, "OpportunityHistory", row, "Probability", stages[deal->stage].probability);
    record_set_int(company, "OpportunityHistory", row, "ExpectedRevenue",
                   deal->amount * stages[deal->stage].probability / 100);
    sim_date_print(deal->close, day);
    record_set(company, "OpportunityHistory", row, "CloseDate", day);
    if (!old_close)
        return;
    record_set_int(company, "OpportunityHistory", row, "PrevAmount", old_amount);
    sim_date_print(old_close, day);
    record_set(company, "OpportunityHistory", row, "PrevCloseDate", day);
}

/** Brings the Opportunity to the deal's stage, amount and close date. */
static void write_deal(struct sim_company *company, uint32_t at, int64_t when)
{
    const struct deal *deal = &company->deals[at];
    struct sim_row *row = deal_row(company, at);
    char day[11];
    if (!row)
        return;
    sim_date_print(deal->close, day);
    record_set(company, "Opportunity", row, "StageName", stages[deal->stage].label);
    record_set(company, "Opportunity", row, "ForecastCategoryName", stages[deal->stage].forecast);
    record_set_int(company, "Opportunity", row, "Amount", deal->amount);
    record_set_int(company, "Opportunity", row, "Probability", stages[deal->stage].probability);
    record_set(company, "Opportunity", row, "CloseDate", day);
    record_set(company, "Opportunity", row, "IsClosed", deal->is_closed ? "true" : "false");
    record_set(company, "Opportunity", row, "IsWon", deal->stage == STAGE_WON ? "true" : "false");
    sim_row_set_time(company->sim->store, sim_table_find(company->sim->store, "salesforce", "Opportunity"), row,
                     "LastStageChangeDate", when);
    record_touch(company, "Opportunity", row, when);
}

static void add_role(struct sim_company *company, uint32_t at, const char *contact, bool is_primary, int64_t when)
{
    static const char *const roles[] = {"Decision Maker", "Influencer", "Executive Sponsor", "Evaluator",
                                        "Business User"};
    struct deal *deal = &company->deals[at];
    struct sim_row *row = record_new(company, "OpportunityContactRole", company_field(deal->person), when);
    record_set(company, "OpportunityContactRole", row, "OpportunityId", deal->id);
    record_set(company, "OpportunityContactRole", row, "ContactId", contact);
    record_set(company, "OpportunityContactRole", row, "IsPrimary", is_primary ? "true" : "false");
    record_set(company, "OpportunityContactRole", row, "Role",
               roles[sim_rng_below(&company->persons[deal->person].rng, SIM_LEN(roles))]);
}

static void add_colleagues(struct sim_company *company, uint32_t at, int64_t when)
{
    struct deal *deal = &company->deals[at];
    struct sim_rng *rng = &company->persons[deal->person].rng;
    uint32_t firm = company->persons[deal->person].firm;
    for (uint32_t i = company->firms[firm].last_person; i; i = company->persons[i - 1].previous) {
        const struct person *other = &company->persons[i - 1];
        if (i - 1 != deal->person && record_find(company, "Contact", other->contact) && sim_rng_percent(rng, 60))
            add_role(company, at, other->contact, false, when);
    }
}

static void move_deal(struct sim_company *company, uint32_t at, int64_t when);

static void meet(struct sim_company *company, uint32_t at, int64_t when)
{
    struct deal *deal = &company->deals[at];
    struct person *person = &company->persons[deal->person];
    char day[11];
    if (!deal_row(company, at))
        return;
    sim_date_print(when + SIM_JST, day);
    struct sim_row *row = record_new(company, "Event", company_field(deal->person), when);
    struct sim_table *table = sim_table_find(company->sim->store, "salesforce", "Event");
    record_set(company, "Event", row, "WhoId", person->contact);
    record_set(company, "Event", row, "WhatId", deal->id);
    record_belongs(company, "Event", row, person->firm);
    record_set(company, "Event", row, "Subject", "商談");
    record_set(company, "Event", row, "Type", "Meeting");
    record_set(company, "Event", row, "IsArchived", "false");
    record_set(company, "Event", row, "ActivityDate", day);
    record_set(company, "Event", row, "OwnerId", company_field(deal->person));
    sim_row_set_time(company->sim->store, table, row, "StartDateTime", when);
    sim_row_set_time(company->sim->store, table, row, "EndDateTime", when + SIM_HOUR);
}

void company_open_deal(struct sim_company *company, uint32_t who, int64_t when, const char *type)
{
    struct person *person = &company->persons[who];
    need_contact(company, who, when);
    const char *previous =
        person->last_deal ? sim_intern(company->sim->store, company->deals[person->last_deal - 1].id) : NULL;
    struct sim_row *row = record_new(company, "Opportunity", company_field(who), when);
    company->deals = sim_grow(company->deals, (company->n_deals + 1) * sizeof *company->deals);
    struct deal *deal = &company->deals[company->n_deals];
    *deal = (struct deal){.person = who, .amount = sim_rng_between(&person->rng, 2, 60) * 200000};
    deal->close = company_later(&person->rng, when, 60, 180) + SIM_JST;
    snprintf(deal->id, sizeof deal->id, "%s", row->id);
    if (sim_rng_percent(&person->rng, 3))
        deal->amount = 0;
    char *name = sim_format("%s %s", company->firms[person->firm].name, person->product);
    record_set(company, "Opportunity", row, "Name", name);
    record_belongs(company, "Opportunity", row, person->firm);
    record_set(company, "Opportunity", row, "Type", type);
    record_set(company, "Opportunity", row, "Product_Line__c", person->product);
    record_set(company, "Opportunity", row, "OwnerId", company_field(who));
    record_set(company, "Opportunity", row, "LeadSource", person->mkto[0] ? "Marketo" : "営業");
    if (previous && sim_rng_percent(&person->rng, 30))
        record_set(company, "Opportunity", row, "Previous_Opportunity__c", previous);
    free(name);
    uint32_t at = company->n_deals++;
    person->last_deal = at + 1;
    write_deal(company, at, when);
    write_history(company, at, 0, 0, company_field(who), when);
    add_role(company, at, person->contact, true, when);
    add_colleagues(company, at, when + 600);
    company_at(company, company_later(&person->rng, when, 2, 15), meet, at);
    company_at(company, company_later(&person->rng, when, 7, 40), move_deal, at);
}

void company_convert(struct sim_company *company, uint32_t who, int64_t when)
{
    struct person *person = &company->persons[who];
    struct sim_row *lead = record_find(company, "Lead", person->lead);
    bool was_contact = person->contact[0] != '\0';
    if (person->is_gone || (!lead && !was_contact))
        return;
    company_open_deal(company, who, when, "New Business");
    if (!lead || was_contact)
        return;
    char day[11];
    sim_date_print(when + SIM_JST, day);
    record_set(company, "Lead", lead, "IsConverted", "true");
    record_set(company, "Lead", lead, "ConvertedDate", day);
    record_set(company, "Lead", lead, "ConvertedContactId", person->contact);
    record_set(company, "Lead", lead, "ConvertedAccountId", company->firms[person->firm].account);
    record_set(company, "Lead", lead, "ConvertedOpportunityId", company->deals[person->last_deal - 1].id);
    record_touch(company, "Lead", lead, when);
    record_history(company, &(struct change){"LeadHistory", lead->id, "leadConverted", NULL, NULL, company_field(who)},
                   when);
}

static void reopen(struct sim_company *company, uint32_t at, int64_t when)
{
    struct deal *deal = &company->deals[at];
    struct sim_row *row = deal_row(company, at);
    if (!row || deal->stage != STAGE_LOST)
        return;
    int64_t old = deal->close;
    deal->stage = STAGE_QUOTE;
    deal->is_closed = false;
    deal->reopened++;
    deal->close = company_later(&company->persons[deal->person].rng, when, 30, 90) + SIM_JST;
    record_set(company, "Opportunity", row, "Loss_Reason__c", NULL);
    write_deal(company, at, when);
    write_history(company, at, deal->amount, old, company_field(deal->person), when);
    company_at(company, company_later(&company->persons[deal->person].rng, when, 10, 40), move_deal, at);
}

static void renew(struct sim_company *company, uint32_t who, int64_t when)
{
    company_open_deal(company, who, when, "Renewal");
}

static void expand(struct sim_company *company, uint32_t who, int64_t when)
{
    company_open_deal(company, who, when, "Existing Business");
}

/** What may follow a closed deal. */
static void plan_after(struct sim_company *company, uint32_t at, int64_t when)
{
    struct deal *deal = &company->deals[at];
    struct sim_rng *rng = &company->persons[deal->person].rng;
    uint32_t fate = sim_rng_below(rng, 100);
    if (deal->stage == STAGE_WON) {
        struct sim_row *account =
            record_find(company, "Account", company->firms[company->persons[deal->person].firm].account);
        if (account) {
            record_set(company, "Account", account, "Type", "Customer");
            record_touch(company, "Account", account, when);
        }
        if (fate < 35) {
            company_at(company, company_later(rng, when, 320, 360), renew, deal->person);
        } else if (fate < 55) {
            company_at(company, company_later(rng, when, 90, 240), expand, deal->person);
        }
    } else if (fate < 10 && !deal->reopened) {
        company_at(company, company_later(rng, when, 3, 28), reopen, at);
    } else if (fate < 16 && !deal->reopened) {
        company_at(company, company_later(rng, when, 45, 150), reopen, at);
    } else if (fate < 45) {
        company_at(company, company_later(rng, when, 60, 200), company_call_again, deal->person);
    }
}

static void close_deal(struct sim_company *company, uint32_t at, bool is_won, int64_t when)
{
    struct deal *deal = &company->deals[at];
    struct sim_rng *rng = &company->persons[deal->person].rng;
    int64_t old = deal->close;
    deal->stage = is_won ? STAGE_WON : STAGE_LOST;
    deal->is_closed = true;
    deal->close = when + SIM_JST;
    struct sim_row *row = deal_row(company, at);
    if (!is_won) {
        const char *reason = loss_reasons[sim_rng_below(rng, SIM_LEN(loss_reasons))];
        record_set(company, "Opportunity", row, "Loss_Reason__c", reason);
        if (reason && strcmp(reason, "競合") == 0)
            record_set(company, "Opportunity", row, "MainCompetitors__c", "他社A");
    }
    write_deal(company, at, when);
    write_history(company, at, deal->amount, old, company_field(deal->person), when);
    plan_after(company, at, when);
}

static void log_amount(struct sim_company *company, const struct deal *deal, int64_t old, int64_t when)
{
    char *from = sim_format("%" PRId64 ".0", old), *to = sim_format("%" PRId64 ".0", deal->amount);
    record_history(
        company, &(struct change){"OpportunityFieldHistory", deal->id, "Amount", from, to, company_field(deal->person)},
        when);
    free(from);
    free(to);
}

/** Forward, back, a pushed close date, or another amount. */
static void shift_deal(struct deal *deal, struct sim_rng *rng, uint32_t fate)
{
    if (fate < 62 && deal->stage < STAGE_FINAL) {
        deal->stage++;
    } else if (fate < 68 && deal->stage > STAGE_OFFER) {
        deal->stage--;
    } else if (fate < 84) {
        deal->close = company_later(rng, deal->close, 14, 45) + SIM_JST;
    } else {
        deal->amount = deal->amount / 10 * sim_rng_between(rng, 7, 13);
    }
}

static void move_deal(struct sim_company *company, uint32_t at, int64_t when)
{
    struct deal *deal = &company->deals[at];
    struct sim_rng *rng = &company->persons[deal->person].rng;
    if (!deal_row(company, at) || deal->is_closed)
        return;
    uint32_t fate = sim_rng_below(rng, 100);
    bool is_final = deal->stage == STAGE_FINAL;
    if (fate < 12) /* left lying: its close date passes */
        return;
    if (fate < 30 || (is_final && fate < 55)) {
        close_deal(company, at, fate >= 30 || (is_final && fate >= 22), when);
        return;
    }
    int64_t old_amount = deal->amount, old_close = deal->close;
    shift_deal(deal, rng, fate);
    write_deal(company, at, when);
    write_history(company, at, old_amount, old_close, company_field(deal->person), when);
    if (old_amount != deal->amount)
        log_amount(company, deal, old_amount, when);
    if (sim_rng_percent(rng, 60))
        company_at(company, company_later(rng, when, 1, 12), meet, at);
    company_at(company, company_later(rng, when, 8, 35), move_deal, at);
}
