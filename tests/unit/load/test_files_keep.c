/* list, verify, prune of a files target. */
#include "files_case.h"

#include <time.h>

static void flip(const char *path, long offset)
{
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, offset, offset < 0 ? SEEK_END : SEEK_SET), 0);
    int c = fgetc(file);
    assert_int_equal(fseek(file, offset, offset < 0 ? SEEK_END : SEEK_SET), 0);
    assert_int_not_equal(fputc(c ^ 1, file), EOF);
    assert_int_equal(fclose(file), 0);
}

/* Each change is found, named, and gone after publishing again. */
static void verify_finds_any_change(void **state)
{
    (void)state;
    static const struct {
        const char *what, *path, *says;
        int change; /* 0 flip the middle, 1 cut, 2 remove, 3 add a file, 4 flip the first byte */
    } cases[] = {
        {"flipped byte", "csv/person/dt=2026-11-21/part-00000-" ID_A ".csv.gz", "differs from its manifest",            0},
        {"cut file",     "csv/person/dt=2026-11-21/part-00000-" ID_A ".csv.gz", "differs from its manifest",            1},
        {"missing file", "csv/person/dt=2026-11-21/part-00000-" ID_A ".csv.gz", "is named by its manifest and missing",
         2                                                                                                               },
        {"stray file",   "csv/person/dt=2026-11-21/part-00001.csv.gz",          "is named by no manifest",              3},
        {"stray date",   "csv/person/dt=2026-11-01",                            NULL,                                   5},
        {"manifest",     "manifest/dt=2026-11-21/manifest.json",                "is not a manifest of taki",            0},
        {"cut manifest", "manifest/dt=2026-11-21/manifest.json",                "is not a manifest of taki",            1},
        {"pointer",      "manifest/latest.json",                                "does not name the newest date",        0},
        {"no pointer",   "manifest/latest.json",                                "does not name the newest date",        2},
        {"schema",       "schema/person.duckdb.sql",                            "'schema' changed",                     0},
        {"stable name",  "current/person.csv.gz",                               "is named by its manifest and missing", 2},
    };
    struct taki_error err = {.status = TAKI_OK};
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        const char *dir = stage_new("verify");
        stage_add(dir, "2026-11-21", ID_A, 0, two_tables, 2);
        expect_run(dir, TARGET, "run", 0);
        const char *path = at(dir, "%s", cases[i].path);
        if (cases[i].change == 0)
            flip(path, (long)taki_file_size_of(path) / 2);
        else if (cases[i].change == 1)
            assert_int_equal(truncate(path, (off_t)taki_file_size_of(path) - 1), 0);
        else if (cases[i].change == 2)
            assert_int_equal(unlink(path), 0);
        else if (cases[i].change == 3)
            write_over(path, "stray");
        else
            taki_expect_status("folder", taki_file_make_folder(path, &err), TAKI_OK, &err);
        int code = stage_run(taki_load_main, dir, TARGET, "verify");
        if (cases[i].says == NULL) { /* an empty folder holds nothing a reader could count */
            taki_expect_i64(cases[i].what, code, 0);
            continue;
        }
        taki_expect_i64(cases[i].what, code, 12);
        taki_expect_contains(cases[i].what, stage_printed(), cases[i].says);
        expect_run(dir, TARGET, "run", 0);
        taki_expect_i64(cases[i].what, stage_run(taki_load_main, dir, TARGET, "verify"), 0);
    }
}

static void verify_names_every_fault(void **state)
{
    (void)state;
    const char *dir = stage_new("faults");
    stage_add(dir, "2026-11-20", ID_A, 0, two_tables, 2);
    expect_run(dir, TARGET, "run", 0);
    stage_add(dir, "2026-11-21", ID_A, 0, two_tables, 2);
    expect_run(dir, TARGET, "run", 0);
    flip(at(dir, "csv/person/dt=2026-11-20/part-00000-" ID_A ".csv.gz"), 30);
    assert_int_equal(unlink(at(dir, "csv/campaign/dt=2026-11-20/part-00000-" ID_A ".csv.gz")), 0);
    expect_run(dir, TARGET, "verify", 12);
    taki_expect_contains("first", stage_printed(), "csv/person/dt=2026-11-20/part-00000-" ID_A ".csv.gz' differs");
    taki_expect_contains("second", stage_printed(), "csv/campaign/dt=2026-11-20/part-00000-" ID_A ".csv.gz' is named");
}

static void publish_days(const char *dir, int first, int last)
{
    char date[11];
    for (int day = first; day <= last; day++) {
        taki_date_print(taki_date_of(2026, 11, day), date);
        stage_add(dir, date, ID_A, 0, two_tables, 2);
        expect_run(dir, TARGET, "run", 0);
    }
}

static void prune_keeps_the_newest_and_seven_dates_of_entities(void **state)
{
    (void)state;
    const char *dir = stage_new("prune");
    publish_days(dir, 1, 10);
    expect_run(dir, TARGET, "prune --dry-run", 0);
    taki_expect_contains("dry run", stage_printed(), "bi\t2 of 10 dates\t2 files removed");
    assert_true(taki_file_exists(at(dir, "csv/person/dt=2026-11-01")));
    expect_run(dir, TARGET, "prune", 0);
    taki_expect_contains("prune", stage_printed(), "bi\t2 of 10 dates\t2 files removed");
    taki_expect_contains("stage", stage_printed(), "stage\t");
    assert_false(taki_file_exists(at(dir, "csv/person/dt=2026-11-01")));
    assert_false(taki_file_exists(at(dir, "csv/person/dt=2026-11-02")));
    assert_true(taki_file_exists(at(dir, "csv/person/dt=2026-11-03")));
    assert_true(taki_file_exists(at(dir, "csv/campaign/dt=2026-11-01")));
    assert_false(taki_file_exists(stage_path(dir, "2026-11-02", ID_A, "manifest.json")));
    assert_true(taki_file_exists(stage_path(dir, "2026-11-03", ID_A, "manifest.json")));
    expect_run(dir, TARGET, "verify", 0);
    taki_expect_contains("verify", stage_printed(), "bi\t10 dates\t18 files\tok");
    expect_run(dir, TARGET, "list", 0);
    taki_expect_contains("list", stage_printed(), "bi\t2026-11-01\t" ID_A "\tfiles=1\trows=3\t");
    taki_expect_contains("list", stage_printed(), "\tpruned\n");
    expect_run(dir, TARGET, "prune", 0);
    taki_expect_contains("again", stage_printed(), "bi\t0 of 10 dates\t0 files removed");
}

/* A mark left by a prune that was killed must not hide what it did not remove. */
static void prune_goes_on_after_a_kill(void **state)
{
    (void)state;
    const char *dir = stage_new("prune_killed");
    publish_days(dir, 1, 9);
    write_over(at(dir, "manifest/dt=2026-11-01/pruned"), "entity\n");
    flip(at(dir, "csv/person/dt=2026-11-01/part-00000-" ID_A ".csv.gz"), 30);
    expect_run(dir, TARGET, "verify", 12);
    expect_run(dir, TARGET, "prune", 0);
    assert_false(taki_file_exists(at(dir, "csv/person/dt=2026-11-01")));
    expect_run(dir, TARGET, "verify", 0);
}

static void a_pruned_date_can_be_published_again(void **state)
{
    (void)state;
    const char *dir = stage_new("prune_again");
    publish_days(dir, 1, 9);
    expect_run(dir, TARGET, "prune", 0);
    assert_true(taki_file_exists(at(dir, "manifest/dt=2026-11-01/pruned")));
    stage_add(dir, "2026-11-01", ID_B, 0, two_tables, 2);
    expect_run(dir, TARGET, "run --as-of 2026-11-01", 0);
    assert_false(taki_file_exists(at(dir, "manifest/dt=2026-11-01/pruned")));
    assert_int_equal(unlink(at(dir, "csv/person/dt=2026-11-01/part-00000-" ID_B ".csv.gz")), 0);
    expect_run(dir, TARGET, "verify", 12);
}

/* A stage set of a date that was loaded twice: the older one goes at once. */
static void prune_keeps_the_newest_stage_set_of_a_date(void **state)
{
    (void)state;
    const char *dir = stage_new("prune_stage");
    stage_add(dir, "2026-11-01", ID_B, 0, two_tables, 2);
    const struct timespec pause = {.tv_nsec = 20000000};
    (void)nanosleep(&pause, NULL);
    stage_add(dir, "2026-11-01", ID_A, 0, two_tables, 2);
    expect_run(dir, TARGET, "run", 0);
    expect_run(dir, TARGET, "prune", 0);
    assert_true(taki_file_exists(stage_path(dir, "2026-11-01", ID_A, "manifest.json")));
    assert_false(taki_file_exists(stage_path(dir, "2026-11-01", ID_B, "manifest.json")));
}

static void nothing_published_is_nothing_to_look_after(void **state)
{
    (void)state;
    const char *dir = stage_new("nothing");
    expect_run(dir, TARGET, "list", 0);
    assert_string_equal(stage_printed(), "");
    expect_run(dir, TARGET, "verify", 0);
    expect_run(dir, TARGET, "prune", 0);
    expect_run(dir, TARGET, "run", 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verify_finds_any_change),
        cmocka_unit_test(verify_names_every_fault),
        cmocka_unit_test(prune_keeps_the_newest_and_seven_dates_of_entities),
        cmocka_unit_test(prune_goes_on_after_a_kill),
        cmocka_unit_test(a_pruned_date_can_be_published_again),
        cmocka_unit_test(prune_keeps_the_newest_stage_set_of_a_date),
        cmocka_unit_test(nothing_published_is_nothing_to_look_after),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
