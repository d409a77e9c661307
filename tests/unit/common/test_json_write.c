#include "taki_test.h"

#include "taki/json.h"
#include "taki/text.h"

#include <cjson/cJSON.h>
#include <string.h>

static void strings_are_escaped(void **state)
{
    static const struct {
        taki_str text;
        const char *want;
    } cases[] = {
        {TAKI_STR_INIT(""),              "\"\""                                     },
        {TAKI_STR_INIT("plain"),         "\"plain\""                                },
        {TAKI_STR_INIT("\"\\/"),         "\"\\\"\\\\/\""                            },
        {TAKI_STR_INIT("\b\t\n\f\r"),    "\"\\b\\t\\n\\f\\r\""                      },
        {TAKI_STR_INIT("a\0b\x1F\x7F"),  "\"a\\u0000b\\u001f\x7F\""                 },
        {TAKI_STR_INIT("株式会社"),  "\"株式会社\""                         },
        {TAKI_STR_INIT("\xEF\xBF\xBD"),  "\"\xEF\xBF\xBD\""                         },
        {TAKI_STR_INIT("a\xFF\xE6\xA0"), "\"a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
        {{NULL, 0},                      "null"                                     },
    };
    (void)state;
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        TAKI_AUTO(taki_buf_reset) struct taki_buf buf;
        taki_buf_init(&buf, 1000);
        taki_json_add_string(&buf, cases[i].text);
        taki_expect_str(cases[i].want, taki_buf_view(&buf), cases[i].want);
    }
}

static void write_sample(struct taki_json_writer *w)
{
    taki_json_open(w, '{');
    taki_json_name(w, "a");
    taki_json_i64(w, INT64_MIN);
    taki_json_name(w, "b\"");
    taki_json_open(w, '[');
    taki_json_bool(w, true);
    taki_json_bool(w, false);
    taki_json_null(w);
    taki_json_cstr(w, "x");
    taki_json_cstr(w, NULL);
    taki_json_raw(w, TAKI_STR("{\"raw\": 1}"));
    taki_json_raw(w, TAKI_STR_NULL);
    taki_json_close(w, ']');
    taki_json_name(w, "c");
    taki_json_open(w, '{');
    taki_json_close(w, '}');
    taki_json_name(w, "d");
    taki_json_open(w, '[');
    taki_json_close(w, ']');
    taki_json_close(w, '}');
}

static void one_line_has_no_spaces(void **state)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf buf;
    (void)state;
    taki_buf_init(&buf, 1000);
    write_sample(&(struct taki_json_writer){.buf = &buf});
    taki_expect_str("one line", taki_buf_view(&buf),
                    "{\"a\":-9223372036854775808,\"b\\\"\":[true,false,null,\"x\",null,{\"raw\": 1},null],\"c\":{},"
                    "\"d\":[]}");
}

static void indented_puts_each_value_on_a_line(void **state)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf buf;
    (void)state;
    taki_buf_init(&buf, 1000);
    write_sample(&(struct taki_json_writer){.buf = &buf, .indent = 2});
    taki_expect_str("indented", taki_buf_view(&buf),
                    "{\n  \"a\": -9223372036854775808,\n  \"b\\\"\": [\n    true,\n    false,\n    null,\n    \"x\",\n"
                    "    null,\n    {\"raw\": 1},\n    null\n  ],\n  \"c\": {},\n  \"d\": []\n}");
}

static void values_at_the_top_stand_alone(void **state)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf buf;
    (void)state;
    taki_buf_init(&buf, 1000);
    struct taki_json_writer w = {.buf = &buf};
    for (int i = 0; i < 2; i++) {
        taki_json_open(&w, '{');
        taki_json_name(&w, "n");
        taki_json_i64(&w, i);
        taki_json_close(&w, '}');
        taki_buf_add_char(&buf, '\n');
    }
    taki_json_i64(&w, 2);
    taki_json_i64(&w, 3);
    taki_expect_str("lines", taki_buf_view(&buf), "{\"n\":0}\n{\"n\":1}\n23");
}

/** The property that counts: another library and our own reader get the same text back. */
static void what_is_written_is_read_back(void **state)
{
    (void)state;
    struct taki_arena *arena = taki_arena_open("test", 0);
    for (unsigned c = 1; c < 0x3000; c += c < 0x100 ? 1 : 37) {
        TAKI_AUTO(taki_buf_reset) struct taki_buf buf;
        char text[16] = "x";
        taki_buf_init(&buf, 1000);
        const size_t size = 1 + taki_utf8_put(c, text + 1);
        taki_json_add_string(&buf, (taki_str){text, size});
        struct taki_json json;
        taki_expect_status(text, taki_json_parse(arena, taki_buf_view(&buf), NULL, &json, NULL), TAKI_OK, NULL);
        taki_expect_str(text, taki_json_text(arena, json.nodes), text);
        taki_buf_add_char(&buf, '\0');
        cJSON *theirs = cJSON_Parse(buf.data);
        assert_non_null(theirs);
        assert_string_equal(cJSON_GetStringValue(theirs), text);
        cJSON_Delete(theirs);
    }
    taki_arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings_are_escaped),
        cmocka_unit_test(one_line_has_no_spaces),
        cmocka_unit_test(indented_puts_each_value_on_a_line),
        cmocka_unit_test(values_at_the_top_stand_alone),
        cmocka_unit_test(what_is_written_is_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
