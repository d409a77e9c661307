#include "family.h"

#include <stdlib.h>

struct placed {
    const struct taki_family_deal *deal;
    uint32_t index;
};

static int by_creation(const void *left, const void *right)
{
    const struct placed *a = left, *b = right;
    if (a->deal->created.days != b->deal->created.days)
        return a->deal->created.days < b->deal->created.days ? -1 : 1;
    return taki_str_compare(a->deal->id, b->deal->id);
}

static bool same_product(const struct taki_family_deal *a, const struct taki_family_deal *b)
{
    bool both_blank = taki_str_is_blank(a->product_line) && taki_str_is_blank(b->product_line);
    return both_blank || taki_str_equal_nocase(a->product_line, b->product_line);
}

/* The lost deal that @p deal takes up again: the latest loss at most gap_days before its creation. */
static uint32_t predecessor(const struct placed *placed, size_t count, size_t at, int64_t gap_days)
{
    const struct taki_family_deal *deal = placed[at].deal, *best = NULL;
    uint32_t found = TAKI_NO_INDEX;
    for (size_t i = 0; i < count; i++) {
        const struct taki_family_deal *other = placed[i].deal;
        if (i == at || taki_date_is_null(other->lost) || !same_product(deal, other))
            continue;
        int64_t gap = deal->created.days - other->lost.days;
        bool is_earlier = i < at && gap >= 0 && gap <= gap_days;
        if (is_earlier && (!best || other->lost.days > best->lost.days)) {
            best = other;
            found = placed[i].index;
        }
    }
    return found;
}

void taki_families_find(struct taki_arena *arena, struct taki_family_deal *deals, size_t count, int64_t gap_days)
{
    struct placed *placed = TAKI_NEW_ARRAY(arena, count, struct placed);
    for (uint32_t i = 0; i < count; i++) {
        placed[i] = (struct placed){&deals[i], i};
        deals[i].root = i;
    }
    if (count > 1)
        qsort(placed, count, sizeof *placed, by_creation);
    for (size_t i = 0; i < count; i++) {
        struct taki_family_deal *deal = &deals[placed[i].index];
        uint32_t previous = deal->previous;
        if (previous == TAKI_NO_INDEX && deal->has_account)
            previous = predecessor(placed, count, i, gap_days);
        /* A link to a younger deal, or in a circle, is no predecessor. */
        bool is_older = previous != TAKI_NO_INDEX && by_creation(&(struct placed){&deals[previous], 0}, &placed[i]) < 0;
        if (is_older)
            deal->root = deals[previous].root;
    }
}

struct numbered {
    struct taki_sql_event event;
    uint32_t root;
    taki_str id;
};

static int by_family(const void *left, const void *right)
{
    const struct numbered *a = left, *b = right;
    if (a->root != b->root)
        return a->root < b->root ? -1 : 1;
    if (a->event.ts.us != b->event.ts.us)
        return a->event.ts.us < b->event.ts.us ? -1 : 1;
    int order = taki_str_compare(a->id, b->id);
    if (order != 0)
        return order;
    return a->event.pass_no < b->event.pass_no ? -1 : a->event.pass_no > b->event.pass_no;
}

void taki_families_number(struct taki_arena *arena, const struct taki_family_deal *deals, struct taki_sql_event *events,
                          size_t count)
{
    struct numbered *rows = TAKI_NEW_ARRAY(arena, count, struct numbered);
    for (size_t i = 0; i < count; i++)
        rows[i] = (struct numbered){events[i], deals[events[i].deal].root, deals[events[i].deal].id};
    if (count > 1)
        qsort(rows, count, sizeof *rows, by_family);
    for (size_t i = 0; i < count; i++) {
        bool is_first = i == 0 || rows[i].root != rows[i - 1].root;
        bool is_last = i + 1 == count || rows[i].root != rows[i + 1].root;
        rows[i].event.seq = is_first ? 1 : rows[i - 1].event.seq + 1;
        rows[i].event.is_latest = is_last;
        events[i] = rows[i].event;
    }
}
