#include "taki/status.h"

#include "message.h"

#include "taki/log.h"
#include "taki/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STATUS_ROW(status_name, code, status_retry, english, japanese)                                                 \
    {.name = #status_name, .exit_code = (code), .retry = TAKI_RETRY_##status_retry, .en = (english), .ja = (japanese)},

/* In order of enum taki_status, which is the order of exit codes. */
static const struct taki_status_info statuses[] = {TAKI_STATUSES(STATUS_ROW)};

const struct taki_status_info *taki_status_info(enum taki_status status)
{
    if ((size_t)status >= TAKI_LEN(statuses))
        return &statuses[TAKI_BUG];
    return &statuses[status];
}

const struct taki_status_info *taki_status_list(size_t *count)
{
    *count = TAKI_LEN(statuses);
    return statuses;
}

void taki_message_cut(char *text)
{
    size_t length = strlen(text), start = length;
    while (start > 0 && ((unsigned char)text[start - 1] & 0xC0U) == 0x80U)
        start--;
    if (start == 0)
        return;
    unsigned char lead = (unsigned char)text[start - 1];
    size_t wanted = lead >= 0xF0U ? 4 : lead >= 0xE0U ? 3 : lead >= 0xC0U ? 2 : 1;
    if (length - (start - 1) < wanted)
        text[start - 1] = '\0';
}

void taki_message_print(char *out, size_t size, const char *format, va_list arguments)
{
    int length = vsnprintf(out, size, taki_text(format), arguments);
    if (length < 0) {
        out[0] = '\0';
    } else if ((size_t)length >= size) {
        taki_message_cut(out);
    }
    taki_log_mask(out);
}

/* A full disk is the destination's trouble, whatever the caller was doing. */
static enum taki_status status_of_errno(enum taki_status status, int errno_value)
{
    bool full = errno_value == ENOSPC || errno_value == EDQUOT || errno_value == EROFS;
    return status == TAKI_FAILED && full ? TAKI_DESTINATION : status;
}

enum taki_status taki_fail(struct taki_error *err, enum taki_status status, const char *format, ...)
{
    if (err == NULL)
        return status;
    va_list arguments;
    va_start(arguments, format);
    taki_message_print(err->text, sizeof err->text, format, arguments);
    va_end(arguments);
    err->status = status;
    err->hint[0] = '\0';
    return status;
}

enum taki_status taki_fail_errno(struct taki_error *err, enum taki_status status, int errno_value, const char *format,
                                 ...)
{
    status = status_of_errno(status, errno_value);
    if (err == NULL)
        return status;
    /* However long the subject (a path), the reason is seen. */
    char reason[128], subject[sizeof err->text - sizeof reason - sizeof ": "];
    va_list arguments;
    va_start(arguments, format);
    taki_message_print(subject, sizeof subject, format, arguments);
    va_end(arguments);
    if (strerror_r(errno_value, reason, sizeof reason) != 0)
        (void)snprintf(reason, sizeof reason, "errno %d", errno_value);
    (void)snprintf(err->text, sizeof err->text, "%s: %s", subject, reason);
    err->status = status;
    err->hint[0] = '\0';
    return status;
}

enum taki_status taki_while(struct taki_error *err, enum taki_status status, const char *format, ...)
{
    if (err == NULL)
        return status;
    char context[sizeof err->text / 2], inner[sizeof err->text];
    va_list arguments;
    va_start(arguments, format);
    taki_message_print(context, sizeof context, format, arguments);
    va_end(arguments);
    memcpy(inner, err->text, sizeof inner);
    if (snprintf(err->text, sizeof err->text, "%s: %s", context, inner) >= (int)sizeof err->text)
        taki_message_cut(err->text);
    err->status = status;
    return status;
}

enum taki_status taki_hint(struct taki_error *err, const char *format, ...)
{
    if (err == NULL)
        return TAKI_BUG;
    va_list arguments;
    va_start(arguments, format);
    taki_message_print(err->hint, sizeof err->hint, format, arguments);
    va_end(arguments);
    return err->status;
}

_Noreturn void taki_bug_at(const char *file, int line, const char *what)
{
    (void)fprintf(stderr, "taki: bug: %s (%s:%d)\n", what, file, line);
    (void)fflush(stderr);
    taki_bug_end(taki_status_info(TAKI_BUG)->exit_code);
}
