/* load.h - from the lists to the survey file: what the run is over. */
#ifndef MXSURVEY_SURVEY_LOAD_H
#define MXSURVEY_SURVEY_LOAD_H

#include "crawler/store/store.h"
#include "crawler/survey/exclude.h"
#include "crawler/survey/settings.h"
#include "crawler/survey/suffix.h"

/* Reads the lists into a new file: each name once, excluded names, those of
 * other shards and those that a sample leaves out counted only, rejected lines kept.  Writes what
 * identifies the run into run_info.  All or nothing: -1 also where a list has no name at all,
 * unless settings->allow_empty, or where the lists have not about settings->list_names.
 * LIST_INTERRUPTED by a signal. exclude, here and below: settings->exclude as read, NULL without.
 */
int load_lists(struct store *store, const struct settings *settings, const struct exclude *exclude,
               const struct suffixes *suffixes, struct error *error);

/* Lines of the lists that are no names, as the file has it. */
struct load_rejects {
    uint64_t lines, rejected; /* of so many lines so many */
    struct error reason;      /* why most of them were */
};
void load_rejects(struct store *store, struct load_rejects *ret);

/* Of a sample: what it has of the names that it is drawn from.  False: it is none. */
struct load_sample {
    uint64_t drawn, names;
    uint64_t others; /* names of all strata that were not drawn from by themselves */
    uint64_t absent; /* strata of --allocate FILE that no name is of */
};
bool load_sampled(struct store *store, struct load_sample *ret);

/* Who opted out, as the file remembers them: resume.h adds names to these. */
int load_opt_outs(struct store *store, const struct exclude *exclude, struct error *error);

#endif
