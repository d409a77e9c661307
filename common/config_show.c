#include "config_private.h"

#include "taki/app.h"
#include "taki/text.h"

#include <string.h>

/* Growing cells of a table of three columns. */
struct sheet {
    const struct taki_config *config;
    taki_str *cells;
    size_t count, capacity;
};

static void add_cell(struct sheet *s, taki_str text)
{
    if (s->count == s->capacity) {
        size_t capacity = s->capacity == 0 ? 256 : s->capacity * 2;
        taki_str *cells = TAKI_NEW_ARRAY(s->config->arena, capacity, taki_str);
        if (s->count > 0)
            memcpy(cells, s->cells, s->count * sizeof *cells);
        s->cells = cells;
        s->capacity = capacity;
    }
    s->cells[s->count++] = text;
}

static void flow_scalar(const struct taki_node *node, struct taki_buf *out)
{
    if (node->is_secret && !taki_str_is_blank(node->text)) {
        taki_buf_add_text(out, "***");
    } else if (taki_str_is_null(node->text)) {
        taki_buf_add_text(out, "null");
    } else {
        taki_buf_add_str(out, node->text);
    }
}

void taki_node_flow(const struct taki_node *node, struct taki_buf *out)
{
    if (node->type == TAKI_NODE_SCALAR) {
        flow_scalar(node, out);
        return;
    }
    bool map = node->type == TAKI_NODE_MAP;
    taki_buf_add_char(out, map ? '{' : '[');
    for (size_t i = 0; i < node->count; i++) {
        if (i > 0)
            taki_buf_add_text(out, ", ");
        if (map) {
            taki_buf_add_str(out, node->children[i].key);
            taki_buf_add_text(out, ": ");
        }
        taki_node_flow(&node->children[i], out);
    }
    taki_buf_add_char(out, map ? '}' : ']');
}

static const char *origin_text(const struct sheet *s, const struct taki_option *option, const struct taki_node *node,
                               enum taki_origin origin)
{
    struct taki_arena *arena = s->config->arena;
    if (node != NULL && origin == TAKI_ORIGIN_FILE)
        return taki_arena_format(arena, "%s:%d:%d", s->config->path, node->line, node->column);
    if (origin == TAKI_ORIGIN_ENVIRONMENT)
        return taki_option_variable(arena, option);
    if (origin == TAKI_ORIGIN_COMMAND_LINE)
        return taki_arena_format(arena, "--%s", option->flag);
    if (origin == TAKI_ORIGIN_DEFAULT)
        return taki_text("default");
    return taki_text(option->required ? "missing" : "not set");
}

static void add_row(struct sheet *s, const char *key, const struct taki_option *option, const struct taki_node *node)
{
    struct taki_value value = taki_config_value(s->config, option, node);
    TAKI_AUTO(taki_buf_reset) struct taki_buf text;
    taki_buf_init(&text, (size_t)1 << 20);
    if (option->type == TAKI_OPTION_SECRET && !taki_str_is_null(value.text)) {
        taki_buf_add_text(&text, "***");
    } else if (node != NULL && value.origin == TAKI_ORIGIN_FILE) {
        taki_node_flow(node, &text);
    } else {
        taki_buf_add_str(&text, taki_str_is_null(value.text) ? TAKI_STR("-") : value.text);
    }
    add_cell(s, taki_str_of(key));
    add_cell(s, taki_str_dup(s->config->arena, text.size > 0 ? taki_buf_view(&text) : TAKI_STR("''")));
    add_cell(s, taki_str_of(origin_text(s, option, node, value.origin)));
}

/* A row under sources.* or targets.*: once for each of them that it serves. */
static void add_each(struct sheet *s, const struct taki_option *option, const char *group, const char *rest)
{
    const struct taki_node *members = taki_node_find(&s->config->root, group);
    for (size_t i = 0; members != NULL && i < members->count; i++) {
        const struct taki_node *member = &members->children[i];
        if (option->when != NULL && !taki_domain_has(option->when, taki_node_text(taki_node_find(member, "type"))))
            continue;
        add_row(s, taki_arena_format(s->config->arena, "%s.%.*s.%s", group, TAKI_STR_ARG(member->key), rest), option,
                taki_node_at(member, rest));
    }
}

void taki_config_show(const struct taki_config *config)
{
    struct sheet s = {.config = config};
    add_cell(&s, taki_str_of(taki_text("key")));
    add_cell(&s, taki_str_of(taki_text("value")));
    add_cell(&s, taki_str_of(taki_text("origin")));
    for (size_t i = 0; i < config->option_count; i++) {
        const struct taki_option *option = config->options[i];
        const char *star = option->path != NULL ? strstr(option->path, ".*.") : NULL;
        if (star != NULL) {
            add_each(&s, option, taki_arena_copy(config->arena, option->path, (size_t)(star - option->path)), star + 3);
        } else if (option->path != NULL && option->type != TAKI_OPTION_MAP) {
            add_row(&s, option->path, option, taki_node_at(&config->root, option->path));
        } else if (option->path == NULL && taki_settings_find(config->settings, option) != NULL) {
            add_row(&s, taki_arena_format(config->arena, "--%s", option->flag), option, NULL);
        }
    }
    taki_print_table(s.cells, 3, s.count / 3);
}
