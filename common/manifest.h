/**
 * @file manifest.h
 * Reading of our own control documents (batch and stage manifests, page index lines) by our own strict scanner.
 *
 * The first thing that is wrong is kept and every later getter does nothing, so that a reader is one list of members
 * and one check at its end. Unknown members are ignored; a newer version is refused. Failures are TAKI_DAMAGED.
 */
#ifndef TAKI_COMMON_MANIFEST_H
#define TAKI_COMMON_MANIFEST_H

#include "taki/arena.h"
#include "taki/date.h"
#include "taki/hash.h"
#include "taki/json.h"
#include "taki/status.h"
#include "taki/str.h"

struct taki_manifest {
    struct taki_arena *arena; /**< where the strings go */
    const char *path;         /**< for messages */
    struct taki_json json;
    enum taki_status status; /**< TAKI_OK until the first thing that is wrong */
    struct taki_error *err;
};

/** Scans @p text into nodes living in @p scratch (which may be the same arena); the root has to be an object. */
void taki_manifest_init(struct taki_manifest *m, struct taki_arena *scratch, taki_str text);
const struct taki_json_node *taki_manifest_root(const struct taki_manifest *m);
/** Refuses a missing "version", or one above @p supported. */
void taki_manifest_version(struct taki_manifest *m, int64_t supported);

/** Member @p name of @p object; a missing or null one is an error. NULL after any error. */
const struct taki_json_node *taki_manifest_member(struct taki_manifest *m, const struct taki_json_node *object,
                                                  const char *name, enum taki_json_type type);
/** C string; a missing, null or non-string member is an error, as is a NUL inside. "" after any error. */
const char *taki_manifest_text(struct taki_manifest *m, const struct taki_json_node *object, const char *name);
/** The same, but NULL if missing or null. */
const char *taki_manifest_optional(struct taki_manifest *m, const struct taki_json_node *object, const char *name);
/** A name that can stand in a path: not empty, no slash, no dot at its start. */
const char *taki_manifest_file(struct taki_manifest *m, const struct taki_json_node *object, const char *name);
/** Value of any type as its own JSON text; NULL if missing or null. */
const char *taki_manifest_raw(struct taki_manifest *m, const struct taki_json_node *object, const char *name);
/** Integer >= @p least. */
int64_t taki_manifest_i64(struct taki_manifest *m, const struct taki_json_node *object, const char *name,
                          int64_t least);
bool taki_manifest_bool(struct taki_manifest *m, const struct taki_json_node *object, const char *name);
/** 64 lower-case hex digits. */
void taki_manifest_sha256(struct taki_manifest *m, const struct taki_json_node *object, const char *name,
                          char out[TAKI_SHA256_HEX]);
/** Instant with an offset; NULL if missing or null. */
taki_instant taki_manifest_instant(struct taki_manifest *m, const struct taki_json_node *object, const char *name);
taki_date taki_manifest_date(struct taki_manifest *m, const struct taki_json_node *object, const char *name);
/** Sorted or unsorted array of strings; NULL and 0 if missing. */
const char *const *taki_manifest_texts(struct taki_manifest *m, const struct taki_json_node *object, const char *name,
                                       size_t *count);
/** Records that member @p name is not what it should be. */
void taki_manifest_refuse(struct taki_manifest *m, const char *name);

/** For writing: an instant as text, the NULL one as null. */
void taki_manifest_add_instant(struct taki_json_writer *w, const char *name, taki_instant instant);
/** Verbatim JSON text on one line (a line break between its tokens becomes a space); NULL as null. */
void taki_manifest_add_raw(struct taki_json_writer *w, const char *name, const char *json);

#endif
