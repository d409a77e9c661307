#include "child.h"
#include "taki_test.h"

#include "taki/log.h"

#include <stdlib.h>
#include <string.h>

#define NOW "2026-11-20T06:10:11.123456Z"

static int set_up(void **state)
{
    (void)state;
    return setenv("TAKI_TEST_NOW", NOW, 1);
}

static void log_as_text(void)
{
    taki_log_setup(TAKI_LOG_INFO, false, "0197-run");
    taki_log_secret("hunter2");
    taki_log(TAKI_LOG_DEBUG, "hidden", "a=%d", 1);
    taki_log(TAKI_LOG_INFO, "page_landed", "stream=%s page=%d token=%s", "ma:Lead", 7, "hunter2");
    taki_log(TAKI_LOG_ERROR, "odd", "text='%s'", "two\nlines");
    taki_log(TAKI_LOG_WARN, "empty", "%s", "");
}

static void a_line_of_text_has_the_run_first_and_no_secret(void **state)
{
    (void)state;
    struct child child = stderr_of(log_as_text);
    assert_string_equal(child.output,
                        "run=0197-run time=2026-11-20T06:10:11.123Z level=info event=page_landed stream=ma:Lead page=7 "
                        "token=***\n"
                        "run=0197-run time=2026-11-20T06:10:11.123Z level=error event=odd text='two lines'\n"
                        "run=0197-run time=2026-11-20T06:10:11.123Z level=warn event=empty\n");
}

static void log_as_json(void)
{
    taki_log_setup(TAKI_LOG_DEBUG, true, "r");
    taki_log(TAKI_LOG_DEBUG, "e", "n=%d id=%s zero=0 neg=-1 text='%s' q=%s last=%s", 7, "007", "a b", "x\"y\\z", "");
    taki_log(TAKI_LOG_DEBUG, "e", "%s", "plain words  k='cut off");
}

static void a_line_of_json_holds_the_pairs_as_members(void **state)
{
    (void)state;
    struct child child = stderr_of(log_as_json);
    assert_string_equal(
        child.output,
        "{\"run\": \"r\", \"time\": \"2026-11-20T06:10:11.123Z\", \"level\": \"debug\", \"event\": \"e\", "
        "\"n\": 7, \"id\": \"007\", \"zero\": 0, \"neg\": \"-1\", \"text\": \"a b\", "
        "\"q\": \"x\\\"y\\\\z\", \"last\": \"\"}\n"
        "{\"run\": \"r\", \"time\": \"2026-11-20T06:10:11.123Z\", \"level\": \"debug\", \"event\": \"e\", "
        "\"text\": \"plain\", \"text\": \"words\", \"k\": \"cut off\"}\n");
}

static void log_much(void)
{
    char wide[6000];
    for (size_t i = 0; i + 3 < sizeof wide; i += 3)
        memcpy(wide + i, "\xE6\xBB\x9D", 4);
    taki_log_setup(TAKI_LOG_INFO, false, NULL);
    taki_log(TAKI_LOG_INFO, "long", "t=%s", wide);
}

static void a_long_line_is_cut_between_characters(void **state)
{
    (void)state;
    struct child child = stderr_of(log_much);
    assert_true(taki_str_starts(taki_str_of(child.output), TAKI_STR("run= time=")));
    assert_true(strlen(child.output) > 4000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_of_text_has_the_run_first_and_no_secret),
        cmocka_unit_test(a_line_of_json_holds_the_pairs_as_members),
        cmocka_unit_test(a_long_line_is_cut_between_characters),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
