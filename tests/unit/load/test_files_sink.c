/*
 * Publishing into a folder, as a reader of the files sees it. With `--make DATA_DIR DATE MONEY_DIGITS [ROWS]` it only
 * writes a stage set, for tests/golden/load/run and for measuring.
 */
#include "files_case.h"

enum { BIG_ROWS = 120000 };

static void nothing_but_key(size_t number, struct stage_thing *thing, struct taki_arena *scratch)
{
    thing->id = taki_str_of(taki_arena_format(scratch, "k%zu", number));
}

/* About 300 bytes a row that compress badly. */
static void long_row(size_t number, struct stage_thing *thing, struct taki_arena *scratch)
{
    char hex[TAKI_SHA256_HEX];
    stage_ordinary(number, thing, scratch);
    taki_sha256(thing->id, hex);
    thing->note = taki_str_of(taki_arena_format(scratch, "%s,%s,%s,%s,%s", hex, hex + 1, hex + 2, hex + 3, hex + 4));
}

static void a_first_publication_is_whole(void **state)
{
    (void)state;
    const char *dir = stage_new("first");
    stage_add(dir, "2026-11-21", ID_A, 0, two_tables, 2);
    expect_run(dir, TARGET, "run", 0);
    const char *csv = at(dir, "csv/person/dt=2026-11-21/part-00000-" ID_A ".csv.gz");
    struct taki_buf text = csv_text(csv);
    taki_expect_contains("header", text.data, "id,email,phones,born,note,kind,tags,yes,n,ratio,day,at,amount\n");
    taki_expect_contains(
        "row 0: texts NULL, note empty", text.data,
        "\nthing-0000000,,,,\"\",,\"[\"\"x\"\",\"\"y\"\"]\",false,0,0,2026-01-01,2026-09-21T14:13:20.000000Z,-1000\n");
    taki_expect_contains(
        "row 1: numbers NULL", text.data,
        "\nthing-0000001,p1@example.co.jp,\"[\"\"03-0000-0001\"\"]\",1971-02-28,\"髙橋, \"\"1\"\"  改行 😀\",a,,,,,"
        "2026-02-02,2026-09-21T14:13:20.000001Z,11345\n");
    taki_buf_reset(&text);
    expect_in_file(at(dir, "manifest/latest.json"), "\"snapshot_id\": \"" ID_A "\"");
    expect_in_file(at(dir, "manifest/latest.json"), "\"manifest\": \"dt=2026-11-21/manifest.json\"");
    expect_in_file(at(dir, "manifest/dt=2026-11-21/manifest.json"), "\"known_at\": null");
    expect_in_file(at(dir, "schema/person.postgres.sql"), "CREATE TABLE");
    expect_in_file(at(dir, "schema/person.pq"), "{\"amount\", type number}");
    assert_true(taki_file_exists(at(dir, "current/person.csv.gz")));
    struct stat info;
    assert_int_equal(stat(csv, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    expect_run(dir, TARGET, "verify", 0);
    taki_expect_contains("verify", stage_printed(), "bi\t1 dates\t2 files\tok");
}

static void money_has_the_digits_of_the_currency(void **state)
{
    (void)state;
    const char *dir = stage_new("money");
    stage_add(dir, "2026-11-21", ID_A, 2, two_tables, 2);
    expect_run(dir, TARGET, "run", 0);
    struct taki_buf text = csv_text(at(dir, "current/campaign.csv.gz"));
    taki_expect_contains("money", text.data, ",-10.00\n");
    taki_expect_contains("money", text.data, ",113.45\n");
    taki_buf_reset(&text);
}

static void empty_small_and_null_tables_are_published(void **state)
{
    (void)state;
    static const struct stage_table tables[] = {
        {"empty", NULL, 0, stage_ordinary },
        {"nulls", NULL, 5, nothing_but_key},
        {"one",   NULL, 1, nothing_but_key},
    };
    const char *dir = stage_new("small");
    stage_add(dir, "2026-11-21", ID_A, 0, tables, 3);
    expect_run(dir, TARGET, "run", 0);
    struct taki_buf text = csv_text(at(dir, "current/empty.csv.gz"));
    taki_expect_str("only a header", taki_buf_view(&text),
                    "id,email,phones,born,note,kind,tags,yes,n,ratio,day,at,amount\n");
    taki_buf_reset(&text);
    text = csv_text(at(dir, "current/nulls.csv.gz"));
    taki_expect_contains("NULLs", text.data, "\nk0,,,,,,,,,,,,\nk1,,");
    taki_buf_reset(&text);
    text = csv_text(at(dir, "current/one.csv.gz"));
    taki_expect_contains("one", text.data, "amount\nk0,,,,,,,,,,,,\n");
    taki_buf_reset(&text);
}

/* The streamed member holds what the rows give; one worker or two, and little memory, give the same bytes. */
static void a_large_table_is_streamed_the_same_with_any_workers(void **state)
{
    (void)state;
    static const struct stage_table tables[] = {
        {"large", NULL, BIG_ROWS, long_row      },
        {"other", NULL, 1000,     stage_ordinary},
        {"third", NULL, 70000,    stage_ordinary},
    };
    char one[TAKI_SHA256_HEX];
    char two[TAKI_SHA256_HEX];
    const char *dir = stage_new("large");
    stage_add(dir, "2026-11-21", ID_A, 0, tables, 3);
    expect_run(dir, TARGET, "run --jobs 1 --memory 64M", 0);
    tree_hash(dir, one);
    struct taki_buf text = csv_text(at(dir, "current/large.csv.gz"));
    assert_true(text.size > (size_t)32 << 20);
    size_t lines = 0;
    for (const char *c = text.data; (c = strchr(c, '\n')) != NULL; c++)
        lines++;
    taki_expect_i64("rows", (int64_t)lines, BIG_ROWS + 1);
    taki_expect_contains("the last row", text.data + text.size - 500, "thing-0119999,");
    char sha256[TAKI_SHA256_HEX];
    char member[TAKI_SHA256_HEX + 20];
    taki_sha256(taki_buf_view(&text), sha256);
    (void)snprintf(member, sizeof member, "\"raw_sha256\": \"%s\"", sha256);
    expect_in_file(at(dir, "manifest/dt=2026-11-21/manifest.json"), member);
    taki_buf_reset(&text);
    expect_run(dir, TARGET, "run --jobs 2 --memory 1G", 0);
    tree_hash(dir, two);
    assert_string_equal(one, two);
}

static void publishing_again_changes_nothing_and_says_so(void **state)
{
    (void)state;
    char first[TAKI_SHA256_HEX];
    char again[TAKI_SHA256_HEX];
    const char *dir = stage_new("again");
    stage_add(dir, "2026-11-21", ID_A, 0, two_tables, 2);
    expect_run(dir, TARGET, "run --fail-if-empty", 0);
    tree_hash(dir, first);
    expect_run(dir, TARGET, "run --fail-if-empty", 9);
    expect_run(dir, TARGET, "run", 0);
    tree_hash(dir, again);
    assert_string_equal(first, again);
}

/* The old folder stays aside until the next run, under a name no reader of dt=* sees. */
static void a_new_snapshot_of_a_date_takes_the_place_of_the_old_one(void **state)
{
    (void)state;
    static const struct stage_table fewer[] = {
        {"person", "entity", 4, stage_ordinary}
    };
    const char *dir = stage_new("exchange");
    stage_add(dir, "2026-11-21", ID_A, 0, two_tables, 2);
    expect_run(dir, TARGET, "run", 0);
    stage_add(dir, "2026-11-21", ID_B, 0, fewer, 1);
    expect_run(dir, TARGET, "run", 0);
    assert_true(taki_file_exists(at(dir, "csv/person/dt=2026-11-21/part-00000-" ID_B ".csv.gz")));
    assert_false(taki_file_exists(at(dir, "csv/person/dt=2026-11-21/part-00000-" ID_A ".csv.gz")));
    assert_true(taki_file_exists(at(dir, "csv/person/.tmp-dt=2026-11-21/part-00000-" ID_A ".csv.gz")));
    assert_false(taki_file_exists(at(dir, "csv/campaign/dt=2026-11-21")));
    assert_false(taki_file_exists(at(dir, "current/campaign.csv.gz")));
    assert_false(taki_file_exists(at(dir, "schema/campaign.pq")));
    expect_run(dir, TARGET, "verify", 0);
    stage_add(dir, "2026-11-22", ID_A, 0, fewer, 1);
    expect_run(dir, TARGET, "run", 0);
    assert_false(taki_file_exists(at(dir, "csv/person/.tmp-dt=2026-11-21")));
    assert_false(taki_file_exists(at(dir, "csv/campaign/.tmp-dt=2026-11-21")));
}

static void an_older_date_moves_no_pointer(void **state)
{
    (void)state;
    const char *dir = stage_new("older");
    stage_add(dir, "2026-11-21", ID_A, 0, two_tables, 2);
    stage_add(dir, "2026-11-19", ID_B, 0, two_tables, 1);
    expect_run(dir, TARGET, "run", 0);
    struct taki_buf before = file_text(at(dir, "manifest/latest.json"));
    struct stat link_before;
    struct stat link_after;
    assert_int_equal(lstat(at(dir, "current"), &link_before), 0);
    expect_run(dir, TARGET, "run --as-of 2026-11-19", 0);
    struct taki_buf after = file_text(at(dir, "manifest/latest.json"));
    assert_int_equal(lstat(at(dir, "current"), &link_after), 0);
    assert_string_equal(before.data, after.data);
    assert_true(link_before.st_ino == link_after.st_ino);
    assert_true(taki_file_exists(at(dir, "csv/person/dt=2026-11-19/part-00000-" ID_B ".csv.gz")));
    assert_true(taki_file_exists(at(dir, "schema/campaign.pq")));
    taki_buf_reset(&before);
    taki_buf_reset(&after);
    expect_run(dir, TARGET, "verify", 0);
    expect_run(dir, TARGET, "run --as-of 2026-11-20", 1);
    expect_run(dir, TARGET, "run --as-of 2026-13-20", 2);
}

/* Names that are no dates, or dates without manifest, are not published and don't decide which date is the newest. */
static void garbage_in_the_manifest_folder_is_passed_over(void **state)
{
    (void)state;
    struct taki_error err = {.status = TAKI_OK};
    const char *dir = stage_new("garbage");
    static const char *const names[] = {"manifest/dt=2999-01-01", "manifest/dt=zzz", "manifest/lost+found"};
    for (size_t i = 0; i < TAKI_LEN(names); i++)
        taki_expect_status("garbage", taki_file_make_folder(at(dir, "%s", names[i]), &err), TAKI_OK, &err);
    write_over(at(dir, "manifest/dt=zzz/manifest.json"), "{}");
    stage_add(dir, "2026-11-21", ID_A, 0, two_tables, 2);
    expect_run(dir, TARGET, "run", 0);
    expect_in_file(at(dir, "manifest/latest.json"), "\"2026-11-21\"");
    expect_run(dir, TARGET, "list", 0);
    taki_expect_contains("list", stage_printed(), "bi\t2026-11-21\t" ID_A "\tfiles=2\trows=10\tbytes=");
}

/* As if killed between the exchange of the first table and the manifest: the next run, of whatever date, recovers. */
static void a_swap_cut_short_is_undone_by_the_next_run(void **state)
{
    (void)state;
    char before[TAKI_SHA256_HEX];
    char after[TAKI_SHA256_HEX];
    struct taki_error err = {.status = TAKI_OK};
    const char *dir = stage_new("killed");
    stage_add(dir, "2026-11-21", ID_A, 0, two_tables, 2);
    stage_add(dir, "2026-11-19", ID_A, 0, two_tables, 2);
    expect_run(dir, TARGET, "run --as-of 2026-11-19", 0);
    expect_run(dir, TARGET, "run", 0);
    tree_hash(dir, before);
    /* a new part stands in place, the old one aside; the other table has gone aside */
    taki_expect_status("make", taki_file_make_folder(at(dir, "csv/person/.tmp-dt=2026-11-21"), &err), TAKI_OK, &err);
    write_over(at(dir, "csv/person/.tmp-dt=2026-11-21/part-00000-" ID_B ".csv.gz"), "new");
    taki_expect_status(
        "exchange",
        taki_file_exchange(at(dir, "csv/person/.tmp-dt=2026-11-21"), at(dir, "csv/person/dt=2026-11-21"), &err),
        TAKI_OK, &err);
    taki_expect_status(
        "move", taki_file_move(at(dir, "csv/campaign/dt=2026-11-21"), at(dir, "csv/campaign/.tmp-dt=2026-11-21"), &err),
        TAKI_OK, &err);
    write_over(at(dir, ".publishing"), "2026-11-21");
    expect_run(dir, TARGET, "verify", 12);
    expect_run(dir, TARGET, "run --as-of 2026-11-19", 0);
    tree_hash(dir, after);
    assert_string_equal(before, after);
    assert_false(taki_file_exists(at(dir, ".publishing")));
    expect_run(dir, TARGET, "verify", 0);
}

static void a_first_swap_cut_short_leaves_no_date(void **state)
{
    (void)state;
    struct taki_error err = {.status = TAKI_OK};
    const char *dir = stage_new("killed_first");
    stage_add(dir, "2026-11-20", ID_A, 0, two_tables, 2);
    taki_expect_status("make", taki_file_make_folder(at(dir, "csv/person/dt=2026-11-21"), &err), TAKI_OK, &err);
    write_over(at(dir, "csv/person/dt=2026-11-21/part-00000-" ID_B ".csv.gz"), "half");
    write_over(at(dir, ".publishing"), "2026-11-21");
    expect_run(dir, TARGET, "run", 0);
    assert_false(taki_file_exists(at(dir, "csv/person/dt=2026-11-21")));
    assert_true(taki_file_exists(at(dir, "csv/person/dt=2026-11-20")));
}

/* What stands in the way of the last step must not leave the first ones done. */
static void a_failure_in_the_middle_undoes_everything(void **state)
{
    (void)state;
    char before[TAKI_SHA256_HEX];
    char after[TAKI_SHA256_HEX];
    struct taki_error err = {.status = TAKI_OK};
    static const struct stage_table one[] = {
        {"person", "entity", 9, stage_ordinary}
    };
    const char *dir = stage_new("undone");
    stage_add(dir, "2026-11-21", ID_A, 0, two_tables, 2);
    expect_run(dir, TARGET, "run", 0);
    tree_hash(dir, before);
    stage_add(dir, "2026-11-21", ID_B, 0, one, 1);
    /* latest.json can't be read: pointing fails after the swap */
    struct taki_buf latest = file_text(at(dir, "manifest/latest.json"));
    assert_int_equal(unlink(at(dir, "manifest/latest.json")), 0);
    taki_expect_status("way", taki_file_make_folder(at(dir, "manifest/latest.json"), &err), TAKI_OK, &err);
    assert_int_not_equal(stage_run(taki_load_main, dir, TARGET, "run"), 0);
    assert_false(taki_file_exists(at(dir, ".publishing")));
    assert_int_equal(rmdir(at(dir, "manifest/latest.json")), 0);
    write_over(at(dir, "manifest/latest.json"), latest.data);
    taki_buf_reset(&latest);
    tree_hash(dir, after);
    assert_string_equal(before, after);
    expect_run(dir, TARGET, "verify", 0);
    expect_run(dir, TARGET, "run", 0);
    expect_run(dir, TARGET, "verify", 0);
}

static void a_damaged_stage_set_publishes_nothing(void **state)
{
    (void)state;
    const char *dir = stage_new("damaged");
    stage_add(dir, "2026-11-20", ID_A, 0, two_tables, 2);
    expect_run(dir, TARGET, "run", 0);
    stage_add(dir, "2026-11-21", ID_B, 0, two_tables, 2);
    const char *path = stage_path(dir, "2026-11-21", ID_B, "campaign.tcol");
    struct taki_buf bytes = file_text(path);
    bytes.data[bytes.size / 2] ^= 1;
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes.data, 1, bytes.size, file), bytes.size);
    assert_int_equal(fclose(file), 0);
    taki_buf_reset(&bytes);
    expect_run(dir, TARGET, "run", 12);
    assert_false(taki_file_exists(at(dir, "csv/person/dt=2026-11-21")));
    assert_false(taki_file_exists(at(dir, "manifest/dt=2026-11-21")));
    expect_in_file(at(dir, "manifest/latest.json"), "2026-11-20");
    expect_run(dir, TARGET, "verify", 0);
}

static void without_key(size_t number, struct stage_thing *thing, struct taki_arena *scratch)
{
    (void)scratch;
    (void)number;
    thing->id = TAKI_STR_NULL;
}

static void a_null_where_none_may_be_publishes_nothing(void **state)
{
    (void)state;
    static const struct stage_table tables[] = {
        {"person", NULL, 1, without_key}
    };
    const char *dir = stage_new("null_key");
    stage_add(dir, "2026-11-21", ID_A, 0, tables, 1);
    expect_run(dir, TARGET, "run", 4);
    assert_false(taki_file_exists(at(dir, "manifest/dt=2026-11-21")));
}

/* --select takes tables of the same snapshot one by one; it never mixes two snapshots in one date. */
static void selected_tables_join_the_same_snapshot_only(void **state)
{
    (void)state;
    char whole[TAKI_SHA256_HEX];
    char joined[TAKI_SHA256_HEX];
    const char *dir = stage_new("select");
    stage_add(dir, "2026-11-21", ID_A, 0, two_tables, 2);
    expect_run(dir, TARGET, "run", 0);
    tree_hash(dir, whole);
    expect_run(dir, TARGET, "run --select campaign", 0);
    tree_hash(dir, joined);
    assert_string_equal(whole, joined);
    stage_add(dir, "2026-11-21", ID_B, 0, two_tables, 2);
    expect_run(dir, TARGET, "run --select campaign", 2);
    tree_hash(dir, joined);
    assert_string_equal(whole, joined);
    expect_run(dir, TARGET, "run --select nosuch", 2);
    stage_add(dir, "2026-11-22", ID_B, 0, two_tables, 2);
    expect_run(dir, TARGET, "run --exclude person", 0);
    assert_false(taki_file_exists(at(dir, "csv/person/dt=2026-11-22")));
    assert_false(taki_file_exists(at(dir, "current/person.csv.gz")));
    expect_run(dir, TARGET, "verify", 0);
    expect_run(dir, TARGET, "run --select bi:person", 0);
    assert_true(taki_file_exists(at(dir, "current/person.csv.gz")));
    assert_true(taki_file_exists(at(dir, "current/campaign.csv.gz")));
    expect_run(dir, TARGET, "verify", 0);
}

static void another_pii_mode_replaces_what_current_holds(void **state)
{
    (void)state;
    const char *dir = stage_new("pii_switch");
    stage_add(dir, "2026-11-21", ID_A, 0, two_tables, 2);
    expect_run(dir, TARGET, "run", 0);
    expect_run(dir, "targets:\n  bi: {type: files, path: ./publish, pii: none}\n", "run", 0);
    struct taki_buf text = csv_text(at(dir, "current/person.csv.gz"));
    assert_null(strstr(text.data, "@example.co.jp"));
    taki_buf_reset(&text);
    expect_run(dir, TARGET, "run --select person", 2);
}

static void every_file_reads_back_with_python(void **state)
{
    (void)state;
    static const char yaml[] = TARGET "  hash: {type: files, path: ./hash, pii: hashed, pii_salt: pepper}\n"
                                      "  none: {type: files, path: ./none, pii: none}\n";
    char command[2048];
    const char *dir = stage_new("python");
    stage_add(dir, "2026-11-21", ID_A, 2, two_tables, 2);
    stage_add(dir, "2026-11-19", ID_B, 0, two_tables, 2);
    expect_run(dir, yaml, "run --as-of 2026-11-19", 0);
    expect_run(dir, yaml, "run", 0);
    (void)snprintf(command, sizeof command, "tests/golden/load/run --published '%s/publish' '%s/hash' '%s/none'", dir,
                   dir, dir);
    assert_int_equal(system(command), 0); // NOLINT(cert-env33-c): our own script
}

static void check_tries_all_that_publishing_needs(void **state)
{
    (void)state;
    const char *dir = stage_new("check");
    expect_run(dir, TARGET, "check", 0);
    taki_expect_contains("check", stage_printed(), "bi\tfiles\tok");
    char path[600];
    (void)snprintf(path, sizeof path, "%s/publish", dir);
    struct taki_error err = {.status = TAKI_OK};
    taki_expect_status("remove", taki_file_remove(path, &err), TAKI_OK, &err);
    write_over(path, "a file");
    assert_int_not_equal(stage_run(taki_load_main, dir, TARGET, "check"), 0);
}

static int make(int argc, char **argv)
{
    size_t rows = argc > 5 ? (size_t)strtoul(argv[5], NULL, 10) : 500;
    const struct stage_table tables[] = {
        {"person",   "entity",    rows,     stage_ordinary},
        {"campaign", "aggregate", rows / 5, stage_ordinary},
        {"nothing",  "aggregate", 0,        stage_ordinary},
    };
    char id[TAKI_SHA256_HEX];
    taki_sha256(taki_str_of(taki_arena_format(taki_arena_open("make", 0), "%s %zu", argv[3], rows)), id);
    id[16] = '\0';
    stage_add(argv[2], argv[3], id, (int)strtol(argv[4], NULL, 10), tables, TAKI_LEN(tables));
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_first_publication_is_whole),
        cmocka_unit_test(money_has_the_digits_of_the_currency),
        cmocka_unit_test(empty_small_and_null_tables_are_published),
        cmocka_unit_test(a_large_table_is_streamed_the_same_with_any_workers),
        cmocka_unit_test(publishing_again_changes_nothing_and_says_so),
        cmocka_unit_test(a_new_snapshot_of_a_date_takes_the_place_of_the_old_one),
        cmocka_unit_test(an_older_date_moves_no_pointer),
        cmocka_unit_test(garbage_in_the_manifest_folder_is_passed_over),
        cmocka_unit_test(a_swap_cut_short_is_undone_by_the_next_run),
        cmocka_unit_test(a_first_swap_cut_short_leaves_no_date),
        cmocka_unit_test(a_failure_in_the_middle_undoes_everything),
        cmocka_unit_test(a_damaged_stage_set_publishes_nothing),
        cmocka_unit_test(a_null_where_none_may_be_publishes_nothing),
        cmocka_unit_test(selected_tables_join_the_same_snapshot_only),
        cmocka_unit_test(another_pii_mode_replaces_what_current_holds),
        cmocka_unit_test(every_file_reads_back_with_python),
        cmocka_unit_test(check_tries_all_that_publishing_needs),
    };
    if (argc >= 5 && strcmp(argv[1], "--make") == 0)
        return make(argc, argv);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
