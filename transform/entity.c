#include "entity.h"

#define FIELD_LIST(ENUM, name, LIST, streamed)                                                                         \
    static const struct taki_field name##_fields[] = {LIST(TAKI_FIELD_##ENUM)};

/* TAKI_FIELD needs the row struct of its list; one alias an entity keeps the lists themselves free of it. */
#define HERE(row, name, type, flag, unit, meaning)                                                                     \
    {#name, TAKI_TYPE_##type, TAKI_FLAG_##flag, (uint32_t)offsetof(struct row, name), unit, meaning},
#define TAKI_FIELD_PERSON(...) HERE(taki_person, __VA_ARGS__)
#define TAKI_FIELD_ACCOUNT(...) HERE(taki_account, __VA_ARGS__)
#define TAKI_FIELD_CAMPAIGN(...) HERE(taki_campaign, __VA_ARGS__)
#define TAKI_FIELD_CAMPAIGN_COST(...) HERE(taki_campaign_cost, __VA_ARGS__)
#define TAKI_FIELD_CAMPAIGN_MEMBER(...) HERE(taki_campaign_member, __VA_ARGS__)
#define TAKI_FIELD_TOUCH(...) HERE(taki_touch, __VA_ARGS__)
#define TAKI_FIELD_ACTIVITY(...) HERE(taki_activity, __VA_ARGS__)
#define TAKI_FIELD_OPPORTUNITY(...) HERE(taki_opportunity, __VA_ARGS__)
#define TAKI_FIELD_OPPORTUNITY_HISTORY(...) HERE(taki_opportunity_history, __VA_ARGS__)
#define TAKI_FIELD_FIELD_CHANGE(...) HERE(taki_field_change, __VA_ARGS__)
#define TAKI_FIELD_STAGE_EVIDENCE(...) HERE(taki_stage_evidence, __VA_ARGS__)
#define TAKI_FIELD_SCORE_EVENT(...) HERE(taki_score_event, __VA_ARGS__)
#define TAKI_FIELD_CONTACT_ROLE(...) HERE(taki_contact_role, __VA_ARGS__)
#define TAKI_FIELD_TARGET_LIST(...) HERE(taki_target_list, __VA_ARGS__)
#define TAKI_FIELD_CONTRACT(...) HERE(taki_contract, __VA_ARGS__)
#define TAKI_FIELD_EXPERIMENT_ASSIGNMENT(...) HERE(taki_experiment_assignment, __VA_ARGS__)
#define TAKI_FIELD_PLAN(...) HERE(taki_plan, __VA_ARGS__)
#define TAKI_FIELD_FX_RATE(...) HERE(taki_fx_rate, __VA_ARGS__)
#define TAKI_FIELD_USER(...) HERE(taki_user, __VA_ARGS__)
#define TAKI_FIELD_SALES_COST(...) HERE(taki_sales_cost, __VA_ARGS__)
#define TAKI_FIELD_VOCABULARY(...) HERE(taki_vocabulary, __VA_ARGS__)
#define TAKI_FIELD_TOMBSTONE(...) HERE(taki_tombstone, __VA_ARGS__)

TAKI_ENTITIES(FIELD_LIST)

#define INFO(ENUM, name, LIST, streamed)                                                                               \
    {#name, name##_fields, TAKI_LEN(name##_fields), sizeof(struct taki_##name), streamed},
static const struct taki_entity_info entities[] = {TAKI_ENTITIES(INFO)};

const struct taki_entity_info *taki_entity_info(enum taki_entity entity)
{
    if ((size_t)entity >= TAKI_LEN(entities))
        taki_bug("entity out of range");
    return &entities[entity];
}

bool taki_entity_find(taki_str name, enum taki_entity *entity)
{
    static const taki_str suffix = TAKI_STR_INIT("_source");
    if (taki_str_ends(name, suffix))
        name.size -= suffix.size;
    for (size_t i = 0; i < TAKI_LEN(entities); i++) {
        if (taki_str_is(name, entities[i].name)) {
            *entity = (enum taki_entity)i;
            return true;
        }
    }
    return false;
}
