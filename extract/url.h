/**
 * @file url.h
 * URLs as this program accepts and sends them. Pure.
 */
#ifndef TAKI_EXTRACT_URL_H
#define TAKI_EXTRACT_URL_H

#include "taki/arena.h"
#include "taki/status.h"
#include "taki/str.h"

#include <stdbool.h>
#include <stddef.h>

/** Parts of an absolute http(s) URL, borrowed from its text. */
struct taki_url {
    bool https;
    taki_str host; /**< as written, without brackets */
    int port;      /**< given or the scheme's */
    taki_str path; /**< path and query, "" or beginning with '/' or '?' */
};
/** False for other schemes, user info, control or non-ASCII characters, spaces, empty host, bad port, a backslash. */
bool taki_url_split(taki_str text, struct taki_url *url);
/** Host in any case and port and scheme equal. */
bool taki_url_same_place(const struct taki_url *a, const struct taki_url *b);
/** 127.0.0.0/8, ::1 or localhost. */
bool taki_url_is_loopback(const struct taki_url *url);
/** Host is @p domain or below it, any case. */
bool taki_url_is_below(const struct taki_url *url, const char *domain);

/** Percent-encodes @p value for a query string (RFC 3986 unreserved kept) and appends it. */
void taki_url_add_encoded(struct taki_buf *buf, taki_str value);
/** Resolves what a vendor gave as next page against @p base: path or absolute; TAKI_CONTRACT for another scheme, host
 * or port, user info, control characters (apis.md 8, M28). Lives in @p arena. */
TAKI_NODISCARD enum taki_status taki_url_next(struct taki_arena *arena, const char *base, taki_str next,
                                              const char **url, struct taki_error *err);
/** Method, path and query of @p url with the values of secret-looking parameters replaced by ***. In @p arena. */
const char *taki_url_shown(struct taki_arena *arena, const char *method, const char *url);

#endif
