/**
 * @file rules.h
 * The configuration that transform computes by, typed (domain.md 10), and the value maps of taki.yml.
 *
 * A map is found by "source:Object.Field", "source:Field", "Object.Field" or "Field", in this order; history objects
 * are named by their parent (LeadHistory: Lead). Canonical values need no map.
 */
#ifndef TAKI_TRANSFORM_RULES_H
#define TAKI_TRANSFORM_RULES_H

#include "expression.h"
#include "waterfall/limits.h"

#include "taki/app.h"
#include "taki/money.h"

enum taki_map_kind {
    TAKI_MAP_STAGE,
    TAKI_MAP_USER_FUNCTION,
    TAKI_MAP_LOSS_REASON,
    TAKI_MAP_CHANNEL,
    TAKI_MAP_OBJECTIVE,
    TAKI_MAP_BUDGET_CATEGORY,
    TAKI_MAP_CONTENT_STAGE,
    TAKI_MAP_DEPARTMENT,
    TAKI_MAP_SENIORITY,
    TAKI_MAP_ACTIVITY_TYPE,
    TAKI_MAP_ACTIVITY_OUTCOME,
    TAKI_MAP_OPPORTUNITY_TYPE,
    TAKI_MAP_LEAD_SOURCE,
    TAKI_MAP_KINDS
};

/** "stage", "user_function", ...: the key below `maps`. */
const char *taki_map_kind_name(enum taki_map_kind kind);

struct taki_source_role {
    taki_str name, type; /**< name and type of taki.yml */
    enum taki_role role;
};

/** Source field behind a BANT answer (`sources.<name>.fields.<object>.bant_*`), so that its history dates the answer.
 */
struct taki_bant_field {
    taki_str source, object, name;
    size_t answer; /**< 0 budget, 1 authority, 2 need, 3 timing */
};

struct taki_depth {
    const char *type;
    int64_t depth;
    bool is_response; /**< counts as a response where the source does not say */
};

/** Weights of sourced, influenced and won in kgi_index. */
struct taki_kgi_weights {
    taki_str phase;
    double sourced, influenced, won;
};

/** A named rule out of `rules.exclude`, or one of the single rules; versions by valid_from. */
struct taki_rule_version {
    taki_date valid_from;
    const struct taki_expression *when;
};
struct taki_rule {
    taki_str name;
    const struct taki_rule_version *versions; /**< ascending valid_from */
    size_t count;                             /**< 0 = not configured */
};

struct taki_rules {
    struct taki_limits limits;
    taki_currency currency;
    int money_digits;
    int fiscal_start_month;
    bool label_by_end;
    int64_t min_n;
    double confidence;
    bool fx_fixed;
    int64_t family_gap_days, lookback_days, influence_lookback_days, influence_min_depth, coverage_days;
    bool account_fallback, allocate_overhead;
    int64_t score_threshold;              /**< TAKI_I64_NULL = engagement grid */
    int64_t sla_us[TAKI_STAGE_SUCCESSES]; /**< MQL, PSQL */
    const struct taki_depth *depths;
    size_t depth_count;
    bool mql_cells[4][4]; /**< static A..D x dynamic 1..4 */
    const struct taki_kgi_weights *weights;
    size_t weight_count;
    const struct taki_source_role *sources;
    size_t source_count;
    const struct taki_bant_field *bant_fields;
    size_t bant_field_count;
    struct taki_rule target_lead, mql, follow;
    const struct taki_rule *excludes; /**< name = exclude_reason */
    size_t exclude_count;
    struct taki_rule_maps *maps;
};

/** Reads and checks rules and maps; all problems are said before TAKI_USAGE returns. Lives in run->arena. */
TAKI_NODISCARD enum taki_status taki_rules_new(struct taki_run *run, taki_instant as_of, struct taki_rules **rules,
                                               struct taki_error *err);

/** Where a value stands in its source, for maps and messages. */
struct taki_place {
    taki_str source, object, field;
};

/** Canonical value of @p value, or NULL if no map has it. Thread-safe. */
taki_str taki_rules_map(const struct taki_rules *rules, enum taki_map_kind kind, struct taki_place place,
                        taki_str value);
/** True if `maps` has a table for the place, whatever its values. */
bool taki_rules_has_map(const struct taki_rules *rules, enum taki_map_kind kind, struct taki_place place);
/** Canonical value by map, else @p value itself when it is one of the built-in names, else NULL. */
taki_str taki_rules_value(const struct taki_rules *rules, enum taki_map_kind kind, struct taki_place place,
                          taki_str value);

enum taki_role taki_rules_role(const struct taki_rules *rules, taki_str source);
/** Depth and whether a touch type is a response by default; unlisted types are 0 and no response. */
const struct taki_depth *taki_rules_depth(const struct taki_rules *rules, taki_str type);
const struct taki_kgi_weights *taki_rules_weights(const struct taki_rules *rules, taki_str phase);
/** Version of @p rule in force on @p date, or NULL. */
const struct taki_expression *taki_rule_at(const struct taki_rule *rule, taki_date date);

#endif
