/**
 * @file messages.h
 * The Japanese catalogue of this folder; main.c registers it.
 */
#ifndef TAKI_EXTRACT_MESSAGES_H
#define TAKI_EXTRACT_MESSAGES_H

#include "taki/text.h"

extern const struct taki_message taki_extract_messages[];
extern const size_t taki_extract_messages_count;
extern const struct taki_message taki_extract_sources_messages[]; /**< messages_ja_sources.c */
extern const size_t taki_extract_sources_messages_count;

#endif
