/* Everything that can be wrong with a configuration, by the exact text the user reads. */
#include "taki_test.h"

#include "taki/app.h"
#include "taki/arena.h"
#include "taki/config.h"
#include "taki/file.h"
#include "taki/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct taki_arena *arena;

static char printed[16384];

/* Runs taki_config_load on @p yaml with stderr caught in `printed`. */
static enum taki_status load_bytes(taki_str yaml, struct taki_error *err)
{
    const char *path = "taki.yml", *caught = "stderr.txt";
    assert_int_equal(taki_file_put(path, yaml, true, NULL), TAKI_OK);
    (void)fflush(stderr);
    int saved = dup(STDERR_FILENO);
    assert_non_null(freopen(caught, "w", stderr));
    const struct taki_config *config = NULL;
    enum taki_status status = taki_config_load(arena, path, &taki_common_options, 1, &config, err);
    (void)fflush(stderr);
    assert_int_equal(dup2(saved, STDERR_FILENO), STDERR_FILENO);
    (void)close(saved);
    struct taki_buf out;
    taki_buf_init(&out, sizeof printed - 1);
    assert_int_equal(taki_file_read(caught, &out, NULL), TAKI_OK);
    (void)snprintf(printed, sizeof printed, "%.*s", (int)out.size, out.data ? out.data : "");
    taki_buf_reset(&out);
    return status;
}

/* @p yaml gives exactly @p want (one line an error). */
static void expect_errors(const char *yaml, const char *want)
{
    struct taki_error err = {0};
    taki_expect_status(yaml, load_bytes(taki_str_of(yaml), &err), TAKI_USAGE, &err);
    if (strcmp(printed, want) != 0)
        fail_msg("of:\n%s\ngot:\n%s\nwant:\n%s", yaml, printed, want);
}

static void expect_error_of(const char *line, const char *want)
{
    expect_errors(taki_arena_format(arena, "version: 1\n%s\n", line),
                  taki_arena_format(arena, "taki.yml:2:%s\n", want));
}

static void test_unknown_keys(void **state)
{
    (void)state;
    expect_error_of("busines: {}", "1: busines: unknown key 'busines'; did you mean 'business'?");
    expect_error_of("business: {time_zone: UTC}",
                    "12: business.time_zone: unknown key 'time_zone'; did you mean 'timezone'?");
    expect_error_of("colours: red", "1: colours: unknown key 'colours'");
    expect_error_of("sources: {a: {type: files, jwt_user: x}}", "28: sources.a.jwt_user: unknown key 'jwt_user'");
    expect_error_of("sources: {a: {type: files, login_url: x}}",
                    "28: sources.a.login_url: not a key of type 'files', only of 'salesforce'");
    expect_error_of("sources: {\"a/b\": {type: files}}",
                    "12: sources.a/b: got the name 'a/b', want letters, digits, '_' and '-'");
}

static void test_wrong_types(void **state)
{
    (void)state;
    static const char month[] = "business: {fiscal_start_month: %s}";
    static const char want[] = "12: business.fiscal_start_month: got %s, want a whole number in 1..12";
    static const struct {
        const char *value, *got;
    } cases[] = {
        {"0",                    "'0'"                   },
        {"13",                   "'13'"                  },
        {"four",                 "'four'"                },
        {"4.5",                  "'4.5'"                 },
        {"[4]",                  "a list"                },
        {"~",                    "nothing"               },
        {"{a: 1}",               "a mapping"             },
        {"99999999999999999999", "'99999999999999999999'"}
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        char line[128], text[256];
        (void)snprintf(line, sizeof line, "%.*s%s}", (int)sizeof month - 4, month, cases[i].value);
        (void)snprintf(text, sizeof text, "%.*s%s%s", (int)(strstr(want, "%s") - want), want, cases[i].got,
                       strstr(want, "%s") + 2);
        expect_error_of(line, text);
    }
    expect_error_of("quality: {max_rejected: 500%}",
                    "11: quality.max_rejected: got '500%', want a ratio such as 0.005 or 0.5%");
    expect_error_of("quality: {max_rejected: -1}",
                    "11: quality.max_rejected: got '-1', want a ratio such as 0.005 or 0.5%");
    expect_error_of("rules: {account_fallback: maybe}", "9: rules.account_fallback: got 'maybe', want true or false");
    expect_error_of("rules: {confidence: 1}", "9: rules.confidence: got '1', want a number in 0.5..0.999");
    expect_error_of("rules: {stages_enabled: [INQ, SQLL]}",
                    "31: rules.stages_enabled: got 'SQLL', want a list of INQ, MQL, PSQL, SAL, SQL, WON; did you mean "
                    "'SQL'?");
    expect_error_of("rules: {stages_enabled: \"INQ,X\"}",
                    "9: rules.stages_enabled: got 'INQ,X', want a list of INQ, MQL, PSQL, SAL, SQL, WON");
    expect_error_of("business: {fy_label: stat}",
                    "12: business.fy_label: got 'stat', want one of start, end; did you mean 'start'?");
    expect_error_of("business: Tokyo", "1: business: got 'Tokyo', want a mapping");
    expect_error_of("sources: [a]", "1: sources: got a list, want a mapping");
    expect_error_of("sources: {a: {type: files, connect_timeout: 2w}}",
                    "28: sources.a.connect_timeout: got '2w', want a duration in 1s..1h");
    expect_error_of("data_dir: ''", "1: data_dir: got nothing, want a path");
}

/* 61 bytes, the last character being cut as a whole. */
static void test_long_values_are_cut(void **state)
{
    (void)state;
    expect_error_of(
        "business: {fiscal_start_month: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}",
        "12: business.fiscal_start_month: got 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...', want "
        "a "
        "whole number in 1..12");
}

static void test_dates_and_urls(void **state)
{
    (void)state;
    static const char marketo[] =
        "sources: {m: {type: marketo, client_id: i, client_secret: s, start_date: %s, base_url: \"%s\"}}";
    static const char url_want[] =
        "86: sources.m.base_url: got %s, want an https URL without user name (http for localhost only)";
    char line[512], text[512];
    (void)snprintf(line, sizeof line,
                   "sources: {m: {type: marketo, client_id: i, client_secret: s, base_url: \"https://a.example.com\", "
                   "start_date: 2026-02-29}}");
    expect_error_of(line, "97: sources.m.start_date: got '2026-02-29', want a date YYYY-MM-DD");
    static const struct {
        const char *url, *got;
    } bad[] = {
        {"http://a.example.com",               "'http://a.example.com'"         },
        {"http://127.0.0.1.example.com/",      "'http://127.0.0.1.example.com/'"},
        {"http://127.0.0.256/",                "'http://127.0.0.256/'"          },
        {"http://10.0.0.1/",                   "'http://10.0.0.1/'"             },
        {"https://",                           "'https://'"                     },
        {"https://:443",                       "'https://:443'"                 },
        {"https://a.example.com:99999",        "'https://a.example.com:99999'"  },
        {"https://a b.example.com",            "'https://a b.example.com'"      },
        {"https://u:p@a.example.com",          "'***'"                          },
        {"http://localhost\\\\@a.example.com", "'***'"                          },
        {"ftp://a.example.com",                "'ftp://a.example.com'"          },
        {"https://[::1",                       "'https://[::1'"                 },
        {"",                                   "nothing"                        },
    };
    for (size_t i = 0; i < TAKI_LEN(bad); i++) {
        (void)snprintf(line, sizeof line, "%.*s2024-04-01, base_url: \"%s\"}}", (int)(strstr(marketo, "%s") - marketo),
                       marketo, bad[i].url);
        (void)snprintf(text, sizeof text, "%.*s%s%s", (int)(strstr(url_want, "%s") - url_want), url_want, bad[i].got,
                       strstr(url_want, "%s") + 2);
        expect_error_of(line, text);
    }
    static const char *const good[] = {"https://a.example.com", "http://127.8.9.1:8080/x", "http://localhost",
                                       "http://LOCALHOST:1",    "http://[::1]:99/p?q",     "https://[2001:db8::1]/"};
    for (size_t i = 0; i < TAKI_LEN(good); i++) {
        struct taki_error err = {0};
        (void)snprintf(line, sizeof line, "version: 1\nsources: {m: {type: files, base_url: \"%s\"}}\n", good[i]);
        taki_expect_status(good[i], load_bytes(taki_str_of(line), &err), TAKI_OK, &err);
    }
}

static void test_missing(void **state)
{
    (void)state;
    expect_errors("sources: {m: {type: marketo, client_id: a}}\n",
                  "taki.yml:1:1: version: missing, want a whole number in 1..1\n"
                  "taki.yml:1:11: sources.m.base_url: missing, want an https URL without user name (http for localhost "
                  "only)\n"
                  "taki.yml:1:11: sources.m.client_secret: missing, want text\n"
                  "taki.yml:1:11: sources.m.start_date: missing, want a date YYYY-MM-DD\n");
    expect_error_of("sources: {m: {role: ma}}", "11: sources.m.type: missing, want one of salesforce, marketo, files");
    expect_error_of("targets: {b: {type: file, path: x}}",
                    "15: targets.b.type: got 'file', want one of files; did you mean 'files'?");
}

static void test_duplicates(void **state)
{
    (void)state;
    expect_errors("version: 1\ndata_dir: a\n\ndata_dir: b\n",
                  "taki.yml:4:1: data_dir: duplicate key, first in line 2\n");
    expect_error_of("maps: {stage: {x: {A: SQL, A: WON}}}", "28: maps.stage.x.A: duplicate key, first in line 2");
}

static void test_references(void **state)
{
    (void)state;
    (void)unsetenv("TEST_NOT_SET");
    expect_error_of("data_dir: \"${env:TEST_NOT_SET}/x\"",
                    "1: data_dir: environment variable 'TEST_NOT_SET' is not set");
    expect_error_of("data_dir: \"${file:none.txt}\"",
                    "1: data_dir: file of 'none.txt': cannot open 'none.txt': No such file or directory");
    expect_error_of("data_dir: \"${home}\"",
                    "1: data_dir: got '${home}', want ${env:NAME} or ${file:PATH}; write $${ for a plain ${");
    expect_error_of("data_dir: \"a${env:}\"",
                    "1: data_dir: got '${env:}', want ${env:NAME} or ${file:PATH}; write $${ for a plain ${");
    expect_error_of("data_dir: \"${env:X\"", "1: data_dir: environment variable 'X' is not set");
    (void)setenv("TEST_MONTH", "13", 1);
    expect_error_of("business: {fiscal_start_month: \"${env:TEST_MONTH}\"}",
                    "12: business.fiscal_start_month: got '13', want a whole number in 1..12");
    assert_int_equal(taki_file_put("nul.txt", (taki_str){"a\0b", 3}, true, NULL), TAKI_OK);
    expect_error_of("data_dir: \"${file:nul.txt}\"", "1: data_dir: file of 'nul.txt' holds a NUL byte");
}

static void test_secrets_stay_secret(void **state)
{
    (void)state;
    (void)setenv("TEST_SECRET", "xyzzy-1", 1);
    expect_error_of("targets: {b: {type: files, path: p, pii: xyzzy-1, pii_salt: \"${env:TEST_SECRET}\"}}",
                    "37: targets.b.pii: got '***', want one of full, hashed, none");
    expect_error_of("targets: {b: {type: files, path: p, pii_salt: [\"xyzzy-1\"]}}",
                    "37: targets.b.pii_salt: got a list, want text");
    (void)setenv("TEST_SECRET", "x", 1);
    expect_error_of("targets: {b: {type: files, path: p, pii: xx, pii_salt: \"${env:TEST_SECRET}\"}}",
                    "37: targets.b.pii: got 'xx', want one of full, hashed, none");
    (void)setenv("TEST_SECRET", "", 1);
    expect_error_of("targets: {b: {type: files, path: p, pii_salt: \"${env:TEST_SECRET}\"}}",
                    "37: targets.b.pii_salt: got nothing, want text");
}

static void test_bad_yaml(void **state)
{
    (void)state;
    expect_errors("version: 1\na: [1, 2\n", "taki.yml:3:1: bad YAML: flow sequence without a closing bracket\n");
    expect_errors("version: 1\na: b: c\n", "taki.yml:2:5: bad YAML: invalid nested block mapping on the same line\n");
    expect_errors("version: &x 1\n",
                  "taki.yml:1:13: bad YAML: anchors and aliases are not supported; write the value out\n");
    expect_errors("version: 1\ndata_dir: *x\n",
                  "taki.yml:2:12: bad YAML: anchors and aliases are not supported; write the value out\n");
    expect_errors("version: !!int 1\n",
                  "taki.yml:1:16: bad YAML: tags are not supported; the option's own type decides\n");
    expect_errors("version: 1\n---\nversion: 1\n", "taki.yml:2:1: bad YAML: a second document; taki reads one\n");
    expect_errors("? [a]\n: 1\n", "taki.yml:1:3: bad YAML: a key must be a single word or quoted text\n");
    expect_errors("- 1\n", "taki.yml:1:1: got a list, want a mapping\n");
    struct taki_error err = {0};
    taki_expect_status("bad bytes", load_bytes((taki_str){"a: 1\nb: \xE3\x81\x82\xFF\n", 13}, &err), TAKI_USAGE, &err);
    assert_string_equal(printed, "taki.yml:2:5: bad YAML: not UTF-8 text\n");
    taki_expect_status("NUL", load_bytes((taki_str){"a: \0", 4}, &err), TAKI_USAGE, &err);
    assert_string_equal(printed, "taki.yml:1:4: bad YAML: not UTF-8 text\n");
    char deep[256] = "a: ";
    memset(deep + 3, '[', 40);
    memset(deep + 43, ']', 40);
    expect_errors(deep, "taki.yml:1:36: bad YAML: nested too deeply\n");
}

static void test_all_at_once(void **state)
{
    (void)state;
    struct taki_error err = {0};
    expect_errors("version: 2\nbusines: {}\ntargets:\n  bi: {type: files, path: 7, formats: [xml]}\n"
                  "quality: {max_rejected: no}\n",
                  "taki.yml:1:1: version: got '2', want a whole number in 1..1\n"
                  "taki.yml:2:1: busines: unknown key 'busines'; did you mean 'business'?\n"
                  "taki.yml:4:40: targets.bi.formats: got 'xml', want a list of csv\n"
                  "taki.yml:5:11: quality.max_rejected: got 'no', want a ratio such as 0.005 or 0.5%\n");
    (void)load_bytes(TAKI_STR("version: 2\nx: 1\n"), &err);
    assert_string_equal(err.text, "2 errors in the configuration 'taki.yml'");
}

static void test_environment_is_checked(void **state)
{
    (void)state;
    (void)setenv("TAKI_JOBS", "none", 1);
    expect_errors("version: 1\n", "TAKI_JOBS: got 'none', want a whole number in 1..1024\n");
    (void)setenv("TAKI_JOBS", "4", 1);
    (void)setenv("TAKI_MEMORY", "1M", 1);
    expect_errors("version: 1\n", "TAKI_MEMORY: got '1M', want a size in 16M..1024T\n");
    (void)unsetenv("TAKI_JOBS");
    (void)unsetenv("TAKI_MEMORY");
}

static void test_missing_file(void **state)
{
    (void)state;
    struct taki_error err = {0};
    const struct taki_config *config = NULL;
    enum taki_status status = taki_config_load(arena, "none.yml", &taki_common_options, 1, &config, &err);
    taki_expect_status("no file", status, TAKI_USAGE, &err);
    assert_string_equal(err.text, "configuration: cannot open 'none.yml': No such file or directory");
    assert_null(config);
}

static int start(void **state)
{
    (void)state;
    taki_text_language("en");
    arena = taki_arena_open("test", 0);
    return chdir(taki_test_folder());
}

static int stop(void **state)
{
    (void)state;
    taki_arena_close(arena);
    return chdir("/");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unknown_keys),
        cmocka_unit_test(test_wrong_types),
        cmocka_unit_test(test_long_values_are_cut),
        cmocka_unit_test(test_dates_and_urls),
        cmocka_unit_test(test_missing),
        cmocka_unit_test(test_duplicates),
        cmocka_unit_test(test_references),
        cmocka_unit_test(test_secrets_stay_secret),
        cmocka_unit_test(test_bad_yaml),
        cmocka_unit_test(test_all_at_once),
        cmocka_unit_test(test_environment_is_checked),
        cmocka_unit_test(test_missing_file),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
