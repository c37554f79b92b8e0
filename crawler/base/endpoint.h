/* endpoint.h - where a resolver is. */
#ifndef MXSURVEY_NET_RESOLVER_ENDPOINT_H
#define MXSURVEY_NET_RESOLVER_ENDPOINT_H

#include <stdbool.h>
#include <sys/socket.h>

/* On this machine: nobody on the way can read or write what is said, and no packet is cut. */
bool endpoint_on_loopback(const struct sockaddr *address);

#endif
