/**
 * @file verbs.h
 * The verbs of taki-load; main.c lists them.
 */
#ifndef TAKI_LOAD_VERBS_H
#define TAKI_LOAD_VERBS_H

#include "taki/app.h"

enum taki_status taki_load_run(struct taki_run *run, struct taki_error *err);
enum taki_status taki_load_check(struct taki_run *run, struct taki_error *err);
enum taki_status taki_load_preview(struct taki_run *run, struct taki_error *err);
enum taki_status taki_load_list(struct taki_run *run, struct taki_error *err);
enum taki_status taki_load_verify(struct taki_run *run, struct taki_error *err);
enum taki_status taki_load_prune(struct taki_run *run, struct taki_error *err);

#endif
