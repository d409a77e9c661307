#include "taki_test.h"

#include "taki/arena.h"
#include "taki/row.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static taki_str of(const char *text)
{
    return taki_str_of(text);
}

static void add(struct taki_sorter *sorter, const char *key, const char *value)
{
    struct taki_error err = {0};
    taki_expect_status(key, taki_sorter_add(sorter, of(key), of(value), &err), TAKI_OK, &err);
}

/** All pairs as "key=value;". */
static void expect_order(struct taki_sorter *sorter, const char *want)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf out;
    struct taki_error err = {0};
    taki_str key;
    taki_str value;
    taki_buf_init(&out, 1 << 20);
    taki_buf_add_text(&out, "|");
    taki_expect_status("finish", taki_sorter_finish(sorter, &err), TAKI_OK, &err);
    enum taki_status status = taki_sorter_next(sorter, &key, &value, &err);
    for (; status == TAKI_OK; status = taki_sorter_next(sorter, &key, &value, &err))
        taki_buf_format(&out, "%.*s=%.*s|", TAKI_STR_ARG(key), TAKI_STR_ARG(value));
    taki_expect_status("end", status, TAKI_END, &err);
    taki_expect_status("end again", taki_sorter_next(sorter, &key, &value, &err), TAKI_END, &err);
    taki_expect_str("order", taki_buf_view(&out), want);
}

static void pairs_come_by_key_then_value(void **state)
{
    (void)state;
    TAKI_AUTO(taki_sorter_auto) struct taki_sorter *sorter = taki_sorter_open(1 << 20, taki_test_folder());
    add(sorter, "b", "2");
    add(sorter, "b", "1");
    add(sorter, "a", "");
    add(sorter, "", "z");
    add(sorter, "abcdefghi", "long");
    add(sorter, "abcdefgh", "8");
    add(sorter, "b", "1");
    add(sorter, "\xFF", "high");
    add(sorter, "b", "11");
    expect_order(sorter, "|=z|a=|abcdefgh=8|abcdefghi=long|b=1|b=1|b=11|b=2|\xFF=high|");
    taki_expect_i64("nothing spilled", taki_sorter_spilled_bytes(sorter), 0);
}

static void keys_of_zeros_are_told_apart(void **state)
{
    (void)state;
    TAKI_AUTO(taki_sorter_auto) struct taki_sorter *sorter = taki_sorter_open(1 << 20, taki_test_folder());
    taki_str key;
    taki_str value;
    for (size_t size = 12; size-- > 0;)
        assert_int_equal(taki_sorter_add(sorter, (taki_str){"\0\0\0\0\0\0\0\0\0\0\0\0", size}, of("v"), NULL), TAKI_OK);
    assert_int_equal(taki_sorter_finish(sorter, NULL), TAKI_OK);
    for (size_t size = 0; size < 12; size++) {
        assert_int_equal(taki_sorter_next(sorter, &key, &value, NULL), TAKI_OK);
        assert_int_equal(key.size, size);
    }
}

static void an_empty_sorter_ends_at_once(void **state)
{
    (void)state;
    TAKI_AUTO(taki_sorter_auto) struct taki_sorter *sorter = taki_sorter_open(0, taki_test_folder());
    expect_order(sorter, "|");
    taki_sorter_close(NULL);
}

/** n-th pair of a fixed pseudo-random sequence; values of up to @p most bytes. */
static void add_number(struct taki_sorter *sorter, uint64_t n, size_t most)
{
    static char value[20000];
    char key[32];
    struct taki_error err = {0};
    const uint64_t mixed = (n + 1) * UINT64_C(0x9E3779B97F4A7C15);
    const int size = snprintf(key, sizeof key, "%08llx", (unsigned long long)(mixed >> 40));
    memset(value, (int)('a' + n % 26), sizeof value);
    const size_t value_size = most == 0 ? 0 : (size_t)(mixed >> 20) % most;
    taki_expect_status("add",
                       taki_sorter_add(sorter, (taki_str){key, (size_t)size}, (taki_str){value, value_size}, &err),
                       TAKI_OK, &err);
}

/** Pairs rise; returns their number and a checksum that does not depend on order. */
static size_t drain(struct taki_sorter *sorter, uint64_t *sum)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf before;
    struct taki_error err = {0};
    taki_str key;
    taki_str value;
    size_t count = 0;
    taki_buf_init(&before, 1 << 20);
    taki_expect_status("finish", taki_sorter_finish(sorter, &err), TAKI_OK, &err);
    *sum = 0;
    enum taki_status status = taki_sorter_next(sorter, &key, &value, &err);
    for (; status == TAKI_OK; status = taki_sorter_next(sorter, &key, &value, &err), count++) {
        if (count > 0 && taki_str_compare((taki_str){before.data, 8}, key) > 0)
            fail_msg("pair %zu is out of order", count);
        taki_buf_clear(&before);
        taki_buf_add_str(&before, key);
        for (size_t i = 0; i < key.size; i++)
            *sum += (uint64_t)(unsigned char)key.data[i] << (4 * i);
        *sum += value.size * 1000003 + (value.size > 0 ? (unsigned char)value.data[value.size - 1] : 0U);
    }
    taki_expect_status("end", status, TAKI_END, &err);
    return count;
}

static void small_memory_spills_and_merges_to_the_same(void **state)
{
    static const struct {
        size_t memory, most;
        bool spills;
    } cases[] = {
        {(size_t)64 << 20, 100,   false},
        {(size_t)1 << 20,  100,   true },
        {(size_t)64 << 10, 100,   true },
        {4096,             100,   true },
        {0,                10,    true },
        {4096,             20000, true },
    };
    (void)state;
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        const uint64_t count = cases[i].most > 100 || cases[i].memory == 0 ? 300 : 50000;
        uint64_t want = 0;
        uint64_t got = 0;
        struct taki_sorter *large = taki_sorter_open((size_t)256 << 20, taki_test_folder());
        struct taki_sorter *small = taki_sorter_open(cases[i].memory, taki_test_folder());
        for (uint64_t n = 0; n < count; n++) {
            add_number(large, n, cases[i].most);
            add_number(small, count - 1 - n, cases[i].most); // the other way round
        }
        assert_int_equal(drain(large, &want), count);
        assert_int_equal(drain(small, &got), count);
        assert_true(want == got);
        assert_int_equal(taki_sorter_spilled_bytes(small) > 0, cases[i].spills);
        taki_sorter_close(large);
        taki_sorter_close(small);
        taki_expect_i64("memory given back", (int64_t)taki_memory_held(), 0);
    }
}

static void memory_stays_near_its_limit(void **state)
{
    (void)state;
    const size_t limit = (size_t)4 << 20;
    TAKI_AUTO(taki_sorter_auto) struct taki_sorter *sorter = taki_sorter_open(limit, taki_test_folder());
    uint64_t sum = 0;
    size_t most = 0;
    for (uint64_t n = 0; n < 200000; n++) {
        add_number(sorter, n, 100);
        most = taki_memory_held() > most ? taki_memory_held() : most;
    }
    assert_true(most < limit + limit / 8);
    assert_int_equal(drain(sorter, &sum), 200000);
}

static void a_sorter_takes_another_one_over(void **state)
{
    static const size_t memory[] = {(size_t)64 << 20, 20000};
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        struct taki_error err = {0};
        uint64_t want = 0;
        uint64_t got = 0;
        struct taki_sorter *whole = taki_sorter_open((size_t)64 << 20, taki_test_folder());
        struct taki_sorter *a = taki_sorter_open(memory[i % 2], taki_test_folder());
        struct taki_sorter *b = taki_sorter_open(memory[i / 2], taki_test_folder());
        for (uint64_t n = 0; n < 5000; n++) {
            add_number(whole, n, 50);
            add_number(n % 3 == 0 ? a : b, n, 50);
        }
        taki_expect_status("take", taki_sorter_take(a, b, &err), TAKI_OK, &err);
        assert_int_equal(drain(whole, &want), 5000);
        assert_int_equal(drain(a, &got), 5000);
        assert_true(want == got);
        taki_sorter_close(whole);
        taki_sorter_close(a);
        taki_expect_i64("memory given back", (int64_t)taki_memory_held(), 0);
    }
}

static void a_missing_spill_folder_is_told(void **state)
{
    struct taki_error err = {0};
    (void)state;
    TAKI_AUTO(taki_sorter_auto) struct taki_sorter *sorter = taki_sorter_open(0, "nowhere/at/all");
    add(sorter, "a", "1");
    taki_expect_status("second", taki_sorter_add(sorter, of("b"), of("2"), &err), TAKI_FAILED, &err);
    taki_expect_contains("message", err.text, "'nowhere/at/all'");
}

static void a_row_too_long_is_refused(void **state)
{
    struct taki_error err = {0};
    (void)state;
    TAKI_AUTO(taki_sorter_auto) struct taki_sorter *sorter = taki_sorter_open(1 << 20, taki_test_folder());
    taki_expect_status("4 GiB", taki_sorter_add(sorter, (taki_str){"", (size_t)1 << 32}, of(""), &err), TAKI_CEILING,
                       &err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_come_by_key_then_value),   cmocka_unit_test(keys_of_zeros_are_told_apart),
        cmocka_unit_test(an_empty_sorter_ends_at_once),   cmocka_unit_test(small_memory_spills_and_merges_to_the_same),
        cmocka_unit_test(memory_stays_near_its_limit),    cmocka_unit_test(a_sorter_takes_another_one_over),
        cmocka_unit_test(a_missing_spill_folder_is_told), cmocka_unit_test(a_row_too_long_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
