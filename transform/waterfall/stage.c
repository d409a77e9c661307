#include "stage.h"

/* domain.md 3.1 */
static const struct taki_stage_info stages[] = {
    [TAKI_STAGE_KNOWN] = {"KNOWN",          0,  false, false, TAKI_FUNCTION_MARKETING, 0 },
    [TAKI_STAGE_INQ] = {"INQ",            10, true,  false, TAKI_FUNCTION_MARKETING, 1 },
    [TAKI_STAGE_MQL] = {"MQL",            20, true,  false, TAKI_FUNCTION_MARKETING, 2 },
    [TAKI_STAGE_PSQL] = {"PSQL",           30, true,  false, TAKI_FUNCTION_INSIDE,    4 },
    [TAKI_STAGE_SAL] = {"SAL",            40, true,  false, TAKI_FUNCTION_FIELD,     8 },
    [TAKI_STAGE_SQL] = {"SQL",            50, true,  false, TAKI_FUNCTION_FIELD,     16},
    [TAKI_STAGE_WON] = {"WON",            60, true,  true,  TAKI_FUNCTION_FIELD,     32},
    [TAKI_STAGE_LOST] = {"LOST",           -1, false, true,  TAKI_FUNCTION_FIELD,     0 },
    [TAKI_STAGE_REJECTED] = {"REJECTED",       -1, false, true,  TAKI_FUNCTION_INSIDE,    0 },
    [TAKI_STAGE_RECYCLED] = {"RECYCLED",       -1, false, true,  TAKI_FUNCTION_INSIDE,    0 },
    [TAKI_STAGE_PRE] = {"PRE_ACCEPTANCE", 30, false, false, TAKI_FUNCTION_INSIDE,    0 },
    [TAKI_STAGE_NONE] = {NULL,             -1, false, false, TAKI_FUNCTION_NONE,      0 },
};

static const char *const functions[] = {
    [TAKI_FUNCTION_NONE] = NULL,       [TAKI_FUNCTION_MARKETING] = "marketing",
    [TAKI_FUNCTION_INSIDE] = "inside", [TAKI_FUNCTION_FIELD] = "field",
    [TAKI_FUNCTION_CS] = "cs",         [TAKI_FUNCTION_PARTNER] = "partner",
    [TAKI_FUNCTION_SYSTEM] = "system", [TAKI_FUNCTION_OTHER] = "other",
};

static const char *const kinds[TAKI_KINDS] = {
    [TAKI_BY_RESPONSE] = "response",
    [TAKI_BY_INBOUND] = "inbound",
    [TAKI_BY_HISTORY] = "history",
    [TAKI_BY_RECORD_CREATED] = "record_created",
    [TAKI_BY_SCORE] = "score",
    [TAKI_BY_FIELD] = "field",
    [TAKI_BY_HANDOVER] = "handover",
    [TAKI_BY_TOSS_UP] = "toss_up",
    [TAKI_BY_BANT] = "bant",
    [TAKI_BY_OPPORTUNITY] = "opportunity",
    [TAKI_BY_OPPORTUNITY_STAGE] = "opportunity_stage",
    [TAKI_BY_FIRST_ACTIVITY] = "first_activity",
    [TAKI_BY_SQL_ENTRY] = "sql_entry",
    [TAKI_BY_CREATED_AMOUNT] = "created_amount",
    [TAKI_BY_CREATED] = "created",
    [TAKI_BY_CONVERSION] = "conversion",
    [TAKI_BY_CLOSE_DATE] = "close_date",
    [TAKI_BY_TASK] = "task",
    [TAKI_BY_STATUS] = "status",
    [TAKI_BY_AGED_OUT] = "aged_out",
};

/* domain.md 3.2: best first; the fourth is an estimate. Repeats fill the row. */
static const enum taki_kind precedence[][4] = {
    [TAKI_STAGE_INQ] = {TAKI_BY_RESPONSE, TAKI_BY_INBOUND,           TAKI_BY_HISTORY,        TAKI_BY_RECORD_CREATED},
    [TAKI_STAGE_MQL] = {TAKI_BY_HISTORY,  TAKI_BY_SCORE,             TAKI_BY_FIELD,          TAKI_BY_HANDOVER      },
    [TAKI_STAGE_PSQL] = {TAKI_BY_HISTORY,  TAKI_BY_TOSS_UP,           TAKI_BY_BANT,           TAKI_BY_OPPORTUNITY   },
    [TAKI_STAGE_SAL] = {TAKI_BY_HISTORY,  TAKI_BY_OPPORTUNITY_STAGE, TAKI_BY_FIRST_ACTIVITY, TAKI_BY_SQL_ENTRY     },
    [TAKI_STAGE_SQL] = {TAKI_BY_HISTORY,  TAKI_BY_CREATED_AMOUNT,    TAKI_BY_CREATED,        TAKI_BY_CONVERSION    },
    [TAKI_STAGE_WON] = {TAKI_BY_HISTORY,  TAKI_BY_CLOSE_DATE,        TAKI_BY_CLOSE_DATE,     TAKI_BY_CLOSE_DATE    },
    [TAKI_STAGE_LOST] = {TAKI_BY_HISTORY,  TAKI_BY_CLOSE_DATE,        TAKI_BY_CLOSE_DATE,     TAKI_BY_CLOSE_DATE    },
    [TAKI_STAGE_REJECTED] = {TAKI_BY_HISTORY,  TAKI_BY_TASK,              TAKI_BY_STATUS,         TAKI_BY_AGED_OUT      },
    [TAKI_STAGE_RECYCLED] = {TAKI_BY_HISTORY,  TAKI_BY_TASK,              TAKI_BY_STATUS,         TAKI_BY_AGED_OUT      },
};

static const char *const roles[] = {
    [TAKI_ROLE_OTHER] = "other", [TAKI_ROLE_MA] = "ma", [TAKI_ROLE_SFA] = "sfa", [TAKI_ROLE_INSIDE] = "inside"};

const struct taki_stage_info *taki_stage_info(enum taki_stage stage)
{
    return &stages[(size_t)stage < TAKI_LEN(stages) ? stage : TAKI_STAGE_NONE];
}

taki_str taki_stage_code(enum taki_stage stage)
{
    return taki_str_of(taki_stage_info(stage)->code);
}

static size_t find(const char *const *names, size_t count, taki_str name, size_t otherwise)
{
    for (size_t i = 0; i < count; i++) {
        if (names[i] && taki_str_equal_nocase(name, taki_str_of(names[i])))
            return i;
    }
    return otherwise;
}

enum taki_stage taki_stage_find(taki_str code)
{
    for (size_t i = 0; i < TAKI_STAGE_NONE; i++) {
        if (taki_str_equal_nocase(code, taki_str_of(stages[i].code)))
            return (enum taki_stage)i;
    }
    return TAKI_STAGE_NONE;
}

taki_str taki_function_name(enum taki_function function)
{
    return taki_str_of(functions[function]);
}

enum taki_function taki_function_find(taki_str name)
{
    return (enum taki_function)find(functions, TAKI_LEN(functions), name, TAKI_FUNCTION_NONE);
}

taki_str taki_kind_name(enum taki_kind kind)
{
    return taki_str_of(kinds[kind]);
}

bool taki_kind_find(taki_str name, enum taki_kind *kind)
{
    size_t i = find(kinds, TAKI_KINDS, name, TAKI_KINDS);
    if (i == TAKI_KINDS)
        return false;
    *kind = (enum taki_kind)i;
    return true;
}

int taki_kind_rank(enum taki_stage stage, enum taki_kind kind)
{
    if ((size_t)stage >= TAKI_LEN(precedence) || stage == TAKI_STAGE_KNOWN)
        return 9;
    for (int i = 0; i < 4; i++) {
        if (precedence[stage][i] == kind)
            return i + 1;
    }
    return 9;
}

bool taki_kind_is_estimate(enum taki_stage stage, enum taki_kind kind)
{
    int rank = taki_kind_rank(stage, kind);
    return rank == 4 || kind == TAKI_BY_STATUS;
}

int taki_role_rank(enum taki_stage stage, enum taki_role role)
{
    /* domain.md 3.5.1: MA first for INQ and MQL, inside sales for PSQL and REJECTED, SFA from SAL upward. */
    static const enum taki_role low[] = {TAKI_ROLE_MA, TAKI_ROLE_SFA, TAKI_ROLE_INSIDE};
    static const enum taki_role middle[] = {TAKI_ROLE_INSIDE, TAKI_ROLE_SFA, TAKI_ROLE_MA};
    static const enum taki_role high[] = {TAKI_ROLE_SFA, TAKI_ROLE_INSIDE, TAKI_ROLE_MA};
    const enum taki_role *order = high;
    if (stage == TAKI_STAGE_INQ || stage == TAKI_STAGE_MQL) {
        order = low;
    } else if (stage == TAKI_STAGE_PSQL || stage == TAKI_STAGE_REJECTED || stage == TAKI_STAGE_RECYCLED) {
        order = middle;
    }
    for (int i = 0; i < 3; i++) {
        if (order[i] == role)
            return i;
    }
    return 3;
}

enum taki_role taki_role_find(taki_str name)
{
    return (enum taki_role)find(roles, TAKI_LEN(roles), name, TAKI_ROLE_OTHER);
}
