/**
 * @file touches.h
 * Raw touches of one person to normalised ones: bots out, repeats within ten minutes and second reports of campaign
 * members merged (domain.md 6.4). Pure.
 */
#ifndef TAKI_TRANSFORM_WATERFALL_TOUCHES_H
#define TAKI_TRANSFORM_WATERFALL_TOUCHES_H

#include "story.h"

struct taki_raw_touch {
    taki_instant ts, delivered; /**< delivered: of the mail behind a click, or NULL */
    taki_str id, source, type, asset, content_stage;
    uint32_t campaign;
    int64_t depth; /**< by type already */
    bool is_response, is_bot;
    bool is_member; /**< a campaign member row: the source keeps only its first response */
};

struct taki_touches {
    struct taki_story_touch *touches;
    const struct taki_raw_touch **raw; /**< the kept touch behind each; for asset and content stage */
    size_t count;
    size_t bots, repeats, unused; /**< raw touches that are in none: in = count + these */
};

/** @p raw is sorted in place by (ts, id). */
struct taki_touches taki_touches_normalise(struct taki_arena *arena, const struct taki_zone *zone,
                                           struct taki_raw_touch *raw, size_t count);

#endif
