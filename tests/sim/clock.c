#include "text.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

int64_t sim_day_of(int year, int month, int day)
{
    int64_t y = year - (month <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return (era * 146097 + doe - 719468) * SIM_DAY;
}

void sim_day_split(int64_t seconds, int *year, int *month, int *day)
{
    int64_t z = (seconds >= 0 ? seconds : seconds - SIM_DAY + 1) / SIM_DAY + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    *day = (int)(doy - (153 * mp + 2) / 5 + 1);
    *month = (int)(mp < 10 ? mp + 3 : mp - 9);
    *year = (int)(yoe + era * 400 + (*month <= 2));
}

void sim_date_print(int64_t seconds, char out[11])
{
    int year, month, day;
    sim_day_split(seconds, &year, &month, &day);
    snprintf(out, 11, "%04u-%02u-%02u", (unsigned)year % 10000, (unsigned)month % 100, (unsigned)day % 100);
}

void sim_time_print(int64_t seconds, char out[21])
{
    char date[11];
    sim_date_print(seconds, date);
    unsigned rest = (unsigned)(((seconds % SIM_DAY) + SIM_DAY) % SIM_DAY);
    snprintf(out, 21, "%sT%02u:%02u:%02uZ", date, rest / 3600 % 24, rest / 60 % 60, rest % 60);
}

void sim_http_date(int64_t seconds, char out[30])
{
    static const char *const days[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int year, month, day;
    sim_day_split(seconds, &year, &month, &day);
    unsigned rest = (unsigned)(seconds % SIM_DAY);
    snprintf(out, 30, "%s, %02u %s %04u %02u:%02u:%02u GMT", days[seconds / SIM_DAY % 7], (unsigned)day % 100,
             months[month - 1], (unsigned)year % 10000, rest / 3600 % 24, rest / 60 % 60, rest % 60);
}

/** @p count digits at *text, moved past; -1 if they are not all digits. */
static int digits(const char **text, int count)
{
    int value = 0;
    for (int i = 0; i < count; i++, (*text)++) {
        if (!isdigit((unsigned char)**text))
            return -1;
        value = value * 10 + (**text - '0');
    }
    return value;
}

static bool parse_offset(const char *text, int64_t *offset)
{
    *offset = 0;
    if (*text == 'Z')
        text++;
    if (*text != '+' && *text != '-')
        return *text == '\0';
    int sign = *text++ == '-' ? -1 : 1;
    int hours = digits(&text, 2);
    if (*text == ':')
        text++;
    int minutes = digits(&text, 2);
    *offset = sign * (hours * SIM_HOUR + (int64_t)minutes * 60);
    return hours >= 0 && minutes >= 0 && *text == '\0';
}

static bool parse_day(const char **text, int64_t *seconds)
{
    int year = digits(text, 4);
    if (year < 0 || *(*text)++ != '-')
        return false;
    int month = digits(text, 2);
    if (month < 1 || month > 12 || *(*text)++ != '-')
        return false;
    int day = digits(text, 2);
    if (day < 1 || day > 31)
        return false;
    *seconds = sim_day_of(year, month, day);
    return true;
}

/** "HH:MM[:SS[.fff]]" at *text, moved past. */
static bool parse_clock(const char **text, int64_t *seconds)
{
    int hour = digits(text, 2);
    if (hour < 0 || hour > 24 || *(*text)++ != ':')
        return false;
    int minute = digits(text, 2), second = 0;
    if (minute >= 0 && **text == ':') {
        (*text)++;
        second = digits(text, 2);
    }
    if (minute < 0 || second < 0)
        return false;
    if (**text == '.') {
        for ((*text)++; isdigit((unsigned char)**text);)
            (*text)++;
    }
    *seconds += hour * SIM_HOUR + (int64_t)minute * 60 + second;
    return true;
}

bool sim_time_parse(const char *text, int64_t *seconds, bool *is_date)
{
    int64_t offset;
    if (is_date)
        *is_date = false;
    if (!parse_day(&text, seconds))
        return false;
    if (!*text && is_date)
        *is_date = true;
    if (!*text)
        return true;
    if (*text != 'T' && *text != ' ')
        return false;
    text++;
    if (!parse_clock(&text, seconds) || !*text || !parse_offset(text, &offset))
        return false;
    *seconds -= offset;
    return true;
}
