#include "messages.h"
#include "verbs.h"

#include <string.h>

/* clang-format 14 crashes on these two tables. */
/* clang-format off */
static const struct taki_verb verbs[] = {
    {"run",     "",                       0, 0,  true,  true,  "calculate the tables of one business day into a stage set",
     "1営業日分の表を計算し、ステージに書く",                                             taki_transform_run    },
    {"check",   "",                       0, 0,  true,  false, "check rules and maps, list unmapped values with their counts",
     "規則と対応表を確認し、未対応の値を件数とともに示す",                       taki_transform_check  },
    {"tables",  "",                       0, 0,  false, false, "print the data dictionary (--format md|json)",
     "データ辞書を表示(--format md|json)",                                                           taki_transform_tables },
    {"explain", "person|opportunity ID",  2, 2,  true,  false, "why a record is what it is: sources, merges, passes, every move",
     "レコードの根拠(元データ、名寄せ、周回、すべての移動)を示す",                taki_transform_explain},
    {"diff",    "DATE1 DATE2",            2, 2,  true,  false, "rows that differ between two stage sets",
     "2つのステージで異なる行を示す",                                                           taki_transform_diff   },
    {"verify",  "",                       0, 0,  true,  false, "hash every stage set again",
     "すべてのステージを再検査",                                                                   taki_transform_verify },
};

static const struct taki_option flags[] = {
    {.flag = "as-of",
     .type = TAKI_OPTION_TEXT,
     .en = "business day or instant to calculate for (default: the last day covered by the landing zone)",
     .ja = "計算の基準日または時刻(既定は取得済みの最後の日)"          },
    {.flag = "known-at",
     .type = TAKI_OPTION_TEXT,
     .en = "hide what was extracted after this instant",
     .ja = "この時刻より後に取得したものを除く"                          },
    {.flag = "format",
     .type = TAKI_OPTION_ENUM,
     .fallback = "md",
     .domain = "md|json",
     .en = "form of the data dictionary",
     .ja = "データ辞書の形式"                                                   },
};
/* clang-format on */

static const struct taki_option_table tables[] = {
    {flags, TAKI_LEN(flags)},
};

int taki_transform_main(int argc, char **argv)
{
    taki_text_add(taki_transform_messages_decode, taki_transform_messages_decode_count);
    taki_text_add(taki_transform_messages_identity, taki_transform_messages_identity_count);
    const struct taki_app app = {
        .name = "taki-transform",
        .en = "turns the landing zone into the tables of the demand waterfall",
        .ja = "取得データからデマンドウォーターフォールの表を作ります",
        .verbs = verbs,
        .verb_count = TAKI_LEN(verbs),
        .tables = tables,
        .table_count = TAKI_LEN(tables),
        .messages = taki_transform_messages,
        .message_count = taki_transform_messages_count,
    };
    return taki_app_main(&app, argc, argv);
}
