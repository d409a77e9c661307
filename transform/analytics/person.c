#include "fill.h"

#define TAKI_ROW struct taki_person_row
static const struct taki_field fields[] = {TAKI_PERSON_ROW(TAKI_FIELD)};

const struct taki_table taki_table_person = {
    .name = "person",
    .meaning = "golden persons: one row a human, merged from MA and SFA",
    .kind = "entity",
    .fields = fields,
    .field_count = TAKI_LEN(fields),
    .row_size = sizeof(TAKI_ROW),
};

static taki_str match_name(enum taki_match_rule rule)
{
    static const taki_str names[] = {[TAKI_MATCH_SINGLE] = TAKI_STR_INIT("single"),
                                     [TAKI_MATCH_MERGED] = TAKI_STR_INIT("merged"),
                                     [TAKI_MATCH_SYNCED] = TAKI_STR_INIT("synced"),
                                     [TAKI_MATCH_EMAIL] = TAKI_STR_INIT("email"),
                                     [TAKI_MATCH_PHONE_NAME] = TAKI_STR_INIT("phone_name")};
    return names[rule];
}

static void fill_identity(const struct taki_case *one, struct taki_person_row *row)
{
    const struct taki_golden_person *golden = one->golden;
    taki_str *keys = TAKI_NEW_ARRAY(one->arena, golden->member_count, taki_str);
    for (uint32_t i = 0; i < golden->member_count; i++)
        keys[i] = taki_case_ref(one, golden->members[i]);
    row->person_id = golden->id;
    row->account_id = taki_fill_account(one->facts, golden->account);
    row->merged_ids = taki_fill_list(one->arena, golden->merged_ids, golden->merged_count);
    row->source_keys = taki_fill_list(one->arena, keys, golden->member_count);
    row->n_sources = golden->member_count;
    row->name = golden->name;
    row->kana = golden->kana;
    row->email = golden->email;
    row->phone = golden->phone;
    row->title = golden->title;
    row->department = one->subject.department;
    row->seniority = one->subject.seniority;
    row->country = golden->country;
    row->opt_out = golden->opt_out;
    row->match_confidence = golden->confidence;
    row->match_rule = match_name(golden->rule);
}

static void fill_touches(const struct taki_case *one, struct taki_person_row *row)
{
    const struct taki_touches *touches = &one->touches;
    for (size_t i = touches->count; i > 0; i--) {
        const struct taki_story_touch *touch = &touches->touches[i - 1];
        if (touch->campaign != TAKI_NO_INDEX)
            row->first_campaign_id = taki_fill_campaign(one->facts, touch->campaign);
        if (touch->is_response && taki_date_is_null(row->last_response))
            row->last_response = touch->date;
    }
    taki_instant first = one->golden->first_seen;
    if (touches->count > 0 && (taki_instant_is_null(first) || touches->touches[0].ts.us < first.us))
        first = touches->touches[0].ts;
    if (!taki_instant_is_null(first))
        row->first_seen = taki_zone_date(one->rules->limits.zone, first);
}

/* follow_rule of 5.8: never beside an open pass beyond MQL, never an excluded person. */
static bool is_follow_lead(const struct taki_case *one, uint32_t open)
{
    const struct taki_expression *when = taki_rule_at(&one->rules->follow, one->facts->today);
    bool is_beyond = open != TAKI_NO_INDEX &&
                     taki_stage_info(one->passes.passes[open].current)->rank > taki_stage_info(TAKI_STAGE_MQL)->rank;
    if (!one->is_target_lead || is_beyond || !taki_str_is_null(one->exclude_reason))
        return false;
    if (when)
        return taki_expression_holds(when, taki_subject_value, &one->subject);
    return taki_str_is(one->subject.buying_phase, "consideration") ||
           taki_str_is(one->subject.buying_phase, "decision");
}

static void fill_passes(const struct taki_case *one, struct taki_person_row *row)
{
    uint32_t current = taki_passes_current(&one->passes), open = taki_passes_open(&one->passes);
    row->current_stage =
        taki_stage_code(current == TAKI_NO_INDEX ? TAKI_STAGE_KNOWN : one->passes.passes[current].current);
    row->reached_rank = 0;
    for (size_t i = 0; i < one->passes.count; i++) {
        int rank = taki_stage_info(one->passes.passes[i].reached)->rank;
        row->reached_rank = rank > row->reached_rank ? rank : row->reached_rank;
    }
    if (open != TAKI_NO_INDEX)
        row->open_pass_no = one->passes.passes[open].no;
    row->n_passes = (int64_t)one->passes.count;
    row->is_follow_lead = is_follow_lead(one, open);
}

void taki_person_fill(const struct taki_case *one, struct taki_person_row *row)
{
    taki_fields_clear(fields, TAKI_LEN(fields), row);
    fill_identity(one, row);
    fill_touches(one, row);
    fill_passes(one, row);
    row->is_reachable = one->is_reachable;
    row->is_target_lead = one->is_target_lead;
    row->static_grade = one->subject.static_grade;
    row->engagement = one->engagement;
    row->dynamic_grade = one->subject.dynamic_grade;
    row->score = one->golden->score;
    row->exclude_reason = one->exclude_reason;
}
