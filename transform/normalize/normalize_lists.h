/**
 * @file normalize_lists.h
 * The word lists of normalize.h, so that a reader finds and extends them in one place.
 */
#ifndef TAKI_TRANSFORM_NORMALIZE_LISTS_H
#define TAKI_TRANSFORM_NORMALIZE_LISTS_H

#include "taki/str.h"

#include <stdbool.h>
#include <stddef.h>

struct taki_word_list {
    const taki_str *words;
    size_t count;
};

extern const struct taki_word_list taki_role_mailboxes;       /**< local parts */
extern const struct taki_word_list taki_free_domains;         /**< whole domains */
extern const struct taki_word_list taki_legal_forms_anywhere; /**< removed wherever they stand */
extern const struct taki_word_list taki_legal_words_last;     /**< removed as last words of a Latin name, repeatedly */

bool taki_word_listed(const struct taki_word_list *list, taki_str word);

#endif
