#include "facts.h"

#include <stdlib.h>
#include <string.h>

struct taki_user_dim {
    const struct taki_user **versions; /* by valid_from */
    size_t count;
};

static const void *rows_of(const struct taki_facts *facts, enum taki_entity entity, size_t *count)
{
    return taki_store_rows(facts->store, entity, count);
}

static taki_str ref_of(struct taki_arena *arena, const struct taki_head *head)
{
    return taki_str_of(
        taki_arena_format(arena, "%.*s:%.*s", TAKI_STR_ARG(head->source), TAKI_STR_ARG(head->source_id)));
}

static int by_validity(const void *left, const void *right)
{
    const struct taki_user *a = *(const struct taki_user *const *)left, *b = *(const struct taki_user *const *)right;
    if (a->valid_from.days != b->valid_from.days)
        return a->valid_from.days < b->valid_from.days ? -1 : 1;
    return taki_str_compare(a->object, b->object);
}

void taki_facts_users(struct taki_facts *facts)
{
    size_t count;
    const struct taki_user *rows = rows_of(facts, TAKI_ENTITY_USER, &count);
    struct taki_arena *arena = facts->run->arena;
    facts->users = taki_map_new(arena, count);
    for (size_t i = 0; i < count; i++) {
        bool is_new;
        uint64_t *slot = taki_map_put(facts->users, ref_of(arena, (const struct taki_head *)&rows[i]), &is_new);
        if (is_new)
            *slot = (uint64_t)(uintptr_t)TAKI_NEW(arena, struct taki_user_dim);
        struct taki_user_dim *user = (struct taki_user_dim *)(uintptr_t)*slot; // NOLINT(performance-no-int-to-ptr)
        const struct taki_user **versions = TAKI_NEW_ARRAY(arena, user->count + 1, const struct taki_user *);
        if (user->count > 0)
            memcpy(versions, user->versions, user->count * sizeof *versions);
        versions[user->count++] = &rows[i];
        qsort(versions, user->count, sizeof *versions, by_validity);
        user->versions = versions;
    }
}

static const struct taki_user *user_at(const struct taki_facts *facts, taki_str ref, taki_date date)
{
    const uint64_t *slot = taki_str_is_blank(ref) ? NULL : taki_map_find(facts->users, ref);
    if (!slot)
        return NULL;
    const struct taki_user_dim *user =
        (const struct taki_user_dim *)(uintptr_t)*slot; // NOLINT(performance-no-int-to-ptr)
    const struct taki_user *found = user->versions[0];
    for (size_t i = 0; i < user->count; i++) {
        const struct taki_user *version = user->versions[i];
        bool has_ended = !taki_date_is_null(version->valid_to) && version->valid_to.days < date.days;
        if (version->valid_from.days <= date.days && !has_ended)
            found = version;
    }
    return found;
}

/* A user by name first, then the narrower of role and profile: a role says the team, a profile the licence. */
enum taki_function taki_facts_function(const struct taki_facts *facts, taki_str user, taki_str named, taki_date date)
{
    enum taki_function function = taki_function_find(named);
    const struct taki_user *record = function == TAKI_FUNCTION_NONE ? user_at(facts, user, date) : NULL;
    if (!record)
        return function;
    const struct {
        const char *field;
        taki_str value;
    } places[] = {
        {"User",       record->source_id },
        {"UserRole",   record->role      },
        {"Profile",    record->profile   },
        {"Department", record->department},
        {"Team",       record->team      },
    };
    for (size_t i = 0; i < TAKI_LEN(places); i++) {
        struct taki_place place = {record->source, record->object, taki_str_of(places[i].field)};
        function = taki_function_find(taki_rules_map(facts->rules, TAKI_MAP_USER_FUNCTION, place, places[i].value));
        if (function != TAKI_FUNCTION_NONE)
            return function;
    }
    return taki_function_find(record->function);
}

taki_str taki_facts_team(const struct taki_facts *facts, taki_str user, taki_date date)
{
    const struct taki_user *record = user_at(facts, user, date);
    if (!record)
        return TAKI_STR_NULL;
    return !taki_str_is_blank(record->team) ? record->team : record->role;
}

bool taki_facts_is_marketing(const struct taki_facts *facts, uint32_t campaign)
{
    return campaign != TAKI_NO_INDEX && facts->campaigns[campaign].owner == TAKI_FUNCTION_MARKETING;
}

taki_str taki_size_band(int64_t employees)
{
    static const struct {
        int64_t from;
        taki_str name;
    } bands[] = {
        {1000, TAKI_STR_INIT("1000+")  },
        {300,  TAKI_STR_INIT("300-999")},
        {50,   TAKI_STR_INIT("50-299") },
        {1,    TAKI_STR_INIT("1-49")   },
    };
    for (size_t i = 0; i < TAKI_LEN(bands); i++) {
        if (employees >= bands[i].from)
            return bands[i].name;
    }
    return TAKI_STR_NULL;
}

/* Words of the sources: closed and won opportunity stages, successful member statuses. */
static void vocabulary(struct taki_facts *facts)
{
    size_t count;
    const struct taki_vocabulary *rows = rows_of(facts, TAKI_ENTITY_VOCABULARY, &count);
    struct taki_arena *arena = facts->run->arena;
    facts->stage_words = taki_map_new(arena, 64);
    facts->status_success = taki_map_new(arena, 64);
    for (size_t i = 0; i < count; i++) {
        const struct taki_vocabulary *row = &rows[i];
        bool is_new, is_stage = taki_str_is(row->kind, "opportunity_stage");
        bool is_status = taki_str_is(row->kind, "member_status") || taki_str_is(row->kind, "channel_status");
        taki_str scope = is_stage ? row->source : row->parent;
        taki_str key =
            taki_str_of(taki_arena_format(arena, "%.*s\x1f%.*s", TAKI_STR_ARG(scope), TAKI_STR_ARG(row->label)));
        if (is_stage && (row->is_won == 1 || row->is_closed == 1)) {
            *taki_map_put_borrowed(facts->stage_words, key, &is_new) =
                row->is_won == 1 ? TAKI_STAGE_WON : TAKI_STAGE_LOST;
        }
        if (is_status && row->is_success == 1)
            *taki_map_put_borrowed(facts->status_success, key, &is_new) = 1;
    }
}

enum taki_stage taki_facts_deal_stage(const struct taki_facts *facts, const struct taki_deal_dim *deal, taki_str raw,
                                      bool *is_known)
{
    struct taki_place place = {deal->record->source, deal->record->object, TAKI_STR("StageName")};
    taki_str mapped = taki_rules_map(facts->rules, TAKI_MAP_STAGE, place, raw);
    if (taki_str_is_null(mapped)) {
        place.field = TAKI_STR("stage");
        mapped = taki_rules_map(facts->rules, TAKI_MAP_STAGE, place, raw);
    }
    if (taki_str_is_null(mapped) && taki_str_is(place.object, "Opportunity") == false) {
        place.object = TAKI_STR("Opportunity");
        place.field = TAKI_STR("StageName");
        mapped = taki_rules_map(facts->rules, TAKI_MAP_STAGE, place, raw);
    }
    *is_known = !taki_str_is_null(mapped);
    if (*is_known)
        return taki_stage_find(mapped);
    char bytes[512];
    if (raw.size + place.source.size + 1 < sizeof bytes) {
        memcpy(bytes, place.source.data, place.source.size);
        bytes[place.source.size] = '\x1f';
        if (raw.size > 0)
            memcpy(bytes + place.source.size + 1, raw.data, raw.size);
        const uint64_t *word = taki_map_find(facts->stage_words, (taki_str){bytes, place.source.size + 1 + raw.size});
        *is_known = word != NULL;
        if (word)
            return (enum taki_stage) * word;
    }
    enum taki_stage canonical = taki_stage_find(raw);
    *is_known = canonical != TAKI_STAGE_NONE;
    return canonical;
}

static uint32_t target_account(const struct taki_facts *facts, const struct taki_target_list *row)
{
    uint32_t account =
        taki_str_is_blank(row->account) ? TAKI_NO_INDEX : taki_golden_account_of(facts->golden, row->account);
    if (account != TAKI_NO_INDEX)
        return account;
    return taki_golden_account_match(facts->golden, row->company_name, row->website, row->corporate_number);
}

/* Newest version <= as_of of each list (5.9). */
static bool is_in_force(const struct taki_facts *facts, const struct taki_target_list *rows, size_t count, size_t i)
{
    if (rows[i].version.days > facts->today.days)
        return false;
    for (size_t k = 0; k < count; k++) {
        if (taki_str_equal(rows[k].list_id, rows[i].list_id) && rows[k].version.days <= facts->today.days &&
            rows[k].version.days > rows[i].version.days)
            return false;
    }
    return true;
}

/* One in_force answer a (list, version): lists are long, their versions few. */
static void targets(struct taki_facts *facts)
{
    size_t count;
    const struct taki_target_list *rows = rows_of(facts, TAKI_ENTITY_TARGET_LIST, &count);
    struct taki_arena *arena = facts->run->arena;
    struct taki_target *targets = TAKI_NEW_ARRAY(arena, facts->account_count, struct taki_target);
    struct taki_map *judged = taki_map_new(arena, 16);
    for (size_t i = 0; i < count; i++) {
        bool is_new;
        taki_str key =
            taki_str_of(taki_arena_format(arena, "%.*s/%d", TAKI_STR_ARG(rows[i].list_id), (int)rows[i].version.days));
        uint64_t *judgement = taki_map_put_borrowed(judged, key, &is_new);
        if (is_new)
            *judgement = is_in_force(facts, rows, count, i);
        uint32_t account = *judgement == 1 ? target_account(facts, &rows[i]) : TAKI_NO_INDEX;
        bool keeps_out =
            rows[i].include_customers == 0 && account != TAKI_NO_INDEX && facts->accounts[account].is_customer;
        if (account == TAKI_NO_INDEX || keeps_out)
            continue;
        targets[account].is_target = true;
        if (taki_str_is_blank(targets[account].tier))
            targets[account].tier = rows[i].tier;
    }
    facts->targets = targets;
    facts->has_target_list = count > 0;
}

uint32_t taki_facts_campaign(const struct taki_facts *facts, taki_str ref)
{
    const uint64_t *slot = taki_str_is_blank(ref) ? NULL : taki_map_find(facts->campaign_of, ref);
    return slot ? (uint32_t)*slot : TAKI_NO_INDEX;
}

uint32_t taki_facts_deal(const struct taki_facts *facts, taki_str ref)
{
    const uint64_t *slot = taki_str_is_blank(ref) ? NULL : taki_map_find(facts->deal_of, ref);
    return slot ? (uint32_t)*slot : TAKI_NO_INDEX;
}

enum taki_status taki_facts_new(struct taki_run *run, const struct taki_store *store, const struct taki_golden *golden,
                                const struct taki_rules *rules, struct taki_facts **out, struct taki_error *err)
{
    (void)err;
    struct taki_facts *facts = TAKI_NEW(run->arena, struct taki_facts);
    size_t count;
    facts->run = run;
    facts->store = store;
    facts->rules = rules;
    facts->golden = golden;
    facts->persons = taki_golden_persons(golden, &facts->person_count);
    facts->accounts = taki_golden_accounts(golden, &facts->account_count);
    facts->today = taki_zone_date(rules->limits.zone, rules->limits.as_of);
    const struct taki_fx_rate *rates = rows_of(facts, TAKI_ENTITY_FX_RATE, &count);
    facts->fx = taki_fx_new(run->arena, rules, rates, count);
    taki_facts_users(facts);
    vocabulary(facts);
    targets(facts);
    taki_facts_campaigns(facts);
    taki_facts_deals(facts);
    *out = facts;
    return TAKI_OK;
}
