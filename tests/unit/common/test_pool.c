#include "taki_test.h"

#include "taki/pool.h"

#include <stdatomic.h>
#include <string.h>
#include <time.h>

#define ITEMS 1000

struct job {
    atomic_int done[ITEMS];
    atomic_int workers_seen;
    size_t workers;
    size_t fail_from, fail_step;
    bool slow_low_items;
};

static enum taki_status work(void *context, size_t item, size_t worker, struct taki_error *err)
{
    struct job *job = context;
    if (worker >= job->workers)
        return taki_fail(err, TAKI_BUG, "worker %zu", worker);
    atomic_fetch_or(&job->workers_seen, 1 << worker);
    atomic_fetch_add(&job->done[item], 1);
    if (job->slow_low_items && item < 4) {
        const struct timespec pause = {0, 20000000 * (long)(4 - item)};
        (void)nanosleep(&pause, NULL);
    }
    if (job->fail_step > 0 && item >= job->fail_from && (item - job->fail_from) % job->fail_step == 0)
        return taki_fail(err, TAKI_CONTRACT, "item %zu", item);
    return TAKI_OK;
}

static void every_item_is_done_once(void **state)
{
    (void)state;
    static const size_t workers[] = {0, 1, 2, 4, 7};
    static const size_t counts[] = {0, 1, 3, ITEMS};
    for (size_t w = 0; w < TAKI_LEN(workers); w++) {
        for (size_t c = 0; c < TAKI_LEN(counts); c++) {
            struct job job = {.workers = workers[w] > 0 ? workers[w] : 1};
            struct taki_error err = {0};
            taki_expect_status("run", taki_pool_run(workers[w], counts[c], work, &job, &err), TAKI_OK, &err);
            for (size_t i = 0; i < ITEMS; i++)
                assert_int_equal(job.done[i], i < counts[c] ? 1 : 0);
            if (workers[w] <= 1)
                assert_int_equal(job.workers_seen, counts[c] > 0 ? 1 : 0);
        }
    }
}

static void the_lowest_failing_item_is_reported_whatever_the_timing(void **state)
{
    (void)state;
    for (size_t workers = 1; workers <= 6; workers++) {
        /* Item 0 is the slowest and fails last. */
        struct job job = {.workers = workers, .fail_from = 0, .fail_step = 1, .slow_low_items = true};
        struct taki_error err = {0};
        taki_expect_status("run", taki_pool_run(workers, ITEMS, work, &job, &err), TAKI_CONTRACT, &err);
        assert_string_equal(err.text, "item 0");
        assert_int_equal(err.status, TAKI_CONTRACT);
        for (size_t i = 10; i < ITEMS; i++)
            assert_int_equal(job.done[i], 0);
    }
    struct job job = {.workers = 3, .fail_from = 500, .fail_step = 3};
    struct taki_error err = {0};
    assert_int_equal(taki_pool_run(3, ITEMS, work, &job, &err), TAKI_CONTRACT);
    assert_string_equal(err.text, "item 500");
    for (size_t i = 0; i <= 500; i++)
        assert_int_equal(job.done[i], 1);
    assert_int_equal(taki_pool_run(3, ITEMS, work, &job, NULL), TAKI_CONTRACT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_item_is_done_once),
        cmocka_unit_test(the_lowest_failing_item_is_reported_whatever_the_timing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
