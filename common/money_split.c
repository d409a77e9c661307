#include "taki/money.h"

#include <math.h>

/*
 * Weights are binary fractions, so two that stand for the same decimal (0.3, and 0.1 three times) differ in their last
 * bit. Everything is computed in integers scaled to the greatest weight, the same on every machine; fractions of a
 * minor unit that agree to about a millionth count as equal, and ties go to the lower index.
 */
#define FRACTION_BITS 20

/* ISO C has no 128-bit integers, both compilers do. */
__extension__ typedef unsigned __int128 wide;

struct split {
    uint64_t amount;
    const double *weights;
    size_t count;
    int shift;    /* weight x 2^shift is the integer used */
    uint64_t sum; /* of the integers; below 2^63 */
};

static uint64_t weight_at(const struct split *split, size_t i)
{
    return (uint64_t)ldexp(split->weights[i], split->shift);
}

static struct split scaled(uint64_t amount, const double *weights, size_t count)
{
    struct split split = {.amount = amount, .weights = weights, .count = count};
    double greatest = 0;
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(weights[i]) || weights[i] < 0)
            taki_bug("a weight that is negative or no number");
        greatest = fmax(greatest, weights[i]);
    }
    if (count == 0 || !(greatest > 0))
        taki_bug("a split without weight");
    int exponent, bits = 0;
    (void)frexp(greatest, &exponent); /* greatest < 2^exponent */
    while (bits < 62 && ((uint64_t)1 << (unsigned)bits) < count)
        bits++;
    split.shift = 63 - bits - exponent;
    for (size_t i = 0; i < count; i++)
        split.sum += weight_at(&split, i);
    return split;
}

static uint64_t whole_part(const struct split *split, size_t i)
{
    return (uint64_t)((wide)split->amount * weight_at(split, i) / split->sum);
}

static uint64_t fraction(const struct split *split, size_t i)
{
    uint64_t rest = (uint64_t)((wide)split->amount * weight_at(split, i) % split->sum);
    return (uint64_t)((((wide)rest << FRACTION_BITS) + split->sum / 2) / split->sum);
}

static size_t count_above(const struct split *split, uint64_t limit)
{
    size_t above = 0;
    for (size_t i = 0; i < split->count; i++)
        above += fraction(split, i) > limit ? 1 : 0;
    return above;
}

/* The least fraction such that no more than @p missing parts lie above it; found by halving, to need no memory. */
static uint64_t threshold(const struct split *split, size_t missing)
{
    uint64_t low = 0, high = (uint64_t)1 << FRACTION_BITS;
    while (low < high) {
        uint64_t middle = (low + high) / 2;
        if (count_above(split, middle) <= missing) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

static void split_amount(const struct split *split, int64_t *parts)
{
    uint64_t given = 0;
    for (size_t i = 0; i < split->count; i++) {
        uint64_t part = whole_part(split, i);
        parts[i] = (int64_t)part;
        given += part;
    }
    size_t missing = (size_t)(split->amount - given);
    uint64_t limit = threshold(split, missing);
    size_t ties = missing - count_above(split, limit);
    for (size_t i = 0; i < split->count; i++) {
        uint64_t own = fraction(split, i);
        if (own > limit || (own == limit && ties > 0)) {
            ties -= own == limit ? 1 : 0;
            parts[i]++;
        }
    }
}

void taki_money_split(int64_t amount, const double *weights, size_t count, int64_t *parts)
{
    bool negative = amount < 0;
    struct split split = scaled(negative ? 0 - (uint64_t)amount : (uint64_t)amount, weights, count);
    if (amount != TAKI_MINOR_NULL)
        split_amount(&split, parts);
    for (size_t i = 0; i < count; i++)
        parts[i] = amount == TAKI_MINOR_NULL ? TAKI_MINOR_NULL : negative ? -parts[i] : parts[i];
}
