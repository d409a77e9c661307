#include "app_private.h"

#include "taki/text.h"

#include <stdio.h>
#include <string.h>

struct words {
    const char *yes, *none, *keys, *flags, *of_type, *key_head, *flag_head;
    const char *types[TAKI_OPTION_FREE + 1];
};

/* The page is printed in both languages whatever the user's is, so these are not messages. */
static const struct words english = {
    .yes = "yes",
    .none = "",
    .keys = "## Keys of the file",
    .flags = "## Command line",
    .of_type = "only type",
    .key_head = "| key | type | default | required | meaning |\n|---|---|---|---|---|\n",
    .flag_head = "| option | environment | type | default | meaning |\n|---|---|---|---|---|\n",
    .types = {"text", "secret", "whole number", "number", "ratio", "true/false", "size", "duration", "date", "one of",
              "URL", "path", "list", "mapping", "see text"},
};
static const struct words japanese_words = {
    .yes = "必須",
    .none = "",
    .keys = "## ファイルのキー",
    .flags = "## コマンドライン",
    .of_type = "次の種類のみ",
    .key_head = "| キー | 型 | 既定値 | 必須 | 意味 |\n|---|---|---|---|---|\n",
    .flag_head = "| オプション | 環境変数 | 型 | 既定値 | 意味 |\n|---|---|---|---|---|\n",
    .types = {"文字列", "秘密", "整数", "数", "割合", "真偽", "サイズ", "時間", "日付", "選択", "URL", "パス", "一覧",
              "対応表", "説明参照"},
};

/* '|' would end the cell. */
static void add_escaped(struct taki_buf *out, const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '|') {
            taki_buf_add_text(out, "\\|");
        } else {
            taki_buf_add_char(out, *c);
        }
    }
}

static void add_type(const struct taki_option *option, const struct words *words, struct taki_buf *out)
{
    taki_buf_add_text(out, words->types[option->type]);
    if (option->domain == NULL)
        return;
    taki_buf_add_text(out, " `");
    add_escaped(out, option->domain);
    taki_buf_add_text(out, "`");
}

static void add_code(const char *text, struct taki_buf *out)
{
    if (text == NULL)
        return;
    taki_buf_add_char(out, '`');
    add_escaped(out, text);
    taki_buf_add_char(out, '`');
}

static void add_help(const struct taki_option *option, const struct words *words, struct taki_buf *out)
{
    add_escaped(out, words == &japanese_words ? option->ja : option->en);
    if (option->when != NULL) {
        taki_buf_format(out, " (%s: ", words->of_type);
        add_escaped(out, option->when);
        taki_buf_add_char(out, ')');
    }
}

static void add_key(const struct taki_option *option, const struct words *words, struct taki_buf *out)
{
    taki_buf_add_text(out, "| ");
    add_code(option->path, out);
    taki_buf_add_text(out, " | ");
    add_type(option, words, out);
    taki_buf_add_text(out, " | ");
    add_code(option->fallback, out);
    taki_buf_format(out, " | %s | ", option->required ? words->yes : words->none);
    add_help(option, words, out);
    taki_buf_add_text(out, " |\n");
}

static void add_flag(const struct taki_option *option, const struct words *words, struct taki_buf *out)
{
    struct taki_arena *arena = taki_arena_open("markdown", 0);
    taki_buf_add_text(out, "| `");
    if (option->letter != '\0')
        taki_buf_format(out, "-%c ", option->letter);
    taki_buf_format(out, "--%s` | ", option->flag);
    if (!taki_option_is_act(option))
        add_code(taki_option_variable(arena, option), out);
    taki_buf_add_text(out, " | ");
    add_type(option, words, out);
    taki_buf_add_text(out, " | ");
    add_code(option->type != TAKI_OPTION_BOOL ? option->fallback : NULL, out);
    taki_buf_add_text(out, " | ");
    add_help(option, words, out);
    taki_buf_add_text(out, " |\n");
    taki_arena_close(arena);
}

void taki_options_markdown(const struct taki_option_table *tables, size_t count, bool japanese, struct taki_buf *out)
{
    const struct words *words = japanese ? &japanese_words : &english;
    taki_buf_format(out, "%s\n\n%s", words->flags, words->flag_head);
    for (size_t t = 0; t < count; t++) {
        for (size_t i = 0; i < tables[t].count; i++) {
            if (tables[t].rows[i].flag != NULL)
                add_flag(&tables[t].rows[i], words, out);
        }
    }
    taki_buf_format(out, "\n%s\n\n%s", words->keys, words->key_head);
    for (size_t t = 0; t < count; t++) {
        for (size_t i = 0; i < tables[t].count; i++) {
            if (tables[t].rows[i].path != NULL)
                add_key(&tables[t].rows[i], words, out);
        }
    }
}

void taki_markdown_print(void)
{
    static const char english_head[] =
        "# Configuration\n\n"
        "Generated from the option table by `taki-extract --markdown-options`; do not edit. "
        "日本語は後半にあります。\n\n"
        "One YAML file (`./taki.yml`, else `$TAKI_CONFIG`, or `--config FILE`) serves all three programs. A value is\n"
        "taken from the command line, else from the environment (`TAKI_<OPTION>`), else from the file, else the "
        "default\n"
        "holds; `--show-config` prints every value with its origin. In any value `${env:NAME}` stands for an "
        "environment\n"
        "variable and `${file:PATH}` for the text of a file (relative to the configuration file, one line end at its "
        "end\n"
        "taken off); `$${` is a plain `${`. A relative path in the file counts from the file's folder. Secrets are "
        "not\n"
        "taken from the command line and never printed. Unknown and duplicate keys, wrong types, anchors, aliases and\n"
        "tags are errors; all errors are reported at once with line and column. Options of single programs:\n"
        "`taki-extract --help`, `taki-transform --help`, `taki-load --help`.\n\n"
        "Sizes: `512K`, `64M`, `2G` (1024-based). Durations: `90` (seconds), `90s`, `15m`, `2h`, `3d`. Ratios: "
        "`0.005`\n"
        "or `0.5%`. `*` stands for a name of your choice.\n\n";
    static const char japanese_head[] =
        "\n# 設定\n\n"
        "オプション表から `taki-extract --markdown-options` で生成しています。直接編集しないでください。\n\n"
        "YAMLファイル1つ(`./taki.yml`、なければ `$TAKI_CONFIG`、または `--config "
        "FILE`)を3つのプログラムが共用します。\n"
        "値はコマンドライン、環境変数(`TAKI_<OPTION>`)、ファイル、既定値の順に採ります。`--show-config` "
        "がすべての値と\n"
        "その出所を表示します。値の中の `${env:NAME}` は環境変数、`${file:PATH}` "
        "はファイルの中身(設定ファイルからの相対\n"
        "パス、末尾の改行1つは除く)に置き換わります。`$${` はそのままの `${` "
        "です。ファイル内の相対パスは設定ファイルの\n"
        "フォルダから数えます。秘密はコマンドラインからは受け取らず、表示もしません。未知のキー、重複したキー、型の誤り"
        "、\n"
        "アンカー、エイリアス、タグは誤りとし、行と桁を付けて一度にすべて報告します。プログラムごとのオプションは\n"
        "`taki-extract --help`、`taki-transform --help`、`taki-load --help` で見られます。\n\n"
        "サイズ: `512K`、`64M`、`2G`(1024単位)。時間: `90`(秒)、`90s`、`15m`、`2h`、`3d`。割合: `0.005` または "
        "`0.5%`。\n"
        "`*` は自由に付ける名前です。\n\n";
    const struct taki_option_table tables[] = {taki_common_options, taki_source_options, taki_rule_options};
    TAKI_AUTO(taki_buf_reset) struct taki_buf out;
    taki_buf_init(&out, (size_t)1 << 20);
    taki_buf_add_text(&out, english_head);
    taki_options_markdown(tables, TAKI_LEN(tables), false, &out);
    taki_buf_add_text(&out, japanese_head);
    taki_options_markdown(tables, TAKI_LEN(tables), true, &out);
    (void)fwrite(out.data, 1, out.size, stdout);
}
