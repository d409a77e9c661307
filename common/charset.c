#include "taki/charset.h"

#include "taki/arena.h"
#include "taki/text.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

enum { STEP_BYTES = 64 * 1024, CARRY_BYTES = 8 };

enum charset_row { UTF8, CP932, EUC_JP, UTF16LE, UTF16BE, UTF16 };

static const struct taki_charset charsets[] = {
    [UTF8] = {"utf-8",    "UTF-8",     1},
      [CP932] = {"cp932",    "CP932",     1},
    [EUC_JP] = {"euc-jp",   "EUC-JP-MS", 1},
      [UTF16LE] = {"utf-16le", "UTF-16LE",  2},
    [UTF16BE] = {"utf-16be", "UTF-16BE",  2},
      [UTF16] = {"utf-16",   NULL,        2},
};

static const struct alias {
    const char *name;
    enum charset_row row;
} aliases[] = {
    {"utf8",        UTF8   },
    {"utf-8-sig",   UTF8   },
    {"us-ascii",    UTF8   },
    {"ascii",       UTF8   },
    {"shift_jis",   CP932  },
    {"shift-jis",   CP932  },
    {"shiftjis",    CP932  },
    {"sjis",        CP932  },
    {"x-sjis",      CP932  },
    {"sjis-win",    CP932  },
    {"windows-31j", CP932  },
    {"windows31j",  CP932  },
    {"ms932",       CP932  },
    {"ms_kanji",    CP932  },
    {"csshiftjis",  CP932  },
    {"eucjp",       EUC_JP },
    {"euc_jp",      EUC_JP },
    {"x-euc-jp",    EUC_JP },
    {"euc-jp-ms",   EUC_JP },
    {"eucjp-ms",    EUC_JP },
    {"eucjp-win",   EUC_JP },
    {"utf16le",     UTF16LE},
    {"utf16be",     UTF16BE},
    {"utf16",       UTF16  },
    {"unicode",     UTF16  },
};

static const struct mark {
    const char bytes[4];
    size_t size;
    enum charset_row row;
} marks[] = {
    {"\xEF\xBB\xBF", 3, UTF8   },
    {"\xFF\xFE",     2, UTF16LE},
    {"\xFE\xFF",     2, UTF16BE},
};

const struct taki_charset *taki_charset_find(taki_str name)
{
    for (size_t i = 0; i < TAKI_LEN(charsets); i++) {
        if (taki_str_equal_nocase(name, taki_str_of(charsets[i].name)))
            return &charsets[i];
    }
    for (size_t i = 0; i < TAKI_LEN(aliases); i++) {
        if (taki_str_equal_nocase(name, taki_str_of(aliases[i].name)))
            return &charsets[aliases[i].row];
    }
    return NULL;
}

const char *taki_charset_name(size_t i)
{
    return i < TAKI_LEN(charsets) ? charsets[i].name : NULL;
}

const struct taki_charset *taki_charset_of_mark(taki_str body, size_t *size)
{
    *size = 0;
    for (size_t i = 0; i < TAKI_LEN(marks); i++) {
        if (body.size < marks[i].size || memcmp(body.data, marks[i].bytes, marks[i].size) != 0)
            continue;
        *size = marks[i].size;
        return &charsets[marks[i].row];
    }
    return NULL;
}

taki_str taki_charset_of_content_type(taki_str content_type)
{
    taki_str rest;
    (void)taki_str_cut(content_type, ';', &rest);
    while (rest.data != NULL) {
        taki_str value;
        taki_str name = taki_str_trim(taki_str_cut(taki_str_cut(rest, ';', &rest), '=', &value));
        if (value.data == NULL || !taki_str_equal_nocase(name, TAKI_STR("charset")))
            continue;
        value = taki_str_trim(value);
        if (value.size >= 2 && value.data[0] == '"' && value.data[value.size - 1] == '"')
            value = (taki_str){value.data + 1, value.size - 2};
        return value.size > 0 ? value : TAKI_STR_NULL;
    }
    return TAKI_STR_NULL;
}

/** Settles "utf-16" by the mark, and refuses a Unicode charset that the mark contradicts. */
static enum taki_status settle(const struct taki_charset *named, const struct taki_charset *marked,
                               const struct taki_charset **charset, struct taki_error *err)
{
    *charset = named;
    if (named == &charsets[UTF16]) {
        if (marked == NULL || marked->unit != 2) {
            return taki_fail(err, TAKI_CONTRACT, "no byte order mark at byte 0, and '%s' does not name a byte order",
                             named->name);
        }
        *charset = marked;
        return TAKI_OK;
    }
    bool is_unicode = named != &charsets[CP932] && named != &charsets[EUC_JP];
    if (is_unicode && marked != NULL && marked != named) {
        return taki_fail(err, TAKI_CONTRACT, "the byte order mark at byte 0 says '%s', expected '%s'", marked->name,
                         named->name);
    }
    return TAKI_OK;
}

enum taki_status taki_charset_choose(taki_str configured, taki_str content_type, taki_str body,
                                     const struct taki_charset **charset, struct taki_error *err)
{
    size_t mark_size;
    const struct taki_charset *marked = taki_charset_of_mark(body, &mark_size);
    taki_str announced = taki_charset_of_content_type(content_type);
    taki_str name = configured.data != NULL ? configured : announced;
    if (name.data == NULL) {
        *charset = marked != NULL ? marked : &charsets[UTF8];
        return TAKI_OK;
    }
    const struct taki_charset *named = taki_charset_find(name);
    if (named != NULL)
        return settle(named, marked, charset, err);
    (void)taki_fail(err, configured.data != NULL ? TAKI_USAGE : TAKI_CONTRACT, "charset '%.*s' is none that taki reads",
                    TAKI_STR_ARG(name));
    (void)taki_hint(err, "set 'encoding' to utf-8, cp932, euc-jp, utf-16, utf-16le or utf-16be");
    return configured.data != NULL ? TAKI_USAGE : TAKI_CONTRACT;
}

struct taki_decoder {
    const struct taki_charset *charset;
    iconv_t handle;
    size_t offset; /**< bytes fed before those in hand */
    char carry[CARRY_BYTES];
    size_t carried;
    bool started; /**< the first character is out: a mark may no longer come */
};

#if defined __GNUC__ && !defined __clang__
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak" // gcc takes iconv_open's -1 for an open handle
#endif
enum taki_status taki_decoder_open(const struct taki_charset *charset, struct taki_decoder **decoder,
                                   struct taki_error *err)
{
    *decoder = NULL;
    if (charset->encoding == NULL) {
        return taki_fail(err, TAKI_CONTRACT, "no byte order mark at byte 0, and '%s' does not name a byte order",
                         charset->name);
    }
    iconv_t handle = iconv_open("UTF-8", charset->encoding);
    if (handle == (iconv_t)-1) { // NOLINT(performance-no-int-to-ptr): the value POSIX defines
        (void)taki_fail_errno(err, TAKI_FAILED, errno, "no converter for '%s' on this machine", charset->name);
        return taki_hint(err, "install the gconv modules of the C library (Debian: libc6)");
    }
    struct taki_decoder *made = calloc(1, sizeof *made);
    if (made == NULL) {
        (void)iconv_close(handle);
        return taki_fail(err, TAKI_CEILING, "no memory for a decoder");
    }
    made->charset = charset;
    made->handle = handle;
    *decoder = made;
    return TAKI_OK;
}
#if defined __GNUC__ && !defined __clang__
#pragma GCC diagnostic pop
#endif

void taki_decoder_close(struct taki_decoder *decoder)
{
    if (decoder == NULL)
        return;
    (void)iconv_close(decoder->handle);
    free(decoder);
}

void taki_decoder_auto(struct taki_decoder **decoder)
{
    taki_decoder_close(*decoder);
    *decoder = NULL;
}

static enum taki_status fail_at(const struct taki_decoder *decoder, size_t offset, const char *byte,
                                struct taki_error *err)
{
    return taki_fail(err, TAKI_CONTRACT, "byte %zu (0x%02X) does not fit '%s'", offset, (unsigned)(unsigned char)*byte,
                     decoder->charset->name);
}

/** The mark becomes U+FEFF like any other character; only the first one of the text is a mark. */
static void drop_mark(struct taki_decoder *decoder, struct taki_buf *out, size_t from)
{
    if (decoder->started || out->size < from + 3)
        return;
    decoder->started = true;
    if (memcmp(out->data + from, "\xEF\xBB\xBF", 3) != 0)
        return;
    memmove(out->data + from, out->data + from + 3, out->size - from - 3);
    out->size -= 3;
}

/** Converts as much of @p bytes as is whole; *rest is what was left of a character cut by the end. */
static enum taki_status convert(struct taki_decoder *decoder, taki_str bytes, taki_str *rest, struct taki_buf *out,
                                struct taki_error *err)
{
    char *in = (char *)(uintptr_t)bytes.data; // iconv's prototype lacks const; it writes nothing there
    size_t left = bytes.size;
    int reason = 0;
    bool is_stuck = false;
    // cppcheck-suppress knownConditionTrueFalse ; iconv sets errno
    while (left > 0 && reason == 0) {
        size_t step = out->ceiling - out->size < STEP_BYTES ? out->ceiling - out->size : STEP_BYTES;
        char *room = taki_buf_reserve(out, is_stuck ? STEP_BYTES : step);
        if (room == NULL || is_stuck)
            return taki_buf_check(out, "decoded text", err);
        char *end = room;
        size_t space = step;
        size_t result = iconv(decoder->handle, &in, &left, &end, &space);
        reason = result == (size_t)-1 && errno != E2BIG ? errno : 0;
        size_t before = out->size;
        is_stuck = space == step && reason == 0; // no room for one character below the ceiling
        taki_buf_grow(out, step - space);
        if (!decoder->started && out->size > before)
            drop_mark(decoder, out, before);
        if (out->size > before)
            decoder->started = true;
    }
    *rest = (taki_str){in, left};
    if (reason == EILSEQ)
        return fail_at(decoder, decoder->offset + (bytes.size - left), in, err);
    return TAKI_OK;
}

/** UTF-8 needs no conversion; a sequence that the end cuts is left over. */
static enum taki_status copy_utf8(struct taki_decoder *decoder, taki_str bytes, taki_str *rest, struct taki_buf *out,
                                  struct taki_error *err)
{
    size_t bad;
    taki_str good = bytes;
    if (!taki_utf8_valid(bytes, &bad)) {
        static const unsigned char lead_min[] = {0xC2, 0xE0, 0xF0};
        size_t tail = bytes.size - bad;
        unsigned char lead = (unsigned char)bytes.data[bad];
        bool is_cut = tail < 4 && lead >= lead_min[tail - 1] && lead <= 0xF4;
        for (size_t i = bad + 1; is_cut && i < bytes.size; i++)
            is_cut = ((unsigned char)bytes.data[i] & 0xC0) == 0x80;
        if (!is_cut)
            return fail_at(decoder, decoder->offset + bad, bytes.data + bad, err);
        good.size = bad;
    }
    size_t before = out->size;
    taki_buf_add_str(out, good);
    TAKI_TRY(taki_buf_check(out, "decoded text", err));
    if (out->size > before) {
        drop_mark(decoder, out, before);
        decoder->started = true;
    }
    *rest = (taki_str){bytes.data + good.size, bytes.size - good.size};
    return TAKI_OK;
}

static enum taki_status decode_some(struct taki_decoder *decoder, taki_str bytes, taki_str *rest, struct taki_buf *out,
                                    struct taki_error *err)
{
    return decoder->charset == &charsets[UTF8] ? copy_utf8(decoder, bytes, rest, out, err)
                                               : convert(decoder, bytes, rest, out, err);
}

enum taki_status taki_decoder_feed(struct taki_decoder *decoder, taki_str bytes, struct taki_buf *out,
                                   struct taki_error *err)
{
    taki_str rest = TAKI_STR_NULL;
    while (decoder->carried > 0 && bytes.size > 0) {
        decoder->carry[decoder->carried++] = *bytes.data;
        bytes = (taki_str){bytes.data + 1, bytes.size - 1};
        TAKI_TRY(decode_some(decoder, (taki_str){decoder->carry, decoder->carried}, &rest, out, err));
        if (rest.size == CARRY_BYTES)
            return fail_at(decoder, decoder->offset, decoder->carry, err);
        if (rest.size > 0)
            continue;
        decoder->offset += decoder->carried;
        decoder->carried = 0;
    }
    if (bytes.size == 0)
        return TAKI_OK;
    TAKI_TRY(decode_some(decoder, bytes, &rest, out, err));
    decoder->offset += bytes.size - rest.size;
    if (rest.size >= CARRY_BYTES)
        return fail_at(decoder, decoder->offset, rest.data, err);
    if (rest.size > 0)
        memcpy(decoder->carry, rest.data, rest.size);
    decoder->carried = rest.size;
    return TAKI_OK;
}

enum taki_status taki_decoder_finish(struct taki_decoder *decoder, struct taki_error *err)
{
    if (decoder->carried == 0)
        return TAKI_OK;
    return taki_fail(err, TAKI_CONTRACT, "the text ends inside the '%s' character that begins at byte %zu (0x%02X)",
                     decoder->charset->name, decoder->offset, (unsigned)(unsigned char)decoder->carry[0]);
}

enum taki_status taki_charset_decode(const struct taki_charset *charset, taki_str body, struct taki_buf *out,
                                     struct taki_error *err)
{
    struct taki_decoder *decoder = NULL;
    enum taki_status status = taki_decoder_open(charset, &decoder, err);
    if (decoder == NULL)
        return status;
    status = taki_decoder_feed(decoder, body, out, err);
    if (status == TAKI_OK)
        status = taki_decoder_finish(decoder, err);
    taki_decoder_close(decoder);
    return status;
}
