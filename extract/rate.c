#include "engine_parts.h"

/* Starts are remembered one by one, so that no span of the window's length ever holds more calls than allowed; a part
 * of the even spacing keeps the first ones from arriving as one burst. */
#define SPACING_PART 4
#define FINE_TO_GROW 100
#define MOST_REMEMBERED INT64_C(100000)

void taki_rate_init(struct taki_rate *rate, struct taki_arena *arena, int64_t calls, int64_t window_ms,
                    int64_t concurrency)
{
    if (calls < 0 || window_ms <= 0)
        calls = 0;
    if (calls > MOST_REMEMBERED)
        calls = MOST_REMEMBERED;
    *rate = (struct taki_rate){.calls = calls, .window_us = window_ms * 1000};
    rate->most = rate->concurrency = concurrency > 0 ? concurrency : 1;
    if (calls == 0)
        return;
    rate->spacing_us = rate->window_us / calls / SPACING_PART;
    rate->starts = TAKI_NEW_ARRAY(arena, (size_t)calls, int64_t);
}

int64_t taki_rate_wait_us(const struct taki_rate *rate, int64_t now_us)
{
    if (rate->calls == 0 || rate->started == 0)
        return 0;
    int64_t ready = rate->last_us + rate->spacing_us;
    if (rate->started >= rate->calls) {
        int64_t oldest = rate->starts[rate->started % rate->calls] + rate->window_us;
        ready = oldest > ready ? oldest : ready;
    }
    return ready > now_us ? ready - now_us : 0;
}

void taki_rate_started(struct taki_rate *rate, int64_t now_us)
{
    if (rate->calls > 0)
        rate->starts[rate->started % rate->calls] = now_us;
    rate->started++;
    rate->last_us = now_us;
}

void taki_rate_refused(struct taki_rate *rate)
{
    rate->concurrency = rate->concurrency > 1 ? rate->concurrency / 2 : 1;
    rate->fine = 0;
    if (rate->calls > 0)
        rate->spacing_us = rate->window_us / rate->calls;
}

void taki_rate_fine(struct taki_rate *rate)
{
    if (rate->concurrency < rate->most && ++rate->fine >= FINE_TO_GROW) {
        rate->concurrency++;
        rate->fine = 0;
    }
}
