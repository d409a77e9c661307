/**
 * @file message.h
 * What the writers of messages in common share: translate, format, cut on a character boundary, mask secrets.
 */
#ifndef TAKI_COMMON_MESSAGE_H
#define TAKI_COMMON_MESSAGE_H

#include <stdarg.h>
#include <stddef.h>

/** Shortens @p text (cut somewhere by a size limit) by the incomplete UTF-8 character at its end, if there is one. */
void taki_message_cut(char *text);

/** Translated and masked text of @p format into @p out of @p size bytes. */
void taki_message_print(char *out, size_t size, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));

/** How a bug ends the process: abort in debug builds, else exit @p exit_code. */
#ifdef NDEBUG
#define taki_bug_end(exit_code) _Exit(exit_code)
#else
#define taki_bug_end(exit_code) ((void)(exit_code), abort())
#endif

#endif
