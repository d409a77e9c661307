#include "salesforce.h"

#include "taki/log.h"

#include <string.h>

#define LIST_CEILING ((size_t)1 << 20)

struct choice {
    struct taki_session *session;
    const struct taki_stream *stream;
    struct taki_map *readable; /**< names that describe shows */
    struct taki_buf *list, *missing;
    int64_t left_out;
};

static void add_name(struct taki_buf *list, taki_str name)
{
    if (list->size > 0)
        taki_buf_add_char(list, ',');
    taki_buf_add_str(list, name);
}

static void choose(struct choice *choice, taki_str name, bool mandatory, bool optional)
{
    if (taki_map_find(choice->readable, name) != NULL) {
        add_name(choice->list, name);
    } else if (mandatory) {
        add_name(choice->missing, name);
    } else if (!optional) {
        choice->left_out++;
    }
}

static bool is_listed(const struct taki_stream *stream, taki_str name)
{
    for (size_t i = 0; i < stream->field_count; i++) {
        if (taki_str_is(name, stream->fields[i].name))
            return true;
    }
    return false;
}

/* One field a user names is wanted as surely as the mandatory ones. */
static void choose_named(struct choice *choice, taki_str name)
{
    if (!taki_str_is_blank(name) && !is_listed(choice->stream, name))
        choose(choice, name, true, false);
}

/* objects.<name>.fields: a list, or a mapping whose keys are the API names. */
static void choose_listed(struct choice *choice, const struct taki_node *source)
{
    const struct taki_node *objects = taki_node_find(source, "objects");
    const struct taki_node *fields = taki_node_find(taki_node_find(objects, choice->stream->object), "fields");
    for (size_t i = 0; fields != NULL && i < fields->count; i++)
        choose_named(choice, fields->type == TAKI_NODE_MAP ? fields->children[i].key : fields->children[i].text);
}

/* fields.<object>: canonical names to API names ("X__c", or {from: X__c, ...}): what the mapping reads must be fetched.
 */
static void choose_mapped(struct choice *choice, const struct taki_node *source)
{
    const struct taki_node *fields = taki_node_find(taki_node_find(source, "fields"), choice->stream->object);
    for (size_t i = 0; fields != NULL && i < fields->count; i++) {
        const struct taki_node *child = &fields->children[i];
        choose_named(choice,
                     child->type == TAKI_NODE_MAP ? taki_node_text(taki_node_find(child, "from")) : child->text);
    }
}

static void choose_extra(struct choice *choice)
{
    const struct taki_session *session = choice->session;
    const struct taki_node *sources = taki_node_find(taki_config_root(session->run->config), "sources");
    const struct taki_node *source = taki_node_find(sources, session->name);
    choose_listed(choice, source);
    choose_mapped(choice, source);
}

static struct taki_map *readable_fields(const struct taki_reply *reply)
{
    struct taki_map *names = taki_map_new(reply->arena, 512);
    const struct taki_json_node *fields = taki_json_find(&reply->json, &reply->json.nodes[0], "fields");
    for (const struct taki_json_node *field = taki_json_first(&reply->json, fields); field != NULL;
         field = taki_json_next(&reply->json, fields, field)) {
        const struct taki_json_node *name = taki_json_find(&reply->json, field, "name");
        bool is_new = false;
        if (name != NULL)
            (void)taki_map_put(names, taki_json_text(reply->arena, name), &is_new);
    }
    return names;
}

static enum taki_status choose_all(struct choice *choice, const char **fields, struct taki_error *err)
{
    const struct taki_stream *stream = choice->stream;
    for (size_t i = 0; i < stream->field_count; i++)
        choose(choice, taki_str_of(stream->fields[i].name), stream->fields[i].mandatory, stream->fields[i].optional);
    choose_extra(choice);
    TAKI_TRY(taki_buf_check(choice->list, "field list", err));
    TAKI_TRY(taki_buf_check(choice->missing, "field list", err));
    if (choice->missing->size > 0) {
        (void)taki_fail(err, TAKI_AUTH, "the user cannot read field '%.*s' of '%s'",
                        TAKI_STR_ARG(taki_buf_view(choice->missing)), stream->object);
        return taki_hint(err, "grant field-level security on it to the integration user");
    }
    if (choice->left_out > 0) {
        taki_log(TAKI_LOG_INFO, "fields_left_out", "stream=%s:%s count=%lld", choice->session->name, stream->object,
                 (long long)choice->left_out);
    }
    *fields = taki_arena_copy(choice->session->arena, choice->list->data, choice->list->size);
    return TAKI_OK;
}

static enum taki_status choose_fields(struct taki_session *session, const struct taki_stream *stream,
                                      const struct taki_reply *reply, const char **fields, struct taki_error *err)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf list, missing;
    taki_buf_init(&list, LIST_CEILING);
    taki_buf_init(&missing, LIST_CEILING);
    const struct taki_json_node *shown = taki_json_find(&reply->json, &reply->json.nodes[0], "fields");
    if (shown == NULL || shown->type != TAKI_JSON_ARRAY)
        return taki_fail(err, TAKI_CONTRACT, "describe of '%s' lists no fields", stream->object);
    struct choice choice = {session, stream, readable_fields(reply), &list, &missing, 0};
    return choose_all(&choice, fields, err);
}

static enum taki_status describe(struct taki_session *session, const struct taki_stream *stream, const char **fields,
                                 struct taki_error *err)
{
    const struct taki_salesforce *own = session->own;
    struct taki_reply reply;
    struct taki_request request = {.url = taki_arena_format(session->arena, "/services/data/%s/sobjects/%s/describe",
                                                            own->version, stream->object),
                                   .expect = TAKI_EXPECT_JSON,
                                   .handles = TAKI_HANDLES(TAKI_VERDICT_OFF)};
    *fields = NULL;
    taki_reply_init(&reply);
    enum taki_status status = taki_engine_call(session->engine, &request, &reply, err);
    bool off = status == TAKI_OK && reply.verdict == TAKI_VERDICT_OFF;
    if (off && !stream->can_be_off) {
        (void)taki_fail(err, TAKI_AUTH, "the user cannot see object '%s'", stream->object);
        status = taki_hint(err, "grant read access on it to the integration user, or leave it out of 'objects'");
    } else if (status == TAKI_OK && !off) {
        status = choose_fields(session, stream, &reply, fields, err);
    }
    taki_reply_reset(&reply);
    return status;
}

enum taki_status taki_salesforce_select(struct taki_session *session, const struct taki_stream *stream,
                                        const char **fields, struct taki_error *err)
{
    struct taki_salesforce *own = session->own;
    const uint64_t *known = taki_map_find(own->selects, taki_str_of(stream->object));
    if (known != NULL) {
        *fields = (const char *)(uintptr_t)*known;
        return TAKI_OK;
    }
    TAKI_TRY(describe(session, stream, fields, err));
    bool is_new = false;
    *taki_map_put(own->selects, taki_str_of(stream->object), &is_new) = (uint64_t)(uintptr_t)*fields;
    return TAKI_OK;
}
