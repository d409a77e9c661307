#include "taki_test.h"

#include "taki/file.h"
#include "taki/stage.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS(COL)                                                                                                   \
    COL(id, ID, KEY, "", "identity")                                                                                   \
    COL(seq, I64, KEY, "rows", "place")                                                                                \
    COL(text, TEXT, PII_OPT, "", "free text")                                                                          \
    COL(kind, ENUM, OPT, "", "few texts")                                                                              \
    COL(same, TEXT, OPT, "", "one text")                                                                               \
    COL(flag, BOOL, OPT, "", "truth")                                                                                  \
    COL(ratio, F64, OPT, "", "number")                                                                                 \
    COL(day, DATE, OPT, "", "day")                                                                                     \
    COL(at, INSTANT, OPT, "", "instant")                                                                               \
    COL(amount, MONEY, OPT, "JPY", "money")                                                                            \
    COL(never, I64, OPT, "", "always NULL")
struct sample {
    COLUMNS(TAKI_MEMBER)
};
#define TAKI_ROW struct sample
static const struct taki_field fields[] = {COLUMNS(TAKI_FIELD)};
#define COUNT TAKI_LEN(fields)

static const char *path_of(const char *name)
{
    static char path[512];
    (void)snprintf(path, sizeof path, "%s/%s.tcol", taki_test_folder(), name);
    return path;
}

/** Row @p i; texts live in @p text. Every fifth value or so is NULL, every third row shares its id with others. */
static struct sample row_of(int64_t i, char text[64])
{
    static const char *const kinds[] = {"MQL", "SAL", "", "SQL"};
    struct sample row;
    taki_fields_clear(fields, COUNT, &row);
    const int size = snprintf(text, 64, "id%07lld", (long long)(i / 3));
    row.id = (taki_str){text, (size_t)size};
    row.seq = i - 1;
    if (i % 5 != 0)
        row.text = (taki_str){text + (i % 4), (size_t)size - (size_t)(i % 4) * 2};
    if (i % 7 != 0)
        row.kind = taki_str_of(kinds[i % 4]);
    row.same = TAKI_STR("same");
    if (i % 6 != 0)
        row.flag = (int8_t)(i % 2);
    if (i % 4 != 1)
        row.ratio = (double)i / 7;
    if (i % 3 != 1)
        row.day.days = (int32_t)(i - 100);
    if (i % 3 != 2)
        row.at.us = -i * 1000003;
    if (i % 8 != 0)
        row.amount = i * i - 50;
    return row;
}

static struct taki_stage_writer *open_writer(const char *path)
{
    struct taki_error err = {0};
    struct taki_stage_writer *writer = NULL;
    taki_expect_status("open", taki_stage_writer_open(path, fields, COUNT, &writer, &err), TAKI_OK, &err);
    return writer;
}

static void write_rows(const char *path, int64_t count, char sha256[TAKI_SHA256_HEX])
{
    struct taki_error err = {0};
    struct taki_stage_writer *writer = open_writer(path);
    char text[64];
    for (int64_t i = 0; i < count; i++) {
        const struct sample row = row_of(i, text);
        taki_expect_status("add", taki_stage_writer_add(writer, &row, &err), TAKI_OK, &err);
    }
    int64_t rows = -1;
    int64_t bytes = -1;
    char hash[TAKI_SHA256_HEX];
    int64_t size = 0;
    taki_expect_status("commit", taki_stage_writer_commit(writer, &rows, &bytes, sha256, &err), TAKI_OK, &err);
    taki_expect_i64("rows", rows, count);
    taki_expect_status("hash", taki_file_hash(path, hash, &size, &err), TAKI_OK, &err);
    taki_expect_i64("bytes", bytes, size);
    assert_string_equal(hash, sha256);
}

/** Compares a row of the reader (own offsets) with the sample. */
static void expect_row(const struct taki_field *found, const void *got, const struct sample *want, int64_t i)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf a;
    TAKI_AUTO(taki_buf_reset) struct taki_buf b;
    taki_buf_init(&a, 10000);
    taki_buf_init(&b, 10000);
    for (size_t c = 0; c < COUNT; c++) {
        taki_buf_clear(&a);
        taki_buf_clear(&b);
        taki_field_print(&found[c], got, 0, &a);
        taki_field_print(&fields[c], want, 0, &b);
        if (taki_field_is_null(&found[c], got) != taki_field_is_null(&fields[c], want) ||
            !taki_str_equal(taki_buf_view(&a), taki_buf_view(&b)))
            fail_msg("row %lld, column %s: got '%.*s', want '%.*s'", (long long)i, fields[c].name,
                     TAKI_STR_ARG(taki_buf_view(&a)), TAKI_STR_ARG(taki_buf_view(&b)));
    }
}

static struct taki_stage_reader *open_reader(const char *path)
{
    struct taki_error err = {0};
    struct taki_stage_reader *reader = NULL;
    taki_expect_status("open", taki_stage_reader_open(path, &reader, &err), TAKI_OK, &err);
    return reader;
}

static void expect_rows(const char *path, int64_t count, size_t groups)
{
    struct taki_error err = {0};
    size_t found_count = 0;
    TAKI_AUTO(taki_stage_reader_auto) struct taki_stage_reader *reader = open_reader(path);
    const struct taki_field *found = taki_stage_reader_fields(reader, &found_count);
    taki_expect_i64("fields", (int64_t)found_count, COUNT);
    taki_expect_i64("rows", taki_stage_reader_rows(reader), count);
    taki_expect_i64("groups", (int64_t)taki_stage_reader_groups(reader), (int64_t)groups);
    size_t ends = 0;
    char text[64];
    const void *row = NULL;
    for (int64_t i = 0; i < count; i++) {
        bool group_end = false;
        taki_expect_status("next", taki_stage_reader_next(reader, &row, &group_end, &err), TAKI_OK, &err);
        const struct sample want = row_of(i, text);
        expect_row(found, row, &want, i);
        ends += group_end;
    }
    taki_expect_i64("group ends", (int64_t)ends, (int64_t)groups);
    taki_expect_status("end", taki_stage_reader_next(reader, &row, NULL, &err), TAKI_END, &err);
    taki_expect_status("end again", taki_stage_reader_next(reader, &row, NULL, &err), TAKI_END, &err);
}

static void rows_come_back_at_every_size(void **state)
{
    static const struct {
        int64_t rows;
        size_t groups;
    } cases[] = {
        {0,      0},
        {1,      1},
        {2,      1},
        {63,     1},
        {65,     1},
        {1000,   1},
        {65535,  1},
        {65536,  1},
        {65537,  2},
        {131073, 3}
    };
    (void)state;
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        char name[32];
        char sha256[TAKI_SHA256_HEX];
        (void)snprintf(name, sizeof name, "rows%lld", (long long)cases[i].rows);
        write_rows(path_of(name), cases[i].rows, sha256);
        expect_rows(path_of(name), cases[i].rows, cases[i].groups);
    }
}

static void fields_come_back(void **state)
{
    char sha256[TAKI_SHA256_HEX];
    (void)state;
    write_rows(path_of("fields"), 1, sha256);
    size_t count = 0;
    TAKI_AUTO(taki_stage_reader_auto) struct taki_stage_reader *reader = open_reader(path_of("fields"));
    const struct taki_field *found = taki_stage_reader_fields(reader, &count);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(found[i].name, fields[i].name);
        assert_int_equal(found[i].type, fields[i].type);
        assert_int_equal(found[i].flags, fields[i].flags);
        assert_string_equal(found[i].unit, fields[i].unit);
        assert_string_equal(found[i].meaning, fields[i].meaning);
    }
}

static void equal_rows_give_equal_bytes(void **state)
{
    char a[TAKI_SHA256_HEX];
    char b[TAKI_SHA256_HEX];
    struct taki_error err = {0};
    (void)state;
    write_rows(path_of("equal1"), 1000, a);
    write_rows(path_of("equal2"), 1000, b);
    assert_string_equal(a, b);
    const double zeros[] = {0.0, -0.0, (double)NAN, -(double)NAN};
    char hashes[4][TAKI_SHA256_HEX];
    for (size_t i = 0; i < 4; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "zero%zu", i);
        struct taki_stage_writer *writer = open_writer(path_of(name));
        char text[64];
        struct sample row = row_of(1, text);
        row.ratio = zeros[i];
        int64_t rows = 0;
        int64_t bytes = 0;
        taki_expect_status("add", taki_stage_writer_add(writer, &row, &err), TAKI_OK, &err);
        taki_expect_status("commit", taki_stage_writer_commit(writer, &rows, &bytes, hashes[i], &err), TAKI_OK, &err);
    }
    assert_string_equal(hashes[0], hashes[1]);
    assert_string_equal(hashes[2], hashes[3]);
    assert_string_not_equal(hashes[0], hashes[2]);
}

static void all_null_and_all_equal_columns(void **state)
{
    (void)state;
    struct taki_error err = {0};
    struct taki_stage_writer *writer = open_writer(path_of("null"));
    struct sample row;
    taki_fields_clear(fields, COUNT, &row);
    for (row.seq = 0; row.seq < 1000; row.seq++)
        taki_expect_status("add", taki_stage_writer_add(writer, &row, &err), TAKI_OK, &err);
    int64_t rows = 0;
    int64_t bytes = 0;
    char sha256[TAKI_SHA256_HEX];
    taki_expect_status("commit", taki_stage_writer_commit(writer, &rows, &bytes, sha256, &err), TAKI_OK, &err);
    assert_true(bytes < 10000); // 125 + 8000 for seq, a few bytes for each constant column
    TAKI_AUTO(taki_stage_reader_auto) struct taki_stage_reader *reader = open_reader(path_of("null"));
    size_t count = 0;
    const struct taki_field *found = taki_stage_reader_fields(reader, &count);
    for (row.seq = 0; row.seq < 1000; row.seq++) {
        const void *got = NULL;
        taki_expect_status("next", taki_stage_reader_next(reader, &got, NULL, &err), TAKI_OK, &err);
        expect_row(found, got, &row, row.seq);
    }
}

/** More than 256 different texts, long ones, empty ones beside NULL: the plain form of a text column. */
static void many_different_texts(void **state)
{
    (void)state;
    struct taki_error err = {0};
    static char text[100000];
    memset(text, 'x', sizeof text);
    struct taki_stage_writer *writer = open_writer(path_of("texts"));
    struct sample row;
    taki_fields_clear(fields, COUNT, &row);
    for (row.seq = 0; row.seq < 500; row.seq++) {
        row.text = (taki_str){text, (size_t)(row.seq * 200)};
        row.kind = row.seq % 2 == 0 ? TAKI_STR("") : TAKI_STR_NULL;
        taki_expect_status("add", taki_stage_writer_add(writer, &row, &err), TAKI_OK, &err);
    }
    int64_t rows = 0;
    int64_t bytes = 0;
    char sha256[TAKI_SHA256_HEX];
    taki_expect_status("commit", taki_stage_writer_commit(writer, &rows, &bytes, sha256, &err), TAKI_OK, &err);
    TAKI_AUTO(taki_stage_reader_auto) struct taki_stage_reader *reader = open_reader(path_of("texts"));
    size_t count = 0;
    const struct taki_field *found = taki_stage_reader_fields(reader, &count);
    assert_int_equal(taki_stage_reader_groups(reader), 2); // 25 MB of text: cut at 16 MiB
    for (row.seq = 0; row.seq < 500; row.seq++) {
        const void *got = NULL;
        taki_str value;
        taki_expect_status("next", taki_stage_reader_next(reader, &got, NULL, &err), TAKI_OK, &err);
        memcpy(&value, (const char *)got + found[2].offset, sizeof value);
        taki_expect_i64("size", (int64_t)value.size, row.seq * 200);
        assert_int_equal(taki_field_is_null(&found[3], got), row.seq % 2 != 0);
    }
}

static void groups_are_read_in_any_order(void **state)
{
    (void)state;
    struct taki_error err = {0};
    char sha256[TAKI_SHA256_HEX];
    char text[64];
    size_t count = 0;
    write_rows(path_of("seek"), 131073, sha256);
    TAKI_AUTO(taki_stage_reader_auto) struct taki_stage_reader *reader = open_reader(path_of("seek"));
    const struct taki_field *found = taki_stage_reader_fields(reader, &count);
    for (int64_t group = 2; group >= 0; group--) {
        const void *row = NULL;
        taki_expect_status("seek", taki_stage_reader_seek(reader, (size_t)group, &err), TAKI_OK, &err);
        taki_expect_status("next", taki_stage_reader_next(reader, &row, NULL, &err), TAKI_OK, &err);
        const struct sample want = row_of(group * 65536, text);
        expect_row(found, row, &want, group * 65536);
    }
    const void *row = NULL;
    taki_expect_status("seek", taki_stage_reader_seek(reader, 3, &err), TAKI_OK, &err);
    taki_expect_status("end", taki_stage_reader_next(reader, &row, NULL, &err), TAKI_END, &err);
}

static void disorder_and_repeats_are_refused(void **state)
{
    (void)state;
    struct taki_error err = {0};
    char text[64];
    struct taki_stage_writer *writer = open_writer(path_of("order"));
    struct sample row = row_of(10, text);
    taki_expect_status("first", taki_stage_writer_add(writer, &row, &err), TAKI_OK, &err);
    taki_expect_status("again", taki_stage_writer_add(writer, &row, &err), TAKI_CONTRACT, &err);
    taki_expect_contains("again", err.text, "key 'id0000003, 9' appears twice");
    row = row_of(9, text);
    taki_expect_status("before", taki_stage_writer_add(writer, &row, &err), TAKI_CONTRACT, &err);
    taki_expect_contains("before", err.text, "order.tcol': key 'id0000003, 8' is out of order");
    taki_stage_writer_abandon(writer);
    taki_stage_writer_abandon(NULL);
    assert_false(taki_file_exists(path_of("order")));
    static const struct taki_field keyless = {"n", TAKI_TYPE_I64, 0, 0, "", ""};
    const int64_t same = 5;
    taki_expect_status("keyless", taki_stage_writer_open(path_of("keyless"), &keyless, 1, &writer, &err), TAKI_OK,
                       &err);
    taki_expect_status("1", taki_stage_writer_add(writer, &same, &err), TAKI_OK, &err);
    taki_expect_status("2", taki_stage_writer_add(writer, &same, &err), TAKI_OK, &err);
    taki_stage_writer_abandon(writer);
}

static void files_in_the_way_are_errors(void **state)
{
    (void)state;
    struct taki_error err = {0};
    char sha256[TAKI_SHA256_HEX];
    int64_t rows = 0;
    int64_t bytes = 0;
    struct taki_stage_writer *writer = NULL;
    assert_int_not_equal(taki_stage_writer_open("no/such/folder/x.tcol", fields, COUNT, &writer, &err), TAKI_OK);
    write_rows(path_of("taken"), 1, sha256);
    writer = open_writer(path_of("taken"));
    assert_int_not_equal(taki_stage_writer_commit(writer, &rows, &bytes, sha256, &err), TAKI_OK);
    struct taki_stage_reader *reader = NULL;
    taki_expect_status("missing", taki_stage_reader_open(path_of("missing"), &reader, &err), TAKI_DAMAGED, &err);
    assert_null(reader);
    taki_stage_reader_close(NULL);
    static const struct taki_field field = {"t", TAKI_TYPE_TEXT, 0, 0, "", ""};
    const taki_str huge = {"", ((size_t)1 << 30) + 1};
    taki_expect_status("open", taki_stage_writer_open(path_of("huge"), &field, 1, &writer, &err), TAKI_OK, &err);
    taki_expect_status("huge", taki_stage_writer_add(writer, &huge, &err), TAKI_CEILING, &err);
    taki_stage_writer_abandon(writer);
}

/** Opens and reads everything; TAKI_END = whole. */
static enum taki_status read_all(const char *path, struct taki_error *err)
{
    TAKI_AUTO(taki_stage_reader_auto) struct taki_stage_reader *reader = NULL;
    const void *row = NULL;
    enum taki_status status = taki_stage_reader_open(path, &reader, err);
    while (status == TAKI_OK)
        status = taki_stage_reader_next(reader, &row, NULL, err);
    return status;
}

static void put(const char *path, taki_str data)
{
    struct taki_error err = {0};
    taki_expect_status("put", taki_file_put(path, data, true, &err), TAKI_OK, &err);
}

static void every_flipped_bit_and_every_cut_is_found(void **state)
{
    (void)state;
    struct taki_error err = {0};
    char sha256[TAKI_SHA256_HEX];
    char good[512];
    char bad[512];
    (void)snprintf(good, sizeof good, "%s", path_of("good"));
    (void)snprintf(bad, sizeof bad, "%s", path_of("bad"));
    write_rows(good, 12, sha256);
    TAKI_AUTO(taki_buf_reset) struct taki_buf bytes;
    taki_buf_init(&bytes, 1 << 20);
    taki_expect_status("read", taki_file_read(good, &bytes, &err), TAKI_OK, &err);
    for (size_t i = 0; i < bytes.size; i++) {
        bytes.data[i] = (char)(bytes.data[i] ^ (1 << (i % 8)));
        put(bad, taki_buf_view(&bytes));
        if (read_all(bad, &err) != TAKI_DAMAGED)
            fail_msg("bit %zu of byte %zu flipped, and nobody noticed", i % 8, i);
        bytes.data[i] = (char)(bytes.data[i] ^ (1 << (i % 8)));
    }
    for (size_t size = 0; size < bytes.size; size++) {
        put(bad, (taki_str){bytes.data, size});
        if (read_all(bad, &err) != TAKI_DAMAGED)
            fail_msg("cut to %zu bytes, and nobody noticed", size);
    }
    taki_buf_add_char(&bytes, 'x');
    put(bad, taki_buf_view(&bytes));
    taki_expect_status("longer", read_all(bad, &err), TAKI_DAMAGED, &err);
    bytes.size--;
    put(bad, taki_buf_view(&bytes));
    taki_expect_status("whole again", read_all(bad, &err), TAKI_END, &err);
}

static void a_newer_format_is_refused_by_name(void **state)
{
    (void)state;
    struct taki_error err = {0};
    char sha256[TAKI_SHA256_HEX];
    TAKI_AUTO(taki_buf_reset) struct taki_buf bytes;
    taki_buf_init(&bytes, 1 << 20);
    write_rows(path_of("newer"), 1, sha256);
    taki_expect_status("read", taki_file_read(path_of("newer"), &bytes, &err), TAKI_OK, &err);
    bytes.data[8] = TAKI_STAGE_VERSION + 1;
    put(path_of("newer"), taki_buf_view(&bytes));
    taki_expect_status("newer", read_all(path_of("newer"), &err), TAKI_DAMAGED, &err);
    taki_expect_contains("newer", err.text, "was written by a newer taki: format 2, this one reads up to 1");
}

/** The layout of docs/formats.md, byte by byte, for one row of one column. */
static void the_bytes_are_those_of_the_format_page(void **state)
{
    static const struct taki_field field = {"n", TAKI_TYPE_I64, TAKI_FIELD_KEY, 0, "u", "m"};
    static const char head[] = "TAKICOL\n\1\0\0\0\x1E\0\0\0\1\0\0\0\1\0\0\0n\3\0\0\0i64\1\0\0\0\1\0\0\0u\1\0\0\0m";
    static const char group[] = "\1\0\0\0\1\x09\0\0\0\0\xFE\xFF\xFF\xFF\xFF\xFF\xFF\xFF";
    (void)state;
    struct taki_error err = {0};
    struct taki_stage_writer *writer = NULL;
    const int64_t value = -2;
    int64_t rows = 0;
    int64_t bytes = 0;
    char sha256[TAKI_SHA256_HEX];
    taki_expect_status("open", taki_stage_writer_open(path_of("bytes"), &field, 1, &writer, &err), TAKI_OK, &err);
    taki_expect_status("add", taki_stage_writer_add(writer, &value, &err), TAKI_OK, &err);
    taki_expect_status("commit", taki_stage_writer_commit(writer, &rows, &bytes, sha256, &err), TAKI_OK, &err);
    TAKI_AUTO(taki_buf_reset) struct taki_buf file;
    taki_buf_init(&file, 10000);
    taki_expect_status("read", taki_file_read(path_of("bytes"), &file, &err), TAKI_OK, &err);
    const size_t head_size = sizeof head - 1;
    const size_t group_size = sizeof group - 1;
    taki_expect_i64("size", (int64_t)file.size, (int64_t)(head_size + 8 + group_size + 8 + 20 + 36));
    assert_memory_equal(file.data, head, head_size);
    assert_memory_equal(file.data + head_size + 8, group, group_size);
    assert_memory_equal(file.data + file.size - 8, "TAKICOL\n", 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_come_back_at_every_size),
        cmocka_unit_test(fields_come_back),
        cmocka_unit_test(equal_rows_give_equal_bytes),
        cmocka_unit_test(all_null_and_all_equal_columns),
        cmocka_unit_test(many_different_texts),
        cmocka_unit_test(groups_are_read_in_any_order),
        cmocka_unit_test(disorder_and_repeats_are_refused),
        cmocka_unit_test(files_in_the_way_are_errors),
        cmocka_unit_test(every_flipped_bit_and_every_cut_is_found),
        cmocka_unit_test(a_newer_format_is_refused_by_name),
        cmocka_unit_test(the_bytes_are_those_of_the_format_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
