/* endpoint.h - an address and a port, as sockets have them and as others do.
 *
 * family: 4 with 4 octets, 6 with 16 octets, in network order.
 */
#ifndef MXSURVEY_BASE_ENDPOINT_H
#define MXSURVEY_BASE_ENDPOINT_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

enum {
    ENDPOINT_TEXT_MAX = INET6_ADDRSTRLEN + 8, /* with brackets, port and NUL */
};

/* Returns how much of *ret it is. */
socklen_t endpoint_make(uint8_t family, const uint8_t *octets, uint16_t port,
                        struct sockaddr_storage *ret);

/* Its address; returns the family. */
uint8_t endpoint_address(const struct sockaddr_storage *endpoint, uint8_t ret[16]);

/* `192.0.2.1:53`, `[2001:db8::1]:53` */
void endpoint_to_text(const struct sockaddr_storage *endpoint, char ret[ENDPOINT_TEXT_MAX]);

/* On this machine: nobody on the way can read or write what is said, and no packet is cut. */
bool endpoint_on_loopback(const struct sockaddr *endpoint);

#endif
