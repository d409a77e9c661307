#include "rules_maps.h"

#include "taki/hash.h"
#include "taki/log.h"

#include <string.h>

struct taki_rule_maps {
    struct taki_map *values; /* kind, scope, value -> address of the target text */
    struct taki_map *scopes; /* kind, scope */
};

struct kind {
    const char *name;
    const char *const *targets; /* closed list, or NULL: any text */
    const char *const *own;     /* pairs: built-in source value, target; NULL-terminated */
};

static const char *const stage_targets[] = {"KNOWN", "INQ",      "MQL",      "PSQL",           "SAL",    "SQL", "WON",
                                            "LOST",  "REJECTED", "RECYCLED", "PRE_ACCEPTANCE", "ignore", NULL};
static const char *const function_targets[] = {"marketing", "inside", "field", "cs",
                                               "partner",   "system", "other", NULL};
static const char *const reason_targets[] = {
    "competitor", "budget_project_gone", "stalled", "price", "feature_gap", "timing", "no_fit", "other", "unknown",
    NULL};
static const char *const channel_targets[] = {"event_offline", "webinar",     "exhibition",  "whitepaper", "email",
                                              "paid_search",   "paid_social", "display",     "seo",        "referral",
                                              "partner",       "tele",        "direct_mail", "other",      NULL};
static const char *const objective_targets[] = {"acquisition", "nurture", "conversion", "expansion", "brand", NULL};
static const char *const budget_targets[] = {"promotion_ads", "outsourcing", "production", "it_infra", NULL};
static const char *const content_targets[] = {"awareness", "interest", "consideration", "decision", "retention", NULL};
static const char *const seniority_targets[] = {"exec", "director", "manager", "staff", "unknown", NULL};
static const char *const type_targets[] = {"call", "email", "meeting", "visit", "task", "note", "toss_up", NULL};
static const char *const outcome_targets[] = {"connected", "no_answer", "left_message", "refused", "appointment",
                                              "other",     "REJECTED",  "RECYCLED",     NULL};
static const char *const motion_targets[] = {"new", "expansion", "renewal", NULL};
static const char *const lead_source_targets[] = {"marketing", "inbound", "inside", "field",
                                                  "partner",   "import",  "other",  NULL};

/* Salesforce's standard Campaign.Type values and Marketo's default channels. */
static const char *const own_channels[] = {"Webinar",
                                           "webinar",
                                           "Conference",
                                           "event_offline",
                                           "Trade Show",
                                           "exhibition",
                                           "Tradeshow",
                                           "exhibition",
                                           "Seminar",
                                           "event_offline",
                                           "Seminar / Conference",
                                           "event_offline",
                                           "Seminar/Conference",
                                           "event_offline",
                                           "Roadshow",
                                           "event_offline",
                                           "Live Event",
                                           "event_offline",
                                           "Public Relations",
                                           "other",
                                           "Partners",
                                           "partner",
                                           "Partner",
                                           "partner",
                                           "Referral Program",
                                           "referral",
                                           "Referral",
                                           "referral",
                                           "Advertisement",
                                           "display",
                                           "Online Advertising",
                                           "display",
                                           "Banner Ads",
                                           "display",
                                           "Direct Mail",
                                           "direct_mail",
                                           "Email",
                                           "email",
                                           "Email Blast",
                                           "email",
                                           "Email Send",
                                           "email",
                                           "Email Marketing",
                                           "email",
                                           "Nurture",
                                           "email",
                                           "Newsletter",
                                           "email",
                                           "Telemarketing",
                                           "tele",
                                           "Content",
                                           "whitepaper",
                                           "Content Syndication",
                                           "whitepaper",
                                           "Whitepaper",
                                           "whitepaper",
                                           "Web Content",
                                           "whitepaper",
                                           "Web Form",
                                           "seo",
                                           "Website",
                                           "seo",
                                           "Organic Search",
                                           "seo",
                                           "Google AdWords",
                                           "paid_search",
                                           "Search Ads",
                                           "paid_search",
                                           "PPC",
                                           "paid_search",
                                           "Paid Search",
                                           "paid_search",
                                           "Social Media",
                                           "paid_social",
                                           "Paid Social",
                                           "paid_social",
                                           "Social",
                                           "paid_social",
                                           "Operational",
                                           "other",
                                           "Other",
                                           "other",
                                           NULL};
/* What a campaign of a type is usually for; maps.objective says otherwise where it is not. */
static const char *const own_objectives[] = {"Nurture", "nurture", "Newsletter", "nurture", NULL};
static const char *const own_activity_types[] = {
    "Call",      "call",  "Email",      "email",   "Meeting", "meeting", "Visit",      "visit",   "Task",  "task",
    "ListEmail", "email", "Cadence",    "task",    "Event",   "meeting", "LinkedIn",   "note",    "Other", "task",
    "電話",      "call",  "メール",     "email",   "会議",    "meeting", "打ち合わせ", "meeting", "商談",  "meeting",
    "訪問",      "visit", "トスアップ", "toss_up", "Toss-up", "toss_up", "Toss Up",    "toss_up", NULL};
static const char *const own_outcomes[] = {
    "Connected",      "connected",    "No Answer",   "no_answer",    "Left Voicemail", "left_message",
    "Left Message",   "left_message", "Voicemail",   "left_message", "Busy",           "no_answer",
    "Not Interested", "refused",      "Appointment", "appointment",  "Meeting Set",    "appointment",
    "通話",           "connected",    "不在",        "no_answer",    "伝言",           "left_message",
    "アポ獲得",       "appointment",  NULL};
static const char *const own_motions[] = {"New Business",
                                          "new",
                                          "New Customer",
                                          "new",
                                          "New",
                                          "new",
                                          "Existing Business",
                                          "expansion",
                                          "Existing Customer - Upgrade",
                                          "expansion",
                                          "Existing Customer - Replacement",
                                          "expansion",
                                          "Existing Customer - Downgrade",
                                          "expansion",
                                          "Add-On Business",
                                          "expansion",
                                          "Upsell",
                                          "expansion",
                                          "Renewal",
                                          "renewal",
                                          "Existing Customer - Renewal",
                                          "renewal",
                                          "新規",
                                          "new",
                                          "追加",
                                          "expansion",
                                          "更新",
                                          "renewal",
                                          NULL};
static const char *const own_lead_sources[] = {"Web",
                                               "marketing",
                                               "Webinar",
                                               "marketing",
                                               "Seminar",
                                               "marketing",
                                               "Trade Show",
                                               "marketing",
                                               "Advertisement",
                                               "marketing",
                                               "Web Form",
                                               "marketing",
                                               "Phone Inquiry",
                                               "inbound",
                                               "Contact Us",
                                               "inbound",
                                               "Inbound",
                                               "inbound",
                                               "Partner",
                                               "partner",
                                               "Partner Referral",
                                               "partner",
                                               "Employee Referral",
                                               "field",
                                               "Purchased List",
                                               "import",
                                               "List Import",
                                               "import",
                                               "お問い合わせ",
                                               "inbound",
                                               "問い合わせ",
                                               "inbound",
                                               "展示会",
                                               "marketing",
                                               "セミナー",
                                               "marketing",
                                               "リスト購入",
                                               "import",
                                               NULL};

static const struct kind kinds[TAKI_MAP_KINDS] = {
    [TAKI_MAP_STAGE] = {"stage",            stage_targets,       NULL              },
    [TAKI_MAP_USER_FUNCTION] = {"user_function",    function_targets,    NULL              },
    [TAKI_MAP_LOSS_REASON] = {"loss_reason",      reason_targets,      NULL              },
    [TAKI_MAP_CHANNEL] = {"channel",          channel_targets,     own_channels      },
    [TAKI_MAP_OBJECTIVE] = {"objective",        objective_targets,   own_objectives    },
    [TAKI_MAP_BUDGET_CATEGORY] = {"budget_category",  budget_targets,      NULL              },
    [TAKI_MAP_CONTENT_STAGE] = {"content_stage",    content_targets,     NULL              },
    [TAKI_MAP_DEPARTMENT] = {"department",       NULL,                NULL              },
    [TAKI_MAP_SENIORITY] = {"seniority",        seniority_targets,   NULL              },
    [TAKI_MAP_ACTIVITY_TYPE] = {"activity_type",    type_targets,        own_activity_types},
    [TAKI_MAP_ACTIVITY_OUTCOME] = {"activity_outcome", outcome_targets,     own_outcomes      },
    [TAKI_MAP_OPPORTUNITY_TYPE] = {"opportunity_type", motion_targets,      own_motions       },
    [TAKI_MAP_LEAD_SOURCE] = {"lead_source",      lead_source_targets, own_lead_sources  },
};

#define KEY_BYTES 1024

const char *taki_map_kind_name(enum taki_map_kind kind)
{
    return kinds[kind].name;
}

static taki_str key_of(char *bytes, enum taki_map_kind kind, taki_str scope, taki_str value)
{
    size_t size = 0;
    bytes[size++] = (char)('a' + (int)kind);
    if (scope.size + value.size + 2 > KEY_BYTES)
        return TAKI_STR_NULL;
    if (scope.size > 0)
        memcpy(bytes + size, scope.data, scope.size);
    size += scope.size;
    bytes[size++] = '\0';
    if (value.size > 0)
        memcpy(bytes + size, value.data, value.size);
    return (taki_str){bytes, size + value.size};
}

static bool is_listed(const char *const *names, taki_str value)
{
    for (size_t i = 0; names && names[i]; i++) {
        if (taki_str_is(value, names[i]))
            return true;
    }
    return false;
}

static size_t length(const char *const *names)
{
    size_t count = 0;
    while (names[count])
        count++;
    return count;
}

static void bad_target(struct taki_run *run, const struct taki_node *node, const struct kind *kind)
{
    const char *near = kind->targets ? taki_nearest(node->text, kind->targets, length(kind->targets)) : NULL;
    const char *place = taki_node_place(run->arena, run->config, node);
    if (near) {
        taki_say("%s: got '%.*s', want a value of %s, perhaps '%s'", place, TAKI_STR_ARG(node->text), kind->name, near);
    } else {
        taki_say("%s: got '%.*s', want a value of %s", place, TAKI_STR_ARG(node->text), kind->name);
    }
}

static void read_scope(struct taki_run *run, struct taki_rule_maps *maps, enum taki_map_kind kind,
                       const struct taki_node *scope, size_t *problems)
{
    char bytes[KEY_BYTES];
    bool is_new;
    (void)taki_map_put(maps->scopes, key_of(bytes, kind, scope->key, TAKI_STR_NULL), &is_new);
    for (size_t i = 0; i < scope->count; i++) {
        const struct taki_node *node = &scope->children[i];
        bool is_good = node->type == TAKI_NODE_SCALAR && !taki_str_is_blank(node->text) &&
                       (!kinds[kind].targets || is_listed(kinds[kind].targets, node->text));
        taki_str key = key_of(bytes, kind, scope->key, node->key);
        if (!is_good || taki_str_is_null(key)) {
            bad_target(run, node, &kinds[kind]);
            ++*problems;
            continue;
        }
        taki_str *target = TAKI_NEW(run->arena, taki_str);
        *target = node->text;
        *taki_map_put(maps->values, key, &is_new) = (uint64_t)(uintptr_t)target;
    }
}

static void read_kind(struct taki_run *run, struct taki_rule_maps *maps, enum taki_map_kind kind, size_t *problems)
{
    const char *path = taki_arena_format(run->arena, "maps.%s", kinds[kind].name);
    const struct taki_node *node = taki_node_at(taki_config_root(run->config), path);
    for (size_t i = 0; node && i < node->count; i++) {
        const struct taki_node *scope = &node->children[i];
        if (scope->type == TAKI_NODE_MAP) {
            read_scope(run, maps, kind, scope, problems);
            continue;
        }
        taki_say("%s: got a value, want a mapping under \"source:Object.Field\"",
                 taki_node_place(run->arena, run->config, scope));
        ++*problems;
    }
}

struct taki_rule_maps *taki_rule_maps_new(struct taki_run *run, size_t *problems)
{
    struct taki_rule_maps *maps = TAKI_NEW(run->arena, struct taki_rule_maps);
    *maps = (struct taki_rule_maps){taki_map_new(run->arena, 256), taki_map_new(run->arena, 64)};
    for (enum taki_map_kind kind = TAKI_MAP_STAGE; kind < TAKI_MAP_KINDS; kind++)
        read_kind(run, maps, kind, problems);
    return maps;
}

/* LeadHistory and OpportunityFieldHistory tell of Lead and Opportunity, Marketo's activities of leads. */
static taki_str parent_object(taki_str object)
{
    static const taki_str suffixes[] = {TAKI_STR_INIT("FieldHistory"), TAKI_STR_INIT("History")};
    for (size_t i = 0; i < TAKI_LEN(suffixes); i++) {
        if (object.size > suffixes[i].size && taki_str_ends(object, suffixes[i]))
            return (taki_str){object.data, object.size - suffixes[i].size};
    }
    return taki_str_is(object, "activities") ? TAKI_STR("leads") : object;
}

struct scope_text {
    char bytes[KEY_BYTES / 2];
    size_t size;
};

static void add(struct scope_text *scope, taki_str text)
{
    if (text.size == 0 || scope->size + text.size > sizeof scope->bytes)
        return;
    memcpy(scope->bytes + scope->size, text.data, text.size);
    scope->size += text.size;
}

/* The four spellings of a place, most exact first. */
static taki_str scope_of(struct scope_text *scope, struct taki_place place, int spelling)
{
    scope->size = 0;
    if (spelling < 2) {
        add(scope, place.source);
        add(scope, TAKI_STR(":"));
    }
    if (spelling % 2 == 0) {
        add(scope, parent_object(place.object));
        add(scope, TAKI_STR("."));
    }
    add(scope, place.field);
    return (taki_str){scope->bytes, scope->size};
}

taki_str taki_rules_map(const struct taki_rules *rules, enum taki_map_kind kind, struct taki_place place,
                        taki_str value)
{
    struct scope_text scope;
    char bytes[KEY_BYTES];
    if (taki_str_is_blank(value))
        return TAKI_STR_NULL;
    for (int spelling = 0; spelling < 4; spelling++) {
        taki_str key = key_of(bytes, kind, scope_of(&scope, place, spelling), value);
        const uint64_t *slot = taki_str_is_null(key) ? NULL : taki_map_find(rules->maps->values, key);
        if (slot) {
            return *(
                const taki_str *)(uintptr_t)*slot; // NOLINT(performance-no-int-to-ptr): the map holds 64-bit values
        }
    }
    return TAKI_STR_NULL;
}

bool taki_rules_has_map(const struct taki_rules *rules, enum taki_map_kind kind, struct taki_place place)
{
    struct scope_text scope;
    char bytes[KEY_BYTES];
    for (int spelling = 0; spelling < 4; spelling++) {
        taki_str key = key_of(bytes, kind, scope_of(&scope, place, spelling), TAKI_STR_NULL);
        if (!taki_str_is_null(key) && taki_map_find(rules->maps->scopes, key))
            return true;
    }
    return false;
}

taki_str taki_rules_value(const struct taki_rules *rules, enum taki_map_kind kind, struct taki_place place,
                          taki_str value)
{
    taki_str mapped = taki_rules_map(rules, kind, place, value);
    if (!taki_str_is_null(mapped) || taki_str_is_blank(value))
        return mapped;
    const char *const *own = kinds[kind].own;
    for (size_t i = 0; own && own[i]; i += 2) {
        if (taki_str_equal_nocase(value, taki_str_of(own[i])))
            return taki_str_of(own[i + 1]);
    }
    for (size_t i = 0; kinds[kind].targets && kinds[kind].targets[i]; i++) {
        if (taki_str_equal_nocase(value, taki_str_of(kinds[kind].targets[i])))
            return taki_str_of(kinds[kind].targets[i]);
    }
    return TAKI_STR_NULL;
}
