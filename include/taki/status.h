/**
 * @file status.h
 * How functions fail: one list of statuses that is also the list of exit codes and of what a scheduler should do.
 *
 * Three kinds of trouble: a bad record goes to the rejects and the run goes on; a bad run returns a status up the
 * stack, its text gathered outermost-first; a bug aborts (exit 70). Every fallible function returns `enum taki_status`
 * and takes `struct taki_error *err` last (NULL is allowed in tests).
 */
#ifndef TAKI_STATUS_H
#define TAKI_STATUS_H

#include <stdbool.h>
#include <stddef.h>

#define TAKI_NODISCARD __attribute__((warn_unused_result))
#define TAKI_PRINTF(format_index, first_index) __attribute__((format(printf, format_index, first_index)))
#define TAKI_LEN(array) (sizeof(array) / sizeof *(array))

/** What a scheduler should do with an exit code; `jobs/` reads it through `--exit-codes`. */
enum taki_retry {
    TAKI_RETRY_NO,    /**< a repeat won't help */
    TAKI_RETRY_NOW,   /**< run the same command again at once: it resumes */
    TAKI_RETRY_LATER, /**< run the same command again after a pause, or at `retry_at` of the run report */
};

/* clang-format off */
/** X(name, exit code, retry, English, Japanese). Published once, never renumbered (docs/formats.md). */
#define TAKI_STATUSES(X)                                                                                              \
    X(OK,          0,  NO,    "done",                                                    "完了")                        \
    X(FAILED,      1,  NO,    "failed, nothing published; a repeat won't help",          "失敗。公開なし。再実行しても直りません") \
    X(USAGE,       2,  NO,    "usage or configuration error",                            "使い方または設定の誤り")           \
    X(PARTIAL,     3,  LATER, "partial: some streams or tables failed (--retry-failed)", "一部失敗(--retry-failed で再試行)") \
    X(CONTRACT,    4,  NO,    "contract or data test failed, nothing published",         "データ検査に不合格。公開なし")       \
    X(AUTH,        5,  NO,    "credentials or permission refused",                       "認証または権限の拒否")             \
    X(QUOTA,       6,  LATER, "quota or rate budget spent, resumable",                   "API割当を使い切りました(再開可能)")   \
    X(DESTINATION, 7,  LATER, "destination refused or full",                             "出力先が拒否または満杯")           \
    X(LOCKED,      8,  LATER, "locked by another run",                                   "他の実行がロック中")              \
    X(EMPTY,       9,  NO,    "nothing new (--fail-if-empty)",                           "新しいデータなし")                \
    X(CEILING,     10, NO,    "memory or size ceiling reached",                          "メモリまたはサイズの上限に到達")     \
    X(UNREACHABLE, 11, LATER, "source unreachable after all retries, retry later",       "取得元に接続できません。後で再試行")   \
    X(DAMAGED,     12, NO,    "stored data damaged",                                     "保存データの破損")                \
    X(BUG,         70, NO,    "bug in taki, please report",                              "takiの不具合")                  \
    X(INTERRUPTED, 75, NOW,   "interrupted; the same command resumes",                   "中断。同じコマンドで再開します")
/* clang-format on */

#define TAKI_STATUS_MEMBER(name, code, retry, en, ja) TAKI_##name,
enum taki_status {
    TAKI_STATUSES(TAKI_STATUS_MEMBER) TAKI_END, /**< no more rows; never an exit code, never passed on as a failure */
};

struct taki_status_info {
    const char *name; /**< "UNREACHABLE" */
    int exit_code;
    enum taki_retry retry;
    const char *en, *ja;
};

/** The row of TAKI_STATUSES for @p status; TAKI_END and unknown values give the row of BUG. Never NULL. */
const struct taki_status_info *taki_status_info(enum taki_status status);

/** All rows in order of exit code; @p count receives their number. For `--exit-codes` and the docs. */
const struct taki_status_info *taki_status_list(size_t *count);

/** Where the text of a failure is gathered. Caller's memory; zero-initialise. */
struct taki_error {
    enum taki_status status;
    char text[1024]; /**< "leads page 7 of marketo: HTTP 503"; always NUL-terminated UTF-8, cut on a character boundary
                      */
    char hint[512];  /**< what to do next; empty if nothing is known */
};

/**
 * Records a failure and returns @p status, so that `return taki_fail(...)` reads well. The format is looked up in the
 * message catalogue (text.h), hence translated. Lower case, no full stop, what failed first, subject in 'quotes'.
 */
enum taki_status taki_fail(struct taki_error *err, enum taki_status status, const char *format, ...) TAKI_PRINTF(3, 4);

/** Like taki_fail for a failed system call: appends ": " and the text of @p errno_value; ENOSPC, EDQUOT and EROFS turn
 * FAILED into DESTINATION. */
enum taki_status taki_fail_errno(struct taki_error *err, enum taki_status status, int errno_value, const char *format,
                                 ...) TAKI_PRINTF(4, 5);

/** Puts "context: " before the text gathered so far and returns @p status unchanged. */
enum taki_status taki_while(struct taki_error *err, enum taki_status status, const char *format, ...) TAKI_PRINTF(3, 4);

/** Sets the hint (translated like the text) and returns the status already in @p err (BUG if @p err is NULL). */
enum taki_status taki_hint(struct taki_error *err, const char *format, ...) TAKI_PRINTF(2, 3);

/** An impossible state: prints file, line and @p what, then aborts (debug builds) or exits 70. Never used for data. */
_Noreturn void taki_bug_at(const char *file, int line, const char *what);
#define taki_bug(what) taki_bug_at(__FILE__, __LINE__, what)

/** Leaves the function when @p call fails; TAKI_END counts as a failure here, so streams test it before. */
#define TAKI_TRY(call)                                                                                                 \
    do {                                                                                                               \
        enum taki_status taki_try_ = (call);                                                                           \
        if (taki_try_ != TAKI_OK)                                                                                      \
            return taki_try_;                                                                                          \
    } while (0)

/** Runs @p closer(&variable) when the variable leaves scope. For OS handles on read paths; write paths close and check.
 */
#define TAKI_AUTO(closer) __attribute__((cleanup(closer)))

#endif
