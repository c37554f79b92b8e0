/* unbound_algorithms.h - which DNSSEC algorithms an Unbound does not validate.
 *
 * Zones signed with such algorithms only are insecure for it, so DNSSEC numbers depend
 * on them (RFC 9904, RFC 9905: operators decide).  It is asked itself, without a network:
 * a trust anchor for each algorithm and each digest, for names below .invalid, which
 * unbound-checkconf complains about where Unbound has no use for it.  That is what it was
 * built with and what its libraries allow, found as validation itself would find it.
 */
#ifndef MXSURVEY_NET_RESOLVER_UNBOUND_ALGORITHMS_H
#define MXSURVEY_NET_RESOLVER_UNBOUND_ALGORITHMS_H

#include "crawler/net/resolver/unbound_config.h"

#include <stdbool.h>

enum {
    UNBOUND_ALGORITHMS_MAX = 64,
};

/* Numbers of the IANA registries, ascending, "1,3,6"; "none". */
struct unbound_algorithms {
    char algorithms[UNBOUND_ALGORITHMS_MAX]; /* of keys and signatures */
    char digests[UNBOUND_ALGORITHMS_MAX];    /* of DS records */
};

/* The configuration to have checked. */
void unbound_algorithms_config(char ret[UNBOUND_CONFIG_MAX]);

/* What unbound-checkconf said about it.  false: it cannot be understood (it does not
 * complain about a number that nobody has assigned, or does about what every validator
 * must have, RFC 8624 s3): then nothing is known. */
bool unbound_algorithms_read(const char *output, struct unbound_algorithms *ret);

#endif
