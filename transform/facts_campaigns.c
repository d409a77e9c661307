#include "facts.h"

#include "taki/json.h"

#include <stdlib.h>
#include <string.h>

/* One campaign may stand in MA and SFA; same_as joins them as identity joins persons. */
struct joining {
    struct taki_facts *facts;
    const struct taki_campaign *rows;
    size_t count;
    uint32_t *root;
    taki_str *refs;
    struct taki_map *row_of;
};

static uint32_t root_of(const struct joining *joining, uint32_t i)
{
    while (joining->root[i] != i)
        i = joining->root[i];
    return i;
}

/* Survivor: least (created_at, source, source_id) (domain.md 5.9). */
static bool is_elder(const struct taki_campaign *a, const struct taki_campaign *b)
{
    int64_t first = taki_instant_is_null(a->created_at) ? INT64_MAX : a->created_at.us;
    int64_t second = taki_instant_is_null(b->created_at) ? INT64_MAX : b->created_at.us;
    if (first != second)
        return first < second;
    int order = taki_str_compare(a->source, b->source);
    return order != 0 ? order < 0 : taki_str_compare(a->source_id, b->source_id) < 0;
}

static void join(struct joining *joining, uint32_t a, uint32_t b)
{
    a = root_of(joining, a);
    b = root_of(joining, b);
    if (a == b)
        return;
    bool a_stays = is_elder(&joining->rows[a], &joining->rows[b]);
    joining->root[a_stays ? b : a] = a_stays ? a : b;
}

static void join_listed(struct joining *joining, uint32_t i)
{
    struct taki_arena *arena = joining->facts->run->arena;
    struct taki_json json;
    taki_str list = joining->rows[i].same_as;
    if (taki_str_is_blank(list) || taki_json_parse(arena, list, NULL, &json, NULL) != TAKI_OK)
        return;
    for (const struct taki_json_node *node = taki_json_first(&json, &json.nodes[0]); node;
         node = taki_json_next(&json, &json.nodes[0], node)) {
        const uint64_t *other = taki_map_find(joining->row_of, taki_json_text(arena, node));
        if (other)
            join(joining, i, (uint32_t)*other);
    }
}

static int by_id(const void *left, const void *right)
{
    return taki_str_compare(((const struct taki_campaign_dim *)left)->id,
                            ((const struct taki_campaign_dim *)right)->id);
}

static taki_str mapped(const struct taki_facts *facts, enum taki_map_kind kind, const struct taki_campaign *row,
                       const char *field, const char *name, taki_str value)
{
    struct taki_place place = {row->source, row->object, taki_str_of(field)};
    taki_str found = taki_rules_map(facts->rules, kind, place, value);
    place.field = taki_str_of(name);
    return taki_str_is_null(found) ? taki_rules_value(facts->rules, kind, place, value) : found;
}

static void keep(taki_str *here, taki_str value)
{
    if (taki_str_is_blank(*here) && !taki_str_is_blank(value))
        *here = value;
}

static enum taki_function owner_of(const struct taki_facts *facts, const struct taki_campaign *row)
{
    enum taki_function owner = taki_facts_function(facts, row->owner, row->owner_function, facts->today);
    bool says_nothing = owner == TAKI_FUNCTION_NONE || owner == TAKI_FUNCTION_SYSTEM || owner == TAKI_FUNCTION_OTHER;
    return says_nothing ? TAKI_FUNCTION_MARKETING : owner;
}

static void describe(const struct taki_facts *facts, struct taki_campaign_dim *dim, const struct taki_campaign *row)
{
    keep(&dim->name, row->name);
    /* The type of a campaign also tells what it is for, where neither a field nor a map does. */
    keep(&dim->channel, mapped(facts, TAKI_MAP_CHANNEL, row, "Type", "channel", row->channel));
    keep(&dim->objective, mapped(facts, TAKI_MAP_OBJECTIVE, row, "Type", "objective", row->objective));
    keep(&dim->objective, mapped(facts, TAKI_MAP_OBJECTIVE, row, "Type", "channel", row->channel));
    keep(&dim->budget_category,
         mapped(facts, TAKI_MAP_BUDGET_CATEGORY, row, "Type", "budget_category", row->budget_category));
    keep(&dim->content_stage, mapped(facts, TAKI_MAP_CONTENT_STAGE, row, "Type", "content_stage", row->content_stage));
    keep(&dim->content_stage, mapped(facts, TAKI_MAP_CONTENT_STAGE, row, "Type", "channel", row->channel));
    keep(&dim->vendor, row->vendor);
    keep(&dim->phase, row->phase);
    if (taki_date_is_null(dim->start))
        dim->start = row->start_date;
    if (taki_date_is_null(dim->end))
        dim->end = row->end_date;
    enum taki_function owner = owner_of(facts, row);
    if (dim->owner == TAKI_FUNCTION_NONE || dim->owner == TAKI_FUNCTION_MARKETING)
        dim->owner = owner;
}

static void add_dims(struct joining *joining)
{
    struct taki_facts *facts = joining->facts;
    facts->campaigns = TAKI_NEW_ARRAY(facts->run->arena, joining->count, struct taki_campaign_dim);
    for (uint32_t i = 0; i < joining->count; i++) {
        if (root_of(joining, i) != i)
            continue;
        facts->campaigns[facts->campaign_count++] = (struct taki_campaign_dim){
            .id = joining->refs[i], .start = TAKI_DATE_NULL, .end = TAKI_DATE_NULL, .cost = TAKI_I64_NULL};
    }
    if (facts->campaign_count > 1)
        qsort(facts->campaigns, facts->campaign_count, sizeof *facts->campaigns, by_id);
    struct taki_map *index = taki_map_new(facts->run->arena, facts->campaign_count);
    bool is_new;
    for (uint32_t i = 0; i < facts->campaign_count; i++)
        *taki_map_put_borrowed(index, facts->campaigns[i].id, &is_new) = i;
    for (uint32_t i = 0; i < joining->count; i++) {
        uint64_t of = *taki_map_find(index, joining->refs[root_of(joining, i)]);
        *taki_map_put_borrowed(facts->campaign_of, joining->refs[i], &is_new) = of;
        describe(facts, &facts->campaigns[of], &joining->rows[i]);
    }
}

/* Topmost ancestor; a circle ends at the campaign it came from. */
static void add_parents(struct joining *joining)
{
    struct taki_facts *facts = joining->facts;
    uint32_t *up = TAKI_NEW_ARRAY(facts->run->arena, facts->campaign_count, uint32_t);
    for (uint32_t i = 0; i < facts->campaign_count; i++)
        up[i] = i;
    for (uint32_t i = 0; i < joining->count; i++) {
        uint32_t parent = taki_facts_campaign(facts, joining->rows[i].parent);
        if (parent != TAKI_NO_INDEX)
            up[taki_facts_campaign(facts, joining->refs[i])] = parent;
    }
    for (uint32_t i = 0; i < facts->campaign_count; i++) {
        uint32_t top = i;
        for (uint32_t steps = 0; up[top] != top && steps < facts->campaign_count; steps++)
            top = up[top];
        facts->campaigns[i].parent = top;
    }
}

static int64_t plus(int64_t sum, int64_t amount)
{
    if (amount == TAKI_I64_NULL)
        return sum;
    return sum == TAKI_I64_NULL ? amount : sum + amount;
}

static int64_t converted(const struct taki_facts *facts, taki_str amount, taki_str code, taki_date date)
{
    taki_currency currency;
    if (!taki_fx_currency(facts->fx, code, &currency))
        return TAKI_I64_NULL;
    return taki_fx_convert(facts->fx, taki_fx_parse(amount, currency), currency, date);
}

/* Actual costs of months up to as_of, at the rate of the last day of their month (domain.md 1, 6.10). */
static void add_costs(struct joining *joining)
{
    struct taki_facts *facts = joining->facts;
    size_t count;
    const struct taki_campaign_cost *rows = taki_store_rows(facts->store, TAKI_ENTITY_CAMPAIGN_COST, &count);
    facts->overhead_cost = TAKI_I64_NULL;
    for (size_t i = 0; i < count; i++) {
        if (rows[i].period.days > facts->today.days || taki_str_is(rows[i].kind, "planned"))
            continue;
        taki_date last = taki_date_is_null(rows[i].period) ? facts->today : taki_date_add_months(rows[i].period, 1);
        last.days -= taki_date_is_null(rows[i].period) ? 0 : 1;
        int64_t amount = converted(facts, rows[i].amount, rows[i].currency, last);
        uint32_t campaign = taki_facts_campaign(facts, rows[i].campaign);
        int64_t *sum = campaign == TAKI_NO_INDEX ? &facts->overhead_cost : &facts->campaigns[campaign].cost;
        *sum = plus(*sum, amount);
    }
    for (uint32_t i = 0; i < joining->count; i++) {
        struct taki_campaign_dim *dim = &facts->campaigns[taki_facts_campaign(facts, joining->refs[i])];
        taki_date date = !taki_date_is_null(dim->end) && dim->end.days < facts->today.days ? dim->end : facts->today;
        if (dim->cost == TAKI_I64_NULL)
            dim->cost = converted(facts, joining->rows[i].actual_cost, joining->rows[i].currency, date);
    }
}

void taki_facts_campaigns(struct taki_facts *facts)
{
    struct taki_arena *arena = facts->run->arena;
    struct joining joining = {.facts = facts};
    joining.rows = taki_store_rows(facts->store, TAKI_ENTITY_CAMPAIGN, &joining.count);
    joining.root = TAKI_NEW_ARRAY(arena, joining.count, uint32_t);
    joining.refs = TAKI_NEW_ARRAY(arena, joining.count, taki_str);
    joining.row_of = taki_map_new(arena, joining.count);
    facts->campaign_of = taki_map_new(arena, joining.count);
    bool is_new;
    for (uint32_t i = 0; i < joining.count; i++) {
        joining.root[i] = i;
        joining.refs[i] = taki_str_of(taki_arena_format(arena, "%.*s:%.*s", TAKI_STR_ARG(joining.rows[i].source),
                                                        TAKI_STR_ARG(joining.rows[i].source_id)));
        *taki_map_put_borrowed(joining.row_of, joining.refs[i], &is_new) = i;
    }
    for (uint32_t i = 0; i < joining.count; i++)
        join_listed(&joining, i);
    add_dims(&joining);
    add_parents(&joining);
    add_costs(&joining);
}
