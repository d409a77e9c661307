/* Which stage set is taken, and whether its files are the ones its manifest names. */
#include "files_case.h"

#include <time.h>

static void the_newest_date_and_its_newest_set_are_taken(void **state)
{
    (void)state;
    const struct timespec pause = {.tv_nsec = 20000000};
    const char *dir = stage_new("choice");
    stage_add(dir, "2026-11-21", ID_B, 0, two_tables, 2);
    (void)nanosleep(&pause, NULL);
    stage_add(dir, "2026-11-21", ID_A, 0, two_tables, 2);
    (void)nanosleep(&pause, NULL);
    stage_add(dir, "2026-11-20", ID_B, 0, two_tables, 1);
    expect_run(dir, TARGET, "run --dry-run", 0);
    taki_expect_contains("newest", stage_printed(), "bi\t2026-11-21\t" ID_A "\tperson\trows=7\n");
    expect_run(dir, TARGET, "run --dry-run --as-of 2026-11-20", 0);
    taki_expect_contains("of the date", stage_printed(), "bi\t2026-11-20\t" ID_B "\tperson\trows=7\n");
    assert_null(strstr(stage_printed(), "campaign"));
}

static void a_set_without_tables_is_refused(void **state)
{
    (void)state;
    const char *dir = stage_new("none");
    stage_add(dir, "2026-11-21", ID_A, 0, two_tables, 0);
    expect_run(dir, TARGET, "run", 4);
    assert_false(taki_file_exists(at(dir, "manifest/latest.json")));
}

static void copy_over(const char *from, const char *to)
{
    struct taki_error err = {.status = TAKI_OK};
    struct taki_buf bytes = file_text(from);
    taki_expect_status(to, taki_file_put(to, taki_buf_view(&bytes), true, &err), TAKI_OK, &err);
    taki_buf_reset(&bytes);
}

/* A whole table file, but of another set: its own checksums hold. */
static void a_table_file_of_another_set_is_found_out(void **state)
{
    (void)state;
    char person[1024];
    const char *dir = stage_new("mixed");
    stage_add(dir, "2026-11-21", ID_A, 0, two_tables, 2);
    (void)snprintf(person, sizeof person, "%s", stage_path(dir, "2026-11-21", ID_A, "person.tcol"));
    copy_over(stage_path(dir, "2026-11-21", ID_A, "campaign.tcol"), person);
    expect_run(dir, TARGET, "run", 12);
    expect_run(dir, TARGET, "preview person", 12);
    assert_int_equal(unlink(person), 0);
    expect_run(dir, TARGET, "run", 12);
    assert_false(taki_file_exists(at(dir, "manifest/dt=2026-11-21")));
}

/* Names become folders: one that would leave the target's folder is refused where the manifest is read. */
static void a_table_name_is_one_part_of_a_path(void **state)
{
    (void)state;
    const char *dir = stage_new("names");
    stage_add(dir, "2026-11-21", ID_A, 0, two_tables, 2);
    const char *path = stage_path(dir, "2026-11-21", ID_A, "manifest.json");
    struct taki_buf text = file_text(path);
    char *name = strstr(text.data, "\"name\": \"person\"");
    assert_non_null(name);
    memcpy(name, "\"name\": \"../abc\"", 16);
    struct taki_error err = {.status = TAKI_OK};
    taki_expect_status(path, taki_file_put(path, taki_buf_view(&text), true, &err), TAKI_OK, &err);
    taki_buf_reset(&text);
    expect_run(dir, TARGET, "run", 12);
    assert_false(taki_file_exists(at(dir, "manifest")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_date_and_its_newest_set_are_taken),
        cmocka_unit_test(a_set_without_tables_is_refused),
        cmocka_unit_test(a_table_file_of_another_set_is_found_out),
        cmocka_unit_test(a_table_name_is_one_part_of_a_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
