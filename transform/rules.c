#include "rules_maps.h"
#include "subject.h"

#include "taki/field.h"
#include "taki/log.h"

#include <string.h>

#define SUBJECT_NAME(name) #name,
const char *const taki_subject_names[] = {TAKI_SUBJECT_FIELDS(SUBJECT_NAME)};
const size_t taki_subject_count = TAKI_LEN(taki_subject_names);

taki_str taki_subject_value(const void *subject, size_t field)
{
    return ((const taki_str *)subject)[field]; /* a struct of nothing but taki_str, in the order of the names */
}

/* Depth of a touch type and whether it is a response by itself (domain.md 2 Response, 4 touch_source, 5.9). */
static const struct taki_depth depth_defaults[] = {
    {"attend",      5, true },
    {"form",        3, true },
    {"download",    3, true },
    {"reply",       3, true },
    {"event_booth", 2, true },
    {"register",    2, false},
    {"web_visit",   1, false},
    {"email_click", 1, false},
    {"ad_click",    1, false},
    {"email_open",  0, false},
};

static const struct taki_kgi_weights weight_defaults[] = {
    {TAKI_STR_INIT("growth"), 0.6, 0.2, 0.2},
    {TAKI_STR_INIT("mature"), 0.2, 0.5, 0.3},
    {TAKI_STR_INIT("abm"),    0.1, 0.6, 0.3},
};

struct reader {
    struct taki_run *run;
    struct taki_rules *rules;
    size_t problems;
};

static int64_t integer(const struct reader *reader, const char *path)
{
    return taki_config_integer(reader->run->config, path);
}

/* Members of a list option: the file's sequence, else the default's text split at commas. */
static size_t list_of(const struct reader *reader, const char *path, const taki_str **members)
{
    const struct taki_node *node = taki_node_at(taki_config_root(reader->run->config), path);
    size_t count = 0;
    if (node && node->type == TAKI_NODE_LIST) {
        taki_str *items = TAKI_NEW_ARRAY(reader->run->arena, node->count, taki_str);
        for (; count < node->count; count++)
            items[count] = node->children[count].text;
        *members = items;
        return count;
    }
    taki_str rest = taki_config_text(reader->run->config, path);
    taki_str *items = TAKI_NEW_ARRAY(reader->run->arena, rest.size + 1, taki_str);
    while (!taki_str_is_blank(rest))
        items[count++] = taki_str_trim(taki_str_cut(rest, ',', &rest));
    *members = items;
    return count;
}

static void problem(struct reader *reader, const struct taki_node *node, const char *want)
{
    taki_say("%s: got '%.*s', want %s", taki_node_place(reader->run->arena, reader->run->config, node),
             TAKI_STR_ARG(node->text), want);
    reader->problems++;
}

static void read_stages(struct reader *reader)
{
    const taki_str *members;
    size_t count = list_of(reader, "rules.stages_enabled", &members);
    struct taki_limits *limits = &reader->rules->limits;
    for (size_t stage = TAKI_STAGE_INQ; stage < TAKI_STAGE_WON; stage++)
        limits->enabled[stage] = false;
    for (size_t i = 0; i < count; i++) {
        enum taki_stage stage = taki_stage_find(members[i]);
        if (stage < TAKI_STAGE_SUCCESSES)
            limits->enabled[stage] = true;
    }
    if (limits->enabled[TAKI_STAGE_INQ] && limits->enabled[TAKI_STAGE_MQL] && limits->enabled[TAKI_STAGE_SQL])
        return;
    taki_say("rules.stages_enabled: got a list without INQ, MQL or SQL, want at least these and WON");
    reader->problems++;
}

static void read_thresholds(struct reader *reader)
{
    const taki_str *members;
    size_t count = list_of(reader, "rules.dynamic_thresholds", &members);
    double *thresholds = reader->rules->limits.dynamic_thresholds;
    bool is_good = count == 3;
    for (size_t i = 0; i < count && i < 3; i++)
        is_good = is_good && taki_str_f64(members[i], &thresholds[i]) && (i == 0 || thresholds[i] < thresholds[i - 1]);
    if (is_good)
        return;
    taki_say("rules.dynamic_thresholds: want three falling numbers, e.g. [8, 5, 3]");
    reader->problems++;
}

static void read_cells(struct reader *reader)
{
    const taki_str *members;
    size_t count = list_of(reader, "rules.mql_cells", &members);
    for (size_t i = 0; i < count; i++) {
        if (members[i].size == 2 && members[i].data[0] >= 'A' && members[i].data[0] <= 'D' &&
            members[i].data[1] >= '1' && members[i].data[1] <= '4')
            reader->rules->mql_cells[members[i].data[0] - 'A'][members[i].data[1] - '1'] = true;
    }
}

static void read_depths(struct reader *reader)
{
    struct taki_depth *depths = TAKI_NEW_ARRAY(reader->run->arena, TAKI_LEN(depth_defaults), struct taki_depth);
    memcpy(depths, depth_defaults, sizeof depth_defaults);
    for (size_t i = 0; i < TAKI_LEN(depth_defaults); i++) {
        int64_t depth = taki_config_integerf(reader->run->config, "rules.depth.%s", depths[i].type);
        if (depth != TAKI_I64_NULL)
            depths[i].depth = depth;
    }
    reader->rules->depths = depths;
    reader->rules->depth_count = TAKI_LEN(depth_defaults);
}

static bool read_weight(const struct taki_node *node, const char *name, double *weight)
{
    return taki_str_f64(taki_node_text(taki_node_find(node, name)), weight) && *weight >= 0;
}

/* `kgi_weights: {growth: {sourced: 0.6, influenced: 0.2, won: 0.2}}`; the three sum to 1. */
static void read_weights(struct reader *reader)
{
    const struct taki_node *node = taki_node_at(taki_config_root(reader->run->config), "rules.kgi_weights");
    size_t own = node ? node->count : 0;
    struct taki_kgi_weights *weights =
        TAKI_NEW_ARRAY(reader->run->arena, own + TAKI_LEN(weight_defaults), struct taki_kgi_weights);
    for (size_t i = 0; i < own; i++) {
        const struct taki_node *phase = &node->children[i];
        struct taki_kgi_weights *weight = &weights[i];
        weight->phase = phase->key;
        bool is_good = read_weight(phase, "sourced", &weight->sourced) &&
                       read_weight(phase, "influenced", &weight->influenced) && read_weight(phase, "won", &weight->won);
        double sum = weight->sourced + weight->influenced + weight->won;
        if (!is_good || sum < 0.999999 || sum > 1.000001)
            problem(reader, phase, "sourced, influenced and won that sum to 1");
    }
    memcpy(weights + own, weight_defaults, sizeof weight_defaults);
    reader->rules->weights = weights;
    reader->rules->weight_count = own + TAKI_LEN(weight_defaults);
}

static void read_version(struct reader *reader, const struct taki_node *when, const struct taki_node *from,
                         struct taki_rule_version *version)
{
    struct taki_error err = {0};
    version->valid_from = TAKI_DATE_NULL;
    if (from && !taki_date_parse(from->text, &version->valid_from))
        problem(reader, from, "a date YYYY-MM-DD");
    if (!when || taki_expression_new(reader->run->arena, when->text, taki_subject_names, taki_subject_count,
                                     &version->when, &err) == TAKI_OK)
        return;
    taki_say("%s: %s", taki_node_place(reader->run->arena, reader->run->config, when), err.text);
    reader->problems++;
}

/* A rule is one expression, or a list of {valid_from, when}. */
static void read_rule(struct reader *reader, const struct taki_node *node, taki_str name, struct taki_rule *rule)
{
    *rule = (struct taki_rule){.name = name};
    if (!node)
        return;
    size_t count = node->type == TAKI_NODE_LIST ? node->count : 1;
    struct taki_rule_version *versions = TAKI_NEW_ARRAY(reader->run->arena, count, struct taki_rule_version);
    for (size_t i = 0; i < count; i++) {
        const struct taki_node *one = node->type == TAKI_NODE_LIST ? &node->children[i] : node;
        const struct taki_node *when = one->type == TAKI_NODE_SCALAR ? one : taki_node_find(one, "when");
        if (!when) {
            problem(reader, one, "an expression, or {valid_from: YYYY-MM-DD, when: expression}");
            continue;
        }
        read_version(reader, when, taki_node_find(one, "valid_from"), &versions[i]);
        if (i > 0 && versions[i].valid_from.days <= versions[i - 1].valid_from.days)
            problem(reader, one, "versions in rising order of valid_from");
    }
    rule->versions = versions;
    rule->count = count;
}

static void read_excludes(struct reader *reader)
{
    const struct taki_node *node = taki_node_at(taki_config_root(reader->run->config), "rules.exclude");
    size_t count = !node ? 0 : (node->type == TAKI_NODE_MAP ? node->count : 1);
    struct taki_rule *rules = TAKI_NEW_ARRAY(reader->run->arena, count, struct taki_rule);
    for (size_t i = 0; i < count; i++) {
        const struct taki_node *one = node->type == TAKI_NODE_MAP ? &node->children[i] : node;
        read_rule(reader, one, node->type == TAKI_NODE_MAP ? one->key : TAKI_STR("excluded"), &rules[i]);
    }
    reader->rules->excludes = rules;
    reader->rules->exclude_count = count;
}

static const struct taki_node *rule_node(const struct reader *reader, const char *path)
{
    return taki_node_at(taki_config_root(reader->run->config), path);
}

static void read_sources(struct reader *reader)
{
    const struct taki_node *node = taki_node_find(taki_config_root(reader->run->config), "sources");
    size_t count = node ? node->count : 0;
    struct taki_source_role *sources = TAKI_NEW_ARRAY(reader->run->arena, count, struct taki_source_role);
    for (size_t i = 0; i < count; i++) {
        const struct taki_node *one = &node->children[i];
        sources[i].name = one->key;
        sources[i].type = taki_node_text(taki_node_find(one, "type"));
        sources[i].role = taki_role_find(taki_node_text(taki_node_find(one, "role")));
        if (sources[i].role == TAKI_ROLE_OTHER && taki_str_is(sources[i].type, "salesforce"))
            sources[i].role = TAKI_ROLE_SFA;
        if (sources[i].role == TAKI_ROLE_OTHER && taki_str_is(sources[i].type, "marketo"))
            sources[i].role = TAKI_ROLE_MA;
    }
    reader->rules->sources = sources;
    reader->rules->source_count = count;
}

static taki_str field_name(const struct taki_node *node)
{
    return node != NULL && node->type == TAKI_NODE_MAP ? taki_node_text(taki_node_find(node, "from"))
                                                       : taki_node_text(node);
}

/* @p found NULL = only count. */
static size_t bant_fields_of(const struct taki_node *source, struct taki_bant_field *found)
{
    static const char *const answers[] = {"bant_budget", "bant_authority", "bant_need", "bant_timing"};
    const struct taki_node *objects = taki_node_find(source, "fields");
    size_t count = 0;
    for (size_t o = 0; objects != NULL && o < objects->count; o++) {
        for (size_t i = 0; i < TAKI_LEN(answers); i++) {
            taki_str name = field_name(taki_node_find(&objects->children[o], answers[i]));
            if (taki_str_is_blank(name))
                continue;
            if (found != NULL)
                found[count] = (struct taki_bant_field){source->key, objects->children[o].key, name, i};
            count++;
        }
    }
    return count;
}

static void read_bant_fields(struct reader *reader)
{
    const struct taki_node *node = taki_node_find(taki_config_root(reader->run->config), "sources");
    size_t count = 0;
    for (size_t i = 0; node != NULL && i < node->count; i++)
        count += bant_fields_of(&node->children[i], NULL);
    struct taki_bant_field *fields = TAKI_NEW_ARRAY(reader->run->arena, count, struct taki_bant_field);
    reader->rules->bant_fields = fields;
    reader->rules->bant_field_count = count;
    for (size_t i = 0; node != NULL && i < node->count; i++)
        fields += bant_fields_of(&node->children[i], fields);
}

static void read_limits(struct reader *reader)
{
    struct taki_limits *limits = &reader->rules->limits;
    limits->bant_required = integer(reader, "rules.bant_required");
    limits->score_lag_us = integer(reader, "rules.score_lag_minutes") * 60 * TAKI_US_PER_SECOND;
    limits->trigger_window_days = integer(reader, "rules.trigger_window_days");
    limits->direct_window_days = integer(reader, "rules.direct_window_days");
    limits->inherit_days = integer(reader, "rules.inherit_days");
    limits->reopen_gap_days = integer(reader, "rules.reopen_gap_days");
    limits->half_life_days = taki_config_number(reader->run->config, "rules.half_life_days");
    for (enum taki_stage stage = TAKI_STAGE_INQ; stage <= TAKI_STAGE_SQL; stage++) {
        limits->recycle_after_days[stage] =
            taki_config_integerf(reader->run->config, "rules.recycle_after_days.%s", taki_stage_info(stage)->code);
    }
}

static void read_numbers(struct reader *reader)
{
    struct taki_rules *rules = reader->rules;
    const struct taki_config *config = reader->run->config;
    rules->fiscal_start_month = (int)integer(reader, "business.fiscal_start_month");
    rules->label_by_end = taki_str_is(taki_config_text(config, "business.fy_label"), "end");
    rules->min_n = integer(reader, "rules.min_n");
    rules->confidence = taki_config_number(config, "rules.confidence");
    rules->fx_fixed = taki_str_is(taki_config_text(config, "rules.fx_policy"), "fixed");
    rules->family_gap_days = integer(reader, "rules.family_gap_days");
    rules->lookback_days = integer(reader, "rules.lookback_days");
    rules->influence_lookback_days = integer(reader, "rules.influence_lookback_days");
    rules->influence_min_depth = integer(reader, "rules.influence_min_depth");
    rules->coverage_days = integer(reader, "rules.coverage_days");
    rules->account_fallback = taki_config_bool(config, "rules.account_fallback");
    rules->allocate_overhead = taki_config_bool(config, "rules.allocate_overhead");
    rules->score_threshold = integer(reader, "rules.score_threshold");
    rules->sla_us[TAKI_STAGE_MQL] = integer(reader, "rules.sla_hours.MKT_IS") * 3600 * TAKI_US_PER_SECOND;
    rules->sla_us[TAKI_STAGE_PSQL] = integer(reader, "rules.sla_hours.IS_FS") * 3600 * TAKI_US_PER_SECOND;
}

enum taki_status taki_rules_new(struct taki_run *run, taki_instant as_of, struct taki_rules **out,
                                struct taki_error *err)
{
    struct taki_rules *rules = TAKI_NEW(run->arena, struct taki_rules);
    struct reader reader = {run, rules, 0};
    rules->limits = taki_limits_default(run->zone, as_of);
    taki_str currency = taki_config_text(run->config, "business.currency");
    if (!taki_currency_parse(currency, &rules->currency)) {
        taki_say("business.currency: got '%.*s', want an ISO 4217 code", TAKI_STR_ARG(currency));
        reader.problems++;
    }
    rules->money_digits = taki_currency_digits(rules->currency);
    read_limits(&reader);
    read_numbers(&reader);
    read_stages(&reader);
    read_thresholds(&reader);
    read_cells(&reader);
    read_depths(&reader);
    read_weights(&reader);
    read_bant_fields(&reader);
    read_sources(&reader);
    read_excludes(&reader);
    read_rule(&reader, rule_node(&reader, "rules.target_lead"), TAKI_STR("target_lead"), &rules->target_lead);
    read_rule(&reader, rule_node(&reader, "rules.mql"), TAKI_STR("mql"), &rules->mql);
    read_rule(&reader, rule_node(&reader, "rules.follow"), TAKI_STR("follow"), &rules->follow);
    rules->maps = taki_rule_maps_new(run, &reader.problems);
    *out = rules;
    if (reader.problems > 0) {
        return taki_fail(err, TAKI_USAGE, "%zu problems in the rules and maps of '%s'", reader.problems,
                         taki_config_path(run->config));
    }
    return TAKI_OK;
}

enum taki_role taki_rules_role(const struct taki_rules *rules, taki_str source)
{
    for (size_t i = 0; i < rules->source_count; i++) {
        if (taki_str_equal(rules->sources[i].name, source))
            return rules->sources[i].role;
    }
    return TAKI_ROLE_OTHER;
}

const struct taki_depth *taki_rules_depth(const struct taki_rules *rules, taki_str type)
{
    static const struct taki_depth unlisted = {"", 0, false};
    for (size_t i = 0; i < rules->depth_count; i++) {
        if (taki_str_is(type, rules->depths[i].type))
            return &rules->depths[i];
    }
    return &unlisted;
}

const struct taki_kgi_weights *taki_rules_weights(const struct taki_rules *rules, taki_str phase)
{
    for (size_t i = 0; i < rules->weight_count; i++) {
        if (taki_str_equal_nocase(rules->weights[i].phase, phase))
            return &rules->weights[i];
    }
    return taki_rules_weights(rules, TAKI_STR("growth"));
}

const struct taki_expression *taki_rule_at(const struct taki_rule *rule, taki_date date)
{
    const struct taki_expression *when = NULL;
    for (size_t i = 0; i < rule->count && rule->versions[i].valid_from.days <= date.days; i++)
        when = rule->versions[i].when;
    return when;
}
