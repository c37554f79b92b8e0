#include "analysis/statistics/stratified.h"

#include <math.h>

#include "analysis/statistics/wilson.h"

void stratified_add(struct stratified_sums *sums, double weight, double fraction, double units,
                    double count, double times)
{
    double c = weight * weight * (1 - fraction);
    sums->x += times * weight * units;
    sums->y += times * weight * count;
    sums->cx += times * c * units;
    sums->cxx += times * c * units * units;
    sums->cxy += times * c * units * count;
    sums->cyy += times * c * count * count;
}

/* Wilson's interval at the combined ratio R = sum w y / sum w x (Cochran 1977 s6.11) and the
 * effective size R (1 - R) / max(v, v_0):
 *
 *   v   = sum c (y - R x)^2 / (sum w x)^2
 *   v_0 = R (1 - R) sum c x / (sum w x)^2
 *
 * v is the variance of the ratio with finite population correction, squares taken about 0 and not
 * about each stratum's mean: the gain of strata that differ is not claimed.  v_0 is that of units
 * that are alike but for their weights (Kish 1992): a few units with the property may all lie where
 * weights are small.  Of one stratum it is sample95().  Where R is 0 or 1, as if all units of a
 * name were alike: (sum w x)^2 / sum c x^2. */
bool stratified95(const struct stratified_sums *sums, struct interval *ret)
{
    double x = sums->x, share = sums->y / x;
    if (!(x > 0))
        return false;
    if (!(sums->y > 0) || !(sums->y < x)) {
        *ret = sums->cxx > 0 ? wilson(share, x * x / sums->cxx) : (struct interval){share, share};
        return true;
    }
    double ratio = sums->cyy - 2 * share * sums->cxy + share * share * sums->cxx;
    double variance = fmax(ratio, share * (1 - share) * sums->cx) / (x * x);
    *ret = variance > 0 ? wilson(share, share * (1 - share) / variance)
                        : (struct interval){share, share};
    return true;
}
