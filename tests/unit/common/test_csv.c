#include "taki_test.h"

#include "taki/csv.h"

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

/** Records as text: fields in <>, NULL as -, records ended by ';', a failure as its status name. */
static taki_str picture(taki_str text, const struct taki_csv_options *options, struct taki_buf *out)
{
    struct taki_csv *csv = taki_csv_new(arena, text, options);
    struct taki_csv_record record;
    struct taki_error err = {0};
    taki_buf_clear(out);
    enum taki_status status = taki_csv_next(csv, &record, &err);
    for (; status != TAKI_END; status = taki_csv_next(csv, &record, &err)) {
        if (status != TAKI_OK) {
            taki_buf_format(out, "%s;", taki_status_info(status)->name);
            taki_csv_skip_line(csv);
            continue;
        }
        for (size_t i = 0; i < record.count; i++) {
            if (taki_str_is_null(record.fields[i]))
                taki_buf_add_char(out, '-');
            else
                taki_buf_format(out, "<%.*s>", TAKI_STR_ARG(record.fields[i]));
        }
        taki_buf_add_char(out, ';');
    }
    return taki_buf_view(out);
}

/** Both paths have to give @p want. */
static void expect(taki_str text, struct taki_csv_options options, const char *want)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf out;
    taki_buf_init(&out, 1 << 20);
    char what[200];
    for (int i = 0; i < 2; i++) {
        options.libcsv_only = i == 1;
        (void)snprintf(what, sizeof what, "%s of '%.*s'", i == 1 ? "libcsv" : "fast path", TAKI_STR_ARG(text));
        taki_expect_str(what, picture(text, &options, &out), want);
    }
}

static void records_and_fields(void **state)
{
    static const struct {
        taki_str text;
        const char *want;
    } cases[] = {
        {TAKI_STR_INIT(""),                                ""                          },
        {TAKI_STR_INIT("\n\r\n\n"),                        ""                          },
        {TAKI_STR_INIT("\xEF\xBB\xBF"),                    ""                          },
        {TAKI_STR_INIT("\xEF\xBB\xBF\"a\",b"),             "<a><b>;"                   },
        {TAKI_STR_INIT("a"),                               "<a>;"                      },
        {TAKI_STR_INIT("a,b,c\n"),                         "<a><b><c>;"                },
        {TAKI_STR_INIT("a,b\r\nc,d\r\n"),                  "<a><b>;<c><d>;"            },
        {TAKI_STR_INIT("a\n\nb\n\r\nc"),                   "<a>;<b>;<c>;"              },
        {TAKI_STR_INIT(",\n"),                             "--;"                       },
        {TAKI_STR_INIT(","),                               "--;"                       },
        {TAKI_STR_INIT(",\r\n"),                           "--;"                       },
        {TAKI_STR_INIT(",\r"),                             "--;"                       },
        {TAKI_STR_INIT("\"\"\n"),                          "<>;"                       },
        {TAKI_STR_INIT("\"\",,\"\"\n"),                    "<>-<>;"                    },
        {TAKI_STR_INIT("  a , b\t\n"),                     "<  a >< b\t>;"             },
        {TAKI_STR_INIT("\"a,b\",\"c\nd\",\"e\r\nf\"\n"),   "<a,b><c\nd><e\r\nf>;"      },
        {TAKI_STR_INIT("\"a\"\"b\",\"\"\"\",\"\"\"c\"\n"), "<a\"b><\"><\"c>;"          },
        {TAKI_STR_INIT("\"a\"\r\n\"b\"\r"),                "<a>;<b>;"                  },
        {TAKI_STR_INIT("a,b\r"),                           "<a><b>;"                   },
        {TAKI_STR_INIT("株式会社,\"髙島\"\n"),       "<株式会社><髙島>;"   },
        {TAKI_STR_INIT("12345678901234567890,x\n"),        "<12345678901234567890><x>;"},
        {TAKI_STR_INIT("a\rb,c\rd\n"),                     "<a\rb><c\rd>;"             },
        {TAKI_STR_INIT("a\r\r\n"),                         "<a\r>;"                    },
        {TAKI_STR_INIT("\r\r\n"),                          "<\r>;"                     },
        {TAKI_STR_INIT("\"a\r\",b\n"),                     "<a\r><b>;"                 },
        {TAKI_STR_INIT("\"a\r\"\n"),                       "<a\r>;"                    },
        {TAKI_STR_INIT("x\ry\r\n\"z\"\r\n"),               "<x\ry>;<z>;"               },
        {TAKI_STR_INIT("\ra\n"),                           "<\ra>;"                    },
    };
    (void)state;
    for (size_t i = 0; i < TAKI_LEN(cases); i++)
        expect(cases[i].text, (struct taki_csv_options){0}, cases[i].want);
}

static void bad_records_are_refused_and_reading_goes_on(void **state)
{
    static const struct {
        taki_str text;
        const char *want;
    } cases[] = {
        {TAKI_STR_INIT("a\"b\nc\n"),      "CONTRACT;<c>;"      },
        {TAKI_STR_INIT("\"a\"b\nc\n"),    "CONTRACT;<c>;"      },
        {TAKI_STR_INIT("\"a\" \nc\n"),    "CONTRACT;<c>;"      },
        {TAKI_STR_INIT("\"a\"\rb\nc\n"),  "CONTRACT;<c>;"      },
        {TAKI_STR_INIT("\"a\"\r\r\nc\n"), "CONTRACT;<c>;"      },
        {TAKI_STR_INIT("a,\"b\nc\nd"),    "CONTRACT;<c>;<d>;"  },
        {TAKI_STR_INIT("\"cut"),          "CONTRACT;"          },
        {TAKI_STR_INIT("\""),             "CONTRACT;"          },
        {TAKI_STR_INIT("\"a\"\""),        "CONTRACT;"          },
        {TAKI_STR_INIT("\"a\n\r"),        "CONTRACT;"          },
        {TAKI_STR_INIT("ok\nx\"\nok\n"),  "<ok>;CONTRACT;<ok>;"},
    };
    (void)state;
    for (size_t i = 0; i < TAKI_LEN(cases); i++)
        expect(cases[i].text, (struct taki_csv_options){0}, cases[i].want);
}

static void places_are_told(void **state)
{
    struct taki_csv_record record;
    struct taki_error err = {0};
    (void)state;
    for (int i = 0; i < 2; i++) {
        const struct taki_csv_options options = {.libcsv_only = i == 1};
        struct taki_csv *csv = taki_csv_new(arena, TAKI_STR("\na,\"b\n1\"\r\nc,d\r\n\r\nx\"\ncut,\"\n"), &options);
        taki_expect_status("1", taki_csv_next(csv, &record, &err), TAKI_OK, &err);
        taki_expect_i64("line", (int64_t)record.line, 2);
        taki_expect_i64("offset", (int64_t)record.offset, 1);
        taki_expect_str("raw", record.raw, "a,\"b\n1\"");
        taki_expect_status("2", taki_csv_next(csv, &record, &err), TAKI_OK, &err);
        taki_expect_i64("line", (int64_t)record.line, 4);
        taki_expect_i64("offset", (int64_t)record.offset, 10);
        taki_expect_str("raw", record.raw, "c,d");
        for (int k = 0; k < 2; k++) { // asking again gives the same answer
            taki_expect_status("3", taki_csv_next(csv, &record, &err), TAKI_CONTRACT, &err);
            taki_expect_contains("3", err.text, "CSV line 6 (byte 17): stray quote");
        }
        taki_csv_skip_line(csv);
        taki_expect_status("4", taki_csv_next(csv, &record, &err), TAKI_CONTRACT, &err);
        taki_expect_contains("4", err.text, "CSV line 7 (byte 20): the text ends inside quotes");
        taki_csv_skip_line(csv);
        taki_expect_status("5", taki_csv_next(csv, &record, &err), TAKI_END, &err);
        taki_csv_skip_line(csv);
        taki_expect_status("6", taki_csv_next(csv, &record, &err), TAKI_END, &err);
    }
}

static void nul_bytes_are_data(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        const struct taki_csv_options options = {.libcsv_only = i == 1};
        struct taki_csv_record record;
        struct taki_csv *csv = taki_csv_new(arena, TAKI_STR("a\0b,\"c\0\"\n"), &options);
        assert_int_equal(taki_csv_next(csv, &record, NULL), TAKI_OK);
        assert_int_equal(record.count, 2);
        assert_int_equal(record.fields[0].size, 3);
        assert_memory_equal(record.fields[0].data, "a\0b", 3);
        assert_int_equal(record.fields[1].size, 2);
        assert_memory_equal(record.fields[1].data, "c\0", 2);
    }
    struct taki_csv_record record;
    assert_int_equal(taki_csv_next(taki_csv_new(arena, TAKI_STR_NULL, NULL), &record, NULL), TAKI_END);
}

static void delimiters_and_ceilings(void **state)
{
    (void)state;
    expect(TAKI_STR("a\tb,c\t\n"), (struct taki_csv_options){.delimiter = '\t'}, "<a><b,c>-;");
    expect(TAKI_STR("a;\"b;\"\n"), (struct taki_csv_options){.delimiter = ';'}, "<a><b;>;");
    expect(TAKI_STR("a,b\nc,d,e\nf\n"), (struct taki_csv_options){.max_fields = 2}, "<a><b>;CEILING;<f>;");
    expect(TAKI_STR("a,b\nc,d,e"), (struct taki_csv_options){.max_fields = 2}, "<a><b>;CEILING;");
    const struct taki_csv_options ten = {.max_record_bytes = 10};
    expect(TAKI_STR("1234567890\r\n12345678901\nx\n"), ten, "<1234567890>;CEILING;<x>;");
    expect(TAKI_STR("12345,7890\n12345,78901\nx\n"), ten, "<12345><7890>;CEILING;<x>;");
    expect(TAKI_STR("\"34567890\n234567890\"\nx\n"), ten, "CEILING;CONTRACT;<x>;");
    expect(TAKI_STR("\"34\"\"7890\"\nx\n"), ten, "<34\"7890>;<x>;");
    expect(TAKI_STR("\"34567\r890\"\nx"), ten, "CEILING;<x>;");
    expect(TAKI_STR("12345678901234567890123456789"), ten, "CEILING;");
    // one byte more than allowed, at the very end of the text
    expect(taki_str_dup(arena, TAKI_STR("12345678901")), ten, "CEILING;");
    expect(taki_str_dup(arena, TAKI_STR("1234,678901")), ten, "CEILING;");
    expect(taki_str_dup(arena, TAKI_STR("1234567890\r")), ten, "<1234567890>;");
}

static void many_fields_grow_the_array(void **state)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf text;
    (void)state;
    taki_buf_init(&text, 1 << 20);
    for (int i = 0; i < 10000; i++)
        taki_buf_format(&text, "%s\"%d\"\"\"", i == 0 ? "" : ",", i);
    for (int i = 0; i < 2; i++) {
        const struct taki_csv_options options = {.libcsv_only = i == 1};
        struct taki_csv_record record;
        struct taki_csv *csv = taki_csv_new(arena, taki_buf_view(&text), &options);
        assert_int_equal(taki_csv_next(csv, &record, NULL), TAKI_OK);
        assert_int_equal(record.count, 10000);
        taki_expect_str("first", record.fields[0], "0\"");
        taki_expect_str("64th", record.fields[63], "63\"");
        taki_expect_str("last", record.fields[9999], "9999\"");
    }
}

static void our_dialect(void **state)
{
    static const struct {
        taki_str value;
        const char *want;
    } cases[] = {
        {{NULL, 0},                   ""                  },
        {TAKI_STR_INIT(""),           "\"\""              },
        {TAKI_STR_INIT("plain text"), "plain text"        },
        {TAKI_STR_INIT("a,b"),        "\"a,b\""           },
        {TAKI_STR_INIT("say \"hi\""), "\"say \"\"hi\"\"\""},
        {TAKI_STR_INIT("a\r\nb"),     "\"a  b\""          },
        {TAKI_STR_INIT("=1+1"),       "=1+1"              },
    };
    (void)state;
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        TAKI_AUTO(taki_buf_reset) struct taki_buf out;
        taki_buf_init(&out, 100);
        taki_csv_add(&out, cases[i].value);
        taki_expect_str(cases[i].want, (taki_str){out.data != NULL ? out.data : "", out.size}, cases[i].want);
    }
}

/** Whatever is written comes back, but for line breaks, which become spaces. */
static void round_trip(void **state)
{
    uint64_t seed = 1;
    (void)state;
    for (int round = 0; round < 2000; round++) {
        TAKI_AUTO(taki_buf_reset) struct taki_buf out;
        char values[5][8];
        taki_str want[5];
        taki_buf_init(&out, 1000);
        for (size_t i = 0; i < TAKI_LEN(want); i++) {
            seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407U;
            want[i] = (taki_str){values[i], (size_t)(seed >> 33) % 8};
            for (size_t k = 0; k < want[i].size; k++)
                values[i][k] = "ab,\"\n\r \0"[seed >> (34 + 3 * k) & 7];
            if ((seed >> 60) == 0)
                want[i] = TAKI_STR_NULL;
            if (i > 0)
                taki_buf_add_char(&out, ',');
            taki_csv_add(&out, want[i]);
        }
        taki_buf_add_char(&out, '\n');
        struct taki_csv_record record;
        assert_int_equal(taki_csv_next(taki_csv_new(arena, taki_buf_view(&out), NULL), &record, NULL), TAKI_OK);
        assert_int_equal(record.count, TAKI_LEN(want));
        for (size_t i = 0; i < TAKI_LEN(want); i++) {
            for (size_t k = 0; k < want[i].size; k++)
                values[i][k] = values[i][k] == '\n' || values[i][k] == '\r' ? ' ' : values[i][k];
            assert_true(taki_str_equal(record.fields[i], want[i]));
        }
        taki_arena_reset(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_and_fields),
        cmocka_unit_test(bad_records_are_refused_and_reading_goes_on),
        cmocka_unit_test(places_are_told),
        cmocka_unit_test(nul_bytes_are_data),
        cmocka_unit_test(delimiters_and_ceilings),
        cmocka_unit_test(many_fields_grow_the_array),
        cmocka_unit_test(our_dialect),
        cmocka_unit_test(round_trip),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
