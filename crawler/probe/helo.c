#include "crawler/probe/helo.h"

#include "crawler/base/endpoint.h"
#include "crawler/base/interrupt.h"
#include "crawler/core/address.h"

#include <ares.h>
#include <arpa/inet.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

enum {
    TIMEOUT_MS = 3000,
    TRIES = 2,
    WAY_BACK_MAX = 64, /* addresses of the name that are looked at */
};

static int set_resolver(ares_channel channel, const struct sockaddr_storage *resolver)
{
    char text[ENDPOINT_TEXT_MAX];
    endpoint_to_text(resolver, text);
    return ares_set_servers_ports_csv(channel, text);
}

/* DNS alone, as others see it: no hosts file, no search list. */
static int open_channel(const struct sockaddr_storage *resolver, ares_channel *ret,
                        struct error *error)
{
    struct ares_options options = {
        .flags = ARES_FLAG_NOSEARCH,
        .timeout = TIMEOUT_MS,
        .tries = TRIES,
        .lookups = (char *)(uintptr_t) "b",
    };
    int status = ares_library_init(ARES_LIB_INIT_ALL);
    if (status == ARES_SUCCESS)
        status = ares_init_options(
            ret, &options, ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS);
    if (status != ARES_SUCCESS)
        return error_set(error, "c-ares cannot be started: %s", ares_strerror(status));
    status = resolver != NULL ? set_resolver(*ret, resolver) : ARES_SUCCESS;
    if (status == ARES_SUCCESS)
        return 0;
    ares_destroy(*ret);
    return error_set(error, "c-ares does not take the resolver: %s", ares_strerror(status));
}

static void close_channel(ares_channel channel)
{
    ares_destroy(channel);
    ares_library_cleanup();
}

static void wait_for_answer(ares_channel channel)
{
    for (;;) {
        ares_socket_t sockets[ARES_GETSOCK_MAXNUM];
        struct pollfd polled[ARES_GETSOCK_MAXNUM];
        struct timeval room, most = {.tv_sec = 1};
        /* its macros shift a signed 1 to where the sign is */
        unsigned bits = (unsigned)ares_getsock(channel, sockets, ARES_GETSOCK_MAXNUM);
        nfds_t count = 0;
        if (interrupt_count() > 0)
            ares_cancel(channel);
        for (unsigned i = 0; i < ARES_GETSOCK_MAXNUM; i++) {
            short events = (short)((bits >> i & 1 ? POLLIN : 0) |
                                   (bits >> (i + ARES_GETSOCK_MAXNUM) & 1 ? POLLOUT : 0));
            if (events != 0)
                polled[count++] = (struct pollfd){.fd = sockets[i], .events = events};
        }
        if (count == 0)
            return; /* nothing is asked any more */
        const struct timeval *wait = ares_timeout(channel, &most, &room);
        poll(polled, count, (int)(wait->tv_sec * 1000 + wait->tv_usec / 1000));
        for (nfds_t i = 0; i < count; i++) {
            ares_process_fd(channel, polled[i].revents & ~POLLOUT ? polled[i].fd : ARES_SOCKET_BAD,
                            polled[i].revents & POLLOUT ? polled[i].fd : ARES_SOCKET_BAD);
        }
        ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    }
}

/* --- the reverse name --- */

struct reverse {
    const char *helo;
    int status;
    bool has_helo;
    char other[NAME_TEXT_MAX]; /* one that it has */
};

static bool is_same_name(const char *text, const char *helo)
{
    struct name one, other;
    return name_from_text(text, strlen(text), &one) && name_from_text(helo, strlen(helo), &other) &&
           name_equal(&one, &other);
}

static void see_name(struct reverse *reverse, const char *text)
{
    if (text == NULL)
        return;
    reverse->has_helo |= is_same_name(text, reverse->helo);
    snprintf(reverse->other, sizeof reverse->other, "%s", text);
}

static void on_reverse(void *context, int status, int timeouts, struct hostent *host)
{
    struct reverse *reverse = context;
    (void)timeouts;
    reverse->status = status;
    if (status != ARES_SUCCESS)
        return;
    see_name(reverse, host->h_name);
    for (char **alias = host->h_aliases; alias != NULL && *alias != NULL; alias++)
        see_name(reverse, *alias);
}

/* --- the way back --- */

struct forward {
    int status;
    struct probes_address *addresses;
    unsigned count, room;
};

static void on_forward(void *context, int status, int timeouts, struct hostent *host)
{
    struct forward *forward = context;
    (void)timeouts;
    forward->status = status;
    for (char **octets = status == ARES_SUCCESS ? host->h_addr_list : NULL;
         octets != NULL && *octets != NULL && forward->count < forward->room; octets++) {
        struct probes_address *address = &forward->addresses[forward->count++];
        *address = (struct probes_address){.family = host->h_addrtype == AF_INET ? 4 : 6};
        memcpy(address->octets, *octets, address_size(address->family));
        address->special = address_is_special(address->family, address->octets);
    }
}

static void ask_addresses(ares_channel channel, const char *name, uint8_t family,
                          struct forward *forward)
{
    ares_gethostbyname(channel, name, family == 4 ? AF_INET : AF_INET6, on_forward, forward);
    wait_for_answer(channel);
}

static bool points_back(ares_channel channel, const char *helo, const struct probes_address *from)
{
    struct probes_address addresses[WAY_BACK_MAX];
    struct forward forward = {.addresses = addresses, .room = WAY_BACK_MAX};
    ask_addresses(channel, helo, from->family, &forward);
    for (unsigned i = 0; i < forward.count; i++) {
        if (memcmp(addresses[i].octets, from->octets, address_size(from->family)) == 0)
            return true;
    }
    return false;
}

static int compare(ares_channel channel, const char *helo, const struct probes_address *from,
                   struct error *error)
{
    struct reverse reverse = {.helo = helo};
    char text[ADDRESS_TEXT_MAX];
    address_to_text(from->family, from->octets, text);
    ares_gethostbyaddr(channel, from->octets, (int)address_size(from->family),
                       from->family == 4 ? AF_INET : AF_INET6, on_reverse, &reverse);
    wait_for_answer(channel);
    if (reverse.status != ARES_SUCCESS)
        return error_set(error,
                         "--helo %s: this machine's address %s has no reverse name that could be "
                         "found (%s); behind NAT: --helo-unchecked",
                         helo, text, ares_strerror(reverse.status));
    if (!reverse.has_helo)
        return error_set(error,
                         "--helo %s: the reverse name of this machine's address %s is %s; behind "
                         "NAT: --helo-unchecked",
                         helo, text, reverse.other);
    if (!points_back(channel, helo, from))
        return error_set(error,
                         "--helo %s: it is the reverse name of this machine's address %s, but does "
                         "not point back to it",
                         helo, text);
    return 0;
}

int helo_check(const char *helo, const struct probes_address *from,
               const struct sockaddr_storage *resolver, struct error *error)
{
    ares_channel channel;
    if (open_channel(resolver, &channel, error) != 0)
        return -1;
    int result = compare(channel, helo, from, error);
    close_channel(channel);
    return result;
}

int helo_addresses(const char *name, const struct sockaddr_storage *resolver,
                   struct probes_address *ret, unsigned room, struct error *error)
{
    struct forward forward = {.addresses = ret, .room = room};
    ares_channel channel;
    if (open_channel(resolver, &channel, error) != 0)
        return -1;
    ask_addresses(channel, name, 6, &forward);
    ask_addresses(channel, name, 4, &forward);
    close_channel(channel);
    if (forward.count == 0)
        return error_set(error, "%s: no address can be found (%s)", name,
                         ares_strerror(forward.status));
    return (int)forward.count;
}
