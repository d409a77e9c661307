/**
 * @file bench_scan.c
 * Megabytes a CPU second of the JSON and CSV scanners on pages shaped like the vendors' (300 flat records of 25 fields,
 * a fifth of the texts Japanese). Not part of the build; by hand, from the root of the tree:
 *
 *     cmake --preset release && ninja -C build/release taki_common
 *     gcc -std=c17 -O2 -D_POSIX_C_SOURCE=200809L -Iinclude tests/bench/bench_scan.c
 * build/release/common/libtaki_common.a \
 *         $(pkg-config --libs libxxhash zlib libdeflate libcjson libfyaml libutf8proc libcrypto) -lcsv -lm -lpthread -o
 * bench_scan
 *     ./bench_scan [seconds]
 */
#include "taki/csv.h"
#include "taki/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define RECORDS 300
#define FIELDS 25

static double now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void add_value(struct taki_buf *out, int record, int field, int format)
{
    static const char *const japanese[] = {"株式会社サンプル商事", "営業本部 第二営業部", "山田 太郎",
                                           "東京都千代田区丸の内", "資料請求"};
    const char *quote = format == 0 ? "\"" : "";
    switch (field % 5) {
    case 0:
        taki_buf_format(out, "%s%d%s", quote, 100000 + record * 31 + field, quote);
        break;
    case 1:
        taki_buf_format(out, "%suser%d.%d@example.co.jp%s", quote, record, field, quote);
        break;
    case 2:
        taki_buf_format(out, "%s%s%s", quote, japanese[(record + field) % 5], quote);
        break;
    case 3:
        taki_buf_format(out, "%s2026-%02d-%02dT06:10:11Z%s", quote, record % 12 + 1, field % 28 + 1, quote);
        break;
    default:
        taki_buf_format(out, "%d", record * field);
        break;
    }
}

static void add_json_page(struct taki_buf *out)
{
    taki_buf_add_text(out, "{\"requestId\":\"e42b#14272d07d78\",\"success\":true,\"result\":[");
    for (int record = 0; record < RECORDS; record++) {
        taki_buf_add_text(out, record == 0 ? "{" : ",{");
        for (int field = 0; field < FIELDS; field++) {
            taki_buf_format(out, "%s\"fieldName%02d\":", field == 0 ? "" : ",", field);
            add_value(out, record, field, 0);
        }
        taki_buf_add_char(out, '}');
    }
    taki_buf_add_text(out, "]}");
}

static void add_csv_page(struct taki_buf *out, bool quoted)
{
    for (int record = 0; record < RECORDS; record++) {
        for (int field = 0; field < FIELDS; field++) {
            taki_buf_add_text(out, field == 0 ? "" : ",");
            taki_buf_add_text(out, quoted ? "\"" : "");
            add_value(out, record, field, 1);
            taki_buf_add_text(out, quoted ? "\"" : "");
        }
        taki_buf_add_char(out, '\n');
    }
}

static size_t scan_json(struct taki_arena *arena, taki_str text, const struct taki_csv_options *options)
{
    struct taki_json json;
    (void)options;
    if (taki_json_parse(arena, text, NULL, &json, NULL) != TAKI_OK)
        abort();
    return json.count;
}

static size_t scan_csv(struct taki_arena *arena, taki_str text, const struct taki_csv_options *options)
{
    struct taki_csv_record record;
    struct taki_csv *csv = taki_csv_new(arena, text, options);
    size_t fields = 0;
    while (taki_csv_next(csv, &record, NULL) == TAKI_OK)
        fields += record.count;
    return fields;
}

static void measure(const char *what, taki_str text, const struct taki_csv_options *options, double seconds,
                    size_t (*scan)(struct taki_arena *, taki_str, const struct taki_csv_options *))
{
    struct taki_arena *arena = taki_arena_open("bench", 0);
    size_t values = 0;
    double rounds = 0;
    const double start = now();
    double end = start;
    for (; end - start < seconds; end = now()) {
        for (int i = 0; i < 10; i++, rounds += 1) {
            values = scan(arena, text, options);
            taki_arena_reset(arena);
        }
    }
    printf("%-22s %7zu bytes %6zu values %8.0f MB/s\n", what, text.size, values,
           (double)text.size * rounds / (end - start) / 1e6);
    taki_arena_close(arena);
}

int main(int argc, char **argv)
{
    const double seconds = argc > 1 ? strtod(argv[1], NULL) : 1;
    struct taki_buf json;
    struct taki_buf plain;
    struct taki_buf quoted;
    taki_buf_init(&json, (size_t)1 << 26);
    taki_buf_init(&plain, (size_t)1 << 26);
    taki_buf_init(&quoted, (size_t)1 << 26);
    add_json_page(&json);
    add_csv_page(&plain, false);
    add_csv_page(&quoted, true);
    const struct taki_csv_options slow = {.libcsv_only = true};
    measure("JSON page", taki_buf_view(&json), NULL, seconds, scan_json);
    measure("CSV plain", taki_buf_view(&plain), NULL, seconds, scan_csv);
    measure("CSV quoted", taki_buf_view(&quoted), NULL, seconds, scan_csv);
    measure("CSV plain, libcsv", taki_buf_view(&plain), &slow, seconds, scan_csv);
    taki_buf_reset(&json);
    taki_buf_reset(&plain);
    taki_buf_reset(&quoted);
    return 0;
}
