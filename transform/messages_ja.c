#include "messages.h"

#include "taki/status.h"

/* clang-format off */
const struct taki_message taki_transform_messages[] = {
    /* rules and maps */
    {"%s: got '%.*s', want a value of %s, perhaps '%s'", "%s: '%.*s' は %s の値ではありません。'%s' の誤りですか"},
    {"%s: got '%.*s', want a value of %s", "%s: '%.*s' は %s の値ではありません"},
    {"%s: got a value, want a mapping under \"source:Object.Field\"", "%s: 値ではなく \"source:Object.Field\" ごとの対応表が必要です"},
    {"%s: %s", "%s: %s"},
    {"rule '%.*s': got '%.*s', want %s", "規則 '%.*s': '%.*s' ではなく %s が必要です"},
    {"the nearest known field is '%s'", "最も近い項目名は '%s' です"},
    {"rules.stages_enabled: got a list without INQ, MQL or SQL, want at least these and WON", "rules.stages_enabled: INQ、MQL、SQL、WON は必ず含めてください"},
    {"rules.dynamic_thresholds: want three falling numbers, e.g. [8, 5, 3]", "rules.dynamic_thresholds: 大きい順に3つの数が必要です(例 [8, 5, 3])"},
    {"business.currency: got '%.*s', want an ISO 4217 code", "business.currency: '%.*s' は ISO 4217 の通貨コードではありません"},
    {"%zu problems in the rules and maps of '%s'", "規則と対応表に %zu 件の問題があります: '%s'"},
    /* run */
    {"--%s: got '%.*s', want a date or an instant", "--%s: '%.*s' は日付でも時刻でもありません"},
    {"write 2026-11-21, or 2026-11-21T14:59:59.999999Z", "2026-11-21 または 2026-11-21T14:59:59.999999Z の形で書いてください"},
    {"as_of %s, %zu batches, %zu persons, %zu accounts, %zu opportunities\n", "as_of %s、バッチ %zu、個人 %zu、企業 %zu、商談 %zu\n"},
    {"day %s: the last one that '%s' covers whole\n", "対象日 %s: '%s' が最後まで取得済みの最後の日です\n"},
    {"stage set %s\n", "ステージ %s\n"},
    {"table '%s'", "表 '%s'"},
    {"waterfall_period '%s' '%.*s' '%.*s=%.*s' '%s': open %lld and the flows do not give close %lld", "waterfall_period '%s' '%.*s' '%.*s=%.*s' '%s': 期首 %lld と増減から期末 %lld になりません"},
    /* check */
    {"rules and maps are complete\n", "規則と対応表は揃っています\n"},
    {"%zu values that the waterfall needs are in no map", "ウォーターフォールに必要な値が %zu 件、対応表にありません"},
    {"add them under maps.stage and maps.user_function; `ignore` or `other` says that a value means nothing", "maps.stage と maps.user_function に加えてください。意味のない値は `ignore` または `other` とします"},
    /* diff and verify */
    {"%s: only in the first set\n", "%s: 1つ目だけにあります\n"},
    {"%s: only in the second set\n", "%s: 2つ目だけにあります\n"},
    {"  %lld only in the first, %lld only in the second, %lld changed, %lld the same\n", "  1つ目だけ %lld、2つ目だけ %lld、変更 %lld、同じ %lld\n"},
    {"no stage set of '%s'", "'%s' のステージがありません"},
    {"give a date that was calculated (YYYY-MM-DD), or a snapshot_id", "計算済みの日付(YYYY-MM-DD)または snapshot_id を指定してください"},
    {"stage file '%s' is missing", "ステージのファイル '%s' がありません"},
    {"stage file '%s' is not what its manifest says", "ステージのファイル '%s' がマニフェストと一致しません"},
    {"remove the folder and calculate the day again: run --as-of", "フォルダを削除し、run --as-of でその日を計算し直してください"},
    {"%zu stage sets, %zu tables\n", "ステージ %zu、表 %zu\n"},
    /* explain */
    {"explain: got '%s', want person or opportunity", "explain: '%s' ではなく person または opportunity を指定してください"},
    {"no %s '%.*s' in the data of this day", "この日のデータに %s '%.*s' はありません"},
    {"ids are source:id, e.g. sfa:00Q...; deleted records are in no snapshot", "IDは source:id の形です(例 sfa:00Q...)。削除されたレコードは含まれません"},
    {"person %.*s\n", "個人 %.*s\n"},
    {"  account %.*s, reachable %s, static grade %.*s, engagement %.*s (grade %.*s)\n", "  企業 %.*s、連絡可能 %s、静的評価 %.*s、エンゲージメント %.*s(評価 %.*s)\n"},
    {"  excluded from all measures by rules.exclude.%.*s\n", "  rules.exclude.%.*s により集計から除外\n"},
    {"  touches: %zu kept, %zu repeats, %zu by bots, %zu deliveries\n", "  接点: 採用 %zu、重複 %zu、ボット %zu、配信 %zu\n"},
    {"  finding %s: %.*s (%.*s)\n", "  指摘 %s: %.*s (%.*s)\n"},
    {"  pass %lld: %.*s, opened %s by %.*s, counts from %.*s, generator %.*s\n", "  周回 %lld: %.*s、開始 %s(きっかけ %.*s)、数え始め %.*s、創出元 %.*s\n"},
    {"    campaigns: opened by %.*s, qualified by %.*s\n", "    キャンペーン: 開始 %.*s、MQL化 %.*s\n"},
    {"    opportunity %.*s\n", "    商談 %.*s\n"},
    {"    %s %s %.*s -> %.*s by %.*s%s\n", "    %s %s %.*s -> %.*s 根拠 %.*s%s\n"},
    {"      inferred: no evidence of its own, dated by the next stage\n", "      推定: 固有の根拠がなく、次のステージの日付による\n"},
    {"      record %.*s, evidence %d of 4 for the stage, actor %.*s, reason %.*s\n", "      レコード %.*s、このステージの根拠の優先順位 %d/4、担当 %.*s、理由 %.*s\n"},
    {"      also seen in %.*s\n", "      他の報告 %.*s\n"},
    {"    now %.*s, conversion path %.*s\n", "    現在 %.*s、転換経路 %.*s\n"},
    {"opportunity %.*s\n", "商談 %.*s\n"},
    {"  account %.*s, family of %.*s, SQL event %lld of it\n", "  企業 %.*s、系列 %.*s、その %lld 番目のSQL\n"},
    {"  %s %.*s by %.*s, record %.*s%s\n", "  %s %.*s 根拠 %.*s、レコード %.*s%s\n"},
    {"  carried by pass %lld of person %.*s\n", "  周回 %lld(個人 %.*s)に属する\n"},
    {"  carried by nobody's pass\n", "  どの周回にも属さない\n"},
    {"  contact role of person %.*s%s\n", "  取引先責任者の役割: 個人 %.*s%s\n"},
    {"  sourced: class %.*s, rule %.*s, campaign %.*s\n", "  創出元: 区分 %.*s、規則 %.*s、キャンペーン %.*s\n"},
    {"  candidates: primary %.*s, trigger %.*s, first touch %.*s\n", "  候補: 主キャンペーン %.*s、きっかけ %.*s、初回接点 %.*s\n"},
    {"  influenced by touch %.*s of %.*s, campaign %.*s\n", "  影響した接点 %.*s(個人 %.*s)、キャンペーン %.*s\n"},
};
/* clang-format on */
const size_t taki_transform_messages_count = TAKI_LEN(taki_transform_messages);
