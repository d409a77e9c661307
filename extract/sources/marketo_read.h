/**
 * @file marketo_read.h
 * What Marketo's answers say, read without doing anything: activity types, jobs, ranges, merges. Pure.
 */
#ifndef TAKI_EXTRACT_MARKETO_READ_H
#define TAKI_EXTRACT_MARKETO_READ_H

#include "taki/arena.h"
#include "taki/date.h"
#include "taki/json.h"
#include "taki/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Kinds of activities the waterfall needs: usual names ('|' between spellings) and the id recalled from apis.md. */
struct taki_marketo_type {
    const char *names;
    int64_t fallback_id;
};
const struct taki_marketo_type *taki_marketo_types(size_t *count);

/**
 * Ids to ask for, ascending: the wanted kinds and @p extra (names or ids) found in a types.json answer @p json, by
 * name; a recalled id counts only where no name fits and the subscription has that id. Lives in @p arena.
 */
const int64_t *taki_marketo_resolve(struct taki_arena *arena, const struct taki_json *json, const taki_str *extra,
                                    size_t extra_count, size_t *count);
/** Id of the type called by one of @p names ('|' between), else @p fallback_id. */
int64_t taki_marketo_type_id(struct taki_arena *arena, const struct taki_json *json, const char *names,
                             int64_t fallback_id);

enum taki_marketo_job_state { TAKI_JOB_CREATED, TAKI_JOB_RUNNING, TAKI_JOB_DONE, TAKI_JOB_GONE, TAKI_JOB_UNKNOWN };
struct taki_marketo_job {
    enum taki_marketo_job_state state;
    taki_str id, status, error;
    int64_t records, bytes; /**< -1 = not said */
    taki_str sha256;        /**< lower-case hex, or NULL value */
};
/** First member of `result` of a create, enqueue or status answer. */
struct taki_marketo_job taki_marketo_job_read(struct taki_arena *arena, const struct taki_json *json);

/** Ids of the losers of a merge: every run of digits in the attribute whose name holds "Merge ID"; @p attributes is the
 * list (REST) or object (bulk) of an activity, or NULL. Lives in @p arena. */
const taki_str *taki_marketo_losers(struct taki_arena *arena, const struct taki_json *json,
                                    const struct taki_json_node *attributes, size_t *count);

/** "YYYY-MM-DDTHH:MM:SSZ" (no fraction: the bulk filters refuse it) into out. Rounds down. */
void taki_marketo_time(taki_instant instant, char out[21]);

#endif
