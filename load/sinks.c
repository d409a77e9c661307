#include "sink.h"

#include <fnmatch.h>
#include <string.h>

static const struct taki_sink *const sinks[] = {&taki_sink_files};

const struct taki_sink *taki_sink_find(const char *type)
{
    for (size_t i = 0; i < TAKI_LEN(sinks); i++) {
        if (strcmp(sinks[i]->type, type) == 0)
            return sinks[i];
    }
    return NULL;
}

static enum taki_pii pii_of(taki_str text)
{
    if (taki_str_is(text, "hashed"))
        return TAKI_PII_HASHED;
    return taki_str_is(text, "none") ? TAKI_PII_NONE : TAKI_PII_FULL;
}

static const char *text_of(struct taki_run *run, taki_str value)
{
    return taki_str_is_null(value) ? "" : taki_arena_copy(run->arena, value.data, value.size);
}

/* Options that this build can't serve are refused, never passed over. */
static enum taki_status check_options(struct taki_run *run, const struct taki_target *target, struct taki_error *err)
{
    taki_str dialect = taki_config_textf(run->config, "targets.%s.dialect", target->name);
    taki_str formats = taki_config_textf(run->config, "targets.%s.formats", target->name);
    if (taki_sink_find(target->type) == NULL)
        return taki_fail(err, TAKI_USAGE, "target '%s': type '%s' is not built in", target->name, target->type);
    if (!taki_str_is(dialect, "standard")) {
        (void)taki_fail(err, TAKI_USAGE, "target '%s': dialect '%.*s' is not built in", target->name,
                        TAKI_STR_ARG(dialect));
        return taki_hint(err, "leave 'dialect' out, or set it to standard");
    }
    if (!taki_str_is(formats, "csv")) {
        (void)taki_fail(err, TAKI_USAGE, "target '%s': formats '%.*s' are not built in", target->name,
                        TAKI_STR_ARG(formats));
        return taki_hint(err, "leave 'formats' out, or set it to [csv]");
    }
    if (target->pii != TAKI_PII_HASHED || !taki_str_is_blank(target->pii_salt))
        return TAKI_OK;
    (void)taki_fail(err, TAKI_USAGE, "target '%s': pii 'hashed' needs a pii_salt", target->name);
    return taki_hint(err, "set targets.%s.pii_salt to a secret of your own, e.g. ${env:TAKI_PII_SALT}", target->name);
}

static enum taki_status read_target(struct taki_run *run, const char *name, struct taki_target *target,
                                    struct taki_error *err)
{
    *target = (struct taki_target){
        .name = name,
        .type = text_of(run, taki_config_textf(run->config, "targets.%s.type", name)),
        .path = text_of(run, taki_config_textf(run->config, "targets.%s.path", name)),
        .pii = pii_of(taki_config_textf(run->config, "targets.%s.pii", name)),
        .pii_salt = taki_config_textf(run->config, "targets.%s.pii_salt", name),
    };
    return check_options(run, target, err);
}

/* Two targets in one folder would publish over each other. */
static enum taki_status read_targets(struct taki_run *run, struct taki_target **targets, size_t *count,
                                     struct taki_error *err)
{
    const struct taki_node *node = taki_node_find(taki_config_root(run->config), "targets");
    size_t most = node == NULL ? 0 : node->count;
    *targets = TAKI_NEW_ARRAY(run->arena, most, struct taki_target);
    for (*count = 0; *count < most; ++*count) {
        struct taki_target *target = &(*targets)[*count];
        TAKI_TRY(read_target(run, text_of(run, node->children[*count].key), target, err));
        for (size_t i = 0; i < *count; i++) {
            if (strcmp((*targets)[i].path, target->path) == 0) {
                return taki_fail(err, TAKI_USAGE, "targets '%s' and '%s' have the same path '%s'", (*targets)[i].name,
                                 target->name, target->path);
            }
        }
    }
    return TAKI_OK;
}

/* Does a pattern of the comma separated list fit one of the names? */
static bool list_fits(struct taki_run *run, taki_str list, const char *const *names, size_t count)
{
    while (!taki_str_is_null(list)) {
        const char *pattern = text_of(run, taki_str_trim(taki_str_cut(list, ',', &list)));
        for (size_t i = 0; i < count; i++) {
            if (fnmatch(pattern, names[i], 0) == 0)
                return true;
        }
    }
    return false;
}

bool taki_target_takes(struct taki_run *run, const struct taki_target *target, const char *table)
{
    const char *names[] = {target->name, table, taki_arena_format(run->arena, "%s:%s", target->name, table)};
    bool known = false; /* asked for every name, so that patterns that fit nothing can be told at the end */
    for (size_t i = 0; i < TAKI_LEN(names); i++)
        known = taki_run_selected(run, names[i]) || known;
    if (taki_run_flag_set(run, "retry-failed"))
        return known;
    taki_str select = taki_run_flag(run, "select");
    return (taki_str_is_null(select) || list_fits(run, select, names, TAKI_LEN(names))) &&
           !list_fits(run, taki_run_flag(run, "exclude"), names, TAKI_LEN(names));
}

static enum taki_status no_target(struct taki_run *run, const struct taki_target *targets, size_t count,
                                  struct taki_error *err)
{
    taki_str wanted = taki_run_flag(run, "target");
    const char **names = TAKI_NEW_ARRAY(run->arena, count, const char *);
    for (size_t i = 0; i < count; i++)
        names[i] = targets[i].name;
    const char *near = taki_str_is_null(wanted) ? NULL : taki_nearest(wanted, names, count);
    (void)taki_fail(err, TAKI_USAGE, "no target to load into");
    if (near != NULL)
        return taki_hint(err, "did you mean '%s'?", near);
    return taki_hint(err, "add one under 'targets' in %s, or look at --target and --select",
                     taki_config_path(run->config));
}

static bool any_fits(struct taki_run *run, taki_str list, const struct taki_target *targets, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (list_fits(run, list, &targets[i].name, 1))
            return true;
    }
    return false;
}

enum taki_status taki_targets(struct taki_run *run, bool by_table, struct taki_target **targets, size_t *count,
                              struct taki_error *err)
{
    size_t all = 0;
    taki_str wanted = taki_run_flag(run, "target");
    taki_str select = taki_run_flag(run, "select");
    taki_str exclude = taki_run_flag(run, "exclude");
    TAKI_TRY(read_targets(run, targets, &all, err));
    bool by_name = !by_table && any_fits(run, select, *targets, all);
    *count = 0;
    for (size_t i = 0; i < all; i++) {
        struct taki_target target = (*targets)[i];
        if (!taki_str_is_null(wanted) && !taki_str_is(wanted, target.name))
            continue;
        if ((by_name && !list_fits(run, select, &target.name, 1)) || list_fits(run, exclude, &target.name, 1))
            continue;
        (*targets)[(*count)++] = target;
    }
    return *count > 0 ? TAKI_OK : no_target(run, *targets, all, err);
}

static int hex_digit(char c)
{
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

static void read_hex(const char *hex, char *out, size_t size)
{
    for (size_t i = 0; i < size; i++)
        out[i] = (char)(hex_digit(hex[2 * i]) * 16 + hex_digit(hex[2 * i + 1]));
}

/* RFC 2104 over SHA-256, so that anybody who holds the salt can make the same hashes: hmac_sha256(salt, value). */
static void hmac(taki_str key, taki_str value, char out[TAKI_SHA256_HEX])
{
    enum { BLOCK = 64, DIGEST = 32, INNER = 0x36, OUTER = 0x5c };
    unsigned char pads[2][BLOCK] = {{0}};
    char hex[TAKI_SHA256_HEX];
    char digest[DIGEST];
    char shortened[DIGEST]; // cppcheck-suppress variableScope ; the key may lie there
    if (key.size > BLOCK) {
        taki_sha256(key, hex);
        read_hex(hex, shortened, DIGEST);
        key = (taki_str){shortened, DIGEST};
    }
    for (size_t i = 0; i < BLOCK; i++) {
        unsigned char byte = i < key.size ? (unsigned char)key.data[i] : 0;
        pads[0][i] = byte ^ INNER;
        pads[1][i] = byte ^ OUTER;
    }
    struct taki_sha256 *sha = taki_sha256_open();
    taki_sha256_add(sha, (taki_str){(const char *)pads[0], BLOCK});
    taki_sha256_add(sha, value);
    taki_sha256_close(sha, hex);
    read_hex(hex, digest, DIGEST);
    sha = taki_sha256_open();
    taki_sha256_add(sha, (taki_str){(const char *)pads[1], BLOCK});
    taki_sha256_add(sha, (taki_str){digest, DIGEST});
    taki_sha256_close(sha, out);
}

static taki_str hashed(const struct taki_target *target, const struct taki_field *field, taki_str value,
                       struct taki_arena *scratch)
{
    char hex[TAKI_SHA256_HEX];
    hmac(target->pii_salt, value, hex);
    return taki_str_of(taki_arena_format(scratch, field->type == TAKI_TYPE_LIST ? "[\"%s\"]" : "%s", hex));
}

void taki_pii_apply(const struct taki_target *target, const struct taki_field *fields, size_t count, void *row,
                    struct taki_arena *scratch)
{
    if (target->pii == TAKI_PII_FULL)
        return;
    for (size_t i = 0; i < count; i++) {
        if ((fields[i].flags & TAKI_FIELD_PII) == 0 || taki_field_is_null(&fields[i], row))
            continue;
        if (target->pii == TAKI_PII_NONE || fields[i].type > TAKI_TYPE_LIST) {
            taki_fields_clear(&fields[i], 1, row);
            continue;
        }
        taki_str *value = (taki_str *)(void *)((char *)row + fields[i].offset);
        *value = hashed(target, &fields[i], *value, scratch);
    }
}

bool taki_pii_nullable(const struct taki_target *target, const struct taki_field *field)
{
    bool cleared = target->pii == TAKI_PII_NONE || (target->pii == TAKI_PII_HASHED && field->type > TAKI_TYPE_LIST);
    return (field->flags & TAKI_FIELD_NULLABLE) != 0 || (cleared && (field->flags & TAKI_FIELD_PII) != 0);
}
