/**
 * @file world.h
 * What fills the store: the generated company or the records of a folder; and the passing of days.
 */
#ifndef TAKI_SIM_WORLD_H
#define TAKI_SIM_WORLD_H

#include "sim.h"

/** Builds the tables of all vendors and fills them up to today. False with a message on stderr. */
bool sim_world_open(struct sim *sim);
void sim_world_close(struct sim *sim);
/** The company lives on for @p days. */
void sim_world_advance(struct sim *sim, int64_t days);

/** Loads FOLDER/<vendor>/<table>.ndjson (data.c). False with a message on stderr. */
bool sim_data_load(struct sim *sim, const char *folder);
/** Whether the row is a record of Salesforce that is deleted, by its own fields; sets deleted_at. */
void sim_data_complete(struct sim *sim, struct sim_table *table, struct sim_row *row);

/** The generator (company.c): NULL options->data. */
struct sim_company *sim_company_open(struct sim *sim);
void sim_company_close(struct sim_company *company);
/** Lets everything happen that happens up to @p now. */
void sim_company_run(struct sim_company *company, int64_t now);

#endif
