/* Life of the records themselves: edits, late edits, deletes, merges in both systems. */
#include "company.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/** From 17:53 to half a minute past 18:00 UTC, when the night is read. */
#define LATE_BY INT64_C(450)

static const char *any_record(struct sim_company *company, uint32_t who, struct sim_row **row)
{
    const struct person *person = &company->persons[who];
    *row = record_find(company, "Contact", person->contact);
    if (*row)
        return "Contact";
    *row = record_find(company, "Lead", person->lead);
    return "Lead";
}

static void edit(struct sim_company *company, uint32_t who, int64_t when)
{
    static const char *const titles[] = {"部長", "課長", "次長", "Manager", "本部長"};
    struct person *person = &company->persons[who];
    struct sim_row *row;
    const char *object = any_record(company, who, &row);
    const char *title = titles[sim_rng_below(&person->rng, SIM_LEN(titles))];
    marketo_set(company, who, "title", title, when);
    if (row) {
        record_set(company, object, row, "Title", title);
        record_touch(company, object, row, when);
    }
    if (sim_rng_percent(&person->rng, 50))
        company_at(company, company_later(&person->rng, when, 60, 240), edit, who);
}

/** The nightly job of another system stamps its change seven minutes before our night; only the next reader sees it. */
static void show_late(struct sim_company *company, uint32_t who, int64_t when)
{
    struct sim_row *row;
    const char *object = any_record(company, who, &row);
    if (!row)
        return;
    record_set(company, object, row, "HasOptedOutOfEmail", "true");
    record_touch(company, object, row, when - LATE_BY);
}

static void edit_late(struct sim_company *company, uint32_t who, int64_t when)
{
    company_at(company, (when + 6 * SIM_HOUR) / SIM_DAY * SIM_DAY + 18 * SIM_HOUR + 30, show_late, who);
}

static void delete_lead(struct sim_company *company, uint32_t who, int64_t when)
{
    struct person *person = &company->persons[who];
    struct sim_table *table = sim_table_find(company->sim->store, "marketo", "leads");
    struct sim_row *mkto = marketo_lead(company, who), *lead = record_find(company, "Lead", person->lead);
    if (person->contact[0])
        return;
    if (mkto) {
        marketo_activity(company, who, 37, (struct primary){person->mkto, person->email},
                         "[{\"name\":\"Remove from CRM\",\"value\":false}]", when);
        mkto->is_gone = true;
        table->changes++;
    }
    if (lead)
        record_delete(company, "Lead", lead, NULL, when);
    person->is_gone = true;
}

/** Another Marketo lead of the same person (older address, typed by hand), merged into the person's own. */
static void merge_marketo(struct sim_company *company, uint32_t who, int64_t when)
{
    struct person *person = &company->persons[who];
    struct sim_store *store = company->sim->store;
    struct sim_table *table = sim_table_find(store, "marketo", "leads");
    struct sim_row *row = person->twin[0] ? sim_row_find(table, person->twin) : NULL;
    if (!row || !marketo_lead(company, who))
        return;
    row->is_gone = true;
    table->changes++;
    marketo_set(company, who, "phone", sim_row_get(table, row, "phone"), when);
    char *attributes =
        sim_format("[{\"name\":\"Merge IDs\",\"value\":\"[%s]\"},{\"name\":\"Merge Source\",\"value\":\"User\"},"
                   "{\"name\":\"Merged in Sales\",\"value\":false}]",
                   person->twin);
    marketo_activity(company, who, 32, (struct primary){person->mkto, person->email}, attributes, when);
    free(attributes);
}

static void duplicate_marketo(struct sim_company *company, uint32_t who, int64_t when)
{
    struct person *person = &company->persons[who];
    struct sim_store *store = company->sim->store;
    struct sim_table *table = sim_table_find(store, "marketo", "leads");
    struct sim_row *own = marketo_lead(company, who);
    if (!own)
        return;
    char *id = sim_format("%" PRIu64, 5000 + ++company->leads), *kept = sim_dup(person->mkto);
    struct sim_row *row = sim_row_copy(store, table, own);
    row->id = sim_intern(store, id);
    row->values[0] = row->id;
    char *email = company_email_variant(person, &person->rng);
    sim_row_set(store, table, row, "email", email);
    sim_row_set(store, table, row, "sfdcLeadId", NULL);
    sim_row_set(store, table, row, "sfdcContactId", NULL);
    sim_row_set_time(store, table, row, "createdAt", when);
    sim_row_set_time(store, table, row, "updatedAt", when);
    sim_row_put(store, table, row);
    snprintf(person->mkto, sizeof person->mkto, "%s", id);
    marketo_activity(company, who, 12, NO_PRIMARY, "[{\"name\":\"Source Type\",\"value\":\"Web service API\"}]", when);
    (void)company_respond(company, who, when + 60);
    snprintf(person->mkto, sizeof person->mkto, "%s", kept);
    if (sim_rng_percent(&person->rng, 60)) {
        snprintf(person->twin, sizeof person->twin, "%s", id);
        company_at(company, company_later(&person->rng, when, 5, 60), merge_marketo, who);
    }
    free(email);
    free(kept);
    free(id);
}

static void move_children(struct sim_company *company, const struct firm *firm, const char *to, int64_t when)
{
    for (size_t i = 0; i < firm->n_children; i++) {
        const struct child *child = &firm->children[i];
        if (child->row->is_gone || child->row->deleted_at)
            continue;
        record_set(company, child->object, child->row, "AccountId", to);
        record_touch(company, child->object, child->row, when);
    }
}

/** A second Account of the firm, found and merged: children move to the survivor. */
static void merge_account(struct sim_company *company, uint32_t who, int64_t when)
{
    struct firm *firm = &company->firms[company->persons[who].firm];
    struct sim_row *old = record_find(company, "Account", firm->account);
    if (!old)
        return;
    struct sim_table *table = sim_table_find(company->sim->store, "salesforce", "Account");
    struct sim_row *row = record_new(company, "Account", company_user(USER_MARKETING), when);
    char *name = company_firm_variant(firm, &company->persons[who].rng);
    record_set(company, "Account", row, "Name", name);
    record_set(company, "Account", row, "Website", sim_row_get(table, old, "Website"));
    record_set(company, "Account", row, "Industry", firm->industry);
    record_set(company, "Account", row, "Type", sim_row_get(table, old, "Type"));
    record_set(company, "Account", row, "OwnerId", company_field(who));
    free(name);
    move_children(company, firm, row->id, when + 5);
    record_delete(company, "Account", old, row->id, when + 5);
    snprintf(firm->account, sizeof firm->account, "%s", row->id);
}

/** A Contact typed twice: the newer one loses, its roles and activities move. */
static void merge_contact(struct sim_company *company, uint32_t who, int64_t when)
{
    struct person *person = &company->persons[who];
    struct sim_table *table = sim_table_find(company->sim->store, "salesforce", "Contact");
    struct sim_row *own = record_find(company, "Contact", person->contact);
    if (!own)
        return;
    struct sim_row *row = record_new(company, "Contact", company_inside(who), when);
    static const char *const fields[] = {"AccountId", "LastName", "Phone", "OwnerId"};
    for (size_t i = 0; i < SIM_LEN(fields); i++)
        record_set(company, "Contact", row, fields[i], sim_row_get(table, own, fields[i]));
    char *email = company_email_variant(person, &person->rng);
    record_set(company, "Contact", row, "Email", email);
    sim_data_complete(company->sim, table, row);
    free(email);
    record_delete(company, "Contact", row, own->id, when + 2 * SIM_HOUR);
    record_touch(company, "Contact", own, when + 2 * SIM_HOUR);
}

void company_plan_upkeep(struct sim_company *company, uint32_t who, int64_t when)
{
    static const struct {
        happening act;
        uint32_t percent;
        int64_t lo, hi;
    } plans[] = {
        {edit,              60, 20, 200},
        {edit_late,         10, 30, 250},
        {delete_lead,       3,  30, 300},
        {duplicate_marketo, 8,  5,  120},
        {merge_account,     4,  90, 400},
        {merge_contact,     4,  60, 400}
    };
    struct sim_rng *rng = &company->persons[who].rng;
    for (size_t i = 0; i < SIM_LEN(plans); i++) {
        if (sim_rng_percent(rng, plans[i].percent))
            company_at(company, company_later(rng, when, plans[i].lo, plans[i].hi), plans[i].act, who);
    }
}
