/* Which touch influences which opportunity (domain.md 5.4). */
#include "story_case.h"
#include "waterfall/credit.h"

static void a_touch_influences_inside_its_window(void **state)
{
    (void)state;
    static const struct {
        const char *what, *at;
        bool is_response, not_marketing, no_role, fallback, want;
        int64_t depth;
        uint32_t campaign;
    } cases[] = {
        {"a response before the creation",     "2026-05-20 10:00", true,  false, false, false, true,  0, 1            },
        {"365 days before, by business date",  "2025-06-01 00:30", true,  false, false, false, true,  0, 1            },
        {"366 days before",                    "2025-05-31 23:59", true,  false, false, false, false, 0, 1            },
        {"late on the day of the close",       "2026-09-10 23:59", true,  false, false, false, true,  0, 1            },
        {"the day after the close",            "2026-09-11 00:00", true,  false, false, false, false, 0, 1            },
        {"depth 2 without response",           "2026-07-01 10:00", false, false, false, false, true,  2, 1            },
        {"depth 1 without response",           "2026-07-01 10:00", false, false, false, false, false, 1, 1            },
        {"a campaign of sales",                "2026-07-01 10:00", true,  true,  false, false, false, 3, 1            },
        {"no campaign",                        "2026-07-01 10:00", true,  false, false, false, false, 3, TAKI_NO_INDEX},
        {"a colleague without role",           "2026-07-01 10:00", true,  false, true,  false, false, 3, 1            },
        {"a colleague, with account fallback", "2026-07-01 10:00", true,  false, true,  true,  true,  3, 1            },
    };
    struct told told = told_open("2026-12-31");
    struct taki_credit_deal deal = {.created = time_of(told.zone, "2026-06-01 12:00"),
                                    .created_date = day_of("2026-06-01"),
                                    .last_date = day_of("2026-09-10")};
    struct taki_credit_windows windows = {told.zone, 365, 365, 2, false};
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        taki_instant ts = time_of(told.zone, cases[i].at);
        struct taki_credit_touch touch = {.campaign = cases[i].campaign,
                                          .ts = ts,
                                          .date = taki_zone_date(told.zone, ts),
                                          .depth = cases[i].depth,
                                          .is_response = cases[i].is_response,
                                          .is_marketing = !cases[i].not_marketing,
                                          .has_role = !cases[i].no_role};
        taki_expect_i64(cases[i].what, taki_credit_influences(&deal, &windows, &touch, cases[i].fallback),
                        cases[i].want);
    }
    told_close(&told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_touch_influences_inside_its_window)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
