#include "world.h"

#include "faults.h"

#include <stdlib.h>
#include <string.h>

/** The night after a day: 03:00 in Japan, 18:00 UTC. */
#define NIGHT (18 * SIM_HOUR)

/** Frees what is const for everybody but the store that made it. */
static void drop(const void *owned)
{
    void *data;
    memcpy(&data, &owned, sizeof data);
    free(data);
}

static void free_store(struct sim_store *store)
{
    for (size_t t = 0; t < store->n_tables; t++) {
        struct sim_table *table = store->tables[t];
        for (size_t i = 0; i < table->n_rows; i++) {
            free(table->rows[i]->values);
            free(table->rows[i]);
        }
        for (size_t f = 0; f < table->n_fields; f++)
            drop(table->fields[f].name);
        if (table->owns_object) {
            drop(table->object->name);
            drop(table->object);
        }
        free(table->rows);
        free(table->slots);
        free(table->fields);
        free(table);
    }
    for (size_t i = store->next_pending; i < store->n_pending; i++) {
        free(store->pending[i].row->values);
        free(store->pending[i].row);
    }
    for (size_t i = 0; i < store->n_pool_slots; i++)
        drop(store->pool[i]);
    free(store->pool);
    free(store->pending);
    free(store);
}

bool sim_world_open(struct sim *sim)
{
    sim->store = sim_alloc(sizeof *sim->store);
    sim->now = sim->options.today + NIGHT;
    for (size_t v = 0; v < sim_n_vendors; v++) {
        const struct sim_object *object = sim_vendors[v]->objects;
        for (; object && object->name; object++)
            sim_table_add(sim->store, sim_vendors[v]->name, object);
        sim->states[v] = sim_vendors[v]->open ? sim_vendors[v]->open(sim) : NULL;
    }
    if (sim->options.data)
        return sim_data_load(sim, sim->options.data);
    sim->company = sim_company_open(sim);
    int64_t first = sim->options.start + NIGHT;
    for (int64_t now = first; now <= sim->now; now += SIM_DAY) {
        sim_company_run(sim->company, now);
        sim_store_settle(sim->store, now);
    }
    return true;
}

void sim_world_close(struct sim *sim)
{
    for (size_t v = 0; v < sim_n_vendors; v++) {
        if (sim_vendors[v]->close)
            sim_vendors[v]->close(sim->states[v]);
    }
    if (sim->company)
        sim_company_close(sim->company);
    sim->company = NULL;
    free_store(sim->store);
}

void sim_world_advance(struct sim *sim, int64_t days)
{
    for (; days > 0; days--) {
        sim->now += SIM_DAY;
        if (sim->company)
            sim_company_run(sim->company, sim->now);
        sim_store_settle(sim->store, sim->now);
        sim_faults_new_day(sim);
    }
}
