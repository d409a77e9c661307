#include "zone.h"

#include "taki/file.h"

#include <string.h>

#define DATABASE "/usr/share/zoneinfo"
#define LARGEST_FILE ((size_t)1 << 20)

/* Names are like "America/Argentina/Buenos_Aires", "Etc/GMT+9": nothing that could lead out of the database. */
static bool is_name(taki_str name)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
    if (name.size == 0 || name.size > 64 || name.data[0] == '/')
        return false;
    for (size_t i = 0; i < name.size; i++) {
        if (memchr(letters, name.data[i], sizeof letters - 1) == NULL)
            return false;
    }
    return true;
}

enum taki_status taki_zone_new(struct taki_arena *arena, taki_str name, const struct taki_zone **zone,
                               struct taki_error *err)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf file;
    taki_buf_init(&file, LARGEST_FILE);
    const char *path = taki_arena_format(arena, DATABASE "/%.*s", TAKI_STR_ARG(name));
    struct taki_zone *made = TAKI_NEW(arena, struct taki_zone);
    if (is_name(name) && taki_file_read(path, &file, NULL) == TAKI_OK &&
        taki_zone_read(arena, taki_buf_view(&file), made)) {
        *zone = made;
        return TAKI_OK;
    }
    (void)taki_fail(err, TAKI_USAGE, "time zone '%.*s' is not in the tz database", TAKI_STR_ARG(name));
    if (taki_file_exists(DATABASE "/UTC")) {
        (void)taki_hint(err, "use a name like Asia/Tokyo or UTC");
    } else {
        (void)taki_hint(err, "install the tz database (Debian: apt install tzdata)");
    }
    return TAKI_USAGE;
}

static int64_t floor_seconds(int64_t us)
{
    return us / TAKI_US_PER_SECOND - (us % TAKI_US_PER_SECOND < 0 ? 1 : 0);
}

static int32_t offset_seconds(const struct taki_zone *zone, int64_t seconds)
{
    size_t low = 0, high = zone->count; /* transitions at or before `seconds` */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (zone->at[middle] <= seconds) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == zone->count && zone->has_rule)
        return taki_zone_rule_offset(&zone->rule, seconds);
    return low > 0 ? zone->offset[low - 1] : zone->first_offset;
}

int64_t taki_zone_offset_us(const struct taki_zone *zone, taki_instant instant)
{
    return offset_seconds(zone, floor_seconds(instant.us)) * TAKI_US_PER_SECOND;
}

taki_date taki_zone_date(const struct taki_zone *zone, taki_instant instant)
{
    if (taki_instant_is_null(instant))
        return TAKI_DATE_NULL;
    int64_t local = instant.us + taki_zone_offset_us(zone, instant);
    return (taki_date){(int32_t)(local / TAKI_US_PER_DAY - (local % TAKI_US_PER_DAY < 0 ? 1 : 0))};
}

taki_instant taki_zone_instant(const struct taki_zone *zone, int64_t local_us)
{
    /* Offsets are below a day, so these two are in force before and after a change near this wall clock. */
    int64_t before = taki_zone_offset_us(zone, (taki_instant){local_us - TAKI_US_PER_DAY});
    int64_t after = taki_zone_offset_us(zone, (taki_instant){local_us + TAKI_US_PER_DAY});
    taki_instant by_before = {local_us - before}, by_after = {local_us - after};
    bool before_holds = taki_zone_offset_us(zone, by_before) == before;
    bool after_holds = taki_zone_offset_us(zone, by_after) == after;
    if (before_holds != after_holds)
        return before_holds ? by_before : by_after;
    bool before_is_earlier = by_before.us < by_after.us;
    /* Both hold: an overlap, the earlier one. None: a gap, the later one. */
    return before_holds == before_is_earlier ? by_before : by_after;
}

taki_instant taki_zone_day_start(const struct taki_zone *zone, taki_date date)
{
    if (taki_date_is_null(date))
        return TAKI_INSTANT_NULL;
    return taki_zone_instant(zone, date.days * TAKI_US_PER_DAY);
}

taki_instant taki_zone_day_end(const struct taki_zone *zone, taki_date date)
{
    if (taki_date_is_null(date))
        return TAKI_INSTANT_NULL;
    return (taki_instant){taki_zone_day_start(zone, (taki_date){date.days + 1}).us - 1};
}

/* "# version 2025b" in the first line of tzdata.zi (Debian and others), else the file +VERSION (macOS, BSD). */
enum taki_status taki_zone_database_version(struct taki_arena *arena, const char **version, struct taki_error *err)
{
    static const struct {
        const char *path, *prefix;
    } places[] = {
        {DATABASE "/tzdata.zi", "# version "},
        {DATABASE "/+VERSION",  ""          },
    };
    *version = "unknown";
    for (size_t i = 0; i < TAKI_LEN(places); i++) {
        TAKI_AUTO(taki_buf_reset) struct taki_buf file;
        taki_buf_init(&file, LARGEST_FILE);
        enum taki_status status = taki_file_read(places[i].path, &file, err);
        if (status != TAKI_OK && taki_file_exists(places[i].path))
            return status;
        taki_str rest, line = taki_str_cut(taki_buf_view(&file), '\n', &rest);
        taki_str prefix = taki_str_of(places[i].prefix);
        if (status != TAKI_OK || !taki_str_starts(line, prefix))
            continue;
        *version = taki_arena_copy(arena, line.data + prefix.size, line.size - prefix.size);
        return TAKI_OK;
    }
    return TAKI_OK;
}
