#include "taki_test.h"

#include "taki/hash.h"

#include <stdio.h>
#include <string.h>

/* FIPS 180-4 examples of NIST. */
static void sha256_of_known_texts(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"",                                                         "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc",                                                      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"                                                            },
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        char hex[TAKI_SHA256_HEX];
        taki_sha256(taki_str_of(cases[i].text), hex);
        assert_string_equal(hex, cases[i].want);
        struct taki_sha256 *sha = taki_sha256_open();
        for (const char *c = cases[i].text; *c != '\0'; c++)
            taki_sha256_add(sha, (taki_str){c, 1});
        taki_sha256_add(sha, TAKI_STR_NULL);
        taki_sha256_close(sha, hex);
        assert_string_equal(hex, cases[i].want);
    }
}

/* Must never change: what one night wrote, the next reads. Values of the scalar reference code of xxhash. */
static void the_table_hash_never_changes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t want;
    } cases[] = {
        {"",                                                UINT64_C(0x574dd9aaeadb912b)},
        {"a",                                               UINT64_C(0xa34f1653ba5a4b4d)},
        {"p1",                                              UINT64_C(0xbfb58cb18c571ec9)},
        {"0035g00000AbCdEAAX",                              UINT64_C(0xf3cc6fc419c5d12d)},
        {"taro.yamada@example.co.jp",                       UINT64_C(0x5cd51e001c342a01)},
        {"the quick brown fox jumps over the lazy dog, and the rest of the animals stay where they are tonight; nobody "
         "knows why they would not jump as well, but the fox is quite sure of it, and so is the dog, who has seen it "
         "all before, many times, and will again", UINT64_C(0x5d7222c1e568c1a2)},
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        uint64_t got = taki_hash(taki_str_of(cases[i].text));
        if (got != cases[i].want)
            fail_msg("'%s': got %016llx", cases[i].text, (unsigned long long)got);
    }
    assert_true(taki_hash(TAKI_STR_NULL) == taki_hash(TAKI_STR("")));
    assert_true(taki_hash_more(taki_hash(TAKI_STR("a")), TAKI_STR("b")) !=
                taki_hash_more(taki_hash(TAKI_STR("b")), TAKI_STR("a")));
}

static void a_map_keeps_insertion_order_and_its_slots(void **state)
{
    (void)state;
    TAKI_AUTO(taki_arena_auto) struct taki_arena *arena = taki_arena_open("test", 0);
    struct taki_map *map = taki_map_new(arena, 0);
    const size_t count = 100000;
    uint64_t *first = NULL;
    char key[32];
    for (size_t i = 0; i < count; i++) {
        bool is_new = false;
        int size = snprintf(key, sizeof key, "key-%zu", i * 7919);
        uint64_t *value = taki_map_put(map, (taki_str){key, (size_t)size}, &is_new);
        assert_true(is_new);
        assert_int_equal(*value, 0);
        *value = i;
        first = i == 0 ? value : first;
    }
    assert_int_equal(taki_map_count(map), count);
    *first = 77; /* slots never move */
    for (size_t i = 0; i < count; i++) {
        bool is_new = true;
        int size = snprintf(key, sizeof key, "key-%zu", i * 7919);
        taki_str text = {key, (size_t)size};
        assert_ptr_equal(taki_map_put(map, text, &is_new), taki_map_value(map, i));
        assert_false(is_new);
        assert_ptr_equal(taki_map_find(map, text), taki_map_value(map, i));
        assert_int_equal(*taki_map_value(map, i), i == 0 ? 77 : i);
        assert_true(taki_str_equal(taki_map_key(map, i), text));
    }
    assert_null(taki_map_find(map, TAKI_STR("key")));
    assert_null(taki_map_find(map, TAKI_STR("")));
}

static void borrowed_keys_are_not_copied(void **state)
{
    (void)state;
    TAKI_AUTO(taki_arena_auto) struct taki_arena *arena = taki_arena_open("test", 0);
    struct taki_map *map = taki_map_new(arena, 1000);
    char text[] = "abc";
    bool is_new;
    *taki_map_put_borrowed(map, (taki_str){text, 3}, &is_new) = 5;
    assert_true(is_new);
    assert_ptr_equal(taki_map_key(map, 0).data, text);
    assert_int_equal(*taki_map_put_borrowed(map, TAKI_STR("abc"), &is_new), 5);
    assert_false(is_new);
    *taki_map_put(map, TAKI_STR("def"), &is_new) = 6;
    assert_ptr_not_equal(taki_map_key(map, 1).data, "def");
    assert_int_equal(taki_map_count(map), 2);
}

static void an_empty_map_finds_nothing(void **state)
{
    (void)state;
    TAKI_AUTO(taki_arena_auto) struct taki_arena *arena = taki_arena_open("test", 0);
    struct taki_map *map = taki_map_new(arena, 5000);
    assert_null(taki_map_find(map, TAKI_STR("x")));
    assert_int_equal(taki_map_count(map), 0);
    bool is_new;
    (void)taki_map_put(map, TAKI_STR(""), &is_new);
    assert_non_null(taki_map_find(map, TAKI_STR("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_of_known_texts),
        cmocka_unit_test(the_table_hash_never_changes),
        cmocka_unit_test(a_map_keeps_insertion_order_and_its_slots),
        cmocka_unit_test(borrowed_keys_are_not_copied),
        cmocka_unit_test(an_empty_map_finds_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
