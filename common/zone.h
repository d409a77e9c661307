/**
 * @file zone.h
 * What lies behind a taki_zone: the transitions of a TZif file and the rule for the time after the last of them.
 */
#ifndef TAKI_COMMON_ZONE_H
#define TAKI_COMMON_ZONE_H

#include "taki/date.h"

/** A day of the year in a POSIX TZ rule: Jn (1-365, no leap day), n (0-365), Mm.w.d; `seconds` from local midnight. */
struct taki_zone_day {
    char kind; /**< 'J', 'D' or 'M' */
    int day, month, week;
    int32_t seconds;
};

/** A POSIX TZ text such as "EST5EDT,M3.2.0,M11.1.0"; offsets are seconds east of UTC. */
struct taki_zone_rule {
    int32_t standard, summer;
    bool has_summer;
    struct taki_zone_day start, end;
};

struct taki_zone {
    size_t count;
    const int64_t *at;     /**< seconds since epoch, ascending */
    const int32_t *offset; /**< in force from `at` on */
    int32_t first_offset;  /**< in force before the first transition */
    bool has_rule;
    struct taki_zone_rule rule; /**< in force from the last transition on */
};

/** Reads a POSIX TZ text. False if it is malformed. */
bool taki_zone_rule_parse(taki_str text, struct taki_zone_rule *rule);
/** Offset in force at @p seconds since epoch. */
int32_t taki_zone_rule_offset(const struct taki_zone_rule *rule, int64_t seconds);
/** Reads a TZif file (versions 1 to 4, without leap seconds) into @p arena. False if it is malformed. */
bool taki_zone_read(struct taki_arena *arena, taki_str file, struct taki_zone *zone);

#endif
