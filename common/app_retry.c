#include "app_private.h"

#include "taki/json.h"
#include "taki/log.h"

#include <string.h>

#define REPORT_CEILING ((size_t)256 << 20)

/* Names of the failed tallies of @p report become the retry list. */
static void gather_failed(struct taki_run *run, const struct taki_json *json, const struct taki_json_node *report)
{
    struct taki_run_private *own = run->own;
    const struct taki_json_node *list = taki_json_find(json, report, "tallies");
    if (list == NULL || list->type != TAKI_JSON_ARRAY)
        return;
    own->retry = TAKI_NEW_ARRAY(own->arena, list->children, const char *);
    for (const struct taki_json_node *tally = taki_json_first(json, list); tally != NULL;
         tally = taki_json_next(json, list, tally)) {
        const struct taki_json_node *name = taki_json_find(json, tally, "name");
        const struct taki_json_node *status = taki_json_find(json, tally, "status");
        if (name == NULL || status == NULL || taki_str_is(status->text, "OK") || taki_str_is(status->text, "EMPTY"))
            continue;
        taki_str text = taki_json_text(own->arena, name);
        own->retry[own->retry_count++] = taki_arena_copy(own->arena, text.data, text.size);
    }
}

enum taki_status taki_retry_setup(struct taki_run *run, struct taki_error *err)
{
    if (!taki_args_flag_is(&run->own->args, "retry-failed"))
        return TAKI_OK;
    const char *path = taki_run_path(run, "runs/latest-%s.json", run->app->name);
    if (!taki_file_exists(path)) {
        (void)taki_fail(err, TAKI_USAGE, "'--retry-failed' finds no report of an earlier run at '%s'", path);
        return taki_hint(err, "run once without '--retry-failed'");
    }
    TAKI_AUTO(taki_buf_reset) struct taki_buf text;
    taki_buf_init(&text, REPORT_CEILING);
    TAKI_TRY(taki_file_read(path, &text, err));
    struct taki_arena *scratch = taki_arena_open("report", 0);
    struct taki_json json;
    enum taki_status status = taki_json_parse(scratch, taki_buf_view(&text), NULL, &json, err);
    if (status == TAKI_OK) {
        const struct taki_json_node *code = taki_json_find(&json, json.nodes, "exit_code");
        gather_failed(run, &json, json.nodes);
        /* A run that failed before any stream began is repeated whole. */
        run->own->retries = run->own->retry_count > 0 || (code != NULL && taki_str_is(code->text, "0"));
        if (run->own->retries && run->own->retry_count == 0)
            taki_say("nothing failed in the last run: nothing to retry");
    }
    taki_arena_close(scratch);
    return status == TAKI_OK ? TAKI_OK : taki_while(err, TAKI_DAMAGED, "run report '%s'", path);
}

bool taki_retry_wants(const struct taki_run_private *own, const char *name)
{
    for (size_t i = 0; i < own->retry_count; i++) {
        if (strcmp(own->retry[i], name) == 0)
            return true;
    }
    return !own->retries;
}
