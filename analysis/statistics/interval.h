/* interval.h - what the methods of this folder have in common.
 *
 * All of them are pure: no I/O, no clock, and where memory is asked for the header says so.
 * A share is count / of: of `of` units, `count` have the property.  Intervals are of 95 %.
 */
#ifndef MXSURVEY_ANALYSIS_STATISTICS_INTERVAL_H
#define MXSURVEY_ANALYSIS_STATISTICS_INTERVAL_H

struct interval {
    double low, high;
};

/* The 0.975 quantile of the normal distribution */
#define NORMAL95 1.959963984540054

/* The 0.975 quantile of Student's t with f > 0 degrees of freedom, whole or not. */
double student_t95(double f);

/* The probability of a t as far from 0 as this or farther, on both sides. */
double student_p(double t, double f);

#endif
