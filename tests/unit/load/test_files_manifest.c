/* manifest.json: what it says, and that a changed or foreign one is never taken for ours. */
#include "files_case.h"

static const char *published(const char *name)
{
    const char *dir = stage_new(name);
    stage_add(dir, "2026-11-21", ID_A, 2, two_tables, 2);
    expect_run(dir, TARGET, "run", 0);
    return dir;
}

static void it_says_all_a_reader_needs(void **state)
{
    (void)state;
    const char *dir = published("says");
    static const char *const parts[] = {
        "\"taki_publish_version\": 1",
        "\"snapshot_date\": \"2026-11-21\"",
        "\"snapshot_id\": \"" ID_A "\"",
        "\"as_of\": \"2026-09-21T14:13:20.000000Z\"",
        "\"known_at\": null",
        "\"currency\": \"USD\"",
        "\"money_digits\": 2",
        "\"pii\": \"full\"",
        "\"rules\": {\"psl\":\"1\"}",
        "\"path\": \"csv/person/dt=2026-11-21/part-00000-" ID_A ".csv.gz\"",
        "\"rows\": 7",
        "\"kind\": \"aggregate\"",
        "\"checksum\": \"",
    };
    for (size_t i = 0; i < TAKI_LEN(parts); i++)
        expect_in_file(at(dir, "manifest/dt=2026-11-21/manifest.json"), parts[i]);
}

/* Replaces the manifest by @p text under a right checksum, as a hostile or foreign writer would. */
static void forge(const char *dir, const char *text)
{
    char sha256[TAKI_SHA256_HEX];
    struct taki_buf out;
    taki_buf_init(&out, 1 << 20);
    taki_buf_format(&out, "%s\n}\n", text);
    taki_sha256(taki_buf_view(&out), sha256);
    taki_buf_clear(&out);
    taki_buf_format(&out, "%s,\n \"checksum\": \"%s\"\n}\n%c", text, sha256, '\0');
    write_over(at(dir, "manifest/dt=2026-11-21/manifest.json"), out.data);
    taki_buf_reset(&out);
}

#define HEAD                                                                                                           \
    "{\n \"taki_publish_version\": 1, \"snapshot_date\": \"2026-11-21\", \"snapshot_id\": \"x\", \"pii\": \"full\", "
#define FILE_OF(table, path, sha)                                                                                      \
    HEAD "\"files\": [{\"table\": \"" table "\", \"kind\": \"entity\", \"path\": \"" path                              \
         "\", \"rows\": 1, \"bytes\": 1, \"raw_bytes\": 1, \"sha256\": \"" sha "\", \"raw_sha256\": \"" sha "\"}]"
#define HASH "0000000000000000000000000000000000000000000000000000000000000000"

static void what_is_not_ours_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{\n \"taki_publish_version\": 2, \"snapshot_date\": \"2026-11-21\", \"snapshot_id\": \"x\", \"pii\": "
        "\"full\", \"files\": []",
        "{\n \"taki_publish_version\": 1, \"snapshot_date\": \"2026-11-20\", \"snapshot_id\": \"x\", \"pii\": "
        "\"full\", \"files\": []",
        "{\n \"taki_publish_version\": 1, \"snapshot_date\": \"2026-11-41\", \"snapshot_id\": \"x\", \"pii\": "
        "\"full\", \"files\": []",
        "{\n \"taki_publish_version\": 1, \"snapshot_date\": \"2026-11-21\", \"snapshot_id\": 7, \"pii\": \"full\", "
        "\"files\": []",
        HEAD "\"files\": {}",
        HEAD "\"file\": []",
        FILE_OF("person", "/etc/passwd", HASH),
        FILE_OF("person", "csv/person/dt=2026-11-21/../../../x", HASH),
        FILE_OF("../x", "csv/../x/dt=2026-11-21/a", HASH),
        FILE_OF("person", "csv/other/dt=2026-11-21/a", HASH),
        FILE_OF("person", "csv/person/dt=2026-11-21/a", "00"),
        FILE_OF("person", "csv/person/dt=2026-11-21/a",
                "000000000000000000000000000000000000000000000000000000000000000Z"),
    };
    const char *dir = published("foreign");
    for (size_t i = 0; i < TAKI_LEN(texts); i++) {
        forge(dir, texts[i]);
        taki_expect_i64(texts[i], stage_run(taki_load_main, dir, TARGET, "list"), 12);
        taki_expect_i64(texts[i], stage_run(taki_load_main, dir, TARGET, "verify"), 12);
    }
    write_over(at(dir, "manifest/dt=2026-11-21/manifest.json"), "");
    expect_run(dir, TARGET, "list", 12);
    expect_run(dir, TARGET, "prune", 12);
    expect_run(dir, TARGET, "run", 0);
    expect_run(dir, TARGET, "verify", 0);
}

/* A mark of a killed run beside a damaged manifest is no reason to remove anything. */
static void recovery_removes_nothing_beside_a_damaged_manifest(void **state)
{
    (void)state;
    const char *dir = published("recover");
    stage_add(dir, "2026-11-22", ID_B, 2, two_tables, 2);
    write_over(at(dir, "manifest/dt=2026-11-21/manifest.json"), "{}");
    write_over(at(dir, ".publishing"), "2026-11-21");
    expect_run(dir, TARGET, "run", 0);
    assert_true(taki_file_exists(at(dir, "csv/person/dt=2026-11-21/part-00000-" ID_A ".csv.gz")));
    write_over(at(dir, ".publishing"), "nonsense");
    expect_run(dir, TARGET, "run", 0);
    assert_false(taki_file_exists(at(dir, ".publishing")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_says_all_a_reader_needs),
        cmocka_unit_test(what_is_not_ours_is_refused),
        cmocka_unit_test(recovery_removes_nothing_beside_a_damaged_manifest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
