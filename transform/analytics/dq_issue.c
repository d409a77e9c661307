#include "fill.h"

#define TAKI_ROW struct taki_dq_issue_row
static const struct taki_field fields[] = {TAKI_DQ_ISSUE_ROW(TAKI_FIELD)};

const struct taki_table taki_table_dq_issue = {
    .name = "dq_issue",
    .meaning = "what is wrong with the data, one row a rule and record",
    .kind = "aggregate",
    .fields = fields,
    .field_count = TAKI_LEN(fields),
    .row_size = sizeof(TAKI_ROW),
    .keeps_first = true,
};

void taki_dq_issue_fill(const struct taki_issue *issue, struct taki_dq_issue_row *row)
{
    taki_fields_clear(fields, TAKI_LEN(fields), row);
    row->rule = taki_str_of(issue->rule);
    row->entity = taki_str_of(issue->entity);
    row->record_id = issue->record_id;
    row->severity = taki_str_of(issue->severity);
    row->detail = issue->detail;
    row->value = issue->value;
    row->first_seen = issue->first_seen;
}
