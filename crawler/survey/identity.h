/* identity.h - what identifies a run: the settings that its rows depend on. */
#ifndef MXSURVEY_SURVEY_IDENTITY_H
#define MXSURVEY_SURVEY_IDENTITY_H

#include "crawler/core/error.h"
#include "crawler/survey/exclude.h"
#include "crawler/survey/settings.h"

#define EXCLUDE_KEY "setting.exclude_sha256"
#define SHUFFLE_KEY "setting.shuffle"

struct identity {
    const char *key, *option; /* of run_info, of the command line */
    char value[96];
    bool of_answers; /* who answers what; else which names are in the file */
};
enum {
    IDENTITY_COUNT = 17,
    IDENTITY_KEY_MAX = 64
};

/* The key of run_info for what is known of a list, from 0: "list.1.sha256" */
void identity_list_key(char ret[IDENTITY_KEY_MAX], unsigned list, const char *what);

/* Files count by their content: a resolver that was told else gives other answers.  exclude: as
 * read, NULL without.  0; -1 with error: one that cannot be read. */
int identify(const struct settings *settings, const struct exclude *exclude,
             struct identity ret[IDENTITY_COUNT], struct error *error);

#endif
