/* versions.h - what this program is made of: --version, and run_info. */
#ifndef MXSURVEY_SURVEY_VERSIONS_H
#define MXSURVEY_SURVEY_VERSIONS_H

#include "crawler/store/store.h"

struct version {
    const char *key; /* of run_info: "version.libuv" */
    const char *text;
};

/* The versions of the program and of the libraries it runs with; ends with a
 * NULL key. */
const struct version *versions_all(void);

/* Into run_info.  Of a run that is continued all versions that took part, in the order in which they
 * came, separated by `; `. */
int versions_note(struct store *store, struct error *error);
int versions_add(struct store *store, const char *key, const char *value, struct error *error);

#endif
