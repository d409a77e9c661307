#include "marketo.h"
#include "url.h"

#include "taki/hash.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_PAGES = 1000000, MAX_EMPTY_REPEATS = 5, ASSET_PAGE = 200 };

struct taki_marketo_place taki_marketo_place(const struct taki_fetch *fetch)
{
    struct taki_marketo_place place = {0, TAKI_STR_NULL};
    taki_str next = taki_landing_next(fetch->landing), token;
    taki_str item = taki_str_cut(next, ':', &token);
    if (next.data == NULL || !taki_str_i64(item, &place.item))
        return place;
    if (token.size > 0)
        place.token = taki_str_dup(fetch->arena, token);
    return place;
}

taki_str taki_marketo_next(struct taki_fetch *fetch, int64_t item, taki_str token)
{
    return taki_str_of(taki_arena_format(fetch->arena, "%" PRId64 ":%.*s", item, TAKI_STR_ARG(token)));
}

/** One walk while it lasts. */
struct walking {
    struct taki_fetch *fetch;
    const struct taki_marketo_walk *walk;
    taki_str token;
    char body[TAKI_SHA256_HEX]; /**< of the records of the page before */
    int empty_repeats;
    bool is_over;
};

static const char *page_url(struct walking *w)
{
    if (w->token.data == NULL)
        return w->walk->url;
    struct taki_buf url;
    taki_buf_init(&url, (size_t)64 << 10);
    taki_buf_add_text(&url, w->walk->url);
    taki_buf_add_text(&url, strchr(w->walk->url, '?') != NULL ? "&nextPageToken=" : "?nextPageToken=");
    taki_url_add_encoded(&url, w->token);
    char *text = taki_arena_copy(w->fetch->arena, url.data, url.size);
    taki_buf_reset(&url);
    return text;
}

/** Two guards of apis.md 0.2: the same token, or the same records, twice. An empty page may be asked for again. */
static enum taki_status guard(struct walking *w, const struct taki_json_node *records, taki_str next,
                              struct taki_error *err)
{
    bool is_empty = records == NULL || records->children == 0;
    bool same_token = w->token.data != NULL && taki_str_equal(w->token, next);
    w->empty_repeats = same_token && is_empty ? w->empty_repeats + 1 : 0;
    if (same_token && (!is_empty || w->empty_repeats > MAX_EMPTY_REPEATS))
        return taki_fail(err, TAKI_CONTRACT, "'%s' gives the same page token twice", w->walk->url);
    if (is_empty)
        return TAKI_OK;
    char hash[TAKI_SHA256_HEX];
    taki_sha256(records->text, hash);
    if (strcmp(hash, w->body) == 0)
        return taki_fail(err, TAKI_CONTRACT, "'%s' gives the same page twice", w->walk->url);
    memcpy(w->body, hash, sizeof hash);
    return TAKI_OK;
}

static bool ends(const struct taki_marketo_walk *walk, const struct taki_json *json, taki_str next)
{
    if (!walk->ends_by_more)
        return next.size == 0;
    const struct taki_json_node *more = taki_json_at(json, json->nodes, "moreResult");
    return more == NULL || more->type != TAKI_JSON_TRUE;
}

static enum taki_status take_page(struct walking *w, struct taki_reply *reply, struct taki_error *err)
{
    struct taki_fetch *fetch = w->fetch;
    const struct taki_json_node *token = taki_json_at(&reply->json, reply->json.nodes, "nextPageToken");
    taki_str next = token != NULL ? taki_str_dup(fetch->arena, taki_json_text(reply->arena, token)) : TAKI_STR_NULL;
    const struct taki_json_node *records = taki_json_at(&reply->json, reply->json.nodes, "result");
    w->is_over = ends(w->walk, &reply->json, next);
    if (!w->is_over && next.size == 0)
        return taki_fail(err, TAKI_CONTRACT, "'%s' promises more and gives no page token", w->walk->url);
    if (!w->is_over)
        TAKI_TRY(guard(w, records, next, err));
    taki_str place = taki_marketo_next(fetch, w->is_over ? w->walk->next_item : w->walk->item,
                                       w->is_over || w->walk->is_part ? TAKI_STR_NULL : next);
    TAKI_TRY(taki_landing_add_reply(fetch->landing, reply, "result", w->walk->context, place, err));
    w->token = next;
    bool is_enough = fetch->limit > 0 && taki_landing_records(fetch->landing) >= fetch->limit;
    w->is_over = w->is_over || is_enough;
    return TAKI_OK;
}

static const struct verdict_row {
    enum taki_verdict verdict;
    enum taki_marketo_end end;
} ends_of[] = {
    {TAKI_VERDICT_EMPTY, TAKI_WALK_DONE },
    {TAKI_VERDICT_LARGE, TAKI_WALK_LARGE},
    {TAKI_VERDICT_OFF,   TAKI_WALK_OFF  },
};

static enum taki_status one_page(struct walking *w, enum taki_marketo_end *end, struct taki_error *err)
{
    struct taki_request request = {.url = page_url(w), .expect = TAKI_EXPECT_JSON};
    for (size_t i = 0; i < TAKI_LEN(ends_of); i++)
        request.handles |= TAKI_HANDLES(ends_of[i].verdict);
    struct taki_reply reply;
    taki_reply_init(&reply);
    enum taki_status status = taki_engine_call(w->fetch->session->engine, &request, &reply, err);
    for (size_t i = 0; i < TAKI_LEN(ends_of) && status == TAKI_OK; i++) {
        if (reply.verdict == ends_of[i].verdict) {
            *end = ends_of[i].end;
            w->is_over = true;
        }
    }
    if (status == TAKI_OK && reply.verdict == TAKI_VERDICT_FINE)
        status = take_page(w, &reply, err);
    taki_reply_reset(&reply);
    return status;
}

enum taki_status taki_marketo_walk(struct taki_fetch *fetch, const struct taki_marketo_walk *walk,
                                   enum taki_marketo_end *end, struct taki_error *err)
{
    struct walking w = {.fetch = fetch, .walk = walk, .token = walk->token};
    *end = TAKI_WALK_DONE;
    for (int pages = 0; !w.is_over; pages++) {
        if (pages >= MAX_PAGES)
            return taki_fail(err, TAKI_CONTRACT, "'%s' does not end after %d pages", walk->url, pages);
        TAKI_TRY(one_page(&w, end, err));
    }
    return TAKI_OK;
}

enum taki_status taki_marketo_token(struct taki_fetch *fetch, taki_instant since, taki_str *token,
                                    struct taki_error *err)
{
    char time[21];
    taki_marketo_time(since, time);
    const struct taki_request request = {
        .url = taki_arena_format(fetch->arena, "/rest/v1/activities/pagingtoken.json?sinceDatetime=%s", time),
        .expect = TAKI_EXPECT_JSON,
    };
    struct taki_reply reply;
    taki_reply_init(&reply);
    enum taki_status status = taki_engine_call(fetch->session->engine, &request, &reply, err);
    if (status == TAKI_OK) {
        const struct taki_json_node *node = taki_json_at(&reply.json, reply.json.nodes, "nextPageToken");
        *token = node != NULL ? taki_str_dup(fetch->arena, taki_json_text(reply.arena, node)) : TAKI_STR_NULL;
        if (token->size == 0)
            status = taki_fail(err, TAKI_CONTRACT, "'%s' gives no page token", request.url);
    }
    taki_reply_reset(&reply);
    return status;
}

static int compare_ids(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void add_ids(struct taki_arena *scratch, const struct taki_reply *reply, struct taki_map *ids, size_t *seen)
{
    const struct taki_json_node *list = taki_json_at(&reply->json, reply->json.nodes, "result");
    *seen = 0;
    if (list == NULL || list->type != TAKI_JSON_ARRAY)
        return;
    const struct taki_json_node *item = taki_json_first(&reply->json, list);
    for (; item != NULL; item = taki_json_next(&reply->json, list, item)) {
        (*seen)++;
        const struct taki_json_node *id =
            item->type == TAKI_JSON_OBJECT ? taki_json_find(&reply->json, item, "id") : NULL;
        bool is_new;
        if (id != NULL)
            (void)taki_map_put(ids, taki_json_text(scratch, id), &is_new);
    }
}

/** Reads pages until one is empty; a page that brings nothing new would repeat for ever. */
static enum taki_status browse(struct taki_session *session, const char *path, struct taki_map *ids,
                               struct taki_error *err)
{
    for (int64_t offset = 0;;) {
        const struct taki_request request = {
            .url = taki_arena_format(session->arena, "%s?maxReturn=%d&offset=%" PRId64, path, ASSET_PAGE, offset),
            .expect = TAKI_EXPECT_JSON,
            .handles = TAKI_HANDLES(TAKI_VERDICT_EMPTY) | TAKI_HANDLES(TAKI_VERDICT_OFF),
        };
        struct taki_reply reply;
        taki_reply_init(&reply);
        size_t seen = 0, before = taki_map_count(ids);
        enum taki_status status = taki_engine_call(session->engine, &request, &reply, err);
        if (status == TAKI_OK && reply.verdict == TAKI_VERDICT_FINE)
            add_ids(session->arena, &reply, ids, &seen);
        taki_reply_reset(&reply);
        TAKI_TRY(status);
        if (seen == 0)
            return TAKI_OK;
        if (taki_map_count(ids) == before)
            return taki_fail(err, TAKI_CONTRACT, "'%s' gives the same page twice", path);
        offset += (int64_t)seen;
    }
}

enum taki_status taki_marketo_ids(struct taki_session *session, const char *path, const int64_t **ids, size_t *count,
                                  struct taki_error *err)
{
    struct taki_map *map = taki_map_new(session->arena, 256);
    TAKI_TRY(browse(session, path, map, err));
    int64_t *found = TAKI_NEW_ARRAY(session->arena, taki_map_count(map), int64_t);
    *count = 0;
    for (size_t i = 0; i < taki_map_count(map); i++) {
        if (taki_str_i64(taki_map_key(map, i), &found[*count]))
            (*count)++;
    }
    qsort(found, *count, sizeof *found, compare_ids);
    *ids = found;
    return TAKI_OK;
}
