#include "compute.h"

#include "analytics/campaign_result.h"
#include "analytics/waterfall_period.h"

#include "taki/file.h"
#include "taki/log.h"
#include "taki/pool.h"

#define PERSONS_A_SHARD 8192
#define MOST_SHARDS 64
#define ROW_BYTES ((size_t)64 << 20)
#define LEAST_MEMORY ((size_t)64 << 20)

static size_t shards_for(const struct taki_facts *facts, size_t lanes)
{
    size_t owners = facts->person_count > facts->account_count ? facts->person_count : facts->account_count;
    size_t shards = owners / PERSONS_A_SHARD + 1;
    if (shards > 1 && shards < 4 * lanes)
        shards = 4 * lanes; /* so that no worker waits for one long shard */
    return shards > MOST_SHARDS ? MOST_SHARDS : shards;
}

static void open_lanes(struct taki_compute *compute)
{
    struct taki_arena *arena = compute->run->arena;
    compute->lanes = TAKI_NEW_ARRAY(arena, compute->lane_count, struct taki_lane);
    for (size_t i = 0; i < compute->lane_count; i++) {
        struct taki_lane *lane = &compute->lanes[i];
        lane->one = taki_arena_open("one person or account", 0);
        lane->books = taki_arena_open("aggregates", 0);
        lane->flows = taki_book_new(lane->books, TAKI_FLOW_COLUMNS);
        lane->campaigns = taki_book_new(lane->books, TAKI_CAMPAIGN_COLUMNS);
        lane->days = taki_book_new(lane->books, 1);
        lane->has_members = TAKI_NEW_ARRAY(arena, compute->facts->campaign_count, uint8_t);
        taki_buf_init(&lane->row, ROW_BYTES);
    }
}

/* What the held records leave of --memory, shared by the exchanges and the sinks; each spills beyond its part. */
static size_t free_memory(const struct taki_run *run)
{
    size_t held = taki_memory_held(), limit = run->memory_bytes;
    size_t rest = limit > held ? (limit - held) / 2 : 0;
    return rest > LEAST_MEMORY ? rest : LEAST_MEMORY;
}

static enum taki_status open_compute(struct taki_run *run, struct taki_facts *facts, struct taki_compute **out,
                                     struct taki_error *err)
{
    struct taki_compute *compute = TAKI_NEW(run->arena, struct taki_compute);
    *compute = (struct taki_compute){.run = run, .facts = facts, .lane_count = run->jobs > 0 ? run->jobs : 1};
    *out = compute;
    TAKI_TRY(taki_file_make_folder(taki_run_path(run, "tmp/transform"), err));
    compute->shards = shards_for(facts, compute->lane_count);
    size_t memory = free_memory(run);
    open_lanes(compute);
    compute->persons = taki_exchange_open(
        run, (struct taki_exchange_size){facts->person_count, compute->shards, compute->lane_count, memory / 2});
    compute->accounts = taki_exchange_open(
        run, (struct taki_exchange_size){facts->account_count, compute->shards, compute->lane_count, memory / 8});
    compute->sinks = taki_sinks_open(run, compute->lane_count, memory * 3 / 8);
    compute->calendar =
        (struct taki_flow_calendar){.zone = facts->rules->limits.zone, .as_of = facts->rules->limits.as_of};
    for (size_t i = 0; i < TAKI_STAGE_SUCCESSES; i++)
        compute->calendar.sla_us[i] = facts->rules->sla_us[i];
    return TAKI_OK;
}

void taki_compute_close(struct taki_compute *compute)
{
    if (!compute)
        return;
    for (size_t i = 0; i < compute->lane_count && compute->lanes; i++) {
        taki_buf_reset(&compute->lanes[i].row);
        taki_arena_close(compute->lanes[i].one);
        taki_arena_close(compute->lanes[i].books);
    }
    if (compute->persons)
        taki_exchange_close(compute->persons);
    if (compute->accounts)
        taki_exchange_close(compute->accounts);
    if (compute->sinks)
        taki_sinks_close(compute->sinks);
}

static enum taki_status person_item(void *context, size_t item, size_t lane, struct taki_error *err)
{
    return taki_compute_person_shard(context, item, lane, err);
}

static enum taki_status account_item(void *context, size_t item, size_t lane, struct taki_error *err)
{
    return taki_compute_account_shard(context, item, lane, err);
}

struct folding {
    struct taki_compute *compute;
    const struct taki_table *table;
};

static enum taki_status add_row(const struct folding *folding, const void *row, struct taki_error *err)
{
    return taki_sinks_add(folding->compute->sinks, 0, folding->table, row, err);
}

static enum taki_status add_period(void *context, const struct taki_waterfall_period *row, struct taki_error *err)
{
    return add_row(context, row, err);
}

static enum taki_status add_campaign(void *context, const struct taki_campaign_result *row, struct taki_error *err)
{
    return add_row(context, row, err);
}

static enum taki_status fold_periods(struct taki_compute *compute, struct taki_error *err)
{
    struct taki_arena *arena TAKI_AUTO(taki_arena_auto) = taki_arena_open("waterfall_period", 0);
    const struct taki_rules *rules = compute->facts->rules;
    struct taki_period_rules periods = {
        &compute->calendar, rules->fiscal_start_month, rules->label_by_end, rules->min_n, {false}};
    for (size_t i = 0; i < TAKI_STAGE_SUCCESSES; i++)
        periods.enabled[i] = rules->limits.enabled[i];
    struct folding folding = {compute, &taki_table_waterfall_period};
    return taki_waterfall_period_fold(arena, compute->lanes[0].flows, &periods, add_period, &folding, err);
}

static enum taki_status fold_campaigns(struct taki_compute *compute, struct taki_error *err)
{
    struct taki_arena *arena TAKI_AUTO(taki_arena_auto) = taki_arena_open("campaign_result", 0);
    struct folding folding = {compute, &taki_table_campaign_result};
    struct taki_campaign_books books = {compute->lanes[0].campaigns, compute->lanes[0].days};
    return taki_campaign_result_fold(arena, compute->facts, books, add_campaign, &folding, err);
}

static enum taki_status add_golden_issues(struct taki_compute *compute, struct taki_error *err)
{
    size_t count;
    const struct taki_dq *issues = taki_golden_issues(compute->facts->golden, &count);
    for (size_t i = 0; i < count; i++) {
        const struct taki_issue issue = {issues[i].rule,   issues[i].severity, issues[i].entity, issues[i].record_id,
                                         issues[i].detail, issues[i].value,    TAKI_DATE_NULL};
        TAKI_TRY(taki_compute_issue(compute, 0, &issue, err));
    }
    for (size_t i = 0; i < compute->facts->campaign_count; i++) {
        const struct taki_campaign_dim *campaign = &compute->facts->campaigns[i];
        const struct taki_issue issue = {
            "campaign_without_cost", "info",         "campaign", campaign->id, TAKI_STR("no actual cost up to as_of"),
            TAKI_STR_NULL,           campaign->start};
        if (campaign->cost == TAKI_I64_NULL)
            TAKI_TRY(taki_compute_issue(compute, 0, &issue, err));
    }
    return TAKI_OK;
}

static void merge_books(struct taki_compute *compute)
{
    for (size_t i = 1; i < compute->lane_count; i++) {
        taki_book_merge(compute->lanes[0].flows, compute->lanes[i].flows);
        taki_book_merge(compute->lanes[0].campaigns, compute->lanes[i].campaigns);
        taki_book_merge(compute->lanes[0].days, compute->lanes[i].days);
    }
}

/* Where the memory is, for whoever has to choose --memory. */
static void log_phase(const char *name)
{
    taki_log(TAKI_LOG_DEBUG, "phase", "name=%s held_bytes=%zu", name, taki_memory_held());
}

enum taki_status taki_compute_spotlight(struct taki_run *run, struct taki_facts *facts,
                                        const struct taki_spotlight *spotlight, struct taki_compute **out,
                                        struct taki_error *err)
{
    TAKI_TRY(open_compute(run, facts, out, err));
    struct taki_compute *compute = *out;
    TAKI_TRY(taki_compute_leads(compute, err));
    compute->spotlight = spotlight;
    TAKI_TRY(taki_compute_route(compute, err));
    TAKI_TRY(taki_pool_run(1, compute->shards, person_item, compute, err));
    return spotlight->wants_account ? taki_pool_run(1, compute->shards, account_item, compute, err) : TAKI_OK;
}

enum taki_status taki_compute_run(struct taki_run *run, struct taki_facts *facts, struct taki_compute **out,
                                  struct taki_error *err)
{
    log_phase("facts");
    TAKI_TRY(open_compute(run, facts, out, err));
    struct taki_compute *compute = *out;
    TAKI_TRY(taki_compute_leads(compute, err));
    TAKI_TRY(taki_compute_route(compute, err));
    log_phase("routed");
    TAKI_TRY(taki_pool_run(compute->lane_count, compute->shards, person_item, compute, err));
    log_phase("persons");
    TAKI_TRY(taki_pool_run(compute->lane_count, compute->shards, account_item, compute, err));
    log_phase("accounts");
    merge_books(compute);
    TAKI_TRY(fold_periods(compute, err));
    TAKI_TRY(fold_campaigns(compute, err));
    return add_golden_issues(compute, err);
}
