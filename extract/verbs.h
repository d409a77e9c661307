/**
 * @file verbs.h
 * What taki-extract can be told to do.
 */
#ifndef TAKI_EXTRACT_VERBS_H
#define TAKI_EXTRACT_VERBS_H

#include "taki/app.h"

extern const struct taki_verb taki_extract_verbs[];
extern const size_t taki_extract_verb_count;
extern const struct taki_option_table taki_extract_options;

/** Reads every selected stream; exit codes of design.md 5. */
TAKI_NODISCARD enum taki_status taki_extract_run(struct taki_run *run, struct taki_error *err);
/** Prints the request plan; no network. */
TAKI_NODISCARD enum taki_status taki_extract_plan(struct taki_run *run, struct taki_error *err);
TAKI_NODISCARD enum taki_status taki_extract_check(struct taki_run *run, struct taki_error *err);
TAKI_NODISCARD enum taki_status taki_extract_preview(struct taki_run *run, struct taki_error *err);
TAKI_NODISCARD enum taki_status taki_extract_state(struct taki_run *run, struct taki_error *err);
TAKI_NODISCARD enum taki_status taki_extract_verify(struct taki_run *run, struct taki_error *err);

struct taki_stream_order;
/** Reads --from, --to, --full-refresh. */
TAKI_NODISCARD enum taki_status taki_extract_order(const struct taki_run *run, struct taki_stream_order *order,
                                                   struct taki_error *err);

#endif
