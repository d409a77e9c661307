/* What may be asked, and where a next page may lie (reference apis.md 8, M28). */
#include "taki_test.h"
#include "url.h"

#include <string.h>

static void next_pages_stay_at_their_source(void **state)
{
    static const struct {
        const char *what, *base, *next, *want; /* want NULL = refused */
    } cases[] = {
        {"a path is put behind the host",                     "https://a.example.com",      "/p?x=1",                               "https://a.example.com/p?x=1"},
        {"a path drops the base's own path",                  "https://a.example.com/base", "/p",                                   "https://a.example.com/p"    },
        {"the same host may be named in full",                "https://a.example.com",      "https://a.example.com/p",
         "https://a.example.com/p"                                                                                                                               },
        {"a host is the same in any case",                    "https://a.example.com",      "https://A.Example.COM/p",
         "https://A.Example.COM/p"                                                                                                                               },
        {"a port given that is the scheme's own is the same", "https://a.example.com",      "https://a.example.com:443/p",
         "https://a.example.com:443/p"                                                                                                                           },
        {"another host is refused",                           "https://a.example.com",      "https://b.example.com/p",              NULL                         },
        {"a host that only begins alike is refused",          "https://a.example.com",      "https://a.example.com.evil.example/p",
         NULL                                                                                                                                                    },
        {"plain http is refused",                             "https://a.example.com",      "http://a.example.com/p",               NULL                         },
        {"another port is refused",                           "https://a.example.com",      "https://a.example.com:8443/p",         NULL                         },
        {"user info is refused",                              "https://a.example.com",      "https://a.example.com@evil.example/p", NULL                         },
        {"a path with two slashes names a host",              "https://a.example.com",      "//evil.example/p",                     NULL                         },
        {"a backslash is not a slash",                        "https://a.example.com",      "/\\evil.example/p",                    NULL                         },
        {"another scheme is refused",                         "https://a.example.com",      "file:///etc/passwd",                   NULL                         },
        {"a line break is refused",                           "https://a.example.com",      "/p\r\nX: y",                           NULL                         },
        {"a relative path is refused",                        "https://a.example.com",      "p",                                    NULL                         },
        {"nothing is refused",                                "https://a.example.com",      "",                                     NULL                         },
        {"loopback keeps its port",                           "http://127.0.0.1:80",        "http://127.0.0.1/p",                   "http://127.0.0.1/p"         },
    };
    (void)state;
    struct taki_arena *arena = taki_arena_open("test", 0);
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        struct taki_error err = {0};
        const char *url = NULL;
        enum taki_status status = taki_url_next(arena, cases[i].base, taki_str_of(cases[i].next), &url, &err);
        taki_expect_status(cases[i].what, status, cases[i].want == NULL ? TAKI_CONTRACT : TAKI_OK, &err);
        if (cases[i].want != NULL)
            taki_expect_str(cases[i].what, taki_str_of(url), cases[i].want);
    }
    taki_arena_close(arena);
}

static void urls_are_split_or_refused(void **state)
{
    static const struct {
        const char *text, *host;
        int port;
    } cases[] = {
        {"https://a.example.com",            "a.example.com", 443 },
        {"http://[::1]:8080/x",              "::1",           8080},
        {"HTTPS://a.example.com?q=1",        "a.example.com", 443 },
        {"https://a.example.com:0/",         NULL,            0   },
        {"https://a.example.com:65536/",     NULL,            0   },
        {"https://a.example.com:/",          NULL,            0   },
        {"https://a.example.com:+80/",       NULL,            0   },
        {"https://",                         NULL,            0   },
        {"https:///p",                       NULL,            0   },
        {"ftp://a.example.com",              NULL,            0   },
        {"https://u:p@a.example.com",        NULL,            0   },
        {"https://a b.example.com",          NULL,            0   },
        {"https://\xe3\x81\x82.example.com", NULL,            0   },
    };
    (void)state;
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        struct taki_url url;
        bool ok = taki_url_split(taki_str_of(cases[i].text), &url);
        taki_expect_i64(cases[i].text, ok, cases[i].host != NULL);
        if (!ok)
            continue;
        taki_expect_str(cases[i].text, url.host, cases[i].host);
        taki_expect_i64(cases[i].text, url.port, cases[i].port);
    }
}

static void loopback_and_vendor_domains_are_known(void **state)
{
    struct taki_url url;
    (void)state;
    assert_true(taki_url_split(TAKI_STR("http://127.0.0.2:1"), &url) && taki_url_is_loopback(&url));
    assert_true(taki_url_split(TAKI_STR("http://localhost"), &url) && taki_url_is_loopback(&url));
    assert_true(taki_url_split(TAKI_STR("http://127.evil.example"), &url) && !taki_url_is_loopback(&url));
    assert_true(taki_url_split(TAKI_STR("https://acme.my.salesforce.com"), &url));
    assert_true(taki_url_is_below(&url, "salesforce.com"));
    assert_true(taki_url_split(TAKI_STR("https://evilsalesforce.com"), &url));
    assert_false(taki_url_is_below(&url, "salesforce.com"));
}

static void secrets_never_show(void **state)
{
    (void)state;
    struct taki_arena *arena = taki_arena_open("test", 0);
    taki_expect_str(
        "query",
        taki_str_of(taki_url_shown(arena, "GET", "https://a.example.com/p?client_secret=x&a=b&access_token=y")),
        "GET /p?client_secret=***&a=b&access_token=***");
    taki_arena_close(arena);
}

static void values_are_percent_encoded(void **state)
{
    struct taki_buf buf;
    (void)state;
    taki_buf_init(&buf, 100);
    taki_url_add_encoded(&buf, TAKI_STR("a b+c=&\xe6\xbb\x9d~"));
    taki_expect_str("encoded", taki_buf_view(&buf), "a%20b%2Bc%3D%26%E6%BB%9D~");
    taki_buf_reset(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(next_pages_stay_at_their_source),
        cmocka_unit_test(urls_are_split_or_refused),
        cmocka_unit_test(loopback_and_vendor_domains_are_known),
        cmocka_unit_test(secrets_never_show),
        cmocka_unit_test(values_are_percent_encoded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
