#include "manifest.h"

#include "taki/text.h"

#include <stdio.h>
#include <string.h>

void taki_manifest_init(struct taki_manifest *m, struct taki_arena *scratch, taki_str text)
{
    struct taki_error why = {0};
    const struct taki_json_limits limits = {.depth = 32, .nodes = 10 * 1000 * 1000};
    m->status = taki_json_parse(scratch, text, &limits, &m->json, &why);
    if (m->status == TAKI_OK && m->json.nodes[0].type == TAKI_JSON_OBJECT)
        return;
    if (m->status == TAKI_OK) {
        m->status = taki_fail(m->err, TAKI_DAMAGED, "'%s' is not one JSON object", m->path);
    } else {
        m->status = taki_fail(m->err, TAKI_DAMAGED, "'%s' cannot be read: %s", m->path, why.text);
    }
}

const struct taki_json_node *taki_manifest_root(const struct taki_manifest *m)
{
    return m->status == TAKI_OK ? m->json.nodes : NULL;
}

void taki_manifest_refuse(struct taki_manifest *m, const char *name)
{
    if (m->status == TAKI_OK)
        m->status = taki_fail(m->err, TAKI_DAMAGED, "'%s': member '%s' is missing or wrong", m->path, name);
}

void taki_manifest_version(struct taki_manifest *m, int64_t supported)
{
    const int64_t version = taki_manifest_i64(m, taki_manifest_root(m), "version", 1);
    if (m->status != TAKI_OK || version <= supported)
        return;
    m->status =
        taki_fail(m->err, TAKI_DAMAGED, "'%s' was written by a newer taki: format %lld, this one reads up to %lld",
                  m->path, (long long)version, (long long)supported);
    (void)taki_hint(m->err, "install the newer version again, or restore the folder from a backup");
}

/** Member by name, or NULL if missing or null. */
static const struct taki_json_node *find(const struct taki_manifest *m, const struct taki_json_node *object,
                                         const char *name)
{
    if (m->status != TAKI_OK || object == NULL)
        return NULL;
    const struct taki_json_node *node = taki_json_find(&m->json, object, name);
    return node != NULL && node->type != TAKI_JSON_NULL ? node : NULL;
}

const struct taki_json_node *taki_manifest_member(struct taki_manifest *m, const struct taki_json_node *object,
                                                  const char *name, enum taki_json_type type)
{
    const struct taki_json_node *node = find(m, object, name);
    if (node != NULL && node->type == type)
        return node;
    taki_manifest_refuse(m, name);
    return NULL;
}

/** C string of a string node; "" and an error on anything else and on a NUL inside. */
static const char *text_of(struct taki_manifest *m, const struct taki_json_node *node, const char *name)
{
    if (node != NULL && node->type == TAKI_JSON_STRING) {
        const taki_str text = taki_json_text(m->arena, node);
        if (memchr(text.data, '\0', text.size) == NULL)
            return taki_arena_copy(m->arena, text.data, text.size);
    }
    taki_manifest_refuse(m, name);
    return "";
}

const char *taki_manifest_text(struct taki_manifest *m, const struct taki_json_node *object, const char *name)
{
    return text_of(m, find(m, object, name), name);
}

const char *taki_manifest_optional(struct taki_manifest *m, const struct taki_json_node *object, const char *name)
{
    const struct taki_json_node *node = find(m, object, name);
    return node == NULL ? NULL : text_of(m, node, name);
}

const char *taki_manifest_file(struct taki_manifest *m, const struct taki_json_node *object, const char *name)
{
    const char *file = taki_manifest_text(m, object, name);
    if (file[0] == '\0' || file[0] == '.' || strchr(file, '/') != NULL)
        taki_manifest_refuse(m, name);
    return file;
}

const char *taki_manifest_raw(struct taki_manifest *m, const struct taki_json_node *object, const char *name)
{
    const struct taki_json_node *node = find(m, object, name);
    if (node == NULL)
        return NULL;
    if (node->type == TAKI_JSON_STRING)
        return taki_arena_format(m->arena, "\"%.*s\"", TAKI_STR_ARG(node->text));
    return taki_arena_copy(m->arena, node->text.data, node->text.size);
}

int64_t taki_manifest_i64(struct taki_manifest *m, const struct taki_json_node *object, const char *name, int64_t least)
{
    const struct taki_json_node *node = taki_manifest_member(m, object, name, TAKI_JSON_NUMBER);
    int64_t value = 0;
    if (node != NULL && (!taki_str_i64(node->text, &value) || value < least))
        taki_manifest_refuse(m, name);
    return value;
}

bool taki_manifest_bool(struct taki_manifest *m, const struct taki_json_node *object, const char *name)
{
    const struct taki_json_node *node = find(m, object, name);
    if (node == NULL || (node->type != TAKI_JSON_TRUE && node->type != TAKI_JSON_FALSE)) {
        taki_manifest_refuse(m, name);
        return false;
    }
    return node->type == TAKI_JSON_TRUE;
}

void taki_manifest_sha256(struct taki_manifest *m, const struct taki_json_node *object, const char *name,
                          char out[TAKI_SHA256_HEX])
{
    const char *text = taki_manifest_text(m, object, name);
    if (strlen(text) != TAKI_SHA256_HEX - 1 || strspn(text, "0123456789abcdef") != TAKI_SHA256_HEX - 1) {
        taki_manifest_refuse(m, name);
        text = "";
    }
    (void)snprintf(out, TAKI_SHA256_HEX, "%s", text);
}

taki_instant taki_manifest_instant(struct taki_manifest *m, const struct taki_json_node *object, const char *name)
{
    const char *text = taki_manifest_optional(m, object, name);
    if (text == NULL)
        return TAKI_INSTANT_NULL;
    const struct taki_time time = taki_time_parse(taki_str_of(text));
    if (time.kind == TAKI_TIME_INSTANT)
        return time.instant;
    taki_manifest_refuse(m, name);
    return TAKI_INSTANT_NULL;
}

taki_date taki_manifest_date(struct taki_manifest *m, const struct taki_json_node *object, const char *name)
{
    taki_date date = TAKI_DATE_NULL;
    if (!taki_date_parse(taki_str_of(taki_manifest_text(m, object, name)), &date))
        taki_manifest_refuse(m, name);
    return date;
}

const char *const *taki_manifest_texts(struct taki_manifest *m, const struct taki_json_node *object, const char *name,
                                       size_t *count)
{
    *count = 0;
    if (find(m, object, name) == NULL)
        return NULL;
    const struct taki_json_node *array = taki_manifest_member(m, object, name, TAKI_JSON_ARRAY);
    if (array == NULL)
        return NULL;
    const char **texts = TAKI_NEW_ARRAY(m->arena, array->children, const char *);
    for (const struct taki_json_node *item = taki_json_first(&m->json, array); item != NULL;
         item = taki_json_next(&m->json, array, item))
        texts[(*count)++] = text_of(m, item, name);
    return texts;
}

void taki_manifest_add_instant(struct taki_json_writer *w, const char *name, taki_instant instant)
{
    char text[28];
    taki_json_name(w, name);
    if (taki_instant_is_null(instant)) {
        taki_json_null(w);
        return;
    }
    taki_instant_print(instant, text);
    taki_json_cstr(w, text);
}

void taki_manifest_add_raw(struct taki_json_writer *w, const char *name, const char *json)
{
    taki_json_name(w, name);
    const size_t start = w->buf->size;
    taki_json_raw(w, taki_str_of(json));
    for (size_t i = start; i < w->buf->size; i++) {
        if (w->buf->data[i] == '\n' || w->buf->data[i] == '\r')
            w->buf->data[i] = ' '; // valid JSON has line breaks only between tokens
    }
}
