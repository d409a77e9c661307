/**
 * @file window.h
 * Half-open windows [lo, hi) on a time axis: where the next one begins and ends. Pure.
 *
 * hi is at most server time minus the vendor's settle delay; lo goes back behind the bookmark, because records become
 * visible late (apis.md 0.2, 1.6).
 */
#ifndef TAKI_EXTRACT_WINDOW_H
#define TAKI_EXTRACT_WINDOW_H

#include "taki/date.h"

#include <stdbool.h>
#include <stdint.h>

#define TAKI_LOOK_BACK_S 600

/** What is still to be read. */
struct taki_span {
    taki_instant lo, hi; /**< lo NULL = from the beginning */
    bool is_empty;       /**< nothing new since the bookmark */
};

struct taki_window_facts {
    taki_instant bookmark; /**< hi of the newest batch; NULL = none */
    taki_instant start;    /**< start_date; NULL = none */
    taki_instant server_time;
    int64_t settle_s, look_back_s; /**< look-back at least TAKI_LOOK_BACK_S */
};

/** hi is cut to whole seconds, as vendors' filters do. */
struct taki_span taki_window_span(const struct taki_window_facts *facts);
/** End of the window that begins at @p lo: hi, or lo + max_days (0 = no limit; also when lo is NULL). */
taki_instant taki_window_end(taki_instant lo, taki_instant hi, int max_days);
/** Middle in whole seconds; of [NULL, hi) ten years before hi. @p lo itself if they are a second apart or less. */
taki_instant taki_window_middle(taki_instant lo, taki_instant hi);

#endif
