/**
 * @file gzip.h
 * Strict gzip: every byte of input belongs to complete members with right CRC and length, or it is an error.
 * libdeflate serves whole members of known size where it is built in, zlib everything else; results are equal, but for
 * members with right sums that use symbols no compressor writes (286 and 287), which libdeflate takes and zlib refuses.
 */
#ifndef TAKI_GZIP_H
#define TAKI_GZIP_H

#include "taki/status.h"
#include "taki/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Inflates all members of @p gz into @p out (appended, up to its ceiling). TAKI_CONTRACT on cut or corrupt data,
 * TAKI_CEILING. */
TAKI_NODISCARD enum taki_status taki_gunzip(taki_str gz, struct taki_buf *out, struct taki_error *err);

/** Inflates only the first member; *used receives its compressed size. */
TAKI_NODISCARD enum taki_status taki_gunzip_member(taki_str gz, size_t *used, struct taki_buf *out,
                                                   struct taki_error *err);

/** Appends one member with mtime 0, no name, OS 255: same bytes for same input and compressor. @param level 1..9 */
TAKI_NODISCARD enum taki_status taki_gzip(taki_str data, int level, struct taki_buf *out, struct taki_error *err);

/** Streaming inflate of unbounded bodies (zlib), multi-member. */
struct taki_inflate;
struct taki_inflate *taki_inflate_open(void);
/** Appends what @p data gives. @p out's ceiling bounds one call's output plus what the caller left in it. */
TAKI_NODISCARD enum taki_status taki_inflate_feed(struct taki_inflate *inflate, taki_str data, struct taki_buf *out,
                                                  struct taki_error *err);
/** TAKI_CONTRACT unless the input ended exactly at a member's end. */
TAKI_NODISCARD enum taki_status taki_inflate_finish(struct taki_inflate *inflate, struct taki_error *err);
void taki_inflate_close(struct taki_inflate *inflate);

/** Streaming deflate of one gzip member of unbounded size (zlib): header as taki_gzip. @param level 1..9 */
struct taki_deflate;
struct taki_deflate *taki_deflate_open(int level);
/** Appends what is ready to @p out; the caller drains it. */
TAKI_NODISCARD enum taki_status taki_deflate_feed(struct taki_deflate *deflate, taki_str data, struct taki_buf *out,
                                                  struct taki_error *err);
/** Ends the member: the rest and the trailer. */
TAKI_NODISCARD enum taki_status taki_deflate_finish(struct taki_deflate *deflate, struct taki_buf *out,
                                                    struct taki_error *err);
void taki_deflate_close(struct taki_deflate *deflate);

/** "zlib 1.2.13" or "libdeflate 1.14", for manifests. */
const char *taki_gzip_engine(void);

#endif
