/**
 * @file tombstone_batch.h
 * Lands the tombstones of a committed batch as a batch of its own, `<id>-t`. The batch's cursor says how many there
 * are, so a run killed in between is made good at the start of the next one.
 */
#ifndef TAKI_EXTRACT_TOMBSTONE_BATCH_H
#define TAKI_EXTRACT_TOMBSTONE_BATCH_H

#include "source.h"

#include "taki/landing.h"

/** Tombstones found in the pages of a batch (landed or about to be); NULL if the source finds none anywhere. */
TAKI_NODISCARD enum taki_status taki_tombstones_find(struct taki_session *session, const struct taki_stream *stream,
                                                     const struct taki_batch *batch, struct taki_arena *arena,
                                                     struct taki_tombstone_sink **sink, struct taki_error *err);
int64_t taki_tombstones_count(const struct taki_tombstone_sink *sink);
/** Commits them; nothing when there are none. */
TAKI_NODISCARD enum taki_status taki_tombstones_land(struct taki_session *session, const struct taki_stream *stream,
                                                     const struct taki_batch *batch,
                                                     const struct taki_tombstone_sink *sink, struct taki_error *err);
/** Lands what an earlier run owes for @p batches of one object. */
TAKI_NODISCARD enum taki_status taki_tombstones_settle(struct taki_session *session, const struct taki_stream *stream,
                                                       const struct taki_batch *batches, size_t count,
                                                       struct taki_error *err);
/** Member of a manifest's cursor, or NULL value. */
taki_str taki_cursor_text(struct taki_arena *arena, const char *cursor, const char *name);

#endif
