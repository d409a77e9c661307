#include "verbs.h"

#include "taki/file.h"
#include "taki/stage.h"

#include <string.h>

static enum taki_status verify_table(struct taki_run *run, const struct taki_stage_set *set,
                                     const struct taki_stage_table *table, struct taki_error *err)
{
    char sha256[TAKI_SHA256_HEX];
    int64_t size;
    const char *path = taki_arena_format(run->arena, "%s/%s", set->folder, table->file);
    if (!taki_file_exists(path))
        return taki_fail(err, TAKI_DAMAGED, "stage file '%s' is missing", path);
    TAKI_TRY(taki_file_hash(path, sha256, &size, err));
    if (size == table->bytes && strcmp(sha256, table->sha256) == 0)
        return TAKI_OK;
    (void)taki_fail(err, TAKI_DAMAGED, "stage file '%s' is not what its manifest says", path);
    return taki_hint(err, "remove the folder and calculate the day again: run --as-of");
}

enum taki_status taki_transform_verify(struct taki_run *run, struct taki_error *err)
{
    struct taki_stage_set *sets;
    size_t count, tables = 0;
    enum taki_status worst = TAKI_OK;
    TAKI_TRY(taki_stage_list(run->arena, run->data_dir, &sets, &count, err));
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < sets[i].table_count; k++) {
            struct taki_error own = {0};
            enum taki_status status = verify_table(run, &sets[i], &sets[i].tables[k], &own);
            tables++;
            if (status == TAKI_OK)
                continue;
            taki_print("%s\n", own.text);
            if (worst == TAKI_OK && err)
                *err = own;
            worst = status;
        }
        TAKI_TRY(taki_run_check_stop(err));
    }
    taki_print("%zu stage sets, %zu tables\n", count, tables);
    return worst;
}
