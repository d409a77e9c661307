#include "app.h"

#include "messages.h"
#include "verbs.h"

static const struct taki_verb verbs[] = {
    {"run",     "",      0, 0, true, true,  "publish a stage set to every target",                     "ステージを全出力先へ公開", taki_load_run   },
    {"check",   "",      0, 0, true, false, "can every target be written to",                          "出力先へ書けるか確認",       taki_load_check },
    {"preview", "TABLE", 1, 1, true, false, "print rows of a table (-n, --where, --columns, --as-of)", "表の行を表示",
     taki_load_preview                                                                                                                                         },
    {"list",    "",      0, 0, true, false, "print what is published",                                 "公開済みの一覧",                taki_load_list  },
    {"verify",  "",      0, 0, true, false, "hash everything published again",                         "公開済みを再検査",             taki_load_verify},
    {"prune",   "",      0, 0, true, true,  "remove what retention lets go",                           "保存期間を過ぎた版を削除", taki_load_prune },
};

static const struct taki_option flags[] = {
    {.flag = "as-of",
     .type = TAKI_OPTION_DATE,
     .en = "snapshot date to load (default: the newest)",
     .ja = "公開する日付(既定は最新)"                                                                                                                                                                                                           },
    {.flag = "target",                           .type = TAKI_OPTION_TEXT,         .en = "only this target",                           .ja = "この出力先だけ"                                                                                       },
    {.flag = "rows",
     .letter = 'n',
     .type = TAKI_OPTION_INTEGER,
     .fallback = "20",
     .domain = "0..1000000",
     .en = "rows to preview",
     .ja = "表示する行数"},
    {.flag = "where",                    .type = TAKI_OPTION_TEXT,                                                   .en = "rows to preview: column=value,...",                                                                                                     .ja = "表示する行の条件"                                                                                                                                                                                                          },
    {.flag = "columns", .type = TAKI_OPTION_TEXT,.en = "columns to preview: a,b,...",.ja = "表示する列"},
};

static const struct taki_option_table tables[] = {
    {flags, TAKI_LEN(flags)},
};

int taki_load_main(int argc, char **argv)
{
    const struct taki_app app = {
        .name = "taki-load",
        .en = "publishes stage sets as snapshots that BI tools read",
        .ja = "ステージをBIツール向けのスナップショットとして公開します",
        .verbs = verbs,
        .verb_count = TAKI_LEN(verbs),
        .tables = tables,
        .table_count = TAKI_LEN(tables),
        .messages = taki_load_messages,
        .message_count = taki_load_messages_count,
    };
    return taki_app_main(&app, argc, argv);
}
