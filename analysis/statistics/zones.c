#include "analysis/statistics/zones.h"

#include <stdbool.h>

/* N_h / n_h (Cochran 1977 s5A.9) */
double zone_weight(const struct zone *zone)
{
    return zone->surveyed > 0 ? zone->size / (double)zone->surveyed : 0;
}

struct zone_cover zones_cover(const struct zone *zones, size_t length)
{
    struct zone_cover cover = {0};
    double all = 0, used = 0, thin = 0;
    for (size_t i = 0; i < length; i++) {
        bool is_used = zones[i].surveyed > 0;
        all += zones[i].size;
        used += is_used ? zones[i].size : 0;
        thin += is_used && zones[i].surveyed < ZONE_THIN ? zones[i].size : 0;
        cover.zones += is_used;
    }
    cover.covered = all > 0 ? used / all : 0;
    cover.thin = all > 0 ? thin / all : 0;
    return cover;
}
