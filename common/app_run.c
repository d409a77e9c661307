#include "app_private.h"

#include "taki/log.h"
#include "taki/text.h"

#include <fnmatch.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

taki_str taki_run_flag(const struct taki_run *run, const char *flag)
{
    const struct taki_option *option = taki_args_option(&run->own->args, flag);
    if (option == NULL)
        taki_bug(flag);
    const struct taki_node *node =
        option->path != NULL && run->config != NULL ? taki_node_at(taki_config_root(run->config), option->path) : NULL;
    return run->config != NULL ? taki_config_value(run->config, option, node).text
                               : taki_args_flag(&run->own->args, flag);
}

bool taki_run_flag_set(const struct taki_run *run, const char *flag)
{
    const struct taki_option *option = taki_args_option(&run->own->args, flag);
    if (option == NULL)
        taki_bug(flag);
    if (option->type == TAKI_OPTION_BOOL)
        return taki_args_flag_is(&run->own->args, flag);
    const struct taki_setting *setting = taki_settings_find(&run->own->args.settings, option);
    return setting != NULL && setting->origin > TAKI_ORIGIN_FILE;
}

static struct taki_pattern *split_patterns(struct taki_arena *arena, taki_str list, size_t *count)
{
    *count = 0;
    struct taki_pattern *patterns = TAKI_NEW_ARRAY(arena, list.size + 1, struct taki_pattern);
    while (!taki_str_is_null(list)) {
        taki_str text = taki_str_trim(taki_str_cut(list, ',', &list));
        if (text.size > 0)
            patterns[(*count)++].text = taki_arena_copy(arena, text.data, text.size);
    }
    return patterns;
}

void taki_patterns_new(struct taki_run *run)
{
    struct taki_run_private *own = run->own;
    own->select = split_patterns(own->arena, taki_args_flag(&own->args, "select"), &own->select_count);
    own->exclude = split_patterns(own->arena, taki_args_flag(&own->args, "exclude"), &own->exclude_count);
}

static bool matches(struct taki_pattern *patterns, size_t count, const char *name)
{
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        if (fnmatch(patterns[i].text, name, 0) == 0)
            any = patterns[i].matched = true;
    }
    return any;
}

bool taki_run_selected(const struct taki_run *run, const char *name)
{
    struct taki_run_private *own = run->own;
    (void)pthread_mutex_lock(&own->mutex);
    bool selected = own->select_count == 0 || matches(own->select, own->select_count, name);
    bool excluded = matches(own->exclude, own->exclude_count, name);
    (void)pthread_mutex_unlock(&own->mutex);
    return selected && !excluded && taki_retry_wants(own, name);
}

/* Only once something was asked at all: some verbs select nothing. */
static bool any_matched(const struct taki_pattern *patterns, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (patterns[i].matched)
            return true;
    }
    return false;
}

void taki_patterns_report(const struct taki_run *run)
{
    const struct taki_run_private *own = run->own;
    bool asked = own->tallies != NULL || any_matched(own->select, own->select_count);
    for (size_t i = 0; asked && i < own->select_count; i++) {
        if (!own->select[i].matched)
            taki_say("warning: '--select %s' fits nothing", own->select[i].text);
    }
    for (size_t i = 0; asked && i < own->exclude_count; i++) {
        if (!own->exclude[i].matched)
            taki_say("warning: '--exclude %s' fits nothing", own->exclude[i].text);
    }
}

struct taki_tally *taki_run_tally(struct taki_run *run, const char *name)
{
    struct taki_run_private *own = run->own;
    (void)pthread_mutex_lock(&own->mutex);
    struct taki_tally_item *item = own->tallies;
    while (item != NULL && strcmp(item->tally.name, name) != 0)
        item = item->next;
    if (item == NULL) {
        item = TAKI_NEW(own->arena, struct taki_tally_item);
        item->tally.name = taki_arena_format(own->arena, "%s", name);
        *own->tallies_end = item;
        own->tallies_end = &item->next;
    }
    (void)pthread_mutex_unlock(&own->mutex);
    return &item->tally;
}

void taki_run_note(struct taki_run *run, const char *name, taki_str json_value)
{
    struct taki_run_private *own = run->own;
    (void)pthread_mutex_lock(&own->mutex);
    struct taki_note *note = own->notes;
    while (note != NULL && strcmp(note->name, name) != 0)
        note = note->next;
    if (note == NULL) {
        note = TAKI_NEW(own->arena, struct taki_note);
        note->name = taki_arena_format(own->arena, "%s", name);
        *own->notes_end = note;
        own->notes_end = &note->next;
    }
    note->json = taki_str_dup(own->arena, json_value);
    (void)pthread_mutex_unlock(&own->mutex);
}

const char *taki_run_path(struct taki_run *run, const char *format, ...)
{
    char below[4096];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(below, sizeof below, format, arguments);
    va_end(arguments);
    if (size < 0 || (size_t)size >= sizeof below)
        taki_bug("path below data_dir too long");
    return taki_arena_format(run->arena, "%s/%s", run->data_dir, below);
}

void taki_print(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vprintf(taki_text(format), arguments); /* the end of the run asks ferror(stdout) */
    va_end(arguments);
}
