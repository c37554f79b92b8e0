#include "analysis/statistics/interval.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

double student_t95(double f)
{
    return gsl_cdf_tdist_Pinv(0.975, f);
}

double student_p(double t, double f)
{
    return 2 * gsl_cdf_tdist_Q(fabs(t), f);
}
