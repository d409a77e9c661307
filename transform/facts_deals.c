#include "facts.h"

#include <stdlib.h>
#include <string.h>

static int by_id(const void *left, const void *right)
{
    return taki_str_compare(((const struct taki_deal_dim *)left)->id, ((const struct taki_deal_dim *)right)->id);
}

static taki_str mapped(const struct taki_facts *facts, enum taki_map_kind kind, const struct taki_opportunity *row,
                       const char *field, const char *name, taki_str value)
{
    struct taki_place place = {row->source, row->object, taki_str_of(field)};
    taki_str found = taki_rules_map(facts->rules, kind, place, value);
    place.field = taki_str_of(name);
    return taki_str_is_null(found) ? taki_rules_value(facts->rules, kind, place, value) : found;
}

static taki_date created_on(const struct taki_facts *facts, const struct taki_opportunity *row)
{
    return taki_instant_is_null(row->created_at) ? facts->today
                                                 : taki_zone_date(facts->rules->limits.zone, row->created_at);
}

static void describe(const struct taki_facts *facts, struct taki_deal_dim *deal)
{
    const struct taki_opportunity *row = deal->record;
    taki_date created = created_on(facts, row);
    uint32_t account =
        taki_str_is_blank(row->account) ? TAKI_NO_INDEX : taki_golden_account_of(facts->golden, row->account);
    deal->account = account;
    deal->primary = taki_facts_campaign(facts, row->primary_campaign);
    deal->creator = taki_facts_function(facts, row->creator, row->creator_function, created);
    deal->owner = taki_facts_function(facts, row->owner, row->owner_function, facts->today);
    deal->owner_team = taki_facts_team(facts, row->owner, facts->today);
    deal->motion = mapped(facts, TAKI_MAP_OPPORTUNITY_TYPE, row, "Type", "type", row->type);
    if (taki_str_is_null(deal->motion))
        deal->motion = TAKI_STR("new");
    deal->loss_class = mapped(facts, TAKI_MAP_LOSS_REASON, row, "Loss_Reason__c", "loss_reason", row->loss_reason);
    deal->has_currency = taki_fx_currency(facts->fx, row->currency, &deal->currency);
    deal->converted = TAKI_INSTANT_NULL;
    deal->lead = deal->previous = TAKI_NO_INDEX;
}

static int role_order(const void *left, const void *right)
{
    const struct taki_role_dim *a = left, *b = right;
    if (a->deal != b->deal)
        return a->deal < b->deal ? -1 : 1;
    if (a->person != b->person)
        return a->person < b->person ? -1 : 1;
    if (a->is_primary != b->is_primary)
        return a->is_primary ? -1 : 1;
    return a->added.us == b->added.us ? 0 : (a->added.us < b->added.us ? -1 : 1);
}

/* One row a (deal, person): primary wins, the earliest addition counts. */
static void add_roles(struct taki_facts *facts)
{
    size_t count, kept = 0;
    const struct taki_contact_role *rows = taki_store_rows(facts->store, TAKI_ENTITY_CONTACT_ROLE, &count);
    struct taki_role_dim *roles = TAKI_NEW_ARRAY(facts->run->arena, count, struct taki_role_dim);
    for (size_t i = 0; i < count; i++) {
        struct taki_role_dim role = {taki_facts_deal(facts, rows[i].opportunity),
                                     taki_golden_person_of(facts->golden, rows[i].person), rows[i].is_primary == 1,
                                     rows[i].added_at};
        if (role.deal != TAKI_NO_INDEX && role.person != TAKI_NO_INDEX)
            roles[kept++] = role;
    }
    if (kept > 1)
        qsort(roles, kept, sizeof *roles, role_order);
    for (size_t i = 0; i < kept; i++) {
        struct taki_role_dim *last = facts->role_count > 0 ? &roles[facts->role_count - 1] : NULL;
        if (!last || last->deal != roles[i].deal || last->person != roles[i].person) {
            roles[facts->role_count++] = roles[i];
        } else if (roles[i].added.us < last->added.us) {
            last->added = roles[i].added;
        }
    }
    facts->roles = roles;
    for (uint32_t i = 0; i < facts->role_count; i++) {
        struct taki_deal_dim *deal = &facts->deals[roles[i].deal];
        if (deal->role_end == 0)
            deal->role_begin = i;
        deal->role_end = i + 1;
    }
}

/* A pair that sorts an index by an owner; owners without number go last. */
struct owned {
    uint32_t owner, index;
};

static int owned_order(const void *left, const void *right)
{
    const struct owned *a = left, *b = right;
    if (a->owner != b->owner)
        return a->owner < b->owner ? -1 : 1;
    return a->index < b->index ? -1 : a->index > b->index;
}

static uint32_t *sorted_by_owner(struct taki_arena *arena, struct owned *pairs, size_t count)
{
    uint32_t *order = TAKI_NEW_ARRAY(arena, count, uint32_t);
    if (count > 1)
        qsort(pairs, count, sizeof *pairs, owned_order);
    for (size_t i = 0; i < count; i++)
        order[i] = pairs[i].index;
    return order;
}

static void index_accounts_and_roles(struct taki_facts *facts)
{
    struct taki_arena *arena = facts->run->arena;
    struct owned *pairs = TAKI_NEW_ARRAY(arena, facts->deal_count, struct owned);
    for (uint32_t i = 0; i < facts->deal_count; i++)
        pairs[i] = (struct owned){facts->deals[i].account, i};
    facts->deals_by_account = sorted_by_owner(arena, pairs, facts->deal_count);
    pairs = TAKI_NEW_ARRAY(arena, facts->role_count, struct owned);
    for (uint32_t i = 0; i < facts->role_count; i++)
        pairs[i] = (struct owned){facts->roles[i].person, i};
    facts->roles_by_person = sorted_by_owner(arena, pairs, facts->role_count);
}

/* Lead conversion names the deal; with several the earliest conversion counts, then the least person id. */
static void conversions(struct taki_facts *facts)
{
    for (uint32_t p = 0; p < facts->person_count; p++) {
        const struct taki_golden_person *person = &facts->persons[p];
        for (uint32_t m = 0; m < person->member_count; m++) {
            const struct taki_person *member = person->members[m];
            uint32_t index = taki_facts_deal(facts, member->converted_opportunity);
            if (index == TAKI_NO_INDEX)
                continue;
            struct taki_deal_dim *deal = &facts->deals[index];
            if (deal->lead == TAKI_NO_INDEX)
                deal->lead = p;
            if (deal->lead != p || taki_date_is_null(member->converted_at) || !taki_instant_is_null(deal->converted))
                continue;
            deal->converted = taki_zone_day_end(facts->rules->limits.zone, member->converted_at);
            deal->converted_ref = taki_str_of(taki_arena_format(
                facts->run->arena, "%.*s:%.*s", TAKI_STR_ARG(member->source), TAKI_STR_ARG(member->source_id)));
        }
    }
}

void taki_facts_deals(struct taki_facts *facts)
{
    struct taki_arena *arena = facts->run->arena;
    const struct taki_opportunity *rows = taki_store_rows(facts->store, TAKI_ENTITY_OPPORTUNITY, &facts->deal_count);
    facts->deals = TAKI_NEW_ARRAY(arena, facts->deal_count, struct taki_deal_dim);
    facts->deal_of = taki_map_new(arena, facts->deal_count);
    for (size_t i = 0; i < facts->deal_count; i++) {
        facts->deals[i].record = &rows[i];
        facts->deals[i].id = taki_str_of(
            taki_arena_format(arena, "%.*s:%.*s", TAKI_STR_ARG(rows[i].source), TAKI_STR_ARG(rows[i].source_id)));
    }
    if (facts->deal_count > 1)
        qsort(facts->deals, facts->deal_count, sizeof *facts->deals, by_id);
    bool is_new;
    for (uint32_t i = 0; i < facts->deal_count; i++)
        *taki_map_put_borrowed(facts->deal_of, facts->deals[i].id, &is_new) = i;
    for (uint32_t i = 0; i < facts->deal_count; i++)
        describe(facts, &facts->deals[i]);
    for (uint32_t i = 0; i < facts->deal_count; i++)
        facts->deals[i].previous = taki_facts_deal(facts, facts->deals[i].record->previous_opportunity);
    add_roles(facts);
    conversions(facts);
    index_accounts_and_roles(facts);
}

static uint32_t primary_of(const struct taki_facts *facts, const struct taki_deal_dim *deal)
{
    for (uint32_t i = deal->role_begin; i < deal->role_end; i++) {
        if (facts->roles[i].is_primary)
            return facts->roles[i].person;
    }
    return TAKI_NO_INDEX;
}

bool taki_facts_needs_responses(const struct taki_facts *facts)
{
    for (size_t i = 0; i < facts->deal_count; i++) {
        const struct taki_deal_dim *deal = &facts->deals[i];
        if (deal->lead == TAKI_NO_INDEX && deal->role_end > deal->role_begin + 1 &&
            primary_of(facts, deal) == TAKI_NO_INDEX)
            return true;
    }
    return false;
}

/* 5.3: contact role with the earliest response; ties by person id, which is the order of indexes. */
static uint32_t earliest(const struct taki_facts *facts, const struct taki_deal_dim *deal,
                         const int64_t *first_response)
{
    uint32_t best = TAKI_NO_INDEX;
    for (uint32_t i = deal->role_begin; i < deal->role_end; i++) {
        uint32_t person = facts->roles[i].person;
        if (best == TAKI_NO_INDEX || (first_response && first_response[person] < first_response[best]))
            best = person;
    }
    return best;
}

void taki_facts_leads(struct taki_facts *facts, const int64_t *first_response)
{
    struct owned *pairs = TAKI_NEW_ARRAY(facts->run->arena, facts->deal_count, struct owned);
    for (uint32_t i = 0; i < facts->deal_count; i++) {
        struct taki_deal_dim *deal = &facts->deals[i];
        if (deal->lead == TAKI_NO_INDEX)
            deal->lead = primary_of(facts, deal);
        if (deal->lead == TAKI_NO_INDEX)
            deal->lead = earliest(facts, deal, first_response);
        pairs[i] = (struct owned){deal->lead, i};
    }
    facts->deals_by_lead = sorted_by_owner(facts->run->arena, pairs, facts->deal_count);
}

/* Run of entries of @p order whose owner is @p owner, by binary search for its begin. */
static const uint32_t *run_of(const struct taki_facts *facts, const uint32_t *order, size_t total, uint32_t owner,
                              uint32_t (*owner_of)(const struct taki_facts *, uint32_t), size_t *count)
{
    size_t low = 0, high = total;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (owner_of(facts, order[middle]) < owner) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    size_t end = low;
    while (end < total && owner_of(facts, order[end]) == owner)
        end++;
    *count = end - low;
    return order + low;
}

static uint32_t lead_of(const struct taki_facts *facts, uint32_t deal)
{
    return facts->deals[deal].lead;
}

static uint32_t account_of(const struct taki_facts *facts, uint32_t deal)
{
    return facts->deals[deal].account;
}

static uint32_t person_of(const struct taki_facts *facts, uint32_t role)
{
    return facts->roles[role].person;
}

const uint32_t *taki_facts_led(const struct taki_facts *facts, uint32_t person, size_t *count)
{
    return run_of(facts, facts->deals_by_lead, facts->deal_count, person, lead_of, count);
}

const uint32_t *taki_facts_account_deals(const struct taki_facts *facts, uint32_t account, size_t *count)
{
    return run_of(facts, facts->deals_by_account, facts->deal_count, account, account_of, count);
}

const uint32_t *taki_facts_roles_of(const struct taki_facts *facts, uint32_t person, size_t *count)
{
    return run_of(facts, facts->roles_by_person, facts->role_count, person, person_of, count);
}
