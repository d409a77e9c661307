#include "marketo_own.h"

#include "taki/json.h"

#include <string.h>

/* Marketo Engage: leads, programs, members, channels; activities are in marketo_activity.c. CSV writes the text `null`
 * for no value (a person named Null is lost with it, apis.md 7). */

/* clang-format off */
static const struct taki_map_row lead_rows[] = {
    {"id", "source_id", TAKI_CONVERT_ID}, {"updatedAt", "modified_at", 0},
    {"firstName", "first_name", 0}, {"lastName", "last_name", 0}, {"email", "email", 0}, {"unsubscribed", "opt_out", 0},
    {"doNotCall", "do_not_call", 0}, {"phone", "phone", 0}, {"mobilePhone", "mobile", 0}, {"title", "title", 0},
    {"department", "department", 0}, {"company", "company_name", 0}, {"website", "website", 0}, {"country", "country", 0},
    {"state", "prefecture", 0}, {"industry", "industry", 0}, {"numberOfEmployees", "employees", 0},
    {"leadSource", "lead_source", 0}, {"leadScore", "score", 0}, {"leadStatus", "status", 0}, {"createdAt", "created_at", 0},
};
static const struct taki_map_row program_rows[] = {
    {"id", "source_id", TAKI_CONVERT_ID}, {"updatedAt", "modified_at", 0}, {"name", "name", 0}, {"channel", "channel", 0},
    {"startDate", "start_date", 0}, {"endDate", "end_date", 0}, {"createdAt", "created_at", 0},
};
static const struct taki_map_row member_rows[] = {
    {"updatedAt", "modified_at", 0}, {"leadId", "person", 0}, {"statusName", "status", 0},
    {"reachedSuccess", "responded", 0}, {"reachedSuccessDate", "first_responded_at", 0}, {"membershipDate", "created_at", 0},
};
/* clang-format on */

enum { LEAD_INVALID, LEAD_SFDC_LEAD, LEAD_SFDC_CONTACT, LEAD_SFDC, LEAD_SFDC_ACCOUNT };
static const char *const lead_extra[] = {"emailInvalid", "sfdcLeadId",    "sfdcContactId",
                                         "sfdcId",       "sfdcAccountId", NULL};

/* Only text that looks like a Salesforce id is one: the field is free text in Marketo. */
static bool is_crm_id(taki_str id)
{
    return id.size == 15 || id.size == 18;
}

static enum taki_status lead(struct taki_decoding *d, void *row, struct taki_error *err)
{
    static const size_t ids[] = {LEAD_SFDC_LEAD, LEAD_SFDC_CONTACT, LEAD_SFDC};
    struct taki_person *person = row;
    taki_str refs[TAKI_LEN(ids)], invalid = taki_decoding_extra(d, LEAD_INVALID);
    size_t count = 0;
    bool is_invalid = false;
    if (!taki_str_is_null(invalid) && !taki_str_bool(invalid, &is_invalid))
        return taki_decoding_reject(d, err, "value: emailInvalid: '%.*s' is no true or false", TAKI_STR_ARG(invalid));
    if (is_invalid)
        person->email_status = TAKI_STR("hard_bounce");
    for (size_t i = 0; i < TAKI_LEN(ids) && !taki_str_is_null(d->map->synced_with); i++) {
        taki_str id = taki_decoding_extra(d, ids[i]);
        if (!is_crm_id(id))
            continue;
        taki_str ref = taki_decoding_ref_of(d, d->map->synced_with, true, id);
        bool seen = false;
        for (size_t k = 0; k < count && !seen; k++)
            seen = taki_str_equal(refs[k], ref);
        if (!seen)
            refs[count++] = ref;
    }
    if (taki_str_is_null(person->same_as))
        person->same_as = taki_json_list(d->record_arena, refs, count);
    return TAKI_OK;
}

/* Costs of a period may stand inside the program; each is its own row, counted with the program. */
enum { PROGRAM_COSTS, PROGRAM_SFDC };
static const char *const program_extra[] = {"costs", "sfdcId", NULL};

/* First day of the month a cost stands in; false without month or amount. */
static bool read_cost(struct taki_decoding *d, const struct taki_json *json, const struct taki_json_node *node,
                      struct taki_campaign_cost *row)
{
    const struct taki_json_node *start = taki_json_find(json, node, "startDate");
    const struct taki_json_node *cost = taki_json_find(json, node, "cost");
    taki_str date = start ? taki_json_text(d->record_arena, start) : TAKI_STR_NULL;
    taki_instant at = TAKI_INSTANT_NULL;
    taki_date day = TAKI_DATE_NULL;
    if (!taki_read_date(date, &day) && taki_read_instant(d->map->zone, date, &at))
        day = taki_zone_date(d->map->zone, at);
    if (taki_date_is_null(day) || cost == NULL || cost->type == TAKI_JSON_NULL)
        return false;
    int year = 0, month = 0, of_month = 0;
    taki_date_split(day, &year, &month, &of_month);
    row->period = taki_date_of(year, month, 1);
    row->amount = taki_json_text(d->record_arena, cost);
    return true;
}

/* All of them are read before the first is added: a program is refused whole or not at all. */
static enum taki_status add_costs(struct taki_decoding *d, taki_str program, const struct taki_json *json,
                                  const struct taki_json_node *list, struct taki_error *err)
{
    struct taki_campaign_cost *rows = TAKI_NEW_ARRAY(d->record_arena, list->children, struct taki_campaign_cost);
    size_t count = 0;
    for (const struct taki_json_node *node = taki_json_first(json, list); node != NULL;
         node = taki_json_next(json, list, node)) {
        taki_decoding_clear(d, TAKI_ENTITY_CAMPAIGN_COST, &rows[count]);
        if (node->type != TAKI_JSON_OBJECT || !read_cost(d, json, node, &rows[count]))
            return taki_decoding_reject(d, err, "value: a program's cost without month or amount");
        rows[count].kind = TAKI_STR("actual");
        rows[count].campaign = taki_decoding_ref(d, program);
        rows[count].source_id =
            taki_str_of(taki_arena_format(d->record_arena, "%.*s/%zu", TAKI_STR_ARG(program), count));
        count++;
    }
    for (size_t i = 0; i < count; i++)
        TAKI_TRY(taki_decoding_add(d, TAKI_ENTITY_CAMPAIGN_COST, &rows[i], true, err));
    return TAKI_OK;
}

static enum taki_status program(struct taki_decoding *d, void *row, struct taki_error *err)
{
    struct taki_campaign *campaign = row;
    taki_str sfdc = taki_decoding_extra(d, PROGRAM_SFDC);
    if (is_crm_id(sfdc) && !taki_str_is_null(d->map->synced_with)) {
        taki_str ref = taki_decoding_ref_of(d, d->map->synced_with, true, sfdc);
        campaign->same_as = taki_json_list(d->record_arena, &ref, 1);
    }
    struct taki_json json;
    const struct taki_json_node *costs = NULL;
    if (!taki_decoding_tree(d, PROGRAM_COSTS, &json, &costs) || (costs != NULL && costs->type != TAKI_JSON_ARRAY))
        return taki_decoding_reject(d, err, "value: costs: no list");
    return costs == NULL ? TAKI_OK : add_costs(d, campaign->source_id, &json, costs, err);
}

enum { MEMBER_ID, MEMBER_PROGRAM };
static const char *const member_extra[] = {"leadId", "programId", NULL};

static enum taki_status member(struct taki_decoding *d, void *row, struct taki_error *err)
{
    struct taki_campaign_member *m = row;
    taki_str id = taki_decoding_extra(d, MEMBER_ID), of = taki_decoding_extra(d, MEMBER_PROGRAM);
    if (taki_str_is_null(of))
        of = taki_decoding_context(d, "programId");
    if (taki_str_is_null(of) || taki_str_is_null(id))
        return taki_decoding_reject(d, err, "key: a member without program or lead");
    m->campaign = taki_decoding_ref(d, of);
    m->source_id = taki_str_of(taki_arena_format(d->record_arena, "%.*s/%.*s", TAKI_STR_ARG(of), TAKI_STR_ARG(id)));
    return TAKI_OK;
}

enum { CHANNEL_NAME, CHANNEL_STATUSES };
static const char *const channel_extra[] = {"name", "progressionStatuses", NULL};

static enum taki_status channel_status(struct taki_decoding *d, taki_str channel, const struct taki_json *json,
                                       const struct taki_json_node *node, bool is_part, struct taki_error *err)
{
    const struct taki_json_node *name = taki_json_find(json, node, "name"), *step = taki_json_find(json, node, "step");
    const struct taki_json_node *success = taki_json_find(json, node, "success");
    struct taki_vocabulary row;
    taki_decoding_clear(d, TAKI_ENTITY_VOCABULARY, &row);
    row.kind = TAKI_STR("channel_status");
    row.parent = channel;
    row.label = taki_json_text(d->record_arena, name);
    if (success != NULL)
        row.is_success = (int8_t)(success->type == TAKI_JSON_TRUE);
    if (step != NULL && !taki_read_i64(taki_json_text(d->record_arena, step), &row.position))
        row.position = TAKI_I64_NULL;
    row.source_id =
        taki_str_of(taki_arena_format(d->record_arena, "%.*s/%.*s", TAKI_STR_ARG(channel), TAKI_STR_ARG(row.label)));
    return taki_decoding_add(d, TAKI_ENTITY_VOCABULARY, &row, is_part, err);
}

static enum taki_status add_statuses(struct taki_decoding *d, taki_str channel, const struct taki_json *json,
                                     const struct taki_json_node *list, struct taki_error *err)
{
    bool is_part = false;
    for (const struct taki_json_node *node = list ? taki_json_first(json, list) : NULL; node != NULL;
         node = taki_json_next(json, list, node)) {
        TAKI_TRY(channel_status(d, channel, json, node, is_part, err));
        is_part = true;
    }
    if (!is_part)
        taki_decoding_unused(d);
    return TAKI_OK;
}

static enum taki_status channel(struct taki_decoding *d, struct taki_error *err)
{
    taki_str name = taki_decoding_extra(d, CHANNEL_NAME);
    struct taki_json json;
    const struct taki_json_node *list = NULL;
    if (taki_str_is_null(name))
        return taki_decoding_reject(d, err, "key: a channel without name");
    if (!taki_decoding_tree(d, CHANNEL_STATUSES, &json, &list) || (list != NULL && list->type != TAKI_JSON_ARRAY))
        return taki_decoding_reject(d, err, "value: progressionStatuses: no list");
    for (const struct taki_json_node *node = list ? taki_json_first(&json, list) : NULL; node != NULL;
         node = taki_json_next(&json, list, node)) {
        if (node->type != TAKI_JSON_OBJECT || taki_json_find(&json, node, "name") == NULL)
            return taki_decoding_reject(d, err, "value: a channel's status without name");
    }
    return add_statuses(d, name, &json, list, err);
}

/* A smart campaign is a part of a program: activities name it, the waterfall wants the program. */
static const char *const campaign_extra[] = {"id", "name", "programId", NULL};

static enum taki_status smart_campaign(struct taki_decoding *d, struct taki_error *err)
{
    struct taki_vocabulary row;
    taki_decoding_clear(d, TAKI_ENTITY_VOCABULARY, &row);
    row.source_id = taki_decoding_extra(d, 0);
    row.kind = TAKI_STR("smart_campaign");
    row.label = taki_decoding_extra(d, 1);
    row.parent = taki_decoding_ref(d, taki_decoding_extra(d, 2));
    return taki_decoding_add(d, TAKI_ENTITY_VOCABULARY, &row, false, err);
}

/* Lists and the names of activity types hold no fact of the waterfall; they are counted and stay in the landing zone.
 */
static enum taki_status unused(struct taki_decoding *d, struct taki_error *err)
{
    (void)err;
    taki_decoding_unused(d);
    return TAKI_OK;
}

#define MAPPED(NAME, ENTITY, ROWS, EXTRA, FINISH, MODE)                                                                \
    {                                                                                                                  \
        NAME, TAKI_ENTITY_##ENTITY, ROWS, TAKI_LEN(ROWS), EXTRA, FINISH, NULL, TAKI_STREAM_##MODE                      \
    }
#define BY_HAND(NAME, ENTITY, EXTRA, RECORD, MODE)                                                                     \
    {                                                                                                                  \
        NAME, TAKI_ENTITY_##ENTITY, NULL, 0, EXTRA, NULL, RECORD, TAKI_STREAM_##MODE                                   \
    }

/* Read whole each time: what is missing in the newest reading is gone. */
static const struct taki_object_map objects[] = {
    MAPPED("leads", PERSON, lead_rows, lead_extra, lead, VERSIONS),
    MAPPED("programs", CAMPAIGN, program_rows, program_extra, program, REPLACE),
    MAPPED("members", CAMPAIGN_MEMBER, member_rows, member_extra, member, VERSIONS),
    BY_HAND("activities", TOUCH, taki_marketo_activity_extra, taki_marketo_activity, VERSIONS),
    BY_HAND("deleted_leads", TOMBSTONE, taki_marketo_activity_extra, taki_marketo_activity, VERSIONS),
    BY_HAND("channels", VOCABULARY, channel_extra, channel, REPLACE),
    BY_HAND("campaigns", VOCABULARY, campaign_extra, smart_campaign, REPLACE),
    BY_HAND("lists", VOCABULARY, NULL, unused, REPLACE),
    BY_HAND("list_members", VOCABULARY, NULL, unused, REPLACE),
    BY_HAND("activity_types", VOCABULARY, NULL, unused, REPLACE),
};

const struct taki_vendor_map taki_vendor_marketo = {
    .type = "marketo",
    .objects = objects,
    .object_count = TAKI_LEN(objects),
    .null_text = "null",
};
