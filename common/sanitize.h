/**
 * @file sanitize.h
 * Tells AddressSanitizer what an arena hands out; nothing in other builds. Without it arenas would blind it.
 */
#ifndef TAKI_COMMON_SANITIZE_H
#define TAKI_COMMON_SANITIZE_H

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define TAKI_ASAN
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define TAKI_ASAN
#endif

#ifdef TAKI_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(address, size) ASAN_POISON_MEMORY_REGION((address), (size))
#define UNPOISON(address, size) ASAN_UNPOISON_MEMORY_REGION((address), (size))
#define RED_ZONE ((size_t)32)
#else
#define POISON(address, size) ((void)(address), (void)(size))
#define UNPOISON(address, size) ((void)(address), (void)(size))
#define RED_ZONE ((size_t)0)
#endif

#endif
