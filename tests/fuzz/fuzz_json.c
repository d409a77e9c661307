/**
 * @file fuzz_json.c
 * Our strict JSON reader beside cJSON. What ours accepts cJSON accepts too, with the same tree, but for two of its
 * limits: a number of 64 characters or more (its buffer), and strings end at their first NUL.
 */
#include "taki/json.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool truth)
{
    if (!truth)
        abort();
}

static void compare_string(struct taki_arena *arena, taki_str ours, const char *theirs)
{
    const char *text = taki_arena_copy(arena, ours.data, ours.size);
    demand(theirs != NULL && strcmp(text, theirs) == 0);
}

static void compare(struct taki_arena *arena, const struct taki_json *json, const struct taki_json_node *node,
                    const cJSON *theirs)
{
    static const int types[] = {
        [TAKI_JSON_NULL] = cJSON_NULL,     [TAKI_JSON_FALSE] = cJSON_False,   [TAKI_JSON_TRUE] = cJSON_True,
        [TAKI_JSON_NUMBER] = cJSON_Number, [TAKI_JSON_STRING] = cJSON_String, [TAKI_JSON_ARRAY] = cJSON_Array,
        [TAKI_JSON_OBJECT] = cJSON_Object,
    };
    demand((theirs->type & 0xFF) == types[node->type]);
    if (node->type == TAKI_JSON_STRING)
        compare_string(arena, taki_json_text(arena, node), theirs->valuestring);
    if (node->type == TAKI_JSON_NUMBER) {
        const double value = strtod(taki_arena_copy(arena, node->text.data, node->text.size), NULL);
        demand(memcmp(&value, &theirs->valuedouble, sizeof value) == 0);
    }
    const cJSON *child = theirs->child;
    uint32_t children = 0;
    for (const struct taki_json_node *member = taki_json_first(json, node); member != NULL;
         member = taki_json_next(json, node, member), child = child->next, children++) {
        demand(child != NULL);
        if (node->type == TAKI_JSON_OBJECT)
            compare_string(arena, taki_json_key(arena, member), child->string);
        compare(arena, json, member, child);
    }
    demand(child == NULL && children == node->children);
}

static bool has_long_number(const struct taki_json *json)
{
    for (uint32_t i = 0; i < json->count; i++) {
        if (json->nodes[i].type == TAKI_JSON_NUMBER && json->nodes[i].text.size > 62)
            return true;
    }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct taki_arena *arena = taki_arena_open("fuzz", 0);
    const char *copy = taki_arena_copy(arena, data, size);
    const taki_str text = {copy, size};
    struct taki_json json;
    const size_t first = taki_json_value_size(text);
    demand(first <= size);
    if (taki_json_parse(arena, text, NULL, &json, NULL) == TAKI_OK) {
        demand(first > 0);
        struct taki_json again;
        demand(taki_json_parse(arena, (taki_str){copy, first}, NULL, &again, NULL) == TAKI_OK);
        demand(again.count == json.count && json.nodes[0].next == json.count);
        cJSON *theirs = has_long_number(&json) ? NULL : cJSON_ParseWithLengthOpts(copy, size + 1, NULL, true);
        if (!has_long_number(&json)) {
            demand(theirs != NULL);
            compare(arena, &json, json.nodes, theirs);
        }
        cJSON_Delete(theirs);
    }
    taki_arena_close(arena);
    return 0;
}
