/* choice.h - which hosts are met at all, when, and at which of their addresses.
 *
 * Nobody is met at a special-purpose address, unless that was allowed, nor who opted out: by a name
 * at or above the host's, or above what it is an alias of, or by an address. */
#ifndef MXSURVEY_PROBE_CHOICE_H
#define MXSURVEY_PROBE_CHOICE_H

#include "crawler/probe/prefixes.h"
#include "crawler/store/probes.h"
#include "crawler/survey/exclude.h"

enum {
    CHOICE_ADDRESSES_MAX = 16, /* of a host that are tried */
};

struct choice {
    uint8_t family; /* 4, 6; 0: both, IPv6 first */
    bool allow_special;
    struct exclude *exclude; /* names; or NULL */
    struct prefixes prefixes;
};

/* Reads what opts out.  0; LIST_INTERRUPTED; -1 with error. */
int choice_exclude(struct choice *choice, const char *path, struct error *error);
void choice_done(struct choice *choice);

/* The addresses to be tried, in this order; their number. */
unsigned choice_addresses(const struct choice *choice, const struct probes_host *host,
                          struct probes_address ret[CHOICE_ADDRESSES_MAX]);

/* When a host may be met (Unix seconds): 0 now, for the first time; DUE_NEVER.  One that said 4xx,
 * once more, an hour after; any, with again_s, when its meeting is so long ago. */
#define DUE_NEVER INT64_MAX
int64_t choice_due(const struct probes_candidate *candidate, int64_t again_s, int64_t now,
                   bool *ret_once_more);

#endif
