#include "identity.h"

#include "taki/pool.h"
#include "taki/text.h"

#include <string.h>

enum { ROWS_AN_ITEM = 8192 };

struct key_work {
    struct taki_golden *golden;
    struct taki_arena **arenas; /* one an item, so that keys stay where they are whatever worker makes them */
    const bool *is_sfa;         /* per row */
};

taki_str taki_identity_ref(struct taki_arena *arena, const struct taki_head *head)
{
    size_t size = head->source.size + 1 + head->source_id.size;
    char *text = taki_arena_alloc(arena, size + 1);
    memcpy(text, head->source.data, head->source.size);
    text[head->source.size] = ':';
    memcpy(text + head->source.size + 1, head->source_id.data, head->source_id.size);
    return (taki_str){text, size};
}

bool taki_identity_is_sfa(const struct taki_golden *golden, taki_str source)
{
    const struct taki_node *node = taki_node_find(taki_config_root(golden->run->config), "sources");
    char *name = taki_arena_copy(golden->arena, source.data, source.size);
    node = taki_node_find(node, name);
    taki_str role = taki_node_text(taki_node_find(node, "role"));
    if (!taki_str_is_null(role))
        return taki_str_is(role, "sfa");
    taki_str type = taki_node_text(taki_node_find(node, "type"));
    return taki_str_is(type, "salesforce") || taki_str_is(type, "kintone");
}

static taki_str joined(struct taki_arena *arena, taki_str phone, taki_str name)
{
    if (taki_str_is_null(phone) || taki_str_is_null(name))
        return TAKI_STR_NULL;
    char *text = taki_arena_alloc(arena, phone.size + name.size + 2);
    memcpy(text, phone.data, phone.size);
    text[phone.size] = '|';
    memcpy(text + phone.size + 1, name.data, name.size);
    return (taki_str){text, phone.size + name.size + 1};
}

static void make_keys(const struct taki_golden *golden, struct taki_arena *arena, size_t row)
{
    const struct taki_person *person = &golden->rows[row];
    struct taki_person_keys *keys = &golden->keys[row];
    keys->ref = taki_identity_ref(arena, (const struct taki_head *)person);
    keys->email = taki_email_key(arena, person->email);
    if (!golden->exact && !taki_email_is_valid(keys->email))
        keys->email = TAKI_STR_NULL;
    keys->phone = taki_phone_key(arena, person->phone);
    if (taki_str_is_null(keys->phone))
        keys->phone = taki_phone_key(arena, person->mobile);
    keys->name = taki_name_key(arena, person->last_name, person->first_name, person->full_name);
    keys->last_name = taki_name_key(arena, person->last_name, TAKI_STR_NULL, TAKI_STR_NULL);
    keys->phone_name = joined(arena, keys->phone, keys->name);
}

static enum taki_status work_item(void *context, size_t item, size_t worker, struct taki_error *err)
{
    (void)worker;
    (void)err;
    struct key_work *work = context;
    size_t end = (item + 1) * ROWS_AN_ITEM;
    if (end > work->golden->row_count)
        end = work->golden->row_count;
    for (size_t row = item * ROWS_AN_ITEM; row < end; row++) {
        make_keys(work->golden, work->arenas[item], row);
        work->golden->keys[row].is_sfa = work->is_sfa[row];
    }
    return TAKI_OK;
}

/* Rows are sorted by source, so the role is looked up once a run of equal sources. */
static bool *roles_of_rows(struct taki_golden *golden)
{
    bool *is_sfa = TAKI_NEW_ARRAY(golden->arena, golden->row_count, bool);
    taki_str last = TAKI_STR_NULL;
    bool role = false;
    for (size_t row = 0; row < golden->row_count; row++) {
        if (!taki_str_equal(golden->rows[row].source, last)) {
            last = golden->rows[row].source;
            role = taki_identity_is_sfa(golden, last);
        }
        is_sfa[row] = role;
    }
    return is_sfa;
}

enum taki_status taki_identity_keys(struct taki_golden *golden, struct taki_error *err)
{
    size_t items = (golden->row_count + ROWS_AN_ITEM - 1) / ROWS_AN_ITEM;
    golden->key_arenas = TAKI_NEW_ARRAY(golden->arena, items, struct taki_arena *);
    golden->key_arena_count = items;
    for (size_t i = 0; i < items; i++)
        golden->key_arenas[i] = taki_arena_open("identity keys", 0);
    golden->keys = TAKI_NEW_ARRAY(golden->arena, golden->row_count, struct taki_person_keys);
    struct key_work work = {golden, golden->key_arenas, roles_of_rows(golden)};
    TAKI_TRY(taki_pool_run(golden->run->jobs, items, work_item, &work, err));

    golden->refs = taki_map_new(golden->arena, golden->row_count);
    for (size_t row = 0; row < golden->row_count; row++) {
        bool is_new = false;
        uint64_t *slot = taki_map_put_borrowed(golden->refs, golden->keys[row].ref, &is_new);
        if (is_new)
            *slot = row;
    }
    return TAKI_OK;
}
