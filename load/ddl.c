#include "ddl.h"

#include "taki/json.h"

#include <string.h>

/* In order of enum taki_type: id, text, enum, list, bool, i64, f64, date, instant, money (%d = scale). */
static const struct taki_ddl_dialect dialects[] = {
    {"postgres",
     {"text", "text", "text", "jsonb", "boolean", "bigint", "double precision", "date", "timestamptz",
      "numeric(18,%d)"},
     "\"", "column",
     "-- COPY ... FROM ... (FORMAT csv, HEADER true)\n"                                                              },
    {"bigquery",
     {"STRING", "STRING", "STRING", "STRING", "BOOL", "INT64", "FLOAT64", "DATE", "TIMESTAMP", "NUMERIC(18,%d)"},
     "`",  "options",
     "-- bq load --source_format=CSV --skip_leading_rows=1\n"                                                        },
    {"snowflake",
     {"VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR", "BOOLEAN", "BIGINT", "DOUBLE", "DATE", "TIMESTAMP_TZ",
      "NUMBER(18,%d)"},
     "\"", "inline",
     "-- FILE_FORMAT = (TYPE = CSV SKIP_HEADER = 1 FIELD_OPTIONALLY_ENCLOSED_BY = '\"' EMPTY_FIELD_AS_NULL = TRUE)\n"},
    {"redshift",
     {"VARCHAR(256)", "VARCHAR(65535)", "VARCHAR(64)", "VARCHAR(65535)", "BOOLEAN", "BIGINT", "DOUBLE PRECISION",
      "DATE", "TIMESTAMPTZ", "NUMERIC(18,%d)"},
     "\"", "column",
     "-- COPY ... CSV GZIP IGNOREHEADER 1 TIMEFORMAT 'auto'; maps by position\n"                                     },
    {"duckdb",
     {"VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR", "BOOLEAN", "BIGINT", "DOUBLE", "DATE", "TIMESTAMPTZ",
      "DECIMAL(18,%d)"},
     "\"", "column",
     "-- COPY ... FROM ... (FORMAT csv, HEADER true)\n"                                                              },
};

const struct taki_ddl_dialect *taki_ddl_dialects(size_t *count)
{
    *count = TAKI_LEN(dialects);
    return dialects;
}

static void add_quoted(taki_str text, char quote, struct taki_buf *out)
{
    taki_buf_add_char(out, quote);
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == quote)
            taki_buf_add_char(out, quote);
        taki_buf_add_char(out, text.data[i]);
    }
    taki_buf_add_char(out, quote);
}

/* The only conversion a type name may hold is the scale of money. */
static void add_type(const char *type, int money_digits, struct taki_buf *out)
{
    const char *scale = strstr(type, "%d");
    if (scale == NULL) {
        taki_buf_add_text(out, type);
        return;
    }
    taki_buf_add(out, type, (size_t)(scale - type));
    taki_buf_add_i64(out, money_digits);
    taki_buf_add_text(out, scale + 2);
}

static void add_column(const struct taki_ddl_dialect *dialect, const struct taki_field *field, int money_digits,
                       struct taki_buf *out)
{
    taki_buf_add_text(out, "  ");
    taki_buf_format(out, "%s%s%s ", dialect->quote, field->name, dialect->quote);
    add_type(dialect->types[field->type], money_digits, out);
    if ((field->flags & TAKI_FIELD_KEY) != 0)
        taki_buf_add_text(out, " NOT NULL");
    if (strcmp(dialect->comment, "inline") == 0) {
        taki_buf_add_text(out, " COMMENT ");
        add_quoted(taki_str_of(field->meaning), '\'', out);
    } else if (strcmp(dialect->comment, "options") == 0) {
        taki_buf_add_text(out, " OPTIONS(description=");
        taki_json_add_string(out, taki_str_of(field->meaning));
        taki_buf_add_char(out, ')');
    }
}

void taki_ddl_write(const struct taki_ddl_dialect *dialect, const struct taki_stage_table *table, int money_digits,
                    struct taki_buf *out)
{
    taki_buf_format(out, "-- taki %s: %s\n%s", table->name, table->meaning, dialect->engine_note);
    taki_buf_format(out, "CREATE TABLE %s%s%s (\n", dialect->quote, table->name, dialect->quote);
    for (size_t i = 0; i < table->field_count; i++) {
        add_column(dialect, &table->fields[i], money_digits, out);
        taki_buf_add_text(out, i + 1 < table->field_count ? ",\n" : "\n");
    }
    taki_buf_add_text(out, ");\n");
    for (size_t i = 0; strcmp(dialect->comment, "column") == 0 && i < table->field_count; i++) {
        taki_buf_format(out, "COMMENT ON COLUMN %s%s%s.%s%s%s IS ", dialect->quote, table->name, dialect->quote,
                        dialect->quote, table->fields[i].name, dialect->quote);
        add_quoted(taki_str_of(table->fields[i].meaning), '\'', out);
        taki_buf_add_text(out, ";\n");
    }
}

static void add_query_type(const struct taki_field *field, struct taki_buf *out)
{
    static const char *const types[TAKI_TYPE_COUNT_] = {"type text",         "type text",  "type text",   "type text",
                                                        "type logical",      "Int64.Type", "type number", "type date",
                                                        "type datetimezone", "type number"};
    taki_buf_format(out, "{\"%s\", %s}", field->name, types[field->type]);
}

void taki_power_query_write(const struct taki_stage_table *table, struct taki_buf *out)
{
    taki_buf_format(out, "// taki %s: %s\n", table->name, table->meaning);
    taki_buf_add_text(out, "// Root: the folder v1 of the published files. Empty texts are read as null, like NULL.\n"
                           "let\n    Root = \"C:\\taki\\publish\\v1\",\n");
    taki_buf_format(out, "    File = File.Contents(Root & \"\\current\\%s.csv.gz\"),\n", table->name);
    taki_buf_format(out,
                    "    Csv = Csv.Document(Binary.Decompress(File, Compression.GZip), [Delimiter = \",\", Columns = "
                    "%zu, Encoding = 65001, QuoteStyle = QuoteStyle.Csv]),\n",
                    table->field_count);
    taki_buf_add_text(out, "    Named = Table.PromoteHeaders(Csv, [PromoteAllScalars = true]),\n"
                           "    Nulls = Table.ReplaceValue(Named, \"\", null, Replacer.ReplaceValue, "
                           "Table.ColumnNames(Named)),\n"
                           "    Typed = Table.TransformColumnTypes(Nulls, {\n");
    for (size_t i = 0; i < table->field_count; i++) {
        taki_buf_add_text(out, "        ");
        add_query_type(&table->fields[i], out);
        taki_buf_add_text(out, i + 1 < table->field_count ? ",\n" : "\n");
    }
    taki_buf_add_text(out, "    }, \"en-US\")\nin\n    Typed\n");
}

static void add_schema_field(struct taki_json_writer *w, const struct taki_field *field)
{
    static const char *const types[TAKI_TYPE_COUNT_] = {"string",  "string", "string", "array",    "boolean",
                                                        "integer", "number", "date",   "datetime", "number"};
    taki_json_open(w, '{');
    taki_json_name(w, "name");
    taki_json_cstr(w, field->name);
    taki_json_name(w, "type");
    taki_json_cstr(w, types[field->type]);
    if (field->type == TAKI_TYPE_INSTANT) {
        taki_json_name(w, "format");
        taki_json_cstr(w, "%Y-%m-%dT%H:%M:%S.%fZ");
    }
    taki_json_name(w, "description");
    taki_json_cstr(w, field->meaning);
    if (field->unit[0] != '\0') {
        taki_json_name(w, "unit");
        taki_json_cstr(w, field->unit);
    }
    taki_json_close(w, '}');
}

static void add_primary_key(struct taki_json_writer *w, const struct taki_stage_table *table)
{
    taki_json_name(w, "primaryKey");
    taki_json_open(w, '[');
    for (size_t i = 0; i < table->field_count; i++) {
        if ((table->fields[i].flags & TAKI_FIELD_KEY) != 0)
            taki_json_cstr(w, table->fields[i].name);
    }
    taki_json_close(w, ']');
}

static void add_resource(struct taki_json_writer *w, const struct taki_stage_table *table)
{
    taki_json_open(w, '{');
    taki_json_name(w, "name");
    taki_json_cstr(w, table->name);
    taki_json_name(w, "title");
    taki_json_cstr(w, table->meaning);
    taki_json_name(w, "path");
    struct taki_buf path;
    taki_buf_init(&path, 1024);
    taki_buf_format(&path, "../current/%s.csv.gz", table->name);
    taki_json_str(w, taki_buf_view(&path));
    taki_buf_reset(&path);
    taki_json_name(w, "format");
    taki_json_cstr(w, "csv");
    taki_json_name(w, "encoding");
    taki_json_cstr(w, "utf-8");
    taki_json_name(w, "schema");
    taki_json_open(w, '{');
    taki_json_name(w, "fields");
    taki_json_open(w, '[');
    for (size_t i = 0; i < table->field_count; i++)
        add_schema_field(w, &table->fields[i]);
    taki_json_close(w, ']');
    add_primary_key(w, table);
    taki_json_close(w, '}');
    taki_json_close(w, '}');
}

void taki_datapackage_write(const struct taki_stage_set *set, struct taki_buf *out)
{
    struct taki_json_writer w = {.buf = out, .indent = 1};
    taki_json_open(&w, '{');
    taki_json_name(&w, "profile");
    taki_json_cstr(&w, "data-package");
    taki_json_name(&w, "name");
    taki_json_cstr(&w, "taki");
    taki_json_name(&w, "version");
    taki_json_cstr(&w, set->schema_version);
    taki_json_name(&w, "resources");
    taki_json_open(&w, '[');
    for (size_t i = 0; i < set->table_count; i++)
        add_resource(&w, &set->tables[i]);
    taki_json_close(&w, ']');
    taki_json_close(&w, '}');
    taki_buf_add_char(out, '\n');
}
