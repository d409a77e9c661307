#include "config_private.h"

#include "taki/log.h"
#include "taki/text.h"

#include <string.h>

#define SHOWN_BYTES 60 /* of a wrong value */
#define MASKED_BYTES 4 /* length from which a secret is searched for in texts */

struct checker {
    struct taki_config *config;
    struct taki_key_path path;
    taki_str type; /* of the source or target the path lies in; NULL value = none, or not known */
};

static struct taki_place place_of(const struct checker *c, const struct taki_node *node)
{
    return (struct taki_place){
        .line = node->line, .column = node->column, .path = taki_key_path_text(c->config->arena, &c->path)};
}

/* What stands there, as messages show it. */
static const char *shown(const struct checker *c, const struct taki_option *option, const struct taki_node *node)
{
    if (node->type != TAKI_NODE_SCALAR)
        return taki_text(node->type == TAKI_NODE_MAP ? "a mapping" : "a list");
    if (taki_str_is_blank(node->text))
        return taki_text("nothing");
    /* A URL that is refused for its user name would show the password. */
    if (option->type == TAKI_OPTION_SECRET ||
        (option->type == TAKI_OPTION_URL && taki_str_find(node->text, TAKI_STR("@")) != SIZE_MAX))
        return "'***'";
    size_t size = node->text.size;
    for (; size > SHOWN_BYTES && ((unsigned char)node->text.data[SHOWN_BYTES] & 0xC0U) == 0x80U; size--) {
    }
    bool cut = size > SHOWN_BYTES;
    return taki_arena_format(c->config->arena, "'%.*s%s'", cut ? SHOWN_BYTES : (int)size, node->text.data,
                             cut ? "..." : "");
}

/* Members of @p domain as names for taki_nearest. */
static const char *nearest_member(const struct checker *c, const char *domain, taki_str text)
{
    const char *names[64];
    size_t count = 0;
    taki_str rest = taki_str_of(domain);
    while (!taki_str_is_null(rest) && count < TAKI_LEN(names)) {
        taki_str member = taki_str_cut(rest, '|', &rest);
        names[count++] = taki_arena_copy(c->config->arena, member.data, member.size);
    }
    return taki_nearest(text, names, count);
}

static void wrong_value(struct checker *c, const struct taki_option *option, const struct taki_node *node)
{
    struct taki_place place = place_of(c, node);
    const char *wants = taki_option_wants(c->config->arena, option);
    bool words = node->type == TAKI_NODE_SCALAR &&
                 (option->type == TAKI_OPTION_ENUM || option->type == TAKI_OPTION_LIST) && option->domain != NULL;
    const char *near = words ? nearest_member(c, option->domain, node->text) : NULL;
    if (near != NULL) {
        taki_problem_add(c->config, &place, "got %s, want %s; did you mean '%s'?", shown(c, option, node), wants, near);
    } else {
        taki_problem_add(c->config, &place, "got %s, want %s", shown(c, option, node), wants);
    }
}

/* A list of scalars also gets a text (comma separated), so that file, environment and argv read alike. */
static void check_list(struct checker *c, const struct taki_option *option, struct taki_node *node)
{
    const char *joined = NULL;
    for (size_t i = 0; i < node->count; i++) {
        const struct taki_node *item = &node->children[i];
        bool sound = item->type == TAKI_NODE_SCALAR && !taki_str_is_null(item->text);
        if (!sound || !taki_option_accepts(option, item->text)) {
            wrong_value(c, option, item);
            continue;
        }
        joined = taki_arena_format(c->config->arena, "%s%s%.*s", joined != NULL ? joined : "",
                                   joined != NULL ? "," : "", TAKI_STR_ARG(item->text));
    }
    node->text = joined != NULL ? taki_str_of(joined) : TAKI_STR("");
    node->written = node->text;
}

/* Key names under which FREE shapes hold secrets. */
static bool names_secret(taki_str key)
{
    static const char *const words[] = {"secret", "token", "password", "private_key", "access_key"};
    for (size_t i = 0; i < TAKI_LEN(words); i++) {
        if (taki_str_find(key, taki_str_of(words[i])) != SIZE_MAX)
            return true;
    }
    return false;
}

/* A value of a letter or three protects nothing, and masking it would star out half of every message. */
static void keep_secret(const struct checker *c, struct taki_node *node)
{
    node->is_secret = true;
    if (node->text.size >= MASKED_BYTES)
        taki_log_secret(taki_arena_copy(c->config->arena, node->text.data, node->text.size));
}

static void check_children(struct checker *c, struct taki_node *node, bool known);

/* FREE values are judged by their readers; here only duplicates, and what must not be shown. */
static void check_free(struct checker *c, struct taki_node *node)
{
    if (node->type != TAKI_NODE_SCALAR) {
        check_children(c, node, false);
    } else if (names_secret(node->key)) {
        keep_secret(c, node);
    } else {
        node->is_secret = node->referenced;
    }
}

static void relate_path(struct checker *c, struct taki_node *node)
{
    const char *slash = c->config->path != NULL ? strrchr(c->config->path, '/') : NULL;
    if (node->text.data[0] != '/' && slash != NULL) {
        node->text = taki_str_of(taki_arena_format(c->config->arena, "%.*s/%.*s", (int)(slash - c->config->path),
                                                   c->config->path, TAKI_STR_ARG(node->text)));
    }
}

static void check_scalar(struct checker *c, const struct taki_option *option, struct taki_node *node)
{
    if (option->type == TAKI_OPTION_SECRET)
        keep_secret(c, node);
    /* A reference that leads nowhere has been reported. */
    if (node->referenced && taki_str_is_null(node->text))
        return;
    if (taki_str_is_null(node->text) || !taki_option_accepts(option, node->text)) {
        wrong_value(c, option, node);
    } else if (option->type == TAKI_OPTION_PATH) {
        relate_path(c, node);
    }
}

static bool has_deeper(const struct checker *c)
{
    taki_str next;
    for (size_t i = 0; i < c->config->option_count; i++) {
        const struct taki_option *option = c->config->options[i];
        if (taki_option_serves(option, c->type) && taki_option_continues(option, &c->path, &next))
            return true;
    }
    return false;
}

static void check_value(struct checker *c, const struct taki_option *option, struct taki_node *node)
{
    bool empty = node->type == TAKI_NODE_SCALAR && taki_str_is_null(node->text);
    if (option->type == TAKI_OPTION_FREE) {
        check_free(c, node);
    } else if (option->type == TAKI_OPTION_MAP && (empty || node->type == TAKI_NODE_MAP)) {
        check_children(c, node, has_deeper(c));
    } else if (option->type == TAKI_OPTION_LIST && node->type == TAKI_NODE_LIST) {
        check_list(c, option, node);
    } else if (option->type == TAKI_OPTION_MAP || node->type != TAKI_NODE_SCALAR) {
        wrong_value(c, option, node);
    } else {
        check_scalar(c, option, node);
    }
}

static void unknown_key(struct checker *c, const struct taki_node *node)
{
    struct taki_config *config = c->config;
    struct taki_place place = place_of(c, node);
    const struct taki_option *other = taki_option_find(config, &c->path, TAKI_STR_NULL);
    if (other != NULL && other->when != NULL) {
        taki_problem_add(config, &place, "not a key of type '%.*s', only of '%s'", TAKI_STR_ARG(c->type), other->when);
        return;
    }
    c->path.count--;
    const char **names = TAKI_NEW_ARRAY(config->arena, config->option_count, const char *);
    size_t count = 0;
    for (size_t i = 0; i < config->option_count; i++) {
        taki_str next;
        if (taki_option_serves(config->options[i], c->type) &&
            taki_option_continues(config->options[i], &c->path, &next) && !taki_str_is(next, "*"))
            names[count++] = taki_arena_copy(config->arena, next.data, next.size);
    }
    c->path.count++;
    const char *near = taki_nearest(node->key, names, count);
    if (near != NULL) {
        taki_problem_add(config, &place, "unknown key '%.*s'; did you mean '%s'?", TAKI_STR_ARG(node->key), near);
    } else {
        taki_problem_add(config, &place, "unknown key '%.*s'", TAKI_STR_ARG(node->key));
    }
}

/* Names of sources and targets become folder and table names. */
static bool is_plain_name(taki_str name)
{
    for (size_t i = 0; i < name.size; i++) {
        char ch = name.data[i];
        bool letter = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z');
        if (!letter && !(ch >= '0' && ch <= '9') && ((ch != '_' && ch != '-') || i == 0))
            return false;
    }
    return name.size > 0 && name.size <= 64;
}

static void check_known(struct checker *c, struct taki_node *node)
{
    bool typed = c->path.count == 2 &&
                 (taki_str_is(c->path.segments[0], "sources") || taki_str_is(c->path.segments[0], "targets"));
    if (typed) {
        struct taki_place place = place_of(c, node);
        const struct taki_node *type = taki_node_find(node, "type");
        c->type = taki_node_text(type);
        struct taki_key_path type_path = c->path;
        type_path.segments[type_path.count++] = TAKI_STR("type");
        const struct taki_option *option = taki_option_find(c->config, &type_path, TAKI_STR_NULL);
        if (option != NULL && !taki_domain_has(option->domain, c->type))
            c->type = TAKI_STR_NULL;
        if (!is_plain_name(node->key)) {
            taki_problem_add(c->config, &place, "got the name '%.*s', want letters, digits, '_' and '-'",
                             TAKI_STR_ARG(node->key));
        }
    }
    const struct taki_option *option = taki_option_find(c->config, &c->path, c->type);
    if (option != NULL) {
        check_value(c, option, node);
    } else if (!has_deeper(c)) {
        unknown_key(c, node);
    } else if (node->type == TAKI_NODE_MAP) {
        check_children(c, node, true);
    } else {
        wrong_value(c, &(struct taki_option){.type = TAKI_OPTION_MAP}, node);
    }
    if (typed)
        c->type = TAKI_STR_NULL;
}

static void check_duplicate(struct checker *c, const struct taki_node *node, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (taki_str_equal(node->children[i].key, node->children[index].key)) {
            struct taki_place place = place_of(c, &node->children[index]);
            taki_problem_add(c->config, &place, "duplicate key, first in line %d", node->children[i].line);
            return;
        }
    }
}

/* @p known: rows name the children; else they are of any shape. */
static void check_children(struct checker *c, struct taki_node *node, bool known)
{
    struct taki_node *children = taki_node_children(node);
    for (size_t i = 0; i < node->count; i++) {
        bool named = node->type == TAKI_NODE_MAP;
        if (named) {
            c->path.segments[c->path.count++] = children[i].key;
            check_duplicate(c, node, i);
        }
        if (known) {
            check_known(c, &children[i]);
        } else {
            check_free(c, &children[i]);
        }
        c->path.count -= named;
    }
}

/* Reports @p option (a required row) where it is missing below @p node, which the first @p depth segments lead to. */
static void check_required(struct checker *c, const struct taki_option *option, const struct taki_node *node,
                           size_t depth)
{
    struct taki_key_path pattern = taki_key_path_of(option->path);
    if (depth == pattern.count || node->type == TAKI_NODE_LIST)
        return;
    taki_str segment = pattern.segments[depth];
    if (taki_str_is(segment, "*")) {
        for (size_t i = 0; i < node->count; i++) {
            c->path.segments[c->path.count++] = node->children[i].key;
            taki_str type = taki_node_text(taki_node_find(&node->children[i], "type"));
            if (option->when == NULL || taki_domain_has(option->when, type))
                check_required(c, option, &node->children[i], depth + 1);
            c->path.count--;
        }
        return;
    }
    const char *name = taki_arena_copy(c->config->arena, segment.data, segment.size);
    const struct taki_node *child = taki_node_find(node, name);
    c->path.segments[c->path.count++] = segment;
    if (child != NULL) {
        check_required(c, option, child, depth + 1);
    } else if (depth + 1 == pattern.count) {
        struct taki_place place = place_of(c, node);
        place.missing = true;
        taki_problem_add(c->config, &place, "missing, want %s", taki_option_wants(c->config->arena, option));
    }
    c->path.count--;
}

static void check_all_required(struct checker *c)
{
    for (size_t i = 0; i < c->config->option_count; i++) {
        const struct taki_option *option = c->config->options[i];
        if (option->required && option->path != NULL && taki_settings_find(c->config->settings, option) == NULL)
            check_required(c, option, &c->config->root, 0);
    }
}

/* Values from argv and the environment, each under the name the user gave it. */
static void check_settings(struct checker *c)
{
    for (size_t i = 0; c->config->settings != NULL && i < c->config->settings->count; i++) {
        const struct taki_setting *setting = &c->config->settings->items[i];
        const struct taki_option *option = setting->option;
        struct taki_node node = {.type = TAKI_NODE_SCALAR, .text = setting->text};
        if (option->type == TAKI_OPTION_SECRET)
            keep_secret(c, &node);
        if (taki_option_accepts(option, setting->text))
            continue;
        const char *name = setting->origin == TAKI_ORIGIN_ENVIRONMENT
                               ? taki_option_variable(c->config->arena, option)
                               : taki_arena_format(c->config->arena, "--%s", option->flag);
        c->path = (struct taki_key_path){.segments = {taki_str_of(name)}, .count = 1};
        wrong_value(c, option, &node);
        c->path.count = 0;
    }
}

void taki_config_check(struct taki_config *config)
{
    struct checker c = {.config = config};
    check_settings(&c);
    if (config->path == NULL)
        return;
    if (config->root.type == TAKI_NODE_MAP) {
        check_children(&c, &config->root, true);
        check_all_required(&c);
    } else {
        wrong_value(&c, &(struct taki_option){.type = TAKI_OPTION_MAP}, &config->root);
    }
}
