#include "engine_parts.h"

#include <string.h>

#define MOST_WAIT_MS 3600000

static const struct taki_retry_policy policies[] = {
    {TAKI_VERDICT_FINE,    false, false, 0,     0,     false, TAKI_OK         },
    {TAKI_VERDICT_NETWORK, true,  false, 1000,  60000, false, TAKI_UNREACHABLE},
    {TAKI_VERDICT_SERVER,  true,  false, 2000,  60000, false, TAKI_UNREACHABLE},
    {TAKI_VERDICT_BURST,   true,  true,  10000, 60000, true,  TAKI_QUOTA      },
    {TAKI_VERDICT_QUEUE,   true,  false, 60000, 60000, true,  TAKI_QUOTA      },
    {TAKI_VERDICT_EXPIRED, true,  false, 0,     0,     true,  TAKI_AUTH       },
    {TAKI_VERDICT_DAILY,   false, false, 0,     0,     false, TAKI_QUOTA      },
    {TAKI_VERDICT_DENIED,  false, false, 0,     0,     false, TAKI_AUTH       },
    {TAKI_VERDICT_STALE,   false, false, 0,     0,     false, TAKI_FAILED     },
    {TAKI_VERDICT_SLOW,    false, false, 0,     0,     false, TAKI_FAILED     },
    {TAKI_VERDICT_LARGE,   false, false, 0,     0,     false, TAKI_FAILED     },
    {TAKI_VERDICT_WAIT,    false, false, 0,     0,     false, TAKI_UNREACHABLE},
    {TAKI_VERDICT_OFF,     false, false, 0,     0,     false, TAKI_FAILED     },
    {TAKI_VERDICT_EMPTY,   false, false, 0,     0,     false, TAKI_FAILED     },
    {TAKI_VERDICT_FATAL,   false, false, 0,     0,     false, TAKI_FAILED     },
};

const struct taki_retry_policy *taki_retry_policy_of(enum taki_verdict verdict)
{
    for (size_t i = 0; i < TAKI_LEN(policies); i++) {
        if (policies[i].verdict == verdict)
            return &policies[i];
    }
    taki_bug("verdict without a policy");
}

uint64_t taki_retry_random(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

int64_t taki_retry_wait_ms(const struct taki_retry_policy *policy, int tries, int64_t told_ms, uint64_t random)
{
    if (told_ms > 0)
        return told_ms > MOST_WAIT_MS ? MOST_WAIT_MS : told_ms;
    if (policy->fixed)
        return policy->base_ms;
    int64_t most = policy->base_ms;
    for (int i = 1; i < tries && most < policy->ceiling_ms; i++)
        most *= 2;
    most = most > policy->ceiling_ms ? policy->ceiling_ms : most;
    return most == 0 ? 0 : (int64_t)(random % (uint64_t)most) + 1;
}

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

static int month_of(taki_str text)
{
    for (int i = 0; i < 12; i++) {
        if (memcmp(months + (ptrdiff_t)i * 3, text.data, 3) == 0)
            return i + 1;
    }
    return 0;
}

static int digits(taki_str text, size_t from, size_t size)
{
    int value = 0;
    for (size_t i = from; i < from + size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return -1;
        value = value * 10 + (text.data[i] - '0');
    }
    return value;
}

/* "Sun, 06 Nov 1994 08:49:37 GMT": the only form a sender may use (RFC 9110, 5.6.7). */
taki_instant taki_http_date(taki_str value)
{
    static const char shape[] = "???, ?? ??? ???? ??:??:?? GMT";
    if (value.size != sizeof shape - 1)
        return TAKI_INSTANT_NULL;
    for (size_t i = 0; i < value.size; i++) {
        if (shape[i] != '?' && shape[i] != value.data[i])
            return TAKI_INSTANT_NULL;
    }
    int month = month_of((taki_str){value.data + 8, 3});
    int day = digits(value, 5, 2), year = digits(value, 12, 4);
    int hour = digits(value, 17, 2), minute = digits(value, 20, 2), second = digits(value, 23, 2);
    if (month == 0 || day < 1 || year < 1970 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
        second > 60)
        return TAKI_INSTANT_NULL;
    taki_date date = taki_date_of(year, month, day);
    if (taki_date_is_null(date))
        return TAKI_INSTANT_NULL;
    int64_t seconds = ((date.days * INT64_C(24) + hour) * 60 + minute) * 60 + second;
    return (taki_instant){seconds * TAKI_US_PER_SECOND};
}

static int64_t clamp_wait(int64_t ms)
{
    if (ms < 0)
        return 0;
    return ms > MOST_WAIT_MS ? MOST_WAIT_MS : ms;
}

int64_t taki_retry_after_ms(taki_str value, taki_instant now)
{
    taki_str text = taki_str_trim(value);
    double seconds = 0;
    if (taki_str_is_blank(text))
        return -1;
    if (taki_str_f64(text, &seconds)) {
        if (seconds < 0)
            return -1;
        return seconds > 86400 ? MOST_WAIT_MS : clamp_wait((int64_t)(seconds * 1000));
    }
    taki_instant at = taki_http_date(text);
    if (taki_instant_is_null(at) || taki_instant_is_null(now))
        return -1;
    return clamp_wait((at.us - now.us) / 1000);
}
