/**
 * @file app.h
 * What all three programs share: verbs, options, config, log, lock, signals, run report, summary table, exit code.
 * Each main.c is a descriptor plus `return taki_app_main(&app, argc, argv);`.
 */
#ifndef TAKI_APP_H
#define TAKI_APP_H

#include "taki/arena.h"
#include "taki/config.h"
#include "taki/date.h"
#include "taki/status.h"
#include "taki/str.h"
#include "taki/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct taki_run;

struct taki_verb {
    const char *name;                 /**< first word; the first row is the default */
    const char *arguments;            /**< usage text of its positional arguments, "" = none */
    int min_arguments, max_arguments; /**< -1 = any number */
    bool needs_config, takes_lock;    /**< takes_lock: one run a program and data_dir at a time */
    const char *en, *ja;
    enum taki_status (*run)(struct taki_run *run, struct taki_error *err);
};

struct taki_app {
    const char *name; /**< "taki-extract" */
    const char *en, *ja;
    const struct taki_verb *verbs;
    size_t verb_count;
    const struct taki_option_table *tables; /**< the program's own rows; the common ones are added by app.c */
    size_t table_count;
    const struct taki_message *messages; /**< Japanese catalogue of the program's folder */
    size_t message_count;
};

int taki_app_main(const struct taki_app *app, int argc, char **argv);

/** One line of the end-of-run table: a stream or table. in = read; the rest must add up to it (checked at the end). */
struct taki_tally {
    const char *name; /**< "sfa:Lead", "person" */
    int64_t read, written, rejected, superseded, deleted, merged;
    int64_t calls, retries, throttled_ms, bytes; /**< extract only */
    int64_t seconds_us;
    enum taki_status status; /**< OK, or why this stream failed (a PARTIAL run) */
    const char *note;        /**< e.g. what failed; run arena; NULL = none */
};

/** The only "context" parameter, borrowed everywhere. Read-only for stage code but through the functions below. */
struct taki_run {
    const struct taki_app *app;
    const struct taki_verb *verb;
    const char *const *arguments; /**< positional, after the verb */
    size_t argument_count;
    char run_id[37]; /**< UUID v7; logs and run reports only, never in data */
    const struct taki_config *config;
    const char *data_dir;
    struct taki_arena *arena;     /**< lives as long as the run */
    const struct taki_zone *zone; /**< business time zone */
    size_t jobs;                  /**< workers */
    size_t memory_bytes;          /**< ceiling */
    bool dry_run;
    taki_instant started; /**< wall clock; for logs and reports only */
    struct taki_run_private *own;
};

/** Value of a flag of this program's tables as text ("as-of"), or NULL value. Config keys: use run->config. */
taki_str taki_run_flag(const struct taki_run *run, const char *flag);
bool taki_run_flag_set(const struct taki_run *run, const char *flag);
/** True if "source:object" or a table or target name passes --select / --exclude (glob patterns, comma separated). */
bool taki_run_selected(const struct taki_run *run, const char *name);

/** The tally of @p name, made at first use; not thread-safe: one owner a name, or under the caller's lock. */
struct taki_tally *taki_run_tally(struct taki_run *run, const char *name);

/** A record refused: written to `rejects/<run_id>/<stream>.ndjson` with its place and reason, and counted. Thread-safe.
 */
TAKI_NODISCARD enum taki_status taki_run_reject(struct taki_run *run, const char *stream, const char *position,
                                                const char *reason, taki_str record, struct taki_error *err);
/** TAKI_CONTRACT if any stream's rejected / read exceeds quality.max_rejected. */
TAKI_NODISCARD enum taki_status taki_run_check_rejects(struct taki_run *run, struct taki_error *err);

/** Extra members of the run report (JSON text, e.g. `"retry_at": "..."`), and a progress line. */
void taki_run_note(struct taki_run *run, const char *name, taki_str json_value);
void taki_run_progress(struct taki_run *run, const char *stream, int64_t done, int64_t total);

/** TAKI_INTERRUPTED once SIGINT/SIGTERM arrived; long loops ask between items. */
TAKI_NODISCARD enum taki_status taki_run_check_stop(struct taki_error *err);

/** The lock of design.md 5 is held by the program when its verb takes it. Path below data_dir, in the run arena. */
const char *taki_run_path(struct taki_run *run, const char *format, ...) TAKI_PRINTF(2, 3);

/** Prints to stdout what the user asked for (tables, previews). */
void taki_print(const char *format, ...) TAKI_PRINTF(1, 2);
/** Aligned text table on stdout: cells row by row, first row = header; widths count East Asian wide characters as two.
 */
void taki_print_table(const taki_str *cells, size_t columns, size_t rows);

/** Wall clock and monotonic clock; the only readers of either. TAKI_TEST_NOW (ISO instant) replaces the wall clock in
 * tests. */
taki_instant taki_clock_now(void);
int64_t taki_clock_monotonic_us(void);

/** "taki 0.1.0". */
const char *taki_version(void);

/**
 * Option rows common to all programs (design.md 5): config, data-dir, select, jobs, business.*, quality.*, targets.*
 * ... Where this table is given, those of sources.* (options_sources.c), maps.*, rules.* and identity.*
 * (options_rules.c) come with it: every program takes the whole file.
 */
extern const struct taki_option_table taki_common_options;

#endif
