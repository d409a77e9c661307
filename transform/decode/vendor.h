/**
 * @file vendor.h
 * What a vendor's default mapping is made of: rows of names, hooks for what the vendor alone does.
 */
#ifndef TAKI_TRANSFORM_VENDOR_H
#define TAKI_TRANSFORM_VENDOR_H

#include "decode.h"

/** How a value is read; AUTO = by the type of the canonical column. */
enum taki_convert {
    TAKI_CONVERT_AUTO,
    TAKI_CONVERT_TEXT,
    TAKI_CONVERT_ID,  /**< bare id of this source (Salesforce: 15 characters become 18) */
    TAKI_CONVERT_REF, /**< `source:id`; a bare id gets the source's name */
    TAKI_CONVERT_BOOL,
    TAKI_CONVERT_NOT, /**< bool turned round */
    TAKI_CONVERT_I64, /**< "1200.0" is 1200; a fraction is an error */
    TAKI_CONVERT_F64,
    TAKI_CONVERT_PERCENT, /**< 60 is 0.6 */
    TAKI_CONVERT_DATE,
    TAKI_CONVERT_MONTH,    /**< first day of the date's month */
    TAKI_CONVERT_INSTANT,  /**< a local time stands in the source's time zone; a bare date is the end of its day */
    TAKI_CONVERT_DECIMAL,  /**< exact decimal text, checked */
    TAKI_CONVERT_YEAR_END, /**< last day of a fiscal year to the month after it: 31 March is 4 */
    TAKI_CONVERT_LIST,     /**< "a;b" or a JSON array to JSON array text */
};

/** One column of a default mapping. `from` may be a dotted path into nested objects ("Owner.Name"). */
struct taki_map_row {
    const char *from, *to;
    enum taki_convert convert;
};

struct taki_decoding;

/** One object of a vendor. */
struct taki_object_map {
    const char *object;
    enum taki_entity entity;
    const struct taki_map_row *rows;
    size_t row_count;
    const char *const *extra; /**< further source fields the hooks ask for by index; NULL-terminated, may be NULL */
    /** After the columns are filled, before the row is added. TAKI_END = taki_decoding_reject was called or nothing is
     * left to add (then the hook counted the record). */
    enum taki_status (*finish)(struct taki_decoding *d, void *row, struct taki_error *err);
    /** Instead of columns: the whole record by hand, through `extra`. */
    enum taki_status (*record)(struct taki_decoding *d, struct taki_error *err);
    enum taki_stream_mode mode;
};

/** A vendor: its objects and how its ids and empty values look. */
struct taki_vendor_map {
    const char *type; /**< `type:` in taki.yml */
    const struct taki_object_map *objects;
    size_t object_count;
    bool long_ids;         /**< Salesforce: 15-character ids become 18 */
    const char *null_text; /**< CSV text that means no value ("null"), or NULL */
};

extern const struct taki_vendor_map taki_vendor_salesforce, taki_vendor_marketo;
/** All vendors with a default mapping; NULL-terminated. */
extern const struct taki_vendor_map *const taki_vendors[];

#endif
