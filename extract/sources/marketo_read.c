#include "marketo_read.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static bool holds_nocase(taki_str text, const char *part)
{
    size_t size = strlen(part);
    for (size_t i = 0; i + size <= text.size; i++) {
        if (taki_str_equal_nocase((taki_str){text.data + i, size}, (taki_str){part, size}))
            return true;
    }
    return false;
}

static taki_str text_at(struct taki_arena *arena, const struct taki_json *json, const struct taki_json_node *node,
                        const char *path)
{
    const struct taki_json_node *found = taki_json_at(json, node, path);
    return found != NULL ? taki_json_text(arena, found) : TAKI_STR_NULL;
}

static const struct taki_marketo_type types[] = {
    {"Visit Webpage|Visit Web Page",                       1  },
    {"Fill Out Form|Fills Out Form",                       2  },
    {"Click Link|Clicks Link",                             3  },
    {"Send Email",                                         6  },
    {"Email Delivered",                                    7  },
    {"Email Bounced",                                      8  },
    {"Unsubscribe Email|Unsubscribe|Unsubscribed Email",   9  },
    {"Open Email",                                         10 },
    {"Click Email",                                        11 },
    {"New Lead|New Person",                                12 },
    {"Change Data Value",                                  13 },
    {"Change Score",                                       22 },
    {"Add to List",                                        24 },
    {"Remove from List",                                   25 },
    {"Email Bounced Soft|Soft Bounce",                     27 },
    {"Merge Leads|Merge People|Merge Persons",             32 },
    {"Add to Opportunity",                                 34 },
    {"Remove from Opportunity",                            35 },
    {"Update Opportunity",                                 36 },
    {"Interesting Moment",                                 46 },
    {"Change Revenue Stage",                               101},
    {"Change Status in Progression|Change Program Status", 104},
};

const struct taki_marketo_type *taki_marketo_types(size_t *count)
{
    *count = TAKI_LEN(types);
    return types;
}

/** One of the spellings of @p names, without case. */
static bool is_named(taki_str name, const char *names)
{
    taki_str rest = taki_str_of(names);
    while (rest.data != NULL) {
        if (taki_str_equal_nocase(name, taki_str_cut(rest, '|', &rest)))
            return true;
    }
    return false;
}

struct resolving {
    struct taki_arena *arena;
    const struct taki_json *json;
    const struct taki_json_node *list;
    int64_t *ids;
    size_t count;
};

static void add_id(struct resolving *r, int64_t id)
{
    for (size_t i = 0; i < r->count; i++) {
        if (r->ids[i] == id)
            return;
    }
    r->ids[r->count++] = id;
}

/** Id of the type with one of @p names; else @p fallback_id if the subscription has it; else -1. */
static int64_t find_type(struct resolving *r, const char *names, int64_t fallback_id)
{
    bool has_fallback = false;
    const struct taki_json_node *type = taki_json_first(r->json, r->list);
    for (; type != NULL; type = taki_json_next(r->json, r->list, type)) {
        int64_t id;
        if (type->type != TAKI_JSON_OBJECT || !taki_str_i64(text_at(r->arena, r->json, type, "id"), &id))
            continue;
        if (is_named(text_at(r->arena, r->json, type, "name"), names))
            return id;
        has_fallback = has_fallback || id == fallback_id;
    }
    return has_fallback ? fallback_id : -1;
}

static void resolve_one(struct resolving *r, const char *names, int64_t fallback_id)
{
    int64_t id = find_type(r, names, fallback_id);
    if (id >= 0)
        add_id(r, id);
}

int64_t taki_marketo_type_id(struct taki_arena *arena, const struct taki_json *json, const char *names,
                             int64_t fallback_id)
{
    struct resolving r = {.arena = arena, .json = json, .list = taki_json_at(json, json->nodes, "result")};
    if (r.list == NULL || r.list->type != TAKI_JSON_ARRAY)
        return fallback_id;
    int64_t id = find_type(&r, names, fallback_id);
    return id >= 0 ? id : fallback_id;
}

static int compare_ids(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

const int64_t *taki_marketo_resolve(struct taki_arena *arena, const struct taki_json *json, const taki_str *extra,
                                    size_t extra_count, size_t *count)
{
    struct resolving r = {
        .arena = arena,
        .json = json,
        .list = taki_json_at(json, json->nodes, "result"),
        .ids = TAKI_NEW_ARRAY(arena, TAKI_LEN(types) + extra_count, int64_t),
    };
    bool is_list = r.list != NULL && r.list->type == TAKI_JSON_ARRAY;
    for (size_t i = 0; is_list && i < TAKI_LEN(types); i++)
        resolve_one(&r, types[i].names, types[i].fallback_id);
    for (size_t i = 0; is_list && i < extra_count; i++) {
        int64_t id = -1;
        bool is_number = taki_str_i64(extra[i], &id);
        resolve_one(&r, taki_str_dup(arena, extra[i]).data, is_number ? id : -1);
    }
    qsort(r.ids, r.count, sizeof *r.ids, compare_ids);
    *count = r.count;
    return r.ids;
}

static const struct state_row {
    const char *name;
    enum taki_marketo_job_state state;
} states[] = {
    {"Created",    TAKI_JOB_CREATED},
    {"Queued",     TAKI_JOB_RUNNING},
    {"Processing", TAKI_JOB_RUNNING},
    {"Completed",  TAKI_JOB_DONE   },
    {"Failed",     TAKI_JOB_GONE   },
    {"Canceled",   TAKI_JOB_GONE   },
    {"Cancelled",  TAKI_JOB_GONE   },
};

static int64_t number_at(struct taki_arena *arena, const struct taki_json *json, const struct taki_json_node *node,
                         const char *name)
{
    int64_t value;
    return taki_str_i64(text_at(arena, json, node, name), &value) && value >= 0 ? value : -1;
}

struct taki_marketo_job taki_marketo_job_read(struct taki_arena *arena, const struct taki_json *json)
{
    struct taki_marketo_job job = {.state = TAKI_JOB_UNKNOWN, .records = -1, .bytes = -1};
    const struct taki_json_node *node = taki_json_at(json, json->nodes, "result/0");
    if (node == NULL || node->type != TAKI_JSON_OBJECT)
        return job;
    job.id = text_at(arena, json, node, "exportId");
    job.status = text_at(arena, json, node, "status");
    job.error = text_at(arena, json, node, "errorMsg");
    job.records = number_at(arena, json, node, "numberOfRecords");
    job.bytes = number_at(arena, json, node, "fileSize");
    taki_str checksum = text_at(arena, json, node, "fileChecksum");
    if (taki_str_starts(checksum, TAKI_STR("sha256:")))
        job.sha256 = (taki_str){checksum.data + 7, checksum.size - 7};
    for (size_t i = 0; i < TAKI_LEN(states); i++) {
        if (taki_str_is(job.status, states[i].name))
            job.state = states[i].state;
    }
    return job;
}

static const taki_str *runs_of_digits(struct taki_arena *arena, taki_str text, size_t *count)
{
    taki_str *runs = TAKI_NEW_ARRAY(arena, text.size / 2 + 1, taki_str);
    for (size_t i = 0; i < text.size; i++) {
        size_t start = i;
        while (i < text.size && text.data[i] >= '0' && text.data[i] <= '9')
            i++;
        if (i > start)
            runs[(*count)++] = (taki_str){text.data + start, i - start};
    }
    return runs;
}

/** REST gives [{"name": .., "value": ..}], bulk extract {name: value}. */
static taki_str value_named(struct taki_arena *arena, const struct taki_json *json,
                            const struct taki_json_node *attributes, const char *part)
{
    bool is_list = attributes->type == TAKI_JSON_ARRAY;
    const struct taki_json_node *item = taki_json_first(json, attributes);
    for (; item != NULL; item = taki_json_next(json, attributes, item)) {
        if (!is_list && holds_nocase(taki_json_key(arena, item), part))
            return taki_json_text(arena, item);
        if (is_list && item->type == TAKI_JSON_OBJECT && holds_nocase(text_at(arena, json, item, "name"), part))
            return text_at(arena, json, item, "value");
    }
    return TAKI_STR_NULL;
}

const taki_str *taki_marketo_losers(struct taki_arena *arena, const struct taki_json *json,
                                    const struct taki_json_node *attributes, size_t *count)
{
    *count = 0;
    bool is_container =
        attributes != NULL && (attributes->type == TAKI_JSON_ARRAY || attributes->type == TAKI_JSON_OBJECT);
    return is_container ? runs_of_digits(arena, value_named(arena, json, attributes, "merge id"), count) : NULL;
}

void taki_marketo_time(taki_instant instant, char out[21])
{
    char text[28];
    taki_instant_print(instant, text);
    memcpy(out, text, 19);
    memcpy(out + 19, "Z", 2);
}
