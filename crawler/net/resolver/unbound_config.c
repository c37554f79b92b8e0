#include "crawler/net/resolver/unbound_config.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <uv.h>

enum {
    THREADS_MAX = 64,
    QUERIES_LEAST = 1024,
    PORTS_LEAST = 512,
    DESCRIPTORS_SPARE = 256, /* for all but outgoing ports */
    CACHE_SHARE = 16,        /* of the memory */
    CACHE_LEAST_MB = 32,
    CACHE_MOST_MB = 2048,
};

#define BEHAVIOUR_FIRST "ede: yes"

static uint64_t memory_mb(void)
{
    uint64_t octets = uv_get_total_memory(), limit = 0;
    FILE *file = fopen("/sys/fs/cgroup/memory.max", "r");
    if (file != NULL) {
        if (fscanf(file, "%" SCNu64, &limit) == 1 && limit > 0 && limit < octets)
            octets = limit;
        fclose(file);
    }
    return octets >> 20;
}

static unsigned within(uint64_t value, unsigned least, unsigned most)
{
    return value < least ? least : value > most ? most : (unsigned)value;
}

void unbound_plan_machine(unsigned threads, unsigned max_in_flight, struct unbound_plan *ret)
{
    struct rlimit limit = {.rlim_max = 4096};
    getrlimit(RLIMIT_NOFILE, &limit); /* Unbound raises its soft limit itself */
    ret->threads = within(threads != 0 ? threads : uv_available_parallelism(), 1, THREADS_MAX);
    /* questions spread over threads by chance: twice the fair share */
    ret->queries_per_thread =
        within((uint64_t)max_in_flight * 2 / ret->threads, QUERIES_LEAST, 65536);
    uint64_t descriptors = limit.rlim_max == RLIM_INFINITY ? 1U << 20 : limit.rlim_max;
    uint64_t ports = descriptors > DESCRIPTORS_SPARE ? descriptors - DESCRIPTORS_SPARE : 0;
    ports = within(ports / ret->threads, PORTS_LEAST, 32768);
    if (ports > ret->queries_per_thread * 2)
        ports = ret->queries_per_thread * 2;
    ret->ports_per_thread = (unsigned)ports;
    ret->cache_mb = within(memory_mb() / CACHE_SHARE, CACHE_LEAST_MB, CACHE_MOST_MB);
}

void unbound_config_add(char text[UNBOUND_CONFIG_MAX], const char *format, ...)
{
    size_t length = strlen(text);
    va_list args;
    va_start(args, format);
    int more = vsnprintf(text + length, UNBOUND_CONFIG_MAX - length, format, args);
    va_end(args);
    assert(more >= 0 && length + (size_t)more < UNBOUND_CONFIG_MAX);
}

/* Alone on loopback, nothing on disk, its words on standard error. */
static void add_place(char *text, const struct unbound_plan *plan)
{
    unbound_config_add(text,
                       "remote-control:\n"
                       "control-enable: no\n"
                       "server:\n"
                       "interface: 127.0.0.1@%u\n"
                       "port: %u\n"
                       "access-control: 127.0.0.0/8 allow\n"
                       "directory: \"/\"\n"
                       "username: \"\"\n"
                       "chroot: \"\"\n"
                       "pidfile: \"\"\n"
                       "use-syslog: no\n"
                       "logfile: \"\"\n"
                       "log-time-ascii: no\n"
                       "verbosity: 0\n"
                       "do-daemonize: no\n"
                       "module-config: \"validator iterator\"\n"
                       "trust-anchor-file: \"%s\"\n",
                       plan->port, plan->port, plan->trust_anchor);
    if (plan->root_hints != NULL)
        unbound_config_add(text, "root-hints: \"%s\"\n", plan->root_hints);
}

static void add_sizes(char *text, const struct unbound_plan *plan)
{
    unbound_config_add(text,
                       "num-threads: %u\n"
                       "so-reuseport: yes\n"
                       "so-rcvbuf: 4m\n"
                       "so-sndbuf: 4m\n"
                       "num-queries-per-thread: %u\n"
                       "outgoing-range: %u\n"
                       "outgoing-num-tcp: 64\n"
                       "incoming-num-tcp: 64\n"
                       "msg-cache-size: %um\n"
                       "rrset-cache-size: %um\n"
                       "key-cache-size: %um\n"
                       "neg-cache-size: %um\n"
                       "infra-cache-numhosts: 100000\n"
                       "msg-cache-slabs: 8\n"
                       "rrset-cache-slabs: 8\n"
                       "infra-cache-slabs: 8\n"
                       "key-cache-slabs: 8\n",
                       plan->threads, plan->queries_per_thread, plan->ports_per_thread,
                       plan->cache_mb / 2, plan->cache_mb, plan->cache_mb / 4, plan->cache_mb / 8);
}

/* What defaults would do to a survey: leave slow domains unanswered
 * (discard-timeout, jostle-timeout), drop questions (wait-limit), hand out stale
 * data (serve-expired), hide why something is bogus (ede, val-log-level).
 *
 * val-bogus-ttl: what fails validation is not kept, or the third question of a lookup
 * (core/lookup_rules.h) and the second pass would be answered from the cache, by 1.17 with EDE 6
 * alone.  1 is too much: the third question comes within milliseconds.  The key of a zone that
 * fails is kept for 60 s whatever is configured, with the code that says why.
 *
 * infra-cache-min-rtt: a server that is silent is asked again, each wait twice the one
 * before, the first from what its answers took so far.  With the default, 50 ms, one that is
 * fast about some types and slow about others fails (1.22: five waits, 50 to 800 ms).  From
 * 400 ms the fourth is 3,200: what takes 3 s is answered.  A packet that is lost costs 400 ms,
 * which delays nobody else.  Silence about one type takes 12.4 s (1.17.1, which waits
 * nearly each time twice: 31), less than the 35 that a lookup waits by itself (settings.c).
 *
 * infra-keep-probing: servers that were silent while the network was gone are asked again when it
 * is back, not after a quarter of an hour.  max-udp-size: to us, on loopback. */
static void add_behaviour(char *text)
{
    unbound_config_add(text, BEHAVIOUR_FIRST "\n"
                                             "val-log-level: 2\n"
                                             "val-bogus-ttl: 0\n"
                                             "discard-timeout: 0\n"
                                             "wait-limit: 0\n"
                                             "jostle-timeout: 60000\n"
                                             "infra-cache-min-rtt: 400\n"
                                             "max-query-restarts: 16\n"
                                             "serve-expired: no\n"
                                             "prefetch: no\n"
                                             "qname-minimisation: yes\n"
                                             "aggressive-nsec: yes\n"
                                             "minimal-responses: yes\n"
                                             "edns-buffer-size: 1232\n"
                                             "max-udp-size: 4096\n"
                                             "infra-keep-probing: yes\n"
                                             "statistics-interval: 0\n");
}

void unbound_config_write(const struct unbound_plan *plan, char ret[UNBOUND_CONFIG_MAX])
{
    ret[0] = '\0';
    add_place(ret, plan);
    add_sizes(ret, plan);
    add_behaviour(ret);
    if (plan->include != NULL) /* last: it has the last word, and begins as part of server: */
        unbound_config_add(ret, "include: \"%s\"\n", plan->include);
}

void unbound_config_policy(const char *text, char ret[UNBOUND_POLICY_MAX])
{
    size_t used = 0;
    ret[0] = '\0';
    const char *line = strstr(text, BEHAVIOUR_FIRST);
    while (line != NULL && *line != '\0' && strncmp(line, "include:", 8) != 0) {
        size_t length = strcspn(line, "\n");
        if (*line != '#' && used + length + 3 < UNBOUND_POLICY_MAX)
            used += (size_t)snprintf(ret + used, UNBOUND_POLICY_MAX - used, "%s%.*s",
                                     used > 0 ? "; " : "", (int)length, line);
        line += length;
        line += *line == '\n';
    }
}

/* Keeps the line's end, so that the numbers of the others stay. */
static bool empty_line(char *text, unsigned long number)
{
    while (number > 1 && *text != '\0') {
        text += strcspn(text, "\n");
        text += *text == '\n';
        number--;
    }
    size_t length = strcspn(text, "\n");
    if (number != 1 || length == 0)
        return false;
    /* a section stays: what follows belongs to it */
    if (text[length - 1] == ':')
        return false;
    memset(text, ' ', length);
    text[0] = '#';
    return true;
}

unsigned unbound_config_drop(char text[UNBOUND_CONFIG_MAX], const char *path,
                             const char *complaints)
{
    unsigned dropped = 0;
    size_t length = strlen(path);
    unsigned long last = 0;
    for (const char *line = complaints; *line != '\0';) {
        if (strncmp(line, path, length) == 0 && line[length] == ':') {
            unsigned long number = strtoul(line + length + 1, NULL, 10);
            if (number != last && empty_line(text, number))
                dropped++;
            last = number;
        }
        line += strcspn(line, "\n");
        line += *line == '\n';
    }
    return dropped;
}
