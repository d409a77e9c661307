/**
 * @file sha256.h
 * What file.c needs beyond taki/hash.h.
 */
#ifndef TAKI_COMMON_SHA256_H
#define TAKI_COMMON_SHA256_H

#include "taki/hash.h"

/** The hash of what was added so far; @p sha goes on. */
void taki_sha256_peek(const struct taki_sha256 *sha, char out[TAKI_SHA256_HEX]);

#endif
