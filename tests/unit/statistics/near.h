/* near.h - numbers that agree to some digits, in unit tests. */
#ifndef MXSURVEY_TESTS_UNIT_NEAR_H
#define MXSURVEY_TESTS_UNIT_NEAR_H

#include <math.h>

/* To ten significant digits, or both below 1e-12 */
#define NEAR(value, expected)                                                                      \
    do {                                                                                           \
        double value_ = (value), expected_ = (expected);                                           \
        if (!(fabs(value_ - expected_) <= 1e-10 * fabs(expected_)) &&                              \
            !(fabs(value_) < 1e-12 && fabs(expected_) < 1e-12))                                    \
            fail_msg("%s: %.17g, expected %.17g", #value, value_, expected_);                      \
    } while (0)

#endif
