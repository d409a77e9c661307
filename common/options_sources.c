#include "config_private.h"

/* Last segment of the path, types it is for, option type, default, domain, help in English and Japanese. */
#define ROW(name, row_when, row_type, row_default, row_domain, english, japanese)                                      \
    {                                                                                                                  \
        .path = "sources.*." name, .when = (row_when), .type = TAKI_OPTION_##row_type, .fallback = (row_default),      \
        .domain = (row_domain), .en = (english), .ja = (japanese)                                                      \
    }
#define NEEDED(name, row_when, row_type, row_default, row_domain, english, japanese)                                   \
    {                                                                                                                  \
        .path = "sources.*." name, .when = (row_when), .type = TAKI_OPTION_##row_type, .fallback = (row_default),      \
        .domain = (row_domain), .required = true, .en = (english), .ja = (japanese)                                    \
    }

/* Rows under sources.*; `when` names the types a row is for. */
static const struct taki_option rows[] = {
    {.path = "sources",
     .type = TAKI_OPTION_MAP,
     .en = "where data comes from, by a name of your choice",
     .ja = "データの取得元(名前は自由)"},
    NEEDED("type", NULL, ENUM, NULL, "salesforce|marketo|files", "kind of source", "取得元の種類"),
    ROW("role", NULL, ENUM, NULL, "ma|sfa|inside",
        "whose word counts where sources disagree (default: sfa for salesforce, ma for marketo)",
        "取得元どうしが食い違うときの優先順位を決める役割(既定: salesforce は sfa、marketo は ma)"),
    NEEDED("base_url", "marketo", URL, NULL, NULL, "address of the API", "APIのアドレス"),
    ROW("base_url", "salesforce|files", URL, NULL, NULL,
        "address of the files; for salesforce only where the API is not at the instance_url the login names",
        "ファイルのアドレス。salesforce では、APIがログイン応答の instance_url にない場合だけ指定"),
    ROW("path", "files", PATH, NULL, NULL, "folder of the files, instead of base_url",
        "base_url の代わりに、ファイルを置いたフォルダ"),
    NEEDED("login_url", "salesforce", URL, NULL, NULL, "address to log in at (My Domain)",
           "ログイン先のアドレス(私のドメイン)"),
    ROW("api_version", "salesforce", NUMBER, "66.0", "41..200", "version of the vendor's API", "ベンダーのAPIの版"),
    ROW("auth", "salesforce", ENUM, "client_credentials", "client_credentials|jwt|refresh_token", "OAuth flow",
        "OAuth の方式"),
    NEEDED("client_id", "salesforce|marketo", TEXT, NULL, NULL, "client id (consumer key)",
           "クライアントID(コンシューマ鍵)"),
    NEEDED("client_secret", "marketo", SECRET, NULL, NULL, "client secret", "クライアントシークレット"),
    ROW("client_secret", "salesforce", SECRET, NULL, NULL, "client secret; not needed with auth jwt",
        "クライアントシークレット。auth が jwt なら不要"),
    ROW("refresh_token", "salesforce", SECRET, NULL, NULL,
        "first refresh token, with auth refresh_token; rotated ones are kept in data_dir/secrets",
        "auth が refresh_token のときの最初のリフレッシュトークン。更新後のものは data_dir/secrets に保存"),
    ROW("private_key", "salesforce", SECRET, NULL, NULL, "private key (PEM text, e.g. ${file:key.pem}), with auth jwt",
        "auth が jwt のときの秘密鍵(PEM。例: ${file:key.pem})"),
    ROW("username", "salesforce", TEXT, NULL, NULL, "user to act as, with auth jwt",
        "auth が jwt のときの実行ユーザー名"),
    ROW("audience", "salesforce", URL, "https://login.salesforce.com", NULL,
        "audience of the JWT: https://login.salesforce.com, https://test.salesforce.com or the site's address",
        "JWT の audience(https://login.salesforce.com、https://test.salesforce.com、またはサイトのアドレス)"),
    NEEDED("start_date", "salesforce|marketo", DATE, NULL, NULL,
           "first day to read: the vendor's data has no natural beginning",
           "最初に読む日(データの始まりが決まっていないため必須)"),
    ROW("start_date", "files", DATE, NULL, NULL, "first day of dated files; 35 days back if not given",
        "日付つきファイルの最初の日。省略時は35日前"),
    ROW("method", "marketo", ENUM, "auto", "auto|rest|bulk",
        "how activities and program members are read: rest, bulk extract, or auto (bulk for a first load, a gap over a "
        "week or a backfill; rest for a night)",
        "アクティビティとプログラムメンバーの読み方。rest、bulk(一括抽出)、auto(初回・1週間を超える空白・再取得は "
        "bulk、"
        "毎晩は rest)"),
    ROW("method", "salesforce", ENUM, "auto", "auto|rest|bulk",
        "how large objects are read: rest, bulk (Bulk API 2.0), or auto (bulk for windows over three days; rest for a "
        "night)",
        "大きなオブジェクトの読み方。rest、bulk(Bulk API 2.0)、auto(3日を超える期間は bulk、毎晩は rest)"),
    ROW("bulk.max_records", "salesforce", INTEGER, "50000", "1..1000000", "records of one page of a bulk result",
        "一括抽出の結果1ページのレコード数"),
    ROW("bulk.poll", "marketo", DURATION, "60s", "1s..1h", "pause between two looks at a bulk extract job",
        "一括抽出ジョブの状態を見る間隔"),
    ROW("bulk.range_bytes", "marketo", SIZE, "8M", NULL, "size of the pieces in which a bulk result is fetched",
        "一括抽出の結果を取り込むときの1回の大きさ"),
    ROW("objects", NULL, FREE, NULL, NULL,
        "objects to read: a list of names, or a map of names to {fields: [..]}; for files: name to {path, format, "
        "encoding, entity, fields, mode, key, skip_lines, records_at, delimiter, missing, repair, date_formats}",
        "読むオブジェクト。名前の一覧、または名前から {fields: [..]} への対応表。files では名前から {path, format, "
        "encoding, entity, fields, mode, key, skip_lines, records_at, delimiter, missing, repair, date_formats} "
        "への対応表"),
    ROW("fields", NULL, FREE, NULL, NULL,
        "own mapping of fields to canonical columns, by object, over the vendor's default",
        "ベンダー既定の対応を上書きする、項目から標準の列への対応(オブジェクトごと)"),
    ROW("synced_with", "marketo", TEXT, NULL, NULL,
        "salesforce source whose records the sfdc... ids of this one name (default: the only one)",
        "この取得元の sfdc… のIDが指す salesforce の取得元(既定: 唯一のもの)"),
    ROW("score_fields", "marketo", LIST, NULL, NULL,
        "fields whose changes are the score; changes of other scores are field changes (default: Lead Score, Person "
        "Score)",
        "変化をスコアとして扱う項目。ほかのスコアの変化は項目の変化とする(既定: Lead Score、Person Score)"),
    ROW("activity_types", "marketo", MAP, NULL, NULL,
        "numbers of activity types where this instance has others than most, by Marketo's name of the type",
        "アクティビティ種別の番号がほかと違うとき、種別名から番号への対応表"),
    ROW("touch_types", "marketo", MAP, NULL, NULL,
        "program statuses to touch types (form, attend, register, download ...), over the built-in list",
        "プログラムのステータスからタッチの種類(form、attend、register、download など)への対応表。既定より優先"),
    ROW("encoding", NULL, TEXT, NULL, NULL,
        "charset of the source's text where it is not UTF-8: cp932, euc-jp, utf-16 ...",
        "UTF-8 でない取得元の文字コード(cp932、euc-jp、utf-16 など)"),
    ROW("timezone", NULL, TEXT, NULL, NULL, "time zone of times without offset (default: business.timezone)",
        "時差の書かれていない時刻の時間帯(既定: business.timezone)"),
    ROW("rate.calls", NULL, INTEGER, NULL, "1..100000",
        "calls allowed in each window of per_seconds (default: the vendor's documented limit)",
        "per_seconds の間に許す呼び出し数(既定: ベンダーの公表値)"),
    ROW("rate.per_seconds", NULL, DURATION, NULL, "1s..1d", "length of that window (default: the vendor's)",
        "その時間枠の長さ(既定: ベンダーの公表値)"),
    ROW("rate.concurrency", NULL, INTEGER, NULL, "1..64", "calls under way at once (default: what the vendor allows)",
        "同時に行う呼び出しの数(既定: ベンダーの許す数)"),
    ROW("rate.daily_share", NULL, RATIO, "80%", NULL, "share of the vendor's daily quota that taki may use up",
        "ベンダーの1日の割当のうち、taki が使ってよい割合"),
    ROW("proxy", NULL, TEXT, NULL, NULL, "HTTP proxy, host:port", "HTTPプロキシ(host:port)"),
    ROW("ca_file", NULL, PATH, NULL, NULL, "certificate authorities to trust instead of the system's (PEM)",
        "システムの代わりに信頼する認証局の証明書(PEM)"),
    ROW("connect_timeout", NULL, DURATION, "30s", "1s..1h", "longest wait for a connection", "接続を待つ最長時間"),
    ROW("idle_timeout", NULL, DURATION, "120s", "1s..1h", "longest silence inside an answer",
        "応答が途切れてよい最長時間"),
};

const struct taki_option_table taki_source_options = {rows, TAKI_LEN(rows)};
