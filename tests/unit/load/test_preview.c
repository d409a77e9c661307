/* preview: rows of the newest stage set, or of a date's. */
#include "files_case.h"

static const char *made(void)
{
    const char *dir = stage_new("preview");
    stage_add(dir, "2026-11-20", ID_B, 0, two_tables, 1);
    stage_add(dir, "2026-11-21", ID_A, 0, two_tables, 2);
    return dir;
}

static size_t lines(void)
{
    size_t count = 0;
    for (const char *c = stage_printed(); (c = strchr(c, '\n')) != NULL; c++)
        count++;
    return count;
}

static void rows_columns_and_conditions_are_chosen(void **state)
{
    (void)state;
    const char *dir = made();
    expect_run(dir, TARGET, "preview person", 0);
    taki_expect_i64("all seven and a header", (int64_t)lines(), 8);
    expect_run(dir, TARGET, "preview person -n 2 --columns id,amount", 0);
    taki_expect_contains("aligned", stage_printed(),
                         "id             amount\nthing-0000000   -1000\nthing-0000001   11345\n");
    expect_run(dir, TARGET, "preview person --where kind=a,yes=true --columns id", 0);
    taki_expect_contains("one row has both", stage_printed(), "id\nthing-0000005\n");
    taki_expect_i64("only one", (int64_t)lines(), 2);
    expect_run(dir, TARGET, "preview person --where email= --columns id", 0);
    taki_expect_i64("NULL matches nothing given", (int64_t)lines(), 4);
    expect_run(dir, TARGET, "preview person -n 0", 0);
    taki_expect_i64("header only", (int64_t)lines(), 1);
    expect_run(dir, TARGET, "preview person --where id=thing-0000002 --columns id,note", 0);
    taki_expect_contains("line breaks don't break the table", stage_printed(), "thing-0000002  髙橋, \"2\"  改行 😀\n");
    expect_run(dir, TARGET, "preview person --as-of 2026-11-20 --columns id", 0);
}

static void wrong_names_are_told(void **state)
{
    (void)state;
    const char *dir = made();
    static const struct {
        const char *words;
        int want;
    } cases[] = {
        {"preview persn",                                                                2},
        {"preview zzz",                                                                  2},
        {"preview campaign --as-of 2026-11-20",                                          2},
        {"preview person --columns id,amonut",                                           2},
        {"preview person --columns zzz",                                                 2},
        {"preview person --where kind",                                                  2},
        {"preview person --where knd=a",                                                 2},
        {"preview person -n x",                                                          2},
        {"preview person --as-of 2026-01-01",                                            1},
        {"preview person --columns id,id,id,id,id,id,id,id,id,id,id,id,id,id",           2},
        {"preview person --where "
         "n=1,n=1,n=1,n=1,n=1,n=1,n=1,n=1,n=1,n=1,n=1,n=1,n=1,n=1,n=1,n=1,n=1", 2},
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++)
        expect_run(dir, TARGET, cases[i].words, cases[i].want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_columns_and_conditions_are_chosen),
        cmocka_unit_test(wrong_names_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
