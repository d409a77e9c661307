#include "analytics/fill.h"
#include "compute_account.h"
#include "session.h"
#include "verbs.h"

#include <string.h>

#define TEXT_BYTES ((size_t)16 << 20)

struct explaining {
    struct taki_session *session;
    uint32_t person, deal; /* the one asked for, the other TAKI_NO_INDEX */
};

static const char *time_text(const struct taki_case *one, taki_instant ts)
{
    char text[28];
    if (taki_instant_is_null(ts))
        return "-";
    taki_instant_print(ts, text);
    return taki_arena_format(one->arena, "%s", text);
}

static taki_str shown(taki_str text)
{
    return taki_str_is_blank(text) ? TAKI_STR("-") : text;
}

static void explain_move(const struct taki_case *one, const struct taki_move *move)
{
    char date[11];
    taki_date_print(move->date, date);
    taki_print("    %s %s %.*s -> %.*s by %.*s%s\n", date, time_text(one, move->ts),
               TAKI_STR_ARG(taki_stage_code(move->from)), TAKI_STR_ARG(taki_stage_code(move->to)),
               TAKI_STR_ARG(taki_kind_name(move->evidence_kind)), move->is_superseded ? " (superseded)" : "");
    if (move->kind == TAKI_MOVE_INFER)
        taki_print("      inferred: no evidence of its own, dated by the next stage\n");
    if (!move->evidence)
        return;
    taki_print("      record %.*s, evidence %d of 4 for the stage, actor %.*s, reason %.*s\n",
               TAKI_STR_ARG(shown(move->evidence->ref)), taki_kind_rank(move->to, move->evidence_kind),
               TAKI_STR_ARG(shown(taki_function_name(move->evidence->actor))),
               TAKI_STR_ARG(shown(move->evidence->reason_raw)));
    for (size_t i = 0; i < move->also_count; i++)
        taki_print("      also seen in %.*s\n", TAKI_STR_ARG(move->also_seen_in[i]));
}

static void explain_pass(const struct taki_case *one, const struct taki_pass *pass)
{
    taki_print("  pass %lld: %.*s, opened %s by %.*s, counts from %.*s, generator %.*s\n", (long long)pass->no,
               TAKI_STR_ARG(taki_origin_name(pass->origin)), time_text(one, pass->opened),
               TAKI_STR_ARG(taki_trigger_name(pass->trigger)), TAKI_STR_ARG(taki_stage_code(pass->entry)),
               TAKI_STR_ARG(taki_function_name(pass->generator)));
    taki_print("    campaigns: opened by %.*s, qualified by %.*s\n",
               TAKI_STR_ARG(shown(taki_fill_campaign(one->facts, pass->open_campaign))),
               TAKI_STR_ARG(shown(taki_fill_campaign(one->facts, pass->mql_campaign))));
    if (pass->deal != TAKI_NO_INDEX)
        taki_print("    opportunity %.*s\n", TAKI_STR_ARG(one->facts->deals[one->deals[pass->deal]].id));
    for (size_t i = 0; i < pass->move_count; i++)
        explain_move(one, &pass->moves[i]);
    taki_print("    now %.*s, conversion path %.*s\n", TAKI_STR_ARG(taki_stage_code(pass->current)),
               TAKI_STR_ARG(shown(taki_path_name(pass->path))));
}

static void explain_golden(const struct taki_case *one)
{
    struct taki_buf text;
    taki_buf_init(&text, TEXT_BYTES);
    taki_golden_explain(one->facts->golden, one->person, &text);
    taki_print("person %.*s\n", TAKI_STR_ARG(one->golden->id));
    taki_print("%.*s", TAKI_STR_ARG(taki_buf_view(&text)));
    if (text.size > 0 && text.data[text.size - 1] != '\n')
        taki_print("\n");
    taki_print("  account %.*s, reachable %s, static grade %.*s, engagement %.*s (grade %.*s)\n",
               TAKI_STR_ARG(shown(taki_fill_account(one->facts, one->golden->account))),
               one->is_reachable ? "yes" : "no", TAKI_STR_ARG(one->subject.static_grade),
               TAKI_STR_ARG(one->subject.engagement), TAKI_STR_ARG(one->subject.dynamic_grade));
    if (!taki_str_is_null(one->exclude_reason))
        taki_print("  excluded from all measures by rules.exclude.%.*s\n", TAKI_STR_ARG(one->exclude_reason));
    taki_buf_reset(&text);
}

static void explain_person(void *context, const struct taki_case *one)
{
    const struct explaining *explaining = context;
    if (one->person != explaining->person)
        return;
    explain_golden(one);
    taki_print("  touches: %zu kept, %zu repeats, %zu by bots, %zu deliveries\n", one->touches.count,
               one->touches.repeats, one->touches.bots, one->touches.unused);
    for (size_t i = 0; i < one->passes.count; i++)
        explain_pass(one, &one->passes.passes[i]);
    for (size_t i = 0; i < one->issues.count; i++) {
        const struct taki_issue *issue = one->issues.items[i];
        taki_print("  finding %s: %.*s (%.*s)\n", issue->rule, TAKI_STR_ARG(issue->detail),
                   TAKI_STR_ARG(shown(issue->value)));
    }
}

static void explain_links(const struct taki_told_account *account, const struct taki_told_deal *told)
{
    const struct taki_facts *facts = account->compute->facts;
    for (size_t i = 0; told->is_led && i < told->links.count; i++) {
        const struct taki_pass_note *link = told->links.items[i];
        taki_print("  carried by pass %lld of person %.*s\n", (long long)link->pass_no,
                   TAKI_STR_ARG(facts->persons[link->person].id));
    }
    if (!told->is_led)
        taki_print("  carried by nobody's pass\n");
    for (uint32_t i = told->dim->role_begin; i < told->dim->role_end; i++) {
        taki_print("  contact role of person %.*s%s\n", TAKI_STR_ARG(facts->persons[facts->roles[i].person].id),
                   facts->roles[i].is_primary ? " (primary)" : "");
    }
}

static void explain_credit(const struct taki_told_account *account, const struct taki_told_deal *told)
{
    const struct taki_facts *facts = account->compute->facts;
    const struct taki_rules *rules = facts->rules;
    const struct taki_credit_windows windows = {rules->limits.zone, rules->lookback_days,
                                                rules->influence_lookback_days, rules->influence_min_depth,
                                                rules->account_fallback};
    taki_print("  sourced: class %.*s, rule %.*s, campaign %.*s\n", TAKI_STR_ARG(told->sourced.class_name),
               TAKI_STR_ARG(shown(taki_sourced_rule_name(told->sourced.rule))),
               TAKI_STR_ARG(shown(taki_fill_campaign(facts, told->sourced.campaign))));
    taki_print("  candidates: primary %.*s, trigger %.*s, first touch %.*s\n",
               TAKI_STR_ARG(shown(taki_fill_campaign(facts, told->sourced.cand_primary))),
               TAKI_STR_ARG(shown(taki_fill_campaign(facts, told->sourced.cand_trigger))),
               TAKI_STR_ARG(shown(taki_fill_campaign(facts, told->sourced.cand_first_touch))));
    for (size_t i = 0; i < told->credit.touch_count; i++) {
        const struct taki_credit_touch *touch = &told->credit.touches[i];
        if (taki_credit_influences(&told->credit, &windows, touch, false)) {
            taki_print("  influenced by touch %.*s of %.*s, campaign %.*s\n", TAKI_STR_ARG(touch->id),
                       TAKI_STR_ARG(facts->persons[touch->person].id),
                       TAKI_STR_ARG(taki_fill_campaign(facts, touch->campaign)));
        }
    }
}

static void explain_account(void *context, const struct taki_told_account *account)
{
    const struct explaining *explaining = context;
    for (size_t i = 0; i < account->deal_count; i++) {
        const struct taki_told_deal *told = &account->deals[i];
        if (told->index != explaining->deal)
            continue;
        taki_print("opportunity %.*s\n", TAKI_STR_ARG(told->dim->id));
        taki_print("  account %.*s, family of %.*s, SQL event %lld of it\n",
                   TAKI_STR_ARG(shown(taki_fill_account(account->compute->facts, told->dim->account))),
                   TAKI_STR_ARG(account->families[account->families[i].root].id), (long long)told->sql_seq);
        for (size_t k = 0; k < told->deal.evidence_count; k++) {
            const struct taki_evidence *evidence = &told->deal.evidence[k];
            char text[28];
            taki_instant_print(evidence->ts, text);
            taki_print("  %s %.*s by %.*s, record %.*s%s\n", text, TAKI_STR_ARG(taki_stage_code(evidence->stage)),
                       TAKI_STR_ARG(taki_kind_name(evidence->kind)), TAKI_STR_ARG(evidence->ref),
                       evidence->is_superseded ? " (superseded)" : "");
        }
        explain_links(account, told);
        explain_credit(account, told);
    }
}

/* A golden id, or the id of any record behind it. */
static enum taki_status find(struct explaining *explaining, const char *kind, taki_str id, struct taki_error *err)
{
    const struct taki_facts *facts = explaining->session->facts;
    if (strcmp(kind, "person") == 0) {
        explaining->person = taki_golden_person_find(facts->golden, id);
        if (explaining->person == TAKI_NOBODY)
            explaining->person = taki_golden_person_of(facts->golden, id);
    } else if (strcmp(kind, "opportunity") == 0) {
        explaining->deal = taki_facts_deal(facts, id);
    } else {
        return taki_fail(err, TAKI_USAGE, "explain: got '%s', want person or opportunity", kind);
    }
    if (explaining->person != TAKI_NO_INDEX || explaining->deal != TAKI_NO_INDEX)
        return TAKI_OK;
    (void)taki_fail(err, TAKI_USAGE, "no %s '%.*s' in the data of this day", kind, TAKI_STR_ARG(id));
    return taki_hint(err, "ids are source:id, e.g. sfa:00Q...; deleted records are in no snapshot");
}

static const uint8_t *wanted(const struct explaining *explaining)
{
    const struct taki_facts *facts = explaining->session->facts;
    uint8_t *persons = TAKI_NEW_ARRAY(explaining->session->run->arena, facts->person_count, uint8_t);
    if (explaining->person != TAKI_NO_INDEX)
        persons[explaining->person] = 1;
    if (explaining->deal == TAKI_NO_INDEX)
        return persons;
    /* All who may have to do with a deal of its account, so that the family and the credit come out as in a run. */
    uint32_t account = facts->deals[explaining->deal].account;
    for (size_t i = 0; account != TAKI_NO_INDEX && i < facts->person_count; i++)
        persons[i] = facts->persons[i].account == account;
    size_t count;
    const uint32_t *deals = taki_facts_account_deals(facts, account, &count);
    for (size_t i = 0; i < count; i++) {
        const struct taki_deal_dim *deal = &facts->deals[deals[i]];
        for (uint32_t k = deal->role_begin; k < deal->role_end; k++)
            persons[facts->roles[k].person] = 1;
        if (deal->lead != TAKI_NO_INDEX)
            persons[deal->lead] = 1;
    }
    return persons;
}

static enum taki_status explain(struct explaining *explaining, struct taki_error *err)
{
    struct taki_run *run = explaining->session->run;
    TAKI_TRY(find(explaining, run->arguments[0], taki_str_of(run->arguments[1]), err));
    const struct taki_spotlight spotlight = {
        .persons = wanted(explaining),
        .account = explaining->deal == TAKI_NO_INDEX ? TAKI_NO_INDEX
                                                     : explaining->session->facts->deals[explaining->deal].account,
        .wants_account = explaining->deal != TAKI_NO_INDEX,
        .person = explain_person,
        .told = explain_account,
        .context = explaining,
    };
    struct taki_compute *compute = NULL;
    enum taki_status status = taki_compute_spotlight(run, explaining->session->facts, &spotlight, &compute, err);
    taki_compute_close(compute);
    return status;
}

enum taki_status taki_transform_explain(struct taki_run *run, struct taki_error *err)
{
    struct taki_session session;
    struct explaining explaining = {&session, TAKI_NO_INDEX, TAKI_NO_INDEX};
    enum taki_status status = taki_session_open(run, &session, err);
    if (status == TAKI_OK)
        status = explain(&explaining, err);
    taki_session_close(&session);
    return status;
}
