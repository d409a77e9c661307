/* One campaign or none per opportunity (domain.md 5.3), deal families and repeat SQL (5.2, 3.6). */
#include "story_case.h"
#include "waterfall/credit.h"
#include "waterfall/family.h"

#include "taki/field.h"

enum { PRIMARY = 1, TRIGGER = 2, INHERITED = 3, FIRST = 4 };

/* A deal created 2026-06-01 with one touch of each kind; cases switch parts off. */
struct setup {
    const char *what;
    bool no_response_to_primary, primary_not_marketing, no_trigger, no_inherited, not_again, no_pass, renewal;
    enum taki_function generator;
    const char *first_touch, *field_activity;
    const char *rule, *class_name;
    uint32_t campaign;
};

static struct taki_credit_touch touch(const struct told *told, const char *at, uint32_t campaign, bool is_response)
{
    taki_instant ts = time_of(told->zone, at);
    return (struct taki_credit_touch){.id = TAKI_STR("t"),
                                      .campaign = campaign,
                                      .ts = ts,
                                      .date = taki_zone_date(told->zone, ts),
                                      .depth = 3,
                                      .is_response = is_response,
                                      .is_marketing = true,
                                      .has_role = true};
}

static struct taki_sourced source(const struct told *told, const struct setup *setup)
{
    struct taki_credit_touch touches[2] = {
        touch(told, setup->first_touch ? setup->first_touch : "2026-03-01", FIRST, true),
        touch(told, "2026-05-20", PRIMARY, !setup->no_response_to_primary),
    };
    taki_instant field = setup->field_activity ? time_of(told->zone, setup->field_activity) : TAKI_INSTANT_NULL;
    struct taki_credit_pass pass = {.generator = setup->generator ? setup->generator : TAKI_FUNCTION_MARKETING,
                                    .origin = setup->not_again ? TAKI_ORIGIN_NEW : TAKI_ORIGIN_RENURTURE,
                                    .mql_campaign = setup->no_trigger ? TAKI_NO_INDEX : TRIGGER,
                                    .inherited_campaign = setup->no_inherited ? TAKI_NO_INDEX : INHERITED};
    struct taki_credit_deal deal = {.created = time_of(told->zone, "2026-06-01 12:00"),
                                    .created_date = day_of("2026-06-01"),
                                    .last_date = day_of("2026-12-31"),
                                    .primary = PRIMARY,
                                    .primary_is_marketing = !setup->primary_not_marketing,
                                    .is_renewal = setup->renewal,
                                    .pass = setup->no_pass ? NULL : &pass,
                                    .touches = touches,
                                    .touch_count = 2,
                                    .field_activities = &field,
                                    .field_count = setup->field_activity ? 1 : 0};
    struct taki_credit_windows windows = {told->zone, 365, 365, 2, false};
    return taki_credit_source(&deal, &windows);
}

static void the_first_rule_that_gives_a_campaign_wins(void **state)
{
    (void)state;
    static const struct setup cases[] = {
        {.what = "primary, responded to",    .rule = "primary", .class_name = "marketing", .campaign = PRIMARY},
        {.what = "primary without response",
         .no_response_to_primary = true,
         .rule = "trigger",
         .class_name = "marketing",
         .campaign = TRIGGER},
        {.what = "primary of sales",
         .primary_not_marketing = true,
         .rule = "trigger",
         .class_name = "marketing",
         .campaign = TRIGGER},
        {.what = "inherited",
         .no_response_to_primary = true,
         .no_trigger = true,
         .rule = "inherited",
         .class_name = "marketing",
         .campaign = INHERITED},
        {.what = "a new pass inherits nothing",
         .no_response_to_primary = true,
         .no_trigger = true,
         .not_again = true,
         .rule = "first_touch",
         .class_name = "marketing",
         .campaign = FIRST},
        {.what = "first touch 365 days before",
         .no_response_to_primary = true,
         .no_trigger = true,
         .no_inherited = true,
         .first_touch = "2025-06-01",
         .rule = "first_touch",
         .class_name = "marketing",
         .campaign = FIRST},
        {.what = "366 days before",
         .no_response_to_primary = true,
         .no_trigger = true,
         .no_inherited = true,
         .first_touch = "2025-05-31",
         .class_name = "marketing",
         .campaign = TAKI_NO_INDEX},
        {.what = "field was there first",
         .no_response_to_primary = true,
         .no_trigger = true,
         .no_inherited = true,
         .field_activity = "2026-02-01",
         .class_name = "marketing",
         .campaign = TAKI_NO_INDEX},
        {.what = "field long before the window",
         .no_response_to_primary = true,
         .no_trigger = true,
         .no_inherited = true,
         .field_activity = "2025-05-01",
         .rule = "first_touch",
         .class_name = "marketing",
         .campaign = FIRST},
        {.what = "no lead pass: first touch may stand",
         .no_response_to_primary = true,
         .no_pass = true,
         .rule = "first_touch",
         .class_name = "marketing",
         .campaign = FIRST},
        {.what = "inside's deal has only candidates",
         .no_response_to_primary = true,
         .no_trigger = true,
         .no_inherited = true,
         .generator = TAKI_FUNCTION_INSIDE,
         .class_name = "inside_generated",
         .campaign = TAKI_NO_INDEX},
        {.what = "field's deal",
         .no_response_to_primary = true,
         .no_trigger = true,
         .no_inherited = true,
         .generator = TAKI_FUNCTION_FIELD,
         .class_name = "field_generated",
         .campaign = TAKI_NO_INDEX},
        {.what = "a partner's deal",
         .no_response_to_primary = true,
         .no_trigger = true,
         .no_inherited = true,
         .generator = TAKI_FUNCTION_PARTNER,
         .class_name = "partner",
         .campaign = TAKI_NO_INDEX},
        {.what = "nobody's deal",
         .no_response_to_primary = true,
         .no_pass = true,
         .first_touch = "2024-01-01",
         .class_name = "unknown",
         .campaign = TAKI_NO_INDEX},
        {.what = "renewals are never sourced",          .renewal = true,                                     .class_name = "unknown",                                                              .campaign = TAKI_NO_INDEX                                      },
    };
    struct told told = told_open("2026-12-31");
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        struct taki_sourced sourced = source(&told, &cases[i]);
        taki_expect_str(cases[i].what, taki_sourced_rule_name(sourced.rule), cases[i].rule);
        taki_expect_i64(cases[i].what, sourced.campaign, cases[i].campaign);
        taki_expect_str(cases[i].what, sourced.class_name, cases[i].class_name);
    }
    told_close(&told);
}

static void every_candidate_is_kept(void **state)
{
    (void)state;
    static const struct setup field = {.what = "", .generator = TAKI_FUNCTION_FIELD};
    struct told told = told_open("2026-12-31");
    struct taki_sourced sourced = source(&told, &field);
    taki_expect_i64("primary", sourced.cand_primary, PRIMARY);
    taki_expect_i64("trigger", sourced.cand_trigger, TRIGGER);
    taki_expect_i64("first touch", sourced.cand_first_touch, FIRST);
    told_close(&told);
}

/* Deals of one account; roots by index. */
static void families_follow_link_or_product_and_gap(void **state)
{
    (void)state;
    struct taki_family_deal deals[] = {
        {.id = TAKI_STR("O4"),
         .product_line = TAKI_STR("X"),
         .has_account = true,
         .created = day_of("2026-03-05"),
         .lost = day_of("2026-05-15"),
         .previous = TAKI_NO_INDEX},
        {.id = TAKI_STR("O5"),
         .product_line = TAKI_STR("X"),
         .has_account = true,
         .created = day_of("2026-08-25"),
         .lost = TAKI_DATE_NULL,
         .previous = TAKI_NO_INDEX},
        {.id = TAKI_STR("O6"),
         .product_line = TAKI_STR("Y"),
         .has_account = true,
         .created = day_of("2026-08-25"),
         .lost = TAKI_DATE_NULL,
         .previous = TAKI_NO_INDEX},
        {.id = TAKI_STR("O7"),
         .product_line = TAKI_STR("Y"),
         .has_account = true,
         .created = day_of("2027-08-25"),
         .lost = TAKI_DATE_NULL,
         .previous = 2            },
        {.id = TAKI_STR("O8"),
         .product_line = TAKI_STR("X"),
         .has_account = true,
         .created = day_of("2027-05-16"),
         .lost = TAKI_DATE_NULL,
         .previous = TAKI_NO_INDEX},
        {.id = TAKI_STR("O9"),
         .product_line = TAKI_STR("X"),
         .has_account = true,
         .created = day_of("2027-05-15"),
         .lost = TAKI_DATE_NULL,
         .previous = TAKI_NO_INDEX},
    };
    static const uint32_t roots[] = {0, 0, 2, 2, 4, 0}; /* O8: 366 days after the loss; O9: 365 */
    struct told told = told_open("2026-12-31");
    taki_families_find(told.arena, deals, TAKI_LEN(deals), 365);
    for (size_t i = 0; i < TAKI_LEN(deals); i++)
        taki_expect_i64(deals[i].id.data, deals[i].root, roots[i]);
    told_close(&told);
}

static void gross_counts_every_event_and_net_the_latest(void **state)
{
    (void)state;
    struct taki_family_deal deals[] = {
        {.id = TAKI_STR("O4"), .root = 0},
        {.id = TAKI_STR("O5"), .root = 0},
        {.id = TAKI_STR("O1"), .root = 2}
    };
    struct told told = told_open("2026-12-31");
    struct taki_sql_event events[] = {
        {.deal = 1, .ts = time_of(told.zone, "2026-08-25"), .pass_no = 2, .amount = 8000000 },
        {.deal = 2, .ts = time_of(told.zone, "2026-03-10"), .pass_no = 1, .amount = 10000000},
        {.deal = 0, .ts = time_of(told.zone, "2026-03-05"), .pass_no = 1, .amount = 8000000 }
    };
    taki_families_number(told.arena, deals, events, 3);
    int64_t gross = 0, net = 0;
    for (size_t i = 0; i < 3; i++) {
        gross += events[i].amount;
        net += events[i].is_latest ? events[i].amount : 0;
    }
    taki_expect_i64("gross", gross, 26000000);
    taki_expect_i64("net", net, 18000000);
    taki_expect_i64("O4 first", events[0].seq, 1);
    taki_expect_i64("O5 second", events[1].seq, 2);
    told_close(&told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_rule_that_gives_a_campaign_wins),
        cmocka_unit_test(every_candidate_is_kept),
        cmocka_unit_test(families_follow_link_or_product_and_gap),
        cmocka_unit_test(gross_counts_every_event_and_net_the_latest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
