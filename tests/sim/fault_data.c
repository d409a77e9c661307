/* Faults that live in the data: mass updates (M11) and late rows (M12). */
#include "faults.h"
#include "world.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define MASS_ROWS 12000
/** Before the night's read end (now - settle), within the look-back a careful client uses. */
#define LATE_SALESFORCE INT64_C(480)
#define LATE_MARKETO (20 * SIM_HOUR)

static void stamp(struct sim *sim, struct sim_table *table, struct sim_row *row, int64_t at)
{
    sim_row_set_time(sim->store, table, row, "SystemModstamp", at);
    sim_row_set_time(sim->store, table, row, "LastModifiedDate", at);
}

/** Number of rows by variant ("500"), else 12,000: all get one SystemModstamp, missing ones are created. */
bool sim_arm_mass_update(struct sim *sim, const char *vendor, const char *stream, const char *variant)
{
    struct sim_table *table = sim_table_find(sim->store, vendor, stream);
    int64_t wanted = *variant ? strtoll(variant, NULL, 10) : MASS_ROWS, done = 0;
    if (!table || wanted <= 0 || sim_field_find(table, "SystemModstamp") == SIZE_MAX)
        return false;
    int64_t at = sim->now - SIM_HOUR;
    for (size_t i = 0; i < table->n_rows && done < wanted; i++) {
        struct sim_row *row = table->rows[i];
        if (row->is_gone || row->deleted_at)
            continue;
        stamp(sim, table, row, at);
        done++;
    }
    for (; done < wanted; done++) {
        char *id = sim_format("%sM%011" PRId64 "AAA", table->object->prefix, done);
        struct sim_row *row = sim_row_draft(sim->store, table, id);
        free(id);
        char *name = sim_format("mass %05" PRId64, done);
        sim_row_set(sim->store, table, row, sim_field_find(table, "LastName") == SIZE_MAX ? "Name" : "LastName", name);
        free(name);
        if (sim_field_find(table, "Company") != SIZE_MAX)
            sim_row_set(sim->store, table, row, "Company", "mass import");
        sim_row_set_time(sim->store, table, row, "CreatedDate", at);
        stamp(sim, table, row, at);
        sim_data_complete(sim, table, row);
        sim_row_put(sim->store, table, row);
    }
    return true;
}

static bool late_activity(struct sim *sim, struct sim_table *table)
{
    const struct sim_row *model = table->n_rows ? table->rows[table->n_rows - 1] : NULL;
    if (!model)
        return false;
    char *id = sim_format("99%010zu", table->n_rows + sim->store->n_pending);
    struct sim_row *row = sim_row_copy(sim->store, table, model);
    row->id = row->values[0] = sim_intern(sim->store, id);
    free(id);
    sim_row_set_time(sim->store, table, row, "activityDate", sim->now - LATE_MARKETO);
    sim_row_pend(sim->store, sim->now + SIM_HOUR, table, row);
    return true;
}

/** One row changed before tonight's read ended, but to be seen only from tomorrow on. */
bool sim_arm_late_row(struct sim *sim, const char *vendor, const char *stream, const char *variant)
{
    (void)variant;
    struct sim_table *table = sim_table_find(sim->store, vendor, stream);
    if (!table)
        return false;
    if (strcmp(stream, "activities") == 0)
        return late_activity(sim, table);
    const char *field = strcmp(vendor, "marketo") == 0 ? "updatedAt" : "SystemModstamp";
    for (size_t i = table->n_rows; i > 0; i--) {
        if (table->rows[i - 1]->is_gone || table->rows[i - 1]->deleted_at)
            continue;
        struct sim_row *row = sim_row_copy(sim->store, table, table->rows[i - 1]);
        sim_row_set_time(sim->store, table, row, field, sim->now - LATE_SALESFORCE);
        sim_row_pend(sim->store, sim->now + SIM_HOUR, table, row);
        return true;
    }
    return false;
}
