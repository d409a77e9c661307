#include "compute_account.h"

static void *note_of(struct taki_arena *arena, const struct taki_note_kind *kind, taki_str bytes)
{
    void *note = taki_arena_alloc(arena, kind->size);
    size_t used;
    if (taki_row_decode(kind->fields, kind->count, bytes, note, &used, NULL) != TAKI_OK)
        taki_bug("a note of the exchange does not read back");
    return note;
}

static void *row_of(struct taki_arena *arena, enum taki_entity entity, taki_str bytes)
{
    const struct taki_entity_info *info = taki_entity_info(entity);
    const struct taki_note_kind kind = {info->fields, info->field_count, info->row_size};
    return note_of(arena, &kind, bytes);
}

static struct taki_told_deal *deal_of(struct taki_told_account *account, uint32_t index)
{
    size_t low = 0, high = account->deal_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (account->deals[middle].index < index) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == account->deal_count || account->deals[low].index != index)
        taki_bug("a fact of a deal that is not of this account");
    return &account->deals[low];
}

static void take(struct taki_told_account *account, const struct taki_exchange_fact *fact)
{
    struct taki_arena *arena = account->arena;
    taki_str bytes = {taki_arena_copy(arena, fact->value.data, fact->value.size), fact->value.size};
    switch ((enum taki_account_fact)fact->kind) {
    case TAKI_ACCOUNT_PERSON:
        taki_list_add(arena, &account->persons, note_of(arena, &taki_person_note_kind, bytes));
        return;
    case TAKI_ACCOUNT_PASS:
        taki_list_add(arena, &account->passes, note_of(arena, &taki_pass_note_kind, bytes));
        return;
    case TAKI_ACCOUNT_LINK:
        taki_list_add(arena, &deal_of(account, fact->minor)->links, note_of(arena, &taki_pass_note_kind, bytes));
        return;
    case TAKI_ACCOUNT_TOUCH:
        taki_list_add(arena, &deal_of(account, fact->minor)->touches, note_of(arena, &taki_touch_note_kind, bytes));
        return;
    case TAKI_ACCOUNT_ACTIVITY:
        taki_list_add(arena, &account->activities, note_of(arena, &taki_activity_note_kind, bytes));
        return;
    case TAKI_ACCOUNT_HISTORY:
        taki_list_add(arena, &deal_of(account, fact->minor)->rows.histories,
                      row_of(arena, TAKI_ENTITY_OPPORTUNITY_HISTORY, bytes));
        return;
    case TAKI_ACCOUNT_CHANGE:
        taki_list_add(arena, &deal_of(account, fact->minor)->rows.changes,
                      row_of(arena, TAKI_ENTITY_FIELD_CHANGE, bytes));
        return;
    case TAKI_ACCOUNT_EVIDENCE:
        taki_list_add(arena, &deal_of(account, fact->minor)->rows.evidence,
                      row_of(arena, TAKI_ENTITY_STAGE_EVIDENCE, bytes));
        return;
    }
}

static void open_account(struct taki_told_account *account, struct taki_compute *compute, size_t lane, uint32_t index)
{
    *account =
        (struct taki_told_account){.compute = compute, .lane = lane, .index = index, .arena = compute->lanes[lane].one};
    const uint32_t *deals = taki_facts_account_deals(compute->facts, index, &account->deal_count);
    account->deals = TAKI_NEW_ARRAY(account->arena, account->deal_count, struct taki_told_deal);
    for (size_t i = 0; i < account->deal_count; i++) {
        account->deals[i].index = deals[i];
        account->deals[i].dim = &compute->facts->deals[deals[i]];
    }
}

static enum taki_status tell(struct taki_told_account *account, struct taki_error *err)
{
    const struct taki_spotlight *spotlight = account->compute->spotlight;
    taki_account_tell_deals(account);
    if (spotlight && account->index == spotlight->account)
        spotlight->told(spotlight->context, account);
    taki_account_count(account);
    return taki_account_write(account, err);
}

/* The facts of one account, then the account. */
static enum taki_status one_account(struct taki_person_reader *reader, struct taki_compute *compute, size_t lane,
                                    uint32_t index, struct taki_error *err)
{
    struct taki_told_account account;
    taki_arena_reset(compute->lanes[lane].one);
    open_account(&account, compute, lane, index);
    while (reader->has_fact && reader->fact.owner == index) {
        take(&account, &reader->fact);
        enum taki_status status = taki_exchange_next(reader->exchange, reader->shard, &reader->fact, err);
        reader->has_fact = status == TAKI_OK;
        if (status != TAKI_OK && status != TAKI_END)
            return status;
    }
    return tell(&account, err);
}

enum taki_status taki_compute_account_shard(struct taki_compute *compute, size_t shard, size_t lane,
                                            struct taki_error *err)
{
    struct taki_person_reader reader;
    uint32_t begin, end;
    taki_exchange_range(compute->accounts, shard, &begin, &end);
    TAKI_TRY(taki_person_reader_start(&reader, compute->accounts, shard, err));
    const struct taki_spotlight *spotlight = compute->spotlight;
    for (uint32_t account = begin; account < end; account++) {
        if (spotlight && account != spotlight->account)
            continue;
        if (account % 1024 == 0)
            TAKI_TRY(taki_run_check_stop(err));
        TAKI_TRY(one_account(&reader, compute, lane, account, err));
    }
    if (shard + 1 == compute->shards && (!spotlight || spotlight->account == TAKI_NO_INDEX))
        TAKI_TRY(one_account(&reader, compute, lane, TAKI_NO_INDEX, err));
    taki_exchange_stop(compute->accounts, shard);
    return TAKI_OK;
}
