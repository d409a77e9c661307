/**
 * @file app.h
 * The program taki-load: its verbs and options. main.c runs it; so do tests of the verbs.
 */
#ifndef TAKI_LOAD_APP_H
#define TAKI_LOAD_APP_H

/** taki_app_main of taki-load; gives the exit code. */
int taki_load_main(int argc, char **argv);

#endif
