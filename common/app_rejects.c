#include "app_private.h"

#include "taki/json.h"
#include "taki/log.h"

#include <inttypes.h>
#include <string.h>

#define GATHERED_BYTES ((size_t)64 << 10)
#define LINE_CEILING ((size_t)256 << 20)

/* Stream names hold ':' and may hold anything else; a file name must not leave its folder. */
static void safe_name(char *name)
{
    for (char *c = name; *c != '\0'; c++) {
        bool plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') ||
                     strchr("_-:.", *c) != NULL;
        if (!plain || (c == name && *c == '.'))
            *c = '_';
    }
}

static struct taki_reject_stream *find_stream(struct taki_run *run, const char *name, struct taki_tally *tally)
{
    struct taki_run_private *own = run->own;
    for (struct taki_reject_stream *stream = own->rejects; stream != NULL; stream = stream->next) {
        if (strcmp(stream->name, name) == 0)
            return stream;
    }
    struct taki_reject_stream *stream = TAKI_NEW(own->arena, struct taki_reject_stream);
    char *file = taki_arena_format(own->arena, "%s", name);
    safe_name(file);
    stream->name = tally->name;
    stream->tally = tally;
    stream->path = taki_arena_format(own->arena, "%s/rejects/%s/%s.ndjson", run->data_dir, run->run_id, file);
    taki_buf_init(&stream->lines, LINE_CEILING);
    stream->next = own->rejects;
    own->rejects = stream;
    return stream;
}

static enum taki_status flush_stream(const struct taki_run *run, struct taki_reject_stream *stream,
                                     struct taki_error *err)
{
    if (stream->lines.size == 0)
        return TAKI_OK;
    TAKI_TRY(taki_buf_check(&stream->lines, "rejected record", err));
    struct taki_arena *scratch = taki_arena_open("rejects", 0);
    const char *folder = taki_arena_format(scratch, "%s/rejects/%s", run->data_dir, run->run_id);
    enum taki_status status = taki_file_make_folder(folder, err);
    taki_arena_close(scratch);
    if (status == TAKI_OK)
        status = taki_file_append(stream->path, taki_buf_view(&stream->lines), err);
    taki_buf_clear(&stream->lines);
    return status == TAKI_OK ? TAKI_OK : taki_while(err, status, "rejected records of '%s'", stream->name);
}

enum taki_status taki_run_reject(struct taki_run *run, const char *stream, const char *position, const char *reason,
                                 taki_str record, struct taki_error *err)
{
    struct taki_tally *tally = taki_run_tally(run, stream);
    (void)pthread_mutex_lock(&run->own->mutex);
    struct taki_reject_stream *found = find_stream(run, stream, tally);
    struct taki_json_writer json = {.buf = &found->lines};
    taki_json_open(&json, '{');
    taki_json_name(&json, "stream");
    taki_json_cstr(&json, stream);
    taki_json_name(&json, "position");
    taki_json_cstr(&json, position);
    taki_json_name(&json, "reason");
    taki_json_cstr(&json, reason);
    taki_json_name(&json, "record");
    taki_json_str(&json, record);
    taki_json_close(&json, '}');
    taki_buf_add_char(&found->lines, '\n');
    tally->rejected++;
    enum taki_status status = TAKI_OK;
    if (!run->dry_run && found->lines.size >= GATHERED_BYTES) {
        status = flush_stream(run, found, err);
    } else if (run->dry_run) {
        taki_buf_clear(&found->lines);
    }
    (void)pthread_mutex_unlock(&run->own->mutex);
    return status;
}

enum taki_status taki_rejects_flush(struct taki_run *run, struct taki_error *err)
{
    enum taki_status first = TAKI_OK;
    for (struct taki_reject_stream *stream = run->own->rejects; stream != NULL; stream = stream->next) {
        enum taki_status status = flush_stream(run, stream, first == TAKI_OK ? err : NULL);
        first = first == TAKI_OK ? status : first;
        taki_buf_reset(&stream->lines);
    }
    return first;
}

enum taki_status taki_run_check_rejects(struct taki_run *run, struct taki_error *err)
{
    double limit = taki_config_number(run->config, "quality.max_rejected");
    taki_str written = taki_config_text(run->config, "quality.max_rejected");
    for (const struct taki_tally_item *item = run->own->tallies; item != NULL; item = item->next) {
        const struct taki_tally *tally = &item->tally;
        if (tally->rejected == 0 || (double)tally->rejected <= limit * (double)tally->read)
            continue;
        (void)taki_fail(err, TAKI_CONTRACT, "'%s': %lld of %lld records refused, more than %.*s", tally->name,
                        (long long)tally->rejected, (long long)tally->read, TAKI_STR_ARG(written));
        (void)taki_hint(err, "reasons and records are in '%s/rejects/%s'; or raise quality.max_rejected", run->data_dir,
                        run->run_id);
        return TAKI_CONTRACT;
    }
    return TAKI_OK;
}
