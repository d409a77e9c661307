#include "publish.h"
#include "verbs.h"

#include "taki/file.h"
#include "taki/json.h"
#include "taki/log.h"

/* What the shards met that is in no table, for the run report: nothing is dropped without a number. */
static void note_counts(struct taki_run *run, const struct taki_compute *compute)
{
    struct taki_buf text;
    taki_buf_init(&text, (size_t)1 << 20);
    struct taki_json_writer w = {.buf = &text};
    int64_t bots = 0, repeats = 0, unused = 0;
    taki_json_open(&w, '{');
    for (enum taki_entity entity = 0; entity < TAKI_ENTITY_COUNT_; entity++) {
        int64_t facts = 0, orphans = 0;
        for (size_t i = 0; i < compute->lane_count; i++) {
            facts += compute->lanes[i].facts[entity];
            orphans += compute->lanes[i].orphans[entity];
        }
        if (facts == 0)
            continue;
        taki_json_name(&w, taki_entity_info(entity)->name);
        taki_json_open(&w, '{');
        taki_json_name(&w, "read");
        taki_json_i64(&w, facts);
        taki_json_name(&w, "of_nobody");
        taki_json_i64(&w, orphans);
        taki_json_close(&w, '}');
    }
    for (size_t i = 0; i < compute->lane_count; i++) {
        bots += compute->lanes[i].touches_bot;
        repeats += compute->lanes[i].touches_repeat;
        unused += compute->lanes[i].touches_unused;
    }
    taki_json_name(&w, "touch_bots");
    taki_json_i64(&w, bots);
    taki_json_name(&w, "touch_repeats");
    taki_json_i64(&w, repeats);
    taki_json_name(&w, "touch_deliveries");
    taki_json_i64(&w, unused);
    taki_json_close(&w, '}');
    taki_run_note(run, "facts", taki_buf_view(&text));
    taki_buf_reset(&text);
}

static enum taki_status calculate(struct taki_session *session, const char **folder, struct taki_error *err)
{
    struct taki_compute *compute = NULL;
    enum taki_status status = taki_compute_run(session->run, session->facts, &compute, err);
    if (status == TAKI_OK) {
        note_counts(session->run, compute);
        status = taki_run_check_rejects(session->run, err);
    }
    if (status == TAKI_OK)
        status = taki_publish(session, compute, folder, err);
    taki_compute_close(compute);
    return status;
}

static enum taki_status say_plan(const struct taki_session *session)
{
    char as_of[28];
    size_t batches;
    (void)taki_store_batches(session->store, &batches);
    taki_instant_print(session->as_of, as_of);
    taki_print("as_of %s, %zu batches, %zu persons, %zu accounts, %zu opportunities\n", as_of, batches,
               session->facts->person_count, session->facts->account_count, session->facts->deal_count);
    return TAKI_OK;
}

enum taki_status taki_transform_run(struct taki_run *run, struct taki_error *err)
{
    struct taki_session session;
    const char *folder = NULL;
    if (!run->dry_run)
        TAKI_TRY(taki_file_remove(taki_run_path(run, "tmp/transform"), err)); /* of a killed run; the lock is ours */
    enum taki_status status = taki_session_open(run, &session, err);
    if (status == TAKI_OK)
        status = run->dry_run ? say_plan(&session) : calculate(&session, &folder, err);
    taki_session_close(&session);
    if (status != TAKI_OK || run->dry_run)
        return status;
    if (session.held_back_by) {
        char date[11];
        taki_date_print(taki_zone_date(run->zone, session.as_of), date);
        taki_print("day %s: the last one that '%s' covers whole\n", date, session.held_back_by);
    }
    taki_print("stage set %s\n", folder);
    return TAKI_OK;
}
