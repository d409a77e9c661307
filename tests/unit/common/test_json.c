#include "taki_test.h"

#include "taki/json.h"

#include <stdio.h>
#include <string.h>

static struct taki_arena *arena;

static int open_arena(void **state)
{
    (void)state;
    arena = taki_arena_open("test", 0);
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    taki_arena_close(arena);
    return 0;
}

static struct taki_json parse(const char *text)
{
    struct taki_error err = {0};
    struct taki_json json;
    taki_expect_status(text, taki_json_parse(arena, taki_str_of(text), NULL, &json, &err), TAKI_OK, &err);
    return json;
}

static taki_str text_at(const struct taki_json *json, const char *path)
{
    const struct taki_json_node *node = taki_json_at(json, json->nodes, path);
    if (node == NULL)
        fail_msg("nothing at '%s'", path);
    return taki_json_text(arena, node);
}

static void scalars_keep_their_text(void **state)
{
    static const struct {
        const char *text;
        enum taki_json_type type;
        const char *want; /**< NULL = NULL value */
    } cases[] = {
        {"null",                                         TAKI_JSON_NULL,   NULL                                      },
        {" true ",                                       TAKI_JSON_TRUE,   "true"                                    },
        {"\t\r\nfalse\n",                                TAKI_JSON_FALSE,  "false"                                   },
        {"0",                                            TAKI_JSON_NUMBER, "0"                                       },
        {"-0",                                           TAKI_JSON_NUMBER, "-0"                                      },
        {"12345678901234567890",                         TAKI_JSON_NUMBER, "12345678901234567890"                    },
        {"1.50",                                         TAKI_JSON_NUMBER, "1.50"                                    },
        {"1e5",                                          TAKI_JSON_NUMBER, "1e5"                                     },
        {"-1.5E-05",                                     TAKI_JSON_NUMBER, "-1.5E-05"                                },
        {"1E+400",                                       TAKI_JSON_NUMBER, "1E+400"                                  },
        {"\"\"",                                         TAKI_JSON_STRING, ""                                        },
        {"\"a\"",                                        TAKI_JSON_STRING, "a"                                       },
        {"\"1234567\"",                                  TAKI_JSON_STRING, "1234567"                                 },
        {"\"12345678\"",                                 TAKI_JSON_STRING, "12345678"                                },
        {"\"123456789\"",                                TAKI_JSON_STRING, "123456789"                               },
        {"\"株式会社\"",                             TAKI_JSON_STRING, "株式会社"                            },
        {"\"\xC3\xA9\xF0\x9F\x98\x80\xEF\xBF\xBD\x7F\"", TAKI_JSON_STRING, "\xC3\xA9\xF0\x9F\x98\x80\xEF\xBF\xBD\x7F"},
        {"\"a\\\"b\\\\c\\/d\\b\\f\\n\\r\\te\"",          TAKI_JSON_STRING, "a\"b\\c/d\b\f\n\r\te"                    },
        {"\"\\u0041\\u00e9\\u682A\\ud83d\\uDE00\"",      TAKI_JSON_STRING, "A\xC3\xA9\xE6\xA0\xAA\xF0\x9F\x98\x80"   },
        {"\xEF\xBB\xBF\"bom\"",                          TAKI_JSON_STRING, "bom"                                     },
    };
    (void)state;
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        const struct taki_json json = parse(cases[i].text);
        taki_expect_i64(cases[i].text, json.count, 1);
        taki_expect_i64(cases[i].text, json.nodes[0].type, cases[i].type);
        taki_expect_i64(cases[i].text, json.nodes[0].next, 1);
        taki_expect_str(cases[i].text, taki_json_text(arena, json.nodes), cases[i].want);
        assert_null(json.nodes[0].key.data);
    }
}

static void bad_documents_are_refused_with_their_place(void **state)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"",                                    "byte 0: no value"                          },
        {"  ",                                  "byte 2: no value"                          },
        {"\xEF\xBB\xBF",                        "byte 3: no value"                          },
        {"nul",                                 "byte 0: a word"                            },
        {"nulL",                                "byte 0: a word"                            },
        {"True",                                "byte 0: something"                         },
        {"NaN",                                 "byte 0: something"                         },
        {"-",                                   "byte 0: a number"                          },
        {"+1",                                  "byte 0: something"                         },
        {"01",                                  "byte 0: a number"                          },
        {"-01",                                 "byte 0: a number"                          },
        {"1.",                                  "byte 0: a number"                          },
        {".5",                                  "byte 0: something"                         },
        {"1e",                                  "byte 0: a number"                          },
        {"1e+",                                 "byte 0: a number"                          },
        {"-Infinity",                           "byte 0: a number"                          },
        {"1 2",                                 "byte 2: more text"                         },
        {"0x10",                                "byte 1: more text"                         },
        {"'a'",                                 "byte 0: something"                         },
        {"\"a",                                 "byte 0: a string that does not end"        },
        {"\"a\\\"",                             "byte 0: a string that does not end"        },
        {"\"12345678",                          "byte 0: a string that does not end"        },
        {"\"a\nb\"",                            "byte 2: a control character"               },
        {"\"1234567\x01\"",                     "byte 8: a control character"               },
        {"\"\\x\"",                             "byte 1: an escape"                         },
        {"\"\\",                                "byte 1: an escape"                         },
        {"\"\\u12\"",                           "byte 1: an escape"                         },
        {"\"\\u12G4\"",                         "byte 1: an escape"                         },
        {"\"\\ud800\"",                         "byte 1: an escape"                         },
        {"\"\\ud800\\u0041\"",                  "byte 1: an escape"                         },
        {"\"\\udc00\"",                         "byte 1: an escape"                         },
        {"\"\\ud83d\\ud83d\"",                  "byte 1: an escape"                         },
        {"\"a\x80\"",                           "byte 2: bytes that are no UTF-8"           },
        {"\"\xC0\xAF\"",                        "byte 1: bytes that are no UTF-8"           },
        {"\"\xE0\x80\xAF\"",                    "byte 1: bytes that are no UTF-8"           },
        {"\"\xED\xA0\x80\"",                    "byte 1: bytes that are no UTF-8"           },
        {"\"\xF4\x90\x80\x80\"",                "byte 1: bytes that are no UTF-8"           },
        {"\"\xE6\xA0",                          "byte 1: bytes that are no UTF-8"           },
        {"\"\xE6\xA0\xAA\xE6\"",                "byte 4: bytes that are no UTF-8"           },
        {"[",                                   "byte 1: no value"                          },
        {"[1",                                  "byte 2: the end of the text"               },
        {"[1,",                                 "byte 3: no value"                          },
        {"[1,]",                                "byte 3: something"                         },
        {"[,1]",                                "byte 1: something"                         },
        {"[1 2]",                               "byte 3: no comma"                          },
        {"[1}",                                 "byte 2: a closing bracket"                 },
        {"[}",                                  "byte 1: a closing bracket"                 },
        {"{]",                                  "byte 1: a closing bracket"                 },
        {"]",                                   "byte 0: something"                         },
        {"[]]",                                 "byte 2: more text"                         },
        {"{",                                   "byte 1: no member name"                    },
        {"{a:1}",                               "byte 1: no member name"                    },
        {"{\"a\"}",                             "byte 4: no colon"                          },
        {"{\"a\":}",                            "byte 5: something"                         },
        {"{\"a\":1,}",                          "byte 7: no member name"                    },
        {"{\"a\":1 \"b\":2}",                   "byte 7: no comma"                          },
        {"{\"a\" 1}",                           "byte 5: no colon"                          },
        {"{\"a\":",                             "byte 5: no value"                          },
        {"{\"a\\q\":1}",                        "byte 3: an escape"                         },
        {"{\"a\":1,\"a\":2}",                   "byte 8: a member name for the second time" },
        {"{\"\":1,\"\":2}",                     "byte 7: a member name for the second time" },
        {"{\"a\":1,\"\\u0061\":2}",             "byte 8: a member name for the second time" },
        {"[{\"a\":{\"b\":1,\"c\":2,\"b\":3}}]", "byte 20: a member name for the second time"},
    };
    (void)state;
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        struct taki_error err = {0};
        struct taki_json json;
        taki_expect_status(cases[i].text, taki_json_parse(arena, taki_str_of(cases[i].text), NULL, &json, &err),
                           TAKI_CONTRACT, &err);
        taki_expect_contains(cases[i].text, err.text, cases[i].want);
        taki_expect_i64(cases[i].text, json.count, 0);
    }
    struct taki_json json;
    assert_int_equal(taki_json_parse(arena, TAKI_STR_NULL, NULL, &json, NULL), TAKI_CONTRACT);
    assert_int_equal(taki_json_parse(arena, TAKI_STR("1\0"), NULL, &json, NULL), TAKI_CONTRACT);
    assert_int_equal(taki_json_parse(arena, TAKI_STR("\"a\0b\""), NULL, &json, NULL), TAKI_CONTRACT);
    assert_int_equal(taki_json_parse(arena, TAKI_STR("\"\\\0\""), NULL, &json, NULL), TAKI_CONTRACT);
}

static void an_escaped_nul_stays_a_byte_of_the_value(void **state)
{
    (void)state;
    const struct taki_json json = parse("{\"a\\u0000b\":\"x\\u0000y\"}");
    const struct taki_json_node *member = taki_json_first(&json, json.nodes);
    const taki_str text = taki_json_text(arena, member);
    const taki_str key = taki_json_key(arena, member);
    assert_int_equal(text.size, 3);
    assert_memory_equal(text.data, "x\0y", 3);
    assert_int_equal(key.size, 3);
    assert_memory_equal(key.data, "a\0b", 3);
}

static void containers_nest_and_skip(void **state)
{
    (void)state;
    const struct taki_json json = parse(" {\"a\" : [ ] , \"b\":{ }, \"c\":[1,[2,{\"d\":3}],\"x\"], \"e\":null } ");
    const struct taki_json_node *root = json.nodes;
    taki_expect_i64("nodes", json.count, 11);
    taki_expect_i64("members", root->children, 4);
    taki_expect_i64("root ends", root->next, 11);
    const struct taki_json_node *a = taki_json_first(&json, root);
    taki_expect_str("a", a->key, "a");
    taki_expect_str("a spans", a->text, "[ ]");
    assert_null(taki_json_first(&json, a));
    const struct taki_json_node *b = taki_json_next(&json, root, a);
    taki_expect_str("b", b->key, "b");
    taki_expect_str("b spans", b->text, "{ }");
    const struct taki_json_node *c = taki_json_next(&json, root, b);
    taki_expect_i64("c has", c->children, 3);
    taki_expect_str("c spans", c->text, "[1,[2,{\"d\":3}],\"x\"]");
    const struct taki_json_node *e = taki_json_next(&json, root, c);
    taki_expect_str("e", e->key, "e");
    assert_null(taki_json_next(&json, root, e));
    taki_expect_str("container as text", taki_json_text(arena, b), "{ }");
}

static void paths_walk_members_and_items(void **state)
{
    (void)state;
    const struct taki_json json =
        parse("{\"result\":[{\"id\":1},{\"id\":2,\"a.b\":{\"k\\\"e\\u0079\":\"v\"}}],\"Result\":\"case\"}");
    taki_expect_str("first", text_at(&json, "result/0/id"), "1");
    taki_expect_str("second", text_at(&json, "result/1/id"), "2");
    taki_expect_str("a dot is part of a name", text_at(&json, "result/1/a.b/k\"ey"), "v");
    taki_expect_str("case counts", text_at(&json, "Result"), "case");
    assert_ptr_equal(taki_json_at(&json, json.nodes, ""), json.nodes);
    static const char *const missing[] = {"result/2", "result/-1", "result/x", "Result/0", "nothing", "result/0/id/x"};
    for (size_t i = 0; i < TAKI_LEN(missing); i++) {
        if (taki_json_at(&json, json.nodes, missing[i]) != NULL)
            fail_msg("found something at '%s'", missing[i]);
    }
    assert_null(taki_json_find(&json, NULL, "a"));
    assert_null(taki_json_find(&json, &json.nodes[1], "id"));
    const struct taki_json_node *member = taki_json_at(&json, json.nodes, "result/1/a.b");
    assert_null(taki_json_find(&json, member, "k\"e"));
    assert_null(taki_json_find(&json, member, "k\"eyy"));
}

static void limits_hold(void **state)
{
    (void)state;
    struct taki_error err = {0};
    struct taki_json json;
    char deep[200] = "";
    memset(deep, '[', 64);
    memset(deep + 64, ']', 64);
    taki_expect_status("64 deep", taki_json_parse(arena, taki_str_of(deep), NULL, &json, &err), TAKI_OK, &err);
    memset(deep, '[', 65);
    memset(deep + 65, ']', 65);
    taki_expect_status("65 deep", taki_json_parse(arena, taki_str_of(deep), NULL, &json, &err), TAKI_CEILING, &err);
    taki_expect_contains("65 deep", err.text, "nested deeper");
    const struct taki_json_limits two = {.depth = 2, .nodes = 5};
    taki_expect_status("depth 2", taki_json_parse(arena, TAKI_STR("[[1]]"), &two, &json, &err), TAKI_OK, &err);
    taki_expect_status("depth 3", taki_json_parse(arena, TAKI_STR("[[[]]]"), &two, &json, &err), TAKI_CEILING, &err);
    taki_expect_status("side by side", taki_json_parse(arena, TAKI_STR("[[],[],[],[]]"), &two, &json, &err), TAKI_OK,
                       &err);
    taki_expect_status("6 nodes", taki_json_parse(arena, TAKI_STR("[1,2,3,4,5]"), &two, &json, &err), TAKI_CEILING,
                       &err);
    taki_expect_contains("6 nodes", err.text, "more values");
    const struct taki_json_limits lax = {.allow_duplicate_keys = true};
    taki_expect_status("lax", taki_json_parse(arena, TAKI_STR("{\"a\":1,\"a\":2}"), &lax, &json, &err), TAKI_OK, &err);
    taki_expect_str("the first wins", taki_json_text(arena, taki_json_find(&json, json.nodes, "a")), "1");
}

/** An object of @p count members k0, k1, ...; with @p last as one more name. */
static taki_str object_of(size_t count, const char *last)
{
    struct taki_buf buf;
    taki_buf_init(&buf, (size_t)1 << 26);
    taki_buf_add_char(&buf, '{');
    for (size_t i = 0; i < count; i++)
        taki_buf_format(&buf, "\"k%zu\":%zu,", i, i);
    taki_buf_format(&buf, "\"%s\":[]}", last);
    const taki_str text = taki_str_dup(arena, taki_buf_view(&buf));
    taki_buf_reset(&buf);
    return text;
}

static void repeated_keys_are_found_in_objects_of_any_size(void **state)
{
    static const size_t sizes[] = {1, 7, 25, 62, 63, 64, 65, 1000, 100000};
    (void)state;
    for (size_t i = 0; i < TAKI_LEN(sizes); i++) {
        struct taki_error err = {0};
        struct taki_json json;
        char name[32];
        taki_expect_status("none", taki_json_parse(arena, object_of(sizes[i], "k"), NULL, &json, &err), TAKI_OK, &err);
        taki_expect_i64("members", json.nodes->children, (int64_t)sizes[i] + 1);
        (void)snprintf(name, sizeof name, "k%zu", sizes[i] / 2);
        const taki_str text = object_of(sizes[i], name);
        taki_expect_status(name, taki_json_parse(arena, text, NULL, &json, &err), TAKI_CONTRACT, &err);
        (void)snprintf(name, sizeof name, "byte %zu:", text.size - strlen(name) - 5);
        taki_expect_contains("place of the second", err.text, name);
        (void)snprintf(name, sizeof name, "\\u006b%zu", sizes[i] / 2);
        taki_expect_status(name, taki_json_parse(arena, object_of(sizes[i], name), NULL, &json, &err), TAKI_CONTRACT,
                           &err);
    }
}

static void many_values_grow_the_array(void **state)
{
    (void)state;
    struct taki_buf buf;
    taki_buf_init(&buf, (size_t)1 << 26);
    taki_buf_add_char(&buf, '[');
    for (int i = 0; i < 300000; i++)
        taki_buf_add(&buf, "[],", 3);
    taki_buf_add(&buf, "0]", 2);
    struct taki_json json;
    struct taki_error err = {0};
    taki_expect_status("array", taki_json_parse(arena, taki_buf_view(&buf), NULL, &json, &err), TAKI_OK, &err);
    taki_expect_i64("nodes", json.count, 300002);
    taki_expect_str("last", taki_json_text(arena, &json.nodes[300001]), "0");
    taki_buf_reset(&buf);
}

static void value_sizes_bound_streams_of_values(void **state)
{
    static const struct {
        const char *text;
        size_t want;
    } cases[] = {
        {"",                   0 },
        {" \n",                0 },
        {"1",                  1 },
        {" 1 2",               2 },
        {"{}\n{}",             2 },
        {"\n {\"a\":\"}\"} x", 11},
        {"[[],[\"]\"]]1",      10},
        {"\"a\\\"b\" 1",       6 },
        {"\"open",             5 },
        {"[1",                 2 },
        {"true,false",         4 },
        {",1",                 1 },
        {"]",                  1 },
        {"\"a\\",              3 },
        {"\xEF\xBB\xBF{}",     5 },
    };
    (void)state;
    for (size_t i = 0; i < TAKI_LEN(cases); i++)
        taki_expect_i64(cases[i].text, (int64_t)taki_json_value_size(taki_str_of(cases[i].text)),
                        (int64_t)cases[i].want);
}

static void unescaping_what_is_no_escape_keeps_it(void **state)
{
    (void)state;
    taki_expect_str("no escape", taki_json_unescape(arena, TAKI_STR("plain")), "plain");
    taki_expect_str("lone backslash", taki_json_unescape(arena, TAKI_STR("a\\")), "a\\");
    taki_expect_str("unknown", taki_json_unescape(arena, TAKI_STR("\\q")), "\\q");
    taki_expect_str("short", taki_json_unescape(arena, TAKI_STR("\\u12")), "\\u12");
    taki_expect_str("half a pair", taki_json_unescape(arena, TAKI_STR("\\ud83d")), "\\ud83d");
    taki_expect_str("empty", taki_json_unescape(arena, TAKI_STR("")), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scalars_keep_their_text),
        cmocka_unit_test(bad_documents_are_refused_with_their_place),
        cmocka_unit_test(an_escaped_nul_stays_a_byte_of_the_value),
        cmocka_unit_test(containers_nest_and_skip),
        cmocka_unit_test(paths_walk_members_and_items),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(repeated_keys_are_found_in_objects_of_any_size),
        cmocka_unit_test(many_values_grow_the_array),
        cmocka_unit_test(value_sizes_bound_streams_of_values),
        cmocka_unit_test(unescaping_what_is_no_escape_keeps_it),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
