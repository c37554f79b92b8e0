/* load.h - from the lists to the survey file: what the run is over. */
#ifndef MXSURVEY_SURVEY_LOAD_H
#define MXSURVEY_SURVEY_LOAD_H

#include "crawler/store/store.h"
#include "crawler/survey/exclude.h"
#include "crawler/survey/settings.h"
#include "crawler/survey/suffix.h"

/* One line about a list that is most likely not what was meant: it goes on. */
struct load_voice {
    void (*remark)(void *context, const char *line);
    void *context;
};

/* Reads the lists into a new file: each name once, excluded names and those of
 * other shards counted only, rejected lines kept.  Writes what identifies the run
 * into run_info.  All or nothing.  LIST_INTERRUPTED by a signal.
 * exclude, here and below: settings->exclude as read, NULL without. */
int load_lists(struct store *store, const struct settings *settings, const struct exclude *exclude,
               const struct suffixes *suffixes, const struct load_voice *voice,
               struct error *error);

/* Is this file's run the one that the settings describe?  Reads the lists again;
 * 0, LIST_INTERRUPTED, or -1 with a line that says what differs.  Nothing is written. */
int load_compare(struct store *store, const struct settings *settings,
                 const struct exclude *exclude, struct error *error);

#endif
