#include "config_private.h"

#include "taki/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct walker {
    const struct taki_config *config;
    struct taki_key_path path;
    struct taki_json_writer json;
};

static int compare_names(const void *a, const void *b)
{
    return taki_str_compare(*(const taki_str *)a, *(const taki_str *)b);
}

/* Names at this level: those of the file and those of rows, sorted, each once. */
static size_t level_names(const struct walker *w, const struct taki_node *node, taki_str **names)
{
    const struct taki_config *config = w->config;
    taki_str type = taki_config_type_of(config, &w->path);
    size_t children = node != NULL ? node->count : 0, count = 0, kept = 0;
    *names = TAKI_NEW_ARRAY(config->arena, children + config->option_count, taki_str);
    for (size_t i = 0; i < children; i++)
        (*names)[count++] = node->children[i].key;
    for (size_t i = 0; i < config->option_count; i++) {
        taki_str next;
        if (taki_option_serves(config->options[i], type) &&
            taki_option_continues(config->options[i], &w->path, &next) && !taki_str_is(next, "*"))
            (*names)[count++] = next;
    }
    if (count > 0)
        qsort(*names, count, sizeof **names, compare_names);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || !taki_str_equal((*names)[kept - 1], (*names)[i]))
            (*names)[kept++] = (*names)[i];
    }
    return kept;
}

/* Equal values are spelled alike: 05 is 5, 0.5% is 0.005, yes is true, 1h is 3600. */
static void write_scalar(struct walker *w, const struct taki_option *option, taki_str text)
{
    int64_t integer;
    double number;
    bool truth;
    char out[40];
    enum taki_option_type type = option->type;
    if ((type == TAKI_OPTION_INTEGER || type == TAKI_OPTION_SIZE || type == TAKI_OPTION_DURATION) &&
        taki_option_i64(type, text, &integer)) {
        taki_json_i64(&w->json, integer);
    } else if ((type == TAKI_OPTION_NUMBER || type == TAKI_OPTION_RATIO) && taki_option_f64(type, text, &number)) {
        (void)snprintf(out, sizeof out, "%.12g", number);
        taki_json_raw(&w->json, taki_str_of(out));
    } else if (type == TAKI_OPTION_BOOL && taki_str_bool(text, &truth)) {
        taki_json_bool(&w->json, truth);
    } else {
        taki_json_str(&w->json, text);
    }
}

static void write_free(struct walker *w, const struct taki_node *node);

static void write_free_map(struct walker *w, const struct taki_node *node)
{
    taki_str *names = TAKI_NEW_ARRAY(w->config->arena, node->count, taki_str);
    for (size_t i = 0; i < node->count; i++)
        names[i] = node->children[i].key;
    if (node->count > 0)
        qsort(names, node->count, sizeof *names, compare_names);
    taki_json_open(&w->json, '{');
    for (size_t i = 0; i < node->count; i++) {
        const char *name = taki_arena_copy(w->config->arena, names[i].data, names[i].size);
        const struct taki_node *child = taki_node_find(node, name);
        if (child->is_secret)
            continue;
        taki_json_name(&w->json, name);
        write_free(w, child);
    }
    taki_json_close(&w->json, '}');
}

static void write_free(struct walker *w, const struct taki_node *node)
{
    if (node->type == TAKI_NODE_SCALAR) {
        taki_json_str(&w->json, node->is_secret ? TAKI_STR_NULL : node->written);
        return;
    }
    if (node->type == TAKI_NODE_MAP) {
        write_free_map(w, node);
        return;
    }
    taki_json_open(&w->json, '[');
    for (size_t i = 0; i < node->count; i++)
        write_free(w, &node->children[i]);
    taki_json_close(&w->json, ']');
}

static void write_level(struct walker *w, const struct taki_node *node);

static bool has_rows_below(const struct walker *w)
{
    taki_str next, type = taki_config_type_of(w->config, &w->path);
    for (size_t i = 0; i < w->config->option_count; i++) {
        if (taki_option_serves(w->config->options[i], type) &&
            taki_option_continues(w->config->options[i], &w->path, &next))
            return true;
    }
    return false;
}

/* One member of a level; nothing if it has no value. */
static void write_member(struct walker *w, const char *name, const struct taki_node *node)
{
    const struct taki_option *option = taki_option_find(w->config, &w->path, taki_config_type_of(w->config, &w->path));
    if (has_rows_below(w)) {
        taki_json_name(&w->json, name);
        write_level(w, node);
        return;
    }
    if (option == NULL || option->type == TAKI_OPTION_SECRET || (node != NULL && node->is_secret))
        return;
    struct taki_value value = taki_config_value(w->config, option, node);
    bool shaped = node != NULL && value.origin == TAKI_ORIGIN_FILE &&
                  (option->type == TAKI_OPTION_FREE || node->type == TAKI_NODE_MAP);
    if (!shaped && taki_str_is_null(value.text))
        return;
    taki_json_name(&w->json, name);
    if (shaped) {
        write_free(w, node);
    } else {
        write_scalar(w, option, node != NULL && value.origin == TAKI_ORIGIN_FILE ? node->written : value.text);
    }
}

static void write_level(struct walker *w, const struct taki_node *node)
{
    taki_str *names;
    size_t count = level_names(w, node, &names);
    taki_json_open(&w->json, '{');
    for (size_t i = 0; i < count; i++) {
        const char *name = taki_arena_copy(w->config->arena, names[i].data, names[i].size);
        w->path.segments[w->path.count++] = names[i];
        write_member(w, name, taki_node_find(node, name));
        w->path.count--;
    }
    taki_json_close(&w->json, '}');
}

void taki_config_canonical(const struct taki_config *config, const char *const *top_keys, size_t count,
                           struct taki_buf *out)
{
    struct walker w = {.config = config, .json = {.buf = out}};
    taki_str *names = TAKI_NEW_ARRAY(config->arena, count, taki_str);
    for (size_t i = 0; i < count; i++)
        names[i] = taki_str_of(top_keys[i]);
    if (count > 0)
        qsort(names, count, sizeof *names, compare_names);
    taki_json_open(&w.json, '{');
    for (size_t i = 0; i < count; i++) {
        w.path = (struct taki_key_path){.segments = {names[i]}, .count = 1};
        write_member(&w, names[i].data, taki_node_find(&config->root, names[i].data));
    }
    taki_json_close(&w.json, '}');
}
