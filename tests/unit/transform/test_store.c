#include "landing_fixture.h"
#include "store.h"
#include "taki_test.h"

#include "taki/file.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a test asks for and what the store gave, as one line a held person: "id email|id email". */
static struct {
    const char *as_of, *known_at;
    char persons[1024];
    struct taki_tally tally;
    size_t batches, tombs;
} seen;

static enum taki_status look(struct taki_run *run, struct taki_error *err)
{
    struct taki_store *store = NULL;
    taki_instant known_at = seen.known_at ? landing_at(seen.known_at) : TAKI_INSTANT_NULL;
    TAKI_TRY(taki_store_open(run, landing_at(seen.as_of), known_at, &store, err));
    size_t count = 0;
    const struct taki_person *persons = taki_store_rows(store, TAKI_ENTITY_PERSON, &count);
    size_t size = 0;
    seen.persons[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        size += (size_t)snprintf(seen.persons + size, sizeof seen.persons - size, "%s%.*s %.*s", i ? "|" : "",
                                 TAKI_STR_ARG(persons[i].source_id), TAKI_STR_ARG(persons[i].email));
    }
    (void)taki_store_rows(store, TAKI_ENTITY_TOMBSTONE, &seen.tombs);
    (void)taki_store_batches(store, &seen.batches);
    seen.tally = *taki_run_tally(run, "ma:leads");
    taki_store_close(store);
    const struct taki_tally *t = &seen.tally;
    taki_expect_i64("the tally adds up", t->written + t->rejected + t->superseded + t->deleted + t->merged, t->read);
    return TAKI_OK;
}

static void expect_persons(const char *dir, const char *as_of, const char *known_at, const char *want)
{
    seen.as_of = as_of;
    seen.known_at = known_at;
    assert_int_equal(landing_run(dir, landing_yaml, 2, look), 0);
    assert_string_equal(seen.persons, want);
}

#define LEAD(ID, EMAIL, CREATED, UPDATED)                                                                              \
    "{\"id\":" ID ",\"email\":\"" EMAIL "\",\"createdAt\":\"" CREATED "\",\"updatedAt\":\"" UPDATED "\"}"
#define D(day) "2026-11-" day "T00:00:00Z"

/* Lead 1 was made on the 1st and edited on the 10th and the 20th; lead 2 was made on the 15th. */
static const char *edited(const char *name)
{
    const char *dir = landing_new(name);
    landing_marketo(dir, "leads", "b1", D("02"), "[" LEAD("1", "first", D("01"), D("01")) "]");
    landing_marketo(dir, "leads", "b2", D("11"), "[" LEAD("1", "second", D("01"), D("10")) "]");
    landing_marketo(dir, "leads", "b3", D("21"),
                    "[" LEAD("1", "third", D("01"), D("20")) "," LEAD("2", "two", D("15"), D("15")) "]");
    return dir;
}

static void newest_version_at_as_of(void **state)
{
    (void)state;
    const char *dir = edited("versions");
    expect_persons(dir, D("25"), NULL, "1 third|2 two");
    assert_int_equal(seen.tally.read, 4);
    assert_int_equal(seen.tally.written, 2);
    assert_int_equal(seen.tally.superseded, 2);
    expect_persons(dir, D("19"), NULL, "1 second|2 two");
    expect_persons(dir, D("10"), NULL, "1 second");
    expect_persons(dir, "2026-11-09T23:59:59.999999Z", NULL, "1 first");
    expect_persons(dir, "2026-10-31T00:00:00Z", NULL, "");
}

/* Only a later version landed: the record existed on the 12th, so its oldest known form stands for it. */
static void oldest_version_where_only_later_ones_landed(void **state)
{
    (void)state;
    const char *dir = landing_new("late");
    landing_marketo(dir, "leads", "b1", D("21"), "[" LEAD("1", "third", D("01"), D("20")) "]");
    landing_marketo(dir, "leads", "b2", D("23"), "[" LEAD("1", "fourth", D("01"), D("22")) "]");
    expect_persons(dir, D("12"), NULL, "1 third");
    expect_persons(dir, "2026-10-31T00:00:00Z", NULL, "");
}

static void known_at_hides_later_batches(void **state)
{
    (void)state;
    const char *dir = edited("known");
    expect_persons(dir, D("25"), D("11"), "1 second");
    assert_int_equal(seen.batches, 2);
    assert_int_equal(seen.tally.read, 2);
    expect_persons(dir, D("25"), "2026-11-10T23:59:59.999999Z", "1 first");
}

static void repeats_are_superseded(void **state)
{
    (void)state;
    const char *dir = landing_new("repeats");
    landing_marketo(dir, "leads", "b1", D("02"),
                    "[" LEAD("1", "a", D("01"), D("01")) "," LEAD("1", "a", D("01"), D("01")) "]");
    landing_marketo(dir, "leads", "b2", D("03"), "[" LEAD("1", "b", D("01"), D("01")) "]");
    expect_persons(dir, D("25"), NULL, "1 b"); /* equal times: what was read last is newest */
    assert_int_equal(seen.tally.superseded, 2);
}

static void tombstones(const char *dir, const char *id, const char *extracted, const char *lines)
{
    struct landing_spec spec = {
        .source = "ma", .source_type = "marketo", .object = "leads", .id = id, .format = "ndjson"};
    spec.extracted = extracted;
    spec.kind = TAKI_BATCH_TOMBSTONES;
    taki_str body = taki_str_of(lines);
    landing_add(dir, &spec, &body, 1);
}

static void deleted_takes_part_in_nothing_from_then_on(void **state)
{
    (void)state;
    const char *dir = edited("deleted");
    tombstones(dir, "t1", D("23"),
               "{\"object\":\"leads\",\"id\":\"1\",\"deleted\":true,\"at\":\"2026-11-22T00:00:00Z\"}\n");
    expect_persons(dir, D("25"), NULL, "2 two");
    assert_int_equal(seen.tally.deleted, 1);
    assert_int_equal(seen.tally.read, 5);
    assert_int_equal(seen.tally.written, 2); /* lead 2 and the tombstone */
    expect_persons(dir, "2026-11-21T23:59:59Z", NULL, "1 third|2 two");
    expect_persons(dir, D("25"), D("22"), "1 third|2 two");
}

static void a_record_that_comes_back_is_whole(void **state)
{
    (void)state;
    const char *dir = edited("undelete");
    tombstones(dir, "t1", D("23"),
               "{\"object\":\"leads\",\"id\":\"1\",\"deleted\":true,\"at\":\"2026-11-22T00:00:00Z\"}\n");
    landing_marketo(dir, "leads", "b4", D("25"), "[" LEAD("1", "back", D("01"), D("24")) "]");
    expect_persons(dir, D("25"), NULL, "1 back|2 two");
    expect_persons(dir, D("23"), NULL, "2 two");
}

static void merged_is_told_apart(void **state)
{
    (void)state;
    const char *dir = edited("merged");
    tombstones(
        dir, "t1", D("23"),
        "{\"object\":\"leads\",\"id\":\"2\",\"deleted\":true,\"merged_into\":\"1\",\"at\":\"2026-11-22T00:00:00Z\"}\n");
    expect_persons(dir, D("25"), NULL, "1 third");
    assert_int_equal(seen.tally.merged, 1);
    assert_int_equal(seen.tally.deleted, 0);
    assert_int_equal(seen.tombs, 1);
}

/* A death whose day nobody knows holds from the batch that tells it; older and newer extractions decide. */
static void death_of_unknown_time(void **state)
{
    (void)state;
    const char *dir = edited("unknown");
    tombstones(dir, "t1", D("23"), "{\"object\":\"leads\",\"id\":\"1\",\"deleted\":true}\n");
    expect_persons(dir, D("25"), NULL, "2 two");
    landing_marketo(dir, "leads", "b4", D("26"), "[" LEAD("1", "seen again", D("01"), D("20")) "]");
    expect_persons(dir, D("27"), NULL, "1 seen again|2 two");
}

static enum taki_status look_sfa(struct taki_run *run, struct taki_error *err)
{
    struct taki_store *store = NULL;
    TAKI_TRY(taki_store_open(run, landing_at(seen.as_of), TAKI_INSTANT_NULL, &store, err));
    size_t count = 0;
    const struct taki_person *persons = taki_store_rows(store, TAKI_ENTITY_PERSON, &count);
    seen.persons[0] = '\0';
    if (count == 1) {
        (void)snprintf(seen.persons, sizeof seen.persons, "%.*s %d", TAKI_STR_ARG(persons[0].last_name),
                       persons[0].is_deleted);
    }
    (void)taki_store_rows(store, TAKI_ENTITY_TOMBSTONE, &seen.tombs);
    seen.tally = *taki_run_tally(run, "sfa:Lead");
    taki_store_close(store);
    return TAKI_OK;
}

static void expect_sfa(const char *dir, const char *as_of, const char *want)
{
    seen.as_of = as_of;
    assert_int_equal(landing_run(dir, landing_yaml, 1, look_sfa), 0);
    assert_string_equal(seen.persons, want);
}

/* A deleted Salesforce row comes back with its fields nulled: earlier attributes stay what they were. */
static void a_tombstone_never_overwrites_attributes(void **state)
{
    (void)state;
    const char *dir = landing_new("nulled");
    landing_salesforce(dir, "Lead", "b1", D("02"),
                       "[{\"Id\":\"00Q000000000001\",\"LastName\":\"Ito\",\"CreatedDate\":\"2026-11-01T00:00:00Z\","
                       "\"SystemModstamp\":\"2026-11-01T00:00:00Z\"}]");
    landing_salesforce(dir, "Lead", "b2", D("12"),
                       "[{\"Id\":\"00Q000000000001\",\"IsDeleted\":true,\"LastName\":null,\"MasterRecordId\":"
                       "\"00Q000000000002\",\"SystemModstamp\":\"2026-11-11T00:00:00Z\"}]");
    expect_sfa(dir, D("10"), "Ito 0");
    expect_sfa(dir, D("20"), "");
    assert_int_equal(seen.tally.merged, 1);
    assert_int_equal(seen.tombs, 1);
}

/* Everything the store gives, as text: the same for any order of folders and any number of workers. */
static char *dump_to;
static size_t dump_size;

static enum taki_status dump(struct taki_run *run, struct taki_error *err)
{
    struct taki_store *store = NULL;
    TAKI_TRY(taki_store_open(run, landing_at(D("25")), TAKI_INSTANT_NULL, &store, err));
    struct taki_buf out;
    taki_buf_init(&out, (size_t)1 << 26);
    const struct taki_entity_info *info = taki_entity_info(TAKI_ENTITY_TOUCH);
    for (size_t p = 0; p < taki_store_partitions(store, TAKI_ENTITY_TOUCH); p++) {
        struct taki_scan *scan TAKI_AUTO(taki_scan_auto) = NULL;
        TAKI_TRY(taki_scan_open(store, TAKI_ENTITY_TOUCH, p, &scan, err));
        const void *row = NULL;
        while (taki_scan_next(scan, &row, err) == TAKI_OK) {
            for (size_t f = 0; f < info->field_count; f++) {
                taki_field_print(&info->fields[f], row, 0, &out);
                taki_buf_add_char(&out, ',');
            }
            taki_buf_add_char(&out, '\n');
        }
    }
    dump_size = out.size;
    dump_to = malloc(out.size + 1);
    memcpy(dump_to, out.data, out.size);
    taki_buf_reset(&out);
    taki_store_close(store);
    return TAKI_OK;
}

/* As little memory as makes each partition several shares. */
static enum taki_status dump_narrow(struct taki_run *run, struct taki_error *err)
{
    run->memory_bytes = 1;
    return dump(run, err);
}

static void add_activities(const char *dir, int batch)
{
    static char records[400000];
    size_t n = (size_t)snprintf(records, sizeof records, "[");
    for (int i = 0; i < 1500; i++) { /* every tenth was extracted the night before already */
        n += (size_t)snprintf(records + n, sizeof records - n,
                              "%s{\"marketoGUID\":\"g%d\",\"leadId\":%d,\"activityDate\":\"2026-11-%02dT00:00:00Z\","
                              "\"activityTypeId\":1}",
                              i ? "," : "", batch * 1350 + i, i % 97, 1 + i % 20);
    }
    (void)snprintf(records + n, sizeof records - n, "]");
    char id[16], extracted[32];
    (void)snprintf(id, sizeof id, "b%d", batch);
    (void)snprintf(extracted, sizeof extracted, "2026-11-%02dT00:00:00Z", 10 + batch);
    landing_marketo(dir, "activities", id, extracted, records);
}

static void same_rows_for_any_order_and_workers(void **state)
{
    (void)state;
    const char *dir = landing_new("forward");
    for (int b = 0; b < 4; b++)
        add_activities(dir, b);
    assert_int_equal(landing_run(dir, landing_yaml, 1, dump), 0);
    char *first = dump_to;
    size_t first_size = dump_size;
    dir = landing_new("backward");
    for (int b = 3; b >= 0; b--)
        add_activities(dir, b);
    assert_int_equal(landing_run(dir, landing_yaml, 2, dump), 0);
    assert_int_equal(first_size, dump_size);
    assert_memory_equal(first, dump_to, first_size);
    free(dump_to);
    assert_int_equal(landing_run(dir, landing_yaml, 1, dump_narrow), 0);
    assert_int_equal(first_size, dump_size);
    assert_memory_equal(first, dump_to, first_size);
    size_t lines = 0;
    for (size_t i = 0; i < first_size; i++)
        lines += first[i] == '\n' ? 1 : 0;
    assert_int_equal(lines, 3 * 1350 + 1500); /* each guid once */
    free(first);
    free(dump_to);
}

static enum taki_status ask_as_of(struct taki_run *run, struct taki_error *err)
{
    taki_instant as_of = TAKI_INSTANT_NULL;
    const char *by = NULL;
    enum taki_status status = taki_store_default_as_of(run, TAKI_INSTANT_NULL, &as_of, &by, err);
    (void)snprintf(seen.persons, sizeof seen.persons, "%s", taki_status_info(status)->name);
    if (status != TAKI_OK)
        return TAKI_OK; /* the program itself forgives an empty landing unless told otherwise */
    char text[28];
    taki_instant_print(as_of, text);
    (void)snprintf(seen.persons, sizeof seen.persons, "%s %s", text, by);
    return TAKI_OK;
}

static void window(const char *dir, const char *object, const char *id, const char *lo, const char *hi)
{
    struct landing_spec spec = {
        .source = "sfa", .source_type = "salesforce", .object = object, .id = id, .lo = lo, .hi = hi};
    spec.extracted = "2026-11-25T00:00:00Z";
    spec.records_at = "records";
    taki_str body = TAKI_STR("{\"records\":[]}");
    landing_add(dir, &spec, &body, 1);
}

/* Tokyo's 20 November ends at 15:00Z; a window that ends one second before covers only the 19th whole. */
static void default_as_of_is_the_last_day_covered_whole(void **state)
{
    (void)state;
    const char *dir = landing_new("asof");
    assert_int_equal(landing_run(dir, landing_yaml, 1, ask_as_of), 0);
    assert_string_equal(seen.persons, "EMPTY");
    window(dir, "Lead", "b1", D("19"), "2026-11-20T15:00:00Z");
    window(dir, "Contact", "b1", D("19"), "2026-11-22T15:00:00Z");
    assert_int_equal(landing_run(dir, landing_yaml, 1, ask_as_of), 0);
    assert_string_equal(seen.persons, "2026-11-20T14:59:59.999999Z sfa:Lead");
    window(dir, "Costs", "b1", NULL, "2026-10-01T00:00:00Z"); /* a file read whole, unchanged for weeks */
    assert_int_equal(landing_run(dir, landing_yaml, 1, ask_as_of), 0);
    assert_string_equal(seen.persons, "2026-11-20T14:59:59.999999Z sfa:Lead");
    window(dir, "Account", "b1", D("19"), "2026-11-20T14:59:59Z");
    assert_int_equal(landing_run(dir, landing_yaml, 1, ask_as_of), 0);
    assert_string_equal(seen.persons, "2026-11-19T14:59:59.999999Z sfa:Account");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(newest_version_at_as_of),
        cmocka_unit_test(oldest_version_where_only_later_ones_landed),
        cmocka_unit_test(known_at_hides_later_batches),
        cmocka_unit_test(repeats_are_superseded),
        cmocka_unit_test(deleted_takes_part_in_nothing_from_then_on),
        cmocka_unit_test(a_record_that_comes_back_is_whole),
        cmocka_unit_test(merged_is_told_apart),
        cmocka_unit_test(death_of_unknown_time),
        cmocka_unit_test(a_tombstone_never_overwrites_attributes),
        cmocka_unit_test(same_rows_for_any_order_and_workers),
        cmocka_unit_test(default_as_of_is_the_last_day_covered_whole),
    };
    return cmocka_run_group_tests_name("transform/store", tests, NULL, NULL);
}
