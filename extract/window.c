#include "window.h"

#define UNKNOWN_BEGINNING_US (INT64_C(3653) * TAKI_US_PER_DAY)

static int64_t whole_seconds(int64_t us)
{
    int64_t rest = us % TAKI_US_PER_SECOND;
    return us - (rest < 0 ? rest + TAKI_US_PER_SECOND : rest);
}

struct taki_span taki_window_span(const struct taki_window_facts *facts)
{
    struct taki_span span = {.lo = facts->start};
    span.hi.us = whole_seconds(facts->server_time.us - facts->settle_s * TAKI_US_PER_SECOND);
    if (!taki_instant_is_null(facts->bookmark)) {
        int64_t look_back_s = facts->look_back_s > TAKI_LOOK_BACK_S ? facts->look_back_s : TAKI_LOOK_BACK_S;
        span.lo.us = facts->bookmark.us - look_back_s * TAKI_US_PER_SECOND;
        if (!taki_instant_is_null(facts->start) && span.lo.us < facts->start.us)
            span.lo = facts->start;
        span.is_empty = span.hi.us <= facts->bookmark.us;
    }
    if (!taki_instant_is_null(span.lo) && span.hi.us <= span.lo.us)
        span.is_empty = true;
    return span;
}

taki_instant taki_window_end(taki_instant lo, taki_instant hi, int max_days)
{
    if (max_days <= 0 || taki_instant_is_null(lo))
        return hi;
    taki_instant end = {lo.us + max_days * TAKI_US_PER_DAY};
    return end.us < hi.us ? end : hi;
}

taki_instant taki_window_middle(taki_instant lo, taki_instant hi)
{
    if (taki_instant_is_null(lo))
        return (taki_instant){whole_seconds(hi.us - UNKNOWN_BEGINNING_US)};
    int64_t middle = whole_seconds(lo.us + (hi.us - lo.us) / 2);
    return middle <= lo.us ? lo : (taki_instant){middle};
}
