#include "../../../common/zone.h"
#include "taki_test.h"

#include "taki/date.h"

#include <stdlib.h>
#include <string.h>

static struct taki_arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = taki_arena_open("test", 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    taki_arena_close(arena);
    return 0;
}

static const struct taki_zone *zone_of(const char *name)
{
    const struct taki_zone *zone = NULL;
    struct taki_error err = {0};
    taki_expect_status(name, taki_zone_new(arena, taki_str_of(name), &zone, &err), TAKI_OK, &err);
    return zone;
}

static int64_t us_of(const char *text)
{
    struct taki_time time = taki_time_parse(taki_str_of(text));
    if (time.kind == TAKI_TIME_INVALID)
        fail_msg("'%s' is no time", text);
    return time.kind == TAKI_TIME_INSTANT ? time.instant.us : time.local_us;
}

/* Offsets and local dates as Python's zoneinfo gives them. */
static void offsets_and_business_dates(void **state)
{
    (void)state;
    static const struct {
        const char *zone, *instant;
        int64_t offset_seconds;
        const char *date;
    } cases[] = {
        {"Asia/Tokyo",         "2026-03-31T15:30:00Z",   32400,  "2026-04-01"},
        {"Asia/Tokyo",         "1950-07-01T00:00:00Z",   36000,  "1950-07-01"},
        {"Asia/Tokyo",         "1800-01-01T00:00:00Z",   33539,  "1800-01-01"},
        {"UTC",                "2026-01-01T00:00:00Z",   0,      "2026-01-01"},
        {"America/New_York",   "2026-03-08T06:59:59Z",   -18000, "2026-03-08"},
        {"America/New_York",   "2026-03-08T07:00:00Z",   -14400, "2026-03-08"},
        {"America/New_York",   "2026-11-01T05:59:59Z",   -14400, "2026-11-01"},
        {"America/New_York",   "2026-11-01T06:00:00Z",   -18000, "2026-11-01"},
        {"America/New_York",   "2036-03-09T06:59:59Z",   -18000, "2036-03-09"},
        {"America/New_York",   "2090-03-12T06:59:59Z",   -18000, "2090-03-12"},
        {"America/New_York",   "2090-03-12T07:00:00Z",   -14400, "2090-03-12"},
        {"America/New_York",   "2090-11-05T05:59:59Z",   -14400, "2090-11-05"},
        {"America/New_York",   "2090-11-05T06:00:00Z",   -18000, "2090-11-05"},
        {"America/New_York",   "1970-01-01T00:00:00Z",   -18000, "1969-12-31"},
        {"America/New_York",   "1969-07-01T00:00:00.5Z", -14400, "1969-06-30"},
        {"Europe/Dublin",      "2090-01-15T12:00:00Z",   0,      "2090-01-15"},
        {"Europe/Dublin",      "2090-07-15T12:00:00Z",   3600,   "2090-07-15"},
        {"Europe/Dublin",      "2026-03-29T00:59:59Z",   0,      "2026-03-29"},
        {"Europe/Dublin",      "2026-03-29T01:00:00Z",   3600,   "2026-03-29"},
        {"Australia/Sydney",   "2090-01-15T12:00:00Z",   39600,  "2090-01-15"},
        {"Australia/Sydney",   "2090-07-15T12:00:00Z",   36000,  "2090-07-15"},
        {"Australia/Sydney",   "2090-04-01T15:59:59Z",   39600,  "2090-04-02"},
        {"Australia/Sydney",   "2090-04-01T16:00:00Z",   36000,  "2090-04-02"},
        {"Asia/Kathmandu",     "2026-01-01T00:00:00Z",   20700,  "2026-01-01"},
        {"Pacific/Chatham",    "2090-01-01T00:00:00Z",   49500,  "2090-01-01"},
        {"Asia/Jerusalem",     "2090-03-24T00:00:00Z",   10800,  "2090-03-24"},
        {"Asia/Jerusalem",     "2090-03-23T23:59:59Z",   7200,   "2090-03-24"},
        {"America/Santiago",   "2090-01-01T00:00:00Z",   -10800, "2089-12-31"},
        {"America/Santiago",   "2090-06-01T00:00:00Z",   -14400, "2090-05-31"},
        {"America/Nuuk",       "2090-03-26T00:59:59Z",   -7200,  "2090-03-25"},
        {"America/Nuuk",       "2090-03-26T01:00:00Z",   -3600,  "2090-03-26"},
        {"Pacific/Apia",       "2011-12-30T09:59:59Z",   -36000, "2011-12-29"},
        {"Pacific/Apia",       "2011-12-30T10:00:00Z",   50400,  "2011-12-31"},
        {"Africa/Casablanca",  "2026-03-01T00:00:00Z",   0,      "2026-03-01"},
        {"Etc/GMT+9",          "2026-01-01T00:00:00Z",   -32400, "2025-12-31"},
        {"Pacific/Kiritimati", "2026-12-31T10:00:00Z",   50400,  "2027-01-01"},
        {"Africa/Monrovia",    "1971-01-01T00:00:00Z",   -2670,  "1970-12-31"},
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        const struct taki_zone *zone = zone_of(cases[i].zone);
        taki_instant instant = {us_of(cases[i].instant)};
        char date[11];
        taki_expect_i64(cases[i].instant, taki_zone_offset_us(zone, instant) / TAKI_US_PER_SECOND,
                        cases[i].offset_seconds);
        taki_date_print(taki_zone_date(zone, instant), date);
        assert_string_equal(date, cases[i].date);
    }
    assert_true(taki_date_is_null(taki_zone_date(zone_of("UTC"), TAKI_INSTANT_NULL)));
}

static void expect_instant(const char *what, taki_instant got, const char *want)
{
    char text[28];
    taki_instant_print(got, text);
    if (strncmp(text, want, strlen(want)) != 0)
        fail_msg("%s: got %s, want %s", what, text, want);
}

/* date.h: in a gap the later, in an overlap the earlier instant. */
static void wall_clocks_become_instants(void **state)
{
    (void)state;
    static const struct {
        const char *zone, *local, *want;
    } cases[] = {
        {"Asia/Tokyo",          "2026-04-01T00:30:00", "2026-03-31T15:30:00.000000Z"},
        {"America/New_York",    "2026-03-08T01:59:59", "2026-03-08T06:59:59.000000Z"},
        {"America/New_York",    "2026-03-08T02:30:00", "2026-03-08T07:30:00.000000Z"}, /* gap: 03:30 EDT */
        {"America/New_York",    "2026-03-08T03:00:00", "2026-03-08T07:00:00.000000Z"},
        {"America/New_York",    "2026-11-01T00:59:59", "2026-11-01T04:59:59.000000Z"},
        {"America/New_York",    "2026-11-01T01:30:00", "2026-11-01T05:30:00.000000Z"}, /* overlap: EDT */
        {"America/New_York",    "2026-11-01T02:00:00", "2026-11-01T07:00:00.000000Z"},
        {"America/New_York",    "2090-03-12T02:30:00", "2090-03-12T07:30:00.000000Z"},
        {"America/New_York",    "2090-11-05T01:30:00", "2090-11-05T05:30:00.000000Z"},
        {"Australia/Lord_Howe", "2026-10-04T02:15:00", "2026-10-03T15:45:00.000000Z"}, /* gap of half an hour */
        {"Pacific/Apia",        "2011-12-30T12:00:00", "2011-12-30T22:00:00.000000Z"}, /* a day that never was */
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++)
        expect_instant(cases[i].local, taki_zone_instant(zone_of(cases[i].zone), us_of(cases[i].local)), cases[i].want);
}

static void days_begin_and_end_with_the_zone(void **state)
{
    (void)state;
    static const struct {
        const char *zone, *date, *start, *end;
    } cases[] = {
        {"Asia/Tokyo",        "2026-04-01", "2026-03-31T15:00:00.000000Z", "2026-04-01T14:59:59.999999Z"},
        {"America/New_York",  "2026-03-08", "2026-03-08T05:00:00.000000Z", "2026-03-09T03:59:59.999999Z"},
        {"America/New_York",  "2026-11-01", "2026-11-01T04:00:00.000000Z", "2026-11-02T04:59:59.999999Z"},
        {"America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00.000000Z",
         "2018-11-05T01:59:59.999999Z"                                                                  }, /* no 00:00 */
        {"America/Havana",    "2026-11-01", "2026-11-01T04:00:00.000000Z",
         "2026-11-02T04:59:59.999999Z"                                                                  }, /* 00:00 twice */
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        const struct taki_zone *zone = zone_of(cases[i].zone);
        taki_date date;
        assert_true(taki_date_parse(taki_str_of(cases[i].date), &date));
        expect_instant(cases[i].date, taki_zone_day_start(zone, date), cases[i].start);
        expect_instant(cases[i].date, taki_zone_day_end(zone, date), cases[i].end);
        taki_expect_i64("first", taki_zone_date(zone, taki_zone_day_start(zone, date)).days, date.days);
        taki_expect_i64("last", taki_zone_date(zone, taki_zone_day_end(zone, date)).days, date.days);
    }
    assert_true(taki_instant_is_null(taki_zone_day_start(zone_of("UTC"), TAKI_DATE_NULL)));
    assert_true(taki_instant_is_null(taki_zone_day_end(zone_of("UTC"), TAKI_DATE_NULL)));
}

static void every_day_start_of_a_century_is_the_first_instant_of_its_day(void **state)
{
    (void)state;
    static const char *const names[] = {"Asia/Tokyo", "America/New_York", "Australia/Sydney", "Europe/Dublin"};
    for (size_t i = 0; i < TAKI_LEN(names); i++) {
        const struct taki_zone *zone = zone_of(names[i]);
        for (taki_date date = taki_date_of(1975, 1, 1); date.days < taki_date_of(2075, 1, 1).days; date.days++) {
            taki_instant start = taki_zone_day_start(zone, date);
            taki_expect_i64(names[i], taki_zone_date(zone, start).days, date.days);
            taki_expect_i64(names[i], taki_zone_date(zone, (taki_instant){start.us - 1}).days, date.days - 1);
        }
    }
}

static void unknown_names_are_a_usage_error(void **state)
{
    (void)state;
    static const char *const names[] = {
        "",
        "Asia/Nowhere",
        "/etc/hosts",
        "../zoneinfo/UTC",
        "Asia",
        "tzdata.zi",
        "zone.tab",
        "Asia/T\xC5\x8Dky\xC5\x8D",
        "right/UTC_none",
    };
    for (size_t i = 0; i < TAKI_LEN(names); i++) {
        const struct taki_zone *zone = NULL;
        struct taki_error err = {0};
        taki_expect_status(names[i], taki_zone_new(arena, taki_str_of(names[i]), &zone, &err), TAKI_USAGE, &err);
        taki_expect_contains("text", err.text, "tz database");
        assert_true(err.hint[0] != '\0');
        assert_null(zone);
    }
}

static void the_machines_own_zone_is_never_asked(void **state)
{
    (void)state;
    assert_int_equal(setenv("TZ", "America/New_York", 1), 0);
    assert_int_equal(taki_zone_offset_us(zone_of("Asia/Tokyo"), (taki_instant){0}), 9 * 3600 * TAKI_US_PER_SECOND);
    assert_int_equal(unsetenv("TZ"), 0);
}

static void the_database_tells_its_version(void **state)
{
    (void)state;
    struct taki_error error = {0};
    const char *version;
    assert_int_equal(taki_zone_database_version(arena, &version, &error), TAKI_OK);
    assert_true(strcmp(version, "unknown") == 0 || (strlen(version) >= 5 && strncmp(version, "20", 2) == 0));
}

/* Offsets worked out by hand from the POSIX rules. */
static void posix_rules_hold_for_ever(void **state)
{
    (void)state;
    static const struct {
        const char *rule, *instant;
        int32_t want;
    } cases[] = {
        {"JST-9",                           "2090-01-01T00:00:00Z", 32400 },
        {"<+0545>-5:45",                    "2090-01-01T00:00:00Z", 20700 },
        {"<-0330>3:30:10",                  "2090-01-01T00:00:00Z", -12610},
        {"EST5EDT,M3.2.0,M11.1.0",          "2026-03-08T06:59:59Z", -18000},
        {"EST5EDT,M3.2.0,M11.1.0",          "2026-03-08T07:00:00Z", -14400},
        {"EST5EDT4,M3.2.0/2,M11.1.0/2",     "2026-11-01T05:59:59Z", -14400},
        {"EST+5EDT,M3.2.0,M11.1.0",         "2026-11-01T06:00:00Z", -18000},
        {"AEST-10AEDT,M10.1.0,M4.1.0/3",    "2026-01-01T00:00:00Z", 39600 },
        {"AEST-10AEDT,M10.1.0,M4.1.0/3",    "2026-06-01T00:00:00Z", 36000 },
        {"IST-1GMT0,M10.5.0,M3.5.0/1",      "2026-01-01T00:00:00Z", 0     },
        {"IST-1GMT0,M10.5.0,M3.5.0/1",      "2026-07-01T00:00:00Z", 3600  },
        {"IST-2IDT,M3.4.4/26,M10.5.0",      "2026-03-26T23:59:59Z", 7200  },
        {"IST-2IDT,M3.4.4/26,M10.5.0",      "2026-03-27T00:00:00Z", 10800 },
        {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T00:59:59Z", -7200 },
        {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T01:00:00Z", -3600 },
        {"XXX0YYY,J60/0,J300/0",            "2024-02-29T12:00:00Z", 0     }, /* J60 is March 1 always */
        {"XXX0YYY,J60/0,J300/0",            "2024-03-01T00:00:00Z", 3600  },
        {"XXX0YYY,J59/0,J300/0",            "2024-02-28T00:00:00Z", 3600  },
        {"XXX0YYY,J60/0,J300/0",            "2023-03-01T00:00:00Z", 3600  },
        {"XXX0YYY,59/0,300/0",              "2024-02-29T00:00:00Z", 3600  }, /* 59 counts the leap day */
        {"XXX0YYY,59/0,300/0",              "2024-02-28T23:59:59Z", 0     },
        {"XXX3EDT4,0/0,J365/23",            "2026-01-01T03:00:00Z", -14400}, /* summer all year (RFC 8536) */
        {"XXX3EDT4,0/0,J365/23",            "2026-12-31T23:00:00Z", -14400},
        {"EST5EDT,M3.2.0,M11.1.0",          "1969-12-31T23:59:59Z", -18000},
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        struct taki_zone_rule rule;
        if (!taki_zone_rule_parse(taki_str_of(cases[i].rule), &rule))
            fail_msg("'%s' was refused", cases[i].rule);
        int32_t got = taki_zone_rule_offset(&rule, us_of(cases[i].instant) / TAKI_US_PER_SECOND);
        if (got != cases[i].want)
            fail_msg("'%s' at %s: got %d, want %d", cases[i].rule, cases[i].instant, got, cases[i].want);
    }
}

static void malformed_rules_are_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "JS-9",
        "<+09-9",
        "JST",
        "JST-",
        "JST-25",
        "JST-9:",
        "JST-9:60",
        "JST-9:00:60",
        "JST-9x",
        "EST5EDT",
        "EST5EDT,",
        "EST5ED",
        "EST5EDTx",
        "EST5EDT,M3.2.0",
        "EST5EDT,M3.2.0,",
        "EST5EDT,M3.2.0,M11.1.0x",
        "EST5EDT,M13.2.0,M11.1.0",
        "EST5EDT,M0.2.0,M11.1.0",
        "EST5EDT,M3.0.0,M11.1.0",
        "EST5EDT,M3.6.0,M11.1.0",
        "EST5EDT,M3.2.7,M11.1.0",
        "EST5EDT,M3.2,M11.1.0",
        "EST5EDT,M3.2.0/168,M11.1.0",
        "EST5EDT,J0,J300",
        "EST5EDT,J366,J300",
        "EST5EDT,366,300",
        "EST5EDT,x,300",
        "EST5EDT+,M3.2.0,M11.1.0",
    };
    struct taki_zone_rule rule;
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        if (taki_zone_rule_parse(taki_str_of(cases[i]), &rule))
            fail_msg("'%s' was taken", cases[i]);
    }
}

/* A file of one block: two types (0 = UTC+1, 1 = UTC+2), transitions at 1000 (to type 1) and 2000 (to type 0). */
static void add_block(struct taki_buf *file, char version, size_t time_bytes)
{
    static const char counts[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 4};
    static const int times[] = {1000, 2000};
    taki_buf_add_text(file, "TZif");
    taki_buf_add_char(file, version);
    for (int i = 0; i < 15; i++)
        taki_buf_add_char(file, 0);
    taki_buf_add(file, counts, sizeof counts);
    for (size_t i = 0; i < TAKI_LEN(times); i++) {
        for (size_t byte = time_bytes; byte-- > 0;)
            taki_buf_add_char(file, (char)(byte < 4 ? times[i] >> 8 * byte & 0xFF : 0));
    }
    taki_buf_add(file, "\1\0", 2);
    taki_buf_add(file, "\0\0\x0E\x10\0\0", 6);
    taki_buf_add(file, "\0\0\x1C\x20\1\0", 6);
    taki_buf_add(file, "ABC", 4);
}

static void old_files_end_with_their_last_offset(void **state)
{
    (void)state;
    TAKI_AUTO(taki_buf_reset) struct taki_buf file;
    taki_buf_init(&file, 10000);
    add_block(&file, '\0', 4);
    struct taki_zone zone;
    assert_true(taki_zone_read(arena, taki_buf_view(&file), &zone));
    static const struct {
        int64_t seconds, want;
    } cases[] = {
        {-100000, 3600},
        {999,     3600},
        {1000,    7200},
        {1999,    7200},
        {2000,    3600},
        {9999999, 3600},
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        taki_instant instant = {cases[i].seconds * TAKI_US_PER_SECOND};
        taki_expect_i64("offset", taki_zone_offset_us(&zone, instant) / TAKI_US_PER_SECOND, cases[i].want);
    }
    taki_expect_i64("half a second before", taki_zone_offset_us(&zone, (taki_instant){-1}), 3600 * TAKI_US_PER_SECOND);
}

static void broken_files_are_refused_at_every_byte(void **state)
{
    (void)state;
    TAKI_AUTO(taki_buf_reset) struct taki_buf file;
    taki_buf_init(&file, 10000);
    add_block(&file, '2', 4);
    add_block(&file, '2', 8);
    taki_buf_add_text(&file, "\nXXX-3\n");
    struct taki_zone zone;
    taki_str whole = taki_buf_view(&file);
    assert_true(taki_zone_read(arena, whole, &zone));
    taki_expect_i64("rule", taki_zone_offset_us(&zone, (taki_instant){3000 * TAKI_US_PER_SECOND}),
                    3 * 3600 * TAKI_US_PER_SECOND);
    for (size_t size = 0; size < whole.size; size++)
        assert_false(taki_zone_read(arena, (taki_str){whole.data, size}, &zone));
    static const struct {
        size_t at;
        char byte;
        const char *what;
    } cases[] = {
        {0,       'X', "magic"                     },
        {39,      0,   "no types in the first head"},
        {36,      1,   "too many types"            },
        {70 + 39, 0,   "no types"                  },
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        char kept = file.data[cases[i].at];
        file.data[cases[i].at] = cases[i].byte;
        if (taki_zone_read(arena, whole, &zone))
            fail_msg("%s was taken", cases[i].what);
        file.data[cases[i].at] = kept;
    }
    /* In the second block: times must rise, types must exist, offsets must be sane, leap seconds are not taken. */
    size_t block = 44 + 8 + 2 + 12 + 4 + 44;
    file.data[block + 15] = 0;
    file.data[block + 14] = 0;
    assert_false(taki_zone_read(arena, whole, &zone));
    file.data[block + 14] = 2000 / 256;
    file.data[block + 15] = (char)(2000 % 256);
    file.data[block + 16] = 9;
    assert_false(taki_zone_read(arena, whole, &zone));
    file.data[block + 16] = 1;
    file.data[block + 18] = 0x7F;
    assert_false(taki_zone_read(arena, whole, &zone));
    file.data[block + 18] = 0;
    assert_true(taki_zone_read(arena, whole, &zone));
    file.data[whole.size - 7] = 'x';
    assert_false(taki_zone_read(arena, whole, &zone));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(offsets_and_business_dates),
        cmocka_unit_test(wall_clocks_become_instants),
        cmocka_unit_test(days_begin_and_end_with_the_zone),
        cmocka_unit_test(every_day_start_of_a_century_is_the_first_instant_of_its_day),
        cmocka_unit_test(unknown_names_are_a_usage_error),
        cmocka_unit_test(the_machines_own_zone_is_never_asked),
        cmocka_unit_test(the_database_tells_its_version),
        cmocka_unit_test(posix_rules_hold_for_ever),
        cmocka_unit_test(malformed_rules_are_refused),
        cmocka_unit_test(old_files_end_with_their_last_offset),
        cmocka_unit_test(broken_files_are_refused_at_every_byte),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
