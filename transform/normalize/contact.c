/* E-mail, phone and person name keys. */
#include "normalize.h"
#include "normalize_lists.h"

#include "taki/text.h"

#include <string.h>

taki_str taki_email_key(struct taki_arena *arena, taki_str raw)
{
    taki_str key = taki_str_trim(taki_utf8_fold(arena, taki_str_trim(raw)));
    return taki_str_is_blank(key) ? TAKI_STR_NULL : key;
}

taki_str taki_email_domain(taki_str key)
{
    for (size_t i = key.size; i > 0; i--) {
        if (key.data[i - 1] == '@')
            return (taki_str){key.data + i, key.size - i};
    }
    return TAKI_STR_NULL;
}

bool taki_email_is_valid(taki_str key)
{
    size_t at = taki_str_find(key, TAKI_STR("@"));
    if (at == SIZE_MAX || at == 0)
        return false;
    taki_str domain = {key.data + at + 1, key.size - at - 1};
    size_t dot = taki_str_find(domain, TAKI_STR("."));
    return taki_str_find(domain, TAKI_STR("@")) == SIZE_MAX && dot != SIZE_MAX && dot > 0 && dot + 1 < domain.size &&
           taki_str_find(key, TAKI_STR(" ")) == SIZE_MAX;
}

bool taki_email_is_role(taki_str key)
{
    size_t at = taki_str_find(key, TAKI_STR("@"));
    return at != SIZE_MAX && taki_word_listed(&taki_role_mailboxes, (taki_str){key.data, at});
}

bool taki_domain_is_free(taki_str domain)
{
    return taki_word_listed(&taki_free_domains, domain);
}

/* What follows one of these words is an extension, not part of the number. */
static taki_str cut_extension(taki_str phone)
{
    static const taki_str marks[] = {TAKI_STR_INIT("内線"), TAKI_STR_INIT("ext"), TAKI_STR_INIT("x")};
    for (size_t i = 0; i < TAKI_LEN(marks); i++) {
        size_t at = taki_str_find(phone, marks[i]);
        if (at != SIZE_MAX && at > 0)
            return (taki_str){phone.data, at};
    }
    return phone;
}

static size_t keep_digits(taki_str text, char *out)
{
    size_t size = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] >= '0' && text.data[i] <= '9')
            out[size++] = text.data[i];
    }
    return size;
}

taki_str taki_phone_key(struct taki_arena *arena, taki_str raw)
{
    enum { COUNTRY_CODE = 2, SHORTEST_WITH_COUNTRY = 11 };
    if (taki_str_is_blank(raw))
        return TAKI_STR_NULL;
    taki_str folded = cut_extension(taki_utf8_fold(arena, raw));
    char *digits = taki_arena_alloc(arena, folded.size + 1);
    size_t size = keep_digits(folded, digits);
    if (size >= SHORTEST_WITH_COUNTRY && digits[0] == '8' && digits[1] == '1') {
        digits[1] = '0';
        /* +81-(0)3-...: the national 0 is there already */
        size_t skip = digits[COUNTRY_CODE] == '0' ? COUNTRY_CODE : 1;
        return (taki_str){digits + skip, size - skip};
    }
    return size == 0 ? TAKI_STR_NULL : (taki_str){digits, size};
}

static void add_without_spaces(taki_str folded, char *out, size_t *size)
{
    for (size_t i = 0; i < folded.size; i++) {
        char c = folded.data[i];
        if (c != ' ' && c != '\t' && c != '\n' && c != '\r')
            out[(*size)++] = c;
    }
}

taki_str taki_name_key(struct taki_arena *arena, taki_str last, taki_str first, taki_str full)
{
    if (taki_str_is_blank(last) && taki_str_is_blank(first))
        last = full;
    taki_str parts[] = {taki_utf8_fold(arena, last), taki_utf8_fold(arena, first)};
    char *out = taki_arena_alloc(arena, parts[0].size + parts[1].size + 1);
    size_t size = 0;
    for (size_t i = 0; i < TAKI_LEN(parts); i++)
        add_without_spaces(parts[i], out, &size);
    return size == 0 ? TAKI_STR_NULL : (taki_str){out, size};
}
