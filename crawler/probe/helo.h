/* helo.h - the name that we go by: is it the reverse name of our address, and does it point back?
 *
 * Servers ask so (forward-confirmed reverse); whoever sees the connection finds by it who we are.
 */
#ifndef MXSURVEY_PROBE_HELO_H
#define MXSURVEY_PROBE_HELO_H

#include "crawler/core/error.h"
#include "crawler/store/probes.h"

#include <sys/socket.h>

/* Asks the resolver, or with NULL those of the system (resolv.conf), some seconds at most.
 * 0; -1 with error: they do not agree, or that could not be found out. */
int helo_check(const char *helo, const struct probes_address *from,
               const struct sockaddr_storage *resolver, struct error *error);

/* Addresses of a name, or of an address itself, IPv6 first.  Their number, room at most; -1 with
 * error. */
int helo_addresses(const char *name, const struct sockaddr_storage *resolver,
                   struct probes_address *ret, unsigned room, struct error *error);

#endif
