#include "child.h"
#include "taki_test.h"

#include "taki/arena.h"

#include <stdalign.h>

static void objects_are_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    TAKI_AUTO(taki_arena_auto) struct taki_arena *arena = taki_arena_open("test", 0);
    static const size_t sizes[] = {0, 1, 7, 16, 17, 1000, 16384, 16385, 70000, 9000000};
    char *objects[TAKI_LEN(sizes)];
    for (size_t round = 0; round < 3; round++) {
        for (size_t i = 0; i < TAKI_LEN(sizes); i++) {
            objects[i] = taki_arena_alloc(arena, sizes[i]);
            assert_int_equal((uintptr_t)objects[i] % alignof(max_align_t), 0);
            for (size_t k = 0; k < sizes[i]; k++)
                assert_int_equal(objects[i][k], 0);
            memset(objects[i], (int)i + 1, sizes[i]);
        }
        for (size_t i = 0; i < TAKI_LEN(sizes); i++) {
            for (size_t k = 0; k < sizes[i]; k++)
                assert_int_equal(objects[i][k], (int)i + 1);
        }
        taki_arena_reset(arena);
        assert_int_equal(taki_arena_used(arena), 0);
    }
}

static void a_reset_arena_reuses_its_blocks(void **state)
{
    (void)state;
    TAKI_AUTO(taki_arena_auto) struct taki_arena *arena = taki_arena_open("test", 0);
    size_t held = 0;
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < 5000; i++)
            (void)taki_arena_alloc(arena, (size_t)(i % 300));
        (void)taki_arena_alloc(arena, 1000000);
        assert_true(taki_arena_used(arena) >= 1000000);
        if (round == 2)
            held = taki_memory_held();
        if (round > 2)
            assert_int_equal(taki_memory_held(), held);
        taki_arena_reset(arena);
    }
}

static void blocks_no_longer_needed_are_given_back_after_one_round(void **state)
{
    (void)state;
    TAKI_AUTO(taki_arena_auto) struct taki_arena *arena = taki_arena_open("test", 0);
    size_t before = taki_memory_held();
    (void)taki_arena_alloc(arena, 5000000);
    taki_arena_reset(arena);
    (void)taki_arena_alloc(arena, 100000); /* much smaller: not worth the old block */
    assert_true(taki_memory_held() >= before + 5100000);
    taki_arena_reset(arena);
    assert_true(taki_memory_held() < before + 5000000);
}

static void closing_gives_every_byte_back(void **state)
{
    (void)state;
    size_t before = taki_memory_held();
    struct taki_arena *arena = taki_arena_open("test", 0);
    (void)TAKI_NEW_ARRAY(arena, 100000, uint64_t);
    for (int i = 0; i < 1000; i++)
        (void)TAKI_NEW(arena, struct taki_error);
    assert_true(taki_memory_held() > before + 800000 + 1000 * sizeof(struct taki_error));
    taki_arena_close(arena);
    taki_arena_close(NULL);
    assert_int_equal(taki_memory_held(), before);
}

static void copies_and_formats_end_with_nul(void **state)
{
    (void)state;
    TAKI_AUTO(taki_arena_auto) struct taki_arena *arena = taki_arena_open("test", 0);
    assert_string_equal(taki_arena_copy(arena, "abcdef", 3), "abc");
    assert_string_equal(taki_arena_copy(arena, NULL, 0), "");
    assert_string_equal(taki_arena_format(arena, "%s/%03d", "x", 7), "x/007");
    assert_string_equal(taki_arena_format(arena, "%s", ""), "");
}

static void account_counts_up_and_down(void **state)
{
    (void)state;
    size_t before = taki_memory_held();
    taki_memory_account(12345);
    assert_int_equal(taki_memory_held(), before + 12345);
    taki_memory_account(-12345);
    assert_int_equal(taki_memory_held(), before);
    assert_int_equal(taki_memory_limit(), 0);
}

static void pass_an_arenas_own_ceiling(void)
{
    struct taki_arena *arena = taki_arena_open("golden records", 1000);
    (void)taki_arena_alloc(arena, 500);
    (void)taki_arena_alloc(arena, 501);
}

static void pass_the_process_ceiling_with_an_arena(void)
{
    taki_arena_limit(taki_memory_held() + 1000000);
    struct taki_arena *arena = taki_arena_open("batch", 0);
    for (int i = 0; i < 100000; i++)
        (void)taki_arena_alloc(arena, 100);
}

static void pass_the_process_ceiling_with_a_buffer(void)
{
    taki_arena_limit(taki_memory_held() + 1000000);
    struct taki_buf buf;
    taki_buf_init(&buf, SIZE_MAX / 2);
    for (int i = 0; i < 2000000; i++)
        taki_buf_add_char(&buf, 'x');
}

static void pass_the_process_ceiling_by_account(void)
{
    taki_arena_limit(taki_memory_held() + 1000);
    taki_memory_account(1001);
}

static void ask_for_an_overflowing_array(void)
{
    struct taki_arena *arena = taki_arena_open("dictionary", 0);
    (void)taki_arena_alloc_array(arena, SIZE_MAX / 4, 8);
}

static void ask_for_half_of_the_address_space(void)
{
    struct taki_arena *arena = taki_arena_open("scratch", 0);
    (void)taki_arena_alloc(arena, SIZE_MAX - 100);
}

static void exhaustion_ends_with_exit_10_and_a_name(void **state)
{
    (void)state;
    static const struct {
        void (*work)(void);
        const char *name;
    } cases[] = {
        {pass_an_arenas_own_ceiling,             "'golden records'"},
        {pass_the_process_ceiling_with_an_arena, "'batch'"         },
        {pass_the_process_ceiling_with_a_buffer, "'buffers'"       },
        {pass_the_process_ceiling_by_account,    "'tables'"        },
        {ask_for_an_overflowing_array,           "'dictionary'"    },
        {ask_for_half_of_the_address_space,      "'scratch'"       },
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        struct child child = child_run(cases[i].work);
        taki_expect_i64(cases[i].name, child.exit_code, 10);
        taki_expect_contains(cases[i].name, child.output, cases[i].name);
        taki_expect_contains(cases[i].name, child.output, "--memory");
    }
}

#ifdef __SANITIZE_ADDRESS__
static void write_behind_an_object(void)
{
    struct taki_arena *arena = taki_arena_open("test", 0);
    volatile char *object = taki_arena_alloc(arena, 10);
    (void)taki_arena_alloc(arena, 10);
    object[10] = 1;
}

static void read_after_reset(void)
{
    struct taki_arena *arena = taki_arena_open("test", 0);
    const volatile char *object = taki_arena_alloc(arena, 10);
    taki_arena_reset(arena);
    if (object[0] == 0)
        taki_arena_close(arena);
}

static void sanitizers_see_overruns_and_reads_after_reset(void **state)
{
    (void)state;
    taki_expect_contains("overrun", child_run(write_behind_an_object).output, "AddressSanitizer");
    taki_expect_contains("after reset", child_run(read_after_reset).output, "AddressSanitizer");
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects_are_zeroed_aligned_and_apart),
        cmocka_unit_test(a_reset_arena_reuses_its_blocks),
        cmocka_unit_test(blocks_no_longer_needed_are_given_back_after_one_round),
        cmocka_unit_test(closing_gives_every_byte_back),
        cmocka_unit_test(copies_and_formats_end_with_nul),
        cmocka_unit_test(account_counts_up_and_down),
        cmocka_unit_test(exhaustion_ends_with_exit_10_and_a_name),
#ifdef __SANITIZE_ADDRESS__
        cmocka_unit_test(sanitizers_see_overruns_and_reads_after_reset),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
