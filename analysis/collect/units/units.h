/* units.h - the domains or hosts of one survey, kept to be met again in another.
 *
 * A unit is 32 octets, so two surveys of any size can be compared in little memory:
 * units are parted by their keys, and what does not fit a part's buffer waits in a
 * temporary file.  Equal keys of two surveys are in parts of the same number.
 */
#ifndef MXSURVEY_ANALYSIS_COLLECT_UNITS_UNITS_H
#define MXSURVEY_ANALYSIS_COLLECT_UNITS_UNITS_H

#include <stddef.h>
#include <stdint.h>

#include "crawler/core/error.h"

enum {
    UNIT_PARTS = 64
};

struct unit {
    uint64_t key;      /* key_of() the name */
    uint64_t provider; /* key_of() it, of a domain; 0: none */
    uint64_t cluster;  /* collector_cluster() */
    uint64_t kind;     /* all that is asked of it */
};

struct units;

/* path: of the survey, for errors; borrowed.  The temporary file is in $TMPDIR, or
 * /var/tmp, and has no name. */
int units_new(const char *path, struct units **ret, struct error *error);
void units_free(struct units *units); /* NULL is fine */

int units_add(struct units *units, const struct unit *unit, struct error *error);

/* A part's units, in the order they came; the caller frees *ret (NULL where there are none).
 * May be called again. */
int units_part(const struct units *units, unsigned part, struct unit **ret, size_t *ret_length,
               struct error *error);

#endif
