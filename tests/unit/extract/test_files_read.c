#include "sources/files_read.h"
#include "taki_test.h"

#include "taki/charset.h"

#include <stdio.h>
#include <string.h>

static struct taki_arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = taki_arena_open("test", 0);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    taki_arena_close(arena);
    return 0;
}

static const struct taki_files_rule csv = {.format = "csv", .delimiter = ',', .ceiling_bytes = 1 << 20};

struct outcome {
    enum taki_status status;
    struct taki_error err;
    struct taki_files_counts counts;
    int64_t pieces, bytes;
    const char *charset, *last_header;
    size_t field_count;
};

static struct outcome read_all(const struct taki_files_rule *rule, const char *content_type, taki_str body)
{
    struct outcome o = {0};
    struct taki_files_reader *reader;
    o.status = taki_files_reader_new(arena, rule, taki_str_of(content_type), body, &reader, &o.err);
    if (o.status != TAKI_OK)
        return o;
    struct taki_files_piece piece;
    while ((o.status = taki_files_reader_next(reader, &piece, &o.err)) == TAKI_OK) {
        assert_ptr_equal(piece.bytes.data, body.data + o.bytes);
        o.pieces++;
        o.bytes += (int64_t)piece.bytes.size;
        o.last_header = taki_str_dup(arena, piece.header).data;
    }
    o.counts = taki_files_reader_counts(reader);
    o.charset = taki_files_reader_charset(reader)->name;
    (void)taki_files_reader_fields(reader, &o.field_count);
    taki_files_reader_reset(reader);
    return o;
}

static const struct whole_case {
    const char *name;
    struct taki_files_rule rule;
    const char *content_type;
    taki_str body;
    int64_t records, odd_width, malformed;
    size_t fields;
    const char *charset;
} wholes[] = {
    {"plain",             {.format = "csv", .delimiter = ','},                    NULL, TAKI_STR_INIT("id,name\n1,a\n2,b\n"),                                  2, 0, 0, 2, "utf-8"},
    {"quoted line break",
     {.format = "csv", .delimiter = ','},
     NULL,                                                                              TAKI_STR_INIT("id,name\r\n1,\"a\r\nb\"\r\n"),
     1,                                                                                                                                                           0,
     0,                                                                                                                                                                 2,
     "utf-8"                                                                                                                                                                      },
    {"header only",       {.format = "csv", .delimiter = ','},                    NULL, TAKI_STR_INIT("id,name\n"),                                            0, 0, 0, 2, "utf-8"},
    {"extra column",
     {.format = "csv", .delimiter = ','},
     NULL,                                                                              TAKI_STR_INIT("id,name\n1,a\n2,b,c\n3\n"),
     3,                                                                                                                                                           2,
     0,                                                                                                                                                                 2,
     "utf-8"                                                                                                                                                                      },
    {"header again",
     {.format = "csv", .delimiter = ','},
     NULL,                                                                              TAKI_STR_INIT("id,name\n1,a\nid,name\n2,b\n"),
     2,                                                                                                                                                           0,
     0,                                                                                                                                                                 2,
     "utf-8"                                                                                                                                                                      },
    {"stray quote",
     {.format = "csv", .delimiter = ','},
     NULL,                                                                              TAKI_STR_INIT("id,name\n1,a\n2,\"b\"c\n3,d\n"),
     3,                                                                                                                                                           0,
     1,                                                                                                                                                                 2,
     "utf-8"                                                                                                                                                                      },
    {"banner",
     {.format = "csv", .delimiter = ',', .skip_lines = 1},
     NULL,                                                                              TAKI_STR_INIT("as of 2026-08-11, \"400\nid\n1\n2\n"),
     2,                                                                                                                                                           0,
     0,                                                                                                                                                                 1,
     "utf-8"                                                                                                                                                                      },
    {"mark",              {.format = "csv", .delimiter = ','},                    NULL, TAKI_STR_INIT("\xEF\xBB\xBFid\n1\n"),                                  1, 0, 0, 1, "utf-8"},
    {"cp932",
     {.format = "csv", .delimiter = ',', .encoding = TAKI_STR_INIT("Shift_JIS")},
     NULL,                                                                              TAKI_STR_INIT("\x95\x5C,b\n\x87\x40,\"\x95\x5C\"\n"),
     1,                                                                                                                                                           0,
     0,                                                                                                                                                                 2,
     "cp932"                                                                                                                                                                      },
    {"euc-jp by header",
     {.format = "csv", .delimiter = ','},
     "text/csv; charset=EUC-JP",                                                        TAKI_STR_INIT("\xC6\xFC\n\xCB\xDC\n"),
     1,                                                                                                                                                           0,
     0,                                                                                                                                                                 1,
     "euc-jp"                                                                                                                                                                     },
    {"tsv in utf-16",
     {.format = "tsv", .delimiter = '\t'},
     NULL,                                                                              TAKI_STR_INIT("\xFF\xFE"
                   "a\0\t\0b\0\n\0"
                   "1\0\t\0"
                   "2\0\n\0"),
     1,                                                                                                                                                           0,
     0,                                                                                                                                                                 2,
     "utf-16le"                                                                                                                                                                   },
    {"json",
     {.format = "json", .records_at = TAKI_STR_INIT("data/items")},
     NULL,                                                                              TAKI_STR_INIT("{\"data\":{\"items\":[{\"a\":1},{\"b\":2,\"a\":3}]}}"),
     2,                                                                                                                                                           0,
     0,                                                                                                                                                                 2,
     "utf-8"                                                                                                                                                                      },
    {"json root",         {.format = "json"},                                     NULL, TAKI_STR_INIT("[]"),                                                   0, 0, 0, 0, "utf-8"},
    {"ndjson",            {.format = "ndjson"},                                   NULL, TAKI_STR_INIT("{\"a\":1}\n\n{broken}\n{\"a\":2}"),                     3, 0, 1, 1, "utf-8"},
    {"empty ndjson",      {.format = "ndjson"},                                   NULL, TAKI_STR_INIT(""),                                                     0, 0, 0, 0, "utf-8"},
};

static void test_whole_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < TAKI_LEN(wholes); i++) {
        struct taki_files_rule rule = wholes[i].rule;
        rule.ceiling_bytes = 1 << 20;
        struct outcome o = read_all(&rule, wholes[i].content_type, wholes[i].body);
        taki_expect_status(wholes[i].name, o.status, TAKI_END, &o.err);
        taki_expect_i64(wholes[i].name, o.bytes, (int64_t)wholes[i].body.size);
        taki_expect_i64(wholes[i].name, o.counts.records, wholes[i].records);
        taki_expect_i64(wholes[i].name, o.counts.odd_width, wholes[i].odd_width);
        taki_expect_i64(wholes[i].name, o.counts.malformed, wholes[i].malformed);
        taki_expect_i64(wholes[i].name, (int64_t)o.field_count, (int64_t)wholes[i].fields);
        assert_string_equal(o.charset, wholes[i].charset);
    }
}

static const struct broken_case {
    const char *name;
    struct taki_files_rule rule;
    taki_str body;
    const char *why;
} brokens[] = {
    {"cut in quotes",  {.format = "csv", .delimiter = ','},                   TAKI_STR_INIT("id,name\n1,\"a"),     "ends inside quotes"  },
    {"empty",          {.format = "csv", .delimiter = ','},                   TAKI_STR_INIT(""),                   "no header line"      },
    {"banner only",    {.format = "csv", .delimiter = ',', .skip_lines = 1},  TAKI_STR_INIT("banner\n"),           "no header line"      },
    {"wrong charset",  {.format = "csv", .delimiter = ','},                   TAKI_STR_INIT("id\n1\n\x95\x5C\n"),  "byte 5 (0x95)"       },
    {"lone lead byte",
     {.format = "csv", .delimiter = ',', .encoding = TAKI_STR_INIT("cp932")},
     TAKI_STR_INIT("id\n\x95"),
     "begins at byte 3"                                                                                                                  },
    {"cut json",       {.format = "json"},                                    TAKI_STR_INIT("[{\"a\":1}"),         ""                    },
    {"no array",
     {.format = "json", .records_at = TAKI_STR_INIT("items")},
     TAKI_STR_INIT("{\"data\":[]}"),
     "no array of records at 'items'"                                                                                                    },
    {"cut ndjson",     {.format = "ndjson"},                                  TAKI_STR_INIT("{\"a\":1}\n{\"a\":"), "the last line is cut"},
};

static void test_broken_files_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < TAKI_LEN(brokens); i++) {
        struct taki_files_rule rule = brokens[i].rule;
        rule.ceiling_bytes = 1 << 20;
        struct outcome o = read_all(&rule, NULL, brokens[i].body);
        taki_expect_status(brokens[i].name, o.status, TAKI_CONTRACT, &o.err);
        taki_expect_contains(brokens[i].name, o.err.text, brokens[i].why);
    }
}

/** Pieces of a big file are whole records, carry the header by context, and count as the whole does. */
static void test_big_files_come_in_pieces(void **state)
{
    (void)state;
    enum { RECORDS = 5000 };
    struct taki_buf body;
    taki_buf_init(&body, 1 << 20);
    taki_buf_add_text(&body, "id,\x95\x5C\n");
    for (int i = 0; i < RECORDS; i++)
        taki_buf_format(&body, "%d,\"\x83\x7C\n%d\"\n", i, i);
    struct taki_files_rule rule = csv;
    rule.encoding = TAKI_STR("cp932");
    rule.piece_bytes = 1000;
    struct outcome o = read_all(&rule, NULL, taki_buf_view(&body));
    taki_expect_status("pieces", o.status, TAKI_END, &o.err);
    taki_expect_i64("bytes", o.bytes, (int64_t)body.size);
    taki_expect_i64("records", o.counts.records, RECORDS);
    taki_expect_i64("odd", o.counts.odd_width + o.counts.malformed, 0);
    assert_true(o.pieces > 50);
    assert_string_equal(o.last_header, "[\"id\",\"表\"]");
    taki_buf_reset(&body);
}

static void test_formats_by_name(void **state)
{
    (void)state;
    assert_string_equal(taki_files_format_of(TAKI_STR("a/b.CSV.gz")), "csv");
    assert_string_equal(taki_files_format_of(TAKI_STR("x.jsonl")), "ndjson");
    assert_null(taki_files_format_of(TAKI_STR("x.xlsx")));
    assert_true(taki_files_is_gzip(TAKI_STR("x.csv"), TAKI_STR("\x1F\x8B\x08")));
    assert_true(taki_files_is_gzip(TAKI_STR("x.csv.gz"), TAKI_STR("id")));
    assert_false(taki_files_is_gzip(TAKI_STR("x.csv"), TAKI_STR("id")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_files),
        cmocka_unit_test(test_broken_files_are_refused),
        cmocka_unit_test(test_big_files_come_in_pieces),
        cmocka_unit_test(test_formats_by_name),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
