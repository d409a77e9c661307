#include "campaign_result.h"

#include <string.h>

void taki_campaign_set_add(struct taki_arena *arena, struct taki_campaign_set *set, uint32_t campaign)
{
    for (size_t i = 0; i < set->count; i++) {
        if (set->campaigns[i] == campaign)
            return;
    }
    if (set->count == set->capacity) {
        size_t capacity = set->capacity ? set->capacity * 2 : 8;
        uint32_t *more = TAKI_NEW_ARRAY(arena, capacity, uint32_t);
        if (set->count > 0)
            memcpy(more, set->campaigns, set->count * sizeof *more);
        set->campaigns = more;
        set->capacity = capacity;
    }
    set->campaigns[set->count++] = campaign;
}

static taki_str known(taki_str value)
{
    return taki_str_is_blank(value) ? TAKI_STR("(unknown)") : value;
}

static taki_str value_of(const struct taki_facts *facts, enum taki_campaign_level level, uint32_t campaign)
{
    if (level == TAKI_LEVEL_ALL)
        return TAKI_STR("all");
    if (campaign == TAKI_NO_INDEX)
        return TAKI_STR("(none)");
    const struct taki_campaign_dim *dim = &facts->campaigns[campaign];
    switch (level) {
    case TAKI_LEVEL_ALL:
    case TAKI_LEVELS:
    case TAKI_LEVEL_CAMPAIGN:
        break;
    case TAKI_LEVEL_CHANNEL:
        return known(dim->channel);
    case TAKI_LEVEL_CONTENT_STAGE:
        return known(dim->content_stage);
    case TAKI_LEVEL_OBJECTIVE:
        return known(dim->objective);
    case TAKI_LEVEL_PARENT:
        return facts->campaigns[dim->parent].id;
    case TAKI_LEVEL_VENDOR:
        return known(dim->vendor);
    }
    return dim->id;
}

static void key_of(struct taki_buf *key, enum taki_campaign_level level, taki_str value)
{
    taki_buf_clear(key);
    taki_buf_add_char(key, (char)('a' + (int)level));
    taki_buf_add_str(key, value);
}

static bool is_repeated(const struct taki_facts *facts, const struct taki_campaign_set *set, size_t i,
                        enum taki_campaign_level level, taki_str value)
{
    for (size_t k = 0; k < i; k++) {
        if (taki_str_equal(value_of(facts, level, set->campaigns[k]), value))
            return true;
    }
    return false;
}

void taki_campaign_count_set(struct taki_book *book, const struct taki_facts *facts,
                             const struct taki_campaign_set *set, enum taki_campaign_column column, int64_t value)
{
    struct taki_buf key;
    taki_buf_init(&key, 4096);
    for (enum taki_campaign_level level = TAKI_LEVEL_ALL; level < TAKI_LEVELS; level++) {
        for (size_t i = 0; i < set->count; i++) {
            taki_str text = value_of(facts, level, set->campaigns[i]);
            if (is_repeated(facts, set, i, level, text))
                continue;
            key_of(&key, level, text);
            taki_book_at(book, taki_buf_view(&key))[column] += value;
        }
    }
    taki_buf_reset(&key);
}

void taki_campaign_count(struct taki_book *book, const struct taki_facts *facts, uint32_t campaign,
                         enum taki_campaign_column column, int64_t value)
{
    taki_campaign_count_set(book, facts, &(struct taki_campaign_set){&campaign, 1, 1}, column, value);
}

void taki_campaign_count_all(struct taki_book *book, enum taki_campaign_column column, int64_t value)
{
    taki_book_at(book, TAKI_STR("aall"))[column] += value;
}

/* Key: level, value, NUL, days as a sortable number. */
void taki_campaign_count_days(struct taki_book *days, const struct taki_facts *facts, uint32_t campaign, int64_t value)
{
    struct taki_buf key;
    taki_buf_init(&key, 4096);
    for (enum taki_campaign_level level = TAKI_LEVEL_ALL; level < TAKI_LEVELS; level++) {
        key_of(&key, level, value_of(facts, level, campaign));
        taki_buf_add_char(&key, '\0');
        taki_buf_format(&key, "%012lld", (long long)value);
        taki_book_at(days, taki_buf_view(&key))[0]++;
    }
    taki_buf_reset(&key);
}
