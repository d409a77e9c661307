#include "salesforce_own.h"

#include <string.h>

enum { TASK_TYPE, TASK_SUBTYPE, TASK_CLOSED, TASK_DATE, TASK_WHAT, TASK_TEXT, TASK_CALL_TYPE, TASK_MODIFIED };
const char *const taki_sf_task_extra[] = {
    "Type", "TaskSubtype", "IsClosed", "ActivityDate", "WhatId", "Description", "CallType", "LastModifiedDate", NULL};

enum { EVENT_TYPE, EVENT_SUBTYPE, EVENT_DATE, EVENT_WHAT, EVENT_TEXT, EVENT_MODIFIED };
const char *const taki_sf_event_extra[] = {
    "Type", "EventSubtype", "ActivityDate", "WhatId", "Description", "LastModifiedDate", NULL};

/* Tasks that a machine logs: list mails and what MA packages and mail clients write into the timeline by themselves. */
static const taki_str automatic_subjects[] = {
    TAKI_STR_INIT("Mass Email:"),      TAKI_STR_INIT("List Email:"),       TAKI_STR_INIT("Pardot List Email:"),
    TAKI_STR_INIT("Was Sent Email:"),  TAKI_STR_INIT("Opened Email:"),     TAKI_STR_INIT("Clicked Link in Email:"),
    TAKI_STR_INIT("Filled Out Form:"), TAKI_STR_INIT("Visited Web Page:"),
};

static int8_t is_automatic(taki_str subtype, taki_str subject)
{
    if (taki_str_is(subtype, "ListEmail"))
        return 1;
    for (size_t i = 0; i < TAKI_LEN(automatic_subjects); i++) {
        if (taki_str_starts(subject, automatic_subjects[i]))
            return 1;
    }
    return 0;
}

/* WhatId may name many objects; its first three characters say which. */
static void about(struct taki_decoding *d, struct taki_activity *activity, taki_str what)
{
    static const taki_str opportunity = TAKI_STR_INIT("006"), account = TAKI_STR_INIT("001");
    if (taki_str_starts(what, opportunity))
        activity->opportunity = taki_decoding_ref(d, what);
    if (taki_str_starts(what, account) && taki_str_is_null(activity->account))
        activity->account = taki_decoding_ref(d, what);
}

static void body(struct taki_activity *activity, taki_str text)
{
    int64_t characters = 0;
    for (size_t i = 0; i < text.size; i++)
        characters += ((unsigned char)text.data[i] & 0xC0) != 0x80 ? 1 : 0; /* no continuation bytes */
    activity->body_len = characters;
    activity->summary_filled = (int8_t)(taki_str_trim(text).size > 0);
}

static taki_str direction_of(taki_str call_type)
{
    if (taki_str_is(call_type, "Inbound"))
        return TAKI_STR("in");
    return taki_str_is(call_type, "Outbound") ? TAKI_STR("out") : TAKI_STR_NULL;
}

static enum taki_status modified(struct taki_decoding *d, struct taki_activity *activity, size_t extra,
                                 struct taki_error *err)
{
    taki_str last = taki_decoding_extra(d, extra);
    if (!taki_instant_is_null(activity->modified_at) || taki_read_instant(d->map->zone, last, &activity->modified_at))
        return TAKI_OK;
    return taki_decoding_reject(d, err, "value: LastModifiedDate: '%.*s' is no time", TAKI_STR_ARG(last));
}

/* Done: at CompletedDateTime, else on its day, else when it was written down. Not done: planned for its day. */
static void place_task(struct taki_activity *task, taki_date day, bool closed)
{
    task->is_planned = (int8_t)!closed;
    task->due_date = day;
    if (!closed) {
        task->ts = TAKI_INSTANT_NULL;
        return;
    }
    if (!taki_instant_is_null(task->ts))
        return;
    if (taki_date_is_null(day)) {
        task->ts = task->created_at;
    } else {
        task->date = day;
    }
}

enum taki_status taki_sf_task(struct taki_decoding *d, void *row, struct taki_error *err)
{
    struct taki_activity *task = row;
    taki_date day = TAKI_DATE_NULL;
    bool closed = false;
    TAKI_TRY(modified(d, task, TASK_MODIFIED, err));
    taki_str date = taki_decoding_extra(d, TASK_DATE), is_closed = taki_decoding_extra(d, TASK_CLOSED);
    if (!taki_read_date(date, &day))
        return taki_decoding_reject(d, err, "value: ActivityDate: '%.*s' is no date", TAKI_STR_ARG(date));
    if (!taki_str_is_null(is_closed) && !taki_str_bool(is_closed, &closed))
        return taki_decoding_reject(d, err, "value: IsClosed: '%.*s' is no true or false", TAKI_STR_ARG(is_closed));
    place_task(task, day, closed);
    taki_str subtype = taki_decoding_extra(d, TASK_SUBTYPE);
    task->type = taki_decoding_extra(d, TASK_TYPE);
    if (taki_str_is_null(task->type))
        task->type = taki_str_is_null(subtype) ? TAKI_STR("task") : subtype;
    task->direction = direction_of(taki_decoding_extra(d, TASK_CALL_TYPE));
    task->is_automated = is_automatic(subtype, task->subject);
    about(d, task, taki_decoding_extra(d, TASK_WHAT));
    body(task, taki_decoding_extra(d, TASK_TEXT));
    return TAKI_OK;
}

enum taki_status taki_sf_event(struct taki_decoding *d, void *row, struct taki_error *err)
{
    struct taki_activity *event = row;
    TAKI_TRY(modified(d, event, EVENT_MODIFIED, err));
    taki_str date = taki_decoding_extra(d, EVENT_DATE);
    if (!taki_read_date(date, &event->due_date))
        return taki_decoding_reject(d, err, "value: ActivityDate: '%.*s' is no date", TAKI_STR_ARG(date));
    if (taki_instant_is_null(event->ts)) { /* all-day events have no start time */
        event->date = event->due_date;
    } else if (taki_date_is_null(event->due_date)) {
        event->due_date = taki_zone_date(d->map->zone, event->ts);
    }
    event->type = taki_decoding_extra(d, EVENT_TYPE);
    if (taki_str_is_null(event->type))
        event->type = TAKI_STR("meeting");
    event->is_automated = is_automatic(TAKI_STR_NULL, event->subject);
    about(d, event, taki_decoding_extra(d, EVENT_WHAT));
    body(event, taki_decoding_extra(d, EVENT_TEXT));
    return TAKI_OK;
}
