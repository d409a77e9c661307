#include "app_private.h"

#include "taki/json.h"
#include "taki/log.h"
#include "taki/text.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define REPORT_CEILING ((size_t)256 << 20)

/* The columns of the summary, and the record counts of the report. */
static const struct {
    const char *name;
    size_t offset;
} counts[] = {
    {"read",       offsetof(struct taki_tally, read)      },
    {"written",    offsetof(struct taki_tally, written)   },
    {"rejected",   offsetof(struct taki_tally, rejected)  },
    {"superseded", offsetof(struct taki_tally, superseded)},
    {"deleted",    offsetof(struct taki_tally, deleted)   },
    {"merged",     offsetof(struct taki_tally, merged)    },
};
/* Further members of the report. */
static const struct {
    const char *name;
    size_t offset;
} efforts[] = {
    {"calls",        offsetof(struct taki_tally, calls)       },
    {"retries",      offsetof(struct taki_tally, retries)     },
    {"throttled_ms", offsetof(struct taki_tally, throttled_ms)},
    {"bytes",        offsetof(struct taki_tally, bytes)       },
};

static int64_t member(const struct taki_tally *tally, size_t offset)
{
    int64_t value;
    memcpy(&value, (const char *)tally + offset, sizeof value);
    return value;
}

static int64_t peak_bytes(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? (int64_t)usage.ru_maxrss * 1024 : 0;
}

static struct taki_tally total_of(const struct taki_run *run)
{
    struct taki_tally total = {.name = "total"};
    for (const struct taki_tally_item *item = run->own->tallies; item != NULL; item = item->next) {
        total.read += item->tally.read;
        total.written += item->tally.written;
        total.rejected += item->tally.rejected;
        total.superseded += item->tally.superseded;
        total.deleted += item->tally.deleted;
        total.merged += item->tally.merged;
        total.bytes += item->tally.bytes;
    }
    return total;
}

/* in = out + refused + superseded + deleted + merged (design.md 7.4), for streams that were read to their end. */
static enum taki_status check_sums(const struct taki_run *run, struct taki_error *err)
{
    for (const struct taki_tally_item *item = run->own->tallies; item != NULL; item = item->next) {
        const struct taki_tally *t = &item->tally;
        int64_t out = t->written + t->rejected + t->superseded + t->deleted + t->merged;
        if (t->status != TAKI_OK || t->read == out)
            continue;
        (void)taki_fail(err, TAKI_CONTRACT,
                        "counts of '%s' do not add up: read %lld, but written %lld + rejected %lld + superseded %lld + "
                        "deleted %lld + merged %lld",
                        t->name, (long long)t->read, (long long)t->written, (long long)t->rejected,
                        (long long)t->superseded, (long long)t->deleted, (long long)t->merged);
        (void)taki_hint(err, "this is a bug in taki: please report it with the run report");
        return TAKI_CONTRACT;
    }
    return TAKI_OK;
}

static enum taki_status check_partial(const struct taki_run *run, struct taki_error *err)
{
    const char *first = NULL;
    size_t failed = 0;
    for (const struct taki_tally_item *item = run->own->tallies; item != NULL; item = item->next) {
        if (item->tally.status == TAKI_OK || item->tally.status == TAKI_EMPTY)
            continue;
        first = failed++ == 0 ? item->tally.name : first;
    }
    if (failed == 0)
        return TAKI_OK;
    (void)taki_fail(err, TAKI_PARTIAL, "%zu streams or tables failed, first '%s'", failed, first);
    (void)taki_hint(err, "reasons are in the table above; '--retry-failed' repeats only these");
    return TAKI_PARTIAL;
}

static taki_str count_cell(struct taki_arena *arena, int64_t value)
{
    return taki_str_of(taki_arena_format(arena, "%" PRId64, value));
}

static taki_str *add_tally_row(struct taki_arena *arena, const struct taki_tally *tally, taki_str *cell)
{
    *cell++ = taki_str_of(tally->name);
    for (size_t i = 0; i < TAKI_LEN(counts); i++)
        *cell++ = count_cell(arena, member(tally, counts[i].offset));
    *cell++ = taki_str_of(taki_arena_format(arena, "%" PRId64 ".%" PRId64, tally->seconds_us / TAKI_US_PER_SECOND,
                                            tally->seconds_us / 100000 % 10));
    bool fine = tally->status == TAKI_OK;
    *cell++ =
        tally->note != NULL ? taki_str_of(tally->note) : taki_str_of(fine ? "" : taki_status_info(tally->status)->name);
    return cell;
}

static void print_summary(const struct taki_run *run)
{
    size_t rows = 1, columns = TAKI_LEN(counts) + 3;
    for (const struct taki_tally_item *item = run->own->tallies; item != NULL; item = item->next)
        rows++;
    if (rows == 1)
        return;
    struct taki_arena *arena = taki_arena_open("summary", 0);
    taki_str *cells = TAKI_NEW_ARRAY(arena, (rows + 1) * columns, taki_str), *cell = cells;
    *cell++ = TAKI_STR("");
    for (size_t i = 0; i < TAKI_LEN(counts); i++)
        *cell++ = taki_str_of(counts[i].name);
    *cell++ = TAKI_STR("seconds");
    *cell++ = TAKI_STR("");
    for (const struct taki_tally_item *item = run->own->tallies; item != NULL; item = item->next)
        cell = add_tally_row(arena, &item->tally, cell);
    struct taki_tally total = total_of(run);
    total.seconds_us = taki_clock_monotonic_us() - run->own->started_us;
    if (rows > 2)
        (void)add_tally_row(arena, &total, cell);
    TAKI_AUTO(taki_buf_reset) struct taki_buf out;
    taki_buf_init(&out, REPORT_CEILING);
    taki_table_format(cells, columns, rows + (rows > 2), &out);
    if (!out.overflow)
        (void)fwrite(out.data, 1, out.size, stderr);
    taki_arena_close(arena);
    if (total.rejected > 0 && !run->dry_run)
        taki_say("refused records are in '%s/rejects/%s'", run->data_dir, run->run_id);
}

static void add_tally_json(struct taki_json_writer *json, const struct taki_tally *tally)
{
    taki_json_open(json, '{');
    taki_json_name(json, "name");
    taki_json_cstr(json, tally->name);
    taki_json_name(json, "status");
    taki_json_cstr(json, taki_status_info(tally->status)->name);
    for (size_t i = 0; i < TAKI_LEN(counts); i++) {
        taki_json_name(json, counts[i].name);
        taki_json_i64(json, member(tally, counts[i].offset));
    }
    for (size_t i = 0; i < TAKI_LEN(efforts); i++) {
        taki_json_name(json, efforts[i].name);
        taki_json_i64(json, member(tally, efforts[i].offset));
    }
    taki_json_name(json, "milliseconds");
    taki_json_i64(json, tally->seconds_us / 1000);
    taki_json_name(json, "note");
    taki_json_cstr(json, tally->note);
    taki_json_close(json, '}');
}

static void add_instant(struct taki_json_writer *json, const char *name, taki_instant instant)
{
    char text[28];
    taki_instant_print(instant, text);
    taki_json_name(json, name);
    taki_json_cstr(json, text);
}

static void add_head(struct taki_json_writer *json, const struct taki_run *run)
{
    const struct {
        const char *name, *value;
    } texts[] = {
        {"run_id",   run->run_id                  },
        {"program",  run->app->name               },
        {"version",  taki_version()               },
        {"verb",     run->verb->name              },
        {"data_dir", run->data_dir                },
        {"config",   taki_config_path(run->config)},
    };
    for (size_t i = 0; i < TAKI_LEN(texts); i++) {
        taki_json_name(json, texts[i].name);
        taki_json_cstr(json, texts[i].value);
    }
    add_instant(json, "started", run->started);
    add_instant(json, "finished", taki_clock_now());
    taki_json_name(json, "milliseconds");
    taki_json_i64(json, (taki_clock_monotonic_us() - run->own->started_us) / 1000);
    taki_json_name(json, "peak_memory_bytes");
    taki_json_i64(json, peak_bytes());
    taki_json_name(json, "memory_bytes");
    taki_json_i64(json, (int64_t)run->memory_bytes);
    taki_json_name(json, "jobs");
    taki_json_i64(json, (int64_t)run->jobs);
}

static void add_outcome(struct taki_json_writer *json, enum taki_status status, const struct taki_error *err)
{
    static const char *const retries[] = {
        [TAKI_RETRY_NO] = "no", [TAKI_RETRY_NOW] = "now", [TAKI_RETRY_LATER] = "later"};
    const struct taki_status_info *info = taki_status_info(status);
    taki_json_name(json, "status");
    taki_json_cstr(json, info->name);
    taki_json_name(json, "exit_code");
    taki_json_i64(json, info->exit_code);
    taki_json_name(json, "retry");
    taki_json_cstr(json, retries[info->retry]);
    taki_json_name(json, "error");
    taki_json_cstr(json, status != TAKI_OK ? err->text : NULL);
    taki_json_name(json, "hint");
    taki_json_cstr(json, status != TAKI_OK && err->hint[0] != '\0' ? err->hint : NULL);
}

static void write_json(const struct taki_run *run, enum taki_status status, const struct taki_error *err,
                       struct taki_buf *out)
{
    struct taki_json_writer json = {.buf = out, .indent = 2};
    taki_json_open(&json, '{');
    add_head(&json, run);
    add_outcome(&json, status, err);
    for (const struct taki_note *note = run->own->notes; note != NULL; note = note->next) {
        taki_json_name(&json, note->name);
        taki_json_raw(&json, note->json);
    }
    taki_json_name(&json, "tallies");
    taki_json_open(&json, '[');
    for (const struct taki_tally_item *item = run->own->tallies; item != NULL; item = item->next)
        add_tally_json(&json, &item->tally);
    taki_json_close(&json, ']');
    taki_json_name(&json, "total");
    struct taki_tally total = total_of(run);
    total.status = status;
    add_tally_json(&json, &total);
    taki_json_close(&json, '}');
    taki_buf_add_text(out, "\n");
}

static enum taki_status write_report(struct taki_run *run, enum taki_status status, const struct taki_error *outcome,
                                     struct taki_error *err)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf out;
    taki_buf_init(&out, REPORT_CEILING);
    write_json(run, status, outcome, &out);
    TAKI_TRY(taki_buf_check(&out, "run report", err));
    taki_str text = taki_buf_view(&out);
    TAKI_TRY(taki_file_make_folder(taki_run_path(run, "runs"), err));
    const char *path = taki_run_path(run, "runs/%s.json", run->run_id);
    TAKI_TRY(taki_file_put(path, text, false, err));
    run->own->report_path = path;
    /* The run that holds the lock writes "latest"; one it kept out has nothing to tell. */
    if (status == TAKI_LOCKED)
        return TAKI_OK;
    return taki_file_put(taki_run_path(run, "runs/latest-%s.json", run->app->name), text, true, err);
}

static void add_label(struct taki_buf *out, const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\')
            taki_buf_add_char(out, '\\');
        if (*c != '\n')
            taki_buf_add_char(out, *c);
    }
}

static void add_metric(struct taki_buf *out, const char *name, const char *help, const char *program, int64_t value)
{
    taki_buf_format(out, "# HELP taki_%s %s\n# TYPE taki_%s gauge\ntaki_%s{program=\"%s\"} %" PRId64 "\n", name, help,
                    name, name, program, value);
}

static void write_metrics(const struct taki_run *run, enum taki_status status, struct taki_buf *out)
{
    const char *program = run->app->name;
    add_metric(out, "last_run_exit_code", "Exit code of the last run.", program, taki_status_info(status)->exit_code);
    add_metric(out, "last_run_end_timestamp_seconds", "When the last run ended.", program,
               taki_clock_now().us / TAKI_US_PER_SECOND);
    add_metric(out, "last_run_duration_seconds", "How long the last run took.", program,
               (taki_clock_monotonic_us() - run->own->started_us) / TAKI_US_PER_SECOND);
    add_metric(out, "last_run_peak_memory_bytes", "Peak memory of the last run.", program, peak_bytes());
    taki_buf_add_text(out, "# HELP taki_last_run_records Records of the last run by stream or table and fate.\n"
                           "# TYPE taki_last_run_records gauge\n");
    for (const struct taki_tally_item *item = run->own->tallies; item != NULL; item = item->next) {
        for (size_t i = 0; i < TAKI_LEN(counts); i++) {
            taki_buf_format(out, "taki_last_run_records{program=\"%s\",stream=\"", program);
            add_label(out, item->tally.name);
            taki_buf_format(out, "\",fate=\"%s\"} %" PRId64 "\n", counts[i].name,
                            member(&item->tally, counts[i].offset));
        }
    }
}

static enum taki_status write_prometheus(struct taki_run *run, enum taki_status status, struct taki_error *err)
{
    taki_str configured = taki_run_flag(run, "prometheus-textfile");
    if (taki_str_is_blank(configured))
        return TAKI_OK;
    const char *path = taki_arena_copy(run->arena, configured.data, configured.size);
    TAKI_AUTO(taki_buf_reset) struct taki_buf out;
    taki_buf_init(&out, REPORT_CEILING);
    write_metrics(run, status, &out);
    TAKI_TRY(taki_buf_check(&out, "Prometheus textfile", err));
    TAKI_TRY(taki_file_put(path, taki_buf_view(&out), true, err));
    /* The collector runs as another user; these are counts, no one's data. */
    if (chmod(path, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH) != 0)
        return taki_fail(err, TAKI_DESTINATION, "cannot make '%s' readable for the collector", path);
    return TAKI_OK;
}

/* @p next matters only if nothing failed before; a failure to report must not hide a failure of the run. */
static enum taki_status worse(enum taki_status status, enum taki_status next, struct taki_error *err,
                              const struct taki_error *next_err)
{
    if (next == TAKI_OK)
        return status;
    if (status == TAKI_OK || status == TAKI_EMPTY) {
        *err = *next_err;
        return next;
    }
    taki_say("warning: %s", next_err->text);
    return status;
}

/* Texts of failures were masked when they were made; notes come from anywhere. */
static void mask_notes(const struct taki_run *run)
{
    for (struct taki_tally_item *item = run->own->tallies; item != NULL; item = item->next) {
        if (item->tally.note == NULL)
            continue;
        char *note = taki_arena_format(run->own->arena, "%s", item->tally.note);
        taki_log_mask(note);
        item->tally.note = note;
    }
}

static enum taki_status settle(struct taki_run *run, enum taki_status status, struct taki_error *err)
{
    struct taki_error next = {0};
    status = worse(status, taki_rejects_flush(run, &next), err, &next);
    if (status == TAKI_OK)
        status = check_partial(run, err);
    if (status == TAKI_OK || status == TAKI_PARTIAL || status == TAKI_EMPTY) {
        struct taki_error sums = {0};
        if (check_sums(run, &sums) != TAKI_OK) {
            *err = sums;
            status = TAKI_CONTRACT;
        }
    }
    if (status == TAKI_EMPTY && !taki_args_flag_is(&run->own->args, "fail-if-empty"))
        status = TAKI_OK;
    return status;
}

enum taki_status taki_run_finish(struct taki_run *run, enum taki_status status, struct taki_error *err)
{
    taki_progress_end(run);
    mask_notes(run);
    status = settle(run, status, err);
    print_summary(run);
    taki_patterns_report(run);
    if (!run->own->reports)
        return status;
    struct taki_error next = {0};
    status = worse(status, write_report(run, status, err, &next), err, &next);
    next = (struct taki_error){0};
    status = worse(status, write_prometheus(run, status, &next), err, &next);
    struct taki_tally total = total_of(run);
    const struct taki_status_info *info = taki_status_info(status);
    taki_log(status == TAKI_OK ? TAKI_LOG_INFO : TAKI_LOG_ERROR, "run_end",
             "outcome=%s exit=%d read=%lld written=%lld rejected=%lld ms=%lld peak_bytes=%lld", info->name,
             info->exit_code, (long long)total.read, (long long)total.written, (long long)total.rejected,
             (long long)((taki_clock_monotonic_us() - run->own->started_us) / 1000), (long long)peak_bytes());
    return status;
}

void taki_run_on_failure(const struct taki_run *run, enum taki_status status)
{
    if (taki_status_info(status)->exit_code == 0 || !run->own->reports)
        return;
    taki_str command = taki_run_flag(run, "on-failure");
    if (taki_str_is_blank(command))
        return;
    const char *text = taki_arena_copy(run->arena, command.data, command.size);
    if (setenv("TAKI_REPORT", run->own->report_path != NULL ? run->own->report_path : "", 1) != 0) {
        taki_say("warning: on_failure was not run: no memory");
        return;
    }
    (void)fflush(NULL);
    (void)signal(SIGPIPE, SIG_DFL);
    int result = system(text); // NOLINT(cert-env33-c): the user's own shell command, from the user's own configuration
    if (result != 0)
        taki_say("warning: the command of on_failure ended with status %d", result);
}
