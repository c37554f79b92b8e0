#include "analysis/statistics/stratified.h"

#include <math.h>

#include "analysis/statistics/wilson.h"

void stratified_add(struct stratified_sums *sums, double weight, double fraction, double units,
                    double count, double times)
{
    double c = weight * weight * (1 - fraction);
    if (units > 0) {
        sums->names += times;
        sums->most = fmax(sums->most, weight * (1 - fraction));
    }
    sums->x += times * weight * units;
    sums->y += times * weight * count;
    sums->cx += times * c * units;
    sums->cxx += times * c * units * units;
    sums->cxy += times * c * units * count;
    sums->cyy += times * c * count * count;
}

/* Where nobody drawn has it, or everybody: as if all that may be otherwise were in the stratum of
 * which each name drawn stands for the most others, s = w (1 - f) = w - 1, and all units of a name
 * were alike, d of them; sum w x / (s d), d = sum c x^2 / sum c x.  The mean of the weights, as if
 * units were alike in all strata (Kish 1992), would take many units of a stratum that was drawn
 * whole for knowledge of others. */
static double size_alike(const struct stratified_sums *sums)
{
    return sums->x * sums->cx / (sums->most * sums->cxx);
}

double stratified_unmet(const struct stratified_sums *partly)
{
    return partly->cxx > 0 ? partly->x * wilson(0, size_alike(partly)).high : 0;
}

/* X units in strata that were drawn whole, Y of them with the property, and none among the names
 * drawn from the others.  These can have no error of their own, but names that were not drawn could
 * be such units: X_un = unmet of them at most, with Wilson's upper end U at a share of 0 and as
 * many units a name as those known (MX records).  If there are x of them, y with the property, the
 * share is (Y + y) / (X + x), which for all 0 <= y <= x <= X_un lies within
 *
 *   [Y / (X + X_un), (Y + X_un) / (X + X_un)] */
static struct interval whole_strata(const struct stratified_sums *sums, double unmet)
{
    double more = unmet * sums->x / sums->names, all = sums->x + more;
    return (struct interval){sums->y / all, (sums->y + more) / all};
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
 * weights are small.  Of one stratum it is sample95().  Where R is 0 or 1: size_alike(). */
bool stratified95(const struct stratified_sums *sums, double unmet, struct interval *ret)
{
    double x = sums->x, share = sums->y / x;
    if (!(x > 0))
        return false;
    if (!(sums->cx > 0)) {
        *ret = whole_strata(sums, unmet);
    } else if (!(sums->y > 0) || !(sums->y < x)) {
        *ret = wilson(share, size_alike(sums));
    } else {
        double ratio = sums->cyy - 2 * share * sums->cxy + share * share * sums->cxx;
        double variance = fmax(ratio, share * (1 - share) * sums->cx) / (x * x);
        *ret = wilson(share, share * (1 - share) / variance);
    }
    return true;
}
