/**
 * @file faults.h
 * Faults by switch. Spec: `ID[.variant]@vendor:name[#N|#N-M|#N+|%p]`, several joined by commas; name is the stream or
 * the endpoint of a route ("Lead", "results"), or stream/endpoint, with '*' for any characters.
 */
#ifndef TAKI_SIM_FAULTS_H
#define TAKI_SIM_FAULTS_H

#include "sim.h"

/** One kind of misbehaviour (apis.md section 8). A new one is one row in faults.c or fault_data.c. */
struct sim_fault {
    const char *id, *name;
    const char *vendors;  /**< blank-separated, "*" = all */
    const char *variants; /**< blank-separated; the first is the default; "" = any text */
    /** Strikes before the request is served; true = it wrote the answer. NULL = only `wants` is set. */
    bool (*strike)(struct sim_request *request, struct sim_response *response, const char *variant);
    unsigned wants;
    /** Strikes the finished answer. */
    void (*spoil)(struct sim_request *request, struct sim_response *response, const char *variant);
    /** Strikes the data once, when switched on. */
    bool (*arm)(struct sim *sim, const char *vendor, const char *stream, const char *variant);
};

extern const struct sim_fault sim_faults[];
extern const size_t sim_n_faults;

/** Data faults of fault_data.c. */
bool sim_arm_mass_update(struct sim *sim, const char *vendor, const char *stream, const char *variant);
bool sim_arm_late_row(struct sim *sim, const char *vendor, const char *stream, const char *variant);

struct sim_fault_state *sim_fault_state_open(void);
void sim_fault_state_close(struct sim_fault_state *state);
/** Replaces the switched-on faults; "" = none. False with a message in @p message if the spec is wrong. */
bool sim_faults_set(struct sim *sim, const char *spec, struct sim_buf *message);
/** True = the answer is written, the request must not be served. */
bool sim_faults_before(struct sim_request *request, struct sim_response *response);
void sim_faults_after(struct sim_request *request, struct sim_response *response);
/** A day has passed: latched quota faults end. */
void sim_faults_new_day(struct sim *sim);

#endif
