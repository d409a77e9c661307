#include "messages.h"

#include "taki/status.h"

#include <inttypes.h>

/* clang-format off */
const struct taki_message taki_load_messages[] = {
    {"no column '%.*s'", "列 '%.*s' はありません"},
    {"did you mean '%s'?", "'%s' のことですか"},
    {"--where takes at most %d conditions", "--where の条件は %d 個までです"},
    {"--where '%.*s': want column=value", "--where '%.*s': 列=値 の形で書いてください"},
    {"no table '%s' in the stage set", "ステージに表 '%s' はありません"},
    {"--rows '%.*s' is not a number", "--rows '%.*s' は数ではありません"},
    {"%s\t%s\t%s\tfiles=%zu\trows=%" PRId64 "\tbytes=%" PRId64 "\n", "%s\t%s\t%s\tfiles=%zu\trows=%" PRId64 "\tbytes=%" PRId64 "\n"},
    {"'%s' is named by its manifest and missing", "マニフェストにある '%s' が見つかりません"},
    {"'%s' differs from its manifest", "'%s' がマニフェストと一致しません"},
    {"load that date again: taki-load run --as-of DATE", "その日付を再公開してください: taki-load run --as-of DATE"},
    {"%s\t%zu dates\t%" PRId64 " files\tok\n", "%s\t%zu 日分\t%" PRId64 " ファイル\t正常\n"},
    {"%s\t%zu dates\t%" PRId64 " files removed\n", "%s\t%zu 日分\t%" PRId64 " ファイルを削除\n"},
    {"'%s' is not a manifest of taki, or of a newer one", "'%s' はtakiのマニフェストでないか、新しい版のものです"},
    {"table %s of target %s", "出力先 %2$s の表 %1$s"},
    {"target '%s': type '%s' is not built in", "出力先 '%s': 種類 '%s' は組み込まれていません"},
    {"target '%s': pii 'hashed' needs a pii_salt", "出力先 '%s': pii 'hashed' には pii_salt が必要です"},
    {"set targets.%s.pii_salt to a secret of your own, e.g. ${env:TAKI_PII_SALT}", "targets.%s.pii_salt に秘密の値を設定してください(例 ${env:TAKI_PII_SALT})"},
    {"no target to load into", "公開する出力先がありません"},
    {"add one under 'targets' in %s, or look at --target and --select", "%s の 'targets' に追加するか、--target を見直してください"},
    {"--as-of '%.*s' is not a date, want YYYY-MM-DD", "--as-of '%.*s' は日付ではありません(YYYY-MM-DD)"},
    {"no stage set to load below '%s/stage'", "'%s/stage' に公開できるステージがありません"},
    {"run taki-transform first; it writes the stage sets", "先に taki-transform を実行してください。ステージはそこで作られます"},
    {"'%s' does not match its manifest", "'%s' がマニフェストと一致しません"},
    {"run taki-transform again; it writes the stage set anew", "taki-transform を再実行するとステージが作り直されます"},
    {"target %s", "出力先 %s"},
    {"%zu of %zu targets failed, the first", "%2$zu の出力先のうち %1$zu が失敗。最初の失敗"},
    {"%s\t%s\t%s\trows=%lld\n", "%s\t%s\t%s\trows=%lld\n"},
    {"%s\t%s\tok\n", "%s\t%s\t正常\n"},
    {"stage\t%s\tremoved\n", "ステージ\t%s\t削除\n"},
};
/* clang-format on */
const size_t taki_load_messages_count = TAKI_LEN(taki_load_messages);
