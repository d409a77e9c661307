/**
 * @file story_case.h
 * Stories of one person as a few readable lines, fed directly into the pure core. Times are Asia/Tokyo: "2026-02-16" is
 * date-only evidence (last microsecond of its day), "2026-02-16 10:30" an instant.
 *
 * Words: response, touch, inside_call, field_call; a stage code with an optional kind (`MQL/score`), `-SAL` moved back
 * to SAL, `?WON` an undone closing, `+SQL` reopened into SQL, `=MQL` a score that stays up. `of`: campaign or
 * opportunity ("C1", "O2").
 */
#ifndef TAKI_TESTS_STORY_CASE_H
#define TAKI_TESTS_STORY_CASE_H

#include "taki_test.h"
#include "waterfall/story.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct line {
    const char *at, *word, *of, *by; /* by: function of the actor, or "source=NAME" */
    int64_t depth;
    const char *reason, *close;
};

struct told {
    struct taki_arena *arena;
    const struct taki_zone *zone;
    struct taki_limits limits;
    struct taki_story story;
    struct taki_passes passes;
};

static inline taki_date day_of(const char *text)
{
    taki_date date = TAKI_DATE_NULL;
    if (!taki_date_parse((taki_str){text, 10}, &date))
        fail_msg("bad day in the test: %s", text);
    return date;
}

static inline taki_instant time_of(const struct taki_zone *zone, const char *text)
{
    if (strlen(text) == 10)
        return taki_zone_day_end(zone, day_of(text));
    struct taki_time time = taki_time_parse(taki_str_of(text));
    return taki_zone_instant(zone, time.local_us);
}

static inline uint32_t number_of(const char *name)
{
    return name ? (uint32_t)atoi(name + 1) : TAKI_NO_INDEX; // NOLINT(cert-err34-c): test data
}

static inline struct taki_evidence evidence_of(const struct told *told, const struct line *line, size_t i)
{
    char stage[32];
    const char *word = strchr("-?+=", line->word[0]) ? line->word + 1 : line->word;
    (void)snprintf(stage, sizeof stage, "%s", word);
    struct taki_evidence evidence = {
        .ts = time_of(told->zone, line->at),
        .kind = TAKI_BY_HISTORY,
        .source = TAKI_STR("sfa"),
        .ref = taki_str_of(taki_arena_format(told->arena, "sfa:%zu", i)),
        .role = TAKI_ROLE_SFA,
        .deal = line->of && line->of[0] == 'O' ? number_of(line->of) : TAKI_NO_INDEX,
        .touch = TAKI_NO_INDEX,
        .close_date = line->close ? day_of(line->close) : TAKI_DATE_NULL,
        .reason_raw = taki_str_of(line->reason),
        .reason_class = taki_str_of(line->reason),
        .is_regress = line->word[0] == '-',
        .is_superseded = line->word[0] == '?',
        .is_reopen = line->word[0] == '+',
        .never_opens = line->word[0] == '=',
    };
    char *kind = strchr(stage, '/');
    if (kind) {
        *kind = '\0';
        assert_true(taki_kind_find(taki_str_of(kind + 1), &evidence.kind));
    }
    evidence.stage = taki_stage_find(taki_str_of(stage));
    if (evidence.stage == TAKI_STAGE_NONE)
        fail_msg("unknown word in the test: %s", line->word);
    if (line->by && strncmp(line->by, "source=", 7) == 0) {
        evidence.source = taki_str_of(line->by + 7);
        evidence.role = taki_role_find(evidence.source);
        evidence.ref = taki_str_of(taki_arena_format(told->arena, "%s:%zu", line->by + 7, i));
    } else if (line->by) {
        evidence.actor = taki_function_find(taki_str_of(line->by));
    }
    return evidence;
}

static inline void add_touch(struct told *told, struct taki_story_touch *touches, size_t i, const struct line *line)
{
    taki_instant ts = time_of(told->zone, line->at);
    touches[told->story.touch_count++] = (struct taki_story_touch){
        .ts = ts,
        .date = taki_zone_date(told->zone, ts),
        .id = taki_str_of(taki_arena_format(told->arena, "ma:%zu", i)),
        .source = TAKI_STR("ma"),
        .type = TAKI_STR("form"),
        .campaign = number_of(line->of),
        .depth = line->depth,
        .is_response = strcmp(line->word, "response") == 0,
    };
}

/** Tells @p lines (ending with an empty one) up to the end of the day @p as_of; close with told_close. Changes of
 * limits between told_open and told_run are the test's. */
static inline struct told told_open(const char *as_of)
{
    struct told told = {.arena = taki_arena_open("test", 0)};
    assert_int_equal(taki_zone_new(told.arena, TAKI_STR("Asia/Tokyo"), &told.zone, NULL), TAKI_OK);
    told.limits = taki_limits_default(told.zone, taki_zone_day_end(told.zone, day_of(as_of)));
    for (size_t i = 0; i < 4; i++)
        told.story.bant_at[i] = TAKI_INSTANT_NULL;
    told.story.static_grade = TAKI_STR("C");
    return told;
}

static inline void told_run(struct told *told, const struct line *lines)
{
    size_t count = 0;
    while (lines[count].at)
        count++;
    struct taki_story_touch *touches = TAKI_NEW_ARRAY(told->arena, count, struct taki_story_touch);
    struct taki_evidence *evidence = TAKI_NEW_ARRAY(told->arena, count, struct taki_evidence);
    struct taki_story_activity *activities = TAKI_NEW_ARRAY(told->arena, count, struct taki_story_activity);
    struct taki_story_deal *deals = TAKI_NEW_ARRAY(told->arena, 100, struct taki_story_deal);
    for (size_t i = 0; i < count; i++) {
        const char *word = lines[i].word;
        if (strcmp(word, "response") == 0 || strcmp(word, "touch") == 0)
            add_touch(told, touches, i, &lines[i]);
        else if (strcmp(word, "inside_call") == 0 || strcmp(word, "field_call") == 0)
            activities[told->story.activity_count++] =
                (struct taki_story_activity){time_of(told->zone, lines[i].at),
                                             word[0] == 'i' ? TAKI_FUNCTION_INSIDE : TAKI_FUNCTION_FIELD, true, false};
        else
            evidence[told->story.evidence_count++] = evidence_of(told, &lines[i], i);
    }
    told->story.touches = touches;
    told->story.evidence = evidence;
    told->story.activities = activities;
    told->story.deals = deals;
    told->story.deal_count = 100;
    told->passes = taki_passes_build(told->arena, &told->limits, &told->story);
}

static inline struct told tell(const char *as_of, const struct line *lines)
{
    struct told told = told_open(as_of);
    told_run(&told, lines);
    return told;
}

static inline void told_close(struct told *told)
{
    taki_arena_close(told->arena);
}

/** "MQL 2026-02-16, REJECTED 2026-03-20": the moves of a pass in the words of domain.md 6.6. */
static inline const char *moves_of(const struct told *told, size_t pass_index)
{
    assert_true(pass_index < told->passes.count);
    const struct taki_pass *pass = &told->passes.passes[pass_index];
    char *text = taki_arena_format(told->arena, "%s", "");
    for (size_t i = 0; i < pass->move_count; i++) {
        const struct taki_move *move = &pass->moves[i];
        char day[11];
        taki_date_print(move->date, day);
        text = taki_arena_format(told->arena, "%s%s%.*s %.*s %s%s", text, i > 0 ? ", " : "",
                                 TAKI_STR_ARG(taki_move_name(move->kind)), TAKI_STR_ARG(taki_stage_code(move->to)),
                                 day + 5, move->is_superseded ? "*" : "");
    }
    return text;
}

static inline void expect_moves(const char *what, const struct told *told, size_t pass_index, const char *want)
{
    taki_expect_str(what, taki_str_of(moves_of(told, pass_index)), want);
}

static inline void expect_day(const char *what, const struct told *told, taki_instant got, const char *want)
{
    char day[11] = "NULL";
    if (!taki_instant_is_null(got))
        taki_date_print(taki_zone_date(told->zone, got), day);
    taki_expect_str(what, taki_str_of(day), want ? want : "NULL");
}

#endif
