/* names.h - the set of names met so far: finds duplicates.
 *
 * Keeps a seeded 64-bit hash (XXH3) for each name, not the name: 10 to 13 octets a
 * name at the peak (measured: 11.8 at 1 million, 12.3 at 10 million), 1 MiB at
 * least.  Adding one takes about 0.2 us.
 * Two different names of one run get the same hash, and the second is taken for
 * a duplicate, with odds of n^2 / 2^65: 1 in 370,000 for 10 million names, 1 in
 * 410 for 300 million.  The seed is random: nobody can make a list for it.
 */
#ifndef MXSURVEY_SURVEY_NAMES_H
#define MXSURVEY_SURVEY_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct names;

/* Without memory these end the program (memory.h). */
struct names *names_new(void);
/* true: it is new; false: it was there.  The text is a list_name's domain. */
bool names_add(struct names *names, const char *domain, size_t length);
void names_free(struct names *names);

#endif
