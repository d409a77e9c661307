/* Writing rows the way the vendors do: ids, stamps, histories, deletes that fade away. */
#include "company.h"
#include "vendors/salesforce.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define NULLED_AFTER (15 * SIM_DAY)
#define GONE_AFTER (30 * SIM_DAY)

static struct sim_table *table_of(struct sim_company *company, const char *object)
{
    return sim_table_find(company->sim->store, "salesforce", object);
}

void record_set(struct sim_company *company, const char *object, struct sim_row *row, const char *field,
                const char *value)
{
    sim_row_set(company->sim->store, table_of(company, object), row, field, value);
}

void record_set_int(struct sim_company *company, const char *object, struct sim_row *row, const char *field,
                    int64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, value);
    record_set(company, object, row, field, text);
}

struct sim_row *record_find(struct sim_company *company, const char *object, const char *id)
{
    struct sim_row *row = *id ? sim_row_find(table_of(company, object), id) : NULL;
    return row && !row->is_gone && !row->deleted_at ? row : NULL;
}

void record_touch(struct sim_company *company, const char *object, struct sim_row *row, int64_t when)
{
    struct sim_table *table = table_of(company, object);
    if (sim_field_find(table, "LastModifiedDate") != SIZE_MAX)
        sim_row_set_time(company->sim->store, table, row, "LastModifiedDate", when);
    if (sim_field_find(table, "SystemModstamp") != SIZE_MAX)
        sim_row_set_time(company->sim->store, table, row, "SystemModstamp", when);
}

void record_belongs(struct sim_company *company, const char *object, struct sim_row *row, uint32_t number)
{
    struct firm *firm = &company->firms[number];
    record_set(company, object, row, "AccountId", firm->account);
    if (firm->n_children % 16 == 0)
        firm->children = sim_grow(firm->children, (firm->n_children + 16) * sizeof *firm->children);
    firm->children[firm->n_children++] = (struct child){object, row};
}

struct sim_row *record_new(struct sim_company *company, const char *object, const char *by, int64_t when)
{
    struct sim_table *table = table_of(company, object);
    struct sim_store *store = company->sim->store;
    char id[19];
    sf_id(table->object->prefix, table->next_id++, id);
    struct sim_row *row = sim_row_put(store, table, sim_row_draft(store, table, id));
    if (sim_field_find(table, "IsDeleted") != SIZE_MAX)
        sim_row_set(store, table, row, "IsDeleted", "false");
    if (sim_field_find(table, "CreatedDate") != SIZE_MAX)
        sim_row_set_time(store, table, row, "CreatedDate", when);
    if (by && sim_field_find(table, "CreatedById") != SIZE_MAX)
        sim_row_set(store, table, row, "CreatedById", by);
    record_touch(company, object, row, when);
    return row;
}

void record_history(struct sim_company *company, const struct change *change, int64_t when)
{
    struct sim_row *row = record_new(company, change->object, change->by, when);
    const struct sim_table *table = table_of(company, change->object);
    record_set(company, change->object, row, table->fields[1].name,
               change->parent); /* LeadId, ContactId, OpportunityId */
    record_set(company, change->object, row, "Field", change->field);
    record_set(company, change->object, row, "DataType", "Text");
    record_set(company, change->object, row, "OldValue", change->from);
    record_set(company, change->object, row, "NewValue", change->to);
}

void record_delete(struct sim_company *company, const char *object, struct sim_row *row, const char *master,
                   int64_t when)
{
    struct sim_store *store = company->sim->store;
    struct sim_table *table = table_of(company, object);
    sim_row_set(store, table, row, "IsDeleted", "true");
    if (master)
        sim_row_set(store, table, row, "MasterRecordId", master);
    record_touch(company, object, row, when);
    row->deleted_at = when;
    struct sim_row *nulled = sim_row_draft(store, table, row->id);
    nulled->deleted_at = when;
    sim_row_set(store, table, nulled, "IsDeleted", "true");
    sim_row_set(store, table, nulled, "CreatedDate", sim_row_get(table, row, "CreatedDate"));
    if (master)
        sim_row_set(store, table, nulled, "MasterRecordId", master);
    sim_row_set_time(store, table, nulled, "SystemModstamp", when + NULLED_AFTER);
    struct sim_row *gone = sim_row_copy(store, table, nulled);
    gone->is_gone = true;
    sim_row_pend(store, when + NULLED_AFTER, table, nulled);
    sim_row_pend(store, when + GONE_AFTER, table, gone);
}

struct sim_row *marketo_lead(struct sim_company *company, uint32_t who)
{
    const struct sim_table *table = sim_table_find(company->sim->store, "marketo", "leads");
    const struct person *person = &company->persons[who];
    struct sim_row *row = person->mkto[0] ? sim_row_find(table, person->mkto) : NULL;
    return row && !row->is_gone ? row : NULL;
}

void marketo_set(struct sim_company *company, uint32_t who, const char *field, const char *value, int64_t when)
{
    struct sim_table *table = sim_table_find(company->sim->store, "marketo", "leads");
    struct sim_row *row = marketo_lead(company, who);
    if (!row)
        return;
    sim_row_set(company->sim->store, table, row, field, value);
    sim_row_set_time(company->sim->store, table, row, "updatedAt", when);
}

/* Two in a hundred become readable only the next night although dated now. */
void marketo_activity(struct sim_company *company, uint32_t who, int type, struct primary primary,
                      const char *attributes, int64_t when)
{
    struct sim_store *store = company->sim->store;
    struct sim_table *table = sim_table_find(store, "marketo", "activities");
    struct person *person = &company->persons[who];
    char id[24];
    snprintf(id, sizeof id, "%" PRIu64, ++company->activities + 100000);
    struct sim_row *row = sim_row_draft(store, table, id);
    sim_row_set(store, table, row, "leadId", person->mkto);
    sim_row_set_time(store, table, row, "activityDate", when);
    snprintf(id, sizeof id, "%d", type);
    sim_row_set(store, table, row, "activityTypeId", id);
    sim_row_set(store, table, row, "primaryAttributeValueId", primary.id);
    sim_row_set(store, table, row, "primaryAttributeValue", primary.text);
    sim_row_set(store, table, row, "attributes", attributes ? attributes : "[]");
    if (sim_rng_percent(&person->rng, 2)) {
        sim_row_pend(store, when + SIM_DAY, table, row);
    } else {
        sim_row_put(store, table, row);
    }
}
