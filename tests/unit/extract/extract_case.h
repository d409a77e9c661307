/**
 * @file extract_case.h
 * taki-extract as the operator runs it, against a scripted vendor: a folder with a configuration, runs, what they said.
 */
#ifndef TAKI_EXTRACT_CASE_H
#define TAKI_EXTRACT_CASE_H

#include "fake_http.h"
#include "messages.h"
#include "taki_test.h"
#include "verbs.h"

#include "taki/file.h"
#include "taki/landing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *folder; /* of this test */
static struct taki_arena *arena;
static int runs; /* so far; the machine's clock moves on by a minute with each */

static inline int begin(void **state)
{
    static int number;
    (void)state;
    (void)setenv("TAKI_TEST_WAIT_RATIO", "0.001", 1);
    runs = 0;
    arena = taki_arena_open("test", 0);
    folder = taki_arena_format(arena, "%s/extract%d", taki_test_folder(), number++);
    assert_int_equal(taki_file_make_folder(folder, NULL), TAKI_OK);
    return 0;
}

static inline int end(void **state)
{
    (void)state;
    taki_arena_close(arena);
    return 0;
}

/** The members of `sources` of a taki.yml. */
static inline void put_config(const char *sources)
{
    const char *text = taki_arena_format(arena, "version: 1\ndata_dir: %s/d\nsources:\n%s", folder, sources);
    assert_int_equal(taki_file_put(taki_arena_format(arena, "%s/taki.yml", folder), taki_str_of(text), true, NULL),
                     TAKI_OK);
}

/* Ends by exit, not _exit: a leak is found and the lines run are counted. */
static inline void be_the_program(const char *verb, const char *select)
{
    char *argv[] = {taki_arena_format(arena, "taki-extract"),
                    taki_arena_format(arena, "%s", verb),
                    taki_arena_format(arena, "--config"),
                    taki_arena_format(arena, "%s/taki.yml", folder),
                    taki_arena_format(arena, "--select"),
                    taki_arena_format(arena, "%s", select),
                    taki_arena_format(arena, "--log-level"),
                    taki_arena_format(arena, "debug"),
                    NULL};
    const struct taki_app app = {.name = "taki-extract",
                                 .en = "",
                                 .ja = "",
                                 .verbs = taki_extract_verbs,
                                 .verb_count = taki_extract_verb_count,
                                 .tables = &taki_extract_options,
                                 .table_count = 1,
                                 .messages = taki_extract_messages,
                                 .message_count = taki_extract_messages_count};
    if (freopen(taki_arena_format(arena, "%s/output", folder), "w", stderr) == NULL || dup2(2, 1) < 0)
        exit(99);
    exit(taki_app_main(&app, (int)TAKI_LEN(argv) - 1, argv));
}

/** In a process of its own, like the program: settings that last as long as a process do not leak between tests. */
static inline int run(const char *verb, const char *select)
{
    (void)fflush(NULL);
    (void)setenv("TAKI_TEST_NOW", taki_arena_format(arena, "2026-11-20T03:%02d:00Z", runs++), 1);
    pid_t child = fork();
    if (child == 0)
        be_the_program(verb, select);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + status;
}

static inline const char *output(void)
{
    struct taki_buf text;
    taki_buf_init(&text, (size_t)1 << 20);
    assert_int_equal(taki_file_read(taki_arena_format(arena, "%s/output", folder), &text, NULL), TAKI_OK);
    const char *copy = taki_arena_copy(arena, text.data, text.size);
    taki_buf_reset(&text);
    return copy;
}

/** Committed batches of a stream, each verified. */
static inline size_t batches_of(const char *source, const char *object, struct taki_batch **batches)
{
    size_t count = 0;
    assert_int_equal(
        taki_landing_list(arena, taki_arena_format(arena, "%s/d", folder), source, object, batches, &count, NULL),
        TAKI_OK);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(taki_batch_verify(arena, &(*batches)[i], NULL), TAKI_OK);
    return count;
}

static inline void expect_code(const char *what, int got, int want)
{
    if (got != want)
        fail_msg("%s: exit %d, want %d: %s", what, got, want, output());
}

#endif
