/**
 * @file text.h
 * Small plain-C helpers of the simulator: growing bytes, seeded random numbers, UTC seconds as text. No wall clock.
 */
#ifndef TAKI_SIM_TEXT_H
#define TAKI_SIM_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIM_LEN(array) (sizeof(array) / sizeof *(array))
#define SIM_DAY INT64_C(86400)
#define SIM_HOUR INT64_C(3600)
/** The simulated company works in Japan: local day D is [D 00:00 +09:00, D+1 00:00 +09:00). */
#define SIM_JST (9 * SIM_HOUR)

/** Growing bytes; zero-initialise, free with sim_buf_free. Always NUL-terminated once anything was added. */
struct sim_buf {
    char *data;
    size_t size, capacity;
};
void sim_buf_add(struct sim_buf *buf, const void *data, size_t size);
void sim_buf_text(struct sim_buf *buf, const char *text);
void sim_buf_format(struct sim_buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void sim_buf_free(struct sim_buf *buf);
/** JSON string with quotes; NULL becomes null. */
void sim_buf_json(struct sim_buf *buf, const char *text);

/** Zeroed memory that is never NULL; ends the process when the machine has none. */
void *sim_alloc(size_t size);
void *sim_grow(void *data, size_t size);
char *sim_copy(const char *data, size_t size);
char *sim_dup(const char *text);
char *sim_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** splitmix64: the same numbers from the same seed on every machine. */
struct sim_rng {
    uint64_t state;
};
struct sim_rng sim_rng_of(uint64_t seed, uint64_t stream);
uint64_t sim_rng_next(struct sim_rng *rng);
/** 0 .. n-1; n > 0. */
uint32_t sim_rng_below(struct sim_rng *rng, uint32_t n);
/** lo .. hi, both included. */
int64_t sim_rng_between(struct sim_rng *rng, int64_t lo, int64_t hi);
bool sim_rng_percent(struct sim_rng *rng, uint32_t percent);
uint64_t sim_hash(const char *text);

/** Seconds since 1970 UTC of a civil day and back. */
int64_t sim_day_of(int year, int month, int day);
void sim_day_split(int64_t seconds, int *year, int *month, int *day);
/** "2026-11-20T06:10:11Z" into out (21 bytes). This is how the store keeps instants: bytewise order is time order. */
void sim_time_print(int64_t seconds, char out[21]);
/** "2026-11-20" of the UTC day into out (11 bytes). */
void sim_date_print(int64_t seconds, char out[11]);
/** "Fri, 20 Nov 2026 06:10:11 GMT" into out (30 bytes). */
void sim_http_date(int64_t seconds, char out[30]);
/** ISO date-time with Z, +09:00, +0000 or Z+0000, or a date alone (midnight UTC). *is_date tells which; may be NULL. */
bool sim_time_parse(const char *text, int64_t *seconds, bool *is_date);

/** Case-sensitive match of @p text with a pattern in which '*' stands for any characters. */
bool sim_glob(const char *pattern, const char *text);
void sim_base64(struct sim_buf *out, const void *data, size_t size, bool url_alphabet);
/** Either alphabet, padding optional. False on bad characters. */
bool sim_base64_decode(const char *text, struct sim_buf *out);
/** Lower-case hex SHA-256. */
void sim_sha256(const void *data, size_t size, char out[65]);
/** One gzip member (mtime 0) appended to @p out. */
void sim_gzip(const void *data, size_t size, struct sim_buf *out);
/** Whole file; false if it cannot be read. */
bool sim_read_file(const char *path, struct sim_buf *out);

#endif
