#include "source.h"
#include "url.h"

#include <inttypes.h>
#include <string.h>

#define URL_CEILING ((size_t)1 << 20)

static void add_time(struct taki_buf *out, const struct taki_stream *stream, taki_instant at)
{
    const char *format = stream->time_format == NULL ? "iso_ms" : stream->time_format;
    char text[28];
    if (taki_instant_is_null(at))
        return;
    if (strcmp(format, "epoch_ms") == 0) {
        taki_buf_add_i64(out, at.us / 1000);
        return;
    }
    taki_instant_print(at, text);
    bool is_short = strcmp(format, "iso_s") == 0;
    taki_buf_format(out, "%.*sZ", is_short ? 19 : 23, text);
}

static void add_fields(struct taki_buf *out, const struct taki_stream *stream)
{
    for (size_t i = 0; i < stream->field_count; i++)
        taki_buf_format(out, "%s%s", i == 0 ? "" : ",", stream->fields[i].name);
}

/* Value of one placeholder. `hi_inclusive` serves vendors whose upper end counts in: a millisecond (or second) less. */
static void add_value(struct taki_buf *out, const struct taki_fetch *fetch, taki_str name)
{
    const struct taki_stream *stream = fetch->stream;
    bool seconds = stream->time_format != NULL && strcmp(stream->time_format, "iso_s") == 0;
    taki_instant last = {taki_instant_is_null(fetch->hi) ? INT64_MIN : fetch->hi.us - (seconds ? 1000000 : 1000)};
    if (taki_str_is(name, "lo")) {
        add_time(out, stream, fetch->lo);
    } else if (taki_str_is(name, "hi")) {
        add_time(out, stream, fetch->hi);
    } else if (taki_str_is(name, "hi_inclusive")) {
        add_time(out, stream, last);
    } else if (taki_str_is(name, "fields")) {
        add_fields(out, stream);
    } else {
        taki_buf_add_str(out, taki_session_option(fetch->session, taki_str_dup(fetch->arena, name).data));
    }
}

static void add_filled(struct taki_buf *out, const struct taki_fetch *fetch, const char *template)
{
    taki_str rest = taki_str_of(template), inside;
    while (!taki_str_is_null(rest)) {
        taki_buf_add_str(out, taki_str_cut(rest, '{', &inside));
        if (taki_str_is_null(inside))
            return;
        add_value(out, fetch, taki_str_cut(inside, '}', &rest));
    }
}

enum taki_status taki_stream_request(struct taki_fetch *fetch, struct taki_request *request, struct taki_error *err)
{
    const struct taki_stream *stream = fetch->stream;
    TAKI_AUTO(taki_buf_reset) struct taki_buf url, value;
    taki_buf_init(&url, URL_CEILING);
    taki_buf_init(&value, URL_CEILING);
    add_filled(&url, fetch, stream->path);
    for (size_t i = 0; i < stream->param_count; i++) {
        taki_buf_clear(&value);
        add_filled(&value, fetch, stream->params[i].value);
        taki_buf_format(&url, "%c%s=", i == 0 ? '?' : '&', stream->params[i].name);
        taki_url_add_encoded(&url, taki_buf_view(&value));
    }
    TAKI_TRY(taki_buf_check(&url, "URL", err));
    request->url = taki_arena_copy(fetch->arena, url.data, url.size);
    return TAKI_OK;
}
