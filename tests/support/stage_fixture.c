#include "stage_fixture.h"

#include "taki_test.h"

#include "taki/file.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TAKI_ROW struct stage_thing
const struct taki_field stage_thing_fields[] = {
    TAKI_FIELD(id, ID, KEY, "", "key") TAKI_FIELD(email, TEXT, PII_OPT, "", "customer's address")
        TAKI_FIELD(phones, LIST, PII_OPT, "", "numbers") TAKI_FIELD(born, DATE, PII_OPT, "", "birthday")
            TAKI_FIELD(note, TEXT, OPT, "", "any text") TAKI_FIELD(kind, ENUM, OPT, "", "a or b")
                TAKI_FIELD(tags, LIST, OPT, "", "words") TAKI_FIELD(yes, BOOL, OPT, "", "is it")
                    TAKI_FIELD(n, I64, OPT, "rows", "number") TAKI_FIELD(ratio, F64, OPT, "", "share")
                        TAKI_FIELD(day, DATE, OPT, "", "day") TAKI_FIELD(at, INSTANT, OPT, "", "instant")
                            TAKI_FIELD(amount, MONEY, OPT, "minor units", "money")};
const size_t stage_thing_field_count = TAKI_LEN(stage_thing_fields);

static void must(enum taki_status status, const struct taki_error *err)
{
    taki_expect_status("fixture", status, TAKI_OK, err);
}

struct stage_thing stage_thing_of(const char *id)
{
    struct stage_thing thing;
    taki_fields_clear(stage_thing_fields, stage_thing_field_count, &thing);
    thing.id = taki_str_of(id);
    return thing;
}

const char *stage_new(const char *name)
{
    static char path[512];
    (void)snprintf(path, sizeof path, "%s/%s", taki_test_folder(), name);
    struct taki_error err = {.status = TAKI_OK};
    must(taki_file_remove(path, &err), &err);
    must(taki_file_make_folder(path, &err), &err);
    return path;
}

const char *stage_path(const char *data_dir, const char *date, const char *id, const char *file)
{
    static char path[1024];
    (void)snprintf(path, sizeof path, "%s/stage/%s/%s/%s", data_dir, date, id, file);
    return path;
}

static void write_table(const char *path, const struct stage_table *spec, struct taki_stage_table *table)
{
    struct taki_error err = {.status = TAKI_OK};
    struct taki_stage_writer *writer = NULL;
    struct taki_arena *scratch = taki_arena_open("fixture", 0);
    must(taki_stage_writer_open(path, stage_thing_fields, stage_thing_field_count, &writer, &err), &err);
    for (size_t i = 0; i < spec->count; i++) {
        struct stage_thing thing = stage_thing_of("");
        spec->row(i, &thing, scratch);
        must(taki_stage_writer_add(writer, &thing, &err), &err);
        taki_arena_reset(scratch);
    }
    must(taki_stage_writer_commit(writer, &table->rows, &table->bytes, table->sha256, &err), &err);
    taki_arena_close(scratch);
}

void stage_add(const char *data_dir, const char *date, const char *id, int money_digits,
               const struct stage_table *tables, size_t count)
{
    struct taki_error err = {.status = TAKI_OK};
    struct taki_arena *arena = taki_arena_open("fixture set", 0);
    struct taki_stage_table *made = TAKI_NEW_ARRAY(arena, count, struct taki_stage_table);
    struct taki_stage_set set = {.as_of = {1790000000000000},
                                 .known_at = TAKI_INSTANT_NULL,
                                 .currency = money_digits == 0 ? "JPY" : "USD",
                                 .money_digits = money_digits,
                                 .schema_version = "1",
                                 .tool_version = "taki test",
                                 .rules = "{\"psl\":\"1\"}",
                                 .tables = made,
                                 .table_count = count};
    (void)snprintf(set.snapshot_id, sizeof set.snapshot_id, "%s", id);
    assert_true(taki_date_parse(taki_str_of(date), &set.snapshot_date));
    must(taki_file_make_folder(stage_path(data_dir, date, id, ""), &err), &err);
    for (size_t i = 0; i < count; i++) {
        made[i].name = tables[i].name;
        made[i].meaning = "things of the test";
        made[i].fields = stage_thing_fields;
        made[i].field_count = stage_thing_field_count;
        made[i].kind = tables[i].kind == NULL ? "entity" : tables[i].kind;
        made[i].file = taki_arena_format(arena, "%s.tcol", tables[i].name);
        write_table(stage_path(data_dir, date, id, made[i].file), &tables[i], &made[i]);
    }
    struct taki_buf text;
    taki_buf_init(&text, (size_t)1 << 24);
    taki_stage_set_write(&set, &text);
    must(taki_file_put(stage_path(data_dir, date, id, "manifest.json"), taki_buf_view(&text), false, &err), &err);
    taki_buf_reset(&text);
    taki_arena_close(arena);
}

void stage_ordinary(size_t number, struct stage_thing *thing, struct taki_arena *scratch)
{
    thing->id = taki_str_of(taki_arena_format(scratch, "thing-%07zu", number));
    if (number % 3 != 0) {
        thing->email = taki_str_of(taki_arena_format(scratch, "p%zu@example.co.jp", number));
        thing->phones = taki_str_of(taki_arena_format(scratch, "[\"03-0000-%04zu\"]", number % 10000));
        thing->born = taki_date_of(1970 + (int)(number % 30), 1 + (int)(number % 12), 28);
        thing->note = taki_str_of(taki_arena_format(scratch, "髙橋, \"%zu\"\r\n改行 😀", number));
        thing->kind = TAKI_STR("a");
    }
    if (number % 3 != 1) {
        thing->tags = TAKI_STR("[\"x\",\"y\"]");
        thing->yes = (int8_t)(number % 2);
        thing->n = (int64_t)number * -7;
        thing->ratio = (double)number / 3.0;
    }
    if (number % 3 != 2) {
        thing->note = number % 2 == 0 ? TAKI_STR("") : thing->note;
        thing->day = taki_date_of(2026, 1 + (int)(number % 12), 1 + (int)(number % 28));
        thing->at = (taki_instant){INT64_C(1790000000000000) + (int64_t)number};
        thing->amount = (int64_t)number * 12345 - 1000;
    }
}

static char printed[1 << 20];

/* stdout of the run into a file, so that the test can read what the user would. */
static int run_quietly(int (*program)(int argc, char **argv), int argc, char **argv)
{
    char path[600];
    (void)snprintf(path, sizeof path, "%s/printed", taki_test_folder());
    (void)fflush(NULL);
    int kept = dup(STDOUT_FILENO);
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(kept >= 0 && file >= 0 && dup2(file, STDOUT_FILENO) >= 0);
    int code = program(argc, argv);
    taki_arena_limit(0); /* --memory of the run is not the test's */
    (void)fflush(stdout);
    (void)dup2(kept, STDOUT_FILENO);
    (void)close(kept);
    ssize_t size = pread(file, printed, sizeof printed - 1, 0);
    printed[size > 0 ? size : 0] = '\0';
    (void)close(file);
    return code;
}

int stage_run(int (*program)(int argc, char **argv), const char *data_dir, const char *yaml, const char *words)
{
    enum { MOST_WORDS = 16 };
    struct taki_error err = {.status = TAKI_OK};
    char path[1024];
    char config[4096];
    char copy[1024];
    char name[] = "taki-load";
    char flag[] = "--config";
    char progress[] = "--progress=none";
    char level[] = "--log-level=error";
    char *argv[MOST_WORDS + 6] = {name};
    int argc = 1;
    int n = snprintf(config, sizeof config, "version: 1\ndata_dir: '%s'\n%s", data_dir, yaml);
    assert_true(n > 0 && (size_t)n < sizeof config);
    (void)snprintf(path, sizeof path, "%s/taki.yml", data_dir);
    (void)snprintf(copy, sizeof copy, "%s", words);
    must(taki_file_put(path, taki_str_of(config), true, &err), &err);
    for (char *rest = NULL, *word = strtok_r(copy, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest))
        argv[argc++] = word;
    argv[argc++] = flag;
    argv[argc++] = path;
    argv[argc++] = progress;
    argv[argc++] = level;
    return run_quietly(program, argc, argv);
}

const char *stage_printed(void)
{
    return printed;
}
