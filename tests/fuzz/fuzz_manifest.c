/**
 * @file fuzz_manifest.c
 * The readers of our own stored documents on arbitrary bytes: batch manifest, page index, stage manifest, stage table.
 * The first byte chooses. For stage tables the input is also taken as the inside of a row group whose checksums are
 * made right, since nothing else would get that far.
 */
#include "taki/file.h"
#include "taki/landing.h"
#include "taki/stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool truth)
{
    if (!truth)
        abort();
}

static char folder[256];

static void remove_folder(void)
{
    static const char *const names[] = {"manifest.json", "pages.ndjson", "x.tcol"};
    char path[300];
    for (size_t i = 0; i < TAKI_LEN(names); i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        (void)remove(path);
    }
    (void)remove(folder);
}

/** A folder for this process, made at first use. */
static const char *folder_of_process(void)
{
    if (folder[0] == '\0') {
        const char *base = getenv("TMPDIR");
        (void)snprintf(folder, sizeof folder, "%s/taki-fuzz-XXXXXX", base != NULL ? base : "/tmp");
        demand(mkdtemp(folder) != NULL);
        (void)atexit(remove_folder);
    }
    return folder;
}

static const char *put(struct taki_arena *arena, const char *name, taki_str data)
{
    const char *path = taki_arena_format(arena, "%s/%s", folder_of_process(), name);
    FILE *file = fopen(path, "wb");
    demand(file != NULL && fwrite(data.data, 1, data.size, file) == data.size);
    demand(fclose(file) == 0);
    return path;
}

static void fuzz_batch(struct taki_arena *arena, taki_str text)
{
    struct taki_batch batch;
    (void)put(arena, "manifest.json", text);
    if (taki_batch_read(arena, folder_of_process(), &batch, NULL) != TAKI_OK)
        return;
    struct taki_buf first;
    struct taki_buf second;
    taki_buf_init(&first, (size_t)1 << 26);
    taki_buf_init(&second, (size_t)1 << 26);
    taki_batch_write(&batch, &first);
    (void)put(arena, "manifest.json", taki_buf_view(&first));
    demand(taki_batch_read(arena, folder_of_process(), &batch, NULL) == TAKI_OK);
    taki_batch_write(&batch, &second);
    demand(taki_str_equal(taki_buf_view(&first), taki_buf_view(&second)));
    taki_buf_reset(&first);
    taki_buf_reset(&second);
}

static void fuzz_pages(struct taki_arena *arena, taki_str text)
{
    const struct taki_batch batch = {.folder = folder_of_process()};
    struct taki_page *pages = NULL;
    size_t count = 0;
    (void)put(arena, "pages.ndjson", text);
    if (taki_pages_read(arena, &batch, &pages, &count, NULL) != TAKI_OK)
        return;
    struct taki_buf first;
    taki_buf_init(&first, (size_t)1 << 26);
    for (size_t i = 0; i < count; i++)
        taki_page_write(&pages[i], &first);
    (void)put(arena, "pages.ndjson", taki_buf_view(&first));
    size_t again = 0;
    demand(taki_pages_read(arena, &batch, &pages, &again, NULL) == TAKI_OK && again == count);
    taki_buf_reset(&first);
}

static void fuzz_set(struct taki_arena *arena, taki_str text)
{
    struct taki_stage_set set;
    (void)put(arena, "manifest.json", text);
    if (taki_stage_set_read(arena, folder_of_process(), &set, NULL) != TAKI_OK)
        return;
    struct taki_buf first;
    struct taki_buf second;
    taki_buf_init(&first, (size_t)1 << 26);
    taki_buf_init(&second, (size_t)1 << 26);
    taki_stage_set_write(&set, &first);
    (void)put(arena, "manifest.json", taki_buf_view(&first));
    demand(taki_stage_set_read(arena, folder_of_process(), &set, NULL) == TAKI_OK);
    taki_stage_set_write(&set, &second);
    demand(taki_str_equal(taki_buf_view(&first), taki_buf_view(&second)));
    taki_buf_reset(&first);
    taki_buf_reset(&second);
}

/** Reads all; every text is touched to its last byte. */
static void fuzz_table(struct taki_arena *arena, taki_str bytes)
{
    const char *path = put(arena, "x.tcol", bytes);
    struct taki_stage_reader *reader = NULL;
    if (taki_stage_reader_open(path, &reader, NULL) != TAKI_OK)
        return;
    size_t count = 0;
    const struct taki_field *fields = taki_stage_reader_fields(reader, &count);
    const void *row = NULL;
    int64_t rows = 0;
    enum taki_status status = taki_stage_reader_next(reader, &row, NULL, NULL);
    for (; status == TAKI_OK; status = taki_stage_reader_next(reader, &row, NULL, NULL), rows++) {
        struct taki_buf out;
        taki_buf_init(&out, (size_t)1 << 24);
        for (size_t i = 0; i < count; i++)
            taki_field_print(&fields[i], row, 0, &out);
        taki_buf_reset(&out);
    }
    demand(status != TAKI_END || rows == taki_stage_reader_rows(reader));
    taki_stage_reader_close(reader);
}

static void add_number(struct taki_buf *out, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        taki_buf_add_char(out, (char)(value >> 8 * i));
}

static void add_checksum(struct taki_buf *out, size_t start)
{
    add_number(out, taki_hash((taki_str){out->data + start, out->size - start}), 8);
}

/** A file of one group: columns text, bool and i64; @p columns is the group behind its row count of @p rows. */
static void fuzz_group(struct taki_arena *arena, uint32_t rows, taki_str columns)
{
    static const char *const types[] = {"text", "bool", "i64"};
    struct taki_buf out;
    struct taki_buf list;
    taki_buf_init(&out, (size_t)1 << 26);
    taki_buf_init(&list, 1 << 12);
    add_number(&list, TAKI_LEN(types), 4);
    for (size_t i = 0; i < TAKI_LEN(types); i++) {
        add_number(&list, 1, 4);
        taki_buf_add_char(&list, (char)('a' + (int)i));
        add_number(&list, strlen(types[i]), 4);
        taki_buf_add_text(&list, types[i]);
        add_number(&list, 0, 8); // flags, no unit
        add_number(&list, 0, 4); // no meaning
    }
    taki_buf_add_text(&out, "TAKICOL\n");
    add_number(&out, 1, 4);
    add_number(&out, list.size, 4);
    taki_buf_add_str(&out, taki_buf_view(&list));
    add_checksum(&out, 0);
    const size_t group = out.size;
    add_number(&out, rows, 4);
    taki_buf_add_str(&out, columns);
    add_checksum(&out, group);
    const size_t foot = out.size;
    add_number(&out, group, 8);
    add_number(&out, foot - group, 8);
    add_number(&out, rows, 4);
    add_number(&out, rows, 8);
    add_number(&out, 1, 4);
    add_checksum(&out, foot);
    add_number(&out, foot, 8);
    taki_buf_add_text(&out, "TAKICOL\n");
    fuzz_table(arena, taki_buf_view(&out));
    taki_buf_reset(&out);
    taki_buf_reset(&list);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    struct taki_arena *arena = taki_arena_open("fuzz", 0);
    const taki_str rest = {(const char *)data + 1, size - 1};
    static void (*const targets[])(struct taki_arena *, taki_str) = {fuzz_batch, fuzz_pages, fuzz_set, fuzz_table};
    if (data[0] % 5 < 4)
        targets[data[0] % 5](arena, rest);
    else
        fuzz_group(arena, data[1], (taki_str){rest.data + 1, rest.size - 1});
    taki_arena_close(arena);
    return 0;
}
