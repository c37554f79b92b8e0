#include "crawler/survey/settings.h"

#include "crawler/base/endpoint.h"
#include "crawler/net/policy/policy_fetch.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

enum {
    DNS_PORT = 53,
    TIMEOUT_MS = 5000,
    TRIES = 3,
    /* Cold recursion takes Unbound about 0.49 ms of CPU a question, and a few
     * tenths of a second to answer: this many keep a core busy, those that wait
     * for silent servers included. */
    IN_FLIGHT_PER_CORE = 2000,
    IN_FLIGHT_MOST = 16000,
};

void settings_init(struct settings *settings)
{
    *settings = (struct settings){
        .timeout_ms = TIMEOUT_MS,
        .tries = TRIES,
        .sts = true,
        .sts_timeout_ms = POLICY_TIMEOUT_MS,
        .shard = 1,
        .shards = 1,
    };
}

struct list_source settings_list(const struct settings *settings, unsigned list)
{
    return (struct list_source){
        .path = settings->lists[list],
        .format = settings->list_format,
        .column = settings->list_column,
        .stratum = settings->list_stratum,
    };
}

static bool read_port(const char *text, uint16_t *ret)
{
    char *end;
    if (*text < '0' || *text > '9')
        return false;
    unsigned long port = strtoul(text, &end, 10);
    if (*end != '\0' || port == 0 || port > 65535)
        return false;
    *ret = (uint16_t)port;
    return true;
}

bool settings_read_address(const char *text, struct sockaddr_storage *ret)
{
    char host[INET6_ADDRSTRLEN];
    uint16_t port = DNS_PORT;
    const char *start = text, *end = text + strlen(text), *rest = end;
    if (*text == '[') {
        start = text + 1;
        end = strchr(text, ']');
        if (end == NULL)
            return false;
        rest = end + 1;
    } else if (strchr(text, ':') != NULL && strchr(text, ':') == strrchr(text, ':')) {
        end = rest = strchr(text, ':'); /* one colon: a port; more: IPv6 */
    }
    if ((size_t)(end - start) >= sizeof host)
        return false;
    memcpy(host, start, (size_t)(end - start));
    host[end - start] = '\0';
    if (*rest != '\0' && (*rest != ':' || !read_port(rest + 1, &port)))
        return false;
    memset(ret, 0, sizeof *ret);
    struct sockaddr_in *v4 = (struct sockaddr_in *)ret;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)ret;
    if (*text != '[' && inet_pton(AF_INET, host, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        return true;
    }
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    return inet_pton(AF_INET6, host, &v6->sin6_addr) == 1;
}

const struct sockaddr_storage *settings_resolver(const struct settings *settings)
{
    return settings->resolver_count > 0 ? &settings->resolvers[0] : NULL;
}

bool settings_believe_ad(const struct settings *settings)
{
    if (settings->trust_ad)
        return true;
    for (unsigned i = 0; i < settings->resolver_count; i++) {
        if (!endpoint_on_loopback((const struct sockaddr *)&settings->resolvers[i]))
            return false;
    }
    return true;
}

unsigned settings_max_in_flight(const struct settings *settings)
{
    if (settings->max_in_flight != 0)
        return settings->max_in_flight;
    unsigned most = uv_available_parallelism() * IN_FLIGHT_PER_CORE;
    return most < IN_FLIGHT_MOST ? most : IN_FLIGHT_MOST;
}
