#include "zone.h"

#define DAY_SECONDS INT64_C(86400)
#define LARGEST_RULE_HOUR 167 /* RFC 8536: times of rules run from -167 to 167 hours */
#define LARGEST_OFFSET_HOUR 24

struct scan {
    const char *at, *end;
};

static bool is_next(const struct scan *scan, char c)
{
    return scan->at < scan->end && *scan->at == c;
}

static bool take(struct scan *scan, char c)
{
    if (!is_next(scan, c))
        return false;
    scan->at++;
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool take_number(struct scan *scan, int most, int *value)
{
    if (scan->at == scan->end || !is_digit(*scan->at))
        return false;
    for (*value = 0; scan->at < scan->end && is_digit(*scan->at) && *value <= most; scan->at++)
        *value = *value * 10 + (*scan->at - '0');
    return *value <= most;
}

/* EST, or <+0530> where the name isn't made of letters. The name itself is of no use here. */
static bool take_name(struct scan *scan)
{
    const char *start = scan->at;
    if (take(scan, '<')) {
        while (scan->at < scan->end && *scan->at != '>')
            scan->at++;
        return take(scan, '>');
    }
    while (scan->at < scan->end && ((*scan->at | 0x20) >= 'a' && (*scan->at | 0x20) <= 'z'))
        scan->at++;
    return scan->at - start >= 3;
}

/* [+-]hh[:mm[:ss]] */
static bool take_clock(struct scan *scan, int most_hours, int32_t *seconds)
{
    int hours, minutes = 0, rest = 0;
    bool negative = take(scan, '-');
    if (!negative)
        (void)take(scan, '+');
    if (!take_number(scan, most_hours, &hours))
        return false;
    if (take(scan, ':') && !take_number(scan, 59, &minutes))
        return false;
    if (take(scan, ':') && !take_number(scan, 59, &rest))
        return false;
    *seconds = (hours * 3600 + minutes * 60 + rest) * (negative ? -1 : 1);
    return true;
}

static bool take_day(struct scan *scan, struct taki_zone_day *day)
{
    bool found;
    *day = (struct taki_zone_day){.kind = 'D', .seconds = 2 * 3600};
    if (take(scan, 'M')) {
        day->kind = 'M';
        found = take_number(scan, 12, &day->month) && take(scan, '.') && take_number(scan, 5, &day->week) &&
                take(scan, '.') && take_number(scan, 6, &day->day) && day->month > 0 && day->week > 0;
    } else if (take(scan, 'J')) {
        day->kind = 'J';
        found = take_number(scan, 365, &day->day) && day->day > 0;
    } else {
        found = take_number(scan, 365, &day->day);
    }
    return found && (!take(scan, '/') || take_clock(scan, LARGEST_RULE_HOUR, &day->seconds));
}

bool taki_zone_rule_parse(taki_str text, struct taki_zone_rule *rule)
{
    if (taki_str_is_blank(text))
        return false;
    struct scan scan = {text.data, text.data + text.size};
    *rule = (struct taki_zone_rule){0};
    int32_t west;
    if (!take_name(&scan) || !take_clock(&scan, LARGEST_OFFSET_HOUR, &west))
        return false;
    /* POSIX counts west of Greenwich as positive. */
    rule->standard = -west;
    if (scan.at == scan.end)
        return true;
    rule->has_summer = true;
    if (!take_name(&scan))
        return false;
    rule->summer = rule->standard + 3600;
    if (!is_next(&scan, ',')) {
        if (!take_clock(&scan, LARGEST_OFFSET_HOUR, &west))
            return false;
        rule->summer = -west;
    }
    return take(&scan, ',') && take_day(&scan, &rule->start) && take(&scan, ',') && take_day(&scan, &rule->end) &&
           scan.at == scan.end;
}

/* Week 5 means the last one of the month. */
static int32_t day_of_week_rule(int year, const struct taki_zone_day *day)
{
    taki_date first = taki_date_of(year, day->month, 1);
    int sunday_based = (taki_date_weekday(first) + 1) % 7;
    int32_t days = first.days + (day->day - sunday_based + 7) % 7 + (day->week - 1) * 7;
    return days < taki_date_add_months(first, 1).days ? days : days - 7;
}

/* Local seconds since epoch of a rule's day in @p year. */
static int64_t local_seconds(int year, const struct taki_zone_day *day)
{
    int64_t days;
    if (day->kind == 'M') {
        days = day_of_week_rule(year, day);
    } else {
        bool after_leap_day = day->kind == 'J' && day->day >= 60 && !taki_date_is_null(taki_date_of(year, 2, 29));
        days = taki_date_of(year, 1, 1).days + day->day - (day->kind == 'J' ? 1 : 0) + (after_leap_day ? 1 : 0);
    }
    return days * DAY_SECONDS + day->seconds;
}

int32_t taki_zone_rule_offset(const struct taki_zone_rule *rule, int64_t seconds)
{
    if (!rule->has_summer)
        return rule->standard;
    int64_t local = seconds + rule->standard, days = local / DAY_SECONDS - (local % DAY_SECONDS < 0 ? 1 : 0);
    int year, month, day;
    taki_date_split((taki_date){(int32_t)days}, &year, &month, &day);
    int64_t start = local_seconds(year, &rule->start) - rule->standard;
    int64_t end = local_seconds(year, &rule->end) - rule->summer;
    /* On the southern half summer spans the new year. */
    bool summer = start < end ? seconds >= start && seconds < end : seconds >= start || seconds < end;
    return summer ? rule->summer : rule->standard;
}
