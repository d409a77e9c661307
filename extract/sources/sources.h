/**
 * @file sources.h
 * The descriptors of all sources.
 */
#ifndef TAKI_EXTRACT_SOURCES_H
#define TAKI_EXTRACT_SOURCES_H

#include "source.h"

extern const struct taki_source taki_source_salesforce;
extern const struct taki_source taki_source_marketo;
extern const struct taki_source taki_source_files;

#endif
