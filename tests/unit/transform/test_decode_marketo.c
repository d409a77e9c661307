#include "landing_fixture.h"
#include "store.h"
#include "taki_test.h"

#include <string.h>

static enum taki_status open_all(struct taki_run *run, struct taki_store **store, struct taki_error *err)
{
    return taki_store_open(run, landing_at("2026-12-31T00:00:00Z"), TAKI_INSTANT_NULL, store, err);
}

static size_t count_of(struct taki_store *store, enum taki_entity entity, const char *id, void (*see)(const void *row))
{
    size_t n = 0;
    for (size_t p = 0; p < taki_store_partitions(store, entity); p++) {
        struct taki_scan *scan TAKI_AUTO(taki_scan_auto) = NULL;
        struct taki_error err = {.status = TAKI_OK};
        taki_expect_status("scan", taki_scan_open(store, entity, p, &scan, &err), TAKI_OK, &err);
        const void *row = NULL;
        enum taki_status status = TAKI_OK;
        while ((status = taki_scan_next(scan, &row, &err)) == TAKI_OK) {
            if (id != NULL && !taki_str_is(((const struct taki_head *)row)->source_id, id))
                continue;
            n++;
            if (see != NULL)
                see(row);
        }
        taki_expect_status("scan", status, TAKI_END, &err);
    }
    return n;
}

static void see_form(const void *row)
{
    const struct taki_touch *touch = row;
    taki_expect_str("person", touch->person, "ma:1001");
    taki_expect_str("type", touch->type, "form");
    taki_expect_str("asset", touch->asset, "資料請求フォーム");
    taki_expect_str("program of the smart campaign", touch->campaign, "ma:501");
    taki_expect_i64("ts", touch->ts.us, landing_at("2026-11-20T23:32:19Z").us);
    taki_expect_i64("response by type", touch->is_response, TAKI_BOOL_NULL);
}

static void see_attended(const void *row)
{
    const struct taki_touch *touch = row;
    taki_expect_str("type", touch->type, "attend");
    taki_expect_str("campaign", touch->campaign, "ma:501");
    taki_expect_i64("response", touch->is_response, 1);
}

static void see_registered(const void *row)
{
    const struct taki_touch *touch = row;
    taki_expect_str("type", touch->type, "register");
    taki_expect_i64("response", touch->is_response, 0);
}

static void see_bot(const void *row)
{
    taki_expect_str("type", ((const struct taki_touch *)row)->type, "email_click");
    taki_expect_i64("bot", ((const struct taki_touch *)row)->is_bot, 1);
}

static void see_status(const void *row)
{
    const struct taki_field_change *change = row;
    taki_expect_str("record", change->record, "ma:1001");
    taki_expect_str("field", change->field, "Lead Status");
    taki_expect_str("old", change->old_value, "Open");
    taki_expect_str("new", change->new_value, "MQL");
}

static void see_stage(const void *row)
{
    taki_expect_str("field", ((const struct taki_field_change *)row)->field, "Revenue Stage");
    taki_expect_str("new", ((const struct taki_field_change *)row)->new_value, "MQL");
}

static void see_opt_out(const void *row)
{
    taki_expect_str("field", ((const struct taki_field_change *)row)->field, "opt_out");
}

static void see_score(const void *row)
{
    taki_expect_i64("score", ((const struct taki_score_event *)row)->score, 85);
}

static const char activities[] =
    "[{\"id\":1,\"marketoGUID\":\"a1\",\"leadId\":1001,\"activityDate\":\"2026-11-20T23:32:19Z\",\"activityTypeId\":2,"
    "\"campaignId\":77,\"primaryAttributeValueId\":71,\"primaryAttributeValue\":\"資料請求フォーム\",\"attributes\":[]}"
    ","
    "{\"marketoGUID\":\"a2\",\"leadId\":1001,\"activityDate\":\"2026-11-20T23:32:19-08:00\",\"activityTypeId\":104,"
    "\"primaryAttributeValueId\":501,\"primaryAttributeValue\":\"Webinar\",\"attributes\":[{\"name\":\"New "
    "Status\",\"value\":"
    "\"Attended\"},{\"name\":\"Success\",\"value\":true}]},"
    "{\"marketoGUID\":\"a3\",\"leadId\":1001,\"activityDate\":\"2026-11-20T23:32:19Z\",\"activityTypeId\":104,"
    "\"primaryAttributeValueId\":501,\"attributes\":[{\"name\":\"New "
    "Status\",\"value\":\"申込済\"},{\"name\":\"Success\","
    "\"value\":false}]},"
    "{\"marketoGUID\":\"a4\",\"leadId\":1001,\"activityDate\":\"2026-11-20T23:32:19Z\",\"activityTypeId\":13,"
    "\"primaryAttributeValue\":\"Lead Status\",\"attributes\":[{\"name\":\"Old "
    "Value\",\"value\":\"Open\"},{\"name\":\"New "
    "Value\",\"value\":\"MQL\"}]},"
    "{\"marketoGUID\":\"a5\",\"leadId\":1001,\"activityDate\":\"2026-11-20T23:32:19Z\",\"activityTypeId\":22,"
    "\"primaryAttributeValue\":\"Lead Score\",\"attributes\":[{\"name\":\"New Value\",\"value\":85}]},"
    "{\"marketoGUID\":\"a6\",\"leadId\":1001,\"activityDate\":\"2026-11-20T23:32:19Z\",\"activityTypeId\":101,"
    "\"attributes\":[{\"name\":\"New Stage\",\"value\":\"MQL\"}]},"
    "{\"marketoGUID\":\"a7\",\"leadId\":1001,\"activityDate\":\"2026-11-20T23:32:19Z\",\"activityTypeId\":32,"
    "\"attributes\":[{\"name\":\"Merge IDs\",\"value\":\"[1002, 1003]\"}]},"
    "{\"marketoGUID\":\"a8\",\"leadId\":1004,\"activityDate\":\"2026-11-20T23:32:19Z\",\"activityTypeId\":37},"
    "{\"marketoGUID\":\"a9\",\"leadId\":1001,\"activityDate\":\"2026-11-20T23:32:19Z\",\"activityTypeId\":9},"
    "{\"marketoGUID\":\"b1\",\"leadId\":1001,\"activityDate\":\"2026-11-20T23:32:19Z\",\"activityTypeId\":11,"
    "\"attributes\":[{\"name\":\"Is Bot Activity\",\"value\":true}]},"
    "{\"marketoGUID\":\"b2\",\"leadId\":1001,\"activityDate\":\"2026-11-20T23:32:19Z\",\"activityTypeId\":12},"
    "{\"marketoGUID\":\"b3\",\"leadId\":1001,\"activityDate\":\"yesterday\",\"activityTypeId\":2},"
    "{\"marketoGUID\":\"b4\",\"leadId\":1001,\"leadId\":1002,\"activityDate\":\"2026-11-20T23:32:19Z\","
    "\"activityTypeId\":2}]";

static enum taki_status see_activities(struct taki_run *run, struct taki_error *err)
{
    struct taki_store *store = NULL;
    TAKI_TRY(open_all(run, &store, err));
    taki_expect_i64("form", (int64_t)count_of(store, TAKI_ENTITY_TOUCH, "a1", see_form), 1);
    taki_expect_i64("attended", (int64_t)count_of(store, TAKI_ENTITY_TOUCH, "a2", see_attended), 1);
    taki_expect_i64("registered", (int64_t)count_of(store, TAKI_ENTITY_TOUCH, "a3", see_registered), 1);
    taki_expect_i64("click", (int64_t)count_of(store, TAKI_ENTITY_TOUCH, "b1", see_bot), 1);
    taki_expect_i64("touches", (int64_t)count_of(store, TAKI_ENTITY_TOUCH, NULL, NULL), 4);
    taki_expect_i64("status", (int64_t)count_of(store, TAKI_ENTITY_FIELD_CHANGE, "a4", see_status), 1);
    taki_expect_i64("stage", (int64_t)count_of(store, TAKI_ENTITY_FIELD_CHANGE, "a6", see_stage), 1);
    taki_expect_i64("opt out", (int64_t)count_of(store, TAKI_ENTITY_FIELD_CHANGE, "a9", see_opt_out), 1);
    taki_expect_i64("score", (int64_t)count_of(store, TAKI_ENTITY_SCORE_EVENT, "a5", see_score), 1);
    size_t count = 0;
    const struct taki_tombstone *tombs = taki_store_rows(store, TAKI_ENTITY_TOMBSTONE, &count);
    taki_expect_i64("tombstones", (int64_t)count, 3);
    taki_expect_str("dead", tombs[0].dead, "ma:1002");
    taki_expect_str("into", tombs[0].merged_into, "ma:1001");
    taki_expect_str("dead", tombs[1].dead, "ma:1003");
    taki_expect_str("dead", tombs[2].dead, "ma:1004");
    taki_expect_str("into", tombs[2].merged_into, NULL);
    const struct taki_tally *tally = taki_run_tally(run, "ma:activities");
    taki_expect_i64("read", tally->read, 13);
    taki_expect_i64("written", tally->written, 11); /* 12 New Lead gives no row of its own, but is taken */
    taki_expect_i64("rejected", tally->rejected, 2);
    const struct taki_tally *leads = taki_run_tally(run, "ma:leads");
    taki_expect_i64("leads merged", leads->merged, 1);
    taki_expect_i64("leads deleted", leads->deleted, 1);
    taki_expect_i64("leads written", leads->written, 1);
    taki_store_close(store);
    return TAKI_OK;
}

static void activities_become_what_they_mean(void **state)
{
    (void)state;
    const char *dir = landing_new("activities");
    landing_marketo(dir, "activities", "b1", "2026-11-21T00:10:00Z", activities);
    landing_marketo(dir, "campaigns", "b1", "2026-11-21T00:10:00Z", "[{\"id\":77,\"name\":\"C\",\"programId\":501}]");
    landing_marketo(
        dir, "leads", "b1", "2026-11-20T00:10:00Z",
        "[{\"id\":1001,\"email\":\"a@example.jp\",\"updatedAt\":\"2026-11-01T00:00:00Z\",\"sfdcLeadId\":"
        "\"00Q000000000001\"},"
        "{\"id\":1002,\"updatedAt\":\"2026-11-01T00:00:00Z\"},{\"id\":1004,\"updatedAt\":\"2026-11-01T00:00:00Z\"}]");
    assert_int_equal(landing_run(dir, landing_yaml, 2, see_activities), 0);
}

static enum taki_status see_csv(struct taki_run *run, struct taki_error *err)
{
    struct taki_store *store = NULL;
    TAKI_TRY(open_all(run, &store, err));
    taki_expect_i64("registered", (int64_t)count_of(store, TAKI_ENTITY_TOUCH, "c1", see_registered), 1);
    taki_expect_i64("score", (int64_t)count_of(store, TAKI_ENTITY_SCORE_EVENT, "c2", see_score), 1);
    size_t count = 0;
    const struct taki_person *leads = taki_store_rows(store, TAKI_ENTITY_PERSON, &count);
    taki_expect_i64("leads", (int64_t)count, 2);
    taki_expect_str("id", leads[0].source_id, "101");
    taki_expect_str("company", leads[0].company_name, "株式会社サンプル");
    taki_expect_str("null is no value", leads[0].first_name, NULL);
    taki_expect_str("synced", leads[0].same_as, "[\"sfa:00Q000000000001EAA\",\"sfa:003000000000001AAA\"]");
    taki_expect_str("bounced", leads[1].email_status, "hard_bounce");
    taki_expect_str("line break inside", leads[1].company_name, "A\rB");
    taki_store_close(store);
    return TAKI_OK;
}

static void bulk_csv(void **state)
{
    (void)state;
    const char *dir = landing_new("bulk");
    struct landing_spec spec = {
        "ma",  "marketo", "activities", "b1", "2026-11-21T00:10:00Z", TAKI_BATCH_DELTA, NULL, NULL,
        "csv", NULL,      NULL,         NULL};
    taki_str body =
        TAKI_STR("marketoGUID,leadId,activityDate,activityTypeId,campaignId,primaryAttributeValueId,"
                 "primaryAttributeValue,attributes\n"
                 "c1,1001,2026-11-20T01:00:00Z,104,null,501,Webinar,\"[{\"\"name\"\":\"\"New Status\"\",\"\"value\"\":"
                 "\"\"Registered\"\"},{\"\"name\"\":\"\"Success\"\",\"\"value\"\":false}]\"\n"
                 "c2,1001,2026-11-20T01:00:00Z,22,null,null,Lead Score,\"{\"\"New Value\"\":\"\"85\"\"}\"\n");
    landing_add(dir, &spec, &body, 1);
    spec.object = "leads";
    taki_str leads = TAKI_STR(
        "id,email,firstName,company,sfdcLeadId,sfdcContactId,emailInvalid,updatedAt\n"
        "101,sato@example.co.jp,null,株式会社サンプル,00Q000000000001,003000000000001,false,2026-11-20T09:00:00Z\n"
        "102,b@example.jp,B,\"A\rB\",null,null,true,2026-11-20T09:00:00Z\n");
    landing_add(dir, &spec, &leads, 1);
    assert_int_equal(landing_run(dir, landing_yaml, 1, see_csv), 0);
}

static enum taki_status see_programs(struct taki_run *run, struct taki_error *err)
{
    struct taki_store *store = NULL;
    TAKI_TRY(open_all(run, &store, err));
    size_t count = 0;
    const struct taki_campaign *campaigns = taki_store_rows(store, TAKI_ENTITY_CAMPAIGN, &count);
    taki_expect_i64("programs", (int64_t)count, 1);
    taki_expect_str("channel", campaigns[0].channel, "Webinar");
    taki_expect_i64("Z+0000", campaigns[0].created_at.us, landing_at("2015-05-21T22:45:13Z").us);
    const struct taki_campaign_cost *costs = taki_store_rows(store, TAKI_ENTITY_CAMPAIGN_COST, &count);
    taki_expect_i64("costs", (int64_t)count, 2);
    taki_expect_str("of", costs[0].campaign, "ma:501");
    taki_expect_i64("month", costs[0].period.days, taki_date_of(2026, 1, 1).days);
    taki_expect_str("amount", costs[0].amount, "2000");
    const struct taki_vocabulary *words = taki_store_rows(store, TAKI_ENTITY_VOCABULARY, &count);
    taki_expect_i64("statuses", (int64_t)count, 2);
    taki_expect_str("channel", words[0].parent, "Webinar");
    taki_expect_str("label", words[0].label, "Attended");
    taki_expect_i64("success", words[0].is_success, 1);
    taki_expect_i64("members", (int64_t)count_of(store, TAKI_ENTITY_CAMPAIGN_MEMBER, "501/1001", NULL), 1);
    taki_expect_i64("lists", taki_run_tally(run, "ma:lists")->written, 1);
    taki_expect_i64("programs", taki_run_tally(run, "ma:programs")->written, 1);
    taki_expect_i64("channels", taki_run_tally(run, "ma:channels")->written, 1);
    taki_store_close(store);
    return TAKI_OK;
}

static void programs_members_channels(void **state)
{
    (void)state;
    const char *dir = landing_new("programs");
    landing_marketo(
        dir, "programs", "b1", "2026-11-21T00:10:00Z",
        "[{\"id\":501,\"name\":\"P\",\"channel\":\"Webinar\",\"createdAt\":\"2015-05-21T22:45:13Z+0000\",\"updatedAt\":"
        "\"2015-05-21T22:45:13Z+0000\",\"costs\":[{\"startDate\":\"2026-01-15\",\"cost\":2000},{\"startDate\":"
        "\"2026-02-01T00:00:00Z+0000\",\"cost\":300}]}]");
    landing_marketo(dir, "channels", "b1", "2026-11-21T00:10:00Z",
                    "[{\"id\":1,\"name\":\"Webinar\",\"progressionStatuses\":[{\"name\":\"Registered\",\"step\":10,"
                    "\"success\":false},"
                    "{\"name\":\"Attended\",\"step\":20,\"success\":true}]}]");
    landing_marketo(dir, "lists", "b1", "2026-11-21T00:10:00Z", "[{\"id\":9,\"name\":\"L\"}]");
    struct landing_spec spec = {"ma", "marketo", "members", "b1",     "2026-11-21T00:10:00Z",   TAKI_BATCH_DELTA, NULL,
                                NULL, "json",    NULL,      "result", "{\"programId\":\"501\"}"};
    taki_str members = TAKI_STR(
        "{\"success\":true,\"result\":[{\"leadId\":1001,\"statusName\":\"Attended\",\"reachedSuccess\":true}]}");
    landing_add(dir, &spec, &members, 1);
    assert_int_equal(landing_run(dir, landing_yaml, 1, see_programs), 0);
}

static void see_renumbered(const void *row)
{
    taki_expect_str("type", ((const struct taki_touch *)row)->type, "event_booth");
}

static enum taki_status see_options(struct taki_run *run, struct taki_error *err)
{
    struct taki_store *store = NULL;
    TAKI_TRY(open_all(run, &store, err));
    taki_expect_i64("own number, own status", (int64_t)count_of(store, TAKI_ENTITY_TOUCH, "d1", see_renumbered), 1);
    taki_expect_i64("104 is another type here", taki_run_tally(run, "ma:activities")->written, 3);
    taki_expect_i64("scores", (int64_t)count_of(store, TAKI_ENTITY_SCORE_EVENT, NULL, NULL), 1);
    taki_expect_i64("other scores", (int64_t)count_of(store, TAKI_ENTITY_FIELD_CHANGE, NULL, NULL), 0);
    size_t count = 0;
    const struct taki_person *leads = taki_store_rows(store, TAKI_ENTITY_PERSON, &count);
    taki_expect_str("kana", leads[0].kana, "サトウ");
    taki_expect_str("synced with nothing", leads[0].same_as, NULL);
    taki_store_close(store);
    return TAKI_OK;
}

/* What a subscription does differently is configuration. */
static void options(void **state)
{
    (void)state;
    const char *dir = landing_new("options");
    landing_marketo(
        dir, "activities", "b1", "2026-11-21T00:10:00Z",
        "[{\"marketoGUID\":\"d1\",\"leadId\":1,\"activityDate\":\"2026-11-20T00:00:00Z\",\"activityTypeId\":204,"
        "\"primaryAttributeValueId\":5,\"attributes\":[{\"name\":\"New Status\",\"value\":\"ブース\"}]},"
        "{\"marketoGUID\":\"d2\",\"leadId\":1,\"activityDate\":\"2026-11-20T00:00:00Z\",\"activityTypeId\":104},"
        "{\"marketoGUID\":\"d3\",\"leadId\":1,\"activityDate\":\"2026-11-20T00:00:00Z\",\"activityTypeId\":22,"
        "\"primaryAttributeValue\":\"総合点\",\"attributes\":[{\"name\":\"New Value\",\"value\":\"12\"}]}]");
    landing_marketo(dir, "leads", "b1", "2026-11-21T00:10:00Z",
                    "[{\"id\":1,\"kanaName\":\"サトウ\",\"sfdcLeadId\":\"00Q000000000001\"}]");
    static const char yaml[] =
        "sources:\n"
        "  ma: {type: marketo, base_url: 'https://ma.example.com', client_id: a, client_secret: b, start_date: "
        "2024-04-01,\n"
        "    fields: {leads: {kana: kanaName}}, score_fields: [総合点], touch_types: {ブース: event_booth},\n"
        "    activity_types: {Change Status in Progression: 204}}\n";
    assert_int_equal(landing_run(dir, yaml, 1, see_options), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(activities_become_what_they_mean),
        cmocka_unit_test(bulk_csv),
        cmocka_unit_test(programs_members_channels),
        cmocka_unit_test(options),
    };
    return cmocka_run_group_tests_name("transform/decode_marketo", tests, NULL, NULL);
}
