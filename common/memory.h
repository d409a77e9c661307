/**
 * @file memory.h
 * The only callers of malloc in common are arenas, buffers and opened handles; all go through these, so that every
 * byte is counted against `--memory` and running out ends the process with exit 10 and a name.
 */
#ifndef TAKI_COMMON_MEMORY_H
#define TAKI_COMMON_MEMORY_H

#include <stddef.h>

/** @p size uninitialised bytes, counted; never NULL. @p what names the holder in the message on exhaustion. */
void *taki_memory_take(const char *what, size_t size);
/** Like realloc from @p old_size to @p size bytes; never NULL. */
void *taki_memory_resize(const char *what, void *memory, size_t old_size, size_t size);
/** Frees and gives back. NULL is allowed with size 0. */
void taki_memory_give(void *memory, size_t size);
/** Ends the process with exit 10, naming @p what. */
_Noreturn void taki_memory_exhausted(const char *what, size_t wanted, size_t ceiling);

#endif
