/* run_note.h - what run_info says of a run: when it was, which program with which settings ran it,
 * and what came of it. */
#ifndef MXSURVEY_SURVEY_RUN_NOTE_H
#define MXSURVEY_SURVEY_RUN_NOTE_H

#include "crawler/survey/pipeline.h"
#include "crawler/net/resolver/unbound.h"
#include "crawler/survey/settings.h"
#include "crawler/survey/suffix.h"

/* Before the first question.  unbound: the private one, or NULL.  Blocking: see resolver_note.h.
 * Each of these: 0, or -1 with error. */
int run_note_begin(struct store *store, const struct settings *settings,
                   const struct lookup_settings *lookup, const struct suffixes *suffixes,
                   const struct unbound *unbound, struct error *error);

/* Of a run that has nothing left to ask, and so needs no resolver. */
int run_note_nothing(struct store *store, const struct suffixes *suffixes, struct error *error);

/* At its end; of a run in several parts the totals are over all of them. */
int run_note_end(struct store *store, const struct pipeline_progress *progress,
                 const struct unbound *unbound, struct error *error);

#endif
