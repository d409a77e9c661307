#include "files_read.h"

#include "slice.h"

#include "taki/csv.h"
#include "taki/hash.h"
#include "taki/json.h"

#include <string.h>

#define PIECE_BYTES ((size_t)8 << 20)

struct taki_files_reader {
    struct taki_arena *arena, *scratch;
    struct taki_files_rule rule;
    const struct taki_charset *charset;
    taki_str body;
    size_t at;
    struct taki_decoder *decoder;
    struct taki_buf text; /**< the piece as UTF-8 */
    struct taki_files_counts counts;
    struct taki_map *names;
    size_t width;
    taki_str *columns; /**< names as they stand in the header line */
    taki_str header;
    enum taki_status (*check)(struct taki_files_reader *reader, taki_str text, struct taki_error *err);
};

static enum taki_status check_csv(struct taki_files_reader *reader, taki_str text, struct taki_error *err);
static enum taki_status check_json(struct taki_files_reader *reader, taki_str text, struct taki_error *err);
static enum taki_status check_ndjson(struct taki_files_reader *reader, taki_str text, struct taki_error *err);

static const struct format_row {
    const char *name;
    bool is_whole; /**< one document: cannot be cut */
    enum taki_status (*check)(struct taki_files_reader *reader, taki_str text, struct taki_error *err);
} formats[] = {
    {"csv",    false, check_csv   },
    {"tsv",    false, check_csv   },
    {"json",   true,  check_json  },
    {"ndjson", false, check_ndjson},
};

static const struct ending {
    const char *text, *format;
} endings[] = {
    {".csv",    "csv"   },
    {".tsv",    "tsv"   },
    {".txt",    "tsv"   },
    {".json",   "json"  },
    {".ndjson", "ndjson"},
    {".jsonl",  "ndjson"},
};

static bool ends_nocase(taki_str text, const char *ending)
{
    size_t size = strlen(ending);
    return text.size >= size &&
           taki_str_equal_nocase((taki_str){text.data + text.size - size, size}, (taki_str){ending, size});
}

const char *taki_files_format_of(taki_str path)
{
    if (ends_nocase(path, ".gz"))
        path.size -= 3;
    for (size_t i = 0; i < TAKI_LEN(endings); i++) {
        if (ends_nocase(path, endings[i].text))
            return endings[i].format;
    }
    return NULL;
}

bool taki_files_is_gzip(taki_str path, taki_str body)
{
    return ends_nocase(path, ".gz") || (body.size >= 2 && memcmp(body.data, "\x1F\x8B", 2) == 0);
}

static const struct format_row *find_format(const char *name)
{
    for (size_t i = 0; i < TAKI_LEN(formats); i++) {
        if (strcmp(formats[i].name, name) == 0)
            return &formats[i];
    }
    taki_bug("a format that the option table does not know");
}

enum taki_status taki_files_reader_new(struct taki_arena *arena, const struct taki_files_rule *rule,
                                       taki_str content_type, taki_str body, struct taki_files_reader **reader,
                                       struct taki_error *err)
{
    const struct taki_charset *charset;
    TAKI_TRY(taki_charset_choose(rule->encoding, content_type, body, &charset, err));
    struct taki_decoder *decoder;
    TAKI_TRY(taki_decoder_open(charset, &decoder, err));
    struct taki_files_reader *made = TAKI_NEW(arena, struct taki_files_reader);
    *made = (struct taki_files_reader){
        .arena = arena,
        .scratch = taki_arena_open("file records", 0),
        .rule = *rule,
        .charset = charset,
        .body = body,
        .decoder = decoder,
        .names = taki_map_new(arena, 32),
        .check = find_format(rule->format)->check,
    };
    if (made->rule.piece_bytes == 0)
        made->rule.piece_bytes = PIECE_BYTES;
    taki_buf_init(&made->text, rule->ceiling_bytes);
    *reader = made;
    return TAKI_OK;
}

void taki_files_reader_reset(struct taki_files_reader *reader)
{
    if (reader == NULL)
        return;
    taki_decoder_close(reader->decoder);
    reader->decoder = NULL;
    taki_buf_reset(&reader->text);
    taki_arena_close(reader->scratch);
    reader->scratch = NULL;
}

const struct taki_charset *taki_files_reader_charset(const struct taki_files_reader *reader)
{
    return reader->charset;
}

struct taki_files_counts taki_files_reader_counts(const struct taki_files_reader *reader)
{
    return reader->counts;
}

const taki_str *taki_files_reader_fields(const struct taki_files_reader *reader, size_t *count)
{
    *count = taki_map_count(reader->names);
    taki_str *fields = TAKI_NEW_ARRAY(reader->arena, *count, taki_str);
    for (size_t i = 0; i < *count; i++)
        fields[i] = taki_map_key(reader->names, i);
    return fields;
}

static void add_name(struct taki_files_reader *reader, taki_str name)
{
    bool is_new;
    (void)taki_map_put(reader->names, name, &is_new);
}

/** The header line: its names, and the same as JSON for the pieces that will not have one. */
static enum taki_status take_header(struct taki_files_reader *reader, const struct taki_csv_record *record,
                                    struct taki_error *err)
{
    struct taki_buf json;
    taki_buf_init(&json, (size_t)4 << 20);
    struct taki_json_writer w = {.buf = &json};
    taki_json_open(&w, '[');
    reader->columns = TAKI_NEW_ARRAY(reader->arena, record->count, taki_str);
    for (size_t i = 0; i < record->count; i++) {
        taki_str name = record->fields[i].data != NULL ? record->fields[i] : TAKI_STR("");
        reader->columns[i] = taki_str_dup(reader->arena, record->fields[i]);
        add_name(reader, name);
        taki_json_str(&w, name);
    }
    taki_json_close(&w, ']');
    enum taki_status status = taki_buf_check(&json, "header line", err);
    reader->header = taki_str_dup(reader->arena, taki_buf_view(&json));
    reader->width = record->count;
    taki_buf_reset(&json);
    return status;
}

static bool is_header(const struct taki_files_reader *reader, const struct taki_csv_record *record)
{
    if (record->count != reader->width)
        return false;
    for (size_t i = 0; i < record->count; i++) {
        if (!taki_str_equal(record->fields[i], reader->columns[i]))
            return false;
    }
    return true;
}

static void count_record(struct taki_files_reader *reader, const struct taki_csv_record *record)
{
    if (is_header(reader, record)) {
        reader->counts.headers++;
        return;
    }
    reader->counts.records++;
    reader->counts.odd_width += record->count != reader->width;
}

static enum taki_status check_csv(struct taki_files_reader *reader, taki_str text, struct taki_error *err)
{
    struct taki_csv_options options = {.delimiter = reader->rule.delimiter};
    struct taki_csv *csv = taki_csv_new(reader->scratch, text, &options);
    struct taki_csv_record record;
    for (;;) {
        struct taki_error problem = {0};
        enum taki_status status = taki_csv_next(csv, &record, &problem);
        if (status == TAKI_END)
            return TAKI_OK;
        if (status != TAKI_OK && (status != TAKI_CONTRACT || reader->header.data == NULL)) {
            if (err != NULL)
                *err = problem;
            return status;
        }
        if (reader->header.data == NULL) {
            TAKI_TRY(take_header(reader, &record, err));
            continue;
        }
        if (status == TAKI_OK) {
            count_record(reader, &record);
            continue;
        }
        reader->counts.records++;
        reader->counts.malformed++;
        taki_csv_skip_line(csv);
    }
}

static const struct taki_json_limits json_limits = {.allow_duplicate_keys = true};

static void add_members(struct taki_files_reader *reader, const struct taki_json *json,
                        const struct taki_json_node *record)
{
    if (record->type != TAKI_JSON_OBJECT)
        return;
    const struct taki_json_node *member = taki_json_first(json, record);
    for (; member != NULL; member = taki_json_next(json, record, member))
        add_name(reader, taki_json_key(reader->scratch, member));
}

static enum taki_status check_json(struct taki_files_reader *reader, taki_str text, struct taki_error *err)
{
    struct taki_json json;
    TAKI_TRY(taki_json_parse(reader->scratch, text, &json_limits, &json, err));
    const char *path = taki_str_dup(reader->scratch, reader->rule.records_at).data;
    const struct taki_json_node *list =
        path == NULL || *path == '\0' ? json.nodes : taki_json_at(&json, json.nodes, path);
    if (list == NULL || list->type != TAKI_JSON_ARRAY) {
        (void)taki_fail(err, TAKI_CONTRACT, "no array of records at '%s'", path == NULL ? "" : path);
        (void)taki_hint(err,
                        "set 'records_at' to the path of the array, e.g. data/items; empty means the document itself");
        return TAKI_CONTRACT;
    }
    const struct taki_json_node *record = taki_json_first(&json, list);
    for (; record != NULL; record = taki_json_next(&json, list, record)) {
        reader->counts.records++;
        add_members(reader, &json, record);
    }
    return TAKI_OK;
}

/** A bad line is refused later, one by one; a bad last line without line end is a cut file. */
static enum taki_status check_ndjson(struct taki_files_reader *reader, taki_str text, struct taki_error *err)
{
    bool is_last_piece = reader->at == reader->body.size;
    taki_str rest = text;
    while (rest.data != NULL && rest.size > 0) {
        taki_str line = taki_str_trim(taki_str_cut(rest, '\n', &rest));
        if (line.size == 0)
            continue;
        struct taki_json json;
        enum taki_status status = taki_json_parse(reader->scratch, line, &json_limits, &json, err);
        if (status == TAKI_CONTRACT && is_last_piece && rest.data == NULL)
            return taki_while(err, status, "the last line is cut");
        if (status != TAKI_OK && status != TAKI_CONTRACT)
            return status;
        reader->counts.records++;
        reader->counts.malformed += status == TAKI_CONTRACT;
        if (status == TAKI_OK)
            add_members(reader, &json, json.nodes);
        taki_arena_reset(reader->scratch);
    }
    return TAKI_OK;
}

static struct taki_slice_rule slice_rule(const struct taki_files_reader *reader)
{
    return (struct taki_slice_rule){
        .charset = reader->charset,
        .delimiter = reader->check == check_csv ? reader->rule.delimiter : (char)0,
        .target_bytes = reader->rule.piece_bytes,
    };
}

/** Next piece of the body and how much of its beginning is banner. */
static taki_str cut_piece(struct taki_files_reader *reader, size_t *banner)
{
    taki_str rest = {reader->body.data + reader->at, reader->body.size - reader->at};
    *banner = 0;
    if (find_format(reader->rule.format)->is_whole)
        return rest;
    if (reader->at == 0)
        *banner = taki_slice_lines(rest, reader->charset, reader->rule.skip_lines);
    struct taki_slice_rule rule = slice_rule(reader);
    rest.size = *banner + taki_slice_size((taki_str){rest.data + *banner, rest.size - *banner}, &rule);
    return rest;
}

/** What only the end of the file can show. */
static enum taki_status check_end(const struct taki_files_reader *reader, taki_str piece, struct taki_error *err)
{
    TAKI_TRY(taki_decoder_finish(reader->decoder, err));
    if (reader->check != check_csv)
        return TAKI_OK;
    if (reader->header.data == NULL)
        return taki_fail(err, TAKI_CONTRACT, "no header line");
    struct taki_slice_rule rule = slice_rule(reader);
    if (taki_slice_is_open(piece, &rule))
        return taki_fail(err, TAKI_CONTRACT, "the file ends inside quotes: it is cut, or a quote never closes");
    return TAKI_OK;
}

enum taki_status taki_files_reader_next(struct taki_files_reader *reader, struct taki_files_piece *piece,
                                        struct taki_error *err)
{
    if (reader->at == reader->body.size && reader->at > 0)
        return TAKI_END;
    size_t banner;
    taki_str bytes = cut_piece(reader, &banner);
    *piece = (struct taki_files_piece){.bytes = bytes, .header = reader->header};
    int64_t before = reader->counts.records;
    taki_str banner_bytes = {bytes.data, banner}, rest = {bytes.data + banner, bytes.size - banner};
    taki_buf_clear(&reader->text);
    TAKI_TRY(taki_decoder_feed(reader->decoder, banner_bytes, &reader->text, err));
    taki_buf_clear(&reader->text);
    TAKI_TRY(taki_decoder_feed(reader->decoder, rest, &reader->text, err));
    reader->at += bytes.size;
    taki_arena_reset(reader->scratch);
    TAKI_TRY(reader->check(reader, taki_buf_view(&reader->text), err));
    if (reader->at == reader->body.size)
        TAKI_TRY(check_end(reader, rest, err));
    piece->records = reader->counts.records - before;
    return reader->body.size > 0 ? TAKI_OK : TAKI_END;
}
