/* sample.h - a random sample of the names of the lists, drawn from strata.
 *
 * Names come each once, in list order.  Each has a number that depends on the name and the seed
 * alone; of every stratum those with the least numbers are taken.  So the same name is drawn again
 * from another month's list, as far as the strata are as large (permanent random numbers: Ohlsson
 * 1995), and a comparison of both has the most units that it can have.
 * Of a stratum no more names are kept than the sample has: about 100 octets each.
 *
 * Without memory these end the program (memory.h).
 */
#ifndef MXSURVEY_SURVEY_SAMPLE_SAMPLE_H
#define MXSURVEY_SURVEY_SAMPLE_SAMPLE_H

#include "crawler/core/error.h"
#include "crawler/survey/list/list.h"
#include "crawler/survey/sample/allocation.h"

struct sample;

enum {
    SAMPLE_STRATA_MAX = 65536
};

struct sample *sample_new(uint64_t draw, uint64_t seed); /* draw: names, 1 or more */
void sample_free(struct sample *sample);

/* All of the name is copied.  False: more than SAMPLE_STRATA_MAX strata. */
bool sample_add(struct sample *sample, const char *stratum, const struct list_name *name);

/* Of ALLOCATE_SIZES, when all names are there.  False: no name is of this stratum. */
bool sample_set_size(struct sample *sample, const char *stratum, double size);

/* Draws, once.  -1 with one line in error: too few names for so many strata. */
int sample_draw(struct sample *sample, enum allocation how, struct error *error);

/* What was drawn, in list order.  Stops at non-zero and returns it. */
int sample_each(struct sample *sample, int (*each)(void *context, const struct list_name *name),
                void *context);

/* The strata that were drawn by themselves, in the order that they were met, with their names in
 * all; last all others together, stratum NULL, where there are any.  Stops as above. */
int sample_each_stratum(const struct sample *sample,
                        int (*each)(void *context, const char *stratum, uint64_t names),
                        void *context);

#endif
