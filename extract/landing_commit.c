#include "landing_private.h"

#include "taki/app.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define MANIFEST_CEILING ((size_t)64 << 20)

/* 20261121T150003Z */
static void compact(taki_instant instant, char out[17])
{
    char text[28];
    taki_instant_print(instant, text);
    static const char places[] = {0, 1, 2, 3, 5, 6, 8, 9, 10, 11, 12, 14, 15, 17, 18};
    for (size_t i = 0; i < sizeof places; i++)
        out[i] = text[(size_t)places[i]];
    out[15] = 'Z';
    out[16] = '\0';
}

static const char *landing_folder(const struct taki_landing_writer *writer, const char *id)
{
    const struct taki_landing_plan *plan = &writer->plan;
    return taki_arena_format(writer->arena, "%s/landing/%s/%s/%s", plan->data_dir, plan->source, plan->object, id);
}

static const char *new_id(const struct taki_landing_writer *writer, const struct taki_landing_end *end)
{
    if (end->id != NULL)
        return end->id;
    char at[17], to[17] = "whole";
    compact(end->extracted_at, at);
    if (!taki_instant_is_null(writer->hi))
        compact(writer->hi, to);
    const char *suffix = writer->plan.kind == TAKI_BATCH_BACKFILL ? "-backfill" : "";
    const char *id = taki_arena_format(writer->arena, "%s-%s%s", at, to, suffix);
    for (int i = 2; i < 1000 && taki_file_exists(landing_folder(writer, id)); i++)
        id = taki_arena_format(writer->arena, "%s-%s%s-%d", at, to, suffix, i);
    return id;
}

static int compare_names(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;
    return strcmp(*x, *y);
}

static const char *const *sorted_fields(const struct taki_landing_writer *writer, size_t *count)
{
    *count = taki_map_count(writer->fields);
    const char **names = TAKI_NEW_ARRAY(writer->arena, *count + 1, const char *);
    for (size_t i = 0; i < *count; i++)
        names[i] = taki_str_dup(writer->arena, taki_map_key(writer->fields, i)).data;
    qsort(names, *count, sizeof *names, compare_names);
    return names;
}

static void fill_batch(struct taki_landing_writer *writer, struct taki_batch *batch)
{
    const struct taki_landing_plan *plan = &writer->plan;
    *batch = (struct taki_batch){.folder = writer->folder,
                                 .id = "",
                                 .source = plan->source,
                                 .source_type = plan->source_type,
                                 .object = plan->object,
                                 .kind = plan->kind,
                                 .lo = writer->lo,
                                 .hi = writer->hi,
                                 .extracted_at = TAKI_INSTANT_NULL,
                                 .parts = writer->parts,
                                 .part_count = writer->part_count,
                                 .records = writer->records,
                                 .expected = writer->expected,
                                 .expected_from = writer->expected_from,
                                 .tool_version = taki_version(),
                                 .config_hash = plan->config_hash};
    batch->fields = sorted_fields(writer, &batch->field_count);
}

enum taki_status taki_landing_flush(struct taki_landing_writer *writer, struct taki_batch *batch,
                                    struct taki_error *err)
{
    fill_batch(writer, batch);
    return taki_file_put(taki_landing_path(writer, TAKI_LANDING_PAGES), taki_buf_view(&writer->index), true, err);
}

static enum taki_status check_counts(struct taki_landing_writer *writer, struct taki_error *err)
{
    if (writer->expected < 0 || writer->expected == writer->records)
        return TAKI_OK;
    (void)taki_fail(err, TAKI_CONTRACT, "'%s:%s' received %" PRId64 " records where %s promised %" PRId64,
                    writer->plan.source, writer->plan.object, writer->records, writer->expected_from, writer->expected);
    (void)taki_hint(err, "nothing was kept; run again: the window is read anew");
    /* What was received must not be resumed: it would differ again. */
    TAKI_TRY(taki_file_remove(writer->folder, NULL));
    return TAKI_CONTRACT;
}

static enum taki_status sync_parts(struct taki_landing_writer *writer, struct taki_error *err)
{
    taki_landing_end_part(writer);
    for (size_t i = 0; i < writer->part_count; i++)
        TAKI_TRY(taki_file_sync(taki_landing_path(writer, writer->parts[i].name), err));
    return TAKI_OK;
}

static enum taki_status write_manifest(struct taki_landing_writer *writer, const struct taki_batch *batch,
                                       struct taki_error *err)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf out;
    taki_buf_init(&out, MANIFEST_CEILING);
    taki_batch_write(batch, &out);
    TAKI_TRY(taki_buf_check(&out, "manifest", err));
    return taki_file_put(taki_landing_path(writer, TAKI_LANDING_MANIFEST), taki_buf_view(&out), true, err);
}

/* From here on the batch is whole; a run killed before the move is helped by taki_landing_recover. */
static enum taki_status move_into_place(struct taki_arena *arena, const char *folder, const char *target,
                                        struct taki_error *err)
{
    const char *slash = strrchr(target, '/');
    const char *parent = taki_arena_copy(arena, target, (size_t)(slash - target));
    TAKI_TRY(taki_file_remove(taki_arena_format(arena, "%s/" TAKI_LANDING_STATE, folder), err));
    TAKI_TRY(taki_file_remove(taki_arena_format(arena, "%s/" TAKI_LANDING_JOURNAL, folder), err));
    TAKI_TRY(taki_file_make_folder(parent, err));
    return taki_file_move(folder, target, err);
}

enum taki_status taki_landing_commit(struct taki_landing_writer *writer, const struct taki_landing_end *end,
                                     struct taki_batch *batch, struct taki_error *err)
{
    struct taki_batch made;
    TAKI_TRY(check_counts(writer, err));
    TAKI_TRY(sync_parts(writer, err));
    TAKI_TRY(taki_landing_flush(writer, &made, err));
    made.id = new_id(writer, end);
    made.cursor = end->cursor;
    made.extracted_at = end->extracted_at;
    made.calls = end->calls;
    made.retries = end->retries;
    made.throttled_ms = end->throttled_ms;
    TAKI_TRY(write_manifest(writer, &made, err));
    const char *target = landing_folder(writer, made.id);
    TAKI_TRY(move_into_place(writer->arena, writer->folder, target, err));
    writer->committed = true;
    if (batch == NULL)
        return TAKI_OK;
    return taki_batch_read(writer->arena, target, batch, err);
}

static enum taki_status recover_folder(struct taki_arena *arena, const char *data_dir, const char *folder,
                                       struct taki_error *err)
{
    struct taki_batch batch;
    if (!taki_file_exists(taki_arena_format(arena, "%s/" TAKI_LANDING_MANIFEST, folder)))
        return TAKI_OK;
    if (taki_batch_read(arena, folder, &batch, NULL) != TAKI_OK)
        return taki_file_remove(folder, err);
    const char *target =
        taki_arena_format(arena, "%s/landing/%s/%s/%s", data_dir, batch.source, batch.object, batch.id);
    if (taki_file_exists(target))
        return taki_file_remove(folder, err);
    return move_into_place(arena, folder, target, err);
}

enum taki_status taki_landing_recover(struct taki_arena *arena, const char *data_dir, const char *source,
                                      const char *object, struct taki_error *err)
{
    const char *folder = taki_arena_format(arena, "%s/resume/%s/%s", data_dir, source, object);
    TAKI_TRY(taki_file_sweep(folder, err));
    const char **names = NULL;
    size_t count = 0;
    TAKI_TRY(taki_file_list(arena, folder, &names, &count, err));
    for (size_t i = 0; i < count; i++)
        TAKI_TRY(recover_folder(arena, data_dir, taki_arena_format(arena, "%s/%s", folder, names[i]), err));
    return TAKI_OK;
}
