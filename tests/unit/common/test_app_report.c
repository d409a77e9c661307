/* Whole runs of a small program: exit codes, messages, report, rejects, lock. Each run is a process of its own. */
#include "taki_test.h"

#include "taki/app.h"
#include "taki/arena.h"
#include "taki/file.h"
#include "taki/json.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_WORDS 12

/* The program under test. */

static void count(struct taki_run *run, const char *name, struct taki_tally values)
{
    struct taki_tally *tally = taki_run_tally(run, name);
    const char *kept = tally->name;
    int64_t rejected = tally->rejected;
    *tally = values;
    tally->name = kept;
    tally->rejected += rejected;
}

static enum taki_status run_good(struct taki_run *run, struct taki_error *err)
{
    (void)err;
    count(run, "ma:leads",
          (struct taki_tally){
              .read = 10, .written = 6, .superseded = 2, .deleted = 1, .merged = 1, .seconds_us = 1550000});
    taki_run_note(run, "as_of", TAKI_STR("\"2026-09-29\""));
    taki_run_note(run, "as_of", TAKI_STR("\"2026-09-30\""));
    taki_print("%s of %zu\n", run->app->name, run->argument_count);
    return TAKI_OK;
}

static enum taki_status run_partial(struct taki_run *run, struct taki_error *err)
{
    (void)err;
    if (taki_run_selected(run, "a:x"))
        count(run, "a:x", (struct taki_tally){.read = 1, .written = 1});
    if (taki_run_selected(run, "b:y"))
        count(run, "b:y", (struct taki_tally){.read = 5, .status = TAKI_UNREACHABLE, .note = "HTTP 503, hush-hush"});
    return TAKI_OK;
}

static enum taki_status run_sums(struct taki_run *run, struct taki_error *err)
{
    (void)err;
    count(run, "t", (struct taki_tally){.read = 3, .written = 1});
    return TAKI_OK;
}

static enum taki_status run_reject(struct taki_run *run, struct taki_error *err)
{
    count(run, "../x:y", (struct taki_tally){.read = 200, .written = 198});
    TAKI_TRY(taki_run_reject(run, "../x:y", "part 1 line 7", "bad date", TAKI_STR("{\"a\":\"\xE3\x81\x82\"}"), err));
    TAKI_TRY(taki_run_reject(run, "../x:y", "part 1 line 9", "bad date", TAKI_STR("\"\n"), err));
    return taki_run_check_rejects(run, err);
}

static void *reject_many(void *context)
{
    for (int i = 0; i < 5000; i++) {
        if (taki_run_reject(context, "many", "here", "why", TAKI_STR("0123456789"), NULL) != TAKI_OK)
            return context;
    }
    return NULL;
}

static enum taki_status run_threads(struct taki_run *run, struct taki_error *err)
{
    pthread_t threads[2];
    for (size_t i = 0; i < 2; i++) {
        if (pthread_create(&threads[i], NULL, reject_many, run) != 0)
            return taki_fail(err, TAKI_FAILED, "no thread");
    }
    for (size_t i = 0; i < 2; i++)
        (void)pthread_join(threads[i], NULL);
    taki_run_tally(run, "many")->read = 10000;
    return TAKI_OK;
}

static enum taki_status run_fail(struct taki_run *run, struct taki_error *err)
{
    (void)run;
    (void)taki_fail(err, TAKI_AUTH, "login of '%s' refused with hush-hush", "sfa");
    return taki_hint(err, "check the secret hush-hush");
}

static enum taki_status run_empty(struct taki_run *run, struct taki_error *err)
{
    (void)run;
    return taki_fail(err, TAKI_EMPTY, "nothing new");
}

static enum taki_status run_stop(struct taki_run *run, struct taki_error *err)
{
    (void)run;
    TAKI_TRY(taki_run_check_stop(err));
    (void)raise(SIGTERM);
    return taki_run_check_stop(err);
}

static enum taki_status run_context(struct taki_run *run, struct taki_error *err)
{
    (void)err;
    taki_str word = taki_run_flag(run, "word"), other = taki_run_flag(run, "data-dir");
    struct rlimit core;
    mode_t mask = umask(077);
    if (getrlimit(RLIMIT_CORE, &core) != 0)
        core.rlim_max = 1;
    taki_print("word=%.*s set=%d data=%.*s dir=%s jobs=%zu memory=%zu mask=%o core=%d path=%s\n", TAKI_STR_ARG(word),
               taki_run_flag_set(run, "word"), TAKI_STR_ARG(other), run->data_dir, run->jobs, run->memory_bytes,
               (unsigned)mask, (int)core.rlim_max, taki_run_path(run, "x/%d", 7));
    taki_run_progress(run, "s", 1, 2);
    return TAKI_OK;
}

static enum taki_status run_nested(struct taki_run *run, struct taki_error *err)
{
    struct taki_lock *lock = NULL;
    return taki_lock_open(taki_run_path(run, "locks/taki-test.lock"), "other", &lock, err);
}

static const struct taki_option own_rows[] = {
    {.flag = "word", .letter = 'w', .type = TAKI_OPTION_TEXT, .fallback = "none", .en = "a word", .ja = "語"},
    {.flag = "key",   .type = TAKI_OPTION_SECRET,                .en = "a key",                            .ja = "鍵"                 },
};
static const struct taki_option_table own_tables[] = {
    {own_rows, TAKI_LEN(own_rows)}
};

#define VERB(verb, config, lock, function)                                                                             \
    {                                                                                                                  \
        .name = (verb), .arguments = "", .max_arguments = 0, .needs_config = (config), .takes_lock = (lock),           \
        .en = (verb), .ja = (verb), .run = (function)                                                                  \
    }
static const struct taki_verb verbs[] = {
    {.name = "run",
     .arguments = "[WORD]",
     .max_arguments = 1,
     .needs_config = true,
     .takes_lock = true,
     .en = "do it",
     .ja = "実行",
     .run = run_good},
    VERB("partial", true, true, run_partial),
    VERB("sums", true, true, run_sums),
    VERB("reject", true, true, run_reject),
    VERB("threads", true, true, run_threads),
    VERB("fail", true, true, run_fail),
    VERB("empty", true, true, run_empty),
    VERB("stop", true, true, run_stop),
    VERB("context", false, false, run_context),
    VERB("nested", true, true, run_nested),
};
static const struct taki_app app = {.name = "taki-test",
                                    .en = "a test",
                                    .ja = "テスト",
                                    .verbs = verbs,
                                    .verb_count = TAKI_LEN(verbs),
                                    .tables = own_tables,
                                    .table_count = 1};

/* The harness. */

static struct taki_arena *arena;
static const char *out, *errors;

static void redirect(int fd, const char *path)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (file < 0 || dup2(file, fd) < 0)
        _exit(99);
}

static const char *text_of(const char *path)
{
    struct taki_buf buf;
    taki_buf_init(&buf, 1 << 24);
    assert_int_equal(taki_file_read(path, &buf, NULL), TAKI_OK);
    const char *text = taki_arena_copy(arena, buf.data ? buf.data : "", buf.size);
    taki_buf_reset(&buf);
    return text;
}

/* Runs the program with the words of @p line; its exit code. stdout goes to @p stdout_path. */
static int run_to(const char *stdout_path, const char *line)
{
    char *argv[MAX_WORDS + 2] = {taki_arena_format(arena, "taki-test")};
    int argc = 1;
    taki_str rest = *line != '\0' ? taki_str_of(line) : TAKI_STR_NULL;
    while (!taki_str_is_null(rest) && argc <= MAX_WORDS) {
        taki_str word = taki_str_cut(rest, ' ', &rest);
        argv[argc++] = taki_arena_copy(arena, word.data, word.size);
    }
    (void)fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        redirect(STDOUT_FILENO, stdout_path);
        redirect(STDERR_FILENO, "stderr.txt");
        exit(taki_app_main(&app, argc, argv)); /* exit, so that coverage is written */
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    errors = text_of("stderr.txt");
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static int run(const char *line)
{
    int code = run_to("stdout.txt", line);
    out = text_of("stdout.txt");
    return code;
}

/* Member @p path of the latest report as text. */
static const char *reported(const char *path)
{
    struct taki_json json;
    struct taki_error err = {0};
    const char *text = text_of("data/runs/latest-taki-test.json");
    taki_expect_status("report", taki_json_parse(arena, taki_str_of(text), NULL, &json, &err), TAKI_OK, &err);
    const struct taki_json_node *node = taki_json_at(&json, json.nodes, path);
    taki_str value = node ? taki_json_text(arena, node) : TAKI_STR_NULL;
    return taki_str_is_null(value) ? "null" : taki_arena_copy(arena, value.data, value.size);
}

static void test_good_run(void **state)
{
    (void)state;
    assert_int_equal(run("run one"), 0);
    assert_string_equal(out, "taki-test of 1\n");
    taki_expect_contains("summary", errors,
                         "          read  written  rejected  superseded  deleted  merged  seconds  \n"
                         "ma:leads    10        6         0           2        1       1      1.5  \n");
    taki_expect_contains("last line", errors, "event=run_end outcome=OK exit=0 read=10 written=6 rejected=0");
    assert_string_equal(reported("program"), "taki-test");
    assert_string_equal(reported("status"), "OK");
    assert_string_equal(reported("retry"), "no");
    assert_string_equal(reported("as_of"), "2026-09-30");
    assert_string_equal(reported("tallies/0/superseded"), "2");
    assert_string_equal(reported("tallies/0/milliseconds"), "1550");
    const char *id = reported("run_id");
    assert_int_equal(strlen(id), 36);
    assert_int_equal(id[14], '7');
    assert_non_null(strchr("89ab", id[19]));
    assert_true(taki_file_exists(taki_arena_format(arena, "data/runs/%s.json", id)));
    struct stat info;
    assert_int_equal(stat("data/runs", &info), 0);
    assert_int_equal(info.st_mode & 0777, 0700);
}

static void test_partial_and_retry(void **state)
{
    (void)state;
    assert_int_equal(run("partial"), 3);
    taki_expect_contains("error", errors, "taki-test: error: 1 streams or tables failed, first 'b:y'\nhint: ");
    taki_expect_contains("note, masked", errors, "HTTP 503, ***");
    assert_string_equal(reported("tallies/1/status"), "UNREACHABLE");
    assert_string_equal(reported("tallies/1/note"), "HTTP 503, ***");
    assert_int_equal(run("partial --retry-failed"), 3);
    assert_string_equal(reported("tallies/0/name"), "b:y");
    assert_string_equal(reported("tallies/1"), "null");
    assert_int_equal(run("partial --select a:*"), 0);
    assert_int_equal(run("partial --retry-failed"), 0);
    taki_expect_contains("nothing to retry", errors, "nothing failed in the last run");
    assert_int_equal(run("partial --exclude b:y,c:* --select a:x"), 0);
    taki_expect_contains("unused pattern", errors, "taki-test: warning: '--exclude c:*' fits nothing\n");
    assert_int_equal(run("partial --retry-failed --data-dir new"), 2);
    taki_expect_contains("no report", errors, "'--retry-failed' finds no report");
}

static void test_sums(void **state)
{
    (void)state;
    assert_int_equal(run("sums"), 4);
    taki_expect_contains("error", errors,
                         "error: counts of 't' do not add up: read 3, but written 1 + rejected 0 + superseded 0 + "
                         "deleted 0 + merged 0\n");
    assert_string_equal(reported("exit_code"), "4");
}

static void test_rejects(void **state)
{
    (void)state;
    assert_int_equal(run("reject"), 4);
    taki_expect_contains("error", errors, "error: '../x:y': 2 of 200 records refused, more than 0.5%\n");
    const char *path = taki_arena_format(arena, "data/rejects/%s/_._x:y.ndjson", reported("run_id"));
    assert_string_equal(text_of(path), "{\"stream\":\"../x:y\",\"position\":\"part 1 line 7\",\"reason\":\"bad date\","
                                       "\"record\":\"{\\\"a\\\":\\\"\xE3\x81\x82\\\"}\"}\n"
                                       "{\"stream\":\"../x:y\",\"position\":\"part 1 line 9\",\"reason\":\"bad date\","
                                       "\"record\":\"\\\"\\n\"}\n");
    assert_string_equal(reported("tallies/0/rejected"), "2");
    assert_int_equal(run("threads"), 0);
    assert_string_equal(reported("tallies/0/rejected"), "10000");
    const char *lines = text_of(taki_arena_format(arena, "data/rejects/%s/many.ndjson", reported("run_id")));
    size_t n = 0;
    for (const char *c = lines; *c != '\0'; c++)
        n += *c == '\n';
    assert_int_equal(n, 10000);
}

static void test_failure(void **state)
{
    (void)state;
    (void)setenv("TAKI_ON_FAILURE", "cp \"$TAKI_REPORT\" seen.json; exit 3", 1);
    assert_int_equal(run("fail"), 5);
    (void)unsetenv("TAKI_ON_FAILURE");
    taki_expect_contains("error", errors,
                         "taki-test: error: login of 'sfa' refused with ***\nhint: check the secret ***\n");
    taki_expect_contains("on_failure", errors, "warning: the command of on_failure ended with status 768");
    taki_expect_contains("report handed on", text_of("seen.json"), "\"status\": \"AUTH\"");
    assert_string_equal(reported("error"), "login of 'sfa' refused with ***");
    assert_string_equal(reported("hint"), "check the secret ***");
    assert_null(strstr(text_of("seen.json"), "hush"));
}

static void test_empty_and_stop(void **state)
{
    (void)state;
    assert_int_equal(run("empty"), 0);
    assert_string_equal(reported("status"), "OK");
    assert_int_equal(run("empty --fail-if-empty"), 9);
    assert_int_equal(run("stop"), 75);
    assert_string_equal(reported("retry"), "now");
}

static void test_lock(void **state)
{
    (void)state;
    assert_int_equal(run("run"), 0);
    const char *last = reported("run_id");
    struct taki_lock *lock = NULL;
    assert_int_equal(taki_lock_open("data/locks/taki-test.lock", "someone", &lock, NULL), TAKI_OK);
    assert_int_equal(run("run"), 8);
    taki_expect_contains("who holds it", errors, "someone");
    assert_string_equal(reported("run_id"), last);
    assert_int_equal(run("run --dry-run"), 0);
    assert_string_equal(reported("run_id"), last);
    taki_lock_close(lock);
}

static void test_context(void **state)
{
    (void)state;
    assert_int_equal(run("context -w hello --jobs=3 --memory 64M --data-dir d2 --progress none"), 0);
    assert_string_equal(out, "word=hello set=1 data=d2 dir=d2 jobs=3 memory=67108864 mask=77 core=0 path=d2/x/7\n");
    (void)setenv("TAKI_WORD", "env", 1);
    assert_int_equal(run("context -wx --no-dry-run"), 0);
    taki_expect_contains("argv before environment", out, "word=x set=1 data=./data dir=./data");
    assert_int_equal(run("context"), 0);
    taki_expect_contains("environment", out, "word=env set=1");
    (void)unsetenv("TAKI_WORD");
    assert_int_equal(run("context"), 0);
    taki_expect_contains("default", out, "word=none set=0");
    assert_false(taki_file_exists("d2"));
}

static void expect_usage(const char *line, const char *text)
{
    assert_int_equal(run(line), 2);
    if (strcmp(errors, text) != 0)
        fail_msg("%s: got '%s', want '%s'", line, errors, text);
}

static void test_usage(void **state)
{
    (void)state;
    expect_usage("--jbos 3", "taki-test: error: unknown option '--jbos'\nhint: did you mean '--jobs'?\n");
    expect_usage("--no-word",
                 "taki-test: error: unknown option '--no-word'\nhint: 'taki-test --help' lists all options\n");
    expect_usage("-x", "taki-test: error: unknown option '-x'\nhint: 'taki-test --help' lists all options\n");
    expect_usage("rum", "taki-test: error: unknown verb 'rum'\nhint: did you mean 'taki-test run'?\n");
    expect_usage("xyzzy", "taki-test: error: unknown verb 'xyzzy'\nhint: 'taki-test --help' lists all verbs\n");
    expect_usage("run a b", "taki-test: error: 'run' got 2 arguments\nhint: usage: taki-test run [WORD]\n");
    expect_usage("run --word",
                 "taki-test: error: '--word' needs a value\nhint: 'taki-test --help' lists all options\n");
    expect_usage("run --key abc",
                 "taki-test: error: '--key' is a secret and not taken from the command line\nhint: every user of this "
                 "machine can read command lines; use the environment or ${file:PATH}\n");
    expect_usage("run --jobs 0", "--jobs: got '0', want a whole number in 1..1024\n"
                                 "taki-test: error: 1 errors in the configuration 'taki.yml'\nhint: all errors are "
                                 "listed above; '--show-config' shows every key and its value\n");
    assert_int_equal(run("run -- -word"), 0);
    assert_int_equal(run("run --config none.yml"), 2);
}

static void test_pages(void **state)
{
    (void)state;
    assert_int_equal(run("--help"), 0);
    taki_expect_contains("verb", out, "  run [WORD]                        do it [default]\n");
    taki_expect_contains("own flag", out, "  -w, --word TEXT                   a word [none]\n");
    taki_expect_contains("common flag", out, "  -c, --config PATH ");
    assert_null(strstr(out, "--key"));
    assert_null(strstr(out, "markdown"));
    (void)setenv("LC_ALL", "ja_JP.UTF-8", 1);
    assert_int_equal(run("-h"), 0);
    taki_expect_contains("Japanese", out, "使い方: taki-test [動作] [オプション]\n");
    assert_int_equal(run("rum"), 2);
    assert_string_equal(errors, "taki-test: エラー: 未知の動作 'rum'\nヒント: 'taki-test run' のことですか\n");
    (void)setenv("LC_ALL", "C", 1);
    assert_int_equal(run("--version"), 0);
    assert_string_equal(out, taki_arena_format(arena, "%s\n", taki_version()));
    assert_int_equal(run("--exit-codes"), 0);
    taki_expect_contains("code", out, "11 UNREACHABLE later source unreachable after all retries, retry later\n");
    taki_expect_contains("code", out, "75 INTERRUPTED now interrupted; the same command resumes\n");
    assert_int_equal(run("--markdown-options"), 0);
    taki_expect_contains("both languages", out, "\n# 設定\n");
}

static void test_show_config(void **state)
{
    (void)state;
    (void)setenv("TAKI_LOG_LEVEL", "warn", 1);
    assert_int_equal(run("--show-config --jobs 2 -c show.yml"), 0);
    (void)unsetenv("TAKI_LOG_LEVEL");
    static const char *const words[][3] = {
        {"--jobs ",                    "2",                                         "--jobs\n"        },
        {"--log-level ",               "warn",                                      "TAKI_LOG_LEVEL\n"},
        {"business.currency ",         "JPY",                                       "default\n"       },
        {"sources.sfa.client_secret ", "***",                                       "show.yml:3:"     },
        {"sources.sfa.private_key ",   "-",                                         "not set\n"       },
        {"sources.sfa.objects ",       "{Lead: {fields: [A, B]}, x: {token: ***}}", "show.yml:3:"     },
        {"sources.sfa.start_date ",    "-",                                         "missing\n"       },
    };
    for (size_t i = 0; i < TAKI_LEN(words); i++) {
        const char *line = strstr(out, words[i][0]);
        if (line == NULL)
            fail_msg("no line '%s' in:\n%s", words[i][0], out);
        const char *end = line + strcspn(line, "\n") + 1;
        const char *whole = taki_arena_copy(arena, line, (size_t)(end - line));
        taki_expect_contains(words[i][0], whole, words[i][1]);
        taki_expect_contains(words[i][0], whole, words[i][2]);
    }
    taki_expect_contains("what is missing", errors, "environment variable 'TEST_NOT_SET' is not set");
    assert_null(strstr(out, "hush"));
    assert_int_equal(run("--show-config -c wrong.yml"), 2);
    taki_expect_contains("shown all the same", out, "business.currency");
}

static void test_lost_output(void **state)
{
    (void)state;
    assert_int_equal(run_to("/dev/full", "--help"), 7);
    assert_string_equal(errors, "taki-test: error: cannot write to standard output: No space left on device\n"
                                "hint: make room or give the right to write there; then run the same command again\n");
    assert_int_equal(run_to("/dev/full", "run"), 7);
}

static void test_prometheus(void **state)
{
    (void)state;
    (void)setenv("TAKI_TEST_NOW", "2026-09-30T15:00:00Z", 1);
    assert_int_equal(run("run --prometheus-textfile taki.prom"), 0);
    (void)unsetenv("TAKI_TEST_NOW");
    const char *text = text_of("taki.prom");
    taki_expect_contains("exit code", text, "taki_last_run_exit_code{program=\"taki-test\"} 0\n");
    taki_expect_contains("end", text, "taki_last_run_end_timestamp_seconds{program=\"taki-test\"} 1790780400\n");
    taki_expect_contains("records", text,
                         "taki_last_run_records{program=\"taki-test\",stream=\"ma:leads\",fate=\"superseded\"} 2\n");
    struct stat info;
    assert_int_equal(stat("taki.prom", &info), 0);
    assert_int_equal(info.st_mode & 0777, 0644);
    assert_int_equal(run("run --prometheus-textfile none/taki.prom"), 1);
}

static void test_second_lock_in_process(void **state)
{
    (void)state;
    assert_int_equal(run("nested"), 8);
}

static void test_config_search(void **state)
{
    (void)state;
    assert_int_equal(rename("taki.yml", "other.yml"), 0);
    expect_usage("run",
                 "taki-test: error: no configuration: there is no './taki.yml' and TAKI_CONFIG is not set\nhint: "
                 "give one with '--config FILE'; docs/configuration.md lists all keys\n");
    assert_int_equal(run("context"), 0);
    taki_expect_contains("without a file", out, "dir=./taki-data");
    (void)setenv("TAKI_CONFIG", "other.yml", 1);
    assert_int_equal(run("context"), 0);
    taki_expect_contains("$TAKI_CONFIG", out, "dir=./data");
    assert_int_equal(rename("other.yml", "taki.yml"), 0);
    (void)setenv("TAKI_CONFIG", "none.yml", 1);
    assert_int_equal(run("context"), 0);
    (void)unsetenv("TAKI_CONFIG");
    assert_int_equal(taki_file_put("zone.yml", TAKI_STR("version: 1\nbusiness: {timezone: Asia/Tokio}\n"), false, NULL),
                     TAKI_OK);
    assert_int_equal(run("run -c zone.yml"), 2);
    taki_expect_contains("zone", errors, "error: business.timezone: ");
}

static int start(void **state)
{
    (void)state;
    arena = taki_arena_open("test", 0);
    (void)setenv("LC_ALL", "C", 1);
    if (chdir(taki_test_folder()) != 0)
        return -1;
    static const taki_str sound =
        TAKI_STR_INIT("version: 1\ndata_dir: ./data\ntargets: {b: {type: files, path: p, pii_salt: hush-hush}}\n");
    static const taki_str shown = TAKI_STR_INIT(
        "version: 1\nsources:\n  sfa: {type: salesforce, login_url: \"https://a.example.com\", client_id: "
        "\"${env:TEST_NOT_SET}\", client_secret: hush-hush, objects: {Lead: {fields: [A, B]}, x: {token: hush2}}}\n");
    if (taki_file_put("taki.yml", sound, false, NULL) != TAKI_OK)
        return -1;
    if (taki_file_put("wrong.yml", TAKI_STR("version: 1\nx: 1\n"), false, NULL) != TAKI_OK)
        return -1;
    return taki_file_put("show.yml", shown, false, NULL) == TAKI_OK ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    taki_arena_close(arena);
    return chdir("/");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_run),      cmocka_unit_test(test_partial_and_retry),
        cmocka_unit_test(test_sums),          cmocka_unit_test(test_rejects),
        cmocka_unit_test(test_failure),       cmocka_unit_test(test_empty_and_stop),
        cmocka_unit_test(test_lock),          cmocka_unit_test(test_context),
        cmocka_unit_test(test_usage),         cmocka_unit_test(test_pages),
        cmocka_unit_test(test_show_config),   cmocka_unit_test(test_lost_output),
        cmocka_unit_test(test_prometheus),    cmocka_unit_test(test_second_lock_in_process),
        cmocka_unit_test(test_config_search),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
