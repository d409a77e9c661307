/* campaign_result (domain.md 6.10): costs, multiples, ranks, levels, medians; counters are given, facts are built by
 * hand. */
#include "analytics/campaign_result.h"
#include "taki_test.h"

#include <math.h>
#include <stdio.h>

struct bench {
    struct taki_arena *arena;
    struct taki_facts facts;
    struct taki_rules rules;
    struct taki_campaign_dim campaigns[4];
    struct taki_book *book, *days;
    struct taki_campaign_result rows[128];
    size_t count;
};

static const struct taki_kgi_weights weights[] = {
    {TAKI_STR_INIT("growth"), 0.6, 0.2, 0.2},
    {TAKI_STR_INIT("mature"), 0.2, 0.5, 0.3}
};

/* C1 and C2 webinars of one series (C1 its parent), C3 a mail without cost, C4 free. */
static struct bench *open_bench(void)
{
    static struct bench bench;
    bench = (struct bench){.arena = taki_arena_open("test", 0)};
    static const char *const ids[] = {"ma:1", "ma:2", "ma:3", "ma:4"};
    static const int64_t costs[] = {1000000, 500000, TAKI_I64_NULL, 0};
    bench.facts.campaign_of = taki_map_new(bench.arena, 4);
    for (uint32_t i = 0; i < 4; i++) {
        bool is_new;
        bench.campaigns[i] = (struct taki_campaign_dim){.id = taki_str_of(ids[i]),
                                                        .channel = i < 2 ? TAKI_STR("webinar") : TAKI_STR("email"),
                                                        .objective = TAKI_STR("conversion"),
                                                        .phase = i == 1 ? TAKI_STR("mature") : TAKI_STR_NULL,
                                                        .owner = TAKI_FUNCTION_MARKETING,
                                                        .start = TAKI_DATE_NULL,
                                                        .end = taki_date_of(2026, 8, 1),
                                                        .parent = i < 2 ? 0 : i,
                                                        .cost = costs[i]};
        *taki_map_put_borrowed(bench.facts.campaign_of, bench.campaigns[i].id, &is_new) = i;
    }
    bench.rules.weights = weights;
    bench.rules.weight_count = TAKI_LEN(weights);
    bench.rules.min_n = 20;
    bench.rules.limits.direct_window_days = 30;
    bench.facts.rules = &bench.rules;
    bench.facts.campaigns = bench.campaigns;
    bench.facts.campaign_count = 4;
    bench.facts.overhead_cost = TAKI_I64_NULL;
    bench.facts.today = taki_date_of(2026, 9, 30);
    bench.book = taki_book_new(bench.arena, TAKI_CAMPAIGN_COLUMNS);
    bench.days = taki_book_new(bench.arena, 1);
    return &bench;
}

static enum taki_status keep(void *context, const struct taki_campaign_result *row, struct taki_error *err)
{
    (void)err;
    struct bench *bench = context;
    bench->rows[bench->count++] = *row;
    return TAKI_OK;
}

static const struct taki_campaign_result *row_of(struct bench *bench, const char *level, const char *key)
{
    if (bench->count == 0)
        assert_int_equal(taki_campaign_result_fold(bench->arena, &bench->facts,
                                                   (struct taki_campaign_books){bench->book, bench->days}, keep, bench,
                                                   NULL),
                         TAKI_OK);
    for (size_t i = 0; i < bench->count; i++) {
        if (taki_str_is(bench->rows[i].level, level) && taki_str_is(bench->rows[i].key, key))
            return &bench->rows[i];
    }
    fail_msg("no row %s %s", level, key);
    return NULL;
}

static void put(struct bench *bench, uint32_t campaign, enum taki_campaign_column column, int64_t value)
{
    taki_campaign_count(bench->book, &bench->facts, campaign, column, value);
}

static void expect_ratio(const char *what, double got, double want)
{
    if (isnan(want) ? !isnan(got) : !(fabs(got - want) < 1e-9))
        fail_msg("%s: got %.12g, want %.12g", what, got, want);
}

static void multiples_are_net_amounts_by_cost(void **state)
{
    (void)state;
    struct bench *bench = open_bench();
    put(bench, 0, TAKI_CAMPAIGN_NET, 24000000);
    put(bench, 0, TAKI_CAMPAIGN_INFLUENCED_NET, 24000000);
    put(bench, 0, TAKI_CAMPAIGN_WON_AMOUNT, 10000000);
    put(bench, 2, TAKI_CAMPAIGN_NET, 5000000);
    const struct taki_campaign_result *row = row_of(bench, "campaign", "ma:1");
    expect_ratio("sourced", row->mult_sourced, 24);
    expect_ratio("won", row->mult_won, 10);
    expect_ratio("0.6 x 24 + 0.2 x 24 + 0.2 x 10", row->kgi_index, 21.2);
    expect_ratio("unknown cost", row_of(bench, "campaign", "ma:3")->mult_sourced, (double)NAN);
    taki_expect_i64("is NULL", row_of(bench, "campaign", "ma:3")->cost, TAKI_I64_NULL);
    expect_ratio("free", row_of(bench, "campaign", "ma:4")->mult_sourced, (double)NAN);
    taki_expect_i64("is known to be free", row_of(bench, "campaign", "ma:4")->cost_is_zero, 1);
    taki_arena_close(bench->arena);
}

static void levels_add_costs_and_weigh_by_them(void **state)
{
    (void)state;
    struct bench *bench = open_bench();
    bench->facts.overhead_cost = 500000;
    put(bench, 0, TAKI_CAMPAIGN_NET, 15000000);
    taki_expect_i64("parent = own + children", row_of(bench, "parent", "ma:1")->cost, 1500000);
    taki_expect_i64("channel", row_of(bench, "channel", "webinar")->cost, 1500000);
    taki_expect_i64("all carries the overhead", row_of(bench, "all", "all")->cost, 2000000);
    taki_expect_i64("and so does (none)", row_of(bench, "channel", "(none)")->cost, 500000);
    expect_ratio("10 x (1.0 x 0.6 + 0.5 x 0.2) / 1.5", row_of(bench, "channel", "webinar")->kgi_index, 10 * 0.7 / 1.5);
    taki_arena_close(bench->arena);
}

static void overhead_is_shared_out_when_asked(void **state)
{
    (void)state;
    struct bench *bench = open_bench();
    bench->facts.overhead_cost = 500000;
    bench->rules.allocate_overhead = true;
    taki_expect_i64("two thirds", row_of(bench, "campaign", "ma:1")->cost, 1333333);
    taki_expect_i64("one third", row_of(bench, "campaign", "ma:2")->cost, 666667);
    taki_expect_i64("nothing is lost", row_of(bench, "all", "all")->cost, 2000000);
    taki_arena_close(bench->arena);
}

static void a_set_counts_once_a_level(void **state)
{
    (void)state;
    struct bench *bench = open_bench();
    struct taki_campaign_set set = {0};
    taki_campaign_set_add(bench->arena, &set, 0);
    taki_campaign_set_add(bench->arena, &set, 1);
    taki_campaign_set_add(bench->arena, &set, 2);
    taki_campaign_set_add(bench->arena, &set, 0);
    taki_campaign_count_set(bench->book, &bench->facts, &set, TAKI_CAMPAIGN_MEMBERS, 1);
    taki_expect_i64("campaign", row_of(bench, "campaign", "ma:1")->members, 1);
    taki_expect_i64("channel, two campaigns", row_of(bench, "channel", "webinar")->members, 1);
    taki_expect_i64("all, three campaigns", row_of(bench, "all", "all")->members, 1);
    taki_expect_i64("vendor unknown", row_of(bench, "vendor", "(unknown)")->members, 1);
    taki_arena_close(bench->arena);
}

static void ranks_and_gaps(void **state)
{
    (void)state;
    struct bench *bench = open_bench();
    put(bench, 0, TAKI_CAMPAIGN_NET, 10);
    put(bench, 1, TAKI_CAMPAIGN_NET, 20);
    put(bench, 2, TAKI_CAMPAIGN_NET, 10);
    put(bench, 0, TAKI_CAMPAIGN_WON_AMOUNT, 5);
    put(bench, 0, TAKI_CAMPAIGN_RESPONDED, 30);
    put(bench, 1, TAKI_CAMPAIGN_RESPONDED, 29);
    put(bench, 2, TAKI_CAMPAIGN_RESPONDED, 40);
    put(bench, 2, TAKI_CAMPAIGN_PSQL_DIRECT, 1);
    put(bench, TAKI_NO_INDEX, TAKI_CAMPAIGN_NET, 99);
    taki_expect_i64("most pipeline", row_of(bench, "campaign", "ma:2")->rank_sourced, 1);
    taki_expect_i64("a tie", row_of(bench, "campaign", "ma:1")->rank_sourced, 2);
    taki_expect_i64("a tie", row_of(bench, "campaign", "ma:3")->rank_sourced, 2);
    taki_expect_i64("after it", row_of(bench, "campaign", "ma:4")->rank_sourced, 4);
    taki_expect_i64("most won", row_of(bench, "campaign", "ma:1")->rank_won, 1);
    taki_expect_i64("(none) is not ranked", row_of(bench, "campaign", "(none)")->rank_sourced, TAKI_I64_NULL);
    taki_expect_i64("30 responded, none direct", row_of(bench, "campaign", "ma:1")->objective_gap, 1);
    taki_expect_i64("29 are too few to say", row_of(bench, "campaign", "ma:2")->objective_gap, 0);
    taki_expect_i64("one direct", row_of(bench, "campaign", "ma:3")->objective_gap, 0);
    expect_ratio("direct_cvr", row_of(bench, "campaign", "ma:3")->direct_cvr, 1.0 / 40);
    taki_arena_close(bench->arena);
}

static void the_median_is_the_nearest_rank(void **state)
{
    (void)state;
    struct bench *bench = open_bench();
    static const int64_t days[] = {40, 7, 100, 9};
    for (size_t i = 0; i < TAKI_LEN(days); i++)
        taki_campaign_count_days(bench->days, &bench->facts, 0, days[i]);
    taki_campaign_count_days(bench->days, &bench->facts, 1, 10);
    put(bench, 0, TAKI_CAMPAIGN_SOURCED, 4);
    taki_expect_i64("second of four", row_of(bench, "campaign", "ma:1")->median_days_response_to_sql, 9);
    taki_expect_i64("third of five", row_of(bench, "channel", "webinar")->median_days_response_to_sql, 10);
    taki_expect_i64("none", row_of(bench, "campaign", "ma:3")->median_days_response_to_sql, TAKI_I64_NULL);
    taki_arena_close(bench->arena);
}

static void costs_are_shared_half_to_even(void **state)
{
    (void)state;
    struct bench *bench = open_bench();
    bench->campaigns[0].cost = 5;
    put(bench, 0, TAKI_CAMPAIGN_INQ, 2);
    put(bench, 0, TAKI_CAMPAIGN_MQL, 3);
    const struct taki_campaign_result *row = row_of(bench, "campaign", "ma:1");
    taki_expect_i64("2.5 is 2", row->cost_per_inq, 2);
    taki_expect_i64("1.67 is 2", row->cost_per_mql, 2);
    taki_expect_i64("nobody", row->cost_per_psql, TAKI_I64_NULL);
    taki_arena_close(bench->arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(multiples_are_net_amounts_by_cost),
        cmocka_unit_test(levels_add_costs_and_weigh_by_them),
        cmocka_unit_test(overhead_is_shared_out_when_asked),
        cmocka_unit_test(a_set_counts_once_a_level),
        cmocka_unit_test(ranks_and_gaps),
        cmocka_unit_test(the_median_is_the_nearest_rank),
        cmocka_unit_test(costs_are_shared_half_to_even),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
