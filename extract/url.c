#include "url.h"

#include <string.h>

static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

void taki_url_add_encoded(struct taki_buf *buf, taki_str value)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < value.size; i++) {
        unsigned char c = (unsigned char)value.data[i];
        if (is_unreserved(value.data[i])) {
            taki_buf_add_char(buf, value.data[i]);
            continue;
        }
        taki_buf_add_char(buf, '%');
        taki_buf_add_char(buf, digits[c >> 4]);
        taki_buf_add_char(buf, digits[c & 15]);
    }
}

/* A backslash is a slash to some parsers and not to others: whoever sends one wants two readers to disagree. */
static bool has_odd_bytes(taki_str text)
{
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c <= 0x20 || c >= 0x7f || c == '\\' || c == '"' || c == '<' || c == '>')
            return true;
    }
    return false;
}

static taki_str slice(taki_str s, size_t from, size_t size)
{
    return (taki_str){s.data + from, size};
}

static size_t authority_size(taki_str rest)
{
    size_t i = 0;
    while (i < rest.size && rest.data[i] != '/' && rest.data[i] != '?' && rest.data[i] != '#')
        i++;
    return i;
}

static bool split_port(taki_str text, struct taki_url *url)
{
    int64_t port = 0;
    if (text.size == 0 || text.size > 5 || text.data[0] < '0' || text.data[0] > '9')
        return false;
    if (!taki_str_i64(text, &port) || port < 1 || port > 65535)
        return false;
    url->port = (int)port;
    return true;
}

static bool host_bytes_ok(taki_str host, bool ip6)
{
    for (size_t i = 0; i < host.size; i++) {
        char c = host.data[i];
        bool ok = ip6 ? (c == ':' || c == '.' || is_unreserved(c)) : is_unreserved(c);
        if (!ok)
            return false;
    }
    return host.size > 0;
}

/* "host", "host:port", "[::1]", "[::1]:port"; user info has '@', which no host byte is. */
static bool split_authority(taki_str text, struct taki_url *url)
{
    bool ip6 = text.size > 0 && text.data[0] == '[';
    size_t end = 0;
    if (ip6) {
        end = taki_str_find(text, TAKI_STR("]"));
        if (end == SIZE_MAX)
            return false;
        url->host = slice(text, 1, end - 1);
        end++;
    } else {
        end = taki_str_find(text, TAKI_STR(":"));
        end = end == SIZE_MAX ? text.size : end;
        url->host = slice(text, 0, end);
    }
    if (!host_bytes_ok(url->host, ip6))
        return false;
    if (end == text.size)
        return true;
    return text.data[end] == ':' && split_port(slice(text, end + 1, text.size - end - 1), url);
}

static bool starts_nocase(taki_str text, const char *prefix)
{
    size_t size = strlen(prefix);
    return text.size >= size && taki_str_equal_nocase(slice(text, 0, size), (taki_str){prefix, size});
}

bool taki_url_split(taki_str text, struct taki_url *url)
{
    if (taki_str_is_null(text) || has_odd_bytes(text))
        return false;
    bool https = starts_nocase(text, "https://");
    if (!https && !starts_nocase(text, "http://"))
        return false;
    *url = (struct taki_url){.https = https, .port = https ? 443 : 80};
    size_t from = https ? 8 : 7;
    taki_str rest = slice(text, from, text.size - from);
    size_t size = authority_size(rest);
    url->path = slice(rest, size, rest.size - size);
    return split_authority(slice(rest, 0, size), url);
}

bool taki_url_same_place(const struct taki_url *a, const struct taki_url *b)
{
    return a->https == b->https && a->port == b->port && taki_str_equal_nocase(a->host, b->host);
}

static bool is_dotted_127(taki_str host)
{
    if (!taki_str_starts(host, TAKI_STR("127.")))
        return false;
    for (size_t i = 0; i < host.size; i++) {
        if (host.data[i] != '.' && (host.data[i] < '0' || host.data[i] > '9'))
            return false;
    }
    return true;
}

bool taki_url_is_loopback(const struct taki_url *url)
{
    return is_dotted_127(url->host) || taki_str_is(url->host, "::1") ||
           taki_str_equal_nocase(url->host, TAKI_STR("localhost"));
}

bool taki_url_is_below(const struct taki_url *url, const char *domain)
{
    taki_str end = taki_str_of(domain);
    if (taki_str_equal_nocase(url->host, end))
        return true;
    if (url->host.size <= end.size + 1)
        return false;
    size_t at = url->host.size - end.size;
    return url->host.data[at - 1] == '.' && taki_str_equal_nocase(slice(url->host, at, end.size), end);
}

static enum taki_status refuse_next(struct taki_error *err, taki_str next)
{
    (void)taki_fail(err, TAKI_CONTRACT, "next page '%.*s' does not belong to the source",
                    (int)(next.size > 200 ? 200 : next.size), next.data);
    return taki_hint(err, "credentials are sent only to the configured host; check base_url, or tell the vendor");
}

static taki_str place_of(taki_str base, const struct taki_url *url)
{
    return slice(base, 0, base.size - url->path.size);
}

enum taki_status taki_url_next(struct taki_arena *arena, const char *base, taki_str next, const char **url,
                               struct taki_error *err)
{
    struct taki_url from, to;
    taki_str base_text = taki_str_of(base);
    if (!taki_url_split(base_text, &from))
        return taki_fail(err, TAKI_USAGE, "'%s' is not a URL", base);
    bool is_path = next.size > 0 && next.data[0] == '/' && !(next.size > 1 && next.data[1] == '/');
    if (is_path && !has_odd_bytes(next)) {
        taki_str place = place_of(base_text, &from);
        *url = taki_arena_format(arena, "%.*s%.*s", TAKI_STR_ARG(place), TAKI_STR_ARG(next));
        return TAKI_OK;
    }
    if (!taki_url_split(next, &to) || !taki_url_same_place(&from, &to))
        return refuse_next(err, next);
    *url = taki_str_dup(arena, next).data;
    return TAKI_OK;
}

static const char *const secret_parameters[] = {"client_secret", "access_token", "refresh_token", "token",
                                                "api_key",       "apikey",       "assertion",     "password",
                                                "key",           "secret",       "signature",     "sig"};

static bool is_secret_parameter(taki_str name)
{
    for (size_t i = 0; i < TAKI_LEN(secret_parameters); i++) {
        if (taki_str_equal_nocase(name, taki_str_of(secret_parameters[i])))
            return true;
    }
    return false;
}

static void add_masked_query(struct taki_buf *out, taki_str query)
{
    char separator = '?';
    while (!taki_str_is_null(query)) {
        taki_str rest, value, pair = taki_str_cut(query, '&', &rest), name = taki_str_cut(pair, '=', &value);
        taki_buf_add_char(out, separator);
        if (is_secret_parameter(name)) {
            taki_buf_format(out, "%.*s=***", TAKI_STR_ARG(name));
        } else {
            taki_buf_add_str(out, pair);
        }
        separator = '&';
        query = rest;
    }
}

#define SHOWN_BYTES ((size_t)4096)

const char *taki_url_shown(struct taki_arena *arena, const char *method, const char *url)
{
    struct taki_url parts;
    taki_str path = taki_str_of(url), query = TAKI_STR_NULL;
    if (taki_url_split(path, &parts))
        path = parts.path;
    path = taki_str_cut(path, '?', &query);
    struct taki_buf out;
    taki_buf_init(&out, SHOWN_BYTES);
    taki_buf_format(&out, "%s %.*s", method, TAKI_STR_ARG(path));
    add_masked_query(&out, query);
    const char *shown = taki_arena_copy(arena, out.size > 0 ? out.data : "", out.size);
    taki_buf_reset(&out);
    return shown;
}
