/**
 * @file log.h
 * Log to stderr: one event a line, `key=value` or JSON, UTC milliseconds, run id first. Never a person's data, never a
 * secret.
 */
#ifndef TAKI_LOG_H
#define TAKI_LOG_H

#include "taki/status.h"

#include <stdbool.h>

enum taki_log_level { TAKI_LOG_ERROR, TAKI_LOG_WARN, TAKI_LOG_INFO, TAKI_LOG_DEBUG };

/** Process-wide; set once by app.c. */
void taki_log_setup(enum taki_log_level level, bool json, const char *run_id);
/** @p event is a static word ("page_landed"); the format gives `key=value` pairs separated by spaces. */
void taki_log(enum taki_log_level level, const char *event, const char *format, ...) TAKI_PRINTF(3, 4);
/** Name put before each sentence of taki_say ("taki-extract"); copied. Without it: "taki". */
void taki_log_program(const char *name);
/** A sentence for the operator on stderr, translated: "taki-extract: warning: ..." */
void taki_say(const char *format, ...) TAKI_PRINTF(1, 2);
/** Registers a secret value: any log line, message or report that would contain it shows *** instead. Copied. */
void taki_log_secret(const char *value);
/** Replaces registered secrets (also percent-encoded forms) in place by asterisks. */
void taki_log_mask(char *text);

#endif
