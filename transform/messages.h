/**
 * @file messages.h
 * The Japanese catalogues of this folder; main.c registers them all.
 */
#ifndef TAKI_TRANSFORM_MESSAGES_H
#define TAKI_TRANSFORM_MESSAGES_H

#include "taki/text.h"

#include <stddef.h>

extern const struct taki_message taki_transform_messages[], taki_transform_messages_decode[],
    taki_transform_messages_identity[];
extern const size_t taki_transform_messages_count, taki_transform_messages_decode_count,
    taki_transform_messages_identity_count;

#endif
