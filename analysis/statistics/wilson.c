#include "analysis/statistics/wilson.h"

#include <assert.h>
#include <math.h>

/* The shares p0 that |p - p0| <= z sqrt(p0 (1 - p0) / n) does not refute (Wilson 1927), solved:
 *
 *   (p + z^2 / 2n -+ z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n)
 *
 * At a share of 0 the difference is exactly 0; at one of 1 the sum would leave rounding noise. */
struct interval wilson(double share, double size)
{
    double zz = NORMAL95 * NORMAL95 / size;
    double centre = share + zz / 2;
    double half = sqrt(zz * (share * (1 - share) + zz / 4));
    return (struct interval){
        .low = (centre - half) / (1 + zz),
        .high = share < 1 ? (centre + half) / (1 + zz) : 1,
    };
}

bool wilson95(uint64_t count, uint64_t of, struct interval *ret)
{
    assert(count <= of);
    if (of == 0)
        return false;
    *ret = wilson((double)count / (double)of, (double)of);
    return true;
}
