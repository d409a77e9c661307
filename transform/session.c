#include "session.h"

#include "taki/log.h"

enum taki_status taki_session_instant(const struct taki_run *run, const char *flag, taki_str text,
                                      taki_instant *instant, struct taki_error *err)
{
    struct taki_time time = taki_time_parse(text);
    if (time.kind == TAKI_TIME_DATE) {
        *instant = taki_zone_day_end(run->zone, time.date);
    } else if (time.kind == TAKI_TIME_INSTANT) {
        *instant = time.instant;
    } else if (time.kind == TAKI_TIME_LOCAL) {
        *instant = taki_zone_instant(run->zone, time.local_us);
    } else {
        (void)taki_fail(err, TAKI_USAGE, "--%s: got '%.*s', want a date or an instant", flag, TAKI_STR_ARG(text));
        return taki_hint(err, "write 2026-11-21, or 2026-11-21T14:59:59.999999Z");
    }
    return TAKI_OK;
}

static enum taki_status read_instants(struct taki_session *session, struct taki_error *err)
{
    struct taki_run *run = session->run;
    taki_str as_of = taki_run_flag(run, "as-of"), known_at = taki_run_flag(run, "known-at");
    session->known_at = TAKI_INSTANT_NULL;
    if (!taki_str_is_blank(known_at))
        TAKI_TRY(taki_session_instant(run, "known-at", known_at, &session->known_at, err));
    if (!taki_str_is_blank(as_of))
        return taki_session_instant(run, "as-of", as_of, &session->as_of, err);
    TAKI_TRY(taki_store_default_as_of(run, session->known_at, &session->as_of, &session->held_back_by, err));
    char text[28];
    taki_instant_print(session->as_of, text);
    taki_log(TAKI_LOG_INFO, "as_of", "instant=%s held_back_by=%s", text,
             session->held_back_by ? session->held_back_by : "-");
    return TAKI_OK;
}

enum taki_status taki_session_open(struct taki_run *run, struct taki_session *session, struct taki_error *err)
{
    *session = (struct taki_session){.run = run};
    TAKI_TRY(read_instants(session, err));
    TAKI_TRY(taki_rules_new(run, session->as_of, &session->rules, err));
    TAKI_TRY(taki_store_open(run, session->as_of, session->known_at, &session->store, err));
    TAKI_TRY(taki_golden_build(run, session->store, &session->golden, err));
    return taki_facts_new(run, session->store, session->golden, session->rules, &session->facts, err);
}

void taki_session_close(struct taki_session *session)
{
    if (session->golden)
        taki_golden_close(session->golden);
    if (session->store)
        taki_store_close(session->store);
}
