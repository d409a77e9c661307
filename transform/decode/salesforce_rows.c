#include "salesforce_own.h"

#include <string.h>

const char *const taki_sf_modified_extra[] = {"LastModifiedDate", NULL};
const char *const taki_sf_lead_extra[] = {"LastModifiedDate", "EmailBouncedDate", NULL};
const char *const taki_sf_contact_extra[] = {"LastModifiedDate", "EmailBouncedDate", NULL};
const char *const taki_sf_account_extra[] = {"LastModifiedDate", "Type", NULL};
const char *const taki_sf_member_extra[] = {"LastModifiedDate", "FirstRespondedDate", NULL};
const char *const taki_sf_label_extra[] = {"ApiName", NULL};
const char *const taki_sf_currency_extra[] = {"LastModifiedDate", "ConversionRate", NULL};

static enum taki_status bad_time(struct taki_decoding *d, const char *field, taki_str text, struct taki_error *err)
{
    return taki_decoding_reject(d, err, "value: %s: '%.*s' is no time", field, TAKI_STR_ARG(text));
}

enum taki_status taki_sf_modified(struct taki_decoding *d, void *row, struct taki_error *err)
{
    struct taki_head *head = row;
    taki_str last = taki_decoding_extra(d, 0);
    if (!taki_instant_is_null(head->modified_at) || taki_str_is_null(last))
        return TAKI_OK;
    return taki_read_instant(d->map->zone, last, &head->modified_at) ? TAKI_OK
                                                                     : bad_time(d, "LastModifiedDate", last, err);
}

/* A dead record that names its survivor is also told to identity as a merge. */
static enum taki_status tell_merge(struct taki_decoding *d, const char *entity, const struct taki_head *head,
                                   taki_str merged_into, struct taki_error *err)
{
    if (head->is_deleted != 1 || taki_str_is_null(merged_into))
        return TAKI_OK;
    struct taki_tombstone tomb;
    taki_decoding_clear(d, TAKI_ENTITY_TOMBSTONE, &tomb);
    tomb.source_id = head->source_id;
    tomb.entity = taki_str_of(entity);
    tomb.dead = taki_decoding_ref(d, head->source_id);
    tomb.merged_into = merged_into;
    tomb.at = head->modified_at;
    return taki_decoding_add(d, TAKI_ENTITY_TOMBSTONE, &tomb, true, err);
}

static enum taki_status person(struct taki_decoding *d, struct taki_person *row, struct taki_error *err)
{
    TAKI_TRY(taki_sf_modified(d, row, err));
    if (!taki_str_is_null(taki_decoding_extra(d, 1)))
        row->email_status = TAKI_STR("hard_bounce");
    return tell_merge(d, "person", (const struct taki_head *)row, row->merged_into, err);
}

enum taki_status taki_sf_lead(struct taki_decoding *d, void *row, struct taki_error *err)
{
    struct taki_person *lead = row;
    if (!taki_str_is_null(lead->converted_contact))
        lead->same_as = taki_json_list(d->record_arena, &lead->converted_contact, 1);
    return person(d, lead, err);
}

enum taki_status taki_sf_contact(struct taki_decoding *d, void *row, struct taki_error *err)
{
    return person(d, row, err);
}

enum taki_status taki_sf_account(struct taki_decoding *d, void *row, struct taki_error *err)
{
    static const taki_str customer = TAKI_STR_INIT("Customer");
    struct taki_account *account = row;
    TAKI_TRY(taki_sf_modified(d, row, err));
    taki_str type = taki_decoding_extra(d, 1);
    if (account->is_customer == TAKI_BOOL_NULL && !taki_str_is_null(type))
        account->is_customer = (int8_t)taki_str_starts(type, customer);
    return tell_merge(d, "account", row, account->merged_into, err);
}

enum taki_status taki_sf_opportunity_change(struct taki_decoding *d, void *row, struct taki_error *err)
{
    (void)d;
    (void)err;
    ((struct taki_field_change *)row)->record_kind = TAKI_STR("opportunity");
    return TAKI_OK;
}

enum taki_status taki_sf_person_change(struct taki_decoding *d, void *row, struct taki_error *err)
{
    (void)d;
    (void)err;
    ((struct taki_field_change *)row)->record_kind = TAKI_STR("person");
    return TAKI_OK;
}

enum taki_status taki_sf_member(struct taki_decoding *d, void *row, struct taki_error *err)
{
    struct taki_campaign_member *member = row;
    TAKI_TRY(taki_sf_modified(d, row, err));
    if (taki_str_is_null(member->person)) {
        member->person = member->person2;
        member->person2 = TAKI_STR_NULL;
    }
    taki_str text = taki_decoding_extra(d, 1);
    if (taki_str_is_null(text) || taki_read_date(text, &member->first_responded_date))
        return TAKI_OK;
    member->first_responded_date = TAKI_DATE_NULL;
    return taki_read_instant(d->map->zone, text, &member->first_responded_at)
               ? TAKI_OK
               : bad_time(d, "FirstRespondedDate", text, err);
}

static enum taki_status vocabulary(struct taki_vocabulary *row, const char *kind)
{
    row->kind = taki_str_of(kind);
    return TAKI_OK;
}

enum taki_status taki_sf_member_status(struct taki_decoding *d, void *row, struct taki_error *err)
{
    (void)d;
    (void)err;
    return vocabulary(row, "member_status");
}

static enum taki_status labelled(struct taki_decoding *d, struct taki_vocabulary *row, const char *kind)
{
    taki_str name = taki_decoding_extra(d, 0);
    if (!taki_str_is_null(name))
        row->label = name;
    return vocabulary(row, kind);
}

enum taki_status taki_sf_lead_status(struct taki_decoding *d, void *row, struct taki_error *err)
{
    (void)err;
    return labelled(d, row, "lead_status");
}

enum taki_status taki_sf_stage(struct taki_decoding *d, void *row, struct taki_error *err)
{
    (void)err;
    return labelled(d, row, "opportunity_stage");
}

enum taki_status taki_sf_profile(struct taki_decoding *d, void *row, struct taki_error *err)
{
    (void)d;
    (void)err;
    return vocabulary(row, "profile");
}

enum taki_status taki_sf_user_role(struct taki_decoding *d, void *row, struct taki_error *err)
{
    (void)d;
    (void)err;
    return vocabulary(row, "user_role");
}

/* Digits of a decimal without its point, and how many stood behind it. */
static bool decimal_parts(taki_str text, uint64_t *digits, int *scale)
{
    bool point = false;
    *digits = 0;
    *scale = 0;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (c == '.' && !point) {
            point = true;
            continue;
        }
        if (c < '0' || c > '9' || *digits > UINT64_C(99999999999999999))
            return false;
        *digits = *digits * 10 + (uint64_t)(c - '0');
        *scale += point ? 1 : 0;
    }
    for (; *scale > 0 && *digits % 10 == 0; --*scale) /* "1.000" is 1 */
        *digits /= 10;
    return *digits > 0;
}

/* 1 / rate as decimal text with up to 18 significant digits, by long division: no binary floating point. */
static bool inverse(struct taki_arena *arena, taki_str rate, taki_str *out)
{
    enum { DIGITS = 18, ROOM = 64 };
    uint64_t divisor = 0, whole = 1;
    int scale = 0;
    if (!decimal_parts(rate, &divisor, &scale))
        return false;
    for (int i = 0; i < scale; i++)
        whole *= 10;
    struct taki_buf buf TAKI_AUTO(taki_buf_reset);
    taki_buf_init(&buf, ROOM);
    taki_buf_add_i64(&buf, (int64_t)(whole / divisor));
    int significant = whole / divisor > 0 ? (int)buf.size : 0;
    uint64_t rest = whole % divisor;
    if (rest > 0)
        taki_buf_add_char(&buf, '.');
    while (rest > 0 && significant < DIGITS && buf.size < ROOM - 1) {
        uint64_t digit = 0; /* rest * 10 / divisor without overflow: ten additions */
        uint64_t sum = 0;
        for (int i = 0; i < 10; i++) {
            sum += rest;
            digit += sum >= divisor ? 1 : 0;
            sum -= sum >= divisor ? divisor : 0;
        }
        rest = sum;
        significant += significant > 0 || digit > 0 ? 1 : 0;
        taki_buf_add_char(&buf, (char)('0' + digit));
    }
    *out = taki_str_dup(arena, taki_buf_view(&buf));
    return true;
}

enum taki_status taki_sf_currency(struct taki_decoding *d, void *row, struct taki_error *err)
{
    struct taki_fx_rate *fx = row;
    TAKI_TRY(taki_sf_modified(d, row, err));
    taki_str rate = taki_decoding_extra(d, 1);
    if (taki_str_is_null(rate) || inverse(d->record_arena, rate, &fx->rate))
        return TAKI_OK;
    return taki_decoding_reject(d, err, "value: ConversionRate: '%.*s' is no rate", TAKI_STR_ARG(rate));
}
