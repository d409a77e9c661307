/**
 * @file session.h
 * What every verb that looks at the data opens first: the instants, the rules, the store, the golden records, the
 * facts.
 */
#ifndef TAKI_TRANSFORM_SESSION_H
#define TAKI_TRANSFORM_SESSION_H

#include "facts.h"

struct taki_session {
    struct taki_run *run;
    taki_instant as_of, known_at; /**< known_at NULL = everything landed */
    const char *held_back_by;     /**< stream that decided the default as_of, or NULL */
    struct taki_rules *rules;
    struct taki_store *store;
    struct taki_golden *golden;
    struct taki_facts *facts;
};

/** Close with taki_session_close, also after a failure. */
TAKI_NODISCARD enum taki_status taki_session_open(struct taki_run *run, struct taki_session *session,
                                                  struct taki_error *err);
void taki_session_close(struct taki_session *session);

/** Reads "YYYY-MM-DD" (last microsecond of that business day) or an ISO instant. TAKI_USAGE names @p flag. */
TAKI_NODISCARD enum taki_status taki_session_instant(const struct taki_run *run, const char *flag, taki_str text,
                                                     taki_instant *instant, struct taki_error *err);

#endif
