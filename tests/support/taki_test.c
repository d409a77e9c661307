#include "taki_test.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void taki_expect_str(const char *what, taki_str got, const char *want)
{
    if (want == NULL ? taki_str_is_null(got) : taki_str_is(got, want))
        return;
    fail_msg("%s: got %s'%.*s', want '%s'", what, taki_str_is_null(got) ? "NULL " : "", TAKI_STR_ARG(got),
             want ? want : "NULL");
}

void taki_expect_i64(const char *what, int64_t got, int64_t want)
{
    if (got != want)
        fail_msg("%s: got %" PRId64 ", want %" PRId64, what, got, want);
}

void taki_expect_status(const char *what, enum taki_status got, enum taki_status want, const struct taki_error *err)
{
    if (got == want)
        return;
    fail_msg("%s: got %s, want %s (%s)", what, got == TAKI_END ? "END" : taki_status_info(got)->name,
             want == TAKI_END ? "END" : taki_status_info(want)->name, err ? err->text : "");
}

void taki_expect_contains(const char *what, const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("%s: '%s' does not contain '%s'", what, text, part);
}

static char folder[256];
static pid_t owner; /* a forked child that exits must leave the folder to its parent */

static void remove_folder(void)
{
    char command[300];
    if (getpid() != owner)
        return;
    (void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
    if (system(command) != 0) // NOLINT(cert-env33-c): our own temp folder
        (void)fputs("could not remove the test folder\n", stderr);
}

const char *taki_test_folder(void)
{
    if (folder[0] != '\0')
        return folder;
    const char *base = getenv("TMPDIR");
    (void)snprintf(folder, sizeof folder, "%s/taki-test-XXXXXX", base ? base : "/tmp");
    if (mkdtemp(folder) == NULL)
        fail_msg("cannot make %s", folder);
    owner = getpid();
    (void)atexit(remove_folder);
    return folder;
}
