/**
 * @file verbs.h
 * The verbs of taki-transform, and its descriptor in app.c.
 */
#ifndef TAKI_TRANSFORM_VERBS_H
#define TAKI_TRANSFORM_VERBS_H

#include "taki/app.h"

enum taki_status taki_transform_run(struct taki_run *run, struct taki_error *err);
enum taki_status taki_transform_check(struct taki_run *run, struct taki_error *err);
enum taki_status taki_transform_tables(struct taki_run *run, struct taki_error *err);
enum taki_status taki_transform_explain(struct taki_run *run, struct taki_error *err);
enum taki_status taki_transform_diff(struct taki_run *run, struct taki_error *err);
enum taki_status taki_transform_verify(struct taki_run *run, struct taki_error *err);

int taki_transform_main(int argc, char **argv);

#endif
