#include "taki/log.h"

#include "message.h"

#include "taki/app.h"
#include "taki/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static enum taki_log_level wanted_level = TAKI_LOG_INFO;
static bool wants_json;
static char run[40];

void taki_log_setup(enum taki_log_level level, bool json, const char *run_id)
{
    wanted_level = level;
    wants_json = json;
    (void)snprintf(run, sizeof run, "%s", run_id != NULL ? run_id : "");
}

static const char *const level_names[] = {
    [TAKI_LOG_ERROR] = "error", [TAKI_LOG_WARN] = "warn", [TAKI_LOG_INFO] = "info", [TAKI_LOG_DEBUG] = "debug"};

static void add_json_text(struct taki_buf *line, taki_str text)
{
    taki_buf_add_char(line, '"');
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c == '"' || c == '\\') {
            taki_buf_format(line, "\\%c", c);
        } else if (c < 0x20) {
            taki_buf_format(line, "\\u%04x", c);
        } else {
            taki_buf_add_char(line, (char)c);
        }
    }
    taki_buf_add_char(line, '"');
}

static void add_json_member(struct taki_buf *line, taki_str name, taki_str value)
{
    int64_t number;
    taki_buf_add_text(line, ", ");
    add_json_text(line, name);
    taki_buf_add_text(line, ": ");
    /* A leading zero or sign is an id, not a number. */
    if (taki_str_i64(value, &number) && (value.size == 1 || (value.data[0] >= '1' && value.data[0] <= '9'))) {
        taki_buf_add_i64(line, number);
    } else {
        add_json_text(line, value);
    }
}

/* Cuts one `key=value` or `key='value with spaces'` off *pairs; a word without '=' gives the key "text". */
static taki_str take_pair(taki_str *pairs, taki_str *key)
{
    taki_str rest = *pairs;
    size_t space = taki_str_find(rest, TAKI_STR(" ")), equals = taki_str_find(rest, TAKI_STR("="));
    *key = TAKI_STR("text");
    if (equals == SIZE_MAX || equals > space)
        return taki_str_cut(rest, ' ', pairs);
    *key = (taki_str){rest.data, equals};
    rest = (taki_str){rest.data + equals + 1, rest.size - equals - 1};
    if (!taki_str_starts(rest, TAKI_STR("'")))
        return taki_str_cut(rest, ' ', pairs);
    taki_str value = taki_str_cut((taki_str){rest.data + 1, rest.size - 1}, '\'', pairs);
    if (taki_str_starts(*pairs, TAKI_STR(" ")))
        *pairs = (taki_str){pairs->data + 1, pairs->size - 1};
    return value;
}

static void add_json_pairs(struct taki_buf *line, taki_str pairs)
{
    while (!taki_str_is_blank(pairs)) {
        taki_str key, value = take_pair(&pairs, &key);
        if (!taki_str_is_blank(value) || !taki_str_is(key, "text"))
            add_json_member(line, key, value);
    }
}

/* Lines must stay lines: a line break that came in with a value becomes a space. */
static void flatten(char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < 0x20)
            *text = ' ';
    }
}

void taki_log(enum taki_log_level level, const char *event, const char *format, ...)
{
    if (level > wanted_level)
        return;
    char pairs[4096], now[28];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(pairs, sizeof pairs, format, arguments);
    va_end(arguments);
    if (length >= (int)sizeof pairs)
        taki_message_cut(pairs);
    taki_log_mask(pairs);
    flatten(pairs);
    taki_instant_print(taki_clock_now(), now);
    memcpy(now + 23, "Z", 2); /* milliseconds are enough */
    TAKI_AUTO(taki_buf_reset) struct taki_buf line;
    taki_buf_init(&line, (size_t)64 << 10);
    if (wants_json) {
        taki_buf_format(&line, "{\"run\": \"%s\", \"time\": \"%s\", \"level\": \"%s\", \"event\": \"%s\"", run, now,
                        level_names[level], event);
        add_json_pairs(&line, taki_str_of(pairs));
        taki_buf_add_text(&line, "}\n");
    } else {
        taki_buf_format(&line, "run=%s time=%s level=%s event=%s%s%s\n", run, now, level_names[level], event,
                        pairs[0] != '\0' ? " " : "", pairs);
    }
    (void)fwrite(line.data, 1, line.size, stderr);
}
