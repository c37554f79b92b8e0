#include "analysis/statistics/sample.h"

#include <assert.h>
#include <math.h>

#include "analysis/statistics/wilson.h"

/* Wilson's interval at the size n / (d (1 - f)): the fraction f of the list that was drawn can no
 * longer err (Cochran 1977 s2.6; of a subpopulation s2.12), and units that come together tell
 * less, by the design effect d. */
bool sample95(uint64_t count, uint64_t of, double design_effect, double fraction,
              struct interval *ret)
{
    assert(count <= of && fraction > 0 && fraction < 1);
    if (of == 0)
        return false;
    *ret = wilson((double)count / (double)of, (double)of / (design_effect * (1 - fraction)));
    return true;
}

struct record_sums {
    double domains, units, count;
};

static struct record_sums add_up(const struct cluster *domains, size_t length)
{
    struct record_sums sums = {0};
    for (size_t i = 0; i < length; i++) {
        double times = (double)domains[i].times;
        sums.domains += domains[i].units > 0 ? times : 0;
        sums.units += times * (double)domains[i].units;
        sums.count += times * (double)domains[i].count;
    }
    return sums;
}

/* d = max(1, v n / (p (1 - p))) with the variance of a ratio of D domains
 *
 *   v = D / (D - 1) sum (y_d - p x_d)^2 / n^2
 *
 * (Cochran 1977 s6.13); where that is not defined, as if the records of a domain were all alike:
 * d = sum x_d^2 / n. */
double record_design_effect(const struct cluster *domains, size_t length)
{
    struct record_sums sums = add_up(domains, length);
    double n = sums.units, p = sums.count / n, squares = 0, residuals = 0;
    for (size_t i = 0; i < length; i++) {
        double times = (double)domains[i].times, units = (double)domains[i].units;
        double residual = (double)domains[i].count - p * units;
        squares += times * units * units;
        residuals += times * residual * residual;
    }
    if (sums.domains < 2 || !(sums.count > 0) || !(sums.count < n))
        return squares / n;
    double variance = sums.domains / (sums.domains - 1) * residuals / (n * n);
    return fmax(1, variance * n / (p * (1 - p)));
}
