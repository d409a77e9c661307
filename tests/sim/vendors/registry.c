/* Every vendor taki-sim can play, and its own two pseudo-vendors: control and plain files. */
#include "sim.h"
#include "vendors/vendors.h"

const struct sim_vendor *const sim_vendors[] = {
    &sim_control,
    &sim_files,
    &sim_salesforce,
    &sim_marketo,
};
const size_t sim_n_vendors = sizeof sim_vendors / sizeof(struct sim_vendor *);
