/* hosts.h - which shard's row a host keeps, and the numbers of hosts.
 *
 * A host that several shards met becomes one row, with all that belongs to it
 * (addresses, aliases, TLSA records, failures), that of the shard
 *   1. in which no lookup of the host failed, before one in which something failed beside
 *      its address lookups' answer, before one in which these failed;
 *   2. of equals, in which a domain that has it as mail host was surveyed first;
 *   3. of equals, with the lower number.
 */
#ifndef MXSURVEY_STORE_MERGE_HOSTS_H
#define MXSURVEY_STORE_MERGE_HOSTS_H

#include "crawler/store/merge/private.h"

/* What is known of a host of a part. */
struct merge_host {
    uint64_t link;  /* its number in the united file; of a follower the index of its leader */
    uint32_t first; /* when a domain that has it as mail host was surveyed first */
    uint32_t address_outcome : 4, alias : 4, dane : 4, failure : 4;
    uint32_t grade : 4; /* 0 nothing failed, 1 something, 2 its addresses; 3 never resolved */
    uint32_t flags : 12;
};

enum merge_host_flag {
    MERGE_HOST_THERE = 1,    /* the part has a row for it */
    MERGE_HOST_FOLLOWER = 2, /* a part before has a host of this name, the leader */
    MERGE_HOST_HIDDEN = 4,   /* not known to be a mail host, in this part */
    /* from merge_hosts_choose() on: */
    MERGE_HOST_DROPPED = 8,   /* another part's row is kept */
    MERGE_HOST_SHOWN = 16,    /* kept, and in some part it is not hidden */
    MERGE_HOST_DISPUTED = 32, /* kept, and some part's verdicts came from another row */
};

/* Reads the hosts of all parts and gives each name a number. */
int merge_hosts_match(struct merge *merge, struct error *error);

/* A domain surveyed at that time has a host of its part as mail host; any time where that
 * is UINT32_MAX or more.  The host's number, 0 where the part has no such host. */
uint64_t merge_hosts_meet(struct merge *merge, unsigned part, uint64_t id, int64_t time);

/* The same for the part's domains without MX whose own addresses could not be had: they
 * name no host. */
int merge_hosts_meet_own(struct merge *merge, unsigned part, struct error *error);

/* Decides whose rows are kept, once all domains were met. */
int merge_hosts_choose(struct merge *merge, struct error *error);

/* A host of a part by its number there; NULL where there is none.  Valid until the next
 * call. */
const struct merge_host *merge_hosts_get(struct merge *merge, unsigned part, uint64_t id);
uint64_t merge_hosts_number_of(struct merge *merge, unsigned part, uint64_t id);

#endif
