/**
 * @file json_scan.h
 * Inside of the JSON reader: what string bodies are made of, and the search for repeated member names.
 */
#ifndef TAKI_COMMON_JSON_SCAN_H
#define TAKI_COMMON_JSON_SCAN_H

#include "taki/json.h"

#ifdef __SSE2__
#include "json_skip_sse2.h"
#else
#include "json_skip.h"
#endif

/** Behind the escapes and multi-byte characters that begin at @p at, or NULL if the one at @p at is wrong. */
const char *taki_json_skip_special(const char *at, const char *end);
/** Why taki_json_skip_special refused what is at @p at. */
const char *taki_json_special_fault(const char *at);
/** Place of a member name that an earlier member of the closed object @p index has too, or NULL. */
const char *taki_json_repeated_key(struct taki_arena *arena, const struct taki_json_node *nodes, uint32_t index);
/** Code unit of the escape `\uXXXX` at @p at, or UINT32_MAX. */
uint32_t taki_json_code_unit(const char *at, const char *end);

#endif
