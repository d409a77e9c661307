#include "memory.h"
#include "message.h"

#include "taki/log.h"
#include "taki/str.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static char program_name[32] = "taki";

void taki_log_program(const char *name)
{
    (void)snprintf(program_name, sizeof program_name, "%s", name);
}

void taki_say(const char *format, ...)
{
    char text[2048];
    va_list arguments;
    va_start(arguments, format);
    taki_message_print(text, sizeof text, format, arguments);
    va_end(arguments);
    /* One call a line, so that lines of several threads never mix. */
    (void)fprintf(stderr, "%s: %s\n", program_name, text);
}

/* A secret in one of the spellings in which it could be seen. */
struct secret {
    struct secret *next;
    size_t size;
    char text[];
};
static struct secret *secrets;
static pthread_mutex_t secrets_mutex = PTHREAD_MUTEX_INITIALIZER;

/* Memory is taken before the lock: where there is none, the message about it is masked, which needs the lock. */
static void register_spelling(taki_str spelling)
{
    struct secret *secret = taki_memory_take("secrets", sizeof *secret + spelling.size);
    secret->size = spelling.size;
    memcpy(secret->text, spelling.data, spelling.size);
    (void)pthread_mutex_lock(&secrets_mutex);
    secret->next = secrets;
    secrets = secret;
    (void)pthread_mutex_unlock(&secrets_mutex);
}

static bool is_unreserved(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("-._~", c) != NULL);
}

static void percent_encode(const char *value, const char *digits, const char *space, struct taki_buf *out)
{
    taki_buf_clear(out);
    for (const char *c = value; *c != '\0'; c++) {
        unsigned byte = (unsigned char)*c;
        if (is_unreserved(*c)) {
            taki_buf_add_char(out, *c);
        } else if (*c == ' ') {
            taki_buf_add_text(out, space);
        } else {
            taki_buf_add_char(out, '%');
            taki_buf_add_char(out, digits[byte >> 4U]);
            taki_buf_add_char(out, digits[byte & 15U]);
        }
    }
}

/* As a JSON writer would put it into a string. */
static void json_escape(const char *value, struct taki_buf *out)
{
    taki_buf_clear(out);
    for (const char *c = value; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\')
            taki_buf_add_char(out, '\\');
        taki_buf_add_char(out, *c);
    }
}

void taki_log_secret(const char *value)
{
    if (value == NULL || value[0] == '\0')
        return;
    TAKI_AUTO(taki_buf_reset) struct taki_buf spelling;
    taki_buf_init(&spelling, (size_t)1 << 20);
    register_spelling(taki_str_of(value));
    static const char *const digits[] = {"0123456789ABCDEF", "0123456789abcdef"};
    static const char *const spaces[] = {"%20", "+"};
    for (size_t i = 0; i < TAKI_LEN(digits) * TAKI_LEN(spaces); i++) {
        percent_encode(value, digits[i / 2], spaces[i % 2], &spelling);
        if (!taki_str_is(taki_buf_view(&spelling), value))
            register_spelling(taki_buf_view(&spelling));
    }
    json_escape(value, &spelling);
    if (!taki_str_is(taki_buf_view(&spelling), value))
        register_spelling(taki_buf_view(&spelling));
}

/* Bytes of the longest registered spelling that starts at @p text; 0 if none does. */
static size_t secret_at(const char *text, size_t size)
{
    size_t longest = 0;
    for (const struct secret *secret = secrets; secret != NULL; secret = secret->next) {
        if (secret->size > longest && secret->size <= size && memcmp(text, secret->text, secret->size) == 0)
            longest = secret->size;
    }
    return longest;
}

void taki_log_mask(char *text)
{
    (void)pthread_mutex_lock(&secrets_mutex);
    size_t size = secrets != NULL ? strlen(text) : 0, to = 0, covered = 0, stars = 0;
    for (size_t from = 0; from < size; from++) {
        /* Secrets may overlap: a run of covered bytes ends only where the last of them does. */
        size_t end = from + secret_at(text + from, size - from);
        if (from >= covered)
            stars = 0;
        if (end > covered)
            covered = end;
        if (from >= covered) {
            text[to++] = text[from];
        } else if (stars++ < 3) {
            text[to++] = '*';
        }
    }
    if (size > 0)
        text[to] = '\0';
    (void)pthread_mutex_unlock(&secrets_mutex);
}
