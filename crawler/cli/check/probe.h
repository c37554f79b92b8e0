/* probe.h - `check --probe`: the mail hosts of the domains checked are met, once each and
 * with the manners of `probe` (probe.h), after the survey and into its file. */
#ifndef MXSURVEY_CLI_CHECK_PROBE_H
#define MXSURVEY_CLI_CHECK_PROBE_H

#include "crawler/cli/options/options.h"
#include "crawler/net/lookup/lookup.h"

/* db: of a finished survey, that nobody holds open.  An exit status, with error. */
int check_probe(const struct options *options, const char *db, const struct lookup_settings *lookup,
                struct error *error);

#endif
