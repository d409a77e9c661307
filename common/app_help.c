#include "app_private.h"

#include "taki/text.h"

#include <stdio.h>
#include <string.h>

static const char *in_language(const char *en, const char *ja)
{
    return taki_text_is_japanese() ? ja : en;
}

/* "  -c, --config FILE" */
static void flag_words(const struct taki_option *option, struct taki_buf *out)
{
    static const char *const values[] = {
        [TAKI_OPTION_TEXT] = "TEXT",    [TAKI_OPTION_SECRET] = "TEXT",
        [TAKI_OPTION_INTEGER] = "N",    [TAKI_OPTION_NUMBER] = "N",
        [TAKI_OPTION_RATIO] = "RATIO",  [TAKI_OPTION_BOOL] = NULL,
        [TAKI_OPTION_SIZE] = "SIZE",    [TAKI_OPTION_DURATION] = "DURATION",
        [TAKI_OPTION_DATE] = "DATE",    [TAKI_OPTION_ENUM] = NULL,
        [TAKI_OPTION_URL] = "URL",      [TAKI_OPTION_PATH] = "PATH",
        [TAKI_OPTION_LIST] = "A,B,...", [TAKI_OPTION_MAP] = NULL,
        [TAKI_OPTION_FREE] = NULL,
    };
    if (option->letter != '\0') {
        taki_buf_format(out, "  -%c, --%s", option->letter, option->flag);
    } else {
        taki_buf_format(out, "      --%s", option->flag);
    }
    const char *value = option->type == TAKI_OPTION_ENUM ? option->domain : values[option->type];
    if (value != NULL)
        taki_buf_format(out, " %s", value);
}

static void print_line(const char *left, const char *text, const char *fallback)
{
    size_t width = taki_text_width(taki_str_of(left));
    (void)printf("%s%*s%s", left, width < 36 ? (int)(36 - width) : 2, "", text);
    if (fallback != NULL)
        (void)printf(" [%s]", fallback);
    (void)putchar('\n');
}

static void print_flags(const struct taki_option_table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct taki_option *option = &table->rows[i];
        if (option->flag == NULL || option->type == TAKI_OPTION_SECRET)
            continue;
        TAKI_AUTO(taki_buf_reset) struct taki_buf words;
        taki_buf_init(&words, 4096);
        flag_words(option, &words);
        taki_buf_add_char(&words, '\0');
        print_line(words.data, in_language(option->en, option->ja),
                   option->type != TAKI_OPTION_BOOL ? option->fallback : NULL);
    }
}

void taki_help_print(const struct taki_args *args)
{
    const struct taki_app *app = args->app;
    (void)printf("%s: %s\n\n", app->name, in_language(app->en, app->ja));
    taki_print("usage: %s [VERB] [OPTIONS]\n\nverbs:\n", app->name);
    for (size_t i = 0; i < app->verb_count; i++) {
        const struct taki_verb *verb = &app->verbs[i];
        char left[256];
        (void)snprintf(left, sizeof left, "  %s %s", verb->name, verb->arguments);
        print_line(left, in_language(verb->en, verb->ja), i == 0 ? taki_text("default") : NULL);
    }
    taki_print("\noptions:\n");
    for (size_t t = 0; t < args->table_count; t++)
        print_flags(&args->tables[t]);
    taki_print("\nEvery option can also be given as TAKI_<OPTION> in the environment, e.g. TAKI_LOG_LEVEL=debug.\n"
               "Keys of the configuration file: '%s --show-config'.\n",
               app->name);
}

void taki_exit_codes_print(void)
{
    static const char *const retries[] = {
        [TAKI_RETRY_NO] = "no", [TAKI_RETRY_NOW] = "now", [TAKI_RETRY_LATER] = "later"};
    size_t count;
    const struct taki_status_info *list = taki_status_list(&count);
    for (size_t i = 0; i < count; i++) {
        (void)printf("%d %s %s %s\n", list[i].exit_code, list[i].name, retries[list[i].retry],
                     in_language(list[i].en, list[i].ja));
    }
}
