/**
 * @file child.h
 * Runs code that ends its process in a child, and tells how it ended and what it wrote to stderr.
 */
#ifndef TAKI_TEST_CHILD_H
#define TAKI_TEST_CHILD_H

#include "taki_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct child {
    int exit_code; /* -1 = killed by a signal */
    int signal;
    char output[4096];
};

static inline struct child child_run(void (*work)(void))
{
    struct child child = {.exit_code = -1};
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        (void)dup2(ends[1], STDERR_FILENO);
        (void)close(ends[0]);
        work();
        _exit(0);
    }
    (void)close(ends[1]);
    size_t size = 0;
    for (ssize_t got; (got = read(ends[0], child.output + size, sizeof child.output - 1 - size)) > 0;)
        size += (size_t)got;
    (void)close(ends[0]);
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (WIFEXITED(status))
        child.exit_code = WEXITSTATUS(status);
    else
        child.signal = WTERMSIG(status);
    return child;
}

/** Runs @p work in this process and tells what it wrote to stderr. */
static inline struct child stderr_of(void (*work)(void))
{
    struct child child = {0};
    FILE *file = tmpfile();
    int kept = dup(STDERR_FILENO);
    assert_true(file != NULL && kept >= 0);
    assert_true(dup2(fileno(file), STDERR_FILENO) >= 0);
    work();
    assert_true(dup2(kept, STDERR_FILENO) >= 0);
    (void)close(kept);
    rewind(file);
    (void)fread(child.output, 1, sizeof child.output - 1, file);
    (void)fclose(file);
    return child;
}

#endif
