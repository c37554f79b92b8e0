#include "crawler/base/endpoint.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

socklen_t endpoint_make(uint8_t family, const uint8_t *octets, uint16_t port,
                        struct sockaddr_storage *ret)
{
    memset(ret, 0, sizeof *ret);
    if (family == 4) {
        struct sockaddr_in *v4 = (struct sockaddr_in *)ret;
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        memcpy(&v4->sin_addr, octets, sizeof v4->sin_addr);
        return sizeof *v4;
    }
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)ret;
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    memcpy(&v6->sin6_addr, octets, sizeof v6->sin6_addr);
    return sizeof *v6;
}

uint8_t endpoint_address(const struct sockaddr_storage *endpoint, uint8_t ret[16])
{
    if (endpoint->ss_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)endpoint;
        memcpy(ret, &v4->sin_addr, sizeof v4->sin_addr);
        return 4;
    }
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)endpoint;
    memcpy(ret, &v6->sin6_addr, sizeof v6->sin6_addr);
    return 6;
}

void endpoint_to_text(const struct sockaddr_storage *endpoint, char ret[ENDPOINT_TEXT_MAX])
{
    char address[INET6_ADDRSTRLEN];
    uint8_t octets[16];
    if (endpoint_address(endpoint, octets) == 4) {
        inet_ntop(AF_INET, octets, address, sizeof address);
        snprintf(ret, ENDPOINT_TEXT_MAX, "%s:%u", address,
                 ntohs(((const struct sockaddr_in *)endpoint)->sin_port));
    } else {
        inet_ntop(AF_INET6, octets, address, sizeof address);
        snprintf(ret, ENDPOINT_TEXT_MAX, "[%s]:%u", address,
                 ntohs(((const struct sockaddr_in6 *)endpoint)->sin6_port));
    }
}

bool endpoint_on_loopback(const struct sockaddr *endpoint)
{
    if (endpoint->sa_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)endpoint;
        return ntohl(v4->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
    }
    const struct in6_addr *v6 = &((const struct sockaddr_in6 *)endpoint)->sin6_addr;
    return IN6_IS_ADDR_LOOPBACK(v6) ||
           (IN6_IS_ADDR_V4MAPPED(v6) && v6->s6_addr[12] == IN_LOOPBACKNET);
}
