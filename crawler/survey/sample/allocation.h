/* allocation.h - how many names of each stratum a sample takes.  Pure.
 *
 * A stratum that is drawn by itself gives two names at least, or all that it has: one alone would
 * say nothing of how its names differ.  What is too small for that is drawn together, as one
 * stratum, so that every name of the list can be met.
 */
#ifndef MXSURVEY_SURVEY_SAMPLE_ALLOCATION_H
#define MXSURVEY_SURVEY_SAMPLE_ALLOCATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum allocation {
    ALLOCATE_PROPORTIONAL, /* to its names; below two of these it is among the others */
    ALLOCATE_EQUAL,        /* as many of each, as far as it has them */
    ALLOCATE_SIZES         /* in proportion to its size; without one it is among the others, of
                              which none is drawn */
};

struct allocation_stratum {
    uint64_t names; /* that the lists have, 1 or more */
    double size;    /* of ALLOCATE_SIZES; 0: none */
    /* what is found */
    bool is_own;    /* else among the others */
    uint64_t drawn; /* of one that is; never more than names */
    /* inside */
    double part; /* of those that share what is left to draw */
    double quota;
};

/* Fills the strata, and *ret_others, all others together: names (0: there are none), drawn.  The
 * sum of what is drawn is `draw`, or all names that may be drawn where these are fewer.  False:
 * that is less than two for each, and *ret_least is what would do. */
bool allocate(enum allocation how, uint64_t draw, struct allocation_stratum *strata, size_t count,
              struct allocation_stratum *ret_others, uint64_t *ret_least);

#endif
