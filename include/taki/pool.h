/**
 * @file pool.h
 * The only threads there are: a fixed set of workers over items that share nothing mutable. Results may depend on the
 * item index, never on the worker or on timing.
 */
#ifndef TAKI_POOL_H
#define TAKI_POOL_H

#include "taki/status.h"

#include <stddef.h>

/** Works on item @p item; @p worker is 0..workers-1 for per-worker scratch. */
typedef enum taki_status (*taki_pool_work)(void *context, size_t item, size_t worker, struct taki_error *err);

/**
 * Runs @p work for items 0..count-1 on @p workers threads (1 = in the caller's thread). After a failure no new item
 * starts; the failure of the lowest item index is returned in @p err.
 */
TAKI_NODISCARD enum taki_status taki_pool_run(size_t workers, size_t count, taki_pool_work work, void *context,
                                              struct taki_error *err);

#endif
