#include "config_private.h"
#include "message.h"

#include "taki/log.h"
#include "taki/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct taki_problem *new_problem(struct taki_config *config)
{
    if (config->problem_count == config->problem_capacity) {
        size_t capacity = config->problem_capacity == 0 ? 16 : config->problem_capacity * 2;
        struct taki_problem *problems = TAKI_NEW_ARRAY(config->arena, capacity, struct taki_problem);
        if (config->problem_count > 0)
            memcpy(problems, config->problems, config->problem_count * sizeof *problems);
        config->problems = problems;
        config->problem_capacity = capacity;
    }
    return &config->problems[config->problem_count++];
}

void taki_problem_add(struct taki_config *config, const struct taki_place *place, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    taki_message_print(text, sizeof text, format, arguments);
    va_end(arguments);
    const char *path = place->path != NULL ? place->path : "";
    const char *separator = place->path != NULL ? ": " : "";
    struct taki_problem *problem = new_problem(config);
    *problem = (struct taki_problem){
        .line = place->line, .column = place->column, .order = config->problem_count, .missing = place->missing};
    if (place->line > 0 && config->path != NULL) {
        problem->text = taki_arena_format(config->arena, "%s:%d:%d: %s%s%s", config->path, place->line, place->column,
                                          path, separator, text);
    } else {
        problem->text = taki_arena_format(config->arena, "%s%s%s", path, separator, text);
    }
    config->missing_count += place->missing;
}

static int compare_problems(const void *a, const void *b)
{
    const struct taki_problem *x = a, *y = b;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    if (x->column != y->column)
        return x->column < y->column ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

/* Later secrets may show in texts made before they were known, so every text is masked again when printed. */
void taki_problems_print(struct taki_config *config)
{
    if (config->problem_count > 0)
        qsort(config->problems, config->problem_count, sizeof *config->problems, compare_problems);
    for (size_t i = 0; i < config->problem_count; i++) {
        char *text = taki_arena_format(config->arena, "%s", config->problems[i].text);
        taki_log_mask(text);
        (void)fprintf(stderr, "%s\n", text);
    }
}
