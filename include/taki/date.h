/**
 * @file date.h
 * Civil days, instants, time zones, fiscal periods. No function reads the clock (see taki_clock_now in app.h) nor TZ.
 *
 * An instant is microseconds since 1970-01-01T00:00:00Z; a date counts days since 1970-01-01 in whatever zone the text
 * or the caller says. They are structs so that they cannot be mixed by accident. NULL values are the type's minimum.
 */
#ifndef TAKI_DATE_H
#define TAKI_DATE_H

#include "taki/arena.h"
#include "taki/status.h"
#include "taki/str.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct taki_date {
    int32_t days;
} taki_date;
typedef struct taki_instant {
    int64_t us;
} taki_instant;

#define TAKI_DATE_NULL ((taki_date){INT32_MIN})
#define TAKI_INSTANT_NULL ((taki_instant){INT64_MIN})
#define TAKI_US_PER_SECOND INT64_C(1000000)
#define TAKI_US_PER_DAY (INT64_C(86400) * TAKI_US_PER_SECOND)

static inline bool taki_date_is_null(taki_date d)
{
    return d.days == INT32_MIN;
}
static inline bool taki_instant_is_null(taki_instant t)
{
    return t.us == INT64_MIN;
}

/** Proleptic Gregorian; month 1-12, day 1-31. NULL date if the day does not exist (2026-02-29). */
taki_date taki_date_of(int year, int month, int day);
void taki_date_split(taki_date date, int *year, int *month, int *day);
/** Calendar months added, clamped to the month's end (Aug 31 + 6 = Feb 28/29). */
taki_date taki_date_add_months(taki_date date, int months);
/** Whole calendar months from @p a to @p b (b >= a). */
int32_t taki_date_months_between(taki_date a, taki_date b);
/** 0 = Monday ... 6 = Sunday. */
int taki_date_weekday(taki_date date);
/** "YYYY-MM-DD" into out (11 bytes with NUL). */
void taki_date_print(taki_date date, char out[11]);
/** "YYYY-MM-DDTHH:MM:SS.ffffffZ" into out (28 bytes with NUL). */
void taki_instant_print(taki_instant instant, char out[28]);
/** "YYYY-MM-DD" only. False on anything else. */
bool taki_date_parse(taki_str text, taki_date *date);

/** What a parsed time text was; date-only evidence is placed at the last microsecond of its local day by the caller. */
enum taki_time_kind {
    TAKI_TIME_INVALID,
    TAKI_TIME_DATE,    /**< date filled, instant NULL */
    TAKI_TIME_INSTANT, /**< instant filled (offset was given) */
    TAKI_TIME_LOCAL, /**< date-time without offset: `local_us` = microseconds since epoch as if UTC; the caller applies
                        a zone */
};
struct taki_time {
    enum taki_time_kind kind;
    taki_date date;
    taki_instant instant;
    int64_t local_us;
};
/**
 * All ISO shapes vendors send: `2026-11-20T06:10:11Z`, `.000Z`, `.000+0000`, `+0000`, `+09:00`, `Z+0000`,
 * `2026-11-20 06:10:11`, `2026-11-20`. (Epoch numbers are asked for explicitly by format "epoch_ms" / "epoch_s".)
 */
struct taki_time taki_time_parse(taki_str text);
/**
 * By a strptime-like format: %Y %y %m %d %H %M %S %f %z %b %p, literals; "epoch_ms", "epoch_s", "iso". Never guesses.
 * A format without %d means the first day of the month.
 */
struct taki_time taki_time_parse_format(taki_str text, const char *format);

/** A zone of the system's tz database, read by name (TZif); never from TZ. */
struct taki_zone;
/** @param name e.g. "Asia/Tokyo", "UTC". TAKI_USAGE if the name does not exist. Lives in @p arena. */
TAKI_NODISCARD enum taki_status taki_zone_new(struct taki_arena *arena, taki_str name, const struct taki_zone **zone,
                                              struct taki_error *err);
/** Business date of an instant. */
taki_date taki_zone_date(const struct taki_zone *zone, taki_instant instant);
/** Microseconds east of UTC at an instant. */
int64_t taki_zone_offset_us(const struct taki_zone *zone, taki_instant instant);
/** Instant of a local wall clock (`local_us` of taki_time); in a gap the later, in an overlap the earlier instant. */
taki_instant taki_zone_instant(const struct taki_zone *zone, int64_t local_us);
/** First and last microsecond of a local day. */
taki_instant taki_zone_day_start(const struct taki_zone *zone, taki_date date);
taki_instant taki_zone_day_end(const struct taki_zone *zone, taki_date date);
/** Version text of the tz database in use ("2025b", "unknown" where it tells none); part of snapshot_id, therefore an
 * error and not "unknown" where the file cannot be read. Lives in @p arena. */
TAKI_NODISCARD enum taki_status taki_zone_database_version(struct taki_arena *arena, const char **version,
                                                           struct taki_error *err);

/** Reporting periods (domain.md 1): labels M2026-04, Q2026-1, H2026-1, FY2026, W2026-40; half-open [start, end). */
enum taki_period_type { TAKI_MONTH, TAKI_QUARTER, TAKI_HALF, TAKI_YEAR, TAKI_WEEK };
struct taki_period {
    enum taki_period_type type;
    taki_date start, end;
};
/** @param fiscal_start_month 1-12; a fiscal year is labelled by the calendar year it starts in. */
struct taki_period taki_period_of(enum taki_period_type type, taki_date date, int fiscal_start_month);
/** The period before or after by @p n (negative = earlier). */
struct taki_period taki_period_shift(struct taki_period period, int n, int fiscal_start_month);
/** Key text into out (12 bytes with NUL); @p label_by_end labels fiscal periods by the year they end in. */
void taki_period_print(struct taki_period period, int fiscal_start_month, bool label_by_end, char out[12]);
/** "month", "quarter", ... */
const char *taki_period_type_name(enum taki_period_type type);

#endif
