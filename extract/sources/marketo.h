/**
 * @file marketo.h
 * Shared by the files of the Marketo source only.
 */
#ifndef TAKI_EXTRACT_MARKETO_H
#define TAKI_EXTRACT_MARKETO_H

#include "marketo_read.h"
#include "source.h"

/** Session state. */
struct taki_marketo {
    struct taki_stream *streams; /**< the session's own copy: windows follow `method` */
    int64_t poll_ms;             /**< between two looks at a job */
    int64_t range_bytes;         /**< of one piece of a result */
    struct taki_reply types;     /**< activities/types.json, once a session */
    bool has_types;
    int64_t merge_type;      /**< id of "Merge Leads" here */
    const int64_t *programs; /**< ids, ascending; read once a session */
    size_t program_count;
    bool has_programs;
    const taki_str *lead_fields;
    size_t lead_field_count;
};

/** Where a batch of several parts goes on: parts before `item` have landed; `token` = inside it, NULL value = from its
 * start. */
struct taki_marketo_place {
    int64_t item;
    taki_str token;
};
struct taki_marketo_place taki_marketo_place(const struct taki_fetch *fetch);
/** The text of a place for taki_landing_page.next; in the fetch's arena. */
taki_str taki_marketo_next(struct taki_fetch *fetch, int64_t item, taki_str token);

/** How a walk ended. */
enum taki_marketo_end {
    TAKI_WALK_DONE,
    TAKI_WALK_LARGE, /**< too much for one answer: ask for less */
    TAKI_WALK_OFF,   /**< not in this subscription, or this item is not there */
};
/** A page loop over nextPageToken. */
struct taki_marketo_walk {
    const char *url;         /**< path and query without the token */
    taki_str token;          /**< first token, or NULL value */
    const char *context;     /**< of the pages, or NULL */
    int64_t item, next_item; /**< places while it lasts and when it is over */
    bool is_part;            /**< of an item asked for in pieces: a killed run begins the item again */
    bool ends_by_more;       /**< moreResult false ends it; else a missing token does */
};
TAKI_NODISCARD enum taki_status taki_marketo_walk(struct taki_fetch *fetch, const struct taki_marketo_walk *walk,
                                                  enum taki_marketo_end *end, struct taki_error *err);
/** Ids of an asset listing (offset paging), ascending; not landed. */
TAKI_NODISCARD enum taki_status taki_marketo_ids(struct taki_session *session, const char *path, const int64_t **ids,
                                                 size_t *count, struct taki_error *err);
/** A first token for activities since @p since; in the fetch's arena. */
TAKI_NODISCARD enum taki_status taki_marketo_token(struct taki_fetch *fetch, taki_instant since, taki_str *token,
                                                   struct taki_error *err);

/** One bulk extract. */
struct taki_marketo_export {
    const char *kind; /**< "leads", "activities", "program/members" */
    const char *body; /**< of create.json */
    int64_t item, next_item;
};
/** Runs it, or takes up the job a killed run left, and lands its file. *is_unsupported: 1035, nothing was done. */
TAKI_NODISCARD enum taki_status taki_marketo_export(struct taki_fetch *fetch, const struct taki_marketo_export *wanted,
                                                    bool *is_unsupported, struct taki_error *err);

/** True if this window is read by bulk extract (pages are csv), false for REST (json). */
bool taki_marketo_is_bulk(const struct taki_fetch *fetch);

/** Programs of the subscription, read at first use. */
TAKI_NODISCARD enum taki_status taki_marketo_programs(struct taki_session *session, struct taki_error *err);
/** types.json, read at first use. */
TAKI_NODISCARD enum taki_status taki_marketo_need_types(struct taki_session *session, struct taki_error *err);
/** Texts of a list under `objects.<object>.<key>` of this source. Lives in @p arena. */
const taki_str *taki_marketo_list(struct taki_arena *arena, const struct taki_session *session, const char *object,
                                  const char *key, size_t *count);

/* The fetches of the stream table. */
enum taki_status taki_marketo_fetch_leads(struct taki_fetch *fetch, struct taki_error *err);
enum taki_status taki_marketo_fetch_activities(struct taki_fetch *fetch, struct taki_error *err);
enum taki_status taki_marketo_fetch_deleted(struct taki_fetch *fetch, struct taki_error *err);
enum taki_status taki_marketo_fetch_programs(struct taki_fetch *fetch, struct taki_error *err);
enum taki_status taki_marketo_fetch_members(struct taki_fetch *fetch, struct taki_error *err);
enum taki_status taki_marketo_fetch_list_members(struct taki_fetch *fetch, struct taki_error *err);

/** Lead fields to read: wanted ones that describe.json has, and the configured ones; reads describe.json. */
TAKI_NODISCARD enum taki_status taki_marketo_lead_fields(struct taki_session *session, struct taki_error *err);

#endif
