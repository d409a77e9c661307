/* The evidence of a merge in words. Addresses and numbers are shortened: enough to recognise, not to harvest. */
#include "golden.h"
#include "identity.h"

#include "taki/text.h"

static taki_str shortened(struct taki_arena *arena, taki_str value)
{
    taki_str domain = taki_email_domain(value);
    size_t step = 0;
    if (!taki_str_is_blank(value))
        (void)taki_utf8_next(value, &step);
    taki_str first = {value.data, step};
    if (!taki_str_is_null(domain))
        return taki_str_of(taki_arena_format(arena, "%.*s***@%.*s", TAKI_STR_ARG(first), TAKI_STR_ARG(domain)));
    taki_str last = value.size > 4 ? (taki_str){value.data + value.size - 4, 4} : value;
    return taki_str_of(taki_arena_format(arena, "***%.*s", TAKI_STR_ARG(last)));
}

static void explain_member(const struct taki_golden *golden, struct taki_arena *scratch, uint32_t row,
                           struct taki_buf *out)
{
    const struct taki_person_keys *keys = &golden->keys[row];
    taki_buf_format(out, "  %.*s (%.*s)", TAKI_STR_ARG(keys->ref), TAKI_STR_ARG(golden->rows[row].object));
    switch ((enum taki_match_rule)golden->clusters->rule[row]) {
    case TAKI_MATCH_SINGLE:
        break;
    case TAKI_MATCH_MERGED:
        taki_buf_format(out, "%s", taki_text(": merged in its own system"));
        break;
    case TAKI_MATCH_SYNCED:
        taki_buf_format(out, "%s", taki_text(": synced id or conversion"));
        break;
    case TAKI_MATCH_EMAIL:
        taki_buf_format(out, taki_text(": equal e-mail %.*s"), TAKI_STR_ARG(shortened(scratch, keys->email)));
        break;
    case TAKI_MATCH_PHONE_NAME:
        taki_buf_format(out, taki_text(": equal phone %.*s and name"), TAKI_STR_ARG(shortened(scratch, keys->phone)));
        break;
    }
    taki_buf_add_char(out, '\n');
}

void taki_golden_explain(const struct taki_golden *golden, uint32_t person, struct taki_buf *out)
{
    TAKI_AUTO(taki_arena_auto) struct taki_arena *scratch = taki_arena_open("explain", 0);
    const struct taki_golden_person *golden_person = &golden->persons[person];
    for (uint32_t i = 0; i < golden_person->member_count; i++)
        explain_member(golden, scratch, (uint32_t)(golden_person->members[i] - golden->rows), out);
    for (uint32_t i = 0; i < golden_person->merged_count; i++) {
        taki_buf_format(out, taki_text("  %.*s: merged away in its own system"),
                        TAKI_STR_ARG(golden_person->merged_ids[i]));
        taki_buf_add_char(out, '\n');
    }
}
