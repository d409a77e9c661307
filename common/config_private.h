/**
 * @file config_private.h
 * What the files of the configuration share: config_load.c (file to nodes), config_reference.c (`${}`),
 * config_check.c (nodes against rows), config_value.c (text against one row), config_get.c, config_show.c.
 */
#ifndef TAKI_COMMON_CONFIG_PRIVATE_H
#define TAKI_COMMON_CONFIG_PRIVATE_H

#include "taki/config.h"

#define TAKI_CONFIG_DEPTH 32 /**< nesting of the file; a hostile one must not end the stack */

/** Where a value in force comes from, weakest first. */
enum taki_origin {
    TAKI_ORIGIN_NONE,
    TAKI_ORIGIN_DEFAULT,
    TAKI_ORIGIN_FILE,
    TAKI_ORIGIN_ENVIRONMENT,
    TAKI_ORIGIN_COMMAND_LINE,
};

/** A value that does not stand in the file: from argv, the environment, or computed as default at start. */
struct taki_setting {
    const struct taki_option *option;
    taki_str text;
    enum taki_origin origin;
};

/** Grows in its arena. A stronger or equally strong origin replaces; members of a LIST from argv add up. */
struct taki_settings {
    struct taki_arena *arena;
    struct taki_setting *items;
    size_t count, capacity;
};

struct taki_problem {
    const char *text; /**< with its place */
    int line, column;
    size_t order; /**< in which it was found */
    bool missing; /**< only something not there yet (a variable, a required key): --show-config works without it */
};

struct taki_config {
    struct taki_arena *arena;
    const char *path; /**< NULL: no file was read */
    struct taki_node root;
    const struct taki_option **options; /**< the rows of all tables */
    size_t option_count;
    const struct taki_settings *settings;
    struct taki_problem *problems;
    size_t problem_count, problem_capacity, missing_count;
};

/** Path of a node as its segments. */
struct taki_key_path {
    taki_str segments[TAKI_CONFIG_DEPTH + 2];
    size_t count;
};

/** Where a problem stands; path NULL = the file as a whole. */
struct taki_place {
    int line, column; /**< 0 = unknown */
    const char *path;
    bool missing;
};

void taki_settings_add(struct taki_settings *settings, const struct taki_option *option, taki_str text,
                       enum taki_origin origin);
/** NULL if there is none. */
const struct taki_setting *taki_settings_find(const struct taki_settings *settings, const struct taki_option *option);
/** Adds TAKI_<OPTION> of every row with a flag. */
void taki_settings_environment(struct taki_settings *settings, const struct taki_option_table *tables, size_t count);
/** "TAKI_AS_OF" for "as-of"; lives in @p arena. */
const char *taki_option_variable(struct taki_arena *arena, const struct taki_option *option);

/** True for --help and its like, which no environment variable stands for. */
bool taki_option_is_act(const struct taki_option *option);

/** Adds "file:line:col: path: text", translated and masked. */
void taki_problem_add(struct taki_config *config, const struct taki_place *place, const char *format, ...)
    TAKI_PRINTF(3, 4);
/** Prints all problems in the order of the file. */
void taki_problems_print(struct taki_config *config);

/**
 * taki_config_load for the app: @p path NULL reads no file; problems are gathered, not yet printed or judged
 * (the status tells only of an unreadable file). Everything lives in the arena of @p settings.
 */
TAKI_NODISCARD enum taki_status taki_config_new(const char *path, const struct taki_option_table *tables,
                                                size_t table_count, const struct taki_settings *settings,
                                                struct taki_config **config, struct taki_error *err);
/** Prints the problems and gives TAKI_USAGE with a summary if there are any. */
TAKI_NODISCARD enum taki_status taki_config_judge(struct taki_config *config, struct taki_error *err);

/** The children, writable: the tree is ours until it is handed out. */
struct taki_node *taki_node_children(struct taki_node *node);
/** The YAML file as nodes below config->root. */
TAKI_NODISCARD enum taki_status taki_config_parse(struct taki_config *config, taki_str yaml, struct taki_error *err);
/** Replaces `${env:NAME}` and `${file:PATH}` in all scalars. */
void taki_config_resolve(struct taki_config *config);
/** Nodes and settings against the rows. */
void taki_config_check(struct taki_config *config);

/** The row that covers @p path exactly for a source or target of @p type (NULL = unknown: any), or NULL. */
const struct taki_option *taki_option_find(const struct taki_config *config, const struct taki_key_path *path,
                                           taki_str type);
/** True if the row's path begins with @p path and goes on; *next receives the name of its next segment. */
bool taki_option_continues(const struct taki_option *option, const struct taki_key_path *path, taki_str *next);
bool taki_option_fits(const struct taki_option *option, const struct taki_key_path *path);
/** True if the row is for @p type. */
bool taki_option_serves(const struct taki_option *option, taki_str type);
/** `type` of the source or target that @p path lies in, else NULL. */
taki_str taki_config_type_of(const struct taki_config *config, const struct taki_key_path *path);
struct taki_key_path taki_key_path_of(const char *dotted);
/** Dotted text in @p arena; NULL for the root. */
const char *taki_key_path_text(struct taki_arena *arena, const struct taki_key_path *path);

/** True if @p text is a value of @p option's type and domain. */
bool taki_option_accepts(const struct taki_option *option, taki_str text);
/** Translated words for what @p option wants, in @p arena. */
const char *taki_option_wants(struct taki_arena *arena, const struct taki_option *option);
/** True if @p domain ("a|b|c") has the member. */
bool taki_domain_has(const char *domain, taki_str member);
/** Numeric value of an accepted INTEGER, SIZE (bytes) or DURATION (seconds). */
bool taki_option_i64(enum taki_option_type type, taki_str text, int64_t *value);
/** Numeric value of an accepted NUMBER or RATIO. */
bool taki_option_f64(enum taki_option_type type, taki_str text, double *value);
/** https, or http for loopback, with a host and no user information. */
bool taki_option_url(taki_str url);

/** The value in force of @p option at @p node (NULL: not in the file). */
struct taki_value {
    taki_str text;
    enum taki_origin origin;
};
struct taki_value taki_config_value(const struct taki_config *config, const struct taki_option *option,
                                    const struct taki_node *node);
/** --show-config as cells (key, value, origin) on stdout. */
void taki_config_show(const struct taki_config *config);
/** One line of YAML flow style of a node, secrets as ***. */
void taki_node_flow(const struct taki_node *node, struct taki_buf *out);

/** The rows of sources, maps and rules; parts of taki_common_options. */
extern const struct taki_option_table taki_source_options, taki_rule_options;

#endif
