/**
 * @file compute_records.h
 * What person shards tell account shards, as rows of the row codec. Internal to one run.
 */
#ifndef TAKI_TRANSFORM_COMPUTE_RECORDS_H
#define TAKI_TRANSFORM_COMPUTE_RECORDS_H

#include "taki/field.h"

/* clang-format off */
#define TAKI_PERSON_NOTE(COL)                                                                                          \
    COL(person, I64, 0, "", "") COL(is_reachable, BOOL, 0, "", "") COL(is_target_lead, BOOL, 0, "", "")             \
    COL(department, TEXT, OPT, "", "") COL(last_response, DATE, OPT, "", "")

/** A pass for the account unit (PASS) or for the deal it carries (LINK). */
#define TAKI_PASS_NOTE(COL)                                                                                            \
    COL(person, I64, 0, "", "") COL(pass_no, I64, 0, "", "") COL(opened, INSTANT, 0, "", "")                        \
    COL(ended, INSTANT, OPT, "", "") COL(ended_date, DATE, OPT, "", "") COL(end, I64, 0, "", "enum taki_stage")      \
    COL(reached, I64, 0, "", "") COL(t_inq, INSTANT, OPT, "", "") COL(t_mql, INSTANT, OPT, "", "")                  \
    COL(t_psql, INSTANT, OPT, "", "") COL(t_sal, INSTANT, OPT, "", "") COL(t_sql, INSTANT, OPT, "", "")             \
    COL(sql_is_inferred, BOOL, 0, "", "") COL(deal, I64, OPT, "", "facts index")                                      \
    COL(amount_at_sql, I64, OPT, "", "") COL(amount_at_close, I64, OPT, "", "")                                       \
    COL(generator, I64, 0, "", "") COL(origin, I64, 0, "", "") COL(path, I64, 0, "", "")                            \
    COL(mql_campaign, I64, OPT, "", "") COL(mql_ts, INSTANT, OPT, "", "")                                             \
    COL(inherited_campaign, I64, OPT, "", "") COL(inherited_ts, INSTANT, OPT, "", "")                                 \
    COL(inside_team, TEXT, OPT, "", "") COL(flows, TEXT, 0, "", "array of struct taki_flow as bytes")

#define TAKI_TOUCH_NOTE(COL)                                                                                           \
    COL(touch_id, ID, 0, "", "") COL(person, I64, 0, "", "") COL(campaign, I64, OPT, "", "") COL(ts, INSTANT, 0, "", "") \
    COL(date, DATE, 0, "", "") COL(depth, I64, 0, "", "") COL(is_response, BOOL, 0, "", "") COL(has_role, BOOL, 0, "", "")

#define TAKI_ACTIVITY_NOTE(COL)                                                                                        \
    COL(ts, INSTANT, OPT, "", "") COL(date, DATE, OPT, "", "") COL(function, I64, 0, "", "") COL(is_planned, BOOL, 0, "", "")
/* clang-format on */

struct taki_person_note {
    TAKI_PERSON_NOTE(TAKI_MEMBER)
};
struct taki_pass_note {
    TAKI_PASS_NOTE(TAKI_MEMBER)
};
struct taki_touch_note {
    TAKI_TOUCH_NOTE(TAKI_MEMBER)
};
struct taki_activity_note {
    TAKI_ACTIVITY_NOTE(TAKI_MEMBER)
};

struct taki_note_kind {
    const struct taki_field *fields;
    size_t count, size;
};
extern const struct taki_note_kind taki_person_note_kind, taki_pass_note_kind, taki_touch_note_kind,
    taki_activity_note_kind;

#endif
