/**
 * @file salesforce.h
 * Shared by the files of the Salesforce source: objects table, log in, REST and Bulk 2.0 reading. Reference: apis.md 1.
 */
#ifndef TAKI_EXTRACT_SALESFORCE_H
#define TAKI_EXTRACT_SALESFORCE_H

#include "source.h"

/** What a stream has beyond the common descriptor. */
struct taki_salesforce_object {
    bool bulk; /**< Bulk API 2.0 takes it; still a refusal falls back to REST */
    const char *why;
};

enum taki_salesforce_method { TAKI_SALESFORCE_AUTO, TAKI_SALESFORCE_REST, TAKI_SALESFORCE_BULK };

/** Session data. */
struct taki_salesforce {
    const char *version; /**< "v66.0" */
    double version_number;
    enum taki_salesforce_method method;
    int64_t page_records;     /**< maxRecords of bulk results */
    struct taki_map *selects; /**< object -> address of its field list text, 0 = feature off */
    const char *refresh_token;
    struct taki_arena *arena;
};

extern const struct taki_stream taki_salesforce_streams[];
extern const size_t taki_salesforce_stream_count;

/** salesforce_auth.c */
TAKI_NODISCARD enum taki_status taki_salesforce_login(void *session, struct taki_error *err);
/** JWT of the bearer flow, in @p arena; for tests too. @p now_s seconds since 1970. */
TAKI_NODISCARD enum taki_status taki_salesforce_jwt(struct taki_arena *arena, const char *const claims[3],
                                                    int64_t now_s, const char *pem, const char **jwt,
                                                    struct taki_error *err);

/** salesforce_fields.c: field list of a stream by describe; *fields NULL if the feature is off. */
TAKI_NODISCARD enum taki_status taki_salesforce_select(struct taki_session *session, const struct taki_stream *stream,
                                                       const char **fields, struct taki_error *err);

/** salesforce_query.c */
const char *taki_salesforce_format(struct taki_session *session, const struct taki_stream *stream, taki_instant lo,
                                   taki_instant hi);
TAKI_NODISCARD enum taki_status taki_salesforce_fetch(struct taki_fetch *fetch, struct taki_error *err);
/** "SELECT .. FROM .. WHERE .." of the fetch's window, in its arena. */
const char *taki_salesforce_soql(struct taki_fetch *fetch, const char *fields);
/** Deleted rows are asked for where the stream tells deletes by flag. */
bool taki_salesforce_query_all(const struct taki_stream *stream);

/** salesforce_bulk.c: *refused true if the object is not for Bulk. */
TAKI_NODISCARD enum taki_status taki_salesforce_bulk(struct taki_fetch *fetch, const char *soql, bool *refused,
                                                     struct taki_error *err);

#endif
