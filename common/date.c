#include "taki/date.h"

#include <string.h>

/* Days of 400 Gregorian years, and from 0000-03-01 to 1970-01-01. */
#define ERA_DAYS 146097
#define EPOCH_SHIFT_DAYS 719468

/* What four year digits can print. */
#define FIRST_YEAR 1
#define LAST_YEAR 9999

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_of_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Years begin in March here, so that the leap day is the last one (the well-known civil calendar arithmetic). */
static int32_t days_from_civil(int year, int month, int day)
{
    int shifted_year = month <= 2 ? year - 1 : year;
    int era = shifted_year / 400, year_of_era = shifted_year % 400;
    int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * ERA_DAYS + day_of_era - EPOCH_SHIFT_DAYS;
}

taki_date taki_date_of(int year, int month, int day)
{
    if (year < FIRST_YEAR || year > LAST_YEAR || month < 1 || month > 12 || day < 1 || day > days_of_month(year, month))
        return TAKI_DATE_NULL;
    return (taki_date){days_from_civil(year, month, day)};
}

/* Days outside the printable years count as the nearest one inside. */
static int32_t printable_days(int64_t days)
{
    int64_t first = days_from_civil(FIRST_YEAR, 1, 1), last = days_from_civil(LAST_YEAR, 12, 31);
    return (int32_t)(days < first ? first : days > last ? last : days);
}

void taki_date_split(taki_date date, int *year, int *month, int *day)
{
    int shifted = printable_days(date.days) + EPOCH_SHIFT_DAYS;
    int era = shifted / ERA_DAYS, day_of_era = shifted % ERA_DAYS;
    int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int shifted_month = (5 * day_of_year + 2) / 153;
    *day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    *month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
    *year = era * 400 + year_of_era + (*month <= 2 ? 1 : 0);
}

taki_date taki_date_add_months(taki_date date, int months)
{
    if (taki_date_is_null(date))
        return date;
    int year, month, day;
    taki_date_split(date, &year, &month, &day);
    int64_t sum = (int64_t)year * 12 + (month - 1) + months;
    if (sum < (int64_t)FIRST_YEAR * 12 || sum > (int64_t)LAST_YEAR * 12 + 11)
        return TAKI_DATE_NULL;
    year = (int)(sum / 12);
    month = (int)(sum % 12) + 1;
    int last = days_of_month(year, month);
    return taki_date_of(year, month, day < last ? day : last);
}

int32_t taki_date_months_between(taki_date a, taki_date b)
{
    int year_a, month_a, day_a, year_b, month_b, day_b;
    taki_date_split(a, &year_a, &month_a, &day_a);
    taki_date_split(b, &year_b, &month_b, &day_b);
    int32_t months = (year_b - year_a) * 12 + month_b - month_a;
    /* Whole only if adding them doesn't pass b: Jan 31 to Feb 28 is one month, because adding clamps. */
    return taki_date_add_months(a, months).days <= b.days ? months : months - 1;
}

int taki_date_weekday(taki_date date)
{
    /* 1970-01-01 was a Thursday. */
    int64_t shifted = ((int64_t)date.days + 3) % 7;
    return (int)(shifted < 0 ? shifted + 7 : shifted);
}

static void put_digits(char *out, int value, int digits)
{
    for (int i = digits - 1; i >= 0; i--) {
        out[i] = (char)('0' + value % 10);
        value /= 10;
    }
}

void taki_date_print(taki_date date, char out[11])
{
    if (taki_date_is_null(date)) {
        out[0] = '\0';
        return;
    }
    int year, month, day;
    taki_date_split(date, &year, &month, &day);
    memcpy(out, "0000-00-00", 11);
    put_digits(out, year, 4);
    put_digits(out + 5, month, 2);
    put_digits(out + 8, day, 2);
}

void taki_instant_print(taki_instant instant, char out[28])
{
    if (taki_instant_is_null(instant)) {
        out[0] = '\0';
        return;
    }
    int64_t days = instant.us / TAKI_US_PER_DAY, us = instant.us % TAKI_US_PER_DAY;
    if (us < 0) {
        us += TAKI_US_PER_DAY;
        days--;
    }
    memcpy(out, "0000-00-00T00:00:00.000000Z", 28);
    char date[11];
    taki_date_print((taki_date){printable_days(days)}, date);
    memcpy(out, date, 10);
    int seconds = (int)(us / TAKI_US_PER_SECOND);
    put_digits(out + 11, seconds / 3600, 2);
    put_digits(out + 14, seconds / 60 % 60, 2);
    put_digits(out + 17, seconds % 60, 2);
    put_digits(out + 20, (int)(us % TAKI_US_PER_SECOND), 6);
}
