#include "session.h"

#include "url.h"

#include "taki/file.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct taki_node *node_of(const struct taki_run *run, const char *name)
{
    return taki_node_find(taki_node_find(taki_config_root(run->config), "sources"), name);
}

enum taki_status taki_sessions_list(struct taki_run *run, const char ***names, size_t *count, struct taki_error *err)
{
    const struct taki_node *sources = taki_node_find(taki_config_root(run->config), "sources");
    *count = sources == NULL ? 0 : sources->count;
    if (*count == 0) {
        (void)taki_fail(err, TAKI_USAGE, "no source is configured");
        return taki_hint(err, "add one under 'sources:' in '%s'", taki_config_path(run->config));
    }
    *names = TAKI_NEW_ARRAY(run->arena, *count, const char *);
    for (size_t i = 0; i < *count; i++)
        (*names)[i] = taki_str_dup(run->arena, sources->children[i].key).data;
    return TAKI_OK;
}

taki_str taki_session_option(const struct taki_session *session, const char *name)
{
    return taki_config_textf(session->run->config, "sources.%s.%s", session->name, name);
}

int64_t taki_session_integer(const struct taki_session *session, const char *name, int64_t fallback)
{
    int64_t value = taki_config_integerf(session->run->config, "sources.%s.%s", session->name, name);
    return value == INT64_MIN ? fallback : value;
}

static const char *text_option(const struct taki_session *session, const char *name)
{
    taki_str text = taki_session_option(session, name);
    return taki_str_is_blank(text) ? NULL : taki_str_dup(session->arena, text).data;
}

const char *taki_session_stream_name(const struct taki_session *session, const struct taki_stream *stream)
{
    return taki_arena_format(session->arena, "%s:%s", session->name, stream->object);
}

static const struct taki_node *objects_of(const struct taki_session *session)
{
    return taki_node_find(node_of(session->run, session->name), "objects");
}

static bool is_named(const struct taki_node *objects, const char *object)
{
    for (size_t i = 0; i < objects->count; i++) {
        const struct taki_node *child = &objects->children[i];
        if (taki_str_is(objects->type == TAKI_NODE_MAP ? child->key : child->text, object))
            return true;
    }
    return false;
}

bool taki_session_wants(const struct taki_session *session, const struct taki_stream *stream)
{
    const struct taki_node *objects = objects_of(session);
    bool has_list = objects != NULL && objects->count > 0;
    bool wanted = has_list ? is_named(objects, stream->object) : !stream->default_off;
    return wanted && taki_run_selected(session->run, taki_session_stream_name(session, stream));
}

/* Folder names come from the configuration. */
static bool is_safe_name(taki_str name)
{
    if (name.size == 0 || name.size > 100 || name.data[0] == '.')
        return false;
    for (size_t i = 0; i < name.size; i++) {
        unsigned char c = (unsigned char)name.data[i];
        if (c < 0x20 || c == 0x7f || c == '/' || c == ':' || c == '\\')
            return false;
    }
    return true;
}

static enum taki_status check_objects(const struct taki_session *session, struct taki_error *err)
{
    const struct taki_node *objects = objects_of(session);
    const char **names = TAKI_NEW_ARRAY(session->arena, session->stream_count + 1, const char *);
    for (size_t i = 0; i < session->stream_count; i++) {
        names[i] = session->streams[i].object;
        if (!is_safe_name(taki_str_of(names[i])))
            return taki_fail(err, TAKI_USAGE, "'%s' cannot be the name of an object", names[i]);
    }
    for (size_t i = 0; objects != NULL && i < objects->count; i++) {
        const struct taki_node *child = &objects->children[i];
        taki_str name = objects->type == TAKI_NODE_MAP ? child->key : child->text;
        bool known = false;
        for (size_t j = 0; j < session->stream_count; j++)
            known = known || taki_str_is(name, names[j]);
        if (known)
            continue;
        const char *nearest = taki_nearest(name, names, session->stream_count);
        (void)taki_fail(err, TAKI_USAGE, "%s: source '%s' has no object '%.*s'",
                        taki_node_place(session->arena, session->run->config, child), session->name,
                        TAKI_STR_ARG(name));
        return taki_hint(err, "the nearest it has is '%s'", nearest == NULL ? names[0] : nearest);
    }
    return TAKI_OK;
}

static const char *config_hash(struct taki_run *run)
{
    static const char *const keys[] = {"sources"};
    char hash[TAKI_SHA256_HEX];
    struct taki_buf canonical;
    taki_buf_init(&canonical, (size_t)64 << 20);
    taki_config_canonical(run->config, keys, TAKI_LEN(keys), &canonical);
    taki_sha256(taki_buf_view(&canonical), hash);
    taki_buf_reset(&canonical);
    return taki_arena_copy(run->arena, hash, sizeof hash - 1);
}

/* "2026-11-22 1234": the day (UTC, the vendor's clock) and its calls so far. */
static int64_t read_calls(struct taki_session *session, const char *day)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf text;
    int64_t calls = 0;
    taki_buf_init(&text, 4096);
    if (taki_file_read(taki_run_path(session->run, "resume/%s/calls", session->name), &text, NULL) != TAKI_OK)
        return 0;
    taki_str rest, found = taki_str_cut(taki_buf_view(&text), ' ', &rest);
    if (!taki_str_is(found, day) || !taki_str_i64(taki_str_trim(rest), &calls))
        return 0;
    return calls;
}

static void day_of(taki_instant instant, char out[11])
{
    char text[28];
    taki_instant_print(instant, text);
    (void)snprintf(out, 11, "%.10s", text);
}

enum taki_status taki_session_count(struct taki_session *session, struct taki_error *err)
{
    char day[11];
    int64_t calls = session->engine == NULL ? 0 : taki_engine_counts(session->engine).calls;
    if (calls == 0 || session->run->dry_run)
        return TAKI_OK;
    day_of(taki_engine_server_time(session->engine), day);
    const char *text = taki_arena_format(session->arena, "%s %" PRId64 "\n", day, session->calls_before + calls);
    TAKI_TRY(taki_file_make_folder(taki_run_path(session->run, "resume/%s", session->name), err));
    return taki_file_put(taki_run_path(session->run, "resume/%s/calls", session->name), taki_str_of(text), true, err);
}

static void fill_rates(struct taki_session *session, struct taki_engine_setup *setup)
{
    const struct taki_source *source = session->source;
    int64_t window_s = source->rate_window_ms / 1000;
    setup->rate_calls = taki_session_integer(session, "rate.calls", source->rate_calls);
    setup->rate_window_ms = taki_session_integer(session, "rate.per_seconds", window_s > 0 ? window_s : 1) * 1000;
    setup->concurrency = taki_session_integer(session, "rate.concurrency", source->concurrency);
    setup->daily_calls = source->daily_calls;
    setup->calls_today = session->calls_before;
    double share = taki_config_number(session->run->config,
                                      taki_arena_format(session->arena, "sources.%s.rate.daily_share", session->name));
    setup->daily_share = share > 0 && share <= 1 ? share : 0;
}

static enum taki_status open_engine(struct taki_session *session, struct taki_error *err)
{
    const struct taki_source *source = session->source;
    struct taki_engine_setup setup = {.source = session->name,
                                      .judging = &source->judging,
                                      .login = source->login,
                                      .judge = source->judge,
                                      .context = session,
                                      .proxy = text_option(session, "proxy"),
                                      .ca_file = text_option(session, "ca_file"),
                                      .connect_timeout_s = taki_session_integer(session, "connect_timeout", 0),
                                      .idle_timeout_s = taki_session_integer(session, "idle_timeout", 0)};
    setup.base_url = text_option(session, source->base_option == NULL ? "base_url" : source->base_option);
    char day[11];
    day_of(taki_clock_now(), day);
    session->calls_before = read_calls(session, day);
    fill_rates(session, &setup);
    return taki_engine_open(&setup, &session->engine, err);
}

static enum taki_status fill(struct taki_session *session, struct taki_error *err)
{
    if (!is_safe_name(taki_str_of(session->name)))
        return taki_fail(err, TAKI_USAGE, "'%s' cannot be the name of a source", session->name);
    taki_str type = taki_session_option(session, "type");
    session->source = taki_source_find(type);
    if (session->source == NULL)
        return taki_fail(err, TAKI_USAGE, "source '%s' has the unknown type '%.*s'", session->name, TAKI_STR_ARG(type));
    session->streams = session->source->streams;
    session->stream_count = session->source->stream_count;
    session->config_hash = config_hash(session->run);
    if (session->source->open != NULL)
        TAKI_TRY(session->source->open(session, err));
    TAKI_TRY(check_objects(session, err));
    return open_engine(session, err);
}

enum taki_status taki_session_open(struct taki_run *run, const char *name, struct taki_session **session,
                                   struct taki_error *err)
{
    struct taki_arena *arena = taki_arena_open("session", 0);
    struct taki_session *made = TAKI_NEW(arena, struct taki_session);
    *made = (struct taki_session){.run = run, .name = name, .arena = arena};
    enum taki_status status = fill(made, err);
    if (status != TAKI_OK) {
        taki_session_close(made);
        return status;
    }
    *session = made;
    return TAKI_OK;
}

void taki_session_close(struct taki_session *session)
{
    if (session == NULL)
        return;
    if (session->source != NULL && session->source->close != NULL && session->own != NULL)
        session->source->close(session);
    taki_engine_close(session->engine);
    taki_arena_close(session->arena);
}
