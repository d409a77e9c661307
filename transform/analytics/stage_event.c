#include "fill.h"

#define TAKI_ROW struct taki_stage_event_row
static const struct taki_field fields[] = {TAKI_STAGE_EVENT_ROW(TAKI_FIELD)};

const struct taki_table taki_table_stage_event = {
    .name = "stage_event",
    .meaning = "every move of every pass with the record that shows it",
    .kind = "entity",
    .fields = fields,
    .field_count = TAKI_LEN(fields),
    .row_size = sizeof(TAKI_ROW),
};

static void fill_evidence(const struct taki_evidence *evidence, enum taki_stage to, struct taki_stage_event_row *row)
{
    row->source = evidence->source;
    row->source_ref = evidence->ref;
    row->actor_function = taki_function_name(evidence->actor);
    row->reason_class = evidence->reason_class;
    row->reason_raw = evidence->reason_raw;
    row->is_estimated = taki_kind_is_estimate(to, evidence->kind);
}

void taki_stage_event_fill(const struct taki_case *one, size_t index, size_t seq, struct taki_stage_event_row *row)
{
    const struct taki_pass *pass = &one->passes.passes[index];
    const struct taki_move *move = &pass->moves[seq];
    taki_fields_clear(fields, TAKI_LEN(fields), row);
    row->person_id = one->golden->id;
    row->pass_no = pass->no;
    row->seq = (int64_t)seq + 1;
    row->ts = move->ts;
    row->date = move->date;
    row->from_stage = taki_stage_code(move->from);
    row->to_stage = taki_stage_code(move->to);
    row->kind = taki_move_name(move->kind);
    row->evidence_kind = taki_kind_name(move->evidence_kind);
    row->is_superseded = move->is_superseded;
    row->is_estimated = move->kind == TAKI_MOVE_INFER;
    row->also_seen_in = taki_fill_list(one->arena, move->also_seen_in, move->also_count);
    if (move->evidence)
        fill_evidence(move->evidence, move->to, row);
}
