/* setbacks.h - which lookups of a domain have failed in passes before this one.
 *
 * A first failure is never the last word, whichever lookup it is of, and one that failed in the
 * first pass may be answered in the second where another one fails.  Only of domains that come
 * again: 16 octets each.
 */
#ifndef MXSURVEY_SURVEY_JOBS_SETBACKS_H
#define MXSURVEY_SURVEY_JOBS_SETBACKS_H

#include "crawler/base/buckets.h"
#include "crawler/base/pool.h"

enum {
    SETBACK_KINDS = 4 /* bits */
};

struct setbacks {
    struct buckets buckets;
    struct pool entries;
};

/* Without memory these end the program (memory.h). */
void setbacks_init(struct setbacks *setbacks);
void setbacks_done(struct setbacks *setbacks);

/* A bit for each lookup of this domain that has failed. */
unsigned setbacks_of(const struct setbacks *setbacks, uint64_t id);
void setbacks_add(struct setbacks *setbacks, uint64_t id, unsigned lookups);

#endif
