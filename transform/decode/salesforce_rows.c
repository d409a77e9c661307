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

/* API name of the field that fills a column: the configuration's, else the default mapping's. */
static taki_str field_of(const struct taki_decoding *d, const char *object, const char *column, const char *fallback)
{
    const struct taki_node *fields = taki_node_find(taki_node_find(d->map->node, "fields"), object);
    const struct taki_node *node = taki_node_find(fields, column);
    if (node == NULL)
        return taki_str_of(fallback);
    return node->type == TAKI_NODE_SCALAR ? node->text : taki_node_text(taki_node_find(node, "from"));
}

/* A change of the reason field is a row of its own, at the instant of the status change it explains. */
static void tell_reason(struct taki_field_change *change, taki_str reason_field)
{
    if (!taki_str_is_blank(reason_field) && taki_str_equal(change->field, reason_field))
        change->reason = change->new_value;
}

enum taki_status taki_sf_opportunity_change(struct taki_decoding *d, void *row, struct taki_error *err)
{
    (void)err;
    struct taki_field_change *change = row;
    change->record_kind = TAKI_STR("opportunity");
    tell_reason(change, field_of(d, "Opportunity", "loss_reason", "Loss_Reason__c"));
    return TAKI_OK;
}

enum taki_status taki_sf_person_change(struct taki_decoding *d, void *row, struct taki_error *err)
{
    (void)err;
    struct taki_field_change *change = row;
    const char *object = strcmp(d->map->object, "LeadHistory") == 0 ? "Lead" : "Contact";
    change->record_kind = TAKI_STR("person");
    tell_reason(change, field_of(d, object, "status_reason", NULL));
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

enum taki_status taki_sf_currency(struct taki_decoding *d, void *row, struct taki_error *err)
{
    struct taki_fx_rate *fx = row;
    TAKI_TRY(taki_sf_modified(d, row, err));
    taki_str rate = taki_decoding_extra(d, 1);
    double value = 0;
    if (!taki_str_is_null(rate) && (!taki_str_f64(rate, &value) || value <= 0))
        return taki_decoding_reject(d, err, "value: ConversionRate: '%.*s' is no rate", TAKI_STR_ARG(rate));
    if (!taki_str_is_null(rate))
        fx->rate = taki_str_of(taki_arena_format(d->record_arena, "/%.*s", TAKI_STR_ARG(rate)));
    return TAKI_OK;
}
