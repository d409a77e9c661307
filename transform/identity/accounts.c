/* Golden accounts: account records by corporate number, domain + name, name; then the companies that only persons or
 * lists name. */
#include "identity.h"

#include <stdlib.h>
#include <string.h>

struct account_keys {
    taki_str ref, number, domain, name;
};

/* A person's or a list entry's employer, as keys. */
struct employer {
    taki_str number, domain, name;
};

struct account_work {
    struct taki_golden *golden;
    struct taki_arena *arena;
    struct account_keys *keys;
    struct taki_clusters *clusters;
};

/* Words people put into the company field when they have none. */
static bool is_no_company(taki_str key)
{
    static const taki_str words[] = {
        TAKI_STR_INIT("個人"),    TAKI_STR_INIT("なし"),   TAKI_STR_INIT("無し"),
        TAKI_STR_INIT("無職"),    TAKI_STR_INIT("フリー"), TAKI_STR_INIT("フリーランス"),
        TAKI_STR_INIT("学生"),    TAKI_STR_INIT("none"),   TAKI_STR_INIT("na"),
        TAKI_STR_INIT("null"),    TAKI_STR_INIT("self"),   TAKI_STR_INIT("individual"),
        TAKI_STR_INIT("private"), TAKI_STR_INIT("test"),   TAKI_STR_INIT("notprovided"),
        TAKI_STR_INIT("unknown"),
    };
    for (size_t i = 0; i < TAKI_LEN(words); i++) {
        if (taki_str_equal(words[i], key))
            return true;
    }
    return key.size < 2;
}

static taki_str company_key(struct taki_arena *arena, taki_str raw)
{
    taki_str key = taki_company_key(arena, raw);
    return taki_str_is_null(key) || is_no_company(key) ? TAKI_STR_NULL : key;
}

static taki_str own_domain(struct taki_arena *arena, taki_str raw)
{
    taki_str key = taki_domain_key(arena, raw);
    return taki_domain_is_free(key) ? TAKI_STR_NULL : key;
}

static void note_bad_number(struct taki_golden *golden, taki_str ref, const char *entity, taki_str raw, taki_str key)
{
    if (!taki_str_is_blank(raw) && taki_str_is_null(key)) {
        taki_identity_issue(
            golden, (struct taki_dq){"corporate_number_invalid", "warn", entity, ref,
                                     TAKI_STR("not 13 digits with the right check digit: not used as a key"), raw});
    }
}

static void make_account_keys(struct account_work *work)
{
    struct taki_golden *golden = work->golden;
    for (size_t row = 0; row < golden->account_row_count; row++) {
        const struct taki_account *account = &golden->account_rows[row];
        struct account_keys *keys = &work->keys[row];
        keys->ref = taki_identity_ref(golden->arena, (const struct taki_head *)account);
        keys->number = taki_corporate_number_key(golden->arena, account->corporate_number);
        keys->domain = own_domain(golden->arena, account->website);
        keys->name = company_key(golden->arena, account->name);
        note_bad_number(golden, keys->ref, "account", account->corporate_number, keys->number);
        bool is_new = false;
        uint64_t *slot = taki_map_put_borrowed(golden->account_refs, keys->ref, &is_new);
        if (is_new)
            *slot = row;
    }
}

static bool differ(taki_str a, taki_str b)
{
    return !taki_str_is_null(a) && !taki_str_is_null(b) && !taki_str_equal(a, b);
}

/* Facts of a cluster stand at its root row. */
static void join_accounts(struct account_work *work, uint32_t a, uint32_t b, bool by_name)
{
    uint32_t x = taki_clusters_root(work->clusters, a);
    uint32_t y = taki_clusters_root(work->clusters, b);
    struct account_keys *keys = work->keys;
    if (x == y || differ(keys[x].number, keys[y].number) || (by_name && differ(keys[x].domain, keys[y].domain)))
        return;
    (void)taki_clusters_join(work->clusters, a, b, TAKI_MATCH_SYNCED);
    uint32_t root = x < y ? x : y;
    uint32_t child = x < y ? y : x;
    if (taki_str_is_null(keys[root].number))
        keys[root].number = keys[child].number;
    if (taki_str_is_null(keys[root].domain))
        keys[root].domain = keys[child].domain;
}

static void join_merged_accounts(struct account_work *work)
{
    struct taki_golden *golden = work->golden;
    for (uint32_t row = 0; row < golden->account_row_count; row++) {
        taki_str into = golden->account_rows[row].merged_into;
        const uint64_t *other =
            taki_str_is_blank(into) ? NULL : taki_identity_follow(golden, golden->account_refs, into);
        if (other != NULL)
            (void)taki_clusters_join(work->clusters, row, (uint32_t)*other, TAKI_MATCH_MERGED);
    }
}

static taki_str number_of(struct account_work *work, uint32_t row)
{
    return work->keys[row].number;
}
static taki_str domain_and_name_of(struct account_work *work, uint32_t row)
{
    const struct account_keys *keys = &work->keys[row];
    if (taki_str_is_null(keys->domain) || taki_str_is_null(keys->name))
        return TAKI_STR_NULL;
    return taki_str_of(
        taki_arena_format(work->arena, "%.*s|%.*s", TAKI_STR_ARG(keys->domain), TAKI_STR_ARG(keys->name)));
}
static taki_str name_of(struct account_work *work, uint32_t row)
{
    return work->keys[row].name;
}

static void join_by(struct account_work *work, taki_str (*key_of)(struct account_work *, uint32_t), bool by_name)
{
    struct taki_map *first = taki_map_new(work->arena, work->golden->account_row_count);
    for (uint32_t row = 0; row < work->golden->account_row_count; row++) {
        taki_str key = key_of(work, row);
        if (taki_str_is_null(key))
            continue;
        bool is_new = false;
        uint64_t *slot = taki_map_put(first, key, &is_new);
        if (is_new) {
            *slot = row;
        } else {
            join_accounts(work, (uint32_t)*slot, row, by_name);
        }
    }
}

static bool account_is_older(const struct taki_golden *golden, uint32_t a, uint32_t b)
{
    const struct taki_account *x = &golden->account_rows[a];
    const struct taki_account *y = &golden->account_rows[b];
    int64_t at = taki_instant_is_null(x->created_at) ? INT64_MAX : x->created_at.us;
    int64_t bt = taki_instant_is_null(y->created_at) ? INT64_MAX : y->created_at.us;
    if (at != bt)
        return at < bt;
    int by_source = taki_str_compare(x->source, y->source);
    return by_source != 0 ? by_source < 0 : taki_str_compare(x->source_id, y->source_id) < 0;
}

struct text_choice {
    size_t from, to;
};
#define SAME(name)                                                                                                     \
    {                                                                                                                  \
        offsetof(struct taki_account, name), offsetof(struct taki_golden_account, name)                                \
    }
static const struct text_choice text_choices[] = {SAME(name), SAME(industry), SAME(country), SAME(prefecture),
                                                  SAME(parent)};
static const struct text_choice number_choices[] = {SAME(employees), SAME(fiscal_start_month)};

/* Newest record that says something; the lesser row on ties. */
static const struct taki_account *newest_with(const struct taki_golden_account *account, size_t offset, bool is_text)
{
    const struct taki_account *best = NULL;
    for (uint32_t i = 0; i < account->member_count; i++) {
        const struct taki_account *member = account->members[i];
        bool says = is_text ? !taki_str_is_blank(taki_identity_text(member, offset))
                            : taki_identity_number(member, offset) != TAKI_I64_NULL;
        if (says && (best == NULL || member->modified_at.us > best->modified_at.us))
            best = member;
    }
    return best;
}

static void fill_account(struct account_work *work, struct taki_golden_account *account)
{
    struct taki_golden *golden = work->golden;
    uint32_t survivor = (uint32_t)(account->members[0] - golden->account_rows);
    for (uint32_t i = 0; i < account->member_count; i++) {
        uint32_t row = (uint32_t)(account->members[i] - golden->account_rows);
        if (account_is_older(golden, row, survivor))
            survivor = row;
        account->is_customer = account->is_customer || account->members[i]->is_customer == 1;
    }
    const struct account_keys *root = &work->keys[taki_clusters_root(work->clusters, survivor)];
    account->id = work->keys[survivor].ref;
    account->corporate_number = root->number;
    account->domain = root->domain;
    for (size_t i = 0; i < TAKI_LEN(text_choices); i++) {
        const struct taki_account *from = newest_with(account, text_choices[i].from, true);
        if (from != NULL)
            memcpy((char *)account + text_choices[i].to, (const char *)from + text_choices[i].from, sizeof(taki_str));
    }
    for (size_t i = 0; i < TAKI_LEN(number_choices); i++) {
        const struct taki_account *from = newest_with(account, number_choices[i].from, false);
        int64_t value = from == NULL ? TAKI_I64_NULL : taki_identity_number(from, number_choices[i].from);
        memcpy((char *)account + number_choices[i].to, &value, sizeof value);
    }
}

/* Room for every record, person and list entry to found an account of its own. */
static void gather_accounts(struct account_work *work, size_t most)
{
    struct taki_golden *golden = work->golden;
    size_t rows = golden->account_row_count;
    golden->accounts = TAKI_NEW_ARRAY(golden->arena, most, struct taki_golden_account);
    golden->account_of_row = TAKI_NEW_ARRAY(golden->arena, rows, uint32_t);
    const struct taki_account **members = TAKI_NEW_ARRAY(golden->arena, rows, const struct taki_account *);
    for (uint32_t row = 0; row < rows; row++) {
        uint32_t root = taki_clusters_root(work->clusters, row);
        golden->account_of_row[row] = root == row ? (uint32_t)golden->account_count++ : golden->account_of_row[root];
        golden->accounts[golden->account_of_row[row]].member_count++;
    }
    size_t start = 0;
    for (size_t i = 0; i < golden->account_count; i++) {
        golden->accounts[i].members = members + start;
        start += golden->accounts[i].member_count;
        golden->accounts[i].member_count = 0;
    }
    for (uint32_t row = 0; row < rows; row++) {
        struct taki_golden_account *account = &golden->accounts[golden->account_of_row[row]];
        members[(account->members - (const struct taki_account *const *)members) + account->member_count++] =
            &golden->account_rows[row];
    }
    for (size_t i = 0; i < golden->account_count; i++)
        fill_account(work, &golden->accounts[i]);
}

static void index_key(struct taki_map *map, taki_str key, size_t account, bool ambiguous_is_none)
{
    if (taki_str_is_null(key))
        return;
    bool is_new = false;
    uint64_t *slot = taki_map_put_borrowed(map, key, &is_new);
    if (is_new) {
        *slot = account + 1;
    } else if (ambiguous_is_none && *slot != account + 1) {
        *slot = 0;
    }
}

static void index_account(struct taki_golden *golden, size_t i, taki_str name_key)
{
    index_key(golden->by_number, golden->accounts[i].corporate_number, i, false);
    index_key(golden->by_domain, golden->accounts[i].domain, i, true);
    index_key(golden->by_name, name_key, i, false);
}

static uint32_t find_by(const struct taki_map *map, taki_str key)
{
    const uint64_t *slot = taki_str_is_null(key) ? NULL : taki_map_find(map, key);
    return slot == NULL || *slot == 0 ? TAKI_NOBODY : (uint32_t)(*slot - 1);
}

/* Corporate number, then a domain that only one account has, then the name. */
static uint32_t find_employer(const struct taki_golden *golden, const struct employer *employer)
{
    uint32_t account = find_by(golden->by_number, employer->number);
    if (account == TAKI_NOBODY)
        account = find_by(golden->by_domain, employer->domain);
    if (account == TAKI_NOBODY)
        account = find_by(golden->by_name, employer->name);
    return account;
}

/* A company nobody keeps a record of: founded by the first (person or list entry) that names it. */
static uint32_t found_account(struct taki_golden *golden, const struct employer *employer, taki_str founder,
                              taki_str shown_name)
{
    if (taki_str_is_null(employer->number) && taki_str_is_null(employer->domain) && taki_str_is_null(employer->name))
        return TAKI_NOBODY;
    struct taki_golden_account *account = &golden->accounts[golden->account_count];
    *account = (struct taki_golden_account){
        .id = founder,
        .corporate_number = employer->number,
        .name = shown_name,
        .domain = employer->domain,
        .employees = TAKI_I64_NULL,
        .fiscal_start_month = TAKI_I64_NULL,
    };
    index_account(golden, golden->account_count, employer->name);
    return (uint32_t)golden->account_count++;
}

static struct employer employer_of_person(struct taki_golden *golden, const struct taki_golden_person *person)
{
    struct employer employer = {TAKI_STR_NULL, TAKI_STR_NULL, company_key(golden->arena, person->company_name)};
    employer.domain = own_domain(golden->arena, taki_email_domain(taki_email_key(golden->arena, person->email)));
    for (uint32_t i = 0; i < person->member_count; i++) {
        const struct taki_person *member = person->members[i];
        if (taki_str_is_null(employer.number))
            employer.number = taki_corporate_number_key(golden->arena, member->corporate_number);
        if (taki_str_is_null(employer.domain))
            employer.domain = own_domain(golden->arena, member->website);
    }
    return employer;
}

/* The account a record names itself; the latest SFA record wins where records contradict each other. */
static uint32_t named_account(struct taki_golden *golden, const struct taki_golden_person *person)
{
    const struct taki_person *best = NULL;
    uint32_t account = TAKI_NOBODY;
    bool conflict = false;
    for (uint32_t i = 0; i < person->member_count; i++) {
        const struct taki_person *member = person->members[i];
        taki_str ref = taki_str_is_blank(member->account) ? member->converted_account : member->account;
        uint32_t named = taki_str_is_blank(ref) ? TAKI_NOBODY : taki_golden_account_of(golden, ref);
        if (named == TAKI_NOBODY)
            continue;
        conflict = conflict || (account != TAKI_NOBODY && named != account);
        bool sfa = golden->keys[member - golden->rows].is_sfa;
        bool best_sfa = best != NULL && golden->keys[best - golden->rows].is_sfa;
        bool wins = best == NULL || (sfa != best_sfa ? sfa : member->modified_at.us > best->modified_at.us);
        best = wins ? member : best;
        account = wins ? named : account;
    }
    if (conflict) {
        taki_identity_issue(golden,
                            (struct taki_dq){"account_conflict", "warn", "person", person->id,
                                             TAKI_STR("records name different accounts; the latest SFA record wins"),
                                             golden->accounts[account].id});
    }
    return account;
}

static void employ_persons(struct taki_golden *golden)
{
    for (size_t i = 0; i < golden->person_count; i++) {
        struct taki_golden_person *person = &golden->persons[i];
        person->account = named_account(golden, person);
        if (person->account != TAKI_NOBODY)
            continue;
        struct employer employer = employer_of_person(golden, person);
        person->account = find_employer(golden, &employer);
        if (person->account == TAKI_NOBODY)
            person->account = found_account(golden, &employer, person->id, person->company_name);
    }
}

static void found_targets(struct taki_golden *golden, const struct taki_target_list *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct employer employer = {taki_corporate_number_key(golden->arena, rows[i].corporate_number),
                                    own_domain(golden->arena, rows[i].website),
                                    company_key(golden->arena, rows[i].company_name)};
        taki_str ref = taki_identity_ref(golden->arena, (const struct taki_head *)&rows[i]);
        note_bad_number(golden, ref, "target_list", rows[i].corporate_number, employer.number);
        bool named =
            !taki_str_is_blank(rows[i].account) && taki_golden_account_of(golden, rows[i].account) != TAKI_NOBODY;
        if (!named && find_employer(golden, &employer) == TAKI_NOBODY)
            (void)found_account(golden, &employer, ref, rows[i].company_name);
    }
}

struct numbered {
    taki_str id;
    uint32_t old;
};

static int by_id(const void *a, const void *b)
{
    return taki_str_compare(((const struct numbered *)a)->id, ((const struct numbered *)b)->id);
}

static void renumber_map(struct taki_map *map, const uint32_t *rank)
{
    for (size_t i = 0; i < taki_map_count(map); i++) {
        uint64_t *slot = taki_map_value(map, i);
        if (*slot != 0)
            *slot = (uint64_t)rank[*slot - 1] + 1;
    }
}

/* Sorts the accounts by id and lets every index follow. */
static void rank_accounts(struct account_work *work)
{
    struct taki_golden *golden = work->golden;
    size_t count = golden->account_count;
    struct numbered *order = TAKI_NEW_ARRAY(work->arena, count, struct numbered);
    struct taki_golden_account *sorted = TAKI_NEW_ARRAY(golden->arena, count, struct taki_golden_account);
    uint32_t *rank = TAKI_NEW_ARRAY(work->arena, count, uint32_t);
    for (size_t i = 0; i < count; i++)
        order[i] = (struct numbered){golden->accounts[i].id, (uint32_t)i};
    qsort(order, count, sizeof *order, by_id);
    for (size_t i = 0; i < count; i++) {
        rank[order[i].old] = (uint32_t)i;
        sorted[i] = golden->accounts[order[i].old];
    }
    golden->accounts = sorted;
    for (size_t row = 0; row < golden->account_row_count; row++)
        golden->account_of_row[row] = rank[golden->account_of_row[row]];
    for (size_t i = 0; i < golden->person_count; i++) {
        uint32_t *account = &golden->persons[i].account;
        *account = *account == TAKI_NOBODY ? TAKI_NOBODY : rank[*account];
    }
    renumber_map(golden->by_number, rank);
    renumber_map(golden->by_domain, rank);
    renumber_map(golden->by_name, rank);
}

static void resolve_parents(struct taki_golden *golden)
{
    for (size_t i = 0; i < golden->account_count; i++) {
        struct taki_golden_account *account = &golden->accounts[i];
        uint32_t parent =
            taki_str_is_blank(account->parent) ? TAKI_NOBODY : taki_golden_account_of(golden, account->parent);
        account->parent = parent == TAKI_NOBODY || parent == i ? TAKI_STR_NULL : golden->accounts[parent].id;
    }
}

uint32_t taki_golden_account_match(const struct taki_golden *golden, taki_str company_name, taki_str website,
                                   taki_str corporate_number)
{
    TAKI_AUTO(taki_arena_auto) struct taki_arena *scratch = taki_arena_open("account match", 0);
    struct employer employer = {taki_corporate_number_key(scratch, corporate_number), own_domain(scratch, website),
                                company_key(scratch, company_name)};
    return find_employer(golden, &employer);
}

enum taki_status taki_identity_accounts(struct taki_golden *golden, struct taki_error *err)
{
    (void)err;
    TAKI_AUTO(taki_arena_auto) struct taki_arena *arena = taki_arena_open("account keys", 0);
    size_t targets = 0;
    const struct taki_target_list *target_rows = taki_store_rows(golden->store, TAKI_ENTITY_TARGET_LIST, &targets);
    golden->account_rows = taki_store_rows(golden->store, TAKI_ENTITY_ACCOUNT, &golden->account_row_count);
    size_t rows = golden->account_row_count;
    golden->account_refs = taki_map_new(golden->arena, rows);
    golden->by_number = taki_map_new(golden->arena, rows);
    golden->by_domain = taki_map_new(golden->arena, rows);
    golden->by_name = taki_map_new(golden->arena, rows);
    struct account_work work = {golden, arena, TAKI_NEW_ARRAY(golden->arena, rows, struct account_keys),
                                taki_clusters_new(golden->arena, rows)};
    make_account_keys(&work);
    join_merged_accounts(&work);
    join_by(&work, number_of, false);
    join_by(&work, domain_and_name_of, false);
    join_by(&work, name_of, true);
    gather_accounts(&work, rows + golden->person_count + targets);
    for (size_t i = 0; i < golden->account_count; i++)
        index_account(golden, i, company_key(golden->arena, golden->accounts[i].name));
    employ_persons(golden);
    found_targets(golden, target_rows, targets);
    rank_accounts(&work);
    resolve_parents(golden);
    return TAKI_OK;
}
