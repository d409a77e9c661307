#include "taki_test.h"

#include "taki/date.h"

#include <stdio.h>
#include <string.h>

static const char *const kinds[] = {[TAKI_TIME_INVALID] = "invalid",
                                    [TAKI_TIME_DATE] = "date",
                                    [TAKI_TIME_INSTANT] = "instant",
                                    [TAKI_TIME_LOCAL] = "local"};

/* "invalid", "date 2026-11-20", "instant 2026-11-20T06:10:11.000000Z" or "local ..." */
static void describe(struct taki_time time, char out[64])
{
    char date[11], instant[28], local[28];
    taki_date_print(time.date, date);
    taki_instant_print(time.instant, instant);
    taki_instant_print((taki_instant){time.local_us}, local);
    const char *value = time.kind == TAKI_TIME_DATE      ? date
                        : time.kind == TAKI_TIME_INSTANT ? instant
                        : time.kind == TAKI_TIME_LOCAL   ? local
                                                         : "";
    (void)snprintf(out, 64, "%s%s%s", kinds[time.kind], value[0] != '\0' ? " " : "", value);
}

static void expect(const char *text, struct taki_time time, const char *want)
{
    char got[64];
    describe(time, got);
    if (strcmp(got, want) != 0)
        fail_msg("'%s': got %s, want %s", text, got, want);
}

/* The shapes of apis.md 7. */
static void every_iso_shape_of_the_vendors(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"2026-11-20T06:10:11Z",           "instant 2026-11-20T06:10:11.000000Z"},
        {"2026-11-20T06:10:11.000Z",       "instant 2026-11-20T06:10:11.000000Z"},
        {"2026-11-20T06:10:11.123Z",       "instant 2026-11-20T06:10:11.123000Z"},
        {"2026-11-20T06:10:11.000+0000",   "instant 2026-11-20T06:10:11.000000Z"},
        {"2026-11-20T06:10:11+0000",       "instant 2026-11-20T06:10:11.000000Z"},
        {"2026-11-20T06:10:11+09:00",      "instant 2026-11-19T21:10:11.000000Z"},
        {"2026-11-20T06:10:11-0530",       "instant 2026-11-20T11:40:11.000000Z"},
        {"2026-11-20T06:10:11+09",         "instant 2026-11-19T21:10:11.000000Z"},
        {"2026-11-20T06:10:11Z+0000",      "instant 2026-11-20T06:10:11.000000Z"},
        {"2026-11-20T06:10Z",              "instant 2026-11-20T06:10:00.000000Z"},
        {"2026-11-20T06:10:11.123456789Z", "instant 2026-11-20T06:10:11.123456Z"},
        {"2026-11-20T06:10:11.1Z",         "instant 2026-11-20T06:10:11.100000Z"},
        {"2026-11-20 06:10:11+09:00",      "instant 2026-11-19T21:10:11.000000Z"},
        {"2026-11-20 06:10:11",            "local 2026-11-20T06:10:11.000000Z"  },
        {"2026-11-20T06:10:11",            "local 2026-11-20T06:10:11.000000Z"  },
        {"2026-11-20",                     "date 2026-11-20"                    },
        {"2024-02-29T23:59:59Z",           "instant 2024-02-29T23:59:59.000000Z"},
        {"2026-01-01T00:00:00+14:00",      "instant 2025-12-31T10:00:00.000000Z"},
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++)
        expect(cases[i].text, taki_time_parse(taki_str_of(cases[i].text)), cases[i].want);
}

static void anything_else_is_invalid(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "x",
        "2026",
        "2026-11",
        "2026-11-2",
        "2026-02-29T00:00:00Z",
        "2026-11-20T",
        "2026-11-20T06",
        "2026-11-20T06:10:",
        "2026-11-20T06:10:1",
        "2026-11-20T24:00:00Z",
        "2026-11-20T06:60:00Z",
        "2026-11-20T06:10:60Z",
        "2026-11-20T06:10:11.Z",
        "2026-11-20T06:10:11.1234567890Z",
        "2026-11-20T06:10:11z",
        "2026-11-20T06:10:11Z+0900",
        "2026-11-20T06:10:11Z ",
        "2026-11-20T06:10:11+9",
        "2026-11-20T06:10:11+09:0",
        "2026-11-20T06:10:11+09:",
        "2026-11-20T06:10:11+1900",
        "2026-11-20T06:10:11+0960",
        "2026-11-20T06:10:11 +0900",
        "2026-11-20Z",
        " 2026-11-20",
        "2026-11-20 ",
        "20/11/2026",
        "1637388611000",
        "0001-01-01T00:00:00+09:00",
        "9999-12-31T23:59:59-09:00",
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++)
        expect(cases[i], taki_time_parse(taki_str_of(cases[i])), "invalid");
    expect("NULL", taki_time_parse(TAKI_STR_NULL), "invalid");
    expect("NULL", taki_time_parse_format(TAKI_STR_NULL, "%Y"), "invalid");
}

static void formats_are_followed_exactly(void **state)
{
    (void)state;
    static const struct {
        const char *text, *format, *want;
    } cases[] = {
        {"2026/04",                "%Y/%m",                        "date 2026-04-01"                    },
        {"2026/4/5",               "%Y/%m/%d",                     "date 2026-04-05"                    },
        {"20260405",               "%Y%m%d",                       "date 2026-04-05"                    },
        {"2026\xE5\xB9\xB4"
         "4\xE6\x9C\x88", "%Y\xE5\xB9\xB4%m\xE6\x9C\x88", "date 2026-04-01"                    },
        {"05.04.26",               "%d.%m.%y",                     "date 2026-04-05"                    },
        {"05.04.69",               "%d.%m.%y",                     "date 1969-04-05"                    },
        {"05.04.68",               "%d.%m.%y",                     "date 2068-04-05"                    },
        {"Apr 5 2026",             "%b %d %Y",                     "date 2026-04-05"                    },
        {"september 5 2026",       "%b %d %Y",                     "date 2026-09-05"                    },
        {"SEP 5 2026",             "%b %d %Y",                     "date 2026-09-05"                    },
        {"2026-04-05 01:02:03",    "%Y-%m-%d %H:%M:%S",            "local 2026-04-05T01:02:03.000000Z"  },
        {"2026-04-05 01:02:03.5",  "%Y-%m-%d %H:%M:%S.%f",         "local 2026-04-05T01:02:03.500000Z"  },
        {"2026-04-05 01:02 +0900", "%Y-%m-%d %H:%M %z",            "instant 2026-04-04T16:02:00.000000Z"},
        {"2026-04-05 01:02 Z",     "%Y-%m-%d %H:%M %z",            "instant 2026-04-05T01:02:00.000000Z"},
        {"4/5/2026 12:05 AM",      "%m/%d/%Y %I:%M %p",            "local 2026-04-05T00:05:00.000000Z"  },
        {"4/5/2026 12:05 PM",      "%m/%d/%Y %I:%M %p",            "local 2026-04-05T12:05:00.000000Z"  },
        {"4/5/2026 1:05 pm",       "%m/%d/%Y %H:%M %p",            "local 2026-04-05T13:05:00.000000Z"  },
        {"100% 2026-04",           "100%% %Y-%m",                  "date 2026-04-01"                    },
        {"2026-11-20T06:10:11Z",   "iso",                          "instant 2026-11-20T06:10:11.000000Z"},
        {"1795155011123",          "epoch_ms",                     "instant 2026-11-20T06:10:11.123000Z"},
        {"1795155011",             "epoch_s",                      "instant 2026-11-20T06:10:11.000000Z"},
        {"-1",                     "epoch_s",                      "instant 1969-12-31T23:59:59.000000Z"},
        {"253402300799",           "epoch_s",                      "instant 9999-12-31T23:59:59.000000Z"},
 /* and what doesn't follow is refused */
        {"253402300800",           "epoch_s",                      "invalid"                            },
        {"-62135596801",           "epoch_s",                      "invalid"                            },
        {"9223372036854775807",    "epoch_ms",                     "invalid"                            },
        {"1795155011.5",           "epoch_s",                      "invalid"                            },
        {"",                       "epoch_s",                      "invalid"                            },
        {"4/5/2026 0:05 AM",       "%m/%d/%Y %I:%M %p",            "invalid"                            },
        {"4/5/2026 13:05 PM",      "%m/%d/%Y %I:%M %p",            "invalid"                            },
        {"4/5/2026 1:05 XM",       "%m/%d/%Y %I:%M %p",            "invalid"                            },
        {"2026/13",                "%Y/%m",                        "invalid"                            },
        {"2026/04 ",               "%Y/%m",                        "invalid"                            },
        {"2026-04",                "%Y/%m",                        "invalid"                            },
        {"26/04",                  "%Y/%m",                        "invalid"                            },
        {"2026",                   "%Y",                           "invalid"                            },
        {"04",                     "%m",                           "invalid"                            },
        {"2026-04",                "%Y-%m%",                       "invalid"                            },
        {"2026-04-x",              "%Y-%m-%q",                     "invalid"                            },
        {"Abc 5 2026",             "%b %d %Y",                     "invalid"                            },
        {"2026-04 +0900",          "%Y-%m %z",                     "invalid"                            },
        {"2026-04-05 25:00",       "%Y-%m-%d %H:%M",               "invalid"                            },
        {"2026-04-05 01:02:03.",   "%Y-%m-%d %H:%M:%S.%f",         "invalid"                            },
        {"",                       "%Y",                           "invalid"                            },
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++)
        expect(cases[i].text, taki_time_parse_format(taki_str_of(cases[i].text), cases[i].format), cases[i].want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_iso_shape_of_the_vendors),
        cmocka_unit_test(anything_else_is_invalid),
        cmocka_unit_test(formats_are_followed_exactly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
