#include "../../../common/file_part.h"
#include "child.h"
#include "taki_test.h"

#include "taki/file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static struct taki_arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = taki_arena_open("test", 0);
    (void)umask(022);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    taki_arena_close(arena);
    return 0;
}

static const char *at(const char *name)
{
    return taki_arena_format(arena, "%s/%s", taki_test_folder(), name);
}

static void put(const char *name, const char *text)
{
    struct taki_error err = {0};
    taki_expect_status(name, taki_file_put(at(name), taki_str_of(text), false, &err), TAKI_OK, &err);
}

static void expect_contents(const char *name, const char *want)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf text;
    struct taki_error err = {0};
    taki_buf_init(&text, 1 << 20);
    taki_expect_status(name, taki_file_read(at(name), &text, &err), TAKI_OK, &err);
    taki_expect_str(name, taki_buf_view(&text), want);
}

static void make(const char *name)
{
    struct taki_error err = {0};
    taki_expect_status(name, taki_file_make_folder(at(name), &err), TAKI_OK, &err);
}

/* All names, dot files too: "a b c". */
static void expect_names(const char *folder, const char *want)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf text;
    taki_buf_init(&text, 10000);
    FILE *list = popen(taki_arena_format(arena, "ls -A '%s' | tr '\\n' ' '", at(folder)), "r");
    assert_non_null(list);
    char *room = taki_buf_reserve(&text, 4000);
    taki_buf_grow(&text, fread(room, 1, 4000, list));
    assert_int_equal(pclose(list), 0);
    taki_expect_str(folder, taki_str_trim(taki_buf_view(&text)), want);
}

static void a_file_is_invisible_until_committed(void **state)
{
    (void)state;
    make("commit");
    struct taki_file *file = NULL;
    struct taki_error err = {0};
    taki_expect_status("create", taki_file_create(at("commit/f"), &file, &err), TAKI_OK, &err);
    taki_expect_status("write", taki_file_write(file, TAKI_STR("ab"), &err), TAKI_OK, &err);
    taki_expect_status("write", taki_file_write(file, TAKI_STR("c"), &err), TAKI_OK, &err);
    assert_int_equal(taki_file_size(file), 3);
    assert_false(taki_file_exists(at("commit/f")));
    char hex[TAKI_SHA256_HEX];
    taki_file_sha256(file, hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    taki_expect_status("commit", taki_file_commit(file, false, &err), TAKI_OK, &err);
    expect_contents("commit/f", "abc");
    expect_names("commit", "f");
    struct stat info;
    assert_int_equal(stat(at("commit/f"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(stat(at("commit"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0700);
    assert_int_equal(taki_file_size_of(at("commit/f")), 3);
    assert_int_equal(taki_file_size_of(at("commit/none")), -1);
}

static void large_writes_arrive_whole(void **state)
{
    (void)state;
    make("large");
    static char piece[100003];
    struct taki_file *file = NULL;
    struct taki_sha256 *sha = taki_sha256_open();
    assert_int_equal(taki_file_create(at("large/f"), &file, NULL), TAKI_OK);
    for (int i = 0; i < 40; i++) {
        memset(piece, 'a' + i % 26, sizeof piece);
        taki_str data = {piece, sizeof piece - (size_t)i * 1000};
        taki_sha256_add(sha, data);
        assert_int_equal(taki_file_write(file, data, NULL), TAKI_OK);
    }
    int64_t written = taki_file_size(file), size = 0;
    char want[TAKI_SHA256_HEX], got[TAKI_SHA256_HEX];
    assert_int_equal(taki_file_commit(file, false, NULL), TAKI_OK);
    taki_sha256_close(sha, want);
    assert_int_equal(taki_file_hash(at("large/f"), got, &size, NULL), TAKI_OK);
    assert_int_equal(size, written);
    assert_string_equal(got, want);
}

static void an_abandoned_file_leaves_nothing(void **state)
{
    (void)state;
    make("abandon");
    {
        TAKI_AUTO(taki_file_auto) struct taki_file *file = NULL;
        assert_int_equal(taki_file_create(at("abandon/f"), &file, NULL), TAKI_OK);
        assert_int_equal(taki_file_write(file, TAKI_STR("x"), NULL), TAKI_OK);
    }
    taki_file_abandon(NULL);
    expect_names("abandon", "");
}

static void only_pointers_are_replaced(void **state)
{
    (void)state;
    make("replace");
    struct taki_error err = {0};
    put("replace/f", "old");
    taki_expect_status("refused", taki_file_put(at("replace/f"), TAKI_STR("new"), false, &err), TAKI_FAILED, &err);
    taki_expect_contains("refused", err.text, "already exists");
    taki_expect_contains("refused", err.text, "replace/f");
    expect_contents("replace/f", "old");
    expect_names("replace", "f");
    taki_expect_status("replaced", taki_file_put(at("replace/f"), TAKI_STR("new"), true, &err), TAKI_OK, &err);
    expect_contents("replace/f", "new");
    taki_expect_status("folder", taki_file_put(at("replace"), TAKI_STR("new"), true, &err), TAKI_FAILED, &err);
    expect_names("replace", "f");
}

static void failures_name_the_path_and_the_reason(void **state)
{
    (void)state;
    make("fail");
    put("fail/f", "12345");
    struct taki_error err = {0};
    struct taki_file *file = NULL;
    TAKI_AUTO(taki_buf_reset) struct taki_buf out;
    taki_buf_init(&out, 4);
    char hex[TAKI_SHA256_HEX];
    int64_t size;
    taki_str view;
    const char *missing = at("fail/no/f");
    taki_expect_status("create", taki_file_create(missing, &file, &err), TAKI_FAILED, &err);
    taki_expect_status("append", taki_file_append(missing, TAKI_STR("x"), &err), TAKI_FAILED, &err);
    taki_expect_status("read", taki_file_read(missing, &out, &err), TAKI_FAILED, &err);
    taki_expect_status("read at", taki_file_read_at(missing, 0, 1, &out, &err), TAKI_FAILED, &err);
    taki_expect_status("map", taki_file_map(missing, &view, &err), TAKI_FAILED, &err);
    taki_expect_status("hash", taki_file_hash(missing, hex, &size, &err), TAKI_FAILED, &err);
    taki_expect_status("move", taki_file_move(missing, at("fail/g"), &err), TAKI_FAILED, &err);
    taki_expect_status("exchange", taki_file_exchange(missing, at("fail/f"), &err), TAKI_FAILED, &err);
    taki_expect_status("symlink", taki_file_symlink("f", missing, &err), TAKI_FAILED, &err);
    taki_expect_status("folder", taki_file_make_folder(at("fail/f/sub"), &err), TAKI_FAILED, &err);
    taki_expect_status("folder = file", taki_file_make_folder(at("fail/f"), &err), TAKI_FAILED, &err);
    taki_expect_status("read folder", taki_file_read(at("fail"), &out, &err), TAKI_CEILING, &err);
    taki_expect_status("hash folder", taki_file_hash(at("fail"), hex, &size, &err), TAKI_FAILED, &err);
    taki_expect_status("append folder", taki_file_append(at("fail"), TAKI_STR("x"), &err), TAKI_FAILED, &err);
    taki_expect_status("append full", taki_file_append("/dev/full", TAKI_STR("x"), &err), TAKI_DESTINATION, &err);
    taki_expect_status("map folder", taki_file_map(at("fail"), &view, &err), TAKI_FAILED, &err);
    taki_expect_status("too large", taki_file_read(at("fail/f"), &out, &err), TAKI_CEILING, &err);
    taki_expect_status("part too large", taki_file_read_at(at("fail/f"), 0, 5, &out, &err), TAKI_CEILING, &err);
    taki_expect_status("beyond", taki_file_read_at(at("fail/f"), 3, 3, &out, &err), TAKI_DAMAGED, &err);
    taki_expect_status("far beyond", taki_file_read_at(at("fail/f"), 6, 0, &out, &err), TAKI_DAMAGED, &err);
    taki_expect_status("before", taki_file_read_at(at("fail/f"), -1, 1, &out, &err), TAKI_DAMAGED, &err);
    taki_expect_status("create", taki_file_create(missing, &file, &err), TAKI_FAILED, &err);
    taki_expect_contains("text", err.text, missing);
    taki_expect_contains("text", err.text, "No such file or directory");
    expect_names("fail", "f");
}

static void long_paths_are_refused(void **state)
{
    (void)state;
    static char path[TAKI_PATH_BYTES + 100];
    struct taki_error err = {0};
    struct taki_file *file = NULL;
    memset(path, 'x', sizeof path - 1);
    taki_expect_status("create", taki_file_create(path, &file, &err), TAKI_FAILED, &err);
    taki_expect_status("folder", taki_file_make_folder(path, &err), TAKI_FAILED, &err);
    for (size_t i = 0; i < sizeof path - 1; i += 200)
        path[i] = '/';
    path[TAKI_PATH_BYTES - 3] = '/';
    path[TAKI_PATH_BYTES - 1] = '\0';
    taki_expect_status("temp name", taki_file_create(path, &file, &err), TAKI_FAILED, &err);
    taki_expect_contains("temp name", err.text, "File name too long");
    taki_expect_status("link", taki_file_symlink("x", path, &err), TAKI_FAILED, &err);
}

static void write_too_much(void)
{
    const struct rlimit limit = {100000, 100000};
    struct taki_error err = {0};
    static char data[300000];
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0 || signal(SIGXFSZ, SIG_IGN) == SIG_ERR)
        _exit(99);
    enum taki_status status = taki_file_put(at("full/f"), (taki_str){data, sizeof data}, false, &err);
    (void)fprintf(stderr, "%s", err.text);
    (void)fflush(stderr);
    _exit(taki_status_info(status)->exit_code);
}

static void a_write_that_fails_leaves_nothing(void **state)
{
    (void)state;
    make("full");
    struct child child = child_run(write_too_much);
    assert_int_equal(child.exit_code, 1);
    taki_expect_contains("text", child.output, "full/f': File too large");
    expect_names("full", "");
}

static void files_are_read_whole_or_in_part(void **state)
{
    (void)state;
    make("read");
    put("read/f", "0123456789");
    put("read/empty", "");
    TAKI_AUTO(taki_buf_reset) struct taki_buf out;
    taki_buf_init(&out, 13);
    taki_buf_add_text(&out, "x:");
    assert_int_equal(taki_file_read(at("read/f"), &out, NULL), TAKI_OK);
    taki_expect_str("appended", taki_buf_view(&out), "x:0123456789");
    taki_buf_clear(&out);
    assert_int_equal(taki_file_read_at(at("read/f"), 3, 4, &out, NULL), TAKI_OK);
    assert_int_equal(taki_file_read_at(at("read/f"), 10, 0, &out, NULL), TAKI_OK);
    taki_expect_str("part", taki_buf_view(&out), "3456");
    taki_str view;
    assert_int_equal(taki_file_map(at("read/f"), &view, NULL), TAKI_OK);
    taki_expect_str("mapped", view, "0123456789");
    taki_file_unmap(view);
    assert_int_equal(taki_file_map(at("read/empty"), &view, NULL), TAKI_OK);
    taki_expect_str("empty", view, "");
    taki_file_unmap(view);
    /* Exactly at the ceiling; and a file that tells no size. */
    TAKI_AUTO(taki_buf_reset) struct taki_buf tight, proc;
    taki_buf_init(&tight, 10);
    assert_int_equal(taki_file_read(at("read/f"), &tight, NULL), TAKI_OK);
    taki_expect_str("tight", taki_buf_view(&tight), "0123456789");
    taki_buf_init(&proc, 100000);
    assert_int_equal(taki_file_read("/proc/self/status", &proc, NULL), TAKI_OK);
    assert_true(taki_str_starts(taki_buf_view(&proc), TAKI_STR("Name:")));
    TAKI_AUTO(taki_buf_reset) struct taki_buf small;
    struct taki_error err = {0};
    taki_buf_init(&small, 10);
    taki_expect_status("no size told", taki_file_read("/proc/self/status", &small, &err), TAKI_CEILING, &err);
}

static void appending_adds_at_the_end(void **state)
{
    (void)state;
    make("append");
    assert_int_equal(taki_file_append(at("append/log"), TAKI_STR("a\n"), NULL), TAKI_OK);
    assert_int_equal(taki_file_append(at("append/log"), TAKI_STR("b\n"), NULL), TAKI_OK);
    expect_contents("append/log", "a\nb\n");
}

static void folders_are_made_with_their_parents(void **state)
{
    (void)state;
    make("deep/er/and/deeper");
    make("deep/er/and/deeper/");
    assert_true(taki_file_exists(at("deep/er/and/deeper")));
    char before[4096];
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(taki_test_folder()), 0);
    struct taki_error err = {0};
    taki_expect_status("relative", taki_file_make_folder("here/below", &err), TAKI_OK, &err);
    taki_expect_status("relative", taki_file_put("plain", TAKI_STR("x"), false, &err), TAKI_OK, &err);
    assert_int_equal(chdir(before), 0);
    assert_true(taki_file_exists(at("here/below")) && taki_file_exists(at("plain")));
}

static void lists_are_sorted_without_dot_files(void **state)
{
    (void)state;
    make("list");
    static const char *const names[] = {"list/b", "list/a", "list/B", "list/.hidden", "list/.tmp-1-2", "list/a0"};
    for (size_t i = 0; i < TAKI_LEN(names); i++)
        put(names[i], "");
    make("list/c");
    const char **got;
    size_t count;
    assert_int_equal(taki_file_list(arena, at("list"), &got, &count, NULL), TAKI_OK);
    static const char *const want[] = {"B", "a", "a0", "b", "c"};
    assert_int_equal(count, TAKI_LEN(want));
    for (size_t i = 0; i < count; i++)
        assert_string_equal(got[i], want[i]);
    assert_int_equal(taki_file_list(arena, at("nowhere"), &got, &count, NULL), TAKI_OK);
    assert_int_equal(count, 0);
    struct taki_error err = {0};
    taki_expect_status("file", taki_file_list(arena, at("list/a"), &got, &count, &err), TAKI_FAILED, &err);
}

static void trees_are_removed_and_missing_is_fine(void **state)
{
    (void)state;
    make("remove/tree/sub/subsub");
    put("remove/tree/f", "x");
    put("remove/tree/sub/g", "x");
    put("remove/file", "x");
    put("keep", "x");
    assert_int_equal(symlink(at("keep"), at("remove/tree/link")), 0);
    assert_int_equal(symlink(taki_test_folder(), at("remove/tree/folder-link")), 0);
    static const char *const names[] = {"remove/tree", "remove/tree", "remove/file", "remove/file", "remove/none"};
    struct taki_error err = {0};
    for (size_t i = 0; i < TAKI_LEN(names); i++)
        taki_expect_status(names[i], taki_file_remove(at(names[i]), &err), TAKI_OK, &err);
    expect_names("remove", "");
    expect_contents("keep", "x");
    taki_expect_status("below a file", taki_file_remove(at("keep/x"), &err), TAKI_FAILED, &err);
}

static void a_move_never_replaces(void **state)
{
    (void)state;
    make("move/a");
    make("move/b");
    put("move/a/f", "f");
    put("move/g", "g");
    struct taki_error err = {0};
    taki_expect_status("onto file", taki_file_move(at("move/a/f"), at("move/g"), &err), TAKI_FAILED, &err);
    taki_expect_contains("onto file", err.text, "already exists");
    taki_expect_status("onto folder", taki_file_move(at("move/b"), at("move/a"), &err), TAKI_FAILED, &err);
    taki_expect_status("file", taki_file_move(at("move/a/f"), at("move/b/f"), &err), TAKI_OK, &err);
    taki_expect_status("folder", taki_file_move(at("move/b"), at("move/c"), &err), TAKI_OK, &err);
    expect_contents("move/c/f", "f");
    expect_names("move", "a c g");
}

static void exchange_swaps_whole_folders(void **state)
{
    (void)state;
    make("exchange/new");
    make("exchange/old");
    put("exchange/new/f", "new");
    put("exchange/old/f", "old");
    struct taki_error err = {0};
    taki_expect_status("swap", taki_file_exchange(at("exchange/new"), at("exchange/old"), &err), TAKI_OK, &err);
    expect_contents("exchange/new/f", "old");
    expect_contents("exchange/old/f", "new");
    expect_names("exchange", "new old");
    taki_expect_status("parents", taki_file_exchange(at("exchange/new/f"), at("exchange/old"), &err), TAKI_OK, &err);
    expect_contents("exchange/old", "old");
}

static void links_point_where_told(void **state)
{
    (void)state;
    make("link");
    put("link/a", "a");
    put("link/b", "b");
    struct taki_error err = {0};
    taki_expect_status("new", taki_file_symlink("a", at("link/current"), &err), TAKI_OK, &err);
    expect_contents("link/current", "a");
    taki_expect_status("again", taki_file_symlink("b", at("link/current"), &err), TAKI_OK, &err);
    expect_contents("link/current", "b");
    expect_names("link", "a b current");
    make("link/folder");
    taki_expect_status("over folder", taki_file_symlink("b", at("link/folder"), &err), TAKI_FAILED, &err);
    expect_names("link", "a b current folder");
}

static void a_sweep_removes_what_killed_runs_left(void **state)
{
    (void)state;
    make("sweep/sub/.tmp-77-0/deep");
    put("sweep/.tmp-77-1", "x");
    put("sweep/sub/.tmp-77-2", "x");
    put("sweep/sub/.tmp-77-0/deep/f", "x");
    put("sweep/sub/f", "x");
    put("sweep/.hidden", "x");
    assert_int_equal(symlink(at("link"), at("sweep/elsewhere")), 0);
    put("link/.tmp-1-1", "not ours to follow");
    struct taki_error err = {0};
    taki_expect_status("sweep", taki_file_sweep(at("sweep"), &err), TAKI_OK, &err);
    expect_names("sweep", ".hidden elsewhere sub");
    expect_names("sweep/sub", "f");
    assert_true(taki_file_exists(at("link/.tmp-1-1")));
    taki_expect_status("missing", taki_file_sweep(at("nowhere"), &err), TAKI_OK, &err);
    taki_expect_status("file", taki_file_sweep(at("keep"), &err), TAKI_FAILED, &err);
}

static void a_left_over_temp_name_is_passed_by(void **state)
{
    (void)state;
    make("pid");
    char temp[TAKI_PATH_BYTES];
    assert_int_equal(taki_path_temp(at("pid/f"), temp, NULL), TAKI_OK);
    unsigned number = (unsigned)atoi(strrchr(temp, '-') + 1);
    for (unsigned i = 1; i <= 3; i++)
        put(taki_arena_format(arena, "pid/x%u", i), "x");
    /* The three files above took numbers; the next ones are occupied. */
    for (unsigned i = 1; i <= 9; i++) {
        FILE *file = fopen(at(taki_arena_format(arena, "pid/.tmp-%ld-%u", (long)getpid(), number + i + 3)), "w");
        assert_non_null(file);
        assert_int_equal(fclose(file), 0);
    }
    put("pid/f", "f");
    expect_contents("pid/f", "f");
    struct taki_error err = {0};
    taki_expect_status("link", taki_file_symlink("f", at("pid/link"), &err), TAKI_OK, &err);
    expect_contents("pid/link", "f");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_invisible_until_committed),
        cmocka_unit_test(large_writes_arrive_whole),
        cmocka_unit_test(an_abandoned_file_leaves_nothing),
        cmocka_unit_test(only_pointers_are_replaced),
        cmocka_unit_test(failures_name_the_path_and_the_reason),
        cmocka_unit_test(long_paths_are_refused),
        cmocka_unit_test(a_write_that_fails_leaves_nothing),
        cmocka_unit_test(files_are_read_whole_or_in_part),
        cmocka_unit_test(appending_adds_at_the_end),
        cmocka_unit_test(folders_are_made_with_their_parents),
        cmocka_unit_test(lists_are_sorted_without_dot_files),
        cmocka_unit_test(trees_are_removed_and_missing_is_fine),
        cmocka_unit_test(a_move_never_replaces),
        cmocka_unit_test(exchange_swaps_whole_folders),
        cmocka_unit_test(links_point_where_told),
        cmocka_unit_test(a_sweep_removes_what_killed_runs_left),
        cmocka_unit_test(a_left_over_temp_name_is_passed_by),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
