#include "config_private.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_BYTES 512

const struct taki_node *taki_config_root(const struct taki_config *config)
{
    return &config->root;
}

const char *taki_config_path(const struct taki_config *config)
{
    return config->path;
}

const struct taki_node *taki_node_find(const struct taki_node *node, const char *name)
{
    for (size_t i = 0; node != NULL && node->type == TAKI_NODE_MAP && i < node->count; i++) {
        if (taki_str_is(node->children[i].key, name))
            return &node->children[i];
    }
    return NULL;
}

/* Keys may hold dots themselves ("sfa:Opportunity.StageName"), so every child that begins the path is tried. */
const struct taki_node *taki_node_at(const struct taki_node *node, const char *path)
{
    if (node == NULL || path[0] == '\0')
        return node;
    for (size_t i = 0; node->type == TAKI_NODE_MAP && i < node->count; i++) {
        taki_str key = node->children[i].key;
        if (!taki_str_starts(taki_str_of(path), key))
            continue;
        if (path[key.size] == '\0')
            return &node->children[i];
        const struct taki_node *found =
            path[key.size] == '.' ? taki_node_at(&node->children[i], path + key.size + 1) : NULL;
        if (found != NULL)
            return found;
    }
    return NULL;
}

taki_str taki_node_text(const struct taki_node *node)
{
    return node != NULL ? node->text : TAKI_STR_NULL;
}

/* The segments from @p from down to @p node; false if it is not below. */
static bool find_path(const struct taki_node *from, const struct taki_node *node, struct taki_key_path *path)
{
    if (from == node)
        return true;
    for (size_t i = 0; i < from->count && path->count < TAKI_LEN(path->segments); i++) {
        bool named = from->type == TAKI_NODE_MAP;
        if (named)
            path->segments[path->count++] = from->children[i].key;
        if (find_path(&from->children[i], node, path))
            return true;
        path->count -= named;
    }
    return false;
}

const char *taki_node_place(struct taki_arena *arena, const struct taki_config *config, const struct taki_node *node)
{
    struct taki_key_path path = {.count = 0};
    if (!find_path(&config->root, node, &path) || path.count == 0)
        return config->path != NULL ? config->path : "";
    return taki_arena_format(arena, "%s:%d:%d: %s", config->path != NULL ? config->path : "", node->line, node->column,
                             taki_key_path_text(arena, &path));
}

struct taki_value taki_config_value(const struct taki_config *config, const struct taki_option *option,
                                    const struct taki_node *node)
{
    const struct taki_setting *setting = taki_settings_find(config->settings, option);
    if (setting != NULL && setting->origin > TAKI_ORIGIN_FILE)
        return (struct taki_value){setting->text, setting->origin};
    if (node != NULL && (node->type != TAKI_NODE_SCALAR || !taki_str_is_null(node->text)))
        return (struct taki_value){node->text, TAKI_ORIGIN_FILE};
    if (setting != NULL)
        return (struct taki_value){setting->text, setting->origin};
    taki_str fallback = taki_str_of(option->fallback);
    return (struct taki_value){fallback, option->fallback != NULL ? TAKI_ORIGIN_DEFAULT : TAKI_ORIGIN_NONE};
}

/* True if @p path lies inside a FREE or MAP value. */
static bool is_covered(const struct taki_config *config, struct taki_key_path path)
{
    while (path.count > 0) {
        const struct taki_option *option = taki_option_find(config, &path, TAKI_STR_NULL);
        if (option != NULL)
            return option->type == TAKI_OPTION_FREE || option->type == TAKI_OPTION_MAP;
        path.count--;
    }
    return false;
}

/* The row of @p dotted and the value in force; the row is NULL inside FREE values and for keys of another type. */
static const struct taki_option *look_up(const struct taki_config *config, const char *dotted, taki_str *text)
{
    struct taki_key_path path = taki_key_path_of(dotted);
    const struct taki_node *node = taki_node_at(&config->root, dotted);
    const struct taki_option *option = taki_option_find(config, &path, taki_config_type_of(config, &path));
    *text = option != NULL ? taki_config_value(config, option, node).text : taki_node_text(node);
    if (option == NULL && taki_option_find(config, &path, TAKI_STR_NULL) == NULL && !is_covered(config, path))
        taki_bug(dotted);
    return option;
}

taki_str taki_config_text(const struct taki_config *config, const char *path)
{
    taki_str text;
    (void)look_up(config, path, &text);
    return text;
}

bool taki_config_bool(const struct taki_config *config, const char *path)
{
    bool value = false;
    return taki_str_bool(taki_config_text(config, path), &value) && value;
}

int64_t taki_config_integer(const struct taki_config *config, const char *path)
{
    taki_str text;
    int64_t value;
    const struct taki_option *option = look_up(config, path, &text);
    enum taki_option_type type = option != NULL ? option->type : TAKI_OPTION_INTEGER;
    return !taki_str_is_null(text) && taki_option_i64(type, text, &value) ? value : INT64_MIN;
}

double taki_config_number(const struct taki_config *config, const char *path)
{
    taki_str text;
    double value;
    const struct taki_option *option = look_up(config, path, &text);
    enum taki_option_type type = option != NULL ? option->type : TAKI_OPTION_NUMBER;
    return !taki_str_is_null(text) && taki_option_f64(type, text, &value) ? value : (double)NAN;
}

taki_date taki_config_date(const struct taki_config *config, const char *path)
{
    taki_date date = TAKI_DATE_NULL;
    return taki_date_parse(taki_config_text(config, path), &date) ? date : TAKI_DATE_NULL;
}

/* A path too long for the buffer cannot be one of ours. */
__attribute__((format(printf, 2, 0))) static void format_path(char out[PATH_BYTES], const char *format,
                                                              va_list arguments)
{
    int size = vsnprintf(out, PATH_BYTES, format, arguments);
    if (size < 0 || size >= PATH_BYTES)
        taki_bug("configuration path too long");
}

taki_str taki_config_textf(const struct taki_config *config, const char *format, ...)
{
    char path[PATH_BYTES];
    va_list arguments;
    va_start(arguments, format);
    format_path(path, format, arguments);
    va_end(arguments);
    return taki_config_text(config, path);
}

int64_t taki_config_integerf(const struct taki_config *config, const char *format, ...)
{
    char path[PATH_BYTES];
    va_list arguments;
    va_start(arguments, format);
    format_path(path, format, arguments);
    va_end(arguments);
    return taki_config_integer(config, path);
}

bool taki_config_boolf(const struct taki_config *config, const char *format, ...)
{
    char path[PATH_BYTES];
    va_list arguments;
    va_start(arguments, format);
    format_path(path, format, arguments);
    va_end(arguments);
    return taki_config_bool(config, path);
}

/* Damerau's distance in its simple form: insert, delete, replace, swap of neighbours. Names longer than the table are
 * no near misses. */
static size_t distance(taki_str a, taki_str b)
{
    enum { LONGEST = 48 };
    size_t table[3][LONGEST + 1];
    if (a.size > LONGEST || b.size > LONGEST)
        return SIZE_MAX;
    for (size_t j = 0; j <= b.size; j++)
        table[0][j] = j;
    for (size_t i = 1; i <= a.size; i++) {
        size_t *row = table[i % 3], *above = table[(i + 2) % 3], *two_above = table[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b.size; j++) {
            size_t best = above[j - 1] + (a.data[i - 1] != b.data[j - 1]);
            if (above[j] + 1 < best)
                best = above[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            bool swapped = i > 1 && j > 1 && a.data[i - 1] == b.data[j - 2] && a.data[i - 2] == b.data[j - 1];
            if (swapped && two_above[j - 2] + 1 < best)
                best = two_above[j - 2] + 1;
            row[j] = best;
        }
    }
    return table[a.size % 3][b.size];
}

const char *taki_nearest(taki_str text, const char *const *names, size_t count)
{
    const char *nearest = NULL;
    size_t least = text.size / 3 + 1;
    for (size_t i = 0; i < count; i++) {
        size_t found = distance(text, taki_str_of(names[i]));
        if (found < least) {
            least = found;
            nearest = names[i];
        }
    }
    return nearest;
}
