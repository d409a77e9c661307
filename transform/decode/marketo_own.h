/**
 * @file marketo_own.h
 * Marketo activities: one stream that becomes touches, field changes, scores and tombstones by activity type.
 */
#ifndef TAKI_TRANSFORM_MARKETO_OWN_H
#define TAKI_TRANSFORM_MARKETO_OWN_H

#include "mapping.h"

extern const char *const taki_marketo_activity_extra[];
enum taki_status taki_marketo_activity(struct taki_decoding *d, struct taki_error *err);

#endif
