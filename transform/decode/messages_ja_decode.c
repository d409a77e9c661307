#include "../messages.h"

#include "taki/status.h"

/* clang-format off */
const struct taki_message taki_transform_messages_decode[] = {
    {"%s: '%s' and '%s' read the same text as different times: '%.*s'",
     "%s: '%s' と '%s' は同じ文字列を別の日時として読みます: '%.*s'"},
    {"%s: got '%.*s', want %s", "%s: '%.*s' になっています。次のいずれかにしてください: %s"},
    {"%s: got '%.*s', want a column of the entity '%s'",
     "%s: '%.*s' はエンティティ '%s' の列ではありません"},
    {"%s: got '%.*s', want the name of a source", "%s: '%.*s' は取得元の名前ではありません"},
    {"%s: got '%.*s', want the number of a Marketo activity type we read",
     "%s: '%.*s' は、読み取り対象の Marketo アクティビティ種別の番号ではありません"},
    {"%s: got an unknown key, want from, format, formats, map, value, ref, percent or not",
     "%s: 知らないキーです。from、format、formats、map、value、ref、percent、not のいずれかにしてください"},
    {"%s: want either 'from' (a column of the source) or 'value' (a constant)",
     "%s: 'from'(取得元の列)か 'value'(定数)のどちらか一方が必要です"},
    {"%s:%s batch '%s' page %zu", "%s:%s バッチ '%s' の %zu ページ目"},
    {"%s: got a date format, but '%s' is no date", "%s: 日付の書式がありますが、'%s' は日付の列ではありません"},
    {"column '%.*s' stands %zu times in the header, want once", "見出し行に列 '%.*s' が %zu 個あります(1個のはずです)"},
    {"compare the 'fields' of '%s:%s' with the file (and skip_lines, delimiter, encoding)",
     "'%s:%s' の 'fields' をファイルと見比べてください(skip_lines、delimiter、encoding も)"},
    {"the header line is no CSV: %s", "見出し行が CSV ではありません: %s"},
    {"%zu mistakes in the mappings of '%s'", "対応表の誤りが %zu 件あります('%s')"},
    {"did you mean '%s'?", "'%s' ではありませんか"},
    {"docs/mapping.md lists the columns of each entity", "各エンティティの列は docs/mapping.md にあります"},
    {"give one of them, or split the file by the way its dates are written",
     "どちらか一方だけを指定するか、日付の書き方ごとにファイルを分けてください"},
    {"nothing has landed in '%s' for the selected streams", "'%s' には、選ばれたストリームのデータがまだありません"},
    {"remove that file and run again; it is made anew", "そのファイルを消して再実行してください。作り直されます"},
    {"run 'taki-extract run' first", "先に 'taki-extract run' を実行してください"},
    {"the decoded cache '%s' cannot be read", "デコード済みキャッシュ '%s' を読めません"},
    {"the decoded cache '%s' changed while it was read", "デコード済みキャッシュ '%s' が読み取り中に変わりました"},
    {"the page index names an unknown character set '%.*s'", "ページ索引の文字コード '%.*s' は知らないものです"},
    {"the page is no JSON of the expected shape: %s at byte %zu",
     "ページが想定した形の JSON ではありません: %s(%zu バイト目)"},
};
/* clang-format on */
const size_t taki_transform_messages_decode_count = TAKI_LEN(taki_transform_messages_decode);
