/* Schema texts: names, scale of money, comments with quotes in them. */
#include "ddl.h"
#include "taki_test.h"

#include <string.h>

static const struct taki_field fields[] = {
    {"id",  TAKI_TYPE_ID,      TAKI_FIELD_KEY,      0, "",    "golden person"   },
    {"won", TAKI_TYPE_MONEY,   TAKI_FIELD_NULLABLE, 0, "JPY", "customer's money"},
    {"at",  TAKI_TYPE_INSTANT, TAKI_FIELD_NULLABLE, 0, "",    "when"            },
};
static const struct taki_stage_table table = {
    .name = "person", .meaning = "persons", .fields = fields, .field_count = TAKI_LEN(fields)};

static const struct taki_ddl_dialect *dialect(const char *name)
{
    size_t count = 0;
    const struct taki_ddl_dialect *all = taki_ddl_dialects(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(all[i].name, name) == 0)
            return &all[i];
    }
    fail_msg("no dialect %s", name);
    return NULL;
}

static void expect_parts(const char *name, int digits, const char *const *parts, size_t count)
{
    struct taki_buf out;
    taki_buf_init(&out, 1 << 16);
    taki_ddl_write(dialect(name), &table, digits, &out);
    taki_buf_add_char(&out, '\0');
    for (size_t i = 0; i < count; i++)
        taki_expect_contains(name, out.data, parts[i]);
    taki_buf_reset(&out);
}

static void each_database_gets_its_types_and_comments(void **state)
{
    (void)state;
    static const char *const postgres[] = {"CREATE TABLE \"person\" (", "\"id\" text NOT NULL,",
                                           "\"won\" numeric(18,0),", "\"at\" timestamptz\n",
                                           "COMMENT ON COLUMN \"person\".\"won\" IS 'customer''s money';"};
    static const char *const bigquery[] = {"CREATE TABLE `person` (",
                                           "`won` NUMERIC(18,2) OPTIONS(description=\"customer's money\")"};
    static const char *const snowflake[] = {"\"won\" NUMBER(18,3) COMMENT 'customer''s money'"};
    static const char *const redshift[] = {"\"id\" VARCHAR(256) NOT NULL"};
    static const char *const duckdb[] = {"\"won\" DECIMAL(18,0)", "\"at\" TIMESTAMPTZ"};
    expect_parts("postgres", 0, postgres, TAKI_LEN(postgres));
    expect_parts("bigquery", 2, bigquery, TAKI_LEN(bigquery));
    expect_parts("snowflake", 3, snowflake, TAKI_LEN(snowflake));
    expect_parts("redshift", 0, redshift, TAKI_LEN(redshift));
    expect_parts("duckdb", 0, duckdb, TAKI_LEN(duckdb));
}

static void the_data_package_lists_every_table(void **state)
{
    (void)state;
    struct taki_stage_set set = {.schema_version = "1", .tables = &table, .table_count = 1};
    struct taki_buf out;
    taki_buf_init(&out, 1 << 16);
    taki_datapackage_write(&set, &out);
    taki_buf_add_char(&out, '\0');
    taki_expect_contains("path", out.data, "\"../current/person.csv.gz\"");
    taki_expect_contains("type", out.data, "\"datetime\"");
    taki_expect_contains("unit", out.data, "\"unit\": \"JPY\"");
    taki_buf_reset(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_database_gets_its_types_and_comments),
        cmocka_unit_test(the_data_package_lists_every_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
