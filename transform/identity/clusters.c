#include "identity.h"

#include <string.h>

taki_str taki_identity_text(const void *record, size_t offset)
{
    taki_str text;
    memcpy(&text, (const char *)record + offset, sizeof text);
    return text;
}

int64_t taki_identity_number(const void *record, size_t offset)
{
    int64_t number = 0;
    memcpy(&number, (const char *)record + offset, sizeof number);
    return number;
}

struct taki_clusters *taki_clusters_new(struct taki_arena *arena, size_t count)
{
    struct taki_clusters *clusters = TAKI_NEW(arena, struct taki_clusters);
    clusters->count = count;
    clusters->parent = TAKI_NEW_ARRAY(arena, count, uint32_t);
    clusters->rule = TAKI_NEW_ARRAY(arena, count, uint8_t);
    for (size_t i = 0; i < count; i++)
        clusters->parent[i] = (uint32_t)i;
    return clusters;
}

uint32_t taki_clusters_root(struct taki_clusters *clusters, uint32_t row)
{
    while (clusters->parent[row] != row) {
        clusters->parent[row] = clusters->parent[clusters->parent[row]];
        row = clusters->parent[row];
    }
    return row;
}

bool taki_clusters_join(struct taki_clusters *clusters, uint32_t a, uint32_t b, enum taki_match_rule rule)
{
    uint32_t x = taki_clusters_root(clusters, a);
    uint32_t y = taki_clusters_root(clusters, b);
    if (x == y)
        return false;
    uint32_t root = x < y ? x : y;
    uint32_t child = x < y ? y : x;
    clusters->parent[child] = root;
    if (clusters->rule[b] == TAKI_MATCH_SINGLE)
        clusters->rule[b] = (uint8_t)rule;
    if (clusters->rule[a] == TAKI_MATCH_SINGLE)
        clusters->rule[a] = (uint8_t)rule;
    return true;
}
