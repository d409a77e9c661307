/**
 * @file messages.h
 * The Japanese catalogues of common; app.c adds them all at start.
 */
#ifndef TAKI_COMMON_MESSAGES_H
#define TAKI_COMMON_MESSAGES_H

#include "taki/text.h"

/** messages_ja.c: the base (files, memory, time zones, gzip ...). */
extern const struct taki_message taki_common_messages[];
extern const size_t taki_common_message_count;
/** messages_ja_app.c: command line, configuration, run report. */
extern const struct taki_message taki_common_app_messages[];
extern const size_t taki_common_app_message_count;
/** messages_ja_data.c: JSON, CSV, rows, landing, stage files. */
extern const struct taki_message taki_common_data_messages[];
extern const size_t taki_common_data_message_count;
/** messages_ja_charset.c: character sets. */
extern const struct taki_message taki_common_charset_messages[];
extern const size_t taki_common_charset_message_count;

#endif
