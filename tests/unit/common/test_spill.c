#include "../../../common/spill.h"
#include "taki_test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/** A spill file standing on @p path instead of an unlinked file. */
static struct taki_spill spill_on(const char *path, int flags)
{
    struct taki_spill spill;
    struct taki_error err = {0};
    taki_expect_status("open", taki_spill_open(taki_test_folder(), &spill, &err), TAKI_OK, &err);
    (void)close(spill.file);
    spill.file = open(path, flags);
    return spill;
}

static void a_full_disk_is_a_destination_that_refuses(void **state)
{
    (void)state;
    struct taki_error err = {0};
    char buffer[16];
    struct taki_spill spill = spill_on("/dev/full", O_RDWR);
    struct taki_spill_writer writer = {.spill = &spill, .buffer = buffer, .capacity = sizeof buffer};
    const struct taki_pair small = {"kv", 1, 1, 0};
    const struct taki_pair large = {"key and value of many bytes", 3, 24, 0};
    taki_expect_status("into the buffer", taki_spill_put(&writer, &small, &err), TAKI_OK, &err);
    taki_expect_status("flush", taki_spill_put(&writer, &small, &err), TAKI_DESTINATION, &err);
    taki_expect_contains("folder", err.text, taki_test_folder());
    taki_expect_contains("hint", err.hint, "--memory");
    taki_expect_status("past the buffer", taki_spill_put(&writer, &large, &err), TAKI_DESTINATION, &err);
    taki_spill_close(&spill);
}

static void unreadable_and_short_files_are_told(void **state)
{
    (void)state;
    struct taki_error err = {0};
    char byte = 0;
    struct taki_spill spill = spill_on("/dev/null", O_RDONLY);
    taki_expect_status("short", taki_spill_read(&spill, 0, &byte, 1, &err), TAKI_DAMAGED, &err);
    taki_expect_status("read only", taki_spill_append(&spill, "x", 1, &err), TAKI_FAILED, &err);
    taki_spill_close(&spill);
    char folder[] = "x";
    const struct taki_spill closed = {.file = -1, .path = folder};
    taki_expect_status("closed", taki_spill_read(&closed, 0, &byte, 1, &err), TAKI_FAILED, &err);
}

/** Runs whose sizes lie are damage, never a read out of bounds. */
static void damaged_runs_are_found(void **state)
{
    static const struct {
        const char *bytes;
        size_t size;
    } cases[] = {
        {"\1\0\0",                             3 },
        {"\1\0\0\0\1\0\0\0k",                  9 },
        {"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFFkv", 10}
    };
    (void)state;
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        struct taki_error err = {0};
        struct taki_spill spill;
        struct taki_merge *merge = NULL;
        taki_expect_status("open", taki_spill_open(taki_test_folder(), &spill, &err), TAKI_OK, &err);
        taki_expect_status("write", taki_spill_append(&spill, cases[i].bytes, cases[i].size, &err), TAKI_OK, &err);
        const struct taki_run_place run = {.size = (int64_t)cases[i].size};
        taki_expect_status("merge", taki_merge_open(&spill, &run, 1, 4096, &merge, &err), TAKI_DAMAGED, &err);
        taki_merge_close(merge);
        taki_spill_close(&spill);
    }
    taki_merge_close(NULL);
}

static void sorting_is_right_at_every_size(void **state)
{
    enum { MOST = 200 };
    static struct taki_pair pairs[MOST];
    static struct taki_pair work[MOST];
    static char keys[MOST][2];
    (void)state;
    for (size_t count = 0; count <= MOST; count++) {
        for (size_t i = 0; i < count; i++) {
            keys[i][0] = (char)(i * 73 % 251);
            keys[i][1] = (char)i;
            pairs[i] = (struct taki_pair){keys[i], 1, 1, taki_pair_prefix(keys[i], 1)};
        }
        taki_pair_sort(pairs, work, count);
        for (size_t i = 1; i < count; i++)
            assert_true(taki_pair_compare(&pairs[i - 1], &pairs[i]) < 0);
    }
}

static int by_whole_key(const void *a, const void *b)
{
    return taki_pair_compare(a, b);
}

/* Long common starts, keys that are the start of others, zeros, equal keys: always what whole comparisons say. */
static void keys_of_a_long_common_start_are_sorted(void **state)
{
    enum { COUNT = 5000, LONGEST = 96 };
    static struct taki_pair pairs[COUNT], wanted[COUNT], work[COUNT];
    static char data[COUNT][LONGEST + 2];
    static const size_t starts[] = {0, 3, 8, 15, 16, 40, 63, 64, 80};
    uint32_t random = 7;
    (void)state;
    for (size_t s = 0; s < TAKI_LEN(starts); s++) {
        for (size_t i = 0; i < COUNT; i++) {
            memset(data[i], 'k', sizeof data[i]);
            size_t size = starts[s];
            for (random = random * 1664525 + 1013904223; size < starts[s] + 1 + (random >> 8) % 15; size++)
                data[i][size] = (char)("\0ab"[(random = random * 1664525 + 1013904223) >> 30 & 3]);
            data[i][size] = (char)i;
            data[i][size + 1] = (char)(i >> 8);
            pairs[i] = (struct taki_pair){data[i], (uint32_t)size, 2, taki_pair_prefix(data[i], size)};
            wanted[i] = pairs[i];
        }
        taki_pair_sort(pairs, work, COUNT);
        qsort(wanted, COUNT, sizeof *wanted, by_whole_key);
        for (size_t i = 0; i < COUNT; i++) {
            assert_ptr_equal(pairs[i].data, wanted[i].data);
            assert_true(pairs[i].prefix == taki_pair_prefix(pairs[i].data, pairs[i].key_size));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_disk_is_a_destination_that_refuses),
        cmocka_unit_test(unreadable_and_short_files_are_told),
        cmocka_unit_test(damaged_runs_are_found),
        cmocka_unit_test(sorting_is_right_at_every_size),
        cmocka_unit_test(keys_of_a_long_common_start_are_sorted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
