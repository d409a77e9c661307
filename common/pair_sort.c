#include "spill.h"

#include <string.h>

/* Keys are sorted by eight bytes at a time, held beside the pair, so that most comparisons touch no key. Pairs that tie
 * go on with the next eight bytes: ids of one source ("ma:50000000042") have a long common start, and comparing it
 * again and again would miss the cache each time. */

enum {
    FEW = 16,     /* pairs that an insertion sort does well */
    DEEPEST = 64, /* bytes of a common start after which whole keys are compared */
};

/** @p whole: ties of the prefix are decided by all of key and value. */
static bool is_before(const struct taki_pair *a, const struct taki_pair *b, bool whole)
{
    if (a->prefix != b->prefix)
        return a->prefix < b->prefix;
    return whole && taki_pair_compare(a, b) < 0;
}

static void sort_few(struct taki_pair *pairs, size_t count, bool whole)
{
    for (size_t i = 1; i < count; i++) {
        const struct taki_pair pair = pairs[i];
        size_t at = i;
        for (; at > 0 && is_before(&pair, &pairs[at - 1], whole); at--)
            pairs[at] = pairs[at - 1];
        pairs[at] = pair;
    }
}

/** The pairs of both halves, of which only the first is copied away. */
struct halves {
    struct taki_pair *pairs, *work;
    size_t middle, count;
};

static void merge_halves(struct halves halves, bool whole)
{
    struct taki_pair *pairs = halves.pairs;
    const struct taki_pair *work = halves.work;
    if (!is_before(&pairs[halves.middle], &pairs[halves.middle - 1], whole))
        return; // already in order, as the input of a re-sorted run often is
    memcpy(halves.work, pairs, halves.middle * sizeof *pairs);
    size_t left = 0;
    size_t right = halves.middle;
    for (size_t at = 0; left < halves.middle; at++) {
        if (right == halves.count || !is_before(&pairs[right], &work[left], whole)) {
            pairs[at] = work[left++];
        } else {
            pairs[at] = pairs[right++];
        }
    }
}

static void merge_sort(struct taki_pair *pairs, struct taki_pair *work, size_t count, bool whole)
{
    for (size_t at = 0; at < count; at += FEW)
        sort_few(pairs + at, count - at < FEW ? count - at : FEW, whole);
    for (size_t width = FEW; width < count; width *= 2) {
        for (size_t at = 0; at + width < count; at += 2 * width) {
            const size_t both = count - at < 2 * width ? count - at : 2 * width;
            merge_halves((struct halves){pairs + at, work, width, both}, whole);
        }
    }
}

static void sort_from(struct taki_pair *pairs, struct taki_pair *work, size_t count, size_t depth);

/** Pairs whose keys tie before @p depth; their prefixes are the same before and after. */
static void sort_tied(struct taki_pair *pairs, struct taki_pair *work, size_t count, size_t depth)
{
    const uint64_t shared = pairs->prefix;
    if (count <= FEW || depth >= DEEPEST) {
        merge_sort(pairs, work, count, true);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        struct taki_pair *pair = &pairs[i];
        pair->prefix = pair->key_size > depth ? taki_pair_prefix(pair->data + depth, pair->key_size - depth) : 0;
    }
    sort_from(pairs, work, count, depth);
    for (size_t i = 0; i < count; i++)
        pairs[i].prefix = shared;
}

/** Prefixes are those at @p depth of the keys. A key that ends before its fellows has zeros there: it comes first or
 * ties, and ties are decided by whole keys at last. */
static void sort_from(struct taki_pair *pairs, struct taki_pair *work, size_t count, size_t depth)
{
    merge_sort(pairs, work, count, false);
    size_t end = 0;
    for (size_t begin = 0; begin < count; begin = end) {
        for (end = begin + 1; end < count && pairs[end].prefix == pairs[begin].prefix;)
            end++;
        if (end - begin > 1)
            sort_tied(pairs + begin, work, end - begin, depth + sizeof pairs->prefix);
    }
}

void taki_pair_sort(struct taki_pair *pairs, struct taki_pair *work, size_t count)
{
    sort_from(pairs, work, count, 0);
}
