/* validation.h - does the run's resolver validate, from its begin to its end?
 *
 * Asked at the start, after every pause and at the end.  `resolver_validates` of run_info is "yes",
 * "no", or "not always", over all parts of a run that was continued; where it is not "yes" the
 * statuses of all its answers are indeterminate (schema/disbelieve.sql).
 */
#ifndef MXSURVEY_SURVEY_VALIDATION_H
#define MXSURVEY_SURVEY_VALIDATION_H

#include "crawler/store/store.h"
#include "crawler/survey/settings.h"

struct validation {
    struct store *store;
    const struct settings *settings; /* without resolvers: a private one, which validates */
    void (*say)(void *context, const char *line);
    void *context;
    bool yes, no; /* seen, in this part of the run or before */
};

/* The first look.  0, or -1 with one line: a resolver that does not answer where it is the only
 * one, or that does not recurse.  1: cut short by a signal. */
int validation_begin(struct validation *validation, struct error *error);

/* Looks again, a moment at most for each; notes what is so.  That a resolver which validated
 * before fails at the root's keys, or is late, says nothing: it has just been away, or is busy.
 * 0, or -1 with error. */
int validation_again(struct validation *validation, struct error *error);

/* May AD be believed, as far as it is known now? */
bool validation_holds(const struct validation *validation);

#endif
