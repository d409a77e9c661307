#include "fill.h"

#define TAKI_ROW struct taki_touch_row
static const struct taki_field fields[] = {TAKI_TOUCH_ROW(TAKI_FIELD)};

const struct taki_table taki_table_touch = {
    .name = "touch",
    .meaning = "marketing interactions, bots and repeats left out",
    .kind = "entity",
    .fields = fields,
    .field_count = TAKI_LEN(fields),
    .row_size = sizeof(TAKI_ROW),
};

static taki_str content_stage(const struct taki_case *one, const struct taki_raw_touch *raw,
                              const struct taki_campaign_dim *campaign)
{
    struct taki_place place = {raw->source, TAKI_STR("touch"), TAKI_STR("content_stage")};
    taki_str own = taki_rules_value(one->rules, TAKI_MAP_CONTENT_STAGE, place, raw->content_stage);
    return taki_str_is_null(own) && campaign ? campaign->content_stage : own;
}

void taki_touch_fill(const struct taki_case *one, size_t index, struct taki_touch_row *row)
{
    const struct taki_story_touch *touch = &one->touches.touches[index];
    const struct taki_campaign_dim *campaign =
        touch->campaign == TAKI_NO_INDEX ? NULL : &one->facts->campaigns[touch->campaign];
    uint32_t pass = taki_passes_open_at(&one->passes, touch->ts);
    taki_fields_clear(fields, TAKI_LEN(fields), row);
    row->touch_id = touch->id;
    row->person_id = one->golden->id;
    row->account_id = taki_fill_account(one->facts, taki_fill_account_at(one, touch->ts));
    row->ts = touch->ts;
    row->date = touch->date;
    row->type = touch->type;
    row->asset = one->touches.raw[index]->asset;
    row->depth = touch->depth;
    row->is_response = touch->is_response;
    row->is_marketing = !campaign || campaign->owner == TAKI_FUNCTION_MARKETING;
    row->content_stage = content_stage(one, one->touches.raw[index], campaign);
    row->stage_at_touch = taki_stage_code(TAKI_STAGE_KNOWN);
    if (pass != TAKI_NO_INDEX) {
        row->pass_no = one->passes.passes[pass].no;
        row->stage_at_touch = taki_stage_code(taki_pass_stage_before(&one->passes.passes[pass], touch->ts));
    }
    if (campaign) {
        row->campaign_id = campaign->id;
        row->channel = campaign->channel;
        row->objective = campaign->objective;
    }
}
