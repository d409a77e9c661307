/**
 * @file session.h
 * Opens a configured source: its options, its engine, the streams wanted.
 */
#ifndef TAKI_EXTRACT_SESSION_H
#define TAKI_EXTRACT_SESSION_H

#include "source.h"

/** Names of the configured sources, in the order of the file. */
TAKI_NODISCARD enum taki_status taki_sessions_list(struct taki_run *run, const char ***names, size_t *count,
                                                   struct taki_error *err);
/** Without network. */
TAKI_NODISCARD enum taki_status taki_session_open(struct taki_run *run, const char *name, struct taki_session **session,
                                                  struct taki_error *err);
/** Counts today's calls and closes; NULL is allowed. */
void taki_session_close(struct taki_session *session);
/** Writes today's calls down, so that the next run of the day knows them. */
TAKI_NODISCARD enum taki_status taki_session_count(struct taki_session *session, struct taki_error *err);
/** Wanted by the configuration's `objects` and by --select / --exclude. */
bool taki_session_wants(const struct taki_session *session, const struct taki_stream *stream);
/** "source:object" in the session's arena. */
const char *taki_session_stream_name(const struct taki_session *session, const struct taki_stream *stream);

#endif
