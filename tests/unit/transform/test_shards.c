/* The two exchanges over landed records (design.md 2): a person who changes company, a DMU member of another account,
 * deals nobody leads, excluded persons; one and two workers give the same rows. */
#include "analytics/campaign_result.h"
#include "analytics/entity_tables.h"
#include "compute.h"
#include "landing_fixture.h"
#include "taki_test.h"

#include <stdio.h>
#include <string.h>

/* Ids of 18 characters: kind, number, and the vendor's check letters. */
#define ACCOUNT(n) "00100000000000" n "AAA"
#define CONTACT(n) "00300000000000" n "AAA"
#define DEAL(n) "00600000000000" n "AAA"
#define CAMPAIGN(n) "70100000000000" n "AAA"
#define EXTRACTED "2026-09-30T20:00:00Z"
#define OF(contact, account, mail)                                                                                     \
    "{\"Id\":\"" contact "\",\"LastName\":\"" mail "\",\"Email\":\"" mail "@example.co.jp\",\"AccountId\":\"" account  \
    "\",\"CreatedDate\":\"2026-01-01T00:00:00.000+0000\",\"SystemModstamp\":\"2026-01-01T00:00:00.000+0000\"}"
#define MEMBER(n, campaign, contact, day)                                                                              \
    "{\"Id\":\"00v00000000000" n "AAA\",\"CampaignId\":\"" campaign "\",\"ContactId\":\"" contact                      \
    "\",\"HasResponded\":true,\"FirstRespondedDate\":\"" day                                                           \
    "\",\"CreatedDate\":\"2026-01-01T00:00:00.000+0000\",\"SystemModstamp\":\"2026-01-01T00:00:00.000+0000\"}"

static const char yaml[] =
    "sources: {sfa: {type: salesforce, role: sfa, login_url: \"http://127.0.0.1:1\", client_id: "
    "a, client_secret: b, start_date: 2026-01-01, fields: {Lead: {bant_budget: Budget__c, bant_need: "
    "Need__c, bant_timing: Timing__c}}}}\n"
    "maps:\n"
    "  stage:\n"
    "    \"sfa:Opportunity.StageName\": {Proposal: SQL, Won: WON, Lost: LOST}\n"
    "    \"sfa:Contact.Status__c\": {Refused: REJECTED}\n"
    "rules:\n"
    "  exclude: {own_employee: \"email_domain = 'example.com'\"}\n";

static void land(const char *dir)
{
    landing_salesforce(
        dir, "Account", "a", EXTRACTED,
        "[{\"Id\":\"" ACCOUNT("1") "\",\"Name\":\"Alpha\",\"CreatedDate\":\"2026-01-01T00:00:00.000+0000\","
                                   "\"SystemModstamp\":\"2026-01-01T00:00:00.000+0000\"},"
                                   "{\"Id\":\"" ACCOUNT(
                                       "2") "\",\"Name\":\"Beta\",\"CreatedDate\":\"2026-01-01T00:00:00.000+0000\","
                                            "\"SystemModstamp\":\"2026-01-01T00:00:00.000+0000\"}]");
    landing_salesforce(dir, "Contact", "a", EXTRACTED,
                       "[" OF(CONTACT("1"), ACCOUNT("2"), "mover") "," OF(CONTACT("2"), ACCOUNT("2"), "adviser") "," OF(
                           CONTACT("3"), ACCOUNT("1"),
                           "buyer") ","
                                    "{\"Id\":\"" CONTACT(
                                        "4") "\",\"LastName\":\"own\",\"Email\":\"own@example.com\",\"AccountId\":"
                                             "\"" ACCOUNT("1") "\",\"CreatedDate\":\"2026-01-01T00:00:00.000+0000\","
                                                               "\"SystemModstamp\":\"2026-01-01T00:00:00.000+0000\"}]");
    /* The mover was rejected at Alpha in March, went to Beta in May, and answered again in June. */
    landing_salesforce(
        dir, "ContactHistory", "a", EXTRACTED,
        "[{\"Id\":\"01700000000000"
        "1"
        "AAA\",\"ContactId\":\"" CONTACT("1") "\",\"Field\":\"AccountId\",\"OldValue\":\"" ACCOUNT(
            "1") "\",\"NewValue\":\"" ACCOUNT("2") "\",\"CreatedDate\":\"2026-05-01T03:00:00.000+0000\"},"
                                                   "{\"Id\":\"01700000000000"
                                                   "2"
                                                   "AAA\",\"ContactId\":\"" CONTACT(
                                                       "1") "\",\"Field\":\"Status__c\",\"OldValue\":null,\"NewValue\":"
                                                            "\"Refused\",\"CreatedDate\":\"2026-03-20T03:00:00.000+"
                                                            "0000\"}]");
    /* A lead whose answers were written down on three days; the need was corrected later. */
    landing_salesforce(dir, "Lead", "a", EXTRACTED,
                       "[{\"Id\":\"00Q000000000001AAA\",\"LastName\":\"answers\",\"Email\":\"answers@example.co.jp\","
                       "\"Budget__c\":\"yes\","
                       "\"Need__c\":\"very\",\"Timing__c\":\"soon\",\"CreatedDate\":\"2026-01-01T00:00:00.000+0000\","
                       "\"SystemModstamp\":"
                       "\"2026-04-09T03:00:00.000+0000\"}]");
#define ANSWER(n, field, old, new, day)                                                                                \
    "{\"Id\":\"01700000000001" n "AAA\",\"LeadId\":\"00Q000000000001AAA\",\"Field\":\"" field "\",\"OldValue\":" old   \
    ",\"NewValue\":\"" new "\",\"CreatedDate\":\"2026-04-" day "T03:00:00.000+0000\"}"
    landing_salesforce(
        dir, "LeadHistory", "a", EXTRACTED,
        "[" ANSWER("1", "Budget__c", "null", "yes", "01") "," ANSWER("2", "Need__c", "null", "some", "03") "," ANSWER(
            "3", "Timing__c", "null", "soon", "07") "," ANSWER("4", "Need__c", "\"some\"", "very", "09") "]");
    landing_salesforce(dir, "Campaign", "a", EXTRACTED,
                       "[{\"Id\":\"" CAMPAIGN(
                           "1") "\",\"Name\":\"Spring\",\"Type\":\"Webinar\",\"CreatedDate\":\"2026-01-01T00:00:00.000+"
                                "0000\",\"SystemModstamp\":\"2026-01-01T00:00:00.000+0000\"},"
                                "{\"Id\":\"" CAMPAIGN(
                                    "2") "\",\"Name\":\"Advisers\",\"Type\":\"Email\",\"CreatedDate\":\"2026-01-01T00:"
                                         "00:00.000+0000\",\"SystemModstamp\":\"2026-01-01T00:00:00.000+0000\"}]");
    landing_salesforce(
        dir, "CampaignMember", "a", EXTRACTED,
        "[" MEMBER("1", CAMPAIGN("1"), CONTACT("1"), "2026-02-10") "," MEMBER(
            "2", CAMPAIGN("2"), CONTACT("1"),
            "2026-06-10") "," MEMBER("3", CAMPAIGN("2"), CONTACT("2"),
                                     "2026-04-10") "," MEMBER("4", CAMPAIGN("1"), CONTACT("4"), "2026-04-10") "]");
    /* Alpha's deal: the buyer leads it, the adviser of Beta has a role; and a deal without any contact. */
    landing_salesforce(
        dir, "Opportunity", "a", EXTRACTED,
        "[{\"Id\":\"" DEAL("1") "\",\"AccountId\":\"" ACCOUNT(
            "1") "\",\"Name\":\"d1\",\"StageName\":\"Proposal\",\"Amount\":7000000,\"CloseDate\":\"2026-12-31\","
                 "\"IsClosed\":false,\"IsWon\":false,\"CreatedDate\":\"2026-05-10T03:00:00.000+0000\","
                 "\"SystemModstamp\":\"2026-05-10T03:00:00.000+0000\"},"
                 "{\"Id\":\"" DEAL("2") "\",\"AccountId\":\"" ACCOUNT(
                     "1") "\",\"Name\":\"d2\",\"StageName\":\"Won\",\"Amount\":3000000,\"CloseDate\":\"2026-07-20\","
                          "\"IsClosed\":true,\"IsWon\":true,\"CreatedDate\":\"2026-06-10T03:00:00.000+0000\","
                          "\"SystemModstamp\":\"2026-07-20T03:00:00.000+0000\"}]");
    landing_salesforce(dir, "OpportunityContactRole", "a", EXTRACTED,
                       "[{\"Id\":\"00K00000000000"
                       "1"
                       "AAA\",\"OpportunityId\":\"" DEAL("1") "\",\"ContactId\":\"" CONTACT(
                           "3") "\",\"IsPrimary\":true,\"CreatedDate\":\"2026-05-10T03:00:00.000+0000\","
                                "\"SystemModstamp\":\"2026-05-10T03:00:00.000+0000\"},"
                                "{\"Id\":\"00K00000000000"
                                "2"
                                "AAA\",\"OpportunityId\":\"" DEAL("1") "\",\"ContactId\":\"" CONTACT(
                                    "2") "\",\"IsPrimary\":false,\"CreatedDate\":\"2026-05-10T03:00:00.000+0000\","
                                         "\"SystemModstamp\":\"2026-05-10T03:00:00.000+0000\"}]");
}

/* All rows as text, table by table, and what the tests look for. */
static struct taki_buf *rows_text;
static void (*look)(struct taki_compute *compute);

static enum taki_status compute_and_look(struct taki_run *run, struct taki_error *err)
{
    struct taki_rules *rules = NULL;
    struct taki_store *store = NULL;
    struct taki_golden *golden = NULL;
    struct taki_facts *facts = NULL;
    struct taki_compute *compute = NULL;
    taki_instant as_of = landing_at("2026-09-30T14:59:59.999999Z");
    TAKI_TRY(taki_rules_new(run, as_of, &rules, err));
    TAKI_TRY(taki_store_open(run, as_of, TAKI_INSTANT_NULL, &store, err));
    TAKI_TRY(taki_golden_build(run, store, &golden, err));
    TAKI_TRY(taki_facts_new(run, store, golden, rules, &facts, err));
    enum taki_status status = taki_compute_run(run, facts, &compute, err);
    if (status == TAKI_OK)
        look(compute);
    taki_compute_close(compute);
    taki_golden_close(golden);
    taki_store_close(store);
    return status;
}

struct printing {
    const struct taki_table *table;
};

static enum taki_status print_row(void *context, const void *row, struct taki_error *err)
{
    (void)err;
    const struct printing *printing = context;
    taki_buf_format(rows_text, "%s", printing->table->name);
    for (size_t i = 0; i < printing->table->field_count; i++) {
        taki_buf_format(rows_text, " %s=", printing->table->fields[i].name);
        taki_field_print(&printing->table->fields[i], row, 0, rows_text);
    }
    taki_buf_add_char(rows_text, '\n');
    return TAKI_OK;
}

static void print_all(struct taki_compute *compute)
{
    for (size_t i = 0; i < taki_table_count; i++) {
        struct printing printing = {taki_tables[i]};
        assert_int_equal(taki_sinks_drain(compute->sinks, taki_tables[i], print_row, &printing, NULL), TAKI_OK);
    }
}

/* The line of @p table that holds @p part; fails without one. */
static const char *line_with(const char *table, const char *part)
{
    taki_buf_add_char(rows_text, '\0');
    rows_text->size--;
    for (char *line = strstr(rows_text->data, table); line; line = strstr(line + 1, table)) {
        if (line != rows_text->data && line[-1] != '\n')
            continue;
        const char *end = strchr(line, '\n');
        const char *found = strstr(line, part);
        if (found && found < end)
            return line;
    }
    fail_msg("no row of %s with %s", table, part);
    return NULL;
}

static void expect(const char *what, const char *table, const char *key, const char *part)
{
    const char *line = line_with(table, key), *end = strchr(line, '\n'), *found = strstr(line, part);
    if (!found || found > end)
        fail_msg("%s: '%.*s' has no '%s'", what, (int)(end - line), line, part);
}

static void run_with(size_t jobs, const char *name, struct taki_buf *out)
{
    const char *dir = landing_new(name);
    land(dir);
    rows_text = out;
    look = print_all;
    taki_buf_init(out, (size_t)64 << 20);
    assert_int_equal(landing_run(dir, yaml, jobs, compute_and_look), 0);
}

/* bant_required is 3 by default: the date is that of the third answer filled, whatever was corrected later
 * (domain.md 5.9). */
static void answers_are_dated_by_the_history_of_their_fields(void **state)
{
    (void)state;
    struct taki_buf text;
    run_with(2, "answers", &text);
    expect("handed over", "journey", "person_id=sfa:00Q000000000001AAA", "t_PSQL=2026-04-07T03:00:00.000000Z");
    expect("three of four", "journey", "person_id=sfa:00Q000000000001AAA", "bant_count=3");
    expect("by the answers", "stage_event", "person_id=sfa:00Q000000000001AAA", "evidence_kind=bant");
    taki_buf_reset(&text);
}

static void a_pass_stays_with_the_account_at_its_opening(void **state)
{
    (void)state;
    struct taki_buf text;
    run_with(2, "mover", &text);
    expect("first pass at Alpha", "journey", "person_id=sfa:" CONTACT("1") " pass_no=1",
           "account_id=sfa:" ACCOUNT("1"));
    expect("it ended there", "journey", "person_id=sfa:" CONTACT("1") " pass_no=1", "end_state=REJECTED");
    expect("second pass at Beta", "journey", "person_id=sfa:" CONTACT("1") " pass_no=2",
           "account_id=sfa:" ACCOUNT("2"));
    expect("one person", "journey", "person_id=sfa:" CONTACT("1") " pass_no=2", "origin=REAPPROACH");
    expect("who belongs to Beta now", "person ", "person_id=sfa:" CONTACT("1"), "account_id=sfa:" ACCOUNT("2"));
    expect("an early touch keeps Alpha", "touch", "touch_id=sfa:00v000000000001AAA", "account_id=sfa:" ACCOUNT("1"));
    taki_buf_reset(&text);
}

static void a_member_of_another_account_influences_the_deal(void **state)
{
    (void)state;
    struct taki_buf text;
    run_with(2, "adviser", &text);
    expect("influenced", "opportunity", "opportunity_id=sfa:" DEAL("1"), "is_influenced=true n_dmu=2 n_dmu_touched=1");
    expect("by the adviser's campaign", "campaign_result", "level=campaign key=sfa:" CAMPAIGN("2"),
           "influenced_amount=7000000");
    expect("not by the other", "campaign_result", "level=campaign key=sfa:" CAMPAIGN("1"), "influenced_amount=0 ");
    expect("the buyer leads it", "opportunity", "opportunity_id=sfa:" DEAL("1"), "lead_person_id=sfa:" CONTACT("3"));
    taki_buf_reset(&text);
}

static void a_deal_nobody_leads_still_counts(void **state)
{
    (void)state;
    struct taki_buf text;
    run_with(2, "alone", &text);
    expect("no pass", "opportunity", "opportunity_id=sfa:" DEAL("2"), "lead_person_id= lead_pass_no= ");
    expect("unknown origin", "opportunity", "opportunity_id=sfa:" DEAL("2"), "sourced_class=unknown");
    expect("won in July", "waterfall_period",
           "period=M2026-07 unit=opportunity segment_type=all segment_value=all stage=WON", "inflow=1 ");
    expect("its money", "account", "account_id=sfa:" ACCOUNT("1"), "won_amount_total=3000000");
    expect("said to be without contacts", "dq_issue", "rule=role_missing entity=opportunity record_id=sfa:" DEAL("2"),
           "severity=info");
    taki_buf_reset(&text);
}

static void an_excluded_person_is_in_no_measure(void **state)
{
    (void)state;
    struct taki_buf text;
    run_with(2, "excluded", &text);
    expect("stays a person", "person ", "person_id=sfa:" CONTACT("4"), "exclude_reason=own_employee");
    expect("but no member", "campaign_result", "level=campaign key=sfa:" CAMPAIGN("1"), "members=1 responses=1 ");
    taki_buf_reset(&text);
}

static void one_and_two_workers_give_the_same(void **state)
{
    (void)state;
    struct taki_buf one, two;
    run_with(1, "one", &one);
    run_with(2, "two", &two);
    assert_true(one.size > 1000 && taki_str_equal(taki_buf_view(&one), taki_buf_view(&two)));
    taki_buf_reset(&one);
    taki_buf_reset(&two);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_dated_by_the_history_of_their_fields),
        cmocka_unit_test(a_pass_stays_with_the_account_at_its_opening),
        cmocka_unit_test(a_member_of_another_account_influences_the_deal),
        cmocka_unit_test(a_deal_nobody_leads_still_counts),
        cmocka_unit_test(an_excluded_person_is_in_no_measure),
        cmocka_unit_test(one_and_two_workers_give_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
