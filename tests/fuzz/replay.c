/* Feeds files, or all files of folders, to a fuzz target: corpora run as tests, without libFuzzer. */
#include "taki/file.h"

#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum taki_status replay_file(const char *path, struct taki_error *err)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf data;
    taki_buf_init(&data, (size_t)64 << 20);
    TAKI_TRY(taki_file_read(path, &data, err));
    taki_str view = taki_buf_view(&data);
    (void)LLVMFuzzerTestOneInput((const uint8_t *)view.data, view.size);
    return TAKI_OK;
}

static enum taki_status replay(struct taki_arena *arena, const char *path, struct taki_error *err)
{
    const char **names;
    size_t count;
    if (taki_file_list(arena, path, &names, &count, NULL) != TAKI_OK)
        return replay_file(path, err);
    for (size_t i = 0; i < count; i++)
        TAKI_TRY(replay_file(taki_arena_format(arena, "%s/%s", path, names[i]), err));
    return TAKI_OK;
}

int main(int argc, char **argv)
{
    TAKI_AUTO(taki_arena_auto) struct taki_arena *arena = taki_arena_open("replay", 0);
    struct taki_error err = {0};
    for (int i = 1; i < argc; i++) {
        if (replay(arena, argv[i], &err) != TAKI_OK) {
            (void)fprintf(stderr, "%s\n", err.text);
            return 1;
        }
    }
    return 0;
}
