#include "analysis/statistics/holm.h"

#include <math.h>

/* min(1, max over those not larger than p_j of (s - i + 1) p_(i)), p_(1..s) in ascending order
 * (Holm 1979).  A few p-values at a time: their places are counted, not sorted. */
void holm(const double *p, size_t count, double *ret)
{
    for (size_t j = 0; j < count; j++) {
        ret[j] = 0;
        for (size_t i = 0; i < count; i++) {
            size_t not_smaller = 0;
            for (size_t k = 0; k < count; k++)
                not_smaller += p[k] >= p[i];
            if (p[i] <= p[j])
                ret[j] = fmax(ret[j], fmin(1, (double)not_smaller * p[i]));
        }
    }
}
