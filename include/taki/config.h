/**
 * @file config.h
 * One option table: every key of taki.yml, every command line flag and TAKI_<OPTION> variable is one row. Parsing,
 * checking,
 * `--show-config`, `--help` and docs/configuration.md are generated from the rows.
 *
 * All errors of a file are reported at once as `file:line:col: key.path: got X, want Y`, with the nearest known name
 * for an unknown key; unknown and duplicate keys are errors. `${env:NAME}` and `${file:PATH}` are replaced inside
 * scalar values.
 */
#ifndef TAKI_CONFIG_H
#define TAKI_CONFIG_H

#include "taki/arena.h"
#include "taki/date.h"
#include "taki/status.h"
#include "taki/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum taki_option_type {
    TAKI_OPTION_TEXT,    /**< any text */
    TAKI_OPTION_SECRET,  /**< text; shown as ***, refused on the command line */
    TAKI_OPTION_INTEGER, /**< domain "lo..hi" */
    TAKI_OPTION_NUMBER,  /**< domain "lo..hi" */
    TAKI_OPTION_RATIO,   /**< 0.005 or 0.5% */
    TAKI_OPTION_BOOL,
    TAKI_OPTION_SIZE,     /**< bytes; 512K 64M 2G (1024-based) */
    TAKI_OPTION_DURATION, /**< seconds; 90 90s 15m 2h 3d */
    TAKI_OPTION_DATE,     /**< YYYY-MM-DD */
    TAKI_OPTION_ENUM,     /**< domain "a|b|c" */
    TAKI_OPTION_URL,      /**< https, or http for loopback only; no user info */
    TAKI_OPTION_PATH,     /**< a relative one counts from the config file's folder (in argv and TAKI_*: from the current
                             one) */
    TAKI_OPTION_LIST,     /**< sequence of scalars; domain as for ENUM limits the members */
    TAKI_OPTION_MAP,  /**< mapping whose keys are free; children are not checked further unless rows name `path.*` */
    TAKI_OPTION_FREE, /**< any shape; its reader checks it */
};

struct taki_option {
    const char *path; /**< "business.timezone", "sources.*.rate.calls"; NULL for a flag without a key */
    const char *when; /**< for rows under sources.* / targets.*: only for this `type`; NULL = every type */
    const char *flag; /**< "as-of" for --as-of and TAKI_AS_OF; NULL = file only */
    char letter;      /**< 'c' for -c; 0 = none */
    enum taki_option_type type;
    const char *fallback; /**< default as text; NULL = none */
    const char *domain;   /**< see the types; NULL = no limit */
    bool required;        /**< (under sources.* / targets.*: required in each of them) */
    const char *en, *ja;  /**< help, one sentence */
};

/** A node of the file with its place. Scalars have `text` after ${} replacement. */
enum taki_node_type { TAKI_NODE_SCALAR, TAKI_NODE_MAP, TAKI_NODE_LIST };
struct taki_node {
    enum taki_node_type type;
    taki_str key;     /**< name in the parent mapping; NULL in sequences and for the root */
    taki_str text;    /**< scalar value; NULL for an empty one; a list of scalars: comma separated */
    taki_str written; /**< a PATH before it was made relative to the file's folder; else as `text` */
    bool quoted, is_secret;
    bool referenced; /**< came, whole or in part, from ${env:} or ${file:} */
    int line, column;
    const struct taki_node *children; /**< array */
    size_t count;
};

struct taki_config;

/** The whole set of option rows in force (tables given by the app and by common). */
struct taki_option_table {
    const struct taki_option *rows;
    size_t count;
};

/**
 * Loads and checks @p path. On errors returns TAKI_USAGE after printing every one of them to stderr; err holds a
 * summary. Everything lives in @p arena.
 */
TAKI_NODISCARD enum taki_status taki_config_load(struct taki_arena *arena, const char *path,
                                                 const struct taki_option_table *tables, size_t table_count,
                                                 const struct taki_config **config, struct taki_error *err);

/** Root mapping of the file. */
const struct taki_node *taki_config_root(const struct taki_config *config);
const char *taki_config_path(const struct taki_config *config);

/** Child of @p node by name, or NULL. @p node may be NULL. */
const struct taki_node *taki_node_find(const struct taki_node *node, const char *name);
/** By dotted path below @p node, or NULL. */
const struct taki_node *taki_node_at(const struct taki_node *node, const char *path);
/** Scalar text or the NULL value. */
taki_str taki_node_text(const struct taki_node *node);
/** `file:line:col: dotted.path` of a node, for errors of readers of FREE nodes. Lives in @p arena. */
const char *taki_node_place(struct taki_arena *arena, const struct taki_config *config, const struct taki_node *node);

/**
 * Value by dotted path ("business.timezone", "sources.sfa.rate.calls"): command line > environment > file > the row's
 * fallback. NULL value if there is none. Asking for a path no row covers is a bug.
 */
taki_str taki_config_text(const struct taki_config *config, const char *path);
bool taki_config_bool(const struct taki_config *config, const char *path);
int64_t taki_config_integer(const struct taki_config *config,
                            const char *path); /**< also SIZE (bytes) and DURATION (seconds); INT64_MIN if none */
double taki_config_number(const struct taki_config *config, const char *path); /**< also RATIO; NaN if none */
taki_date taki_config_date(const struct taki_config *config, const char *path);
/** Formatted path: taki_config_textf(config, "sources.%s.base_url", name). */
taki_str taki_config_textf(const struct taki_config *config, const char *format, ...) TAKI_PRINTF(2, 3);
int64_t taki_config_integerf(const struct taki_config *config, const char *format, ...) TAKI_PRINTF(2, 3);
bool taki_config_boolf(const struct taki_config *config, const char *format, ...) TAKI_PRINTF(2, 3);

/**
 * Canonical JSON of the parts of the file under the given top-level keys with defaults filled in and secrets left out;
 * equal configurations give equal bytes. For snapshot_id and manifests' config hash. Appended to @p out.
 */
void taki_config_canonical(const struct taki_config *config, const char *const *top_keys, size_t count,
                           struct taki_buf *out);

/** Markdown of all rows, for docs/configuration.md. */
void taki_options_markdown(const struct taki_option_table *tables, size_t count, bool japanese, struct taki_buf *out);

/** Nearest of @p names to @p text by edit distance (at most a third of its length), or NULL. */
const char *taki_nearest(taki_str text, const char *const *names, size_t count);

#endif
