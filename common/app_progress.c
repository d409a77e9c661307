#include "app_private.h"

#include "taki/text.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BAR_US INT64_C(200000)
#define LINE_US (10 * TAKI_US_PER_SECOND)
#define BAR_CELLS 30

void taki_progress_setup(struct taki_run *run, taki_str mode)
{
    bool terminal = isatty(STDERR_FILENO) == 1;
    struct taki_progress *progress = &run->own->progress;
    progress->bar = terminal && (taki_str_is(mode, "bar") || taki_str_is(mode, "auto"));
    progress->lines = taki_str_is(mode, "lines") || (!progress->bar && !taki_str_is(mode, "none"));
    progress->last_us = taki_clock_monotonic_us();
}

/* Plain characters and a carriage return, no colours: the same with and without NO_COLOR. */
static void draw_bar(const char *stream, int64_t done, int64_t total)
{
    char cells[BAR_CELLS + 1];
    int64_t full = total > 0 ? (done > total ? BAR_CELLS : (int64_t)((double)done / (double)total * BAR_CELLS)) : 0;
    for (int i = 0; i < BAR_CELLS; i++)
        cells[i] = i < full ? '#' : '.';
    cells[BAR_CELLS] = '\0';
    if (total > 0) {
        (void)fprintf(stderr, "\r%-40.40s [%s] %lld/%lld ", stream, cells, (long long)done, (long long)total);
    } else {
        (void)fprintf(stderr, "\r%-40.40s %lld ", stream, (long long)done);
    }
    (void)fflush(stderr);
}

void taki_run_progress(struct taki_run *run, const char *stream, int64_t done, int64_t total)
{
    struct taki_progress *progress = &run->own->progress;
    if (!progress->bar && !progress->lines)
        return;
    (void)pthread_mutex_lock(&run->own->mutex);
    int64_t now = taki_clock_monotonic_us();
    if (now - progress->last_us >= (progress->bar ? BAR_US : LINE_US)) {
        progress->last_us = now;
        progress->bar_shown |= progress->bar;
        if (progress->bar) {
            draw_bar(stream, done, total);
        } else if (total > 0) {
            (void)fprintf(stderr, "%s: %s %lld/%lld\n", run->app->name, stream, (long long)done, (long long)total);
        } else {
            (void)fprintf(stderr, "%s: %s %lld\n", run->app->name, stream, (long long)done);
        }
    }
    (void)pthread_mutex_unlock(&run->own->mutex);
}

void taki_progress_end(struct taki_run *run)
{
    if (run->own->progress.bar_shown)
        (void)fputc('\n', stderr);
    run->own->progress.bar_shown = false;
}
