/* Which person records are one person. Strongest evidence first; guards look at the clusters built so far. */
#include "identity.h"

#include "taki/json.h"

const uint64_t *taki_identity_follow(const struct taki_golden *golden, const struct taki_map *live, taki_str ref)
{
    enum { LONGEST_CHAIN = 64 };
    for (int step = 0; step < LONGEST_CHAIN; step++) {
        const uint64_t *row = taki_map_find(live, ref);
        if (row != NULL)
            return row;
        const uint64_t *survivor = taki_map_find(golden->dead, ref);
        if (survivor == NULL)
            return NULL;
        ref = golden->survivors[*survivor];
    }
    return NULL; /* a circle in the merge feed names nobody */
}

enum taki_status taki_identity_tombstones(struct taki_golden *golden, struct taki_error *err)
{
    (void)err;
    size_t count = 0;
    const struct taki_tombstone *rows = taki_store_rows(golden->store, TAKI_ENTITY_TOMBSTONE, &count);
    golden->dead = taki_map_new(golden->arena, count);
    golden->survivors = TAKI_NEW_ARRAY(golden->arena, count, taki_str);
    for (size_t i = 0; i < count; i++) {
        if (taki_str_is_blank(rows[i].merged_into))
            continue;
        bool is_new = false;
        uint64_t *slot = taki_map_put_borrowed(golden->dead, rows[i].dead, &is_new);
        if (is_new)
            *slot = golden->survivor_count++;
        golden->survivors[*slot] = rows[i].merged_into;
    }
    return TAKI_OK;
}

static void join_ref(struct taki_golden *golden, uint32_t row, taki_str ref, enum taki_match_rule rule)
{
    if (taki_str_is_blank(ref))
        return;
    const uint64_t *other = taki_identity_follow(golden, golden->refs, ref);
    if (other != NULL)
        (void)taki_clusters_join(golden->clusters, row, (uint32_t)*other, rule);
}

/* A record that is still there although the feed says it was merged belongs to its survivor. */
static void join_merged(struct taki_golden *golden)
{
    for (uint32_t row = 0; row < golden->row_count; row++) {
        join_ref(golden, row, golden->rows[row].merged_into, TAKI_MATCH_MERGED);
        const uint64_t *survivor = taki_map_find(golden->dead, golden->keys[row].ref);
        if (survivor != NULL)
            join_ref(golden, row, golden->survivors[*survivor], TAKI_MATCH_MERGED);
        const uint64_t *first = taki_map_find(golden->refs, golden->keys[row].ref);
        if (first != NULL && *first != row)
            (void)taki_clusters_join(golden->clusters, row, (uint32_t)*first, TAKI_MATCH_SYNCED);
    }
}

static enum taki_status join_list(struct taki_golden *golden, struct taki_arena *scratch, uint32_t row,
                                  struct taki_error *err)
{
    struct taki_json json;
    TAKI_TRY(taki_json_parse(scratch, golden->rows[row].same_as, NULL, &json, err));
    const struct taki_json_node *item = taki_json_first(&json, &json.nodes[0]);
    for (; item != NULL; item = taki_json_next(&json, &json.nodes[0], item))
        join_ref(golden, row, taki_json_text(golden->arena, item), TAKI_MATCH_SYNCED);
    return TAKI_OK;
}

static enum taki_status join_synced(struct taki_golden *golden, struct taki_error *err)
{
    TAKI_AUTO(taki_arena_auto) struct taki_arena *scratch = taki_arena_open("synced ids", 0);
    for (uint32_t row = 0; row < golden->row_count; row++) {
        join_ref(golden, row, golden->rows[row].converted_contact, TAKI_MATCH_SYNCED);
        if (taki_str_is_blank(golden->rows[row].same_as))
            continue;
        TAKI_TRY(join_list(golden, scratch, row, err));
        taki_arena_reset(scratch);
    }
    return TAKI_OK;
}

/* What the guards know of a cluster: its least row with the fact wins, kept at the root. */
struct facts {
    taki_str *last_name, *email;
    bool *has_sfa;
};

static bool is_ascii(taki_str text)
{
    for (size_t i = 0; i < text.size; i++) {
        if ((unsigned char)text.data[i] >= 0x80)
            return false;
    }
    return true;
}

/* Different family names in one script; a kanji name and its Latin spelling may well be one person. */
static bool names_differ(taki_str a, taki_str b)
{
    return !taki_str_is_blank(a) && !taki_str_is_blank(b) && is_ascii(a) == is_ascii(b) && !taki_str_equal(a, b);
}

/* Two addresses of the company's own scheme are two people, whatever switchboard and name they share. */
static bool addresses_differ(taki_str a, taki_str b)
{
    taki_str domain = taki_email_domain(a);
    return !taki_str_is_blank(a) && !taki_str_is_blank(b) && !taki_str_equal(a, b) &&
           taki_str_equal(domain, taki_email_domain(b)) && !taki_domain_is_free(domain);
}

static bool forbidden(const struct facts *facts, uint32_t x, uint32_t y, enum taki_match_rule rule)
{
    if (rule == TAKI_MATCH_EMAIL)
        return facts->has_sfa[x] && facts->has_sfa[y] && names_differ(facts->last_name[x], facts->last_name[y]);
    return addresses_differ(facts->email[x], facts->email[y]);
}

static void absorb(struct facts *facts, uint32_t root, uint32_t child)
{
    if (taki_str_is_blank(facts->last_name[root]))
        facts->last_name[root] = facts->last_name[child];
    if (taki_str_is_blank(facts->email[root]))
        facts->email[root] = facts->email[child];
    facts->has_sfa[root] = facts->has_sfa[root] || facts->has_sfa[child];
}

static void join_guarded(struct taki_golden *golden, struct facts *facts, uint32_t a, uint32_t b,
                         enum taki_match_rule rule)
{
    uint32_t x = taki_clusters_root(golden->clusters, a);
    uint32_t y = taki_clusters_root(golden->clusters, b);
    if (x == y)
        return;
    if (!golden->exact && forbidden(facts, x, y, rule)) {
        taki_identity_issue(golden, (struct taki_dq){"identity_conflict", "warn", "person", golden->keys[b].ref,
                                                     rule == TAKI_MATCH_EMAIL
                                                         ? TAKI_STR("same e-mail, different names in the SFA")
                                                         : TAKI_STR("same phone and name, different company addresses"),
                                                     golden->keys[a].ref});
        return;
    }
    (void)taki_clusters_join(golden->clusters, a, b, rule);
    absorb(facts, x < y ? x : y, x < y ? y : x);
}

static struct facts *facts_new(const struct taki_golden *golden, struct taki_arena *arena)
{
    struct facts *facts = TAKI_NEW(arena, struct facts);
    facts->last_name = TAKI_NEW_ARRAY(arena, golden->row_count, taki_str);
    facts->email = TAKI_NEW_ARRAY(arena, golden->row_count, taki_str);
    facts->has_sfa = TAKI_NEW_ARRAY(arena, golden->row_count, bool);
    for (uint32_t row = 0; row < golden->row_count; row++) {
        const struct taki_person_keys *keys = &golden->keys[row];
        facts->last_name[row] = keys->last_name;
        facts->email[row] = taki_email_is_role(keys->email) ? TAKI_STR_NULL : keys->email;
        facts->has_sfa[row] = keys->is_sfa;
    }
    for (uint32_t row = 0; row < golden->row_count; row++) {
        uint32_t root = taki_clusters_root(golden->clusters, row);
        if (root != row)
            absorb(facts, root, row);
    }
    return facts;
}

/* Groups of equal key as linked lists in row order: first row of each key in the map, next row a row. */
struct groups {
    struct taki_map *first;
    uint32_t *next, *last;
};

static struct groups group_by(const struct taki_golden *golden, struct taki_arena *arena, size_t offset)
{
    struct groups groups = {taki_map_new(arena, golden->row_count), TAKI_NEW_ARRAY(arena, golden->row_count, uint32_t),
                            TAKI_NEW_ARRAY(arena, golden->row_count, uint32_t)};
    for (uint32_t row = 0; row < golden->row_count; row++) {
        taki_str key = taki_identity_text(&golden->keys[row], offset);
        groups.next[row] = TAKI_NOBODY;
        if (taki_str_is_null(key))
            continue;
        bool is_new = false;
        uint64_t *slot = taki_map_put_borrowed(groups.first, key, &is_new);
        if (is_new) {
            *slot = row;
        } else {
            groups.next[groups.last[*slot]] = row;
        }
        groups.last[*slot] = row;
    }
    return groups;
}

/* A mailbox is shared when its local part is a role, or when it carries too many family names. */
static bool is_shared(const struct taki_golden *golden, struct taki_arena *scratch, const struct groups *groups,
                      uint32_t first)
{
    if (taki_email_is_role(golden->keys[first].email))
        return true;
    struct taki_map *names = taki_map_new(scratch, 8);
    for (uint32_t row = first; row != TAKI_NOBODY; row = groups->next[row]) {
        bool is_new = false;
        if (!taki_str_is_blank(golden->keys[row].last_name))
            (void)taki_map_put_borrowed(names, golden->keys[row].last_name, &is_new);
    }
    return (int64_t)taki_map_count(names) >= golden->shared_mailbox_names;
}

/* In a shared mailbox only equal names are one person. */
static void join_shared(struct taki_golden *golden, struct taki_arena *scratch, struct facts *facts,
                        const struct groups *groups, uint32_t first)
{
    struct taki_map *by_name = taki_map_new(scratch, 8);
    for (uint32_t row = first; row != TAKI_NOBODY; row = groups->next[row]) {
        golden->keys[row].shared = true;
        if (taki_str_is_blank(golden->keys[row].name))
            continue;
        bool is_new = false;
        uint64_t *slot = taki_map_put_borrowed(by_name, golden->keys[row].name, &is_new);
        if (is_new) {
            *slot = row;
        } else {
            join_guarded(golden, facts, (uint32_t)*slot, row, TAKI_MATCH_EMAIL);
        }
    }
}

static void join_group(struct taki_golden *golden, struct facts *facts, const struct groups *groups, uint32_t first,
                       enum taki_match_rule rule)
{
    for (uint32_t row = groups->next[first]; row != TAKI_NOBODY; row = groups->next[row])
        join_guarded(golden, facts, first, row, rule);
}

static void join_by_email(struct taki_golden *golden, struct facts *facts)
{
    TAKI_AUTO(taki_arena_auto) struct taki_arena *arena = taki_arena_open("e-mail groups", 0);
    TAKI_AUTO(taki_arena_auto) struct taki_arena *scratch = taki_arena_open("e-mail group", 0);
    struct groups groups = group_by(golden, arena, offsetof(struct taki_person_keys, email));
    for (size_t i = 0; i < taki_map_count(groups.first); i++) {
        uint32_t first = (uint32_t)*taki_map_value(groups.first, i);
        bool single = groups.next[first] == TAKI_NOBODY;
        if (!golden->exact &&
            (single ? taki_email_is_role(golden->keys[first].email) : is_shared(golden, scratch, &groups, first))) {
            join_shared(golden, scratch, facts, &groups, first);
        } else {
            join_group(golden, facts, &groups, first, TAKI_MATCH_EMAIL);
        }
        taki_arena_reset(scratch);
    }
}

static void join_by_phone_name(struct taki_golden *golden, struct facts *facts)
{
    TAKI_AUTO(taki_arena_auto) struct taki_arena *arena = taki_arena_open("phone and name groups", 0);
    struct groups groups = group_by(golden, arena, offsetof(struct taki_person_keys, phone_name));
    for (size_t i = 0; i < taki_map_count(groups.first); i++)
        join_group(golden, facts, &groups, (uint32_t)*taki_map_value(groups.first, i), TAKI_MATCH_PHONE_NAME);
}

enum taki_status taki_identity_match(struct taki_golden *golden, struct taki_error *err)
{
    TAKI_AUTO(taki_arena_auto) struct taki_arena *arena = taki_arena_open("identity guards", 0);
    golden->clusters = taki_clusters_new(golden->arena, golden->row_count);
    join_merged(golden);
    if (!golden->exact)
        TAKI_TRY(join_synced(golden, err));
    struct facts *facts = facts_new(golden, arena);
    join_by_email(golden, facts);
    join_by_phone_name(golden, facts);
    return TAKI_OK;
}
