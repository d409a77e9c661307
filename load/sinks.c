#include "sink.h"

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
    return taki_str_is_null(value) ? NULL : taki_arena_copy(run->arena, value.data, value.size);
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
    if (taki_sink_find(target->type) == NULL)
        return taki_fail(err, TAKI_USAGE, "target '%s': type '%s' is not built in", name, target->type);
    if (target->pii == TAKI_PII_HASHED && taki_str_is_blank(target->pii_salt)) {
        (void)taki_fail(err, TAKI_USAGE, "target '%s': pii 'hashed' needs a pii_salt", name);
        return taki_hint(err, "set targets.%s.pii_salt to a secret of your own, e.g. ${env:TAKI_PII_SALT}", name);
    }
    return TAKI_OK;
}

enum taki_status taki_targets(struct taki_run *run, struct taki_target **targets, size_t *count, struct taki_error *err)
{
    const struct taki_node *node = taki_node_find(taki_config_root(run->config), "targets");
    size_t most = node == NULL ? 0 : node->count;
    taki_str wanted = taki_run_flag(run, "target");
    *targets = TAKI_NEW_ARRAY(run->arena, most, struct taki_target);
    *count = 0;
    for (size_t i = 0; i < most; i++) {
        const char *name = text_of(run, node->children[i].key);
        if (taki_str_is_null(wanted) ? !taki_run_selected(run, name) : !taki_str_is(wanted, name))
            continue;
        TAKI_TRY(read_target(run, name, &(*targets)[*count], err));
        (*count)++;
    }
    if (*count > 0)
        return TAKI_OK;
    (void)taki_fail(err, TAKI_USAGE, "no target to load into");
    return taki_hint(err, "add one under 'targets' in %s, or look at --target and --select",
                     taki_config_path(run->config));
}

static taki_str hashed(const struct taki_target *target, taki_str value, struct taki_arena *scratch)
{
    struct taki_sha256 *sha = taki_sha256_open();
    char *hex = taki_arena_alloc(scratch, TAKI_SHA256_HEX);
    taki_sha256_add(sha, target->pii_salt);
    taki_sha256_add(sha, TAKI_STR("\0"));
    taki_sha256_add(sha, value);
    taki_sha256_close(sha, hex);
    return taki_str_of(hex);
}

void taki_pii_apply(const struct taki_target *target, const struct taki_field *fields, size_t count, void *row,
                    struct taki_arena *scratch)
{
    if (target->pii == TAKI_PII_FULL)
        return;
    for (size_t i = 0; i < count; i++) {
        bool is_text = fields[i].type <= TAKI_TYPE_LIST;
        if ((fields[i].flags & TAKI_FIELD_PII) == 0 || !is_text || taki_field_is_null(&fields[i], row))
            continue;
        taki_str *value = (taki_str *)((char *)row + fields[i].offset);
        *value = target->pii == TAKI_PII_NONE ? TAKI_STR_NULL : hashed(target, *value, scratch);
    }
}
