#include "config_private.h"

#include "taki/file.h"
#include "taki/log.h"

#include <stdlib.h>
#include <string.h>

#define REFERENCE_CEILING ((size_t)1 << 20)

struct resolver {
    struct taki_config *config;
    struct taki_key_path path;
};

static struct taki_place place_of(const struct resolver *r, const struct taki_node *node)
{
    return (struct taki_place){.line = node->line,
                               .column = node->column,
                               .path = taki_key_path_text(r->config->arena, &r->path),
                               .missing = true};
}

/* A file named in the configuration is found beside it, wherever taki is started. */
static const char *beside(const struct taki_config *config, const char *name)
{
    const char *slash = config->path != NULL ? strrchr(config->path, '/') : NULL;
    if (name[0] == '/' || slash == NULL)
        return name;
    return taki_arena_format(config->arena, "%.*s/%s", (int)(slash - config->path), config->path, name);
}

static void add_variable(struct resolver *r, const struct taki_node *node, const char *name, struct taki_buf *out)
{
    const char *value = getenv(name);
    struct taki_place place = place_of(r, node);
    if (value == NULL) {
        taki_problem_add(r->config, &place, "environment variable '%s' is not set", name);
    } else {
        taki_buf_add_text(out, value);
    }
}

static void add_file(struct resolver *r, const struct taki_node *node, const char *name, struct taki_buf *out)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf text;
    taki_buf_init(&text, REFERENCE_CEILING);
    struct taki_error err = {0};
    struct taki_place place = place_of(r, node);
    if (taki_file_read(beside(r->config, name), &text, &err) != TAKI_OK) {
        taki_problem_add(r->config, &place, "file of '%s': %s", name, err.text);
        return;
    }
    taki_str value = taki_buf_view(&text);
    if (value.size > 0 && value.data[value.size - 1] == '\n')
        value.size--;
    if (value.size > 0 && value.data[value.size - 1] == '\r')
        value.size--;
    if (value.size > 0 && memchr(value.data, '\0', value.size) != NULL) {
        taki_problem_add(r->config, &place, "file of '%s' holds a NUL byte", name);
    } else {
        taki_buf_add_str(out, value);
    }
}

/* @p reference is what stands between "${" and "}". */
static void add_reference(struct resolver *r, const struct taki_node *node, taki_str reference, struct taki_buf *out)
{
    taki_str name, kind = taki_str_cut(reference, ':', &name);
    const char *text = taki_str_is_blank(name) ? "" : taki_arena_copy(r->config->arena, name.data, name.size);
    if (text[0] != '\0' && taki_str_is(kind, "env")) {
        add_variable(r, node, text, out);
    } else if (text[0] != '\0' && taki_str_is(kind, "file")) {
        add_file(r, node, text, out);
    } else {
        struct taki_place place = place_of(r, node);
        place.missing = false;
        taki_problem_add(r->config, &place, "got '${%.*s}', want ${env:NAME} or ${file:PATH}; write $${ for a plain ${",
                         TAKI_STR_ARG(reference));
    }
}

static void resolve_text(struct resolver *r, struct taki_node *node)
{
    if (taki_str_find(node->text, TAKI_STR("${")) == SIZE_MAX)
        return;
    TAKI_AUTO(taki_buf_reset) struct taki_buf out;
    taki_buf_init(&out, REFERENCE_CEILING * 4);
    taki_str rest = node->text;
    size_t before = r->config->problem_count;
    for (size_t at; (at = taki_str_find(rest, TAKI_STR("${"))) != SIZE_MAX;) {
        bool escaped = at > 0 && rest.data[at - 1] == '$';
        taki_buf_add(&out, rest.data, escaped ? at - 1 : at);
        rest = (taki_str){rest.data + at + 2, rest.size - at - 2};
        size_t end = escaped ? SIZE_MAX : taki_str_find(rest, TAKI_STR("}"));
        if (escaped) {
            taki_buf_add_text(&out, "${");
        } else {
            taki_str reference = {rest.data, end == SIZE_MAX ? rest.size : end};
            add_reference(r, node, reference, &out);
            rest = (taki_str){rest.data + reference.size, rest.size - reference.size};
            if (end != SIZE_MAX)
                rest = (taki_str){rest.data + 1, rest.size - 1};
            node->referenced = true;
        }
    }
    taki_buf_add_str(&out, rest);
    node->written = node->text = TAKI_STR_NULL;
    if (r->config->problem_count > before)
        return;
    node->text = taki_str_dup(r->config->arena, out.size > 0 ? taki_buf_view(&out) : TAKI_STR(""));
    node->written = node->text;
}

static void resolve(struct resolver *r, struct taki_node *node)
{
    if (node->type == TAKI_NODE_SCALAR) {
        resolve_text(r, node);
        return;
    }
    struct taki_node *children = taki_node_children(node);
    for (size_t i = 0; i < node->count; i++) {
        bool named = node->type == TAKI_NODE_MAP;
        if (named)
            r->path.segments[r->path.count++] = children[i].key;
        resolve(r, &children[i]);
        r->path.count -= named;
    }
}

void taki_config_resolve(struct taki_config *config)
{
    struct resolver r = {.config = config};
    resolve(&r, &config->root);
}
