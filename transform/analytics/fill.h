/**
 * @file fill.h
 * One told person (or deal) to rows of the entity tables. Pure: text borrows from the case's arena.
 */
#ifndef TAKI_TRANSFORM_ANALYTICS_FILL_H
#define TAKI_TRANSFORM_ANALYTICS_FILL_H

#include "../story_build.h"
#include "entity_tables.h"

void taki_person_fill(const struct taki_case *one, struct taki_person_row *row);
void taki_journey_fill(const struct taki_case *one, size_t index, struct taki_journey_row *row);
void taki_stage_event_fill(const struct taki_case *one, size_t index, size_t seq, struct taki_stage_event_row *row);
void taki_touch_fill(const struct taki_case *one, size_t index, struct taki_touch_row *row);
void taki_dq_issue_fill(const struct taki_issue *issue, struct taki_dq_issue_row *row);

/** JSON array text of @p items in @p arena. */
taki_str taki_fill_list(struct taki_arena *arena, const taki_str *items, size_t count);
/** Ids of golden records; NULL for TAKI_NO_INDEX. */
taki_str taki_fill_account(const struct taki_facts *facts, uint32_t account);
taki_str taki_fill_campaign(const struct taki_facts *facts, uint32_t campaign);
/** Account of the story at an instant. */
uint32_t taki_fill_account_at(const struct taki_case *one, taki_instant ts);

#endif
