#include "analytics/campaign_result.h"
#include "analytics/entity_tables.h"
#include "analytics/waterfall_period.h"
#include "table.h"

const struct taki_table *const taki_tables[] = {
    &taki_table_person,   &taki_table_account,     &taki_table_opportunity,      &taki_table_touch,
    &taki_table_journey,  &taki_table_stage_event, &taki_table_waterfall_period, &taki_table_campaign_result,
    &taki_table_dq_issue,
};
const size_t taki_table_count = TAKI_LEN(taki_tables);

const struct taki_table *taki_table_find(taki_str name)
{
    for (size_t i = 0; i < taki_table_count; i++) {
        if (taki_str_is(name, taki_tables[i]->name))
            return taki_tables[i];
    }
    return NULL;
}
