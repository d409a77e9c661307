/* Company name, corporate number and web domain keys. */
#include "normalize.h"
#include "normalize_lists.h"

#include "taki/text.h"

#include <idn2.h>
#include <libpsl.h>
#include <string.h>

static taki_str remove_all(taki_str text, taki_str word, char *out)
{
    size_t size = 0;
    while (text.size > 0) {
        size_t at = taki_str_find(text, word);
        size_t keep = at == SIZE_MAX ? text.size : at;
        memmove(out + size, text.data, keep);
        size += keep;
        size_t step = at == SIZE_MAX ? text.size : at + word.size;
        text.data += step;
        text.size -= step;
    }
    return (taki_str){out, size};
}

static bool is_punctuation(char c)
{
    return c != '\0' && strchr(" \t\r\n.,;:'\"`/\\()[]{}<>|!?&+*#-_~", c) != NULL;
}

/* ASCII punctuation and the CJK middle dot and quotes become one space each; runs collapse. */
static taki_str spaces_for_punctuation(taki_str text, char *out)
{
    size_t size = 0;
    for (size_t i = 0; i < text.size;) {
        size_t step = 1;
        uint32_t c = taki_utf8_next((taki_str){text.data + i, text.size - i}, &step);
        bool blank = (c < 128 && is_punctuation(text.data[i])) || c == 0x30FB || c == 0x300C || c == 0x300D ||
                     c == 0x3000 || (c >= 0x2010 && c <= 0x2015) || c == 0x2212;
        if (!blank) {
            memmove(out + size, text.data + i, step);
            size += step;
        } else if (size > 0 && out[size - 1] != ' ') {
            out[size++] = ' ';
        }
        i += step;
    }
    while (size > 0 && out[size - 1] == ' ')
        size--;
    return (taki_str){out, size};
}

static bool drop_last_word(taki_str *name, taki_str word)
{
    if (name->size <= word.size + 1 || !taki_str_ends(*name, word) || name->data[name->size - word.size - 1] != ' ')
        return false;
    name->size -= word.size + 1;
    return true;
}

static taki_str drop_legal_words(taki_str name)
{
    for (bool dropped = true; dropped;) {
        dropped = false;
        for (size_t i = 0; i < taki_legal_words_last.count; i++)
            dropped = drop_last_word(&name, taki_legal_words_last.words[i]) || dropped;
    }
    return name;
}

taki_str taki_company_key(struct taki_arena *arena, taki_str raw)
{
    taki_str name = taki_utf8_fold(arena, taki_str_trim(raw));
    if (taki_str_is_blank(name))
        return TAKI_STR_NULL;
    char *work = taki_arena_alloc(arena, name.size + 1);
    for (size_t i = 0; i < taki_legal_forms_anywhere.count; i++)
        name = remove_all(name, taki_legal_forms_anywhere.words[i], work);
    name = drop_legal_words(spaces_for_punctuation(name, work));
    name = remove_all(name, TAKI_STR(" "), work);
    return taki_str_is_blank(name) ? TAKI_STR_NULL : name;
}

/* National Tax Agency's rule: first digit = 9 - (sum of the other twelve, weights 1,2,1,2 ... from the right) mod 9. */
static bool check_digit_fits(const char *digits)
{
    enum { LAST = 12, MODULUS = 9 };
    int sum = 0;
    for (int i = LAST, weight = 1; i >= 1; i--, weight = 3 - weight)
        sum += (digits[i] - '0') * weight;
    return digits[0] - '0' == MODULUS - sum % MODULUS;
}

taki_str taki_corporate_number_key(struct taki_arena *arena, taki_str raw)
{
    enum { DIGITS = 13 };
    taki_str number = taki_str_trim(taki_utf8_nfkc(arena, raw));
    if (number.size != DIGITS)
        return TAKI_STR_NULL;
    for (size_t i = 0; i < number.size; i++) {
        if (number.data[i] < '0' || number.data[i] > '9')
            return TAKI_STR_NULL;
    }
    return check_digit_fits(number.data) ? number : TAKI_STR_NULL;
}

static taki_str host_of(taki_str text)
{
    size_t scheme = taki_str_find(text, TAKI_STR("://"));
    if (scheme != SIZE_MAX)
        text = (taki_str){text.data + scheme + 3, text.size - scheme - 3};
    size_t end = 0;
    while (end < text.size && strchr("/?#: ", text.data[end]) == NULL)
        end++;
    taki_str host = {text.data, end};
    taki_str behind_at = taki_email_domain(host);
    return taki_str_is_null(behind_at) ? host : behind_at;
}

taki_str taki_domain_key(struct taki_arena *arena, taki_str raw)
{
    taki_str host = host_of(taki_str_trim(taki_utf8_fold(arena, raw)));
    if (host.size == 0 || host.size > 253 || taki_str_find(host, TAKI_STR(".")) == SIZE_MAX)
        return TAKI_STR_NULL;
    const char *text = taki_arena_copy(arena, host.data, host.size);
    char *ascii = NULL;
    int result = idn2_to_ascii_8z(text, &ascii, IDN2_NONTRANSITIONAL);
    if (result == IDN2_MALLOC)
        taki_out_of_memory("domain name"); /* another key would make another company */
    if (result != IDN2_OK)
        return TAKI_STR_NULL;
    const char *registrable = psl_registrable_domain(psl_builtin(), ascii);
    taki_str key = taki_str_dup(arena, taki_str_of(registrable));
    idn2_free(ascii);
    return key;
}
