#include "analysis/statistics/bounds.h"

/* Manski 1989: [k / (n + u), (k + u) / (n + u)] */
bool worst_case_bounds(double count, double of, double not_known, struct interval *ret)
{
    double all = of + not_known;
    if (!(of > 0))
        return false;
    ret->low = count / all;
    ret->high = (count + not_known) / all;
    return true;
}

uint64_t unseen_records(uint64_t failed, uint64_t records, uint64_t mx_domains)
{
    if (mx_domains == 0)
        return 0;
    __extension__ unsigned __int128 product = failed;
    product *= records;
    return (uint64_t)((product + mx_domains - 1) / mx_domains);
}

/* Of the units whose change is not known, each may change by one, as far as the answer that is
 * there leaves room for it (Manski 1989). */
bool change_bounds(const struct change_counts *counts, struct interval *ret)
{
    double change = (double)counts->gained - (double)counts->lost;
    double most = (double)(counts->old_only[0] + counts->new_only[1] + counts->neither);
    double least = (double)(counts->old_only[1] + counts->new_only[0] + counts->neither);
    double all = (double)(counts->paired + counts->old_only[0] + counts->old_only[1] +
                          counts->new_only[0] + counts->new_only[1] + counts->neither);
    if (!(all > 0))
        return false;
    ret->low = (change - least) / all;
    ret->high = (change + most) / all;
    return true;
}
