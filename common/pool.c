#include "taki/pool.h"

#include "memory.h"

#include <pthread.h>

struct pool {
    taki_pool_work work;
    void *context;
    size_t count;
    pthread_mutex_t mutex; /* guards what follows */
    size_t next;
    size_t failed; /* lowest failed item; count = none */
    enum taki_status status;
    struct taki_error *err;
};

struct worker {
    struct pool *pool;
    size_t number;
    pthread_t thread;
};

/*
 * Items are started in order and all that were started are finished. So every item below a failed one gets its chance
 * to fail, and which failure is reported doesn't depend on timing.
 */
static bool take_item(struct pool *pool, size_t *item)
{
    (void)pthread_mutex_lock(&pool->mutex);
    bool more = pool->next < pool->count && pool->failed == pool->count;
    if (more)
        *item = pool->next++;
    (void)pthread_mutex_unlock(&pool->mutex);
    return more;
}

static void keep_failure(struct pool *pool, size_t item, enum taki_status status, const struct taki_error *error)
{
    (void)pthread_mutex_lock(&pool->mutex);
    if (item < pool->failed) {
        pool->failed = item;
        pool->status = status;
        if (pool->err != NULL)
            *pool->err = *error;
    }
    (void)pthread_mutex_unlock(&pool->mutex);
}

static void *work(void *argument)
{
    const struct worker *worker = argument;
    struct pool *pool = worker->pool;
    struct taki_error error = {0};
    size_t item;
    while (take_item(pool, &item)) {
        enum taki_status status = pool->work(pool->context, item, worker->number, &error);
        if (status != TAKI_OK)
            keep_failure(pool, item, status, &error);
    }
    return NULL;
}

enum taki_status taki_pool_run(size_t workers, size_t count, taki_pool_work item_work, void *context,
                               struct taki_error *err)
{
    struct pool pool = {.work = item_work, .context = context, .count = count, .failed = count, .err = err};
    if (workers > count)
        workers = count;
    if (workers == 0)
        workers = 1;
    if (pthread_mutex_init(&pool.mutex, NULL) != 0)
        taki_bug("no mutex");
    size_t size = workers * sizeof(struct worker), started = 1;
    struct worker *team = taki_memory_take("workers", size);
    team[0] = (struct worker){.pool = &pool};
    /* The caller is worker 0; a machine that refuses more threads only makes the run slower. */
    for (; started < workers; started++) {
        team[started] = (struct worker){.pool = &pool, .number = started};
        if (pthread_create(&team[started].thread, NULL, work, &team[started]) != 0)
            break;
    }
    (void)work(&team[0]);
    for (size_t i = 1; i < started; i++)
        (void)pthread_join(team[i].thread, NULL);
    taki_memory_give(team, size);
    (void)pthread_mutex_destroy(&pool.mutex);
    return pool.status;
}
