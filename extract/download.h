/**
 * @file download.h
 * Big bodies piece by piece (HTTP Range) into a spool file, so that memory stays small and a killed run goes on where
 * it was. A server that knows no ranges answers whole, up to the engine's ceiling.
 */
#ifndef TAKI_EXTRACT_DOWNLOAD_H
#define TAKI_EXTRACT_DOWNLOAD_H

#include "engine.h"

#include "taki/hash.h"

struct taki_download {
    const char *url;
    const char *spool;  /**< path; what is there already is kept: the caller removes what belongs to another body */
    size_t range_bytes; /**< bytes a request */
    int64_t bytes;      /**< promised size of the body, -1 = unknown */
    taki_str sha256;    /**< promised, lower-case hex, or NULL value */
    const char *const *headers; /**< further request headers of the first request (conditions) */
    size_t header_count;
    int64_t missing_wait_ms; /**< pause before asking again after TAKI_VERDICT_WAIT (not there yet) */
    int missing_tries;       /**< then it is TAKI_UNREACHABLE */
    uint32_t handles;        /**< further verdicts given back in reply.verdict; nothing is written then */
};

/** "bytes 0-99/148": false if it is not such a text. *total is -1 for "*". */
bool taki_download_range(taki_str content_range, int64_t *first, int64_t *last, int64_t *total);

/**
 * @p reply: initialised by the caller; holds the first answer (headers, status, verdict), its body already in the
 * spool. A status of 304 (given to the caller) writes nothing. Promised size and hash are compared: a difference is
 * repeated once from the start, then TAKI_CONTRACT. A body that changes between two pieces is begun again.
 */
TAKI_NODISCARD enum taki_status taki_download(struct taki_engine *engine, const struct taki_download *download,
                                              struct taki_reply *reply, struct taki_error *err);

#endif
