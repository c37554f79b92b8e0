#include "analysis/statistics/difference.h"

#include <math.h>

/* d - sqrt((p1 - l1)^2 + (u0 - p0)^2), d + sqrt((u1 - p1)^2 + (p0 - l0)^2): each limit moves the
 * two shares to their own limits, as far as independent errors go together (Newcombe 1998,
 * method 10; Zou & Donner 2008). */
struct interval difference95(double one, struct interval one95, double other,
                             struct interval other95)
{
    double difference = one - other;
    return (struct interval){
        .low = difference - hypot(one - one95.low, other95.high - other),
        .high = difference + hypot(one95.high - one, other - other95.low),
    };
}
