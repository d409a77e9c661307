/* Who is one person, and where do they work. Cases are written from the rules of golden.h; ids are invented. */
#include "golden.h"
#include "landing_fixture.h"
#include "taki_test.h"

#include <stdio.h>
#include <string.h>

/* One line a golden person: "id=member+member(rule)@account", and the accounts: "id:name". */
static char persons_seen[4096], accounts_seen[4096], issues_seen[2048], explained[4096];
static uint32_t looked_up;
static const char *look_up;

static size_t put(char *out, size_t size, size_t at, const char *separator, taki_str text)
{
    int written = snprintf(out + at, size - at, "%s%.*s", separator, TAKI_STR_ARG(text));
    return at + (size_t)written;
}

static void print_persons(const struct taki_golden *golden)
{
    static const char *const rules[] = {"single", "merged", "synced", "email", "phone"};
    size_t count = 0;
    size_t at = 0;
    const struct taki_golden_person *persons = taki_golden_persons(golden, &count);
    size_t account_count = 0;
    const struct taki_golden_account *accounts = taki_golden_accounts(golden, &account_count);
    persons_seen[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        at = put(persons_seen, sizeof persons_seen, at, i ? " " : "", persons[i].id);
        for (uint32_t m = 0; m < persons[i].member_count; m++)
            at = put(persons_seen, sizeof persons_seen, at, m ? "+" : "=", persons[i].members[m]->source_id);
        at = put(persons_seen, sizeof persons_seen, at, "(", taki_str_of(rules[persons[i].rule]));
        at = put(persons_seen, sizeof persons_seen, at, persons[i].shared_mailbox ? ",shared)" : ")", TAKI_STR(""));
        if (persons[i].account != TAKI_NOBODY)
            at = put(persons_seen, sizeof persons_seen, at, "@", accounts[persons[i].account].id);
        for (uint32_t m = 0; m < persons[i].merged_count; m++)
            at = put(persons_seen, sizeof persons_seen, at, "-", persons[i].merged_ids[m]);
    }
}

static void print_accounts(const struct taki_golden *golden)
{
    size_t count = 0;
    size_t at = 0;
    const struct taki_golden_account *accounts = taki_golden_accounts(golden, &count);
    accounts_seen[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        at = put(accounts_seen, sizeof accounts_seen, at, i ? " " : "", accounts[i].id);
        for (uint32_t m = 0; m < accounts[i].member_count; m++)
            at = put(accounts_seen, sizeof accounts_seen, at, m ? "+" : "=", accounts[i].members[m]->source_id);
        at = put(accounts_seen, sizeof accounts_seen, at, ":", accounts[i].domain);
    }
    size_t issues = 0;
    const struct taki_dq *issue = taki_golden_issues(golden, &issues);
    at = 0;
    issues_seen[0] = '\0';
    for (size_t i = 0; i < issues; i++)
        at = put(issues_seen, sizeof issues_seen, at, i ? " " : "", taki_str_of(issue[i].rule));
}

static void explain(const struct taki_golden *golden)
{
    struct taki_buf text;
    taki_buf_init(&text, sizeof explained - 1);
    size_t count = 0;
    (void)taki_golden_persons(golden, &count);
    for (uint32_t i = 0; i < count; i++)
        taki_golden_explain(golden, i, &text);
    (void)put(explained, sizeof explained, 0, "", taki_buf_view(&text));
    taki_buf_reset(&text);
}

static enum taki_status resolve(struct taki_run *run, struct taki_error *err)
{
    struct taki_store *store = NULL;
    struct taki_golden *golden = NULL;
    TAKI_TRY(taki_store_open(run, landing_at("2026-12-31T00:00:00Z"), TAKI_INSTANT_NULL, &store, err));
    TAKI_TRY(taki_golden_build(run, store, &golden, err));
    print_persons(golden);
    print_accounts(golden);
    explain(golden);
    if (look_up != NULL)
        looked_up = taki_golden_person_of(golden, taki_str_of(look_up));
    size_t count = 0;
    const struct taki_golden_person *persons = taki_golden_persons(golden, &count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(taki_golden_person_find(golden, persons[i].id), i);
    assert_int_equal(taki_golden_person_find(golden, TAKI_STR("nobody")), TAKI_NOBODY);
    taki_golden_close(golden);
    taki_store_close(store);
    return TAKI_OK;
}

struct identity_case {
    const char *what;
    const char *leads, *contacts, *accounts, *ma; /* JSON arrays, NULL = none */
    const char *persons, *issues;
};

static void land(const char *dir, const struct identity_case *c)
{
    if (c->leads != NULL)
        landing_salesforce(dir, "Lead", "b1", "2026-11-02T00:00:00Z", c->leads);
    if (c->contacts != NULL)
        landing_salesforce(dir, "Contact", "b1", "2026-11-02T00:00:00Z", c->contacts);
    if (c->accounts != NULL)
        landing_salesforce(dir, "Account", "b1", "2026-11-02T00:00:00Z", c->accounts);
    if (c->ma != NULL)
        landing_marketo(dir, "leads", "b1", "2026-11-02T00:00:00Z", c->ma);
}

static void expect_case(const struct identity_case *c, const char *extra_yaml)
{
    char yaml[8192];
    (void)snprintf(yaml, sizeof yaml, "%s%s", landing_yaml, extra_yaml);
    for (size_t jobs = 1; jobs <= 2; jobs++) {
        const char *dir = landing_new("identity");
        land(dir, c);
        assert_int_equal(landing_run(dir, yaml, jobs, resolve), 0);
        taki_expect_str(c->what, taki_str_of(persons_seen), c->persons);
        taki_expect_str(c->what, taki_str_of(issues_seen), c->issues ? c->issues : "");
    }
}

#define AT(day)                                                                                                        \
    ",\"SystemModstamp\":\"2026-10-" day "T00:00:00.000+0000\",\"CreatedDate\":\"2026-10-" day                         \
    "T00:00:00.000+0000\",\"IsDeleted\":false}"
#define MADE(day) ",\"createdAt\":\"2026-10-" day "T00:00:00Z\",\"updatedAt\":\"2026-10-" day "T00:00:00Z\"}"
#define L1 "00Q000000000001AAA"
#define C1 "003000000000001AAA"
#define C2 "003000000000002AAA"
#define A1 "001000000000001AAA"
#define A2 "001000000000002AAA"

static const struct identity_case default_cases[] = {
    {.what = "strangers stay apart",
     .ma = "[{\"id\":1,\"email\":\"a@example.com\"" MADE("01") ",{\"id\":2,\"email\":\"b@example.com\"" MADE("02") "]",
     .persons = "ma:1=1(single)@ma:1 ma:2=2(single)@ma:1"                                                                                                                            },
    {.what = "equal e-mail across MA and SFA, any case and width; the older record gives the id",
     .ma = "[{\"id\":1,\"email\":\"SATO@Example.com\"" MADE("05") "]",
     .leads = "[{\"Id\":\"" L1 "\",\"LastName\":\"佐藤\",\"Email\":\"ｓａｔｏ@example.com\"" AT("02") "]",
     .persons = "sfa:" L1 "=1+" L1 "(email)@sfa:" L1},
    {.what = "equal phone and name in two spellings",
     .ma = "[{\"id\":1,\"lastName\":\"ｻﾄｳ\",\"firstName\":\"ﾀﾛｳ\",\"phone\":\"+81-3-1234-5678\"" MADE(
         "01") ",{\"id\":2,\"lastName\":\"サトウ\",\"firstName\":\"タロウ\",\"phone\":\"03-1234-5678\"" MADE("02") "]",
     .persons = "ma:1=1+2(phone)"                                                         },
    {.what = "equal phone, other name: a switchboard",
     .ma = "[{\"id\":1,\"lastName\":\"佐藤\",\"phone\":\"03-1234-5678\"" MADE(
         "01") ",{\"id\":2,\"lastName\":\"鈴木\",\"phone\":\"03-1234-5678\"" MADE("02") "]",
     .persons = "ma:1=1(single) ma:2=2(single)"                                                                                        },
    {.what = "equal phone and name, but two addresses of the company's own scheme",
     .ma = "[{\"id\":1,\"lastName\":\"佐藤\",\"firstName\":\"健\",\"phone\":\"03-1234-5678\",\"email\":\"k.sato@"
           "example.com\"" MADE("01") ",{\"id\":2,\"lastName\":\"佐藤\",\"firstName\":\"健\",\"phone\":\"03-1234-"
                                      "5678\",\"email\":\"k2.sato@example.com\"" MADE("02") "]",
     .persons = "ma:1=1(single)@ma:1 ma:2=2(single)@ma:1",
     .issues = "identity_conflict"},
    {.what = "a role mailbox joins only equal names",
     .ma = "[{\"id\":1,\"lastName\":\"佐藤\",\"email\":\"info@example.com\"" MADE(
         "01") ",{\"id\":2,\"lastName\":"
               "\"鈴木\",\"email\":\"info@"
               "example.com\"" MADE("02") ",{\"id\":3,"
                                          "\"lastName\":"
                                          "\"佐藤\",\"email\":"
                                          "\"info@example."
                                          "com\"" MADE("03") "]",
     .persons = "ma:1=1+3(email,shared)@ma:1 ma:2=2(single,shared)@ma:1"                                                                                                 },
    {.what = "three family names make a mailbox shared",
     .ma = "[{\"id\":1,\"lastName\":\"佐藤\",\"email\":\"k@example.com\"" MADE(
         "01") ",{\"id\":2,\"lastName\":\"鈴木\",\"email\":\"k@example.com\"" MADE("02") ",{\"id\":3,\"lastName\":"
                                                                                         "\"田中\",\"email\":\"k@"
                                                                                         "example.com\"" MADE("03") "]",
     .persons = "ma:1=1(single,shared)@ma:1 ma:2=2(single,shared)@ma:1 ma:3=3(single,shared)@ma:1"},
    {.what = "two SFA records with one address and other family names are two people",
     .contacts = "[{\"Id\":\"" C1 "\",\"LastName\":\"佐藤\",\"Email\":\"k@example.com\"" AT(
         "01") ",{\"Id\":\"" C2 "\",\"LastName\":\"鈴木\",\"Email\":\"k@example.com\"" AT("02") "]",
     .persons = "sfa:" C1 "=" C1 "(single)@sfa:" C1 " sfa:" C2 "=" C2 "(single)@sfa:" C1,
     .issues = "identity_conflict"},
    {.what = "a kanji name and its Latin spelling under one address are one person",
     .contacts = "[{\"Id\":\"" C1 "\",\"LastName\":\"佐藤\",\"Email\":\"k@example.com\"" AT(
         "01") ",{\"Id\":\"" C2 "\",\"LastName\":\"Sato\",\"Email\":\"k@example.com\"" AT("02") "]",
     .persons = "sfa:" C1 "=" C1 "+" C2 "(email)@sfa:" C1                                                                                                                                                 },
    {.what = "synced ids join whatever else says",
     .ma = "[{\"id\":1,\"email\":\"old@example.com\",\"sfdcContactId\":\"" C1 "\"" MADE("05") "]",
     .contacts = "[{\"Id\":\"" C1 "\",\"LastName\":\"佐藤\",\"Email\":\"new@example.com\"" AT("01") "]",
     .persons = "sfa:" C1 "=1+" C1 "(synced)@sfa:" C1},
    {.what = "a converted lead is its contact, and works where the contact works",
     .leads = "[{\"Id\":\"" L1 "\",\"LastName\":\"佐藤\",\"IsConverted\":true,\"ConvertedContactId\":\"" C1
              "\"" AT("01") "]",
     .contacts = "[{\"Id\":\"" C1 "\",\"LastName\":\"佐藤\",\"AccountId\":\"" A1 "\"" AT("02") "]",
     .accounts = "[{\"Id\":\"" A1 "\",\"Name\":\"株式会社サンプル\"" AT("01") "]",
     .persons = "sfa:" L1 "=" C1 "+" L1 "(synced)@sfa:" A1},
    {.what = "a lead finds its account by domain",
     .ma = "[{\"id\":1,\"email\":\"a@mail.example.com\",\"company\":\"別名\"" MADE("01") "]",
     .accounts = "[{\"Id\":\"" A1 "\",\"Name\":\"サンプル\",\"Website\":\"https://www.example.com/\"" AT("01") "]",
     .persons = "ma:1=1(single)@sfa:" A1},
    {.what = "a lead with a free-mail address finds its account by name without the legal form",
     .ma = "[{\"id\":1,\"email\":\"a@gmail.com\",\"company\":\"㈱サンプル\"" MADE("01") "]",
     .accounts = "[{\"Id\":\"" A1 "\",\"Name\":\"サンプル株式会社\"" AT("01") "]",
     .persons = "ma:1=1(single)@sfa:" A1},
    {.what = "a domain of two accounts decides nothing: the name does",
     .ma = "[{\"id\":1,\"email\":\"a@example.com\",\"company\":\"サンプル物流\"" MADE("01") "]",
     .accounts = "[{\"Id\":\"" A1 "\",\"Name\":\"サンプル\",\"Website\":\"example.com\"" AT(
         "01") ",{\"Id\":\"" A2 "\",\"Name\":\"サンプル物流\",\"Website\":\"example.com\"" AT("02") "]",
     .persons = "ma:1=1(single)@sfa:" A2},
    {.what = "a free-mail address founds no company",
     .ma = "[{\"id\":1,\"email\":\"a@gmail.com\"" MADE("01") ",{\"id\":2,\"email\":\"b@gmail.com\"" MADE("02") "]",
     .persons = "ma:1=1(single) ma:2=2(single)"                                                                                                                                             },
};

static void records_become_persons_by_the_rules(void **state)
{
    (void)state;
    for (size_t i = 0; i < TAKI_LEN(default_cases); i++)
        expect_case(&default_cases[i], "");
}

static void the_exact_profile_has_no_guards(void **state)
{
    (void)state;
    static const struct identity_case cases[] = {
        {.what = "role mailbox",
         .ma = "[{\"id\":1,\"lastName\":\"佐藤\",\"email\":\"info@example.com\"" MADE(
             "01") ",{\"id\":2,\"lastName\":\"鈴木\",\"email\":\"info@example.com\"" MADE("02") "]",
         .persons = "ma:1=1+2(email)@ma:1"                                                                   },
        {.what = "synced ids are not asked",
         .ma = "[{\"id\":1,\"email\":\"old@example.com\",\"sfdcContactId\":\"" C1 "\"" MADE("05") "]",
         .contacts = "[{\"Id\":\"" C1 "\",\"LastName\":\"佐藤\",\"Email\":\"new@example.com\"" AT("01") "]",
         .persons = "ma:1=1(single)@ma:1 sfa:" C1 "=" C1 "(single)@ma:1"},
        {.what = "closed transitively",
         .ma = "[{\"id\":1,\"email\":\"a@example.com\"" MADE("01") ",{\"id\":2,\"email\":\"a@example.com\","
                                                                   "\"lastName\":\"佐藤\",\"phone\":\"03-1\"" MADE(
                                                                       "02") ",{\"id\":3,\"email\":\"c@example.com\","
                                                                             "\"lastName\":\"佐藤\",\"phone\":\"03-"
                                                                             "1\"" MADE("03") "]",
         .persons = "ma:1=1+2+3(phone)@ma:1"            },
    };
    for (size_t i = 0; i < TAKI_LEN(cases); i++)
        expect_case(&cases[i], "identity: {profile: exact}\n");
}

static void a_merged_record_answers_under_its_survivor(void **state)
{
    (void)state;
    const char *dir = landing_new("merged");
    landing_salesforce(
        dir, "Lead", "b1", "2026-11-02T00:00:00Z",
        "[{\"Id\":\"" L1 "\",\"LastName\":\"佐藤\",\"Email\":\"a@example.com\",\"IsDeleted\":true,\"MasterRecordId\":"
        "\"00Q000000000009AAA\""
        ",\"SystemModstamp\":\"2026-10-05T00:00:00.000+0000\",\"CreatedDate\":\"2026-10-01T00:00:00.000+0000\"}"
        ",{\"Id\":\"00Q000000000009AAA\",\"LastName\":\"佐藤\",\"Email\":\"b@example.com\"" AT("03") "]");
    look_up = "sfa:" L1;
    assert_int_equal(landing_run(dir, landing_yaml, 1, resolve), 0);
    taki_expect_str("one person is left", taki_str_of(persons_seen),
                    "sfa:00Q000000000009AAA=00Q000000000009AAA(single)@sfa:00Q000000000009AAA-sfa:" L1);
    assert_int_equal(looked_up, 0);
    look_up = NULL;
    taki_expect_str("the merge is told", taki_str_of(explained),
                    "  sfa:00Q000000000009AAA (Lead)\n  sfa:" L1 ": merged away in its own system\n");
}

/* Enough to recognise, not to harvest (design.md 7.7). */
static void evidence_is_told_shortened(void **state)
{
    (void)state;
    const struct identity_case by_email = {
        .ma = "[{\"id\":1,\"email\":\"sato@example.com\"" MADE("05") "]",
        .leads = "[{\"Id\":\"" L1 "\",\"LastName\":\"佐藤\",\"Email\":\"sato@example.com\"" AT("02") "]"};
    const char *dir = landing_new("explain");
    land(dir, &by_email);
    assert_int_equal(landing_run(dir, landing_yaml, 1, resolve), 0);
    taki_expect_contains("e-mail", explained, ": equal e-mail s***@example.com");
    assert_null(strstr(explained, "sato@"));

    const struct identity_case by_phone = {
        .ma = "[{\"id\":1,\"lastName\":\"佐藤\",\"firstName\":\"一郎\",\"company\":\"サンプル\",\"phone\":\"03-1234-"
              "5678\"" MADE("01") ",{\"id\":2,\"lastName\":\"佐藤\",\"firstName\":\"一郎\",\"company\":\"サンプル\","
                                  "\"phone\":\"0312345678\"" MADE("02") "]"};
    dir = landing_new("explain");
    land(dir, &by_phone);
    assert_int_equal(landing_run(dir, landing_yaml, 1, resolve), 0);
    taki_expect_contains("phone", explained, ": equal phone ***5678 and name");
    assert_null(strstr(explained, "1234"));

    const struct identity_case synced = {
        .ma = "[{\"id\":1,\"email\":\"old@example.com\",\"sfdcContactId\":\"" C1 "\"" MADE("05") "]",
        .contacts = "[{\"Id\":\"" C1 "\",\"LastName\":\"佐藤\",\"Email\":\"new@example.com\"" AT("01") "]"};
    dir = landing_new("explain");
    land(dir, &synced);
    assert_int_equal(landing_run(dir, landing_yaml, 1, resolve), 0);
    taki_expect_contains("synced", explained, ": synced id or conversion");
}

static void accounts_join_by_number_and_never_against_it(void **state)
{
    (void)state;
    const char *dir = landing_new("accounts");
    landing_salesforce(dir, "Account", "b1", "2026-11-02T00:00:00Z",
                       "[{\"Id\":\"" A1 "\",\"Name\":\"サンプル\",\"CorporateNumber__c\":\"5070001000715\"" AT(
                           "01") ",{\"Id\":\"" A2
                                 "\",\"Name\":\"サンプル(旧)\",\"CorporateNumber__c\":\"5070001000715\",\"Website\":"
                                 "\"example.com\"" AT("02") ",{\"Id\":\"001000000000003AAA\",\"Name\":\"サンプル\","
                                                            "\"CorporateNumber__c\":\"5.07E+12\"" AT("03") "]");
    static const char yaml[] =
        "sources:\n  sfa: {type: salesforce, login_url: 'https://example.my.salesforce.com', client_id: a, "
        "client_secret: b, start_date: 2024-04-01, fields: {Account: {corporate_number: CorporateNumber__c}}}\n";
    assert_int_equal(landing_run(dir, yaml, 1, resolve), 0);
    taki_expect_str("accounts", taki_str_of(accounts_seen), "sfa:" A1 "=" A1 "+" A2 "+001000000000003AAA:example.com");
    taki_expect_str("a damaged number is no key", taki_str_of(issues_seen), "corporate_number_invalid");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_become_persons_by_the_rules),
        cmocka_unit_test(the_exact_profile_has_no_guards),
        cmocka_unit_test(a_merged_record_answers_under_its_survivor),
        cmocka_unit_test(evidence_is_told_shortened),
        cmocka_unit_test(accounts_join_by_number_and_never_against_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
