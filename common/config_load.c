#include "config_private.h"
#include "message.h"

#include "taki/app.h"
#include "taki/file.h"
#include "taki/log.h"
#include "taki/text.h"

#include <libfyaml.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_CEILING ((size_t)1 << 20)

struct builder {
    struct taki_config *config;
    struct fy_parser *parser;
    int line, column; /* of the last event that had a mark */
    bool failed;
};

static void close_parser(struct fy_parser **parser)
{
    if (*parser != NULL)
        fy_parser_destroy(*parser);
}

static void close_diag(struct fy_diag **diag)
{
    if (*diag != NULL)
        fy_diag_destroy(*diag);
}

static void syntax(struct builder *b, const char *what)
{
    struct taki_place place = {.line = b->line, .column = b->column};
    taki_problem_add(b->config, &place, "bad YAML: %s", what);
    b->failed = true;
}

/* The next event with its place noted, or NULL at an error or the end. */
static struct fy_event *next_event(struct builder *b)
{
    struct fy_event *event = b->failed ? NULL : fy_parser_parse(b->parser);
    const struct fy_mark *mark = event != NULL ? fy_event_start_mark(event) : NULL;
    if (mark != NULL && event->type != FYET_MAPPING_END && event->type != FYET_SEQUENCE_END) {
        b->line = mark->line + 1;
        b->column = mark->column + 1;
    }
    return event;
}

static taki_str event_text(struct builder *b, struct fy_event *event, bool *quoted)
{
    struct fy_token *token = fy_event_get_token(event);
    if (token == NULL)
        return TAKI_STR_NULL;
    size_t size = 0;
    const char *text = fy_token_get_text(token, &size);
    *quoted = fy_token_scalar_style(token) != FYSS_PLAIN;
    taki_str value = {.data = text != NULL ? text : "", .size = text != NULL ? size : 0};
    bool null =
        !*quoted && (value.size == 0 || taki_str_is(value, "~") || taki_str_equal_nocase(value, TAKI_STR("null")));
    return null ? TAKI_STR_NULL : taki_str_dup(b->config->arena, value);
}

struct children {
    struct taki_node *items;
    size_t count, capacity;
};

static struct taki_node *add_child(struct builder *b, struct children *list)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 8 : list->capacity * 2;
        struct taki_node *items = TAKI_NEW_ARRAY(b->config->arena, capacity, struct taki_node);
        if (list->count > 0)
            memcpy(items, list->items, list->count * sizeof *items);
        list->items = items;
        list->capacity = capacity;
    }
    return &list->items[list->count++];
}

struct taki_node *taki_node_children(struct taki_node *node)
{
    return (struct taki_node *)(uintptr_t)node->children; // NOLINT(performance-no-int-to-ptr): const only for readers
}

static void build(struct builder *b, struct fy_event *event, int depth, struct taki_node *node);

/* The members of a mapping (the key names are scalars) or sequence, up to its end event. */
static void build_children(struct builder *b, enum fy_event_type end, int depth, struct taki_node *node)
{
    struct children list = {0};
    struct fy_event *event;
    while ((event = next_event(b)) != NULL && event->type != end) {
        struct taki_node *child = add_child(b, &list);
        child->line = b->line;
        child->column = b->column;
        if (end == FYET_MAPPING_END) {
            bool quoted = false;
            if (event->type == FYET_SCALAR) {
                child->key = event_text(b, event, &quoted);
            } else {
                syntax(b, taki_text("a key must be a single word or quoted text"));
            }
            fy_parser_event_free(b->parser, event);
            if (taki_str_is_null(child->key))
                child->key = TAKI_STR("");
            event = next_event(b);
            if (event == NULL)
                break;
        }
        build(b, event, depth + 1, child);
        fy_parser_event_free(b->parser, event);
    }
    if (event != NULL)
        fy_parser_event_free(b->parser, event);
    node->children = list.items;
    node->count = list.count;
}

static void build(struct builder *b, struct fy_event *event, int depth, struct taki_node *node)
{
    if (fy_event_get_anchor_token(event) != NULL || event->type == FYET_ALIAS) {
        syntax(b, taki_text("anchors and aliases are not supported; write the value out"));
    } else if (fy_event_get_tag_token(event) != NULL) {
        syntax(b, taki_text("tags are not supported; the option's own type decides"));
    } else if (depth > TAKI_CONFIG_DEPTH) {
        syntax(b, taki_text("nested too deeply"));
    }
    if (b->failed)
        return;
    if (event->type == FYET_MAPPING_START) {
        node->type = TAKI_NODE_MAP;
        build_children(b, FYET_MAPPING_END, depth, node);
    } else if (event->type == FYET_SEQUENCE_START) {
        node->type = TAKI_NODE_LIST;
        build_children(b, FYET_SEQUENCE_END, depth, node);
    } else {
        node->type = TAKI_NODE_SCALAR;
        node->text = event_text(b, event, &node->quoted);
        node->written = node->text;
    }
}

static void build_document(struct builder *b)
{
    int documents = 0;
    struct fy_event *event;
    while ((event = next_event(b)) != NULL) {
        if (event->type == FYET_DOCUMENT_START && ++documents > 1) {
            syntax(b, taki_text("a second document; taki reads one"));
        } else if (event->type == FYET_MAPPING_START || event->type == FYET_SEQUENCE_START ||
                   event->type == FYET_SCALAR || event->type == FYET_ALIAS) {
            build(b, event, 0, &b->config->root);
        }
        fy_parser_event_free(b->parser, event);
    }
}

static void report_syntax(struct builder *b, struct fy_diag *diag)
{
    void *previous = NULL;
    size_t before = b->config->problem_count;
    const struct fy_diag_error *found;
    while ((found = fy_diag_errors_iterate(diag, &previous)) != NULL) {
        b->line = found->line;
        b->column = found->column;
        syntax(b, found->msg);
    }
    if (b->config->problem_count == before && !b->failed && fy_parser_get_stream_error(b->parser))
        syntax(b, taki_text("unreadable from here on"));
}

/* libfyaml takes any bytes; text that is not UTF-8, or holds NUL, is refused with its place. */
static bool check_bytes(struct builder *b, taki_str yaml)
{
    size_t bad = yaml.size;
    (void)taki_utf8_valid(yaml, &bad);
    const char *nul = memchr(yaml.data, '\0', yaml.size);
    if (nul != NULL && (size_t)(nul - yaml.data) < bad)
        bad = (size_t)(nul - yaml.data);
    if (bad >= yaml.size)
        return true;
    b->line = 1;
    b->column = 1;
    for (size_t i = 0; i < bad; i++) {
        b->column = yaml.data[i] == '\n' ? 1 : b->column + (((unsigned char)yaml.data[i] & 0xC0U) != 0x80U);
        b->line += yaml.data[i] == '\n';
    }
    syntax(b, taki_text("not UTF-8 text"));
    return false;
}

enum taki_status taki_config_parse(struct taki_config *config, taki_str yaml, struct taki_error *err)
{
    struct builder b = {.config = config};
    config->root.type = TAKI_NODE_MAP;
    config->root.line = config->root.column = 1;
    if (yaml.size == 0)
        return TAKI_OK;
    if (!check_bytes(&b, yaml))
        return TAKI_OK;
    struct fy_diag_cfg diag_config;
    fy_diag_cfg_default(&diag_config);
    diag_config.fp = NULL;
    TAKI_AUTO(close_diag) struct fy_diag *diag = fy_diag_create(&diag_config);
    if (diag == NULL)
        return taki_fail(err, TAKI_CEILING, "no memory for the YAML parser");
    fy_diag_set_collect_errors(diag, true);
    const unsigned flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_ALLOW_DUPLICATE_KEYS | FYPCF_DISABLE_MMAP_OPT;
    struct fy_parse_cfg parse_config = {.flags = (enum fy_parse_cfg_flags)flags, .diag = diag};
    TAKI_AUTO(close_parser) struct fy_parser *parser = fy_parser_create(&parse_config);
    if (parser == NULL || fy_parser_set_string(parser, yaml.data, yaml.size) != 0)
        return taki_fail(err, TAKI_CEILING, "no memory for the YAML parser");
    b.parser = parser;
    build_document(&b);
    report_syntax(&b, diag);
    return TAKI_OK;
}

static void add_table(struct taki_config *config, const struct taki_option_table *table)
{
    for (size_t i = 0; i < table->count; i++)
        config->options[config->option_count++] = &table->rows[i];
}

/* With the common table come those of sources and rules: every program takes the whole file. */
static void gather_options(struct taki_config *config, const struct taki_option_table *tables, size_t table_count)
{
    size_t count = taki_source_options.count + taki_rule_options.count;
    for (size_t t = 0; t < table_count; t++)
        count += tables[t].count;
    config->options = TAKI_NEW_ARRAY(config->arena, count, const struct taki_option *);
    for (size_t t = 0; t < table_count; t++) {
        add_table(config, &tables[t]);
        if (tables[t].rows == taki_common_options.rows) {
            add_table(config, &taki_source_options);
            add_table(config, &taki_rule_options);
        }
    }
}

enum taki_status taki_config_new(const char *path, const struct taki_option_table *tables, size_t table_count,
                                 const struct taki_settings *settings, struct taki_config **config,
                                 struct taki_error *err)
{
    struct taki_arena *arena = settings->arena;
    struct taki_config *new = TAKI_NEW(arena, struct taki_config);
    *new = (struct taki_config){.arena = arena, .settings = settings};
    new->path = path != NULL ? taki_arena_format(arena, "%s", path) : NULL;
    new->root = (struct taki_node){.type = TAKI_NODE_MAP, .line = 1, .column = 1};
    gather_options(new, tables, table_count);
    *config = new;
    if (path != NULL) {
        TAKI_AUTO(taki_buf_reset) struct taki_buf yaml;
        taki_buf_init(&yaml, FILE_CEILING);
        enum taki_status status = taki_file_read(path, &yaml, err);
        if (status != TAKI_OK) {
            return status == TAKI_FAILED
                       ? taki_while(err, err != NULL ? (err->status = TAKI_USAGE) : TAKI_USAGE, "configuration")
                       : status;
        }
        TAKI_TRY(taki_config_parse(new, taki_buf_view(&yaml), err));
    }
    /* A file that is no YAML would only give errors that follow from the first. */
    if (new->problem_count == 0) {
        taki_config_resolve(new);
        taki_config_check(new);
    }
    return TAKI_OK;
}

enum taki_status taki_config_judge(struct taki_config *config, struct taki_error *err)
{
    if (config->problem_count == 0)
        return TAKI_OK;
    taki_problems_print(config);
    (void)taki_fail(err, TAKI_USAGE, "%zu errors in the configuration '%s'", config->problem_count,
                    config->path != NULL ? config->path : "(none)");
    return err != NULL ? taki_hint(err, "all errors are listed above; '--show-config' shows every key and its value")
                       : TAKI_USAGE;
}

enum taki_status taki_config_load(struct taki_arena *arena, const char *path, const struct taki_option_table *tables,
                                  size_t table_count, const struct taki_config **config, struct taki_error *err)
{
    struct taki_settings *settings = TAKI_NEW(arena, struct taki_settings);
    settings->arena = arena;
    taki_settings_environment(settings, tables, table_count);
    struct taki_config *new = NULL;
    *config = NULL;
    TAKI_TRY(taki_config_new(path, tables, table_count, settings, &new, err));
    TAKI_TRY(taki_config_judge(new, err));
    *config = new;
    return TAKI_OK;
}
