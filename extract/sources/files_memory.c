#include "files.h"

#include "taki/json.h"

#include <string.h>

enum { REMEMBERED_DAYS = 62 };

static taki_str text_of(struct taki_arena *arena, const struct taki_json *json, const char *name)
{
    const struct taki_json_node *node = taki_json_find(json, json->nodes, name);
    return node != NULL && node->type == TAKI_JSON_STRING ? taki_json_text(arena, node) : TAKI_STR_NULL;
}

struct taki_files_memory taki_files_memory_read(struct taki_arena *arena, const char *cursor)
{
    struct taki_files_memory memory = {0};
    struct taki_json json;
    if (cursor == NULL || taki_json_parse(arena, taki_str_of(cursor), NULL, &json, NULL) != TAKI_OK ||
        json.nodes->type != TAKI_JSON_OBJECT)
        return memory;
    memory.path = text_of(arena, &json, "path");
    memory.etag = text_of(arena, &json, "etag");
    memory.last_modified = text_of(arena, &json, "last_modified");
    memory.sha256 = text_of(arena, &json, "sha256");
    memory.rule = text_of(arena, &json, "rule");
    const struct taki_json_node *days = taki_json_find(&json, json.nodes, "days");
    if (days == NULL || days->type != TAKI_JSON_ARRAY)
        return memory;
    taki_str *list = TAKI_NEW_ARRAY(arena, days->children, taki_str);
    const struct taki_json_node *day = taki_json_first(&json, days);
    for (; day != NULL; day = taki_json_next(&json, days, day))
        list[memory.day_count++] = taki_json_text(arena, day);
    memory.days = list;
    return memory;
}

static void add_text(struct taki_json_writer *w, const char *name, taki_str value)
{
    if (value.data == NULL)
        return;
    taki_json_name(w, name);
    taki_json_str(w, value);
}

const char *taki_files_memory_write(struct taki_arena *arena, const struct taki_files_memory *memory)
{
    struct taki_buf buf;
    taki_buf_init(&buf, (size_t)1 << 20);
    struct taki_json_writer w = {.buf = &buf};
    taki_json_open(&w, '{');
    add_text(&w, "path", memory->path);
    add_text(&w, "etag", memory->etag);
    add_text(&w, "last_modified", memory->last_modified);
    add_text(&w, "sha256", memory->sha256);
    add_text(&w, "rule", memory->rule);
    if (memory->day_count > 0) {
        size_t from = memory->day_count > REMEMBERED_DAYS ? memory->day_count - REMEMBERED_DAYS : 0;
        taki_json_name(&w, "days");
        taki_json_open(&w, '[');
        for (size_t i = from; i < memory->day_count; i++)
            taki_json_str(&w, memory->days[i]);
        taki_json_close(&w, ']');
    }
    taki_json_close(&w, '}');
    const char *text = taki_arena_copy(arena, buf.data, buf.size);
    taki_buf_reset(&buf);
    return text;
}

const char *taki_files_path(struct taki_arena *arena, taki_str pattern, taki_date day)
{
    char text[11];
    taki_date_print(day, text);
    struct taki_buf buf;
    taki_buf_init(&buf, (size_t)64 << 10);
    for (size_t i = 0; i < pattern.size; i++) {
        char next = pattern.data[i] == '%' && i + 1 < pattern.size ? pattern.data[i + 1] : '\0';
        i += next == 'Y' || next == 'm' || next == 'd';
        if (next == 'Y') {
            taki_buf_add(&buf, text, 4);
        } else if (next == 'm') {
            taki_buf_add(&buf, text + 5, 2);
        } else if (next == 'd') {
            taki_buf_add(&buf, text + 8, 2);
        } else {
            taki_buf_add_char(&buf, pattern.data[i]);
        }
    }
    const char *path = taki_arena_copy(arena, buf.data == NULL ? "" : buf.data, buf.size);
    taki_buf_reset(&buf);
    return path;
}
