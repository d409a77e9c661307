/* First line: a format; the rest: a text. What parses must print and parse back to itself, by any reader of times. */
#include "taki/date.h"
#include "taki/money.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_instant(taki_instant instant)
{
    char text[28];
    taki_instant_print(instant, text);
    struct taki_time again = taki_time_parse(taki_str_of(text));
    if (again.kind != TAKI_TIME_INSTANT || again.instant.us != instant.us)
        abort();
}

static void check_date(taki_date date)
{
    char text[11];
    taki_date again;
    taki_date_print(date, text);
    if (!taki_date_parse(taki_str_of(text), &again) || again.days != date.days)
        abort();
    for (enum taki_period_type type = TAKI_MONTH; type <= TAKI_WEEK; type++) {
        struct taki_period period = taki_period_of(type, date, 4);
        if (period.start.days > date.days && !taki_date_is_null(period.start))
            abort();
        char label[12];
        taki_period_print(period, 4, date.days % 2 == 0, label);
    }
}

static void check(struct taki_time time)
{
    if (time.kind == TAKI_TIME_DATE)
        check_date(time.date);
    if (time.kind == TAKI_TIME_INSTANT)
        check_instant(time.instant);
    if (time.kind == TAKI_TIME_LOCAL)
        check_instant((taki_instant){time.local_us});
}

static void check_money(taki_str text)
{
    static const taki_currency dollar = {"USD"};
    int64_t minor, again;
    char printed[32];
    if (!taki_money_parse(text, dollar, &minor))
        return;
    size_t size = taki_money_print(minor, 2, printed);
    if (!taki_money_parse((taki_str){printed, size}, dollar, &again) || again != minor)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    TAKI_AUTO(taki_arena_auto) struct taki_arena *arena = taki_arena_open("fuzz", 0);
    taki_str text, format = taki_str_cut((taki_str){(const char *)data, size}, '\n', &text);
    check(taki_time_parse(text));
    check(taki_time_parse_format(text, taki_arena_copy(arena, format.data, format.size)));
    check_money(text);
    taki_date date;
    if (taki_date_parse(text, &date))
        check_date(date);
    return 0;
}
