/* Whatever a vendor gives as next page: what is accepted lies at the base's own scheme, host and port. */
#include "url.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const char *base, taki_str next)
{
    struct taki_arena *arena = taki_arena_open("fuzz", 0);
    const char *url = NULL;
    struct taki_url from, to;
    if (taki_url_next(arena, base, next, &url, NULL) == TAKI_OK) {
        if (!taki_url_split(taki_str_of(base), &from) || !taki_url_split(taki_str_of(url), &to) ||
            !taki_url_same_place(&from, &to))
            abort();
        for (const char *c = url; *c != '\0'; c++) {
            if (*c <= ' ' || *c == '\\' || (unsigned char)*c >= 0x7f)
                abort();
        }
        if (strlen(url) < strlen("http://"))
            abort();
        (void)taki_url_shown(arena, "GET", url);
    }
    taki_arena_close(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const bases[] = {"https://a.example.com", "https://a.example.com:8443/base",
                                        "http://127.0.0.1:9000"};
    taki_str next = {size == 0 ? "" : (const char *)data, size};
    for (size_t i = 0; i < TAKI_LEN(bases); i++)
        check(bases[i], next);
    struct taki_url url;
    (void)taki_url_split(next, &url);
    return 0;
}
