/**
 * @file arena.h
 * Memory by lifetime: run, batch, scratch. Ownership is visible as an arena parameter; nothing is freed one by one.
 *
 * An arena call never returns NULL: exhaustion of the arena's ceiling (or of the machine) prints the arena's name and
 * ends the process with exit 10. Sizes that come from outside are checked before asking. Sanitizer builds poison reset
 * memory and keep a red zone after each object.
 */
#ifndef TAKI_ARENA_H
#define TAKI_ARENA_H

#include <stddef.h>
#include <stdint.h>

struct taki_arena;

/**
 * @param name           static text, named in the message on exhaustion
 * @param ceiling_bytes  0 = no ceiling of its own (the process-wide one of taki_arena_limit still holds)
 */
struct taki_arena *taki_arena_open(const char *name, size_t ceiling_bytes);

/** Frees everything. NULL is allowed. */
void taki_arena_close(struct taki_arena *arena);

/** For TAKI_AUTO(taki_arena_auto). */
void taki_arena_auto(struct taki_arena **arena);

/** Forgets all objects but keeps the blocks for reuse. */
void taki_arena_reset(struct taki_arena *arena);

/** @p size bytes, zeroed, aligned for any type. size 0 gives a valid pointer. */
void *taki_arena_alloc(struct taki_arena *arena, size_t size);

/** @p count * @p size bytes, zeroed; an overflowing product ends the process with exit 10. */
void *taki_arena_alloc_array(struct taki_arena *arena, size_t count, size_t size);

/** NUL-terminated copy of @p size bytes. */
char *taki_arena_copy(struct taki_arena *arena, const void *data, size_t size);

/** NUL-terminated formatted text. */
char *taki_arena_format(struct taki_arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Bytes handed out since open or reset. */
size_t taki_arena_used(const struct taki_arena *arena);

/** Sets the process-wide ceiling over all arenas and growing buffers together (`--memory`); 0 = none. Call once at
 * start. */
void taki_arena_limit(size_t bytes);

/** Bytes held now by all arenas and buffers together, and the process-wide ceiling. Thread-safe. */
size_t taki_memory_held(void);
size_t taki_memory_limit(void);

/** Counts memory obtained otherwise (tables grown with realloc) against the ceiling; negative gives back. Exit 10
 * beyond it. */
void taki_memory_account(int64_t bytes);

#define TAKI_NEW(arena, type) ((type *)taki_arena_alloc((arena), sizeof(type)))
#define TAKI_NEW_ARRAY(arena, count, type) ((type *)taki_arena_alloc_array((arena), (count), sizeof(type)))

/** Ends the program with exit code 10 (a clear message, nothing published): for memory that a library failed to get. */
_Noreturn void taki_out_of_memory(const char *what);

#endif
