/* Values of a sound configuration: precedence, types, references, the canonical form. */
#include "taki_test.h"

#include "taki/app.h"
#include "taki/arena.h"
#include "taki/config.h"
#include "taki/file.h"
#include "taki/log.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct taki_arena *arena;
static int number;

/* Writes @p yaml to a new folder's taki.yml. */
static const char *write_config(const char *yaml)
{
    const char *folder = taki_arena_format(arena, "%s/case%d", taki_test_folder(), ++number);
    assert_int_equal(taki_file_make_folder(folder, NULL), TAKI_OK);
    const char *path = taki_arena_format(arena, "%s/taki.yml", folder);
    assert_int_equal(taki_file_put(path, taki_str_of(yaml), false, NULL), TAKI_OK);
    return path;
}

static const struct taki_config *load(const char *yaml)
{
    const struct taki_config *config = NULL;
    struct taki_error err = {0};
    enum taki_status status = taki_config_load(arena, write_config(yaml), &taki_common_options, 1, &config, &err);
    taki_expect_status("load", status, TAKI_OK, &err);
    return config;
}

static const char sample[] =
    "version: 1\n"
    "data_dir: ./data\n"
    "business: {timezone: Europe/Berlin, holidays: [2026-01-01, 2026-01-02], fiscal_start_month: 10}\n"
    "sources:\n"
    "  sfa:\n"
    "    type: salesforce\n"
    "    login_url: https://acme.example.com\n"
    "    client_id: \"${env:TEST_SF_ID}-$${x}\"\n"
    "    client_secret: \"${file:secret.txt}\"\n"
    "    start_date: 2024-04-01\n"
    "    rate: {calls: 25, per_seconds: 15m, daily_share: 12.5%}\n"
    "    objects: {Lead: {fields: [A__c, B__c]}}\n"
    "  lists: {type: files, base_url: \"http://127.0.0.1:8080/x\", objects: {Costs: {path: c.csv, api_token: "
    "t0psecret}}}\n"
    "maps:\n"
    "  stage: {\"sfa:Opportunity.StageName\": {Prospecting: SQL, 失注: LOST}}\n"
    "rules: {account_fallback: yes, depth: {form: 4}, half_life_days: 45.5}\n"
    "targets:\n"
    "  bi: {type: files, path: /srv/bi, formats: [csv]}\n"
    "quality: {max_rejected: 0.02}\n";

static const struct taki_config *load_sample(void)
{
    (void)setenv("TEST_SF_ID", "id7", 1);
    const char *folder = taki_arena_format(arena, "%s/case%d", taki_test_folder(), number + 1);
    assert_int_equal(taki_file_make_folder(folder, NULL), TAKI_OK);
    assert_int_equal(
        taki_file_put(taki_arena_format(arena, "%s/secret.txt", folder), TAKI_STR("hush-hush\n"), true, NULL), TAKI_OK);
    return load(sample);
}

static void test_values_by_type(void **state)
{
    (void)state;
    const struct taki_config *config = load_sample();
    taki_expect_str("text", taki_config_text(config, "business.timezone"), "Europe/Berlin");
    taki_expect_i64("integer", taki_config_integer(config, "business.fiscal_start_month"), 10);
    taki_expect_str("list", taki_config_text(config, "business.holidays"), "2026-01-01,2026-01-02");
    taki_expect_str("fallback", taki_config_text(config, "business.currency"), "JPY");
    taki_expect_str("no value", taki_config_text(config, "business.business_hours"), NULL);
    taki_expect_i64("no integer", taki_config_integer(config, "sources.lists.rate.calls"), INT64_MIN);
    assert_true(isnan(taki_config_number(config, "sources.lists.rate.calls")));
    assert_true(fabs(taki_config_number(config, "quality.max_rejected") - 0.02) < 1e-15);
    assert_true(fabs(taki_config_number(config, "sources.sfa.rate.daily_share") - 0.125) < 1e-15);
    assert_true(fabs(taki_config_number(config, "rules.half_life_days") - 45.5) < 1e-15);
    taki_expect_i64("duration", taki_config_integerf(config, "sources.%s.rate.per_seconds", "sfa"), 900);
    taki_expect_i64("fallback duration", taki_config_integerf(config, "sources.%s.idle_timeout", "sfa"), 120);
    taki_expect_i64("overridden depth", taki_config_integer(config, "rules.depth.form"), 4);
    taki_expect_i64("default depth", taki_config_integer(config, "rules.depth.attend"), 5);
    assert_true(taki_config_bool(config, "rules.account_fallback"));
    assert_false(taki_config_boolf(config, "business.%s", "business_hours"));
    /* 2024-04-01 is day 19814: 54 years of 365 days, 13 leap days (1972..2020), 31 + 29 + 31. */
    taki_expect_i64("date", taki_config_date(config, "sources.sfa.start_date").days, 54 * 365 + 13 + 91);
    assert_true(taki_date_is_null(taki_config_date(config, "business.currency")));
    taki_expect_str("key of another type", taki_config_text(config, "sources.lists.auth"), NULL);
}

static void test_references(void **state)
{
    (void)state;
    const struct taki_config *config = load_sample();
    taki_expect_str("env and escape", taki_config_textf(config, "sources.%s.client_id", "sfa"), "id7-${x}");
    taki_expect_str("file", taki_config_text(config, "sources.sfa.client_secret"), "hush-hush");
    char text[64] = "the secret is hush-hush and t0psecret";
    taki_log_mask(text);
    assert_string_equal(text, "the secret is *** and ***");
}

static void test_paths_count_from_the_file(void **state)
{
    (void)state;
    const struct taki_config *config = load_sample();
    const char *want = taki_arena_format(arena, "%s/case%d/./data", taki_test_folder(), number);
    taki_expect_str("relative", taki_config_text(config, "data_dir"), want);
    taki_expect_str("absolute", taki_config_text(config, "targets.bi.path"), "/srv/bi");
    const struct taki_node *node = taki_node_at(taki_config_root(config), "data_dir");
    taki_expect_str("as written", node->written, "./data");
}

static void test_nodes(void **state)
{
    (void)state;
    const struct taki_config *config = load_sample();
    const struct taki_node *root = taki_config_root(config);
    const struct taki_node *lost = taki_node_at(root, "maps.stage.sfa:Opportunity.StageName.失注");
    taki_expect_str("key with a dot", taki_node_text(lost), "LOST");
    taki_expect_str("text inside a FREE value", taki_config_text(config, "sources.lists.objects.Costs.path"), "c.csv");
    assert_null(taki_node_at(root, "maps.stage.nothing"));
    assert_null(taki_node_find(NULL, "x"));
    taki_expect_str("text of none", taki_node_text(NULL), NULL);
    const struct taki_node *fields = taki_node_at(root, "sources.sfa.objects.Lead.fields");
    assert_int_equal(fields->type, TAKI_NODE_LIST);
    assert_int_equal(fields->count, 2);
    const char *want = taki_arena_format(arena, "%s:12:37: sources.sfa.objects.Lead.fields", taki_config_path(config));
    assert_string_equal(taki_node_place(arena, config, &fields->children[1]), want);
    struct taki_node stranger = {0};
    assert_string_equal(taki_node_place(arena, config, &stranger), taki_config_path(config));
}

static void test_environment_wins_over_file(void **state)
{
    (void)state;
    (void)setenv("TAKI_DATA_DIR", "elsewhere", 1);
    const struct taki_config *config = load("version: 1\ndata_dir: /in/file\n");
    taki_expect_str("environment", taki_config_text(config, "data_dir"), "elsewhere");
    (void)setenv("TAKI_DATA_DIR", "", 1);
    config = load("version: 1\ndata_dir: /in/file\n");
    taki_expect_str("an empty variable is none", taki_config_text(config, "data_dir"), "/in/file");
    (void)unsetenv("TAKI_DATA_DIR");
}

static const char *canonical(const char *yaml, const char *const *keys, size_t count)
{
    struct taki_buf out;
    taki_buf_init(&out, 1 << 20);
    taki_config_canonical(load(yaml), keys, count, &out);
    const char *text = taki_arena_copy(arena, out.data, out.size);
    taki_buf_reset(&out);
    return text;
}

static void test_canonical(void **state)
{
    (void)state;
    static const char *const keys[] = {"quality", "business"};
    const char *got = canonical("version: 1\nquality: {max_rejected: 1%}\n", keys, 2);
    assert_string_equal(got, "{\"business\":{\"currency\":\"JPY\",\"fiscal_start_month\":4,\"fy_label\":\"start\","
                             "\"timezone\":\"Asia/Tokyo\"},\"quality\":{\"max_rejected\":0.01}}");
    const char *same =
        canonical("quality: {max_rejected: '0.010'}\nbusiness:\n  fiscal_start_month: 04\nversion: 1\n", keys, 2);
    assert_string_equal(got, same);
    static const char *const sources[] = {"sources"};
    const char *free_shape = canonical(
        "version: 1\nsources: {l: {type: files, objects: {B: [x, 1], A: {token: hidden, path: p}}}}\n", sources, 1);
    taki_expect_contains("sorted, without secrets", free_shape,
                         "\"objects\":{\"A\":{\"path\":\"p\"},\"B\":[\"x\",\"1\"]}");
    taki_expect_contains("defaults", free_shape, "\"connect_timeout\":30");
    assert_null(strstr(free_shape, "hidden"));
    assert_null(strstr(free_shape, "login_url"));
}

static void test_empty_containers(void **state)
{
    (void)state;
    const struct taki_config *config = load("version: 1\nsources:\ntargets: {}\nmaps: {stage: ~}\n");
    assert_int_equal(taki_node_find(taki_config_root(config), "sources")->count, 0);
    taki_expect_str("null", taki_config_text(config, "maps.stage"), NULL);
}

static void test_nearest(void **state)
{
    (void)state;
    static const char *const names[] = {"timezone", "currency", "jobs"};
    assert_string_equal(taki_nearest(TAKI_STR("time_zone"), names, 3), "timezone");
    assert_string_equal(taki_nearest(TAKI_STR("jbos"), names, 3), "jobs");
    assert_null(taki_nearest(TAKI_STR("colour"), names, 3));
    assert_null(taki_nearest(TAKI_STR("xy"), names, 3));
    assert_null(taki_nearest(TAKI_STR("a word far longer than any name there is in the option table"), names, 3));
}

static int open_arena(void **state)
{
    (void)state;
    arena = taki_arena_open("test", 0);
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    taki_arena_close(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_by_type),
        cmocka_unit_test(test_references),
        cmocka_unit_test(test_paths_count_from_the_file),
        cmocka_unit_test(test_nodes),
        cmocka_unit_test(test_environment_wins_over_file),
        cmocka_unit_test(test_canonical),
        cmocka_unit_test(test_empty_containers),
        cmocka_unit_test(test_nearest),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
