#include "marketo_own.h"
#include "steps.h"

#include "taki/json.h"

#include <string.h>

enum { GUID, LEAD, DATE, TYPE, CAMPAIGN, PRIMARY_ID, PRIMARY, ATTRIBUTES, OLD_ID };
const char *const taki_marketo_activity_extra[] = {"marketoGUID",
                                                   "leadId",
                                                   "activityDate",
                                                   "activityTypeId",
                                                   "campaignId",
                                                   "primaryAttributeValueId",
                                                   "primaryAttributeValue",
                                                   "attributes",
                                                   "id",
                                                   NULL};

/** What an activity type becomes. */
enum kind { TOUCH, STATUS_CHANGE, DATA_CHANGE, SCORE_CHANGE, STAGE_CHANGE, EMAIL_STATUS, MERGE, DELETE, NOTHING };

struct type_rule {
    int64_t id;
    const char *name; /**< Marketo's name: `activity_types` of the configuration may give another id to it */
    enum kind kind;
    const char *value; /**< touch type; or the value of the change */
};

static const struct type_rule rules[] = {
    {1,   "Visit Webpage",                TOUCH,         "web_visit"         },
    {2,   "Fill Out Form",                TOUCH,         "form"              },
    {3,   "Click Link",                   TOUCH,         "ad_click"          },
    {6,   "Send Email",                   TOUCH,         "email_sent"        },
    {7,   "Email Delivered",              TOUCH,         "email_delivered"   },
    {8,   "Email Bounced",                EMAIL_STATUS,  "hard_bounce"       },
    {9,   "Unsubscribe Email",            EMAIL_STATUS,  "opt_out"           },
    {10,  "Open Email",                   TOUCH,         "email_open"        },
    {11,  "Click Email",                  TOUCH,         "email_click"       },
    {12,  "New Lead",                     NOTHING,       NULL                },
    {13,  "Change Data Value",            DATA_CHANGE,   NULL                },
    {22,  "Change Score",                 SCORE_CHANGE,  NULL                },
    {27,  "Email Bounced Soft",           EMAIL_STATUS,  "soft_bounce"       },
    {32,  "Merge Leads",                  MERGE,         NULL                },
    {37,  "Delete Lead",                  DELETE,        NULL                },
    {46,  "Interesting Moment",           TOUCH,         "interesting_moment"},
    {101, "Change Revenue Stage",         STAGE_CHANGE,  NULL                },
    {104, "Change Status in Progression", STATUS_CHANGE, NULL                },
};

/* Program statuses as users name them, to touch types; anything else keeps its own text (an unlisted type has depth 0).
 */
static const struct {
    const char *part, *type;
} status_types[] = {
    {"attended",           "attend"     },
    {"参加",             "attend"     },
    {"出席",             "attend"     },
    {"来場",             "event_booth"},
    {"visited booth",      "event_booth"},
    {"registered",         "register"   },
    {"申込",             "register"   },
    {"登録",             "register"   },
    {"downloaded",         "download"   },
    {"ダウンロード", "download"   },
    {"資料請求",       "download"   },
    {"filled-out",         "form"       },
    {"filled out",         "form"       },
    {"フォーム",       "form"       },
    {"clicked",            "email_click"},
    {"クリック",       "email_click"},
    {"opened",             "email_open" },
    {"開封",             "email_open" },
    {"responded",          "reply"      },
    {"replied",            "reply"      },
    {"返信",             "reply"      },
    {"sent",               "email_sent" },
    {"送信",             "email_sent" },
};

struct vendor_data {
    const struct type_rule *rules;
    size_t rule_count;
    const taki_str *score_fields;
    size_t score_count;
    const struct taki_node *touch_types;
};

static const taki_str default_scores[] = {TAKI_STR_INIT("Lead Score"), TAKI_STR_INIT("Person Score"),
                                          TAKI_STR_INIT("リードスコア"), TAKI_STR_INIT("スコア")};

/* `activity_types: {Merge Leads: 132}` where an instance has other ids than most. */
static enum taki_status own_types(struct taki_mapping_build *build, const struct taki_node *types,
                                  struct vendor_data *data, struct taki_error *err)
{
    struct type_rule *own = TAKI_NEW_ARRAY(build->arena, TAKI_LEN(rules), struct type_rule);
    memcpy(own, rules, sizeof rules);
    for (size_t i = 0; i < types->count; i++) {
        const struct taki_node *node = &types->children[i];
        bool known = false;
        for (size_t k = 0; k < TAKI_LEN(rules); k++) {
            if (!taki_str_is(node->key, rules[k].name))
                continue;
            known = taki_str_i64(node->text, &own[k].id);
        }
        if (!known) {
            return taki_fail(err, TAKI_USAGE, "%s: got '%.*s', want the number of a Marketo activity type we read",
                             taki_node_place(build->arena, build->config, node), TAKI_STR_ARG(node->text));
        }
    }
    data->rules = own;
    return TAKI_OK;
}

static taki_str only_salesforce(const struct taki_mapping_build *build)
{
    taki_str found = TAKI_STR_NULL;
    size_t count = 0;
    for (size_t i = 0; i < build->source_count; i++) {
        if (build->source_vendors[i] == &taki_vendor_salesforce) {
            found = build->source_names[i];
            count++;
        }
    }
    return count == 1 ? found : TAKI_STR_NULL;
}

enum taki_status taki_marketo_compile(struct taki_mapping_build *build, struct taki_stream_map *map,
                                      struct taki_error *err)
{
    struct vendor_data *data = TAKI_NEW(build->arena, struct vendor_data);
    *data = (struct vendor_data){rules, TAKI_LEN(rules), default_scores, TAKI_LEN(default_scores), NULL};
    const struct taki_node *types = taki_node_find(map->node, "activity_types");
    const struct taki_node *scores = taki_node_find(map->node, "score_fields");
    const struct taki_node *synced = taki_node_find(map->node, "synced_with");
    if (types != NULL)
        TAKI_TRY(own_types(build, types, data, err));
    if (scores != NULL) {
        taki_str *names = TAKI_NEW_ARRAY(build->arena, scores->count, taki_str);
        for (size_t i = 0; i < scores->count; i++)
            names[i] = scores->children[i].text;
        data->score_fields = names;
        data->score_count = scores->count;
    }
    data->touch_types = taki_node_find(map->node, "touch_types");
    map->synced_with = synced ? synced->text : only_salesforce(build);
    map->vendor_data = data;
    return TAKI_OK;
}

/* Attributes: [{"name":..,"value":..}] by REST, the same or {"name": value} as text in a CSV. Those we read, in one
 * pass. */
enum attribute {
    PROGRAM_ID,
    IS_BOT,
    NEW_STATUS,
    SUCCESS,
    OLD_VALUE,
    NEW_VALUE,
    OLD_STAGE,
    NEW_STAGE,
    REASON,
    MERGE_IDS,
    ATTRIBUTE_COUNT
};

static const taki_str attribute_names[ATTRIBUTE_COUNT] = {
    [PROGRAM_ID] = TAKI_STR_INIT("Program ID"), [IS_BOT] = TAKI_STR_INIT("Is Bot Activity"),
    [NEW_STATUS] = TAKI_STR_INIT("New Status"), [SUCCESS] = TAKI_STR_INIT("Success"),
    [OLD_VALUE] = TAKI_STR_INIT("Old Value"),   [NEW_VALUE] = TAKI_STR_INIT("New Value"),
    [OLD_STAGE] = TAKI_STR_INIT("Old Stage"),   [NEW_STAGE] = TAKI_STR_INIT("New Stage"),
    [REASON] = TAKI_STR_INIT("Reason"),         [MERGE_IDS] = TAKI_STR_INIT("Merge IDs"),
};

static void keep(struct taki_decoding *d, taki_str name, const struct taki_json_node *value, taki_str *attributes)
{
    for (size_t i = 0; i < ATTRIBUTE_COUNT; i++) {
        if (name.size != attribute_names[i].size || memcmp(name.data, attribute_names[i].data, name.size) != 0)
            continue;
        taki_str text = taki_json_text(d->record_arena, value);
        attributes[i] = text.size == 0 ? TAKI_STR_NULL : text;
        return;
    }
}

static void keep_item(struct taki_decoding *d, const struct taki_json *json, const struct taki_json_node *item,
                      taki_str *attributes)
{
    static const taki_str name_key = TAKI_STR_INIT("name"), value_key = TAKI_STR_INIT("value");
    const struct taki_json_node *name = NULL, *value = NULL;
    for (const struct taki_json_node *node = taki_json_first(json, item); node != NULL;
         node = taki_json_next(json, item, node)) {
        if (taki_str_equal(node->key, name_key)) {
            name = node;
        } else if (taki_str_equal(node->key, value_key)) {
            value = node;
        }
    }
    if (name != NULL && value != NULL)
        keep(d, taki_json_text(d->record_arena, name), value, attributes);
}

static bool read_attributes(struct taki_decoding *d, taki_str *attributes)
{
    struct taki_json json;
    const struct taki_json_node *tree = NULL;
    if (!taki_decoding_tree(d, ATTRIBUTES, &json, &tree))
        return false;
    if (tree == NULL)
        return true;
    if (tree->type != TAKI_JSON_ARRAY && tree->type != TAKI_JSON_OBJECT)
        return false;
    for (const struct taki_json_node *node = taki_json_first(&json, tree); node != NULL;
         node = taki_json_next(&json, tree, node)) {
        if (tree->type == TAKI_JSON_OBJECT) {
            keep(d, taki_json_key(d->record_arena, node), node, attributes);
        } else if (node->type == TAKI_JSON_OBJECT) {
            keep_item(d, &json, node, attributes);
        }
    }
    return true;
}

/** What every activity says. */
struct activity {
    struct taki_decoding *d;
    taki_str attributes[ATTRIBUTE_COUNT];
    const struct type_rule *rule;
    taki_str id, person, primary, primary_id;
    taki_instant ts;
};

static bool lower_contains(taki_str text, const char *part)
{
    size_t size = strlen(part);
    for (size_t i = 0; i + size <= text.size; i++) {
        if (taki_str_equal_nocase((taki_str){text.data + i, size}, (taki_str){part, size}))
            return true;
    }
    return false;
}

static taki_str touch_type_of_status(const struct activity *activity, taki_str status)
{
    const struct vendor_data *data = activity->d->map->vendor_data;
    const struct taki_node *own = data->touch_types;
    for (size_t i = 0; own != NULL && i < own->count; i++) {
        if (taki_str_equal(own->children[i].key, status))
            return own->children[i].text;
    }
    for (size_t i = 0; i < TAKI_LEN(status_types); i++) {
        if (lower_contains(status, status_types[i].part))
            return taki_str_of(status_types[i].type);
    }
    return status;
}

static int8_t flag(taki_str text)
{
    bool value = false;
    if (taki_str_is_null(text) || !taki_str_bool(text, &value))
        return TAKI_BOOL_NULL;
    return (int8_t)value;
}

/* The activity names a smart campaign; "@" marks it until the store, which knows all of them, puts its program there.
 */
static taki_str campaign_of(struct activity *activity)
{
    struct taki_decoding *d = activity->d;
    taki_str program = activity->attributes[PROGRAM_ID], id = taki_decoding_extra(d, CAMPAIGN);
    if (!taki_str_is_null(program) || taki_str_is_null(id))
        return taki_decoding_ref(d, program);
    char *marked = taki_arena_alloc(d->record_arena, id.size + 1);
    marked[0] = '@';
    memcpy(marked + 1, id.data, id.size);
    return taki_decoding_ref(d, (taki_str){marked, id.size + 1});
}

static enum taki_status touch(struct activity *activity, struct taki_error *err)
{
    struct taki_decoding *d = activity->d;
    struct taki_touch row;
    taki_decoding_clear(d, TAKI_ENTITY_TOUCH, &row);
    row.source_id = activity->id;
    row.person = activity->person;
    row.ts = activity->ts;
    row.asset = activity->primary;
    if (activity->rule->kind == STATUS_CHANGE) {
        taki_str status = activity->attributes[NEW_STATUS];
        row.type = taki_str_is_null(status) ? TAKI_STR("status") : touch_type_of_status(activity, status);
        row.campaign = taki_decoding_ref(d, activity->primary_id);
        row.is_response = flag(activity->attributes[SUCCESS]);
    } else {
        row.type = taki_str_of(activity->rule->value);
        row.campaign = campaign_of(activity);
        row.is_bot = flag(activity->attributes[IS_BOT]);
    }
    return taki_decoding_add(d, TAKI_ENTITY_TOUCH, &row, false, err);
}

static enum taki_status change(struct activity *activity, taki_str field, taki_str from, taki_str to, taki_str reason,
                               struct taki_error *err)
{
    struct taki_field_change row;
    taki_decoding_clear(activity->d, TAKI_ENTITY_FIELD_CHANGE, &row);
    row.source_id = activity->id;
    row.record = activity->person;
    row.record_kind = TAKI_STR("person");
    row.ts = activity->ts;
    row.field = field;
    row.old_value = from;
    row.new_value = to;
    row.reason = reason;
    return taki_decoding_add(activity->d, TAKI_ENTITY_FIELD_CHANGE, &row, false, err);
}

static enum taki_status data_change(struct activity *activity, struct taki_error *err)
{
    return change(activity, activity->primary, activity->attributes[OLD_VALUE], activity->attributes[NEW_VALUE],
                  TAKI_STR_NULL, err);
}

static enum taki_status stage_change(struct activity *activity, struct taki_error *err)
{
    return change(activity, TAKI_STR("Revenue Stage"), activity->attributes[OLD_STAGE], activity->attributes[NEW_STAGE],
                  activity->attributes[REASON], err);
}

static enum taki_status email_status(struct activity *activity, struct taki_error *err)
{
    bool opt_out = strcmp(activity->rule->value, "opt_out") == 0;
    return change(activity, opt_out ? TAKI_STR("opt_out") : TAKI_STR("email_status"), TAKI_STR_NULL,
                  opt_out ? TAKI_STR("true") : taki_str_of(activity->rule->value), TAKI_STR_NULL, err);
}

/* One score of several is the score of the waterfall; the others are plain field changes. */
static enum taki_status score_change(struct activity *activity, struct taki_error *err)
{
    struct taki_decoding *d = activity->d;
    const struct vendor_data *data = d->map->vendor_data;
    bool is_main = taki_str_is_null(activity->primary);
    for (size_t i = 0; i < data->score_count && !is_main; i++)
        is_main = taki_str_equal(data->score_fields[i], activity->primary);
    if (!is_main)
        return data_change(activity, err);
    struct taki_score_event row;
    taki_decoding_clear(d, TAKI_ENTITY_SCORE_EVENT, &row);
    row.source_id = activity->id;
    row.person = activity->person;
    row.ts = activity->ts;
    taki_str score = activity->attributes[NEW_VALUE];
    if (!taki_read_i64(score, &row.score))
        return taki_decoding_reject(d, err, "value: New Value: '%.*s' is no whole number (score)", TAKI_STR_ARG(score));
    return taki_decoding_add(d, TAKI_ENTITY_SCORE_EVENT, &row, false, err);
}

static enum taki_status tomb(struct activity *activity, taki_str dead, size_t number, struct taki_error *err)
{
    struct taki_decoding *d = activity->d;
    struct taki_tombstone row;
    taki_decoding_clear(d, TAKI_ENTITY_TOMBSTONE, &row);
    row.source_id =
        number == 0 ? activity->id
                    : taki_str_of(taki_arena_format(d->record_arena, "%.*s/%zu", TAKI_STR_ARG(activity->id), number));
    row.entity = TAKI_STR("person");
    row.dead = taki_decoding_ref(d, dead);
    row.at = activity->ts;
    if (activity->rule->kind == MERGE)
        row.merged_into = activity->person;
    return taki_decoding_add(d, TAKI_ENTITY_TOMBSTONE, &row, number > 0, err);
}

/* The merge stands on the winner; the losers' ids are numbers in an attribute, "[101, 102]" or "101,102". */
static enum taki_status merge(struct activity *activity, struct taki_error *err)
{
    taki_str ids = activity->attributes[MERGE_IDS];
    size_t number = 0;
    for (size_t at = 0; at < ids.size;) {
        size_t begin = at;
        while (at < ids.size && ids.data[at] >= '0' && ids.data[at] <= '9')
            at++;
        if (at > begin) {
            TAKI_TRY(tomb(activity, (taki_str){ids.data + begin, at - begin}, number++, err));
        } else {
            at++;
        }
    }
    if (number > 0)
        return TAKI_OK;
    return taki_decoding_reject(activity->d, err, "value: Merge IDs: a merge without the ids of the losers");
}

static enum taki_status by_kind(struct activity *activity, struct taki_error *err)
{
    switch (activity->rule->kind) {
    case TOUCH:
    case STATUS_CHANGE:
        return touch(activity, err);
    case DATA_CHANGE:
        return data_change(activity, err);
    case SCORE_CHANGE:
        return score_change(activity, err);
    case STAGE_CHANGE:
        return stage_change(activity, err);
    case EMAIL_STATUS:
        return email_status(activity, err);
    case MERGE:
        return merge(activity, err);
    case DELETE: {
        taki_str dead = taki_decoding_extra(activity->d, LEAD);
        return tomb(activity, dead, 0, err);
    }
    case NOTHING:
    default:
        taki_decoding_unused(activity->d);
        return TAKI_OK;
    }
}

static const struct type_rule *rule_of(const struct vendor_data *data, int64_t id)
{
    static const struct type_rule other = {0, "", NOTHING, NULL};
    for (size_t i = 0; i < data->rule_count; i++) {
        if (data->rules[i].id == id)
            return &data->rules[i];
    }
    return &other;
}

enum taki_status taki_marketo_activity(struct taki_decoding *d, struct taki_error *err)
{
    struct activity activity = {.d = d, .id = taki_decoding_extra(d, GUID)};
    int64_t type = 0;
    taki_str type_text = taki_decoding_extra(d, TYPE), date = taki_decoding_extra(d, DATE);
    if (taki_str_is_null(activity.id))
        activity.id = taki_decoding_extra(d, OLD_ID);
    if (taki_str_is_null(type_text) || !taki_read_i64(type_text, &type)) {
        return taki_decoding_reject(d, err, "value: activityTypeId: '%.*s' is no whole number",
                                    TAKI_STR_ARG(type_text));
    }
    activity.rule = rule_of(d->map->vendor_data, type);
    if (taki_str_is_null(date) || !taki_read_instant(d->map->zone, date, &activity.ts))
        return taki_decoding_reject(d, err, "value: activityDate: '%.*s' is no time", TAKI_STR_ARG(date));
    if (!read_attributes(d, activity.attributes))
        return taki_decoding_reject(d, err, "value: attributes: no JSON list or object");
    activity.person = taki_decoding_ref(d, taki_decoding_extra(d, LEAD));
    if (taki_str_is_null(activity.person))
        return taki_decoding_reject(d, err, "key: an activity without leadId");
    activity.primary = taki_decoding_extra(d, PRIMARY);
    activity.primary_id = taki_decoding_extra(d, PRIMARY_ID);
    return by_kind(&activity, err);
}
