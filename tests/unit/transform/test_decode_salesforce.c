#include "landing_fixture.h"
#include "store.h"
#include "taki_test.h"

#include <string.h>

static enum taki_status open_all(struct taki_run *run, struct taki_store **store, struct taki_error *err)
{
    return taki_store_open(run, landing_at("2026-12-31T00:00:00Z"), TAKI_INSTANT_NULL, store, err);
}

static const void *only_row(struct taki_store *store, enum taki_entity entity)
{
    size_t count = 0;
    const void *rows = taki_store_rows(store, entity, &count);
    taki_expect_i64("rows", (int64_t)count, 1);
    return rows;
}

/* Rows of a streamed entity, in the order of their ids. */
static size_t scan_all(struct taki_store *store, enum taki_entity entity, void (*see)(const void *row, size_t n))
{
    size_t n = 0;
    for (size_t p = 0; p < taki_store_partitions(store, entity); p++) {
        struct taki_scan *scan TAKI_AUTO(taki_scan_auto) = NULL;
        struct taki_error err = {.status = TAKI_OK};
        taki_expect_status("scan", taki_scan_open(store, entity, p, &scan, &err), TAKI_OK, &err);
        const void *row = NULL;
        enum taki_status status = TAKI_OK;
        while ((status = taki_scan_next(scan, &row, &err)) == TAKI_OK)
            see(row, n++);
        taki_expect_status("scan", status, TAKI_END, &err);
    }
    return n;
}

static enum taki_status see_lead(struct taki_run *run, struct taki_error *err)
{
    struct taki_store *store = NULL;
    TAKI_TRY(open_all(run, &store, err));
    const struct taki_person *lead = only_row(store, TAKI_ENTITY_PERSON);
    taki_expect_str("source", lead->source, "sfa");
    taki_expect_str("object", lead->object, "Lead");
    taki_expect_str("id", lead->source_id, "00Q5g00000AbCdEEAV");
    taki_expect_str("last name", lead->last_name, "佐藤");
    taki_expect_str("email", lead->email, " Sato@Example.co.jp");
    taki_expect_str("owner", lead->owner, "sfa:0055g00000AbCdEAAV");
    taki_expect_str("contact", lead->converted_contact, "sfa:0035g00000AbCdEAAV");
    taki_expect_str("same_as", lead->same_as, "[\"sfa:0035g00000AbCdEAAV\"]");
    taki_expect_i64("employees", lead->employees, 1200);
    taki_expect_i64("opt out", lead->opt_out, 1);
    taki_expect_i64("deleted", lead->is_deleted, 0);
    taki_expect_str("email status", lead->email_status, NULL);
    taki_expect_str("kana", lead->kana, NULL);
    taki_expect_i64("created", lead->created_at.us, landing_at("2026-04-01T00:00:00Z").us);
    taki_expect_i64("modified", lead->modified_at.us, landing_at("2026-04-02T01:02:03Z").us);
    taki_expect_i64("converted", lead->converted_at.days, taki_date_of(2026, 4, 2).days);
    taki_expect_i64("read", taki_run_tally(run, "sfa:Lead")->read, 1);
    taki_expect_i64("written", taki_run_tally(run, "sfa:Lead")->written, 1);
    taki_store_close(store);
    return TAKI_OK;
}

/* The 15-character form of an id is the 18-character one without its check; EAV, AAV are Salesforce's rule worked by
 * hand. */
static void lead_has_all_its_columns(void **state)
{
    (void)state;
    const char *dir = landing_new("lead");
    landing_salesforce(
        dir, "Lead", "20260402T020000Z-1", "2026-04-02T02:00:00Z",
        "[{\"attributes\":{\"type\":\"Lead\",\"url\":\"/x\"},\"Id\":\"00Q5g00000AbCdEEAV\",\"LastName\":\"佐藤\","
        "\"Email\":\" Sato@Example.co.jp\",\"OwnerId\":\"0055g00000AbCdE\",\"IsDeleted\":false,"
        "\"ConvertedContactId\":\"0035g00000AbCdE\",\"ConvertedDate\":\"2026-04-02\",\"NumberOfEmployees\":1200.0,"
        "\"HasOptedOutOfEmail\":true,\"CreatedDate\":\"2026-04-01T00:00:00.000+0000\","
        "\"SystemModstamp\":\"2026-04-02T01:02:03.000+0000\",\"Kana__c\":\"\"}]");
    assert_int_equal(landing_run(dir, landing_yaml, 1, see_lead), 0);
}

static void see_change(const void *row, size_t n)
{
    const struct taki_field_change *change = row;
    (void)n;
    taki_expect_str("record", change->record, "sfa:006000000000001AAA");
    taki_expect_str("kind", change->record_kind, "opportunity");
    taki_expect_str("field", change->field, "Amount");
    taki_expect_str("old", change->old_value, "100.5");
    taki_expect_str("new", change->new_value, NULL);
}

static enum taki_status see_pipeline(struct taki_run *run, struct taki_error *err)
{
    struct taki_store *store = NULL;
    TAKI_TRY(open_all(run, &store, err));
    const struct taki_opportunity *deal = only_row(store, TAKI_ENTITY_OPPORTUNITY);
    taki_expect_str("amount", deal->amount, "1200000.0");
    taki_expect_str("currency", deal->currency, "USD");
    taki_expect_str("campaign", deal->primary_campaign, "sfa:701000000000001AAA");
    taki_expect_str("loss", deal->loss_reason, "競合");
    assert_true(deal->probability > 0.5999 && deal->probability < 0.6001);
    const struct taki_user *user = only_row(store, TAKI_ENTITY_USER);
    taki_expect_str("profile", user->profile, "営業");
    taki_expect_str("role", user->role, "Field East");
    taki_expect_i64("changes", (int64_t)scan_all(store, TAKI_ENTITY_FIELD_CHANGE, see_change), 1);
    taki_store_close(store);
    return TAKI_OK;
}

static void pipeline_and_users(void **state)
{
    (void)state;
    const char *dir = landing_new("pipeline");
    landing_salesforce(
        dir, "Opportunity", "b1", "2026-05-01T00:00:00Z",
        "[{\"Id\":\"006000000000001\",\"Amount\":1200000.0,\"CurrencyIsoCode\":\"USD\",\"Probability\":60,"
        "\"CampaignId\":\"701000000000001\",\"Loss_Reason__c\":\"競合\",\"CloseDate\":\"2026-09-30\","
        "\"SystemModstamp\":\"2026-05-01T00:00:00Z\"}]");
    landing_salesforce(
        dir, "OpportunityFieldHistory", "b1", "2026-05-01T00:00:00Z",
        "[{\"Id\":\"017000000000001\",\"OpportunityId\":\"006000000000001\",\"Field\":\"Amount\",\"OldValue\":100.5,"
        "\"NewValue\":null,\"CreatedDate\":\"2026-05-01T00:00:00Z\"}]");
    landing_salesforce(dir, "User", "b1", "2026-05-01T00:00:00Z",
                       "[{\"Id\":\"005000000000001\",\"Name\":\"A\",\"ProfileId\":\"00e000000000001\",\"UserRole\":{"
                       "\"Name\":\"Field East\"}}]");
    landing_salesforce(dir, "Profile", "b1", "2026-05-01T00:00:00Z",
                       "[{\"Id\":\"00e000000000001\",\"Name\":\"営業\"}]");
    assert_int_equal(landing_run(dir, landing_yaml, 2, see_pipeline), 0);
}

static enum taki_status see_rates(struct taki_run *run, struct taki_error *err)
{
    struct taki_store *store = NULL;
    TAKI_TRY(open_all(run, &store, err));
    size_t count = 0;
    const struct taki_fx_rate *rates = taki_store_rows(store, TAKI_ENTITY_FX_RATE, &count);
    taki_expect_i64("rates", (int64_t)count, 5);
    taki_expect_str("EUR", rates[0].rate, "162.162162162162162"); /* 150 / 0.925 */
    taki_expect_str("JPY", rates[1].rate, "1");
    taki_expect_str("KWD", rates[2].rate, "487.499999999999987"); /* cut at 18 digits */
    taki_expect_str("USD", rates[3].rate, "150");
    taki_expect_str("VND", rates[4].rate, "0.006");
    taki_store_close(store);
    return TAKI_OK;
}

/* Corporate currency USD, reporting currency JPY: one unit is 150 / rate yen. By hand: 150 / 0.925 = 6000 / 37. */
static void rates_are_of_the_reporting_currency(void **state)
{
    (void)state;
    const char *dir = landing_new("rates");
    landing_salesforce(dir, "CurrencyType", "b1", "2026-05-01T00:00:00Z",
                       "[{\"Id\":\"01L000000000001\",\"IsoCode\":\"EUR\",\"ConversionRate\":0.925},"
                       "{\"Id\":\"01L000000000002\",\"IsoCode\":\"JPY\",\"ConversionRate\":150.0},"
                       "{\"Id\":\"01L000000000003\",\"IsoCode\":\"KWD\",\"ConversionRate\":0.3076923076923077},"
                       "{\"Id\":\"01L000000000004\",\"IsoCode\":\"USD\",\"ConversionRate\":1},"
                       "{\"Id\":\"01L000000000005\",\"IsoCode\":\"VND\",\"ConversionRate\":25000}]");
    assert_int_equal(landing_run(dir, landing_yaml, 1, see_rates), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lead_has_all_its_columns),
        cmocka_unit_test(pipeline_and_users),
        cmocka_unit_test(rates_are_of_the_reporting_currency),
    };
    return cmocka_run_group_tests_name("transform/decode_salesforce", tests, NULL, NULL);
}
