/**
 * @file page_loop.h
 * The declared page loop: how a vendor hands out pages is data. Four guards stop a loop that would not end (apis.md
 * 0.2): same token twice, same body twice, page count, wall clock.
 */
#ifndef TAKI_EXTRACT_PAGE_LOOP_H
#define TAKI_EXTRACT_PAGE_LOOP_H

#include "engine.h"

struct taki_fetch;

/** How the next page is asked for. */
enum taki_paging_kind {
    TAKI_PAGING_NONE,     /**< one page */
    TAKI_PAGING_NEXT_URL, /**< next_at: URL or path in the body */
    TAKI_PAGING_TOKEN,    /**< next_at: token in the body, sent as token_param */
    TAKI_PAGING_OFFSET,   /**< offset_param counts records, size_param the page size */
};
/** What alone ends the loop; a short or empty page does not (apis.md 0.2, 7) but where the vendor says so. */
enum taki_paging_end {
    TAKI_END_NO_NEXT,    /**< next_at missing, null or "" */
    TAKI_END_MORE_FALSE, /**< more_at is false */
    TAKI_END_DONE_TRUE,  /**< more_at is true ("done") */
    TAKI_END_NO_RECORDS, /**< a page without records */
    TAKI_END_SHORT_PAGE, /**< fewer than `size` records */
};
struct taki_paging {
    enum taki_paging_kind kind;
    enum taki_paging_end end;
    const char *records_at; /**< JSON path of the array; "" = the root; missing in an answer = no records */
    const char *next_at, *more_at;
    const char *token_param, *offset_param, *size_param;
    int size;
    const char *total_at; /**< promised count of the whole walk, compared at the end; NULL = none */
    int max_pages;        /**< 0 = 100,000 */
};

/** The declared page loop with its four guards (same token, same body, page count, wall clock); usable from fetch. */
TAKI_NODISCARD enum taki_status taki_page_loop(struct taki_fetch *fetch, const struct taki_paging *paging,
                                               const struct taki_request *first, const char *context,
                                               struct taki_error *err);
/** First request from path and params. */
TAKI_NODISCARD enum taki_status taki_stream_request(struct taki_fetch *fetch, struct taki_request *request,
                                                    struct taki_error *err);

#endif
