/**
 * @file messages.h
 * The Japanese catalogues of common, one a room; app.c adds them all at start, before the program's own.
 */
#ifndef TAKI_COMMON_MESSAGES_H
#define TAKI_COMMON_MESSAGES_H

#include "taki/status.h"
#include "taki/text.h"

#include <stddef.h>

extern const struct taki_message taki_common_messages[]; /**< messages_ja.c */
extern const size_t taki_common_message_count;
extern const struct taki_message taki_common_data_messages[]; /**< messages_ja_data.c */
extern const size_t taki_common_data_message_count;
extern const struct taki_message taki_common_charset_messages[]; /**< messages_ja_charset.c */
extern const size_t taki_common_charset_message_count;
extern const struct taki_message taki_common_app_messages[]; /**< messages_ja_app.c */
extern const size_t taki_common_app_message_count;

#endif
