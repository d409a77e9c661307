/**
 * @file landing_fixture.h
 * Landing folders from C strings, and a run over them: what tests of transform start from.
 */
#ifndef TAKI_LANDING_FIXTURE_H
#define TAKI_LANDING_FIXTURE_H

#include "taki/app.h"
#include "taki/landing.h"

/** What of a batch differs from an ordinary delta of JSON pages. */
struct landing_spec {
    const char *source, *source_type, *object;
    const char *id;        /**< folder name */
    const char *extracted; /**< ISO instant */
    enum taki_batch_kind kind;
    const char *lo, *hi;    /**< ISO instants or NULL */
    const char *format;     /**< NULL = "json" */
    const char *charset;    /**< NULL = "utf-8" */
    const char *records_at; /**< NULL = "" (the root is the array) */
    const char *context;
};

/** Makes a fresh data_dir below the test folder and gives its path (valid until the next call). */
const char *landing_new(const char *name);
/** Commits a batch of one page a body. Sizes come from @p bodies (taki_str). */
void landing_add(const char *data_dir, const struct landing_spec *spec, const taki_str *bodies, size_t count);
/** The usual batches of one JSON page: records as JSON array text. */
void landing_salesforce(const char *data_dir, const char *object, const char *id, const char *extracted,
                        const char *records);
void landing_marketo(const char *data_dir, const char *object, const char *id, const char *extracted,
                     const char *records);

/** Runs @p body as the only verb of a program `taki-test` with configuration @p yaml (data_dir and jobs are added) and
 * gives the exit code. */
int landing_run(const char *data_dir, const char *yaml, size_t jobs,
                enum taki_status (*body)(struct taki_run *run, struct taki_error *err));
/** The sources of most tests: `sfa` (salesforce) and `ma` (marketo). */
extern const char landing_yaml[];

/** Whole file below the checkout's sibling folder `../shared/data`; false (test to be skipped) if it is not there. */
bool landing_shared(const char *name, struct taki_buf *out);
/** Instant of ISO text. */
taki_instant landing_at(const char *text);

#endif
