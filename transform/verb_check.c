#include "book.h"
#include "session.h"
#include "verbs.h"

#include <string.h>

/* Values the waterfall needs that no map knows, with their counts: key = place, NUL, value. */
struct checking {
    struct taki_session *session;
    struct taki_book *unmapped; /* 2 columns: count, whether it is needed */
    struct taki_buf key;
};

static void count(struct checking *checking, struct taki_place place, taki_str value, bool is_needed)
{
    if (taki_str_is_blank(value))
        return;
    taki_buf_clear(&checking->key);
    taki_buf_format(&checking->key, "%.*s:%.*s.%.*s", TAKI_STR_ARG(place.source), TAKI_STR_ARG(place.object),
                    TAKI_STR_ARG(place.field));
    taki_buf_add_char(&checking->key, '\0');
    taki_buf_add_str(&checking->key, value);
    int64_t *counts = taki_book_at(checking->unmapped, taki_buf_view(&checking->key));
    counts[0]++;
    counts[1] |= is_needed;
}

static void check_value(struct checking *checking, enum taki_map_kind kind, struct taki_place place, taki_str value,
                        bool is_needed)
{
    if (taki_str_is_null(taki_rules_value(checking->session->rules, kind, place, value)))
        count(checking, place, value, is_needed);
}

static void check_deals(struct checking *checking)
{
    const struct taki_facts *facts = checking->session->facts;
    for (size_t i = 0; i < facts->deal_count; i++) {
        const struct taki_opportunity *row = facts->deals[i].record;
        struct taki_place place = {row->source, row->object, TAKI_STR("StageName")};
        bool is_known;
        (void)taki_facts_deal_stage(facts, &facts->deals[i], row->stage, &is_known);
        if (!is_known)
            count(checking, place, row->stage, true);
        bool is_lost = row->is_closed == 1 && row->is_won != 1;
        place.field = TAKI_STR("Loss_Reason__c");
        if (is_lost && taki_str_is_null(facts->deals[i].loss_class))
            count(checking, place, row->loss_reason, false);
        place.field = TAKI_STR("Type");
        check_value(checking, TAKI_MAP_OPPORTUNITY_TYPE, place, row->type, false);
    }
}

static void check_persons(struct checking *checking)
{
    size_t count_rows;
    const struct taki_person *rows = taki_store_rows(checking->session->store, TAKI_ENTITY_PERSON, &count_rows);
    for (size_t i = 0; i < count_rows; i++) {
        struct taki_place place = {rows[i].source, rows[i].object, TAKI_STR("Status")};
        check_value(checking, TAKI_MAP_STAGE, place, rows[i].status, true);
        place.field = TAKI_STR("LeadSource");
        check_value(checking, TAKI_MAP_LEAD_SOURCE, place, rows[i].lead_source, false);
    }
}

/* A campaign's type is looked up under its Salesforce name and under the canonical one. */
static void check_campaigns(struct checking *checking)
{
    size_t count_rows;
    const struct taki_campaign *rows = taki_store_rows(checking->session->store, TAKI_ENTITY_CAMPAIGN, &count_rows);
    for (size_t i = 0; i < count_rows; i++) {
        struct taki_place place = {rows[i].source, rows[i].object, TAKI_STR("Type")};
        if (!taki_str_is_null(taki_rules_map(checking->session->rules, TAKI_MAP_CHANNEL, place, rows[i].channel)))
            continue;
        place.field = TAKI_STR("channel");
        check_value(checking, TAKI_MAP_CHANNEL, place, rows[i].channel, false);
    }
}

/* Users of a CRM whose function nobody told: needed, because who acted decides generator and hand-overs. */
static void check_users(struct checking *checking)
{
    const struct taki_session *session = checking->session;
    size_t count_rows;
    const struct taki_user *rows = taki_store_rows(session->store, TAKI_ENTITY_USER, &count_rows);
    for (size_t i = 0; i < count_rows; i++) {
        taki_str ref = taki_str_of(taki_arena_format(session->run->arena, "%.*s:%.*s", TAKI_STR_ARG(rows[i].source),
                                                     TAKI_STR_ARG(rows[i].source_id)));
        if (rows[i].active == 0 ||
            taki_facts_function(session->facts, ref, TAKI_STR_NULL, session->facts->today) != TAKI_FUNCTION_NONE)
            continue;
        struct taki_place place = {rows[i].source, TAKI_STR("User"), TAKI_STR("Profile")};
        count(checking, place, taki_str_is_blank(rows[i].profile) ? rows[i].source_id : rows[i].profile, true);
    }
}

static const char *row_format(bool is_needed)
{
    return is_needed ? "needed" : "";
}

/* Prints the list; the number of needed values without a map comes back. */
static size_t print(struct checking *checking)
{
    struct taki_arena *arena = checking->session->run->arena;
    size_t rows = taki_book_count(checking->unmapped), needed = 0;
    const uint32_t *order = taki_book_order(checking->unmapped, arena);
    taki_str *cells = TAKI_NEW_ARRAY(arena, (rows + 1) * 4, taki_str);
    const taki_str header[4] = {TAKI_STR("where"), TAKI_STR("value"), TAKI_STR("records"), TAKI_STR("")};
    memcpy(cells, header, sizeof header);
    for (size_t i = 0; i < rows; i++) {
        taki_str value, place = taki_str_cut(taki_book_key(checking->unmapped, order[i]), '\0', &value);
        const int64_t *counts = taki_book_value(checking->unmapped, order[i]);
        taki_str *cell = &cells[(i + 1) * 4];
        cell[0] = place;
        cell[1] = value;
        cell[2] = taki_str_of(taki_arena_format(arena, "%lld", (long long)counts[0]));
        cell[3] = taki_str_of(row_format(counts[1] != 0));
        needed += counts[1] != 0;
    }
    if (rows > 0)
        taki_print_table(cells, 4, rows + 1);
    return needed;
}

static enum taki_status check(struct checking *checking, struct taki_error *err)
{
    struct taki_session *session = checking->session;
    checking->unmapped = taki_book_new(session->run->arena, 2);
    taki_buf_init(&checking->key, (size_t)1 << 20);
    check_deals(checking);
    check_persons(checking);
    check_campaigns(checking);
    check_users(checking);
    size_t needed = print(checking);
    taki_buf_reset(&checking->key);
    if (needed == 0) {
        taki_print("rules and maps are complete\n");
        return TAKI_OK;
    }
    (void)taki_fail(err, TAKI_CONTRACT, "%zu values that the waterfall needs are in no map", needed);
    return taki_hint(
        err, "add them under maps.stage and maps.user_function; `ignore` or `other` says that a value means nothing");
}

enum taki_status taki_transform_check(struct taki_run *run, struct taki_error *err)
{
    struct taki_session session;
    struct checking checking = {.session = &session};
    enum taki_status status = taki_session_open(run, &session, err);
    if (status == TAKI_OK)
        status = check(&checking, err);
    taki_session_close(&session);
    return status;
}
