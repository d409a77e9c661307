#include "config_private.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct taki_key_path taki_key_path_of(const char *dotted)
{
    struct taki_key_path path = {.count = 0};
    taki_str rest = taki_str_of(dotted);
    while (!taki_str_is_null(rest) && path.count < TAKI_LEN(path.segments)) {
        taki_str segment = taki_str_cut(rest, '.', &rest);
        path.segments[path.count++] = segment;
    }
    return path;
}

const char *taki_key_path_text(struct taki_arena *arena, const struct taki_key_path *path)
{
    const char *text = path->count > 0 ? "" : NULL;
    for (size_t i = 0; i < path->count; i++)
        text = taki_arena_format(arena, "%s%s%.*s", text, i > 0 ? "." : "", TAKI_STR_ARG(path->segments[i]));
    return text;
}

/* True if the row's path begins with @p path; *rest is what follows, NULL value if both end together. */
static bool begins(const struct taki_option *option, const struct taki_key_path *path, taki_str *rest)
{
    *rest = taki_str_of(option->path);
    for (size_t i = 0; i < path->count; i++) {
        if (taki_str_is_null(*rest))
            return false;
        taki_str segment = taki_str_cut(*rest, '.', rest);
        if (!taki_str_is(segment, "*") && !taki_str_equal(segment, path->segments[i]))
            return false;
    }
    return option->path != NULL;
}

bool taki_option_fits(const struct taki_option *option, const struct taki_key_path *path)
{
    taki_str rest;
    return begins(option, path, &rest) && taki_str_is_null(rest);
}

bool taki_option_continues(const struct taki_option *option, const struct taki_key_path *path, taki_str *next)
{
    taki_str rest;
    if (!begins(option, path, &rest) || taki_str_is_null(rest))
        return false;
    taki_str after;
    *next = taki_str_cut(rest, '.', &after);
    return true;
}

bool taki_domain_has(const char *domain, taki_str member)
{
    taki_str rest = taki_str_of(domain);
    while (!taki_str_is_null(rest)) {
        taki_str name = taki_str_cut(rest, '|', &rest);
        if (taki_str_equal(name, member))
            return true;
    }
    return false;
}

bool taki_option_serves(const struct taki_option *option, taki_str type)
{
    return option->when == NULL || taki_str_is_null(type) || taki_domain_has(option->when, type);
}

taki_str taki_config_type_of(const struct taki_config *config, const struct taki_key_path *path)
{
    bool typed =
        path->count >= 2 && (taki_str_is(path->segments[0], "sources") || taki_str_is(path->segments[0], "targets"));
    if (!typed)
        return TAKI_STR_NULL;
    const struct taki_node *node = &config->root;
    for (size_t i = 0; i < 2 && node != NULL; i++) {
        const struct taki_node *found = NULL;
        for (size_t c = 0; c < node->count && found == NULL; c++) {
            if (taki_str_equal(node->children[c].key, path->segments[i]))
                found = &node->children[c];
        }
        node = found;
    }
    return taki_node_text(taki_node_find(node, "type"));
}

const struct taki_option *taki_option_find(const struct taki_config *config, const struct taki_key_path *path,
                                           taki_str type)
{
    for (size_t i = 0; i < config->option_count; i++) {
        const struct taki_option *option = config->options[i];
        if (taki_option_serves(option, type) && taki_option_fits(option, path))
            return option;
    }
    return NULL;
}

const char *taki_option_variable(struct taki_arena *arena, const struct taki_option *option)
{
    char *name = taki_arena_format(arena, "TAKI_%s", option->flag);
    for (char *c = name; *c != '\0'; c++) {
        if (*c == '-') {
            *c = '_';
        } else if (*c >= 'a' && *c <= 'z') {
            *c = (char)(*c - 'a' + 'A');
        }
    }
    return name;
}

const struct taki_setting *taki_settings_find(const struct taki_settings *settings, const struct taki_option *option)
{
    for (size_t i = 0; settings != NULL && i < settings->count; i++) {
        if (settings->items[i].option == option)
            return &settings->items[i];
    }
    return NULL;
}

void taki_settings_add(struct taki_settings *settings, const struct taki_option *option, taki_str text,
                       enum taki_origin origin)
{
    for (size_t i = 0; i < settings->count; i++) {
        struct taki_setting *setting = &settings->items[i];
        if (setting->option != option)
            continue;
        bool adds_up = option->type == TAKI_OPTION_LIST && origin == setting->origin;
        if (adds_up) {
            text = taki_str_of(
                taki_arena_format(settings->arena, "%.*s,%.*s", TAKI_STR_ARG(setting->text), TAKI_STR_ARG(text)));
        }
        if (origin >= setting->origin)
            *setting = (struct taki_setting){option, text, origin};
        return;
    }
    if (settings->count == settings->capacity) {
        settings->capacity = settings->capacity == 0 ? 16 : settings->capacity * 2;
        struct taki_setting *items = TAKI_NEW_ARRAY(settings->arena, settings->capacity, struct taki_setting);
        if (settings->count > 0)
            memcpy(items, settings->items, settings->count * sizeof *items);
        settings->items = items;
    }
    settings->items[settings->count++] = (struct taki_setting){option, text, origin};
}

/* A word without value, like --version, is an act of one command line; the environment lasts longer than that. */
bool taki_option_is_act(const struct taki_option *option)
{
    static const char *const acts[] = {"help", "version", "exit-codes", "show-config"};
    for (size_t i = 0; option->flag != NULL && i < TAKI_LEN(acts); i++) {
        if (strcmp(option->flag, acts[i]) == 0)
            return true;
    }
    return false;
}

/* `config` has its own order (./taki.yml before $TAKI_CONFIG); app.c reads it. */
static bool from_environment(const struct taki_option *option)
{
    return option->flag != NULL && !taki_option_is_act(option) && strcmp(option->flag, "config") != 0;
}

void taki_settings_environment(struct taki_settings *settings, const struct taki_option_table *tables, size_t count)
{
    for (size_t t = 0; t < count; t++) {
        for (size_t i = 0; i < tables[t].count; i++) {
            const struct taki_option *option = &tables[t].rows[i];
            const char *value = from_environment(option) ? getenv(taki_option_variable(settings->arena, option)) : NULL;
            if (value != NULL && value[0] != '\0') {
                taki_settings_add(settings, option, taki_str_dup(settings->arena, taki_str_of(value)),
                                  TAKI_ORIGIN_ENVIRONMENT);
            }
        }
    }
}
