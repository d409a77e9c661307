/* Reading gzip at once and as a stream must agree: same verdict, same bytes; and packing again must give them back. */
#include "taki/gzip.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define CEILING ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum taki_status read_stream(taki_str gz, struct taki_buf *out, struct taki_error *err)
{
    struct taki_inflate *inflate = taki_inflate_open();
    size_t piece = gz.size > 0 ? (unsigned char)gz.data[gz.size - 1] % 61U + 1 : 1;
    enum taki_status status = TAKI_OK;
    for (size_t at = 0; at < gz.size && status == TAKI_OK; at += piece) {
        size_t left = gz.size - at;
        status = taki_inflate_feed(inflate, (taki_str){gz.data + at, left < piece ? left : piece}, out, err);
    }
    if (status == TAKI_OK)
        status = taki_inflate_finish(inflate, err);
    taki_inflate_close(inflate);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf whole, stream, packed, again;
    taki_buf_init(&whole, CEILING);
    taki_buf_init(&stream, CEILING);
    taki_buf_init(&packed, 2 * CEILING);
    taki_buf_init(&again, CEILING);
    taki_str gz = {(const char *)data, size};
    enum taki_status status = taki_gunzip(gz, &whole, NULL);
    struct taki_error err = {0};
    enum taki_status streamed = read_stream(gz, &stream, &err);
    /* The one known difference (gzip.h): libdeflate takes symbols that no compressor writes. */
    bool odd_symbols = status == TAKI_OK && strstr(err.text, "invalid literal/length code") != NULL;
    if (status != streamed && !odd_symbols)
        abort();
    if (status != TAKI_OK || odd_symbols)
        return 0;
    taki_str text = taki_buf_view(&whole);
    if (!taki_str_equal(text, taki_buf_view(&stream)) || taki_gzip(text, 1, &packed, NULL) != TAKI_OK ||
        taki_gunzip(taki_buf_view(&packed), &again, NULL) != TAKI_OK || !taki_str_equal(text, taki_buf_view(&again)))
        abort();
    return 0;
}
