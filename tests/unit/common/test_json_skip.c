#include "taki_test.h"

#include <string.h>

// The two forms of the reader's inner loop under two names, so that one machine compares them.
#define taki_json_skip_plain skip_by_words
#include "../../../common/json_skip.h"
#undef taki_json_skip_plain
#define taki_json_skip_plain skip_by_blocks
#ifdef __SSE2__
#include "../../../common/json_skip_sse2.h"
#else
#define skip_by_blocks skip_by_words
#endif
#undef taki_json_skip_plain

/** What the header says, one byte after the other. */
static const char *skip_by_bytes(const char *at, const char *end)
{
    while (at < end && *at != '"' && *at != '\\' && (unsigned char)*at >= 0x20 && (unsigned char)*at < 0x80)
        at++;
    return at;
}

static void every_byte_at_every_place_stops_alike(void **state)
{
    char text[40];
    (void)state;
    for (unsigned c = 0; c < 256; c++) {
        for (size_t place = 0; place < sizeof text; place++) {
            for (size_t start = 0; start <= place; start++) {
                memset(text, 'a', sizeof text);
                text[place] = (char)c;
                text[sizeof text - 1] = (char)(c ^ 0x80);
                const char *end = text + sizeof text;
                const char *want = skip_by_bytes(text + start, end);
                assert_ptr_equal(skip_by_words(text + start, end), want);
                assert_ptr_equal(skip_by_blocks(text + start, end), want);
            }
        }
    }
}

static void neighbours_do_not_disturb_each_other(void **state)
{
    uint64_t seed = 7;
    char text[32];
    (void)state;
    for (int round = 0; round < 200000; round++) {
        for (size_t i = 0; i < sizeof text; i++) {
            seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407U;
            text[i] = "aaaaaaaaaaaaaaaaaaaa !#[]\x7F\x1F\"\\\x80\xFF\0"[seed >> 59];
        }
        const size_t size = (size_t)(seed >> 20) % (sizeof text + 1);
        const char *want = skip_by_bytes(text, text + size);
        assert_ptr_equal(skip_by_words(text, text + size), want);
        assert_ptr_equal(skip_by_blocks(text, text + size), want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte_at_every_place_stops_alike),
        cmocka_unit_test(neighbours_do_not_disturb_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
