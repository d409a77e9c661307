#include "child.h"
#include "taki_test.h"

#include "taki/file.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

static char path[300];

static void lock_path(const char *name)
{
    (void)snprintf(path, sizeof path, "%s/%s", taki_test_folder(), name);
}

static void try_the_lock(void)
{
    struct taki_lock *lock = NULL;
    struct taki_error err = {0};
    enum taki_status status = taki_lock_open(path, "run-two", &lock, &err);
    (void)fprintf(stderr, "%s; %s", err.text, err.hint);
    (void)fflush(stderr);
    _exit(taki_status_info(status)->exit_code);
}

static void a_second_holder_is_told_who_holds_it(void **state)
{
    (void)state;
    lock_path("lock");
    struct taki_lock *lock = NULL;
    struct taki_error err = {0};
    taki_expect_status("first", taki_lock_open(path, "run-one", &lock, &err), TAKI_OK, &err);
    struct child child = child_run(try_the_lock);
    assert_int_equal(child.exit_code, 8);
    char pid[64];
    (void)snprintf(pid, sizeof pid, "pid %ld run run-one;", (long)getpid());
    taki_expect_contains("holder", child.output, pid);
    taki_expect_contains("path", child.output, path);
    taki_expect_contains("hint", child.output, "wait for that run");
    taki_lock_close(lock);
    taki_lock_close(NULL);
    assert_int_equal(child_run(try_the_lock).exit_code, 0);
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
}

static void a_lock_ends_with_its_process(void **state)
{
    (void)state;
    lock_path("lock-of-dead");
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        struct taki_lock *lock = NULL;
        if (taki_lock_open(path, "doomed", &lock, NULL) == TAKI_OK && write(ends[1], "x", 1) == 1)
            (void)pause();
        _exit(1);
    }
    char byte;
    assert_int_equal(read(ends[0], &byte, 1), 1);
    struct taki_error err = {0};
    struct taki_lock *lock = NULL;
    taki_expect_status("held", taki_lock_open(path, "me", &lock, &err), TAKI_LOCKED, &err);
    taki_expect_contains("held", err.text, "doomed");
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    taki_expect_status("free", taki_lock_open(path, "me", &lock, &err), TAKI_OK, &err);
    taki_lock_close(lock);
}

static void a_lock_that_cannot_be_made_says_so(void **state)
{
    (void)state;
    lock_path("no/such/folder/lock");
    struct taki_error err = {0};
    struct taki_lock *lock = NULL;
    taki_expect_status("missing folder", taki_lock_open(path, "me", &lock, &err), TAKI_FAILED, &err);
    taki_expect_contains("missing folder", err.text, "No such file");
    taki_expect_status("device", taki_lock_open("/dev/full", "me", &lock, &err), TAKI_FAILED, &err);
    taki_expect_contains("device", err.text, "/dev/full");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_second_holder_is_told_who_holds_it),
        cmocka_unit_test(a_lock_ends_with_its_process),
        cmocka_unit_test(a_lock_that_cannot_be_made_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
