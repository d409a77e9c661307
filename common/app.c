#include "app_private.h"
#include "messages.h"

#include "taki/log.h"
#include "taki/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add_messages(const struct taki_app *app)
{
    taki_text_language(NULL);
    taki_text_add(taki_common_messages, taki_common_message_count);
    taki_text_add(taki_common_data_messages, taki_common_data_message_count);
    taki_text_add(taki_common_charset_messages, taki_common_charset_message_count);
    taki_text_add(taki_common_app_messages, taki_common_app_message_count);
    taki_text_add(app->messages, app->message_count);
}

/* The program's own rows first: they are what its user looks for. */
static void gather_tables(struct taki_run *run)
{
    const struct taki_app *app = run->app;
    struct taki_option_table *tables = TAKI_NEW_ARRAY(run->arena, app->table_count + 1, struct taki_option_table);
    for (size_t i = 0; i < app->table_count; i++)
        tables[i] = app->tables[i];
    tables[app->table_count] = taki_common_options;
    run->own->args.tables = tables;
    run->own->args.table_count = app->table_count + 1;
}

/* Defaults that depend on the machine. */
static void add_computed(struct taki_run *run)
{
    struct taki_args *args = &run->own->args;
    const char *memory = taki_arena_format(run->arena, "%lldM", (long long)(taki_memory_default() >> 20));
    const char *jobs = taki_arena_format(run->arena, "%lld", (long long)taki_jobs_default());
    taki_settings_add(&args->settings, taki_args_option(args, "memory"), taki_str_of(memory), TAKI_ORIGIN_DEFAULT);
    taki_settings_add(&args->settings, taki_args_option(args, "jobs"), taki_str_of(jobs), TAKI_ORIGIN_DEFAULT);
}

/* What needs neither a configuration nor a run. TAKI_END: done. */
static enum taki_status act(const struct taki_args *args)
{
    if (taki_args_flag_is(args, "help")) {
        taki_help_print(args);
    } else if (taki_args_flag_is(args, "version")) {
        (void)printf("%s\n", taki_version());
    } else if (taki_args_flag_is(args, "exit-codes")) {
        taki_exit_codes_print();
    } else if (args->markdown) {
        taki_markdown_print();
    } else {
        return TAKI_OK;
    }
    return TAKI_END;
}

/* --config, else ./taki.yml, else $TAKI_CONFIG, else none. */
static const char *config_path(const struct taki_run *run)
{
    taki_str given = taki_args_flag(&run->own->args, "config");
    if (!taki_str_is_null(given))
        return taki_arena_copy(run->arena, given.data, given.size);
    if (taki_file_exists("./taki.yml"))
        return "taki.yml";
    const char *variable = getenv("TAKI_CONFIG");
    return variable != NULL && variable[0] != '\0' ? variable : NULL;
}

static enum taki_status load_config(struct taki_run *run, struct taki_error *err)
{
    const struct taki_args *args = &run->own->args;
    bool show = taki_args_flag_is(args, "show-config");
    const char *path = config_path(run);
    if (path == NULL && run->verb->needs_config && !show) {
        (void)taki_fail(err, TAKI_USAGE, "no configuration: there is no './taki.yml' and TAKI_CONFIG is not set");
        return taki_hint(err, "give one with '--config FILE'; docs/configuration.md lists all keys");
    }
    struct taki_config *config = NULL;
    TAKI_TRY(taki_config_new(path, args->tables, args->table_count, &args->settings, &config, err));
    run->config = config;
    if (!show)
        return taki_config_judge(config, err);
    taki_config_show(config);
    if (config->problem_count == config->missing_count) {
        taki_problems_print(config);
        return TAKI_END;
    }
    return taki_config_judge(config, err);
}

static enum taki_log_level level_of(taki_str name)
{
    static const char *const names[] = {
        [TAKI_LOG_ERROR] = "error", [TAKI_LOG_WARN] = "warn", [TAKI_LOG_INFO] = "info", [TAKI_LOG_DEBUG] = "debug"};
    for (size_t i = 0; i < TAKI_LEN(names); i++) {
        if (taki_str_is(name, names[i]))
            return (enum taki_log_level)i;
    }
    return TAKI_LOG_INFO;
}

static int64_t number_of(const struct taki_run *run, const char *flag)
{
    int64_t value = 0;
    const struct taki_option *option = taki_args_option(&run->own->args, flag);
    return taki_option_i64(option->type, taki_args_flag(&run->own->args, flag), &value) ? value : 0;
}

/* The fields of the run that options decide. */
static enum taki_status apply_options(struct taki_run *run, struct taki_error *err)
{
    const struct taki_args *args = &run->own->args;
    taki_str data_dir = taki_config_text(run->config, "data_dir");
    run->data_dir = taki_arena_copy(run->arena, data_dir.data, data_dir.size);
    run->dry_run = taki_args_flag_is(args, "dry-run");
    run->jobs = (size_t)number_of(run, "jobs");
    run->memory_bytes = (size_t)number_of(run, "memory");
    taki_arena_limit(run->memory_bytes);
    taki_log_setup(level_of(taki_args_flag(args, "log-level")), taki_str_is(taki_args_flag(args, "log-format"), "json"),
                   run->run_id);
    taki_patterns_new(run);
    taki_progress_setup(run, taki_args_flag(args, "progress"));
    enum taki_status status =
        taki_zone_new(run->arena, taki_config_text(run->config, "business.timezone"), &run->zone, err);
    return status == TAKI_OK ? TAKI_OK : taki_while(err, status, "business.timezone");
}

static enum taki_status prepare(struct taki_run *run, int argc, char **argv, struct taki_error *err)
{
    struct taki_args *args = &run->own->args;
    gather_tables(run);
    TAKI_TRY(taki_args_parse(args, run->arena, argc, argv, err));
    add_computed(run);
    TAKI_TRY(act(args));
    TAKI_TRY(taki_args_check(args, err));
    if (args->verb == NULL)
        return taki_fail(err, TAKI_USAGE, "'%s' has no verbs", run->app->name);
    run->verb = args->verb;
    run->arguments = args->arguments;
    run->argument_count = args->argument_count;
    TAKI_TRY(load_config(run, err));
    return apply_options(run, err);
}

static enum taki_status perform(struct taki_run *run, struct taki_error *err)
{
    run->own->reports = run->verb->takes_lock && !run->dry_run;
    if (run->own->reports) {
        TAKI_TRY(taki_file_make_folder(taki_run_path(run, "locks"), err));
        TAKI_TRY(
            taki_lock_open(taki_run_path(run, "locks/%s.lock", run->app->name), run->run_id, &run->own->lock, err));
        const char *config = taki_config_path(run->config);
        taki_log(TAKI_LOG_INFO, "run_start",
                 "program=%s version='%s' verb=%s config='%s' data_dir='%s' jobs=%zu memory=%zu", run->app->name,
                 taki_version(), run->verb->name, config != NULL ? config : "", run->data_dir, run->jobs,
                 run->memory_bytes);
    }
    TAKI_TRY(taki_retry_setup(run, err));
    return run->verb->run(run, err);
}

/* What was printed must have arrived: a full disk behind `> file` shows only here. */
static enum taki_status check_stdout(enum taki_status status, struct taki_error *err)
{
    errno = 0;
    bool lost = fflush(stdout) != 0 || ferror(stdout) != 0;
    if (!lost || (status != TAKI_OK && status != TAKI_END))
        return status;
    int reason = errno != 0 ? errno : EIO;
    return taki_fail_errno(err, TAKI_DESTINATION, reason, "cannot write to standard output");
}

static void print_error(enum taki_status status, struct taki_error *err)
{
    if (err->text[0] == '\0') {
        (void)taki_fail(err, status, "%s",
                        taki_text_is_japanese() ? taki_status_info(status)->ja : taki_status_info(status)->en);
    }
    taki_say("error: %s", err->text);
    if (err->hint[0] == '\0')
        return;
    taki_log_mask(err->hint);
    (void)fprintf(stderr, taki_text("hint: %s\n"), err->hint);
}

/* What to do, where the place that failed had nothing better to say. */
static void add_hint(enum taki_status status, struct taki_error *err)
{
    if (err->hint[0] != '\0')
        return;
    if (status == TAKI_DESTINATION)
        (void)taki_hint(err, "make room or give the right to write there; then run the same command again");
    if (status == TAKI_DAMAGED)
        (void)taki_hint(err, "restore the file from a backup; the verb 'verify' lists everything that is damaged");
}

static int run_app(struct taki_run *run, int argc, char **argv)
{
    struct taki_error err = {0};
    enum taki_status status = prepare(run, argc, argv, &err);
    bool prepared = status == TAKI_OK;
    if (prepared)
        status = perform(run, &err);
    status = check_stdout(status, &err);
    add_hint(status, &err);
    if (prepared)
        status = taki_run_finish(run, status, &err);
    if (status != TAKI_OK && status != TAKI_END)
        print_error(status, &err);
    if (prepared)
        taki_run_on_failure(run, status);
    return status == TAKI_END ? 0 : taki_status_info(status)->exit_code;
}

int taki_app_main(const struct taki_app *app, int argc, char **argv)
{
    taki_process_harden();
    add_messages(app);
    taki_log_program(app->name);
    struct taki_arena *arena = taki_arena_open("run", 0), *own_arena = taki_arena_open("run report", 0);
    struct taki_run_private own = {.args = {.app = app}, .arena = own_arena, .mutex = PTHREAD_MUTEX_INITIALIZER};
    own.tallies_end = &own.tallies;
    own.notes_end = &own.notes;
    own.started_us = taki_clock_monotonic_us();
    struct taki_run run = {.app = app, .arena = arena, .started = taki_clock_now(), .own = &own};
    taki_run_id_new(run.started, run.run_id);
    int code = run_app(&run, argc, argv);
    taki_lock_close(own.lock);
    (void)pthread_mutex_destroy(&own.mutex);
    taki_arena_close(own_arena);
    taki_arena_close(arena);
    return code;
}
