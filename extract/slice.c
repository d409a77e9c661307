#include "slice.h"

#include <string.h>

enum place { FIELD_START, PLAIN, QUOTED, QUOTE_SEEN };

/** Lead byte of a two-byte character of CP932; only there can a second byte look like ASCII. */
static bool is_lead(unsigned char byte)
{
    return (byte >= 0x81 && byte <= 0x9F) || (byte >= 0xE0 && byte <= 0xFC);
}

/** Next character as far as it matters: its ASCII value, or 0x80 for everything else. Moves *at behind it. */
static unsigned next_character(taki_str text, const struct taki_charset *charset, size_t *at)
{
    const unsigned char *bytes = (const unsigned char *)text.data;
    if (charset->unit == 2) {
        size_t i = *at;
        *at = i + 2 <= text.size ? i + 2 : text.size;
        if (i + 2 > text.size)
            return 0x80;
        bool is_little = strcmp(charset->name, "utf-16le") == 0;
        unsigned low = bytes[is_little ? i : i + 1];
        unsigned high = bytes[is_little ? i + 1 : i];
        return high == 0 && low < 0x80 ? low : 0x80;
    }
    unsigned char byte = bytes[(*at)++];
    if (byte < 0x80)
        return byte;
    if (is_lead(byte) && strcmp(charset->name, "cp932") == 0 && *at < text.size)
        (*at)++;
    return 0x80;
}

static enum place step(enum place place, unsigned character, char delimiter)
{
    if (place == QUOTED)
        return character == '"' ? QUOTE_SEEN : QUOTED;
    if (character == '"' && delimiter != 0)
        return place == PLAIN ? PLAIN : QUOTED;
    return character == (unsigned char)delimiter || character == '\n' || character == '\r' ? FIELD_START : PLAIN;
}

size_t taki_slice_size(taki_str rest, const struct taki_slice_rule *rule)
{
    if (rest.size <= rule->target_bytes)
        return rest.size;
    enum place place = FIELD_START;
    size_t at = 0;
    while (at < rest.size) {
        unsigned character = next_character(rest, rule->charset, &at);
        place = step(place, character, rule->delimiter);
        if (character == '\n' && place != QUOTED && at >= rule->target_bytes)
            return at;
    }
    return rest.size;
}

bool taki_slice_is_open(taki_str piece, const struct taki_slice_rule *rule)
{
    enum place place = FIELD_START;
    size_t at = 0;
    while (at < piece.size)
        place = step(place, next_character(piece, rule->charset, &at), rule->delimiter);
    return place == QUOTED;
}

size_t taki_slice_lines(taki_str rest, const struct taki_charset *charset, int64_t lines)
{
    size_t at = 0;
    while (lines > 0 && at < rest.size) {
        if (next_character(rest, charset, &at) == '\n')
            lines--;
    }
    return at;
}
