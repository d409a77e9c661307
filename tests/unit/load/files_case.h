/**
 * @file files_case.h
 * What the tests of the files sink share: a data_dir with one target `bi`, and reading back what it published.
 */
#ifndef TAKI_FILES_CASE_H
#define TAKI_FILES_CASE_H

#include "app.h"
#include "stage_fixture.h"
#include "taki_test.h"

#include "taki/file.h"
#include "taki/gzip.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ID_A "aaaaaaaaaaaaaaaa"
#define ID_B "bbbbbbbbbbbbbbbb"
#define TARGET "targets:\n  bi: {type: files, path: ./publish}\n"

static const struct stage_table two_tables[] = {
    {"person",   "entity",    7, stage_ordinary},
    {"campaign", "aggregate", 3, stage_ordinary},
};

/** `<data_dir>/publish/v1/<tail>` with the date and id put in; valid until the fourth call after it. */
__attribute__((format(printf, 2, 3))) static inline const char *at(const char *data_dir, const char *format, ...)
{
    static char paths[4][1024];
    static size_t next;
    char tail[512];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(tail, sizeof tail, format, arguments);
    va_end(arguments);
    char *path = paths[next++ % 4];
    (void)snprintf(path, sizeof paths[0], "%s/publish/v1/%s", data_dir, tail);
    return path;
}

/** Whole file, NUL-terminated; free with taki_buf_reset. */
static inline struct taki_buf file_text(const char *path)
{
    struct taki_error err = {.status = TAKI_OK};
    struct taki_buf text;
    taki_buf_init(&text, (size_t)1 << 30);
    taki_expect_status(path, taki_file_read(path, &text, &err), TAKI_OK, &err);
    taki_buf_add_char(&text, '\0');
    text.size--;
    return text;
}

static inline struct taki_buf csv_text(const char *path)
{
    struct taki_error err = {.status = TAKI_OK};
    struct taki_buf packed = file_text(path);
    struct taki_buf text;
    taki_buf_init(&text, (size_t)1 << 30);
    taki_expect_status(path, taki_gunzip(taki_buf_view(&packed), &text, &err), TAKI_OK, &err);
    taki_buf_add_char(&text, '\0');
    text.size--;
    taki_buf_reset(&packed);
    return text;
}

static inline void expect_in_file(const char *path, const char *part)
{
    struct taki_buf text = file_text(path);
    taki_expect_contains(path, text.data, part);
    taki_buf_reset(&text);
}

static inline void expect_run(const char *data_dir, const char *yaml, const char *words, int want)
{
    taki_expect_i64(words, stage_run(taki_load_main, data_dir, yaml, words), want);
}

/** sha256 over names and bytes of everything visible below publish/ (as a reader sees it, links followed). */
static inline void tree_hash(const char *data_dir, char out[TAKI_SHA256_HEX])
{
    char command[2048];
    (void)snprintf(command, sizeof command,
                   "cd '%s/publish/v1' && find -L . -type f -not -path '*/.*' | sort | xargs sha256sum | sha256sum",
                   data_dir);
    FILE *pipe = popen(command, "r"); // NOLINT(cert-env33-c): our own test folder
    assert_non_null(pipe);
    assert_int_equal(fread(out, 1, TAKI_SHA256_HEX - 1, pipe), TAKI_SHA256_HEX - 1);
    out[TAKI_SHA256_HEX - 1] = '\0';
    (void)pclose(pipe);
}

static inline void write_over(const char *path, const char *text)
{
    struct taki_error err = {.status = TAKI_OK};
    taki_expect_status(path, taki_file_put(path, taki_str_of(text), true, &err), TAKI_OK, &err);
}

#endif
