#include "cache.h"
#include "landing_fixture.h"
#include "store.h"
#include "taki_test.h"

#include "taki/file.h"
#include "taki/hash.h"
#include "taki/row.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void must(enum taki_status status, const struct taki_error *err)
{
    taki_expect_status("cache", status, TAKI_OK, err);
}

/* A cache file with `count` touches and one reject. */
static const char *made(const char *name, int count)
{
    static char path[512];
    struct taki_error err = {.status = TAKI_OK};
    struct taki_cache_writer *writer = NULL;
    (void)snprintf(path, sizeof path, "%s/%s.tkc", taki_test_folder(), name);
    must(taki_file_remove(path, &err), &err);
    must(taki_cache_create(path, 77, 5, &writer, &err), &err);
    const struct taki_entity_info *info = taki_entity_info(TAKI_ENTITY_TOUCH);
    for (int i = 0; i < count; i++) {
        char id[32];
        struct taki_touch touch;
        taki_fields_clear(info->fields, info->field_count, &touch);
        (void)snprintf(id, sizeof id, "id-%d", i);
        touch.type = TAKI_STR("web_visit");
        touch.depth = i;
        struct taki_cache_key key = {
            .id = taki_str_of(id), .modified = {i}, .born = TAKI_INSTANT_NULL, .deleted = i % 2 == 1};
        must(taki_cache_add(writer, TAKI_ENTITY_TOUCH, &key, &touch, &err), &err);
    }
    must(taki_cache_reject(writer, "b page 1", "width", TAKI_STR("a,b"), &err), &err);
    struct taki_cache_counts counts = {.read = count + 1, .rejected = 1};
    must(taki_cache_commit(writer, &counts, &err), &err);
    return path;
}

static bool opens(const char *path, uint64_t hash, struct taki_arena *arena, struct taki_cache_file *file)
{
    struct taki_error err = {.status = TAKI_OK};
    bool usable = false;
    must(taki_cache_open(arena, path, hash, file, &usable, &err), &err);
    return usable;
}

/* Enough rows for several blocks a partition; each comes back once, in its partition, as it was. */
static void rows_come_back(void **state)
{
    (void)state;
    enum { COUNT = 150000 };
    struct taki_arena *arena TAKI_AUTO(taki_arena_auto) = taki_arena_open("test", 0);
    struct taki_cache_file file;
    const char *path = made("back", COUNT);
    assert_true(opens(path, 77, arena, &file));
    assert_true(file.block_count > TAKI_CACHE_PARTITIONS);
    unsigned char *met = calloc(COUNT, 1);
    struct taki_error err = {.status = TAKI_OK};
    struct taki_buf buf;
    taki_buf_init(&buf, (size_t)1 << 28);
    size_t rows = 0;
    for (size_t b = 0; b < file.block_count; b++) {
        must(taki_cache_rows(&file, &file.blocks[b], &buf, &err), &err);
        taki_str keys = {buf.data, file.blocks[b].key_bytes};
        const char *at = buf.data + file.blocks[b].key_bytes;
        for (uint32_t i = 0; i < file.blocks[b].rows; i++, rows++) {
            struct taki_cache_key key;
            struct taki_touch touch;
            assert_true(taki_cache_key_next(&keys, &key));
            must(taki_cache_row(TAKI_ENTITY_TOUCH, (taki_str){at, key.row_bytes}, &touch, &err), &err);
            at += key.row_bytes;
            assert_in_range(touch.depth, 0, COUNT - 1);
            assert_int_equal(met[touch.depth]++, 0);
            assert_int_equal(key.modified.us, touch.depth);
            assert_int_equal(key.deleted, touch.depth % 2 == 1);
            assert_true(taki_instant_is_null(key.born));
            assert_int_equal(taki_hash_more(5, key.id) % TAKI_CACHE_PARTITIONS, file.blocks[b].partition);
        }
        assert_int_equal(keys.size, 0);
    }
    assert_int_equal(rows, COUNT);
    struct taki_cache_reject *rejects = NULL;
    must(taki_cache_rejects(arena, &file, &rejects, &err), &err);
    taki_expect_str("reason", rejects[0].reason, "width");
    taki_expect_str("record", rejects[0].record, "a,b");
    taki_buf_reset(&buf);
    free(met);
}

/* One bit anywhere, or the end missing: the file is not used. */
static void damage_is_seen(void **state)
{
    (void)state;
    struct taki_arena *arena TAKI_AUTO(taki_arena_auto) = taki_arena_open("test", 0);
    struct taki_error err = {.status = TAKI_OK};
    struct taki_cache_file file;
    struct taki_buf whole;
    const char *path = made("damage", 40);
    taki_buf_init(&whole, (size_t)1 << 24);
    must(taki_file_read(path, &whole, &err), &err);
    assert_true(opens(path, 77, arena, &file));
    assert_false(opens(path, 78, arena, &file)); /* another mapping */
    for (size_t i = 0; i < whole.size; i += 7) {
        whole.data[i] = (char)(whole.data[i] ^ 0x10);
        must(taki_file_put(path, taki_buf_view(&whole), true, &err), &err);
        if (opens(path, 77, arena, &file))
            fail_msg("a bit turned at byte %zu of %zu is not seen", i, whole.size);
        whole.data[i] = (char)(whole.data[i] ^ 0x10);
    }
    for (size_t cut = 0; cut < whole.size; cut += 11) {
        must(taki_file_put(path, (taki_str){whole.data, cut}, true, &err), &err);
        assert_false(opens(path, 77, arena, &file));
    }
    assert_false(opens("no such file", 77, arena, &file));
    taki_buf_reset(&whole);
}

static size_t persons;

static enum taki_status count_persons(struct taki_run *run, struct taki_error *err)
{
    struct taki_store *store = NULL;
    TAKI_TRY(taki_store_open(run, landing_at("2026-12-31T00:00:00Z"), TAKI_INSTANT_NULL, &store, err));
    (void)taki_store_rows(store, TAKI_ENTITY_PERSON, &persons);
    taki_expect_i64("rejects are told each night", taki_run_tally(run, "ma:leads")->rejected, 1);
    taki_store_close(store);
    return TAKI_OK;
}

static size_t list(const char *dir, const char ***names)
{
    static struct taki_arena *arena;
    char folder[600];
    size_t count = 0;
    struct taki_error err = {.status = TAKI_OK};
    if (arena == NULL)
        arena = taki_arena_open("names", 0);
    (void)snprintf(folder, sizeof folder, "%s/cache", dir);
    must(taki_file_list(arena, folder, names, &count, &err), &err);
    return count;
}

static struct timespec made_at(const char *dir, const char *name)
{
    char path[1200];
    struct stat info;
    (void)snprintf(path, sizeof path, "%s/cache/%s", dir, name);
    assert_int_equal(stat(path, &info), 0);
    return info.st_mtim;
}

static bool same_time(struct timespec a, struct timespec b)
{
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

/* The second night decodes the new batch only; a damaged file is made again; another mapping has other files. */
static void a_batch_is_decoded_once(void **state)
{
    (void)state;
    const char *dir = landing_new("nights");
    const char **names = NULL, **later = NULL;
    landing_marketo(dir, "leads", "b1", "2026-11-02T00:00:00Z", "[{\"id\":1},{\"id\":2},{\"email\":\"without id\"}]");
    assert_int_equal(landing_run(dir, landing_yaml, 1, count_persons), 0);
    assert_int_equal(list(dir, &names), 1);
    struct timespec first = made_at(dir, names[0]);
    landing_marketo(dir, "leads", "b2", "2026-11-03T00:00:00Z", "[{\"id\":3}]");
    assert_int_equal(landing_run(dir, landing_yaml, 1, count_persons), 0);
    assert_int_equal(persons, 3);
    assert_int_equal(list(dir, &later), 2);
    assert_true(same_time(first, made_at(dir, names[0])));

    char path[1200];
    struct taki_error err = {.status = TAKI_OK};
    (void)snprintf(path, sizeof path, "%s/cache/%s", dir, names[0]);
    must(taki_file_put(path, TAKI_STR("not a cache"), true, &err), &err);
    assert_int_equal(landing_run(dir, landing_yaml, 1, count_persons), 0);
    assert_int_equal(persons, 3);
    assert_true(taki_file_size_of(path) > 100);

    char yaml[1024];
    (void)snprintf(yaml, sizeof yaml, "%s", landing_yaml);
    char *end = strrchr(yaml, '}');
    assert_non_null(end);
    (void)snprintf(end, sizeof yaml - (size_t)(end - yaml), ", fields: {leads: {kana: kanaName}}}\n");
    assert_int_equal(landing_run(dir, yaml, 1, count_persons), 0);
    assert_int_equal(list(dir, &later), 2); /* those of the old mapping are gone */
    (void)snprintf(path, sizeof path, "%s/cache", dir);
    must(taki_file_remove(path, &err), &err);
    assert_int_equal(landing_run(dir, landing_yaml, 1, count_persons), 0);
    assert_int_equal(persons, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_come_back),
        cmocka_unit_test(damage_is_seen),
        cmocka_unit_test(a_batch_is_decoded_once),
    };
    return cmocka_run_group_tests_name("transform/cache", tests, NULL, NULL);
}
