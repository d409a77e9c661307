#include "campaign_result.h"

#include "taki/hash.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define OBJECTIVE_GAP_RESPONDED 30

#define TAKI_ROW struct taki_campaign_result
static const struct taki_field fields[] = {TAKI_CAMPAIGN_RESULT(TAKI_FIELD)};

const struct taki_table taki_table_campaign_result = {
    .name = "campaign_result",
    .meaning = "what each campaign gave, life to date: responses, passes, sourced and influenced pipeline, money and "
               "multiples",
    .kind = "aggregate",
    .fields = fields,
    .field_count = TAKI_LEN(fields),
    .row_size = sizeof(TAKI_ROW),
};

static const char *const level_names[TAKI_LEVELS] = {"all",       "campaign", "channel", "content_stage",
                                                     "objective", "parent",   "vendor"};

/* Cost of one (level, key) and the cost-weighted weights of its campaigns. */
struct spend {
    bool is_known;
    int64_t cost;
    double sourced, influenced, won; /* sums of cost x weight */
};

struct fold {
    struct taki_arena *arena;
    const struct taki_facts *facts;
    const struct taki_book *book, *days;
    struct taki_map *spends; /* key -> index */
    struct spend *spend;
    struct taki_campaign_result *rows;
    size_t count;
};

static taki_str key_text(struct fold *fold, enum taki_campaign_level level, taki_str value)
{
    return taki_str_of(taki_arena_format(fold->arena, "%c%.*s", 'a' + (int)level, TAKI_STR_ARG(value)));
}

static taki_str level_value(const struct taki_facts *facts, enum taki_campaign_level level, uint32_t campaign)
{
    const struct taki_campaign_dim *dim = &facts->campaigns[campaign];
    const taki_str values[TAKI_LEVELS] = {
        [TAKI_LEVEL_ALL] = TAKI_STR("all"),      [TAKI_LEVEL_CAMPAIGN] = dim->id,
        [TAKI_LEVEL_CHANNEL] = dim->channel,     [TAKI_LEVEL_CONTENT_STAGE] = dim->content_stage,
        [TAKI_LEVEL_OBJECTIVE] = dim->objective, [TAKI_LEVEL_PARENT] = facts->campaigns[dim->parent].id,
        [TAKI_LEVEL_VENDOR] = dim->vendor,
    };
    return taki_str_is_blank(values[level]) ? TAKI_STR("(unknown)") : values[level];
}

static struct spend *spend_at(struct fold *fold, taki_str key)
{
    bool is_new;
    uint64_t *slot = taki_map_put(fold->spends, key, &is_new);
    if (is_new)
        *slot = taki_map_count(fold->spends) - 1;
    return &fold->spend[*slot];
}

static void add_spend(struct spend *spend, int64_t cost, const struct taki_kgi_weights *weights)
{
    if (cost == TAKI_I64_NULL)
        return;
    spend->is_known = true;
    spend->cost += cost;
    spend->sourced += (double)cost * weights->sourced;
    spend->influenced += (double)cost * weights->influenced;
    spend->won += (double)cost * weights->won;
}

/* rules.allocate_overhead: costs without a campaign are shared out by direct cost, to the yen. */
static int64_t *costs_of(struct fold *fold, int64_t *overhead)
{
    const struct taki_facts *facts = fold->facts;
    int64_t *costs = TAKI_NEW_ARRAY(fold->arena, facts->campaign_count, int64_t);
    int64_t *parts = TAKI_NEW_ARRAY(fold->arena, facts->campaign_count, int64_t);
    double *weights = TAKI_NEW_ARRAY(fold->arena, facts->campaign_count, double);
    bool has_weight = false;
    for (size_t i = 0; i < facts->campaign_count; i++) {
        costs[i] = facts->campaigns[i].cost;
        weights[i] = costs[i] == TAKI_I64_NULL || costs[i] < 0 ? 0 : (double)costs[i];
        has_weight |= weights[i] > 0;
    }
    *overhead = facts->overhead_cost;
    if (!facts->rules->allocate_overhead || !has_weight || *overhead == TAKI_I64_NULL)
        return costs;
    taki_money_split(*overhead, weights, facts->campaign_count, parts);
    for (size_t i = 0; i < facts->campaign_count; i++)
        costs[i] += costs[i] == TAKI_I64_NULL ? 0 : parts[i];
    *overhead = TAKI_I64_NULL;
    return costs;
}

/* Every campaign gives its levels a row, whether or not anything came of it; overhead stands in `all` and `(none)`
 * (5.9). */
static void add_spends(struct fold *fold)
{
    const struct taki_facts *facts = fold->facts;
    int64_t overhead;
    const int64_t *costs = costs_of(fold, &overhead);
    fold->spends = taki_map_new(fold->arena, facts->campaign_count * 2);
    size_t room = (facts->campaign_count + 1) * TAKI_LEVELS + taki_book_count(fold->book);
    fold->spend = TAKI_NEW_ARRAY(fold->arena, room, struct spend);
    for (uint32_t i = 0; i < facts->campaign_count; i++) {
        const struct taki_kgi_weights *weights = taki_rules_weights(facts->rules, facts->campaigns[i].phase);
        for (enum taki_campaign_level level = TAKI_LEVEL_ALL; level < TAKI_LEVELS; level++)
            add_spend(spend_at(fold, key_text(fold, level, level_value(facts, level, i))), costs[i], weights);
    }
    const struct taki_kgi_weights *growth = taki_rules_weights(facts->rules, TAKI_STR("growth"));
    for (enum taki_campaign_level level = TAKI_LEVEL_ALL; level < TAKI_LEVELS && overhead != TAKI_I64_NULL; level++) {
        add_spend(spend_at(fold, key_text(fold, level, level == TAKI_LEVEL_ALL ? TAKI_STR("all") : TAKI_STR("(none)"))),
                  overhead, growth);
    }
    (void)spend_at(fold, TAKI_STR("aall"));
    for (uint32_t i = 0; i < taki_book_count(fold->book); i++)
        (void)spend_at(fold, taki_book_key(fold->book, i));
}

static double ratio(int64_t numerator, int64_t denominator)
{
    return denominator == 0 ? (double)NAN : (double)numerator / (double)denominator;
}

/* Half to even. */
static int64_t share(int64_t total, int64_t n)
{
    if (n == 0 || total == TAKI_I64_NULL)
        return TAKI_I64_NULL;
    int64_t quotient = total / n, twice = 2 * (total % n);
    if (twice > n || (twice == n && quotient % 2 != 0))
        return quotient + 1;
    if (twice < -n || (twice == -n && quotient % 2 != 0))
        return quotient - 1;
    return quotient;
}

static void fill_counts(struct taki_campaign_result *row, const int64_t *counts)
{
    row->members = counts[TAKI_CAMPAIGN_MEMBERS];
    row->responses = counts[TAKI_CAMPAIGN_RESPONSES];
    row->persons_responded = counts[TAKI_CAMPAIGN_RESPONDED];
    row->new_persons = counts[TAKI_CAMPAIGN_NEW_PERSONS];
    row->n_inq = counts[TAKI_CAMPAIGN_INQ];
    row->n_mql = counts[TAKI_CAMPAIGN_MQL];
    row->n_psql = counts[TAKI_CAMPAIGN_PSQL];
    row->n_psql_direct = counts[TAKI_CAMPAIGN_PSQL_DIRECT];
    row->n_sal = counts[TAKI_CAMPAIGN_SAL];
    row->n_sql = counts[TAKI_CAMPAIGN_SQL];
    row->n_won = counts[TAKI_CAMPAIGN_WON];
    row->direct_cvr = ratio(row->n_psql_direct, row->persons_responded);
    row->sourced_opps = counts[TAKI_CAMPAIGN_SOURCED];
    row->sourced_amount_gross = counts[TAKI_CAMPAIGN_GROSS];
    row->sourced_amount_net = counts[TAKI_CAMPAIGN_NET];
    row->sourced_amount_inherited = counts[TAKI_CAMPAIGN_INHERITED];
    row->influenced_opps = counts[TAKI_CAMPAIGN_INFLUENCED];
    row->influenced_amount = counts[TAKI_CAMPAIGN_INFLUENCED_NET];
    row->influenced_amount_pre_create = counts[TAKI_CAMPAIGN_PRE_CREATE];
    row->influenced_amount_account = counts[TAKI_CAMPAIGN_FALLBACK];
    row->won_opps = counts[TAKI_CAMPAIGN_WON_OPPS];
    row->won_amount = counts[TAKI_CAMPAIGN_WON_AMOUNT];
    row->influenced_won_amount = counts[TAKI_CAMPAIGN_INFLUENCED_WON];
    row->win_rate_den = row->won_opps + counts[TAKI_CAMPAIGN_LOST_OPPS];
    row->win_rate = ratio(row->won_opps, row->win_rate_den);
    row->avg_won_amount = share(row->won_amount, counts[TAKI_CAMPAIGN_WON_WITH_AMOUNT]);
    row->unconverted_count = counts[TAKI_CAMPAIGN_UNCONVERTED];
}

static void fill_money(struct taki_campaign_result *row, const struct spend *spend)
{
    row->cost = spend->is_known ? spend->cost : TAKI_I64_NULL;
    row->cost_is_zero = spend->is_known && spend->cost == 0;
    if (!spend->is_known)
        return;
    row->cost_per_inq = share(row->cost, row->n_inq);
    row->cost_per_mql = share(row->cost, row->n_mql);
    row->cost_per_psql = share(row->cost, row->n_psql);
    row->cost_per_sql = share(row->cost, row->n_sql);
    row->cost_per_won = share(row->cost, row->won_opps);
    if (spend->cost == 0)
        return;
    double cost = (double)spend->cost;
    row->mult_sourced = ratio(row->sourced_amount_net, spend->cost);
    row->mult_influenced = ratio(row->influenced_amount, spend->cost);
    row->mult_won = ratio(row->won_amount, spend->cost);
    row->kgi_index = spend->sourced / cost * row->mult_sourced + spend->influenced / cost * row->mult_influenced +
                     spend->won / cost * row->mult_won;
}

/* Nearest rank over counts by days: the element at ceil(n / 2) (5.6). The keys are sorted, so days rise. */
static void fill_medians(struct fold *fold)
{
    const uint32_t *order = taki_book_order(fold->days, fold->arena);
    struct taki_map *totals = taki_map_new(fold->arena, 64), *seen = taki_map_new(fold->arena, 64),
                    *medians = taki_map_new(fold->arena, 64);
    bool is_new;
    for (uint32_t i = 0; i < taki_book_count(fold->days); i++) {
        taki_str days, key = taki_str_cut(taki_book_key(fold->days, i), '\0', &days);
        *taki_map_put(totals, key, &is_new) += (uint64_t)*taki_book_value(fold->days, i);
    }
    for (uint32_t i = 0; i < taki_book_count(fold->days); i++) {
        taki_str days, key = taki_str_cut(taki_book_key(fold->days, order[i]), '\0', &days);
        uint64_t *before = taki_map_put(seen, key, &is_new);
        *before += (uint64_t)*taki_book_value(fold->days, order[i]);
        bool is_reached = *before >= (*taki_map_find(totals, key) + 1) / 2;
        int64_t value = 0;
        uint64_t *median = is_reached ? taki_map_put(medians, key, &is_new) : NULL;
        if (median && is_new && taki_str_i64(days, &value))
            *median = (uint64_t)value;
    }
    for (size_t i = 0; i < fold->count; i++) {
        const uint64_t *median = taki_map_find(medians, taki_map_key(fold->spends, i));
        if (median)
            fold->rows[i].median_days_response_to_sql = (int64_t)*median;
    }
}

static void fill_campaign(const struct taki_facts *facts, struct taki_campaign_result *row)
{
    uint32_t index = taki_facts_campaign(facts, row->key);
    if (index == TAKI_NO_INDEX)
        return;
    const struct taki_campaign_dim *dim = &facts->campaigns[index];
    row->name = dim->name;
    bool is_over = !taki_date_is_null(dim->end) &&
                   facts->today.days - dim->end.days >= (int32_t)facts->rules->limits.direct_window_days;
    row->objective_gap = taki_str_is(dim->objective, "conversion") &&
                         row->persons_responded >= OBJECTIVE_GAP_RESPONDED && is_over && row->n_psql_direct == 0;
}

static void fill_row(struct fold *fold, size_t i)
{
    static const int64_t nothing[TAKI_CAMPAIGN_COLUMNS] = {0};
    taki_str key = taki_map_key(fold->spends, i);
    const int64_t *counts = taki_book_find(fold->book, key);
    struct taki_campaign_result *row = &fold->rows[i];
    taki_fields_clear(fields, TAKI_LEN(fields), row);
    enum taki_campaign_level level = (enum taki_campaign_level)(key.data[0] - 'a');
    row->level = taki_str_of(level_names[level]);
    row->key = (taki_str){key.data + 1, key.size - 1};
    row->objective_gap = false;
    fill_counts(row, counts ? counts : nothing);
    fill_money(row, &fold->spend[i]);
    int64_t min_n = fold->facts->rules->min_n;
    row->is_small = row->persons_responded < min_n || row->win_rate_den < min_n;
    if (level == TAKI_LEVEL_CAMPAIGN || level == TAKI_LEVEL_PARENT)
        fill_campaign(fold->facts, row);
    if (level == TAKI_LEVEL_PARENT)
        row->objective_gap = false;
    if (level != TAKI_LEVEL_ALL)
        return;
    counts = counts ? counts : nothing;
    row->pipeline_opps = counts[TAKI_CAMPAIGN_PIPELINE];
    row->pipeline_amount_gross = counts[TAKI_CAMPAIGN_PIPELINE_GROSS];
    row->pipeline_amount_net = counts[TAKI_CAMPAIGN_PIPELINE_NET];
    row->role_missing = counts[TAKI_CAMPAIGN_ROLE_MISSING];
}

struct ranked {
    taki_str level;
    int64_t amount;
    int64_t *rank;
};

static int by_amount(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;
    int order = taki_str_compare(a->level, b->level);
    if (order == 0 && a->amount != b->amount)
        order = a->amount > b->amount ? -1 : 1;
    return order;
}

static void rank(struct ranked *rows, size_t count)
{
    int64_t place = 0;
    if (count > 1)
        qsort(rows, count, sizeof *rows, by_amount);
    for (size_t i = 0; i < count; i++) {
        bool is_new_level = i == 0 || !taki_str_equal(rows[i].level, rows[i - 1].level);
        place = is_new_level ? 1 : place + 1;
        bool is_tie = !is_new_level && rows[i].amount == rows[i - 1].amount;
        *rows[i].rank = is_tie ? *rows[i - 1].rank : place;
    }
}

/* `all` and `(none)` are not campaigns and have no rank. */
static void fill_ranks(struct fold *fold)
{
    struct ranked *sourced = TAKI_NEW_ARRAY(fold->arena, fold->count, struct ranked);
    struct ranked *won = TAKI_NEW_ARRAY(fold->arena, fold->count, struct ranked);
    size_t count = 0;
    for (size_t i = 0; i < fold->count; i++) {
        struct taki_campaign_result *row = &fold->rows[i];
        if (taki_str_is(row->level, "all") || taki_str_is(row->key, "(none)"))
            continue;
        sourced[count] = (struct ranked){row->level, row->sourced_amount_net, &row->rank_sourced};
        won[count++] = (struct ranked){row->level, row->won_amount, &row->rank_won};
    }
    rank(sourced, count);
    rank(won, count);
}

enum taki_status taki_campaign_result_fold(struct taki_arena *arena, const struct taki_facts *facts,
                                           struct taki_campaign_books books, taki_campaign_emit emit, void *context,
                                           struct taki_error *err)
{
    struct fold fold = {.arena = arena, .facts = facts, .book = books.counts, .days = books.days};
    add_spends(&fold);
    fold.count = taki_map_count(fold.spends);
    fold.rows = TAKI_NEW_ARRAY(arena, fold.count, struct taki_campaign_result);
    for (size_t i = 0; i < fold.count; i++)
        fill_row(&fold, i);
    fill_medians(&fold);
    fill_ranks(&fold);
    for (size_t i = 0; i < fold.count; i++)
        TAKI_TRY(emit(context, &fold.rows[i], err));
    return TAKI_OK;
}
