/* Golden persons out of clusters: survivor, members, survivorship of every field. */
#include "identity.h"

#include <stdlib.h>
#include <string.h>

/* Confidence published with the rule: how often such a link is right is not measured here, so only the order means
 * something. */
static const double rule_confidence[] = {
    [TAKI_MATCH_SINGLE] = 1.0, [TAKI_MATCH_MERGED] = 1.0,     [TAKI_MATCH_SYNCED] = 1.0,
    [TAKI_MATCH_EMAIL] = 0.98, [TAKI_MATCH_PHONE_NAME] = 0.9,
};

static bool is_older(const struct taki_golden *golden, uint32_t a, uint32_t b)
{
    int64_t x = taki_instant_is_null(golden->rows[a].created_at) ? INT64_MAX : golden->rows[a].created_at.us;
    int64_t y = taki_instant_is_null(golden->rows[b].created_at) ? INT64_MAX : golden->rows[b].created_at.us;
    if (x != y)
        return x < y;
    int by_source = taki_str_compare(golden->rows[a].source, golden->rows[b].source);
    return by_source != 0 ? by_source < 0 : taki_str_compare(golden->rows[a].source_id, golden->rows[b].source_id) < 0;
}

/* Newer wins; on equal times the SFA record, then the lesser row. */
static bool is_fresher(const struct taki_golden *golden, const struct taki_person *a, const struct taki_person *b)
{
    if (a->modified_at.us != b->modified_at.us)
        return a->modified_at.us > b->modified_at.us;
    bool a_sfa = golden->keys[a - golden->rows].is_sfa;
    return a_sfa != golden->keys[b - golden->rows].is_sfa ? a_sfa : a < b;
}

/* One line a field: where it is in a person record and where in the golden person. */
struct survivor_field {
    size_t from, to;
};
#define SAME(name)                                                                                                     \
    {                                                                                                                  \
        offsetof(struct taki_person, name), offsetof(struct taki_golden_person, name)                                  \
    }
static const struct survivor_field text_fields[] = {
    SAME(last_name),
    SAME(first_name),
    SAME(kana),
    SAME(email),
    SAME(phone),
    SAME(title),
    SAME(department),
    SAME(seniority),
    SAME(country),
    SAME(prefecture),
    SAME(industry),
    SAME(company_name),
    SAME(lead_source),
    SAME(status),
    {offsetof(struct taki_person, mobile),
              offsetof(struct taki_golden_person, phone)}, /* only where no member has a phone */
};
static const struct survivor_field number_fields[] = {SAME(score), SAME(employees)};

static void choose_text(const struct taki_golden *golden, struct taki_golden_person *person,
                        struct survivor_field field)
{
    taki_str *to = (taki_str *)(void *)((char *)person + field.to);
    if (!taki_str_is_blank(*to))
        return;
    const struct taki_person *best = NULL;
    for (uint32_t i = 0; i < person->member_count; i++) {
        const struct taki_person *member = person->members[i];
        taki_str value = taki_identity_text(member, field.from);
        if (!taki_str_is_blank(value) && (best == NULL || is_fresher(golden, member, best)))
            best = member;
    }
    if (best != NULL)
        *to = taki_identity_text(best, field.from);
}

static void choose_number(const struct taki_golden *golden, struct taki_golden_person *person,
                          struct survivor_field field)
{
    const struct taki_person *best = NULL;
    for (uint32_t i = 0; i < person->member_count; i++) {
        const struct taki_person *member = person->members[i];
        int64_t value = taki_identity_number(member, field.from);
        if (value != TAKI_I64_NULL && (best == NULL || is_fresher(golden, member, best)))
            best = member;
    }
    int64_t chosen = best == NULL ? TAKI_I64_NULL : taki_identity_number(best, field.from);
    memcpy((char *)person + field.to, &chosen, sizeof chosen);
}

static bool is_japanese(taki_str name)
{
    return name.size > 0 && (unsigned char)name.data[0] >= 0xE3;
}

/* Family name first in Japanese, last elsewhere; a full name as given where the parts are missing. */
static void choose_name(const struct taki_golden *golden, struct taki_golden_person *person)
{
    struct survivor_field full = {offsetof(struct taki_person, full_name), offsetof(struct taki_golden_person, name)};
    if (taki_str_is_blank(person->last_name) && taki_str_is_blank(person->first_name)) {
        choose_text(golden, person, full);
        return;
    }
    bool family_first = is_japanese(person->last_name);
    taki_str a = family_first ? person->last_name : person->first_name;
    taki_str b = family_first ? person->first_name : person->last_name;
    const char *space = a.size > 0 && b.size > 0 ? " " : "";
    const char *text = taki_arena_format(golden->arena, "%.*s%s%.*s", TAKI_STR_ARG(a), space, TAKI_STR_ARG(b));
    person->name = taki_str_of(text);
}

static void choose_owner(const struct taki_golden *golden, struct taki_golden_person *person)
{
    const struct taki_person *best = NULL;
    for (uint32_t i = 0; i < person->member_count; i++) {
        const struct taki_person *member = person->members[i];
        if (!taki_str_is_blank(member->owner) && golden->keys[member - golden->rows].is_sfa &&
            (best == NULL || is_fresher(golden, member, best)))
            best = member;
    }
    person->owner = best == NULL ? TAKI_STR_NULL : best->owner;
}

/* A refusal by any member counts: nobody complains about the mail that was not sent. */
static void judge_channels(const struct taki_golden *golden, struct taki_golden_person *person)
{
    for (uint32_t i = 0; i < person->member_count; i++) {
        const struct taki_person *member = person->members[i];
        person->opt_out = person->opt_out || member->opt_out == 1;
        person->do_not_call = person->do_not_call || member->do_not_call == 1;
        person->hard_bounce = person->hard_bounce || (taki_str_is(member->email_status, "hard_bounce") &&
                                                      taki_str_equal_nocase(member->email, person->email));
        person->shared_mailbox = person->shared_mailbox || golden->keys[member - golden->rows].shared;
        if (!taki_instant_is_null(member->created_at) &&
            (taki_instant_is_null(person->first_seen) || member->created_at.us < person->first_seen.us))
            person->first_seen = member->created_at;
    }
    person->email_valid_channel = !taki_str_is_blank(person->email) && !person->opt_out && !person->hard_bounce;
    person->phone_valid_channel = !taki_str_is_blank(person->phone) && !person->do_not_call;
}

static void weakest_rule(const struct taki_golden *golden, struct taki_golden_person *person)
{
    person->rule = TAKI_MATCH_SINGLE;
    for (uint32_t i = 0; i < person->member_count; i++) {
        enum taki_match_rule rule = (enum taki_match_rule)golden->clusters->rule[person->members[i] - golden->rows];
        if (rule > person->rule)
            person->rule = rule;
    }
    person->confidence = rule_confidence[person->rule];
}

static void fill_person(const struct taki_golden *golden, struct taki_golden_person *person)
{
    uint32_t survivor = (uint32_t)(person->members[0] - golden->rows);
    for (uint32_t i = 1; i < person->member_count; i++) {
        uint32_t row = (uint32_t)(person->members[i] - golden->rows);
        if (is_older(golden, row, survivor))
            survivor = row;
    }
    person->id = golden->keys[survivor].ref;
    person->account = TAKI_NOBODY;
    person->first_seen = TAKI_INSTANT_NULL;
    for (size_t i = 0; i < TAKI_LEN(text_fields); i++)
        choose_text(golden, person, text_fields[i]);
    for (size_t i = 0; i < TAKI_LEN(number_fields); i++)
        choose_number(golden, person, number_fields[i]);
    choose_name(golden, person);
    choose_owner(golden, person);
    judge_channels(golden, person);
    weakest_rule(golden, person);
}

static int by_person_id(const void *a, const void *b)
{
    const struct taki_golden_person *x = a;
    const struct taki_golden_person *y = b;
    return taki_str_compare(x->id, y->id);
}

/* Members of a cluster lie in row order behind one another: count, place, fill. */
static void gather_members(struct taki_golden *golden)
{
    size_t rows = golden->row_count;
    uint32_t *slot = TAKI_NEW_ARRAY(golden->arena, rows, uint32_t);
    const struct taki_person **members = TAKI_NEW_ARRAY(golden->arena, rows, const struct taki_person *);
    for (uint32_t row = 0; row < rows; row++) {
        uint32_t root = taki_clusters_root(golden->clusters, row);
        if (root == row) {
            slot[row] = (uint32_t)golden->person_count++;
        } else {
            slot[row] = slot[root];
        }
    }
    golden->persons = TAKI_NEW_ARRAY(golden->arena, golden->person_count, struct taki_golden_person);
    for (uint32_t row = 0; row < rows; row++)
        golden->persons[slot[row]].member_count++;
    size_t start = 0;
    for (size_t i = 0; i < golden->person_count; i++) {
        golden->persons[i].members = members + start;
        start += golden->persons[i].member_count;
        golden->persons[i].member_count = 0;
    }
    for (uint32_t row = 0; row < rows; row++) {
        struct taki_golden_person *person = &golden->persons[slot[row]];
        members[(person->members - (const struct taki_person *const *)members) + person->member_count++] =
            &golden->rows[row];
    }
}

static int by_text(const void *a, const void *b)
{
    return taki_str_compare(*(const taki_str *)a, *(const taki_str *)b);
}

/* Dead refs of the merge feed, under the person they ended in. */
static void attach_merged_ids(struct taki_golden *golden)
{
    size_t dead = taki_map_count(golden->dead);
    uint32_t *owner = TAKI_NEW_ARRAY(golden->arena, dead, uint32_t);
    for (size_t i = 0; i < dead; i++) {
        owner[i] = taki_golden_person_of(golden, taki_map_key(golden->dead, i));
        if (owner[i] != TAKI_NOBODY)
            golden->persons[owner[i]].merged_count++;
    }
    taki_str *ids = TAKI_NEW_ARRAY(golden->arena, dead, taki_str);
    size_t start = 0;
    for (size_t i = 0; i < golden->person_count; i++) {
        golden->persons[i].merged_ids = ids + start;
        start += golden->persons[i].merged_count;
        golden->persons[i].merged_count = 0;
    }
    for (size_t i = 0; i < dead; i++) {
        if (owner[i] == TAKI_NOBODY)
            continue;
        struct taki_golden_person *person = &golden->persons[owner[i]];
        ids[(person->merged_ids - ids) + person->merged_count++] = taki_map_key(golden->dead, i);
    }
    for (size_t i = 0; i < golden->person_count; i++)
        qsort(ids + (golden->persons[i].merged_ids - ids), golden->persons[i].merged_count, sizeof *ids, by_text);
}

void taki_identity_persons(struct taki_golden *golden)
{
    gather_members(golden);
    for (size_t i = 0; i < golden->person_count; i++)
        fill_person(golden, &golden->persons[i]);
    qsort(golden->persons, golden->person_count, sizeof *golden->persons, by_person_id);
    golden->person_of_row = TAKI_NEW_ARRAY(golden->arena, golden->row_count, uint32_t);
    for (size_t i = 0; i < golden->person_count; i++) {
        for (uint32_t m = 0; m < golden->persons[i].member_count; m++)
            golden->person_of_row[golden->persons[i].members[m] - golden->rows] = (uint32_t)i;
    }
    attach_merged_ids(golden);
}
