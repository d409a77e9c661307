#include "sources/sources.h"

#include "source.h"

#include <string.h>

/* The registry: one line a source. */
static const struct taki_source *const sources[] = {
    &taki_source_salesforce,
    &taki_source_marketo,
    &taki_source_files,
};

const struct taki_source *taki_source_find(taki_str type)
{
    for (size_t i = 0; i < TAKI_LEN(sources); i++) {
        if (taki_str_is(type, sources[i]->type))
            return sources[i];
    }
    return NULL;
}

const struct taki_source *const *taki_source_list(size_t *count)
{
    *count = TAKI_LEN(sources);
    return sources;
}
