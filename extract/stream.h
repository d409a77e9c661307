/**
 * @file stream.h
 * Drives one stream of any source: bookmark, windows, page loop, resume, commit, tombstones.
 */
#ifndef TAKI_EXTRACT_STREAM_H
#define TAKI_EXTRACT_STREAM_H

#include "source.h"
#include "window.h"

struct taki_stream_order {
    taki_instant from, to; /**< backfill [from, to); NULL = none: go on from the bookmark */
    bool full_refresh;     /**< as if nothing had been landed */
};

/** Windows still to read, for run and --dry-run: *lo of the first, *hi of the last; false if there is nothing new. */
TAKI_NODISCARD enum taki_status taki_stream_span(struct taki_session *session, const struct taki_stream *stream,
                                                 const struct taki_stream_order *order, struct taki_span *span,
                                                 struct taki_error *err);
/** Reads all windows; counts go to the tally "source:object". */
TAKI_NODISCARD enum taki_status taki_stream_run(struct taki_session *session, const struct taki_stream *stream,
                                                const struct taki_stream_order *order, struct taki_error *err);
/** Reads one window into @p data_dir instead of the landing zone, about @p limit records. */
TAKI_NODISCARD enum taki_status taki_stream_preview(struct taki_session *session, const struct taki_stream *stream,
                                                    const char *data_dir, int64_t limit, struct taki_error *err);

#endif
