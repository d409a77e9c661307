#include "app_private.h"

#include <string.h>

const struct taki_option *taki_args_option(const struct taki_args *args, const char *flag)
{
    for (size_t t = 0; t < args->table_count; t++) {
        for (size_t i = 0; i < args->tables[t].count; i++) {
            const struct taki_option *option = &args->tables[t].rows[i];
            if (option->flag != NULL && strcmp(option->flag, flag) == 0)
                return option;
        }
    }
    return NULL;
}

static const struct taki_option *option_of_letter(const struct taki_args *args, char letter)
{
    for (size_t t = 0; t < args->table_count; t++) {
        for (size_t i = 0; i < args->tables[t].count; i++) {
            if (args->tables[t].rows[i].letter == letter)
                return &args->tables[t].rows[i];
        }
    }
    return NULL;
}

taki_str taki_args_flag(const struct taki_args *args, const char *flag)
{
    const struct taki_option *option = taki_args_option(args, flag);
    if (option == NULL)
        return TAKI_STR_NULL;
    const struct taki_setting *setting = taki_settings_find(&args->settings, option);
    return setting != NULL ? setting->text : taki_str_of(option->fallback);
}

bool taki_args_flag_is(const struct taki_args *args, const char *flag)
{
    bool value = false;
    return taki_str_bool(taki_args_flag(args, flag), &value) && value;
}

static enum taki_status unknown_flag(const struct taki_args *args, taki_str flag, struct taki_error *err)
{
    const char *names[256];
    size_t count = 0;
    for (size_t t = 0; t < args->table_count; t++) {
        for (size_t i = 0; i < args->tables[t].count && count < TAKI_LEN(names); i++) {
            if (args->tables[t].rows[i].flag != NULL)
                names[count++] = args->tables[t].rows[i].flag;
        }
    }
    const char *near = taki_nearest(flag, names, count);
    (void)taki_fail(err, TAKI_USAGE, "unknown option '--%.*s'", TAKI_STR_ARG(flag));
    return near != NULL ? taki_hint(err, "did you mean '--%s'?", near)
                        : taki_hint(err, "'%s --help' lists all options", args->app->name);
}

static enum taki_status refuse_secret(const struct taki_option *option, struct taki_error *err)
{
    (void)taki_fail(err, TAKI_USAGE, "'--%s' is a secret and not taken from the command line", option->flag);
    return taki_hint(err, "every user of this machine can read command lines; use the environment or ${file:PATH}");
}

/* argv as it is read. */
struct cursor {
    char **argv;
    int argc, at;
};

/* @p given is the text behind '=' or behind a letter, or NULL value: then the next word is the value. */
static enum taki_status add_flag(struct taki_args *args, const struct taki_option *option, taki_str given,
                                 struct cursor *cursor, struct taki_error *err)
{
    if (option->type == TAKI_OPTION_SECRET)
        return refuse_secret(option, err);
    if (taki_str_is_null(given) && option->type == TAKI_OPTION_BOOL)
        given = TAKI_STR("true");
    if (taki_str_is_null(given)) {
        if (cursor->at + 1 >= cursor->argc) {
            (void)taki_fail(err, TAKI_USAGE, "'--%s' needs a value", option->flag);
            return taki_hint(err, "'%s --help' lists all options", args->app->name);
        }
        given = taki_str_of(cursor->argv[++cursor->at]);
    }
    taki_settings_add(&args->settings, option, given, TAKI_ORIGIN_COMMAND_LINE);
    return TAKI_OK;
}

static enum taki_status add_long(struct taki_args *args, taki_str word, struct cursor *cursor, struct taki_error *err)
{
    taki_str given, name = taki_str_cut((taki_str){word.data + 2, word.size - 2}, '=', &given);
    const char *flag = taki_arena_copy(args->settings.arena, name.data, name.size);
    if (strcmp(flag, "markdown-options") == 0) {
        args->markdown = true;
        return TAKI_OK;
    }
    const struct taki_option *option = taki_args_option(args, flag);
    if (option != NULL)
        return add_flag(args, option, given, cursor, err);
    if (taki_str_starts(name, TAKI_STR("no-")) && taki_str_is_null(given)) {
        option = taki_args_option(args, flag + 3);
        if (option != NULL && option->type == TAKI_OPTION_BOOL)
            return add_flag(args, option, TAKI_STR("false"), cursor, err);
    }
    return unknown_flag(args, name, err);
}

/* -c FILE, -cFILE, -h; letters are not bundled. */
static enum taki_status add_letter(struct taki_args *args, taki_str word, struct cursor *cursor, struct taki_error *err)
{
    const struct taki_option *option = option_of_letter(args, word.data[1]);
    if (option == NULL) {
        (void)taki_fail(err, TAKI_USAGE, "unknown option '%.*s'", TAKI_STR_ARG(word));
        return taki_hint(err, "'%s --help' lists all options", args->app->name);
    }
    taki_str given = word.size > 2 ? (taki_str){word.data + 2, word.size - 2} : TAKI_STR_NULL;
    return add_flag(args, option, given, cursor, err);
}

static enum taki_status find_verb(struct taki_args *args, const char *word, struct taki_error *err)
{
    const char *names[64];
    size_t count = 0;
    for (size_t i = 0; i < args->app->verb_count && count < TAKI_LEN(names); i++) {
        if (strcmp(args->app->verbs[i].name, word) == 0) {
            args->verb = &args->app->verbs[i];
            return TAKI_OK;
        }
        names[count++] = args->app->verbs[i].name;
    }
    const char *near = taki_nearest(taki_str_of(word), names, count);
    (void)taki_fail(err, TAKI_USAGE, "unknown verb '%s'", word);
    return near != NULL ? taki_hint(err, "did you mean '%s %s'?", args->app->name, near)
                        : taki_hint(err, "'%s --help' lists all verbs", args->app->name);
}

enum taki_status taki_args_check(const struct taki_args *args, struct taki_error *err)
{
    const struct taki_verb *verb = args->verb;
    int64_t count = (int64_t)args->argument_count;
    if (verb == NULL || (count >= verb->min_arguments && (verb->max_arguments < 0 || count <= verb->max_arguments)))
        return TAKI_OK;
    (void)taki_fail(err, TAKI_USAGE, "'%s' got %lld arguments", verb->name, (long long)count);
    return taki_hint(err, "usage: %s %s %s", args->app->name, verb->name, verb->arguments);
}

/* The verb first, then its arguments. */
static enum taki_status add_word(struct taki_args *args, const char *word, bool *verb_seen, struct taki_error *err)
{
    if (*verb_seen) {
        args->arguments[args->argument_count++] = word;
        return TAKI_OK;
    }
    *verb_seen = true;
    return find_verb(args, word, err);
}

enum taki_status taki_args_parse(struct taki_args *args, struct taki_arena *arena, int argc, char **argv,
                                 struct taki_error *err)
{
    args->settings.arena = arena;
    args->arguments = TAKI_NEW_ARRAY(arena, (size_t)argc + 1, const char *);
    taki_settings_environment(&args->settings, args->tables, args->table_count);
    bool only_words = false, verb_seen = false;
    struct cursor cursor = {.argv = argv, .argc = argc, .at = 1};
    for (; cursor.at < argc; cursor.at++) {
        taki_str word = taki_str_of(argv[cursor.at]);
        enum taki_status status = TAKI_OK;
        if (only_words || word.size < 2 || word.data[0] != '-') {
            status = add_word(args, word.data, &verb_seen, err);
        } else if (taki_str_is(word, "--")) {
            only_words = true;
        } else if (word.data[1] == '-') {
            status = add_long(args, word, &cursor, err);
        } else {
            status = add_letter(args, word, &cursor, err);
        }
        TAKI_TRY(status);
    }
    if (!verb_seen && args->app->verb_count > 0)
        args->verb = &args->app->verbs[0];
    return TAKI_OK;
}
