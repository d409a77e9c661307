/* --data FOLDER: one NDJSON file a table. Numbers and nested values keep their text. */
#include "world.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct member {
    char *name;
    char *value; /**< unescaped text, or raw JSON; NULL for null */
    char kind;   /**< s string, n number, b boolean, 0 null, r raw */
};

struct line {
    struct member members[1024];
    size_t n;
};

struct scan {
    const char *at;
    bool is_bad;
};

static void skip_space(struct scan *scan)
{
    scan->at += strspn(scan->at, " \t\r\n");
}

static void add_utf8(struct sim_buf *out, unsigned code)
{
    char text[4];
    size_t size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = size; i > 1; i--, code >>= 6)
        text[i - 1] = (char)(0x80 | (code & 0x3F));
    text[0] = (char)(lead[size] | code);
    sim_buf_add(out, text, size);
}

static unsigned take_hex(struct scan *scan)
{
    char digits[5] = {0};
    for (int i = 0; i < 4 && scan->at[1]; i++)
        digits[i] = *++scan->at;
    return (unsigned)strtoul(digits, NULL, 16);
}

static void take_escape(struct scan *scan, struct sim_buf *out)
{
    static const char from[] = "nrtbf", to[] = "\n\r\t\b\f";
    char c = *++scan->at;
    const char *found = c ? strchr(from, c) : NULL;
    if (c == 'u') {
        unsigned code = take_hex(scan);
        if (code >= 0xD800 && code < 0xDC00 && scan->at[1] == '\\' && scan->at[2] == 'u') {
            scan->at += 2;
            code = 0x10000 + ((code - 0xD800) << 10) + (take_hex(scan) - 0xDC00);
        }
        if (code)
            add_utf8(out, code);
    } else if (found) {
        sim_buf_add(out, &to[found - from], 1);
    } else {
        sim_buf_add(out, &c, 1);
    }
}

static char *take_string(struct scan *scan)
{
    struct sim_buf out = {0};
    sim_buf_add(&out, "", 0);
    for (scan->at++; *scan->at && *scan->at != '"'; scan->at++) {
        if (*scan->at == '\\') {
            take_escape(scan, &out);
        } else {
            sim_buf_add(&out, scan->at, 1);
        }
    }
    scan->is_bad |= *scan->at != '"';
    scan->at += *scan->at == '"';
    return out.data;
}

/** End of a nested value: brackets counted outside strings. */
static char *take_raw(struct scan *scan)
{
    const char *start = scan->at;
    int depth = 0;
    do {
        if (*scan->at == '"') {
            free(take_string(scan));
        } else {
            depth += (*scan->at == '{' || *scan->at == '[') - (*scan->at == '}' || *scan->at == ']');
            scan->at++;
        }
    } while (depth > 0 && *scan->at);
    scan->is_bad |= depth != 0;
    return sim_copy(start, (size_t)(scan->at - start));
}

static void take_value(struct scan *scan, struct member *member)
{
    skip_space(scan);
    if (*scan->at == '"') {
        member->kind = 's';
        member->value = take_string(scan);
    } else if (*scan->at == '{' || *scan->at == '[') {
        member->kind = 'r';
        member->value = take_raw(scan);
    } else {
        size_t size = strcspn(scan->at, ",} \t\r\n");
        member->value = sim_copy(scan->at, size);
        member->kind = member->value[0] == 't' || member->value[0] == 'f' ? 'b' : 'n';
        scan->at += size;
        if (strcmp(member->value, "null") == 0) {
            free(member->value);
            *member = (struct member){member->name, NULL, 0};
        }
    }
}

static bool parse_line(const char *text, struct line *line)
{
    struct scan scan = {text, false};
    line->n = 0;
    skip_space(&scan);
    if (*scan.at++ != '{')
        return false;
    for (skip_space(&scan); *scan.at == '"' && line->n < SIM_LEN(line->members); skip_space(&scan)) {
        struct member *member = &line->members[line->n++];
        *member = (struct member){.name = take_string(&scan)};
        skip_space(&scan);
        scan.is_bad |= *scan.at != ':';
        scan.at += *scan.at == ':';
        take_value(&scan, member);
        skip_space(&scan);
        scan.at += *scan.at == ',';
    }
    return *scan.at == '}' && !scan.is_bad;
}

static void free_line(struct line *line)
{
    for (size_t i = 0; i < line->n; i++) {
        free(line->members[i].name);
        free(line->members[i].value);
    }
    line->n = 0;
}

static enum sim_type guess_type(const struct member *member)
{
    int64_t seconds;
    bool is_date = false;
    if (member->kind == 's' && sim_time_parse(member->value, &seconds, &is_date))
        return is_date ? SIM_DATE : SIM_TIME;
    return member->kind == 'n' ? SIM_DOUBLE : member->kind == 'b' ? SIM_BOOL : member->kind == 'r' ? SIM_RAW : SIM_TEXT;
}

/** Fields the schema does not know get the one type all their values have, else text. */
static void learn_fields(struct sim_table *table, const struct line *line, size_t n_known, bool *seen)
{
    for (size_t i = 0; i < line->n; i++) {
        const struct member *member = &line->members[i];
        if (member->name[0] == '_')
            continue;
        size_t at = sim_field_need(table, member->name, SIM_TEXT);
        if (at < n_known || at >= 4096 || !member->kind)
            continue;
        enum sim_type type = guess_type(member);
        if (!seen[at]) {
            table->fields[at].type = type;
        } else if (table->fields[at].type != type) {
            table->fields[at].type = SIM_TEXT;
        }
        seen[at] = true;
    }
}

static const struct member *find_member(const struct line *line, const char *name)
{
    for (size_t i = 0; i < line->n; i++) {
        if (strcmp(line->members[i].name, name) == 0)
            return &line->members[i];
    }
    return NULL;
}

/** Tables without an id of their own are keyed by what they join. */
static char *key_of(const struct sim_table *table, const struct line *line)
{
    const struct member *key = find_member(line, table->fields[0].name);
    if (key && key->value)
        return sim_dup(key->value);
    const struct member *left = find_member(line, "listId"), *right = find_member(line, "leadId");
    left = left ? left : find_member(line, "programId");
    return left && right && left->value && right->value ? sim_format("%s-%s", left->value, right->value) : NULL;
}

static void fill_row(struct sim *sim, struct sim_table *table, struct sim_row *row, const struct line *line)
{
    for (size_t i = 0; i < line->n; i++) {
        const struct member *member = &line->members[i];
        size_t at = member->name[0] == '_' ? SIZE_MAX : sim_field_find(table, member->name);
        int64_t seconds;
        if (at == SIZE_MAX || !member->value)
            continue;
        if (table->fields[at].type == SIM_TIME && sim_time_parse(member->value, &seconds, NULL)) {
            sim_row_set_time(sim->store, table, row, member->name, seconds);
        } else {
            sim_row_set(sim->store, table, row, member->name, member->value);
        }
    }
    sim_data_complete(sim, table, row);
}

static void default_to(struct sim *sim, struct sim_table *table, struct sim_row *row, const char *field,
                       const char *value)
{
    if (sim_field_find(table, field) != SIZE_MAX && !sim_row_get(table, row, field))
        sim_row_set(sim->store, table, row, field, value);
}

void sim_data_complete(struct sim *sim, struct sim_table *table, struct sim_row *row)
{
    if (strcmp(table->vendor, "salesforce") != 0)
        return;
    const char *created = sim_row_get(table, row, "CreatedDate");
    default_to(sim, table, row, "IsDeleted", "false");
    default_to(sim, table, row, "SystemModstamp", sim_row_get(table, row, "LastModifiedDate"));
    default_to(sim, table, row, "SystemModstamp", created);
    default_to(sim, table, row, "LastModifiedDate", sim_row_get(table, row, "SystemModstamp"));
    const char *last = sim_row_get(table, row, "LastName"), *first = sim_row_get(table, row, "FirstName");
    if (last && !sim_row_get(table, row, "Name")) {
        char *name = sim_format("%s%s%s", first ? first : "", first ? " " : "", last);
        default_to(sim, table, row, "Name", name);
        free(name);
    }
    const char *deleted = sim_row_get(table, row, "IsDeleted"), *stamp = sim_row_get(table, row, "SystemModstamp");
    row->deleted_at = 0;
    if (deleted && strcmp(deleted, "true") == 0 && (!stamp || !sim_time_parse(stamp, &row->deleted_at, NULL)))
        row->deleted_at = 1;
}

static bool load_line(struct sim *sim, struct sim_table *table, const struct line *line)
{
    char *key = key_of(table, line);
    if (!key)
        return false;
    struct sim_row *row = sim_row_draft(sim->store, table, key);
    free(key);
    fill_row(sim, table, row, line);
    const struct member *gone = find_member(line, "_deleted"), *from = find_member(line, "_visible_from");
    row->is_gone = gone && gone->value && strcmp(gone->value, "true") == 0;
    int64_t when;
    if (from && from->value && sim_time_parse(from->value, &when, NULL)) {
        sim_row_pend(sim->store, when, table, row);
    } else {
        sim_row_put(sim->store, table, row);
    }
    return true;
}

struct loading {
    struct sim *sim;
    struct sim_table *table;
    size_t n_known, number;
    bool *seen;
    struct line line;
};

static bool take_line(struct loading *loading, const char *text, int pass)
{
    if (!text[strspn(text, " \r\t")])
        return true;
    bool ok = parse_line(text, &loading->line);
    if (ok && pass == 0) {
        learn_fields(loading->table, &loading->line, loading->n_known, loading->seen);
    } else if (ok) {
        ok = load_line(loading->sim, loading->table, &loading->line);
    }
    free_line(&loading->line);
    return ok;
}

/** Twice through the lines: first to learn fields, then to load. */
static bool each_line(struct loading *loading, const char *path, const char *text)
{
    bool ok = true;
    loading->n_known = loading->table->n_fields;
    for (int pass = 0; pass < 2 && ok; pass++) {
        loading->number = 0;
        for (const char *at = text; *at && ok; at += *at == '\n') {
            size_t size = strcspn(at, "\n");
            char *copy = sim_copy(at, size);
            loading->number++;
            ok = take_line(loading, copy, pass);
            free(copy);
            at += size;
        }
    }
    if (!ok)
        fprintf(stderr, "taki-sim: %s:%zu: not a record with a key\n", path, loading->number);
    return ok;
}

static struct sim_table *table_for(struct sim *sim, const char *vendor, const char *name)
{
    struct sim_table *table = sim_table_find(sim->store, vendor, name);
    if (table || strcmp(vendor, "salesforce") != 0)
        return table;
    struct sim_object *object = sim_alloc(sizeof *object);
    *object = (struct sim_object){sim_dup(name), "a00", "Id:i IsDeleted:b CreatedDate:T SystemModstamp:T", true};
    struct sim_table *made = sim_table_add(sim->store, "salesforce", object);
    made->owns_object = true;
    return made;
}

static bool load_file(struct sim *sim, const char *vendor, const char *folder, const char *file)
{
    char *name = sim_copy(file, strlen(file) - strlen(".ndjson"));
    char *path = sim_format("%s/%s/%s", folder, vendor, file);
    struct sim_table *table = table_for(sim, vendor, name);
    struct sim_buf text = {0};
    struct loading *loading = sim_alloc(sizeof *loading);
    *loading = (struct loading){.sim = sim, .table = table, .seen = sim_alloc(4096 * sizeof *loading->seen)};
    bool ok = table && sim_read_file(path, &text);
    if (ok) {
        ok = each_line(loading, path, text.data);
    } else {
        fprintf(stderr, "taki-sim: %s: no such table or unreadable\n", path);
    }
    free(loading->seen);
    free(loading);
    sim_buf_free(&text);
    free(path);
    free(name);
    return ok;
}

static int is_ndjson(const struct dirent *entry)
{
    size_t size = strlen(entry->d_name);
    return size > 7 && strcmp(entry->d_name + size - 7, ".ndjson") == 0;
}

bool sim_data_load(struct sim *sim, const char *folder)
{
    bool ok = true;
    for (size_t v = 0; v < sim_n_vendors; v++) {
        if (!sim_vendors[v]->objects)
            continue;
        char *path = sim_format("%s/%s", folder, sim_vendors[v]->name);
        struct dirent **entries = NULL;
        int n = scandir(path, &entries, is_ndjson, alphasort);
        for (int i = 0; i < n; i++) {
            ok = ok && load_file(sim, sim_vendors[v]->name, folder, entries[i]->d_name);
            free(entries[i]);
        }
        free(entries);
        free(path);
    }
    sim_store_settle(sim->store, sim->now);
    return ok;
}
