/**
 * @file vendors.h
 * The descriptors named in registry.c.
 */
#ifndef TAKI_SIM_VENDORS_H
#define TAKI_SIM_VENDORS_H

#include "sim.h"

extern const struct sim_vendor sim_control;
extern const struct sim_vendor sim_files;
extern const struct sim_vendor sim_salesforce;
extern const struct sim_vendor sim_marketo;

#endif
