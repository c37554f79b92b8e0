#include "analysis/statistics/mcnemar.h"

#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <math.h>

/* The fewer of both are binomial with 1/2 among those that changed (McNemar 1947, exact). */
double mcnemar_exact(uint64_t gained, uint64_t lost)
{
    uint64_t fewer = gained < lost ? gained : lost;
    assert(gained + lost <= UINT32_MAX);
    return fmin(1, 2 * gsl_cdf_binomial_P((unsigned)fewer, 0.5, (unsigned)(gained + lost)));
}
