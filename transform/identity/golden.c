#include "golden.h"

#include "identity.h"

#include <stdlib.h>

static int by_rule_and_record(const void *a, const void *b)
{
    const struct taki_dq *x = a;
    const struct taki_dq *y = b;
    int order = taki_str_compare(taki_str_of(x->rule), taki_str_of(y->rule));
    if (order == 0)
        order = taki_str_compare(x->record_id, y->record_id);
    if (order == 0)
        order = taki_str_compare(x->detail, y->detail);
    return order != 0 ? order : taki_str_compare(x->value, y->value);
}

void taki_identity_issue(struct taki_golden *golden, struct taki_dq issue)
{
    if (golden->issue_count == golden->issue_capacity) {
        size_t capacity = golden->issue_capacity == 0 ? 64 : golden->issue_capacity * 2;
        struct taki_dq *grown = TAKI_NEW_ARRAY(golden->arena, capacity, struct taki_dq);
        for (size_t i = 0; i < golden->issue_count; i++)
            grown[i] = golden->issues[i];
        golden->issues = grown;
        golden->issue_capacity = capacity;
    }
    golden->issues[golden->issue_count++] = issue;
}

static enum taki_status build(struct taki_golden *golden, struct taki_error *err)
{
    golden->rows = taki_store_rows(golden->store, TAKI_ENTITY_PERSON, &golden->row_count);
    TAKI_TRY(taki_identity_keys(golden, err));
    TAKI_TRY(taki_identity_tombstones(golden, err));
    TAKI_TRY(taki_identity_match(golden, err));
    taki_identity_persons(golden);
    TAKI_TRY(taki_identity_accounts(golden, err));
    if (golden->issue_count > 1)
        qsort(golden->issues, golden->issue_count, sizeof *golden->issues, by_rule_and_record);
    return TAKI_OK;
}

enum taki_status taki_golden_build(struct taki_run *run, const struct taki_store *store, struct taki_golden **golden,
                                   struct taki_error *err)
{
    struct taki_arena *arena = taki_arena_open("golden records", 0);
    struct taki_golden *made = TAKI_NEW(arena, struct taki_golden);
    *made = (struct taki_golden){.run = run, .store = store, .arena = arena};
    made->exact = taki_str_is(taki_config_text(run->config, "identity.profile"), "exact");
    made->shared_mailbox_names = taki_config_integer(run->config, "identity.shared_mailbox_names");
    enum taki_status status = build(made, err);
    if (status != TAKI_OK) {
        taki_golden_close(made);
        return status;
    }
    *golden = made;
    return TAKI_OK;
}

void taki_golden_close(struct taki_golden *golden)
{
    if (golden == NULL)
        return;
    for (size_t i = 0; i < golden->key_arena_count; i++)
        taki_arena_close(golden->key_arenas[i]);
    taki_arena_close(golden->arena);
}

const struct taki_golden_person *taki_golden_persons(const struct taki_golden *golden, size_t *count)
{
    *count = golden->person_count;
    return golden->persons;
}

const struct taki_golden_account *taki_golden_accounts(const struct taki_golden *golden, size_t *count)
{
    *count = golden->account_count;
    return golden->accounts;
}

const struct taki_dq *taki_golden_issues(const struct taki_golden *golden, size_t *count)
{
    *count = golden->issue_count;
    return golden->issues;
}

uint32_t taki_golden_person_of(const struct taki_golden *golden, taki_str ref)
{
    const uint64_t *row = taki_str_is_blank(ref) ? NULL : taki_identity_follow(golden, golden->refs, ref);
    return row == NULL ? TAKI_NOBODY : golden->person_of_row[*row];
}

uint32_t taki_golden_account_of(const struct taki_golden *golden, taki_str ref)
{
    const uint64_t *row = taki_str_is_blank(ref) ? NULL : taki_identity_follow(golden, golden->account_refs, ref);
    return row == NULL ? TAKI_NOBODY : golden->account_of_row[*row];
}

uint32_t taki_golden_person_find(const struct taki_golden *golden, taki_str id)
{
    size_t low = 0;
    size_t high = golden->person_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (taki_str_compare(golden->persons[middle].id, id) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < golden->person_count && taki_str_equal(golden->persons[low].id, id) ? (uint32_t)low : TAKI_NOBODY;
}

uint32_t taki_golden_account_find(const struct taki_golden *golden, taki_str id)
{
    size_t low = 0;
    size_t high = golden->account_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (taki_str_compare(golden->accounts[middle].id, id) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < golden->account_count && taki_str_equal(golden->accounts[low].id, id) ? (uint32_t)low : TAKI_NOBODY;
}
