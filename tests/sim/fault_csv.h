/**
 * @file fault_csv.h
 * Dirt in a finished CSV (fault M16).
 */
#ifndef TAKI_SIM_FAULT_CSV_H
#define TAKI_SIM_FAULT_CSV_H

#include "text.h"

/** Puts the dirt named by @p variant into the first data row (or around it). No data row: only bom does something. */
void sim_spoil_csv(struct sim_buf *csv, const char *variant);

#endif
