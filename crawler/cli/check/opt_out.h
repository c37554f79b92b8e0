/* opt_out.h - names that check may not ask about: those that the survey was told to leave
 * out, by the hashes in its file (--exclude may be a pipe, to be read once). */
#ifndef MXSURVEY_CLI_CHECK_OPT_OUT_H
#define MXSURVEY_CLI_CHECK_OPT_OUT_H

#include "crawler/core/name.h"

#include <sqlite3.h>

/* true also where the file cannot be read: nothing more is asked then. */
bool check_opted_out(sqlite3 *db, const struct name *name);

#endif
