#include "http.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct counter {
    char *name;
    int64_t n;
};

struct sim_stats {
    struct counter *counters;
    size_t n;
};

struct sim_stats *sim_stats_open(void)
{
    return sim_alloc(sizeof(struct sim_stats));
}

void sim_stats_close(struct sim_stats *stats)
{
    for (size_t i = 0; i < stats->n; i++)
        free(stats->counters[i].name);
    free(stats->counters);
    free(stats);
}

void sim_stats_count(struct sim_stats *stats, const char *name, int64_t n)
{
    size_t at = 0;
    while (at < stats->n && strcmp(stats->counters[at].name, name) < 0)
        at++;
    if (at < stats->n && strcmp(stats->counters[at].name, name) == 0) {
        stats->counters[at].n += n;
        return;
    }
    stats->counters = sim_grow(stats->counters, (stats->n + 1) * sizeof *stats->counters);
    memmove(stats->counters + at + 1, stats->counters + at, (stats->n - at) * sizeof *stats->counters);
    stats->counters[at] = (struct counter){sim_dup(name), n};
    stats->n++;
}

void sim_stats_json(const struct sim_stats *stats, struct sim_buf *out)
{
    sim_buf_text(out, "{");
    for (size_t i = 0; i < stats->n; i++) {
        sim_buf_text(out, i ? ",\n " : "\n ");
        sim_buf_json(out, stats->counters[i].name);
        sim_buf_format(out, ": %" PRId64, stats->counters[i].n);
    }
    sim_buf_text(out, "\n}\n");
}
