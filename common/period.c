#include "taki/date.h"

#include <stdio.h>

static const struct {
    const char *name;
    int months; /* 0 = seven days */
} types[] = {
    [TAKI_MONTH] = {"month",   1 },
      [TAKI_QUARTER] = {"quarter", 3 },
      [TAKI_HALF] = {"half",    6 },
    [TAKI_YEAR] = {"year",    12},
      [TAKI_WEEK] = {"week",    0 },
};

const char *taki_period_type_name(enum taki_period_type type)
{
    return types[type].name;
}

/* Months since the fiscal year of @p date began; *fiscal_year receives the calendar year in which it began. */
static int fiscal_month(taki_date date, int fiscal_start_month, int *fiscal_year)
{
    int month, day;
    taki_date_split(date, fiscal_year, &month, &day);
    int passed = month - fiscal_start_month;
    if (passed >= 0)
        return passed;
    *fiscal_year -= 1;
    return passed + 12;
}

struct taki_period taki_period_of(enum taki_period_type type, taki_date date, int fiscal_start_month)
{
    int months = types[type].months;
    if (months == 0) {
        taki_date monday = {date.days - taki_date_weekday(date)};
        return (struct taki_period){type, monday, {monday.days + 7}};
    }
    int year, month, day, fiscal_year;
    taki_date_split(date, &year, &month, &day);
    int into = fiscal_month(date, fiscal_start_month, &fiscal_year) % months;
    taki_date start = taki_date_add_months(taki_date_of(year, month, 1), -into);
    return (struct taki_period){type, start, taki_date_add_months(start, months)};
}

struct taki_period taki_period_shift(struct taki_period period, int n, int fiscal_start_month)
{
    int months = types[period.type].months;
    taki_date start = {period.start.days + 7 * n};
    if (months > 0)
        start = taki_date_add_months(period.start, months * n);
    return taki_period_of(period.type, start, fiscal_start_month);
}

/* An ISO week belongs to the year of its Thursday. */
static int iso_week(taki_date monday, int *year)
{
    taki_date thursday = {monday.days + 3};
    int month, day;
    taki_date_split(thursday, year, &month, &day);
    return (thursday.days - taki_date_of(*year, 1, 1).days) / 7 + 1;
}

static void print_fiscal(struct taki_period period, int fiscal_start_month, bool label_by_end, char out[12])
{
    int year;
    int month = fiscal_month(period.start, fiscal_start_month, &year);
    if (label_by_end && fiscal_start_month > 1)
        year++;
    unsigned label = (unsigned)year % 10000U, part = (unsigned)(month / types[period.type].months) + 1;
    if (period.type == TAKI_YEAR) {
        (void)snprintf(out, 12, "FY%04u", label);
    } else {
        (void)snprintf(out, 12, "%c%04u-%u", period.type == TAKI_HALF ? 'H' : 'Q', label, part % 10U);
    }
}

void taki_period_print(struct taki_period period, int fiscal_start_month, bool label_by_end, char out[12])
{
    int year, month, day;
    taki_date_split(period.start, &year, &month, &day);
    if (period.type == TAKI_WEEK) {
        unsigned week = (unsigned)iso_week(period.start, &year);
        (void)snprintf(out, 12, "W%04u-%02u", (unsigned)year % 10000U, week % 100U);
    } else if (period.type == TAKI_MONTH) {
        (void)snprintf(out, 12, "M%04u-%02u", (unsigned)year % 10000U, (unsigned)month % 100U);
    } else {
        print_fiscal(period, fiscal_start_month, label_by_end, out);
    }
}
