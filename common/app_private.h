/**
 * @file app_private.h
 * What the files of the app share: app.c (the way of a run), app_args.c (argv), app_help.c, app_limits.c (what the
 * machine gives), app_run.c (the context stage code sees), app_rejects.c, app_progress.c, app_report.c (how it ends).
 */
#ifndef TAKI_COMMON_APP_PRIVATE_H
#define TAKI_COMMON_APP_PRIVATE_H

#include "config_private.h"

#include "taki/app.h"
#include "taki/file.h"

#include <pthread.h>

/** Rows of @p tables plus the common ones. */
struct taki_args {
    const struct taki_app *app;
    const struct taki_option_table *tables;
    size_t table_count;
    struct taki_settings settings;
    const struct taki_verb *verb;
    const char **arguments; /**< positional, after the verb */
    size_t argument_count;
    bool markdown; /**< --markdown-options: prints docs/configuration.md */
};

struct taki_tally_item {
    struct taki_tally_item *next;
    struct taki_tally tally;
};

/** Rejects of one stream, gathered here so that not every record opens the file. */
struct taki_reject_stream {
    struct taki_reject_stream *next;
    const char *name, *path;
    struct taki_tally *tally;
    struct taki_buf lines;
};

struct taki_note {
    struct taki_note *next;
    const char *name;
    taki_str json;
};

/** One pattern of --select or --exclude. */
struct taki_pattern {
    const char *text;
    bool matched;
};

struct taki_progress {
    bool bar, lines;
    bool bar_shown;
    int64_t last_us;
};

struct taki_run_private {
    struct taki_args args;
    pthread_mutex_t mutex;    /**< guards everything below */
    struct taki_arena *arena; /**< of tallies, notes and rejects, under the mutex; the run's arena has its own owner */
    struct taki_tally_item *tallies, **tallies_end;
    struct taki_reject_stream *rejects;
    struct taki_note *notes, **notes_end;
    struct taki_pattern *select, *exclude;
    size_t select_count, exclude_count;
    const char **retry; /**< --retry-failed: the streams or tables that failed last time */
    size_t retry_count;
    bool retries; /**< only those in `retry` are wanted */
    struct taki_progress progress;
    struct taki_lock *lock;
    int64_t started_us; /**< monotonic */
    const char *report_path;
    bool reports; /**< this run leaves a report: its verb changes something and it is no --dry-run */
};

/** Verb, flags and positional arguments of argv. TAKI_USAGE names the first thing wrong. */
TAKI_NODISCARD enum taki_status taki_args_parse(struct taki_args *args, struct taki_arena *arena, int argc, char **argv,
                                                struct taki_error *err);
/** The number of positional arguments fits the verb. */
TAKI_NODISCARD enum taki_status taki_args_check(const struct taki_args *args, struct taki_error *err);
/** Row of the flag, or NULL. */
const struct taki_option *taki_args_option(const struct taki_args *args, const char *flag);
/** Value in force of a flag, from argv, environment or its fallback. */
taki_str taki_args_flag(const struct taki_args *args, const char *flag);
bool taki_args_flag_is(const struct taki_args *args, const char *flag);

void taki_help_print(const struct taki_args *args);
void taki_exit_codes_print(void);
void taki_markdown_print(void);

/** No core files, private files, no SIGPIPE; SIGINT and SIGTERM ask for a stop. */
void taki_process_harden(void);
/** The smaller of 1 GiB and half of what the cgroup or the machine has. */
int64_t taki_memory_default(void);
/** CPUs this process may use. */
int64_t taki_jobs_default(void);
/** A new UUID version 7. */
void taki_run_id_new(taki_instant now, char out[37]);

void taki_patterns_new(struct taki_run *run);
/** Warns of --select and --exclude patterns that fitted nothing. */
void taki_patterns_report(const struct taki_run *run);
/** Reads what failed from the latest report where --retry-failed asks for it. */
TAKI_NODISCARD enum taki_status taki_retry_setup(struct taki_run *run, struct taki_error *err);
bool taki_retry_wants(const struct taki_run_private *own, const char *name);
void taki_progress_setup(struct taki_run *run, taki_str mode);
/** Ends a bar's line before other text is written. */
void taki_progress_end(struct taki_run *run);
/** Writes what is gathered of all rejects. */
TAKI_NODISCARD enum taki_status taki_rejects_flush(struct taki_run *run, struct taki_error *err);

/**
 * The end of a run: tallies checked, rejects flushed, summary table, run report, Prometheus file. Returns the final
 * status; err tells of it.
 */
enum taki_status taki_run_finish(struct taki_run *run, enum taki_status status, struct taki_error *err);
/** Runs on_failure. */
void taki_run_on_failure(const struct taki_run *run, enum taki_status status);

/** Aligned table appended to @p out; columns whose every cell looks like a number stand right. */
void taki_table_format(const taki_str *cells, size_t columns, size_t rows, struct taki_buf *out);
/** Columns a text takes on a terminal: East Asian wide characters count two, combining ones none. */
size_t taki_text_width(taki_str text);

#endif
