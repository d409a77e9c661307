/**
 * @file rules_maps.h
 * The value maps of taki.yml, between rules.c and rules_maps.c.
 */
#ifndef TAKI_TRANSFORM_RULES_MAPS_H
#define TAKI_TRANSFORM_RULES_MAPS_H

#include "rules.h"

struct taki_rule_maps;

/** Reads all maps; every target that is no canonical value is said and counted in @p problems. */
struct taki_rule_maps *taki_rule_maps_new(struct taki_run *run, size_t *problems);

#endif
