#include "taki/date.h"

#include <string.h>

/* A reader over the text: each take_* moves on and says whether it found what it wanted. */
struct scan {
    const char *at, *end;
};

/* What a format or an ISO shape has filled in so far. */
struct parts {
    int year, month, day, hour, minute, second, us;
    int offset_seconds;
    bool has_year, has_month, has_time, has_offset, has_half, afternoon;
};

static bool take_char(struct scan *scan, char c)
{
    if (scan->at == scan->end || *scan->at != c)
        return false;
    scan->at++;
    return true;
}

static bool take_number(struct scan *scan, int least, int most, int *value)
{
    int digits = 0, sum = 0;
    for (; digits < most && scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9'; digits++)
        sum = sum * 10 + (*scan->at++ - '0');
    *value = sum;
    return digits >= least;
}

/* 1 to 9 digits after the point; what is finer than a microsecond is dropped. */
static bool take_fraction(struct scan *scan, int *us)
{
    const char *start = scan->at;
    int value;
    if (!take_number(scan, 1, 9, &value))
        return false;
    for (ptrdiff_t digits = scan->at - start; digits != 6; digits += digits < 6 ? 1 : -1)
        value = digits < 6 ? value * 10 : value / 10;
    *us = value;
    return true;
}

/* +HHMM, +HH:MM or +HH. */
static bool take_numeric_offset(struct scan *scan, int *seconds)
{
    bool west = take_char(scan, '-');
    int hours, minutes = 0;
    if ((!west && !take_char(scan, '+')) || !take_number(scan, 2, 2, &hours))
        return false;
    bool colon = take_char(scan, ':');
    bool more = scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9';
    if ((colon || more) && !take_number(scan, 2, 2, &minutes))
        return false;
    *seconds = (hours * 3600 + minutes * 60) * (west ? -1 : 1);
    return hours <= 18 && minutes <= 59;
}

/* Z, a numeric offset, or Marketo's "Z+0000" (both at once, then it must be zero). */
static bool take_offset(struct scan *scan, int *seconds)
{
    *seconds = 0;
    if (!take_char(scan, 'Z'))
        return take_numeric_offset(scan, seconds);
    if (scan->at < scan->end && (*scan->at == '+' || *scan->at == '-'))
        return take_numeric_offset(scan, seconds) && *seconds == 0;
    return true;
}

static bool take_iso_date(struct scan *scan, struct parts *parts)
{
    return take_number(scan, 4, 4, &parts->year) && take_char(scan, '-') && take_number(scan, 2, 2, &parts->month) &&
           take_char(scan, '-') && take_number(scan, 2, 2, &parts->day);
}

static bool take_iso_time(struct scan *scan, struct parts *parts)
{
    parts->has_time = true;
    if (!take_number(scan, 2, 2, &parts->hour) || !take_char(scan, ':') || !take_number(scan, 2, 2, &parts->minute))
        return false;
    if (!take_char(scan, ':'))
        return true;
    if (!take_number(scan, 2, 2, &parts->second))
        return false;
    return take_char(scan, '.') ? take_fraction(scan, &parts->us) : true;
}

static struct taki_time invalid_time(void)
{
    return (struct taki_time){TAKI_TIME_INVALID, TAKI_DATE_NULL, TAKI_INSTANT_NULL, 0};
}

/* Within the years that can be printed. */
static bool is_printable(int64_t us)
{
    return us >= taki_date_of(1, 1, 1).days * TAKI_US_PER_DAY &&
           us < (taki_date_of(9999, 12, 31).days + 1) * TAKI_US_PER_DAY;
}

static struct taki_time time_of_parts(const struct parts *parts)
{
    struct taki_time time = invalid_time();
    taki_date date = taki_date_of(parts->year, parts->month, parts->day);
    if (taki_date_is_null(date) || parts->hour > 23 || parts->minute > 59 || parts->second > 59)
        return time;
    if (!parts->has_time) {
        time.kind = parts->has_offset ? TAKI_TIME_INVALID : TAKI_TIME_DATE;
        time.date = date;
        return time;
    }
    int64_t seconds = ((int64_t)parts->hour * 60 + parts->minute) * 60 + parts->second;
    time.local_us = date.days * TAKI_US_PER_DAY + seconds * TAKI_US_PER_SECOND + parts->us;
    time.kind = TAKI_TIME_LOCAL;
    if (parts->has_offset) {
        time.kind = TAKI_TIME_INSTANT;
        time.instant.us = time.local_us - parts->offset_seconds * TAKI_US_PER_SECOND;
        if (!is_printable(time.instant.us))
            return invalid_time();
    }
    return time;
}

bool taki_date_parse(taki_str text, taki_date *date)
{
    if (text.size != 10)
        return false;
    struct scan scan = {text.data, text.data + text.size};
    struct parts parts = {0};
    if (!take_iso_date(&scan, &parts))
        return false;
    taki_date parsed = taki_date_of(parts.year, parts.month, parts.day);
    if (taki_date_is_null(parsed))
        return false;
    *date = parsed;
    return true;
}

struct taki_time taki_time_parse(taki_str text)
{
    if (taki_str_is_blank(text))
        return invalid_time();
    struct scan scan = {text.data, text.data + text.size};
    struct parts parts = {0};
    if (!take_iso_date(&scan, &parts))
        return invalid_time();
    if (take_char(&scan, 'T') || take_char(&scan, ' ')) {
        if (!take_iso_time(&scan, &parts))
            return invalid_time();
        parts.has_offset = scan.at < scan.end;
        if (parts.has_offset && !take_offset(&scan, &parts.offset_seconds))
            return invalid_time();
    }
    return scan.at == scan.end ? time_of_parts(&parts) : invalid_time();
}

static bool take_full_year(struct scan *scan, struct parts *parts)
{
    parts->has_year = true;
    return take_number(scan, 4, 4, &parts->year);
}

/* As POSIX reads two digits: 69-99 are 1969-1999. */
static bool take_short_year(struct scan *scan, struct parts *parts)
{
    parts->has_year = true;
    bool found = take_number(scan, 2, 2, &parts->year);
    parts->year += parts->year >= 69 ? 1900 : 2000;
    return found;
}

static bool take_month(struct scan *scan, struct parts *parts)
{
    parts->has_month = true;
    return take_number(scan, 1, 2, &parts->month);
}

/* Bytes of @p name that the text repeats, in any case. */
static size_t same_letters(const struct scan *scan, const char *name)
{
    size_t i = 0;
    while (name[i] != '\0' && scan->at + i < scan->end && (scan->at[i] | 0x20) == (name[i] | 0x20))
        i++;
    return i;
}

/* English name, three letters or whole. */
static bool take_month_name(struct scan *scan, struct parts *parts)
{
    static const char *const names[] = {"January", "February", "March",     "April",   "May",      "June",
                                        "July",    "August",   "September", "October", "November", "December"};
    parts->has_month = true;
    for (int i = 0; i < (int)TAKI_LEN(names); i++) {
        size_t same = same_letters(scan, names[i]);
        if (same < 3)
            continue;
        scan->at += names[i][same] == '\0' ? same : 3;
        parts->month = i + 1;
        return true;
    }
    return false;
}

static bool take_day(struct scan *scan, struct parts *parts)
{
    return take_number(scan, 1, 2, &parts->day);
}

static bool take_hour(struct scan *scan, struct parts *parts)
{
    parts->has_time = true;
    return take_number(scan, 1, 2, &parts->hour);
}

static bool take_minute(struct scan *scan, struct parts *parts)
{
    return take_number(scan, 1, 2, &parts->minute);
}

static bool take_second(struct scan *scan, struct parts *parts)
{
    return take_number(scan, 1, 2, &parts->second);
}

static bool take_microsecond(struct scan *scan, struct parts *parts)
{
    return take_fraction(scan, &parts->us);
}

static bool take_zone(struct scan *scan, struct parts *parts)
{
    parts->has_offset = true;
    return take_offset(scan, &parts->offset_seconds);
}

static bool take_half(struct scan *scan, struct parts *parts)
{
    parts->has_half = true;
    parts->afternoon = same_letters(scan, "PM") == 2;
    if (!parts->afternoon && same_letters(scan, "AM") != 2)
        return false;
    scan->at += 2;
    return true;
}

static const struct directive {
    char letter;
    bool (*take)(struct scan *scan, struct parts *parts);
} directives[] = {
    {'Y', take_full_year  },
    {'y', take_short_year },
    {'m', take_month      },
    {'b', take_month_name },
    {'d', take_day        },
    {'H', take_hour       },
    {'I', take_hour       },
    {'M', take_minute     },
    {'S', take_second     },
    {'f', take_microsecond},
    {'z', take_zone       },
    {'p', take_half       },
};

static bool take_directive(struct scan *scan, char letter, struct parts *parts)
{
    for (size_t i = 0; i < TAKI_LEN(directives); i++) {
        if (directives[i].letter == letter)
            return directives[i].take(scan, parts);
    }
    return letter == '%' && take_char(scan, '%');
}

static bool take_format(struct scan *scan, const char *format, struct parts *parts)
{
    for (const char *f = format; *f != '\0'; f++) {
        bool found = *f == '%' ? take_directive(scan, *++f, parts) : take_char(scan, *f);
        if (!found)
            return false;
    }
    return scan->at == scan->end;
}

/* 12 AM is hour 0, 12 PM is hour 12. */
static bool apply_half(struct parts *parts)
{
    if (!parts->has_half)
        return true;
    if (parts->hour < 1 || parts->hour > 12)
        return false;
    parts->hour = parts->hour % 12 + (parts->afternoon ? 12 : 0);
    return true;
}

static struct taki_time time_of_epoch(taki_str text, int64_t us_per_unit)
{
    struct taki_time time = invalid_time();
    int64_t units, us;
    if (!taki_str_i64(text, &units) || __builtin_mul_overflow(units, us_per_unit, &us))
        return time;
    if (!is_printable(us))
        return time;
    time.kind = TAKI_TIME_INSTANT;
    time.instant.us = us;
    return time;
}

struct taki_time taki_time_parse_format(taki_str text, const char *format)
{
    if (strcmp(format, "iso") == 0)
        return taki_time_parse(text);
    if (strcmp(format, "epoch_ms") == 0)
        return time_of_epoch(text, 1000);
    if (strcmp(format, "epoch_s") == 0)
        return time_of_epoch(text, TAKI_US_PER_SECOND);
    if (taki_str_is_blank(text))
        return invalid_time();
    struct scan scan = {text.data, text.data + text.size};
    struct parts parts = {.day = 1};
    if (!take_format(&scan, format, &parts) || !parts.has_year || !parts.has_month || !apply_half(&parts))
        return invalid_time();
    return time_of_parts(&parts);
}
