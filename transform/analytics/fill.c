#include "fill.h"

#include "taki/json.h"

taki_str taki_fill_list(struct taki_arena *arena, const taki_str *items, size_t count)
{
    struct taki_buf buf;
    taki_buf_init(&buf, (size_t)16 << 20);
    taki_buf_add_char(&buf, '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            taki_buf_add_char(&buf, ',');
        taki_json_add_string(&buf, items[i]);
    }
    taki_buf_add_char(&buf, ']');
    taki_str text = taki_str_dup(arena, taki_buf_view(&buf));
    taki_buf_reset(&buf);
    return text;
}

taki_str taki_fill_account(const struct taki_facts *facts, uint32_t account)
{
    return account == TAKI_NO_INDEX ? TAKI_STR_NULL : facts->accounts[account].id;
}

taki_str taki_fill_campaign(const struct taki_facts *facts, uint32_t campaign)
{
    return campaign == TAKI_NO_INDEX ? TAKI_STR_NULL : facts->campaigns[campaign].id;
}

uint32_t taki_fill_account_at(const struct taki_case *one, taki_instant ts)
{
    uint32_t account = TAKI_NO_INDEX;
    for (size_t i = 0; i < one->story.tenure_count && one->story.tenures[i].from.us <= ts.us; i++)
        account = one->story.tenures[i].account;
    return account;
}
