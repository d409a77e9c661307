#include "files.h"

#include "sources.h"

#include "taki/charset.h"
#include "taki/log.h"

#include <string.h>

static const char *const known_keys[] = {
    "path",   "format", "encoding", "skip_lines", "delimiter", "records_at",   "entity",
    "fields", "mode",   "key",      "repair",     "missing",   "date_formats",
};
static const char *const format_names[] = {"csv", "tsv", "json", "ndjson"};
static const char *const mode_names[] = {
    [TAKI_FILES_REPLACE] = "replace", [TAKI_FILES_APPEND] = "append", [TAKI_FILES_UPSERT] = "upsert"};

/** The configuration of one source while it is read; every problem is said, then the reading fails once. */
struct reading {
    struct taki_session *session;
    const struct taki_node *source;
    size_t problems;
};

static const char *place_of(struct reading *r, const struct taki_node *node)
{
    return taki_node_place(r->session->arena, r->session->run->config, node);
}

static void refuse(struct reading *r, const struct taki_node *node, const char *wanted)
{
    r->problems++;
    taki_say("%s: got '%.*s', want %s", place_of(r, node), TAKI_STR_ARG(taki_node_text(node)), wanted);
}

static void check_keys(struct reading *r, const struct taki_node *object)
{
    for (size_t i = 0; i < object->count; i++) {
        const struct taki_node *child = &object->children[i];
        bool is_known = false;
        for (size_t k = 0; k < TAKI_LEN(known_keys); k++)
            is_known = is_known || taki_str_is(child->key, known_keys[k]);
        if (is_known)
            continue;
        const char *nearest = taki_nearest(child->key, known_keys, TAKI_LEN(known_keys));
        r->problems++;
        if (nearest != NULL) {
            taki_say("%s: unknown key, did you mean '%s'?", place_of(r, child), nearest);
        } else {
            taki_say("%s: unknown key", place_of(r, child));
        }
    }
}

/** A key with a fixed list of values. */
struct choice {
    const char *key;
    const char *const *names;
    size_t count;
    const char *wanted;
};
static const struct choice format_choice = {"format", format_names, TAKI_LEN(format_names), "csv, tsv, json or ndjson"};
static const struct choice mode_choice = {"mode", mode_names, TAKI_LEN(mode_names), "replace, append or upsert"};

/** Position of the value in the list; the first one if it is not set, and after refusing. */
static size_t read_choice(struct reading *r, const struct taki_node *object, const struct choice *choice)
{
    const struct taki_node *node = taki_node_find(object, choice->key);
    if (node == NULL) {
        return 0;
    }
    for (size_t i = 0; i < choice->count; i++) {
        if (taki_str_is(taki_node_text(node), choice->names[i]))
            return i;
    }
    refuse(r, node, choice->wanted);
    return 0;
}

static void read_format(struct reading *r, const struct taki_node *object, struct taki_files_object *own)
{
    own->rule.format = taki_files_format_of(own->path);
    if (taki_node_find(object, "format") != NULL) {
        own->rule.format = format_names[read_choice(r, object, &format_choice)];
    } else if (own->rule.format == NULL) {
        r->problems++;
        taki_say("%s: the path does not tell the format; add 'format': csv, tsv, json or ndjson", place_of(r, object));
        own->rule.format = format_names[0];
    }
    own->rule.delimiter = strcmp(own->rule.format, "tsv") == 0 ? '\t' : ',';
    const struct taki_node *delimiter = taki_node_find(object, "delimiter");
    if (delimiter == NULL)
        return;
    if (taki_node_text(delimiter).size != 1 || taki_node_text(delimiter).data[0] == '"') {
        refuse(r, delimiter, "one character");
    } else {
        own->rule.delimiter = taki_node_text(delimiter).data[0];
    }
}

static void read_encoding(struct reading *r, const struct taki_node *object, struct taki_files_object *own)
{
    const struct taki_node *node = taki_node_find(object, "encoding");
    if (node == NULL)
        node = taki_node_find(r->source, "encoding");
    own->rule.encoding = taki_node_text(node);
    if (own->rule.encoding.data != NULL && taki_charset_find(own->rule.encoding) == NULL)
        refuse(r, node, "utf-8, cp932, euc-jp, utf-16, utf-16le or utf-16be");
}

static void read_lines(struct reading *r, const struct taki_node *object, struct taki_files_object *own)
{
    const struct taki_node *node = taki_node_find(object, "skip_lines");
    if (node == NULL)
        return;
    if (!taki_str_i64(taki_node_text(node), &own->rule.skip_lines) || own->rule.skip_lines < 0 ||
        own->rule.skip_lines > 1000)
        refuse(r, node, "a number from 0 to 1000");
}

static bool has_date(taki_str path)
{
    return taki_str_find(path, TAKI_STR("%Y")) != SIZE_MAX || taki_str_find(path, TAKI_STR("%m")) != SIZE_MAX ||
           taki_str_find(path, TAKI_STR("%d")) != SIZE_MAX;
}

static void read_path(struct reading *r, const struct taki_node *object, struct taki_files_object *own)
{
    const struct taki_node *node = taki_node_find(object, "path");
    own->path = taki_node_text(node);
    own->is_dated = has_date(own->path);
    bool escapes = taki_str_find(own->path, TAKI_STR("..")) != SIZE_MAX;
    if (node != NULL && (own->path.size == 0 || escapes))
        refuse(r, node, "a path below the source's folder or address");
}

static void need_keys(struct reading *r, const struct taki_node *object)
{
    static const char *const needed[] = {"path", "entity", "fields"};
    for (size_t i = 0; i < TAKI_LEN(needed); i++) {
        if (taki_node_find(object, needed[i]) != NULL)
            continue;
        r->problems++;
        taki_say("%s: '%s' is missing", place_of(r, object), needed[i]);
    }
}

static void read_object(struct reading *r, const struct taki_node *object, struct taki_files_object *own)
{
    own->name = taki_str_dup(r->session->arena, object->key).data;
    if (object->type != TAKI_NODE_MAP) {
        refuse(r, object, "a mapping with path, entity and fields");
        own->rule.format = format_names[0];
        return;
    }
    check_keys(r, object);
    need_keys(r, object);
    read_path(r, object, own);
    read_format(r, object, own);
    read_encoding(r, object, own);
    read_lines(r, object, own);
    own->mode = (enum taki_files_mode)read_choice(r, object, &mode_choice);
    own->rule.records_at = taki_node_text(taki_node_find(object, "records_at"));
    own->rule.ceiling_bytes = (size_t)256 << 20;
}

static struct taki_stream stream_of(const struct taki_files_object *own)
{
    return (struct taki_stream){
        .object = own->name,
        .path = "",
        .format = own->rule.format,
        .window = TAKI_WINDOW_WHOLE,
        .deletes = own->mode == TAKI_FILES_REPLACE ? TAKI_DELETE_ABSENCE : TAKI_DELETE_NONE,
        .adds = own->mode != TAKI_FILES_REPLACE,
        .own = own,
        .fetch = taki_files_fetch,
    };
}

static bool is_place_given(struct reading *r)
{
    bool has_url = taki_session_option(r->session, "base_url").size > 0;
    bool has_path = taki_session_option(r->session, "path").size > 0;
    if (has_url != has_path)
        return true;
    r->problems++;
    taki_say("%s: want either 'base_url' or 'path'", place_of(r, r->source));
    return false;
}

static enum taki_status open_session(struct taki_session *session, struct taki_error *err)
{
    const char *path = taki_arena_format(session->arena, "sources.%s", session->name);
    struct reading r = {.session = session, .source = taki_node_at(taki_config_root(session->run->config), path)};
    const struct taki_node *objects = taki_node_find(r.source, "objects");
    (void)is_place_given(&r);
    if (objects == NULL || objects->type != TAKI_NODE_MAP || objects->count == 0) {
        r.problems++;
        taki_say("%s: 'objects' is missing: a mapping of names to {path, entity, fields ...}", place_of(&r, r.source));
    }
    size_t count = objects != NULL && objects->type == TAKI_NODE_MAP ? objects->count : 0;
    struct taki_stream *streams = TAKI_NEW_ARRAY(session->arena, count, struct taki_stream);
    struct taki_files_object *owns = TAKI_NEW_ARRAY(session->arena, count, struct taki_files_object);
    for (size_t i = 0; i < count; i++) {
        read_object(&r, &objects->children[i], &owns[i]);
        streams[i] = stream_of(&owns[i]);
    }
    session->streams = streams;
    session->stream_count = count;
    if (r.problems == 0)
        return TAKI_OK;
    return taki_fail(err, TAKI_USAGE, "source '%s': %zu problems in its configuration", session->name, r.problems);
}

/** A login page in place of a file is no file (M15), but a server may call anything text/html. */
static enum taki_verdict judge(void *session, const struct taki_reply *reply, enum taki_verdict verdict)
{
    (void)session;
    taki_str type = taki_reply_header(reply, "content-type"), body = taki_str_trim(reply->body);
    bool is_html = type.size >= 9 && taki_str_equal_nocase((taki_str){type.data, 9}, TAKI_STR("text/html"));
    if (verdict == TAKI_VERDICT_FINE && is_html && body.size > 0 && body.data[0] == '<')
        return TAKI_VERDICT_SERVER;
    return verdict;
}

static const struct taki_judge_rule rules[] = {
    {304, NULL, NULL, TAKI_VERDICT_FINE,   0},
    {401, NULL, NULL, TAKI_VERDICT_DENIED, 0},
    {404, NULL, NULL, TAKI_VERDICT_OFF,    0},
    {410, NULL, NULL, TAKI_VERDICT_OFF,    0},
};

const struct taki_source taki_source_files = {
    .type = "files",
    .en = "CSV, TSV, JSON and NDJSON files, over HTTP or from a folder, plain or gzip",
    .ja = "CSV、TSV、JSON、NDJSON のファイル(HTTPまたはフォルダから。gzip も可)",
    .judging = {.rules = rules, .rule_count = TAKI_LEN(rules)},
    .base_option = "base_url",
    .concurrency = 2,
    .open = open_session,
    .judge = judge,
};
