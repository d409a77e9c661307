#include "taki/app.h"

#include <stdlib.h>
#include <time.h>

taki_instant taki_clock_now(void)
{
    /* Tests need a clock that stands still. */
    const char *fixed = getenv("TAKI_TEST_NOW");
    if (fixed != NULL) {
        struct taki_time time = taki_time_parse(taki_str_of(fixed));
        if (time.kind == TAKI_TIME_INSTANT)
            return time.instant;
    }
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0)
        taki_bug("no clock");
    return (taki_instant){(int64_t)now.tv_sec * TAKI_US_PER_SECOND + now.tv_nsec / 1000};
}

int64_t taki_clock_monotonic_us(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        taki_bug("no monotonic clock");
    return (int64_t)now.tv_sec * TAKI_US_PER_SECOND + now.tv_nsec / 1000;
}

const char *taki_version(void)
{
    return "taki " TAKI_VERSION;
}
