#include "story_build.h"

#include <math.h>
#include <stdlib.h>

/* What a response to a campaign of a channel is, where the source only says "responded". */
static taki_str response_type(taki_str channel)
{
    static const struct {
        const char *channel;
        taki_str type;
    } types[] = {
        {"event_offline", TAKI_STR_INIT("attend")     },
        {"webinar",       TAKI_STR_INIT("attend")     },
        {"exhibition",    TAKI_STR_INIT("event_booth")},
        {"whitepaper",    TAKI_STR_INIT("download")   },
    };
    for (size_t i = 0; i < TAKI_LEN(types); i++) {
        if (taki_str_is(channel, types[i].channel))
            return types[i].type;
    }
    return TAKI_STR("form");
}

static taki_str channel_of(const struct taki_case *one, uint32_t campaign)
{
    return campaign == TAKI_NO_INDEX ? TAKI_STR_NULL : one->facts->campaigns[campaign].channel;
}

static void orphan(struct taki_case *one, const void *row, const char *entity, taki_str ref, taki_instant ts)
{
    if (taki_str_is_blank(ref))
        return;
    taki_case_issue(one, (struct taki_issue){"orphan_reference", "info", entity, taki_case_ref(one, row),
                                             TAKI_STR("names a campaign that did not land"), ref,
                                             taki_zone_date(one->rules->limits.zone, ts)});
}

static bool add_touch(struct taki_case *one, const struct taki_touch *row, struct taki_raw_touch *raw)
{
    taki_instant ts = taki_case_instant(one, row->ts, row->date);
    if (taki_instant_is_null(ts) || ts.us > one->rules->limits.as_of.us)
        return false;
    const struct taki_depth *depth = taki_rules_depth(one->rules, row->type);
    *raw = (struct taki_raw_touch){
        .ts = ts,
        .delivered = row->delivered_at,
        .id = taki_case_ref(one, row),
        .source = row->source,
        .type = row->type,
        .asset = row->asset,
        .content_stage = row->content_stage,
        .campaign = taki_facts_campaign(one->facts, row->campaign),
        .depth = row->depth == TAKI_I64_NULL ? depth->depth : row->depth,
        .is_response = row->is_response == TAKI_BOOL_NULL ? depth->is_response : row->is_response == 1,
        .is_bot = row->is_bot == 1,
    };
    if (raw->campaign == TAKI_NO_INDEX)
        orphan(one, row, "touch", row->campaign, ts);
    return true;
}

/* 3.2 INQ 1: a member that responded is a response at its first-responded date. */
static bool add_member(struct taki_case *one, const struct taki_campaign_member *row, struct taki_raw_touch *raw)
{
    taki_instant ts = taki_case_instant(one, row->first_responded_at, row->first_responded_date);
    if (taki_instant_is_null(ts))
        ts = row->created_at;
    if (row->responded != 1 || taki_instant_is_null(ts) || ts.us > one->rules->limits.as_of.us)
        return false;
    uint32_t campaign = taki_facts_campaign(one->facts, row->campaign);
    taki_str type = response_type(channel_of(one, campaign));
    *raw = (struct taki_raw_touch){
        .ts = ts,
        .delivered = TAKI_INSTANT_NULL,
        .id = taki_case_ref(one, row),
        .source = row->source,
        .type = type,
        .campaign = campaign,
        .depth = taki_rules_depth(one->rules, type)->depth,
        .is_response = true,
        .is_member = true,
    };
    if (campaign == TAKI_NO_INDEX)
        orphan(one, row, "campaign_member", row->campaign, ts);
    return true;
}

void taki_case_touches(struct taki_case *one)
{
    const struct taki_person_rows *rows = one->rows;
    struct taki_raw_touch *raw =
        TAKI_NEW_ARRAY(one->arena, rows->touches.count + rows->members.count, struct taki_raw_touch);
    size_t count = 0;
    for (size_t i = 0; i < rows->touches.count; i++)
        count += add_touch(one, rows->touches.items[i], &raw[count]);
    for (size_t i = 0; i < rows->members.count; i++)
        count += add_member(one, rows->members.items[i], &raw[count]);
    one->touches = taki_touches_normalise(one->arena, one->rules->limits.zone, raw, count);
}

static taki_str number(struct taki_arena *arena, double value)
{
    struct taki_buf buf;
    taki_buf_init(&buf, 64);
    taki_f64_print(value, &buf);
    taki_str text = taki_str_dup(arena, taki_buf_view(&buf));
    taki_buf_reset(&buf);
    return text;
}

static taki_str integer(struct taki_arena *arena, int64_t value)
{
    return value == TAKI_I64_NULL ? TAKI_STR_NULL : taki_str_of(taki_arena_format(arena, "%lld", (long long)value));
}

static taki_str truth(bool value)
{
    return value ? TAKI_STR("true") : TAKI_STR("false");
}

static taki_str email_domain(taki_str email)
{
    for (size_t i = email.size; i > 0; i--) {
        if (email.data[i - 1] == '@')
            return (taki_str){email.data + i, email.size - i};
    }
    return TAKI_STR_NULL;
}

/* The person's value through the maps of the member that gave it. */
static taki_str mapped(const struct taki_case *one, enum taki_map_kind kind, const char *field, taki_str value)
{
    for (uint32_t i = 0; i < one->golden->member_count; i++) {
        const struct taki_person *member = one->golden->members[i];
        struct taki_place place = {member->source, member->object, taki_str_of(field)};
        taki_str found = taki_rules_map(one->rules, kind, place, value);
        if (!taki_str_is_null(found))
            return found;
    }
    return TAKI_STR_NULL;
}

/* Seniority out of a title, where the source has no field for it: the words that say it in Japanese and English,
 * highest first. */
static taki_str seniority_of(taki_str title)
{
    static const struct {
        taki_str part, seniority;
    } words[] = {
        {TAKI_STR_INIT("代表"),             TAKI_STR_INIT("exec")    },
        {TAKI_STR_INIT("社長"),             TAKI_STR_INIT("exec")    },
        {TAKI_STR_INIT("取締役"),          TAKI_STR_INIT("exec")    },
        {TAKI_STR_INIT("執行役員"),       TAKI_STR_INIT("exec")    },
        {TAKI_STR_INIT("CEO"),                TAKI_STR_INIT("exec")    },
        {TAKI_STR_INIT("CTO"),                TAKI_STR_INIT("exec")    },
        {TAKI_STR_INIT("CFO"),                TAKI_STR_INIT("exec")    },
        {TAKI_STR_INIT("CIO"),                TAKI_STR_INIT("exec")    },
        {TAKI_STR_INIT("Chief"),              TAKI_STR_INIT("exec")    },
        {TAKI_STR_INIT("President"),          TAKI_STR_INIT("exec")    },
        {TAKI_STR_INIT("本部長"),          TAKI_STR_INIT("director")},
        {TAKI_STR_INIT("部長"),             TAKI_STR_INIT("director")},
        {TAKI_STR_INIT("Director"),           TAKI_STR_INIT("director")},
        {TAKI_STR_INIT("課長"),             TAKI_STR_INIT("manager") },
        {TAKI_STR_INIT("係長"),             TAKI_STR_INIT("manager") },
        {TAKI_STR_INIT("主任"),             TAKI_STR_INIT("manager") },
        {TAKI_STR_INIT("マネージャー"), TAKI_STR_INIT("manager") },
        {TAKI_STR_INIT("Manager"),            TAKI_STR_INIT("manager") },
    };
    for (size_t i = 0; i < TAKI_LEN(words); i++) {
        if (taki_str_find(title, words[i].part) != SIZE_MAX)
            return words[i].seniority;
    }
    return TAKI_STR_NULL;
}

static void describe(struct taki_case *one)
{
    const struct taki_golden_person *golden = one->golden;
    const struct taki_golden_account *account =
        golden->account == TAKI_NO_INDEX ? NULL : &one->facts->accounts[golden->account];
    struct taki_subject *subject = &one->subject;
    taki_str department = mapped(one, TAKI_MAP_DEPARTMENT, "Department", golden->department);
    taki_str seniority = mapped(one, TAKI_MAP_SENIORITY, "Title", golden->title);
    if (taki_str_is_null(seniority))
        seniority = mapped(one, TAKI_MAP_SENIORITY, "Seniority", golden->seniority);
    if (taki_str_is_null(seniority))
        seniority = !taki_str_is_blank(golden->seniority) ? golden->seniority : seniority_of(golden->title);
    int64_t employees = account ? account->employees : golden->employees;
    *subject = (struct taki_subject){
        .department = taki_str_is_null(department) ? golden->department : department,
        .seniority = seniority,
        .title = golden->title,
        .email_domain = email_domain(golden->email),
        .country = golden->country,
        .prefecture = golden->prefecture,
        .industry = account && !taki_str_is_blank(account->industry) ? account->industry : golden->industry,
        .size_band = taki_size_band(employees),
        .employees = integer(one->arena, employees),
        .company_name = golden->company_name,
        .lead_source = golden->lead_source,
        .status = golden->status,
        .score = integer(one->arena, golden->score),
    };
    one->is_reachable = golden->email_valid_channel || golden->phone_valid_channel;
    one->is_target_account = account && one->facts->targets[golden->account].is_target;
    subject->tier = account ? one->facts->targets[golden->account].tier : TAKI_STR_NULL;
    subject->is_target = truth(one->is_target_account);
    subject->is_customer = truth(account && account->is_customer);
    subject->is_reachable = truth(one->is_reachable);
}

/* 5.8: buying phase = content stage of the latest touch that has one. */
static taki_str buying_phase(const struct taki_case *one)
{
    for (size_t i = one->touches.count; i > 0; i--) {
        const struct taki_story_touch *touch = &one->touches.touches[i - 1];
        if (touch->campaign != TAKI_NO_INDEX &&
            !taki_str_is_blank(one->facts->campaigns[touch->campaign].content_stage))
            return one->facts->campaigns[touch->campaign].content_stage;
    }
    return TAKI_STR_NULL;
}

static bool holds(const struct taki_case *one, const struct taki_rule *rule)
{
    const struct taki_expression *when = taki_rule_at(rule, one->facts->today);
    return when && taki_expression_holds(when, taki_subject_value, &one->subject);
}

/* 5.8 default: A target account and target lead, B exactly one, C neither, D attributes missing. */
static taki_str static_grade(const struct taki_case *one)
{
    static const taki_str grades[] = {TAKI_STR_INIT("C"), TAKI_STR_INIT("B"), TAKI_STR_INIT("A")};
    bool knows_nothing = taki_str_is_blank(one->subject.department) && taki_str_is_blank(one->subject.seniority);
    if (one->golden->account == TAKI_NO_INDEX || knows_nothing)
        return TAKI_STR("D");
    return grades[(size_t)one->is_target_account + (size_t)one->is_target_lead];
}

void taki_case_subject(struct taki_case *one)
{
    describe(one);
    const struct taki_limits *limits = &one->rules->limits;
    one->engagement =
        taki_engagement(limits, one->touches.touches, one->touches.count, limits->as_of, one->facts->today);
    one->subject.engagement = number(one->arena, one->engagement);
    one->subject.dynamic_grade = taki_dynamic_grade(limits, one->engagement);
    one->subject.buying_phase = buying_phase(one);
    one->is_target_lead = !one->golden->shared_mailbox && holds(one, &one->rules->target_lead);
    one->subject.is_target_lead = truth(one->is_target_lead);
    one->subject.static_grade = static_grade(one);
    one->story.static_grade = one->subject.static_grade;
    for (size_t i = 0; i < one->rules->exclude_count && taki_str_is_null(one->exclude_reason); i++) {
        if (holds(one, &one->rules->excludes[i]))
            one->exclude_reason = one->rules->excludes[i].name;
    }
}

/* The rule of 5.8 at one instant: own rule, or the grid of static and dynamic grade; reachable either way. */
static bool is_mql(struct taki_case *one, double engagement, taki_date date)
{
    const struct taki_expression *when = taki_rule_at(&one->rules->mql, date);
    taki_str grade = one->story.static_grade, dynamic = taki_dynamic_grade(&one->rules->limits, engagement);
    if (!one->is_reachable)
        return false;
    if (!when)
        return one->rules->mql_cells[grade.data[0] - 'A'][dynamic.data[0] - '1'];
    struct taki_subject then = one->subject;
    then.engagement = number(one->arena, engagement);
    then.dynamic_grade = dynamic;
    return taki_expression_holds(when, taki_subject_value, &then);
}

static struct taki_evidence *add_score(struct taki_case *one, taki_instant ts, taki_str source, taki_str ref, bool was)
{
    struct taki_evidence *evidence = taki_case_evidence(one, TAKI_STAGE_MQL, TAKI_BY_SCORE, ts);
    evidence->source = source;
    evidence->ref = ref;
    evidence->role = taki_rules_role(one->rules, source);
    evidence->actor = TAKI_FUNCTION_MARKETING;
    evidence->never_opens = was; /* only crossing the line opens a pass; staying above it counts inside one */
    return evidence;
}

/* By engagement: E only rises at a touch, so touches are the only instants to ask at. */
static void by_engagement(struct taki_case *one)
{
    const struct taki_limits *limits = &one->rules->limits;
    double now = 0;
    bool was = false;
    taki_date day = TAKI_DATE_NULL;
    for (size_t i = 0; i < one->touches.count; i++) {
        const struct taki_story_touch *touch = &one->touches.touches[i];
        if (touch->depth <= 0)
            continue;
        if (!taki_date_is_null(day))
            now *= exp2(-(double)(touch->date.days - day.days) / limits->half_life_days);
        bool before = was && is_mql(one, now, touch->date);
        now += (double)touch->depth;
        day = touch->date;
        was = is_mql(one, now, touch->date);
        if (was)
            (void)add_score(one, touch->ts, touch->source, touch->id, before);
    }
}

static int score_order(const void *left, const void *right)
{
    const struct taki_score_event *a = *(const struct taki_score_event *const *)left;
    const struct taki_score_event *b = *(const struct taki_score_event *const *)right;
    if (a->ts.us != b->ts.us)
        return a->ts.us < b->ts.us ? -1 : 1;
    return taki_str_compare(a->source_id, b->source_id);
}

/* By the MA's own score: static grade A or B and the threshold. */
static void by_score(struct taki_case *one)
{
    const struct taki_list *scores = &one->rows->scores;
    bool fits = one->is_reachable && (one->story.static_grade.data[0] == 'A' || one->story.static_grade.data[0] == 'B');
    bool was = false;
    if (scores->count > 1)
        qsort(scores->items, scores->count, sizeof *scores->items, score_order);
    for (size_t i = 0; fits && i < scores->count; i++) {
        const struct taki_score_event *event = scores->items[i];
        bool is = event->score != TAKI_I64_NULL && event->score >= one->rules->score_threshold;
        if (is && event->ts.us <= one->rules->limits.as_of.us)
            (void)add_score(one, event->ts, event->source, taki_case_ref(one, event), was);
        was = is;
    }
}

void taki_case_scores(struct taki_case *one)
{
    if (one->rules->score_threshold != TAKI_I64_NULL) {
        by_score(one);
    } else {
        by_engagement(one);
    }
}
