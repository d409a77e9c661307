#include "config_private.h"

#include "taki/text.h"

#include <inttypes.h>
#include <string.h>

/* Bytes or seconds a suffix stands for; without suffix one. */
struct unit {
    char suffix;
    int64_t factor;
};
static const struct unit size_units[] = {
    {'K', INT64_C(1) << 10},
    {'M', INT64_C(1) << 20},
    {'G', INT64_C(1) << 30},
    {'T', INT64_C(1) << 40}
};
static const struct unit duration_units[] = {
    {'s', 1    },
    {'m', 60   },
    {'h', 3600 },
    {'d', 86400}
};

static bool scaled(taki_str text, const struct unit *units, size_t count, int64_t *value)
{
    int64_t factor = 1;
    for (size_t i = 0; text.size > 0 && i < count; i++) {
        if (text.data[text.size - 1] == units[i].suffix) {
            factor = units[i].factor;
            text.size--;
            break;
        }
    }
    int64_t number;
    if (!taki_str_i64(text, &number) || number < 0 || number > INT64_MAX / factor)
        return false;
    *value = number * factor;
    return true;
}

bool taki_option_i64(enum taki_option_type type, taki_str text, int64_t *value)
{
    if (type == TAKI_OPTION_SIZE)
        return scaled(text, size_units, TAKI_LEN(size_units), value);
    if (type == TAKI_OPTION_DURATION)
        return scaled(text, duration_units, TAKI_LEN(duration_units), value);
    return taki_str_i64(text, value);
}

bool taki_option_f64(enum taki_option_type type, taki_str text, double *value)
{
    bool percent = type == TAKI_OPTION_RATIO && text.size > 0 && text.data[text.size - 1] == '%';
    text.size -= percent;
    if (!taki_str_f64(text, value))
        return false;
    if (percent)
        *value /= 100;
    return true;
}

static bool in_range_i64(const struct taki_option *option, taki_str text)
{
    int64_t value, limit;
    if (!taki_option_i64(option->type, text, &value))
        return false;
    size_t dots = taki_str_find(taki_str_of(option->domain), TAKI_STR(".."));
    if (option->domain == NULL || dots == SIZE_MAX)
        return true;
    taki_str low = {option->domain, dots}, high = taki_str_of(option->domain + dots + 2);
    return (!taki_option_i64(option->type, low, &limit) || value >= limit) &&
           (!taki_option_i64(option->type, high, &limit) || value <= limit);
}

static bool in_range_f64(const struct taki_option *option, taki_str text)
{
    double value, limit;
    if (!taki_option_f64(option->type, text, &value))
        return false;
    const char *domain = option->domain != NULL ? option->domain : option->type == TAKI_OPTION_RATIO ? "0..1" : "..";
    size_t dots = taki_str_find(taki_str_of(domain), TAKI_STR(".."));
    if (dots == SIZE_MAX)
        return true;
    taki_str low = {domain, dots}, high = taki_str_of(domain + dots + 2);
    return (!taki_str_f64(low, &limit) || value >= limit) && (!taki_str_f64(high, &limit) || value <= limit);
}

static bool all_members(const struct taki_option *option, taki_str text)
{
    while (option->domain != NULL && !taki_str_is_null(text)) {
        taki_str member = taki_str_trim(taki_str_cut(text, ',', &text));
        if (!taki_domain_has(option->domain, member))
            return false;
    }
    return true;
}

/* a.b.c.d of 127.0.0.0/8: a name that only begins so (127.0.0.1.example.com) is not loopback. */
static bool is_loopback_address(taki_str host)
{
    int parts = 0;
    while (!taki_str_is_null(host)) {
        int64_t number;
        taki_str part = taki_str_cut(host, '.', &host);
        bool digits = part.size >= 1 && part.size <= 3 && part.data[0] != '+' && part.data[0] != '-';
        if (!digits || !taki_str_i64(part, &number) || number > 255 || (parts == 0 && number != 127))
            return false;
        parts++;
    }
    return parts == 4;
}

static bool port_is_sound(taki_str port)
{
    int64_t number;
    return taki_str_is_null(port) ||
           (taki_str_i64(port, &number) && number >= 1 && number <= 65535 && port.data[0] != '+');
}

static bool has_odd_character(taki_str url)
{
    for (size_t i = 0; i < url.size; i++) {
        if ((unsigned char)url.data[i] <= ' ' || url.data[i] == 0x7F || url.data[i] == '\\')
            return true;
    }
    return false;
}

/* Cuts "host[:port]" (an IPv6 host stands in brackets); false if it is not that. */
static bool split_authority(taki_str authority, taki_str *host, taki_str *port)
{
    size_t bracket = taki_str_starts(authority, TAKI_STR("[")) ? taki_str_find(authority, TAKI_STR("]")) : 0;
    if (bracket == SIZE_MAX || taki_str_find(authority, TAKI_STR("@")) != SIZE_MAX)
        return false;
    taki_str tail = taki_str_cut((taki_str){authority.data + bracket, authority.size - bracket}, ':', port);
    *host = (taki_str){authority.data, bracket + tail.size};
    return host->size > 0 && port_is_sound(*port);
}

bool taki_option_url(taki_str url)
{
    static const taki_str https = TAKI_STR_INIT("https://"), http = TAKI_STR_INIT("http://");
    bool secure = taki_str_starts(url, https);
    if ((!secure && !taki_str_starts(url, http)) || has_odd_character(url))
        return false;
    size_t skip = secure ? https.size : http.size;
    taki_str authority = {url.data + skip, url.size - skip}, path, host, port;
    for (const char *end = "/?#"; *end != '\0'; end++)
        authority = taki_str_cut(authority, *end, &path);
    if (!split_authority(authority, &host, &port))
        return false;
    return secure || taki_str_is(host, "[::1]") || taki_str_equal_nocase(host, TAKI_STR("localhost")) ||
           is_loopback_address(host);
}

static bool accepts_any(const struct taki_option *option, taki_str text)
{
    (void)option;
    (void)text;
    return true;
}
static bool accepts_bool(const struct taki_option *option, taki_str text)
{
    (void)option;
    bool value;
    return taki_str_bool(text, &value);
}
static bool accepts_date(const struct taki_option *option, taki_str text)
{
    (void)option;
    taki_date date;
    return taki_date_parse(text, &date);
}
static bool accepts_enum(const struct taki_option *option, taki_str text)
{
    return taki_domain_has(option->domain, text);
}
static bool accepts_url(const struct taki_option *option, taki_str text)
{
    (void)option;
    return taki_option_url(text);
}
static bool accepts_filled(const struct taki_option *option, taki_str text)
{
    (void)option;
    return text.size > 0;
}

/* What each type takes and how messages call it. Formats with %s get the domain. */
static const struct {
    bool (*accepts)(const struct taki_option *option, taki_str text);
    const char *wants, *wants_of_domain;
} types[] = {
    [TAKI_OPTION_TEXT] = {accepts_any,    "text",                                                     NULL                  },
    [TAKI_OPTION_SECRET] = {accepts_filled, "text",                                                     NULL                  },
    [TAKI_OPTION_INTEGER] = {in_range_i64,   "a whole number",                                           "a whole number in %s"},
    [TAKI_OPTION_NUMBER] = {in_range_f64,   "a number",                                                 "a number in %s"      },
    [TAKI_OPTION_RATIO] = {in_range_f64,   "a ratio such as 0.005 or 0.5%",                            "a ratio in %s"       },
    [TAKI_OPTION_BOOL] = {accepts_bool,   "true or false",                                            NULL                  },
    [TAKI_OPTION_SIZE] = {in_range_i64,   "a size such as 512M or 2G",                                "a size in %s"        },
    [TAKI_OPTION_DURATION] = {in_range_i64,   "a duration such as 90s, 15m, 2h or 3d",                    "a duration in %s"    },
    [TAKI_OPTION_DATE] = {accepts_date,   "a date YYYY-MM-DD",                                        NULL                  },
    [TAKI_OPTION_ENUM] = {accepts_enum,   "one word",                                                 "one of %s"           },
    [TAKI_OPTION_URL] = {accepts_url,    "an https URL without user name (http for localhost only)", NULL                  },
    [TAKI_OPTION_PATH] = {accepts_filled, "a path",                                                   NULL                  },
    [TAKI_OPTION_LIST] = {all_members,    "a list",                                                   "a list of %s"        },
    [TAKI_OPTION_MAP] = {accepts_any,    "a mapping",                                                NULL                  },
    [TAKI_OPTION_FREE] = {accepts_any,    "a value",                                                  NULL                  },
};

bool taki_option_accepts(const struct taki_option *option, taki_str text)
{
    return types[option->type].accepts(option, text);
}

const char *taki_option_wants(struct taki_arena *arena, const struct taki_option *option)
{
    const char *format = types[option->type].wants_of_domain;
    if (option->domain == NULL || format == NULL)
        return taki_text(types[option->type].wants);
    const char *list = "";
    taki_str rest = taki_str_of(option->domain);
    while (!taki_str_is_null(rest)) {
        taki_str member = taki_str_cut(rest, '|', &rest);
        list = taki_arena_format(arena, "%s%s%.*s", list, list[0] != '\0' ? ", " : "", TAKI_STR_ARG(member));
    }
    const char *translated = taki_text(format);
    const char *at = strstr(translated, "%s");
    if (at == NULL)
        return translated;
    return taki_arena_format(arena, "%.*s%s%s", (int)(at - translated), translated, list, at + 2);
}
