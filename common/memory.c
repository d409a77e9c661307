#include "memory.h"

#include "taki/arena.h"
#include "taki/log.h"
#include "taki/status.h"

#include <stdatomic.h>
#include <stdlib.h>

static atomic_size_t held_bytes;
static atomic_size_t limit_bytes;

_Noreturn void taki_memory_exhausted(const char *what, size_t wanted, size_t ceiling)
{
    taki_say("memory ceiling of %zu bytes reached by '%s' asking for %zu bytes", ceiling, what, wanted);
    taki_say("hint: raise --memory, or lower --jobs");
    /* Not exit(): worker threads may still run, and nothing here waits for being flushed (publishing is atomic). */
    _Exit(taki_status_info(TAKI_CEILING)->exit_code);
}

_Noreturn void taki_out_of_memory(const char *what)
{
    taki_memory_exhausted(what, 0, taki_memory_held());
}

static void count(const char *what, size_t size)
{
    size_t held = atomic_fetch_add_explicit(&held_bytes, size, memory_order_relaxed) + size;
    size_t limit = atomic_load_explicit(&limit_bytes, memory_order_relaxed);
    if (limit > 0 && held > limit)
        taki_memory_exhausted(what, size, limit);
}

static void uncount(size_t size)
{
    (void)atomic_fetch_sub_explicit(&held_bytes, size, memory_order_relaxed);
}

void *taki_memory_take(const char *what, size_t size)
{
    return taki_memory_resize(what, NULL, 0, size);
}

void *taki_memory_resize(const char *what, void *memory, size_t old_size, size_t size)
{
    if (size > old_size) {
        count(what, size - old_size);
    } else {
        uncount(old_size - size);
    }
    void *resized = realloc(memory, size > 0 ? size : 1);
    if (resized == NULL)
        taki_memory_exhausted(what, size, taki_memory_held());
    return resized;
}

void taki_memory_give(void *memory, size_t size)
{
    free(memory);
    uncount(size);
}

void taki_arena_limit(size_t bytes)
{
    atomic_store_explicit(&limit_bytes, bytes, memory_order_relaxed);
}

size_t taki_memory_held(void)
{
    return atomic_load_explicit(&held_bytes, memory_order_relaxed);
}

size_t taki_memory_limit(void)
{
    return atomic_load_explicit(&limit_bytes, memory_order_relaxed);
}

void taki_memory_account(int64_t bytes)
{
    if (bytes >= 0) {
        count("tables", (size_t)bytes);
    } else {
        uncount((size_t)0 - (size_t)bytes);
    }
}
