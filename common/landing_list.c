#include "taki/file.h"
#include "taki/landing.h"
#include "taki/text.h"

#include <stdlib.h>
#include <string.h>

/** The list being gathered; grows in the arena. */
struct listing {
    struct taki_arena *arena;
    struct taki_batch *batches;
    size_t count, capacity;
};

static struct taki_batch *add_slot(struct listing *list)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity == 0 ? 64 : list->capacity * 2;
        struct taki_batch *grown = TAKI_NEW_ARRAY(list->arena, list->capacity, struct taki_batch);
        if (list->count > 0)
            memcpy(grown, list->batches, list->count * sizeof *grown);
        list->batches = grown;
    }
    return &list->batches[list->count];
}

/** The names below @p folder, or only @p only when it is given. */
static enum taki_status names_below(struct taki_arena *arena, const char *folder, const char *only,
                                    const char *const **names, size_t *count, struct taki_error *err)
{
    if (only != NULL) {
        const char **one = TAKI_NEW(arena, const char *);
        *one = only;
        *names = one;
        *count = 1;
        return TAKI_OK;
    }
    const char **all = NULL;
    TAKI_TRY(taki_file_list(arena, folder, &all, count, err));
    *names = all;
    return TAKI_OK;
}

static enum taki_status list_object(struct listing *list, const char *folder, struct taki_error *err)
{
    const char **ids = NULL;
    size_t count = 0;
    TAKI_TRY(taki_file_list(list->arena, folder, &ids, &count, err));
    for (size_t i = 0; i < count; i++) {
        const char *batch = taki_arena_format(list->arena, "%s/%s", folder, ids[i]);
        if (!taki_file_exists(taki_arena_format(list->arena, "%s/manifest.json", batch)))
            continue; // a killed run's folder: without manifest it does not exist
        struct taki_batch *slot = add_slot(list);
        TAKI_TRY(taki_batch_read(list->arena, batch, slot, err));
        if (strcmp(slot->id, ids[i]) != 0)
            return taki_fail(err, TAKI_DAMAGED, "batch folder '%s' holds the manifest of batch '%s'", batch, slot->id);
        list->count++;
    }
    return TAKI_OK;
}

static enum taki_status list_source(struct listing *list, const char *folder, const char *object,
                                    struct taki_error *err)
{
    const char *const *objects = NULL;
    size_t count = 0;
    TAKI_TRY(names_below(list->arena, folder, object, &objects, &count, err));
    for (size_t i = 0; i < count; i++)
        TAKI_TRY(list_object(list, taki_arena_format(list->arena, "%s/%s", folder, objects[i]), err));
    return TAKI_OK;
}

static int by_place_and_time(const void *left, const void *right)
{
    const struct taki_batch *a = left;
    const struct taki_batch *b = right;
    int order = strcmp(a->source, b->source);
    if (order == 0)
        order = strcmp(a->object, b->object);
    if (order == 0)
        order = (a->extracted_at.us > b->extracted_at.us) - (a->extracted_at.us < b->extracted_at.us);
    return order != 0 ? order : strcmp(a->id, b->id);
}

// NOLINTNEXTLINE(readability-function-size): the public signature
enum taki_status taki_landing_list(struct taki_arena *arena, const char *data_dir, const char *source,
                                   const char *object, struct taki_batch **batches, size_t *count,
                                   struct taki_error *err)
{
    struct listing list = {.arena = arena};
    const char *root = taki_arena_format(arena, "%s/landing", data_dir);
    const char *const *sources = NULL;
    size_t source_count = 0;
    *batches = NULL;
    *count = 0;
    TAKI_TRY(names_below(arena, root, source, &sources, &source_count, err));
    for (size_t i = 0; i < source_count; i++)
        TAKI_TRY(list_source(&list, taki_arena_format(arena, "%s/%s", root, sources[i]), object, err));
    if (list.count > 1)
        qsort(list.batches, list.count, sizeof *list.batches, by_place_and_time);
    *batches = list.batches;
    *count = list.count;
    return TAKI_OK;
}

static enum taki_status differs(const struct taki_batch *batch, const char *part, const char *what,
                                struct taki_error *err)
{
    enum taki_status status =
        taki_fail(err, TAKI_DAMAGED, "batch '%s': %s of '%s' differs from the manifest", batch->folder, what, part);
    (void)taki_hint(err, "restore the batch from a backup, or remove its folder and extract the window again");
    return status;
}

/** What the pages of one part add up to. */
struct part_sum {
    int64_t bytes, raw_bytes, records;
    struct taki_sha256 *sha256;
};

static enum taki_status add_pages(const struct taki_batch *batch, const char *part, const struct taki_page *pages,
                                  size_t count, struct part_sum *sum, struct taki_error *err)
{
    for (size_t i = 0; i < count; i++) {
        const struct taki_page *page = &pages[i];
        if (strcmp(page->part, part) != 0)
            continue;
        if (page->offset != sum->bytes)
            return differs(batch, part, taki_text("the place of a page"), err);
        TAKI_AUTO(taki_buf_reset) struct taki_buf body;
        taki_buf_init(&body, (size_t)page->raw_bytes + ((size_t)1 << 16));
        TAKI_TRY(taki_page_body(batch, page, &body, err));
        taki_sha256_add(sum->sha256, taki_buf_view(&body));
        sum->bytes += page->bytes;
        sum->raw_bytes += page->raw_bytes;
        sum->records += page->records;
    }
    return TAKI_OK;
}

static enum taki_status verify_part(struct taki_arena *scratch, const struct taki_batch *batch,
                                    const struct taki_landing_part *part, const struct taki_page *pages,
                                    size_t page_count, struct taki_error *err)
{
    char sha256[TAKI_SHA256_HEX];
    char raw_sha256[TAKI_SHA256_HEX];
    int64_t size = 0;
    const char *path = taki_arena_format(scratch, "%s/%s", batch->folder, part->name);
    if (!taki_file_exists(path))
        return differs(batch, part->name, taki_text("the existence"), err);
    TAKI_TRY(taki_file_hash(path, sha256, &size, err));
    if (size != part->bytes)
        return differs(batch, part->name, taki_text("the size"), err);
    if (strcmp(sha256, part->sha256) != 0)
        return differs(batch, part->name, taki_text("the sha256"), err);
    struct part_sum sum = {.sha256 = taki_sha256_open()};
    const enum taki_status status = add_pages(batch, part->name, pages, page_count, &sum, err);
    taki_sha256_close(sum.sha256, raw_sha256);
    TAKI_TRY(status);
    if (sum.bytes != part->bytes || sum.raw_bytes != part->raw_bytes || sum.records != part->records)
        return differs(batch, part->name, taki_text("the sum of the pages"), err);
    if (strcmp(raw_sha256, part->raw_sha256) != 0)
        return differs(batch, part->name, taki_text("the sha256 of the bodies"), err);
    return TAKI_OK;
}

enum taki_status taki_batch_verify(struct taki_arena *scratch, const struct taki_batch *batch, struct taki_error *err)
{
    struct taki_page *pages = NULL;
    size_t count = 0;
    int64_t records = 0;
    TAKI_TRY(taki_pages_read(scratch, batch, &pages, &count, err));
    for (size_t i = 0; i < batch->part_count; i++) {
        TAKI_TRY(verify_part(scratch, batch, &batch->parts[i], pages, count, err));
        records += batch->parts[i].records;
    }
    if (records != batch->records)
        return differs(batch, "manifest.json", taki_text("the sum of the records"), err);
    return TAKI_OK;
}
