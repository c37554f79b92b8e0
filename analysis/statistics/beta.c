#include "analysis/statistics/beta.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdbool.h>

enum {
    LOGIT_MAX = 740, /* beyond, a double has no share left */
    HALVINGS = 120   /* from there to the last bit of any logit */
};

static double share_of(double logit)
{
    return 1 / (1 + exp(-logit));
}

/* Whether x is below the quantile; by the tail that is the smaller, which has all its digits.  Near
 * the mean of large a and b, where neither tail is small, GSL's are not a number. */
static bool is_below(double x, double probability, double a, double b)
{
    if (probability < 0.5)
        return gsl_cdf_beta_P(x, a, b) < probability;
    return !(gsl_cdf_beta_Q(x, a, b) <= 1 - probability);
}

/* By bisection of the logit: gsl_cdf_beta_Pinv() is not a number for (30, 1e5), among others. */
double beta_quantile(double probability, double a, double b)
{
    double low = -LOGIT_MAX, high = LOGIT_MAX;
    for (int i = 0; i < HALVINGS; i++) {
        double middle = (low + high) / 2;
        *(is_below(share_of(middle), probability, a, b) ? &low : &high) = middle;
    }
    return share_of(low);
}

/* The shares that neither tail of the binomial distribution refutes, 2.5 % each (Clopper & Pearson
 * 1934), of k = p n successes:
 *
 *   [BetaInv(0.025; k, n - k + 1), BetaInv(0.975; k + 1, n - k)]
 *
 * from 0 where k is 0, to 1 where it is n.  Where weights of some units drown all others n may be
 * 0: any share is possible. */
struct interval clopper_pearson(double share, double size)
{
    double count = share * size;
    return (struct interval){
        .low = count > 0 ? beta_quantile(0.025, count, size - count + 1) : 0,
        .high = count < size ? beta_quantile(0.975, count + 1, size - count) : 1,
    };
}
