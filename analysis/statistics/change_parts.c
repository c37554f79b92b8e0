#include "analysis/statistics/change_parts.h"

static double share_of(uint64_t count, uint64_t of)
{
    return (double)count / (double)of;
}

bool change_parts(const double p[2], const struct share_counts *common,
                  const struct share_counts *paired, struct change_parts *ret)
{
    double c[2], q[2];
    for (int when = 0; when < 2; when++) {
        if (common->of[when] == 0 || paired->of[when] == 0)
            return false;
        c[when] = share_of(common->count[when], common->of[when]);
        q[when] = share_of(paired->count[when], paired->of[when]);
    }
    *ret = (struct change_parts){
        .same = q[1] - q[0],
        .scope = (c[1] - q[1]) - (c[0] - q[0]),
        .list = (p[1] - c[1]) - (p[0] - c[0]),
    };
    return true;
}
