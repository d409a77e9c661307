/**
 * @file stage.h
 * The words of the waterfall as tables: stages, functions, evidence kinds and which evidence beats which
 * (domain.md 3.1, 3.2, 3.5, 5.9).
 */
#ifndef TAKI_TRANSFORM_WATERFALL_STAGE_H
#define TAKI_TRANSFORM_WATERFALL_STAGE_H

#include "taki/str.h"

#include <stdbool.h>
#include <stdint.h>

enum taki_stage {
    TAKI_STAGE_KNOWN,
    TAKI_STAGE_INQ,
    TAKI_STAGE_MQL,
    TAKI_STAGE_PSQL,
    TAKI_STAGE_SAL,
    TAKI_STAGE_SQL,
    TAKI_STAGE_WON,
    TAKI_STAGE_LOST,
    TAKI_STAGE_REJECTED,
    TAKI_STAGE_RECYCLED,
    TAKI_STAGE_PRE, /**< maps.stage only: an opportunity stage before acceptance; PSQL evidence, and SAL when it is left
                     */
    TAKI_STAGE_NONE
};
#define TAKI_STAGE_SUCCESSES 7 /**< KNOWN..WON index arrays of this size */

enum taki_function {
    TAKI_FUNCTION_NONE,
    TAKI_FUNCTION_MARKETING,
    TAKI_FUNCTION_INSIDE,
    TAKI_FUNCTION_FIELD,
    TAKI_FUNCTION_CS,
    TAKI_FUNCTION_PARTNER,
    TAKI_FUNCTION_SYSTEM,
    TAKI_FUNCTION_OTHER
};

/** How a stage entry is known. The order here means nothing; taki_kind_rank does. */
enum taki_kind {
    TAKI_BY_RESPONSE,
    TAKI_BY_INBOUND,
    TAKI_BY_HISTORY,
    TAKI_BY_RECORD_CREATED,
    TAKI_BY_SCORE,
    TAKI_BY_FIELD,
    TAKI_BY_HANDOVER,
    TAKI_BY_TOSS_UP,
    TAKI_BY_BANT,
    TAKI_BY_OPPORTUNITY,
    TAKI_BY_OPPORTUNITY_STAGE,
    TAKI_BY_FIRST_ACTIVITY,
    TAKI_BY_SQL_ENTRY,
    TAKI_BY_CREATED_AMOUNT,
    TAKI_BY_CREATED,
    TAKI_BY_CONVERSION,
    TAKI_BY_CLOSE_DATE,
    TAKI_BY_TASK,
    TAKI_BY_STATUS,
    TAKI_BY_AGED_OUT
};
#define TAKI_KINDS (TAKI_BY_AGED_OUT + 1)

/** Role of a source (taki.yml `role`), for precedence among sources. */
enum taki_role { TAKI_ROLE_OTHER, TAKI_ROLE_MA, TAKI_ROLE_SFA, TAKI_ROLE_INSIDE };

struct taki_stage_info {
    const char *code;
    int rank;                 /**< 0..60; -1 for losses */
    bool is_success, is_end;  /**< WON is both */
    enum taki_function owner; /**< who acts when the evidence names nobody */
    int64_t mask;             /**< bit of inferred_mask / evidence_mask */
};

/** Row of @p stage; never NULL. */
const struct taki_stage_info *taki_stage_info(enum taki_stage stage);
/** Code as a text value; NONE gives NULL. */
taki_str taki_stage_code(enum taki_stage stage);
/** By code, any case; NONE if unknown. `PRE_ACCEPTANCE` gives PRE. */
enum taki_stage taki_stage_find(taki_str code);

taki_str taki_function_name(enum taki_function function);
/** "marketing", "inside", "field", "cs", "partner", "system", "other"; NONE if unknown. */
enum taki_function taki_function_find(taki_str name);

taki_str taki_kind_name(enum taki_kind kind);
/** By name; false if unknown. */
bool taki_kind_find(taki_str name, enum taki_kind *kind);
/** 1 (best) .. 4 in domain.md 3.2 for evidence of @p stage; 9 when the kind does not belong to the stage. */
int taki_kind_rank(enum taki_stage stage, enum taki_kind kind);
/** Column 4 of domain.md 3.2: the date is an estimate. */
bool taki_kind_is_estimate(enum taki_stage stage, enum taki_kind kind);

/** Lower = better source for @p stage (domain.md 3.5.1). */
int taki_role_rank(enum taki_stage stage, enum taki_role role);
enum taki_role taki_role_find(taki_str name);

#endif
