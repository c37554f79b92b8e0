/* resume.h - a file that has a run: is it this one, and what of it may differ when it goes on. */
#ifndef MXSURVEY_SURVEY_RESUME_H
#define MXSURVEY_SURVEY_RESUME_H

#include "crawler/store/store.h"
#include "crawler/survey/exclude.h"
#include "crawler/survey/settings.h"

/* Is this file's run the one that the settings describe?  Reads the lists again, writes nothing;
 * 0, LIST_INTERRUPTED, or -1 with a line that says what differs. */
int resume_compare(struct store *store, const struct settings *settings,
                   const struct exclude *exclude, struct error *error);

/* Of a run that then goes on, what may differ: names that opted out meanwhile, of which those that
 * are left go and are counted as excluded; and, while nobody was asked anything yet, the settings
 * that answers depend on.  After store_retry(), for what is left then. */
int resume_begin(struct store *store, const struct settings *settings,
                 const struct exclude *exclude, struct error *error);

#endif
