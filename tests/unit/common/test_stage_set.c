#include "taki_test.h"

#include "taki/file.h"
#include "taki/stage.h"

#include <cjson/cJSON.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

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

static const struct taki_field fields[] = {
    {"person_id", TAKI_TYPE_ID,    TAKI_FIELD_KEY,                       0,  "",    "golden person"},
    {"name",      TAKI_TYPE_TEXT,  TAKI_FIELD_PII | TAKI_FIELD_NULLABLE, 16, "",    "氏名"       },
    {"amount",    TAKI_TYPE_MONEY, TAKI_FIELD_NULLABLE,                  32, "JPY", "money"        },
};
#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
static const struct taki_stage_table tables[] = {
    {"person",           "golden persons", fields, TAKI_LEN(fields), "person.tcol",           10, 2000, HASH, "entity"   },
    {"waterfall_period", "",               NULL,   0,                "waterfall_period.tcol", 0,  64,   HASH, "aggregate"},
};
static const char *const batches[] = {"ma/Lead/b1 " HASH, "sfa/Lead/b1 " HASH};

static struct taki_stage_set sample(void)
{
    return (struct taki_stage_set){
        .snapshot_id = "00ff00ff00ff00ff",
        .snapshot_date = taki_date_of(2026, 9, 30),
        .as_of = {1790780399999999},
        .known_at = {1790780400000000},
        .currency = "JPY",
        .money_digits = 0,
        .schema_version = "1",
        .tool_version = "taki 0.1.0",
        .rules = "{\"tz\":\"2025b\"}",
        .tables = tables,
        .table_count = TAKI_LEN(tables),
        .batches = batches,
        .batch_count = TAKI_LEN(batches),
    };
}

/** Writes @p set with one text exchanged (or as it is) and gives its folder. */
static const char *put_set(const char *data_dir, const struct taki_stage_set *set, const char *from, const char *to)
{
    struct taki_error err = {0};
    char date[11];
    TAKI_AUTO(taki_buf_reset) struct taki_buf out;
    TAKI_AUTO(taki_buf_reset) struct taki_buf changed;
    taki_buf_init(&out, 1 << 20);
    taki_buf_init(&changed, 1 << 20);
    taki_date_print(set->snapshot_date, date);
    const char *folder = taki_arena_format(arena, "%s/stage/%s/%s", data_dir, date, set->snapshot_id);
    taki_expect_status("folder", taki_file_make_folder(folder, &err), TAKI_OK, &err);
    taki_stage_set_write(set, &out);
    const size_t at = from == NULL ? 0 : taki_str_find(taki_buf_view(&out), taki_str_of(from));
    const size_t size = from == NULL ? 0 : strlen(from);
    if (at == SIZE_MAX)
        fail_msg("the manifest holds no '%s'", from);
    taki_buf_add(&changed, out.data, at);
    taki_buf_add_text(&changed, to);
    taki_buf_add(&changed, out.data + at + size, out.size - at - size);
    const char *path = taki_arena_format(arena, "%s/manifest.json", folder);
    taki_expect_status("put", taki_file_put(path, taki_buf_view(&changed), true, &err), TAKI_OK, &err);
    return folder;
}

static const char *data_dir_of(const char *name)
{
    return taki_arena_format(arena, "%s/%s", taki_test_folder(), name);
}

static void a_set_comes_back(void **state)
{
    (void)state;
    struct taki_error err = {0};
    struct taki_stage_set got;
    const struct taki_stage_set want = sample();
    const char *folder = put_set(data_dir_of("back"), &want, NULL, "");
    taki_expect_status("read", taki_stage_set_read(arena, folder, &got, &err), TAKI_OK, &err);
    assert_string_equal(got.folder, folder);
    assert_string_equal(got.snapshot_id, want.snapshot_id);
    taki_expect_i64("date", got.snapshot_date.days, want.snapshot_date.days);
    taki_expect_i64("as_of", got.as_of.us, want.as_of.us);
    taki_expect_i64("known_at", got.known_at.us, want.known_at.us);
    assert_string_equal(got.currency, "JPY");
    assert_string_equal(got.schema_version, "1");
    assert_string_equal(got.tool_version, "taki 0.1.0");
    assert_string_equal(got.rules, want.rules);
    taki_expect_i64("tables", (int64_t)got.table_count, 2);
    for (size_t i = 0; i < got.table_count; i++) {
        assert_string_equal(got.tables[i].name, tables[i].name);
        assert_string_equal(got.tables[i].meaning, tables[i].meaning);
        assert_string_equal(got.tables[i].file, tables[i].file);
        assert_string_equal(got.tables[i].kind, tables[i].kind);
        assert_string_equal(got.tables[i].sha256, tables[i].sha256);
        taki_expect_i64("rows", got.tables[i].rows, tables[i].rows);
        taki_expect_i64("bytes", got.tables[i].bytes, tables[i].bytes);
        taki_expect_i64("fields", (int64_t)got.tables[i].field_count, (int64_t)tables[i].field_count);
    }
    for (size_t i = 0; i < TAKI_LEN(fields); i++) {
        const struct taki_field *field = &got.tables[0].fields[i];
        assert_string_equal(field->name, fields[i].name);
        assert_string_equal(field->unit, fields[i].unit);
        assert_string_equal(field->meaning, fields[i].meaning);
        assert_int_equal(field->type, fields[i].type);
        assert_int_equal(field->flags, fields[i].flags);
    }
    taki_expect_i64("batches", (int64_t)got.batch_count, 2);
    assert_string_equal(got.batches[1], batches[1]);
}

static void wrong_sets_are_refused(void **state)
{
    static const struct {
        const char *from, *to, *want;
    } cases[] = {
        {"\"version\": 1",      "\"version\": 7",             "written by a newer taki: format 7, this one reads up to 1"},
        {"00ff00ff00ff00ff",    "00ff00ff00ff00fF",           "member 'snapshot_id'"                                     },
        {"00ff00ff00ff00ff",    "00ff",                       "member 'snapshot_id'"                                     },
        {"2026-09-30",          "2026-09-31",                 "member 'snapshot_date'"                                   },
        {"\"money_digits\": 0", "\"money_digits\": 10",       "member 'money_digits'"                                    },
        {"\"tables\": [",       "\"tables\": null, \"x\": [", "member 'tables'"                                          },
        {"\"fields\": [",       "\"fields\": 1, \"x\": [",    "member 'fields'"                                          },
        {"\"id\"",              "\"uuid\"",                   "member 'type'"                                            },
        {"\"key\": true",       "\"key\": 1",                 "member 'key'"                                             },
        {"\"person.tcol\"",     "\"/etc/passwd\"",            "member 'file'"                                            },
        {"\"person\"",          "\"..\"",                     "member 'name'"                                            },
        {HASH,                  "short",                      "member 'sha256'"                                          },
        {"\n",                  "",                           NULL                                                       },
        {"{",                   "",                           "cannot be read"                                           },
    };
    (void)state;
    const struct taki_stage_set set = sample();
    for (size_t i = 0; i < TAKI_LEN(cases); i++) {
        struct taki_error err = {0};
        struct taki_stage_set got;
        const char *folder = put_set(data_dir_of("wrong"), &set, cases[i].from, cases[i].to);
        const enum taki_status want = cases[i].want == NULL ? TAKI_OK : TAKI_DAMAGED;
        taki_expect_status(cases[i].to, taki_stage_set_read(arena, folder, &got, &err), want, &err);
        taki_expect_contains(cases[i].to, err.text, cases[i].want == NULL ? "" : cases[i].want);
    }
}

static void commit_at(const char *data_dir, const char *id, taki_date date, time_t second, long ns)
{
    struct taki_stage_set set = sample();
    memcpy(set.snapshot_id, id, 17);
    set.snapshot_date = date;
    const char *folder = put_set(data_dir, &set, NULL, "");
    const struct timespec times[2] = {
        {second, ns},
        {second, ns}
    };
    assert_int_equal(utimensat(AT_FDCWD, taki_arena_format(arena, "%s/manifest.json", folder), times, 0), 0);
}

static void listing_goes_by_date_then_commit_then_id(void **state)
{
    (void)state;
    struct taki_error err = {0};
    struct taki_stage_set *sets = NULL;
    size_t count = 9;
    const char *data_dir = data_dir_of("list");
    taki_expect_status("nothing", taki_stage_list(arena, data_dir, &sets, &count, &err), TAKI_OK, &err);
    assert_int_equal(count, 0);
    commit_at(data_dir, "bbbbbbbbbbbbbbbb", taki_date_of(2026, 9, 30), 1000, 5);
    commit_at(data_dir, "aaaaaaaaaaaaaaaa", taki_date_of(2026, 9, 30), 1000, 6);
    commit_at(data_dir, "dddddddddddddddd", taki_date_of(2026, 9, 30), 999, 0);
    commit_at(data_dir, "eeeeeeeeeeeeeeee", taki_date_of(2026, 9, 30), 1000, 6);
    commit_at(data_dir, "cccccccccccccccc", taki_date_of(2026, 9, 29), 5000, 0);
    const char *uncommitted = taki_arena_format(arena, "%s/stage/2026-09-30/ffffffffffffffff", data_dir);
    taki_expect_status("folder", taki_file_make_folder(uncommitted, &err), TAKI_OK, &err);
    taki_expect_status("list", taki_stage_list(arena, data_dir, &sets, &count, &err), TAKI_OK, &err);
    static const char want[] = "cdbae";
    taki_expect_i64("sets", (int64_t)count, (int64_t)strlen(want));
    for (size_t i = 0; i < count; i++)
        assert_int_equal(sets[i].snapshot_id[0], want[i]);
    const char *moved = taki_arena_format(arena, "%s/stage/2026-09-29/1111111111111111", data_dir);
    const char *from = taki_arena_format(arena, "%s/stage/2026-09-29/cccccccccccccccc", data_dir);
    taki_expect_status("move", taki_file_move(from, moved, &err), TAKI_OK, &err);
    taki_expect_status("moved", taki_stage_list(arena, data_dir, &sets, &count, &err), TAKI_DAMAGED, &err);
    taki_expect_contains("moved", err.text, "holds the manifest of snapshot 'cccccccccccccccc'");
}

static void many_sets_grow_the_list(void **state)
{
    (void)state;
    struct taki_error err = {0};
    struct taki_stage_set *sets = NULL;
    size_t count = 0;
    const char *data_dir = data_dir_of("many");
    for (int day = 1; day <= 40; day++)
        commit_at(data_dir, taki_arena_format(arena, "%016d", day), (taki_date){20000 - day}, 1000, 0);
    taki_expect_status("list", taki_stage_list(arena, data_dir, &sets, &count, &err), TAKI_OK, &err);
    assert_int_equal(count, 40);
    assert_string_equal(sets[0].snapshot_id, "0000000000000040");
    assert_string_equal(sets[39].snapshot_id, "0000000000000001");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_set_comes_back),
        cmocka_unit_test(wrong_sets_are_refused),
        cmocka_unit_test(listing_goes_by_date_then_commit_then_id),
        cmocka_unit_test(many_sets_grow_the_list),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
