#include "touches.h"

#include <stdlib.h>

#define REPEAT_US (INT64_C(600) * TAKI_US_PER_SECOND)
#define BOT_US (INT64_C(2) * TAKI_US_PER_SECOND)

static int in_order(const void *left, const void *right)
{
    const struct taki_raw_touch *a = left, *b = right;
    if (a->ts.us != b->ts.us)
        return a->ts.us < b->ts.us ? -1 : 1;
    return taki_str_compare(a->id, b->id);
}

static bool is_delivery(const struct taki_raw_touch *touch)
{
    return taki_str_is(touch->type, "email_sent") || taki_str_is(touch->type, "email_delivered");
}

/* A click within two seconds of the delivery is a mail scanner's. Deliveries are touches of the raw list where the
 * source does not name them on the click. */
static bool is_bot(const struct taki_raw_touch *raw, size_t i)
{
    const struct taki_raw_touch *click = &raw[i];
    if (click->is_bot)
        return true;
    if (!taki_str_is(click->type, "email_click"))
        return false;
    if (!taki_instant_is_null(click->delivered))
        return click->ts.us - click->delivered.us <= BOT_US;
    for (size_t k = i; k > 0 && click->ts.us - raw[k - 1].ts.us <= BOT_US; k--) {
        if (is_delivery(&raw[k - 1]) && raw[k - 1].campaign == click->campaign)
            return true;
    }
    return false;
}

/* The member row repeats a response that the activities tell better. */
static bool is_told_by_activity(const struct taki_zone *zone, const struct taki_raw_touch *raw, size_t count, size_t i)
{
    if (!raw[i].is_member || raw[i].campaign == TAKI_NO_INDEX)
        return false;
    int32_t last = taki_zone_date(zone, raw[i].ts).days + 1;
    for (size_t k = 0; k < count; k++) {
        if (!raw[k].is_member && raw[k].is_response && !raw[k].is_bot && raw[k].campaign == raw[i].campaign &&
            taki_zone_date(zone, raw[k].ts).days <= last)
            return true;
    }
    return false;
}

/* The kept touch that @p raw repeats: same campaign and type within ten minutes of the earliest. */
static struct taki_story_touch *repeated(const struct taki_touches *touches, const struct taki_raw_touch *raw)
{
    for (size_t k = touches->count; k > 0; k--) {
        struct taki_story_touch *kept = &touches->touches[k - 1];
        if (raw->ts.us - kept->ts.us > REPEAT_US)
            return NULL;
        if (kept->campaign == raw->campaign && taki_str_equal(kept->type, raw->type))
            return kept;
    }
    return NULL;
}

static void keep(struct taki_touches *touches, const struct taki_zone *zone, const struct taki_raw_touch *raw)
{
    touches->raw[touches->count] = raw;
    touches->touches[touches->count++] = (struct taki_story_touch){
        .ts = raw->ts,
        .date = taki_zone_date(zone, raw->ts),
        .id = raw->id,
        .source = raw->source,
        .type = raw->type,
        .campaign = raw->campaign,
        .depth = raw->depth,
        .is_response = raw->is_response,
    };
}

struct taki_touches taki_touches_normalise(struct taki_arena *arena, const struct taki_zone *zone,
                                           struct taki_raw_touch *raw, size_t count)
{
    struct taki_touches touches = {
        .touches = TAKI_NEW_ARRAY(arena, count, struct taki_story_touch),
        .raw = TAKI_NEW_ARRAY(arena, count, const struct taki_raw_touch *),
    };
    if (count > 1)
        qsort(raw, count, sizeof *raw, in_order);
    for (size_t i = 0; i < count; i++)
        raw[i].is_bot = is_bot(raw, i);
    for (size_t i = 0; i < count; i++) {
        if (is_delivery(&raw[i])) {
            touches.unused++;
            continue;
        }
        if (raw[i].is_bot) {
            touches.bots++;
            continue;
        }
        struct taki_story_touch *kept = repeated(&touches, &raw[i]);
        if (kept)
            kept->is_response |= raw[i].is_response;
        if (kept || is_told_by_activity(zone, raw, count, i)) {
            touches.repeats++;
        } else {
            keep(&touches, zone, &raw[i]);
        }
    }
    return touches;
}
