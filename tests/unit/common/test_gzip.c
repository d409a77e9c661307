#include "taki_test.h"

#include "taki/gzip.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define CEILING ((size_t)64 << 20)

/* A member made by zlib itself, so that reading is tested against somebody else's writing. */
static void add_member(struct taki_buf *gz, taki_str data, const gz_header *header)
{
    z_stream stream = {0};
    gz_header copy = header != NULL ? *header : (gz_header){0};
    assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    if (header != NULL)
        assert_int_equal(deflateSetHeader(&stream, &copy), Z_OK);
    size_t room = deflateBound(&stream, data.size) + 1000;
    stream.next_in = (z_const Bytef *)(uintptr_t)data.data;
    stream.avail_in = (uInt)data.size;
    stream.next_out = (Bytef *)taki_buf_reserve(gz, room);
    stream.avail_out = (uInt)room;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    taki_buf_grow(gz, room - stream.avail_out);
    (void)deflateEnd(&stream);
}

static taki_str sample(struct taki_buf *buf, size_t size)
{
    uint32_t seed = 12345;
    taki_buf_clear(buf);
    while (buf->size < size) {
        seed = seed * 1664525U + 1013904223U;
        taki_buf_format(buf, "{\"id\": %u, \"email\": \"user%u@example.jp\"}\n", seed, seed >> 20U);
    }
    buf->size = size;
    return taki_buf_view(buf);
}

/* Both ways of reading must agree: at once, and as a stream in pieces of @p piece bytes. */
static enum taki_status stream_in_pieces(taki_str gz, size_t piece, struct taki_buf *out, struct taki_error *err)
{
    struct taki_inflate *inflate = taki_inflate_open();
    enum taki_status status = TAKI_OK;
    for (size_t at = 0; at < gz.size && status == TAKI_OK; at += piece) {
        size_t size = gz.size - at < piece ? gz.size - at : piece;
        status = taki_inflate_feed(inflate, (taki_str){gz.data + at, size}, out, err);
    }
    if (status == TAKI_OK)
        status = taki_inflate_finish(inflate, err);
    taki_inflate_close(inflate);
    return status;
}

static void expect_both(const char *what, taki_str gz, enum taki_status want, taki_str want_text)
{
    static const size_t pieces[] = {1, 7, 65536, SIZE_MAX / 2};
    TAKI_AUTO(taki_buf_reset) struct taki_buf out;
    struct taki_error err = {0};
    taki_buf_init(&out, CEILING);
    taki_expect_status(what, taki_gunzip(gz, &out, &err), want, &err);
    if (want == TAKI_OK && !taki_str_equal(taki_buf_view(&out), want_text))
        fail_msg("%s: other bytes", what);
    if (want != TAKI_OK)
        assert_int_equal(out.size, 0);
    for (size_t i = gz.size > 100000 ? 1 : 0; i < TAKI_LEN(pieces); i++) {
        taki_buf_clear(&out);
        taki_expect_status(what, stream_in_pieces(gz, pieces[i], &out, &err), want, &err);
        if (want == TAKI_OK && !taki_str_equal(taki_buf_view(&out), want_text))
            fail_msg("%s in pieces: other bytes", what);
    }
}

static void members_of_every_size_come_back(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 100, 65535, 65536, 65537, 1000000, 5000000};
    TAKI_AUTO(taki_buf_reset) struct taki_buf text, gz;
    taki_buf_init(&text, CEILING);
    taki_buf_init(&gz, CEILING);
    for (size_t i = 0; i < TAKI_LEN(sizes); i++) {
        taki_str data = sample(&text, sizes[i]);
        taki_buf_clear(&gz);
        add_member(&gz, data, NULL);
        expect_both("zlib's", taki_buf_view(&gz), TAKI_OK, data);
        for (int level = 1; level <= 9; level += 4) {
            taki_buf_clear(&gz);
            assert_int_equal(taki_gzip(data, level, &gz, NULL), TAKI_OK);
            expect_both("ours", taki_buf_view(&gz), TAKI_OK, data);
        }
    }
}

static void well_compressed_data_comes_back(void **state)
{
    (void)state;
    TAKI_AUTO(taki_buf_reset) struct taki_buf text, gz;
    taki_buf_init(&text, CEILING);
    taki_buf_init(&gz, CEILING);
    memset(taki_buf_reserve(&text, 30000000), 'x', 30000000);
    taki_buf_grow(&text, 30000000);
    add_member(&gz, taki_buf_view(&text), NULL);
    expect_both("1000:1", taki_buf_view(&gz), TAKI_OK, taki_buf_view(&text));
}

static void our_members_have_no_name_time_or_system(void **state)
{
    (void)state;
    TAKI_AUTO(taki_buf_reset) struct taki_buf gz, again;
    taki_buf_init(&gz, CEILING);
    taki_buf_init(&again, CEILING);
    assert_int_equal(taki_gzip(TAKI_STR("hello"), 6, &gz, NULL), TAKI_OK);
    assert_memory_equal(gz.data, "\x1F\x8B\x08\0\0\0\0\0\0\xFF", 10);
    assert_int_equal(taki_gzip(TAKI_STR("hello"), 6, &again, NULL), TAKI_OK);
    assert_true(taki_str_equal(taki_buf_view(&gz), taki_buf_view(&again)));
}

static void members_follow_each_other(void **state)
{
    (void)state;
    TAKI_AUTO(taki_buf_reset) struct taki_buf gz, out;
    taki_buf_init(&gz, CEILING);
    taki_buf_init(&out, CEILING);
    gz_header header = {.name = (Bytef *)(uintptr_t) "page.json",
                        .comment = (Bytef *)(uintptr_t) "a page",
                        .hcrc = 1,
                        .time = 12345,
                        .os = 3};
    add_member(&gz, TAKI_STR("first,"), NULL);
    size_t first = gz.size;
    add_member(&gz, TAKI_STR(""), NULL);
    add_member(&gz, TAKI_STR("second"), &header);
    expect_both("three", taki_buf_view(&gz), TAKI_OK, TAKI_STR("first,second"));
    size_t used;
    assert_int_equal(taki_gunzip_member(taki_buf_view(&gz), &used, &out, NULL), TAKI_OK);
    assert_int_equal(used, first);
    taki_expect_str("first", taki_buf_view(&out), "first,");
    taki_buf_clear(&out);
    taki_str last = {gz.data + first + 20, gz.size - first - 20};
    assert_int_equal(taki_gunzip_member(last, &used, &out, NULL), TAKI_OK);
    assert_int_equal(used, last.size);
    taki_expect_str("last", taki_buf_view(&out), "second");
}

/* 7.88 of libcurl calls half a gzip body a success; we don't. */
static void a_cut_at_any_byte_is_refused(void **state)
{
    (void)state;
    TAKI_AUTO(taki_buf_reset) struct taki_buf text, gz, out;
    taki_buf_init(&text, CEILING);
    taki_buf_init(&gz, CEILING);
    taki_buf_init(&out, CEILING);
    add_member(&gz, sample(&text, 300), NULL);
    size_t first = gz.size;
    add_member(&gz, sample(&text, 300), NULL);
    for (size_t size = 0; size < gz.size; size++) {
        if (size == first)
            continue;
        struct taki_error err = {0};
        taki_str cut = {gz.data, size};
        taki_buf_clear(&out);
        taki_expect_status("cut", taki_gunzip(cut, &out, &err), TAKI_CONTRACT, &err);
        taki_expect_contains("cut", err.text, "cut off");
        taki_expect_status("cut", stream_in_pieces(cut, 13, &out, &err), TAKI_CONTRACT, &err);
    }
    expect_both("NULL", TAKI_STR_NULL, TAKI_CONTRACT, TAKI_STR(""));
}

static void wrong_sums_and_garbage_are_refused(void **state)
{
    (void)state;
    TAKI_AUTO(taki_buf_reset) struct taki_buf gz;
    taki_buf_init(&gz, CEILING);
    add_member(&gz, TAKI_STR("hello, world"), NULL);
    static const struct {
        const char *what;
        size_t from_end;
    } cases[] = {
        {"crc",     8 },
        {"crc",     5 },
        {"length",  4 },
        {"length",  1 },
        {"deflate", 14},
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        gz.data[gz.size - cases[i].from_end] ^= 0x10;
        expect_both(cases[i].what, taki_buf_view(&gz), TAKI_CONTRACT, TAKI_STR(""));
        gz.data[gz.size - cases[i].from_end] ^= 0x10;
    }
    static const struct {
        const char *what;
        taki_str tail;
    } tails[] = {
        {"zero",    TAKI_STR_INIT("\0")                                                },
        {"newline", TAKI_STR_INIT("\n")                                                },
        {"text",    TAKI_STR_INIT("garbage that is no gzip at all")                    },
        {"magic",   TAKI_STR_INIT("\x1F\x8B")                                          },
        {"method",  TAKI_STR_INIT("\x1F\x8B\x07\0\0\0\0\0\0\xFF\3\0\0\0\0\0\0\0\0\0")  },
        {"flags",   TAKI_STR_INIT("\x1F\x8B\x08\xE0\0\0\0\0\0\xFF\3\0\0\0\0\0\0\0\0\0")},
    };
    size_t size = gz.size;
    for (size_t i = 0; i < TAKI_LEN(tails); i++) {
        gz.size = size;
        taki_buf_add_str(&gz, tails[i].tail);
        expect_both(tails[i].what, taki_buf_view(&gz), TAKI_CONTRACT, TAKI_STR(""));
    }
    expect_both("no gzip", TAKI_STR("{\"a\": 1, \"b\": \"no gzip at all\"}"), TAKI_CONTRACT, TAKI_STR(""));
    expect_both("zlib", TAKI_STR("\x78\x9C\x4B\x04\x00\x00\x62\x00\x62"), TAKI_CONTRACT, TAKI_STR(""));
}

static void a_header_sum_is_looked_at(void **state)
{
    (void)state;
    TAKI_AUTO(taki_buf_reset) struct taki_buf gz;
    taki_buf_init(&gz, CEILING);
    gz_header header = {.hcrc = 1, .os = 3};
    add_member(&gz, TAKI_STR("hello"), &header);
    expect_both("right", taki_buf_view(&gz), TAKI_OK, TAKI_STR("hello"));
    gz.data[10] ^= 1;
    expect_both("wrong", taki_buf_view(&gz), TAKI_CONTRACT, TAKI_STR(""));
}

static void the_ceiling_holds_to_the_byte(void **state)
{
    (void)state;
    TAKI_AUTO(taki_buf_reset) struct taki_buf text, gz;
    taki_buf_init(&text, CEILING);
    taki_buf_init(&gz, CEILING);
    static const size_t sizes[] = {1000, 65536, 200000};
    for (size_t i = 0; i < TAKI_LEN(sizes); i++) {
        taki_str data = sample(&text, sizes[i]);
        taki_buf_clear(&gz);
        add_member(&gz, data, NULL);
        for (size_t missing = 0; missing <= 2; missing++) {
            TAKI_AUTO(taki_buf_reset) struct taki_buf out, stream;
            struct taki_error err = {0};
            enum taki_status want = missing == 0 ? TAKI_OK : TAKI_CEILING;
            taki_buf_init(&out, sizes[i] - missing);
            taki_buf_init(&stream, sizes[i] - missing);
            taki_expect_status("at once", taki_gunzip(taki_buf_view(&gz), &out, &err), want, &err);
            taki_expect_status("stream", stream_in_pieces(taki_buf_view(&gz), 100, &stream, &err), want, &err);
            if (missing == 0)
                assert_true(taki_str_equal(taki_buf_view(&stream), data) && taki_str_equal(taki_buf_view(&out), data));
            else
                taki_expect_contains("ceiling", err.text, "larger than");
        }
    }
}

static void a_lying_size_asks_for_no_memory(void **state)
{
    (void)state;
    TAKI_AUTO(taki_buf_reset) struct taki_buf gz, out;
    taki_buf_init(&gz, CEILING);
    taki_buf_init(&out, (size_t)1 << 40);
    add_member(&gz, TAKI_STR("hello"), NULL);
    memset(gz.data + gz.size - 4, 0xFF, 4);
    size_t before = taki_memory_held();
    assert_int_equal(taki_gunzip(taki_buf_view(&gz), &out, NULL), TAKI_CONTRACT);
    assert_true(taki_memory_held() - before < 1000000);
}

static void a_full_output_refuses_a_member(void **state)
{
    (void)state;
    TAKI_AUTO(taki_buf_reset) struct taki_buf text, fits, tight;
    struct taki_error err = {0};
    taki_buf_init(&text, CEILING);
    taki_str data = sample(&text, 100000);
    taki_buf_init(&fits, CEILING);
    assert_int_equal(taki_gzip(data, 6, &fits, NULL), TAKI_OK);
    taki_buf_init(&tight, fits.size); /* below the bound, enough for the result */
    assert_int_equal(taki_gzip(data, 6, &tight, NULL), TAKI_OK);
    assert_true(taki_str_equal(taki_buf_view(&fits), taki_buf_view(&tight)));
    TAKI_AUTO(taki_buf_reset) struct taki_buf small;
    taki_buf_init(&small, fits.size - 1);
    taki_expect_status("small", taki_gzip(data, 6, &small, &err), TAKI_CEILING, &err);
}

static void the_engine_has_a_name(void **state)
{
    (void)state;
    const char *engine = taki_gzip_engine();
    assert_true(strncmp(engine, "zlib ", 5) == 0 || strncmp(engine, "libdeflate ", 11) == 0);
    taki_inflate_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_of_every_size_come_back),
        cmocka_unit_test(well_compressed_data_comes_back),
        cmocka_unit_test(our_members_have_no_name_time_or_system),
        cmocka_unit_test(members_follow_each_other),
        cmocka_unit_test(a_cut_at_any_byte_is_refused),
        cmocka_unit_test(wrong_sums_and_garbage_are_refused),
        cmocka_unit_test(a_header_sum_is_looked_at),
        cmocka_unit_test(the_ceiling_holds_to_the_byte),
        cmocka_unit_test(a_lying_size_asks_for_no_memory),
        cmocka_unit_test(a_full_output_refuses_a_member),
        cmocka_unit_test(the_engine_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
