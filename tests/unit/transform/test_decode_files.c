#include "landing_fixture.h"
#include "store.h"
#include "taki_test.h"

#include "taki/file.h"
#include "taki/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A files source `f` with one object; the test looks at the store inside the run. */
static void (*look)(struct taki_store *store, struct taki_run *run);

static enum taki_status open_and_look(struct taki_run *run, struct taki_error *err)
{
    struct taki_store *store = NULL;
    TAKI_TRY(taki_store_open(run, landing_at("2026-12-31T00:00:00Z"), TAKI_INSTANT_NULL, &store, err));
    look(store, run);
    taki_store_close(store);
    return TAKI_OK;
}

static void land(const char *dir, const char *object, const char *id, const char *charset, taki_str body)
{
    struct landing_spec spec = {.source = "f", .source_type = "files", .object = object, .id = id};
    spec.extracted = "2026-11-21T00:00:00Z";
    spec.kind = TAKI_BATCH_FULL;
    spec.format = "csv";
    spec.charset = charset;
    landing_add(dir, &spec, &body, 1);
}

static int run_with(const char *dir, const char *objects, void (*what)(struct taki_store *store, struct taki_run *run))
{
    char yaml[3000];
    (void)snprintf(yaml, sizeof yaml,
                   "sources:\n  f:\n    type: files\n    base_url: 'https://files.example.jp/'\n    objects:\n%s",
                   objects);
    look = what;
    return landing_run(dir, yaml, 1, open_and_look);
}

static size_t rows_of(struct taki_store *store, enum taki_entity entity)
{
    size_t count = 0;
    (void)taki_store_rows(store, entity, &count);
    return count;
}

static void expect_tally(struct taki_run *run, const char *name, int64_t read, int64_t written, int64_t rejected)
{
    const struct taki_tally *tally = taki_run_tally(run, name);
    taki_expect_i64("read", tally->read, read);
    taki_expect_i64("written", tally->written, written);
    taki_expect_i64("rejected", tally->rejected, rejected);
    taki_expect_i64("adds up", tally->written + tally->rejected + tally->superseded + tally->deleted + tally->merged,
                    read);
}

static void see_costs(struct taki_store *store, struct taki_run *run)
{
    size_t count = 0;
    const struct taki_campaign_cost *costs = taki_store_rows(store, TAKI_ENTITY_CAMPAIGN_COST, &count);
    taki_expect_i64("costs", (int64_t)count, 2);
    taki_expect_str("number of the row", costs[0].source_id, "1");
    taki_expect_str("campaign", costs[0].campaign, "f:C1");
    taki_expect_str("amount", costs[0].amount, "1,200,000");
    taki_expect_i64("month", costs[0].period.days, taki_date_of(2026, 4, 1).days);
    taki_expect_i64("second format", costs[1].period.days, taki_date_of(2026, 5, 1).days);
    taki_expect_str("constant", costs[1].kind, "actual");
    taki_expect_str("mapped", costs[0].category, "event");
    taki_expect_str("not mapped", costs[1].category, "広告");
    expect_tally(run, "f:Costs", 5, 2, 3);
}

/* Dates in two declared formats; one that fits none, a width, an amount in words are refused; nothing is guessed. */
static void dates_widths_and_amounts(void **state)
{
    (void)state;
    const char *dir = landing_new("costs");
    land(dir, "Costs", "b1", "utf-8",
         TAKI_STR(
             "施策ID,年月,金額,区分\r\nC1,2026/04,\"1,200,000\",展示会\r\nC2,202605,300,広告\r\nC3,04-2026,1,広告\r\n"
             "C4,2026/04\r\nC5,2026/04,百万円,広告\r\n"));
    assert_int_equal(run_with(dir,
                              "      Costs: {path: costs.csv, entity: campaign_cost, fields: {campaign_id: 施策ID, "
                              "period: {from: 年月, formats: ['%Y/%m', '%Y%m']}, amount: 金額, kind: {value: actual}, "
                              "category: {from: 区分, map: {展示会: event}}}}\n",
                              see_costs),
                     0);
}

static void see_nothing(struct taki_store *store, struct taki_run *run)
{
    (void)store;
    (void)run;
}

static void mappings_that_cannot_be_right(void **state)
{
    (void)state;
    const char *dir = landing_new("wrong");
    static const char *const wrong[] = {
        "{path: a, entity: campain, fields: {name: a}}",
        "{path: a, entity: campaign, fields: {nmae: a}}",
        "{path: a, entity: plan, fields: {}}",
        "{path: a, entity: campaign_cost, fields: {period: {from: a, formats: ['%d/%m/%Y', '%m/%d/%Y']}}}",
        "{path: a, entity: campaign_cost, fields: {period: {from: a, format: '%Y', formats: ['%m/%d/%Y'], wrong: 1}}}",
        "{path: a, entity: campaign_cost, fields: {campaign: {from: a, ref: nobody}}}",
        "{path: a, entity: campaign_cost, fields: {campaign: {map: {a: b}}}}",
        "{path: a, entity: campaign_cost, fields: {amount: {from: a, format: '%Y'}}}",
        "{path: a, entity: campaign_cost, mode: upsert, fields: {amount: a}}",
    };
    for (size_t i = 0; i < TAKI_LEN(wrong); i++) {
        char objects[512];
        (void)snprintf(objects, sizeof objects, "      A: %s\n", wrong[i]);
        print_message("%s\n", wrong[i]);
        assert_int_equal(run_with(dir, objects, see_nothing), 2);
    }
}

static void see_dirt(struct taki_store *store, struct taki_run *run)
{
    size_t count = 0;
    const struct taki_account *accounts = taki_store_rows(store, TAKI_ENTITY_ACCOUNT, &count);
    taki_expect_i64("accounts", (int64_t)count, 2);
    taki_expect_str("bare CR inside quotes", accounts[0].name, "A\rB");
    taki_expect_str("placeholder", accounts[0].industry, NULL);
    taki_expect_str("behind the repeated header", accounts[1].source_id, "2");
    expect_tally(run, "f:A", 7, 2, 4);
    taki_expect_i64("repeated header", taki_run_tally(run, "f:A")->superseded, 1);
}

static void dirt_is_refused_and_counted(void **state)
{
    (void)state;
    const char *dir = landing_new("dirt");
    land(dir, "A", "b1", "utf-8",
         TAKI_STR("id,name,industry\n1,\"A\rB\",Select\nid,name,industry\n3,N\0UL,x\n4,\xFF\xFE,x\n5,\"a\"b,x\n5.07E+"
                  "12,x,y\n2,C,D\n"));
    assert_int_equal(run_with(dir,
                              "      A: {path: a, entity: account, key: id, missing: [Select], fields: {name: name, "
                              "industry: industry}}\n",
                              see_dirt),
                     0);
}

static void column_missing_from_the_header(void **state)
{
    (void)state;
    const char *dir = landing_new("header");
    land(dir, "A", "b1", "utf-8", TAKI_STR("id,nom\n1,x\n"));
    assert_int_equal(run_with(dir, "      A: {path: a, entity: account, key: id, fields: {name: name}}\n", see_nothing),
                     4);
}

static void see_one(struct taki_store *store, struct taki_run *run)
{
    (void)run;
    size_t count = 0;
    const struct taki_account *accounts = taki_store_rows(store, TAKI_ENTITY_ACCOUNT, &count);
    taki_expect_i64("accounts", (int64_t)count, 1);
    taki_expect_str("newest", accounts[0].source_id, "2");
}

static void see_both(struct taki_store *store, struct taki_run *run)
{
    (void)run;
    taki_expect_i64("accounts", (int64_t)rows_of(store, TAKI_ENTITY_ACCOUNT), 2);
}

static void see_four(struct taki_store *store, struct taki_run *run)
{
    (void)run;
    taki_expect_i64("every row of every batch", (int64_t)rows_of(store, TAKI_ENTITY_ACCOUNT), 4);
}

static void replace_upsert_append(void **state)
{
    (void)state;
    const char *dir = landing_new("modes");
    land(dir, "A", "b1", "utf-8", TAKI_STR("id,name\n1,x\n1,x\n"));
    land(dir, "A", "b2", "utf-8", TAKI_STR("id,name\n2,x\n2,x\n"));
    assert_int_equal(run_with(dir, "      A: {path: a, entity: account, key: id, fields: {name: name}}\n", see_one), 0);
    assert_int_equal(
        run_with(dir, "      A: {path: a, entity: account, mode: upsert, key: id, fields: {name: name}}\n", see_both),
        0);
    assert_int_equal(
        run_with(dir, "      A: {path: a, entity: account, mode: append, fields: {name: name}}\n", see_four), 0);
}

static void see_cut(struct taki_store *store, struct taki_run *run)
{
    size_t count = 0;
    const struct taki_account *accounts = taki_store_rows(store, TAKI_ENTITY_ACCOUNT, &count);
    taki_expect_i64("accounts", (int64_t)count, 3);
    taki_expect_str("third", accounts[2].name, "三");
    expect_tally(run, "f:A", 3, 3, 0);
}

/* A body cut into pages: only the first has the banner and the header line. */
static void pages_without_header(void **state)
{
    (void)state;
    const char *dir = landing_new("cut");
    struct landing_spec spec = {.source = "f", .source_type = "files", .object = "A", .id = "b1", .format = "csv"};
    spec.extracted = "2026-11-21T00:00:00Z";
    taki_str whole[] = {TAKI_STR("banner\nid,name\n1,a\n2,b\n"), TAKI_STR("3,三\n")};
    landing_add(dir, &spec, whole, 1);
    spec.id = "b2";
    spec.context = "{\"@header\":[\"id\",\"name\"]}";
    landing_add(dir, &spec, whole + 1, 1);
    assert_int_equal(
        run_with(dir,
                 "      A: {path: a, entity: account, skip_lines: 1, mode: upsert, key: id, fields: {name: name}}\n",
                 see_cut),
        0);
}

static void see_ndjson(struct taki_store *store, struct taki_run *run)
{
    size_t count = 0;
    const struct taki_account *accounts = taki_store_rows(store, TAKI_ENTITY_ACCOUNT, &count);
    taki_expect_i64("accounts", (int64_t)count, 2);
    taki_expect_str("表 in CP932 ends in a backslash", accounts[0].name, "表計算");
    taki_expect_str("nested", accounts[0].industry, "製造");
    taki_expect_str("second", accounts[1].name, "B");
    expect_tally(run, "f:A", 6, 2, 4);
}

/* NDJSON in CP932: a name twice, a NUL, half a surrogate pair and a line cut short are refused one by one. */
static void ndjson_line_by_line(void **state)
{
    (void)state;
    const char *dir = landing_new("ndjson");
    struct landing_spec spec = {
        .source = "f", .source_type = "files", .object = "A", .id = "b1", .format = "ndjson", .charset = "cp932"};
    spec.extracted = "2026-11-21T00:00:00Z";
    taki_str body =
        TAKI_STR("{\"id\":1,\"name\":\"\x95\x5c\x8c\x76\x8e\x5a\",\"more\":{\"industry\":\"\x90\xbb\x91\xa2\"}}\n\n"
                 "{\"id\":3,\"name\":\"a\",\"name\":\"b\"}\n{\"id\":4,\"name\":\"a\\u0000b\"}\n"
                 "{\"id\":5,\"name\":\"\\ud800\"}\n{\"id\":6,\"name\":\"cu\n{\"id\":2,\"name\":\"B\"}\n");
    landing_add(dir, &spec, &body, 1);
    assert_int_equal(
        run_with(dir, "      A: {path: a, entity: account, key: id, fields: {name: name, industry: more.industry}}\n",
                 see_ndjson),
        0);
}

static void see_json(struct taki_store *store, struct taki_run *run)
{
    size_t count = 0;
    const struct taki_account *accounts = taki_store_rows(store, TAKI_ENTITY_ACCOUNT, &count);
    taki_expect_i64("accounts", (int64_t)count, 2);
    taki_expect_str("string that looks like the end", accounts[0].name, "]}\"");
    expect_tally(run, "f:A", 3, 2, 1);
}

static void broken_json(void **state)
{
    (void)state;
    static const char *const broken[] = {
        "{\"data\":{\"items\":[{\"id\":1}",
        "{\"data\":{\"items\":{}}}",
        "[]",
        "{\"data\":{\"items\":[]}} x",
        "{\"data\" 1}",
        "",
    };
    struct landing_spec spec = {
        .source = "f", .source_type = "files", .object = "A", .id = "b1", .records_at = "data/items"};
    static const char mapping[] = "      A: {path: a, entity: account, key: id, fields: {name: name}}\n";
    spec.extracted = "2026-11-21T00:00:00Z";
    for (size_t i = 0; i < TAKI_LEN(broken); i++) {
        const char *dir = landing_new("json");
        taki_str body = taki_str_of(broken[i]);
        landing_add(dir, &spec, &body, 1);
        assert_int_equal(run_with(dir, mapping, see_nothing), 4);
    }
    const char *dir = landing_new("json");
    taki_str body = TAKI_STR(
        "{\"n\":[1,{\"items\":2}],\"data\":{\"x\":\"]\",\"items\":[{\"id\":1,\"name\":\"]}\\\"\"},{\"id\":2,\"id\":3},"
        "{\"id\":4,\"name\":null}]}}");
    landing_add(dir, &spec, &body, 1);
    assert_int_equal(run_with(dir, mapping, see_json), 0);
}

static void see_utf16(struct taki_store *store, struct taki_run *run)
{
    size_t count = 0;
    const struct taki_account *accounts = taki_store_rows(store, TAKI_ENTITY_ACCOUNT, &count);
    taki_expect_i64("accounts", (int64_t)count, 1);
    taki_expect_str("name", accounts[0].name, "髙");
    expect_tally(run, "f:A", 1, 1, 0);
}

/* Excel's "Unicode text": UTF-16LE with a mark, tabs, CRLF. */
static void utf16_with_tabs(void **state)
{
    (void)state;
    const char *dir = landing_new("utf16");
    struct landing_spec spec = {
        .source = "f", .source_type = "files", .object = "A", .id = "b1", .format = "tsv", .charset = "utf-16"};
    spec.extracted = "2026-11-21T00:00:00Z";
    taki_str body = TAKI_STR("\xFF\xFEi\0d\0\t\0n\0\r\0\n\0"
                             "1\0\t\0\xD9\x9A\r\0\n\0");
    landing_add(dir, &spec, &body, 1);
    assert_int_equal(run_with(dir, "      A: {path: a, entity: account, key: id, fields: {name: n}}\n", see_utf16), 0);
}

/* --- Real files; their answers were computed with Python, not by this project. --- */

static struct taki_json answers;
static struct taki_arena *answers_arena;

static bool load_answers(const char *folder)
{
    char name[256];
    struct taki_buf text;
    struct taki_error err = {.status = TAKI_OK};
    (void)snprintf(name, sizeof name, "%s/answers.json", folder);
    taki_buf_init(&text, (size_t)1 << 24);
    if (!landing_shared(name, &text))
        return false;
    answers_arena = taki_arena_open("answers", 0);
    taki_str kept = taki_str_dup(answers_arena, taki_buf_view(&text));
    taki_buf_reset(&text);
    taki_expect_status("answers", taki_json_parse(answers_arena, kept, NULL, &answers, &err), TAKI_OK, &err);
    return true;
}

static int64_t answer(const char *path)
{
    const struct taki_json_node *node = taki_json_at(&answers, &answers.nodes[0], path);
    double value = 0;
    if (node == NULL || !taki_str_f64(node->text, &value))
        fail_msg("no number in the answers: %s", path);
    return (int64_t)value;
}

static bool land_shared(const char *dir, const char *object, const char *charset, const char *file)
{
    struct taki_buf body;
    taki_buf_init(&body, (size_t)1 << 28);
    bool there = landing_shared(file, &body);
    if (there)
        land(dir, object, "b1", charset, taki_buf_view(&body));
    taki_buf_reset(&body);
    return there;
}

/* by [rows, converted] of the answers against the persons: `column` holds the value, status is Converted. */
static void compare_groups(struct taki_store *store, const char *name, size_t offset)
{
    size_t count = 0, groups = 0, rows_in_groups = 0;
    const struct taki_person *persons = taki_store_rows(store, TAKI_ENTITY_PERSON, &count);
    const struct taki_json_node *group =
        taki_json_find(&answers, taki_json_find(&answers, &answers.nodes[0], "by [rows, converted]"), name);
    assert_non_null(group);
    for (const struct taki_json_node *node = taki_json_first(&answers, group); node;
         node = taki_json_next(&answers, group, node)) {
        taki_str key = taki_json_key(answers_arena, node);
        int64_t rows = 0, converted = 0, want_rows = 0, want_converted = 0;
        for (size_t i = 0; i < count; i++) {
            taki_str value = *(const taki_str *)(const void *)((const char *)&persons[i] + offset);
            if (taki_str_is_null(value) ? key.size != 0 : !taki_str_equal(value, key))
                continue;
            rows++;
            converted += taki_str_is(persons[i].status, "1") ? 1 : 0;
        }
        const struct taki_json_node *first = taki_json_first(&answers, node);
        assert_true(taki_str_i64(first->text, &want_rows));
        assert_true(taki_str_i64(taki_json_next(&answers, node, first)->text, &want_converted));
        taki_expect_i64("rows of a group", rows, want_rows);
        taki_expect_i64("converted of a group", converted, want_converted);
        groups++;
        rows_in_groups += (size_t)rows;
    }
    assert_true(groups > 1);
    taki_expect_i64("all rows are in a group", (int64_t)rows_in_groups, (int64_t)count);
}

static void see_repaired(struct taki_store *store, struct taki_run *run)
{
    expect_tally(run, "f:Leads", answer("rows"), answer("rows"), 0);
    compare_groups(store, "Lead Source", offsetof(struct taki_person, lead_source));
    compare_groups(store, "Lead Origin", offsetof(struct taki_person, title));
    compare_groups(store, "Lead Quality", offsetof(struct taki_person, department));
    compare_groups(store, "Last Activity", offsetof(struct taki_person, seniority));
}

static void see_refused(struct taki_store *store, struct taki_run *run)
{
    size_t count = 0;
    int64_t converted = 0;
    const struct taki_person *persons = taki_store_rows(store, TAKI_ENTITY_PERSON, &count);
    for (size_t i = 0; i < count; i++)
        converted += taki_str_is(persons[i].status, "1") ? 1 : 0;
    int64_t damaged = answer("double_encoded_rows");
    expect_tally(run, "f:Leads", answer("rows"), answer("rows") - damaged, damaged);
    taki_expect_i64("converted without them", converted, answer("converted_if_damaged_rows_were_dropped"));
}

static void xeducation(void **state)
{
    (void)state;
    const char *dir = landing_new("xeducation");
    if (!load_answers("xeducation_leads") || !land_shared(dir, "Leads", "utf-8", "xeducation_leads/leads_quarter.csv"))
        skip();
#define XEDUCATION(REPAIR)                                                                                             \
    "      Leads: {path: l.csv, entity: person_source, key: Prospect ID, missing: [Select]," REPAIR                    \
    " fields: {lead_source: Lead Source, title: Lead Origin, department: Lead Quality, seniority: Last Activity, "     \
    "status: Converted, opt_out: Do Not Email, do_not_call: Do Not Call}}\n"
    assert_int_equal(run_with(dir, XEDUCATION(""), see_refused), 0);
    assert_int_equal(run_with(dir, XEDUCATION(" repair: double_encoded,"), see_repaired), 0);
    taki_arena_close(answers_arena);
}

static bool valid_corporate_number(taki_str text)
{
    int sum = 0;
    if (text.size != 13)
        return false;
    for (size_t i = 0; i < 12; i++) { /* from the right, weights 1,2,1,2 ... */
        char c = text.data[12 - i];
        if (c < '0' || c > '9')
            return false;
        sum += (c - '0') * (i % 2 == 0 ? 1 : 2);
    }
    return text.data[0] - '0' == 9 - sum % 9;
}

static const char *edinet_part;

static int64_t edinet(const char *name)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", edinet_part, name);
    return answer(path);
}

static void see_listed(struct taki_store *store, struct taki_run *run)
{
    size_t count = 0;
    const struct taki_account *accounts = taki_store_rows(store, TAKI_ENTITY_ACCOUNT, &count);
    int64_t valid = 0, refused = 0, months[13] = {0};
    for (size_t i = 0; i < count; i++) {
        taki_str number = accounts[i].corporate_number;
        valid += valid_corporate_number(number) ? 1 : 0;
        refused += number.size > 0 && !valid_corporate_number(number) ? 1 : 0;
        int64_t start = accounts[i].fiscal_start_month;
        assert_true(start >= 1 && start <= 12);
        months[start == 1 ? 12 : start - 1]++;
    }
    expect_tally(run, "f:Listed", edinet("rows"), edinet("rows"), 0);
    taki_expect_i64("valid corporate numbers", valid, edinet("valid_corporate_numbers"));
    taki_expect_i64("refused as key", refused, edinet("refused_as_key"));
    for (int month = 1; month <= 12; month++) {
        char name[32];
        (void)snprintf(name, sizeof name, "fiscal_end_month/%d", month);
        taki_expect_i64(name, months[month], edinet(name));
    }
    for (size_t i = 0; i < count; i++) {
        if (taki_str_is(accounts[i].source_id, "E00004"))
            taki_expect_str("kana", accounts[i].kana, "カネコシュビョウカブシキガイシャ");
    }
}

static void edinet_listed(void **state)
{
    (void)state;
    static const char *const files[][2] = {
        {"2026_clean",   "edinet_listed/EdinetcodeDlInfo_2026-08-11_listed_400.csv"              },
        {"2020_damaged", "edinet_listed/EdinetcodeDlInfo_2020-02-13_listed_400_excel_damaged.csv"},
    };
    if (!load_answers("edinet_listed"))
        skip();
    for (size_t i = 0; i < TAKI_LEN(files); i++) {
        const char *dir = landing_new(files[i][0]);
        edinet_part = files[i][0];
        assert_true(land_shared(dir, "Listed", "cp932", files[i][1]));
        assert_int_equal(
            run_with(dir,
                     "      Listed: {path: e.csv, encoding: cp932, entity: account, skip_lines: 1, key: "
                     "ＥＤＩＮＥＴコード, fields: "
                     "{name: 提出者名, kana: 提出者名（ヨミ）, industry: 提出者業種, corporate_number: 提出者法人番号, "
                     "fiscal_start_month: {from: 決算日, formats: ['%m月%d日', '%m月末日']}}}\n",
                     see_listed),
            0);
    }
    taki_arena_close(answers_arena);
}

static void see_pipeline(struct taki_store *store, struct taki_run *run)
{
    size_t count = 0;
    const struct taki_opportunity *deals = taki_store_rows(store, TAKI_ENTITY_OPPORTUNITY, &count);
    int64_t won = 0, lost = 0, open = 0, blank = 0;
    double amount = 0, one = 0;
    for (size_t i = 0; i < count; i++) {
        bool is_won = taki_str_is(deals[i].stage, "Won");
        won += is_won ? 1 : 0;
        lost += taki_str_is(deals[i].stage, "Lost") ? 1 : 0;
        open += taki_str_is(deals[i].stage, "In_Progress") ? 1 : 0;
        blank += taki_str_is_null(deals[i].account) ? 1 : 0;
        if (is_won && taki_str_f64(deals[i].amount, &one))
            amount += one;
    }
    expect_tally(run, "f:Deals", answer("rows"), answer("rows"), 0);
    taki_expect_i64("distinct", (int64_t)count, answer("distinct_ids"));
    taki_expect_i64("won", won, answer("opportunities_by_stage/Won"));
    taki_expect_i64("lost", lost, answer("opportunities_by_stage/Lost"));
    taki_expect_i64("open", open, answer("opportunities_by_stage/In_Progress"));
    taki_expect_i64("without account", blank, answer("blank_account"));
    taki_expect_i64("won amount", (int64_t)amount, answer("won_amount"));
    int64_t clicks = 0, email = 0;
    for (size_t p = 0; p < taki_store_partitions(store, TAKI_ENTITY_TOUCH); p++) {
        struct taki_scan *scan TAKI_AUTO(taki_scan_auto) = NULL;
        struct taki_error err = {.status = TAKI_OK};
        taki_expect_status("scan", taki_scan_open(store, TAKI_ENTITY_TOUCH, p, &scan, &err), TAKI_OK, &err);
        const void *row = NULL;
        while (taki_scan_next(scan, &row, &err) == TAKI_OK) {
            clicks++;
            email += taki_str_is(((const struct taki_touch *)row)->type, "Email") ? 1 : 0;
        }
    }
    taki_expect_i64("clicks, none taken for another", clicks,
                    answer("clicks_by_source/Direct") + answer("clicks_by_source/Email") +
                        answer("clicks_by_source/Organic") + answer("clicks_by_source/Paid") +
                        answer("clicks_by_source/Referral") + answer("clicks_by_source/Social"));
    taki_expect_i64("e-mail clicks", email, answer("clicks_by_source/Email"));
}

static void sparklesquad(void **state)
{
    (void)state;
    const char *dir = landing_new("sparklesquad");
    if (!load_answers("sparklesquad_crm") ||
        !land_shared(dir, "Deals", "utf-8", "sparklesquad_crm/sales-pipeline.csv") ||
        !land_shared(dir, "Clicks", "utf-8", "sparklesquad_crm/clicks.csv"))
        skip();
    assert_int_equal(run_with(dir,
                              "      Deals: {path: d.csv, entity: opportunity_source, key: Opportunity_ID, fields: "
                              "{account: Account, owner_id: "
                              "Sales_Agent, stage: Deal_Stage, product_line: Product, amount: Close_Value, close_date: "
                              "{from: Close_Date, "
                              "format: '%Y-%m-%d'}, created_at: Created_On}}\n"
                              "      Clicks: {path: c.csv, entity: touch, fields: {date: Created_On, type: Source}}\n",
                              see_pipeline),
                     0);
    taki_arena_close(answers_arena);
}

static void see_wide(struct taki_store *store, struct taki_run *run)
{
    size_t count = 0;
    const struct taki_tally *leads = taki_run_tally(run, "f:lead"), *tasks = taki_run_tally(run, "f:task");
    const struct taki_person *persons = taki_store_rows(store, TAKI_ENTITY_PERSON, &count);
    assert_true(count > 0 && leads->rejected == 0 && leads->read > 0);
    assert_true(tasks->read > 0 && tasks->rejected == 0);
    for (size_t i = 0; i < count; i++)
        assert_false(taki_instant_is_null(persons[i].created_at));
}

/* 382 columns of a warehouse's Lead, in snake_case and in no useful order. */
static void fivetran_shapes(void **state)
{
    (void)state;
    const char *dir = landing_new("fivetran");
    if (!land_shared(dir, "lead", "utf-8", "fivetran_salesforce/sf_lead_data.csv") ||
        !land_shared(dir, "task", "utf-8", "fivetran_salesforce/sf_task_data.csv"))
        skip();
    assert_int_equal(
        run_with(
            dir,
            "      lead: {path: l, entity: person, key: id, fields: {first_name: first_name, last_name: last_name, "
            "email: email, "
            "company_name: company, status: status, lead_source: lead_source, created_at: created_date, owner: "
            "owner_id, "
            "modified_at: system_modstamp, is_deleted: is_deleted, employees: number_of_employees, opt_out: "
            "has_opted_out_of_email, "
            "converted_contact: converted_contact_id, converted_at: converted_date, merged_into: master_record_id}}\n"
            "      task: {path: t, entity: activity, key: id, fields: {person: who_id, account: account_id, subject: "
            "subject, type: type, "
            "actor: owner_id, date: activity_date, created_at: created_date, modified_at: system_modstamp, is_deleted: "
            "is_deleted}}\n",
            see_wide),
        0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_widths_and_amounts),
        cmocka_unit_test(mappings_that_cannot_be_right),
        cmocka_unit_test(dirt_is_refused_and_counted),
        cmocka_unit_test(column_missing_from_the_header),
        cmocka_unit_test(replace_upsert_append),
        cmocka_unit_test(pages_without_header),
        cmocka_unit_test(ndjson_line_by_line),
        cmocka_unit_test(broken_json),
        cmocka_unit_test(utf16_with_tabs),
        cmocka_unit_test(xeducation),
        cmocka_unit_test(edinet_listed),
        cmocka_unit_test(sparklesquad),
        cmocka_unit_test(fivetran_shapes),
    };
    return cmocka_run_group_tests_name("transform/decode_files", tests, NULL, NULL);
}
