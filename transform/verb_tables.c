#include "publish.h"
#include "verbs.h"

#include "taki/json.h"

#define TEXT_BYTES ((size_t)16 << 20)

static void cell(struct taki_buf *out, const char *text)
{
    taki_buf_add_text(out, "| ");
    for (; *text; text++) {
        if (*text == '|')
            taki_buf_add_char(out, '\\');
        taki_buf_add_char(out, *text);
    }
    taki_buf_add_char(out, ' ');
}

static const char *flags_text(uint32_t flags)
{
    if (flags & TAKI_FIELD_KEY)
        return "key";
    if (flags & TAKI_FIELD_PII)
        return flags & TAKI_FIELD_NULLABLE ? "personal data, may be NULL" : "personal data";
    return flags & TAKI_FIELD_NULLABLE ? "may be NULL" : "";
}

static void markdown(struct taki_arena *arena, struct taki_buf *out)
{
    for (size_t i = 0; i < taki_table_count; i++) {
        size_t count;
        const struct taki_field *fields = taki_publish_fields(arena, taki_tables[i], &count);
        taki_buf_format(out, "%s## %s\n\n%s (%s)\n\n", i > 0 ? "\n" : "", taki_tables[i]->name, taki_tables[i]->meaning,
                        taki_tables[i]->kind);
        taki_buf_add_text(out, "| column | type | unit | | meaning |\n|---|---|---|---|---|\n");
        for (size_t k = 0; k < count; k++) {
            cell(out, fields[k].name);
            cell(out, taki_type_name(fields[k].type));
            cell(out, fields[k].unit);
            cell(out, flags_text(fields[k].flags));
            cell(out, fields[k].meaning);
            taki_buf_add_text(out, "|\n");
        }
    }
}

static void json_field(struct taki_json_writer *w, const struct taki_field *field)
{
    const struct {
        const char *name, *value;
    } texts[] = {
        {"name",    field->name                },
        {"type",    taki_type_name(field->type)},
        {"unit",    field->unit                },
        {"meaning", field->meaning             }
    };
    taki_json_open(w, '{');
    for (size_t i = 0; i < TAKI_LEN(texts); i++) {
        taki_json_name(w, texts[i].name);
        taki_json_cstr(w, texts[i].value);
    }
    taki_json_name(w, "key");
    taki_json_bool(w, (field->flags & TAKI_FIELD_KEY) != 0);
    taki_json_name(w, "nullable");
    taki_json_bool(w, (field->flags & TAKI_FIELD_NULLABLE) != 0);
    taki_json_name(w, "pii");
    taki_json_bool(w, (field->flags & TAKI_FIELD_PII) != 0);
    taki_json_close(w, '}');
}

static void json(struct taki_arena *arena, struct taki_buf *out)
{
    struct taki_json_writer w = {.buf = out, .indent = 1};
    taki_json_open(&w, '[');
    for (size_t i = 0; i < taki_table_count; i++) {
        size_t count;
        const struct taki_field *fields = taki_publish_fields(arena, taki_tables[i], &count);
        taki_json_open(&w, '{');
        taki_json_name(&w, "name");
        taki_json_cstr(&w, taki_tables[i]->name);
        taki_json_name(&w, "meaning");
        taki_json_cstr(&w, taki_tables[i]->meaning);
        taki_json_name(&w, "kind");
        taki_json_cstr(&w, taki_tables[i]->kind);
        taki_json_name(&w, "fields");
        taki_json_open(&w, '[');
        for (size_t k = 0; k < count; k++)
            json_field(&w, &fields[k]);
        taki_json_close(&w, ']');
        taki_json_close(&w, '}');
    }
    taki_json_close(&w, ']');
    taki_buf_add_char(out, '\n');
}

enum taki_status taki_transform_tables(struct taki_run *run, struct taki_error *err)
{
    struct taki_buf out TAKI_AUTO(taki_buf_reset);
    taki_buf_init(&out, TEXT_BYTES);
    if (taki_str_is(taki_run_flag(run, "format"), "json")) {
        json(run->arena, &out);
    } else {
        markdown(run->arena, &out);
    }
    TAKI_TRY(taki_buf_check(&out, "the data dictionary", err));
    taki_print("%.*s", TAKI_STR_ARG(taki_buf_view(&out)));
    return TAKI_OK;
}
