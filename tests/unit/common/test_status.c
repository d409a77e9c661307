#include "child.h"
#include "taki_test.h"

#include "taki/log.h"
#include "taki/text.h"

#include <errno.h>
#include <signal.h>

/* design.md 5 publishes the codes; they are never renumbered. */
static void every_status_has_its_published_exit_code(void **state)
{
    (void)state;
    static const struct {
        enum taki_status status;
        const char *name;
        int exit_code;
        enum taki_retry retry;
    } cases[] = {
        {TAKI_OK,          "OK",          0,  TAKI_RETRY_NO   },
        {TAKI_FAILED,      "FAILED",      1,  TAKI_RETRY_NO   },
        {TAKI_USAGE,       "USAGE",       2,  TAKI_RETRY_NO   },
        {TAKI_PARTIAL,     "PARTIAL",     3,  TAKI_RETRY_LATER},
        {TAKI_CONTRACT,    "CONTRACT",    4,  TAKI_RETRY_NO   },
        {TAKI_AUTH,        "AUTH",        5,  TAKI_RETRY_NO   },
        {TAKI_QUOTA,       "QUOTA",       6,  TAKI_RETRY_LATER},
        {TAKI_DESTINATION, "DESTINATION", 7,  TAKI_RETRY_LATER},
        {TAKI_LOCKED,      "LOCKED",      8,  TAKI_RETRY_LATER},
        {TAKI_EMPTY,       "EMPTY",       9,  TAKI_RETRY_NO   },
        {TAKI_CEILING,     "CEILING",     10, TAKI_RETRY_NO   },
        {TAKI_UNREACHABLE, "UNREACHABLE", 11, TAKI_RETRY_LATER},
        {TAKI_DAMAGED,     "DAMAGED",     12, TAKI_RETRY_NO   },
        {TAKI_BUG,         "BUG",         70, TAKI_RETRY_NO   },
        {TAKI_INTERRUPTED, "INTERRUPTED", 75, TAKI_RETRY_NOW  },
    };
    size_t count;
    const struct taki_status_info *list = taki_status_list(&count);
    assert_int_equal(count, TAKI_LEN(cases));
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        const struct taki_status_info *info = taki_status_info(cases[i].status);
        assert_ptr_equal(info, &list[i]);
        assert_string_equal(info->name, cases[i].name);
        assert_int_equal(info->exit_code, cases[i].exit_code);
        assert_int_equal(info->retry, cases[i].retry);
        assert_true(info->en[0] != '\0' && info->ja[0] != '\0');
    }
    assert_string_equal(taki_status_info(TAKI_END)->name, "BUG");
}

static void a_failure_keeps_status_and_text_and_forgets_an_old_hint(void **state)
{
    (void)state;
    struct taki_error err = {.hint = "old"};
    assert_int_equal(taki_fail(&err, TAKI_CONTRACT, "page %d of '%s' is cut", 7, "leads"), TAKI_CONTRACT);
    assert_string_equal(err.text, "page 7 of 'leads' is cut");
    assert_string_equal(err.hint, "");
    assert_int_equal(err.status, TAKI_CONTRACT);
    assert_int_equal(taki_hint(&err, "ask %s", "again"), TAKI_CONTRACT);
    assert_string_equal(err.hint, "ask again");
}

static void context_is_put_in_front_outermost_first(void **state)
{
    (void)state;
    struct taki_error err = {0};
    (void)taki_fail(&err, TAKI_UNREACHABLE, "HTTP %d", 503);
    assert_int_equal(taki_while(&err, TAKI_UNREACHABLE, "leads page %d", 7), TAKI_UNREACHABLE);
    assert_int_equal(taki_while(&err, TAKI_PARTIAL, "%s", "marketo"), TAKI_PARTIAL);
    assert_string_equal(err.text, "marketo: leads page 7: HTTP 503");
    assert_int_equal(err.status, TAKI_PARTIAL);
}

static void nothing_needs_an_error_struct(void **state)
{
    (void)state;
    assert_int_equal(taki_fail(NULL, TAKI_AUTH, "x"), TAKI_AUTH);
    assert_int_equal(taki_fail_errno(NULL, TAKI_FAILED, ENOSPC, "x"), TAKI_DESTINATION);
    assert_int_equal(taki_while(NULL, TAKI_AUTH, "x"), TAKI_AUTH);
    assert_int_equal(taki_hint(NULL, "x"), TAKI_BUG);
}

static void a_full_disk_is_the_destinations_trouble(void **state)
{
    (void)state;
    static const struct {
        enum taki_status given;
        int errno_value;
        enum taki_status want;
        const char *text;
    } cases[] = {
        {TAKI_FAILED,      EIO,    TAKI_FAILED,      "cannot write 'f': Input/output error"     },
        {TAKI_FAILED,      ENOSPC, TAKI_DESTINATION, "cannot write 'f': No space left on device"},
        {TAKI_FAILED,      EDQUOT, TAKI_DESTINATION, "cannot write 'f': Disk quota exceeded"    },
        {TAKI_FAILED,      EROFS,  TAKI_DESTINATION, "cannot write 'f': Read-only file system"  },
        {TAKI_UNREACHABLE, ENOSPC, TAKI_UNREACHABLE, "cannot write 'f': No space left on device"},
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        struct taki_error err = {0};
        assert_int_equal(taki_fail_errno(&err, cases[i].given, cases[i].errno_value, "cannot write '%s'", "f"),
                         cases[i].want);
        assert_string_equal(err.text, cases[i].text);
    }
}

static void a_long_text_is_cut_between_characters(void **state)
{
    (void)state;
    struct taki_error err = {0};
    char wide[2000];
    /* Three bytes a character; 1023 is a multiple of three, so shift it by one and two bytes. */
    for (size_t shift = 0; shift < 3; shift++) {
        memset(wide, 'x', shift);
        for (size_t i = shift; i + 4 < sizeof wide; i += 3)
            memcpy(wide + i, "\xE6\xBB\x9D", 4);
        (void)taki_fail(&err, TAKI_FAILED, "%s", wide);
        assert_int_equal(strlen(err.text), shift == 0 ? 1023 : 1020 + shift);
        (void)taki_while(&err, TAKI_FAILED, "in %s", "x");
        assert_true(taki_utf8_valid(taki_str_of(err.text), NULL));
        (void)taki_fail_errno(&err, TAKI_FAILED, EIO, "%s", wide);
        assert_true(taki_utf8_valid(taki_str_of(err.text), NULL));
        (void)taki_hint(&err, "%s", wide);
        assert_true(taki_utf8_valid(taki_str_of(err.hint), NULL));
    }
    (void)taki_fail(&err, TAKI_FAILED, "%s", "");
    assert_string_equal(err.text, "");
}

static void a_secret_never_reaches_an_error(void **state)
{
    (void)state;
    struct taki_error err = {0};
    taki_log_secret("hunter2-status");
    (void)taki_fail(&err, TAKI_AUTH, "token '%s' refused", "hunter2-status");
    assert_string_equal(err.text, "token '***' refused");
}

static enum taki_status fails_in_the_middle(int *steps, struct taki_error *err)
{
    ++*steps;
    TAKI_TRY(taki_fail(err, TAKI_EMPTY, "x"));
    ++*steps;
    return TAKI_OK;
}

static void try_leaves_at_the_first_failure(void **state)
{
    (void)state;
    int steps = 0;
    assert_int_equal(fails_in_the_middle(&steps, NULL), TAKI_EMPTY);
    assert_int_equal(steps, 1);
}

static void meet_a_bug(void)
{
    taki_bug("two plus two");
}

static void a_bug_names_its_place_and_ends_the_process(void **state)
{
    (void)state;
    struct child child = child_run(meet_a_bug);
    assert_true(child.exit_code == 70 || child.signal == SIGABRT);
    taki_expect_contains("bug", child.output, "two plus two");
    taki_expect_contains("bug", child.output, "test_status.c:");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_status_has_its_published_exit_code),
        cmocka_unit_test(a_failure_keeps_status_and_text_and_forgets_an_old_hint),
        cmocka_unit_test(context_is_put_in_front_outermost_first),
        cmocka_unit_test(nothing_needs_an_error_struct),
        cmocka_unit_test(a_full_disk_is_the_destinations_trouble),
        cmocka_unit_test(a_long_text_is_cut_between_characters),
        cmocka_unit_test(a_secret_never_reaches_an_error),
        cmocka_unit_test(try_leaves_at_the_first_failure),
        cmocka_unit_test(a_bug_names_its_place_and_ends_the_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
