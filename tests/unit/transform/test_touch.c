/* Bots, repeats and member rows (domain.md 6.4), and the stage just before a touch. */
#include "story_case.h"
#include "waterfall/touches.h"

struct raw {
    const char *at, *type, *id;
    uint32_t campaign;
    bool is_response, is_bot, is_member;
    const char *delivered;
};

static struct taki_touches normalise(struct told *told, const struct raw *rows, size_t count)
{
    struct taki_raw_touch *raw = TAKI_NEW_ARRAY(told->arena, count, struct taki_raw_touch);
    for (size_t i = 0; i < count; i++)
        raw[i] = (struct taki_raw_touch){.ts = time_of(told->zone, rows[i].at),
                                         .delivered = rows[i].delivered ? time_of(told->zone, rows[i].delivered)
                                                                        : TAKI_INSTANT_NULL,
                                         .id = taki_str_of(rows[i].id),
                                         .source = TAKI_STR("ma"),
                                         .type = taki_str_of(rows[i].type),
                                         .campaign = rows[i].campaign,
                                         .depth = 1,
                                         .is_response = rows[i].is_response,
                                         .is_bot = rows[i].is_bot,
                                         .is_member = rows[i].is_member};
    return taki_touches_normalise(told->arena, told->zone, raw, count);
}

static void repeats_within_ten_minutes_are_one_touch(void **state)
{
    (void)state;
    static const struct raw rows[] = {
        {"2026-05-01 10:00:00", "form",     "a", 1, true, false, false, NULL},
        {"2026-05-01 10:10:00", "form",     "b", 1, true, false, false, NULL}, /* ten minutes: the same */
        {"2026-05-01 10:10:01", "form",     "c", 1, true, false, false, NULL}, /* after the kept one's ten minutes */
        {"2026-05-01 10:05:00", "form",     "d", 2, true, false, false, NULL}, /* another campaign */
        {"2026-05-01 10:05:00", "download", "e", 1, true, false, false, NULL}, /* another type */
        {"2026-09-01 10:00:00", "form",     "f", 1, true, false, false, NULL}, /* months later */
    };
    struct told told = told_open("2026-12-31");
    struct taki_touches touches = normalise(&told, rows, TAKI_LEN(rows));
    static const char *const kept[] = {"a", "d", "e", "c", "f"};
    taki_expect_i64("kept", (int64_t)touches.count, 5);
    taki_expect_i64("repeats", (int64_t)touches.repeats, 1);
    for (size_t i = 0; i < TAKI_LEN(kept); i++)
        taki_expect_str("earliest kept", touches.touches[i].id, kept[i]);
    told_close(&told);
}

static void clicks_of_machines_are_out(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        struct raw rows[2];
        size_t bots;
    } cases[] = {
        {"flagged by the MA",
         {{"2026-05-01 10:00:00", "email_click", "a", 1, false, true, false, NULL},
          {"2026-05-01 11:00:00", "web_visit", "b", 1, false, false, false, NULL}},
         1},
        {"two seconds after delivery",
         {{"2026-05-01 10:00:02", "email_click", "a", 1, false, false, false, "2026-05-01 10:00:00"},
          {"2026-05-01 11:00:00", "web_visit", "b", 1, false, false, false, NULL}},
         1},
        {"three seconds",
         {{"2026-05-01 10:00:03", "email_click", "a", 1, false, false, false, "2026-05-01 10:00:00"},
          {"2026-05-01 11:00:00", "web_visit", "b", 1, false, false, false, NULL}},
         0},
        {"by the delivery's own record",
         {{"2026-05-01 10:00:00", "email_delivered", "a", 1, false, false, false, NULL},
          {"2026-05-01 10:00:01", "email_click", "b", 1, false, false, false, NULL}},
         1},
        {"another mail's delivery",
         {{"2026-05-01 10:00:00", "email_delivered", "a", 2, false, false, false, NULL},
          {"2026-05-01 10:00:01", "email_click", "b", 1, false, false, false, NULL}},
         0},
        {"a form is no click",
         {{"2026-05-01 10:00:00", "email_delivered", "a", 1, false, false, false, NULL},
          {"2026-05-01 10:00:01", "form", "b", 1, true, false, false, NULL}},
         0},
    };
    struct told told = told_open("2026-12-31");
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        struct taki_touches touches = normalise(&told, cases[i].rows, 2);
        taki_expect_i64(cases[i].what, (int64_t)touches.bots, (int64_t)cases[i].bots);
        taki_expect_i64("in = kept + bots + repeats + deliveries",
                        (int64_t)(touches.count + touches.bots + touches.repeats + touches.unused), 2);
    }
    told_close(&told);
}

static void a_member_row_repeats_what_activities_tell(void **state)
{
    (void)state;
    static const struct raw same[] = {
        {"2026-05-01 10:00:00", "attend", "activity", 1, true, false, false, NULL},
        {"2026-05-01",          "attend", "member",   1, true, false, true,  NULL}
    };
    static const struct raw alone[] = {
        {"2026-05-01 10:00:00", "attend", "activity", 2, true, false, false, NULL},
        {"2026-05-01",          "attend", "member",   1, true, false, true,  NULL}
    };
    static const struct raw earlier[] = {
        {"2026-08-01 10:00:00", "attend", "activity", 1, true, false, false, NULL},
        {"2026-05-01",          "attend", "member",   1, true, false, true,  NULL}
    };
    struct told told = told_open("2026-12-31");
    struct taki_touches touches = normalise(&told, same, 2);
    taki_expect_i64("told twice", (int64_t)touches.count, 1);
    taki_expect_str("by the activity", touches.touches[0].id, "activity");
    taki_expect_i64("another campaign", (int64_t)normalise(&told, alone, 2).count, 2);
    taki_expect_i64("the first response that no activity tells", (int64_t)normalise(&told, earlier, 2).count, 2);
    told_close(&told);
}

static void the_stage_is_that_just_before_the_touch(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {"2026-03-15 10:00", "response", "C2", NULL, 3, NULL, NULL},
        {"2026-03-16 10:00",              "MQL", NULL, NULL, 0, NULL, NULL},
        {"2026-03-16 10:00",                 "touch", NULL, NULL, 1, NULL, NULL},
        {"2026-06-20 10:00",              "touch", NULL, NULL, 1, NULL, NULL},
        {0}
    };
    static const char *const want[] = {"KNOWN", "INQ", "MQL"};
    struct told told = tell("2026-12-31", lines);
    for (size_t i = 0; i < 3; i++)
        taki_expect_str("stage",
                        taki_stage_code(taki_pass_stage_before(&told.passes.passes[0], told.story.touches[i].ts)),
                        want[i]);
    told_close(&told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repeats_within_ten_minutes_are_one_touch),
        cmocka_unit_test(clicks_of_machines_are_out),
        cmocka_unit_test(a_member_row_repeats_what_activities_tell),
        cmocka_unit_test(the_stage_is_that_just_before_the_touch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
