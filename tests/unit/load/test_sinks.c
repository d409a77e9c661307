/* Targets of the configuration, which of them a run takes, and personal columns. */
#include "files_case.h"
#include "sink.h"

#define TWO TARGET "  mart: {type: files, path: ./mart}\n"

static void options_that_nothing_serves_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *yaml;
        int want;
    } cases[] = {
        {"targets:\n  bi: {type: files, path: ./publish, dialect: excel}\n",                       2},
        {"targets:\n  bi: {type: files, path: ./publish, dialect: standard, formats: [csv]}\n",    0},
        {"targets:\n  bi: {type: files, path: ./publish, pii: hashed}\n",                          2},
        {"targets:\n  bi: {type: files, path: ./publish}\n  b2: {type: files, path: ./publish}\n", 2},
        {"targets: {}\n",                                                                          2},
        {"",                                                                                       2},
    };
    const char *dir = stage_new("options");
    stage_add(dir, "2026-11-21", ID_A, 0, two_tables, 2);
    for (size_t i = 0; i < TAKI_LEN(cases); i++)
        expect_run(dir, cases[i].yaml, "run", cases[i].want);
}

static void targets_are_chosen_by_name(void **state)
{
    (void)state;
    const char *dir = stage_new("choose");
    stage_add(dir, "2026-11-21", ID_A, 0, two_tables, 2);
    expect_run(dir, TWO, "run --dry-run --target mart", 0);
    taki_expect_contains("one target", stage_printed(), "mart\t2026-11-21\t" ID_A "\tperson\trows=7\n");
    assert_null(strstr(stage_printed(), "bi\t"));
    assert_false(taki_file_exists(at(dir, "csv")));
    expect_run(dir, TWO, "run --dry-run --select bi", 0);
    assert_null(strstr(stage_printed(), "mart\t"));
    expect_run(dir, TWO, "run --dry-run --select *:person", 0);
    taki_expect_contains("pair", stage_printed(), "mart\t2026-11-21\t" ID_A "\tperson");
    assert_null(strstr(stage_printed(), "campaign"));
    expect_run(dir, TWO, "run --dry-run --exclude mart,person", 0);
    assert_null(strstr(stage_printed(), "mart\t"));
    assert_null(strstr(stage_printed(), "person"));
    expect_run(dir, TWO, "check --select mart", 0);
    assert_null(strstr(stage_printed(), "bi\t"));
    expect_run(dir, TWO, "check --select person", 0);
    taki_expect_contains("all", stage_printed(), "bi\tfiles\tok\nmart\tfiles\tok\n");
    expect_run(dir, TWO, "run --target mrat", 2);
    expect_run(dir, TWO, "run --target zzzzzz", 2);
}

/* One target that fails leaves the other published; --retry-failed takes only the failed one. */
static void a_failed_target_can_be_retried_alone(void **state)
{
    (void)state;
    char path[600];
    struct taki_error err = {.status = TAKI_OK};
    const char *dir = stage_new("retry");
    stage_add(dir, "2026-11-21", ID_A, 0, two_tables, 2);
    (void)snprintf(path, sizeof path, "%s/mart", dir);
    write_over(path, "in the way");
    expect_run(dir, TWO, "run", 3);
    assert_true(taki_file_exists(at(dir, "manifest/latest.json")));
    assert_int_equal(unlink(path), 0);
    struct stat before;
    struct stat after;
    assert_int_equal(stat(at(dir, "manifest/latest.json"), &before), 0);
    expect_run(dir, TWO, "run --retry-failed", 0);
    assert_int_equal(stat(at(dir, "manifest/latest.json"), &after), 0);
    assert_true(before.st_ino == after.st_ino);
    (void)snprintf(path, sizeof path, "%s/mart/v1/manifest/latest.json", dir);
    assert_true(taki_file_exists(path));
    expect_run(dir, TWO, "run --retry-failed", 0);
    (void)err;
}

static struct stage_thing personal(void)
{
    struct stage_thing thing = stage_thing_of("1");
    thing.email = TAKI_STR("what do ya want for nothing?");
    thing.phones = TAKI_STR("[\"03\"]");
    thing.born = taki_date_of(1970, 1, 1);
    thing.note = TAKI_STR("note");
    return thing;
}

/* Keys and hashes of RFC 4231, test cases 2 and 6. */
static void hashed_is_hmac_sha256_under_the_salt(void **state)
{
    (void)state;
    struct taki_arena *scratch = taki_arena_open("test", 0);
    struct taki_target target = {.pii = TAKI_PII_HASHED, .pii_salt = TAKI_STR("Jefe")};
    struct stage_thing thing = personal();
    taki_pii_apply(&target, stage_thing_fields, stage_thing_field_count, &thing, scratch);
    taki_expect_str("case 2", thing.email, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    assert_true(taki_str_starts(thing.phones, TAKI_STR("[\"")));
    assert_true(taki_str_ends(thing.phones, TAKI_STR("\"]")));
    assert_int_equal(thing.phones.size, 68);
    assert_true(taki_date_is_null(thing.born));
    taki_expect_str("not personal", thing.note, "note");
    char key[131];
    memset(key, 0xaa, sizeof key);
    target.pii_salt = (taki_str){key, sizeof key};
    thing.email = TAKI_STR("Test Using Larger Than Block-Size Key - Hash Key First");
    taki_pii_apply(&target, stage_thing_fields, stage_thing_field_count, &thing, scratch);
    taki_expect_str("case 6", thing.email, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    taki_arena_close(scratch);
}

static void none_leaves_personal_columns_empty(void **state)
{
    (void)state;
    struct taki_arena *scratch = taki_arena_open("test", 0);
    struct taki_target target = {.pii = TAKI_PII_NONE};
    struct stage_thing thing = personal();
    taki_pii_apply(&target, stage_thing_fields, stage_thing_field_count, &thing, scratch);
    assert_true(taki_str_is_null(thing.email) && taki_str_is_null(thing.phones) && taki_date_is_null(thing.born));
    taki_expect_str("not personal", thing.note, "note");
    target.pii = TAKI_PII_FULL;
    thing = personal();
    taki_pii_apply(&target, stage_thing_fields, stage_thing_field_count, &thing, scratch);
    taki_expect_str("as it is", thing.phones, "[\"03\"]");
    static const struct taki_field fixed = {"name", TAKI_TYPE_TEXT, TAKI_FIELD_PII, 0, "", ""};
    static const struct taki_field born = {"born", TAKI_TYPE_DATE, TAKI_FIELD_PII, 0, "", ""};
    assert_false(taki_pii_nullable(&target, &fixed));
    target.pii = TAKI_PII_HASHED;
    assert_false(taki_pii_nullable(&target, &fixed));
    assert_true(taki_pii_nullable(&target, &born));
    target.pii = TAKI_PII_NONE;
    assert_true(taki_pii_nullable(&target, &fixed));
    assert_null(taki_sink_find("parquet"));
    taki_arena_close(scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_that_nothing_serves_are_refused),
        cmocka_unit_test(targets_are_chosen_by_name),
        cmocka_unit_test(a_failed_target_can_be_retried_alone),
        cmocka_unit_test(hashed_is_hmac_sha256_under_the_salt),
        cmocka_unit_test(none_leaves_personal_columns_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
