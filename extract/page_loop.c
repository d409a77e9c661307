#include "page_loop.h"

#include "source.h"
#include "url.h"

#include <inttypes.h>
#include <string.h>

#define MOST_PAGES 100000
#define MOST_LOOP_US (INT64_C(6) * 3600 * TAKI_US_PER_SECOND)

struct loop {
    struct taki_fetch *fetch;
    const struct taki_paging *paging;
    const struct taki_request *first;
    const char *context;
    struct taki_map *tokens, *bodies;
    int64_t started_us, offset;
    int pages;
    taki_str next;
    bool ended;
};

static char joint(const char *url)
{
    return strchr(url, '?') == NULL ? '?' : '&';
}

static void add_param(struct taki_buf *url, const char *name, taki_str value)
{
    taki_buf_add_char(url, '\0');
    url->size--;
    taki_buf_add_char(url, joint(url->data));
    taki_buf_add_text(url, name);
    taki_buf_add_char(url, '=');
    taki_url_add_encoded(url, value);
}

/* The URL of the page behind `next`, or of the first one. */
static enum taki_status page_url(const struct loop *loop, struct taki_arena *arena, const char **url,
                                 struct taki_error *err)
{
    const struct taki_paging *paging = loop->paging;
    if (paging->kind == TAKI_PAGING_NEXT_URL && !taki_str_is_null(loop->next))
        return taki_url_next(arena, taki_engine_base(loop->fetch->session->engine), loop->next, url, err);
    TAKI_AUTO(taki_buf_reset) struct taki_buf made;
    taki_buf_init(&made, (size_t)1 << 20);
    taki_buf_add_text(&made, loop->first->url);
    if (paging->size_param != NULL)
        add_param(&made, paging->size_param, taki_str_of(taki_arena_format(arena, "%d", paging->size)));
    if (paging->kind == TAKI_PAGING_TOKEN && !taki_str_is_null(loop->next))
        add_param(&made, paging->token_param, loop->next);
    if (paging->kind == TAKI_PAGING_OFFSET)
        add_param(&made, paging->offset_param, taki_str_of(taki_arena_format(arena, "%" PRId64, loop->offset)));
    TAKI_TRY(taki_buf_check(&made, "URL", err));
    *url = taki_arena_copy(arena, made.data, made.size);
    return TAKI_OK;
}

static enum taki_status guard(struct loop *loop, const struct taki_reply *reply, struct taki_error *err)
{
    bool is_new = true;
    char hash[TAKI_SHA256_HEX];
    const char *object = loop->fetch->stream->object;
    int most = loop->paging->max_pages > 0 ? loop->paging->max_pages : MOST_PAGES;
    if (!taki_str_is_null(loop->next))
        (void)taki_map_put(loop->tokens, loop->next, &is_new);
    if (!is_new) {
        return taki_fail(err, TAKI_CONTRACT, "'%s' page %d: the vendor gave the same next page twice", object,
                         loop->pages);
    }
    taki_sha256(reply->body, hash);
    (void)taki_map_put(loop->bodies, taki_str_of(hash), &is_new);
    if (!is_new)
        return taki_fail(err, TAKI_CONTRACT, "'%s' page %d: the vendor gave the same page twice", object, loop->pages);
    if (loop->pages >= most)
        return taki_fail(err, TAKI_CONTRACT, "'%s': more than %d pages", object, most);
    if (taki_clock_monotonic_us() - loop->started_us > MOST_LOOP_US)
        return taki_fail(err, TAKI_UNREACHABLE, "'%s': page loop takes too long", object);
    return TAKI_OK;
}

static taki_str text_at(const struct taki_reply *reply, const char *path)
{
    if (path == NULL || reply->json.count == 0)
        return TAKI_STR_NULL;
    const struct taki_json_node *node = taki_json_at(&reply->json, &reply->json.nodes[0], path);
    return node == NULL ? TAKI_STR_NULL : taki_json_text(reply->arena, node);
}

static int64_t records_of(const struct taki_reply *reply, const char *path)
{
    if (reply->json.count == 0)
        return 0;
    const struct taki_json_node *root = &reply->json.nodes[0];
    const struct taki_json_node *node = path[0] == '\0' ? root : taki_json_at(&reply->json, root, path);
    return node == NULL || node->type != TAKI_JSON_ARRAY ? 0 : (int64_t)node->children;
}

/* Only the documented mark ends a walk. A mark and a next page that contradict each other are not guessed about. */
static enum taki_status find_next(struct loop *loop, const struct taki_reply *reply, struct taki_error *err)
{
    const struct taki_paging *paging = loop->paging;
    int64_t records = records_of(reply, paging->records_at);
    taki_str next = text_at(reply, paging->next_at), more = text_at(reply, paging->more_at);
    bool has_next = !taki_str_is_blank(next);
    loop->offset += records;
    switch (paging->end) {
    case TAKI_END_NO_NEXT:
        loop->ended = !has_next;
        break;
    case TAKI_END_MORE_FALSE:
        loop->ended = !taki_str_is(more, "true");
        break;
    case TAKI_END_DONE_TRUE:
        loop->ended = taki_str_is(more, "true");
        break;
    case TAKI_END_NO_RECORDS:
        loop->ended = records == 0;
        break;
    case TAKI_END_SHORT_PAGE:
        loop->ended = records < paging->size;
        break;
    }
    if (paging->kind == TAKI_PAGING_NONE)
        loop->ended = true;
    loop->next = TAKI_STR_NULL;
    if (loop->ended)
        return TAKI_OK;
    if (paging->kind == TAKI_PAGING_OFFSET) {
        next = taki_str_of(taki_arena_format(loop->fetch->arena, "%" PRId64, loop->offset));
    } else if (!has_next) {
        return taki_fail(err, TAKI_CONTRACT, "'%s' page %d: the vendor says there is more, but not where",
                         loop->fetch->stream->object, loop->pages);
    }
    loop->next = taki_str_dup(loop->fetch->arena, next);
    return TAKI_OK;
}

static enum taki_status land(struct loop *loop, const struct taki_reply *reply, struct taki_error *err)
{
    struct taki_fetch *fetch = loop->fetch;
    taki_str total = text_at(reply, loop->paging->total_at);
    int64_t count = 0;
    loop->pages++;
    bool is_first = loop->pages == 1;
    TAKI_TRY(find_next(loop, reply, err));
    TAKI_TRY(guard(loop, reply, err));
    if (is_first && taki_str_i64(total, &count) && fetch->limit == 0)
        taki_landing_expect(fetch->landing, count, loop->paging->total_at);
    TAKI_TRY(taki_landing_add_reply(fetch->landing, reply, loop->paging->records_at, loop->context, loop->next, err));
    taki_run_progress(fetch->session->run, fetch->stream->object, taki_landing_records(fetch->landing), count);
    if (fetch->limit > 0 && taki_landing_records(fetch->landing) >= fetch->limit)
        loop->ended = true;
    return TAKI_OK;
}

static const struct {
    enum taki_verdict verdict;
    enum taki_fetch_outcome outcome;
} outcomes[] = {
    {TAKI_VERDICT_STALE, TAKI_FETCH_RESTART},
    {TAKI_VERDICT_SLOW,  TAKI_FETCH_HALVE  },
    {TAKI_VERDICT_LARGE, TAKI_FETCH_HALVE  },
    {TAKI_VERDICT_OFF,   TAKI_FETCH_SKIP   },
};

static bool is_outcome(struct loop *loop, const struct taki_reply *reply)
{
    for (size_t i = 0; i < TAKI_LEN(outcomes); i++) {
        if (outcomes[i].verdict == reply->verdict) {
            loop->fetch->outcome = outcomes[i].outcome;
            return true;
        }
    }
    return false;
}

static uint32_t handled(const struct taki_fetch *fetch)
{
    uint32_t bits = TAKI_HANDLES(TAKI_VERDICT_STALE) | TAKI_HANDLES(TAKI_VERDICT_EMPTY);
    if (fetch->stream->window == TAKI_WINDOW_TIME)
        bits |= TAKI_HANDLES(TAKI_VERDICT_SLOW) | TAKI_HANDLES(TAKI_VERDICT_LARGE);
    if (fetch->stream->can_be_off)
        bits |= TAKI_HANDLES(TAKI_VERDICT_OFF);
    return bits;
}

static enum taki_status one_page(struct loop *loop, struct taki_reply *reply, struct taki_error *err)
{
    struct taki_fetch *fetch = loop->fetch;
    struct taki_request request = *loop->first;
    TAKI_AUTO(taki_arena_auto) struct taki_arena *scratch = taki_arena_open("page request", 0);
    TAKI_TRY(page_url(loop, scratch, &request.url, err));
    request.expect = TAKI_EXPECT_JSON;
    request.handles |= handled(fetch);
    TAKI_TRY(taki_engine_call(fetch->session->engine, &request, reply, err));
    if (is_outcome(loop, reply)) {
        loop->ended = true;
        return TAKI_OK;
    }
    if (reply->verdict == TAKI_VERDICT_EMPTY) {
        loop->ended = true;
        loop->next = TAKI_STR_NULL;
        return taki_landing_add_reply(fetch->landing, reply, loop->paging->records_at, loop->context, loop->next, err);
    }
    return land(loop, reply, err);
}

static bool resume(struct loop *loop)
{
    const struct taki_landing_writer *landing = loop->fetch->landing;
    if (loop->fetch->fresh || taki_landing_pages(landing) == 0)
        return true;
    loop->next = taki_landing_next(landing);
    loop->pages = (int)taki_landing_pages(landing);
    if (loop->paging->kind == TAKI_PAGING_OFFSET && !taki_str_is_null(loop->next))
        (void)taki_str_i64(loop->next, &loop->offset);
    return !taki_str_is_null(loop->next);
}

enum taki_status taki_page_loop(struct taki_fetch *fetch, const struct taki_paging *paging,
                                const struct taki_request *first, const char *context, struct taki_error *err)
{
    TAKI_AUTO(taki_arena_auto) struct taki_arena *scratch = taki_arena_open("page loop", 0);
    struct loop loop = {.fetch = fetch,
                        .paging = paging,
                        .first = first,
                        .context = context,
                        .tokens = taki_map_new(scratch, 64),
                        .bodies = taki_map_new(scratch, 64),
                        .started_us = taki_clock_monotonic_us()};
    if (!resume(&loop))
        return TAKI_OK;
    while (!loop.ended) {
        struct taki_reply reply;
        taki_reply_init(&reply);
        enum taki_status status = one_page(&loop, &reply, err);
        taki_reply_reset(&reply);
        TAKI_TRY(status);
    }
    return TAKI_OK;
}
