#include "fill.h"

#define TAKI_ROW struct taki_journey_row
static const struct taki_field fields[] = {TAKI_JOURNEY_ROW(TAKI_FIELD)};

const struct taki_table taki_table_journey = {
    .name = "journey",
    .meaning = "passes: one trip of one person from an opening event to an end state",
    .kind = "entity",
    .fields = fields,
    .field_count = TAKI_LEN(fields),
    .row_size = sizeof(TAKI_ROW),
};

static void fill_stages(const struct taki_pass *pass, struct taki_journey_row *row)
{
    row->t_INQ = pass->t[TAKI_STAGE_INQ];
    row->t_MQL = pass->t[TAKI_STAGE_MQL];
    row->t_PSQL = pass->t[TAKI_STAGE_PSQL];
    row->t_SAL = pass->t[TAKI_STAGE_SAL];
    row->t_SQL = pass->t[TAKI_STAGE_SQL];
    row->inferred_mask = pass->inferred_mask;
    row->evidence_mask = pass->evidence_mask;
    row->reached_rank = taki_stage_info(pass->reached)->rank;
    row->current_stage = taki_stage_code(pass->current);
    row->end_state = taki_stage_code(pass->end);
    row->ended = pass->ended;
    row->end_reason_class = pass->end_reason_class;
}

void taki_journey_fill(const struct taki_case *one, size_t index, struct taki_journey_row *row)
{
    const struct taki_pass *pass = &one->passes.passes[index];
    taki_fields_clear(fields, TAKI_LEN(fields), row);
    row->person_id = one->golden->id;
    row->pass_no = pass->no;
    row->account_id = taki_fill_account(one->facts, pass->account);
    row->origin = taki_origin_name(pass->origin);
    row->generator = taki_function_name(pass->generator);
    row->entry_point = taki_stage_code(pass->entry);
    row->trigger_type = taki_trigger_name(pass->trigger);
    row->open_campaign_id = taki_fill_campaign(one->facts, pass->open_campaign);
    row->mql_campaign_id = taki_fill_campaign(one->facts, pass->mql_campaign);
    row->opened = pass->opened;
    fill_stages(pass, row);
    if (pass->deal != TAKI_NO_INDEX)
        row->opportunity_id = one->facts->deals[one->deals[pass->deal]].id;
    row->conversion_path = taki_path_name(pass->path);
    row->nurture_days = pass->nurture_days;
    row->n_inside_connects_before_psql = pass->inside_connects;
    row->n_responses = pass->responses;
    row->engagement_peak = pass->engagement_peak;
    row->static_grade_at_mql = pass->static_grade;
    row->dynamic_grade_at_mql = pass->dynamic_grade;
    row->bant_count = pass->bant_count;
    row->is_reactivated = pass->is_reactivated;
    row->inside_team = pass->inside_team;
}
