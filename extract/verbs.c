#include "verbs.h"

#include "stream.h"

/* clang-format off */
static const struct taki_option options[] = {
    {.flag = "from",
     .type = TAKI_OPTION_DATE,
     .en = "read again from this business day on; never moves a bookmark",
     .ja = "この営業日から読み直す(ブックマークは動かさない)"},
    {.flag = "to",
     .type = TAKI_OPTION_DATE,
     .en = "last business day to read again (default: as --from)",
     .ja = "読み直す最後の営業日(既定: --from と同じ)"},
    {.flag = "full-refresh",
     .type = TAKI_OPTION_BOOL,
     .fallback = "false",
     .en = "read everything from start_date on, as if nothing had been landed",
     .ja = "何も取得していないものとして start_date からすべて読み直す"},
    {.flag = "rows",
     .letter = 'n',
     .type = TAKI_OPTION_INTEGER,
     .fallback = "10",
     .domain = "1..100000",
     .en = "records to show",
     .ja = "表示するレコード数"},
};
/* clang-format on */
const struct taki_option_table taki_extract_options = {options, TAKI_LEN(options)};

const struct taki_verb taki_extract_verbs[] = {
    {.name = "run",
     .arguments = "",
     .min_arguments = 0,
     .max_arguments = 0,
     .needs_config = true,
     .takes_lock = true,
     .en = "read what is new from every source into the landing zone",
     .ja = "すべての取得元から新しいデータを landing に取り込む",
     .run = taki_extract_run    },
    {.name = "check",
     .arguments = "",
     .min_arguments = 0,
     .max_arguments = 0,
     .needs_config = true,
     .takes_lock = false,
     .en = "log in, show permissions, quota left and delete strategy of every stream",
     .ja = "ログインし、各ストリームの権限、残り割当、削除の検出方法を表示する",
     .run = taki_extract_check  },
    {.name = "preview",
     .arguments = "SOURCE:OBJECT",
     .min_arguments = 1,
     .max_arguments = 1,
     .needs_config = true,
     .takes_lock = false,
     .en = "show a few records without landing them",
     .ja = "取り込まずに数件のレコードを表示する",
     .run = taki_extract_preview},
    {.name = "state",
     .arguments = "",
     .min_arguments = 0,
     .max_arguments = 0,
     .needs_config = true,
     .takes_lock = false,
     .en = "show what has been landed of every stream",
     .ja = "各ストリームの取り込み状況を表示する",
     .run = taki_extract_state  },
    {.name = "verify",
     .arguments = "",
     .min_arguments = 0,
     .max_arguments = 0,
     .needs_config = true,
     .takes_lock = false,
     .en = "re-hash everything in the landing zone",
     .ja = "landing のすべてのハッシュを検査する",
     .run = taki_extract_verify },
};
const size_t taki_extract_verb_count = TAKI_LEN(taki_extract_verbs);

static enum taki_status day_flag(const struct taki_run *run, const char *flag, taki_date *date, struct taki_error *err)
{
    taki_str text = taki_run_flag(run, flag);
    *date = TAKI_DATE_NULL;
    if (taki_str_is_blank(text) || taki_date_parse(text, date))
        return TAKI_OK;
    return taki_fail(err, TAKI_USAGE, "'--%s' is not a day: '%.*s'", flag, TAKI_STR_ARG(text));
}

enum taki_status taki_extract_order(const struct taki_run *run, struct taki_stream_order *order, struct taki_error *err)
{
    taki_date from, to;
    *order = (struct taki_stream_order){.from = TAKI_INSTANT_NULL, .to = TAKI_INSTANT_NULL};
    order->full_refresh = taki_run_flag_set(run, "full-refresh");
    TAKI_TRY(day_flag(run, "from", &from, err));
    TAKI_TRY(day_flag(run, "to", &to, err));
    if (taki_date_is_null(from)) {
        if (taki_date_is_null(to))
            return TAKI_OK;
        (void)taki_fail(err, TAKI_USAGE, "'--to' needs '--from'");
        return taki_hint(err, "say '--from YYYY-MM-DD --to YYYY-MM-DD'");
    }
    to = taki_date_is_null(to) ? from : to;
    if (to.days < from.days)
        return taki_fail(err, TAKI_USAGE, "'--to' lies before '--from'");
    if (order->full_refresh)
        return taki_fail(err, TAKI_USAGE, "'--from' and '--full-refresh' exclude each other");
    order->from = taki_zone_day_start(run->zone, from);
    order->to = taki_zone_day_start(run->zone, (taki_date){to.days + 1});
    return TAKI_OK;
}
