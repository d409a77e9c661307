/* Any bytes as a configuration: errors or a tree, never a crash; what is accepted can be asked, shown and hashed. */
#define _GNU_SOURCE // memmem; NOLINT(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
#include "../../common/config_private.h"

#include "taki/app.h"
#include "taki/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask(const struct taki_config *config)
{
    static const char *const top[] = {"business", "sources", "maps", "rules", "identity", "targets", "quality"};
    struct taki_buf out, again;
    taki_buf_init(&out, (size_t)64 << 20);
    taki_buf_init(&again, (size_t)64 << 20);
    taki_config_canonical(config, top, TAKI_LEN(top), &out);
    taki_config_canonical(config, top, TAKI_LEN(top), &again);
    if (!taki_str_equal(taki_buf_view(&out), taki_buf_view(&again)))
        abort();
    taki_buf_clear(&out);
    taki_node_flow(taki_config_root(config), &out);
    if (taki_config_integer(config, "business.fiscal_start_month") < 1)
        abort();
    taki_buf_reset(&out);
    taki_buf_reset(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct taki_arena *arena = taki_arena_open("fuzz", 0);
    struct taki_settings settings = {.arena = arena};
    struct taki_config *config = NULL;
    struct taki_error err = {0};
    /* From memory: without a path there are no files beside it, and ${file:} is never followed. */
    if (taki_config_new(NULL, &taki_common_options, 1, &settings, &config, &err) != TAKI_OK)
        abort();
    config->path = "fuzz.yml";
    bool follows = size >= 6 && memmem(data, size, "${file", 6) != NULL;
    if (!follows && taki_config_parse(config, (taki_str){(const char *)data, size}, &err) == TAKI_OK &&
        config->problem_count == 0) {
        taki_config_resolve(config);
        taki_config_check(config);
        if (config->problem_count == 0)
            ask(config);
    }
    for (size_t i = 0; i < config->problem_count; i++) {
        if (strncmp(config->problems[i].text, "fuzz.yml:", 9) != 0)
            abort();
    }
    taki_arena_close(arena);
    return 0;
}
