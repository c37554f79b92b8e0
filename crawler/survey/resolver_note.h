/* resolver_note.h - what run_info says of the resolver: DNSSEC is what it makes of it. */
#ifndef MXSURVEY_SURVEY_RESOLVER_NOTE_H
#define MXSURVEY_SURVEY_RESOLVER_NOTE_H

#include "crawler/net/resolver/unbound.h"
#include "crawler/store/store.h"
#include "crawler/survey/settings.h"

/* unbound: the private one, or NULL where settings->resolvers are asked.  Blocking: these
 * are asked for their version, half a second for all of them.  0, or -1 with error. */
int resolver_note(struct store *store, const struct settings *settings,
                  const struct unbound *unbound, struct error *error);

#endif
