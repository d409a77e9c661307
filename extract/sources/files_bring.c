#include "download.h"
#include "files.h"

#include "taki/file.h"
#include "taki/gzip.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { COPY_BYTES = 1 << 20, INFLATE_STEP = 64 << 10, RANGE_BYTES = 8 << 20 };
#define MAX_INFLATED_BYTES ((int64_t)64 << 30)

static const char *spool_folder(struct taki_fetch *fetch)
{
    return taki_run_path(fetch->session->run, "resume/%s/%s.files", fetch->session->name, fetch->stream->object);
}

static const char *spool(struct taki_fetch *fetch, const char *name)
{
    return taki_arena_format(fetch->arena, "%s/%s", spool_folder(fetch), name);
}

/** Path as it goes into a URL: what is not plain ASCII is percent-encoded, '/' and what is encoded already stay. */
static const char *url_of(struct taki_fetch *fetch, const char *path)
{
    static const char kept[] = "-._~/%?&=+,;:@!$'()*";
    struct taki_buf url;
    taki_buf_init(&url, (size_t)64 << 10);
    if (*path != '/')
        taki_buf_add_char(&url, '/');
    for (const char *p = path; *p != '\0'; p++) {
        bool is_plain = (*p >= '0' && *p <= '9') || (*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z');
        if (is_plain || strchr(kept, *p) != NULL) {
            taki_buf_add_char(&url, *p);
        } else {
            taki_buf_format(&url, "%%%02X", (unsigned)(unsigned char)*p);
        }
    }
    const char *text = taki_arena_copy(fetch->arena, url.data, url.size);
    taki_buf_reset(&url);
    return text;
}

static enum taki_status bring_over_http(struct taki_fetch *fetch, const char *path,
                                        const struct taki_files_memory *memory, struct taki_files_body *body,
                                        struct taki_error *err)
{
    const char *conditions[2];
    size_t count = 0;
    if (memory != NULL && memory->etag.size > 0)
        conditions[count++] = taki_arena_format(fetch->arena, "If-None-Match: %.*s", TAKI_STR_ARG(memory->etag));
    if (memory != NULL && memory->last_modified.size > 0) {
        conditions[count++] =
            taki_arena_format(fetch->arena, "If-Modified-Since: %.*s", TAKI_STR_ARG(memory->last_modified));
    }
    const struct taki_download plan = {
        .url = url_of(fetch, path),
        .spool = spool(fetch, "received"),
        .range_bytes = RANGE_BYTES,
        .bytes = -1,
        .headers = conditions,
        .header_count = count,
        .handles = TAKI_HANDLES(TAKI_VERDICT_OFF),
    };
    body->request = taki_arena_format(fetch->arena, "GET %s", plan.url);
    TAKI_TRY(taki_download(fetch->session->engine, &plan, &body->reply, err));
    body->is_missing = body->reply.verdict == TAKI_VERDICT_OFF;
    body->is_same = body->reply.status == 304;
    return TAKI_OK;
}

/** A copy, so that a file being rewritten beside us cannot change between check and landing. */
static enum taki_status bring_from_disk(struct taki_fetch *fetch, const char *path, struct taki_files_body *body,
                                        struct taki_error *err)
{
    taki_str folder = taki_session_option(fetch->session, "path");
    const char *from = taki_arena_format(fetch->arena, "%.*s/%s", TAKI_STR_ARG(folder), path);
    int64_t size = taki_file_size_of(from);
    body->request = taki_arena_format(fetch->arena, "file %s", path);
    body->is_missing = size < 0;
    if (body->is_missing)
        return TAKI_OK;
    TAKI_TRY(taki_file_append(spool(fetch, "received"), TAKI_STR(""), err));
    struct taki_buf part;
    taki_buf_init(&part, COPY_BYTES);
    enum taki_status status = TAKI_OK;
    for (int64_t at = 0; at < size && status == TAKI_OK; at += COPY_BYTES) {
        taki_buf_clear(&part);
        size_t step = size - at < COPY_BYTES ? (size_t)(size - at) : COPY_BYTES;
        status = taki_file_read_at(from, at, step, &part, err);
        if (status == TAKI_OK)
            status = taki_file_append(spool(fetch, "received"), taki_buf_view(&part), err);
    }
    taki_buf_reset(&part);
    return status;
}

static enum taki_status inflate_to(const char *path, taki_str gz, struct taki_error *err)
{
    struct taki_inflate *inflate = taki_inflate_open();
    struct taki_buf out;
    taki_buf_init(&out, (size_t)128 << 20);
    enum taki_status status = taki_file_append(path, TAKI_STR(""), err);
    int64_t written = 0;
    for (size_t at = 0; at < gz.size && status == TAKI_OK; at += INFLATE_STEP) {
        size_t step = gz.size - at < INFLATE_STEP ? gz.size - at : INFLATE_STEP;
        taki_buf_clear(&out);
        status = taki_inflate_feed(inflate, (taki_str){gz.data + at, step}, &out, err);
        written += (int64_t)out.size;
        if (status == TAKI_OK && written > MAX_INFLATED_BYTES)
            status = taki_fail(err, TAKI_CEILING, "inflated to more than %" PRId64 " bytes", MAX_INFLATED_BYTES);
        if (status == TAKI_OK)
            status = taki_file_append(path, taki_buf_view(&out), err);
    }
    if (status == TAKI_OK)
        status = taki_inflate_finish(inflate, err);
    taki_inflate_close(inflate);
    taki_buf_reset(&out);
    return status;
}

/** Maps what was received, and beside it what it is without gzip. */
static enum taki_status open_spool(struct taki_fetch *fetch, const char *path, struct taki_files_body *body,
                                   struct taki_error *err)
{
    int64_t size;
    if (!taki_file_exists(spool(fetch, "received"))) // an empty body
        TAKI_TRY(taki_file_append(spool(fetch, "received"), TAKI_STR(""), err));
    TAKI_TRY(taki_file_hash(spool(fetch, "received"), body->sha256, &size, err));
    TAKI_TRY(taki_file_map(spool(fetch, "received"), &body->view, err));
    if (!taki_files_is_gzip(taki_str_of(path), body->view))
        return TAKI_OK;
    body->gz = body->view;
    body->view = TAKI_STR_NULL;
    TAKI_TRY(inflate_to(spool(fetch, "inflated"), body->gz, err));
    return taki_file_map(spool(fetch, "inflated"), &body->view, err);
}

enum taki_status taki_files_bring(struct taki_fetch *fetch, const char *path, const struct taki_files_memory *memory,
                                  struct taki_files_body *body, struct taki_error *err)
{
    *body = (struct taki_files_body){.view = TAKI_STR_NULL};
    taki_reply_init(&body->reply);
    bool is_local = taki_session_option(fetch->session, "path").size > 0;
    TAKI_TRY(taki_file_remove(spool_folder(fetch), err));
    TAKI_TRY(taki_file_make_folder(spool_folder(fetch), err));
    if (is_local) {
        TAKI_TRY(bring_from_disk(fetch, path, body, err));
    } else {
        TAKI_TRY(bring_over_http(fetch, path, memory, body, err));
    }
    if (body->is_missing || body->is_same)
        return TAKI_OK;
    TAKI_TRY(open_spool(fetch, path, body, err));
    body->is_same = memory != NULL && taki_str_is(memory->sha256, body->sha256);
    return TAKI_OK;
}

void taki_files_body_reset(struct taki_files_body *body)
{
    if (body->view.data != NULL)
        taki_file_unmap(body->view);
    if (body->gz.data != NULL)
        taki_file_unmap(body->gz);
    taki_reply_reset(&body->reply);
    *body = (struct taki_files_body){.view = TAKI_STR_NULL};
}
