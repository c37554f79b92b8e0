/* private.h - what the parts of a merge share (merge.c). */
#ifndef MXSURVEY_STORE_MERGE_PRIVATE_H
#define MXSURVEY_STORE_MERGE_PRIVATE_H

#include "crawler/store/file.h"
#include "crawler/store/merge/map.h"
#include "crawler/store/merge/parts.h"

struct merge {
    struct file out;
    struct merge_parts parts;
    struct merge_map *hosts;  /* struct merge_host, at host_base + id - 1 */
    struct merge_map *groups; /* uint64_t: indexes of hosts that share a name, see hosts.c */
    struct merge_map *order;  /* uint16_t: the part of each domain of the united file */
    struct merge_map *sets;   /* uint32_t: when a domain with this set of MX records was surveyed
                                 first, at set_base + number - 1; 0: none was */
    struct merge_map *certificates; /* uint64_t: of a part's certificate at id - 1, see probes.c */
    uint64_t domain_count, host_count, grouped_count;
    uint64_t shown_count; /* of the hosts: not hidden in the united file */
    bool (*stopped)(void);
};

/* Has one of the maps failed? */
int merge_check_maps(const struct merge *merge, struct error *error);

#endif
